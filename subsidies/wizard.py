"""What a roster's page says: its counts, its problems by reason, what accepting does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.models import SourceFile
from subsidies import wizard_money
from subsidies.models import Roster
from subsidies.rosters import problems
from subsidies.rosters.columns import SOURCES
from subsidies.rosters.run import MOST_ENDED_BP
from subsidies.rosters.words import LIST
from subsidies.wizard_columns import unread
from subsidies.wizard_fixes import (
    ASKED_AT_ONCE,
    CAN_BE_LEFT_OUT,
    Days,
    Place,
    days,
    place_choices,
    unknown_places,
)
from subsidies.wizard_rows import OUTCOMES, leaving, lines, of_whom, title_of, written
from subsidies.wizard_words import Waiting, choices_for, name_of, waiting

# What whoever sees a reason can do about it.
REMEDIES: Mapping[str, Any] = {
    "number_damaged": gettext_lazy(
        "Nobody can guess the digits that are gone. Ask the sender for a new export, or enter the "
        "numbers row by row."
    ),
    "number_empty": gettext_lazy("Ask the sender, or enter the number here."),
    "number_check_digit": gettext_lazy(
        "Mostly a slip in copying. Compare with the paper; do not just change the last digit."
    ),
    "number_doubtful": gettext_lazy("Compare with the paper."),
    "name_differs": gettext_lazy("Taken in under the number; the register keeps its name."),
    "repeated": gettext_lazy("The first row counts, the others change nothing."),
    "unknown_place": gettext_lazy("Taken in; a person new to the register stands one level up."),
    "listed_dead": gettext_lazy("Marked all the same; look at each."),
    "state_ended": gettext_lazy("Marked all the same; look whether they count."),
    "not_in_register": gettext_lazy("A list that grants nothing adds nobody to the register."),
    "not_marked_here": gettext_lazy("Somebody said so; these rows change nothing."),
    "date_unreadable": gettext_lazy("The day of the list counts instead."),
    "number_converted": gettext_lazy("Nothing to do."),
}


IDLE = frozenset(("not_marked_here", "not_in_register", "left_out"))  # keys of Problem


@dataclass(frozen=True)
class Problem:
    """Rows with one reason. `key` names it in an address; `outcome` waiting, rejected or taken."""

    key: str
    title: str
    remedy: str
    rows: int
    outcome: str
    waiting: Waiting | None = None
    choices: Any = None
    place: Place | None = None  # some rows of the reason above it
    number: int = 0  # of the place
    days: Days | None = None
    leaves: bool = False  # its rows may be left out together

    @property
    def idle(self) -> bool:
        """Whether its rows are taken in without changing anything."""
        return self.key in IDLE


@dataclass(frozen=True)
class Sentence:
    """What accepting does, or did: a number, what it counts, the address of its rows."""

    number: int
    text: str
    url: str = ""
    tone: str = ""
    unit: str = "people"


def source_name(roster: Roster) -> str:
    return str(SOURCES.get(roster.source, roster.source))


def category_name(roster: Roster) -> str:
    """What was told for the list, else what its sheets' titles name; "" for neither."""
    sheets = [sheet.get("category", "") for sheet in roster.file.facts.get("sheets", [])]
    named = dict.fromkeys([roster.category] if roster.category else sheets)
    return "、".join(name_of(roster.file.campaign, key) for key in named if key)


def ending(roster: Roster) -> int:
    """Marks that end, or would end as last checked."""
    posted = roster.file.state == SourceFile.State.POSTED
    return roster.ended if posted else roster.would_end


def needs_confirmation(roster: Roster) -> bool:
    """Whether the number of marks that end must be typed (R-214, R-272)."""
    too_many = roster.would_end * 10_000 > roster.in_scope * MOST_ENDED_BP
    return too_many or may_be_elsewhere(roster)


def may_be_elsewhere(roster: Roster) -> bool:
    """Whether people end who may stand on a sheet that was not read."""
    return bool(roster.full and roster.would_end and unread(roster))


def why_not(roster: Roster) -> str:
    """Why it may not be accepted as it stands; "" where it may."""
    file = roster.file
    unclear = file.waiting + file.rejected
    if roster.would_end and unclear and file.state == SourceFile.State.CHECKED:
        return _(
            "%(rows)s rows cannot be told, so nobody knows who is absent: mend them here or in a "
            "new file, or take the list as additions."
        ) % {"rows": unclear}
    if not (file.new + file.changed + file.known + roster.would_end):
        return _("No row can be taken in as it stands: see the problems.")
    return ""


