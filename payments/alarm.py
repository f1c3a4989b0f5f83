"""The alarm “no file since n days”: while people pay, files come at least so often."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from enrollment.models import Campaign, SourceFile
from enrollment.sections import Window
from enrollment.sections.windows import PAYMENT

COLLECTING = (Campaign.State.OPEN, Campaign.State.CLOSING)


@dataclass(frozen=True)
class Missing:
    """`last` None: none has come since collection began. `assumed`: the notice does not say."""

    days: int
    within: int
    last: datetime | None
    assumed: bool


def missing_file(campaign: Campaign, now: datetime) -> Missing | None:
    """None as long as files come in time. Source: docs/RULES.md R-361."""
    rules = campaign.policy["payments"]
    if campaign.state not in COLLECTING or not rules.file_within_days:
        return None
    posted = SourceFile.objects.filter(
        campaign=campaign,
        kind=SourceFile.Kind.PAYMENTS,
        state=SourceFile.State.POSTED,
        posted_at__lte=now,
    )
    last = posted.order_by("-posted_at").values_list("posted_at", flat=True).first()
    since = waiting_since(campaign.policy["windows"], last, now)
    days = (timezone.localdate(now) - timezone.localdate(since)).days if since else 0
    if not since or days < rules.file_within_days:
        return None
    return Missing(days, rules.file_within_days, last, rules.file_every_days is None)


def waiting_since(
    windows: Sequence[Window], last: datetime | None, now: datetime
) -> datetime | None:
    """The last file, or the first day of the window that is open and takes payments of everybody,
    whichever is later; None where no such window is open."""
    begun = min(
        (each.starts for each in _of_everybody(windows) if each.starts <= now < each.ends),
        default=None,
    )
    if begun is None:
        return None
    return max(begun, last) if last else begun


def _of_everybody(windows: Iterable[Window]) -> Iterable[Window]:
    return (w for w in windows if w.takes in ("both", PAYMENT) and not w.when.fields)
