"""Who waits, and what years without a gap bring. The reform: 国办发〔2024〕38号."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.benefits import benefit, incentive, later_by, waiting
from enrollment.facts import Facts
from tests.enrollment.benefits_made import REFORM, RULES, clauses, days, paid, policy

# --- waiting


@pytest.mark.parametrize(
    ("missed", "repaid", "months"),
    [
        (0, 0, 0),
        (1, 0, 4),  # 3 + 1
        (1, 1, 3),  # the fixed part stays
        (2, 0, 5),
        (2, 1, 4),
        (3, 3, 3),
        (4, 0, 7),
        (4, 1, 6),
        (4, 4, 6),  # 3 + 4 - 4 = 3, but at least 6 from four years on
        (6, 2, 7),  # 3 + 6 - 2
        (2, 5, 3),  # no more than the years missed can be paid up
    ],
)
def test_broken_enrollment_waits_as_the_reform_asks(missed, repaid, months):
    facts = paid("2024-11-20", missed_years=missed, paid_missed_years=repaid)
    assert waiting(policy(REFORM), facts).length == months


@pytest.mark.parametrize(
    ("change", "missed", "repaid", "length"),
    [
        (("per_repaid_year = 1", "per_repaid_year = 1\nfirst_missed_counts = false"), 1, 0, 3),
        (("per_repaid_year = 1", "per_repaid_year = 1\nfirst_missed_counts = false"), 3, 1, 4),
        (("per_repaid_year = 1", "per_repaid_year = 1\nfixed_is_kept = false"), 2, 2, 3),
        (("per_repaid_year = 1", "per_repaid_year = 2\nfixed_is_kept = false"), 2, 2, 1),
        (("per_repaid_year = 1", "per_repaid_year = 0"), 2, 2, 5),
    ],
)
def test_another_notice_counts_otherwise(change, missed, repaid, length):
    facts = Facts(missed_years=missed, paid_missed_years=repaid)
    assert waiting(policy(REFORM.replace(*change)), facts).length == length


def test_late_enrollment_waits_the_fixed_part():
    found = benefit(policy(REFORM), paid("2025-02-10"))
    assert days(found) == ("2025-05-10", "2025-12-31")
    assert clauses(found) == ["（十一）", "（十一）"]


def test_waiting_counts_from_the_coverage_for_those_who_paid_before_it():
    found = benefit(policy(REFORM), paid("2024-11-20", missed_years=2, paid_missed_years=1))
    assert days(found)[0] == "2025-05-01"  # four months: January to April
    changed = REFORM.replace("fixed = 3", 'fixed = 3\ncounts_from = "paid_on"')
    found = benefit(policy(changed), paid("2024-11-20", missed_years=2, paid_missed_years=1))
    assert days(found)[0] == "2025-03-20"


def test_waiting_may_be_told_in_days_from_the_next_day():
    changed = (
        REFORM.replace("fixed = 3", 'unit = "days"\nafter_days = 1\nfixed = 90')
        .replace("per_missed_year = 1", "per_missed_year = 30")
        .replace("per_repaid_year = 1", "per_repaid_year = 30")
        .replace("floor = 6", "floor = 180")
    )
    # counted from 2025-02-11: 18 days of February, 31 of March, 30 of April, 11 of May
    assert days(benefit(policy(changed), paid("2025-02-10")))[0] == "2025-05-12"


def test_the_later_of_rule_and_waiting_holds():
    found = benefit(policy(RULES, REFORM), paid("2025-01-15"))
    assert days(found)[0] == "2025-04-15"  # 60 days end on 2025-03-16, three months later
    assert clauses(found)[:2] == ["三", "（十一）"]


def test_exempt_kinds_do_not_wait_and_are_told_why():
    found = benefit(policy(REFORM), paid("2025-06-01", category="1401"))
    assert days(found)[0] == "2025-01-01"
    assert found.because[0].words == "新生儿不设等待期"


def test_a_person_of_whom_nothing_is_known_does_not_wait():
    assert waiting(policy(REFORM), Facts()).length == 0


def test_without_a_word_of_it_nobody_waits():
    assert waiting(policy(), Facts(missed_years=9)).length == 0


@given(missed=st.integers(0, 30), repaid=st.integers(0, 30))
def test_paying_up_never_makes_the_waiting_longer_nor_shorter_than_its_floors(missed, repaid):
    def length(paid_up):
        facts = Facts(missed_years=missed, paid_missed_years=paid_up)
        return waiting(policy(REFORM), facts).length

    assert length(repaid + 1) <= length(repaid) <= length(0)
    if missed:
        assert length(repaid) >= (6 if missed >= 4 else 3)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2025-01-01", 3, "2025-04-01"),
        ("2024-11-30", 3, "2025-03-01"),  # February has no 30th
        ("2023-11-29", 3, "2024-02-29"),
        ("2024-10-31", 2, "2024-12-31"),
        ("2024-11-30", 0, "2024-11-30"),
        ("2024-10-31", 25, "2026-12-01"),  # November has no 31st
    ],
)
def test_months_later(day, months, expected):
    assert str(later_by(date.fromisoformat(day), months)) == expected


# --- incentives


@pytest.mark.parametrize(
    ("continuous", "unused", "fen"),
    [
        (3, 0, 0),
        (4, 0, 0),
        (5, 0, 100000),
        (7, 0, 300000),
        (0, 2, 200000),
        (7, 1, 400000),
        (200, 0, 8000000),  # no more than the limit
    ],
)
def test_continuous_years_raise_the_upper_limit(continuous, unused, fen):
    found = incentive(policy(REFORM), continuous, unused)
    assert found.fen == fen
    assert [reason.clause for reason in found.because] == (["（十）"] if fen else [])


def test_a_notice_may_count_the_fourth_year_already():
    counted = REFORM.replace("from_years = 4\nper", "from_years = 4\nfrom_year_counts = true\nper")
    assert incentive(policy(counted), 4).fen == 100000
    assert incentive(policy(counted), 3).fen == 0


def test_without_a_word_of_it_there_is_no_incentive():
    assert incentive(policy(), 20, 5).fen == 0
