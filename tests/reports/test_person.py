"""One person's page: what happened with its source; the full number only for a reason."""

import logging
import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrollment import changes
from enrollment.models import AuditEntry, Household, PriorEnrollment, Registration, User
from enrollment.services.registrations import withdraw
from subsidies.models import Entitlement
from subsidies.services import mark_hardship
from tests.conftest import assert_table, at
from tests.enrollment.people import number
from tests.payments.lines import WANG, Row, take_in
from tests.reports.facts import Fact, Writer

NOW = at("2022-11-18 16:30")
URL = "/c/small-2023/people/"


@pytest.fixture
def write(campaign, places, make_resident):
    return Writer(campaign, places, make_resident)


@pytest.fixture
def wang(campaign, make_resident):
    """Wang Xiaoming of north-1, in household 7, enrolled last year, not registered."""
    return make_resident("王小明", number=WANG, village="north-1", household="7", prior=True)


def page(client, person, status=200):
    response = client.get(f"{URL}{person.pk}/")
    assert response.status_code == status
    return unescape(response.content.decode())


def timeline(html):
    """What happened, newest first."""
    found = re.findall(r'timeline-what">(.*?)</div>', html, re.S)
    return [re.sub(r"<.*?>", "", text) for text in found]


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<.*?>", " ", html))


class TestTimeline:
    def test_of_nobody_registered_yet(self, campaign, wang, sign_in):
        html = page(sign_in("bob"), wang)
        assert timeline(html) == []
        assert "未登记" in html and "2023年度还没有记录" in html and "连续参保" not in html

    def test_from_the_roster_to_the_match(self, campaign, wang, write, sign_in, tmp_path):
        mark_hardship(
            campaign=campaign, resident=wang, category="lifted", recognised_on=date(2022, 9, 1),
            source="三季度名单 第 9 行", by=User.system(), now=at("2022-10-11 15:02"),
        )  # fmt: skip
        row = write.register(wang, Fact("north-1", at("2022-11-10 09:00")))
        Registration.objects.filter(pk=row.pk).update(hardship="lifted", reimbursed_fen=25000)
        take_in(campaign, tmp_path, [Row()], name="税务-1.csv", now=at("2022-11-18 16:00"))
        changes.consume()
        html = page(sign_in("bob"), wang)
        assert timeline(html) == [
            "缴费与登记相符",  # 11-18 16:00, when the file came
            "缴费 微信",  # 11-18 10:15
            "资助判定：先缴 350.00，后补 250.00",
            "参保登记",
            "进入名单「脱贫享受政策户」",
        ]
        words = text(html)
        assert "税务-1.csv 第 2 行" in words
        assert "先缴后补，缴费后补助 250 元" in words and "五（二）2" in words
        assert "三季度名单 第 9 行，认定 2022-09-01" in words
        # 350 paid, 250 come back
        assert re.search(r"实际负担</dt><dd>100\.00", html)
        assert "连续参保 2 年" in words

    def test_the_category_that_was_not_applied_is_named(self, campaign, wang, write, sign_in):
        for category in ("lifted", "minimum_living"):
            mark_hardship(
                campaign=campaign, resident=wang, category=category,
                recognised_on=date(2022, 9, 1), source="名单", by=User.system(), now=NOW,
            )  # fmt: skip
        row = write.register(wang, Fact("north-1", NOW))
        Registration.objects.filter(pk=row.pk).update(hardship="lifted", reimbursed_fen=25000)
        words = text(page(sign_in("bob"), wang))
        assert "未采用 一般低保户" in words

    def test_a_payment_that_waits_says_why(self, campaign, wang, sign_in, tmp_path):
        take_in(campaign, tmp_path, [Row()], name="1.csv", now=NOW)
        html = page(sign_in("bob"), wang)
        assert timeline(html) == ["缴费 微信"]
        assert "shape-ring" in html and "未登记" in html

    def test_a_reversed_payment_and_its_match(self, campaign, wang, write, sign_in, tmp_path):
        write.register(wang, Fact("north-1", at("2022-11-10 09:00")))
        take_in(campaign, tmp_path, [Row()], name="1.csv", now=at("2022-11-18 11:00"))
        back = Row(
            receipt="341135221118000099", original="341135221118000001", yuan="-350.00",
            state="冲红", paid="2022-11-18 15:00:00",
        )  # fmt: skip
        take_in(campaign, tmp_path, [back], name="2.csv", now=NOW)
        assert timeline(page(sign_in("bob"), wang)) == [
            "匹配解除", "冲红", "缴费与登记相符", "缴费 微信", "参保登记"
        ]  # fmt: skip

    def test_a_registration_taken_back(self, campaign, wang, write, cast, sign_in):
        row = write.register(wang, Fact("north-1", NOW))
        Registration.objects.filter(pk=row.pk).update(registered_by=cast["bob"])
        row.refresh_from_db()
        withdraw(registration=row, by=cast["bob"], now=NOW, why="登错人")
        html = page(sign_in("bob"), wang)
        assert sorted(timeline(html)) == ["参保登记", "登记终止"]
        assert "登错人" in html and "停保" in html


