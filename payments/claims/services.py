"""Claims of payment: entered, dropped with a reason, taken up again. Source: R-400 to R-403."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment import attachments
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Resident, SourceFile, User
from payments.claims.following import follow
from payments.models import Claim, ClaimEnd

OPENED = "open_claim_screenshot"  # AuditEntry.action
Kind = ClaimEnd.Kind


@dataclass(frozen=True)
class Told:
    """What a person says of a payment."""

    on: date
    channel: str
    fen: int
    receipt: str = ""
    words: str = ""
    phone: str = ""


@transaction.atomic
def enter_claim(
    campaign: Campaign,
    resident: Resident,
    *,
    told: Told,
    screenshot: tuple[str, BinaryIO] | None = None,
    by: User,
    now: datetime,
) -> Claim:
    """A claim, which is closed at once where its payment is here already.

    `screenshot`: name and content of a photo or PDF. Errors: Refused for a day to come, for the
    same payment told twice, for an attachment of another kind or size.
    """
    if campaign.state in (Campaign.State.ARCHIVED, Campaign.State.CLOSED):
        raise Refused(_("This campaign is over; no claim is taken in any more."))
    if told.on > timezone.localdate(now):
        raise Refused(_("This day lies in the future."))
    kind = SourceFile.Kind.EVIDENCE
    file = attachments.keep(campaign, kind, screenshot, by=by, now=now)
    try:
        with transaction.atomic():
            row = Claim.objects.create(
                campaign=campaign, resident=resident, paid_on=told.on,
                channel=told.channel.strip()[:40], fen=told.fen, receipt=told.receipt.strip()[:60],
                told=told.words.strip()[:300], phone=told.phone.strip()[:20],
                screenshot=file, entered_at=now, entered_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(
            _("This payment has been told already: the same person, day and amount.")
        ) from None
    _audit("enter_payment_claim", row, by=by, now=now)
    follow(campaign, now=now, resident_ids=[resident.pk])
    return row


@transaction.atomic
def drop_claim(claim: Claim, *, why: str, by: User, now: datetime) -> None:
    """Nobody looks for the payment any more. Errors: Refused without a reason, or once ended."""
    if len(why.strip()) < 2:
        raise Refused(_("Say why the claim is dropped."))
    row = _locked(claim)
    if ended := ClaimEnd.objects.live().filter(claim=row).first():
        raise Refused(
            _("This claim is %(state)s; somebody was quicker.")
            % {"state": ended.get_kind_display()}
        )
    ClaimEnd.objects.create(claim=row, kind=Kind.DROPPED, at=now, by=by, why=why.strip()[:200])
    _audit("drop_payment_claim", row, by=by, now=now, why=why)


@transaction.atomic
def take_up_claim(claim: Claim, *, why: str, by: User, now: datetime) -> None:
    """It was dropped and is open again. Errors: Refused without a reason, or where it was not."""
    if len(why.strip()) < 2:
        raise Refused(_("Say why the claim is taken up again."))
    row = _locked(claim)
    dropped = ClaimEnd.objects.live().filter(claim=row, kind=Kind.DROPPED)
    if not dropped.update(undone_at=now, undone_by=by, undone_why=why.strip()[:200]):
        raise Refused(_("This claim is not dropped; look at it again."))
    _audit("take_up_payment_claim", row, by=by, now=now, why=why)
    follow(row.campaign, now=now, resident_ids=[row.resident_id])


def log_opening(claim: Claim, *, by: User, at: datetime) -> None:
    """Looking at a screenshot is an act: it may carry numbers in full. `at` is real time."""
    _audit(OPENED, claim, by=by, now=at)


def _locked(claim: Claim) -> Claim:
    """Lock: the row, without keeping ends from naming it."""
    rows = Claim.objects.select_related("campaign").select_for_update(no_key=True, of=("self",))
    return rows.get(pk=claim.pk)


def _audit(action: str, row: Claim, *, by: User, now: datetime, why: str = "") -> None:
    AuditEntry.objects.create(
        at=now, by=by, action=action, campaign_id=row.campaign_id, object_kind="payment_claim",
        object_id=row.pk, why=why.strip()[:300],
        facts={"fen": row.fen, "resident": row.resident_id},
    )  # fmt: skip
