"""What stands in a row of a birth list instead of a number. Values in, values out."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from config.lib import idnumber
from config.lib.tabular import cell_text
from enrollment.bulk.reading import tidy
from subsidies.rosters import columns

BY_CERTIFICATE, BY_PARENT = "出生医学证明", "监护人"  # words of idnumber.kind_from_words
UNNAMED = frozenset(("", "无", "未取名", "未起名", "暂无", "待定", "无名", "未命名", "无名氏"))
CHILD_OF = {"M": "之子", "F": "之女", "": "之子女"}
SEXES = {"男": "M", "女": "F", "M": "M", "F": "F", "1": "M", "2": "F"}
PARENTS = ("mother_number", "father_number")


class Newborns:
    """The rows of one sheet with columns about births.

    A child without a number is held by the birth certificate's, else by a parent's number and a
    serial: how many children that parent has in the sheet so far. A child without a name is called
    after a parent. Source: docs/RULES.md R-297.
    """

    def __init__(self, at: dict[str, int], header: str, today: date):
        """`at`: field → index, -1 for none; `header`: of the column that is taken for the number.

        Gives the kind of paper a cell of its own where the table has none.
        """
        self._at, self._today = at, today
        self._stands_in = ""  # what the number's column really holds
        for field in ("certificate", *PARENTS):
            if header in columns.FIELDS[field]:
                self._stands_in = field
                at[field], at["number"] = at["number"], -3
        if at["kind"] == -1:
            at["kind"] = -2
        self._serials: Counter[str] = Counter()

    def fill_in(self, cells: list[Any]) -> str:
        """Complete the cells of a row, which ends with three spare ones; what it tells besides, as
        JSON: numbers of the certificate and of the parents, whether the name is one."""
        at = self._at
        told: dict[str, Any] = {}
        papers = {field: self._judged(cells, field) for field in ("certificate", *PARENTS)}
        told.update({field: paper.number for field, paper in papers.items() if paper and paper.ok})
        if idnumber.clean(cell_text(cells[at["number"]])) == "":
            self._stand_in(cells, papers)
        name = tidy(cells[at["name"]])
        if name in UNNAMED:
            parent = tidy(cells[at["mother_name"]]) or tidy(cells[at["father_name"]])
            cells[at["name"]] = parent + CHILD_OF[self.sex(cells)] if parent else name
            told["unnamed"] = True
        return json.dumps(told, sort_keys=True) if told else ""

    def sex(self, cells: Sequence[Any]) -> str:
        return SEXES.get(tidy(cells[self._at["sex"]])[:1].upper(), "")

    def _stand_in(self, cells: list[Any], papers: dict[str, idnumber.Verdict | None]) -> None:
        """What is there of certificate, mother and father, the first that is right; else the first
        that is there at all, so that the row is rejected for what is wrong with it."""
        given = [(field, paper) for field, paper in papers.items() if paper]
        if not given:
            return
        field, paper = next((each for each in given if each[1].ok), given[0])
        if field == "certificate":
            cells[self._at["kind"]] = BY_CERTIFICATE
            cells[self._at["number"]] = paper.number
            return
        self._serials[paper.number] += 1
        cells[self._at["kind"]] = BY_PARENT
        cells[self._at["number"]] = f"{paper.number}-{self._serials[paper.number]}"

    def _judged(self, cells: Sequence[Any], field: str) -> idnumber.Verdict | None:
        written = cell_text(cells[self._at[field]])
        if not idnumber.clean(written):
            return None
        kind = "birth_certificate" if field == "certificate" else idnumber.RESIDENT_ID
        return idnumber.judge(written, self._today, kind)


def of_births(at: dict[str, int], header: str) -> bool:
    """Whether a table tells of births: a certificate or a parent's number, in whatever column."""
    fields = ("certificate", *PARENTS)
    return any(at[field] >= 0 or header in columns.FIELDS[field] for field in fields)
