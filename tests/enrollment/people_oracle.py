"""import_residents once more, in plain Python, one row after the other; no SQL, no bulk code."""

from dataclasses import dataclass, field, replace
from datetime import date

PLACES = {
    "城北镇": {"东湖村": "north-1", "东湖": "north-1", "139901001001": "north-1",
              "西湖村": "north-2", "西湖": "north-2"},
    "城南乡": {"东湖村": "south-1", "东湖": "south-1", "柳园社区": "south-2", "柳园": "south-2"},
}  # fmt: skip
PLACES |= {"北镇": PLACES["城北镇"], "139901002000": PLACES["城南乡"]}
# By township, then anywhere; none where the name is not clear.
SCHOOLS: dict[str, dict[str, str | None]] = {
    "城北镇": {"中心小学": "north-primary", "附小": None},
    "城南乡": {"中心小学": "south-primary", "附小": None},
    "": {"一中": "first", "第一中学": "first", "无": ""},
}
SCHOOLS |= {"北镇": SCHOOLS["城北镇"], "139901002000": SCHOOLS["城南乡"]}
CATEGORIES = {
    "1501": "1501",
    "成年人": "1501",
    "大学生": "1404",
    "老年人": "1601",
    "中小学生": "1403",
}
TODAY = date(2022, 11, 18)


@dataclass(frozen=True)
class Person:
    name: str
    village: str
    category: str
    relation: str
    phone: str
    home: str  # number of the household, "" for none
    school: str = ""  # key


@dataclass
class State:
    people: dict[str, Person] = field(default_factory=dict)  # by number
    homes: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)  # head, group
    prior: set[str] = field(default_factory=set)


def by_age(number: str) -> str:
    years = TODAY.year - int(number[6:10]) - (number[10:14] > f"{TODAY:%m%d}")
    if years < 1:
        return "1401"
    if years < 6:
        return "1402"
    return "1601" if years >= 60 else "1501" if years >= 19 else ""


def school_of(row: dict[str, str]) -> str | None:
    return {**SCHOOLS[""], **SCHOOLS[row["乡镇"]]}.get(row["学校"])


def school_problem(row: dict[str, str]) -> str:
    if not row["学校"] or school_of(row) is not None:
        return ""
    return "ambiguous_school" if row["学校"] in SCHOOLS[row["乡镇"]] else "unknown_school"


def take(state: State, rows: list[dict[str, str]], valid: set[str]) -> list[str]:
    """Outcome of each row (new, changed, known, or the code of its problem); changes `state`."""
    outcomes: list[str] = []
    first: dict[str, int] = {}
    good: list[tuple[int, dict[str, str], str]] = []
    for at, row in enumerate(rows):
        village = PLACES.get(row["乡镇"], {}).get(row["村"])
        category = CATEGORIES.get(row["人员类别"], "")
        if not row["姓名"]:
            outcome = "name_empty"
        elif row["证件号码"] not in valid:
            outcome = "number_check_digit"
        elif row["人员类别"] and not category:
            outcome = "category_unknown"
        elif row["乡镇"] not in PLACES:
            outcome = "unknown_township"
        elif village is None:
            outcome = "unknown_village"
        elif school_problem(row):
            outcome = school_problem(row)
        elif not (row["人员类别"] or by_age(row["证件号码"]) or row["证件号码"] in state.people):
            outcome = "category_unclear"
        elif row["证件号码"] in first:
            this, that = (
                [PLACES[r["乡镇"]][r["村"]], CATEGORIES.get(r["人员类别"], by_age(r["证件号码"]))]
                + [r[c] for c in ("姓名", "组", "户编号", "户主姓名", "与户主关系", "学校")]
                + [r["联系电话"], r["上年参保"]]
                for r in (row, rows[first[row["证件号码"]]])
            )
            outcome = "known" if this == that else "repeated"
        else:
            first[row["证件号码"]] = at
            good.append((at, row, village))
            outcome = "?"
        outcomes.append(outcome)
    changed_homes = _take_homes(state, good)
    for at, row, village in good:
        outcomes[at] = _take_person(state, row, village, changed_homes)
    return outcomes


def _take_homes(state, good) -> set[tuple[str, str]]:
    told: dict[tuple[str, str], tuple[str, str]] = {}
    for _at, row, village in good:
        key = (village, row["户编号"])
        headless = not told.get(key, ("",))[0]
        if row["户编号"] and headless and (key not in told or row["户主姓名"]):
            told[key] = (row["户主姓名"], row["组"])
    changed = set()
    for key, (head, group) in told.items():
        before = state.homes.get(key)
        state.homes[key] = (head, group)
        if before is not None:
            state.homes[key] = (head or before[0], group or before[1])
            if state.homes[key] != before:
                changed.add(key)
    return changed


def _take_person(state, row, village, changed_homes) -> str:
    number, prior = row["证件号码"], row["上年参保"] == "是"
    before = state.people.get(number)
    if before is None:
        category = CATEGORIES.get(row["人员类别"]) or by_age(number)
        state.people[number] = Person(
            row["姓名"], village, category, row["与户主关系"], row["联系电话"], row["户编号"],
            school_of(row) or "",
        )  # fmt: skip
        if prior:
            state.prior.add(number)
        return "new"
    home = row["户编号"] or (before.home if before.village == village else "")
    after = replace(
        before,
        name=row["姓名"],
        village=village,
        home=home,
        category=CATEGORIES.get(row["人员类别"], before.category),
        relation=row["与户主关系"] or before.relation,
        phone=row["联系电话"] or before.phone,
        school=before.school if not row["学校"] else school_of(row) or "",
    )
    state.people[number] = after
    newly = prior and number not in state.prior
    if prior:
        state.prior.add(number)
    touched = bool(row["户编号"]) and (village, row["户编号"]) in changed_homes
    return "changed" if after != before or newly or touched else "known"
