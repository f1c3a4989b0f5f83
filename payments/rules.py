"""What the notice says about taking money, as values that the classification compares with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from enrollment.sections import Window
from enrollment.sections.windows import PAYMENT

if TYPE_CHECKING:
    from enrollment.models import Campaign


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
    """The first instant after the last window that takes payments of everybody.

    Windows of some people only (newborns all year) make nobody else's payment timely. Where all
    are of that kind, the last of them counts. Source: docs/RULES.md R-49.
    """
    paying = [window for window in windows if window.takes in ("both", PAYMENT)]
    ends = [window.ends for window in paying if not window.when.fields] or [
        window.ends for window in paying
    ]
    return max(ends, default=None)


def terms_of(campaign: "Campaign") -> Terms:
    """From the campaign and its policy in force."""
    return Terms(
        campaign_id=campaign.pk,
        insurance=campaign.insurance,
        coverage_from=campaign.coverage_from,
        late_from=late_from(campaign.policy["windows"]),
        holds_late=campaign.policy["payments"].late == "hold",
    )
