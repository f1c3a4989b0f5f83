"""What must agree between sections: keys that conditions name are keys that the notice has."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enrollment.expected import not_among
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


# Where a field is known that is not known everywhere; elsewhere it would never hold.
ONLY_IN = {"grade": ("subsidies",), "recognised_on": ("subsidies", "fee", "benefit")}
NEAR = timedelta(days=366)
BEFORE_WINDOWS = ("eligibility", "windows")


def check_named(
    sections: dict[str, Any], complain: Complain, field: str, known: Sequence[str], but: str = ""
) -> None:
    """What a field of conditions names is one of `known`; the section `but` looks itself."""
    for name, section in sections.items():
        for condition in conditions_of(section) if name != but else ():
            wanted = condition.of(field)
            for key in wanted if isinstance(wanted, tuple) else ():
                if key not in known:
                    complain((*condition.at, field), not_among(key, known))


def check_windows_named(sections: dict[str, Any], complain: Complain) -> None:
    check_named(sections, complain, "window", [window.key for window in sections["windows"]])


def check_kinds_named(sections: dict[str, Any], complain: Complain) -> None:
    check_named(sections, complain, "kind", [kind.key for kind in sections["eligibility"].kinds])


def check_fields(sections: dict[str, Any], complain: Complain) -> None:
    """A field that is not known where it is asked would never hold, and nobody would notice."""
    for name, section in sections.items():
        for condition in conditions_of(section):
            for field, _wanted in condition.fields:
                if name not in ONLY_IN.get(field, (name,)):
                    where = pgettext("list", ", ").join(f"[{each}]" for each in ONLY_IN[field])
                    said = _("can be asked in %(sections)s only") % {"sections": where}
                    complain((*condition.at, field), said)
                elif field == "window" and name in BEFORE_WINDOWS:
                    said = _("cannot be asked here: the window is looked for afterwards")
                    complain((*condition.at, field), said)


def check_days(sections: dict[str, Any], complain: Complain) -> None:
    """A window years away from the coverage is a slip of the year; nobody could ever use it."""
    campaign = sections["campaign"]
    if campaign is None:
        return
    first, last = campaign.coverage_from - NEAR, campaign.coverage_until + NEAR
    for index, window in enumerate(sections["windows"]):
        for key, day in (("from", window.start), ("until", window.last_day)):
            if not first <= day <= last:
                said = _("lies years away from the coverage; expected %(from)s to %(to)s")
                complain(("windows", index, key), said % {"from": first, "to": last})


def check_fiscal(sections: dict[str, Any], complain: Complain) -> None:
    fee = sections["fee"]
    if fee is None or sections["fiscal"] is not None:
        return
    for index, rule in enumerate(fee.rules):
        if rule.with_fiscal or rule.fiscal_fen:
            key = "with_fiscal" if rule.with_fiscal else "fiscal_fen"
            said = _("the fiscal part is charged, but there is no [fiscal]")
            complain(("fee", "rules", index, key), said)
