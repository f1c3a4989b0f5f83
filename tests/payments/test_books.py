"""The books find what is wrong: corruptions put straight into the tables, past every service."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.payments.lines import LI, WANG, ZHAO, Row
from tests.quick import MadeUpon

SECOND, THIRD, BACK = (f"34113522111800000{n}" for n in (2, 3, 4))


@pytest.fixture
def books(campaign, take, make_resident, register) -> Any:
    """A small ledger of each kind: matched, too much, refunded, reversed, open; two files."""
    LEDGER.put(lambda: _keep(take, make_resident, register))

    def found() -> dict[str, int]:
        from payments.books import checks

        return {check.name[0]: check.found for check in checks(campaign) if not check.ok}

    return found


LEDGER = MadeUpon()


def _keep(take, make_resident, register) -> None:
    register(make_resident("王小明", number=WANG))
    register(make_resident("李丽", number=LI), own=10000, on_behalf=25000)
    register(make_resident("赵敏", number=ZHAO))
    take(
        [
            Row(),
            Row(receipt=SECOND, number=LI, name="李丽", yuan="110"),
            Row(receipt=THIRD, number=ZHAO, name="赵敏"),
            Row(receipt=BACK, number=ZHAO, name="赵敏", yuan="-350", state="冲红", original=THIRD),
            Row(receipt="5", number=ZHAO, name="赵敏", yuan="20", paid="2022-11-20"),
        ]
    )
    take([Row(), Row(yuan="351"), Row(paid="", receipt="6")])  # known, conflict, rejected


def test_books_that_are_kept_well_hold(books):
    assert books() == {}


def test_there_are_eight_checks_in_order(campaign, db):
    from payments.books import checks

    assert [check.name[0] for check in checks(campaign)] == list("12345679")


# What is done to the tables → the number of the check that must find it.
CORRUPTIONS = {
    "a payment vanishes": ("delete from payments_payment where cause = 'too_little'", "1"),
    "a known line vanishes": ("delete from payments_repeatedline where outcome = 'known'", "1"),
    "a correction vanishes": ("delete from payments_correction", "1"),
    "a count is edited": (
        "update enrollment_sourcefile set read = read + 1, new = new + 1",
        "1",
    ),
    "the sum of a file is edited": (
        "update enrollment_sourcefile set counts = jsonb_set(counts, '{fen,read}', '1')",
        "1",
    ),
    "a declared sum disagrees": (
        "update enrollment_sourcefile set counts = jsonb_set(counts, '{declared,fen}', '1')",
        "1",
    ),
    "a file is voided by hand": (
        "update enrollment_sourcefile set state = 'voided' where known = 1",
        "1",
    ),
    "a line is posted twice": (
        "update payments_payment set line = 2 where line = 3",
        "2",
    ),
    "a payment moves to a file that is not there": (
        "update payments_payment set file_id = 999999 where line = 2",
        "2",
    ),
    "an amount is raised, with its match": (
        "update payments_payment set fen = fen + 1, open_fen = open_fen + 1"
        " where standing = 'open'",
        "1",
    ),
    "a match is raised": ("update payments_match set fen = fen + 1", "3"),
    "a reversal is said that never came": (
        "update payments_payment set standing = 'reversed', cause = null,"
        " reversed_fen = fen, open_fen = 0 where standing = 'open'",
        "3",
    ),
    "a correction is tied to another payment": (
        "update payments_correction set payment_id ="
        " (select id from payments_payment where line = 2 limit 1)",
        "3",
    ),
    "a live match vanishes": ("delete from payments_match", "4"),
    "a match is ended, its payment stays matched": (
        "update payments_match set ended_at = now(), ended_by_id = 1, ended_why = 'x'",
        "4",
    ),
    "a match points to another person's registration": (
        "update payments_match set registration_id = 999999 where fen = 35000",
        "4",
    ),
    "a match is by hand, without a reason": (
        "update payments_match set rule = 'by_hand' where fen = 35000",
        "4",
    ),
    "a payment's year is edited": (
        "update payments_payment set year = 2022 where standing = 'matched'",
        "4",
    ),
    "a match is too small for its part": (
        "update payments_match set fen = fen - 1",
        "5",
    ),
    "an exempt person was never entitled": (
        "update enrollment_registration set own_fen = 0, on_behalf_fen = fee_fen"
        " where on_behalf_fen = 0",
        "5",
    ),
    "an entitlement ends behind an exempt registration's back": (
        "update enrollment_registration set own_fen = 0, on_behalf_fen = fee_fen"
        " where on_behalf_fen > 0; delete from subsidies_entitlement",
        "5",
    ),
    "a refunded payment keeps its match": (
        "update payments_payment set standing = 'refunded', refunded_fen = fen, matched_fen = 0,"
        " refund_due_fen = 0 where fen = 35000 and standing = 'matched'",
        "6",
    ),
    "a cause is edited": (
        "update payments_payment set cause = 'name_differs' where standing = 'open'",
        "9",
    ),
    "the person of a payment is forgotten": (
        "update payments_payment set resident_id = null where standing = 'open'",
        "9",
    ),
    "a tie is undone": (
        "update payments_correction set payment_id = null; update payments_payment"
        " set standing = 'open', cause = 'too_little', reversed_fen = 0, open_fen = fen"
        " where standing = 'reversed'",
        "9",
    ),
}


@pytest.mark.parametrize("what", CORRUPTIONS)
def test_a_corruption_is_found(books, what):
    statement, check = CORRUPTIONS[what]
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert check in books()


@pytest.mark.parametrize(
    ("category", "household"),
    [("free", None), ("shared", "7")],
)
def test_exempt_without_a_mark_of_ones_own(
    campaign, register, make_resident, books, category, household
):
    """Neither a category without a roster nor one through the household is a breach."""
    from subsidies.models import Entitlement

    version = campaign.policy_version
    version.source += """