def equation(roster: Roster) -> list[dict[str, Any]]:
    file = roster.file
    slug = file.campaign.slug
    address = reverse("roster-rows", args=[slug, roster.pk])
    tones = {"waiting": {"tone": "zhe", "shape": "warning"},
             "rejected": {"tone": "zhu", "shape": "error"}}  # fmt: skip
    parts: list[dict[str, Any]] = [{"label": _("Read"), "value": file.read, "key": "read"}]
    for outcome in OUTCOMES:
        value = ending(roster) if outcome == "ended" else getattr(file, outcome)
        has_rows = value and file.state != SourceFile.State.VOIDED
        parts.append(
            {
                "label": title_of(outcome),
                "value": value,
                "key": outcome,
                "aside": outcome == "ended",
                **(tones.get(outcome, {}) if value else {}),
                **({"url": f"{address}?outcome={outcome}"} if has_rows else {}),
            }
        )
    return parts


def problem_groups(roster: Roster, today: date) -> list[Problem]:
    """What waits first, each word by itself; then what was rejected; then what is only told."""
    file = roster.file
    return [*_waiting(file), *_rejected(file), *_told(roster, today)]


def _waiting(file: SourceFile) -> Iterator[Problem]:
    for number, (asked, rows) in enumerate(waiting(file).items()):
        if asked.is_grade:
            title = _("“%(word)s” as a grade of %(category)s") % {
                "word": asked.word,
                "category": name_of(file.campaign, asked.category),
            }
        elif asked.reason == "word_several":
            title = _("“%(word)s” names several categories") % {"word": asked.word}
        elif asked.word:
            title = _("“%(word)s” as a category") % {"word": asked.word}
        else:
            title = _("No category in the row, the title or the sheet's name")
        remedy = _("New from this source. Say once what it means; it is known from then on.")
        if not asked.word:
            remedy = _("Say which category these rows are of.")
        yield Problem(
            f"word-{number}", title, remedy, rows, "waiting", asked, choices_for(file, asked)
        )


def _rejected(file: SourceFile) -> Iterator[Problem]:
    groups = lines(file, outcome="rejected").order_by().values_list("reason")
    for code, rows in groups.annotate(n=Count("id")).order_by("-n", "reason"):
        title = str(problems.REJECTED[code][1]) % {"detail": ""}
        yield Problem(code, title, str(REMEDIES.get(code, "")), rows, "rejected")


def _told(roster: Roster, today: date) -> Iterator[Problem]:
    file = roster.file
    checked = file.state == SourceFile.State.CHECKED
    found = file.problems.filter(code__in=problems.WARNINGS)  # type: ignore[attr-defined]
    groups = found.order_by().values_list("code").annotate(n=Count("id"))
    for code, rows in groups.order_by("-n", "code"):
        yield Problem(
            code,
            _warning(code),
            str(REMEDIES.get(code, "")),
            rows,
            "taken",
            days=days(roster, today) if code == "date_unreadable" else None,
            leaves=checked and code in CAN_BE_LEFT_OUT,
        )
        if checked and code == "unknown_place":
            yield from _places(roster)


def _places(roster: Roster) -> Iterator[Problem]:
    """Some of the rows of an unknown place, place by place."""
    for number, (place, rows) in enumerate(unknown_places(roster).items()):
        if place.township and place.village:
            title = _("“%(village)s” is no village of %(township)s")
        elif place.township:
            title = _("“%(township)s” is no township here")
        else:
            title = _("“%(village)s”, without a township")
        asked = number < ASKED_AT_ONCE
        yield Problem(
            f"place-{number}",
            title % {"village": place.village, "township": place.township},
            _("Say once which place is meant; it is known from then on.") if asked else "",
            rows,
            "taken",
            choices=place_choices(roster, place) if asked else None,
            place=place,
            number=number,
        )


def _warning(code: str) -> str:
    """A warning's sentence for many rows: without the detail that differs from row to row."""
    general = {
        "repeated": _("The same person stands in several rows."),
        "unknown_place": _("The township or village is none of this campaign."),
        "listed_dead": _("These people are listed as dead."),
        "not_marked_here": _("The category is not marked in this campaign."),
    }
    return general.get(code) or str(problems.WARNINGS[code][1])


