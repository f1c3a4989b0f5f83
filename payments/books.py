"""The books of payments: invariants 1 to 7 and 9 of DESIGN, each a SELECT of what breaks it.

8 (roll-ups) and 10 (finance) belong to reports, which asks for these and adds its own. Whole tables
are read once, for what is doubtful; 3, 4, 5 and 9 compare only that (ADR 19).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from config.lib import sql
from enrollment.models import Campaign
from payments import bulk, rules

NAMES = {
    1: gettext_noop("1 every line of a file is accounted for"),
    2: gettext_noop("2 a payment has one line"),
    3: gettext_noop("3 every fen stands in one place"),
    4: gettext_noop("4 matched means one live match that fits"),
    5: gettext_noop("5 settled means covered, exempt means entitled"),
    6: gettext_noop("6 fees, subsidies and refunds stay within bounds"),
    7: gettext_noop("7 a confirmed batch is its slip"),
    9: gettext_noop("9 standings derived anew are the same"),
}


@dataclass(frozen=True)
class Check:
    """One invariant. `found` breaches where `expected`, 0, is right; `rows` names up to 20.

    `size`, `fen`: how many rows and how much money it proves; 0 and null where nobody counted.
    """

    name: str
    ok: bool
    expected: int
    found: int
    rows: list[str] = field(default_factory=list)
    size: int = 0
    fen: int | None = None


def checks(campaign: Campaign, numbers: Iterable[int] = tuple(NAMES)) -> list[Check]:
    """Prove the books of one campaign, by these checks; writes nothing. Measured in PERFORMANCE.

    Waiting changes must have been consumed: what has not been heard yet is late, not wrong.
    """
    terms = rules.terms_of(campaign)
    subsidies = campaign.policy["subsidies"]
    values = {
        "campaign_id": terms.campaign_id,
        "year": terms.year,
        "household": list(subsidies.household_keys),
        "without_roster": [rule.key for rule in subsidies.categories if rule.without_roster],
    }
    with transaction.atomic(), connection.cursor() as cursor, bulk.whole_tables(cursor):
        bulk.look_for_doubtful(cursor, terms)
        return [_check(number, cursor, terms, values) for number in numbers]


def _check(number: int, cursor: Any, terms: rules.Terms, values: dict[str, Any]) -> Check:
    if number == 9:
        bulk.derive(cursor, terms)
    sql.run(cursor, "payments", f"check_{number}", values)
    rows: list[tuple[str, int]] = cursor.fetchall()
    bulk.clear(cursor)
    found = rows[0][1] if rows else 0
    return Check(NAMES[number], not found, 0, found, [what for what, _found in rows])
