"""What the notice says about taking money, as values that the classification compares with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from enrollment.sections import Window, day_start
from payments.sections import PaymentRules


@dataclass(frozen=True)
class Terms:
    """What a payment must fit. A payment at or after `late_from` is late; None: never."""

    campaign_id: int
    insurance: str
    coverage_from: date
    late_from: datetime | None
    holds_late: bool

    @property
    def year(self) -> int:
        """The coverage year that payment lines must name."""
        return self.coverage_from.year


def late_from(windows: Sequence[Window]) -> datetime | None:
    """The first instant after the last window. Source: docs/RULES.md, payments."""
    return day_start(max(window.until for window in windows)) if windows else None


def terms(
    campaign_id: int,
    insurance: str,
    coverage_from: date,
    windows: Sequence[Window],
    rules: PaymentRules,
) -> Terms:
    return Terms(
        campaign_id=campaign_id,
        insurance=insurance,
        coverage_from=coverage_from,
        late_from=late_from(windows),
        holds_late=rules.late == "hold",
    )
