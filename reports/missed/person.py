"""Why one person is not enrolled, for their page."""

from dataclasses import dataclass
from datetime import date

from enrollment.access import Role
from enrollment.models import Campaign, NotEnrolling, Registration, Resident, User
from reports.missed.forms import ReasonForm
from reports.missed.queries import WAITING
from reports.missed.rules import excused
from subsidies.models import Listing
from subsidies.rosters.words import LIST_NAMES

SAY_WHY = (Role.CLERK, Role.COLLECTOR, Role.BUREAU)
CONFIRM = (Role.BUREAU, Role.ADMIN)
CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Hint:
    """A list that suggests a reason."""

    name: str
    since: date
    source: str


@dataclass(frozen=True)
class Why:
    """What was said, else what lists suggest; `form` for those who may say it.

    `excuse`: "" where the reason takes nobody out of 应参, else confirmed or waiting; `confirms`:
    whether this user may confirm it.
    """

    said: NotEnrolling | None
    excuse: str
    confirms: bool
    hints: list[Hint]
    form: ReasonForm | None


def why_not_enrolled(campaign: Campaign, resident: Resident, state: str, user: User) -> Why | None:
    """None of somebody who is enrolled."""
    if state in ("paid", "exempt"):
        return None
    standing = {"campaign": campaign, "resident": resident, "ended_at": None}
    said = NotEnrolling.objects.filter(**standing).select_related("by", "approved_by").first()
    lists = Listing.objects.filter(**standing).exclude(kind="newborn").order_by("pk")
    excuse = ""
    if said and said.reason in excused(campaign.policy):
        listed = said.reason in [row.kind for row in lists]
        shown = listed or (said.reason == "elsewhere" and _registered_elsewhere(campaign, resident))
        excuse = CONFIRMED if said.approved_at or shown else WAITING
    return Why(
        said=said,
        excuse=excuse,
        confirms=bool(said and excuse == WAITING and user.role in CONFIRM and said.by != user),
        hints=[Hint(str(LIST_NAMES[row.kind]), row.since, row.source) for row in lists],
        form=ReasonForm() if user.role in SAY_WHY else None,
    )


def _registered_elsewhere(campaign: Campaign, resident: Resident) -> bool:
    others = Registration.objects.standing().exclude(campaign=campaign)
    return others.filter(
        resident=resident, insurance=campaign.insurance, coverage_from=campaign.coverage_from
    ).exists()
