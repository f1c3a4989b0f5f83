"""Every write of this app."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import Campaign
from enrollment.regions import names_below
from quotas.models import Target, TargetSet
from quotas.sections import TargetUnit


@transaction.atomic
def load_notice_targets(campaign: Campaign) -> TargetSet | None:
    """Make the notice's own target set equal to the notice; units are children of its region.

    Errors: Refused naming every unit that is no child (or known alias of one) of the region.
    """
    rules = campaign.policy["targets"]
    if not rules.units:
        return None
    children = names_below(campaign.region)
    unknown = [unit.name for unit in rules.units if len(children.get(unit.name, ())) != 1]
    if unknown:
        raise Refused(
            _("targets: “%(name)s” is not one place directly below %(region)s")
            % {"name": name, "region": campaign.region.name}
            for name in unknown
        )
    if twice := _named_twice(rules.units, children):
        raise Refused(twice)
    first = not campaign.target_sets.filter(shown_first=True).exists()
    target_set, _created = TargetSet.objects.update_or_create(
        campaign=campaign,
        slug="notice",
        defaults={
            "title": rules.title,
            "insurance": campaign.insurance,
            "clause": rules.clause,
        },
        create_defaults={
            "title": rules.title,
            "insurance": campaign.insurance,
            "clause": rules.clause,
            "shown_first": first,
        },
    )
    target_set.targets.all().delete()
    Target.objects.bulk_create(
        Target(
            target_set=target_set,
            region_id=children[unit.name][0],
            persons=unit.persons,
            remark=unit.remark,
        )
        for unit in rules.units
    )
    return target_set


def _named_twice(units: Iterable[TargetUnit], children: Mapping[str, Sequence[int]]) -> list[str]:
    """A sentence for each unit whose place has a target already, under another name."""
    first: dict[int, str] = {}
    return [
        _("targets: “%(name)s” is the same place as “%(other)s”")
        % {"name": unit.name, "other": other}
        for unit in units
        if (other := first.setdefault(children[unit.name][0], unit.name)) != unit.name
    ]
