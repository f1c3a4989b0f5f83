"""A payment detail file as COPY text for sql/stage.sql. Runs in a child process, knows no table.

Payments come first; then an empty block, and behind it what is set apart: reversals, refunds,
rejected lines, and the keys that may stand in the file more than once.

A large text is read in stretches, by several children at once; `merge` puts together what they
return. The loop over a million rows is the slowest part of taking them in, so what repeats is
remembered (`Memo`) and what is clean passes by the shortest way; the long way is in cells.py.
"""

import mmap
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from pathlib import Path

from django.utils.translation import gettext as _

from config.lib import idnumber, siv, tabular
from config.lib.copyin import BLOCK, cell
from config.lib.figures import yuan
from config.lib.money import to_fen
from config.lib.tabular import cell_text
from config.lib.tabular.header import plain
from payments import cells, layout
from payments.cells import NULL, Memo
from payments.keys import PAYMENT, REVERSAL, Keys

COLUMNS = (
    "line", "key", "number_kind", "number", "name", "name_key", "fen", "year", "paid_at",
    "treasury_on", "receipt", "channel", "place", "township_id", "mark",
)  # fmt: skip
APART = (*COLUMNS, "kind", "problem", "original_key", "original_receipt")
AGAIN = "again"  # kind of a row that is no line: its key may occur twice among the payments
MOST_FAULTS = 20  # told of one file
MOST_FEN = 2**31 - 1
WHOLE = frozenset(layout.WHOLE)
CARDS = frozenset({idnumber.RESIDENT_ID, "hmt_permit", "foreign_permanent"})
SEEN = 1 << 25  # bytes; of a million keys 1 in 70 is taken for a repetition, SQL looks closer
PADDING = " \t'‘’\u200b\ufeff\u3000"  # put around numbers so that spreadsheets leave them alone
_ODD_IN_NAME = re.compile(r"[^\u4e00-\u9fa5]")
_PLAIN_RECEIPT = re.compile(r"[1-9][0-9]{5,18}")  # below 2 to the 64th


@dataclass
class Summary:
    """What was read. Fen are net: reversals and refunds count negative."""

    headers: list[str] = field(default_factory=list)
    header_line: int = 0
    encoding: str = ""
    sheet: str = ""
    unknown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    read: int = 0
    fen: int = 0
    fen_as_written: int = 0  # differs where a row marked as reversed stands with a positive amount
    payments: int = 0
    corrections: int = 0
    rejected: int = 0
    cut_receipts: int = 0
    declared_line: int = 0
    declared_rows: int | None = None
    declared_fen: int | None = None
    totals: list[tuple[int | None, int | None]] = field(default_factory=list)  # of every 合计 row


class Seen:
    """Which keys have been met, roughly: in this process, and in those that read other stretches.

    One byte for each key modulo SEEN. Each reader marks its own map first and then looks at the
    others', so that of two that meet one key at once at least one notices.
    """

    def __init__(self, readers: int = 1):
        self.maps = [mmap.mmap(-1, SEEN) for _ in range(readers)]  # shared with forked children

    def of(self, reader: int) -> tuple[mmap.mmap, list[mmap.mmap]]:
        return self.maps[reader], [m for n, m in enumerate(self.maps) if n != reader]


def read_payments(
    path: Path,
    *,
    campaign_id: int,
    townships: Mapping[str, int],
    today: date,
    json_lines: bool = False,
    stretch: tabular.Stretch | None = None,
    seen: Seen | None = None,
    reader: int = 0,
) -> Generator[bytes, None, Summary]:
    """Blocks of COPY text: COLUMNS, an empty block, APART. Returns the Summary.

    json_lines: the table was made of them, and told is their number, one less (jsonlines.py).
    Errors: FileFault for a file that is no such table, and for rows without a readable amount.
    Source: docs/RULES.md R-55.
    """
    table = tabular.open_table(path, layout.FIELDS, layout.REQUIRED, stretch)
    if not any(name in table.columns for name in layout.COVERAGE):
        other = layout.FIELDS["year"][0]
        raise tabular.FileFault(
            tabular.Fault(
                table.header_line,
                layout.FIELDS["since"][0],
                _("this column is missing, and so is “%(other)s”: they tell the coverage year")
                % {"other": other},
            )
        )
    work = _Reader(campaign_id, townships, today, (seen or Seen()).of(reader))
    rows = table.rows()
    yield from work.payments(table, ((line - 1, row) for line, row in rows) if json_lines else rows)
    if work.faults:
        raise tabular.FileFault(*work.faults)
    _read_declared(table, work.summary)
    yield b""
    yield from work.set_apart()
    return work.summary


