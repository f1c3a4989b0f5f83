"""Lists of people: as many as the figure says, in the register's order, masked."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrollment import changes
from enrollment.loading import readiness_items
from enrollment.models import Campaign, LookUp, Registration, Resident, User
from payments.models import Match
from reports.people import lists
from reports.progress import rollups
from subsidies.models import Entitlement
from tests.conftest import at
from tests.enrollment.people import number
from tests.reports.facts import Fact, Paid, Writer
from tests.reports.test_rollups import HOURS, fact

NOW = at("2022-11-18 16:30")
URL = "/c/small-2023/people/"
MARKED = """[subsidies.marked]
before = "collection"
clause = "五"
words = "开始征收前完成标识"

"""


@pytest.fixture
def write(campaign, places, make_resident):
    return Writer(campaign, places, make_resident)


def listed(client, query=""):
    """Names of a page, in order."""
    response = client.get(URL + query)
    assert response.status_code == 200
    return re.findall(r'people/\d+/">([^<]+)</a>', response.content.decode())


def counts(client, query=""):
    """What stands beside each list: status → count."""
    html = client.get(URL + query).content.decode()
    found = re.findall(r"status=(\w+)[^>]*>[^<]*<b>([\d,]+)</b>", html)
    return {status: int(count.replace(",", "")) for status, count in found}


@pytest.fixture
def county(campaign, write, make_resident):
    """North-1: 安 enrolled, 白 unpaid; north-2: 蔡 enrolled; south-1: 邓 unpaid, two others."""
    write(Fact("north-1", at("2022-11-01 10:00"), own=0), name="安一")
    write(Fact("north-1", at("2022-11-02 10:00")), name="白二", prior=True)
    write(Fact("north-2", at("2022-11-03 10:00"), paid=[Paid(at("2022-11-05 10:00"))]), name="蔡三")
    write(Fact("south-1", at("2022-11-04 10:00")), name="邓四")
    make_resident("尔五", number=number("19850505", 501), village="south-1", prior=True)
    make_resident("范六", number=number("19850505", 503), village="south-1")
    rollups.refresh(campaign, as_of=NOW)
    return campaign


class TestLists:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["安一", "白二", "蔡三", "邓四"]),
            ("?status=registered", ["安一", "白二", "蔡三", "邓四"]),
            ("?status=enrolled", ["安一", "蔡三"]),
            ("?status=unpaid", ["白二", "邓四"]),
            ("?status=missed", ["尔五"]),
            ("?status=unregistered", ["尔五", "范六"]),
            # 11-04 24:00: Cai had not paid yet
            ("?status=enrolled&day=2022-11-04", ["安一"]),
            ("?status=unpaid&day=2022-11-04", ["白二", "蔡三", "邓四"]),
            ("?status=registered&day=2022-11-02", ["安一", "白二"]),
            ("?status=everything&day=x&after=y", ["安一", "白二", "蔡三", "邓四"]),
        ],
    )
    def test_who_is_in_which(self, county, sign_in, query, names):
        assert listed(sign_in("alice"), query) == names

    def test_the_counts_are_those_of_the_lists(self, county, places, sign_in):
        client = sign_in("alice")
        assert counts(client) == {"registered": 4, "enrolled": 2, "unpaid": 2, "marked": 0}
        assert counts(client, "?day=2022-11-04")["enrolled"] == 1
        south = f"?region={places['south'].pk}&status=missed"
        assert counts(client, south) == {
            "registered": 1, "enrolled": 0, "unpaid": 1, "marked": 0, "missed": 1, "unregistered": 2
        }  # fmt: skip

    def test_below_a_region_only(self, county, places, sign_in):
        client = sign_in("alice")
        assert listed(client, f"?region={places['north'].pk}") == ["安一", "白二", "蔡三"]
        assert listed(client, f"?region={places['north-2'].pk}") == ["蔡三"]

    def test_a_save_that_is_not_heard_yet_is_listed_and_counted(self, county, write, sign_in):
        row = write(Fact("north-1", NOW), name="高七")
        changes.append(
            changes.REGISTERED, campaign_id=county.pk, resident_id=row.resident_id, at=NOW
        )
        client = sign_in("bob")
        assert listed(client) == ["安一", "白二", "高七", "蔡三"]
        assert counts(client)["registered"] == 4

    def test_hardship_people_not_enrolled(self, county, sign_in):
        for name in ("安一", "白二", "尔五"):
            Entitlement.objects.create(
                campaign=county, resident=Resident.objects.get(name=name), category="lifted",
                recognised_on=date(2022, 9, 1), source="list", known_at=NOW,
                marked_by=User.system(),
            )  # fmt: skip
        rollups.refresh(county, as_of=NOW)
        client = sign_in("alice")
        assert listed(client, "?status=marked") == ["白二", "尔五"]
        assert counts(client)["marked"] == 2

    def test_who_was_marked_too_late(self, county, places, changed, load, sign_in):
        """The first window begins on 2022-10-15: of 白 one mark is in time, one is not."""
        load(changed(("[[subsidies.categories]]", MARKED + "[[subsidies.categories]]")))
        for name, category, known_at in (
            ("安一", "lifted", at("2022-10-15 00:00")),
            ("白二", "lifted", at("2022-10-14 23:59")),
            ("白二", "monitored", at("2022-11-01 09:00")),
            ("邓四", "lifted", at("2022-10-14 10:00")),
            ("尔五", "lifted", at("2022-11-01 09:00")),
        ):
            Entitlement.objects.create(
                campaign=county, resident=Resident.objects.get(name=name), category=category,
                recognised_on=date(2022, 9, 1), source="list", known_at=known_at,
                marked_by=User.system(),
            )  # fmt: skip
        client = sign_in("alice")
        assert listed(client, "?status=late") == ["安一", "白二", "尔五"]
        assert counts(client)["late"] == 3
        south = f"?region={places['south'].pk}&status=late"
        assert listed(client, south) == ["尔五"] and counts(client, south)["late"] == 1
        html = client.get(f"{URL}?status=late").content.decode()
        assert re.findall(r"<td>(2022-1[01]-\d\d \d\d:\d\d)</td>", html) == [
            "2022-10-15 00:00", "2022-11-01 09:00", "2022-11-01 09:00"
        ]  # fmt: skip
        told = {item.key: item for item in readiness_items(Campaign.objects.get(pk=county.pk))}
        assert told["marks"].state == "missing" and "3 人" in told["marks"].figure

    def test_without_a_time_for_marks_there_is_no_such_list(self, county, sign_in):
        client = sign_in("alice")
        assert "late" not in counts(client) and listed(client, "?status=late") == []

    def test_one_registered_elsewhere_is_not_missing(self, county, write, sign_in):
        write.register(Resident.objects.get(name="尔五"), Fact("north-1", NOW))
        assert listed(sign_in("alice"), "?status=missed") == []

    def test_in_the_order_of_the_tree_and_of_pinyin(self, campaign, write, sign_in):
        for name, unit in (
            ("周", "south-1"),
            ("王", "north-2"),
            ("赵", "north-1"),
            ("陈", "north-1"),
        ):
            write(Fact(unit, NOW), name=name)
        assert listed(sign_in("alice")) == ["陈", "赵", "王", "周"]

    def test_numbers_are_masked_and_birth_dates_left_out(self, county, sign_in):
        html = sign_in("alice").get(URL).content.decode()
        assert re.findall(r"<td>(\d{4}\*{4}\d{3}[\dX])</td>", html)
        assert "1980-01" not in html and not re.search(r"\d{17}[\dX]", html)


class TestPages:
    @pytest.fixture
    def many(self, campaign, write):
        """60 in north-1, 45 in north-2, one of each name twice: ties of pinyin are no trouble."""
        for n in range(105):
            unit = "north-1" if n < 60 else "north-2"
            write(Fact(unit, at("2022-11-01 10:00"), own=0), name=f"王{n // 2}")
        rollups.refresh(campaign, as_of=NOW)

    def walk(self, client):
        html, query, pages = "", "?status=enrolled", []
        while query:
            html = client.get(URL + query).content.decode()
            pages.append(re.findall(r'data-href="/c/small-2023/people/(\d+)/"', html))
            found = re.search(r'href="(\?[^"]*)" rel="next"', html)
            query = found[1].replace("&amp;", "&") if found else ""
        return pages, html

    def test_everybody_once_fifty_a_page(self, many, sign_in):
        pages, html = self.walk(sign_in("alice"))
        assert [len(page) for page in pages] == [50, 50, 5]
        assert len({pk for page in pages for pk in page}) == 105
        assert "第 101–105 人，共 105 人" in html

    def test_a_full_last_page_leads_nowhere(self, campaign, write, sign_in):
        for _n in range(50):
            write(Fact("north-1", NOW))
        pages, _html = self.walk(sign_in("alice"))
        assert [len(page) for page in pages] == [0]  # nobody enrolled
        html = sign_in("alice").get(URL).content.decode()
        assert 'rel="next"' not in html

    def test_a_cursor_into_nowhere_begins_at_the_beginning(self, many, sign_in):
        client = sign_in("alice")
        assert listed(client, "?after=1.1") == listed(client)
        assert len(listed(client, "?after=999999999999999999.1")) == 50

    def test_no_query_for_a_row(self, many, sign_in):
        client = sign_in("alice")
        with CaptureQueriesContext(connection) as few:
            client.get(f"{URL}?status=missed")
        with CaptureQueriesContext(connection) as full:
            client.get(f"{URL}?status=enrolled")
        assert len(full) <= len(few) + 1


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(facts=st.lists(fact(), max_size=8), instant=HOURS)
def test_lists_hold_whom_plain_python_puts_there(campaign, places, write, facts, instant):
    Match.objects.all().delete()
    Registration.objects.all().delete()
    rows = [(one, write(one)) for one in facts]
    units = lists.units_below(places["county"])
    for status, belongs in {
        "registered": lambda one: one.stands(instant),
        "enrolled": lambda one: one.enrolled(instant),
        "unpaid": lambda one: one.stands(instant) and not one.enrolled(instant),
    }.items():
        found = lists.read_page(campaign, units, status, instant)
        expected = {row.resident_id for one, row in rows if belongs(one)}
        assert {row.resident_id for row in found.rows} == expected, status
        for row in found.rows:
            assert row.settled == (status == "enrolled" or row.resident_id in {
                other.resident_id for one, other in rows if one.enrolled(instant)
            })  # fmt: skip


class TestSearch:
    def find(self, client, text):
        return client.post(f"{URL}search/", {"q": text})

    def test_an_exact_name_spelling_variants_aside(self, county, make_resident, sign_in):
        make_resident("阿依·买买提", number=number("19700101", 101), village="north-1")
        client = sign_in("alice")
        for text in ("阿依·买买提", "阿依•买买提", " 阿依 买买提"):
            assert "阿依·买买提" in self.find(client, text).content.decode()
        assert "没有与此姓名完全一致的人" in self.find(client, "阿依").content.decode()

    def test_only_within_ones_own_region(self, county, sign_in):
        assert "邓四" in self.find(sign_in("charlie"), "邓四").content.decode()
        html = self.find(sign_in("bob"), "邓四").content.decode()
        assert "没有与此姓名完全一致的人" in html
        assert not re.search(r"people/\d", html)

    def test_a_number_leads_to_its_holder_and_is_logged(self, county, make_resident, cast, sign_in):
        paper = number("19700101", 101)
        person = make_resident("高七", number=paper, village="north-1")
        response = self.find(sign_in("bob"), paper)
        assert response["Location"] == f"{URL}{person.pk}/"
        assert LookUp.objects.filter(by=cast["bob"], resident_id=person.pk).count() == 1

    def test_of_someone_elsewhere_only_a_masked_name_and_the_place(
        self, county, make_resident, sign_in
    ):
        paper = number("19700101", 101)
        make_resident("高小七", number=paper, village="south-1")
        html = self.find(sign_in("bob"), paper).content.decode()
        assert "高*七" in html and "高小七" not in html and "东湖村" not in html
        assert paper not in html
        assert LookUp.objects.get().outside

    def test_a_number_that_cannot_be_right_is_not_looked_up(self, county, sign_in):
        html = self.find(sign_in("bob"), "411328199003072519").content.decode()
        assert "message-error" in html and "411328199003072519" not in html
        assert LookUp.objects.count() == 0

    def test_nothing_typed(self, county, sign_in):
        assert self.find(sign_in("bob"), " ").status_code == 400


class TestAccess:
    @pytest.mark.parametrize("name", ["alice", "bob", "dana", "erin", "heidi"])
    def test_readers_see_their_part(self, county, sign_in, name):
        whole = ["安一", "白二", "蔡三", "邓四"]
        part = {"bob": whole[:3], "erin": whole[:2]}.get(name, whole)
        assert listed(sign_in(name)) == part

    @pytest.mark.parametrize("name", ["frank", "grace", "mallory"])
    def test_others_see_nothing(self, county, sign_in, name):
        client = sign_in(name)
        assert client.get(URL).status_code == 403
        assert client.post(f"{URL}search/", {"q": "安一"}).status_code == 403

    def test_a_foreign_region_is_not_there(self, county, places, sign_in):
        client = sign_in("bob")
        assert client.get(f"{URL}?region={places['south'].pk}").status_code == 404
        assert client.get(f"{URL}?region={places['county'].pk}").status_code == 404
