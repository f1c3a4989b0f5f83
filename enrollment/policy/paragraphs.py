"""A rule of a notice as a person reads it."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.lib import figures
from enrollment.facts import Condition

Row = tuple[str, str]


@dataclass(frozen=True)
class Paragraph:
    """A rule: its clause, a title, our words for it, our reading, and its figures as rows."""

    clause: str = ""
    title: str = ""
    words: str = ""
    assumed: str = ""
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Panel:
    """A section of the notice. `name` is its TOML name and the anchor on the page."""

    name: str
    title: str
    paragraphs: tuple[Paragraph, ...]


def paragraph(rule: Any, title: str = "", *rows: Row | None) -> Paragraph:
    """Of a rule that has clause, words or assumed; rows without a value are left out."""
    return Paragraph(
        clause=getattr(rule, "clause", "") or "",
        title=title or getattr(rule, "title", "") or getattr(rule, "name", "") or "",
        words=getattr(rule, "words", "") or "",
        assumed=getattr(rule, "assumed", "") or "",
        rows=tuple(row for row in rows if row is not None and row[1]),
    )


def yuan(fen: int | None) -> str:
    return "" if fen is None else _("%(yuan)s yuan") % {"yuan": figures.yuan(fen)}


def percent(share_bp: int | None) -> str:
    return "" if share_bp is None else f"{figures.percent(share_bp).removesuffix('.00')}%"


def day(when: date | None) -> str:
    """As notices write a day: 2022年12月31日."""
    return "" if when is None else dateformat.format(when, pgettext("format of a day", "Y-m-d"))


def persons(number: int | None) -> str:
    return "" if number is None else _("%(n)s persons") % {"n": figures.thousands(number)}


def plain(section: Any) -> list[Paragraph]:
    """Any section whose app does not describe it: every rule with its own words."""
    if isinstance(section, (tuple, list)):
        return [each for rule in section for each in plain(rule)]
    if not is_dataclass(section) or isinstance(section, Condition):
        return []
    own = paragraph(section)
    inner = [each for field in fields(section) for each in plain(getattr(section, field.name))]
    said = own.words or own.assumed or own.clause
    return [own, *inner] if said else inner
