"""What the notice says about money: [payments], [[refunds]], [[channels]], [money_in_hand]."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from enrollment.notice import Table, register_section

PARTS = ("own", "all", "none")
BEFORE = ("coverage_from", "benefit_from")
SECOND_PERSON = "second_person"
FILE_EVERY_DAYS = 7  # where the notice says nothing: assumed, R-361
SLIP_ARRIVES_DAYS = 3  # the same, R-382
KINDS = ("online", "counter", "collector", "on_behalf")


@dataclass(frozen=True)
class PaymentRules:
    """late = "mark": a late payment matches and is marked; "hold": it stays open.

    accept = "second_person": a file is posted once somebody who did not send it accepts it.
    file_every_days: a file is missing after so many days of collection; 0: never; None: not said.
    slip_arrives_days: a slip's money is missing at the bank after so many days; as above.
    """

    late: str = "mark"
    accept: str = "sender"
    file_every_days: int | None = None
    slip_arrives_days: int | None = None
    assumed: str = ""
    clause: str = ""
    words: str = ""

    @property
    def file_within_days(self) -> int:
        """After so many days without a file one is missing; 0: never."""
        return FILE_EVERY_DAYS if self.file_every_days is None else self.file_every_days

    @property
    def slip_within_days(self) -> int:
        """After so many days without a line of the bank a slip is told; 0: never."""
        return SLIP_ARRIVES_DAYS if self.slip_arrives_days is None else self.slip_arrives_days


@dataclass(frozen=True)
class RefundRule:
    """`until`: the last day; `before`: only before that day. "": no such bound.

    `part`: "own" what the person bore, "all" what was paid for them too, "none" nothing.
    """

    reason: str
    name: str
    until: date | None
    before: str
    part: str
    forbidden_by_use: bool
    clause: str
    words: str
    assumed: str


@dataclass(frozen=True)
class Channel:
    """A way to pay; `synonyms` are what files call it beside its name."""

    key: str
    name: str
    kind: str
    steps: tuple[str, ...]
    synonyms: tuple[str, ...]
    clause: str
    words: str


@dataclass(frozen=True)
class Account:
    """An account into which collected money goes, as the notice prints it."""

    name: str
    bank: str
    number: str
    words: str


@dataclass(frozen=True)
class MoneyInHand:
    """Limits on what a collector may hold; None: no such limit."""

    limit_fen: int | None
    limit_working_days: int | None
    first_day_counts: bool
    account: str
    accounts: tuple[Account, ...]
    clause: str
    words: str
    assumed: str


def register_sections() -> None:
    register_section("payments", read_payments)
    register_section("refunds", read_refunds)
    register_section("channels", read_channels)
    register_section("money_in_hand", read_money_in_hand)


def read_payments(section: Table) -> PaymentRules:
    table = section.table("payments", None)
    if table is None:
        return PaymentRules()
    rules = PaymentRules(
        late=table.choice("late", ("mark", "hold")),
        accept=table.choice("accept", ("sender", SECOND_PERSON), "sender"),
        file_every_days=table.whole("file_every_days", 0, 366, None),
        slip_arrives_days=table.whole("slip_arrives_days", 0, 366, None),
        assumed=table.text("assumed", ""),
        clause=table.text("clause", ""),
        words=table.text("words", ""),
    )
    table.done()
    return rules


def read_refunds(section: Table) -> tuple[RefundRule, ...]:
    rules = []
    for table in section.tables("refunds", []):
        used = table.choice("benefits_used", ("forbids", "ignored"), "ignored")
        rules.append(
            RefundRule(
                reason=table.text("reason"),
                name=table.text("name"),
                until=table.on("until", None),
                before=table.choice("before", BEFORE, ""),
                part=table.choice("part", PARTS, "own"),
                forbidden_by_use=used == "forbids",
                clause=table.text("clause"),
                words=table.text("words"),
                assumed=table.text("assumed", ""),
            )
        )
        table.done()
    return tuple(rules)


def read_channels(section: Table) -> tuple[Channel, ...]:
    """Complains of a word that would mean two channels."""
    channels: list[Channel] = []
    meant: dict[str, str] = {}
    for table in section.keyed_tables("channels", []):
        channel = Channel(
            key=table.text("key"),
            name=table.text("name"),
            kind=table.choice("kind", KINDS),
            steps=table.texts("steps", []),
            synonyms=table.texts("synonyms", []),
            clause=table.text("clause", ""),
            words=table.text("words", ""),
        )
        for key, word in [("name", channel.name), *(("synonyms", w) for w in channel.synonyms)]:
            if word is not None and meant.setdefault(plain(word), channel.key) != channel.key:
                said = _("“%(word)s” means another channel already") % {"word": word}
                table.complain(key, said)
        channels.append(channel)
        table.done()
    return tuple(channels)


def plain(text: str) -> str:
    """A channel's word as files differ in it: widths, capitals and blanks are no difference."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def read_money_in_hand(section: Table) -> MoneyInHand | None:
    table = section.table("money_in_hand", None)
    if table is None:
        return None
    terms = MoneyInHand(
        limit_fen=table.whole("limit_fen", 1, None, None),
        limit_working_days=table.whole("limit_working_days", 1, 60, None),
        first_day_counts=table.flag("first_day_counts", False),
        account=table.text("account", ""),
        accounts=tuple(_account(row) for row in table.tables("accounts", [])),
        clause=table.text("clause"),
        words=table.text("words"),
        assumed=table.text("assumed", ""),
    )
    table.done()
    return terms


def _account(row: Table) -> Account:
    account = Account(
        name=row.text("name"),
        bank=row.text("bank", ""),
        number=row.text("number", ""),
        words=row.text("words", ""),
    )
    row.done()
    return account
