"""What subsidies answers and reads for the ground floor."""

from enrollment import changes, ports
from enrollment.notice import Policy, register_check, register_section
from subsidies import bulk, queries, rules, sections, unseen
from subsidies import jobs as jobs  # registers the handlers of its jobs
from subsidies.sections import agreement


def hardship_key(policy: Policy, word: str) -> str | None:
    rule = policy["subsidies"].named(word.strip())
    return rule.key if rule else None


def hardship_names(policy: Policy) -> dict[str, str]:
    return {rule.key: rule.name for rule in policy["subsidies"].categories}


def hardship_grades(policy: Policy, key: str) -> tuple[str, ...]:
    return policy["subsidies"].of(key).grades


def open_doors() -> None:
    register_section("subsidies", sections.read_subsidies)
    register_check(agreement.check_hardship, ("subsidies", "categories", None, "key"))
    register_check(agreement.check_tiers, ("fee", "rules", None, "when"))
    ports.answers("subsidy", rules.subsidy_for)
    ports.answers("hardship_key", hardship_key)
    ports.answers("hardship_names", hardship_names)
    ports.answers("hardship_grades", hardship_grades)
    ports.answers("parse_marks", bulk.parse_marks)
    ports.answers("marks_of", queries.marks_of)
    ports.answers("stage_marks", bulk.stage_marks)
    ports.answers("listed", queries.listed)
    ports.answers("stage_listed", bulk.stage_listed)
    changes.subscribe("marks", unseen.look_again)  # before payments: what is due may change
