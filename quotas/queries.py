"""Reads of targets: newest reported counts, sums of children, what stands beside a target."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from quotas.models import ReportedCount, TargetSet


def reported_counts(
    target_set: TargetSet, region_ids: Iterable[int], at: datetime
) -> dict[int, int]:
    """Region → persons of its newest report dated on or before the day of `at`.

    A place that never reported has none: it counts nobody. Source: docs/RULES.md R-106.
    """
    rows = (
        ReportedCount.objects.filter(
            target_set=target_set, region_id__in=list(region_ids), as_of__lte=timezone.localdate(at)
        )
        .order_by("region_id", "-as_of", "-id")
        .distinct("region_id")
    )
    return dict(rows.values_list("region_id", "persons"))
