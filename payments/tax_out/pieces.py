"""A layout's file made line by line, sealed on the way: in the clear it lies nowhere."""

import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from config.lib.layout import Layout, LayoutFault, read
from enrollment import files
from enrollment.errors import Refused
from enrollment.models import Campaign, SourceFile, User

BUFFER = 1 << 20


def layout_of(name: str, fields: Iterable[str]) -> Layout:
    """Errors: Refused for a layout that cannot be followed."""
    try:
        return read(settings.BASE_DIR / "layouts" / f"{name}.toml", fields)
    except LayoutFault as fault:
        raise _refused(fault) from None


def seal(
    layout: Layout,
    rows: Iterable[Mapping[str, Any]],
    count: int,
    *,
    campaign: Campaign,
    number: int,
    sum_fen: int = 0,
    by: User,
    now: datetime,
) -> SourceFile:
    """The sealed file of these rows; its copy stays as long as its campaign.

    Errors: Refused where a row does not fit the layout.
    """
    told = {"place": campaign.region.name, "number": number, "date": now.date()}
    name = layout.file.format(**told)
    lines = layout.pieces(rows, count, told=told, sum_fen=sum_fen)
    try:
        file = files.take_in(
            campaign, SourceFile.Kind.SENT, name, io.BufferedReader(_Pieces(lines), BUFFER), by, now
        )
    except LayoutFault as fault:
        raise _refused(fault) from None
    file.state, file.posted_at, file.kept_until = SourceFile.State.POSTED, now, None
    file.save(update_fields=["state", "posted_at", "kept_until"])
    return file


def _refused(fault: LayoutFault) -> Refused:
    return Refused(_("The layout cannot be followed: %(why)s") % {"why": fault})


class _Pieces(io.RawIOBase):
    """Bytes of an iterator, to be read."""

    def __init__(self, pieces: Iterator[bytes]):
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while len(self._rest) < len(buffer):
            more = list(islice(self._pieces, 500))
            if not more:
                break
            self._rest += b"".join(more)
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)
