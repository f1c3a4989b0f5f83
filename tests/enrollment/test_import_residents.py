"""The household register, row by row: outcomes, places, refusals."""

from datetime import date

import pytest
from django.apps import apps

from config.lib import siv
from enrollment import bulk, files
from enrollment.models import (
    AuditEntry,
    Household,
    Identity,
    PriorEnrollment,
    Resident,
    SourceFile,
    SourceProblem,
    User,
)
from tests.conftest import assert_table, at
from tests.enrollment.people import number, write

NOW = at("2022-11-18 16:30")
ResidentEvent = apps.get_model("enrollment", "ResidentEvent")
WANG, LI, ZHAO = (number("19800101", order) for order in (1, 2, 3))
BABY, PUPIL, OLD = number("20220801", 1), number("20120301", 2), number("19500301", 3)


@pytest.fixture
def take(campaign, tmp_path):
    """take([{column: cell}, …]) → what import_residents answers."""
    tmp_path.mkdir(exist_ok=True)

    def take(rows, name="people.csv", **more):
        path = write(tmp_path / name, rows, **more)
        file = files.take_in(campaign, "residents", name, path, User.system(), NOW)
        return bulk.import_residents(
            file, path, by=User.system(), now=NOW, progress=lambda *_: None
        )

    return take


def counts(result):
    return tuple(result[key] for key in ("read", "new", "changed", "known", "rejected"))


def row(**cells):
    """A row by the English names of its columns."""
    words = {
        "name": "姓名", "number": "证件号码", "kind": "证件类型", "phone": "联系电话",
        "category": "人员类别", "prior": "上年参保", "home": "户编号", "head": "户主姓名",
        "group": "组", "relation": "与户主关系", "township": "乡镇", "village": "村",
    }  # fmt: skip
    return {words[key]: value for key, value in cells.items()}


def test_a_new_person_is_written_whole(take, places):
    result = take(
        [
            row(name="王小明", number=WANG, phone="138 0000-0000", prior="是", home="0001",
                head="王小明", group="3", relation="本人")
        ]
    )  # fmt: skip
    assert counts(result) == (1, 1, 0, 0, 0)
    person = Resident.objects.get()
    assert (person.name, person.pinyin, person.sex, person.born_on, person.category) == (
        "王小明", "wang xiao ming", "M", date(1980, 1, 1), "1501",
    )  # fmt: skip
    assert person.phone.reveal() == "13800000000"
    assert person.village == places["north-1"]
    paper = Identity.objects.get(resident=person)
    assert (paper.kind, paper.number.reveal(), paper.masked, paper.current) == (
        "resident_id", WANG, f"4113****{WANG[-4:]}", True,
    )  # fmt: skip
    assert bytes(paper.head) == siv.head_hash(WANG)
    assert_table(
        Household, ["village__key", "number", "head_name", "group_no"],
        [("north-1", "0001", "王小明", "3")],
    )  # fmt: skip
    assert_table(
        PriorEnrollment, ["resident_id", "insurance", "coverage_from", "source_file_id"],
        [(person.pk, "390", date(2022, 1, 1), result["file"])],
    )  # fmt: skip


def test_the_file_and_the_act_are_recorded(take):
    result = take([row(name="王小明", number=WANG), row(name="", number=LI)])
    file = SourceFile.objects.get(pk=result["file"])
    assert (file.state, file.read, file.new, file.rejected) == ("posted", 2, 1, 1)
    assert file.facts["encoding"] == "utf-8-sig"
    entry = AuditEntry.objects.get(action="import_residents")
    assert (entry.object_id, entry.facts["new"]) == (file.pk, 1)


