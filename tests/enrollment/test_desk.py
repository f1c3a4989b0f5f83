"""The desk's pages: who may, what each answer brings, what never leaves the form."""

import logging
import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrollment import ports
from enrollment.models import AuditEntry, LookUp, Registration, Resident
from enrollment.services.campaigns import move_clock
from tests.conftest import assert_table, at
from tests.enrollment.people import number

DESK = "/c/small-2023/desk/"
LOOK_UP, SAVE, TODAY = f"{DESK}look-up/", f"{DESK}registrations/", f"{DESK}today/"
WANG, LI, ZHAO = (number("19800101", order) for order in (1, 2, 4))
HTMX = {"HTTP_HX_REQUEST": "true"}
# Session, user and campaign take 5 of each; cash taken and claims of payment 2 of a look-up.
LOOK_UP_QUERIES, SAVE_QUERIES = 17, 20


@pytest.fixture
def bob(sign_in):
    return sign_in("bob")


@pytest.fixture
def filled(places):
    """filled(name="王芳") → what the form posts."""

    def filled(**changed):
        form = {
            "kind": "resident_id",
            "number": WANG,
            "name": "王芳",
            "village": places["north-1"].pk,
            "category": "1501",
            "save_key": str(uuid4()),
        }
        return {**form, **changed}

    return filled


