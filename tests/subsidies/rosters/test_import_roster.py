"""A department's list becomes marks: the outcome of every row, stated by hand."""

from datetime import date

import pytest

from enrollment.errors import Refused
from enrollment.models import Resident, SourceFile, SourceProblem
from subsidies.models import Entitlement, Listing, Roster, RosterLine, SourceWord
from subsidies.rosters import run
from tests.conftest import at
from tests.enrollment.people import number
from tests.subsidies.rosters.lists import workbook

WANG, LI, ZHAO, SUN = (number("19800101", order) for order in (1, 2, 3, 4))
CHILD = number("20120301", 5)
NOW = at("2022-11-18 16:30")
MARKS = ["resident__name", "category", "recognised_on"]


@pytest.fixture
def known(make_resident):
    make_resident("王芳", number=WANG)
    make_resident("李四", number=LI, village="north-2")
    make_resident("赵六", number=ZHAO, village="south-1")


def person(name, paper, **more):
    return {"姓名": name, "身份证号": paper, **more}


def assert_rows(rows, columns, expected):
    assert sorted(rows.values_list(*columns), key=str) == sorted(expected, key=str)


def standing():
    return Entitlement.objects.filter(ended_at=None)


def explain(campaign, by, word, category):
    SourceWord.objects.create(
        campaign=campaign, source="civil-affairs", word=word, category=category,
        said_by=by, said_at=NOW,
    )  # fmt: skip


def counts(result):
    names = ("read", "new", "changed", "known", "waiting", "rejected", "ended")
    return tuple(result[name] for name in names)


def test_people_are_marked_with_the_category_of_their_row(known, roster):
    result = roster(
        [
            person("王芳", WANG, 类别="一般低保户", 起始月="2022.7.1"),
            person("李四", LI, 类别="脱贫享受政策户"),
        ],
        "--accept",
    )
    assert counts(result) == (2, 2, 0, 0, 0, 0, 0)
    assert_rows(
        standing(),
        MARKS,
        [("李四", "lifted", date(2022, 9, 30)), ("王芳", "minimum_living", date(2022, 7, 1))],
    )
    mark = standing().get(category="minimum_living")
    assert mark.source == "民政，名单.csv，第 2 行"


def test_a_check_says_what_would_be_and_changes_nothing(known, roster):
    result = roster([person("王芳", WANG, 类别="一般低保户"), person("孙七", SUN, 类别="监测对象")])
    assert counts(result) == (2, 2, 0, 0, 0, 0, 0)
    assert not Entitlement.objects.exists()
    assert Resident.objects.count() == 3
    assert RosterLine.objects.count() == 2
    assert SourceFile.objects.get().state == "checked"


def test_the_category_comes_from_the_title_where_no_column_tells(known, roster):
    result = roster([person("王芳", WANG)], "--accept", title="唐县2022年监测对象花名册")
    assert counts(result)[:2] == (1, 1)
    assert standing().get().category == "monitored"


def test_a_word_nobody_explained_makes_its_rows_wait(known, roster):
    result = roster(
        [
            person("王芳", WANG, 类别="低保-7019"),
            person("李四", LI, 类别="监测对象"),
            person("赵六", ZHAO, 类别=""),
        ],
        "--accept",
    )
    assert counts(result) == (3, 1, 0, 0, 2, 0, 0)
    assert result["problems"] == {"word_empty": 1, "word_unknown": 1}
    assert result["words"] == {"低保-7019": 1, "": 1}
    assert_rows(standing(), ["resident__name"], [("李四",)])
    assert RosterLine.objects.count() == 2  # they wait; the row that was accepted is gone


@pytest.mark.parametrize(
    ("paper", "code"),
    [
        ("", "number_empty"),
        ("411328199003070000", "number_damaged"),
        ("4.11328E+17", "number_damaged"),
        (WANG[:17] + "5" if WANG[17] != "5" else WANG[:17] + "6", "number_check_digit"),
        ("41132819900307", "number_length"),
    ],
)
def test_a_number_that_is_none_rejects_its_row_only(known, roster, paper, code):
    result = roster(
        [person("王某", paper, 类别="监测对象"), person("李四", LI, 类别="监测对象")], "--accept"
    )
    assert counts(result) == (2, 1, 0, 0, 0, 1, 0)
    assert result["problems"] == {code: 1}
    assert SourceProblem.objects.get(code=code).line == 2


