"""Who is to be paid how much, by whom, in which month: derived from the facts, set-based."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from config.lib import copyin, sql
from config.lib.siv import unseal
from enrollment import clock, ports
from enrollment.bulk.profiles import cuts_of
from enrollment.changes import (
    MARKS_CHANGED,
    PAYMENTS_DECIDED,
    PAYMENTS_POSTED,
    REGISTRATION_ENDED,
)
from enrollment.facts import Facts, Mark
from enrollment.models import Campaign, Change
from enrollment.notice import Policy
from enrollment.ports import Funded
from subsidies.elsewhere.pricing import price_proofs
from subsidies.models import PayOut
from subsidies.payouts.accounts import cleaned, fault_of
from subsidies.repricing_rules import shared_out
from subsidies.sections import PayOut as SaidOfPayOuts
from subsidies.sections.timing import NEXT_MONTH
from subsidies.timing import pay_out_of, reimbursed_in

APP = "subsidies"
_FUNDED = ("situation", "funder", "fen", "due_month", "clause", "words")
HEARD = (PAYMENTS_POSTED, PAYMENTS_DECIDED, MARKS_CHANGED, REGISTRATION_ENDED)


@dataclass(frozen=True)
class Due:
    """What pay-outs of one situation have in common. `funders` [[name, fen], …] of a repricing;
    months are their first days, `recognised_in` None where no mark tells."""

    fen: int
    category: str
    hardship: str
    fee_fen: int
    marks: tuple[Mark, ...]
    paid_in: date
    recognised_in: date | None
    funders: tuple[Funded, ...] = ()
    clause: str = ""
    words: str = ""


def look_again(changed: Sequence[Change]) -> None:
    """Pay-outs follow payments and marks; a single registration waits for the next of these."""
    for campaign_id in sorted({row.campaign_id for row in changed if row.kind in HEARD}):
        campaign = Campaign.objects.get(pk=campaign_id)
        derive_pay_outs(campaign, now=clock.now(campaign))


@transaction.atomic
def derive_pay_outs(campaign: Campaign, *, now: datetime) -> None:
    """Bring the pay-outs of a campaign to what the facts say; the same facts change nothing.

    What is in a batch, or was, is never derived away. Source: docs/RULES.md R-255, R-256.
    """
    policy = campaign.policy
    cuts = cuts_of(policy).recognised
    with connection.cursor() as cursor:
        ports.stage_settled(cursor, campaign.pk)
        price_proofs(cursor, campaign, now=now)
        ports.stage_marks(cursor, campaign.pk, cuts)
        sql.run(cursor, APP, "payout_due", {"campaign_id": campaign.pk})
        rows: list[tuple[Any, ...]] = []
        for (
            situation, fen, category, hardship, fee_fen, marks, paid_in, recognised_in, funders,
            clause, words,
        ) in cursor.fetchall():  # fmt: skip
            due = Due(
                fen, category, hardship, fee_fen, ports.parse_marks(marks, cuts), paid_in,
                recognised_in, tuple(Funded(*each) for each in json.loads(funders)), clause, words,
            )  # fmt: skip
            rows += [(situation, *row) for row in funded(policy, due)]
        copyin.copy_rows(cursor, "payout_funded", _FUNDED, rows)
        sql.run(cursor, APP, "payout_write", {"campaign_id": campaign.pk, "now": now})
        _judge_accounts(cursor, campaign)


def _judge_accounts(cursor: Any, campaign: Campaign) -> None:
    """Accounts that nobody has looked at yet: whether anything can go there."""
    new = PayOut.objects.filter(
        campaign=campaign, ended_at=None, account__isnull=False, account_fault=None
    ).values_list("pk", "account")
    judged = [(pk, fault_of(cleaned(unseal(bytes(account or b""))))) for pk, account in new]
    if judged:
        copyin.copy_rows(cursor, "payout_judged", ("id", "fault"), judged)
        sql.run(cursor, APP, "payout_judged")


def funded(policy: Policy, due: Due) -> list[tuple[str, int, date, str, str]]:
    """Funder, fen, month, clause, words: a row for each funder; the fen sum to `due.fen`.

    Where the notice does not say when money goes out, it is the month after the payment.
    Source: docs/RULES.md R-84, R-191, R-255.
    """
    said = pay_out_of(policy["subsidies"], due.hardship) or SaidOfPayOuts(NEXT_MONTH, "", "")
    month = reimbursed_in(said, due.paid_in, due.recognised_in)
    clause, words, funders = due.clause, due.words, due.funders
    if not funders:
        funders, clause, words = _granted(policy, due)
    return [(each.funder, each.fen, month, clause, words) for each in shared_out(funders, due.fen)]


def _granted(policy: Policy, due: Due) -> tuple[tuple[Funded, ...], str, str]:
    """Who pays what a registration grants, by which clause: by the marks of now where they still
    bring its category, else by that category alone."""
    held = [due.marks, (Mark(due.hardship),)]
    for marks in held:
        facts = Facts(category=due.category, marks=marks)
        try:
            subsidy = ports.subsidy(policy, facts, due.fee_fen)
        except ports.NotStated:
            continue
        if subsidy.category == due.hardship:
            clauses = dict.fromkeys(reason.clause for reason in subsidy.because if reason.clause)
            words = "；".join(reason.words for reason in subsidy.because if reason.words)
            return subsidy.funders, "、".join(clauses)[:80], words[:400]
    return (), "", ""