class TestBeside:
    def test_the_household_with_what_each_is(self, campaign, wang, write, make_resident, sign_in):
        li = make_resident("李二", number=number("19720101", 102), household="7", prior=True)
        make_resident("王三", number=number("20100101", 103), household="7")
        write.register(wang, Fact("north-1", NOW, own=0))
        words = text(page(sign_in("bob"), wang))
        assert "本户 3 人" in words
        assert re.search(r"王小明 .*免缴 .*李二 .*上年参保 未登记 .*王三 .*未登记", words)
        assert f"{URL}{li.pk}/" in page(sign_in("bob"), wang)

    def test_of_a_household_only_those_of_ones_own_region(
        self, campaign, places, wang, make_resident, sign_in
    ):
        away = make_resident("李远", number=number("19720101", 102), village="south-1")
        away.household = Household.objects.get(number="7")
        away.save()
        assert "李远" not in page(sign_in("bob"), wang)
        assert "李远" in page(sign_in("alice"), wang)

    def test_years_in_a_row_end_at_the_first_gap(self, campaign, places, wang, sign_in):
        for year in (2021, 2019):
            PriorEnrollment.objects.create(
                resident_id=wang.pk, insurance="390", coverage_from=date(year, 1, 1),
                village=places["north-1"],
            )  # fmt: skip
        words = text(page(sign_in("bob"), wang))
        assert "连续参保 2 年" in words  # 2022 and 2021
        assert "2019" in words


class TestNumber:
    def ask(self, client, person, why="核对证件"):
        return client.post(f"{URL}{person.pk}/number/", {"why": why})

    def test_it_is_shown_once_for_a_reason_that_is_kept(self, campaign, wang, cast, sign_in):
        client = sign_in("bob")
        response = self.ask(client, wang)
        assert WANG in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        assert WANG not in page(client, wang)
        assert_table(
            AuditEntry, ["action", "by_id", "object_kind", "object_id", "why"],
            [
                *AuditEntry.objects.exclude(action="show_number").values_list(
                    "action", "by_id", "object_kind", "object_id", "why"
                ),
                ("show_number", cast["bob"].pk, "resident", wang.pk, "核对证件"),
            ],
        )  # fmt: skip
        assert "Bob 查看完整号码，理由“核对证件”" in page(client, wang)

    @pytest.mark.parametrize("why", ["", " ", "x"])
    def test_not_without_a_reason(self, campaign, wang, sign_in, why):
        response = self.ask(sign_in("bob"), wang, why)
        assert response.status_code == 400
        assert WANG not in response.content.decode()
        assert "请写明查看完整号码的理由" in response.content.decode()
        assert not AuditEntry.objects.filter(action="show_number").exists()

    def test_only_by_post(self, campaign, wang, sign_in):
        assert sign_in("bob").get(f"{URL}{wang.pk}/number/").status_code == 405

    def test_not_of_someone_elsewhere(self, campaign, wang, sign_in):
        assert self.ask(sign_in("charlie"), wang).status_code == 404
        assert not AuditEntry.objects.filter(action="show_number").exists()

    def test_nothing_of_it_gets_into_a_log(self, campaign, wang, sign_in, caplog):
        with caplog.at_level(logging.DEBUG):
            self.ask(sign_in("bob"), wang)
        assert caplog.records == [] or WANG not in caplog.text


class TestAccess:
    @pytest.mark.parametrize("name", ["alice", "bob", "dana", "erin", "heidi"])
    def test_readers_of_the_region(self, campaign, wang, sign_in, name):
        html = page(sign_in(name), wang)
        assert "王小明" in html and f"4113****{WANG[-4:]}" in html and WANG not in html

    @pytest.mark.parametrize("name", ["frank", "grace", "mallory"])
    def test_others_do_not(self, campaign, wang, sign_in, name):
        page(sign_in(name), wang, 403)

    def test_someone_elsewhere_is_not_there(self, campaign, wang, sign_in):
        page(sign_in("charlie"), wang, 404)

    def test_who_counts_here_is_seen_here_too(self, campaign, wang, write, sign_in):
        write.register(wang, Fact("south-1", NOW))
        page(sign_in("charlie"), wang)
        page(sign_in("bob"), wang)

    def test_nobody_is_not_there(self, campaign, sign_in):
        assert sign_in("alice").get(f"{URL}999999/").status_code == 404


def test_however_much_happened_the_queries_stay(campaign, wang, write, sign_in, tmp_path):
    client = sign_in("bob")
    write.register(wang, Fact("north-1", at("2022-11-10 09:00")))
    take_in(campaign, tmp_path, [Row()], name="1.csv", now=NOW)
    page(client, wang)
    with CaptureQueriesContext(connection) as few:
        page(client, wang)
    rows = [Row(receipt=f"34113522111800001{n}") for n in range(5)]
    take_in(campaign, tmp_path, rows, name="2.csv", now=NOW)
    Entitlement.objects.create(
        campaign=campaign, resident=wang, category="lifted", recognised_on=date(2022, 9, 1),
        source="x", known_at=NOW, marked_by=User.system(),
    )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page(client, wang)
    assert len(many) <= len(few)
