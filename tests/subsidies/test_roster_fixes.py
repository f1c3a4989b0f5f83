"""What is said once for all rows of a roster: days, places, rows that do not count."""

from datetime import date

import pytest

from enrollment import clock
from enrollment.models import AuditEntry
from subsidies import wizard_choices
from subsidies.models import Entitlement, Roster, RosterLine, SourcePlace, SourceWord
from subsidies.rosters.days import day_of
from tests.subsidies.roster_pages import (
    CUT,
    LI,
    WANG,
    ZHAO,
    address,
    page,
    person,
    post,
    values,
    worked,
)  # fmt: skip

# Progress of jobs goes by a connection of its own; in tests it is the same one.
pytestmark = pytest.mark.django_db(databases=["default", "progress"])
TODAY = date(2022, 11, 18)


@pytest.mark.parametrize(
    ("written", "order", "day"),
    [
        ("3/4/2022", "dmy", date(2022, 4, 3)),
        ("3/4/2022", "mdy", date(2022, 3, 4)),
        ("13/4/2022", "mdy", None),
        ("22.7.1", "ymd", date(2022, 7, 1)),
        ("98年7月1日", "ymd", date(1998, 7, 1)),
        ("22年7月", "ymd", date(2022, 7, 1)),
        ("２２．７．１", "ymd", date(2022, 7, 1)),
        ("7/2022", "dmy", date(2022, 7, 1)),
        ("7/2022", "mdy", date(2022, 7, 1)),
        ("220701", "ymd", date(2022, 7, 1)),
        ("01072022", "dmy", date(2022, 7, 1)),
        ("07012022", "mdy", date(2022, 7, 1)),
        ("2022.1", "ymd", None),  # of 2022.10 as well
        ("1/7/2024", "dmy", None),  # more than a year ahead
        ("1/7/1899", "dmy", None),
        ("1/7/222", "dmy", None),
        ("去年七月", "ymd", None),
        ("", "ymd", None),
    ],
)
def test_a_day_in_an_order(written, order, day):
    assert day_of(written, order, TODAY) == day


def groups(client, roster):
    return {group.key: group for group in page(client, roster).context["groups"]}


def days_of(roster):
    lines = RosterLine.objects.filter(file=roster.file).order_by("line")
    return list(lines.values_list("recognised_on", flat=True))


class TestDays:
    @pytest.fixture
    def alice(self, sign_in):
        return sign_in("alice")

    @pytest.fixture
    def roster(self, alice, known, checked):
        return checked(alice, [
            person("王芳", WANG, 认定时间="3/4/2022"),
            person("李四", LI, 认定时间="13/4/2022"),
            person("赵六", ZHAO, 认定时间="2022-05-01"),
        ])  # fmt: skip

    def test_an_order_is_said_for_all_rows(self, alice, roster):
        found = groups(alice, roster)["date_unreadable"]
        assert (found.rows, [(o.key, o.rows) for o in found.days.orders]) == (
            2, [("dmy", 2), ("mdy", 1)]
        )  # fmt: skip
        post(alice, roster, "days/", order="dmy")
        roster = worked(roster)
        assert days_of(roster) == [date(2022, 4, 3), date(2022, 4, 13), date(2022, 5, 1)]
        assert "date_unreadable" not in groups(alice, roster)
        entry = AuditEntry.objects.get(action="read_roster_days")
        assert entry.facts == {"order": "dmy", "written": 2, "read": 2}
        post(alice, roster, "acceptance/")
        worked(roster)
        assert Entitlement.objects.get(resident__name="王芳").recognised_on == date(2022, 4, 3)

    def test_another_order_or_none_may_be_said_afterwards(self, alice, roster):
        post(alice, roster, "days/", order="dmy")
        worked(roster)
        post(alice, roster, "days/", order="mdy")
        roster = worked(roster)
        assert days_of(roster) == [date(2022, 3, 4), None, date(2022, 5, 1)]
        assert groups(alice, roster)["date_unreadable"].rows == 1
        post(alice, roster, "forgetting/", key="days")
        roster = worked(roster)
        assert days_of(roster) == [None, None, date(2022, 5, 1)]
        assert page(alice, roster).context["said"] == []

    def test_the_order_of_the_last_list_is_offered_for_the_next(self, alice, roster, checked):
        post(alice, roster, "days/", order="dmy")
        worked(roster)
        later = checked(alice, [person("王芳", WANG, 认定时间="3/4/2022")])
        assert days_of(later) == [None]
        assert groups(alice, later)["date_unreadable"].days.last == "dmy"

    def test_a_list_that_is_read_anew_is_read_as_it_was(self, alice, roster, cast):
        post(alice, roster, "days/", order="dmy")
        roster = worked(roster)
        wizard_choices.tell_anew(
            roster, source="health", category="", as_of=roster.as_of, region=None,
            by=cast["alice"], now=clock.now(roster.file.campaign),
        )  # fmt: skip
        roster = worked(roster)
        assert roster.day_order == ""
        assert days_of(roster) == [None, None, date(2022, 5, 1)]

    def test_no_order_and_an_unknown_one_change_nothing(self, alice, roster):
        for order in ("", "ydm"):
            post(alice, roster, "days/", order=order)
        assert Roster.objects.get().day_order == ""
        assert days_of(roster) == [None, None, date(2022, 5, 1)]


