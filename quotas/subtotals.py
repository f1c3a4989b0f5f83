"""小计 rows in a table of targets against the rows they sum: values in, values out (R-181)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from config.lib.figures import thousands

WORD = "小计"


@dataclass(frozen=True)
class Summed:
    """A row that is summed up: its line in the file, its township as compared, its figures."""

    line: int
    place: str
    persons: int | None
    base: int | None


@dataclass(frozen=True)
class Subtotal:
    """A 小计 row; `place`: the township it names, empty where it only stands between rows."""

    line: int
    place: str
    persons: int | None
    base: int | None


def compare(rows: Sequence[Summed], subtotals: Sequence[Subtotal]) -> tuple[list[str], list[str]]:
    """Notes of subtotals that agree, and problems of those that do not, with line numbers.

    A subtotal that names a township sums its rows. Others sum the rows above them, up to the
    subtotal before; or, where the first of them stands before every row, the rows below.
    """
    ordered = sorted(subtotals, key=lambda each: each.line)
    lines = [each.line for each in ordered]
    below = bool(rows and ordered) and lines[0] < min(row.line for row in rows)
    notes, problems = [], []
    for at, each in enumerate(ordered):
        of = [row for row in rows if each.place and row.place == each.place]
        if not of and below:
            end = lines[at + 1] if at + 1 < len(lines) else None
            of = [r for r in rows if each.line < r.line and (end is None or r.line < end)]
        elif not of:
            begin = lines[at - 1] if at else 0
            of = [row for row in rows if begin < row.line < each.line]
        found = _disagreement(each, of)
        if found is None:
            notes.append(_("line %(n)s is a subtotal; it agrees") % {"n": each.line})
        else:
            problems.append(found)
    return notes, problems


def _disagreement(subtotal: Subtotal, rows: Sequence[Summed]) -> str | None:
    if not rows:
        return _("line %(n)s is a subtotal, but there is no row that it sums up") % {
            "n": subtotal.line
        }
    for declared, figures in (
        (subtotal.persons, [row.persons for row in rows]),
        (subtotal.base, [row.base for row in rows]),
    ):
        whole = sum(figure or 0 for figure in figures)
        open_ = None in figures
        if declared is None or declared == whole or (open_ and declared > whole):
            continue
        return _(
            "line %(n)s: the subtotal says %(declared)s, lines %(first)s to %(last)s sum to"
            " %(sum)s; mend the row that is wrong, or the subtotal"
        ) % {
            "n": subtotal.line,
            "declared": thousands(declared),
            "first": rows[0].line,
            "last": rows[-1].line,
            "sum": thousands(whole),
        }
    return None
