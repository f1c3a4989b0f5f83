"""Notices that an official of another county wrote from the documentation alone (strangers/).

The text of each stands beside its file, written from memory after real ones; the examples were
worked out from the text by hand before the file was priced. Money in yuan. What the language
could not say of them is asserted as not priced, never as a wrong price.
"""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from enrollment.models import Campaign, User
from enrollment.ports import NotStated
from enrollment.pricing import price
from enrollment.services.campaigns import load_notice, read_notice
from enrollment.told import facts_told
from quotas.models import Target
from tests.conftest import at
from tests.notices.strangers_worked import WORKED

FOLDER = Path(__file__).parent / "strangers"


@cache
def notice(slug):
    return read_notice(FOLDER / f"{slug}.toml").policy


def priced(slug, facts):
    pairs = [tuple(fact.split("=")) for fact in facts.split()]
    names = {name for name, _text in pairs}
    told = [] if "born_on" in names else [("born_on", "1980-05-01")]
    told += [] if "residence" in names else [("residence", "registered")]
    for name, text in pairs:
        days = ("registered_on", "paid_on") if name == "paid" else (name,)
        told += [(day, text) for day in days]
    return price(notice(slug), facts_told(notice(slug), told))


def test_each_file_has_its_text_and_its_examples():
    stems = {path.stem for path in FOLDER.glob("*.toml")}
    assert stems == set(WORKED) == {path.stem for path in FOLDER.glob("*.txt")}
    assert all(len(rows) >= 8 for rows in WORKED.values())


@pytest.mark.parametrize(
    ("slug", "facts", "expected"),
    [(slug, *row) for slug, rows in WORKED.items() for row in rows],
)
def test_worked_by_hand(slug, facts, expected):
    found = priced(slug, facts)
    if expected == "refused":
        assert not found.eligible
        assert found.because
        return
    assert found.eligible
    told = {
        "own": found.own_fen / 100,
        "on_behalf": found.on_behalf_fen / 100,
        "deducted": found.deducted_fen / 100,
        "reimbursed": found.reimbursed_fen / 100,
        "fiscal": found.fiscal_fen / 100,
        "treasury": found.treasury_fen / 100,
        "begins": found.benefit_from,
        "ends": found.benefit_until,
    }
    for word in expected.split():
        if word != "admitted":
            name, text = word.split("=")
            wanted = date.fromisoformat(text) if "-" in text else float(text)
            assert (name, told[name]) == (name, wanted)


@pytest.mark.parametrize(
    ("slug", "facts"),
    [
        ("lanjiang-2025", "paid=2024-11-01"),  # no tier chosen
        # women of 50 and men below 60 owe different fees; the file was written without the sex
        ("shouyang-2025", "born_on=1972-05-01 paid=2024-11-01 student=no"),
        ("shouyang-2025", "born_on=1974-11-01 paid=2024-11-01 student=no"),
    ],
)
def test_who_has_no_fee_in_the_file_is_not_priced(slug, facts):
    with pytest.raises(NotStated):
        priced(slug, facts)


def test_a_late_person_of_a_notice_that_charges_by_the_month_is_refused():
    """二: a twelfth for each month left; the file has no window for them."""
    assert not priced("shouyang-2025", "paid=2025-04-20 student=no").eligible


def test_all_open_with_the_sums_of_their_annexes(db):
    for slug in WORKED:
        now = at("2024-11-20 09:00")
        load_notice(FOLDER / f"{slug}.toml", by=User.system(), now=now, practice=True)
    states = dict(Campaign.objects.values_list("slug", "state"))
    assert states == dict.fromkeys(WORKED, "open")
    sums = dict.fromkeys(WORKED, 0)
    for slug, persons in Target.objects.values_list("target_set__campaign__slug", "persons"):
        sums[slug] += persons
    assert sums == {
        "baishi-2025": 213_600,
        "lanjiang-2025": 1_188_550,
        "yuezhou-2025": 647_000,
        "shouyang-2025": 251_330,
        "qingqiao-2026": 362_000,
    }