[[subsidies.categories]]
key = "free"
name = "无须名单"
without_roster = true
when = { age = { until = 6 } }
grant = "full"
how = "on_behalf"
clause = "五"
words = "全额"

[[subsidies.categories]]
key = "shared"
name = "全户"
entitles = "household"
grant = "full"
how = "on_behalf"
clause = "五"
words = "全额"
"""
    version.save()
    campaign.__dict__.pop("_policy", None)
    member = make_resident("孙一", number="411328198001010015", household=household)
    row = register(member)
    type(row).objects.filter(pk=row.pk).update(own_fen=0, on_behalf_fen=35000, hardship=category)
    if household:
        assert books() == {"5": 1}
        head = make_resident("孙二", number="411328197001010018", household=household)
        Entitlement.objects.create(
            campaign=campaign, resident=head, category=category, source="list",
            marked_by=row.registered_by,
            recognised_on=row.registered_at.date(), known_at=row.registered_at,
        )  # fmt: skip
    assert books() == {}


STOPPED = {
    "a fen that stands nowhere": "update payments_payment set fen = fen + 1",
    "a negative part": "update payments_payment set open_fen = -1, matched_fen = fen + 1",
    "an open payment without a cause": "update payments_payment set cause = null",
    "a second live match of a payment": (
        "insert into payments_match (campaign_id, payment_id, registration_id, resident_id, part,"
        " fen, due_fen, policy_version_id, rule, alone, at, known_at, by_id, why)"
        " select campaign_id, payment_id, registration_id + 1000, resident_id, part, fen, due_fen,"
        " policy_version_id, rule, alone, at, known_at, by_id, why from payments_match"
    ),
    "a part settled twice": (
        "insert into payments_match (campaign_id, payment_id, registration_id, resident_id, part,"
        " fen, due_fen, policy_version_id, rule, alone, at, known_at, by_id, why)"
        " select campaign_id, payment_id + 1000, registration_id, resident_id, part, fen, due_fen,"
        " policy_version_id, rule, alone, at, known_at, by_id, why from payments_match"
    ),
    "a key twice": (
        "update payments_payment set key = (select min(key::text)::uuid from payments_payment)"
    ),
    "a negative correction": "update payments_correction set fen = -1",
    "rows that do not add up": "update enrollment_sourcefile set read = read + 1",
    "parts that are not the fee": "update enrollment_registration set own_fen = own_fen + 1",
    "more reimbursed than paid": "update enrollment_registration set reimbursed_fen = own_fen + 1",
}


@pytest.mark.parametrize("what", STOPPED)
def test_a_corruption_is_stopped_by_the_database(books, what):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STOPPED[what])
