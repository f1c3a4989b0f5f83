"""A birth list brings children who have no number yet; the number joins them when it comes."""

from datetime import date

import pytest

from enrollment.models import Household, Identity, Resident
from subsidies.models import Listing, Roster
from subsidies.rosters import run
from tests.conftest import at
from tests.enrollment.people import number

MOTHER, FATHER, STRANGER = number("19950101", 2), number("19930101", 1), number("19940101", 2)
BABY, SISTER = number("20220909", 1), number("20220909", 2)
CERTIFICATE, OTHER = "P123456789", "P123456790"
NOW = at("2022-11-18 16:30")


def birth(
    name, *, own="", certificate="", mother="", father="", born="2022-09-09", sex="男", **more
):
    return {
        "婴儿姓名": name, "性别": sex, "出生日期": born, "身份证号": own,
        "出生医学证明编号": certificate, "母亲姓名": "周母", "母亲身份证号": mother,
        "父亲身份证号": father, **more,
    }  # fmt: skip


@pytest.fixture
def parents(make_resident):
    mother = make_resident("周母", number=MOTHER, village="north-2", household="7")
    father = make_resident("吴父", number=FATHER, village="north-2", household="7")
    return mother, father


@pytest.fixture
def births(roster):
    def births(*rows, on="2022-10-31", name="出生名单.csv", accept=True):
        how = ("--accept",) if accept else ()
        return roster(list(rows), *how, "--category", "新生儿", source="health", on=on, name=name)

    return births


def children():
    return Resident.objects.filter(category="1401").order_by("pk")


def papers(child):
    found = Identity.objects.filter(resident=child).order_by("pk")
    return [(each.kind, each.number.reveal(), each.current) for each in found]


def counts(result):
    names = ("read", "new", "changed", "known", "waiting", "rejected")
    return tuple(result[name] for name in names)


def test_a_child_with_a_certificate_enters_the_register_at_its_mothers_home(parents, births):
    result = births(birth("周小宝", certificate=CERTIFICATE, mother=MOTHER))
    assert counts(result) == (1, 1, 0, 0, 0, 0)
    child = children().get()
    assert (child.name, child.sex, child.born_on) == ("周小宝", "M", date(2022, 9, 9))
    assert (child.village.key, child.household.number) == ("north-2", "7")
    assert papers(child) == [("birth_certificate", CERTIFICATE, True)]
    entry = Listing.objects.get()
    assert (entry.kind, entry.since) == ("newborn", date(2022, 9, 9))
    assert entry.source == "卫健，出生名单.csv，第 2 行"


def test_without_a_certificate_a_parents_number_and_a_serial_stand_for_it(parents, births):
    births(birth("", mother=MOTHER, sex="女"), birth("吴小", father=FATHER))
    assert {each.name: papers(each) for each in children()} == {
        "周母之女": [("guardian", f"{MOTHER}-1", True)],
        "吴小": [("guardian", f"{FATHER}-1", True)],
    }


def test_twins_without_names_are_two_and_stay_two(parents, births):
    twins = [birth("", mother=MOTHER), birth("", mother=MOTHER)]
    assert counts(births(*twins))[:2] == (2, 2)
    held = [f"{MOTHER}-1", f"{MOTHER}-2"]
    assert sorted(papers(each)[0][1] for each in children()) == held
    again = births(*twins, on="2022-11-10", name="又来.csv")
    assert counts(again) == (2, 0, 0, 2, 0, 0)
    assert children().count() == 2


def test_a_sibling_of_another_day_gets_a_serial_of_its_own(parents, births):
    births(birth("周大", mother=MOTHER, born="2021-11-30"))
    births(birth("周小", mother=MOTHER, born="2022-11-01"), name="二胎.csv")
    assert [papers(each)[0][1] for each in Resident.objects.filter(name__startswith="周").exclude(
        name="周母").order_by("pk")] == [f"{MOTHER}-1", f"{MOTHER}-2"]  # fmt: skip


def test_the_same_child_twice_in_a_list_is_one(parents, births):
    result = births(birth("周小宝", mother=MOTHER), birth("周小宝", mother=MOTHER))
    assert counts(result) == (2, 1, 0, 1, 0, 0)
    assert result["warnings"] == {"repeated": 1}


