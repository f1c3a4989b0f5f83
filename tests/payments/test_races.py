"""Files, decisions and undoings of one campaign at the same moment, on connections of their own:
one wins and the other is told, no deadlock, no double, and the books hold as one after the other.

A registration or a roster at the same moment as a payment: tests/subsidies/test_races.py. A worker,
PostgreSQL or Valkey that dies in the middle: tests/test_withstands.py.
"""

from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction

from enrollment import changes, files
from enrollment.errors import Refused
from enrollment.models import SourceFile, User
from payments import bulk, decisions, queries, services
from payments.books import checks
from payments.models import Decision, Match, Payment
from payments.voiding import void_file
from reports import books
from tests.conftest import at
from tests.enrollment.people import number
from tests.enrollment.threads import beside
from tests.payments.lines import LI, ZHAO, Row, text

NOW = at("2022-11-18 16:30")
PATIENCE = 120  # seconds; a deadlock would be told by the database after one

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def all_waiting(campaign, *works):
    """Start every work while the campaign's postings are held up; go on once each waits or is
    over. Answers their futures."""
    with beside() as start:
        with transaction.atomic(), connection.cursor() as cursor:
            bulk.lock(cursor, campaign.pk)
            futures = [start(work) for work in works]
            _wait_until_all_wait(cursor, futures)
        yield futures


def _wait_until_all_wait(cursor, futures):
    for _turn in range(PATIENCE * 20):
        cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and not granted")
        waiting = cursor.fetchone()[0]
        if waiting >= sum(not future.done() for future in futures):
            return
        cursor.execute("select pg_sleep(0.05)")
    raise AssertionError("not all of them came as far as the lock")


def told(work):
    """What became of it: "won", or what the person is told."""

    def tried():
        try:
            work()
        except Refused as refused:
            return " ".join(refused.messages)
        return "won"

    return tried


def importing(campaign, folder: Path, rows, name):
    """A file of these rows that was taken in; answers the work that posts it."""
    path = folder / name
    path.write_bytes(text(rows).encode("gb18030"))
    by = User.system()
    file = files.take_in(campaign, SourceFile.Kind.PAYMENTS, name, path, by, NOW)
    return file, lambda: services.import_payments(file, path, by=by, now=NOW)


def sound(campaign):
    changes.consume()
    return [(check.name, check.rows) for check in checks(campaign) if not check.ok]


def test_two_people_decide_one_payment_at_once(campaign, cast, take, make_resident, register):
    """Whatever the two do: one wins, the other is told who was first, and nothing is done twice."""
    li = register(make_resident("李丽", number=LI))
    zhao = register(make_resident("赵敏", number=ZHAO))
    take([Row(receipt=f"{n}", yuan="100") for n in range(1, 6)])
    one, two, three, four, five = Payment.objects.order_by("line").values_list("id", flat=True)
    by = {name: {"by": cast[name], "now": NOW} for name in ("alice", "bob", "dana")}

    def propose(payment, registration=li, who="bob"):
        said = {"reason": "same_person", "registration_id": registration.pk}
        return decisions.propose(campaign, [payment], "match", **said, **by[who])[0].pk

    def approve(pk, who):
        return lambda: decisions.approve(campaign, [pk], **by[who])

    def refuse(pk, who):
        return lambda: decisions.refuse(campaign, [pk], why="不是本人", **by[who])

    def undo(pk, who):
        return lambda: decisions.undo(campaign, [pk], why="弄错了", **by[who])

    approved = propose(three, zhao)
    approve(approved, "alice")()
    undone = propose(five, zhao)
    approve(undone, "alice")()
    first, second = propose(one), propose(two)
    pairs = {
        "approve, approve": (approve(first, "alice"), approve(first, "dana")),
        "approve, refuse": (approve(second, "alice"), refuse(second, "dana")),
        "undo, undo": (undo(approved, "alice"), undo(approved, "dana")),
        "approve, undo": (approve(undone, "dana"), undo(undone, "alice")),
        "propose, propose": (
            lambda: propose(four, li, "alice"),
            lambda: propose(four, zhao, "dana"),
        ),
    }
    for what, works in pairs.items():
        with all_waiting(campaign, *map(told, works)) as futures:
            said = [future.result(PATIENCE) for future in futures]
        assert sorted(word == "won" for word in said) == [False, True], (what, said)
        assert all(word for word in said), what
    assert Decision.objects.live().filter(payment_id=four).count() == 1
    assert Match.objects.filter(payment_id=one, ended_at=None).count() == 1
    assert Match.objects.filter(payment_id=three, ended_at=None).count() == 0
    assert Match.objects.filter(payment_id=five, ended_at=None).count() == 0
    assert sound(campaign) == []


