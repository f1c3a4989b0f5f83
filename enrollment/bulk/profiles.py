"""Pricing everybody at once: people whom no rule of the policy tells apart are one profile.

The policy says where its rules change, in days of birth, registration and recognition, ages and
days since birth; people are grouped between those bounds, and one of each group is priced for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.lib import copyin, sql
from enrollment import asked, places, ports
from enrollment.errors import Refused
from enrollment.facts import Condition, Facts, day_start
from enrollment.models import Campaign, Region
from enrollment.notice import Policy
from enrollment.pricing import NoFee, Price, in_words, price
from enrollment.sections import conditions_of

APP = "enrollment"
BETWEEN = "\x1f"  # between what a profile was told: tier, sex, regions
PRICE_COLUMNS = (
    "profile", "problem", "refusal", "fee_fen", "own_fen", "on_behalf_fen", "deducted_fen",
    "reimbursed_fen", "hardship", "unit", "tier",
)  # fmt: skip


@dataclass(frozen=True)
class Cuts:
    """Ascending bounds: at each the next interval begins. `ages` are told at registration."""

    born: list[date]
    registered: list[datetime]
    recognised: list[date]
    ages: list[int]
    days: list[int]  # since birth


def cuts_of(policy: Policy) -> Cuts:
    """Every bound at which what a registration costs, or where it counts, may change.

    Source: docs/RULES.md R-65.
    """
    born: set[date] = set()
    registered: set[datetime] = set()
    recognised: set[date] = set()
    ages: set[int] = set()
    days: set[int] = set()
    for name, age_on in _age_days(policy).items():
        for condition in conditions_of(policy[name]):
            born.update(condition.cuts("born_on"))
            days.update(condition.cuts("days_since_birth"))
            recognised.update(condition.cuts("recognised_on"))
            registered.update(map(day_start, condition.cuts("registered_on")))
            registered.update(map(day_start, condition.cuts("paid_on")))
            if isinstance(age_on, date):
                born.update(_births(condition, age_on))
            else:
                ages.update(condition.cuts("age"))
    for window in policy["windows"]:
        registered.update((window.starts, window.ends))
    last = getattr(policy["subsidies"], "recognised_until", None)
    if last:
        recognised.add(last)
    return Cuts(sorted(born), sorted(registered), sorted(recognised), sorted(ages), sorted(days))


def _age_days(policy: Policy) -> dict[str, Any]:
    """The sections that decide a price or a counting unit → the day on which each tells ages; a
    word: at registration, which a payment not yet made is taken to coincide with."""
    told = {
        "eligibility": policy["eligibility"].age_on,
        "attribution": policy["eligibility"].age_on,
        "windows": policy["eligibility"].age_on,
        "fee": policy["fee"].age_on if policy["fee"] else "coverage_from",
        "fiscal": policy["fee"].age_on if policy["fee"] else "coverage_from",
        "subsidies": getattr(policy["subsidies"], "age_on", "coverage_from"),
    }
    start = policy["campaign"].coverage_from
    return {name: start if day == "coverage_from" else day for name, day in told.items()}


def _births(condition: Condition, on: date) -> list[date]:
    """For each age at which a condition changes, the first birth date that is too late for it."""
    found = []
    for age in condition.cuts("age"):
        if 0 < on.year - age < 9999:
            found.append(_day_after(on.year - age, on.month, on.day))
    return found


def _day_after(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day) + timedelta(days=1)
    except ValueError:  # 29 February of a year that has none
        return date(year, 3, 1)


@dataclass(frozen=True)
class Profile:
    """A profile of temp table registration_profiles, the facts of one of its people, its price."""

    number: int
    facts: Facts
    problem: str
    refusal: str
    price: Price


def stage_prices(cursor: Any, campaign: Campaign) -> int:
    """Price everybody of temp table registering; how many profiles there were.

    Out and errors as `price_profiles`.
    """
    return len(price_profiles(cursor, campaign, refuse_dead=True))


def price_profiles(
    cursor: Any, campaign: Campaign, *, paid_unmarked: bool = False, refuse_dead: bool = False
) -> list[Profile]:
    """Price everybody of temp table registering, once for each profile.

    In:     paid_unmarked: they paid when their marks of today were not known; refuse_dead: whoever
            a list names dead has a problem instead of a price (R-300).
    Out:    temp tables registration_profiled (who is of which profile's bounds),
            registration_profiles and registration_prices, a row for each profile (see the SQL).
    Errors: Refused where the notice states no fee at all.
    Source: docs/RULES.md R-65.
    """
    policy = campaign.policy
    if policy["fee"] is None:
        raise Refused(_("The notice states no fee; nobody can be registered."))
    cuts = cuts_of(policy)
    regions = places.named_in(policy)
    ports.stage_marks(cursor, campaign.pk, cuts.recognised)
    wanted = asked.asked_by(policy)
    kinds = (*wanted.lists, asked.DEAD) if refuse_dead else wanted.lists
    listed = ports.stage_listed(cursor, campaign.pk, kinds)
    sql.run(
        cursor,
        APP,
        "registration_profiles",
        {
            "born": cuts.born,
            "registered": cuts.registered,
            "ages": cuts.ages,
            "days": cuts.days,
            "asks": bool(wanted.tiers or wanted.residence or listed),
            "sexes": bool(places.asking(policy, "sex")),
            "regions": [region.pk for region in regions],
        },
    )
    found = []
    for number, category, marks, born_on, registered_at, told in cursor.fetchall():
        tier, sex, held = told.split(BETWEEN)
        facts = Facts(
            born_on=born_on,
            category=category,
            marks=ports.parse_marks(marks, cuts.recognised),
            registered_at=registered_at,
            **asked.facts_in(wanted, tier),
            sex=places.SEXES.get(sex),
            region=_words(regions, held) if regions else None,
            paid_unmarked=paid_unmarked,
        )
        if refuse_dead and asked.is_listed_dead(tier):
            found.append(Profile(number, facts, "listed_dead", "", Price()))
        else:
            found.append(Profile(number, facts, *priced_or_why_not(policy, facts)))
    rows = [
        (
            profile.number,
            profile.problem,
            profile.refusal,
            *(getattr(profile.price, name) for name in PRICE_COLUMNS[3:-1]),
            profile.facts.tier or "",
        )
        for profile in found
    ]
    copyin.copy_rows(cursor, "registration_prices", PRICE_COLUMNS, rows)
    return found


def _words(regions: Sequence[Region], held: str) -> tuple[str, ...]:
    """Keys and codes of those whose ids are written one after the other."""
    ids = set(map(int, held.split()))
    words = (word for each in regions if each.pk in ids for word in (each.key, each.code))
    return tuple(word for word in words if word)


def some_are_refused(cursor: Any) -> bool:
    """Whether any profile just priced is not admitted."""
    cursor.execute("select exists (select from registration_prices where problem <> '')")
    return cursor.fetchone()[0]


def priced_or_why_not(policy: Policy, facts: Facts) -> tuple[str, str, Price]:
    """Code of the problem or "", why in words, and the price: all zero where there is a problem.

    Errors: Refused where the notice states no fee at all.
    """
    if asked.tier_is_missing(policy, facts):
        return "tier_missing", pgettext("list", ", ").join(asked.tiers_of(policy)), Price()
    try:
        priced = price(policy, facts, presume=True)
    except NoFee:
        raise Refused(_("The notice states no fee; nobody can be registered.")) from None
    except ports.NotStated as gap:
        return "not_stated", in_words((gap.reason,)), Price()
    return ("", "", priced) if priced.eligible else ("not_eligible", priced.refusal, priced)
