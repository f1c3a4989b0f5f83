"""Collection batches (征缴流水): made of takings, balanced by a slip, confirmed by a second person.

Source: docs/RULES.md R-377 to R-379, R-381.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from enrollment import ports
from enrollment.access import region_of
from enrollment.errors import Refused
from enrollment.models import Campaign, Region, User
from payments.collection import following, queries
from payments.collection.balance import differences
from payments.collection.services import audit
from payments.models import BatchLine, CollectionBatch, Slip, Taking

State = CollectionBatch.State


class MadeByTheSame(Refused):
    """Who made a batch cannot confirm it."""

    def __init__(self) -> None:
        super().__init__(_("You made this batch; somebody else has to confirm it."))


@transaction.atomic
def make_batches(
    campaign: Campaign,
    region: Region,
    *,
    taking_ids: Iterable[int] | None = None,
    by: User,
    now: datetime,
) -> list[CollectionBatch]:
    """Drafts of the takings below `region` that stand in no batch, one of each category.

    In:     `taking_ids`: only these.
    Errors: Refused where there are none, or for a region of others.
    """
    _expect_own(region, by)
    numbered = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    rows = queries.unbatched(campaign).filter(place__path__startswith=region.path)
    if taking_ids is not None:
        rows = rows.filter(pk__in=list(taking_ids))
    takings = list(
        rows.select_for_update(of=("self",)).order_by(
            "place__path", "resident__household_id", "resident__name_key", "pk"
        )
    )
    if not takings:
        raise Refused(_("There is no cash here that stands in no batch yet."))
    number = numbered_up_to(numbered)
    order = list(ports.hardship_names(campaign.policy))
    batches = []
    for category in sorted({row.hardship for row in takings}, key=_place_in([*order, ""])):
        number += 1
        mine = [row for row in takings if row.hardship == category]
        batch = CollectionBatch.objects.create(
            campaign=campaign, region=_smallest(mine, region), number=number, hardship=category,
            made_at=now, made_by=by,
        )  # fmt: skip
        _put(batch, mine, first=1)
        audit("make_collection_batch", batch, by=by, now=now, facts=_facts(mine))
        batches.append(batch)
    return batches


@transaction.atomic
def fill_batch(batch: CollectionBatch, *, by: User, now: datetime) -> int:
    """Put in what was taken there since, of the same category; how many. Errors: Refused."""
    row = locked(batch, by, State.DRAFT)
    takings = list(queries.fitting(row).select_for_update(of=("self",)).order_by("pk"))
    if not takings:
        raise Refused(_("No more cash was taken there for people of this category."))
    last = row.lines.aggregate(last=Max("line"))["last"] or 0
    _put(row, takings, first=last + 1)
    audit("fill_collection_batch", row, by=by, now=now, facts=_facts(takings))
    return len(takings)


@transaction.atomic
def take_out(batch: CollectionBatch, line_ids: Iterable[int], *, by: User, now: datetime) -> int:
    """These lines leave a draft; their cash stays taken. Errors: Refused for none of it."""
    row = locked(batch, by, State.DRAFT)
    lines = list(row.lines.filter(live=True, pk__in=list(line_ids)))
    if not lines:
        raise Refused(_("Choose who is taken out."))
    BatchLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
    audit(
        "take_out_of_collection", row, by=by, now=now,
        facts={"takings": [line.taking_id for line in lines], "heads": len(lines)},
    )  # fmt: skip
    return len(lines)


@transaction.atomic
def balance_batch(batch: CollectionBatch, *, by: User, now: datetime) -> None:
    """Heads and fen of its lines are those of its slip. Errors: Refused, telling what differs."""
    row = locked(batch, by, State.DRAFT)
    if found := differences(row):
        raise Refused(found)
    balanced(row, by=by, now=now)


def balanced(row: CollectionBatch, *, by: User, now: datetime) -> None:
    """`row` is a draft, locked by the caller, and nothing differs."""
    sums = queries.line_sums(row)
    _move(row, State.BALANCED, heads=sums.heads, fen=sums.fen, balanced_at=now)
    audit(
        "balance_collection_batch", row, by=by, now=now,
        facts={"heads": sums.heads, "fen": sums.fen},
    )  # fmt: skip


@transaction.atomic
def confirm_batch(batch: CollectionBatch, *, by: User, now: datetime) -> None:
    """The township stands for all of it; pressed twice it is confirmed once.

    Errors: MadeByTheSame; Refused unless it is balanced.
    """
    following.wait_for_postings(batch.campaign_id)
    row = locked(batch, by, State.BALANCED, *CollectionBatch.FIXED)
    if row.made_by_id == by.pk:
        raise MadeByTheSame
    if row.state != State.BALANCED:
        if row.confirmed_by_id == by.pk:
            return
        raise Refused(_("Somebody else confirmed it just now."))
    if found := differences(row):
        raise Refused(found)
    _move(row, State.CONFIRMED, confirmed_at=now, confirmed_by=by)
    audit("confirm_collection_batch", row, by=by, now=now)
    following.follow(row.campaign, now=now, batch_ids=[row.pk])


@transaction.atomic
def undo_confirmation(batch: CollectionBatch, *, why: str, by: User, now: datetime) -> None:
    """A draft again, to be mended. Errors: Refused without a reason, or once some of it came back
    with the tax bureau's file."""
    _expect_reason(why, _("Say why the confirmation is undone."))
    following.wait_for_postings(batch.campaign_id)
    row = locked(batch, by, *CollectionBatch.FIXED)
    came = row.lines.filter(live=True, payment_id__isnull=False).count()
    if came:
        raise Refused(
            _("%(n)s people of it came back with the tax bureau's file; it stays confirmed.")
            % {"n": came}
        )
    was = row.confirmed_by_id
    _draft(row)
    facts = {"confirmed_by": was}
    audit("undo_collection_batch", row, by=by, now=now, why=why, facts=facts)