def outcome_sentences(roster: Roster, *, money: bool) -> list[Sentence]:
    """What accepting will do, by category; of an accepted roster: what it did.

    `money`: with what it comes to for people who are registered, which no department is told.
    """
    file = roster.file
    address = reverse("roster-rows", args=[file.campaign.slug, roster.pk])
    posted = file.state == SourceFile.State.POSTED
    said = []
    for outcome, category, number in _by_category(roster, posted):
        text = _sentence(outcome, category, name_of(file.campaign, category))
        url = f"{address}?outcome={outcome}&category={category}"
        said.append(Sentence(number, text, url))
    if not posted:
        said += [*_unread(roster), *_unknown(file, address)]
    if money:
        said += _money(roster)
    if not posted:
        said += _unchanged(file, address)
    unclear = file.waiting + file.rejected
    if unclear:
        text = _("stay out; once mended, only these rows need to be uploaded again")
        said.append(Sentence(unclear, text, "#problems", tone="zhu", unit="rows"))
    return said


def _sentence(outcome: str, category: str, name: str) -> str:
    values = {"category": name}
    if outcome == "new" and category.startswith(LIST):
        return _("are noted as: %(category)s") % values
    if outcome == "new":
        return _("enter “%(category)s”") % values
    if outcome == "changed":
        return _("change in “%(category)s”: another grade or day of recognition") % values
    if category.startswith(LIST):
        return _("are no longer noted as: %(category)s") % values
    return _("leave “%(category)s”, because the full list lacks them") % values


def _by_category(roster: Roster, posted: bool) -> Iterator[tuple[str, str, int]]:
    """(outcome, category, people): new, changed, then leaving."""
    file = roster.file
    if posted:
        for outcome in ("new", "changed"):
            marks, entries = written(file, outcome)
            yield from ((outcome, *row) for row in _counted(marks))
            yield from (
                (outcome, LIST + kind, number) for kind, number in _counted(entries, "kind")
            )
    else:
        rows = lines(file, outcome__in=("new", "changed")).order_by()
        groups = rows.values_list("outcome", "category").annotate(n=Count("id"))
        yield from sorted(groups, key=lambda row: (row[0] != "new", -row[2]))
    marks, entries = leaving(roster)
    yield from (("ended", *row) for row in _counted(marks))
    yield from (("ended", LIST + kind, number) for kind, number in _counted(entries, "kind"))


def _counted(rows: QuerySet, field: str = "category") -> list[tuple[str, int]]:
    return list(rows.order_by().values_list(field).annotate(n=Count("pk")).order_by("-n"))


def _unread(roster: Roster) -> Iterator[Sentence]:
    """Of a full list: sheets on which some of those who leave may stand."""
    url = reverse("roster-columns", args=[roster.file.campaign.slug, roster.pk])
    for seen in unread(roster) if roster.full else ():
        text = _("on the sheet “%(sheet)s” were not read: who stands there alone leaves")
        if seen["hidden"]:
            text = _("on the hidden sheet “%(sheet)s” were not read: who stands there alone leaves")
        values = {"sheet": seen["sheet"]}
        yield Sentence(seen["height"], text % values, url, tone="zhe", unit="rows")


def _unknown(file: SourceFile, address: str) -> Iterator[Sentence]:
    url = f"{address}?outcome=new&who=unknown"
    unknown = of_whom(lines(file, outcome="new"), "unknown").count()
    if unknown:
        text = _("of them are in no register; the list writes them into it")
        yield Sentence(unknown, text, url, unit="rows")


def _unchanged(file: SourceFile, address: str) -> Iterator[Sentence]:
    if file.known:
        yield Sentence(file.known, _("change nothing"), f"{address}?outcome=known", unit="rows")
    unmarked = of_whom(lines(file, outcome="known"), "unmarked").count()
    if unmarked:
        text = _("of them are of people whom this campaign does not mark")
        yield Sentence(unmarked, text, f"{address}?outcome=known&who=unmarked", unit="rows")


def _money(roster: Roster) -> Iterator[Sentence]:
    """What it comes to for those who are registered."""
    address = reverse("roster-effects", args=[roster.file.campaign.slug, roster.pk])
    for what, number, text, tone in wizard_money.summary(roster):
        yield Sentence(number, text, f"{address}?what={what}", tone=tone)