def test_the_same_file_again_changes_nothing(take):
    rows = [
        row(name="王小明", number=WANG, phone="13800000000", prior="是", home="1", head="王"),
        row(name="李四", number=LI, category="", home="1", relation="妻"),
        row(name="", number=ZHAO),
    ]
    assert counts(take(rows)) == (3, 2, 0, 0, 1)
    before = [list(model.objects.order_by("pk").values()) for model in (Resident, Household)]
    again = take(rows)
    assert counts(again) == (3, 0, 0, 2, 1)
    after = [list(model.objects.order_by("pk").values()) for model in (Resident, Household)]
    assert after == before
    assert "2022-11-18 16:30" in again["notes"][0]


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"phone": "13900000000"}, "phone", siv.Sealed),
        ({"category": "老年人"}, "category", "1601"),
        ({"village": "西湖"}, "village__key", "north-2"),
        ({"home": "0002"}, "household__number", "0002"),
        ({"head": "李四"}, "household__head_name", "李四"),
        ({"name": "王晓明"}, "name", "王晓明"),
        ({"relation": "父"}, "relation", "父"),
    ],
)
def test_what_counts_as_changed(take, change, column, value):
    first = {"name": "王小明", "number": WANG, "phone": "13800000000", "home": "0001",
             "head": "王小明", "relation": "本人"}  # fmt: skip
    take([row(**first)])
    assert counts(take([row(**first | change)])) == (1, 0, 1, 0, 0)
    stored = Resident.objects.values_list(column, flat=True).get()
    assert stored == (siv.Sealed(siv.seal("13900000000")) if column == "phone" else value)
    assert counts(take([row(**first | change)])) == (1, 0, 0, 1, 0)


def test_empty_cells_say_nothing(take):
    full = {"name": "王小明", "number": WANG, "phone": "13800000000", "home": "0001",
            "head": "王小明", "group": "2", "relation": "本人", "category": "大学生"}  # fmt: skip
    take([row(**full, prior="是")])
    empty = dict.fromkeys(("phone", "home", "head", "group", "relation", "category"), "")
    assert counts(take([row(**full | empty, prior="否")])) == (1, 0, 0, 1, 0)
    person = Resident.objects.get()
    assert (person.relation, person.category, person.household.group_no) == ("本人", "1404", "2")
    assert PriorEnrollment.objects.count() == 1


def test_who_moves_without_a_household_leaves_the_old_one(take):
    take([row(name="王小明", number=WANG, home="0001")])
    take([row(name="王小明", number=WANG, village="西湖村")])
    person = Resident.objects.get()
    assert (person.village.key, person.household) == ("north-2", None)


def test_another_name_is_taken_in_with_a_warning_and_the_former_stays_as_a_note(take):
    take([row(name="王小明", number=WANG)])
    result = take([row(name="王晓明", number=WANG)])
    assert counts(result) == (1, 0, 1, 0, 0)
    assert result["warnings"] == {"name_differs": 1}
    person = Resident.objects.get()
    assert (person.name_key, person.pinyin) == ("王晓明", "wang xiao ming")
    assert "王小明" in person.note


def test_the_history_names_the_file_that_changed_a_person(take):
    take([row(name="王小明", number=WANG)])
    assert not ResidentEvent.objects.exists()
    result = take([row(name="王小明", number=WANG, village="西湖村")])
    (event,) = ResidentEvent.objects.select_related("pgh_context")
    assert event.pgh_context.metadata["source_file"] == result["file"]


def test_another_dot_is_no_other_name(take):
    take([row(name="阿依古丽·买买提", number=WANG)])
    assert counts(take([row(name="阿依古丽•买买提", number=WANG)])) == (1, 0, 0, 1, 0)
    assert Resident.objects.get().name == "阿依古丽·买买提"


def test_of_one_person_twice_in_a_file_the_first_stays(take):
    result = take(
        [
            row(name="王小明", number=WANG),
            row(name="王小明", number=WANG[:17] + WANG[17].lower()),
            row(name="王小明", number=WANG, phone="13800000000"),
        ]
    )
    assert counts(result) == (3, 1, 0, 1, 1)
    (problem,) = SourceProblem.objects.all()
    assert (problem.line, problem.code, problem.column) == (4, "repeated", "证件号码")
    assert "2" in problem.message


def test_a_rejected_row_does_not_stand_in_the_way_of_a_later_good_one(take):
    result = take(
        [row(name="王小明", number=WANG, village="无此村"), row(name="王小明", number=WANG)]
    )
    assert counts(result) == (2, 1, 0, 0, 1)


def test_two_papers_of_one_person_in_a_file(take):
    take([row(name="王小明", number=WANG)])
    person = Resident.objects.get()
    Identity.objects.create(
        resident=person, kind="resident_id", number=LI, last4=LI[-4:], head=b"", current=False,
        known_at=NOW,
    )  # fmt: skip
    result = take([row(name="王小明", number=WANG), row(name="王小明", number=LI, phone="138")])
    assert counts(result) == (2, 0, 0, 1, 1)
    assert result["problems"] == {"repeated": 1}


