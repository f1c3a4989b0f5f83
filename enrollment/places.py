"""What a register knows of a person besides age and category, where a notice asks: sex, places.

A place counts with everything above it: who lives in a village lives in its township and county.
Source: docs/RULES.md R-222, R-223.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from enrollment import expected
from enrollment.errors import Refused
from enrollment.facts import Condition, Facts
from enrollment.models import Campaign, Region, Resident
from enrollment.notice import Policy
from enrollment.sections import conditions_of

DECIDING = (
    "eligibility", "attribution", "windows", "fee", "fiscal", "benefit", "subsidies",
)  # fmt: skip
SEXES = {"M": "male", "F": "female"}


def asking(policy: Policy, field: str) -> list[Condition]:
    """The conditions of a notice that go by a field."""
    return [
        condition
        for name in DECIDING
        for condition in conditions_of(policy[name])
        if condition.of(field) is not None
    ]


def regions_asked(policy: Policy) -> tuple[str, ...]:
    """Keys and codes of the regions that conditions name, each once."""
    wanted = (condition.of("region") for condition in asking(policy, "region"))
    return tuple(dict.fromkeys(key for keys in wanted if isinstance(keys, tuple) for key in keys))


def facts_of(policy: Policy, resident: Resident, village: Region) -> dict[str, Any]:
    """Sex and places of somebody of a village; empty where the notice asks for neither."""
    found: dict[str, Any] = {}
    if asking(policy, "sex"):
        found["sex"] = SEXES.get(resident.sex)
    if regions_asked(policy):
        found["region"] = upwards(village)
    return found


def upwards(region: Region) -> tuple[str, ...]:
    """Keys and codes of a place and of all above it."""
    ids = [int(part) for part in region.path.strip("/").split("/")]
    rows = Region.objects.filter(pk__in=ids).values_list("key", "code")
    return tuple(sorted({word for row in rows for word in row if word}))


def named_in(policy: Policy) -> list[Region]:
    """The regions that conditions of the notice name."""
    return named(regions_asked(policy))


def named(words: Iterable[str]) -> list[Region]:
    """The regions of these keys and codes, in the order of the tree."""
    keys = list(words)
    if not keys:
        return []
    found = Region.objects.filter(key__in=keys) | Region.objects.filter(code__in=keys)
    return list(found.order_by("path"))


def told(facts: Facts) -> Facts:
    """The facts with everything above the place told. Errors: Refused for an unknown one."""
    if not facts.region:
        return facts
    found = named(facts.region)
    if not found:
        said = _("there is no region with the key %(key)s")
        raise Refused(said % {"key": ", ".join(facts.region)})
    return facts.asked(region=tuple(word for each in found for word in upwards(each)))


def check(campaign: Campaign) -> None:
    """Errors: Refused where a condition names a region that is not one of the campaign's."""
    policy, wrong = campaign.policy, []
    asked = asking(policy, "region")
    if not asked:
        return
    within = Region.objects.within(campaign.region).values_list("key", "code")
    known = [word for row in within for word in row if word]
    for condition in asked:
        wanted = condition.of("region")
        for key in wanted if isinstance(wanted, tuple) else ():
            if key not in known:
                said = _("“%(key)s” is no region of this campaign") % {"key": key}
                said += expected.perhaps(key, known)
                wrong.append(policy.at((*condition.at, "region"), said))
    if wrong:
        raise Refused(wrong)