class _Reader:
    """The memories and counts of one file."""

    def __init__(
        self,
        campaign_id: int,
        townships: Mapping[str, int],
        today: date,
        seen: tuple[mmap.mmap, list[mmap.mmap]],
    ):
        self.seen = seen
        self.keys = Keys(campaign_id)
        self.townships = townships
        self.today = today
        self.faults: list[tabular.Fault] = []
        self.summary = Summary()
        self.apart: list[str] = []

    def payments(
        self, table: tabular.Table, rows: Iterator[tabular.Row]
    ) -> Generator[bytes, None, None]:
        width = len(table.headers)
        pick = itemgetter(*(table.columns.get(name, width) for name in layout.FIELDS))
        is_workbook, amount_header = bool(table.sheet), table.headers[table.columns["amount"]]
        amounts, kinds = Memo(to_fen), Memo(cells.kind)
        days, clocks = Memo(cells.iso_day), Memo(cells.iso_clock, 90_000)
        instants, treasuries = Memo(cells.instant), Memo(cells.day_or_null)
        years, channels, marks = Memo(cells.coverage_year), Memo(cells.short), Memo(cells.mark)
        papers, places = Memo(idnumber.kind_from_words), Memo(self._place)
        seal, turn = siv.ring().seal, self.keys.turn
        odd_in_name, is_plain_receipt = _ODD_IN_NAME.search, _PLAIN_RECEIPT.fullmatch
        (seen, others), slots = self.seen, SEEN - 1
        read = net = as_written = payments = 0
        lines: list[str] = []

        for line, row in rows:
            if is_workbook:
                row = [cell_text(value) for value in row]
            row.append("")  # what a missing column reads
            (
                name, paper, number, amount, paid, since, until, year_words, treasury, receipt,
                original, channel, township, village, mark, state, remark,
            ) = pick(row)  # fmt: skip
            if not number and cells.is_sum(row, name, paid, receipt):
                table.totals.append((line, row))
                continue

            fen = amounts[amount]
            if fen is None or not -MOST_FEN <= fen <= MOST_FEN:
                if plain(amount) != plain(amount_header):
                    self._unreadable(line, amount, amount_header)
                continue
            read += 1
            as_written += fen
            kind = kinds[state]
            if fen < 0:
                kind, fen = kind if kind is not PAYMENT else REVERSAL, -fen
            net += fen if kind is PAYMENT else -fen

            year = years[since, until, year_words]
            day, clock = days[paid[:10]], clocks[paid[10:]]
            paid_at = day + clock if day and clock else instants[paid]
            if not paid_at or not year:
                self._reject(line, kind, fen, "no_year" if paid_at else "no_date")
                continue

            if len(number) != 18:
                number = number.strip(PADDING)
            if (
                len(number) == 18
                and number.isascii()
                and (number.isdigit() or (number[17] == "X" and number[:17].isdigit()))
                and number[0] not in "89"
                and papers[paper] in CARDS
            ):
                number_kind = idnumber.RESIDENT_ID
            else:
                number_kind, number = self._number(number, papers[paper])
            sealed = seal(number)
            if odd_in_name(name) or len(name) > 60:
                name, name_key = cells.name(name)
            else:
                name_key = name
            who = sealed if number_kind else self.keys.unreadable(sealed, name_key)
            channel = channels[channel]
            place, township_id = places[township, village]

            if kind is PAYMENT and is_plain_receipt(receipt):
                key = f"{int(receipt) ^ turn:016x}{who[1:9].hex()}"  # as Keys.with_receipt
                kept = receipt
            else:
                receipt = self._receipt(receipt)
                original = (
                    "" if kind is PAYMENT else cells.original(original, remark, number) or receipt
                )
                facts = (str(year), str(fen), paid_at, channel, original)
                key, kept = self._key(kind, receipt, facts, who), cell(receipt[:40])
            text = (
                f"{line}\t{key}\t{number_kind}\t\\\\x{sealed.hex()}\t{name}\t{name_key}\t{fen}"
                f"\t{year}\t{paid_at}\t{treasuries[treasury]}\t{kept}\t{channel}\t{place}"
                f"\t{township_id}\t{marks[mark]}"
            )
            if kind is not PAYMENT:
                self._correct(text, kind, original, who)
                continue
            payments += 1
            lines.append(text)
            slot = hash(key) & slots  # forked readers hash alike
            again = seen[slot]
            seen[slot] = 1
            if again or (others and any(other[slot] for other in others)):
                self._put_apart(line=0, key=key, fen=0, kind=AGAIN)
            if len(lines) >= BLOCK:
                lines.append("")
                yield "\n".join(lines).encode()
                lines.clear()
        if lines:
            lines.append("")
            yield "\n".join(lines).encode()
        found = self.summary
        found.headers, found.header_line = table.headers, table.header_line
        found.encoding, found.sheet = table.encoding, table.sheet
        found.unknown, found.notes = table.unknown, table.notes
        found.read, found.payments = read, payments
        found.fen, found.fen_as_written = net, as_written

    def set_apart(self) -> Generator[bytes, None, None]:
        for start in range(0, len(self.apart), BLOCK):
            yield "".join(self.apart[start : start + BLOCK]).encode()

    def _unreadable(self, line: int, amount: str, header: str) -> None:
        """The whole file is refused; a few more lines are read to tell of them too."""
        shown = "".join(c if c.isprintable() else "\ufffd" for c in amount.strip())
        if not shown:
            message = _("there is no amount")
        elif sum(c.isdigit() for c in shown) > 12:  # perhaps an identity number: never shown
            message = _("this is no amount")
        else:
            message = _("“%(text)s” is no amount") % {"text": shown[:20]}
        self.faults.append(tabular.Fault(line, header, message))
        if len(self.faults) >= MOST_FAULTS:
            raise tabular.FileFault(*self.faults)

    def _number(self, number: str, kind: str | None) -> tuple[str, str]:
        """Kind and number; an empty kind where it is no valid number, then as written."""
        found = idnumber.judge(number, self.today, kind or idnumber.RESIDENT_ID)
        if found.ok:
            return found.kind, found.number
        return "", idnumber.clean(number)[:100]

    def _receipt(self, written: str) -> str:
        found = cells.receipt(written)
        self.summary.cut_receipts += found is None
        return found or ""

    def _place(self, written: tuple[str, str]) -> tuple[str, str]:
        """The place as written, and the township where its name is one of the campaign's."""
        township, shown = cells.place(written)
        return shown, str(self.townships.get(township, NULL))

    def _key(self, kind: str, receipt: str, facts: tuple[str, ...], who: bytes) -> str:
        if receipt:
            return self.keys.with_receipt(kind, receipt, who)
        return self.keys.of_facts(kind, facts, who)

    def _correct(self, text: str, kind: str, original: str, who: bytes) -> None:
        self.summary.corrections += 1
        key = self.keys.with_receipt(PAYMENT, original, who) if original else NULL
        self.apart.append(f"{text}\t{kind}\t{NULL}\t{key}\t{cell(original[:40])}\n")

    def _reject(self, line: int, kind: str, fen: int, problem: str) -> None:
        self.summary.rejected += 1
        self._put_apart(line=line, kind=kind, fen=fen, problem=problem)

    def _put_apart(self, **given: object) -> None:
        self.apart.append("\t".join(str(given.get(name, NULL)) for name in APART) + "\n")


