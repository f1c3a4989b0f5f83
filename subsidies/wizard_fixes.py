"""What is said once for all rows of a roster: how its days are read, which places it means, which
rows do not count. Each is one transaction; the list is judged again in the background.

Source: docs/RULES.md R-274 to R-276.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib import sql
from enrollment import files
from enrollment.bulk.reading import plain
from enrollment.errors import Refused
from enrollment.models import Region, SourceFile, User
from subsidies.models import Roster, RosterLine, SourcePlace, SourceWord
from subsidies.rosters.days import ORDERS, day_of
from subsidies.rosters.heeded import FACT, said_of
from subsidies.wizard_acts import hold, judge_again
from subsidies.wizard_words import name_of

# Warnings whose rows a person may leave out together, looking at nothing but the warning.
CAN_BE_LEFT_OUT = ("state_ended", "listed_dead", "lives_elsewhere")
SAMPLES = 3
ASKED_AT_ONCE = 12  # places; the others are asked about once these are known
Choices = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Place:
    """A place that nobody knows, as the list writes it; without a village it is the township."""

    township: str
    village: str

    def rows(self, file: SourceFile) -> QuerySet[RosterLine]:
        found = RosterLine.objects.filter(file=file, township=self.township, left_out=False)
        found = found.exclude(outcome__in=("waiting", "rejected"))
        return found.filter(village=self.village) if self.village or not self.township else found


@dataclass(frozen=True)
class Order:
    """How days can be read: `rows` of them would tell a day."""

    key: str
    name: str
    rows: int


@dataclass(frozen=True)
class Days:
    """What is written for days that tell none, and the orders in which they can be read."""

    samples: Sequence[str]
    orders: Sequence[Order]
    last: str  # the order said for this source before


@dataclass(frozen=True)
class Said:
    """Something said that can be forgotten: `key` as `forget` takes it."""

    key: str
    text: str
    by: str
    at: datetime | None


def unknown_places(roster: Roster) -> dict[Place, int]:
    """As last checked → rows, most rows first."""
    found = roster.file.facts.get(FACT, [])
    return {Place(town, village): rows for town, village, _of_township, rows in found}


def place_choices(roster: Roster, place: Place) -> Choices:
    """What a place can mean: a township; a village of the township that is known, else any, those
    of a like name first."""
    top = roster.file.campaign.region
    inside = Region.objects.within(top)
    if place.township and not place.village:
        towns = inside.filter(level=Region.Level.TOWNSHIP).exclude(kind=Region.Kind.SCHOOL)
        return [(top.name, [(str(town.pk), town.name) for town in towns.order_by("path")])]
    villages = inside.lived_in().select_related("parent").order_by("path")
    towns_of_it = _townships(roster, place.township) if place.township else []
    like, others = list[Region](), list[Region]()
    for village in villages:
        if towns_of_it and not any(town.contains(village) for town in towns_of_it):
            continue
        (like if _alike(village.name, place.village) else others).append(village)
    grouped: dict[str, list[tuple[str, str]]] = {}
    for village in [*like, *others]:
        town = village.parent.name if village.parent else top.name
        grouped.setdefault(town, []).append((str(village.pk), village.name))
    return list(grouped.items())


def _townships(roster: Roster, word: str) -> list[Region]:
    """The townships that a word names: as somebody said, else by name, key or other name."""
    said = said_of(roster).filter(township=word, village="")
    if said:
        return [row.region for row in said]
    inside = Region.objects.within(roster.file.campaign.region)
    return [
        town
        for town in inside.filter(level=Region.Level.TOWNSHIP).prefetch_related("aliases")
        if word in map(plain, (town.name, town.key, *(a.name for a in town.aliases.all())))
    ]


def _alike(name: str, word: str) -> bool:
    bare = name.rstrip("村社区居委会")
    return word in name or (bool(bare) and bare in word)


def days(roster: Roster, today: date) -> Days | None:
    """None where every day tells a day, or where no order makes one of any."""
    written = RosterLine.objects.filter(file=roster.file).exclude(day_text="")
    found = dict(written.values_list("day_text").annotate(n=Count("pk")).order_by("-n", "day_text"))
    orders = []
    for key, (name, example) in ORDERS.items():
        rows = sum(n for text, n in found.items() if day_of(text, key, today))
        if rows:
            orders.append(Order(key, f"{name} ({example})", rows))
    if not orders:
        return None
    before = Roster.objects.filter(file__campaign=roster.file.campaign, source=roster.source)
    last = before.exclude(pk=roster.pk).exclude(day_order="").order_by("-pk").first()
    return Days(list(found)[:SAMPLES], orders, last.day_order if last else "")


@transaction.atomic
def read_days(roster: Roster, order: str, *, by: User, now: datetime) -> None:
    """Read days of this list that tell none in an order; "" takes that back. R-274.

    Errors: Refused while a worker is at it, and for an order that there is not.
    """
    file = hold(roster)
    if order and order not in ORDERS:
        raise Refused(_("Choose how the days are written."))
    today = timezone.localdate(now)
    written = RosterLine.objects.filter(file=file).exclude(day_text="")
    texts = list(written.order_by().values_list("day_text", flat=True).distinct())
    read = [day_of(text, order, today) if order else None for text in texts]
    Roster.objects.filter(pk=roster.pk).update(day_order=order)
    with connection.cursor() as cursor:
        values = {"file_id": file.pk, "texts": texts, "days": read}
        sql.run(cursor, "subsidies", "roster_days", values)
    facts = {"order": order, "written": len(texts), "read": sum(day is not None for day in read)}
    files.audit(file, "read_roster_days", by=by, now=now, facts=facts)
    judge_again(roster, file, by=by, now=now)


@transaction.atomic
def say_places(roster: Roster, answers: Mapping[Place, Region], *, by: User, now: datetime) -> None:
    """Which places this source means, for this list and every later one. R-275."""
    file = hold(roster)
    for place, region in answers.items():
        SourcePlace.objects.update_or_create(
            campaign=file.campaign,
            source=roster.source,
            township=place.township,
            village=place.village,
            defaults={"region": region, "said_by": by, "said_at": now},
        )
    said = [
        {"township": place.township, "village": place.village, "region": region.key}
        for place, region in answers.items()
    ]
    files.audit(file, "say_roster_places", by=by, now=now, facts={"places": said})
    judge_again(roster, file, by=by, now=now)


@transaction.atomic
def leave_out(roster: Roster, code: str, *, by: User, now: datetime) -> None:
    """Rows with a warning do not count: they change nothing, and a full list lacks them. R-276.

    Errors: Refused for a list that is accepted, and for a warning that says nothing against a row.
    """
    file = hold(roster)
    if file.state != SourceFile.State.CHECKED or code not in CAN_BE_LEFT_OUT:
        raise Refused(_("These rows cannot be left out."))
    with connection.cursor() as cursor:
        count = sql.run(cursor, "subsidies", "roster_leave_out", {"file_id": file.pk, "code": code})
    files.audit(file, "leave_out_roster_rows", by=by, now=now, facts={"code": code, "rows": count})
    judge_again(roster, file, by=by, now=now)


def said_for(roster: Roster) -> list[Said]:
    """What was said that this list is read by, and what its source means by its words."""
    file = roster.file
    found = []
    if roster.day_order:
        name = ORDERS[roster.day_order][0]
        found.append(Said("days", _("Days are read as: %(order)s") % {"order": name}, "", None))
    left_out = RosterLine.objects.filter(file=file, left_out=True).count()
    if left_out:
        text = _("%(rows)s rows were left out by hand") % {"rows": left_out}
        found.append(Said("left-out", text, "", None))
    for row in said_of(roster):
        written = " ".join(filter(None, (row.township, row.village)))
        parent = row.region.parent.name if row.village and row.region.parent else ""
        text = _("“%(word)s” means %(meaning)s") % {
            "word": written, "meaning": f"{parent} {row.region.name}".strip()
        }  # fmt: skip
        found.append(Said(f"place-{row.pk}", text, str(row.said_by), row.said_at))
    words = SourceWord.objects.filter(campaign=file.campaign, source=roster.source)
    for word in words.select_related("said_by").order_by("word"):
        text = _("“%(word)s” means %(meaning)s") % {
            "word": word.word.rpartition("/")[2], "meaning": _meaning(file, word)
        }  # fmt: skip
        found.append(Said(f"word-{word.pk}", text, str(word.said_by), word.said_at))
    return found


def _meaning(file: SourceFile, word: SourceWord) -> str:
    if word.category == "-":
        return _("not marked in this campaign")
    if word.category == "*":
        return _("nothing: the list's own category")
    return " ".join(filter(None, (name_of(file.campaign, word.category), word.grade)))


@transaction.atomic
def forget(roster: Roster, key: str, *, by: User, now: datetime) -> None:
    """Take back something said; a list not accepted yet is judged again without it.

    Errors: Refused for what was never said of this source, or is forgotten already.
    """
    if key == "days":
        read_days(roster, "", by=by, now=now)
        return
    file = hold(roster)
    what, _dash, number = key.partition("-")
    pk = int(number) if number.isdecimal() else 0
    here = {"campaign": file.campaign, "source": roster.source, "pk": pk}
    facts: dict[str, Any]
    if key == "left-out":
        rows = RosterLine.objects.filter(file=file, left_out=True).update(left_out=False)
        facts = {"left_out": rows}
    elif what == "place" and (place := SourcePlace.objects.filter(**here).first()):
        facts = {"township": place.township, "village": place.village, "region": place.region.key}
        place.delete()
    elif what == "word" and (word := SourceWord.objects.filter(**here).first()):
        facts = {"word": word.word, "category": word.category, "grade": word.grade}
        word.delete()
    else:
        raise Refused(_("This is forgotten already."))
    files.audit(file, "forget_roster_saying", by=by, now=now, facts=facts)
    if file.state == SourceFile.State.CHECKED:
        judge_again(roster, file, by=by, now=now)
