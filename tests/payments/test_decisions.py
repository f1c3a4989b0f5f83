"""What people decide: two of them, many at once, until it is taken back."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from config.lib.idnumber import check_digit
from enrollment import changes, ports
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Identity, User
from tests.conftest import at
from tests.payments.lines import LI, ZHAO, Row
from tests.payments.test_classify import live_matches, standings

SECOND, THIRD, FOURTH = (f"34113522111800000{n}" for n in (2, 3, 4))
NOW, LATER = at("2022-11-19 09:00"), at("2022-11-20 09:00")
REFUND = Row(yuan="-350", state="退费", original=Row().receipt, receipt=FOURTH, paid="2022-11-21")
MATCHED = ("matched", None, 35000, 0, 0)


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def li(make_resident: Any, register: Any) -> Any:
    return register(make_resident("李丽", number=LI))


@pytest.fixture
def decide(campaign: Any, cast: Any) -> Any:
    """decide(kind, *lines, …) proposes as Bob for the payments on these lines of the first file
    (all without any), and approves as Alice; answers the decisions."""
    from payments import decisions
    from payments.models import Payment

    def decided(kind: str, *lines: int, approve: bool = True, **how: Any) -> Any:
        rows = Payment.objects.order_by("file_id", "line")
        found = rows.filter(line__in=lines) if lines else rows
        ids = list(found.values_list("id", flat=True))
        said = {"reason": "same_person", "by": cast["bob"], "now": NOW, **how}
        made = decisions.propose(campaign, ids, kind, **said)
        if approve:
            made = decisions.approve(
                campaign, [row.pk for row in made], by=cast["alice"], now=LATER
            )
        return made

    return decided


@pytest.fixture
def sound(campaign: Any) -> Any:
    """sound() → numbers of the invariants that do not hold."""
    from payments.books import checks

    return lambda: {check.name.split()[0]: check.rows for check in checks(campaign) if not check.ok}


def ended() -> list[tuple[Any, ...]]:
    from payments.models import Decision

    rows = Decision.objects.exclude(ended_at=None).order_by("id")
    return list(rows.values_list("kind", "ended_why", "ended_by__username"))


# --- matched by hand


def test_paid_for_another_person(take, wang, register, li, decide, sound, cast):
    from payments.models import Match

    own = register(wang)
    take([Row(), Row(receipt=SECOND)])
    assert standings()[1][:2] == ("open", "paid_twice")
    decide("match", 2, registration_id=li.pk, reason="for_another", evidence="slip of Li Li")
    assert standings() == [MATCHED, MATCHED]
    assert live_matches() == [(li.pk, "own", 35000), (own.pk, "own", 35000)]
    first, second, third = Match.objects.order_by("id")
    assert (first.ended_why, first.ended_at) == ("by_hand", LATER)
    by_hand = next(row for row in (second, third) if row.registration_id == li.pk)
    assert (by_hand.rule, by_hand.why, by_hand.alone) == ("by_hand", "slip of Li Li", True)
    assert (by_hand.by_id, by_hand.approved_by_id) == (cast["bob"].pk, cast["alice"].pk)
    assert by_hand.resident_id == li.resident_id
    assert sound() == {}
    take([Row(number=LI, name="李丽", receipt=THIRD)])
    assert standings()[2] == ("open", "paid_twice", 0, 35000, 0)


def test_to_whoever_holds_each_number(take, wang, register, li, decide, sound):
    register(wang)
    take([Row(name="王大明"), Row(number=LI, name="李莉", yuan="400", receipt=SECOND)])
    rows = decide("match")
    assert standings() == [MATCHED, ("matched", None, 35000, 0, 5000)]
    assert len({row.bulk for row in rows}) == 1
    assert sound() == {}


def test_too_little_and_too_little_settle_together(campaign, take, wang, register, decide, sound):
    registration = register(wang)
    take([Row(yuan="200"), Row(yuan="200", receipt=SECOND)])
    decide("match", 2)
    assert standings()[0] == ("matched", None, 20000, 0, 0)
    assert ports.paid_states(campaign.pk, [registration.pk]) == {registration.pk: "unpaid"}
    assert sound() == {}
    take([Row(receipt=THIRD, paid="2022-11-20")])  # the whole sum: people say what becomes of it
    assert standings()[2][:2] == ("open", "paid_twice")
    decide("match", 3)
    assert standings()[:2] == [("matched", None, 20000, 0, 0), ("matched", None, 15000, 0, 5000)]
    assert ports.paid_states(campaign.pk, [registration.pk]) == {registration.pk: "paid"}
    assert sound() == {}


def test_one_label_for_each_rule(take, wang, register, li, decide, campaign):
    from payments.models import Match

    register(wang)
    Identity.objects.create(
        resident=wang, kind="passport", number="E12345678", last4="5678", head=b"", current=False,
        known_at=at("2022-10-01 00:00"),
    )  # fmt: skip
    take([Row(number="E12345678", papers="护照"), Row(number=LI, name="李莉", receipt=SECOND)])
    decide("match", 3)
    assert list(Match.objects.order_by("payment_id").values_list("rule", flat=True)) == [
        "earlier_number",
        "by_hand",
    ]


# --- what comes after a decision


@pytest.mark.parametrize(
    ("back", "state", "why"),
    [
        ("冲红", ("reversed", None, 0, 0, 0), "corrected"),
        ("退费", ("refunded", None, 0, 0, 0), "corrected"),
    ],
)
def test_what_goes_back_ends_a_match_by_hand(
    take, wang, register, li, decide, sound, back, state, why
):
    take([Row(), Row(number=LI, name="李丽", receipt=SECOND, yuan="400")])
    take([Row(number=LI, name="李丽", receipt=THIRD)])
    assert standings()[2][:2] == ("open", "paid_twice")
    # Li's own payment turns out to be Wang's: Wang is registered, and Li's second one matches.
    of_wang = register(wang, own=30000)
    decide("match", 3, registration_id=of_wang.pk, reason="for_another")
    assert standings()[1:] == [("matched", None, 30000, 0, 10000), MATCHED]
    take([REFUND.but(number=LI, original=SECOND, yuan="-100", state=back)])
    assert standings()[1] == ("matched", None, 30000, 0, 0)
    take([REFUND.but(number=LI, original=SECOND, yuan="-300", state=back, receipt="9" * 18)])
    assert standings()[1] == state
    assert ended() == [("match", why, "system")]
    assert sound() == {}


def test_the_registration_ends_and_the_payment_is_open_again(take, wang, register, li, decide):
    take([Row()])
    decide("match", registration_id=li.pk, reason="for_another")
    li.ended_at, li.ended_by, li.ended_why = LATER, User.system(), "moved away"
    li.save()
    changes.append(
        changes.REGISTRATION_ENDED, campaign_id=li.campaign_id, at=LATER,
        resident_id=li.resident_id,
    )  # fmt: skip
    changes.consume()
    assert standings() == [("open", "not_registered", 0, 35000, 0)]
    assert ended() == [("match", "registration_ended", "system")]


def test_taken_back_it_is_as_before(campaign, take, wang, register, decide, cast, sound):
    from payments import decisions
    from payments.models import Decision

    register(wang)
    take([Row(name="王大明"), Row(receipt=SECOND, paid="2022-11-20")])
    before = standings()
    assert before == [("open", "name_differs", 0, 35000, 0), MATCHED]
    with pytest.raises(Refused, match="settles that part"):
        decide("match", 2)
    [row] = decide("refund", 3, reason="moved")
    assert standings() == [before[0], ("refund_due", None, 0, 0, 35000)]
    [match] = decide("match", 2)
    assert standings()[0] == MATCHED
    decisions.undo(campaign, [row.pk, match.pk], by=cast["alice"], now=LATER, why="a mistake")
    assert standings() == before
    assert {row.state for row in Decision.objects.all()} == {"undone"}
    assert sound() == {}


# --- given back


def test_what_is_decided_goes_back_and_the_rest_stays(take, wang, register, decide, sound):
    register(wang)
    take([Row()])
    [row] = decide("refund", 2, reason="moved", fen={})
    assert standings() == [("refund_due", None, 0, 0, 35000)]
    take([REFUND.but(yuan="-100")])
    assert standings() == [("refund_due", None, 0, 0, 25000)]
    take([REFUND.but(yuan="-250", receipt=THIRD)])
    assert standings() == [("refunded", None, 0, 0, 0)]
    assert (row.state, sound()) == ("standing", {})


def test_only_a_part_goes_back(campaign, take, wang, register, decide, sound, cast):
    from payments import decisions, queries
    from payments.models import Payment

    register(wang, own=30000)
    take([Row(), REFUND.but(yuan="-50")])
    payment = Payment.objects.get()
    assert standings() == [("matched", None, 30000, 0, 0)]
    [row] = decide("refund", fen={payment.pk: 20000}, reason="moved")
    assert standings() == [("refund_due", None, 0, 10000, 20000)]
    take([REFUND.but(yuan="-200", receipt=THIRD)])
    assert standings() == [("refunded", None, 0, 10000, 0)]
    assert queries.standings(campaign_id=campaign.pk).kept_fen == 10000
    assert sound() == {}
    with pytest.raises(Refused, match="gone back already"):
        decisions.undo(campaign, [row.pk], by=cast["alice"], now=LATER, why="too late")


# --- two people


def test_two_people_and_one_of_them_first(campaign, take, wang, decide, cast):
    from payments import decisions
    from payments.models import Decision

    take([Row(year="2022"), Row(year="2022", receipt=SECOND)])
    rows = decide("refund", approve=False, reason="wrong_year")
    ids = [row.pk for row in rows]
    alice, bob = {"by": cast["alice"], "now": LATER}, {"by": cast["bob"], "now": LATER}
    assert standings() == [("open", "wrong_year", 0, 35000, 0)] * 2
    with pytest.raises(Refused, match="another person must"):
        decisions.approve(campaign, ids, **bob)
    with pytest.raises(Refused, match="withdrawn, not refused"):
        decisions.refuse(campaign, ids, why="no", **bob)
    with pytest.raises(Refused, match="Only who proposed"):
        decisions.withdraw(campaign, ids, **alice)
    with pytest.raises(Refused, match="waits or stands already"):
        decide("match")
    decisions.refuse(campaign, ids[:1], why="the tax bureau mends it", **alice)
    with pytest.raises(Refused, match="Alice has refused"):
        decisions.approve(campaign, ids, by=cast["dana"], now=LATER)
    assert Decision.objects.get(pk=ids[1]).state == "waiting"  # all or nothing
    decisions.withdraw(campaign, ids[1:], **bob)
    assert {row.state for row in Decision.objects.all()} == {"refused", "withdrawn"}
    assert AuditEntry.objects.filter(object_kind="payment_decision").count() == 4
    decide("refund", reason="wrong_year")


REFUSED = {
    "another year": ("match", {"year": "2022"}, {}, "the tax bureau corrects the year"),
    "nobody": ("match", {"number": ZHAO}, {}, "nobody is registered"),
    "nothing is due": ("match", {}, {"part": "on_behalf"}, "owes nothing"),
    "a question about what is settled": ("verify", {"name": "王小明"}, {}, "is not open"),
    "no reason": ("refund", {}, {"reason": " "}, "Say why"),
    "only something else": ("refund", {}, {"reason": "other"}, "Say why"),
    "more than there is": ("refund", {}, {"fen": 35001}, "that is left"),
}


def test_what_cannot_be_proposed(take, wang, register, decide):
    from payments.models import Decision, Payment

    register(wang)
    for what, (kind, line, how, words) in REFUSED.items():
        with transaction.atomic():
            take([Row(name="王大明").but(**line)])
            if "fen" in how:
                how = {"fen": {Payment.objects.get().pk: how["fen"]}}
            with pytest.raises(Refused, match=words):
                decide(kind, **how)
            assert not Decision.objects.exists(), what
            transaction.set_rollback(True)


def test_what_changed_since_it_was_proposed_is_told_to_who_approves(
    campaign, take, wang, register, li, decide, cast
):
    """Registered at last, it matched by itself; another payment came first; part went back."""
    from payments import decisions
    from payments.models import Match

    take([Row(), Row(receipt=SECOND, year="2022"), Row(number=LI, name="李莉", receipt=THIRD)])
    rows = decide("refund", 2, 3, approve=False, reason="moved")
    rows += decide("match", 4, approve=False)
    register(wang)
    take([
        REFUND.but(original=SECOND, yuan="-100"), Row(number=LI, name="李丽", receipt=FOURTH),
    ])  # fmt: skip
    changes.consume()
    Match.objects.update(known_at=LATER)  # the clock of a practice campaign stands still
    with pytest.raises(Refused) as told:
        decisions.approve(campaign, [row.pk for row in rows], by=cast["alice"], now=LATER)
    assert [message.split(": ")[1] for message in told.value.messages] == [
        "has matched by itself since; propose it anew.",
        "part of it has gone back since; propose it anew.",
        "another payment settles that part already.",
    ]


def test_a_question_changes_nothing_and_ends_with_the_next_decision(
    campaign, take, wang, register, decide, cast
):
    from payments import decisions

    register(wang)
    take([Row(name="王大明")])
    [asked] = decide("verify", approve=False, evidence="which Wang?")
    assert standings() == [("open", "name_differs", 0, 35000, 0)]
    decisions.answer(campaign, [asked.pk], by=cast["alice"], now=LATER, why="it is he")
    decide("hold", approve=False)
    decide("match")
    assert standings() == [MATCHED]
    assert [why for _kind, why, _by in ended()] == ["it is he", "decided_anew"]


def test_forty_take_as_many_statements_as_one(
    campaign, take, make_resident, register, decide, cast, sound, django_assert_max_num_queries
):
    from payments import decisions

    lines = []
    for each in range(40):
        stem = f"4113281990{each % 12 + 1:02d}{each % 28 + 1:02d}{each:03d}"
        number = stem + check_digit(stem)
        register(make_resident("王小明", number=number))
        lines.append(Row(number=number, name=number[-4:] + "明", receipt=f"{each:018d}"))
    take(lines)
    with django_assert_max_num_queries(75):
        rows = decide("match")
    assert standings() == [MATCHED] * 40
    assert sound() == {}
    with django_assert_max_num_queries(60):
        decisions.undo(
            campaign, [row.pk for row in rows], by=cast["alice"], now=LATER, why="all wrong"
        )
    assert standings() == [("open", "name_differs", 0, 35000, 0)] * 40
