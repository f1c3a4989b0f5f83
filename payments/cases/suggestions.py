"""For whom an open payment may have been: people with the reason each is suggested.

Nothing here matches anything. Source: docs/RULES.md R-364.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.lib import names, sql
from config.lib.siv import head_hash
from enrollment.models import Campaign, Region
from payments.keys import Keys
from payments.models import Cause, Payment

HOLDER = "holder"
FOUND, DECIDED = "found", "decided"  # no suggestions: looked for, or decided upon
WHY: dict[str, str | Promise] = {
    HOLDER: _("holder of the number"),
    "first_15_and_name": _("first 15 digits and name agree"),
    "household_and_name": _("household of the same receipt or number, same name"),
    "village_and_name": _("same village, same name"),
    "township_and_name": _("same township, same name"),
    "village_and_sound": _("same village, name sounds alike"),
    "household": _("same household, has not paid"),
    FOUND: _("looked for by hand"),
    DECIDED: _("as decided"),
}
# Whose number it is says for whom it was; the other causes are no question of the person.
_BY_NAME = (Cause.UNKNOWN_PERSON, Cause.NAME_DIFFERS)
_RELATIVES = (Cause.UNKNOWN_PERSON, Cause.PAID_TWICE, Cause.PAID_THOUGH_EXEMPT)
_ASKED = (*_BY_NAME, *_RELATIVES)


@dataclass(frozen=True)
class Suggestion:
    resident_id: int
    why: str

    @property
    def label(self) -> str:
        return str(WHY[self.why])


def suggestions(
    campaign: Campaign, payments: Iterable[Payment], region: Region
) -> dict[int, list[Suggestion]]:
    """payment id → at most two people of `region`, best first; the number's holder is not among
    them. One statement, however many payments.
    """
    keys = Keys(campaign.pk)
    asked = [_question(keys, each) for each in payments if not each.cause or each.cause in _ASKED]
    found: dict[int, list[Suggestion]] = defaultdict(list)
    if asked:
        with connection.cursor() as cursor:
            values = {
                "campaign_id": campaign.pk,
                "path": region.path,
                "asked": json.dumps(asked),
            }
            sql.run(cursor, "payments", "suggest", values)
            for payment_id, resident_id, why in cursor.fetchall():
                found[payment_id].append(Suggestion(resident_id, why))
    return found


def _question(keys: Keys, payment: Payment) -> dict[str, object]:
    unknown = payment.resident_id is None
    number = payment.number.reveal() if unknown else ""
    by_name = payment.name and (unknown or payment.cause in _BY_NAME)
    prefix = keys.prefix(payment.receipt) if payment.receipt else ""
    return {
        "payment_id": payment.pk,
        "head": head_hash(number).hex() if len(number) >= 15 else None,
        "name_key": payment.name_key,
        "pinyin": names.pinyin_key(payment.name) if by_name else None,
        "township_id": payment.township_id,
        "place": payment.place,
        "holder_id": payment.resident_id,
        "receipt": payment.receipt or None,
        "low": prefix + "0" * 16 if prefix else None,
        "high": prefix + "f" * 16 if prefix else None,
        "relatives": not payment.cause or payment.cause in _RELATIVES,
    }
