"""A payment detail file as COPY text for sql/stage.sql. Runs in a child process, knows no table.

Payments come first; then an empty block, and behind it what is set apart: reversals, refunds,
rejected lines, and the keys that may stand in the file more than once.

The loop over a million rows is the slowest part of taking them in, so what repeats is remembered
(`Memo`) and what is clean passes by the shortest way; the long way is a function beside it.
"""

import re
import unicodedata
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from config.lib import dates, idnumber, siv, tabular
from config.lib.copyin import BLOCK, cell
from config.lib.money import to_fen
from config.lib.names import name_key
from payments import layout
from payments.keys import PAYMENT, REFUND, REVERSAL, Keys, nth

COLUMNS = (
    "line", "key", "number_kind", "number", "name", "name_key", "fen", "year", "paid_at",
    "treasury_on", "receipt", "channel", "place", "township_id", "mark",
)  # fmt: skip
APART = (*COLUMNS, "kind", "problem", "original_key", "original_receipt")
AGAIN = "again"  # kind of a row that is no line: its key may occur twice among the payments
MOST_FAULTS = 20  # told of one file
MOST_FEN = 2**31 - 1
CARDS = frozenset({idnumber.RESIDENT_ID, "hmt_permit", "foreign_permanent"})
SEEN = 1 << 25  # bytes; of a million keys 1 in 70 is taken for a repetition, SQL looks closer
_ODD_IN_NAME = re.compile(r"[^\u4e00-\u9fa5]")
_PLAIN_RECEIPT = re.compile(r"[1-9][0-9]{5,18}")  # below 2 to the 64th
_BLANK = re.compile(r"[\s'‘’`\u200b-\u200f\u2060\ufeff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_YEAR = re.compile(r"(20\d\d)(?:\D|\d{2}(?:\d{2})?(?:\D|$)|$)")
_TIME = re.compile(r"[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d")
NULL = "\\N"


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
    rejected_fen: int = 0
    cut_receipts: int = 0
    declared_line: int = 0
    declared_rows: int | None = None
    declared_fen: int | None = None


class Memo(dict):
    """Remembers what `make` made of a text; forgets everything when it grows too large."""

    def __init__(self, make: Callable[[Any], Any], most: int = 50_000):
        super().__init__()
        self._make, self._most = make, most

    def __missing__(self, key: Any) -> Any:
        if len(self) >= self._most:
            self.clear()
        value = self[key] = self._make(key)
        return value


def read_payments(
    path: Path, *, campaign_id: int, townships: Mapping[str, int], today: date
) -> Generator[bytes, None, Summary]:
    """Blocks of COPY text (COLUMNS); returns the Summary.

    Errors: FileFault for a file that is no such table, for rows without a readable amount, and
    where the declared rows or sum disagree with what was read.
    """
    table = tabular.open_table(path, layout.FIELDS, layout.REQUIRED)
    if not any(name in table.columns for name in layout.COVERAGE):
        raise tabular.FileFault(
            tabular.Fault(
                table.header_line,
                layout.FIELDS["since"][0],
                _("this column is missing, and so is “%(other)s”: they tell the coverage year")
                % {"other": layout.FIELDS["year"][0]},
            )
        )
    reader = _Reader(campaign_id, townships, today)
    summary = yield from reader.blocks(table)
    _read_declared(table, summary)
    _compare_declared(summary)
    return summary


class _Reader:
    """The memories and counts of one file."""

    def __init__(self, campaign_id: int, townships: Mapping[str, int], today: date):
        self.keys = Keys(campaign_id)
        self.townships = townships
        self.today = today
        self.faults: list[tabular.Fault] = []
        self.summary = Summary()
        self.occurrences: dict[str, int] = {}
        self.apart: list[str] = []

    def blocks(self, table: tabular.Table) -> Generator[bytes, None, Summary]:
        summary = self.summary
        summary.headers, summary.header_line = table.headers, table.header_line
        summary.encoding, summary.sheet = table.encoding, table.sheet
        summary.unknown, summary.notes = table.unknown, table.notes
        yield from self._payments(table)
        if self.faults:
            raise tabular.FileFault(*self.faults)
        yield b""
        for start in range(0, len(self.apart), BLOCK):
            yield "".join(self.apart[start : start + BLOCK]).encode()
        return summary

    def _payments(self, table: tabular.Table) -> Generator[bytes, None, None]:
        width = len(table.headers)
        pick = itemgetter(*(table.columns.get(name, width) for name in layout.FIELDS))
        as_text = bool(table.sheet)

        amounts, states = Memo(to_fen), Memo(_state)
        days, clocks, instants = Memo(_iso_day), Memo(_iso_clock, 90_000), Memo(_instant)
        years, treasuries = Memo(_year), Memo(_treasury)
        channels, marks, places = Memo(_short), Memo(_mark), Memo(self._place)
        papers = Memo(idnumber.kind_from_words)
        seal, turn = siv.ring().seal, self.keys.turn
        odd_in_name, is_plain_receipt = _ODD_IN_NAME.search, _PLAIN_RECEIPT.fullmatch
        seen, slots = bytearray(SEEN), SEEN - 1
        read = net = as_written = payments = 0
        lines: list[str] = []

        for line, cells in table.rows():
            if as_text:
                cells = [_text(value) for value in cells]
            cells.append("")  # what a missing column reads
            (
                name, paper, number, amount, paid, since, until, year_words, treasury, receipt,
                original, channel, township, village, mark, state, remark,
            ) = pick(cells)  # fmt: skip
            read += 1

            fen = amounts[amount]
            if fen is None or not -MOST_FEN <= fen <= MOST_FEN:
                self._unreadable(line, amount)
                continue
            as_written += fen
            kind = states[state]
            if fen < 0:
                kind, fen = kind if kind is not PAYMENT else REVERSAL, -fen
            net += fen if kind is PAYMENT else -fen

            year = years[since, until, year_words]
            day, clock = days[paid[:10]], clocks[paid[10:]]
            paid_at = day + clock if day and clock else instants[paid]
            if not paid_at or not year:
                self._reject(line, kind, fen, "no_year" if paid_at else "no_date")
                continue

            if (
                len(number) == 18
                and number.isascii()
                and (number.isdigit() or (number[17] == "X" and number[:17].isdigit()))
                and number[0] not in "89"
                and papers[paper] in CARDS
            ):
                number_kind = "resident_id"
            else:
                number_kind, number = self._number(number, papers[paper])
            sealed = seal(number)
            if odd_in_name(name) or len(name) > 60:
                name, key_name = _name(name)
            else:
                key_name = name
            channel = channels[channel]
            place, township_id = places[township, village]

            if kind is PAYMENT and is_plain_receipt(receipt):
                key = f"{int(receipt) ^ turn:016x}{sealed[1:9].hex()}"  # as keys.with_receipt
            else:
                receipt = self._receipt(receipt)
                original = "" if kind is PAYMENT else _original(original, remark, number) or receipt
                facts = (str(year), str(fen), paid_at, channel, original)
                key = self._key(kind, receipt, facts, sealed)
            text = (
                f"{line}\t{key}\t{number_kind}\t\\\\x{sealed.hex()}\t{name}\t{key_name}\t{fen}"
                f"\t{year}\t{paid_at}\t{treasuries[treasury]}\t{receipt[:40]}\t{channel}\t{place}"
                f"\t{township_id}\t{marks[mark]}"
            )
            if kind is not PAYMENT:
                self._set_apart(text, kind, original, sealed)
                continue
            payments += 1
            lines.append(text)
            slot = hash(key) & slots
            if seen[slot]:
                self._again(key)
            seen[slot] = 1
            if len(lines) >= BLOCK:
                lines.append("")
                yield "\n".join(lines).encode()
                lines.clear()
        if lines:
            lines.append("")
            yield "\n".join(lines).encode()
        self.summary.read, self.summary.payments = read, payments
        self.summary.fen, self.summary.fen_as_written = net, as_written

    def _key(self, kind: str, receipt: str, facts: tuple[str, ...], sealed: bytes) -> str:
        if receipt:
            return self.keys.with_receipt(kind, receipt, sealed)
        base = self.keys.of_facts(kind, facts, sealed)
        occurrence = self.occurrences.get(base, 0)
        self.occurrences[base] = occurrence + 1
        return nth(base, occurrence)

    def _set_apart(self, text: str, kind: str, original: str, sealed: bytes) -> None:
        self.summary.corrections += 1
        key = self.keys.with_receipt(PAYMENT, original, sealed) if original else NULL
        self.apart.append(f"{text}\t{kind}\t{NULL}\t{key}\t{original[:40]}\n")

    def _again(self, key: str) -> None:
        given = {"line": 0, "key": key, "fen": 0, "kind": AGAIN}
        self.apart.append("\t".join(str(given.get(name, NULL)) for name in APART) + "\n")

    def _reject(self, line: int, kind: str, fen: int, problem: str) -> None:
        self.summary.rejected += 1
        self.summary.rejected_fen += fen if kind is PAYMENT else -fen
        given = {"line": line, "fen": fen, "kind": kind, "problem": problem}
        self.apart.append("\t".join(str(given.get(name, NULL)) for name in APART) + "\n")

    def _unreadable(self, line: int, amount: str) -> None:
        """The whole file is refused; a few more lines are read to tell of them too."""
        shown = amount.strip()
        if not shown:
            message = _("there is no amount")
        elif sum(c.isdigit() for c in shown) > 12:  # perhaps an identity number: never shown
            message = _("this is no amount")
        else:
            message = _("“%(text)s” is no amount") % {"text": shown[:20]}
        self.faults.append(tabular.Fault(line, layout.FIELDS["amount"][0], message))
        if len(self.faults) >= MOST_FAULTS:
            raise tabular.FileFault(*self.faults)

    def _number(self, number: str, kind: str | None) -> tuple[str, str]:
        """Kind and number; an empty kind where it is no valid number, then as written."""
        found = idnumber.judge(number, self.today, kind or idnumber.RESIDENT_ID)
        if found.ok:
            return found.kind, found.number
        return "", idnumber.clean(number)[:100]

    def _receipt(self, written: str) -> str:
        """Without blanks, half-width; empty where it is none, or cut by a spreadsheet."""
        receipt = _BLANK.sub("", unicodedata.normalize("NFKC", _CONTROL.sub("", written)))
        if layout.NO_RECEIPT.fullmatch(receipt):
            return ""
        if re.fullmatch(r"\d(\.\d+)?[Ee]\+?\d+", receipt):
            self.summary.cut_receipts += 1
            return ""
        return cell(receipt)

    def _place(self, written: tuple[str, str]) -> tuple[str, str]:
        """The place as written, and the township where its name is one of the campaign's."""
        township, village = (_BLANK.sub("", text) for text in written)
        known = self.townships.get(township)
        return cell(f"{township} {village}".strip()[:80]), NULL if known is None else str(known)


def _text(value: Any) -> str:
    """A spreadsheet's cell as CSV would have it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return str(value)


def _short(text: str) -> str:
    return cell(_CONTROL.sub("", text).strip()[:40])


def _mark(text: str) -> str:
    mark = _short(text)
    return "" if mark in layout.NO_MARK else mark


def _name(written: str) -> tuple[str, str]:
    """The name as written, and for comparing; both as COPY text."""
    name = _CONTROL.sub("", written).strip()[:60]
    return cell(name), cell(name_key(name)[:60])


def _state(words: str) -> str:
    if any(word in words for word in layout.REVERSAL_WORDS):
        return REVERSAL
    return REFUND if any(word in words for word in layout.REFUND_WORDS) else PAYMENT


def _original(original: str, remark: str, number: str) -> str:
    """The receipt that a correction names: in its own column, else within the remark."""
    given = _BLANK.sub("", unicodedata.normalize("NFKC", original))
    if given and not layout.NO_RECEIPT.fullmatch(given):
        return cell(given)
    tokens = layout.RECEIPT_IN_WORDS.findall(unicodedata.normalize("NFKC", remark))
    return next((token for token in tokens if token.upper() != number), "")


def _year(written: tuple[str, str, str]) -> int | None:
    """The coverage year: the period's beginning, else its end, else the year column."""
    since, until, year = written
    for text in (since, until, year):
        plain = unicodedata.normalize("NFKC", text).strip().lstrip("'")
        if found := _YEAR.match(plain):
            return int(found[1])
        if (day := dates.to_date(plain)) and 2000 <= day.year < 2100:
            return day.year
    return None


def _iso_day(text: str) -> str:
    """2022-11-03 as it stands; empty where the text must go the long way."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return ""
    return text if day and 2000 <= day.year < 2100 else ""


def _iso_clock(text: str) -> str:
    if not text:
        return " 00:00:00+08"
    return f" {text[1:]}+08" if _TIME.fullmatch(text) else ""


def _instant(text: str) -> str:
    found = dates.to_instant(text)
    if found is None or not 2000 <= found.year < 2100:
        return ""
    if isinstance(found, datetime):
        return f"{found.astimezone(dates.ZONE):%Y-%m-%d %H:%M:%S}+08"
    return f"{found:%Y-%m-%d} 00:00:00+08"


def _treasury(text: str) -> str:
    found = dates.to_date(text)
    return found.isoformat() if found and 2000 <= found.year < 2100 else NULL


def _read_declared(table: tabular.Table, summary: Summary) -> None:
    """Rows and sum as the last 合计 row states them."""
    amount = table.columns["amount"]
    for line, cells in table.totals:
        texts = [_text(value).strip() for value in cells]
        words = " ".join(texts)
        if not words.strip().startswith(layout.WHOLE):
            continue
        summary.declared_line = line
        rows = layout.ROWS_DECLARED.search(words)
        summary.declared_rows = int(rows[1].replace(",", "")) if rows else None
        summary.declared_fen = to_fen(texts[amount])


def _compare_declared(summary: Summary) -> None:
    faults = []
    rows, fen = summary.declared_rows, summary.declared_fen
    if rows is not None and rows != summary.read:
        faults.append(
            _("the file declares %(declared)s rows, but holds %(read)s")
            % {"declared": rows, "read": summary.read}
        )
    if fen is not None and fen not in (summary.fen, summary.fen_as_written):
        faults.append(
            _("the file declares %(declared)s yuan, but its rows sum to %(read)s")
            % {"declared": _yuan(fen), "read": _yuan(summary.fen)}
        )
    if faults:
        line = summary.declared_line
        raise tabular.FileFault(*(tabular.Fault(line, "", fault) for fault in faults))


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"
