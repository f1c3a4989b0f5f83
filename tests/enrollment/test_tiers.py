"""Where people choose a tier, it is told with their registration (small county, two tiers)."""

from datetime import date
from itertools import product

import pytest

from enrollment import asked, bulk, files
from enrollment.bulk import profiles
from enrollment.facts import Facts, Mark
from enrollment.models import Registration, Resident, SourceProblem, User
from subsidies.models import Entitlement
from tests.conftest import assert_table, at
from tests.enrollment.people import number, write
from tests.enrollment.test_pricing_profiles import PARTS, by_profile

NOW = at("2022-11-18 16:30")
FEE = """individual_fen = 35000
clause = "二（二）"
words = "个人缴费标准为每人每年 350 元"
"""
TIERS = """clause = "二（二）"
words = "一档 350 元，二档 700 元"

[[fee.rules]]
name = "90 日内新生儿"
individual_fen = 20000
when = { days_since_birth = { until = 90 } }

[[fee.rules]]
name = "二档"
individual_fen = 70000
when = { tier = "二档" }

[[fee.rules]]
name = "一档"
individual_fen = 35000
when = { tier = "一档" }
"""
BY_TIER = (
    """grant = "amount"
amount_fen = 8000
how = "reimbursed"
funder = "医疗救助资金"
clause""",
    """clause""",
    """words = "医疗救助资金按 80 元资助"
""",
    """words = "医疗救助资金按 80 元资助"
grants = [
  { when = { tier = "一档" }, grant = "amount", amount_fen = 8000, how = "deducted" },
  { when = { tier = "二档" }, grant = "amount", amount_fen = 9000, how = "deducted" },
]
""",
)
NO_FOR_STUDENTS = """[eligibility]
otherwise = "admit"
clause = "一"

[[eligibility.exclusions]]
key = "students"
name = "大学生只参加一档"
when = { category = "1404", tier = "二档" }
words = "大学生只参加一档"

[fee]"""
ADULT, STUDENT, BABY, OTHER = (
    number(born, order)
    for order, born in enumerate(("19800101", "20030101", "20221101", "19700101"), 1)
)


@pytest.fixture
def tiered(campaign, places, changed, load):
    """The small county with 一档 350 and 二档 700 yuan, and no fee for whoever says nothing."""
    grants = ((BY_TIER[0], BY_TIER[1]), (BY_TIER[2], BY_TIER[3]))
    path = changed((FEE, TIERS), ("[fee]", NO_FOR_STUDENTS), *grants)
    return load(path, why="档次", now=NOW)


def taken_in(campaign, folder, *rows):
    path = write(folder / "registrations.csv", rows)
    file = files.take_in(campaign, "registrations", path.name, path, User.system(), NOW)
    return bulk.register_file(file, path, by=User.system(), now=NOW, progress=lambda *_: None)


def told(result):
    return tuple(result[key] for key in ("read", "registered", "rejected"))


def test_a_file_tells_the_tier_of_each_row(tiered, tmp_path):
    result = taken_in(
        tiered, tmp_path,
        {"姓名": "王芳", "证件号码": ADULT, "缴费档次": "二档"},
        {"姓名": "李四", "证件号码": OTHER, "缴费档次": " 一档 "},
    )  # fmt: skip
    assert told(result) == (2, 2, 0)
    assert_table(
        Registration, ["resident__name", "tier", "fee_fen"],
        [("王芳", "二档", 70000), ("李四", "一档", 35000)],
    )  # fmt: skip


def test_a_row_without_a_tier_is_rejected_and_told_which_there_are(tiered, tmp_path):
    result = taken_in(
        tiered, tmp_path,
        {"姓名": "王芳", "证件号码": ADULT, "档次": ""},
        {"姓名": "李四", "证件号码": OTHER, "档次": "三档"},
        {"姓名": "小宝", "证件号码": BABY, "人员类别": "1401", "档次": ""},
    )  # fmt: skip
    assert told(result) == (3, 1, 2)
    assert_table(
        Registration, ["resident__name", "tier", "fee_fen"], [("小宝", "", 20000)]
    )  # what a newborn owes goes by no tier
    assert not Resident.objects.filter(name="王芳").exists()
    rows = {each.line: each for each in SourceProblem.objects.all()}
    assert (rows[2].code, rows[2].column) == ("tier_missing", "档次")
    assert rows[2].message == "须说明缴费档次：一档、二档。"
    assert (rows[3].code, rows[3].column) == ("tier_unknown", "档次")
    assert "三档" in rows[3].message and "一档、二档" in rows[3].message


def test_a_file_without_the_column_is_told_the_same(tiered, tmp_path):
    result = taken_in(tiered, tmp_path, {"姓名": "王芳", "证件号码": ADULT})
    assert result["problems"] == {"tier_missing": 1}


