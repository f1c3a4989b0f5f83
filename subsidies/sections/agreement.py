"""What is only right together: keys that others name, bases, grades, chains of “as”."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from enrollment.expected import not_among
from enrollment.facts import Condition
from enrollment.notice import Table
from enrollment.sections.agreement import Complain, check_named
from subsidies.sections.categories import Lines
from subsidies.sections.grants import Grant


def check_key(key: str, known: Sequence[str], row: Table, *at: str) -> None:
    if key not in known:
        row.complain_at((*row.path, *at), not_among(key, known))


def check_grant(
    grant: Grant, row: Table, keys: Sequence[str], bases: Sequence[str], grades: Sequence[str]
) -> None:
    if grant.as_key:
        check_key(grant.as_key, keys, row, "as")
    if grant.base:
        check_key(grant.base, bases, row, "base")
    check_condition(grant.when, row, keys, grades)


def check_condition(
    when: Condition, row: Table, keys: Sequence[str], grades: Sequence[str]
) -> None:
    for key in _named(when, "hardship"):
        check_key(key, keys, row, "when", "hardship")
    for grade in _named(when, "grade"):
        check_key(grade, grades, row, "when", "grade")


def check_stacking(categories: Sequence[Lines], pick: str) -> None:
    """A category is added to others that there are, where not all of them are added anyway."""
    keys = [lines.rule.key for lines in categories]
    for lines in categories:
        rule, row = lines.rule, lines.row
        if rule.adds and pick == "sum":
            said = _("has no meaning where pick is “sum”: everything is added")
            row.complain("stacks" if rule.stacks else "with", said)
        for key in rule.stacks_with:
            check_key(key, [other for other in keys if other != rule.key], row, "with")


def check_names(categories: Sequence[Lines]) -> None:
    """What a category is also called means no other."""
    for lines in categories:
        others = [other.rule for other in categories if other is not lines]
        for name in lines.rule.names:
            if any(name in other.called for other in others):
                said = _("“%(name)s” is what another category is called") % {"name": name}
                lines.row.complain("names", said)


def check_chains(categories: Sequence[Lines]) -> None:
    """“as” must come to an end: a category that gets what it gets itself gets nothing."""
    leads = {
        lines.rule.key: {grant.as_key for grant in lines.rule.grants if grant.grant == "as"}
        for lines in categories
    }
    for lines in categories:
        for grant, row in lines.grants:
            if grant.grant == "as" and lines.rule.key in _reached(grant.as_key, leads):
                row.complain(
                    "as",
                    _("“%(key)s” leads back to this category") % {"key": grant.as_key},
                )


def check_hardship(sections: dict[str, Any], complain: Complain) -> None:
    """Conditions of the other sections name only categories that the notice has."""
    known = [rule.key for rule in sections["subsidies"].categories]
    check_named(sections, complain, "hardship", known, but="subsidies")


def check_tiers(sections: dict[str, Any], complain: Complain) -> None:
    """Conditions by tier are for tiers that people can choose: those of the fee's rules."""
    if sections["fee"] is not None:
        check_named(sections, complain, "tier", sections["fee"].tiers)


def _named(when: Condition, field: str) -> tuple[Any, ...]:
    wanted = when.of(field)
    return wanted if isinstance(wanted, tuple) else ()


def _reached(start: str, leads: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += leads.get(key, ())
    return found
