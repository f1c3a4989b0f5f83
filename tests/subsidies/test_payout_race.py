"""Two people make, check or return at once: one of them is too late."""

import threading
from collections import Counter

import pytest
from django.db import connection

from enrollment.errors import Refused
from subsidies.models import PayOutBatch, Transfer
from subsidies.payouts import services
from tests.subsidies.payout_world import DECEMBER, FUND, NOW, broken, sent, three

__all__ = ["sent", "three"]


@pytest.fixture
def db(transactional_db):
    """Everybody sees what the others have committed."""


def at_once(*acts):
    """What became of each: done, or refused."""
    start, found = threading.Barrier(len(acts)), []

    def run(act):
        try:
            start.wait(timeout=30)
            act()
            found.append("done")
        except Refused:
            found.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return Counter(found)


def test_two_people_make_a_batch_of_the_same_amounts(campaign, three, cast):
    def make(who):
        return lambda: services.make_batch(
            campaign, funder=FUND, month=DECEMBER, by=cast[who], now=NOW
        )

    assert at_once(make("alice"), make("dana")) == {"done": 1, "refused": 1}
    assert PayOutBatch.objects.count() == 1 and Transfer.objects.count() == 3
    assert broken(campaign) == set()


def test_a_transfer_comes_back_once(campaign, sent, cast):
    transfer = sent.transfers.get(line=1)

    def back(who):
        return lambda: services.return_transfer(transfer, why="销户", by=cast[who], now=NOW)

    assert at_once(back("alice"), back("dana")) == {"done": 1, "refused": 1}


def test_discarded_while_it_is_exported(campaign, three, cast):
    batch = services.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW)
    services.check_batch(batch, by=cast["dana"], now=NOW)

    def run(step, who):
        return lambda: step(batch, by=cast[who], now=NOW)

    done = at_once(run(services.discard_batch, "alice"), run(services.mark_exported, "dana"))
    assert done["done"] == 1
    left = PayOutBatch.objects.filter(state="exported").count()
    assert Transfer.objects.count() == 3 * left
    assert broken(campaign) == set()
