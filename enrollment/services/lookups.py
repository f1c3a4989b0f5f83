"""Finding one person by the exact number: the only door out of one's own region, a logged one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NoReturn

from django.conf import settings
from django.db.models import Count, F, FilteredRelation, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib.names import mask_name
from config.lib.siv import Sealed
from enrollment.access import top_region
from enrollment.errors import Refused
from enrollment.models import Campaign, Identity, LookUp, Region, Registration, Resident, User
from enrollment.regions import ancestors

HOUR = timedelta(hours=1)


class TooManyLookUps(Refused):
    """The user has used up this hour's look-ups, or this hour's answers from other regions."""


@dataclass(frozen=True)
class Elsewhere:
    """All that is told of someone outside one's own region."""

    masked_name: str
    place: str
    registered_on: date | None  # in this insurance and period; None: not registered


@dataclass(frozen=True)
class Answer:
    """What a number leads to. Nothing set: nobody holds it.

    `identity`: someone of one's own region, with resident, village, school and household loaded.
    `standing`: the registration of this insurance and period, where one's own region sees it.
    `elsewhere`: the person, or their registration, belongs to another region.
    """

    identity: Identity | None = None
    standing: Registration | None = None
    elsewhere: Elsewhere | None = None


def look_up(*, campaign: Campaign, kind: str, number: str, by: User, at: datetime) -> Answer:
    """Look one number up, and log it. `at` is real time, also in practice: the limits are real.

    Errors: TooManyLookUps (the look-up stays logged). Once the answers from other regions are used
    up, an unknown number is refused like one from elsewhere: the refusal itself tells nothing.
    """
    outside_left = _count(by, at)
    answer, resident_id = _answer(campaign, find(campaign, kind, number), by)
    LookUp.objects.create(
        at=at,
        by=by,
        campaign=campaign,
        resident_id=resident_id,
        outside=answer.elsewhere is not None,
    )
    if answer.identity is None and outside_left <= 0:
        _refuse_outside(at)
    return answer


def look_up_member(*, campaign: Campaign, resident_id: int, by: User, at: datetime) -> Answer:
    """The same for someone of one's own region, known by id from a household on the screen.

    Errors: TooManyLookUps; Identity.DoesNotExist for a person outside the user's region.
    """
    _count(by, at)
    own = Resident.objects.belonging_to(top_region(by, campaign)).filter(pk=resident_id)
    identity = identities(campaign).get(current=True, resident_id=resident_id, resident__in=own)
    answer, _id = _answer(campaign, identity, by)
    LookUp.objects.create(at=at, by=by, campaign=campaign, resident_id=resident_id)
    return answer


def identities(campaign: Campaign) -> "QuerySet[Identity]":
    """With all that a form needs, and `standing_id`: the live registration in this insurance and
    period, in whatever campaign."""
    return Identity.objects.select_related(
        "resident__village", "resident__school", "resident__household"
    ).annotate(
        live=FilteredRelation(
            "resident__registrations",
            condition=Q(
                resident__registrations__insurance=campaign.insurance,
                resident__registrations__coverage_from=campaign.coverage_from,
                resident__registrations__ended_at=None,
            ),
        ),
        standing_id=F("live__id"),
    )


def find(campaign: Campaign, kind: str, number: str | Sealed) -> Identity | None:
    """The holder of a number, wherever they live. Not for showing: see `look_up`."""
    return identities(campaign).filter(kind=kind, number=number).first()


def standing_of(identity: Identity) -> Registration | None:
    """The registration found beside the identity."""
    if identity.standing_id is None:  # type: ignore[attr-defined]
        return None
    return Registration.objects.select_related(
        "village__parent", "unit", "registered_by", "campaign"
    ).get(pk=identity.standing_id)  # type: ignore[attr-defined]


def _answer(campaign: Campaign, identity: Identity | None, by: User) -> tuple[Answer, int | None]:
    if identity is None:
        return Answer(), None
    resident = identity.resident
    own = top_region(by, campaign)
    standing = standing_of(identity)
    seen = standing is None or own.contains(standing.unit) or own.contains(standing.village)
    inside = resident.belongs_to(own) or (standing is not None and seen)
    if inside and seen:
        return Answer(identity, standing), resident.pk
    elsewhere = Elsewhere(
        masked_name=mask_name(resident.name),
        place=place_name(standing.village if standing else resident.village, own),
        registered_on=timezone.localdate(standing.registered_at) if standing else None,
    )
    return Answer(identity if inside else None, None, elsewhere), resident.pk


def place_name(village: Region, own: Region) -> str:
    """City and county; inside one's own county, county and township. Never the village."""
    above = {region.level: region for region in ancestors(village)}
    county = above.get(Region.Level.COUNTY)
    near = county is not None and (county.contains(own) or own.contains(county))
    levels = ("county", "township") if near else ("city", "county")
    return "".join(above[level].name for level in levels if level in above)


def _count(by: User, at: datetime) -> int:
    """How many answers from other regions are left this hour. Errors: TooManyLookUps."""
    used = LookUp.objects.filter(by=by, at__gt=at - HOUR).aggregate(
        all=Count("id"), outside=Count("id", filter=Q(outside=True))
    )
    if used["all"] >= settings.LOOK_UPS_PER_HOUR:
        raise TooManyLookUps(
            _(
                "You have looked up %(count)s numbers within an hour. Go on a little later; if "
                "this is your work, tell your administrator."
            )
            % {"count": settings.LOOK_UPS_PER_HOUR}
        )
    return settings.OUTSIDE_ANSWERS_PER_HOUR - used["outside"]


def _refuse_outside(at: datetime) -> NoReturn:
    raise TooManyLookUps(
        _(
            "This number is not in your region, and you have had %(count)s answers about other "
            "places within an hour. Go on a little later; people of your own region can still be "
            "looked up."
        )
        % {"count": settings.OUTSIDE_ANSWERS_PER_HOUR}
    )
