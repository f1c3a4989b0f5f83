"""A roster, a desk and a payment at the same moment, on connections of their own: no lost mark, no
double, nobody waits for ever."""

from concurrent.futures import TimeoutError
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import pytest
from django.db import transaction

from enrollment import changes, files
from enrollment.errors import Refused
from enrollment.models import Registration, SourceFile, User
from enrollment.services.people import Person
from enrollment.services.registrations import register_one
from payments.books import checks
from payments.models import Match, Payment
from subsidies.elsewhere import services as elsewhere
from subsidies.models import ElsewhereProof, PayOut, Repricing, Roster, Transfer
from subsidies.payouts import services as payouts
from subsidies.payouts.due import derive_pay_outs
from subsidies.rosters import run
from subsidies.services import mark_hardship
from tests.conftest import at
from tests.enrollment.threads import beside
from tests.payments.lines import WANG, Row, take_in
from tests.subsidies.rosters.lists import write as write_list

NOW = at("2022-11-18 16:30")
FUND, DECEMBER = "医疗救助资金", date(2022, 12, 1)
PATIENCE = 30  # seconds; a deadlock would be told by the database after one

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wang(campaign, make_resident):
    return make_resident("王小明", number=WANG)


@pytest.fixture
def register(campaign, places, cast, wang):
    """Bob registers Wang at the desk."""

    def register():
        person = Person(
            kind="resident_id", number=WANG, name="王小明", category="1501",
            village=places["north-1"], born_on=wang.born_on, sex="M",
        )  # fmt: skip
        return register_one(
            campaign=campaign, person=person, by=cast["bob"], now=NOW, save_key=UUID(int=7)
        ).registration

    return register


@pytest.fixture
def accept(campaign, tmp_path):
    """Accept a roster on which Wang stands."""

    def accept(category="lifted", name="名单.csv"):
        path = write_list(tmp_path / name, [{"姓名": "王小明", "身份证号": WANG}])
        by = User.system()
        file = files.take_in(campaign, SourceFile.Kind.ROSTER, name, path, by, NOW)
        roster = Roster.objects.create(
            file=file, source="rural-revitalisation", as_of=date(2022, 9, 30), category=category
        )
        run.take_in(
            roster, path, by=by, now=NOW, progress=lambda *a: None, accepting=True, why=name
        )
        return roster

    return accept


@contextmanager
def meanwhile(work):
    """Run the block in a transaction; `work` on another connection before that one is over."""
    with beside() as start, transaction.atomic():
        yield
        start(work).result(PATIENCE)


def sound(campaign):
    return [check.name for check in checks(campaign) if not check.ok] == []


def granted():
    row = Registration.objects.get()
    return row.hardship, row.reimbursed_fen


class TestNoMarkIsLost:
    def test_registered_while_the_roster_is_being_accepted(self, campaign, register, accept):
        with meanwhile(register):
            accept()
        assert granted() == ("", 0)  # neither saw the other
        changes.consume()
        assert granted() == ("lifted", 25000)
        assert sound(campaign)

    def test_the_roster_is_accepted_and_heard_of_before_who_registers_is_done(
        self, campaign, register, accept
    ):
        def roster():
            accept()
            changes.consume()

        with meanwhile(roster):
            register()
        assert granted() == ("", 0)
        changes.consume()
        assert granted() == ("lifted", 25000)
        assert sound(campaign)

    def test_who_registers_is_heard_of_before_the_roster_is_done(self, campaign, register, accept):
        def desk():
            register()
            changes.consume()

        with meanwhile(desk):
            accept()
        changes.consume()
        assert granted() == ("lifted", 25000)

    def test_one_mark_and_one_registration(self, campaign, wang, register):
        with meanwhile(register):
            mark_hardship(
                campaign=campaign, resident=wang, category="lifted", source="名单",
                recognised_on=date(2022, 9, 1), by=User.system(), now=NOW,
            )  # fmt: skip
        changes.consume()
        assert granted() == ("lifted", 25000)

    def test_who_saw_the_mark_is_not_decided_on_again(self, campaign, register, accept):
        accept()
        register()
        changes.consume()
        assert granted() == ("lifted", 25000)
        assert not Repricing.objects.exists()

    def test_a_roster_undone_while_somebody_registers_by_its_mark(self, campaign, register, accept):
        roster = accept()
        with meanwhile(register):
            run.undo(roster, by=User.system(), now=NOW, why="发错了")
        assert granted() == ("lifted", 25000)  # saw a mark that stands no more
        changes.consume()
        assert granted() == ("", 0)
        assert sound(campaign)


