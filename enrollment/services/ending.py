"""Registrations that somebody takes back for others, before any payment."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from enrollment import changes, ports
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Registration, User


def end_registrations(
    campaign: Campaign, registration_ids: Collection[int], *, by: User, now: datetime, why: str
) -> None:
    """All of them or none, in the caller's transaction. Errors: Refused where one is paid or was
    taken back already."""
    ids = sorted(registration_ids)
    rows = Registration.objects.standing().filter(campaign=campaign, pk__in=ids)
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if len(found) != len(ids):
        raise Refused(_("One of these registrations was taken back already."))
    if "paid" in ports.paid_states(campaign.pk, ids).values():
        raise Refused(_("There is a payment for this registration; it is not taken back here."))
    Registration.objects.filter(pk__in=ids).update(ended_at=now, ended_by=by, ended_why=why[:200])
    for row in found:
        changes.append(
            changes.REGISTRATION_ENDED,
            campaign_id=campaign.pk,
            resident_id=row.resident_id,
            at=now,
        )
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=now,
            by=by,
            action="withdraw_registration",
            campaign=campaign,
            object_kind="registration",
            object_id=row.pk,
            why=why[:300],
        )
        for row in found
    )
