"""What must agree between sections: keys that conditions name are keys that the notice has."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from django.utils.translation import gettext as _

from enrollment.facts import Condition
from enrollment.notice import Path

Complain = Callable[[Path, str], None]


def conditions_of(section: Any) -> Iterator[Condition]:
    """Every condition in what a reader made of a section, in the file's order."""
    if isinstance(section, Condition):
        yield section
    elif isinstance(section, (tuple, list)):
        for each in section:
            yield from conditions_of(each)
    elif is_dataclass(section):
        for field in fields(section):
            yield from conditions_of(getattr(section, field.name))


def known_keys(sections: dict[str, Any], field: str) -> set[str] | None:
    """The keys that a field of a condition can have in this notice; None: not ours to say."""
    if field == "window":
        return {window.key for window in sections["windows"]}
    if field == "kind":
        return {kind.key for kind in sections["eligibility"].kinds}
    return None


def check_conditions(sections: dict[str, Any], complain: Complain) -> None:
    for name, section in sections.items():
        for condition in conditions_of(section):
            for field, wanted in condition.fields:
                known = known_keys(sections, field)
                if known is None or not isinstance(wanted, tuple):
                    continue
                for key in wanted:
                    if key not in known:
                        complain((name,), _unknown(field, key, known))


def check_fiscal(sections: dict[str, Any], complain: Complain) -> None:
    fee = sections["fee"]
    charged = fee and any(rule.with_fiscal or rule.fiscal_fen for rule in fee.rules)
    if sections["fiscal"] is None and charged:
        complain(("fee",), _("the fiscal part is charged, but there is no [fiscal]"))


def _unknown(field: str, key: str, known: set[str]) -> str:
    return _("when.%(field)s names “%(key)s”; the notice has: %(known)s") % {
        "field": field,
        "key": key,
        "known": ", ".join(sorted(known)) or "–",
    }
