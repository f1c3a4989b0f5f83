"""The lines behind every count of a payment file, as a page and as a workbook."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enrollment.models import SourceFile, SourceProblem
from payments.models import Cause, Correction, Payment, RepeatedLine, Standing, VoidedLine

OUTCOMES = ("new", "known", "conflict", "rejected", "voided")
PAGE = 50
MOST_IN_A_WORKBOOK = 200_000


@dataclass(frozen=True)
class Facts:
    """What a line says. Of a line that is held elsewhere also where."""

    name: str
    fen: int
    year: int | None
    paid_at: datetime | None
    masked: str = ""
    file_id: int = 0
    line: int = 0
    payment_id: int = 0
    receipt: str = ""


@dataclass(frozen=True)
class Line:
    """`theirs`: what the line says, where that is not what we hold."""

    line: int
    fen: int
    kind: str = ""
    held: Facts | None = None
    theirs: Facts | None = None
    said: str = ""  # standing, cause or what is wrong with it
    column: str = ""
    handed_to: int = 0


@dataclass(frozen=True)
class Asked:
    """A count of the file: its outcome, or its payments of a standing or cause."""

    of: str
    cause: str = ""

    @property
    def title(self) -> str:
        titles = {
            "new": _("New"),
            "known": _("Known"),
            "conflict": _("Conflict"),
            "rejected": _("Rejected"),
            "voided": _("Lines that were new"),
        }
        if self.cause:
            return f"{Standing(self.of).label} · {Cause(self.cause).label}"
        return titles.get(self.of) or str(Standing(self.of).label)


def asked(of: str, cause: str) -> Asked:
    """Whatever cannot be read of the address means the new lines."""
    if of == Standing.OPEN and cause in Cause.values:
        return Asked(of, cause)
    return Asked(of if of in OUTCOMES or of in Standing.values else "new")


class Lines(Sequence[Line]):
    """The lines of a count in the file's order; read as they are looked at."""

    def __init__(self, file: SourceFile, count: Asked):
        self.file, self.asked = file, count
        self._queries = _queries(file, count)
        self._sizes = [query.count() for query in self._queries]

    def __len__(self) -> int:
        return sum(self._sizes)

    def __getitem__(self, where: Any) -> Any:
        if not isinstance(where, slice):
            return self[where : where + 1][0]
        start, stop, _step = where.indices(len(self))
        rows: list[Any] = []
        for query, size in zip(self._queries, self._sizes, strict=True):
            rows += query[max(start, 0) : max(stop, 0)] if stop > 0 and start < size else []
            start, stop = start - size, stop - size
        return _shown(rows, self.asked)

    def stream(self, most: int) -> Iterator[Line]:
        for query in self._queries:
            rows = query[:most].iterator(chunk_size=2000)
            while some := list(islice(rows, 2000)):
                yield from _shown(some, self.asked)

    def fen(self) -> int:
        """Net sum of what is listed; of a cause what is open."""
        sums = [query.aggregate(fen=Sum("fen", default=0))["fen"] for query in self._queries[:1]]
        if self.asked.cause:
            sums = [self._queries[0].aggregate(fen=Sum("open_fen", default=0))["fen"]]
        sums += [-query.aggregate(fen=Sum("fen", default=0))["fen"] for query in self._queries[1:]]
        return sum(sums)


def _queries(file: SourceFile, count: Asked) -> list[QuerySet[Any]]:
    """Payments first, then reversals and refunds."""
    if count.of in ("known", "conflict"):
        rows = RepeatedLine.objects.filter(file_id=file.pk, outcome=count.of)
        return [rows.order_by("line")]
    if count.of == "rejected":
        return [SourceProblem.objects.filter(file=file, rejected=True).order_by("line")]
    if count.of == "voided":
        return [VoidedLine.objects.filter(file_id=file.pk).order_by("line")]
    payments = Payment.objects.filter(campaign_id=file.campaign_id, file_id=file.pk)
    if count.of in Standing.values:
        payments = payments.filter(standing=count.of)
    if count.cause:
        payments = payments.filter(cause=count.cause)
    found: list[QuerySet[Any]] = [payments.order_by("line")]
    if count.of == "new":
        found.append(Correction.objects.filter(file_id=file.pk).order_by("line"))
    return found


