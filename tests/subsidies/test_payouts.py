"""What falls to people after they paid: amounts, funders, months, batches; nobody twice."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from config.lib import layout
from config.lib.siv import seal
from enrollment import changes
from enrollment.errors import Refused
from enrollment.models import AuditEntry, User
from enrollment.ports import Funded
from payments.books import checks
from subsidies.models import Entitlement, PayOut, PayOutBatch, Repricing, Transfer
from subsidies.payouts import queries, services
from subsidies.payouts.due import Due, derive_pay_outs, funded
from subsidies.repricing_rules import shared_out
from subsidies.services import mark_hardship
from tests.conftest import assert_table, at
from tests.payments.lines import WANG, Row, take_in
from tests.reports.facts import Fact, Writer

NOW = at("2022-11-18 16:30")
ACCOUNT, OTHER = "6217000012345678901", "6217000098765432109"
FUND, DECEMBER = "医疗救助资金", date(2022, 12, 1)


@pytest.fixture
def wang(campaign, make_resident):
    return make_resident("王小明", number=WANG)


@pytest.fixture
def mark(campaign, wang):
    def mark(category, on=date(2022, 11, 1)):
        mark_hardship(
            campaign=campaign, resident=wang, category=category, recognised_on=on, source="名单",
            by=User.system(), now=NOW,
        )  # fmt: skip
        Entitlement.objects.update(account=seal(ACCOUNT))
        changes.consume()

    return mark


@pytest.fixture
def registered(campaign, places, make_resident, wang, mark):
    """Registered in 一般低保户: 350 yuan, of which 80 come back from the fund."""
    row = Writer(campaign, places, make_resident).register(
        wang, Fact("north-1", at("2022-11-10 09:00"))
    )
    mark("minimum_living")
    return row


@pytest.fixture
def pays(campaign, tmp_path):
    def pays(*rows, name="税务-1.csv"):
        take_in(campaign, tmp_path, list(rows) or [Row()], name=name, now=NOW)
        changes.consume()

    return pays


@pytest.fixture
def due(registered, pays):
    pays()
    return PayOut.objects.get()


@pytest.fixture
def batch(campaign, due, cast):
    return services.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW)


@pytest.fixture
def exported(batch, cast):
    services.check_batch(batch, by=cast["dana"], now=NOW)
    services.mark_exported(batch, by=cast["alice"], now=NOW)
    batch.refresh_from_db()
    return batch


def amounts():
    rows = PayOut.objects.filter(ended_at=None).order_by("id")
    return list(rows.values_list("kind", "funder", "fen"))


def broken(campaign):
    return {check.name[0] for check in checks(campaign) if not check.ok}


class TestDue:
    def test_nothing_is_due_before_the_person_has_paid(self, campaign, registered):
        derive_pay_outs(campaign, now=NOW)
        assert amounts() == []

    def test_the_month_after_the_payment_by_its_funder_and_clause(self, campaign, due):
        # paid on 2022-11-18
        assert (due.kind, due.funder, due.fen) == ("reimbursement", FUND, 8000)
        assert (due.due_month, due.clause) == (DECEMBER, "五（二）3")
        assert broken(campaign) == set()

    def test_deriving_again_changes_nothing(self, campaign, due):
        derive_pay_outs(campaign, now=at("2022-11-19 09:00"))
        assert_table(PayOut, ["id", "known_at", "ended_at"], [(due.pk, NOW, None)])

    def test_a_rise_adds_the_difference_only(self, campaign, due, mark):
        mark("lifted")  # 250 yuan: 170 more; the notice names no funder of it
        assert amounts() == [("reimbursement", FUND, 8000), ("top_up", "", 17000)]
        assert broken(campaign) == set()

    def test_a_reversed_payment_is_not_reimbursed(self, campaign, due, pays):
        back = Row(
            receipt="341135221118000099", original="341135221118000001", yuan="-350.00",
            state="冲红", paid="2022-11-18 15:00:00",
        )  # fmt: skip
        pays(back, name="税务-2.csv")
        due.refresh_from_db()
        assert (due.ended_at, due.ended_why) == (NOW, "not_due")

    @pytest.mark.parametrize("fen", [1, 100, 25000])
    def test_shares_sum_exactly(self, fen):
        shares = shared_out((Funded("省", 1), Funded("市", 1), Funded("县", 1)), fen)
        assert sum(share.fen for share in shares) == fen

    def test_a_share_is_of_what_the_notice_says(self, campaign):
        due = Due(8000, "1501", "minimum_living", 35000, (), date(2022, 12, 1), None)
        assert [row[:3] for row in funded(campaign.policy, due)] == [(FUND, 8000, date(2023, 1, 1))]


class TestBatches:
    def test_the_maker_cannot_check_it(self, batch, cast):
        with pytest.raises(services.MadeByTheSame):
            services.check_batch(batch, by=cast["alice"], now=NOW)
        with pytest.raises(IntegrityError, match="who_checks"), transaction.atomic():
            PayOutBatch.objects.update(state="checked", checked_by=cast["alice"])

    def test_from_draft_to_confirmed(self, campaign, exported, cast):
        services.confirm_batch(exported, by=cast["alice"], now=NOW)
        assert_table(PayOutBatch, ["state", "funder", "month"], [("confirmed", FUND, DECEMBER)])
        [row] = queries.by_month(campaign, NOW)
        assert (row.count, row.fen, row.fens) == (1, 8000, {"confirmed": 8000})
        actions = AuditEntry.objects.filter(object_kind="pay_out_batch").order_by("id")
        assert [entry.action.split("_")[0] for entry in actions] == [
            "make", "check", "export", "confirm"
        ]  # fmt: skip
        assert broken(campaign) == set()

    def test_no_step_is_left_out(self, batch, cast):
        for step in (services.mark_exported, services.confirm_batch):
            with pytest.raises(Refused):
                step(batch, by=cast["dana"], now=NOW)

    def test_nothing_goes_into_two_batches(self, campaign, batch, cast):
        with pytest.raises(Refused):
            services.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["dana"], now=NOW)
        assert PayOutBatch.objects.count() == 1  # the refused one is rolled back

    def test_a_discarded_draft_frees_its_people(self, campaign, batch, cast):
        services.discard_batch(batch, by=cast["alice"], now=NOW)
        services.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["dana"], now=NOW)
        assert Transfer.objects.count() == 1

    def test_without_an_account_nobody_is_paid_but_they_are_told(self, campaign, due, cast):
        PayOut.objects.update(account=None)
        Entitlement.objects.update(account=None)
        with pytest.raises(Refused):
            services.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW)
        [row] = queries.by_month(campaign, NOW)
        assert row.people == {"no_account": 1}
        services.set_account(due, number="6217 0000 1234 5678", by=cast["alice"], now=NOW)
        services.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW)

    def test_what_has_not_gone_out_when_its_month_is_over_is_overdue(self, campaign, due):
        assert [row.overdue for row in queries.by_month(campaign, NOW)] == [False]
        later = at("2023-01-01 00:00")
        assert [row.overdue for row in queries.by_month(campaign, later)] == [True]

    def test_the_file_for_the_bank(self, exported):
        path = Path(settings.BASE_DIR) / "layouts" / "bank-transfer.toml"
        rows, fen = queries.bank_rows(exported)
        text = layout.read(path, queries.FIELDS).write(rows, told={}, sum_fen=fen).decode("gb18030")
        assert text.splitlines() == [
            "批次号,序号,收款人户名,收款账号,金额,资金来源,用途,发放月份",
            f"{exported.pk},1,王小明,{ACCOUNT},80.00,{FUND},先缴后补,2022-12",
            "合计,共1笔,,,80.00",
        ]

    def test_in_a_batch_it_is_not_derived_away(self, campaign, exported, registered):
        type(registered).objects.filter(pk=registered.pk).update(reimbursed_fen=7000)
        derive_pay_outs(campaign, now=NOW)
        assert amounts() == [("reimbursement", FUND, 8000)]
        assert "6" in broken(campaign)  # and the books say so


class TestReturned:
    def test_what_came_back_is_paid_to_another_account_once(self, campaign, exported, due, cast):
        services.confirm_batch(exported, by=cast["alice"], now=NOW)
        [transfer] = exported.transfers.all()
        services.return_transfer(transfer, why="户名不符", by=cast["alice"], now=NOW)
        assert [row.pk for row in queries.standing(queries.pay_outs(campaign), "returned")] == [
            due.pk
        ]
        with pytest.raises(Refused):  # no account yet: the list's own did not work
            services.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW)
        with pytest.raises(Refused):
            services.set_account(due, number=ACCOUNT, by=cast["alice"], now=NOW)
        services.set_account(due, number=OTHER, by=cast["alice"], now=NOW)
        services.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW)
        assert Transfer.objects.filter(returned_at=None).count() == 1
        assert broken(campaign) == set()

    def test_it_comes_back_once_and_for_a_reason(self, exported, cast):
        [transfer] = exported.transfers.all()
        with pytest.raises(Refused):
            services.return_transfer(transfer, why=" ", by=cast["alice"], now=NOW)
        services.return_transfer(transfer, why="户名不符", by=cast["alice"], now=NOW)
        with pytest.raises(Refused):
            services.return_transfer(transfer, why="户名不符", by=cast["alice"], now=NOW)


def test_a_roster_whose_money_is_on_its_way_cannot_be_undone(exported):
    from enrollment.models import SourceFile
    from subsidies.rosters.run import _check_nothing_paid

    file = SourceFile.objects.filter(kind="payments").get()
    _check_nothing_paid(file)
    cause = Repricing.objects.get()
    Repricing.objects.update(file=file)
    PayOut.objects.update(cause=cause)
    with pytest.raises(Refused):
        _check_nothing_paid(file)