class TestPayments:
    def test_a_payment_waits_for_the_roster_and_finds_the_new_price(
        self, campaign, register, accept, tmp_path
    ):
        register()
        with beside() as start:
            with transaction.atomic():
                accept("five_guarantees")  # nothing is due of their own any more
                posting = start(lambda: take_in(campaign, tmp_path, [Row()], now=NOW))
                with pytest.raises(TimeoutError):
                    posting.result(1)
            posting.result(PATIENCE)
        changes.consume()
        assert Registration.objects.get().own_fen == 0
        assert not Match.objects.filter(ended_at=None).exists()
        assert Payment.objects.get().standing == "open"
        assert sound(campaign)

    def test_a_roster_waits_for_the_payment_and_adds_the_difference(
        self, campaign, register, accept, tmp_path
    ):
        register()
        with beside() as start:
            with transaction.atomic():
                take_in(campaign, tmp_path, [Row()], now=NOW)
                accepting = start(accept)
                with pytest.raises(TimeoutError):
                    accepting.result(1)
            accepting.result(PATIENCE)
        changes.consume()
        assert granted() == ("", 0)  # paid: never edited
        assert [(row.kind, row.fen) for row in PayOut.objects.all()] == [("reimbursement", 25000)]
        assert sound(campaign)

    def test_pay_outs_derived_by_two_at_once_are_there_once(
        self, campaign, register, accept, tmp_path
    ):
        accept()
        register()
        take_in(campaign, tmp_path, [Row()], now=NOW)
        with beside() as start:
            both = [start(lambda: derive_pay_outs(campaign, now=NOW)) for _ in range(2)]
            for each in both:
                each.result(PATIENCE)
        assert PayOut.objects.filter(ended_at=None).count() == 1


class TestProofs:
    @pytest.fixture
    def enter(self, campaign, wang, cast):
        def enter():
            paid = elsewhere.Paid(date(2022, 10, 20), "浙江省义乌市", "支付宝", 38000, "3307")
            return elsewhere.enter_proof(
                campaign, wang, paid=paid, attachment=None, by=cast["bob"], now=NOW
            )

        return enter

    def outcomes(self, *works):
        with beside() as start:
            found = [start(work) for work in works]
            return sorted(type(each.exception(PATIENCE)).__name__ for each in found)

    def test_entered_twice_at_once_there_is_one(self, enter):
        assert self.outcomes(enter, enter) == ["NoneType", "Refused"]
        assert ElsewhereProof.objects.count() == 1

    def test_decided_by_two_at_once_one_decision_stands(self, campaign, enter, cast, accept):
        accept("minimum_living")
        proof = enter()

        def approve():
            elsewhere.approve_proof(proof, by=cast["alice"], now=NOW)

        def refuse():
            elsewhere.refuse_proof(proof, why="看不清", by=cast["dana"], now=NOW)

        assert self.outcomes(approve, refuse) == ["NoneType", "Refused"]
        changes.consume()
        approved = ElsewhereProof.objects.get().state == "approved"
        assert PayOut.objects.count() == Repricing.objects.count() == int(approved)

    def test_withdrawn_while_a_batch_is_made_of_it(self, campaign, enter, cast, accept):
        from config.lib.siv import seal
        from subsidies.models import Entitlement

        accept("minimum_living")
        Entitlement.objects.update(account=seal("6217000012345678903"))
        proof = enter()
        elsewhere.approve_proof(proof, by=cast["alice"], now=NOW)
        changes.consume()

        def withdraw():
            elsewhere.withdraw_proof(proof, why="录错了", by=cast["alice"], now=NOW)

        def batch():
            payouts.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["dana"], now=NOW)

        assert self.outcomes(withdraw, batch) == ["NoneType", "Refused"]
        proof.refresh_from_db()
        assert (proof.state == "approved") == Transfer.objects.exists()
        assert sound(campaign)

    def test_approved_while_the_roster_that_marks_the_person_is_accepted(
        self, campaign, enter, cast, accept
    ):
        proof = enter()
        with meanwhile(lambda: elsewhere.approve_proof(proof, by=cast["alice"], now=NOW)):
            accept("minimum_living")
        changes.consume()
        assert [(row.kind, row.fen) for row in PayOut.objects.all()] == [("elsewhere", 8000)]

    def test_approved_while_the_person_registers_here(
        self, campaign, enter, cast, register, accept
    ):
        accept("minimum_living")
        proof = enter()
        with meanwhile(lambda: elsewhere.approve_proof(proof, by=cast["alice"], now=NOW)):
            register()
        changes.consume()
        assert not PayOut.objects.filter(ended_at=None).exists()
        assert sound(campaign)


def test_the_refusal_of_a_second_approval_names_the_state(campaign, wang, cast):
    paid = elsewhere.Paid(date(2022, 10, 20), "浙江省义乌市", "支付宝", 38000, "3307")
    proof = elsewhere.enter_proof(
        campaign, wang, paid=paid, attachment=None, by=cast["bob"], now=NOW
    )
    elsewhere.refuse_proof(proof, why="看不清", by=cast["alice"], now=NOW)
    with pytest.raises(Refused):
        elsewhere.approve_proof(proof, by=cast["dana"], now=NOW)
