"""Whether what a cell calls a place is a place of the campaign's region."""

import unicodedata
from collections.abc import Callable

from enrollment.models import Region, RegionAlias

CODE_DIGITS = {"province": 2, "city": 4, "county": 6, "township": 9, "village": 12}


def registered_in(region: Region) -> Callable[[str], bool]:
    """Whether a place (plain) is the region or lies in it: its code, its name, or an address that
    holds the region's name; else the whole name, or another one, of a place inside.

    Source: docs/RULES.md R-173.
    """
    inside = Region.objects.within(region).exclude(kind=Region.Kind.SCHOOL)
    names = set(map(plain, inside.values_list("name", flat=True)))
    aliases = RegionAlias.objects.filter(region__in=inside)
    names |= set(map(plain, aliases.values_list("name", flat=True)))
    own = plain(region.name)
    code = (region.code or "")[: CODE_DIGITS.get(region.level, 12)]

    def lies_inside(place: str) -> bool:
        if place.isdigit():
            return bool(code) and place.startswith(code)
        return own in place or place in names

    return lies_inside


def plain(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).split()).upper()