def _shown(rows: Iterable[Any], count: Asked) -> list[Line]:
    rows = list(rows)
    if count.of in ("known", "conflict"):
        held = _held({row.key for row in rows})
        return [_repeated(row, held.get(row.key)) for row in rows]
    return [_plain(row, count) for row in rows]


def _plain(row: Any, count: Asked) -> Line:
    if isinstance(row, SourceProblem):
        return Line(row.line, row.fen or 0, said=row.message, column=row.column)
    if isinstance(row, VoidedLine):
        return Line(row.line, row.fen, row.get_kind_display(), handed_to=row.handed_to or 0)
    if isinstance(row, Correction):
        waits = "" if row.payment_id else pgettext("correction", "waits for its payment")
        return Line(row.line, -row.fen, row.get_kind_display(), _facts(row), said=waits)
    said = row.get_cause_display() or row.get_standing_display()
    fen = row.open_fen if count.cause else row.fen
    return Line(row.line, fen, _("payment"), _facts(row), said=said)


def _repeated(row: RepeatedLine, held: Facts | None) -> Line:
    theirs = None
    if row.outcome == "conflict" and row.name_key is not None:
        theirs = Facts(row.name_key, abs(row.fen), row.year, row.paid_at)
    return Line(row.line, row.fen, held=held, theirs=theirs)


def _facts(row: Payment | Correction) -> Facts:
    return Facts(
        name=row.name,
        fen=row.fen,
        year=row.year,
        paid_at=row.paid_at,
        masked=row.masked,
        file_id=row.file_id,
        line=row.line,
        payment_id=row.pk if isinstance(row, Payment) else row.payment_id or 0,
        receipt=row.receipt,
    )


def _held(keys: set[UUID]) -> dict[UUID, Facts]:
    found: dict[UUID, Facts] = {}
    for model in (Payment, Correction):
        found |= {row.key: _facts(row) for row in model.objects.filter(key__in=keys)}
    return found


# --- as a workbook


def workbook_rows(lines: Lines) -> tuple[list[str], Iterator[list[Any]]]:
    """Head and rows, as config.lib.workbooks.table takes them."""
    of = lines.asked.of
    stream = lines.stream(MOST_IN_A_WORKBOOK)
    if of == "rejected":
        head = [_("Line"), _("Column"), _("Cause"), _("Yuan")]
        return head, ([x.line, x.column, x.said, _yuan(x.fen)] for x in stream)
    if of == "voided":
        head = [_("Line"), _("Kind"), _("Yuan"), _("Handed over to file")]
        return head, ([x.line, x.kind, _yuan(x.fen), x.handed_to or ""] for x in stream)
    head = [
        _("Line"), _("Name"), _("Number"), _("Yuan"), _("Year"), _("Paid at"), _("Receipt"),
    ]  # fmt: skip
    if of == "known":
        return [*head, _("First in file"), _("Line there")], (
            [x.line, *_cells(x.held), *((x.held.file_id, x.held.line) if x.held else ("", ""))]
            for x in stream
        )
    if of == "conflict":
        theirs = [_("Name there"), _("Yuan there"), _("Year there"), _("Paid at there")]
        return [*head, *theirs], (
            [x.line, *_cells(x.held), *_cells(x.theirs, short=True)] for x in stream
        )
    return [_("Line"), _("Kind"), *head[1:], _("Standing")], (
        [x.line, x.kind, *_cells(x.held, fen=x.fen), x.said] for x in stream
    )


def _cells(facts: Facts | None, *, short: bool = False, fen: int | None = None) -> list[Any]:
    if facts is None:
        return [""] * (4 if short else 6)
    amount = _yuan(facts.fen if fen is None else fen)
    paid = f"{timezone.localtime(facts.paid_at):%Y-%m-%d %H:%M:%S}" if facts.paid_at else ""
    if short:
        return [facts.name, amount, facts.year, paid]
    return [facts.name, facts.masked, amount, facts.year, paid, facts.receipt]


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100
