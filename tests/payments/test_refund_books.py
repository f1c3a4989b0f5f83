"""The books find what is wrong with stops, refund lists and what the tax bureau was told."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.payments.lines import LI, Row
from tests.payments.refunding import NOW, give_back


@pytest.fixture
def found(campaign: Any, cast: Any, take: Any, wang: Any, make_resident: Any, register: Any) -> Any:
    """A refund on a list, a stop without money, one undone, one overpayment; found() → breaches."""
    from enrollment import changes
    from payments.books import checks
    from payments.refund_requests import lists, services
    from payments.tax_out import export

    give_back(campaign)
    paid, unpaid = register(wang), register(make_resident("李丽", number=LI))
    take([Row(yuan="360")])
    export.export_registrations(campaign, why="weekly", by=cast["alice"], now=NOW)
    how = {"reason": "death", "evidence": "证明", "by": cast["bob"], "now": NOW}
    undone = services.propose(campaign, unpaid, **how)
    services.undo(undone, why="活着", by=cast["alice"], now=NOW)
    stop = services.propose(campaign, paid, **how)
    services.approve(stop, by=cast["alice"], now=NOW)
    lists.export_refunds(campaign, why="weekly", by=cast["alice"], now=NOW)
    changes.consume()

    def breaches() -> set[str]:
        return {check.name[0] for check in checks(campaign) if not check.ok}

    assert breaches() == set()
    return breaches


CORRUPTIONS = {
    "the decision of an approved stop is taken away": (
        "update payments_decision set ended_at = now(), ended_by_id = proposed_by_id,"
        " ended_why = 'x'"
    ),
    "less is decided than was promised": "update payments_decision set fen = fen - 20000",
    "a stop in effect is put onto another registration": (
        "update payments_stop set registration_id = (select max(id) from enrollment_registration)"
        " where approved_at is not null"
    ),
    "a registration that was stopped stands again": (
        "update enrollment_registration set ended_at = null, ended_by_id = null, ended_why = null"
        " where id = (select registration_id from payments_stop where approved_at is not null)"
    ),
    "an undone stop restored nobody": (
        "update payments_stop set restored_id = null where undone_at is not null"
    ),
    "a list asks for more than can go back": (
        "update payments_taxrefund set fen = fen + 1; update payments_taxexport set fen = fen + 1"
    ),
    "a list is of a payment that is not there": "update payments_taxrefund set payment_id = 999999",
    "a refund vanishes from a list": "delete from payments_taxrefund",
    "the sum of a list is edited": "update payments_taxexport set fen = fen + 1 where fen > 0",
    "what the tax bureau was told vanishes": (
        "delete from payments_taxsent where registration_id ="
        " (select min(registration_id) from payments_taxsent)"
    ),
}


def test_each_corruption_is_found(found):
    missed = []
    for what, statement in CORRUPTIONS.items():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            if "6" not in found():
                missed.append(what)
            transaction.set_rollback(True)
    assert missed == []


# What is done to the tables → the constraint that stops it.
STOPPED = {
    "approved by who proposed": (
        "update payments_stop set approved_by_id = proposed_by_id where approved_at is not null",
        "who_decides_on_a_refund_did_not_propose_it",
    ),
    "money without approval": (
        "update payments_stop set approved_at = null, approved_by_id = null where own_fen > 0",
        "no_money_goes_back_without_approval",
    ),
    "less than nothing goes back": (
        "update payments_stop set own_fen = -1",
        "a_stop_gives_back_or_nothing",
    ),
    "undone without a reason": (
        "update payments_stop set undone_why = '' where undone_at is not null",
        "each_act_on_a_stop_has_a_time_a_person_and_a_reason",
    ),
    "sent to the tax bureau twice": (
        "insert into payments_taxrefund (export_id, payment_id, row, fen, back_fen, reason,"
        " live, called_back_why) select export_id, payment_id, 9, fen, back_fen, reason, live, ''"
        " from payments_taxrefund",
        "a_refund_is_sent_to_the_tax_bureau_once",
    ),
    "called back by nobody": (
        "update payments_taxrefund set live = false",
        "a_refund_is_called_back_by_somebody_for_a_reason",
    ),
    "a list numbered as another": (
        "insert into payments_taxexport (campaign_id, kind, number, layout, until, rows, fen,"
        " counts, why, file_id, made_by_id) select campaign_id, kind, number, layout, until, rows,"
        " fen, counts, why, file_id, made_by_id from payments_taxexport where kind = 'refunds'",
        "tax_exports_are_numbered_once",
    ),
}


def test_each_of_these_is_stopped_by_the_database(found):
    for statement, constraint in STOPPED.values():
        with (
            pytest.raises(IntegrityError, match=constraint),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
