"""The outbox: what a write tells the apps above it arrives once, and is never lost."""

import threading

import pytest
from django.db import transaction

from enrollment import changes
from enrollment.models import Change
from tests.conftest import assert_table, at
from tests.enrollment.threads import beside

NOW = at("2022-11-18 16:30")
SOON = 20


@pytest.fixture
def subscribe(monkeypatch):
    """Only the test's own subscribers hear anything."""
    monkeypatch.setattr(changes, "_handlers", {})
    return changes.subscribe


def tell(*people):
    for resident_id in people:
        changes.append(changes.REGISTERED, campaign_id=1, resident_id=resident_id, at=NOW)


class Ears(list):
    """A subscriber: the residents it heard of, call by call."""

    def __call__(self, rows):
        self.append([row.resident_id for row in rows])


@pytest.mark.django_db
def test_every_subscriber_hears_once_in_order(subscribe):
    payments, reports = Ears(), Ears()
    subscribe("payments", payments)
    subscribe("reports", reports)
    tell(7, 8)
    assert_table(
        Change,
        ["subscriber", "kind", "resident_id"],
        [(name, "registered", pk) for name in ("payments", "reports") for pk in (7, 8)],
    )
    assert changes.consume() == 4
    assert payments == reports == [[7, 8]]
    assert changes.consume() == 0 and not Change.objects.exists()


@pytest.mark.django_db
def test_long_queues_are_handed_over_in_pieces(subscribe):
    ears = Ears()
    subscribe("payments", ears)
    tell(1, 2, 3, 4, 5)
    assert changes.consume(limit=2) == 5
    assert ears == [[1, 2], [3, 4], [5]]


@pytest.mark.django_db
def test_people_who_go_on_working_do_not_keep_a_command_from_ending(subscribe):
    subscribe("payments", lambda rows: tell(rows[-1].resident_id + 1))
    tell(1)
    assert [changes.consume() for _turn in range(3)] == [1, 1, 1]
    assert_table(Change, ["resident_id"], [(4,)])


@pytest.mark.django_db
def test_what_a_handler_itself_tells_is_consumed_too(subscribe):
    heard = Ears()

    def register_the_family(rows):
        if rows[0].resident_id == 1:
            tell(2)

    subscribe("payments", register_the_family)
    subscribe("reports", heard)
    tell(1)
    changes.consume()
    assert heard == [[1, 2]]
    changes.consume()  # what it told itself comes with the next turn
    assert not Change.objects.exists()


@pytest.mark.django_db
def test_a_write_that_is_rolled_back_tells_nobody(subscribe):
    subscribe("payments", Ears())
    with transaction.atomic():
        tell(7)
        transaction.set_rollback(True)
    assert not Change.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_handler_that_crashes_gets_its_rows_back(subscribe):
    calls = Ears()

    def crash_first(rows):
        calls(rows)
        if len(calls) == 1:
            raise RuntimeError("the power went")

    subscribe("payments", crash_first)
    tell(7, 8)
    with pytest.raises(RuntimeError):
        changes.consume()
    assert Change.objects.count() == 2
    assert changes.consume() == 2
    assert calls == [[7, 8], [7, 8]] and not Change.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_consumers_never_take_one_row_and_neither_waits(subscribe):
    entered, go_on, taken = threading.Event(), threading.Event(), Ears()

    def slow_at_first(rows):
        taken(rows)
        if len(taken) == 1:
            entered.set()
            assert go_on.wait(SOON)

    subscribe("payments", slow_at_first)
    tell(*range(10))
    with beside() as start:
        first = start(changes.consume, 4)
        assert entered.wait(SOON)
        assert changes.consume() == 6  # while the other still holds its four
        go_on.set()
        assert first.result(SOON) == 4
    assert taken == [[0, 1, 2, 3], [4, 5, 6, 7, 8, 9]]
    assert not Change.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_that_commits_late_is_not_passed_over(subscribe):
    """Ids are given out before commit: a cursor over them would skip this row."""
    ears, written, go_on = Ears(), threading.Event(), threading.Event()
    subscribe("payments", ears)

    def write_slowly():
        with transaction.atomic():
            tell(1)
            written.set()
            assert go_on.wait(SOON)

    with beside() as start:
        slow = start(write_slowly)
        assert written.wait(SOON)
        tell(2)
        changes.consume()
        go_on.set()
        slow.result(SOON)
    changes.consume()
    assert ears == [[2], [1]]
