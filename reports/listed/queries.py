"""Cases: who stands on which list and is registered, what the notice says, what was decided."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib import sql
from enrollment.models import Campaign, Region, Registration
from enrollment.notice import Policy
from enrollment.ports import Reason
from payments.models import Stop
from payments.refund_requests.foresee import Basis, bases_of, by_rule
from reports.missed.rules import excused
from subsidies.list_decisions import NEGATIVE, Case

STATES = ("unpaid", "paid", "decided", "reversed")
# What notices call the reason of a refund that a list tells.
REFUNDS = {
    "dead": ("death",),
    "employee": ("employee_insurance",),
    "elsewhere": ("other_area", "duplicate_other_province", "duplicate"),
    "army": ("army",),
    "prison": ("prison",),
}


@dataclass(frozen=True)
class Found:
    """One case as the page shows it. Fen; the number is masked."""

    state: str
    listing_id: int
    kind: str
    since: date
    source: str
    file_id: int | None
    registration_id: int
    resident_id: int
    registered_at: datetime
    own_fen: int
    on_behalf_fen: int
    reimbursed_fen: int
    hardship: str
    paid_own_fen: int
    paid_on_behalf_fen: int
    decision: str | None
    why: str | None
    at: datetime | None
    back_fen: int | None
    clause: str | None
    words: str | None
    name: str
    head4: str | None
    last4: str | None
    unit: str
    by: str | None

    @property
    def key(self) -> str:
        return f"{self.listing_id}-{self.registration_id}"

    @property
    def masked(self) -> str:
        return f"{self.head4}****{self.last4}" if self.last4 else "—"

    @property
    def paid_fen(self) -> int:
        return self.paid_own_fen + self.paid_on_behalf_fen


_COLUMNS = """
select c.state, c.listing_id, c.kind, c.since, c.source, c.file_id, c.registration_id,
       c.resident_id, c.registered_at, c.own_fen, c.on_behalf_fen, c.reimbursed_fen, c.hardship,
       c.paid_own_fen,
       c.paid_on_behalf_fen, c.decision, c.why, c.at, c.back_fen, c.clause, c.words,
       p.name, paper.head4, paper.last4, unit.name, coalesce(nullif(u.full_name, ''), u.username)
from listed_case c
join enrollment_resident p on p.id = c.resident_id
join enrollment_region unit on unit.id = c.unit_id
left join enrollment_identity paper on paper.resident_id = p.id and paper.current
left join enrollment_user u on u.id = c.by_id
where c.state = %(state)s and (%(kind)s = '' or c.kind = %(kind)s)
order by c.weight, unit.position, unit.id, p.pinyin, p.id, c.listing_id
limit %(limit)s offset %(offset)s
"""


@transaction.atomic
def cases(
    campaign: Campaign,
    region: Region,
    state: str,
    kind: str = "",
    *,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[list[Found], dict[tuple[str, str], int]]:
    """A page of the cases of a state; and how many there are by (state, kind)."""
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists listed_case")
        values = {"campaign": campaign.pk, "path": region.path, "kinds": list(NEGATIVE)}
        sql.run(cursor, "reports", "listed_cases", values)
        cursor.execute("select state, kind, count(*) from listed_case group by 1, 2")
        counts = {(state, kind): n for state, kind, n in cursor.fetchall()}
        page = {"state": state, "kind": kind, "limit": limit, "offset": offset}
        cursor.execute(_COLUMNS, page)
        return [Found(*row) for row in cursor.fetchall()], counts


def to_decide(campaign: Campaign, found: Collection[Found], now: datetime) -> Iterator[Case]:
    """The cases as they can be decided, with what the notice gives back: as a request for it would
    say."""
    paid = {each.registration_id for each in found if each.paid_fen}
    rows = Registration.objects.filter(pk__in=paid).select_related("resident", "village")
    bases = bases_of(campaign, list(rows)) if paid else {}
    on = timezone.localdate(now)
    for each in found:
        basis = bases.get(each.registration_id)
        fen, clause, words = _back(campaign, each, basis, on) if basis else (0, "", "")
        yield Case(each.listing_id, each.registration_id, each.paid_fen > 0, fen, clause, words)


def refund_reason(policy: Policy, kind: str) -> str | None:
    """What the notice calls the reason that a list of this kind tells; None: it does not say."""
    stated = [rule.reason for rule in policy["refunds"]]
    return next((reason for reason in REFUNDS[kind] if reason in stated), None)


def _back(campaign: Campaign, each: Found, basis: Basis, on: date) -> tuple[int, str, str]:
    """Fen that go back for what the list tells, with clause and words. Source: R-57, R-299."""
    reason = refund_reason(campaign.policy, each.kind)
    if reason is None:
        return 0, "", _("The notice speaks of no refund for this.")
    coming = by_rule(campaign, basis, reason, on)
    words = coming.words
    if coming.fen and coming.asks_use:
        words += _(" It is to be asked whether benefits were used; then nothing goes back.")
    return coming.fen, coming.clause, words


def requests_of(found: Collection[Found]) -> dict[int, Stop]:
    """Registration id → the last request to end it and give something back that stands."""
    rows = Stop.objects.standing().filter(registration__in=[each.registration_id for each in found])
    return {row.registration_id: row for row in rows.order_by("pk")}


def against(policy: Policy) -> dict[str, Reason]:
    """Kind of list → the clause by which nobody on it may enroll, where the notice has one."""
    return excused(policy)


def chosen(found: Sequence[Found], keys: Collection[str]) -> list[Found]:
    return [each for each in found if each.key in keys]