def _read_declared(table: tabular.Table, summary: Summary) -> None:
    """Rows and sum as the last 合计 row states them, and as all of them do together."""
    amount = table.columns["amount"]
    for line, row in table.totals:
        texts = [cell_text(value).strip() for value in row]
        words = " ".join(texts).strip()
        if not words.startswith(layout.WHOLE) and not {t.strip(":：") for t in texts} & WHOLE:
            continue
        summary.declared_line = line
        rows = layout.ROWS_DECLARED.search(words)
        summary.declared_rows = int(rows[1].replace(",", "")) if rows else None
        summary.declared_fen = to_fen(texts[amount])
        summary.totals.append((summary.declared_rows, summary.declared_fen))


def merge(summaries: Sequence[Summary]) -> Summary:
    """One file's stretches, in their order, as one.

    Errors: FileFault where the declared rows or sum disagree with what was read (R-55).
    """
    first, *others = summaries
    for other in others:
        for name in ("read", "fen", "fen_as_written", "payments", "corrections", "rejected",
                     "cut_receipts"):  # fmt: skip
            setattr(first, name, getattr(first, name) + getattr(other, name))
        first.notes += [note for note in other.notes if note not in first.notes]
        first.totals += other.totals
        if other.declared_line:
            first.declared_line = other.declared_line
            first.declared_rows, first.declared_fen = other.declared_rows, other.declared_fen
    _compare_declared(first)
    return first


