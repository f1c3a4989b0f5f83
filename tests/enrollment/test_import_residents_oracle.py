"""The SQL of import_residents holds what a plain-Python reading of the same files holds."""

import random

import pytest

from enrollment import bulk, files
from enrollment.models import (
    Household,
    Identity,
    PriorEnrollment,
    Region,
    RegionAlias,
    SourceProblem,
    User,
)
from tests.conftest import at
from tests.enrollment import people_oracle as oracle
from tests.enrollment.people import make_school, number, write

NOW = at("2022-11-18 16:30")
SEEDS = range(20)
NUMBERS = [
    number(born, order)
    for born in ("20220801", "20180101", "20120301", "19990101", "19800101", "19500301")
    for order in (1, 2)
]
BROKEN = [text[:17] + ("1" if text[17] != "1" else "2") for text in NUMBERS[:2]]


def draw(dice: random.Random) -> dict[str, str]:
    """A row in which everything is drawn from a few values, so that rows often meet."""
    return {
        "乡镇": dice.choice(["城北镇", "城北镇", "北镇", "城南乡", "139901002000", "城西镇"]),
        "村": dice.choice(["东湖村", "东湖村", "东湖", "西湖", "柳园", "无此村"]),
        "组": dice.choice(["", "1", "2"]),
        "户编号": dice.choice(["", "0001", "0002"]),
        "户主姓名": dice.choice(["", "王大", "李二"]),
        "与户主关系": dice.choice(["", "本人", "子"]),
        "姓名": dice.choice(["王小明", "王小明", "李四", "阿依·买买提", ""]),
        "证件类型": dice.choice(["", "居民身份证"]),
        "证件号码": dice.choice([*NUMBERS, *NUMBERS, *BROKEN]),
        "联系电话": dice.choice(["", "13800000000", "13900000000"]),
        "人员类别": dice.choice(["", "", "1501", "成年人", "大学生", "老年人", "中小学生", "仙人"]),
        "上年参保": dice.choice(["是", "否"]),
        "学校": dice.choice([*[""] * 6, "一中", "第一中学", "中心小学", "附小", "无", "二中"]),
    }


def drawn(seed: int) -> list[list[dict[str, str]]]:
    """Three files. Rows come again in the same or the next one, some with another cell or two."""
    dice, made = random.Random(seed), [[]]
    for _turn in range(3):
        rows = [draw(dice) for _ in range(dice.choice([3, 12]))]
        for _again in range(15):
            row = dict(dice.choice(made[-1] + rows))
            for column in dice.sample(list(row), dice.choice([0, 1, 1, 2])):
                row[column] = draw(dice)[column]
            rows.append(row)
        made.append(rows)
    return made[1:]


@pytest.fixture
def schools(places):
    """一中 of the county, a 中心小学 of each township, and two 附小 in one of them."""
    for key, name, above in (
        ("first", "一中", "county"), ("north-primary", "中心小学", "north"),
        ("south-primary", "中心小学", "south"), ("east-side", "附小", "north"),
        ("west-side", "附小", "north"), ("third", "附小", "county"),
    ):  # fmt: skip
        make_school(places[above], key, name)
    RegionAlias.objects.create(region=Region.objects.get(key="first"), name="第一中学")


@pytest.mark.parametrize("seed", SEEDS)
def test_three_files_one_after_the_other(schools, campaign, tmp_path, seed):
    state = oracle.State()
    for turn, rows in enumerate(drawn(seed)):
        expected = oracle.take(state, rows, set(NUMBERS))
        path = write(tmp_path / f"{turn}.csv", rows)
        file = files.take_in(campaign, "residents", path.name, path, User.system(), NOW)
        result = bulk.import_residents(
            file, path, by=User.system(), now=NOW, progress=lambda *_: None
        )
        problems = SourceProblem.objects.filter(file=file, rejected=True)
        assert dict(problems.values_list("line", "code")) == {
            line: outcome
            for line, outcome in enumerate(expected, start=2)
            if outcome not in ("new", "changed", "known")
        }
        for outcome in ("new", "changed", "known"):
            assert result[outcome] == expected.count(outcome), outcome
        assert stored() == state


def stored() -> oracle.State:
    """What the database holds, as the oracle keeps it. A person's phone is revealed."""
    people = {}
    related = ("resident__village", "resident__household", "resident__school")
    for paper in Identity.objects.select_related(*related):
        person = paper.resident
        home = person.household
        assert home is None or home.village_id == person.village_id
        people[paper.number.reveal()] = oracle.Person(
            person.name,
            person.village.key,
            person.category,
            person.relation,
            person.phone.reveal() if person.phone else "",
            home.number if home else "",
            person.school.key if person.school else "",
        )
    numbers = dict(Identity.objects.values_list("resident_id", "number"))
    return oracle.State(
        people,
        {(h.village.key, h.number): (h.head_name, h.group_no) for h in Household.objects.all()},
        {
            numbers[pk].reveal()
            for pk in PriorEnrollment.objects.values_list("resident_id", flat=True)
        },
    )


def test_the_rows_drawn_reach_every_outcome():
    """The files above are worth something: each outcome occurs."""
    seen = set()
    for seed in SEEDS:
        state = oracle.State()
        for rows in drawn(seed):
            seen.update(oracle.take(state, rows, set(NUMBERS)))
    assert seen == {
        "new", "changed", "known", "repeated", "name_empty", "number_check_digit",
        "category_unknown", "category_unclear", "unknown_township", "unknown_village",
        "unknown_school", "ambiguous_school",
    }  # fmt: skip
