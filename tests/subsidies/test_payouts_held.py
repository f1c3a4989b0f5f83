"""Amounts that are held back: the dead, people on lists that the notice names, accounts."""

import pytest

from config.lib.siv import seal, unseal
from enrollment.errors import Refused
from subsidies.models import Entitlement, PayOut, PayOutDecision, Transfer
from subsidies.payouts import decisions, held, queries, services
from subsidies.payouts.accounts import cleaned, fault_of
from subsidies.payouts.due import derive_pay_outs
from tests.conftest import NOTICE
from tests.subsidies.made import problems
from tests.subsidies.payout_world import DECEMBER, FUND, NOW, list_of, sent, three

__all__ = ["sent", "three"]
ARMY = """
[[subsidies.held_back]]
lists = ["army", "prison"]
clause = "五（三）"
words = "现役、服刑人员的资助资金核实后再发放"
"""


def places_of(campaign):
    return {row.resident.name: row.place for row in queries.pay_outs(campaign)}


@pytest.fixture
def make(campaign, cast):
    def make():
        return services.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW)

    return make


class TestHeld:
    def test_the_dead_are_held_back_and_counted(self, campaign, three, make):
        list_of("dead", three["王小明"])
        assert places_of(campaign) == {"王小明": "held", "李四": "waiting", "赵六": "waiting"}
        [row] = queries.by_month(campaign, NOW)
        assert row.people == {"waiting": 2, "held": 1}
        assert row.fens == {"waiting": 16000, "held": 8000} and row.fen == 24000
        names = set(make().transfers.values_list("name", flat=True))
        assert names == {"李四", "赵六"}

    @pytest.mark.parametrize("kind", ["army", "prison", "student"])
    def test_other_lists_hold_nothing_back_where_the_notice_is_silent(self, campaign, three, kind):
        list_of(kind, three["王小明"])
        assert places_of(campaign)["王小明"] == "waiting"

    def test_the_notice_names_the_lists_that_do(self, three, load, changed):
        path = changed(("[payments]", f"{ARMY}\n[payments]"), text=NOTICE.read_text("utf-8"))
        campaign = load(path, why="军人")
        list_of("army", three["王小明"])
        list_of("student", three["李四"])
        assert places_of(campaign) == {"王小明": "held", "李四": "waiting", "赵六": "waiting"}
        assert held.reasons(campaign.policy)["army"].clause == "五（三）"

    def test_whom_the_notice_lets_not_enroll_is_held_back(self, three, load, changed):
        exclusion = (
            '\n[[eligibility.exclusions]]\nkey = "employee"\nname = "职工医保"\n'
            'when = { employee_insured = true }\nclause = "二"\nwords = "不重复参保"\n'
        )
        path = changed(text=NOTICE.read_text("utf-8") + exclusion)
        campaign = load(path, why="职工")
        list_of("employee", three["王小明"])
        assert places_of(campaign)["王小明"] == "held"

    def test_a_list_nobody_knows_is_refused(self):
        text = '[[subsidies.held_back]]\nlists = ["moon"]\nclause = "一"\nwords = "w"\n'
        [said] = problems(text)
        assert "lists" in said and "dead" in said