def text(response):
    """What a reader sees of a response, without tags and blanks."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", response.content.decode()))


def withdrawal(registration):
    return f"/c/small-2023/registrations/{registration.pk}/withdrawal/"


# --- who may


@pytest.mark.parametrize("name", ["alice", "dana", "erin", "frank", "grace", "heidi", "mallory"])
def test_only_clerks_work_at_the_desk(sign_in, filled, name):
    client = sign_in(name)
    assert client.get(DESK).status_code == 403
    assert client.get(TODAY).status_code == 403
    assert client.post(LOOK_UP, {"kind": "resident_id", "number": WANG}).status_code == 403
    assert client.post(SAVE, filled()).status_code == 403
    assert client.post("/c/small-2023/registrations/1/withdrawal/").status_code == 403
    assert_table(Registration, ["id"], [])
    assert_table(LookUp, ["id"], [])


def test_strangers_sign_in_first(client, campaign):
    assert client.get(DESK).url == f"/sign-in/?next={DESK}"


def test_another_campaign_is_not_found(bob):
    assert bob.get("/c/nowhere/desk/").status_code == 404


@pytest.mark.parametrize("url", [LOOK_UP, SAVE])
def test_numbers_are_only_ever_posted(bob, url):
    assert bob.get(url, {"number": WANG}).status_code == 405


def test_a_foreign_registration_is_not_found(sign_in, filled):
    sign_in("bob").post(SAVE, filled())
    saved = Registration.objects.get()
    assert sign_in("charlie").post(withdrawal(saved), {"why": "x"}).status_code == 404
    assert Registration.objects.standing().exists()


def test_a_foreign_member_is_not_found(bob, filled, make_resident):
    zhao = make_resident("赵敏", number=ZHAO, village="south-1")
    member = {"kind": "resident_id", "number": "4113****0000", "member": zhao.pk}
    assert bob.post(LOOK_UP, member).status_code == 404
    assert bob.post(SAVE, filled(**member)).status_code == 404
    assert_table(Registration, ["id"], [])


# --- looking up


def test_someone_known_comes_filled_in(bob, make_resident, places):
    make_resident("王芳", number=WANG, household="7", prior=True)
    page = bob.post(LOOK_UP, {"kind": "resident_id", "number": WANG}, **HTMX)
    html = page.content.decode()
    assert page.status_code == 200
    assert 'value="王芳"' in html
    assert re.search(rf'<option value="{places["north-1"].pk}"[^>]* selected', html)
    assert re.search(r'value="1501" checked', html)
    assert "2022年度城北镇东湖村已参保" in text(page)
    assert "350.00元" in text(page)
    assert "可以续保" in text(page)


def test_the_household_shows_who_is_missing(bob, filled, make_resident):
    """王芳 (42) is looked up; 王强 is registered, 王小 was enrolled last year, 王大 never."""
    make_resident("王芳", number=WANG, household="7", prior=True)
    make_resident("王强", number=LI, household="7", prior=True)
    make_resident("王小", number=number("20180101", 5), household="7", prior=True, category="1402")
    make_resident("王大", number=number("19790101", 7), household="7")
    bob.post(SAVE, filled(number=LI, name="王强"))
    page = bob.post(LOOK_UP, {"kind": "resident_id", "number": WANG}, **HTMX)
    said = text(page)
    for line in (
        "王芳42岁正在登记",
        "王强42岁已登记未缴",
        "王小4岁上年参保未登记",
        "王大43岁未登记",
    ):
        assert line in said
    assert "王小上年参保，今年还没有登记" in said


def test_the_next_member_comes_without_a_number(bob, filled, make_resident):
    """F6: the number stays masked, and is saved all the same."""
    make_resident("王芳", number=WANG, household="7", prior=True)
    child = make_resident("王小", number=LI, household="7", prior=True)
    bob.post(SAVE, filled(relation="本人"), **HTMX)
    page = bob.post(LOOK_UP, {"kind": "resident_id", "number": "", "next_member": child.pk}, **HTMX)
    html = page.content.decode()
    assert LI not in html
    assert LI[6:14] not in html  # nor the birth date beside the last four
    assert f'value="{LI[:4]}****{LI[-4:]}"' in html
    masked = {"number": f"{LI[:4]}****{LI[-4:]}", "member": child.pk, "about": child.pk}
    assert bob.post(SAVE, filled(name="王小", **masked), **HTMX).status_code == 200
    assert Registration.objects.filter(resident=child).exists()


def test_a_number_typed_over_a_masked_one_counts(bob, filled, make_resident):
    child = make_resident("王小", number=LI)
    bob.post(SAVE, filled(number=ZHAO, name="赵敏", member=child.pk))
    assert_table(Registration, ["resident__name"], [("赵敏",)])


def test_someone_new_is_said_to_be_new(bob):
    page = bob.post(LOOK_UP, {"kind": "resident_id", "number": WANG}, **HTMX)
    assert "新人员" in text(page)
    assert re.search(r'value="1501" checked', page.content.decode())  # 42: certain
    assert 'id="name" value="" maxlength="60" autofocus' in page.content.decode()


def test_someone_registered_here_cannot_be_saved(bob, filled):
    bob.post(SAVE, filled())
    page = bob.post(LOOK_UP, {"kind": "resident_id", "number": WANG}, **HTMX)
    assert "已登记，不能再登记一次" in text(page)
    assert "2022-11-1816:30" in text(page)
    assert re.search(r'id="save"[^>]* disabled', page.content.decode())


def test_someone_elsewhere_shows_three_facts_only(bob, make_resident):
    make_resident("王小芳", number=WANG, village="south-1", household="7", prior=True)
    page = bob.post(LOOK_UP, {"kind": "resident_id", "number": WANG}, **HTMX)
    html = page.content.decode()
    assert "王*芳" in html
    assert "安平县城南乡" in html
    assert "王小芳" not in html
    assert "东湖村</dd>" not in html  # the village of south is not told
    assert re.search(r'id="save"[^>]* disabled', html)
    assert_table(LookUp, ["by__username", "outside"], [("bob", True)])


@pytest.mark.parametrize(
    ("paper", "said"),
    [
        ("", "请输入证件号码"),
        (WANG[:-1], "证件号码应为18位，现为17位"),
        (WANG[:-1] + "0", f"第18位应为{WANG[-1]}，现为0"),
        ("411328199913010011", "1999-13-01不是有效日期"),
        (number("20300101", 1), "晚于今天"),
        ("4.11328E+17", "表格软件"),
    ],
)
def test_a_wrong_number_is_not_looked_up(bob, paper, said):
    page = bob.post(LOOK_UP, {"kind": "resident_id", "number": paper}, **HTMX)
    assert page.status_code == 422
    assert "没有保存" in text(page)
    assert said in text(page)
    assert_table(LookUp, ["id"], [])


def test_too_many_look_ups_are_refused_in_words(bob, settings):
    settings.LOOK_UPS_PER_HOUR = 1
    bob.post(LOOK_UP, {"kind": "resident_id", "number": WANG})
    page = bob.post(LOOK_UP, {"kind": "resident_id", "number": LI}, **HTMX)
    assert page.status_code == 422
    assert "一小时内已查询1个号码" in text(page)


# --- saving


def test_one_answer_brings_receipt_empty_form_list_and_counts(bob, filled, make_resident):
    make_resident("王芳", number=WANG)
    page = bob.post(SAVE, filled(), **HTMX)
    html = page.content.decode()
    assert page.status_code == 200
    assert "第1笔王芳已登记应缴350.00元" in text(page)
    assert 'id="number" value=""' in html
    assert re.search(r'id="number"[^>]* autofocus', html)
    assert re.search(r'id="last" hx-swap-oob="innerHTML"', html)
    assert re.search(r'id="strip" hx-swap-oob="innerHTML"', html)
    assert f"{WANG[:4]}****{WANG[-4:]}" in html
    assert "今日我登记1笔" in text(page)
    assert str(filled()["save_key"]) not in html


def test_a_retry_gets_the_same_receipt(bob, filled):
    form = filled()
    first, again = bob.post(SAVE, form, **HTMX), bob.post(SAVE, form, **HTMX)
    assert "第1笔王芳已登记" in text(first)
    assert "第1笔王芳已登记" in text(again)
    assert Registration.objects.count() == 1


def test_the_form_stays_when_something_is_missing(bob, filled):
    form = filled(name="", village="", phone="12")
    page = bob.post(SAVE, form, **HTMX)
    assert page.status_code == 422
    assert "没有保存。请填写姓名。另有2处标红" in text(page)
    assert form["save_key"] in page.content.decode()  # a retry stays a retry
    assert_table(Registration, ["id"], [])


def test_a_village_of_another_region_is_refused(bob, filled, places):
    page = bob.post(SAVE, filled(village=places["south-1"].pk), **HTMX)
    assert page.status_code == 422
    assert_table(Registration, ["id"], [])


def test_another_name_needs_a_second_f8(bob, filled, make_resident):
    make_resident("王芳", number=WANG)
    form = filled(name="王方")
    asked = bob.post(SAVE, form, **HTMX)
    assert asked.status_code == 422
    assert "还没有保存。这个号码原登记王芳，现填王方" in text(asked)
    confirm = re.search(r'name="confirm" value="([^"]+)"', asked.content.decode())[1]
    assert bob.post(SAVE, {**form, "confirm": confirm}, **HTMX).status_code == 200
    assert_table(Resident, ["name", "note"], [("王方", "原登记姓名：王芳")])


def test_someone_registered_a_moment_ago_is_told_about(sign_in, filled, cast, places):
    sign_in("bob").post(SAVE, filled())
    cast["charlie"].region = places["north"]
    cast["charlie"].save()
    page = sign_in("charlie").post(SAVE, filled(), **HTMX)
    assert page.status_code == 422
    assert "没有保存。王芳已于2022-11-1816:30由Bob在东湖村登记" in text(page)


def test_saving_someone_elsewhere_is_a_logged_look_up(bob, filled, make_resident):
    make_resident("王小芳", number=WANG, village="south-1")
    page = bob.post(SAVE, filled(name="王小芳"), **HTMX)
    assert page.status_code == 422
    assert "王*芳" in page.content.decode()
    assert_table(LookUp, ["by__username", "outside"], [("bob", True)])
    assert_table(Registration, ["id"], [])


def test_outside_the_windows_the_page_says_so(bob, campaign, cast, filled):
    move_clock(campaign, to=at("2023-01-05 09:00"), by=cast["dana"])
    said = text(bob.get(DESK))
    assert "现在不能登记" in said
    assert "2022-10-15至2022-12-31（三）" in said
    assert bob.post(SAVE, filled(), **HTMX).status_code == 422
    assert_table(Registration, ["id"], [])


def test_counts_of_my_places_are_live(bob, filled, campaign, cast, places):
    bob.get(DESK)
    bob.post(SAVE, filled())
    counts = ports.unit_counts(campaign, [places["north"], places["north-1"]], campaign.clock)
    assert [(c.registered, c.today) for c in counts] == [(1, 1), (1, 1)]
    assert "城北镇0/10" in text(bob.get(DESK))  # tests/data/small-2023.toml: 10 persons


# --- without JavaScript


def test_every_step_works_as_a_plain_page(bob, filled, make_resident):
    make_resident("王芳", number=WANG, household="7", prior=True)
    first = bob.get(DESK).content.decode()
    # Enter in a field presses the form's first submit button: it must be the look-up.
    assert re.search(r'<button[^>]*type="submit"[^>]*>', first.split('id="desk-form"')[1])[0].count(
        f'formaction="{LOOK_UP}"'
    )
    found = bob.post(LOOK_UP, {"kind": "resident_id", "number": WANG})
    assert b"<!doctype html>" in found.content
    assert "可以续保" in text(found)
    saved = bob.post(SAVE, filled())
    assert b"<!doctype html>" in saved.content
    assert "第1笔王芳已登记" in text(saved)
    undone = bob.post(withdrawal(Registration.objects.get()), {"why": "登记错人"})
    assert "已撤销王芳的登记" in text(undone)


# --- secrets and costs


def test_no_number_in_a_log_an_address_or_the_audit(bob, filled, make_resident, caplog):
    make_resident("王小芳", number=LI, village="south-1")
    with caplog.at_level(logging.DEBUG):
        for paper in (WANG, LI):
            bob.post(LOOK_UP, {"kind": "resident_id", "number": paper})
            bob.post(SAVE, filled(number=paper, name=""))
            page = bob.post(SAVE, filled(number=paper))
            assert paper not in page.request["PATH_INFO"] + page.request["QUERY_STRING"]
    for record in caplog.records:
        if not record.name.startswith("django.db"):  # SQL is never logged in production
            assert WANG not in record.getMessage()
            assert LI not in record.getMessage()
    for facts in AuditEntry.objects.values_list("facts", flat=True):
        assert WANG not in str(facts)


def count_queries(send):
    """Statements, without the savepoints that only tests have."""
    with CaptureQueriesContext(connection) as queries:
        assert send().status_code == 200
    return len([q for q in queries if not re.match("(RELEASE )?SAVEPOINT", q["sql"])])


def test_a_look_up_costs_the_same_for_a_large_household(bob, filled, make_resident):
    make_resident("王芳", number=WANG, household="7", prior=True)
    for order in range(10, 16):
        make_resident(f"王{order}", number=number("19900101", order), household="7", prior=True)
    bob.post(SAVE, filled(number=number("19900101", 10), name="王10"))
    posted = {"kind": "resident_id", "number": WANG}
    assert count_queries(lambda: bob.post(LOOK_UP, posted, **HTMX)) <= LOOK_UP_QUERIES


def test_a_save_costs_the_same_however_many_went_before(bob, filled, make_resident):
    make_resident("王芳", number=WANG, household="7", prior=True)
    for order in range(10, 22):
        paper = number("19900101", order)
        assert bob.post(SAVE, filled(number=paper, name=f"王{order}")).status_code == 200
    assert count_queries(lambda: bob.post(SAVE, filled(), **HTMX)) <= SAVE_QUERIES