def _compare_declared(summary: Summary) -> None:
    """With the last 合计 row; else with all of them, each being of what stands above it."""
    sums = (summary.fen, summary.fen_as_written)
    last = (summary.declared_rows, summary.declared_fen)
    faults = disagreements(*last, summary.read, sums, summary.rejected)
    alike = {tuple(said is None for said in total) for total in summary.totals}
    if faults and len(summary.totals) > 1 and len(alike) == 1:  # all of them say the same things
        columns = zip(*summary.totals, strict=True)
        rows, fen = (None if None in each else sum(filter(None, each)) for each in columns)
        if not disagreements(rows, fen, summary.read, sums, summary.rejected):
            summary.declared_rows, summary.declared_fen = rows, fen
            return
    if faults:
        line = summary.declared_line
        raise tabular.FileFault(*(tabular.Fault(line, "", fault) for fault in faults))


def disagreements(
    rows: int | None,
    fen: int | None,
    read: int,
    sums: tuple[int, int],
    rejected: int,
    *,
    beside: bool = False,
) -> list[str]:
    """What was declared (None: nothing), what was read, and by how much they differ.

    `sums`: net, and as written, either of which may have been declared. Rejected rows count.
    `beside`: declared by who sent the file, not in it. Source: docs/RULES.md R-55, R-359.
    """
    faults = []
    if rows is not None and rows != read:
        said = (
            _(
                "%(declared)s rows were declared, but the file holds %(read)s, of them %(rejected)s"
                " rejected: %(differ)s apart"
            )
            if beside
            else _(
                "the file declares %(declared)s rows, but holds %(read)s, of them %(rejected)s"
                " rejected: %(differ)s apart"
            )
        )
        differ = abs(rows - read)
        faults.append(
            said % {"declared": rows, "read": read, "rejected": rejected, "differ": differ}
        )
    if fen is not None and fen not in sums:
        said = (
            _(
                "%(declared)s yuan were declared, but the rows sum to %(read)s, rejected ones"
                " counted: %(differ)s yuan apart"
            )
            if beside
            else _(
                "the file declares %(declared)s yuan, but its rows sum to %(read)s, rejected ones"
                " counted: %(differ)s yuan apart"
            )
        )
        differ_fen = yuan(abs(fen - sums[0]))
        faults.append(said % {"declared": yuan(fen), "read": yuan(sums[0]), "differ": differ_fen})
    return faults