def test_another_name_a_repeat_and_an_unknown_place_are_warnings(known, roster):
    result = roster(
        [
            person("王方", WANG, 乡镇="城北镇", 村="东湖村"),
            person("王芳", WANG, 乡镇="城北镇", 村="东湖村"),
            person("李四", LI, 乡镇="城北镇", 村="无名村"),
        ],
        "--accept", "--category", "监测对象",
    )  # fmt: skip
    assert counts(result) == (3, 2, 0, 1, 0, 0, 0)
    assert result["warnings"] == {"name_differs": 1, "repeated": 1, "unknown_place": 1}
    assert Resident.objects.get(identities__last4=WANG[-4:]).name == "王芳"


def test_whom_nobody_knew_enters_the_register_at_their_village(known, places, roster):
    roster(
        [
            person("孙七", SUN, 乡镇="城北镇", 村="西湖村", 类别="监测对象"),
            person("孙八", CHILD, 乡镇="城南乡", 村="无名村", 类别="监测对象"),
        ],
        "--accept",
    )
    assert_rows(
        Resident.objects.filter(name__startswith="孙"),
        ["name", "village__name", "category"],
        [("孙七", "西湖村", "1501"), ("孙八", "城南乡", "")],
    )


def test_the_same_list_again_is_known(known, roster):
    rows = [person("王芳", WANG, 类别="监测对象"), person("孙七", SUN, 类别="监测对象")]
    roster(rows, "--accept")
    again = roster([*rows, person("李四", LI, 类别="监测对象")], "--accept", on="2022-10-31")
    assert counts(again) == (3, 1, 0, 2, 0, 0, 0)
    assert standing().filter(resident__name="王芳").get().recognised_on == date(2022, 9, 30)


def test_sheets_titles_totals_and_a_header_of_two_rows(known, roster, tmp_path):
    path = workbook(
        tmp_path / "困难群众.xlsx",
        {
            "监测对象": [
                ["监测对象花名册"],
                ["序号", "基本情况", "", "识别时间"],
                ["", "姓名", "证件号码", ""],
                [1, "王芳", WANG, "20220701"],
                [2, "李四", LI, "202207"],
                ["合计", 2, "", ""],
            ],
            "说明": [["本表由民政局提供"]],
            "五保户": [["姓名", "身份证号"], ["赵六", ZHAO]],
        },
    )
    result = roster(path, "--accept")
    assert counts(result)[:2] == (3, 3)
    assert_rows(
        standing(),
        MARKS,
        [
            ("李四", "monitored", date(2022, 7, 1)),
            ("王芳", "monitored", date(2022, 7, 1)),
            ("赵六", "five_guarantees", date(2022, 9, 30)),
        ],
    )
    assert any("说明" in note for note in result["notes"])


def test_people_on_lists_that_grant_nothing(known, roster):
    result = roster(
        [
            person("王芳", WANG, 类别="死亡", 死亡日期="2022-08-01"),
            person("孙七", SUN, 类别="死亡"),
        ],
        "--accept", source="police",
    )  # fmt: skip
    assert counts(result) == (2, 1, 0, 1, 0, 0, 0)
    assert result["warnings"] == {"not_in_register": 1}
    assert_rows(
        Listing.objects, ["resident__name", "kind", "since"], [("王芳", "dead", date(2022, 8, 1))]
    )
    marked = roster([person("王芳", WANG, 类别="监测对象")], "--accept")
    assert marked["warnings"] == {"listed_dead": 1}


# --- full lists


def test_who_is_absent_from_a_full_list_ends_there_and_only_there(known, places, roster):
    marked = [
        person(n, p, 类别="监测对象") for n, p in (("王芳", WANG), ("李四", LI), ("赵六", ZHAO))
    ]
    roster([*marked, person("王芳", WANG, 类别="五保户")], "--accept")
    full = ("--full", "--region", "north", "--accept")
    with pytest.raises(SystemExit):  # 李四 is one of two: more than five in a hundred
        roster([marked[0]], *full, on="2022-10-31")
    assert standing().count() == 4
    result = roster([marked[0]], *full, "--confirm-ended", "1", on="2022-10-31")
    assert counts(result) == (1, 0, 0, 1, 0, 0, 1)
    assert_rows(
        standing(),
        ["resident__name", "category"],
        [("王芳", "monitored"), ("王芳", "five_guarantees"), ("赵六", "monitored")],
    )
    ended = Entitlement.objects.exclude(ended_at=None).get()
    assert "2022-10-31" in ended.ended_why and ended.ended_by_file_id == result["file"]