def test_twenty_overlapping_files_at_once_come_to_what_they_come_to_one_by_one(
    campaign, tmp_path, make_resident, register
):
    """Each of 30 lines stands in 10 of the 20 files; a line counts once, whoever was first."""
    people = [number("19800101", n) for n in range(1, 11)]
    for n, paper in enumerate(people):
        register(make_resident(f"王{'一二三四五六七八九十'[n]}", number=paper))
    rows = [
        Row(
            receipt=f"{n}", number=people[n % 10], name=f"王{'一二三四五六七八九十'[n % 10]}",
            paid=f"2022-11-{10 + n // 10} 08:00:00",
        )
        for n in range(30)
    ]  # fmt: skip
    twice = rows + rows
    works = [
        importing(campaign, tmp_path, twice[at_ : at_ + 15], f"{at_}.csv")[1]
        for at_ in (n * 30 // 20 for n in range(20))
    ]
    with beside() as start:
        futures = [start(work) for work in works]
        results = [future.result(PATIENCE) for future in futures]
    lines = Counter()
    for result in results:
        lines.update({key: result[key] for key in ("read", "new", "known", "conflict", "rejected")})
    # 20 files of 15 lines; each of the 30 new once; 10 people settled, 20 payments too many.
    assert dict(lines) == {"read": 300, "new": 30, "known": 270, "conflict": 0, "rejected": 0}
    found = queries.standings(campaign_id=campaign.pk).result()
    assert found["matched"] == 10 and found["open"] == {"paid_twice": 20}
    assert found["fen"] == 30 * 35000
    assert sound(campaign) == []
    assert services.reconcile(campaign, by=User.system(), now=NOW) == found


def test_registered_while_a_file_is_being_posted(campaign, tmp_path, wang, register):
    """The file has read who is registered and does not see it; once it is heard of, it matches."""
    _file, posting = importing(campaign, tmp_path, [Row()], "one.csv")
    with beside() as start:
        with transaction.atomic(), connection.cursor() as cursor:
            bulk.lock(cursor, campaign.pk)
            future = start(posting)
            _wait_until_all_wait(cursor, [future])
            start(register, wang).result(PATIENCE)
        future.result(PATIENCE)
    assert sound(campaign) == []
    assert Payment.objects.get().standing == "matched"


def test_a_file_comes_in_while_another_with_the_same_lines_is_voided(
    campaign, tmp_path, take, wang, register
):
    """Whoever is first: what the new file reports stays, what only the voided one had goes."""
    register(wang)
    gone = take([Row(receipt="11"), Row(receipt="12", paid="2022-11-19")])
    _file, posting = importing(
        campaign, tmp_path, [Row(receipt="12", paid="2022-11-19"), Row(receipt="13")], "new.csv"
    )
    voided = SourceFile.objects.get(pk=gone["file"])

    def voiding():
        void_file(voided, by=User.system(), now=NOW, why="发错了文件")

    with all_waiting(campaign, posting, voiding) as futures:
        for future in futures:
            future.result(PATIENCE)
    assert sorted(Payment.objects.values_list("receipt", flat=True)) == ["12", "13"]
    assert Match.objects.filter(ended_at=None).count() == 1
    assert sound(campaign) == []


def test_a_payment_is_reversed_by_a_file_while_a_decision_about_it_is_approved(
    campaign, cast, tmp_path, take, make_resident, register
):
    """Whoever is first, it ends reversed: what the tax bureau took back cannot settle anybody."""
    li = register(make_resident("李丽", number=LI))
    take([Row(receipt="11")])
    made = decisions.propose(
        campaign, Payment.objects.values_list("id", flat=True), "match",
        registration_id=li.pk, reason="for_another", by=cast["bob"], now=NOW,
    )  # fmt: skip
    back = Row(receipt="12", yuan="-350", state="冲红", original="11")
    _file, posting = importing(campaign, tmp_path, [back], "back.csv")

    def approving():
        decisions.approve(campaign, [made[0].pk], by=cast["alice"], now=NOW)

    with all_waiting(campaign, posting, told(approving)) as futures:
        for future in futures:
            future.result(PATIENCE)
    payment = Payment.objects.get()
    assert (payment.standing, payment.reversed_fen) == ("reversed", 35000)
    assert not Match.objects.filter(ended_at=None).exists()
    assert sound(campaign) == []


def test_no_posting_waits_until_a_check_of_the_books_is_over(campaign, take, wang, register):
    """The job is one transaction; what it hears first is committed beside it."""
    take([Row()])
    register(wang)

    def lock():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '5s'")
            bulk.lock(cursor, campaign.pk)

    with beside() as start, transaction.atomic():
        run = books.run_books(campaign, cause="posted", by=User.system(), apart=True)
        start(lock).result(PATIENCE)
    assert run.ok, run.checks
    assert Payment.objects.get().standing == "matched"
