"""Why one person is not enrolled, for their page."""

from dataclasses import dataclass
from datetime import date

from enrollment.access import Role
from enrollment.models import Campaign, NotEnrolling, Resident, User
from reports.missed.forms import ReasonForm
from subsidies.models import Listing
from subsidies.rosters.words import LIST_NAMES

SAY_WHY = (Role.CLERK, Role.COLLECTOR, Role.BUREAU)


@dataclass(frozen=True)
class Hint:
    """A list that suggests a reason."""

    name: str
    since: date
    source: str


@dataclass(frozen=True)
class Why:
    """What was said, else what lists suggest; `form` for those who may say it."""

    said: NotEnrolling | None
    hints: list[Hint]
    form: ReasonForm | None


def why_not_enrolled(campaign: Campaign, resident: Resident, state: str, user: User) -> Why | None:
    """None of somebody who is enrolled."""
    if state in ("paid", "exempt"):
        return None
    standing = {"campaign": campaign, "resident": resident, "ended_at": None}
    said = NotEnrolling.objects.filter(**standing).select_related("by").first()
    lists = Listing.objects.filter(**standing).exclude(kind="newborn").order_by("pk")
    return Why(
        said=said,
        hints=[Hint(str(LIST_NAMES[row.kind]), row.since, row.source) for row in lists],
        form=ReasonForm() if user.role in SAY_WHY else None,
    )
