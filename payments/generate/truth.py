"""Counts of what must come out, and truth.json (documented in this package's docstring)."""

import json
from collections import Counter
from pathlib import Path
from typing import IO, Any

from .lines import Line

BLOCK = 1000  # entries written at once
PLAIN = '{"outcome": "new", "standing": "matched"}'
PLAIN_AMOUNT = '{"outcome": "new", "standing": "matched", "amount": %d}'


class Tally:
    """Adds up lines. Of `plain` lines (new, matched, exactly the due) only number and fen."""

    def __init__(self) -> None:
        self.plain = 0
        self.plain_fen = 0
        self.outcomes: Counter[str] = Counter()
        self.outcome_fen: Counter[str] = Counter()
        self.standings: Counter[str] = Counter()
        self.open: Counter[str] = Counter()
        self.fen: Counter[str] = Counter()
        self.then: Counter[str] = Counter()
        self.then_open: Counter[str] = Counter()

    def add_plain(self, fen: int) -> None:
        self.plain += 1
        self.plain_fen += fen

    def add(self, line: Line) -> None:
        self.outcomes[line.outcome] += 1
        self.outcome_fen[line.outcome] += line.fen
        if not line.is_payment:
            return
        self.standings[line.standing] += 1
        if line.cause:
            self.open[line.cause] += 1
        self.fen[line.standing] += line.fen - line.refund_due_fen
        self.fen["refund_due"] += line.refund_due_fen
        standing, cause = line.then()
        self.then[standing] += 1
        if cause:
            self.then_open[cause] += 1

    def merge(self, other: "Tally") -> None:
        self.plain += other.plain
        self.plain_fen += other.plain_fen
        for mine, theirs in zip(self._counters(), other._counters(), strict=True):
            mine.update(theirs)

    def _counters(self) -> tuple[Counter[str], ...]:
        return (
            self.outcomes,
            self.outcome_fen,
            self.standings,
            self.open,
            self.fen,
            self.then,
            self.then_open,
        )

    def totals(self) -> dict[str, Any]:
        outcomes = self.outcomes + Counter(new=self.plain)
        outcome_fen = Counter(self.outcome_fen)
        outcome_fen["new"] += self.plain_fen
        standings = self.standings + Counter(matched=self.plain)
        fen = {name: self.fen[name] for name in ("open", "refund_due", "refunded", "reversed")}
        return {
            "read": outcomes.total(),
            "outcomes": dict(outcomes),
            "outcome_fen": dict(outcome_fen),
            "standings": dict(standings),
            "open": dict(self.open),
            "fen": {
                "net": outcome_fen["new"],
                "matched": self.fen["matched"] + self.plain_fen,
                **fen,
            },
        }

    def when_taken_in(self) -> dict[str, Any]:
        return {"matched": self.then["matched"] + self.plain, "open": dict(self.then_open)}


class LineTruth:
    """The entries of one file, kept beside it on disk until the whole is put together."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tally = Tally()
        self._file = path.open("w+", encoding="utf-8")
        self._comma = ""
        self._entries: list[str] = []

    def add(self, number: int, line: Line) -> None:
        if line.is_plain:
            self.tally.add_plain(line.fen)
            entry = PLAIN if line.amount is None else PLAIN_AMOUNT % line.amount
        else:
            self.tally.add(line)
            entry = json.dumps(line.truth(), ensure_ascii=False)
        self._entries.append(f'"{number}": {entry}')
        if len(self._entries) >= BLOCK:
            self._flush()

    def pour(self, target: IO[str]) -> None:
        """Copy all entries into `target`, then forget them."""
        self._flush()
        self._file.seek(0)
        while block := self._file.read(1 << 20):
            target.write(block)
        self._file.close()
        self.path.unlink()

    def _flush(self) -> None:
        if self._entries:
            self._file.write(self._comma + ",\n".join(self._entries))
            self._comma = ",\n"
            self._entries.clear()


def write_truth(
    path: Path, head: dict[str, Any], files: list[tuple[str, str, LineTruth]], tail: dict[str, Any]
) -> None:
    """`files`: name, form and lines of each; `head` and `tail` are entries around them."""
    with path.open("w", encoding="utf-8") as target:
        target.write(json.dumps(head, ensure_ascii=False)[:-1])
        target.write(', "files": {')
        for at, (name, form, lines) in enumerate(files):
            totals = json.dumps(lines.tally.totals())
            then = json.dumps(lines.tally.when_taken_in())
            target.write(f'{"," if at else ""}\n{json.dumps(name)}: {{"form": "{form}", ')
            target.write(f'"totals": {totals}, "when_taken_in": {then}, "lines": {{\n')
            lines.pour(target)
            target.write("}}")
        target.write("}, ")
        target.write(json.dumps(tail, ensure_ascii=False)[1:])
        target.write("\n")
