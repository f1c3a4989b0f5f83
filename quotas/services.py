"""Every write of targets: loading a notice's sets, importing, breaking down, locking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Region, User
from enrollment.notice import Path
from enrollment.regions import names_below
from quotas import names
from quotas.models import Target, TargetSet, TargetSetVersion
from quotas.sections import TargetRules

Action = TargetSetVersion.Action


@dataclass(frozen=True)
class Figure:
    """What a set says of one region; persons None while not known."""

    region_id: int
    persons: int | None
    base: int | None = None
    remark: str = ""


@dataclass(frozen=True)
class SetKind:
    """Whose a new set is and how it is counted; an empty text is not said."""

    level: str = ""
    counted: str = ""
    insurance: str = ""

    def facts(self, campaign: Campaign) -> dict[str, str]:
        """What is not said is own, the campaign's insurance, counted from registrations; another
        insurance is reported. Errors: Refused where that is said to be counted."""
        insurance = self.insurance or campaign.insurance
        other = insurance != campaign.insurance
        if other and self.counted == TargetSet.Counted.REGISTRATIONS:
            raise Refused(_("People of another insurance are not registered here: only reported."))
        counted = TargetSet.Counted.REPORTED if other else TargetSet.Counted.REGISTRATIONS
        return {
            "insurance": insurance,
            "level": self.level or TargetSet.Level.OWN,
            "counted": self.counted or counted,
        }

    def check(self, target_set: TargetSet) -> None:
        """Errors: Refused where the set that is there is of another kind than what is said."""
        for name, said in (
            ("level", target_set.get_level_display()),
            ("counted", target_set.get_counted_display()),
            ("insurance", target_set.insurance_word),
        ):
            if getattr(self, name) not in ("", getattr(target_set, name)):
                raise Refused(
                    _("The target set “%(set)s” is there already, and is “%(kind)s”.")
                    % {"set": target_set.title, "kind": said}
                )


@transaction.atomic
def load_notice_targets(campaign: Campaign) -> None:
    """Make the notice's own target sets equal to the notice.

    What was broken down to places further below stays. Errors: Refused naming every unit that is
    no place that its set can speak of, and a locked set that the notice would change.
    """
    policy, version = campaign.policy, campaign.policy_version
    rules: list[tuple[Path, TargetRules]] = [(("targets",), policy["targets"])]
    rules += [(("target_sets", n), each) for n, each in enumerate(policy["target_sets"])]
    problems: list[str] = []
    found = [(each, _find_units(campaign, each, path, problems)) for path, each in rules]
    if problems:
        raise Refused(problems)
    for each, figures in found:
        if each.units:
            _load_set(
                campaign,
                each,
                figures,
                by=version.loaded_by,
                now=version.loaded_at,
                why=version.why,
            )


def places_of_set(campaign: Campaign, level: str) -> dict[str, list[int]]:
    """Names and aliases that a set may speak of → region ids.

    Its own: places directly below the campaign's region. A superior's: these, the region itself
    and those beside it.
    """
    found = names_below(campaign.region)
    if level == TargetSet.Level.SUPERIOR:
        beside = names_below(campaign.region.parent) if campaign.region.parent else {}
        own = {name: [campaign.region_id] for name in _names_of(campaign.region)}
        found = {**found, **beside, **own}
    return found


def _names_of(region: Region) -> list[str]:
    return [region.name, *region.aliases.values_list("name", flat=True)]


def _load_set(
    campaign: Campaign,
    rules: TargetRules,
    figures: Sequence[Figure],
    *,
    by: User,
    now: datetime,
    why: str,
) -> TargetSet:
    insurance = rules.insurance or campaign.insurance
    other = insurance != campaign.insurance
    facts = {
        "title": rules.title,
        "insurance": insurance,
        "clause": rules.clause,
        "level": rules.level,
        "counted": rules.counted or ("reported" if other else "registrations"),
        "period": rules.period,
        "base_period": rules.base_period,
        "unit_words": rules.unit_words,
    }
    first = rules.slug == "notice" and not campaign.target_sets.filter(shown_first=True).exists()
    target_set, _created = TargetSet.objects.update_or_create(
        campaign=campaign,
        slug=rules.slug,
        defaults=facts,
        create_defaults={**facts, "shown_first": first},
    )
    level = {figure.region_id for figure in figures}
    stated = set(
        target_set.targets.filter(region_id__in=level).values_list("region_id", flat=True)
    ) | set(
        target_set.targets.filter(region__parent=campaign.region).values_list(
            "region_id", flat=True
        )
    )
    _replace(target_set, stated, figures, Action.NOTICE, by=by, now=now, why=why)
    return target_set


def _find_units(
    campaign: Campaign, rules: TargetRules, path: Path, problems: list[str]
) -> list[Figure]:
    """The units' places; a problem for each that is none, or has a target under another name."""
    if not rules.units:
        return []
    places = places_of_set(campaign, rules.level)
    named: dict[int, str] = {}
    figures = []
    for index, unit in enumerate(rules.units):
        ids = names.find(unit.name, places)
        said = ""
        if len(ids) != 1:
            said = _not_found(unit.name, campaign, places)
        elif (other := named.setdefault(ids[0], unit.name)) != unit.name:
            said = _("“%(name)s” is the same place as “%(other)s”")
            said = said % {"name": unit.name, "other": other}
        else:
            figures.append(Figure(ids[0], unit.persons, unit.base, unit.remark))
        if said:
            problems.append(campaign.policy.at((*path, "units", index, "name"), said))
    return figures


