"""What reports answers, hears of and reads for the ground floor; it asks for its jobs each tick."""

from collections.abc import Sequence

from enrollment import changes, ports, ticks
from enrollment.models import Change
from enrollment.notice import register_check, register_section
from reports import books_jobs, sections
from reports.finance import rollups as money
from reports.progress import groups, queries, rollups
from reports.rankings import jobs as rankings


def open_doors() -> None:
    register_section("rankings", sections.read_rankings)
    register_section("follow_up", sections.read_follow_up)
    register_section("appraisal", sections.read_appraisal)
    register_check(
        sections.check_schedules,
        ("windows", None, "key"),
        ("windows", None, "from"),
        ("windows", None, "until"),
        ("checkpoints", None, "on"),
        ("checkpoints", None, "stage"),
    )
    register_check(
        sections.check_appraisal,
        ("windows", None, "key"),
        ("appraisal", "stages", None, "key"),
    )
    ports.answers("unit_counts", queries.unit_counts)
    ports.answers("group_counts", groups.group_counts)
    changes.subscribe("reports", _heard)
    ticks.every_tick(rollups.ask_for_recounts)
    ticks.every_tick(money.ask_for_counts)
    ticks.every_tick(rankings.ask_for_due_rankings)
    ticks.every_tick(books_jobs.ask_every_night)


def _heard(changed: Sequence[Change]) -> None:
    """One subscriber for all of reports: each more would be a row more for every write."""
    rollups.heard(changed)
    money.heard(changed)
    books_jobs.heard(changed)
