"""People enrolled elsewhere: a receipt entered, a second person's word, and what comes back."""

from datetime import date
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction

from config.lib.siv import seal
from enrollment import changes
from enrollment.attachments import MOST_BYTES
from enrollment.errors import Refused
from enrollment.models import AuditEntry, User
from payments.books import checks
from subsidies.elsewhere import services
from subsidies.models import ElsewhereProof, Entitlement, Listing, PayOut, Repricing
from subsidies.payouts import services as batches
from subsidies.payouts.due import derive_pay_outs
from subsidies.services import mark_hardship
from tests.conftest import assert_table, at
from tests.payments.lines import WANG
from tests.reports.facts import Fact, Writer
from tests.subsidies.test_repricing import rewrite

NOW = at("2022-11-18 16:30")
FUND, DECEMBER = "医疗救助资金", date(2022, 12, 1)
ACCOUNT = "6217000012345678901"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
GRANTED = ("[subsidies]\n", '[subsidies]\nelsewhere = "granted"\nelsewhere_clause = "四（二）3"\n')
BACK = ('how = "on_behalf"\nfunder', 'how = "on_behalf"\npaid_already = "reimbursed"\nfunder')


@pytest.fixture
def wang(campaign, make_resident):
    return make_resident("王小明", number=WANG)


@pytest.fixture
def mark(campaign, wang):
    def mark(category, on=date(2022, 11, 1)):
        row = mark_hardship(
            campaign=campaign, resident=wang, category=category, recognised_on=on, source="名单",
            by=User.system(), now=NOW,
        )  # fmt: skip
        Entitlement.objects.update(account=seal(ACCOUNT))
        changes.consume()
        return row

    return mark


@pytest.fixture
def enter(campaign, wang, cast):
    def enter(fen=38000, resident=None, by="bob", attachment=None, on=date(2022, 10, 20)):
        paid = services.Paid(on, "浙江省义乌市", "支付宝", fen, "330782221020000001")
        return services.enter_proof(
            campaign, resident or wang, paid=paid, attachment=attachment, by=cast[by], now=NOW
        )

    return enter


@pytest.fixture
def approved(enter, cast, mark):
    """In 一般低保户: 80 of the 380 yuan come back from the fund."""
    mark("minimum_living")
    proof = enter()
    services.approve_proof(proof, by=cast["alice"], now=NOW)
    changes.consume()
    proof.refresh_from_db()
    return proof


def amounts():
    rows = PayOut.objects.filter(ended_at=None).order_by("id")
    return list(rows.values_list("kind", "funder", "fen"))


def decisions():
    rows = Repricing.objects.order_by("id")
    return list(rows.values_list("outcome", "kind", "fen"))


def broken(campaign):
    return {check.name[0] for check in checks(campaign) if not check.ok}


