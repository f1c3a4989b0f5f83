"""What somebody says of a list before it is accepted: what it is, how it is read, that it is not.

Each act is one transaction with its entry in the audit. A list that is read anew loses what was
mended in its rows, and nothing else. Source: docs/RULES.md R-270 to R-273.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment import files
from enrollment.errors import Refused
from enrollment.models import Region, SourceFile, User
from subsidies import wizard_acts
from subsidies.columns_form import Said
from subsidies.models import ColumnChoice, Foreseen, Roster, RosterLine
from subsidies.rosters import chosen

State = SourceFile.State
OPEN = (State.UPLOADED, State.REFUSED, State.CHECKED)  # nothing of it is accepted yet


@transaction.atomic
def choose(roster: Roster, said: Said, *, by: User, now: datetime) -> None:
    """Read a list's sheets, headers and columns as somebody said; columns from now on always.

    Errors: Refused for a list that is accepted, or whose copy was deleted.
    """
    file = _open(roster)
    lines = {**roster.chosen.get("lines", {}), **said.lines}
    roster.chosen = {
        "sheets": {**roster.chosen.get("sheets", {}), **said.sheets},
        "lines": {sheet: line for sheet, line in lines.items() if line},
    }
    for words, columns in said.columns:
        chosen.keep(roster=roster, words=words, columns=columns, by=by, now=now)
    if said.sheets or said.lines:
        facts = {"sheets": said.sheets, "lines": said.lines}
        files.audit(file, "choose_roster_sheets", by=by, now=now, facts=facts)
    roster.save(update_fields=["chosen"])
    _read_anew(roster, file, by=by, now=now)


@transaction.atomic
def forget(roster: Roster, choice: ColumnChoice, *, by: User, now: datetime) -> None:
    """Columns of this source with this header are matched by themselves again."""
    file = wizard_acts.hold(roster)
    headers = choice.headers
    facts = {"source": choice.source, "headers": headers}
    choice.delete()
    files.audit(file, "forget_roster_columns", by=by, now=now, facts=facts)
    if file.state not in OPEN or not file.stored_as:
        return
    kept = dict(roster.chosen.get("lines", {}))
    for seen in roster.seen:
        if seen["words"] == headers:
            kept.pop(seen["sheet"], None)
    roster.chosen = {"sheets": roster.chosen.get("sheets", {}), "lines": kept}
    roster.save(update_fields=["chosen"])
    _read_anew(roster, file, by=by, now=now)


@transaction.atomic
def tell_anew(
    roster: Roster,
    *,
    source: str,
    category: str,
    as_of: date,
    region: Region | None,
    by: User,
    now: datetime,
) -> None:
    """Who sent a list, of what, of which day, complete for what. Errors: as `choose`."""
    file = _open(roster)
    was = {"source": roster.source, "category": roster.category, "as_of": str(roster.as_of),
           "region": roster.region_id}  # fmt: skip
    is_read_otherwise = (source, category) != (roster.source, roster.category)
    roster.source, roster.category, roster.as_of = source, category, as_of
    roster.full, roster.region = region is not None, region
    roster.save(update_fields=["source", "category", "as_of", "full", "region"])
    now_is = {"source": source, "category": category, "as_of": str(as_of),
              "region": roster.region_id}  # fmt: skip
    if was == now_is:
        return
    facts = {"was": was, "is": now_is}
    files.audit(file, "tell_roster_anew", by=by, now=now, facts=facts)
    if is_read_otherwise or file.state != State.CHECKED:
        _read_anew(roster, file, by=by, now=now)
    else:
        wizard_acts.judge_again(roster, file, by=by, now=now)


@transaction.atomic
def discard(roster: Roster, *, why: str, by: User, now: datetime) -> None:
    """A list that is not accepted is given up: it stays to be seen, its rows are deleted.

    Errors: Refused without a reason, for one that is accepted, and while a worker is at it.
    """
    if not why.strip():
        raise Refused(_("Say why the list is discarded."))
    file = wizard_acts.hold(roster)
    if file.state not in OPEN:
        raise Refused(_("This list is accepted; undo it instead."))
    RosterLine.objects.filter(file=file).delete()
    Foreseen.objects.filter(file=file).delete()
    file.state = State.VOIDED
    file.save(update_fields=["state"])
    Roster.objects.filter(pk=roster.pk).update(
        discarded_at=now, discarded_by=by, discarded_why=why.strip()[:200], seen=[]
    )
    files.audit(file, "discard_roster", by=by, now=now, why=why.strip())


def _open(roster: Roster) -> SourceFile:
    """The file's row, held. Errors: Refused where it cannot be read anew."""
    file = wizard_acts.hold(roster)
    if file.state not in OPEN:
        raise Refused(_("This list is accepted or given up; nothing of it can be chosen any more."))
    if not file.stored_as:
        raise Refused(_("The copy of %(name)s was deleted.") % {"name": file.name})
    return file


def _read_anew(roster: Roster, file: SourceFile, *, by: User, now: datetime) -> None:
    """The file as if it had just come; its rows as they were read are gone."""
    RosterLine.objects.filter(file=file).delete()
    Roster.objects.filter(pk=roster.pk).update(day_order="")
    facts: Any = file.facts
    file.state = State.UPLOADED
    file.facts = {key: facts[key] for key in ("taken_in_before",) if key in facts}
    file.save(update_fields=["state", "facts"])
    wizard_acts.enqueue(roster, file, by=by, now=now)