class TestPlaces:
    ROWS = (
        person("王芳", WANG, 乡镇="北镇", 村="一村"),
        person("李四", LI, 乡镇="北乡", 村="北二村"),
        person("孙七", "", 乡镇="北镇", 村="一村"),
    )

    @pytest.fixture
    def alice(self, sign_in):
        return sign_in("alice")

    @pytest.fixture(autouse=True)
    def names(self, places):
        for key, name in {"north": "北镇", "north-1": "北一村", "north-2": "北二村"}.items():
            places[key].name = name
            places[key].save()

    def say(self, client, roster, *answers):
        body = {}
        for number, (town, village, region) in enumerate(answers):
            body |= {
                f"town-{number}": town, f"village-{number}": village, f"place-{number}": region.pk
            }  # fmt: skip
        post(client, roster, "places/", **body)
        return worked(roster)

    def test_places_are_said_once_and_known_from_then_on(self, alice, known, checked, places):
        roster = checked(alice, self.ROWS)
        found = groups(alice, roster)
        assert found["unknown_place"].rows == 2
        asked = [(found[key].place.township, found[key].place.village, found[key].rows)
                 for key in ("place-0", "place-1")]  # fmt: skip
        assert asked == [("北乡", "", 1), ("北镇", "一村", 1)]
        offered = [name for _town, rows in found["place-1"].choices for _pk, name in rows]
        assert offered == ["北一村", "北二村"]  # the villages of that township, the alike first
        roster = self.say(
            alice, roster, ("北乡", "", places["north"]), ("北镇", "一村", places["north-1"])
        )
        assert "unknown_place" not in groups(alice, roster)
        later = checked(alice, self.ROWS)
        assert "unknown_place" not in groups(alice, later)
        entry = AuditEntry.objects.get(action="say_roster_places")
        assert entry.facts["places"][1] == {
            "township": "北镇", "village": "一村", "region": "north-1"
        }  # fmt: skip

    def test_a_person_new_to_the_register_stands_in_the_place_said(self, alice, checked, places):
        roster = checked(alice, [person("孙七", ZHAO, 乡镇="北乡", 村="一村")])
        roster = self.say(alice, roster, ("北乡", "", places["north"]))
        assert next(g.place for g in groups(alice, roster).values() if g.place).village == "一村"
        roster = self.say(alice, roster, ("北乡", "一村", places["north-1"]))
        post(alice, roster, "acceptance/")
        worked(roster)
        assert Entitlement.objects.get().resident.village == places["north-1"]

    def test_another_source_is_not_meant(self, alice, known, checked, places):
        roster = checked(alice, self.ROWS[:1])
        self.say(alice, roster, ("北镇", "一村", places["north-1"]))
        other = checked(alice, self.ROWS[:1], source="health")
        assert groups(alice, other)["unknown_place"].rows == 1

    def test_what_was_said_is_forgotten(self, alice, known, checked, places):
        roster = checked(alice, self.ROWS[:1])
        roster = self.say(alice, roster, ("北镇", "一村", places["north-1"]))
        said = page(alice, roster).context["said"]
        assert [each.text for each in said] == ["“北镇 一村”指北镇 北一村"]
        post(alice, roster, "forgetting/", key=said[0].key)
        roster = worked(roster)
        assert groups(alice, roster)["unknown_place"].rows == 1
        assert not SourcePlace.objects.exists()
        assert AuditEntry.objects.filter(action="forget_roster_saying").count() == 1
        post(alice, roster, "forgetting/", key=said[0].key)  # a second time: told, nothing done
        assert AuditEntry.objects.filter(action="forget_roster_saying").count() == 1

    def test_a_village_is_known_by_its_name_alone_where_there_is_one_such(
        self, alice, known, checked, places
    ):
        roster = checked(alice, [person("王芳", WANG, 村="北一村"), person("李四", LI, 村="某村")])
        assert [(g.place.village, g.rows) for g in groups(alice, roster).values() if g.place] == [
            ("某村", 1)
        ]

    def test_an_answer_to_another_place_or_a_place_not_offered_says_nothing(
        self, alice, known, checked, places
    ):
        roster = checked(alice, self.ROWS[:1])
        self.say(alice, roster, ("北乡", "", places["north"]))
        self.say(alice, roster, ("北镇", "一村", places["south-1"]))
        assert not SourcePlace.objects.exists()