class TestApproval:
    def test_starts_the_reimbursement(self, campaign, approved):
        [row] = PayOut.objects.all()
        assert (row.kind, row.funder, row.fen, row.clause) == ("elsewhere", FUND, 8000, "五（二）3")
        assert row.due_month == DECEMBER  # the month after the approval on 2022-11-18
        assert row.registration_id is None
        assert bytes(row.account) == seal(ACCOUNT)  # from the list
        assert broken(campaign) == set()

    def test_keeps_the_decision_with_its_clause(self, approved):
        [row] = Repricing.objects.all()
        assert (row.outcome, row.hardship, row.fen) == ("owed", "minimum_living", 8000)
        assert (row.proof, row.registration_id, row.funders) == (approved, None, [[FUND, 8000]])
        assert "医疗救助资金按 80 元资助" in row.words

    def test_the_clause_for_people_elsewhere_is_quoted(self, campaign, enter, cast, mark):
        rewrite(campaign, GRANTED)
        mark("lifted")
        services.approve_proof(enter(), by=cast["alice"], now=NOW)
        assert Repricing.objects.get().clause == "五（二）2、四（二）3"

    def test_puts_the_person_on_the_list_of_people_enrolled_elsewhere(self, approved, wang):
        [row] = Listing.objects.all()
        assert (row.resident, row.kind, row.since) == (wang, "elsewhere", date(2022, 10, 20))

    def test_by_who_entered_it_is_refused(self, enter, cast):
        proof = enter(by="alice")
        with pytest.raises(services.EnteredByTheSame):
            services.approve_proof(proof, by=cast["alice"], now=NOW)
        with pytest.raises(services.EnteredByTheSame):
            services.refuse_proof(proof, why="看不清", by=cast["alice"], now=NOW)

    def test_by_who_entered_it_is_refused_by_the_database_too(self, enter, cast):
        proof = enter(by="alice")
        wrong = ElsewhereProof.objects.filter(pk=proof.pk)
        with pytest.raises(IntegrityError, match="who_decides_on_a_proof"), transaction.atomic():
            wrong.update(state="approved", decided_by=cast["alice"], decided_at=NOW)

    def test_twice_does_nothing_twice(self, approved, cast):
        with pytest.raises(Refused):
            services.approve_proof(approved, by=cast["dana"], now=NOW)
        assert decisions() == [("owed", "elsewhere", 8000)]

    def test_without_a_category_nothing_falls_due_until_there_is_one(self, enter, cast, mark):
        services.approve_proof(enter(), by=cast["alice"], now=NOW)
        changes.consume()
        assert decisions() == [] and amounts() == []
        mark("lifted")
        assert amounts() == [("elsewhere", "", 25000)]

    def test_never_more_than_was_paid_there(self, campaign, enter, cast, mark):
        mark("lifted")  # grants 250 yuan
        services.approve_proof(enter(fen=20000), by=cast["alice"], now=NOW)
        changes.consume()
        assert amounts() == [("elsewhere", "", 20000)]
        derive_pay_outs(campaign, now=NOW)
        assert len(decisions()) == 1

    def test_what_is_paid_on_behalf_at_home_comes_back_where_the_notice_says_so(
        self, campaign, enter, cast, mark
    ):
        mark("five_guarantees")
        proof = enter()
        services.approve_proof(proof, by=cast["alice"], now=NOW)
        assert decisions() == [("not_back", "", 0)]
        rewrite(campaign, BACK)
        derive_pay_outs(campaign, now=NOW)
        assert decisions()[1] == ("owed", "elsewhere", 35000)

    def test_a_notice_that_grants_nothing_elsewhere_is_quoted(self, campaign, enter, cast, mark):
        rewrite(campaign, (GRANTED[0], GRANTED[1].replace("granted", "none")))
        mark("lifted")
        services.approve_proof(enter(), by=cast["alice"], now=NOW)
        [row] = Repricing.objects.all()
        assert (row.outcome, row.fen, row.clause) == ("elsewhere", 0, "四（二）3")
        derive_pay_outs(campaign, now=NOW)
        assert len(decisions()) == 1  # the same again is no second decision

    def test_the_dead_and_who_was_recognised_late_get_nothing(
        self, campaign, enter, cast, mark, wang
    ):
        mark("lifted", on=date(2022, 12, 1))  # the last day is 2022-11-30
        services.approve_proof(enter(), by=cast["alice"], now=NOW)
        assert decisions() == [("recognised_late", "", 0)]
        Listing.objects.create(
            campaign=campaign, resident=wang, kind="dead", since=date(2022, 10, 1), source="公安",
            known_at=NOW, marked_by=User.system(),
        )  # fmt: skip
        mark("minimum_living")
        assert decisions()[1:] == [("dead", "", 0)]
        assert amounts() == []


class TestEntering:
    def test_one_standing_proof_of_a_person(self, enter):
        enter()
        with pytest.raises(Refused):
            enter()
        assert ElsewhereProof.objects.count() == 1

    def test_who_is_registered_here_has_no_proof(
        self, campaign, enter, wang, places, make_resident
    ):
        Writer(campaign, places, make_resident).register(wang, Fact("north-1", NOW))
        with pytest.raises(Refused):
            enter()

    def test_a_payment_in_the_future_is_refused(self, enter):
        with pytest.raises(Refused):
            enter(on=date(2022, 11, 19))

    def test_the_attachment_is_sealed(self, enter, settings):
        proof = enter(attachment=("凭证.png", BytesIO(PNG)))
        assert (proof.file.kind, proof.file.state, proof.file.size) == ("proof", "posted", 72)
        from pathlib import Path

        [copy] = Path(settings.UPLOAD_DIR).iterdir()
        assert PNG not in copy.read_bytes()

    @pytest.mark.parametrize(
        "content", [b"MZ\x90\x00", b"<svg onload=alert(1)>", b"", PNG + b"0" * MOST_BYTES]
    )
    def test_other_files_and_large_ones_are_refused(self, enter, content):
        with pytest.raises(Refused):
            enter(attachment=("凭证.png", BytesIO(content)))
        assert not ElsewhereProof.objects.exists()


