"""Who stands on the registers of some villages, and what each owes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from config.lib import siv, sql
from enrollment import ports, rules
from enrollment.bulk.profiles import price_profiles
from enrollment.models import Campaign, Region
from enrollment.notice import Policy
from payments.register.rows import Person, in_order
from payments.register.words import INSURANCES, NO_NUMBER, NOTHING, STILL_ASKED, UNPRICED

APP = "payments"


@transaction.atomic
def people_of(
    campaign: Campaign, villages: Sequence[Region], now: datetime, *, full_numbers: bool = False
) -> dict[int, list[Person]]:
    """Village id → its people in the order of the register; of a village without anybody, none.

    Registered people owe their stored own part; the others are priced once for each profile, as
    registering them would. Seven queries and one for each profile's marks, however many they are.
    Source: docs/RULES.md R-369, R-370.
    """
    params = {
        "campaign_id": campaign.pk,
        "villages": [village.pk for village in villages],
        "insurance": campaign.insurance,
        "coverage_from": campaign.coverage_from,
        "at": priced_at(campaign.policy, now),
    }
    names = ports.hardship_names(campaign.policy)
    found: dict[int, list[Person]] = {village.pk: [] for village in villages}
    with connection.cursor() as cursor:
        sql.run(cursor, APP, "register_unregistered", params)
        price_profiles(cursor, campaign, refuse_dead=True)
        sql.run(cursor, APP, "register_people", params)
        columns = [column.name for column in cursor.description or ()]
        for row in cursor.fetchall():
            each = _person(_Row(dict(zip(columns, row, strict=True))), names, full_numbers)
            found[each.village_id].append(each)
    return {pk: in_order(rows) for pk, rows in found.items()}


def priced_at(policy: Policy, now: datetime) -> datetime:
    """Now; before the first window opens, its beginning: registers are made beforehand."""
    if rules.open_window(policy, now) is not None:
        return now
    later = [w.starts for w in rules.registering_windows(policy) if w.starts > now]
    return min(later, default=now)


class _Row:
    """A row of register_people by the names of its columns."""

    def __init__(self, values: dict[str, Any]):
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def _person(row: _Row, names: dict[str, str], full: bool) -> Person:
    registered = row.registration_id is not None
    return Person(
        resident_id=row.id,
        village_id=row.village_id,
        name=row.name,
        relation=row.relation,
        number=_number(row, full),
        category=row.category,
        group=row.group_no,
        household_id=row.household_id,
        household=row.household,
        head=row.head,
        hardship=names.get(row.hardship, row.hardship),
        registration_id=row.registration_id,
        due_fen=_due(row),
        unpriced=UNPRICED.get(row.problem or "", NOTHING),
        paid_fen=int(row.own_paid or 0),
        on_behalf=registered and not row.own_fen and bool(row.on_behalf_fen)
        and (row.behalf_paid or 0) >= row.on_behalf_fen,
        paid_at=timezone.localtime(row.paid_at) if row.paid_at else None,
        channel=row.channel or "",
        cash_fen=row.cash_fen or 0,
        cash_at=timezone.localtime(row.cash_at) if row.cash_at else None,
        batch=row.batch,
        phone=siv.unseal(row.phone) if row.phone else "",
        elsewhere=row.elsewhere or (row.note if row.reason else ""),
        reason=row.reason,
        born_on=row.born_on,
    )  # fmt: skip


def _due(row: _Row) -> int | None:
    """Own part in fen; None where nothing is asked of them or nobody can say."""
    if row.registration_id is not None:
        return int(row.own_fen)
    if row.elsewhere or (row.reason and row.reason not in STILL_ASKED):
        return None
    return None if row.problem is None or row.problem else int(row.priced_fen)


def _number(row: _Row, full: bool) -> str:
    if row.number is None or row.kind in ("birth_certificate", "guardian"):
        return NO_NUMBER
    return siv.unseal(row.number) if full else f"{row.head4}****{row.last4}"


@dataclass(frozen=True)
class Heading:
    """What the notice says of the money, for the head of the sheet."""

    title: str
    fee_fen: int | None
    windows: list[tuple[str, Any]]  # title, last day
    document: str


def heading(campaign: Campaign) -> Heading:
    """From the campaign's policy: fee for everybody, the ends of its windows, the document."""
    policy = campaign.policy
    windows = [w for w in policy["windows"] if not w.when.fields]
    windows.sort(key=lambda w: w.until)
    fee, document = policy["fee"], policy["document"]
    return Heading(
        title=f"{campaign.label}{INSURANCES.get(campaign.insurance, '')}缴费清册",
        fee_fen=fee.individual_fen if fee else None,
        windows=[(w.title, w.last_day) for w in windows],
        document=document.number if document else "",
    )


def note(campaign: Campaign, *, full_numbers: bool) -> str:
    """What stands at the foot of each page, as far as it holds under the policy."""
    categories = getattr(campaign.policy["subsidies"], "categories", ())
    said = ["已在网上缴费的不再收现金。"]
    if any(grant.how == "reimbursed" for each in categories for grant in each.grants):
        said.append("先缴后补的按应缴全额收，补助另行转账。")
    said.append(
        "本册含完整证件号码，妥善保管，用后收回。"
        if full_numbers
        else "证件号码只显示部分，核对以身份证为准。"
    )
    return "".join(said)
