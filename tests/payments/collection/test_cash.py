"""Cash: taken once of who owes, for what is due; withdrawn while in no batch; it pays nothing."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from enrollment.errors import Refused
from payments import queries as payments
from payments.collection import queries, services
from payments.models import Taking
from tests.conftest import at
from tests.payments.lines import LI, ZHAO, Row

NOW = at("2022-11-18 16:30")


@pytest.fixture
def cash(campaign: Any, cast: Any) -> Any:
    """cash(registration, …, name="erin") → takings of them."""

    def taken(*registrations: Any, name: str = "erin", when: str = "2022-11-18 09:00", **how: Any):
        return services.take_cash(
            campaign, [row.pk for row in registrations], by=cast[name], at=at(when), now=NOW, **how
        )

    return taken


def test_what_is_due_is_taken_and_is_not_paid(campaign, cash, wang, register, places):
    row = register(wang)
    (taking,) = cash(row)
    assert (taking.fen, taking.place, taking.hardship) == (35000, places["north-1"], "")
    assert payments.paid_states(campaign.pk, [row.pk]) == {row.pk: "unpaid"}
    state = queries.cash_states(campaign, [row.pk])[row.pk]
    assert (state.due_fen, state.taking_id, state.batch) == (35000, taking.pk, None)
    assert "2022-11-18" in state.obstacle


def test_all_or_none_and_each_refusal_names_its_person(
    cash, wang, register, make_resident, take, campaign
):
    """Wang owes; Li is fully subsidised; Zhao has paid by phone."""
    rows = [
        register(wang),
        register(make_resident("李丽", number=LI), own=0, on_behalf=35000),
        register(make_resident("赵敏", number=ZHAO)),
    ]
    take([Row(number=ZHAO, name="赵敏")])
    with pytest.raises(Refused) as caught:
        cash(*rows)
    assert not Taking.objects.exists()
    text = "\n".join(caught.value.messages)
    assert "李丽" in text and "赵敏" in text and "王小明" not in text
    cash(rows[0])
    with pytest.raises(Refused, match="王小明"):
        cash(rows[0])


@pytest.mark.parametrize(("fen", "passes"), [(35000, True), (34999, False), (35001, False)])
def test_another_amount_than_the_due_is_refused(cash, wang, register, fen, passes):
    row = register(wang)
    if passes:
        cash(row, fen_by_registration={row.pk: fen}, source="register")
        return
    with pytest.raises(Refused, match=r"350\.00"):
        cash(row, fen_by_registration={row.pk: fen})


def test_a_stranger_the_future_and_nobody_are_refused(cash, wang, register):
    row = register(wang)
    with pytest.raises(Refused):
        cash(row, name="charlie")
    with pytest.raises(Refused):
        cash(row, when="2022-11-18 16:31")
    with pytest.raises(Refused):
        cash()


def test_withdrawn_with_a_reason_it_may_be_taken_again(campaign, cast, cash, wang, register):
    row = register(wang)
    (taking,) = cash(row)
    for why, name in ((" ", "erin"), ("给错了", "charlie")):
        with pytest.raises(Refused):
            services.withdraw_taking(campaign, taking.pk, why=why, by=cast[name], now=NOW)
    services.withdraw_taking(campaign, taking.pk, why="当场退还", by=cast["erin"], now=NOW)
    with pytest.raises(Refused):
        services.withdraw_taking(campaign, taking.pk, why="再退", by=cast["erin"], now=NOW)
    cash(row)
    assert Taking.objects.live().count() == 1 and Taking.objects.count() == 2


@pytest.mark.parametrize(
    "corruption",
    [
        "update payments_taking set fen = fen + 1",
        "update payments_taking set withdrawn_at = now()",
        "delete from payments_taking",
        "insert into payments_taking (campaign_id, registration_id, resident_id, place_id,"
        " hardship, fen, source, taken_at, known_at, taken_by_id, withdrawn_why)"
        " select campaign_id, registration_id, resident_id, place_id, hardship, fen, source,"
        " taken_at, known_at, taken_by_id, '' from payments_taking",
    ],
)
def test_the_database_keeps_a_taking_as_it_is(cash, wang, register, corruption):
    cash(register(wang))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(corruption)
