"""Payment files cut, repeated, in another order, two at once: no total changes."""

import threading
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import at
from tests.payments.lines import LI, WANG, Row, take_in

# --- cut, repeated, reordered: no total changes

PIECES = st.permutations(range(12)).flatmap(
    lambda order: st.tuples(
        st.just(order), st.lists(st.integers(0, 12), max_size=3), st.lists(st.integers(0, 11))
    )
)
LEDGER = [
    Row(),
    Row(receipt="20", paid="2022-11-02"),
    Row(receipt="21", yuan="-350", state="冲红", original="20", paid="2022-11-03"),
    Row(receipt="22", paid="2022-11-04"),
    Row(receipt="23", number=LI, name="李丽"),
    Row(receipt="24", number=LI, name="李丽", yuan="-100", state="退费", original="23"),
    Row(receipt="25", number=LI, name="李丽", yuan="-50", state="退费", original="23"),
    Row(receipt="26", number=LI, name="李丽", yuan="-300", state="退费", original="23"),
    Row(receipt="27", number=LI, name="李丽", paid="2022-11-05"),
    Row(receipt="28", number=LI, name="李丽", year="2022"),
    Row(receipt="29", number="41132819680505432X", name="无名氏"),
    Row(receipt="30", yuan="20"),
]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(pieces=PIECES)
def test_pieces_in_any_order_come_to_the_same_totals(
    campaign, wang, make_resident, register, tmp_path, pieces
):
    """LI: 350 - 100 - 50 leaves too little, the 300 wait; the payment of 2022-11-05 matches."""
    from enrollment.models import User
    from payments.books import checks
    from payments.services import reconcile

    order, cuts, repeated = pieces
    with transaction.atomic():
        register(wang)
        register(make_resident("李丽", number=LI))
        rows = [LEDGER[i] for i in order] + [LEDGER[i] for i in repeated]
        edges = [0, *sorted(cuts), len(rows)]
        files = [rows[a:b] for a, b in pairwise(edges) if a < b]
        for number, piece in enumerate(files):
            take_in(campaign, tmp_path, piece, name=f"{number}.csv")
        result = reconcile(campaign, by=User.system(), now=at("2022-11-20 00:00"))
        assert Counter(result["open"]) == Counter(
            {"too_little": 2, "wrong_year": 1, "unknown_person": 1, "paid_twice": 1}
        )
        # 8 payments of 350 and one of 20, less 350 + 100 + 50 + 300 of which 300 wait
        assert (result["matched"], result["fen"]) == (2, 7 * 35000 + 2000 - 80000)
        assert (result["matched_fen"], result["reversed_fen"]) == (70000, 35000)
        assert (result["refunded_fen"], result["waiting"]["fen"]) == (15000, 30000)
        assert [check for check in checks(campaign) if not check.ok] == []
        transaction.set_rollback(True)


# --- at the same time


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_overlapping_files_at_once_post_each_line_once(
    campaign, make_resident, register, tmp_path
):
    from payments.models import Match, Payment

    register(make_resident("王小明", number=WANG))
    shared = [Row(receipt=str(1000 + n), paid=f"2022-11-{n + 1:02}") for n in range(20)]
    results: list[dict[str, Any]] = []
    failures: list[Exception] = []

    def run(number: int) -> None:
        try:
            own = [Row(receipt=str(2000 + number), year="2022")]
            results.append(take_in(campaign, tmp_path, shared + own, name=f"{number}.csv"))
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert Payment.objects.count() == 20 + 4
    assert sorted(result["known"] for result in results) == [0, 20, 20, 20]
    assert Match.objects.filter(ended_at=None).count() == 1
