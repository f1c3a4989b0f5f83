"""Files, decisions and what is taken back, in any order: all of it against the oracle."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from enrollment.errors import Refused
from enrollment.models import User
from tests.conftest import at
from tests.payments.lines import LI, WANG, ZHAO, take_in
from tests.payments.oracle import CHEN, PEOPLE, SUN, Oracle
from tests.payments.test_classify import ON_DATABASE, expected, posted, rows

FILE = st.lists(rows(), min_size=2, max_size=6)
ACT = st.tuples(
    st.sampled_from(["match", "match", "refund", "undo"]),
    st.integers(0, 9),  # which payment, counted round
    st.sampled_from([WANG, WANG, LI, LI, ZHAO, CHEN, SUN]),
    st.sampled_from(["own", "own", "on_behalf"]),
)
STEPS = st.tuples(FILE, st.lists(st.one_of(ACT, ACT, ACT, FILE), min_size=3, max_size=8))


class Desk:
    """Bob proposes and Alice approves, as a step says; the same is told to the oracle."""

    def __init__(self, campaign: Any, cast: Any, oracle: Oracle) -> None:
        self.campaign, self.oracle = campaign, oracle
        self.bob, self.alice = cast["bob"], cast["alice"]
        self.now = at("2023-01-20 09:00")

    def act(self, kind: str, nth: int, number: str, part: str) -> None:
        from payments.models import Payment

        ids = list(Payment.objects.order_by("file_id", "line").values_list("id", flat=True))
        theirs = sorted(self.oracle.payments.values(), key=lambda payment: payment.arrived)
        decided = [place for place, payment in enumerate(theirs) if payment.decided]
        places = decided if kind == "undo" and decided else list(range(len(ids)))
        if not places:
            return
        self.now += timedelta(minutes=1)
        place = places[nth % len(places)]
        chosen, payment = ids[place], theirs[place]
        if kind == "match":
            possible = self.oracle.match(payment, number, part)
        else:
            possible = getattr(self.oracle, kind)(payment)
        try:
            with transaction.atomic():
                self._do(kind, chosen, number, part)
            done = True
        except Refused:
            done = False
        assert done == possible, (kind, nth, number, part)

    def _do(self, kind: str, payment_id: int, number: str, part: str) -> None:
        from enrollment.models import Registration
        from payments import decisions
        from payments.models import Decision

        if kind == "undo":
            live = Decision.objects.live().filter(payment_id=payment_id)
            ids = list(live.values_list("id", flat=True))
            decisions.undo(self.campaign, ids, by=self.alice, now=self.now, why="a mistake")
            return
        target = Registration.objects.filter(resident__identities__number=number).first()
        made = decisions.propose(
            self.campaign, [payment_id], kind, part=part, reason="for_another",
            registration_id=target.pk if target else 0, by=self.bob, now=self.now,
        )  # fmt: skip
        ids = [row.pk for row in made]
        decisions.approve(self.campaign, ids, by=self.alice, now=self.now)


@settings(ON_DATABASE, max_examples=15)
@given(steps=STEPS)
def test_any_steps_end_as_the_oracle_says(campaign, cast, everybody, tmp_path, steps):
    from payments.books import checks
    from payments.services import reconcile

    with transaction.atomic():
        oracle = Oracle(PEOPLE, late_from="2023-01-01 00:00:00", hold=False)
        desk = Desk(campaign, cast, oracle)
        for number, step in enumerate([steps[0], *steps[1]]):
            if isinstance(step, tuple):
                desk.act(*step)
            else:
                lines = [replace(row, remark=f"第{number}份") for row in step]
                take_in(campaign, tmp_path, lines, name=f"{number}.csv", encoding="utf-8")
                oracle.take(lines)
            assert posted() == expected(oracle), step
        assert [check for check in checks(campaign) if not check.ok] == []
        before = posted()
        reconcile(campaign, by=User.system(), now=desk.now)
        assert posted() == before
        transaction.set_rollback(True)
