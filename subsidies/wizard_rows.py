"""The rows behind each number of a roster's page, and why a row is where it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from enrollment.models import Identity, Resident, SourceFile, SourceProblem, User
from subsidies.models import Entitlement, Listing, Roster, RosterKnown, RosterLine
from subsidies.rosters import problems, suggestions
from subsidies.rosters.suggestions import Suggestion
from subsidies.rosters.words import LIST, NONE
from subsidies.wizard_words import name_of

PAGE = 25
OUTCOMES = ("new", "changed", "known", "ended", "waiting", "rejected")
WHO = ("unknown", "unmarked")  # some of an outcome's rows: see `of_whom`


@dataclass(frozen=True)
class Row:
    """A row of the file, or a mark; `number` is masked, `line_id` set where it can be mended."""

    place: str  # where in the file
    village: str
    name: str
    number: str
    word: str  # what the file says
    category: str  # what that was taken for
    day: date | None
    note: str
    resident_id: int | None = None
    line_id: int | None = None
    suggestions: Sequence[Suggestion] = ()  # who may be meant by a damaged number


def reason_of(line: RosterLine) -> str:
    """The sentence of a row that waits or was rejected; "" for another."""
    known = {**problems.REJECTED, **problems.WAITING}
    if line.reason not in known:
        return ""
    detail = line.detail or ""
    if line.reason in problems.WAITING:
        detail = line.grade_word if line.reason == "grade_unknown" else line.word
    return str(known[line.reason][1]) % {"detail": detail}


def place_of(sheet: str, line: int) -> str:
    return f"{sheet} {line}" if sheet else str(line)


def lines(file: SourceFile, **facts: object) -> QuerySet[RosterLine]:
    return RosterLine.objects.filter(file=file, **facts).order_by("pk")


def warned(file: SourceFile, code: str) -> QuerySet[SourceProblem]:
    return SourceProblem.objects.filter(file=file, code=code).order_by("pk")


def leaving(roster: Roster) -> tuple[QuerySet[Entitlement], QuerySet[Listing]]:
    """Marks and list entries that would end, or that this roster ended and nothing replaced."""
    file = roster.file
    if file.state in (SourceFile.State.POSTED, SourceFile.State.VOIDED):
        return (
            Entitlement.objects.filter(ended_by_file=file).exclude(
                Exists(_written_by(file, Entitlement, "category"))
            ),
            Listing.objects.filter(ended_by_file=file).exclude(
                Exists(_written_by(file, Listing, "kind"))
            ),
        )
    if not roster.full or roster.region is None:
        return Entitlement.objects.none(), Listing.objects.none()
    told = lines(file).exclude(outcome__in=("waiting", "rejected"))
    about = {str(key) for key in told.order_by().values_list("category", flat=True).distinct()}
    about.add(roster.category)
    standing = {"campaign": file.campaign, "ended_at": None}
    here = Q(resident__village__path__startswith=roster.region.path)
    there = Q(kind="student", resident__school__path__startswith=roster.region.path)
    on_it = told.filter(resident=OuterRef("resident"))
    kinds = [key.removeprefix(LIST) for key in about if key.startswith(LIST)]
    marks = Entitlement.objects.filter(
        here, category__in=about, recognised_on__lte=roster.as_of, **standing
    ).exclude(Exists(on_it.filter(category=OuterRef("category"))))
    entries = Listing.objects.filter(
        here | there, kind__in=kinds, since__lte=roster.as_of, **standing
    )
    for kind in kinds:
        entries = entries.exclude(Exists(on_it.filter(category=LIST + kind)), kind=kind)
    return marks, entries


def of_whom(rows: QuerySet[RosterLine], who: str) -> QuerySet[RosterLine]:
    """Rows of people unknown to the register, or of people whom nobody marks here."""
    if who == "unmarked":
        return rows.filter(category=NONE).exclude(outcome__in=("waiting", "rejected"))
    return rows.filter(resident=None).exclude(category__startswith=LIST)


def behind(
    roster: Roster,
    outcome: str,
    category: str,
    page: str | None,
    *,
    who: str = "",
    sender: User | None = None,
) -> Page:
    """The rows of one outcome; those of an accepted roster are the marks that it wrote.

    As many as the number on the roster's page says; but of those that leave a `sender` gets only
    whom lists of its own marked (docs/RULES.md R-340).
    """
    file = roster.file
    posted = file.state == SourceFile.State.POSTED
    if outcome in ("waiting", "rejected") or (not posted and outcome != "ended"):
        rows = lines(file, outcome=outcome)
        if who:
            rows = of_whom(rows, who)
        if category:
            rows = rows.filter(category=category)
        found = Paginator(rows, PAGE).get_page(page)
        return _as_rows(found, from_lines(file, found.object_list))
    if outcome == "known":
        return _known(file, page)
    marks, entries = leaving(roster) if outcome == "ended" else written(file, outcome)
    if sender and outcome == "ended":
        marks, entries = (rows.filter(file__taken_by=sender) for rows in (marks, entries))
    if category.startswith(LIST):
        marks, entries = marks.none(), entries.filter(kind=category.removeprefix(LIST))
    elif category:
        marks, entries = marks.filter(category=category), entries.none()
    both: Any = _Both(*(rows.select_related("resident__village").order_by("resident__pinyin", "pk")
                   for rows in (marks, entries)))  # fmt: skip
    marked: Page = Paginator(both, PAGE).get_page(page)
    return _as_rows(marked, _from_marks(file, list(marked.object_list)))


class _Both:
    """The marks and then the entries of lists, as one sequence that is never read whole."""

    def __init__(self, marks: QuerySet, entries: QuerySet):
        self._marks, self._entries = marks, entries
        self._first = marks.count()

    def __len__(self) -> int:
        return self._first + self._entries.count()

    def __getitem__(self, part: slice) -> list[Entitlement | Listing]:
        rest = slice(max(part.start - self._first, 0), max(part.stop - self._first, 0))
        return list(chain(self._marks[part], self._entries[rest]))


class _Known:
    """(sheet, line, resident, category) of the rows of an accepted roster that changed nothing."""

    def __init__(self, file: SourceFile):
        self._file = file

    def __len__(self) -> int:
        kept = RosterKnown.objects.filter(file=self._file).values_list("lines__len", flat=True)
        return sum(kept)

    def __getitem__(self, part: slice) -> list[tuple[str, int, int | None, str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select row.sheet, row.line, row.resident_id, row.category"
                " from subsidies_rosterknown kept, unnest(kept.sheets, kept.lines, kept.residents,"
                " kept.categories) with ordinality as row(sheet, line, resident_id, category, at)"
                " where kept.file_id = %s order by kept.id, row.at limit %s offset %s",
                [self._file.pk, part.stop - part.start, part.start],
            )
            return cursor.fetchall()


def _known(file: SourceFile, page: str | None) -> Page:
    """Of rows of nobody in the register only the place in the file is left."""
    kept: Any = _Known(file)
    found: Page = Paginator(kept, PAGE).get_page(page)
    rows = list(found.object_list)
    ids = [resident for _sheet, _line, resident, _category in rows if resident]
    people = Resident.objects.select_related("village").in_bulk(ids)
    papers = _papers(ids)
    said = []
    for sheet, line, pk, category in rows:
        resident = people.get(pk) if pk else None
        said.append(
            Row(
                place=place_of(sheet, line),
                village=resident.village.name if resident else "",
                name=resident.name if resident else "",
                number=papers.get(resident.pk, "") if resident else "",
                word="",
                category=name_of(file.campaign, category) if category != NONE else "",
                day=None,
                note="" if resident else str(problems.WARNINGS["not_in_register"][1]),
                resident_id=resident.pk if resident else None,
            )
        )
    return _as_rows(found, said)


def _papers(people: Sequence[int]) -> dict[int, str]:
    held = Identity.objects.filter(resident_id__in=people, current=True)
    return {paper.resident_id: paper.masked for paper in held}


def written(file: SourceFile, outcome: str) -> tuple[QuerySet, QuerySet]:
    """Marks and list entries of an accepted roster. New: in place of nothing. Changed: in place of
    one that it ended."""
    pair = []
    for model, same in ((Entitlement, "category"), (Listing, "kind")):
        rows = _of(model).filter(file=file)
        former = _of(model).filter(
            ended_by_file=file, resident=OuterRef("resident"), **{same: OuterRef(same)}
        )
        replaces = Exists(former)
        if outcome == "new":
            pair.append(rows.exclude(replaces))
        else:
            pair.append(rows.filter(replaces) if outcome == "changed" else rows.none())
    return pair[0], pair[1]


def _written_by(file: SourceFile, model: type[Entitlement | Listing], same: str) -> QuerySet:
    return _of(model).filter(file=file, resident=OuterRef("resident"), **{same: OuterRef(same)})


def _of(model: type[Entitlement | Listing]) -> QuerySet:
    return model._default_manager.all()


def _as_rows(page: Page, rows: Sequence[Row]) -> Page:
    page.object_list = rows
    return page


def from_lines(file: SourceFile, found: Iterable[RosterLine], note: str = "") -> list[Row]:
    campaign = file.campaign
    found = list(found)
    meant = suggestions.for_lines(found, campaign.region)
    return [
        Row(
            place=place_of(line.sheet, line.line),
            village=" ".join(filter(None, (line.township, line.village))),
            name=line.name,
            number=f"{line.head4}****{line.last4}" if line.last4 else "",
            word=" ".join(filter(None, (line.word, line.grade_word))),
            category=" ".join(
                filter(None, (name_of(campaign, line.category or ""), line.grade or ""))
            )
            if line.category and line.category != "-"
            else "",
            day=line.recognised_on,
            note=note or reason_of(line),
            resident_id=line.resident_id,
            line_id=line.pk if line.outcome in ("waiting", "rejected") else None,
            suggestions=meant.get(line.pk, ()),
        )
        for line in found
    ]


def from_warnings(file: SourceFile, found: Sequence[SourceProblem]) -> list[Row]:
    """Warnings name a line, and before their sentence the sheet; the row may be gone by now."""
    kept: dict[tuple[str, int], RosterLine] = {
        (line.sheet, line.line): line
        for line in lines(file, line__in=[problem.line for problem in found])
    }
    rows = []
    for problem in found:
        sheet, _colon, said = problem.message.partition(": ")
        line = kept.get((sheet, problem.line)) or kept.get(("", problem.line))
        if line is not None:
            rows += from_lines(file, [line], note=said if line.sheet else problem.message)
        else:
            rows.append(Row(str(problem.line), "", "", "", "", "", None, problem.message))
    return rows


def _from_marks(file: SourceFile, found: Sequence[Entitlement | Listing]) -> list[Row]:
    papers = _papers([mark.resident_id for mark in found])
    rows = []
    for mark in found:
        if isinstance(mark, Entitlement):
            category, grade, day = mark.category, mark.grade, mark.recognised_on
        else:
            category, grade, day = LIST + mark.kind, "", mark.since
        rows.append(
            Row(
                place="",
                village=mark.resident.village.name,
                name=mark.resident.name,
                number=papers.get(mark.resident_id, ""),
                word="",
                category=" ".join(filter(None, (name_of(file.campaign, category), grade))),
                day=day,
                note=mark.source,
                resident_id=mark.resident_id,
            )
        )
    return rows


def title_of(outcome: str) -> str:
    return {
        "new": _("New on the list"),
        "changed": _("Changed"),
        "known": _("Without change"),
        "ended": _("No longer on the list"),
        "waiting": _("Waiting for a word"),
        "rejected": _("Rejected"),
    }[outcome]
