"""What an office worker does with a roster: upload, explain, mend, accept. Each is one transaction.

All that takes long is a job of kind "subsidies.roster"; the file's row names the one that stands.
Source: docs/RULES.md R-240 to R-243.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib import idnumber, names, siv
from enrollment import files, jobs
from enrollment.errors import Refused
from enrollment.models import Campaign, Identity, Job, Region, SourceFile, User
from enrollment.rules import category_by_age
from subsidies.models import Roster, RosterLine, SourceWord
from subsidies.rosters import run
from subsidies.rosters.words import Meaning
from subsidies.wizard_words import Waiting

JOB = "subsidies.roster"
LONGEST_WORD = 60  # SourceWord.word


@transaction.atomic
def upload(
    campaign: Campaign,
    *,
    name: str,
    stream: BinaryIO,
    source: str,
    category: str,
    as_of: date,
    region: Region | None,
    by: User,
    now: datetime,
) -> Roster:
    """Store the file and queue its check. `region`: what a full list is complete for, else null.

    Errors: Refused for an empty file, and for a campaign that is over.
    """
    if campaign.state in (Campaign.State.ARCHIVED, Campaign.State.CLOSED):
        raise Refused(_("This campaign is over; no roster is taken in any more."))
    file = files.take_in(campaign, SourceFile.Kind.ROSTER, name, stream, by, now)
    roster = Roster.objects.create(
        file=file,
        source=source,
        category=category,
        as_of=as_of,
        full=region is not None,
        region=region,
    )
    enqueue(roster, file, by=by, now=now)
    return roster


def is_running(file: SourceFile) -> bool:
    return file.job is not None and file.job.state == Job.State.QUEUED


@transaction.atomic
def accept(
    roster: Roster, *, confirmed: int | None, seen: int | None = None, by: User, now: datetime
) -> None:
    """Queue the acceptance. `confirmed`: how many marks may end, as somebody typed it; `seen`: the
    job whose outcome they saw, if they saw one.

    Errors: Refused where a worker is at it, where nothing is left to accept (R-242), and where the
    list was judged again since (R-338).
    """
    file = hold(roster)
    if seen is not None and seen != file.job_id and file.state == SourceFile.State.CHECKED:
        raise Refused(
            _("The list was judged again since you looked at it: see what it does, then accept.")
        )
    if file.state == SourceFile.State.POSTED and not file.waiting:
        raise Refused(_("This roster is accepted already; nothing was done twice."))
    if file.state not in (SourceFile.State.CHECKED, SourceFile.State.POSTED):
        raise Refused(_("This roster is not checked; there is nothing to accept."))
    enqueue(roster, file, by=by, now=now, accepting=True, confirmed=confirmed)


@transaction.atomic
def explain(roster: Roster, answers: Mapping[Waiting, Meaning], *, by: User, now: datetime) -> None:
    """Say what words of this source mean, for this list and every later one; judge again.

    Rows without any word get the category by themselves: nothing is kept of them. R-240.
    """
    file = hold(roster)
    for waiting, meaning in answers.items():
        if not waiting.word:
            grade = {"grade_word": meaning.grade} if meaning.grade else {}
            waiting.rows(file).update(default_key=meaning.category, **grade)
            continue
        key = f"{waiting.category}/{waiting.word}" if waiting.is_grade else waiting.word
        if len(key) > LONGEST_WORD:
            raise Refused(_("“%(word)s” is too long to be kept.") % {"word": waiting.word})
        SourceWord.objects.update_or_create(
            campaign=file.campaign,
            source=roster.source,
            word=key,
            defaults={
                "category": meaning.category,
                "grade": meaning.grade,
                "said_by": by,
                "said_at": now,
            },
        )
    said = [
        {"word": waiting.word, "category": meaning.category, "grade": meaning.grade}
        for waiting, meaning in answers.items()
    ]
    files.audit(file, "explain_roster_words", by=by, now=now, facts={"words": said})
    judge_again(roster, file, by=by, now=now)


@transaction.atomic
def mend_row(
    roster: Roster,
    line_id: int,
    *,
    number: str,
    meaning: Meaning | None,
    by: User,
    now: datetime,
) -> None:
    """Give a rejected or waiting row its number, its category, or both; judge again. R-241.

    Errors: Refused for a number that is none (never with the number in it), or nothing given.
    """
    file = hold(roster)
    line = RosterLine.objects.select_for_update().get(pk=line_id, file=file)
    if line.outcome not in ("waiting", "rejected"):
        raise Refused(_("This row is neither rejected nor waiting."))
    changed = []
    if number:
        _give_number(line, number, timezone.localdate(now))
        changed.append("number")
    if meaning:
        line.word, line.default_key, line.grade_word = "", meaning.category, meaning.grade
        changed.append("category")
    if not changed:
        raise Refused(_("Enter a number or choose a category."))
    line.save()
    facts = {"sheet": line.sheet, "line": line.line, "changed": changed}
    files.audit(file, "mend_roster_row", by=by, now=now, facts=facts)
    judge_again(roster, file, by=by, now=now)


def number_of(line: RosterLine, resident_id: int) -> str:
    """Of whom is suggested for a damaged number; in the clear, to be sealed again in the row.

    mend_row logs the act. Errors: Identity.DoesNotExist.
    """
    held: Any = Identity.objects.get(head=line.head, resident=resident_id).number
    return str(held.reveal())


@transaction.atomic
def take_as_additions(roster: Roster, *, by: User, now: datetime) -> None:
    """A list sent as full is taken as additions: nobody ends."""
    file = hold(roster)
    if file.state != SourceFile.State.CHECKED:
        raise Refused(_("This roster is not checked; there is nothing to accept."))
    Roster.objects.filter(pk=roster.pk).update(full=False, region=None)
    files.audit(file, "roster_as_additions", by=by, now=now)
    judge_again(roster, file, by=by, now=now)


@transaction.atomic
def undo(roster: Roster, *, by: User, now: datetime, why: str) -> None:
    """Errors: Refused as run.undo says, and while a worker is at it."""
    hold(roster)
    run.undo(roster, by=by, now=now, why=why)


def _give_number(line: RosterLine, written: str, today: date) -> None:
    paper = idnumber.judge(written, today, line.kind or idnumber.RESIDENT_ID)
    if not paper.ok:
        raise Refused(str(idnumber.PROBLEMS[paper.problem]))
    ring = siv.ring()
    line.number, line.head = ring.seal(paper.number), ring.head_hash(paper.number)
    line.head4, line.last4 = paper.number[:4], names.last4(paper.number)
    line.kind, line.sex, line.born_on = paper.kind, paper.sex, paper.born_on
    line.by_age = category_by_age(paper.born_on, today) or ""
    line.problem = line.detail = None


def hold(roster: Roster) -> SourceFile:
    """The file's row, held. Errors: Refused while a worker is at it: two must not interleave."""
    busy = _("A worker is still at this roster; wait until it is done.")
    if is_running(SourceFile.objects.select_related("job").get(pk=roster.file_id)):
        raise Refused(busy)  # before the lock, for which one would wait as long as the worker works
    file = SourceFile.objects.select_for_update(of=("self",)).select_related("job", "campaign")
    held = file.get(pk=roster.file_id)
    if is_running(held):
        raise Refused(busy)
    return held


def judge_again(roster: Roster, file: SourceFile, *, by: User, now: datetime) -> None:
    """Rows of an accepted roster that can be told now are accepted with it (R-243)."""
    enqueue(roster, file, by=by, now=now, accepting=file.state == SourceFile.State.POSTED)


def enqueue(
    roster: Roster,
    file: SourceFile,
    *,
    by: User,
    now: datetime,
    accepting: bool = False,
    confirmed: int | None = None,
) -> None:
    args = {"roster": roster.pk, "accept": accepting, "confirmed": confirmed}
    file.job = jobs.enqueue(JOB, by=by, now=now, campaign=file.campaign, args=args)
    file.save(update_fields=["job"])
