"""What the checks of the books say of a row, in the language of who reads it.

A check is an SQL file and says what it found in English, with ids. The same sentences stand here
once more, so that the catalogues hold them; a test compares them with the SQL.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop, pgettext_lazy

SENTENCES = (
    gettext_noop("file %(a)s: %(b)s rows read, %(c)s posted"),
    gettext_noop("file %(a)s: %(b)s fen read, %(c)s posted"),
    gettext_noop("file %(a)s: %(b)s rows declared, %(c)s read"),
    gettext_noop("file %(a)s: %(b)s fen declared, %(c)s read"),
    gettext_noop("file %(a)s repeats file %(b)s, but has %(c)s rows instead of %(d)s"),
    gettext_noop("file %(a)s is not posted, but has %(b)s lines"),
    gettext_noop("file %(a)s is voided, but %(b)s lines of it stand"),
    gettext_noop("file %(a)s was voided, but line %(b)s stands as %(c)s %(d)s"),
    gettext_noop("file %(a)s, line %(b)s: posted %(c)s times"),
    gettext_noop("payment %(a)s: no line of a payment file of this campaign"),
    gettext_noop("payment %(a)s and correction %(b)s have one key"),
    gettext_noop("payment %(a)s: %(b)s fen, of which %(c)s stand somewhere"),
    gettext_noop("payment %(a)s: %(b)s fen matched, its live matches have %(c)s"),
    gettext_noop(
        "payment %(a)s: %(b)s fen reversed and %(c)s refunded, its corrections say %(d)s and %(e)s"
    ),
    gettext_noop("correction %(a)s: tied to payment %(b)s, which is not the one it names"),
    gettext_noop("payment %(a)s: matched, without a live match"),
    gettext_noop("payment %(a)s: %(b)s, with a live match"),
    gettext_noop("match %(a)s: its registration is not one that stands in this campaign"),
    gettext_noop("match %(a)s: person or year of payment %(b)s differ"),
    gettext_noop("match %(a)s: %(b)s fen do not cover its part of %(c)s"),
    gettext_noop("match %(a)s: by hand, without a reason or approved by the proposer"),
    gettext_noop("registration %(a)s, %(b)s: settled %(c)s times"),
    gettext_noop("registration %(a)s, %(b)s: settled, though nothing is due"),
    gettext_noop("registration %(a)s: exempt, without a standing entitlement to %(b)s"),
    gettext_noop("%(a)s %(b)s: %(c)s %(d)s that it names does not exist"),
    gettext_noop("registration %(a)s: the parts are not the fee of %(b)s"),
    gettext_noop("registration %(a)s: subsidised with more than the fee, or less than nothing"),
    gettext_noop("payment %(a)s: more taken back than paid"),
    gettext_noop("payment %(a)s: %(b)s, and matched"),
    gettext_noop("registration %(a)s: %(b)s fen are paid out, %(c)s were paid"),
    gettext_noop("registration %(a)s: %(b)s fen are paid out, %(c)s come back"),
    gettext_noop("repricing %(a)s: %(b)s fen are paid out, %(c)s are owed"),
    gettext_noop("pay-out %(a)s: its registration or repricing is of somebody else"),
    gettext_noop("proof %(a)s (%(b)s): %(c)s fen are paid out, %(d)s were paid elsewhere"),
    gettext_noop("resident %(a)s: paid out by a registration and by a proof from elsewhere"),
    gettext_noop("pay-out %(a)s of %(b)s fen: %(c)s transfers of %(d)s fen"),
    gettext_noop("registration %(a)s: shares of %(b)s fen, %(c)s are due"),
    gettext_noop("transfer %(a)s: its batch is of another funder, month or campaign"),
    gettext_noop("transfer %(a)s: to an account that is not its amount's"),
    gettext_noop("pay-out %(a)s: dropped, and in a batch"),
    gettext_noop("batch %(a)s: without a row"),
    gettext_noop("answer %(a)s of the bank: %(b)s lines of %(c)s"),
    gettext_noop(
        "list %(a)s on behalf: %(b)s people and %(c)s fen on it, %(d)s and %(e)s were sent"
    ),
    gettext_noop("payment %(a)s: %(b)s, derived anew %(c)s"),
    gettext_noop("payment %(a)s: match %(b)s, derived anew %(c)s"),
    gettext_noop("correction %(a)s: payment %(b)s, derived anew %(c)s"),
    gettext_noop("place %(a)s: %(b)s fen by the finance page, %(c)s by the payments"),
    gettext_noop("day %(a)s, channel %(b)s: %(c)s fen by the finance page, %(d)s by the payments"),
    gettext_noop("township %(a)s: %(b)s fen by day, %(c)s by place"),
    gettext_noop("unit %(a)s: %(b)s people by the finance page, %(c)s registered"),
    gettext_noop(
        "settled, own part: %(a)s people and %(b)s fen by the finance page, %(c)s "
        "and %(d)s by the matches"
    ),
    gettext_noop(
        "settled, on behalf: %(a)s people and %(b)s fen by the finance page, %(c)s "
        "and %(d)s by the matches"
    ),
    gettext_noop("all payments: %(a)s fen matched, %(b)s by the matches"),
    gettext_noop("fiscal receipt %(a)s: it takes back %(b)s fen of %(c)s"),
    gettext_noop("file %(a)s is %(b)s, but whether it was voided is said otherwise"),
    gettext_noop("payment %(a)s: %(b)s fen to go back, decided %(c)s"),
    gettext_noop("payment %(a)s: %(b)s, with %(c)s fen open"),
    gettext_noop("match %(a)s: settles a part with others, but is not by hand"),
    gettext_noop("match %(a)s: by hand, without a decision that says so"),
    gettext_noop("decision %(a)s: matches payment %(b)s, which has no such match"),
    gettext_noop("decision %(a)s: of payment %(b)s, which is none of this campaign"),
    gettext_noop("decision %(a)s: its registration is of another person"),
    gettext_noop("claim %(a)s: closed by payment %(b)s, which does not exist"),
    gettext_noop("registration %(a)s, %(b)s: %(c)s fen settle %(d)s"),
    gettext_noop("batch %(a)s: %(b)s heads, %(c)s fen; its lines %(d)s, %(e)s"),
    gettext_noop("batch %(a)s: %(b)s heads, %(c)s fen; its slip %(d)s, %(e)s"),
    gettext_noop("batch %(a)s, line %(b)s: it is not what was taken"),
    gettext_noop("registration %(a)s: in %(b)s batches"),
    gettext_noop("batch %(a)s: void, with lines that count"),
    gettext_noop("batch %(a)s: closed, %(b)s of %(c)s came back"),
    gettext_noop("batch %(a)s, line %(b)s: payment %(c)s settles nothing of this person"),
    gettext_noop("batch %(a)s: confirmed by who made it"),
    gettext_noop("bank line %(a)s: %(b)s fen; its slip %(c)s"),
    gettext_noop("decision %(a)s: stands, derived anew %(b)s"),
    gettext_noop("stop %(a)s: approved, and %(b)s fen of %(c)s are decided to go back"),
    gettext_noop("stop %(a)s: in effect, and its registration stands or is of somebody else"),
    gettext_noop("stop %(a)s: undone, and nothing stands in the place of its registration"),
    gettext_noop("payment %(a)s: %(b)s fen on refund lists up to %(c)s, and %(d)s can go back"),
    gettext_noop("payment %(a)s: %(b)s fen decided to go back, %(c)s were paid"),
    gettext_noop("decision %(a)s: follows %(b)s, which does not stand or is not carried out"),
    gettext_noop("stop %(a)s: follows one that is not in effect, or of another registration"),
    gettext_noop("refund list %(a)s: %(b)s refunds of %(c)s fen on it, %(d)s of %(e)s were sent"),
    gettext_noop("tax bureau: told of %(a)s registrations, its files hold %(b)s"),
    gettext_noop("region %(a)s, %(b)s: rolled up %(c)s, recount %(d)s"),
)
WORDS = {
    "matched": pgettext_lazy("books", "matched"),
    "refund_due": pgettext_lazy("books", "refund_due"),
    "refunded": pgettext_lazy("books", "refunded"),
    "reversed": pgettext_lazy("books", "reversed"),
    "own": pgettext_lazy("books", "own"),
    "on_behalf": pgettext_lazy("books", "on_behalf"),
    "registered": pgettext_lazy("books", "registered"),
    "enrolled": pgettext_lazy("books", "enrolled"),
    "none": pgettext_lazy("books", "none"),
    "another": pgettext_lazy("books", "another"),
}


def _pattern(sentence: str) -> re.Pattern[str]:
    """`payment %(a)s: %(b)s live matches` → a pattern with a group for each letter."""
    parts = re.split(r"%\((\w)\)s", sentence)
    return re.compile(
        "".join(
            f"(?P<{part}>.*?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
        )
    )


_PATTERNS = [(_pattern(sentence), sentence) for sentence in SENTENCES]


def named(check: Mapping[str, Any]) -> str:
    """A check as it is kept, called by its name."""
    name: str = check["name"]
    return gettext(name)


def said(row: str) -> str:
    """A row of a check, translated; as it is where no sentence fits."""
    for pattern, sentence in _PATTERNS:
        if found := pattern.fullmatch(row):
            return gettext(sentence) % {key: _word(text) for key, text in found.groupdict().items()}
    return row


def _word(text: str) -> str:
    return str(WORDS.get(text, text))
