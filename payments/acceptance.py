"""Where the notice asks for it, a second person accepts a payment file before it is posted."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment import files, jobs
from enrollment.errors import Refused
from enrollment.models import Campaign, Job, SourceFile, SourceProblem, User
from payments import posting
from payments.models import Acceptance
from payments.sections import SECOND_PERSON

State = SourceFile.State
MOST_KEPT = 10_000  # rejected lines shown of a file that is only checked


class _Seen(Exception):
    """Undoes what was posted to see what would come."""


def is_wanted(campaign: Campaign) -> bool:
    return bool(campaign.policy["payments"].accept == SECOND_PERSON)


def is_given(file: SourceFile) -> bool:
    return Acceptance.objects.filter(file=file).exists()


def check(
    file: SourceFile,
    path: Path,
    campaign: Campaign,
    *,
    by: User,
    now: datetime,
    progress: posting.Progress,
) -> dict[str, Any]:
    """Everything as if posted, taken back again: the file is checked, and its counts foreseen.

    Errors: Refused as when it is posted. Source: docs/RULES.md R-358.
    """
    result: dict[str, Any] = {}
    rejected: list[SourceProblem] = []
    try:
        with transaction.atomic():
            result = posting.post(file, path, campaign, by=by, now=now, progress=progress)
            rejected = list(file.problems.filter(rejected=True)[:MOST_KEPT])
            raise _Seen
    except _Seen:
        pass
    for problem in rejected:
        problem.pk = None
    SourceProblem.objects.filter(file=file, rejected=True).delete()
    SourceProblem.objects.bulk_create(rejected)
    file.counts |= {"foreseen": {**result, "at": now.isoformat()}}
    file.state, file.posted_at = State.CHECKED, None
    file.save()
    return result | {"state": State.CHECKED.value}


@transaction.atomic
def accept(file: SourceFile, *, by: User, now: datetime) -> Acceptance:
    """A second person lets the file be posted. Errors: Refused for who sent it."""
    file = SourceFile.objects.select_for_update().get(pk=file.pk)
    if file.taken_by_id == by.pk:
        raise Refused([_("Who sends a file does not accept it: another person does.")])
    if file.state not in (State.UPLOADED, State.CHECKED) or is_given(file):
        raise Refused([_("This file does not wait for anybody to accept it.")])
    files.audit(file, "accept_file", by=by, now=now)
    return Acceptance.objects.create(file=file, sent_by=file.taken_by, accepted_by=by, at=now)


@transaction.atomic
def accept_and_post(file: SourceFile, *, by: User, now: datetime) -> Job:
    """Accept a checked file and have a worker post it."""
    file = SourceFile.objects.select_for_update().select_related("campaign").get(pk=file.pk)
    if file.state != State.CHECKED:
        raise Refused([_("This file does not wait for anybody to accept it.")])
    accept(file, by=by, now=now)
    file.job = jobs.enqueue(
        "payments.import", by=by, now=now, campaign=file.campaign, args={"file": file.pk}
    )
    file.save(update_fields=["job"])
    return file.job


@transaction.atomic
def turn_down(file: SourceFile, *, by: User, now: datetime, why: str) -> None:
    """A checked file is not accepted, by whomever, the sender too: nothing of it is taken in."""
    why = " ".join(why.split())[:200]
    file = SourceFile.objects.select_for_update().get(pk=file.pk)
    if file.state != State.CHECKED or is_given(file):
        raise Refused([_("This file does not wait for anybody to accept it.")])
    if not why:
        raise Refused([_("Say why the file is not accepted.")])
    file.state = State.REFUSED
    file.facts |= {"turned_down": {"by": by.username, "why": why, "at": now.isoformat()}}
    file.save(update_fields=["state", "facts"])
    files.audit(file, "turn_down_file", by=by, now=now, why=why)
