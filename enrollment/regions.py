"""Reads over the tree of regions."""

from collections import defaultdict

from enrollment.models import Region, RegionAlias


def names_below(parent: Region) -> dict[str, list[int]]:
    """Every name and alias of the children of `parent` → ids; more than one id is ambiguous."""
    found: dict[str, list[int]] = defaultdict(list)
    children = Region.objects.filter(parent=parent)
    for pk, name in children.values_list("id", "name"):
        found[name].append(pk)
    aliases = RegionAlias.objects.filter(region__parent=parent)
    for pk, name in aliases.values_list("region_id", "name"):
        if pk not in found[name]:
            found[name].append(pk)
    return dict(found)


def ancestors(region: Region) -> list[Region]:
    """From the root down to the region's parent."""
    ids = [int(part) for part in region.path.strip("/").split("/")][:-1]
    rows = Region.objects.in_bulk(ids)
    return [rows[pk] for pk in ids]


def villages_of(region: Region) -> list[Region]:
    """The villages and communities of a subtree, in the order of the tree."""
    return list(
        Region.objects.within(region)
        .lived_in()
        .select_related("parent")
        .order_by("parent__position", "position", "id")
    )
