"""A policy as panels: a panel for each section, in the notice's order, in plain words."""

import re
from dataclasses import dataclass
from typing import Any

from enrollment import loading
from enrollment.notice import Policy, parse
from enrollment.policy.paragraphs import Panel, plain
from enrollment.sections import CampaignRules

HEAD = ("document", "campaign")  # stand in the page's left column


@dataclass(frozen=True)
class Assumption:
    """What the notice leaves open, and our reading of it."""

    section: str
    title: str
    clause: str
    assumed: str


def order(source: str, parents: tuple[tuple[str, str], ...] = ()) -> list[str]:
    """Names of sections as the notice's own file has them, then those it takes over."""
    names: dict[str, None] = dict.fromkeys(parse(source))
    for name, text in parents:
        names |= dict.fromkeys(key for key in parse(text, name) if key not in names)
    return [name for name in names if name not in HEAD]


_NUMERALS = "一二三四五六七八九十"
_ANNEX = 90  # after every numbered part


def place_in_notice(clause: str) -> int | None:
    """The number of the part that a clause begins with; None where it names no own part."""
    if clause.startswith("附件"):
        return _ANNEX
    found = re.match(f"[{_NUMERALS}]+", clause)
    if not found:
        return None
    tens, _ten, ones = found[0].rpartition("十")
    ten = (_NUMERALS.find(tens) + 1 or 1) * 10 if "十" in found[0] else 0
    return ten + _NUMERALS.find(ones) + 1 if ones else ten


def in_order(shown: list[Panel]) -> list[Panel]:
    """As the notice's own parts follow each other; a panel without one stays behind the panel that
    the file has before it, and what a superior notice says comes after the numbered parts."""
    place, keyed = 0, []
    for index, panel in enumerate(shown):
        clauses = [each.clause for each in panel.paragraphs if each.clause]
        own = [found for each in clauses if (found := place_in_notice(each)) is not None]
        if own:
            place = min(own)
        elif clauses:
            place = _ANNEX - 1
        keyed.append((place, index, panel))
    return [panel for _place, _index, panel in sorted(keyed, key=lambda each: each[:2])]


def panels(policy: Policy, names: list[str]) -> list[Panel]:
    """Of the sections of these names that say anything."""
    found = []
    for name in names:
        if name not in policy.sections:
            continue
        title, describer = loading.describer(name)
        paragraphs = describer(policy) if describer else plain(policy[name])
        if paragraphs:
            found.append(Panel(name, title, tuple(paragraphs)))
    return in_order(found)


def assumptions(shown: list[Panel], campaign: CampaignRules) -> list[Assumption]:
    """In the page's order: of the campaign itself, then of each section."""
    own = Assumption("campaign", campaign.title, campaign.clause, campaign.assumed)
    return [own] * bool(own.assumed) + [
        Assumption(panel.name, each.title or panel.title, each.clause, each.assumed)
        for panel in shown
        for each in panel.paragraphs
        if each.assumed
    ]


@dataclass(frozen=True)
class Parent:
    """A document that the notice extends: the file's name, and what it is."""

    file: str
    number: str
    title: str


def parents(texts: tuple[tuple[str, str], ...]) -> list[Parent]:
    found = []
    for name, text in texts:
        document: dict[str, Any] = parse(text, name).get("document", {})
        found.append(Parent(name, str(document.get("number", "")), str(document.get("title", ""))))
    return found
