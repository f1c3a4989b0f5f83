"""What subsidies answers and reads for the ground floor."""

from typing import Any

from enrollment import ports
from enrollment.facts import Facts
from enrollment.notice import register_section
from subsidies import bulk, queries, rules, sections


def subsidy(policy: Any, facts: Facts, fee_fen: int, _fiscal_fen: int) -> ports.Subsidy:
    return rules.apply_highest(policy["subsidies"], facts.hardship, fee_fen)


def open_doors() -> None:
    register_section("subsidies", sections.read_subsidies)
    ports.answers("subsidy", subsidy)
    ports.answers("marks_of", queries.marks_of)
    ports.answers("stage_marks", bulk.stage_marks)