@pytest.mark.parametrize("broken", [{"身份证号": ""}, {"类别": ""}, {"类别": "低保-7019"}])
def test_a_full_list_with_rows_that_cannot_be_told_ends_nobody(known, roster, capsys, broken):
    marked = [person(n, p, 类别="监测对象") for n, p in (("王芳", WANG), ("李四", LI))]
    roster(marked, "--accept")
    rows = [marked[0], person("李四", LI, 类别="监测对象") | broken]
    with pytest.raises(SystemExit) as stopped:
        roster(rows, "--full", "--region", "county", "--accept", "--confirm-ended", "1")
    assert stopped.value.code == 1
    assert standing().count() == 2


def test_the_number_confirmed_must_be_the_number_that_ends(known, roster):
    roster([person("王芳", WANG, 类别="监测对象"), person("李四", LI, 类别="监测对象")], "--accept")
    with pytest.raises(SystemExit):
        roster(
            [person("王芳", WANG, 类别="监测对象")],
            "--full", "--region", "county", "--accept", "--confirm-ended", "2",
        )  # fmt: skip
    assert standing().count() == 2


def test_a_full_list_ends_nobody_who_was_recognised_after_its_day(known, roster):
    roster([person("王芳", WANG, 类别="监测对象")], "--accept", on="2022-10-15")
    full = ("--full", "--region", "county", "--accept", "--confirm-ended", "1")
    with pytest.raises(SystemExit):  # nobody ends
        roster([person("李四", LI, 类别="监测对象")], *full, on="2022-09-30")
    result = roster([person("李四", LI, 类别="监测对象")], *full[:-2], on="2022-09-30")
    assert counts(result) == (1, 1, 0, 0, 0, 0, 0)
    assert standing().count() == 2


def test_a_list_of_a_day_to_come_is_refused(known, roster):
    with pytest.raises(SystemExit) as stopped:
        roster([person("王芳", WANG, 类别="监测对象")], "--accept", on="2022-11-19")
    assert stopped.value.code == 1 and "2022-11-19" in stopped.value.__notes__[0]
    assert not Roster.objects.exists() and not standing().exists()


def test_a_file_that_is_not_there_is_named(roster, tmp_path):
    with pytest.raises(SystemExit) as stopped:
        roster(tmp_path / "没有.xlsx")
    assert stopped.value.code == 1 and "没有.xlsx" in stopped.value.__notes__[0]


# --- words explained, and undoing


def test_rows_that_waited_are_marked_once_their_word_is_explained(known, cast, campaign, roster):
    rows = [person("王芳", WANG, 类别="低保-7019"), person("李四", LI, 类别="监测对象")]
    first = roster(rows, "--accept")
    explain(campaign, cast["dana"], "低保-7019", "minimum_living")
    found = Roster.objects.get(file_id=first["file"])
    result = run.again(found, by=cast["dana"], now=NOW, progress=lambda *_: None, accepting=True)
    assert counts(result) == (2, 2, 0, 0, 0, 0, 0)
    assert_rows(standing(), MARKS[:2], [("李四", "monitored"), ("王芳", "minimum_living")])
    assert not RosterLine.objects.exists()
    later = roster([person("赵六", ZHAO, 类别="低保-7019")], "--accept")
    assert later["new"] == 1  # the word stays explained for this source


def test_what_was_checked_is_accepted_as_it_was_read(known, cast, roster):
    first = roster([person("王芳", WANG, 类别="监测对象"), person("李四", "", 类别="监测对象")])
    found = Roster.objects.get(file_id=first["file"])
    result = run.again(found, by=cast["dana"], now=NOW, progress=lambda *_: None, accepting=True)
    assert counts(result) == (2, 1, 0, 0, 0, 1, 0)
    assert SourceFile.objects.get(pk=first["file"]).state == "posted"


def test_an_accepted_roster_is_undone_as_a_whole(known, cast, roster):
    before = roster([person(n, p, 类别="监测对象") for n, p in (("王芳", WANG), ("李四", LI))],
                    "--accept")  # fmt: skip
    assert before["new"] == 2
    later = roster(
        [person("王芳", WANG, 类别="监测对象"), person("赵六", ZHAO, 类别="监测对象")],
        "--full", "--region", "county", "--accept", "--confirm-ended", "1",
    )  # fmt: skip
    found = Roster.objects.get(file_id=later["file"])
    run.undo(found, by=cast["dana"], now=NOW, why="名单报错")
    assert_rows(standing(), ["resident__name"], [("王芳",), ("李四",)])
    assert SourceFile.objects.get(pk=later["file"]).state == "voided"
    with pytest.raises(Refused):
        run.undo(found, by=cast["dana"], now=NOW, why="再来一次")
