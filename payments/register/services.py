"""Handing out registers: each is numbered, and who took it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Region, User
from payments.models import RegisterIssue
from payments.register import queries
from payments.register.rows import Page, Person, Sums, pages, sums_of

MOST_PEOPLE = 20_000  # at once: what a browser prints and a workbook opens without waiting long


@dataclass(frozen=True)
class Register:
    """An issue with the rows that it was made of, which nobody keeps."""

    issue: RegisterIssue
    village: Region
    people: list[Person]
    sums: Sums

    @property
    def pages(self) -> list[Page]:
        return pages(self.people)


@transaction.atomic
def issue_registers(
    campaign: Campaign,
    villages: Sequence[Region],
    *,
    form: str,
    by: User,
    now: datetime,
    group: str = "",
    full_numbers: bool = False,
    why: str = "",
) -> list[Register]:
    """The registers of these villages, in their order; villages without people have none.

    In:     villages the user may see; `group`: only that group of theirs; `why`: of full numbers.
    Errors: Refused for full numbers without a reason, nobody at all, more than MOST_PEOPLE.
    Source: docs/RULES.md R-369.
    """
    why = why.strip()[:200]
    if full_numbers and len(why) < 2:
        raise Refused(_("Say what the full numbers are needed for."))
    # Important: in one order, so that two who print the same villages wait, and never block.
    locked = Region.objects.filter(pk__in=[v.pk for v in villages]).order_by("pk")
    list(locked.select_for_update(no_key=True))
    found = queries.people_of(campaign, villages, now, full_numbers=full_numbers)
    chosen = {
        village: [each for each in found[village.pk] if group in ("", each.group)]
        for village in villages
    }
    people = sum(map(len, chosen.values()))
    if not people:
        raise Refused(_("Nobody is known there; import the residents first."))
    if people > MOST_PEOPLE:
        raise Refused(
            _("%(people)s people are more than one print takes (%(most)s): choose fewer villages.")
            % {"people": f"{people:,}", "most": f"{MOST_PEOPLE:,}"}
        )
    serials = dict(
        RegisterIssue.objects.filter(campaign=campaign, village__in=villages)
        .order_by()
        .values_list("village")
        .annotate(Max("serial"))
    )
    made = []
    for village, rows in chosen.items():
        if not rows:
            continue
        sums = sums_of(rows)
        issue = RegisterIssue(
            campaign=campaign, village=village, serial=serials.get(village.pk, 0) + 1,
            group_no=group, form=form, people=sums.people, due_fen=sums.due_fen,
            paid_fen=sums.paid_fen, full_numbers=full_numbers, why=why if full_numbers else "",
            made_at=now, made_by=by,
        )  # fmt: skip
        made.append(Register(issue, village, rows, sums))
    RegisterIssue.objects.bulk_create([each.issue for each in made])
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=now, by=by, action="issue_payment_register", campaign=campaign,
            object_kind="register_issue", object_id=each.issue.pk, why=why[:300],
            facts={
                "number": each.issue.label, "village": each.village.pk, "group": group,
                "form": form, "people": each.sums.people, "due_fen": each.sums.due_fen,
                "full_numbers": full_numbers,
            },
        )
        for each in made
    )  # fmt: skip
    return made
