"""People on a list who are registered all the same: told, decided, nothing undone by itself."""

import re
from datetime import date

import pytest

from enrollment.models import AuditEntry, Change, Registration, Resident, User
from reports.listed.queries import cases
from reports.on_behalf.queries import parts_of
from subsidies.models import ListDecision, Listing
from tests.conftest import at
from tests.enrollment.test_listed import EXCLUDED
from tests.reports.facts import Fact, Paid, Writer

NOW = at("2022-11-18 16:30")
URL = "/c/small-2023/on-lists/"
REFUND = """
[[refunds]]
reason = "death"
name = "死亡"
until = 2022-12-30
before = "coverage_from"
part = "own"
clause = "七"
words = "12 月 30 日截止，只退个人负担的部分"
"""
BORN = """
[benefit]
clause = "八"
words = "按时缴费的自次年 1 月 1 日起享受待遇"

[[benefit.rules]]
when = { days_since_birth = { from = 0, until = 90 } }
begins = "birth"
clause = "八"
words = "新生儿自出生之日起享受待遇"
"""


@pytest.fixture
def notice(campaign, changed, load):
    """Nobody in employee insurance; the dead get their own part back until 2022-12-30."""
    return load(changed(("[fee]", REFUND + EXCLUDED)), why="名单", now=NOW)


def put_on(campaign, name, kind, line=2):
    return Listing.objects.create(
        campaign=campaign, resident=Resident.objects.get(name=name), kind=kind,
        since=date(2022, 10, 1), source=f"公安，名单.csv，第 {line} 行", known_at=NOW,
        marked_by=User.system(),
    )  # fmt: skip


@pytest.fixture
def county(notice, places, make_resident):
    """安 dead, unpaid; 白 dead, paid; 蔡 employee, unpaid; 邓 student only; 尔 dead, not
    registered; 范 dead, unpaid, in the south."""
    write = Writer(notice, places, make_resident)
    paid = [Paid(at("2022-11-05 10:00"))]
    for name, unit, matches in (
        ("安一", "north-1", []), ("白二", "north-1", paid), ("蔡三", "north-2", []),
        ("邓四", "north-1", []), ("范六", "south-1", []),
    ):  # fmt: skip
        write(Fact(unit, at("2022-11-01 10:00"), paid=matches), name=name)
    make_resident("尔五", number="41132819700101001X")
    for name in ("安一", "白二", "尔五", "范六"):
        put_on(notice, name, "dead")
    put_on(notice, "蔡三", "employee")
    put_on(notice, "邓四", "student")
    return notice


def found(campaign, state):
    return [(each.name, each.kind) for each in cases(campaign, campaign.region, state)[0]]


def keys(campaign, state, *names):
    rows = cases(campaign, campaign.region, state)[0]
    return [each.key for each in rows if each.name in names]


def decide(client, campaign, decision, *names, state="unpaid", why="已核实"):
    form = {"state": state, "case": keys(campaign, state, *names), "decision": decision, "why": why}
    return client.post(URL + "decisions/", form, follow=True)


def test_who_is_on_a_list_and_registered_is_told_by_whether_anything_is_paid(county):
    assert found(county, "unpaid") == [("安一", "dead"), ("范六", "dead"), ("蔡三", "employee")]
    assert found(county, "paid") == [("白二", "dead")]
    assert not ListDecision.objects.exists()
    assert Registration.objects.standing().count() == 5  # a list undoes nothing


def test_the_page_says_list_row_and_clause(county, sign_in):
    text = sign_in("alice").get(URL).content.decode()
    assert "公安，名单.csv，第 2 行" in text and "安一" in text
    assert "已参加职工医保的不重复参保" in text and "二（一）" in text
    paid = sign_in("alice").get(URL + "?state=paid").content.decode()
    assert "应退 350.00 元。" in paid and "七" in paid  # its own part, before 2022-12-30


def test_a_clerk_sees_the_own_township_and_decides_nothing(county, sign_in):
    client = sign_in("bob")
    text = client.get(URL).content.decode()
    assert "安一" in text and "范六" not in text and "on-lists-form" not in text
    assert client.post(URL + "decisions/").status_code == 403


def test_unpaid_registrations_are_taken_back_by_somebody_with_a_reason(county, sign_in):
    decide(sign_in("alice"), county, "taken_back", "安一")
    row = Registration.objects.get(resident__name="安一")
    assert (row.ended_why, row.ended_by.username) == ("已核实", "alice")
    assert Change.objects.filter(kind="registration_ended", resident_id=row.resident_id).exists()
    assert found(county, "decided") == [("安一", "dead")]
    assert AuditEntry.objects.filter(action="decide_on_list", why="已核实").count() == 1


