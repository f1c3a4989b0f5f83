"""register: people in bulk, from a file or as a renewal of last year's enrolled."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.lib import sql
from enrollment import changes
from enrollment.asked import tiers_of
from enrollment.bulk import columns, problems, profiles, session
from enrollment.bulk.people import (
    APP,
    ENOUGH_TO_ANALYZE,
    RowsRefused,
    stage_people,
    write_people,
)
from enrollment.bulk.session import Progress
from enrollment.errors import Refused
from enrollment.facts import day_start
from enrollment.models import Campaign, Registration, SourceFile, User
from enrollment.rules import open_window, registering_windows

RENEWAL = "renewal"  # name of the row that stands for a file


@transaction.atomic
def register_file(
    file: SourceFile, path: Path, *, by: User, now: datetime, progress: Progress, why: str = ""
) -> dict[str, Any]:
    """Register everyone of a file; people who are not known yet are written first, those whom the
    notice does not admit are not written.

    In:     columns as for residents, and 登记时间 (empty: `now`), which lies in a window.
    Out:    file, read = registered + known + rejected, what became of the people, problems.
    Errors: Refused with file and line; Refused where the campaign is not working.
    Source: docs/RULES.md R-03 (windows), R-04, R-10 to R-13, R-65 (prices).
    """
    campaign = file.campaign
    _check_working(campaign)
    policy = campaign.policy

    def in_window(day: date) -> bool:
        return open_window(policy, day_start(day)) is not None

    def admit() -> None:
        sql.run(cursor, APP, "registration_stage_file")
        progress(gettext_noop("Pricing"), file.read, file.read)
        profiles.stage_prices(cursor, campaign)
        if profiles.some_are_refused(cursor):
            sql.run(cursor, APP, "registration_refused", _period(campaign))
            if rows := cursor.fetchall():
                raise RowsRefused(rows)

    with connection.cursor() as cursor:
        session.prepare(cursor, file, by)
        stage_people(
            cursor, file, path, columns.REGISTRATIONS, now=now, progress=progress,
            in_window=in_window, tiers=tiers_of(policy),
        )  # fmt: skip
        people = write_people(cursor, file, admit=admit, now=now, progress=progress)
        cursor.execute("select count(*) from people_judged where later and outcome = 'known'")
        repeated = cursor.fetchone()[0]
        source = Registration.Source.FILE
        outcomes = _register_staged(cursor, file, source, by=by, now=now, progress=progress)
    file.known, file.rejected = repeated, people.rejected
    file.counts = {"people": {"new": people.new, "changed": people.changed}}
    return _finish(file, outcomes, by=by, now=now, why=why)


@transaction.atomic
def renew(
    campaign: Campaign, *, by: User, now: datetime, progress: Progress, why: str = ""
) -> dict[str, Any]:
    """Register everyone who was enrolled last year and lives in the campaign's region.

    A row of SourceFile stands for the file that there is none of, so that what was registered
    together is found together. Out and errors as `register_file`; outside every window the whole
    is refused.
    """
    _check_working(campaign)
    windows = registering_windows(campaign.policy)
    if open_window(campaign.policy, now) is None:
        raise Refused(
            _("Nobody can be registered at %(now)s; the windows of the notice are: %(windows)s.")
            % {"now": f"{now:%Y-%m-%d}", "windows": problems.in_words(windows)}
        )
    file = SourceFile.objects.create(
        campaign=campaign,
        kind=SourceFile.Kind.REGISTRATIONS,
        name=RENEWAL,
        size=0,
        taken_at=now,
        taken_by=by,
    )
    last_year = session.a_year_before(campaign.coverage_from)
    with connection.cursor() as cursor:
        session.prepare(cursor, file, by)
        session.wait_for_other_bulk_writers(cursor)
        progress(gettext_noop("Finding last year's people"), 0, 0)
        sql.run(
            cursor,
            APP,
            "registration_stage_renewal",
            {
                "insurance": campaign.insurance,
                "last_year": last_year,
                "path": campaign.region.path,
                "now": now,
                "tiers": list(tiers_of(campaign.policy)),
            },
        )
        problems.stage_words(cursor, {}, windows)
        cursor.execute("select count(*) from registering")
        file.read = cursor.fetchone()[0]
        progress(gettext_noop("Pricing"), file.read, file.read)
        profiles.stage_prices(cursor, campaign)
        source = Registration.Source.RENEWAL
        outcomes = _register_staged(cursor, file, source, by=by, now=now, progress=progress)
    return _finish(file, outcomes, by=by, now=now, why=why)


def _period(campaign: Campaign) -> dict[str, Any]:
    return {"insurance": campaign.insurance, "coverage_from": campaign.coverage_from}


def _check_working(campaign: Campaign) -> None:
    if campaign.state not in (Campaign.State.OPEN, Campaign.State.CLOSING):
        raise Refused(
            _("Nobody can be registered: the campaign is %(state)s.")
            % {"state": campaign.get_state_display()}
        )


def _register_staged(
    cursor: Any,
    file: SourceFile,
    source: str,
    *,
    by: User,
    now: datetime,
    progress: Progress,
) -> dict[str, int]:
    """Insert who has a price, and count by what stands afterwards.

    Out: people by outcome: registered, known, elsewhere, refused (by the notice); a desk that was
    quicker makes it known.
    """
    campaign = file.campaign
    params = {
        **_period(campaign),
        "campaign_id": campaign.pk,
        "path": campaign.region.path,
        "now": now,
        "by_id": by.pk,
        "source": source,
        "file_id": file.pk,
        "policy_version_id": campaign.policy_version.pk,
    }
    progress(gettext_noop("Registering"), file.read, file.read)
    registered = sql.run(cursor, APP, "registration_write", params)
    if registered >= ENOUGH_TO_ANALYZE:
        session.analyze(cursor, f"{APP}_registration")
    sql.run(cursor, APP, "registration_outcomes", params)
    cursor.execute("select outcome, people from registration_outcomes")
    outcomes: dict[str, int] = dict(cursor.fetchall())
    if outcomes.get("registered", 0) != registered:
        raise RuntimeError(f"{registered} rows inserted, but outcomes are {outcomes}")
    return outcomes


def _finish(
    file: SourceFile, outcomes: dict[str, int], *, by: User, now: datetime, why: str
) -> dict[str, Any]:
    """Counts, change, audit. `file` carries what its rows alone decided.

    Errors: RuntimeError where read is not registered + known + rejected: nothing stays.
    """
    file.new = outcomes.get("registered", 0)
    file.known += outcomes.get("known", 0)
    file.rejected += outcomes.get("elsewhere", 0) + outcomes.get("refused", 0)
    if file.new + file.known + file.rejected != file.read:
        raise RuntimeError(f"{file.read} rows do not add up: {outcomes}")
    if file.new:
        changes.append(
            changes.REGISTERED, campaign_id=file.campaign.pk, at=now, source_file_id=file.pk
        )
    session.post(file, "register", by=by, now=now, why=why)
    return {
        **session.told(file),
        "read": file.read,
        "registered": file.new,
        "known": file.known,
        "rejected": file.rejected,
        **file.counts,
    }
