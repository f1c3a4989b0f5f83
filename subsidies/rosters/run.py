"""A roster from file to marks: read, judged, accepted; and undone as a whole.

    checked = check(roster, path, now=…, progress=…)        # stages it and says what would be
    result = accept(roster, by=…, now=…, progress=…)        # carries it out

`take_in` does both in one go. Each is one transaction. Source: docs/RULES.md R-210 to R-216.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.lib import sql
from config.lib.child import Child
from enrollment import changes, files
from enrollment.bulk import session
from enrollment.bulk.session import Progress
from enrollment.errors import Refused
from enrollment.files import taken_in_before
from enrollment.models import Campaign, SourceFile, User
from subsidies import foresee, repricing
from subsidies.list_decisions import withdraw_decisions
from subsidies.models import Entitlement, Foreseen, Listing, Roster, RosterLine, Transfer
from subsidies.rosters import births, chosen, heeded, meanings, problems, reading
from subsidies.rosters.columns import SOURCES
from subsidies.rosters.words import NONE, OWN

APP = "subsidies"
MOST_ENDED_BP = 500  # of the marks a full list is complete for; more needs to be confirmed
OUTCOMES = ("new", "changed", "known", "waiting", "rejected")
ENOUGH_TO_ANALYZE = 5_000  # rows that make the planner's statistics worth renewing


@dataclass(frozen=True)
class Counts:
    """Rows of the file, read = the sum of OUTCOMES; `ended` are marks of people not on the list.

    `in_scope`: standing marks that the list is complete for.
    """

    by_outcome: Mapping[str, int]
    ended: int
    in_scope: int


class TooManyWouldEnd(Refused):
    """More marks would end than a list may end unasked."""

    def __init__(self, ended: int, in_scope: int):
        self.ended = ended
        super().__init__(
            _(
                "%(ended)s of %(scope)s marks would end, more than %(most)s in a hundred. Look at "
                "the list; if it is right, confirm the number %(ended)s."
            )
            % {"ended": ended, "scope": in_scope, "most": MOST_ENDED_BP / 100}
        )


@transaction.atomic
def take_in(
    roster: Roster,
    path: Path,
    *,
    by: User,
    now: datetime,
    progress: Progress,
    accepting: bool,
    confirmed: int | None = None,
    why: str = "",
) -> dict[str, Any]:
    """Read a roster, judge it and, if `accepting`, carry it out; all or nothing.

    In:     `roster` of a file that files.take_in wrote; `path` holds its bytes; `confirmed`: how
            many marks may end.
    Out:    what the command prints: counts, problems and warnings (code → rows).
    Errors: Refused for a fault of the file, a campaign that takes nothing in, a full list with
            rows that cannot be told, or more ends than allowed.
    """
    _check_may(roster)
    with connection.cursor() as cursor:
        session.prepare(cursor, roster.file, by)
        _read(cursor, roster, path, by=by, now=now, progress=progress)
        return _carry_on(
            cursor, roster, by=by, now=now, progress=progress,
            accepting=accepting, confirmed=confirmed, why=why,
        )  # fmt: skip


@transaction.atomic
def again(
    roster: Roster,
    *,
    by: User,
    now: datetime,
    progress: Progress,
    accepting: bool,
    confirmed: int | None = None,
    why: str = "",
) -> dict[str, Any]:
    """The same with the rows that were kept: after a word was mapped, or to accept what was
    checked. Of an accepted roster only rows that waited are judged anew."""
    _check_may(roster)
    SourceFile.objects.select_for_update().get(pk=roster.file_id)
    with connection.cursor() as cursor:
        session.prepare(cursor, roster.file, by)
        sql.run(cursor, APP, "roster_stage")
        sql.run(cursor, APP, "roster_restage", {"file_id": roster.file_id})
        return _carry_on(
            cursor, roster, by=by, now=now, progress=progress,
            accepting=accepting, confirmed=confirmed, why=why,
        )  # fmt: skip


def _check_may(roster: Roster) -> None:
    file = roster.file
    if file.campaign.state in (Campaign.State.ARCHIVED, Campaign.State.CLOSED):
        raise Refused(_("This campaign is over; no roster is taken in any more."))
    if file.state == SourceFile.State.VOIDED:
        raise Refused(_("This roster was undone; upload it again."))
    if roster.full and roster.region is None:
        raise Refused(_("A full list needs the region that it is complete for."))


def _read(
    cursor: Any, roster: Roster, path: Path, *, by: User, now: datetime, progress: Progress
) -> None:
    file = roster.file
    sql.run(cursor, APP, "roster_stage")
    titles = {word: meaning.category for word, meaning in meanings.words_of(roster).items()
              if meaning.category not in (OWN, NONE)}  # fmt: skip
    today = timezone.localdate(now)
    child = Child(partial(reading.read_roster, path, file.name, titles, roster.category,
                          today=today, chosen=chosen.to_read(roster)))  # fmt: skip
    session.copy_from_child(
        cursor, file, "roster_staged", reading.STAGED, child,
        lambda rows: progress(gettext_noop("Reading the file"), rows, 0),
    )  # fmt: skip
    found: reading.Reading = child.result
    if not found.read:
        raise Refused(_("%(name)s: there are no rows below the header.") % {"name": file.name})
    file.read = found.read
    file.facts = {**file.facts, **found.facts, "headers": found.headers}
    chosen.write_down(roster, found.seen, by=by, now=now)


def _carry_on(
    cursor: Any,
    roster: Roster,
    *,
    by: User,
    now: datetime,
    progress: Progress,
    accepting: bool,
    confirmed: int | None,
    why: str,
) -> dict[str, Any]:
    file = roster.file
    progress(gettext_noop("Checking"), file.read, file.read)
    session.wait_for_other_bulk_writers(cursor)
    posted = file.state == SourceFile.State.POSTED
    counts = _judge(cursor, roster, ending=roster.full and not posted)
    if accepting:
        _check_acceptable(roster, counts, confirmed)
        progress(gettext_noop("Writing the marks"), file.read, file.read)
        _apply(cursor, roster, by=by, now=now)
        repriced = repricing.reprice_roster(cursor, file.campaign, file.pk, by=by, now=now, why=why)
        file.counts = {**file.counts, "repriced": repriced}
        sql.run(cursor, APP, "roster_known", {"file_id": file.pk})
        Foreseen.objects.filter(file=file).delete()
    else:
        foresee.foresee(cursor, roster, by=by, now=now, apply=_apply, progress=progress)
    sql.run(cursor, APP, "roster_told", {"file_id": file.pk})
    sql.run(cursor, APP, "roster_keep", {"file_id": file.pk, "all_rows": not accepting})
    _count(roster, counts, posted=posted, accepting=accepting)
    if accepting:
        session.post(file, "accept_roster", by=by, now=now, why=why)
        if counts.by_outcome["new"] + counts.by_outcome["changed"] + counts.ended:
            changes.append(
                changes.MARKS_CHANGED, campaign_id=file.campaign_id, at=now, source_file_id=file.pk
            )
    else:
        file.state = SourceFile.State.POSTED if posted else SourceFile.State.CHECKED
        file.save()
    roster.save()
    return told(roster)


def _judge(cursor: Any, roster: Roster, *, ending: bool) -> Counts:
    file = roster.file
    campaign = file.campaign
    sql.run(cursor, APP, "roster_places")
    sql.run(cursor, "enrollment", "people_places", {"path": campaign.region.path})
    heeded.stage_said(cursor, roster)
    sql.run(cursor, APP, "roster_births")
    births.settle(cursor)
    categories = meanings.stage_meanings(cursor, roster)
    problems.stage_words(cursor, file.facts.get("headers", {}))
    scope = roster.region or campaign.region
    sql.run(cursor, APP, "roster_near_places")
    params = {
        "campaign_id": campaign.pk,
        "path": campaign.region.path,
        "region_id": scope.pk,
        "as_of": roster.as_of,
        "full": ending,
        "scope_path": scope.path,
        "categories": sorted(categories),
    }
    sql.run(cursor, APP, "roster_judge", params)
    sql.run(cursor, APP, "roster_beside")
    heeded.heed_left_out(cursor)
    heeded.note_unknown(cursor, roster)
    cursor.execute("select outcome, count(*) from roster_judged group by outcome")
    by_outcome = dict.fromkeys(OUTCOMES, 0) | dict(cursor.fetchall())
    cursor.execute("select count(*) from roster_ended")
    (ended,) = cursor.fetchone()
    cursor.execute("select count(*) from roster_scope")
    (in_scope,) = cursor.fetchone()
    cursor.execute("select count(*) from roster_staged")
    (staged,) = cursor.fetchone()
    if sum(by_outcome.values()) != staged:
        raise RuntimeError(f"{staged} rows do not add up: {by_outcome}")
    return Counts(by_outcome, ended, in_scope)


def _check_acceptable(roster: Roster, counts: Counts, confirmed: int | None) -> None:
    """Errors: Refused where a full list would end people whom it may not have meant."""
    if not roster.full or roster.file.state == SourceFile.State.POSTED:
        return
    unclear = counts.by_outcome["waiting"] + counts.by_outcome["rejected"]
    if counts.ended and unclear:
        raise Refused(
            _(
                "%(rows)s rows cannot be told, so nobody knows who is absent: mend them (number, "
                "category) and upload the list again, or take it in as additions, not as full."
            )
            % {"rows": unclear}
        )
    if confirmed is not None and confirmed != counts.ended:
        raise Refused(
            _("%(ended)s marks would end, not %(confirmed)s.")
            % {"ended": counts.ended, "confirmed": confirmed}
        )
    if confirmed is None and counts.ended * 10_000 > counts.in_scope * MOST_ENDED_BP:
        raise TooManyWouldEnd(counts.ended, counts.in_scope)


def _apply(cursor: Any, roster: Roster, *, by: User, now: datetime) -> None:
    file = roster.file
    values = {"source": SOURCES[roster.source], "file": file.name, "day": roster.as_of}
    row = _("%(source)s, %(file)s, row %(row)s") % {**values, "row": "\0"}
    sql.run(
        cursor,
        APP,
        "roster_apply",
        {
            "campaign_id": file.campaign_id,
            "file_id": file.pk,
            "now": now,
            "by_id": by.pk,
            "as_of": roster.as_of,
            "source": row.replace("%", "%%").replace("\0", "%s"),
            "changed": _("changed by %(source)s, %(file)s") % values,
            "absent": _("not on the full list of %(day)s: %(source)s, %(file)s") % values,
        },
    )
    sql.run(cursor, APP, "roster_effects", {"file_id": file.pk, "now": now})
    if file.read >= ENOUGH_TO_ANALYZE:
        columns = "campaign_id, resident_id, category, file_id, ended_at"
        session.analyze(cursor, f"subsidies_entitlement ({columns})")


def _count(roster: Roster, counts: Counts, *, posted: bool, accepting: bool) -> None:
    """Counts of the file; rows of an accepted one that waited move to what they became."""
    file = roster.file
    for outcome in OUTCOMES:
        number = counts.by_outcome[outcome]
        if posted and outcome not in ("waiting", "rejected"):
            number += getattr(file, outcome) if accepting else 0
        setattr(file, outcome, number)
    if not posted:
        roster.would_end, roster.in_scope = counts.ended, counts.in_scope
        roster.ended = counts.ended if accepting else 0


def told(roster: Roster) -> dict[str, Any]:
    """What a command tells of a roster; problems and warnings: code → rows."""
    file = roster.file
    by_code: dict[bool, dict[str, int]] = {True: {}, False: {}}
    for code in file.problems.order_by("code").values_list("code", flat=True):  # type: ignore[attr-defined]
        set_aside = code in problems.REJECTED or code in problems.WAITING
        by_code[set_aside][code] = by_code[set_aside].get(code, 0) + 1
    return {
        "file": file.pk,
        "name": file.name,
        "state": file.state,
        "read": file.read,
        **{outcome: getattr(file, outcome) for outcome in OUTCOMES},
        "ended": roster.ended if file.state == SourceFile.State.POSTED else roster.would_end,
        "in_scope": roster.in_scope,
        "problems": by_code[True],
        "warnings": by_code[False],
        "notes": [note for note in (taken_in_before(file), *file.facts.get("notes", ())) if note],
        "unknown_columns": file.facts.get("unknown_columns", []),
        "words": meanings.waiting_words(roster),
    }


@transaction.atomic
def undo(roster: Roster, *, by: User, now: datetime, why: str) -> dict[str, int]:
    """Take back what an accepted roster wrote: its marks end, those it ended stand again.

    People whom it brought into the register stay there; they harm nobody and may be known elsewhere
    by now. Errors: Refused for a roster that is not accepted, or that a later one built upon.
    Source: docs/RULES.md R-216.
    """
    file = SourceFile.objects.select_for_update().get(pk=roster.file_id)
    if file.state != SourceFile.State.POSTED:
        raise Refused(_("This roster is not accepted; there is nothing to undo."))
    if not why:
        raise Refused(_("Say why the roster is undone."))
    _check_nothing_paid(file)
    cursor = connection.cursor()
    repricing.stage_people(cursor, file.campaign, file_id=file.pk)
    counts = {}
    for model in (Entitlement, Listing):
        written = model.objects.filter(file=file)
        if written.filter(ended_by_file__isnull=False).exclude(ended_by_file=file).exists():
            raise Refused(_("A later roster changed marks of this one; undo that one first."))
        said = _("the roster was undone: %(why)s") % {"why": why}
        counts[f"ended_{model._meta.model_name}"] = written.filter(ended_at=None).update(
            ended_at=now, ended_why=said[:240]
        )
        counts[f"standing_{model._meta.model_name}"] = model.objects.filter(
            ended_by_file=file
        ).update(ended_at=None, ended_why="", ended_by_file=None)
    sql.run(cursor, APP, "roster_effects_undone", {"file_id": file.pk})
    counts["decisions"] = withdraw_decisions(file, now=now)
    repricing.withdraw(file.pk, now=now)
    said = _("the roster was undone: %(why)s") % {"why": why}
    repricing.reprice(cursor, file.campaign, by=by, now=now, why=said, file_id=file.pk)
    RosterLine.objects.filter(file=file).delete()
    SourceFile.objects.filter(pk=file.pk).update(state=SourceFile.State.VOIDED)
    files.audit(file, "undo_roster", by=by, now=now, why=why, facts=counts)
    changes.append(
        changes.MARKS_CHANGED, campaign_id=file.campaign_id, at=now, source_file_id=file.pk
    )
    return counts


def _check_nothing_paid(file: SourceFile) -> None:
    """Errors: Refused where money that a roster brought went out, unless it came back."""
    sent = Transfer.objects.filter(pay_out__cause__file=file, returned_at=None)
    if sent.exists():
        raise Refused(
            _("%(count)s pay-outs by this roster are in a batch already; it cannot be undone.")
            % {"count": sent.count()}
        )