@pytest.mark.parametrize(
    ("township", "village", "key"),
    [
        ("城北镇", "东湖村", "north-1"),
        ("北镇", "东湖", "north-1"),
        ("139901001000", "139901001002", "north-2"),
        ("139901001", "西湖", "north-2"),
        ("north", "north-2", "north-2"),
        ("城南", "东湖村", "south-1"),
        ("城 南 乡", "柳园\u3000社区", "south-2"),
    ],
)
def test_places_by_name_alias_or_code(take, township, village, key):
    take([row(name="王小明", number=WANG, township=township, village=village)])
    assert Resident.objects.get().village.key == key


def test_a_village_is_found_in_a_township_below_the_township(take, places):
    from enrollment.models import Region

    inner = Region.objects.create(
        key="inner", name="城东街道", level="township", parent=places["north"]
    )
    Region.objects.filter(pk=inner.pk).update(path=f"{places['north'].path}{inner.pk}/")
    for name in ("东湖村", "新村"):  # the first has the name of a village of the township itself
        village = Region.objects.create(key=name, name=name, level="village", parent=inner)
        path = f"{places['north'].path}{inner.pk}/{village.pk}/"
        Region.objects.filter(pk=village.pk).update(path=path)
    take([row(name="王小明", number=WANG, village="新村"), row(name="李四", number=LI)])
    assert_table(Resident, ["name", "village__key"], [("王小明", "新村"), ("李四", "north-1")])


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"name": " "}, "name_empty", "姓名"),
        ({"name": "王" * 61}, "too_long", "姓名"),
        ({"group": "第一一一一一一一一一组"}, "too_long", "组"),
        ({"kind": "会员卡"}, "kind_unknown", "证件类型"),
        ({"number": ""}, "number_empty", "证件号码"),
        (
            {"number": WANG[:17] + ("0" if WANG[17] != "0" else "1")},
            "number_check_digit",
            "证件号码",
        ),
        ({"number": number("20230101", 1)}, "number_future", "证件号码"),
        ({"number": "4.11328E+17"}, "number_damaged", "证件号码"),
        ({"category": "超人"}, "category_unknown", "人员类别"),
        ({"number": PUPIL, "category": ""}, "category_unclear", "人员类别"),
        ({"prior": "也许"}, "last_year_unclear", "上年参保"),
        ({"township": "城西镇"}, "unknown_township", "乡镇"),
        ({"village": "柳园社区"}, "unknown_village", "村"),
    ],
)
def test_a_bad_row_is_rejected_with_its_column_and_the_rest_goes_on(take, cells, code, column):
    good = row(name="李四", number=LI)
    result = take([row(**{"name": "王小明", "number": WANG} | cells), good])
    assert counts(result) == (2, 1, 0, 0, 1)
    assert result["problems"] == {code: 1}
    problem = SourceProblem.objects.get()
    assert (problem.line, problem.column, problem.rejected) == (2, column, True)
    assert problem.message


def test_places_that_are_not_unique_are_rejected(take, places):
    from enrollment.models import RegionAlias

    RegionAlias.objects.create(region=places["south"], name="北镇")
    RegionAlias.objects.create(region=places["north-2"], name="东湖")
    result = take(
        [
            row(name="王小明", number=WANG, township="北镇"),
            row(name="李四", number=LI, village="东湖"),
        ]
    )
    assert result["problems"] == {"ambiguous_township": 1, "ambiguous_village": 1}


def test_no_message_carries_a_full_number(take):
    take(
        [row(name="王小明", number=WANG, village=LI, kind=""), row(name="李", number=LI, kind=ZHAO)]
    )
    told = " ".join(SourceProblem.objects.values_list("message", flat=True))
    assert "****" in told
    assert LI not in told and ZHAO not in told


@pytest.mark.parametrize(("person", "category"), [(BABY, "1401"), (WANG, "1501"), (OLD, "1601")])
def test_an_empty_category_comes_from_the_age(take, person, category):
    take([row(name="王小明", number=person, category="")])
    assert Resident.objects.get().category == category


def test_a_number_of_15_digits_is_the_same_person(take):
    take([row(name="王小明", number=WANG)])
    result = take([row(name="王小明", number=WANG[:6] + WANG[8:17])])
    assert counts(result) == (1, 0, 0, 1, 0)
    assert result["warnings"] == {"number_converted": 1}


def test_backslashes_and_line_breaks_in_cells(take):
    take([row(name="王\\N明", number=WANG, home="a\tb", head="甲\n乙")])
    assert_table(Resident, ["name"], [("王\\N明",)])
    assert_table(Household, ["number", "head_name"], [("a b", "甲 乙")])