@pytest.mark.parametrize(
    ("decision", "names", "state", "why", "said"),
    [
        ("taken_back", ["白二"], "paid", "已核实", "已缴费"),
        ("refund", ["安一"], "unpaid", "已核实", "没有缴费"),
        ("taken_back", ["安一"], "unpaid", " ", "理由"),
        ("taken_back", [], "unpaid", "已核实", "至少"),
        ("hang", ["安一"], "unpaid", "已核实", "选择"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_whole(
    county, sign_in, decision, names, state, why, said
):
    answer = decide(sign_in("alice"), county, decision, *names, state=state, why=why)
    assert said in answer.content.decode()
    assert not ListDecision.objects.exists()
    assert Registration.objects.standing().count() == 5


def test_what_goes_back_to_who_paid_is_kept_with_the_clause(county, sign_in):
    decide(sign_in("alice"), county, "refund", "白二", state="paid")
    row = ListDecision.objects.get()
    assert (row.fen, row.clause) == (35000, "七")
    assert Registration.objects.standing().filter(resident__name="白二").exists()


def test_after_the_last_day_nothing_goes_back_and_that_is_said(county, sign_in):
    county.clock = at("2022-12-31 10:00")
    county.save()
    answer = decide(sign_in("alice"), county, "refund", "白二", state="paid")
    assert "不予退费" in answer.content.decode() and not ListDecision.objects.exists()
    decide(sign_in("alice"), county, "no_refund", "白二", state="paid")
    assert "12 月 30 日" in ListDecision.objects.get().words


def test_where_the_notice_speaks_of_no_refund_that_is_said(county, sign_in):
    Listing.objects.filter(resident__name="白二").update(kind="prison")
    text = sign_in("alice").get(URL + "?state=paid").content.decode()
    assert "通知没有规定此类退费" in text and "不退费。" not in text
    answer = decide(sign_in("alice"), county, "refund", "白二", state="paid")
    assert not ListDecision.objects.exists() and "不予退费" in answer.content.decode()


def test_all_of_a_kind_at_once(county, sign_in):
    form = {"state": "unpaid", "kind": "dead", "all": "1", "decision": "stays", "why": "同名同姓"}
    sign_in("alice").post(URL + "decisions/", form)
    assert found(county, "unpaid") == [("蔡三", "employee")]
    assert ListDecision.objects.count() == 2


def test_nobody_decides_twice(county, sign_in):
    client = sign_in("alice")
    case = keys(county, "unpaid", "安一")
    decide(client, county, "stays", "安一")
    form = {"state": "unpaid", "case": case, "decision": "taken_back", "why": "又一次"}
    answer = client.post(URL + "decisions/", form, follow=True)
    assert "至少" in answer.content.decode() and ListDecision.objects.count() == 1


def test_whose_list_does_not_hold_is_paid_for_again(county, sign_in):
    row = Registration.objects.get(resident__name="安一")
    Registration.objects.filter(pk=row.pk).update(own_fen=0, on_behalf_fen=35000)
    state = {part.name: part.state for part in parts_of(county, county.region)}
    assert state["安一"] == "dead"
    decide(sign_in("alice"), county, "stays", "安一", why="同号不同人，已核实健在")
    state = {part.name: part.state for part in parts_of(county, county.region)}
    assert state["安一"] == "waiting"


def test_who_was_taken_back_for_a_list_that_holds_no_longer_is_told(county, sign_in):
    decide(sign_in("alice"), county, "taken_back", "安一")
    Listing.objects.filter(resident__name="安一").update(ended_at=NOW, ended_why="撤销")
    assert found(county, "reversed") == [("安一", "dead")]
    Registration.objects.filter(resident__name="安一").update(
        ended_at=None, ended_by=None, ended_why=None
    )
    assert found(county, "reversed") == []


def requests() -> list[tuple]:
    from payments.models import Stop

    rows = Stop.objects.order_by("pk")
    return [(row.resident.name, row.reason, row.own_fen, row.proposed_by.username) for row in rows]


def test_a_refund_is_asked_for_at_once_and_waits_for_another_person(county, sign_in):
    from payments.models import Stop

    said = decide(sign_in("alice"), county, "refund", "白二", state="paid").content.decode()
    assert "已提出 1 笔退费申请，待另一人审核" in said
    assert requests() == [("白二", "death", 35000, "alice")]
    stop = Stop.objects.get()
    assert "公安，名单.csv，第 2 行" in stop.evidence and "已核实" in stop.evidence
    assert Registration.objects.standing().filter(resident__name="白二").exists()
    page = sign_in("alice").get(URL + "?state=decided").content.decode()
    assert f"/refunds/{stop.pk}/" in page
    step = f"/c/small-2023/payments/refunds/{stop.pk}/step/"
    own = sign_in("alice").post(step, {"step": "approve"}, follow=True).content.decode()
    assert "是您提出的" in own and Stop.objects.get().approved_at is None


def test_where_the_notice_asks_for_the_use_of_benefits_the_filled_in_form_is_led_to(
    county, sign_in, load, changed
):
    asks = REFUND.replace('part = "own"', 'part = "own"\nbenefits_used = "forbids"')
    load(changed(("[fee]", asks + EXCLUDED)), why="名单", now=NOW)
    text = sign_in("alice").get(URL + "?state=paid").content.decode()
    assert "须核实是否已享受待遇" in text
    said = decide(sign_in("alice"), county, "refund", "白二", state="paid").content.decode()
    assert "白二：尚未提出退费申请" in said and requests() == []
    assert ListDecision.objects.get().decision == "refund"
    page = sign_in("alice").get(URL + "?state=decided").content.decode()
    form = re.search(r'href="([^"]+reason=death[^"]+)"', page)[1].replace("&amp;", "&")
    filled = sign_in("alice").get(form).content.decode()
    assert 'value="death" required checked' in filled
    assert "公安，名单.csv，第 2 行" in filled


def test_a_persons_own_benefits_that_have_begun_give_nothing_back(county, sign_in, load, changed):
    """Of a newborn benefits begin with the birth, long before the coverage of the others."""
    own = REFUND.replace('"coverage_from"', '"benefit_from"') + BORN
    load(changed(("[fee]", own + EXCLUDED)), why="名单", now=NOW)
    assert "应退 350.00 元" in sign_in("alice").get(URL + "?state=paid").content.decode()
    Resident.objects.filter(name="白二").update(born_on=date(2022, 11, 1))
    text = sign_in("alice").get(URL + "?state=paid").content.decode()
    assert "不退费。" in text and "2022-11-01" in text
    answer = decide(sign_in("alice"), county, "refund", "白二", state="paid")
    assert requests() == [] and "不予退费" in answer.content.decode()
