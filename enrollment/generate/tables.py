"""Rows of the two files about people, as a village's office writes them (CONTRACT: Residents)."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from random import Random

from .people import RESIDENT_CARD, Household, Person
from .places import Village

RESIDENT_COLUMNS = (
    "乡镇",
    "村",
    "组",
    "户编号",
    "户主姓名",
    "与户主关系",
    "姓名",
    "证件类型",
    "证件号码",
    "联系电话",
    "人员类别",
    "上年参保",
)
REGISTRATION_COLUMNS = (*RESIDENT_COLUMNS, "登记时间")
TIER = "缴费档次"  # after them, where people choose one
OTHER_WAY = 0.06  # share of households whose place is written by an alias or a code


def csv_line(cells: Sequence[str]) -> str:
    """One CSV record without its line end; csv.writer, 3x slower, only where a cell needs it."""
    line = ",".join(cells)
    if line.count(",") == len(cells) - 1 and '"' not in line and line.isprintable():
        return line
    record = io.StringIO()
    csv.writer(record).writerow(cells)
    return record.getvalue().removesuffix("\r\n")


class CsvFile:
    """A CSV file written in blocks, as encoding row by row takes longer."""

    BLOCK = 500  # rows

    def __init__(self, path: Path, encoding: str) -> None:
        self._file = path.open("w", encoding=encoding, newline="")
        self._lines: list[str] = []

    def row(self, cells: Sequence[str]) -> None:
        self._lines.append(csv_line(cells))
        if len(self._lines) == self.BLOCK:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        if self._lines:
            self._file.write("\r\n".join(self._lines) + "\r\n")
            self._lines.clear()


def place(random: Random, village: Village) -> tuple[str, str]:
    """Township and village as written: mostly their names, sometimes an alias or the code."""
    if random.random() >= OTHER_WAY:
        return village.township, village.name
    ways = [(village.township, village.name)]
    ways += [(alias, village.name) for alias in village.township_aliases]
    ways += [(village.township, alias) for alias in village.aliases]
    if village.code and village.township_code:
        ways.append((village.township_code, village.code))
    return random.choice(ways)


def resident_row(household: Household, person: Person, written: tuple[str, str]) -> tuple[str, ...]:
    """`written` is what `place` gave for the household. Some categories are left to derive."""
    derived = person.category == "1601" and person.kind == RESIDENT_CARD and not person.last_year
    return (
        *written,
        household.group,
        household.number,
        household.head.name,
        person.relation,
        person.name,
        person.kind,
        person.number,
        person.phone,
        "" if derived else person.category,
        "是" if person.last_year else "否",
    )
