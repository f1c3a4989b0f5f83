"""What accepting a roster would do to money: accepted in a savepoint, looked at, rolled back.

The product's own repricing decides, so what is told beforehand is what comes. Registered people
only; whoever is in no registration costs nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from config.lib import copyin, sql
from enrollment.bulk.session import Progress
from enrollment.models import Registration, User
from subsidies import repricing
from subsidies.models import Foreseen, Repricing, Roster
from subsidies.outcomes import Outcome

APP = "subsidies"
COLUMNS = (
    "registration_id", "resident_id", "outcome", "kind", "hardship", "was", "was_fen",
    "granted_fen", "fen", "clause",
)  # fmt: skip
Apply = Callable[..., None]


def foresee(
    cursor: Any, roster: Roster, *, by: User, now: datetime, apply: Apply, progress: Progress
) -> None:
    """Write the roster's rows of Foreseen anew, but for those whom nothing changes.

    In:     roster_judged and what belongs to it; `apply` writes the marks (rosters/run.py).
    Source: docs/RULES.md R-277.
    """
    file = roster.file
    Foreseen.objects.filter(file=file).delete()
    if not Registration.objects.standing().filter(campaign=file.campaign).exists():
        return
    progress(gettext_noop("Working out what it comes to"), file.read, file.read)
    rows = _tried(cursor, roster, by=by, now=now, apply=apply)
    copyin.copy_rows(
        cursor, "subsidies_foreseen", ("file_id", *COLUMNS), ((file.pk, *row) for row in rows)
    )


def _tried(cursor: Any, roster: Roster, *, by: User, now: datetime, apply: Apply) -> list[Any]:
    file = roster.file
    with transaction.atomic():
        sql.run(cursor, APP, "foresee_narrow", {"campaign_id": file.campaign_id})
        apply(cursor, roster, by=by, now=now)
        repricing.reprice_roster(cursor, file.campaign, file.pk, by=by, now=now, why="")
        decided = Repricing.objects.filter(file=file, withdrawn_at=None)
        rows = list(decided.exclude(outcome=Outcome.SAME).order_by("pk").values_list(*COLUMNS))
        transaction.set_rollback(True)
    return rows