def _not_found(name: str, campaign: Campaign, places: Mapping[str, Sequence[int]]) -> str:
    said = _("“%(name)s” is not one place directly below %(region)s") % {
        "name": name,
        "region": campaign.region.name,
    }
    near = "、".join(names.suggestions(name, places))
    return said + (_(" (perhaps: %(names)s)") % {"names": near} if near else "")


@transaction.atomic
def import_figures(
    *,
    campaign: Campaign,
    slug: str,
    title: str,
    figures: Sequence[Figure],
    by: User,
    now: datetime,
    why: str = "",
    file: str = "",
    kind: SetKind | None = None,
) -> TargetSet:
    """Take figures of a file into a set; the set is made where there is none of that name.

    Places beside those in the file lose their figure: a table is taken whole. `kind` is for a new
    set. Errors: Refused for a locked set, and for a kind that the set there does not have.
    """
    facts = (kind or SetKind()).facts(campaign)
    target_set, created = TargetSet.objects.get_or_create(
        campaign=campaign,
        slug=slug,
        defaults={
            "title": title or slug,
            "shown_first": not campaign.target_sets.filter(shown_first=True).exists(),
            **facts,
        },
    )
    if not created:
        (kind or SetKind()).check(target_set)
    parents = Region.objects.filter(pk__in=[f.region_id for f in figures]).values("parent_id")
    beside = target_set.targets.filter(region__parent_id__in=parents)
    stated = set(beside.values_list("region_id", flat=True))
    facts = {"file": file} if file else {}
    _replace(target_set, stated, figures, Action.IMPORTED, by=by, now=now, why=why, facts=facts)
    return target_set


@transaction.atomic
def break_down(
    target_set: TargetSet,
    region: Region,
    persons: Mapping[int, int | None],
    *,
    by: User,
    now: datetime,
    why: str = "",
    proportional_to: str = "",
) -> None:
    """Set the targets of a region's children; one without a figure loses its target.

    What they had as base and remark stays. Errors: Refused for a locked set, and for a place that
    is no child of the region.
    """
    children = set(Region.objects.filter(parent=region).values_list("id", flat=True))
    if strangers := set(persons) - children:
        raise Refused(
            _("%(n)s places are not directly below %(region)s.")
            % {"n": len(strangers), "region": region.name}
        )
    had = {target.region_id: target for target in target_set.targets.filter(region__parent=region)}
    figures = [
        Figure(pk, count, had[pk].base if pk in had else None, had[pk].remark if pk in had else "")
        for pk, count in persons.items()
        if count is not None
    ]
    facts = {"region": region.pk, "name": region.name}
    if proportional_to:
        facts["proportional_to"] = proportional_to
    _replace(
        target_set, set(had), figures, Action.BROKEN_DOWN, by=by, now=now, why=why, facts=facts
    )


@transaction.atomic
def set_lock(
    target_set: TargetSet, *, locked: bool, by: User, now: datetime, why: str = ""
) -> None:
    """Lock or unlock; the same again changes nothing."""
    target_set = TargetSet.objects.select_for_update().get(pk=target_set.pk)
    if (target_set.locked_at is not None) == locked:
        return
    target_set.locked_at, target_set.locked_by = (now, by) if locked else (None, None)
    target_set.save(update_fields=["locked_at", "locked_by"])
    _add_version(target_set, Action.LOCKED if locked else Action.UNLOCKED, by=by, now=now, why=why)


def _replace(
    target_set: TargetSet,
    stated: set[int],
    figures: Sequence[Figure],
    action: str,
    *,
    by: User,
    now: datetime,
    why: str,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Of the regions `stated` and of the figures' own, the set says afterwards what they say."""
    target_set = TargetSet.objects.select_for_update().get(pk=target_set.pk)
    regions = stated | {figure.region_id for figure in figures}
    rows = target_set.targets.filter(region_id__in=regions)
    before = {Figure(t.region_id, t.persons, t.base, t.remark) for t in rows}
    if before == set(figures):
        return
    if target_set.locked_at:
        raise Refused(
            _("The target set “%(set)s” is locked since %(date)s; unlock it first.")
            % {"set": target_set.title, "date": f"{target_set.locked_at:%Y-%m-%d}"}
        )
    rows.delete()
    Target.objects.bulk_create(
        Target(
            target_set=target_set,
            region_id=figure.region_id,
            persons=figure.persons,
            base=figure.base,
            remark=figure.remark,
        )
        for figure in figures
    )
    _add_version(target_set, action, by=by, now=now, why=why, facts=facts)


def _add_version(
    target_set: TargetSet,
    action: str,
    *,
    by: User,
    now: datetime,
    why: str,
    facts: Mapping[str, Any] | None = None,
) -> None:
    latest = target_set.versions.first()
    rows = target_set.targets.select_related("region").order_by("region__path")
    number = latest.number + 1 if latest else 1
    TargetSetVersion.objects.create(
        target_set=target_set,
        number=number,
        action=action,
        at=now,
        by=by,
        why=why,
        facts=dict(facts or {}),
        targets=[[t.region_id, t.region.name, t.persons, t.base, t.remark] for t in rows],
    )
    if action == Action.NOTICE:  # loading it stands in the record already
        return
    AuditEntry.objects.create(
        at=now,
        by=by,
        action=f"targets_{action}",
        campaign=target_set.campaign,
        object_kind="target_set",
        object_id=target_set.pk,
        why=why,
        facts={"version": number, **(facts or {})},
    )
