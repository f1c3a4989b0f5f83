"""One row of a returned register beside what was printed and what we hold now.

A cell that still says what was printed proposes nothing. One that says what we hold now proposes
nothing either. Anything else is a proposal, or a problem that rejects the row.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.lib import idnumber, siv
from config.lib.figures import yuan
from config.lib.names import name_key
from enrollment.models import Campaign, Region
from payments.models import RegisterIssue, RegisterProposal
from payments.register.keys import NOBODY, RowKey
from payments.register.reading import Read
from payments.register.rows import Person
from payments.register.words import CASH_WORDS, CATEGORY_WORDS, COLUMNS, REASON_WORDS, reason_word

Kind = RegisterProposal.Kind
State = RegisterProposal.State
PLAIN = ("name", "relation", "phone")  # corrected as written
OF_HOUSEHOLD = ("group", "head")


@dataclass(frozen=True)
class Proposed:
    issue_id: int
    resident_id: int | None
    kind: str
    field: str
    before: str | None
    after: str
    fen: int | None = None
    replaces: int | None = None

    @property
    def key(self) -> bytes:
        """The same proposal has the same key, whichever file brings it. Keyed: it holds numbers."""
        said = [self.issue_id, self.resident_id, self.kind, self.field, self.after]
        secret = siv.ring().derive("proposals of payment registers")
        return blake2b(json.dumps(said).encode(), key=secret, digest_size=32).digest()


@dataclass
class Told:
    """What became of a row: known, new (an addition), changed, rejected (column, code, message)."""

    row: Read
    outcome: str = "known"
    proposals: list[Proposed] = field(default_factory=list)
    column: str = ""
    code: str = ""
    message: str = ""


class Bad(Exception):
    def __init__(self, column: str, code: str, message: str):
        self.column, self.code, self.message = column, code, message
        super().__init__(code)


@dataclass
class Found:
    """Proposals made before: those that wait, by person and field; all keys."""

    waiting: dict[tuple[int | None, str, str], tuple[int, bytes]]
    known: set[bytes]

    @classmethod
    def of(cls, campaign: Campaign, villages: Sequence[Region]) -> "Found":
        rows = RegisterProposal.objects.filter(campaign=campaign, issue__village__in=villages)
        waiting: dict[tuple[int | None, str, str], tuple[int, bytes]] = {}
        known: set[bytes] = set()
        for row in rows.only("pk", "resident_id", "kind", "field", "state", "key"):
            key = bytes(row.key)
            if row.state == State.PROPOSED and row.resident_id:
                waiting[row.resident_id, row.kind, row.field] = (row.pk, key)
            # What was accepted stands with the person now, but cash and people come once.
            if row.state in (State.PROPOSED, State.REFUSED) or (
                row.state == State.ACCEPTED and row.kind in (Kind.CASH, Kind.ADDITION)
            ):
                known.add(key)
        return cls(waiting, known)


@dataclass
class Comparison:
    """`issues` by id, `opened`: key as written → key, `people`: by resident, with full numbers,
    `holders`: (kind, number) of the file → resident."""

    campaign: Campaign
    issues: Mapping[int, RegisterIssue]
    opened: Mapping[str, RowKey | None]
    people: Mapping[int, Person]
    holders: Mapping[tuple[str, str], int]
    before: Found
    today: date
    now: datetime
    _seen: dict[Any, int] = field(default_factory=dict)
    _of_sheet: dict[str, int] = field(default_factory=dict)  # sheet → register of its last key

    def of(self, row: Read) -> Told:
        told = Told(row)
        try:
            proposals = self._proposals(row)
        except Bad as bad:
            column = COLUMNS.get(bad.column, (bad.column,))[0]
            return Told(row, "rejected", [], column, bad.code, bad.message)
        for each in proposals:
            if each.key in self.before.known:
                continue
            place = (each.resident_id, each.kind, each.field)
            waits = self.before.waiting.get(place) if each.resident_id else None
            replaces = waits[0] if waits else None
            told.proposals.append(Proposed(**{**each.__dict__, "replaces": replaces}))
            self.before.known.add(each.key)
        if told.proposals:
            added = told.proposals[0].kind == Kind.ADDITION
            told.outcome = "new" if added else "changed"
        return told

    def _proposals(self, row: Read) -> list[Proposed]:
        key = self.opened.get(row.key) if row.key else None
        if row.key and key is None:
            raise Bad("key", "key_unknown", _(
                "The hidden key of this row was changed or is not ours; take the row from the "
                "register as it was handed out."))  # fmt: skip
        if key is None or (key.resident_id == NOBODY and key.issue_id in self.issues):
            return [self._addition(row, key)]
        issue = self.issues.get(key.issue_id)
        if issue is None:
            raise Bad("key", "key_foreign", _(
                "This row is of a register of another place or campaign; it cannot come back "
                "here."))  # fmt: skip
        self._of_sheet[row.sheet] = issue.pk
        first = self._seen.setdefault(key.resident_id, row.line)
        if first != row.line:
            raise Bad("key", "key_twice", _(
                "This row is a copy of the row in line %(line)s: write new people into the empty "
                "rows at the end.") % {"line": first})  # fmt: skip
        person = self.people.get(key.resident_id)
        if person is None:
            raise Bad("name", "gone", _(
                "This person no longer belongs to the village."))  # fmt: skip
        return self._differences(row, key, issue, person)

    def _differences(
        self, row: Read, key: RowKey, issue: RegisterIssue, person: Person
    ) -> list[Proposed]:
        changed = {
            name for name, text in row.cells.items() if not key.untouched(name, text)
        }  # as against what was printed
        for name in changed & row.problems.keys():
            raise Bad(name, "unreadable", row.problems[name] + ".")
        self._check_number(row, changed, person)
        now = person.cells()
        found: list[Proposed] = []

        def propose(kind: str, name: str, before: str, after: str, fen: int | None = None) -> None:
            if before != after:
                found.append(Proposed(issue.pk, person.resident_id, kind, name, before, after, fen))

        for name in changed & set(PLAIN):
            if name == "name" and not row.cells["name"]:
                raise Bad("name", "empty", _("The name is empty."))
            propose(Kind.CORRECTION, name, now[name], row.cells[name])
        if "category" in changed:
            propose(Kind.CORRECTION, "category", person.category, _category(row))
        self._household(row, changed, person, propose)
        if changed & {"reason", "elsewhere"}:
            before = _reason(person.reason, person.elsewhere if person.reason else "")
            propose(Kind.REASON, "reason", before, _reason_of(row, person))
        if changed & {"paid", "paid_on", "channel"}:
            self._cash(row, changed, person, propose)
        return sorted(found, key=lambda each: (each.kind, each.field))

    def _check_number(self, row: Read, changed: set[str], person: Person) -> None:
        emptied = row.number_problem == "empty"  # says nothing
        if "number" not in changed or row.number == person.number or emptied:
            return
        if row.number_problem == "damaged":
            raise Bad("number", "number_damaged", _(
                "A spreadsheet has cut the number (…000): leave it as it was printed, or set the "
                "column to text and write it again."))  # fmt: skip
        if row.number_problem not in ("", "masked", "empty"):
            raise Bad("number", "number_" + row.number_problem,
                      str(idnumber.PROBLEMS[row.number_problem]))  # fmt: skip
        raise Bad("number", "number_differs", _(
            "The number differs from the one printed. A number is corrected at the desk with the "
            "paper at hand, not by the register."))  # fmt: skip

    def _household(self, row: Read, changed: set[str], person: Person, propose: Any) -> None:
        """Another number is another household; group and head are of all who live there."""
        cells = row.cells
        if "household" in changed and cells["household"] != person.household:
            if not cells["household"]:
                raise Bad("household", "empty", _("The household number is empty."))
            after = {name: cells[name] for name in ("household", "head", "group")}
            before = {"household": person.household, "head": person.head, "group": person.group}
            propose(Kind.CORRECTION, "household", _packed(before), _packed(after))
            return
        for name in OF_HOUSEHOLD:
            if name not in changed or cells[name] == getattr(person, name):
                continue
            if person.household_id is None:
                raise Bad(name, "no_household", _("Give a household number as well."))
            if not cells[name]:
                raise Bad(name, "empty", _("This cell was emptied; write what is right."))
            first = self._seen.setdefault((person.household_id, name, cells[name]), row.line)
            if first == row.line:  # once for the household, not for each who lives there
                propose(Kind.CORRECTION, name, getattr(person, name), cells[name])

    def _cash(self, row: Read, changed: set[str], person: Person, propose: Any) -> None:
        if "paid" not in changed:
            if not row.cells["paid"] and not person.paid and not person.cash_fen:
                raise Bad("paid", "cash_amount", _("A date or channel without an amount."))
            raise Bad("paid_on", "reported", _(
                "What the tax bureau reported or was noted is not changed here."))  # fmt: skip
        if person.paid or person.paid_fen or person.on_behalf:
            raise Bad("paid", "paid", _("This person has paid already, %(day)s by %(channel)s.") % {
                "day": f"{person.paid_at:%Y-%m-%d}" if person.paid_at else "–",
                "channel": person.channel or "–"})  # fmt: skip
        if person.cash_at:
            raise Bad("paid", "cash_twice", _("Cash of this person was taken already, %(day)s.") % {
                "day": f"{person.cash_at:%Y-%m-%d}"})  # fmt: skip
        if row.fen is None:
            raise Bad("paid", "cash_amount", _("The amount cannot be read."))
        _check_cash(row, person.due_fen, self.today)
        on = row.on or self.today
        after = _packed({"fen": row.fen, "on": on.isoformat()})
        propose(Kind.CASH, "", "", after, row.fen)

    def _addition(self, row: Read, key: RowKey | None) -> Proposed:
        issue_id = key.issue_id if key else self._of_sheet.get(row.sheet)
        if issue_id is None and len(self.issues) == 1:
            issue_id = next(iter(self.issues))
        if issue_id is None:
            raise Bad("key", "no_village", _(
                "It cannot be told for which village this person is: write them into the empty "
                "rows of the village's own sheet."))  # fmt: skip
        for name, problem in row.problems.items():
            raise Bad(name, "unreadable", problem + ".")
        if not row.cells["name"]:
            raise Bad("name", "empty", _("A new person needs a name and a full number."))
        if row.number_problem == "masked":
            raise Bad("number", "masked", _("A new person needs a name and a full number."))
        if row.number_problem:
            problem = str(idnumber.PROBLEMS[row.number_problem])
            raise Bad("number", "number_" + row.number_problem, problem)
        first = self._seen.setdefault((row.kind, row.number), row.line)
        if first != row.line:
            raise Bad("number", "number_twice", _("The same number stands in line %(line)s.") % {
                "line": first})  # fmt: skip
        self._check_unknown(row)
        cells = row.cells
        after: dict[str, Any] = {
            name: cells[name]
            for name in ("name", "relation", "group", "household", "head", "phone")
        }
        after |= {"kind": row.kind, "number": row.number, "sex": row.sex}
        after["born_on"] = row.born_on.isoformat() if row.born_on else ""
        after["category"] = _category(row) if cells["category"] else ""
        if cells["paid"]:
            raise Bad("paid", "cash_of_new", _(
                "Cash of a new person is noted once they are registered."))  # fmt: skip
        return Proposed(issue_id, None, Kind.ADDITION, "", None, _packed(after))

    def _check_unknown(self, row: Read) -> None:
        """Whoever stands on the register already has a row of their own."""
        person = self.people.get(self.holders.get((row.kind, row.number), NOBODY))
        if person and name_key(person.name) == name_key(row.cells["name"]):
            raise Bad("number", "on_register", _(
                "This person is on the register already: use their own row."))  # fmt: skip
        if person:
            raise Bad("number", "number_of_other", _(
                "This number is another person's on the same register."))  # fmt: skip


def _check_cash(row: Read, due_fen: int | None, today: date) -> None:
    """Errors: Bad, for another amount than is due, a day to come, another way than cash."""
    if row.cells["channel"] and row.cells["channel"] not in CASH_WORDS:
        raise Bad("channel", "not_cash", _(
            "Only cash is written here; what came by “%(channel)s” the tax bureau reports.") % {
            "channel": row.cells["channel"]})  # fmt: skip
    if due_fen is None or due_fen == 0:
        raise Bad("paid", "nothing_due", _("Nothing is to be paid by this person."))
    if row.fen != due_fen:
        raise Bad("paid", "cash_amount", _("%(fen)s yuan were taken, %(due)s yuan are due.") % {
            "fen": yuan(row.fen), "due": yuan(due_fen)})  # fmt: skip
    if row.cells["paid_on"] and row.on is None:
        raise Bad("paid_on", "date", _("The date cannot be read."))
    if row.on and row.on > today:
        raise Bad("paid_on", "date", _("The date lies in the future."))


def _category(row: Read) -> str:
    code = CATEGORY_WORDS.get(row.cells["category"])
    if code is None:
        raise Bad("category", "category_unknown", _("“%(word)s” is no person category.") % {
            "word": row.cells["category"]})  # fmt: skip
    return code


def _reason_of(row: Read, person: Person) -> str:
    word, note = row.cells["reason"], row.cells["elsewhere"]
    if not word:
        key = "elsewhere" if note and not person.reason else ""
        return _reason(key, note)
    key = REASON_WORDS.get(word, "")
    if not key:
        words = pgettext("list", ", ").join(reason_word(each) for each in dict.fromkeys(
            REASON_WORDS.values()))  # fmt: skip
        raise Bad("reason", "reason_unknown", _("“%(word)s” is no reason we know; write one of: "
                  "%(words)s.") % {"word": word, "words": words})  # fmt: skip
    return _reason(key, note)


def _reason(key: str, note: str) -> str:
    return _packed({"reason": key, "note": note}) if key else ""


def _packed(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False)