def test_the_real_number_joins_the_child_known_by_its_certificate(parents, births):
    births(birth("", certificate=CERTIFICATE, mother=MOTHER))
    first = children().get()
    checked = births(
        birth("周小宝", own=BABY, certificate=CERTIFICATE), on="2022-11-10", accept=False
    )
    assert checked["warnings"] == {"number_joins": 1, "parent_unknown": 1}
    assert papers(first) == [("birth_certificate", CERTIFICATE, True)]  # a check writes nothing
    result = births(birth("周小宝", own=BABY, certificate=CERTIFICATE), on="2022-11-10")
    assert counts(result) == (1, 0, 1, 0, 0, 0)
    child = children().get()
    assert (child.pk, child.name) == (first.pk, "周小宝")
    assert papers(child) == [
        ("birth_certificate", CERTIFICATE, False), ("resident_id", BABY, True)
    ]  # fmt: skip
    assert counts(births(birth("周小宝", own=BABY), name="三.csv"))[3] == 1


def test_the_real_number_joins_the_one_child_of_that_mother_and_day(parents, births):
    births(birth("", mother=MOTHER))
    births(birth("周小宝", own=BABY, mother=MOTHER), name="二.csv")
    assert papers(children().get()) == [
        ("guardian", f"{MOTHER}-1", False), ("resident_id", BABY, True)
    ]  # fmt: skip


def test_of_twins_without_names_nobody_guesses_whose_number_it_is(parents, births):
    births(birth("", mother=MOTHER), birth("", mother=MOTHER))
    births(birth("周小宝", own=BABY, mother=MOTHER), name="二.csv")
    assert children().count() == 3
    assert papers(children().last()) == [("resident_id", BABY, True)]


def test_parents_whom_nobody_knows_are_told_and_the_rows_village_counts(births, campaign, places):
    result = births(
        birth("王小", certificate=CERTIFICATE, mother=STRANGER, 乡镇="城北镇", 村="东湖村")
    )
    assert result["warnings"] == {"parent_unknown": 1}
    child = children().get()
    assert (child.village.name, child.household) == ("东湖村", None)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (birth("王小"), "number_empty"),
        (birth("王小", certificate="P12"), "number_characters"),
        (
            birth("王小", mother=MOTHER[:17] + ("1" if MOTHER[17] != "1" else "2")),
            "number_check_digit",
        ),
    ],
)
def test_a_child_of_whom_no_paper_can_be_told_is_rejected(parents, births, row, code):
    result = births(row, birth("吴小", father=FATHER))
    assert (counts(result), result["problems"]) == ((2, 1, 0, 0, 0, 1), {code: 1})


def test_a_list_with_certificates_only_needs_no_column_for_numbers(parents, roster):
    rows = [{"新生儿姓名": "周小宝", "出生证编号": CERTIFICATE, "出生日期": "2022-09-09"}]
    result = roster(rows, "--accept", title="2022年10月新生儿名单", source="health")
    assert counts(result) == (1, 1, 0, 0, 0, 0)
    assert papers(children().get()) == [("birth_certificate", CERTIFICATE, True)]


def test_undoing_a_list_gives_numbers_and_names_back(parents, births, cast):
    births(birth("", certificate=CERTIFICATE, mother=MOTHER))
    second = births(birth("周小宝", own=BABY, certificate=CERTIFICATE), name="二.csv")
    found = Roster.objects.select_related("file__campaign__region").get(file_id=second["file"])
    run.undo(found, by=cast["dana"], now=NOW, why="传错了")
    child = children().get()
    assert child.name == "周母之子"
    assert papers(child) == [("birth_certificate", CERTIFICATE, True)]
    assert Listing.objects.get(ended_at=None).source.startswith("卫健，出生名单.csv")


def test_a_household_of_another_village_is_not_joined(parents, births):
    births(birth("周小宝", certificate=CERTIFICATE, mother=MOTHER, 乡镇="城南乡", 村="柳园社区"))
    assert Household.objects.count() == 1