class TestDecided:
    def test_to_the_heirs_with_their_account_and_a_reason(self, campaign, three, cast, make):
        list_of("dead", three["王小明"])
        for wrong in ({}, {"payee": "王大明"}, {"number": "6217000099999999"}):
            with pytest.raises(Refused):
                decisions.release(three["王小明"], why="继承", by=cast["dana"], now=NOW, **wrong)
        decisions.release(
            three["王小明"], why="继承人公证", payee="王大明", number="6217 0000 9999 9999",
            by=cast["dana"], now=NOW,
        )  # fmt: skip
        row = make().transfers.get(pay_out=three["王小明"])
        assert (row.name, unseal(bytes(row.account))) == ("王大明", "6217000099999999")

    def test_dropped_it_goes_to_nobody_and_stays_told(self, campaign, three, cast, make):
        list_of("dead", three["王小明"])
        decisions.drop(three["王小明"], why="无继承人", by=cast["dana"], now=NOW)
        assert places_of(campaign)["王小明"] == "dropped"
        assert make().transfers.count() == 2
        derive_pay_outs(campaign, now=NOW)
        assert places_of(campaign)["王小明"] == "dropped"

    def test_taken_back_it_is_held_again_without_the_heirs_account(self, campaign, three, cast):
        list_of("dead", three["王小明"])
        decisions.release(
            three["王小明"], why="继承", payee="王大明", number="6217000099999999",
            by=cast["dana"], now=NOW,
        )  # fmt: skip
        decisions.take_back(three["王小明"], by=cast["dana"], now=NOW)
        row = PayOut.objects.get(pk=three["王小明"].pk)
        assert (row.payee, row.account) == ("", None)
        assert places_of(campaign)["王小明"] == "held"

    def test_what_is_not_held_is_not_decided_and_a_reason_is_needed(self, three, cast):
        with pytest.raises(Refused):
            decisions.drop(three["王小明"], why="x", by=cast["dana"], now=NOW)
        list_of("dead", three["王小明"])
        with pytest.raises(Refused):
            decisions.drop(three["王小明"], why=" ", by=cast["dana"], now=NOW)
        assert not PayOutDecision.objects.exists()

    def test_a_release_of_one_list_does_not_hold_for_a_graver_one(self, three, cast, load, changed):
        campaign = load(changed(("[payments]", f"{ARMY}\n[payments]")), why="军人")
        list_of("army", three["王小明"])
        decisions.release(three["王小明"], why="已核实", by=cast["dana"], now=NOW)
        assert places_of(campaign)["王小明"] == "waiting"
        list_of("dead", three["王小明"])
        assert places_of(campaign)["王小明"] == "held"


class TestBatchOfThem:
    def test_who_died_since_stops_the_check_and_the_export(self, three, cast, make):
        batch = make()
        dead = list_of("dead", three["李四"])
        with pytest.raises(Refused, match="1"):
            services.check_batch(batch, by=cast["dana"], now=NOW)
        dead.delete()
        services.check_batch(batch, by=cast["dana"], now=NOW)
        list_of("dead", three["李四"])
        with pytest.raises(Refused):
            services.mark_exported(batch, by=cast["alice"], now=NOW)
        services.discard_batch(batch, by=cast["alice"], now=NOW)
        assert make().transfers.count() == 2

    def test_a_checked_batch_is_undone_before_the_export_only(self, sent, cast):
        with pytest.raises(Refused):
            services.discard_batch(sent, by=cast["alice"], now=NOW)
        assert Transfer.objects.count() == 3

    def test_pressed_twice_is_done_once(self, campaign, three, cast, make):
        batch = make()
        with pytest.raises(Refused):
            make()
        for _twice in range(2):
            services.check_batch(batch, by=cast["dana"], now=NOW)
        for _twice in range(2):
            services.mark_exported(batch, by=cast["alice"], now=NOW)
        for _twice in range(2):
            services.confirm_batch(batch, by=cast["alice"], now=NOW)
        batch.refresh_from_db()
        assert batch.state == "confirmed" and Transfer.objects.count() == 3
        assert set(places_of(campaign).values()) == {"confirmed"}


class TestAccounts:
    @pytest.mark.parametrize(("number", "fault"), [
        ("6217000012345678901", ""), ("６２１７ ０００１ ２３４５ ６７８９", ""),
        ("6217-0001-2345", ""),
        ("6.217E+18", "letters"), ("不详", "letters"), ("1234567", "length"), ("9" * 33, "length"),
        ("00000000", "alike"), ("", "letters"),
    ])  # fmt: skip
    def test_whether_anything_can_go_there(self, number, fault):
        assert fault_of(cleaned(number)) == fault

    def test_a_malformed_account_is_a_group_of_its_own(self, campaign, three, cast, make):
        PayOut.objects.update(account=None)
        Entitlement.objects.update(account=seal("6217000012345678901"))
        wang = Entitlement.objects.filter(resident=three["王小明"].resident)
        wang.update(account=seal("见存折"))
        Entitlement.objects.filter(resident=three["李四"].resident).update(account=None)
        assert make().transfers.get().name == "赵六"
        assert places_of(campaign) == {
            "王小明": "bad_account", "李四": "no_account", "赵六": "in_batch"
        }  # fmt: skip
        services.set_account(three["王小明"], number="6217000077777771", by=cast["dana"], now=NOW)
        assert places_of(campaign)["王小明"] == "waiting"
