"""The bank's statement: each line has one outcome, for a slip, for none known, or told twice.

Source: docs/RULES.md R-382.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from config.lib import dates, figures, layout, money
from config.lib.layoutrows import Record, records
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, User
from payments.collection.services import told
from payments.models import BankLine, BankStatement, Slip

LAYOUT = Path(settings.BASE_DIR) / "layouts" / "bank-statement.toml"
FIELDS = ("date", "amount", "payer", "remark", "serial")
Outcome = BankLine.Outcome
NEAR = timedelta(days=7)  # a slip's money arrives within so many days
_TOKEN = re.compile(r"[0-9A-Za-z-]{4,}")
# Why a line has its outcome: BankLine.rule.
RULES = {
    "number": gettext_lazy("by the number of the slip"),
    "amount_and_date": gettext_lazy("by amount and day"),
    "by_hand": gettext_lazy("tied by a person"),
    "other_amount": gettext_lazy("names a slip of another amount"),
    "other_day": gettext_lazy("names a slip of another day"),
    "several": gettext_lazy("several slips could be meant"),
    "no_slip": gettext_lazy("no slip of this amount and day"),
    "outgoing": gettext_lazy("money that left the account"),
    "told_before": gettext_lazy("stood in an earlier statement"),
    "told_above": gettext_lazy("stands in this file already"),
    "slip_arrived": gettext_lazy("the slip it names arrived before"),
    "untied": pgettext_lazy("bank line", "untied by a person"),
}


@dataclass
class _Line:
    at: int
    on: date
    fen: int
    payer: str
    remark: str
    serial: str

    @property
    def same(self) -> tuple[object, ...]:
        """What tells it from others: its serial where it has one."""
        if self.serial:
            return (self.serial, self.on, self.fen)
        return (self.on, self.fen, self.payer, self.remark)


@transaction.atomic
def take_in_statement(
    campaign: Campaign, *, name: str, data: bytes, by: User, now: datetime
) -> BankStatement:
    """Every line ends as matched, unknown or twice; or the file is refused and nothing changed.

    Errors: Refused for the same bytes again, or a file not in the layout, naming its lines.
    """
    _alone(campaign)
    digest = sha256(data).hexdigest()
    before = BankStatement.objects.filter(campaign=campaign, sha256=digest).first()
    if before:
        raise Refused(
            _("This very file was taken in on %(when)s; nothing has changed.")
            % {"when": f"{timezone.localtime(before.taken_in_at):%Y-%m-%d %H:%M}"}
        )
    lines = _read(data)
    statement = BankStatement.objects.create(
        campaign=campaign, name=name[-200:], sha256=digest, taken_in_at=now, taken_in_by=by,
        read=len(lines), fen=sum(line.fen for line in lines),
    )  # fmt: skip
    rows = [
        BankLine(
            statement=statement, line=line.at, arrived_on=line.on, fen=line.fen, payer=line.payer,
            remark=line.remark, serial=line.serial, outcome=Outcome.UNKNOWN,
        )
        for line in lines
    ]  # fmt: skip
    _judge(rows, _Slips(campaign), _told_before(campaign, lines))
    BankLine.objects.bulk_create(rows, batch_size=1000)
    AuditEntry.objects.create(
        at=now, by=by, action="take_in_bank_statement", campaign=campaign,
        object_kind="bank_statement", object_id=statement.pk,
        facts={"sha256": digest, "read": len(rows), **Counter(row.outcome for row in rows)},
    )  # fmt: skip
    return statement


def heads() -> list[str]:
    """The columns of a statement, as the bank is asked to name them."""
    return [column.head for column in layout.read(LAYOUT, FIELDS).columns]


def look_again(campaign: Campaign, *, now: datetime) -> None:
    """Lines that were for no known slip, once another slip is known."""
    rows = list(
        BankLine.objects.filter(
            statement__campaign=campaign, outcome=Outcome.UNKNOWN, fen__gt=0
        ).exclude(rule="untied")
    )
    if not rows:
        return
    _judge(rows, _Slips(campaign), {})
    BankLine.objects.bulk_update(rows, ["outcome", "slip", "rule"], batch_size=1000)


@transaction.atomic
def tie(line: BankLine, slip: Slip, *, by: User, now: datetime) -> None:
    """A person says which slip an unknown line is. Errors: Refused for another amount, or where
    either has found the other already."""
    campaign = line.statement.campaign
    _alone(campaign)
    row = BankLine.objects.select_for_update().get(pk=line.pk)
    if row.outcome != Outcome.UNKNOWN:
        raise Refused(_("This line is not open any more."))
    if slip.campaign_id != campaign.pk or slip.ended_at:
        raise Refused(_("This slip was struck out."))
    if row.fen != slip.fen:
        raise Refused(
            _("The line says %(line)s yuan, the slip %(slip)s yuan.")
            % {"line": figures.yuan(row.fen), "slip": figures.yuan(slip.fen)}
        )
    row.outcome, row.slip, row.rule = Outcome.MATCHED, slip, "by_hand"
    row.tied_at, row.tied_by = now, by
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(_("Another line of the bank was matched with this slip.")) from None
    _audit("tie_bank_line", row, campaign, by, now, "")


@transaction.atomic
def untie(line: BankLine, *, why: str, by: User, now: datetime) -> None:
    """Errors: Refused without a reason, or unless it is matched."""
    if len(why.strip()) < 2:
        raise Refused(_("Say why the line is untied."))
    campaign = line.statement.campaign
    _alone(campaign)
    row = BankLine.objects.select_for_update().get(pk=line.pk)
    if row.outcome != Outcome.MATCHED:
        raise Refused(_("This line is matched with no slip."))
    _audit("untie_bank_line", row, campaign, by, now, why)
    row.outcome, row.slip, row.rule = Outcome.UNKNOWN, None, "untied"
    row.tied_at, row.tied_by = now, by
    row.save()


def suggestions(campaign: Campaign, line: BankLine) -> list[Slip]:
    """Slips without a line whose amount is that of an unknown line, nearest day first."""
    if line.outcome != Outcome.UNKNOWN:
        return []
    rows = waiting_slips(campaign).filter(fen=line.fen).select_related("batch__region")
    return sorted(rows, key=lambda slip: (abs(slip.paid_on - line.arrived_on), slip.pk))[:5]


def waiting_slips(campaign: Campaign) -> QuerySet[Slip]:
    """Slips for which no line of the bank has come."""
    arrived = BankLine.objects.filter(outcome=Outcome.MATCHED).values("slip")
    return Slip.objects.filter(campaign=campaign, ended_at=None).exclude(pk__in=arrived)


def late_slips(campaign: Campaign, now: datetime) -> QuerySet[Slip]:
    """Those that wait longer than the notice says; none where it says never."""
    days = campaign.policy["payments"].slip_within_days
    rows = waiting_slips(campaign)
    if not days:
        return rows.none()
    return rows.filter(paid_on__lt=timezone.localdate(now) - timedelta(days=days))


def with_outcomes(rows: QuerySet[BankStatement]) -> QuerySet[BankStatement]:
    """Newest first, with how many of their lines are matched, unknown, twice."""
    told = {value: Count("lines", filter=Q(lines__outcome=value)) for value in Outcome.values}
    return rows.annotate(**told).order_by("-pk")


def outcomes(statement: BankStatement) -> list[tuple[str, str, int, int]]:
    """Outcome, its word, lines and fen; together what the file has."""
    rows = statement.lines.values_list("outcome").annotate(Count("pk"), Sum("fen")).order_by()
    found = {outcome: (count, fen) for outcome, count, fen in rows}
    return [(one.value, str(one.label), *found.get(one.value, (0, 0))) for one in Outcome]


class _Slips:
    """The slips that stand: by number, by amount and day; those that have arrived."""

    def __init__(self, campaign: Campaign):
        rows = list(Slip.objects.filter(campaign=campaign, ended_at=None))
        self.by_number = {_key(row.number): row for row in rows}
        self.by_sum: dict[tuple[int, date], list[Slip]] = defaultdict(list)
        for row in rows:
            self.by_sum[row.fen, row.paid_on].append(row)
        matched = BankLine.objects.filter(slip__in=[row.pk for row in rows])
        self.arrived = set(
            matched.filter(outcome=Outcome.MATCHED).values_list("slip_id", flat=True)
        )

    def named(self, row: BankLine) -> Slip | None:
        words = {*_TOKEN.findall(row.remark), *_TOKEN.findall(row.payer), row.serial}
        found = [self.by_number[key] for word in words if (key := _key(word)) in self.by_number]
        return found[0] if len({slip.pk for slip in found}) == 1 else None


def _judge(
    rows: list[BankLine], slips: _Slips, before: dict[tuple[object, ...], int | None]
) -> None:
    """Outcome, slip and rule of each line; those that name a slip first."""
    rest = []
    above: set[tuple[object, ...]] = set()
    for row in rows:
        same = _of(row).same
        if row.fen <= 0:
            row.rule = "outgoing"
        elif same in before:
            row.outcome, row.slip_id, row.rule = Outcome.TWICE, before[same], "told_before"
        elif row.serial and same in above:
            row.outcome, row.rule = Outcome.TWICE, "told_above"
        elif slip := slips.named(row):
            _by_number(row, slip, slips)
        else:
            rest.append(row)
        above.add(same)
    sums = Counter((row.fen, row.arrived_on) for row in rest)
    for row in rest:
        here = (row.fen, row.arrived_on)
        free = [slip for slip in slips.by_sum[here] if slip.pk not in slips.arrived]
        if len(free) == 1 and sums[here] == 1:
            row.outcome, row.slip, row.rule = Outcome.MATCHED, free[0], "amount_and_date"
            slips.arrived.add(free[0].pk)
        else:
            row.rule = "several" if free else "no_slip"


def _by_number(row: BankLine, slip: Slip, slips: _Slips) -> None:
    if slip.fen != row.fen:
        row.rule = "other_amount"
    elif slip.pk in slips.arrived:
        row.outcome, row.slip, row.rule = Outcome.TWICE, slip, "slip_arrived"
    elif abs(slip.paid_on - row.arrived_on) > NEAR:
        row.rule = "other_day"
    else:
        row.outcome, row.slip, row.rule = Outcome.MATCHED, slip, "number"
        slips.arrived.add(slip.pk)


def _told_before(
    campaign: Campaign, lines: Sequence[_Line]
) -> dict[tuple[object, ...], int | None]:
    """What earlier statements said of the same days → the slip it was for."""
    if not lines:
        return {}
    days = [line.on for line in lines]
    rows = BankLine.objects.filter(
        statement__campaign=campaign, arrived_on__range=(min(days), max(days))
    )
    return {_of(row).same: row.slip_id for row in rows}


def _of(row: BankLine) -> _Line:
    return _Line(row.line, row.arrived_on, row.fen, row.payer, row.remark, row.serial)


def _key(text: str) -> str:
    return text.replace("-", "").upper()


def _read(data: bytes) -> list[_Line]:
    try:
        rows = records(layout.read(LAYOUT, FIELDS), data)
    except layout.LayoutFault as fault:
        raise Refused(_("The file cannot be taken in: %(why)s") % {"why": fault}) from None
    if not rows:
        raise Refused(_("The file has no rows; nothing was taken in."))
    found, problems = [], []
    for row in rows:
        line = _line(row)
        if isinstance(line, str):
            problems.append(_("Line %(line)s: %(problem)s.") % {"line": row.line, "problem": line})
        else:
            found.append(line)
    if problems:
        raise Refused([_("Nothing was taken in."), *told(problems)])
    return found


def _line(row: Record) -> _Line | str:
    """The line, or what is wrong with it."""
    on = dates.to_instant(row.cells["date"])
    day = on.date() if isinstance(on, datetime) else on
    fen = money.to_fen(row.cells["amount"])
    if day is None:
        return _("“%(text)s” is no day") % {"text": row.cells["date"]}
    if fen is None or abs(fen) > 10**14:
        return _("“%(text)s” is no amount") % {"text": row.cells["amount"]}
    return _Line(
        row.line, day, fen, row.cells.get("payer", "")[:80], row.cells.get("remark", "")[:200],
        row.cells.get("serial", "")[:60],
    )  # fmt: skip


def _alone(campaign: Campaign) -> None:
    """One statement or tie at a time for a campaign."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)


def _audit(
    action: str, row: BankLine, campaign: Campaign, by: User, now: datetime, why: str
) -> None:
    AuditEntry.objects.create(
        at=now, by=by, action=action, campaign=campaign, object_kind="bank_line",
        object_id=row.pk, why=why.strip()[:300], facts={"slip": row.slip_id, "fen": row.fen},
    )  # fmt: skip
