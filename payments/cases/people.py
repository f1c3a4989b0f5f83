"""Somebody else for whom a payment may have been: looked for by whoever decides.

Source: docs/RULES.md R-415.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib import idnumber, names
from enrollment.access import top_region
from enrollment.errors import Refused
from enrollment.models import Campaign, Identity, Region, Resident, User
from enrollment.services import lookups

MOST = 8  # people of one name that are listed
SHORTEST = 6  # digits; with fewer it is a name, or a village's
TOO_LONG = 80


@dataclass(frozen=True)
class Found:
    """`people`: none where `problem` says why; of several one is chosen. `text`: what was asked,
    never a number."""

    people: Sequence[Resident] = ()
    more: bool = False
    problem: str = ""
    text: str = ""


def in_reach(campaign: Campaign, user: User) -> QuerySet[Resident]:
    """People of the villages that the user sees of this campaign."""
    top = top_region(user, campaign)
    return Resident.objects.filter(village__path__startswith=top.path)


def search(campaign: Campaign, text: str, *, by: User, now: datetime) -> Found:
    """By a name, a village and a name, or a whole number; the latter counted and logged."""
    text = " ".join(text[:TOO_LONG].split())
    if not text:
        return Found(problem=_("Write a name, a village and a name, or a whole number."))
    if sum(character.isdigit() for character in text) >= SHORTEST:
        return _by_number(campaign, text, by, now)
    if text.isascii() and any(character.isdigit() for character in text):
        return Found(problem=_("A number is looked for as a whole."), text=text)
    rows = _by_name(campaign, text, by)
    if not rows:
        place = top_region(by, campaign).name
        return Found(
            problem=_("Nobody of %(place)s is called so: %(text)s.")
            % {"place": place, "text": text},
            text=text,
        )
    return Found(rows[:MOST], len(rows) > MOST, text=text)


def papers_of(residents: Sequence[Resident]) -> dict[int, str]:
    """resident id → the number held now, masked."""
    rows = Identity.objects.filter(resident__in=[row.pk for row in residents], current=True)
    return {row.resident_id: row.masked for row in rows}


def _by_number(campaign: Campaign, text: str, by: User, now: datetime) -> Found:
    verdict = idnumber.judge(text, timezone.localdate(now))
    if not verdict.ok:
        return Found(problem=str(idnumber.PROBLEMS[verdict.problem]))
    try:
        answer = lookups.look_up(
            campaign=campaign, kind=verdict.kind, number=verdict.number, by=by, at=timezone.now()
        )
    except Refused as refusal:
        return Found(problem=" ".join(map(str, refusal.messages)))
    if answer.identity is not None:
        own = in_reach(campaign, by).filter(pk=answer.identity.resident_id)
        if resident := own.select_related("village__parent").first():
            return Found([resident])
    if answer.identity is None and answer.elsewhere is None:
        return Found(problem=_("Nobody holds this number."))
    place = answer.elsewhere.place if answer.elsewhere else ""
    return Found(
        problem=_(
            "This number is of somebody of another place%(place)s. Only who sees that place"
            " matches the payment to them."
        )
        % {"place": f" ({place})" if place else ""}
    )


def _by_name(campaign: Campaign, text: str, by: User) -> list[Resident]:
    """Whose whole name it is; or the last word is the name and what stands before it a village."""
    villages = Region.objects.within(top_region(by, campaign)).filter(level=Region.Level.VILLAGE)
    wanted = _called(text) & Q(village_id__in=list(villages.values_list("id", flat=True)))
    before, _blank, name = text.rpartition(" ")
    if before:
        here = villages.filter(Q(name__startswith=before) | Q(aliases__name=before))
        wanted |= _called(name) & Q(village_id__in=list(here.values_list("id", flat=True)))
    rows = Resident.objects.filter(wanted).select_related("village__parent")
    return list(rows.order_by("village__parent__position", "village__position", "id")[: MOST + 1])


def _called(name: str) -> Q:
    """By the index of villages' people, which is in the order of the sound."""
    return Q(pinyin=names.pinyin_key(name), name_key=names.name_key(name))
