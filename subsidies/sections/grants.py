"""A grant: how much of a fee a category is given, in which way, from whom."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from enrollment.facts import EVERYBODY, Condition, read_condition
from enrollment.notice import Table
from enrollment.sections.shares import WHOLE_BP, Share, read_shares

GRANTS = ("full", "amount", "percent", "as", "none", "unstated")
WITH_MONEY = ("full", "amount", "percent")
HOW = ("on_behalf", "deducted", "reimbursed")
ROUND_TO = {"fen": 1, "jiao": 10, "half_yuan": 50, "yuan": 100}
ROUND = ("nearest", "down", "up")
OWN_BASES = ("fee", "individual", "fiscal")

# Key → the grants in which it means something.
_ONLY_WITH = {
    "amount_fen": ("amount",),
    "percent_bp": ("percent",),
    "base": ("percent",),
    "round_to": ("percent",),
    "round": ("percent",),
    "as": ("as",),
    "paid_already": ("full", "amount", "percent", "as"),
}
# What a category with grants has in each of them, and never inherits to them.
OWN = (*_ONLY_WITH, "how", "funder", "funders")
_NEEDED = {"amount": ("amount_fen",), "percent": ("percent_bp", "base"), "as": ("as",)}


@dataclass(frozen=True)
class Grant:
    """One line of what a category or a supplement brings, for whom `when` holds.

    `grant`: full, amount (`amount_fen`), percent (`percent_bp` of `base`, rounded to `round_to`
    fen), as (what the category `as_key` gets), none (listed, zero), unstated (named, no figure).
    `how` and `shares` of an `as` are empty where the other category's hold. `paid_already`
    "reimbursed": comes back to who had paid before being recognised.
    """

    grant: str
    how: str = ""
    when: Condition = EVERYBODY
    amount_fen: int | None = None
    percent_bp: int | None = None
    base: str = ""
    round_to: int = 1
    round: str = "nearest"
    as_key: str = ""
    shares: tuple[Share, ...] = ()
    paid_already: str = ""
    clause: str = ""
    words: str = ""
    assumed: str = ""


def read_grant(row: Table, *, when: bool, clause: str = "", words: str = "") -> Grant:
    """The grant that a table states. `clause` and `words` are for a table without its own.

    `when`: whether the grant's condition is read here; a category with one grant reads it itself.
    """
    given = {key for key in _ONLY_WITH if row.has(key)}
    grant = row.choice("grant", GRANTS)
    for key in _ONLY_WITH:
        if key in given and grant in GRANTS and grant not in _ONLY_WITH[key]:
            said = _("has no meaning where grant is “%(grant)s”") % {"grant": grant}
            row.complain(key, said)
    empty = {key for key in ("base", "as") if row.is_empty(key)}
    for key in _NEEDED.get(grant, ()):
        if key not in given - empty:
            row.complain(key, _("is needed where grant is “%(grant)s”") % {"grant": grant})
    amount = row.fen("amount_fen", None)
    return Grant(
        grant=grant,
        how=_how(row, grant),
        when=read_condition(row) if when else EVERYBODY,
        amount_fen=amount,
        percent_bp=row.whole("percent_bp", 1, WHOLE_BP, None),
        base=row.text("base", ""),
        round_to=ROUND_TO.get(row.choice("round_to", tuple(ROUND_TO), "fen"), 1),
        round=row.choice("round", ROUND, "nearest"),
        as_key=row.text("as", ""),
        shares=_read_shares(row, amount),
        paid_already=row.choice("paid_already", ("reimbursed",), ""),
        clause=row.text("clause", clause),
        words=row.text("words", words),
        assumed=row.text("assumed", ""),
    )


def _how(row: Table, grant: str) -> str:
    needed = grant in WITH_MONEY and not row.has("how")
    how = row.choice("how", HOW, "")
    if needed:
        expected = _("is missing; expected one of %(words)s") % {"words": ", ".join(HOW)}
        row.complain("how", expected)
    if how == "reimbursed" and row.has("paid_already"):
        row.complain("paid_already", _("has no meaning where how is “reimbursed”: it comes back"))
    return how


def _read_shares(row: Table, amount: int | None) -> tuple[Share, ...]:
    """Who pays, in shares of what is granted; one funder alone pays all of it."""
    alone = row.text("funder", "")
    shares = read_shares(row, "funders", amount, reasons=False)
    if alone and shares:
        row.complain("funder", _("funders say it already: one of the two"))
    return (Share(alone, WHOLE_BP),) if alone else shares