class TestRefusalAndWithdrawal:
    def test_a_refusal_has_a_reason_and_lets_another_proof_in(self, enter, cast):
        proof = enter()
        with pytest.raises(Refused):
            services.refuse_proof(proof, why=" ", by=cast["alice"], now=NOW)
        services.refuse_proof(proof, why="票据看不清", by=cast["alice"], now=NOW)
        proof.refresh_from_db()
        assert (proof.state, proof.decided_why) == ("refused", "票据看不清")
        enter()
        actions = AuditEntry.objects.filter(object_kind="elsewhere_proof").order_by("id")
        assert [each.action.split("_")[0] for each in actions] == ["enter", "refuse", "enter"]

    def test_what_was_approved_is_withdrawn_before_it_is_paid(self, campaign, approved, cast):
        services.withdraw_proof(approved, why="发现是去年的票", by=cast["alice"], now=NOW)
        assert amounts() == []
        assert_table(Repricing, ["outcome", "withdrawn_at"], [("owed", NOW)])
        assert not Listing.objects.filter(ended_at=None).exists()
        assert broken(campaign) == set()

    def test_not_once_it_is_in_a_batch(self, campaign, approved, cast):
        batch = batches.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW)
        with pytest.raises(Refused):
            services.withdraw_proof(approved, why="录错了", by=cast["alice"], now=NOW)
        approved.refresh_from_db()
        assert (approved.state, amounts()) == ("approved", [("elsewhere", FUND, 8000)])
        batches.discard_batch(batch, by=cast["alice"], now=NOW)
        services.withdraw_proof(approved, why="录错了", by=cast["alice"], now=NOW)
        assert amounts() == []


class TestChanges:
    def test_a_rise_adds_the_difference(self, approved, mark):
        mark("lifted")  # 250 - 80
        assert amounts() == [("elsewhere", FUND, 8000), ("top_up", "", 17000)]

    def test_a_fall_is_kept(self, campaign, approved):
        Entitlement.objects.update(ended_at=NOW)
        derive_pay_outs(campaign, now=NOW)
        assert decisions()[1:] == [("fall_kept", "", 0)]
        assert amounts() == [("elsewhere", FUND, 8000)]

    def test_a_fall_is_taken_back_where_the_notice_says_so(self, campaign, approved, mark):
        rewrite(campaign, ("[subsidies]\n", "[subsidies]\nclaw_back = true\n"))
        lifted = mark("lifted")
        Entitlement.objects.filter(pk=lifted.pk).update(ended_at=NOW)
        derive_pay_outs(campaign, now=NOW)
        assert decisions()[2:] == [("taken_back", "", -17000)]
        assert amounts() == [("elsewhere", FUND, 8000)]  # the last first
        assert broken(campaign) == set()

    def test_who_registers_here_after_all_gets_nothing_by_the_proof(
        self, campaign, approved, wang, places, make_resident
    ):
        Writer(campaign, places, make_resident).register(wang, Fact("north-1", NOW))
        derive_pay_outs(campaign, now=NOW)
        assert amounts() == []
        assert broken(campaign) == set()

    def test_money_on_its_way_by_a_proof_is_not_paid_by_a_registration_too(
        self, campaign, approved, wang, places, make_resident, cast, tmp_path
    ):
        from tests.payments.lines import Row, take_in

        batch = batches.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW)
        row = Writer(campaign, places, make_resident).register(wang, Fact("north-1", NOW))
        type(row).objects.update(reimbursed_fen=8000, hardship="minimum_living")
        take_in(campaign, tmp_path, [Row()], name="税务-1.csv", now=NOW)
        changes.consume()
        derive_pay_outs(campaign, now=NOW)
        assert amounts() == [("elsewhere", FUND, 8000)]
        assert broken(campaign) == set()
        with pytest.raises(Refused):  # not checked either: the batch is made anew without Wang
            batches.check_batch(batch, by=cast["dana"], now=NOW)
        batches.discard_batch(batch, by=cast["alice"], now=NOW)
        derive_pay_outs(campaign, now=NOW)
        assert amounts() == [("reimbursement", FUND, 8000)]


CORRUPTIONS = {
    "more than was paid elsewhere": "update subsidies_elsewhereproof set fen = 7999",
    "of a proof that is not approved": (
        "update subsidies_elsewhereproof set state = 'refused', decided_why = '—'"
    ),
    "more than is owed": "update subsidies_payout set fen = fen + 1",
    "to somebody else": (
        "update subsidies_payout set resident_id ="
        " (select max(id) from enrollment_resident where id <> resident_id)"
    ),
    "here and elsewhere": (
        "insert into subsidies_payout (campaign_id, resident_id, registration_id, kind, funder,"
        " fen, clause, words, due_month, known_at, ended_why) select pay.campaign_id,"
        " pay.resident_id, g.id, 'reimbursement', '', 1, '', '', due_month, pay.known_at, ''"
        " from subsidies_payout pay, enrollment_registration g"
    ),
}


@pytest.mark.parametrize("what", CORRUPTIONS)
def test_a_corruption_is_found(campaign, approved, make_resident, places, what):
    write = Writer(campaign, places, make_resident)
    write.register(make_resident("李四", number="411328198511234562"), Fact("north-1", NOW))
    assert broken(campaign) == set()
    with connection.cursor() as cursor:
        cursor.execute(CORRUPTIONS[what])
    assert broken(campaign) == {"6"}