def test_a_tier_may_exclude(tiered, tmp_path):
    row = {"姓名": "王芳", "证件号码": STUDENT, "人员类别": "大学生"}
    result = taken_in(tiered, tmp_path, {**row, "缴费档次": "二档"})
    assert result["problems"] == {"not_eligible": 1}
    assert told(taken_in(tiered, tmp_path, {**row, "缴费档次": "一档"})) == (1, 1, 0)


def test_one_person_in_two_tiers_is_a_contradiction(tiered, tmp_path):
    row = {"姓名": "王芳", "证件号码": ADULT}
    result = taken_in(tiered, tmp_path, {**row, "档次": "一档"}, {**row, "档次": "二档"})
    assert result["problems"] == {"repeated": 1}


def test_where_the_notice_has_a_fee_for_everybody_silence_is_that(changed, load, places, tmp_path):
    text = TIERS.replace("clause", "individual_fen = 35000\nclause", 1)
    campaign = load(changed((FEE, text)), why="档次", now=NOW)
    result = taken_in(
        campaign, tmp_path,
        {"姓名": "王芳", "证件号码": ADULT, "档次": "二档"},
        {"姓名": "李四", "证件号码": OTHER, "档次": ""},
    )  # fmt: skip
    assert told(result) == (2, 2, 0)
    assert_table(
        Registration, ["resident__name", "tier", "fee_fen"],
        [("王芳", "二档", 70000), ("李四", "", 35000)],
    )  # fmt: skip


def test_a_notice_without_tiers_does_not_read_the_column(campaign, places, tmp_path):
    row = {"姓名": "王芳", "证件号码": ADULT, "档次": "三档"}
    assert told(taken_in(campaign, tmp_path, row)) == (1, 1, 0)
    assert_table(Registration, ["tier", "fee_fen"], [("", 35000)])


def test_a_renewal_takes_the_tier_of_the_year_before(tiered, places, make_resident):
    wang = make_resident("王芳", number=ADULT, prior=True)
    make_resident("李四", number=OTHER, prior=True)
    Registration.objects.create(
        campaign=tiered, resident=wang, insurance=tiered.insurance, tier="二档",
        coverage_from=date(2022, 1, 1), village=places["north-1"], unit=places["north-1"],
        category="1501", registered_at=NOW, known_at=NOW, registered_by=User.system(),
        source="file", fee_fen=0, own_fen=0, policy_version=tiered.policy_version,
    )  # fmt: skip
    result = bulk.renew(tiered, by=User.system(), now=NOW, progress=lambda *_: None)
    assert told(result) == (2, 1, 1) and result["problems"] == {"tier_missing": 1}
    made = Registration.objects.get(source="renewal")
    assert (made.resident, made.tier, made.fee_fen) == (wang, "二档", 70000)
    said = SourceProblem.objects.get().message
    assert "李*" in said and "一档、二档" in said


def test_pricing_by_profile_is_pricing_one_by_one(tiered, places):
    """Each tier with each category, birth and mark, against Facts of each person."""
    people = list(
        product(
            (date(1980, 1, 1), date(2022, 11, 1)), ("1501", "1404", "1401"),
            ("", "一档", "二档"), (True, False),
        )
    )  # fmt: skip
    expected, registered, tiers = {}, {}, {}
    for born_on, category, tier, poor in people:
        resident = Resident.objects.create(
            name="王", name_key="王", born_on=born_on, category=category,
            village=places["north-1"], known_at=NOW,
        )  # fmt: skip
        marks = (Mark("minimum_living", "", date(2022, 10, 1)),) if poor else ()
        for mark in marks:
            Entitlement.objects.create(
                campaign=tiered, resident=resident, category=mark.category,
                recognised_on=mark.recognised_on, source="名单", known_at=NOW,
                marked_by=User.system(),
            )  # fmt: skip
        facts = Facts(
            born_on=born_on, category=category, registered_at=NOW, marks=marks, tier=tier or None
        )
        problem, refusal, price = profiles.priced_or_why_not(tiered.policy, facts)
        expected[resident.pk] = (problem, refusal, *(getattr(price, name) for name in PARTS))
        registered[resident.pk], tiers[resident.pk] = NOW, tier
    assert by_profile(tiered, registered, tiers) == expected
    found = {(problem, fee, deducted) for problem, _why, fee, *_x, deducted, _r, _h, _u
             in expected.values()}  # fmt: skip
    assert found == {
        ("", 20000, 0), ("", 20000, 8000), ("", 20000, 9000), ("", 35000, 0), ("", 35000, 8000),
        ("", 70000, 0), ("", 70000, 9000), ("not_eligible", 0, 0), ("tier_missing", 0, 0),
    }  # fmt: skip


def test_tiers_stand_in_the_order_of_what_they_cost(tiered):
    assert asked.tiers_of(tiered.policy) == ("一档", "二档")
