"""Who is marked, for those who ask through the ports."""

from collections import defaultdict
from collections.abc import Iterable

from enrollment.models import Campaign
from enrollment.ports import Marked
from subsidies.models import Entitlement


def marks_of(campaign: Campaign, resident_ids: Iterable[int]) -> dict[int, list[Marked]]:
    """Standing marks that count by the policy's last day of recognition."""
    rules = campaign.policy["subsidies"]
    marks: dict[int, list[Marked]] = defaultdict(list)
    rows = Entitlement.objects.filter(
        campaign=campaign, resident_id__in=list(resident_ids), ended_at=None
    ).order_by("recognised_on", "id")
    for row in rows:
        if rules.recognised_until and row.recognised_on >= rules.recognised_until:
            continue
        rule = rules.of(row.category)
        name = rule.name if rule else row.category
        marks[row.resident_id].append(Marked(row.category, name, row.recognised_on, row.source))
    return dict(marks)
