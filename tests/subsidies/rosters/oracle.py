"""What becomes of a roster's rows, said once more in plain Python, to compare the SQL with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

MEANINGS = {
    "监测对象": "monitored",
    "一般低保户": "minimum_living",
    "监测对象（二类）": "monitored",
    "死亡": "list:dead",
}
DATES = {"": None, "2022.8.1": date(2022, 8, 1), "20220701": date(2022, 7, 1), "不详": None}
Key = tuple[str, str]  # number, category


@dataclass(frozen=True)
class Line:
    name: str
    number: str  # "" where `problem` says why it is none
    word: str
    day: str
    problem: str = ""
    written: str = ""  # the number as it stands in the file, where it is none


@dataclass
class Told:
    outcomes: list[str]
    warnings: list[set[str]]
    marks: dict[Key, date]  # that stand afterwards
    ended: int
    refused: bool  # a full list that nobody may take in as such


def judge(
    lines: Iterable[Line],
    *,
    default: str,
    full: bool,
    as_of: date,
    names: Mapping[str, str],
    marks: Mapping[Key, date],
) -> Told:
    """`names`: number → name of those known; `marks`: what stood before."""
    outcomes, warnings = list[str](), list[set[str]]()
    after, seen, about = dict(marks), set[Key](), {default} - {""}
    for line in lines:
        category = MEANINGS.get(line.word, "") if line.word else default
        about |= {category} - {""}
        if line.problem or not category:
            outcomes.append("rejected" if line.problem else "waiting")
            warnings.append(set() if line.problem else {"date_unreadable"} & _of_cells(line))
            continue
        key, day = (line.number, category), DATES[line.day]
        told = _of_cells(line)
        if names.get(line.number, line.name) != line.name:
            told.add("name_differs")
        if category == "list:dead" and line.number not in names:
            told.add("not_in_register")
        if category != "list:dead" and (line.number, "list:dead") in marks:
            told.add("listed_dead")
        if key in seen:
            told.add("repeated")
        outcomes.append(_outcome(key, day, seen, names, marks))
        if outcomes[-1] in ("new", "changed"):
            after[key] = day or as_of
        seen.add(key)
        warnings.append(told)
    absent = {
        key
        for key, day in marks.items()
        if full and key[1] in about and key not in seen and day <= as_of
    }
    unclear = "waiting" in outcomes or "rejected" in outcomes
    return Told(
        outcomes,
        warnings,
        {key: day for key, day in after.items() if key not in absent},
        len(absent),
        full and bool(absent) and unclear,
    )


def _outcome(
    key: Key,
    day: date | None,
    seen: set[Key],
    names: Mapping[str, str],
    marks: Mapping[Key, date],
) -> str:
    if key in seen or (key[1] == "list:dead" and key[0] not in names):
        return "known"
    if key not in marks:
        return "new"
    return "changed" if day and day != marks[key] else "known"


def _of_cells(line: Line) -> set[str]:
    return {"date_unreadable"} if line.day == "不详" else set()