class TestRowsLeftOut:
    def test_rows_that_say_that_they_have_ended_are_left_out_and_counted_again(
        self, sign_in, known, checked, places
    ):
        alice = sign_in("alice")
        first = checked(alice, [person("王芳", WANG), person("李四", LI)])
        post(alice, first, "acceptance/")
        worked(first)
        rows = [person("王芳", WANG, 状态="正常"), person("李四", LI, 状态="停发")]
        roster = checked(alice, rows, region=places["county"].pk)
        assert groups(alice, roster)["state_ended"].leaves
        assert values(page(alice, roster))["ended"] == 0
        post(alice, roster, "left-out/", code="state_ended")
        roster = worked(roster)
        assert values(page(alice, roster))["ended"] == 1
        assert set(groups(alice, roster)) == {"left_out"}
        entry = AuditEntry.objects.get(action="leave_out_roster_rows")
        assert entry.facts == {"code": "state_ended", "rows": 1}
        post(alice, roster, "forgetting/", key="left-out")
        roster = worked(roster)
        assert values(page(alice, roster))["ended"] == 0
        assert set(groups(alice, roster)) == {"state_ended"}

    def test_damaged_numbers_are_never_settled_in_bulk(self, sign_in, known, checked):
        alice = sign_in("alice")
        roster = checked(alice, [person("李四", CUT), person("王芳", WANG)])
        assert not groups(alice, roster)["number_damaged"].leaves
        answer = alice.post(address(roster, "left-out/"), {"code": "number_damaged"}, follow=True)
        assert "不能" in answer.content.decode()
        assert not RosterLine.objects.filter(left_out=True).exists()
        assert worked(roster).file.rejected == 1


def test_a_word_is_forgotten(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG, "低保-7019")])
    post(alice, roster, "words/", **{"of-word-0": "低保-7019", "word-0": "minimum_living"})
    roster = worked(roster)
    [said] = page(alice, roster).context["said"]
    assert said.text == "“低保-7019”指一般低保户"
    post(alice, roster, "forgetting/", key=said.key)
    assert worked(roster).file.waiting == 1
    assert not SourceWord.objects.exists()


def test_nobody_says_anything_while_a_worker_is_at_it(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG, 认定时间="3/4/2022")])
    post(alice, roster, "days/", order="dmy")
    answer = alice.post(address(roster, "days/"), {"order": "mdy"}, follow=True)
    assert "仍在处理" in answer.content.decode()
    assert AuditEntry.objects.filter(action="read_roster_days").count() == 1