@transaction.atomic
def void_batch(batch: CollectionBatch, *, why: str, by: User, now: datetime) -> None:
    """Its cash can go into another batch; its slip ends with it.

    Errors: Refused without a reason, once it is confirmed, or where the bank has its slip's money.
    """
    _expect_reason(why, _("Say why the batch is void."))
    row = locked(batch, by, State.DRAFT, State.BALANCED)
    if row.slips.filter(ended_at=None, bank_lines__outcome="matched").exists():
        raise Refused(_("The money of its slip arrived at the bank; it cannot be void."))
    reason = why.strip()[:200]
    _move(row, State.VOID, voided_at=now, voided_by=by, voided_why=reason)
    row.lines.filter(live=True).update(live=False)
    row.slips.filter(ended_at=None).update(ended_at=now, ended_by=by, ended_why=reason)
    audit("void_collection_batch", row, by=by, now=now, why=why)


@transaction.atomic
def end_slip(slip: Slip, *, why: str, by: User, now: datetime) -> None:
    """It was entered wrongly: another may be entered. Errors: Refused once the batch is confirmed
    or the bank's line is matched with it."""
    _expect_reason(why, _("Say why the slip is struck out."))
    row = locked(slip.batch, by, State.DRAFT, State.BALANCED)
    if slip.bank_lines.filter(outcome="matched").exists():
        raise Refused(_("The bank's statement names this slip; untie that line first."))
    if row.state == State.BALANCED:
        _draft(row)
    changed = Slip.objects.filter(pk=slip.pk, ended_at=None).update(
        ended_at=now, ended_by=by, ended_why=why.strip()[:200]
    )
    if not changed:
        raise Refused(_("This slip was struck out already."))
    audit("end_slip", row, by=by, now=now, why=why, facts={"slip": slip.number})


def locked(batch: CollectionBatch, by: User, *states: str) -> CollectionBatch:
    """The row, locked until the transaction ends. Errors: Refused in any other state."""
    rows = CollectionBatch.objects.select_related("campaign", "region")
    row = rows.select_for_update(of=("self",)).get(pk=batch.pk)
    _expect_own(row.region, by)
    if row.state not in states:
        raise Refused(
            _("The batch is %(state)s; this cannot be done with it.")
            % {"state": row.get_state_display()}
        )
    return row


def numbered_up_to(campaign: Campaign) -> int:
    """The highest number of the campaign; the caller holds its row."""
    rows = CollectionBatch.objects.filter(campaign=campaign)
    return rows.aggregate(last=Max("number"))["last"] or 0


def _put(batch: CollectionBatch, takings: list[Taking], *, first: int) -> None:
    BatchLine.objects.bulk_create(
        (
            BatchLine(
                batch=batch, taking=row, registration_id=row.registration_id,
                resident_id=row.resident_id, line=at, fen=row.fen,
            )
            for at, row in enumerate(takings, start=first)
        ),
        batch_size=1000,
    )  # fmt: skip


def _smallest(takings: list[Taking], region: Region) -> Region:
    """The village where all are of one, else the region that was asked for."""
    places = {row.place_id for row in takings}
    return takings[0].place if len(places) == 1 else region


def _draft(row: CollectionBatch) -> None:
    _move(
        row, State.DRAFT, heads=0, fen=0, balanced_at=None, confirmed_at=None, confirmed_by=None,
        closed_at=None,
    )  # fmt: skip


def _move(row: CollectionBatch, state: str, **fields: Any) -> None:
    CollectionBatch.objects.filter(pk=row.pk).update(state=state, **fields)
    row.state = state


def _facts(takings: list[Taking]) -> dict[str, Any]:
    return {"heads": len(takings), "fen": sum(row.fen for row in takings)}


def _place_in(order: list[str]) -> Callable[[str], int]:
    return lambda key: order.index(key) if key in order else len(order)


def _expect_own(region: Region, by: User) -> None:
    if not region_of(by).contains(region):
        raise Refused(_("This batch is not of your area."))


def _expect_reason(why: str, words: str) -> None:
    if len(why.strip()) < 2:
        raise Refused(words)
