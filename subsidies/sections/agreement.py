"""What is only right together: keys that others name, bases, grades, chains of “as”."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from enrollment.facts import Condition
from enrollment.notice import Path, Table
from enrollment.sections.agreement import Complain, conditions_of
from subsidies.sections.categories import Lines
from subsidies.sections.grants import Grant


def check_key(key: str, known: Sequence[str], row: Table, at: str) -> None:
    if key not in known:
        row.complain(
            at,
            _("no category has the key “%(key)s”; the notice has: %(known)s")
            % {"key": key, "known": ", ".join(known) or "–"},
        )


def check_grant(
    grant: Grant, row: Table, keys: Sequence[str], bases: Sequence[str], grades: Sequence[str]
) -> None:
    if grant.as_key:
        check_key(grant.as_key, keys, row, "as")
    if grant.base and grant.base not in bases:
        row.complain(
            "base",
            _("expected one of %(words)s, not “%(value)s”")
            % {"words": ", ".join(bases), "value": grant.base},
        )
    check_condition(grant.when, row, keys, grades)


def check_condition(
    when: Condition, row: Table, keys: Sequence[str], grades: Sequence[str]
) -> None:
    for key in _named(when, "hardship"):
        check_key(key, keys, row, "when")
    for grade in _named(when, "grade"):
        if grade not in grades:
            row.complain(
                "when",
                _("“%(grade)s” is no grade of the category; its grades are: %(known)s")
                % {"grade": grade, "known": ", ".join(grades) or "–"},
            )


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
    for name, section in sections.items():
        if name == "subsidies":
            continue
        for condition in conditions_of(section):
            for key in _named(condition, "hardship"):
                if key not in known:
                    path: Path = (name,)
                    complain(
                        path,
                        _("when.hardship names “%(key)s”; the notice has: %(known)s")
                        % {"key": key, "known": ", ".join(known) or "–"},
                    )


def check_tiers(sections: dict[str, Any], complain: Complain) -> None:
    """Grants by tier are for tiers that people can choose: those of the fee's rules."""
    fee, rules = sections["fee"], sections["subsidies"]
    if fee is None:
        return
    for at, when in _conditions(rules):
        for tier in _named(when, "tier"):
            if tier not in fee.tiers:
                complain(
                    ("subsidies", *at, "when"),
                    _("no rule of the fee has the tier “%(tier)s”; there are: %(known)s")
                    % {"tier": tier, "known": ", ".join(fee.tiers) or "–"},
                )


def _conditions(rules: Any) -> Iterator[tuple[Path, Condition]]:
    """Every condition of the section and where its table stands."""
    for index, rule in enumerate(rules.categories):
        yield ("categories", index), rule.when
        for line, grant in enumerate(rule.grants):
            yield ("categories", index, "grants", line), grant.when
    for index, supplement in enumerate(rules.supplements):
        yield ("supplements", index), supplement.when


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
