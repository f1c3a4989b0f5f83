"""Counts that places report, of a set whose people are registered elsewhere (R-106)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Region, User
from quotas.models import ReportedCount, TargetSet

SHOWN = 400  # of a history, at most


@dataclass(frozen=True)
class Taken:
    """What a report brought: new of its day, corrections of the day, figures that stood already."""

    new: int
    corrected: int
    known: int


@transaction.atomic
def report(
    target_set: TargetSet,
    persons: Mapping[int, int],
    *,
    as_of: date,
    by: User,
    now: datetime,
    why: str = "",
) -> Taken:
    """One row for each place whose figure of the day is new or another; what stood before stays
    and counts no more (R-182). The same figures again write nothing.

    Errors: Refused for a set counted from registrations, for a place without a target in it, and
    for a day to come.
    """
    check_takes_reports(target_set, as_of, now)
    TargetSet.objects.select_for_update().get(pk=target_set.pk)  # two at once: one corrects
    known = set(
        target_set.targets.filter(region_id__in=persons).values_list("region_id", flat=True)
    )
    if strangers := set(persons) - known:
        raise Refused(_("%(n)s places have no target in this set.") % {"n": len(strangers)})
    stood = of_day(target_set, list(persons), as_of)
    brought = {pk: count for pk, count in persons.items() if stood.get(pk) != count}
    corrected = sum(pk in stood for pk in brought)
    taken = Taken(len(brought) - corrected, corrected, len(persons) - len(brought))
    if not brought:
        return taken
    ReportedCount.objects.bulk_create(
        ReportedCount(
            target_set=target_set,
            region_id=pk,
            as_of=as_of,
            persons=count,
            at=now,
            by=by,
            why=why,
        )
        for pk, count in brought.items()
    )
    AuditEntry.objects.create(
        at=now,
        by=by,
        action="report_counts",
        campaign=target_set.campaign,
        object_kind="target_set",
        object_id=target_set.pk,
        why=why,
        facts={
            "as_of": as_of.isoformat(),
            "places": len(brought),
            "corrected": corrected,
            "sum": sum(brought.values()),
        },
    )
    return taken


def check_takes_reports(target_set: TargetSet, as_of: date, now: datetime) -> None:
    """Errors: Refused for a set counted from registrations, and for a day to come."""
    if not target_set.is_reported:
        raise Refused(
            _("“%(set)s” is counted from registrations; it takes no reports.")
            % {"set": target_set.title}
        )
    if as_of > timezone.localdate(now):
        raise Refused(_("%(day)s is still to come.") % {"day": as_of})


def of_day(target_set: TargetSet, region_ids: Sequence[int], as_of: date) -> dict[int, int]:
    """Region → what it reported last of this very day."""
    rows = ReportedCount.objects.filter(
        target_set=target_set, region_id__in=region_ids, as_of=as_of
    ).order_by("id")
    return dict(rows.values_list("region_id", "persons"))


def newest(
    target_set: TargetSet, region_ids: Sequence[int], at: datetime
) -> dict[int, ReportedCount]:
    """Region → the report that counts at the instant."""
    rows = (
        ReportedCount.objects.filter(
            target_set=target_set, region_id__in=region_ids, as_of__lte=timezone.localdate(at)
        )
        .select_related("by")
        .order_by("region_id", "-as_of", "-id")
        .distinct("region_id")
    )
    return {row.region_id: row for row in rows}


@dataclass(frozen=True)
class Told:
    """A report; `was`: what the place had reported for the same day before it, if anything.

    `corrected`: a later entry for the same day replaced it.
    """

    row: ReportedCount
    corrected: bool
    was: int | None


def history(target_set: TargetSet, region: Region, day: date | None = None) -> list[Told]:
    """Every report of a region and the places directly below it, the newest day first.

    At most SHOWN + 1 rows.
    """
    rows = (
        ReportedCount.objects.filter(Q(region=region) | Q(region__parent=region))
        .filter(target_set=target_set)
        .select_related("by", "region")
        .order_by("-as_of", "region__position", "region_id", "-id")
    )
    if day:
        rows = rows.filter(as_of=day)
    found = list(rows[: SHOWN + 1])
    padded: list[ReportedCount | None] = [None, *found, None]
    return [
        Told(row, _same(row, later), earlier.persons if earlier and _same(row, earlier) else None)
        for row, later, earlier in zip(found, padded, padded[2:], strict=False)
    ]


def _same(row: ReportedCount, other: ReportedCount | None) -> bool:
    return other is not None and (row.region_id, row.as_of) == (other.region_id, other.as_of)
