"""Cash is taken, and a taking is withdrawn. Cash taken is not paid. Source: docs/RULES.md R-376."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib import figures
from enrollment.access import region_of
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Region, Registration, User
from payments.collection import queries
from payments.models import CollectionBatch, Taking

MOST_TOLD = 8  # people named in a refusal


@transaction.atomic
def take_cash(
    campaign: Campaign,
    registration_ids: Iterable[int],
    *,
    fen_by_registration: Mapping[int, int] | None = None,
    by: User,
    at: datetime,
    now: datetime,
    source: str = Taking.Source.DESK,
) -> list[Taking]:
    """Note that these people handed over what is due of their own part; all of them or none.

    In:     `at`: when; `fen_by_registration`: what they handed over, where it was written down.
    Out:    one Taking each, in the order of their ids.
    Errors: Refused naming who is not registered here, owes nothing, has paid, whose cash was taken
            before, or who handed over another amount.
    """
    if at > now:
        raise Refused(_("This instant lies in the future."))
    rows = _locked(campaign, set(registration_ids), by)
    states = queries.cash_states(campaign, [row.pk for row in rows])
    said = fen_by_registration or {}
    problems = []
    for row in rows:
        state = states[row.pk]
        problem = state.obstacle
        if not problem and said.get(row.pk, state.due_fen) != state.due_fen:
            problem = _("%(fen)s yuan were handed over, %(due)s yuan are due") % {
                "fen": figures.yuan(said[row.pk]), "due": figures.yuan(state.due_fen),
            }  # fmt: skip
        if problem:
            problems.append(
                _("%(name)s: %(problem)s.") % {"name": row.resident.name, "problem": problem}
            )
    if problems:
        raise Refused([_("No cash was noted."), *told(problems)])
    own = region_of(by)
    takings = [
        Taking(
            campaign=campaign, registration=row, resident_id=row.resident_id,
            place=_place(row, own), hardship=row.hardship, fen=states[row.pk].due_fen,
            source=source, taken_at=at, known_at=now, taken_by=by,
        )
        for row in rows
    ]  # fmt: skip
    try:
        with transaction.atomic():
            made = Taking.objects.bulk_create(takings, batch_size=1000)
    except IntegrityError:
        raise Refused(
            _("Somebody took cash of one of these people just now; look again.")
        ) from None
    AuditEntry.objects.create(
        at=now, by=by, action="take_cash", campaign=campaign, object_kind="campaign",
        object_id=campaign.pk,
        facts={
            "takings": [row.pk for row in made[:1000]], "heads": len(made),
            "fen": sum(row.fen for row in made), "source": source,
        },
    )  # fmt: skip
    return made


@transaction.atomic
def withdraw_taking(
    campaign: Campaign, taking_id: int, *, why: str, by: User, now: datetime
) -> None:
    """It was noted by mistake, or the cash was given back.

    Errors: Refused without a reason, for one withdrawn before, or while it stands in a batch.
    """
    if len(why.strip()) < 2:
        raise Refused(_("Say why the cash is not kept."))
    rows = Taking.objects.visible_to(by).filter(campaign=campaign)
    row = rows.select_for_update(of=("self",)).filter(pk=taking_id).first()
    if row is None:
        raise Refused(_("This cash is not of your area."))
    if row.withdrawn_at:
        raise Refused(_("This cash was given back or struck out already."))
    batch = CollectionBatch.objects.filter(lines__taking=row, lines__live=True).first()
    if batch:
        raise Refused(
            _("This cash stands in batch %(n)s; take it out of there first.") % {"n": batch.number}
        )
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = now, by, why.strip()[:200]
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    AuditEntry.objects.create(
        at=now, by=by, action="withdraw_cash", campaign=campaign, object_kind="resident",
        object_id=row.resident_id, why=why.strip()[:300],
        facts={"taking": row.pk, "fen": row.fen, "taken_at": row.taken_at.isoformat()},
    )  # fmt: skip


def told(problems: list[str]) -> list[str]:
    """The first few of them, and how many more there are."""
    more = len(problems) - MOST_TOLD
    rest = [_("And %(count)s more.") % {"count": more}] if more > 0 else []
    return [*problems[:MOST_TOLD], *rest]


def audit(
    action: str,
    batch: CollectionBatch,
    *,
    by: User,
    now: datetime,
    why: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    AuditEntry.objects.create(
        at=now, by=by, action=action, campaign_id=batch.campaign_id,
        object_kind="collection_batch", object_id=batch.pk, why=why[:300],
        facts={"number": batch.number} | (facts or {}),
    )  # fmt: skip


def day(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}"


def _locked(campaign: Campaign, ids: set[int], by: User) -> list[Registration]:
    """Standing registrations the user sees, locked in the order of their ids. Errors: Refused."""
    if not ids:
        raise Refused(_("Choose who paid."))
    visible = Registration.objects.visible_to(by).standing().filter(campaign=campaign, pk__in=ids)
    rows = list(
        visible.select_for_update(of=("self",), no_key=True)
        .select_related("resident", "unit", "village")
        .order_by("pk")
    )
    if gone := len(ids) - len(rows):
        raise Refused(
            _("%(count)s of these people are not registered in your area any more; look again.")
            % {"count": gone}
        )
    return rows


def _place(row: Registration, own: Region) -> Region:
    return row.unit if own.contains(row.unit) else row.village
