"""What the bank says became of a batch, taken in from its file. Source: docs/RULES.md R-294."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib import layout, money
from config.lib.layoutrows import Record, records
from config.lib.siv import unseal
from enrollment.errors import Refused
from enrollment.models import User
from subsidies.models import BankAnswer, BankAnswerLine, PayOut, PayOutBatch, Transfer
from subsidies.payouts.accounts import cleaned
from subsidies.payouts.services import State, audit, confirmed, locked

LAYOUT = Path(settings.BASE_DIR) / "layouts" / "bank-answer.toml"
FIELDS = ("batch", "no", "name", "account", "amount", "result", "why")
Outcome = BankAnswerLine.Outcome
MOST_TOLD = 8  # lines named in a refusal


@dataclass(frozen=True)
class Judged:
    """A line of the file that fits a transfer of the batch."""

    line: int
    transfer: Transfer
    outcome: str
    why: str


@transaction.atomic
def take_in_answer(
    batch: PayOutBatch, *, name: str, data: bytes, by: User, now: datetime
) -> BankAnswer:
    """Every line ends as paid, came back or known before; or the file is refused and nothing has
    changed. Once the bank has answered for every transfer the batch is confirmed.

    Errors: Refused for the same bytes again, another batch, a line that the batch does not have or
    that differs, a line twice, a word that the layout does not know, a file not in the layout.
    """
    row = locked(batch, State.EXPORTED, State.CONFIRMED)
    digest = sha256(data).hexdigest()
    before = BankAnswer.objects.filter(batch__campaign=row.campaign, sha256=digest).first()
    if before:
        raise Refused(
            _("This very file was taken in on %(when)s; nothing has changed.")
            % {"when": f"{timezone.localtime(before.taken_in_at):%Y-%m-%d %H:%M}"}
        )
    judged = _judge(row, _read(data))
    came_back = [each for each in judged if each.outcome == Outcome.RETURNED]
    for each in came_back:
        each.transfer.returned_at, each.transfer.returned_by = now, by
        each.transfer.returned_why = each.why
    fields = ["returned_at", "returned_by", "returned_why"]
    Transfer.objects.bulk_update([each.transfer for each in came_back], fields, batch_size=1000)
    PayOut.objects.filter(pk__in=[each.transfer.pay_out_id for each in came_back]).update(
        account=None, account_fault=None
    )
    found = Counter(each.outcome for each in judged)
    answer = BankAnswer.objects.create(
        batch=row, name=name[:200], sha256=digest, taken_in_at=now, taken_in_by=by,
        read=len(judged), **{outcome.value: found[outcome] for outcome in Outcome},
    )  # fmt: skip
    BankAnswerLine.objects.bulk_create(
        (
            BankAnswerLine(
                answer=answer, line=each.line, transfer=each.transfer, outcome=each.outcome,
                why=each.why,
            )
            for each in judged
        ),
        batch_size=1000,
    )  # fmt: skip
    audit(
        "take_in_bank_answer", row, by=by, now=now,
        facts={"sha256": digest, "read": len(judged), "came_back": found[Outcome.RETURNED]},
    )  # fmt: skip
    open_ones = row.transfers.filter(returned_at=None, answers=None)
    if row.state == State.EXPORTED and not open_ones.exists():
        confirmed(row, by=by, now=now)
    return answer


def _read(data: bytes) -> list[Record]:
    try:
        rows = records(layout.read(LAYOUT, FIELDS), data)
    except layout.LayoutFault as fault:
        raise Refused(_("The file cannot be taken in: %(why)s") % {"why": fault}) from None
    if not rows:
        raise Refused(_("The file has no rows; nothing was taken in."))
    return rows


def _judge(batch: PayOutBatch, rows: Sequence[Record]) -> list[Judged]:
    """Errors: Refused naming the lines that do not fit."""
    transfers = {row.line: row for row in batch.transfers.all()}
    answered = set(
        BankAnswerLine.objects.filter(answer__batch=batch).values_list("transfer", flat=True)
    )
    form = layout.read(LAYOUT, FIELDS)
    found: list[Judged] = []
    problems: list[str] = []
    seen: set[int] = set()
    for row in rows:
        problem, transfer = _fits(batch, transfers, seen, row)
        outcome = form.word(row.cells["result"])
        if not problem and not outcome:
            problem = _("nobody knows the result “%(word)s”") % {"word": row.cells["result"]}
        if not problem and outcome == Outcome.PAID and transfer and transfer.returned_at:
            problem = _("it came back before, and now is said to be paid")
        if problem or transfer is None:
            problems.append(
                _("Line %(line)s: %(problem)s.") % {"line": row.line, "problem": problem}
            )
            continue
        seen.add(transfer.line)
        if outcome == Outcome.RETURNED:
            known = transfer.returned_at is not None
        else:
            known = transfer.pk in answered
        why = row.cells.get("why", "")[:200]
        if outcome == Outcome.RETURNED and not why:
            why = _("the bank gave no reason")
        found.append(Judged(row.line, transfer, Outcome.KNOWN if known else outcome, why))
    if problems:
        more = len(problems) - MOST_TOLD
        told = problems[:MOST_TOLD]
        if more > 0:
            told.append(_("And %(count)s lines more.") % {"count": more})
        raise Refused([_("Nothing was taken in."), *told])
    return found


def _fits(
    batch: PayOutBatch, transfers: dict[int, Transfer], seen: set[int], row: Record
) -> tuple[str, Transfer | None]:
    """Why a line does not fit, else ""; the transfer of the batch that it speaks of."""
    cells = row.cells
    if cells["batch"] != str(batch.pk):
        return _("it is of batch %(other)s") % {"other": cells["batch"] or "–"}, None
    number = int(cells["no"]) if cells["no"].isascii() and cells["no"].isdigit() else 0
    transfer = transfers.get(number)
    if transfer is None:
        return _("the batch has no line %(no)s") % {"no": cells["no"] or "–"}, None
    if number in seen:
        return _("line %(no)s of the batch stands in the file twice") % {"no": number}, None
    if money.to_fen(cells["amount"]) != transfer.fen:
        return _("another amount was sent"), None
    account = cleaned(cells.get("account", ""))
    if account and account != unseal(bytes(transfer.account)):
        return _("another account was sent"), None
    return "", transfer
