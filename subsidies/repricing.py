"""Registrations priced again when the marks of their people change.

    stage_people(cursor, campaign, file_id=…)      # whose; before an undo takes marks away
    … marks change …
    counts = reprice(cursor, campaign, by=…, now=…, why=…, file_id=…)

Situations are priced, not people: a profile of the policy together with what stands in the
registration. All in the caller's transaction.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from config.lib import copyin, sql
from enrollment import ports
from enrollment.bulk import profiles
from enrollment.bulk.profiles import Profile
from enrollment.models import AuditEntry, Campaign, Registration, User
from subsidies.models import Repricing
from subsidies.repricing_rules import Decision, Held, decide

APP = "subsidies"
CHANGES = (Repricing.Outcome.UPDATED, Repricing.Outcome.OWED, Repricing.Outcome.TAKEN_BACK)
_DECIDED = (
    "situation", "outcome", "kind", "hardship", "fee_fen", "own_fen", "on_behalf_fen",
    "deducted_fen", "reimbursed_fen", "was_fen", "fen", "funders", "clause", "words",
)  # fmt: skip


def stage_people(
    cursor: Any, campaign: Campaign, *, file_id: int | None = None, resident_ids: Iterable[int] = ()
) -> None:
    """Temp table reprice_people: whose marks a roster wrote or ended, or these people, with the
    members of their households where a category of theirs entitles those."""
    sql.run(
        cursor,
        APP,
        "reprice_people",
        {
            "file_id": file_id,
            "resident_ids": list(resident_ids),
            "household": list(campaign.policy["subsidies"].household_keys),
        },
    )


def stage_residents(cursor: Any, resident_ids: Iterable[int]) -> None:
    """Temp table reprice_people: just these people, marked or not."""
    cursor.execute("drop table if exists reprice_people")
    cursor.execute(
        "create temp table reprice_people on commit drop as"
        " select unnest(%s::bigint[]) as resident_id",
        [sorted(set(resident_ids))],
    )
    cursor.execute("analyze reprice_people")


def reprice_roster(
    cursor: Any, campaign: Campaign, file_id: int, *, by: User, now: datetime, why: str
) -> dict[str, int]:
    """Whom a roster just marked or left out, where anybody is registered at all."""
    if not Registration.objects.standing().filter(campaign=campaign).exists():
        return {}
    stage_people(cursor, campaign, file_id=file_id)
    return reprice(cursor, campaign, by=by, now=now, why=why, file_id=file_id)


def reprice(
    cursor: Any,
    campaign: Campaign,
    *,
    by: User,
    now: datetime,
    why: str,
    file_id: int | None = None,
    only_changes: bool = False,
) -> dict[str, int]:
    """Decide for everybody of reprice_people who is registered, and carry it out.

    only_changes: a decision that changes no amount is not kept.
    Out: outcome → registrations; empty where nobody of them is registered.
    Source: docs/RULES.md R-250 to R-254.
    """
    cursor.execute(
        "select array_agg(g.id) from reprice_people people"
        " join enrollment_registration g on g.resident_id = people.resident_id"
        " where g.campaign_id = %s and g.ended_at is null",
        [campaign.pk],
    )
    (registration_ids,) = cursor.fetchone()
    if not registration_ids:
        return {}
    ports.stage_settled(cursor, campaign.pk, registration_ids)
    until = campaign.policy["subsidies"].recognised_until
    staged = {"campaign_id": campaign.pk, "recognised_until": until}
    sql.run(cursor, APP, "reprice_stage", staged)
    decided = _decide(cursor, campaign, settled=False, first=0)
    decided += _decide(cursor, campaign, settled=True, first=len(decided))
    if only_changes:
        decided = [row for row in decided if row[1] in CHANGES]
    copyin.copy_rows(cursor, "reprice_decided", _DECIDED, decided)
    values = {
        "campaign_id": campaign.pk,
        "file_id": file_id,
        "now": now,
        "by_id": by.pk,
        "policy_version_id": campaign.policy_version.pk,
    }
    sql.run(cursor, APP, "reprice_write", values)
    counts: dict[str, int] = dict(cursor.fetchall())
    if only_changes and not counts:
        return {}
    AuditEntry.objects.create(
        at=now,
        by=by,
        action="reprice",
        campaign=campaign,
        object_kind="source_file" if file_id else "",
        object_id=file_id,
        why=why[:300],
        facts=counts,
    )
    return counts


def _decide(
    cursor: Any, campaign: Campaign, *, settled: bool, first: int
) -> list[tuple[object, ...]]:
    """The decided situations of those of whom something is settled, or of the others, as rows."""
    sql.run(cursor, APP, "reprice_registering", {"settled": settled})
    cursor.execute("select exists (select from registering)")
    if not cursor.fetchone()[0]:
        return []
    priced = profiles.price_profiles(cursor, campaign, paid_unmarked=settled)
    by_number = {profile.number: profile for profile in priced}
    sql.run(cursor, APP, "reprice_group", {"first": first})
    rows: list[tuple[object, ...]] = []
    for situation, number, *held in cursor.fetchall():
        decision = _decided(campaign, by_number[number], Held(*held))
        price = decision.price
        funders = json.dumps([[each.funder, each.fen] for each in decision.funders])
        rows.append((
            situation, decision.outcome, decision.kind, price.hardship, price.fee_fen,
            price.own_fen, price.on_behalf_fen, price.deducted_fen, price.reimbursed_fen,
            decision.was_fen, decision.fen, funders, decision.clause, decision.words,
        ))  # fmt: skip
    return rows


def _decided(campaign: Campaign, profile: Profile, held: Held) -> Decision:
    policy = campaign.policy
    natural = None
    if held.settled:
        facts = profile.facts.asked(paid_unmarked=False)
        natural = profiles.priced_or_why_not(policy, facts)[2]
    return decide(policy, held, profile.price, problem=profile.problem, natural=natural)


def withdraw(file_id: int, *, now: datetime) -> int:
    """What a roster's repricings owed or took back is owed no more; how many they were."""
    rows = Repricing.objects.filter(file_id=file_id, withdrawn_at=None)
    return rows.update(withdrawn_at=now)
