"""Making and withdrawing a list of what is paid on behalf. Source: docs/RULES.md R-265, R-266."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Region, User
from enrollment.ports import Funded
from subsidies.models import OnBehalfEntry, OnBehalfList

MADE, TAKEN_OUT, WITHDRAWN = "make_on_behalf", "take_out_on_behalf", "withdraw_on_behalf"


@dataclass(frozen=True)
class Line:
    """A registration whose part goes on the list."""

    registration_id: int
    fen: int
    hardship: str


def make_list(
    *,
    campaign: Campaign,
    region: Region,
    lines: Sequence[Line],
    funders: Sequence[Funded],
    layout: str,
    content: bytes,
    by: User,
    now: datetime,
    at: datetime,
) -> OnBehalfList:
    """A list of these lines, nobody of whom is on another; `content` is the file that leaves.

    `now` is the campaign's clock, `at` real time. Errors: Refused where nobody waits, or somebody
    else was quicker.
    """
    if not lines:
        raise Refused(_("Nobody waits here for a payment on behalf."))
    try:
        with transaction.atomic():
            Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
            last = OnBehalfList.objects.filter(campaign=campaign).aggregate(n=Max("number"))["n"]
            row = OnBehalfList.objects.create(
                campaign=campaign,
                region=region,
                number=(last or 0) + 1,
                layout=layout,
                people=len(lines),
                fen=sum(line.fen for line in lines),
                funders=[[each.funder, each.fen] for each in funders],
                sha256=sha256(content).hexdigest(),
                made_at=now,
                made_by=by,
            )
            OnBehalfEntry.objects.bulk_create(
                OnBehalfEntry(
                    list=row, registration_id=each.registration_id, fen=each.fen,
                    hardship=each.hardship,
                )
                for each in lines
            )  # fmt: skip
            log(row, MADE, by=by, at=at)
            return row
    except IntegrityError:
        raise Refused(_("Somebody has just put these people on a list.")) from None


@transaction.atomic
def withdraw_list(row: OnBehalfList, *, why: str, by: User, now: datetime, at: datetime) -> None:
    """Its people may stand on another list. Errors: Refused without a reason, or when withdrawn."""
    if len(why.strip()) < 2:
        raise Refused(_("Say why the list is withdrawn."))
    standing = OnBehalfList.objects.filter(pk=row.pk, ended_at=None)
    if not standing.update(ended_at=now, ended_by=by, ended_why=why.strip()[:200]):
        raise Refused(_("The list was withdrawn before."))
    OnBehalfEntry.objects.filter(list=row).update(live=False)
    log(row, WITHDRAWN, by=by, at=at, why=why)


def log(row: OnBehalfList, action: str, *, by: User, at: datetime, why: str = "") -> None:
    """One act for all the numbers that the list carries."""
    AuditEntry.objects.create(
        at=at,
        by=by,
        action=action,
        campaign_id=row.campaign_id,
        object_kind="on_behalf_list",
        object_id=row.pk,
        why=why.strip()[:300],
        facts={"people": row.people, "fen": row.fen, "sha256": row.sha256},
    )
