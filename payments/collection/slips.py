"""The slip (缴款单) by which a batch's money went to the bank. Source: R-378, R-380."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enrollment import attachments
from enrollment.errors import Refused
from enrollment.models import Campaign, SourceFile, User
from payments.collection import batches, statements
from payments.collection.balance import differences
from payments.collection.services import audit
from payments.models import CollectionBatch, Slip
from payments.sections import MoneyInHand

HANDWRITTEN = "handwritten"


@dataclass(frozen=True)
class Written:
    """What a slip says."""

    bank: str
    account: str
    insurance: str
    group: str
    kind: str  # Slip.Kind, or HANDWRITTEN
    number: str
    paid_on: date
    fen: int
    heads: int
    handler: str
    phone: str


@transaction.atomic
def enter_slip(
    batch: CollectionBatch,
    *,
    written: Written,
    attachment: tuple[str, BinaryIO] | None,
    by: User,
    now: datetime,
) -> Slip:
    """Keep a slip of a draft; the batch is balanced where heads and fen agree.

    In:     `attachment`: name and content of its photo or PDF.
    Errors: Refused for a slip written by hand, to another account than the notice names, in the
            future, with a number used before, or where the batch has one already.
    """
    row = batches.locked(batch, by, CollectionBatch.State.DRAFT)
    check(row.campaign, written, now)
    if row.slips.filter(ended_at=None).exists():
        raise Refused(_("This batch has a slip already; strike that out first."))
    file = attachments.keep(row.campaign, SourceFile.Kind.PROOF, attachment, by=by, now=now)
    try:
        with transaction.atomic():
            slip = Slip.objects.create(
                campaign=row.campaign, batch=row, bank=written.bank.strip(),
                account=plain(written.account), insurance=written.insurance.strip(),
                group=written.group.strip(), kind=written.kind, number=written.number.strip(),
                paid_on=written.paid_on, fen=written.fen, heads=written.heads,
                handler=written.handler.strip(), phone=written.phone.strip(), file=file,
                entered_at=now, entered_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(
            _("Slip %(number)s was entered for another batch; look at its number again.")
            % {"number": written.number.strip()}
        ) from None
    audit(
        "enter_slip", row, by=by, now=now,
        facts={"slip": slip.number, "heads": slip.heads, "fen": slip.fen},
    )  # fmt: skip
    if not differences(row):
        batches.balanced(row, by=by, now=now)
    statements.look_again(row.campaign, now=now)
    return slip


def check(campaign: Campaign, written: Written, now: datetime) -> None:
    """Errors: Refused with the clause, for what the notice does not accept."""
    terms: MoneyInHand | None = campaign.policy["money_in_hand"]
    problems = []
    if written.kind not in Slip.Kind.values:
        problems.append(
            _(
                "A slip written by hand is void: only the bank's electronic slip or transfer"
                " voucher counts.%(clause)s"
            )
            % {"clause": _clause(terms)}
        )
    named = [each for each in terms.accounts if each.number] if terms else []
    if named and plain(written.account) not in {plain(each.number) for each in named}:
        accounts = pgettext("list", ", ").join(
            f"{each.name} {each.bank} {each.number}" for each in named
        )
        problems.append(
            _("The notice names another account: %(accounts)s.%(clause)s")
            % {"accounts": accounts, "clause": _clause(terms)}
        )
    if written.paid_on > timezone.localdate(now):
        problems.append(_("The day on the slip lies in the future."))
    if problems:
        raise Refused(problems)


def plain(account: str) -> str:
    """Digits and letters of an account as people write it, without blanks and hyphens."""
    return "".join(account.replace("-", "").split())


def _clause(terms: MoneyInHand | None) -> str:
    return (
        _(" (%(clause)s: %(words)s)") % {"clause": terms.clause, "words": terms.words}
        if terms
        else ""
    )
