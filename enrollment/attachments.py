"""Photos and PDFs that people hand in: told by their first bytes, never by their name."""

from datetime import datetime
from typing import BinaryIO

from django.utils.translation import gettext as _

from enrollment import files
from enrollment.errors import Refused
from enrollment.models import Campaign, SourceFile, User

MOST_BYTES = 5 * 1024 * 1024
# First bytes → media type; what a page shows and opens, nothing that runs.
KINDS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
}


def kind_of(head: bytes) -> str | None:
    """The media type of a file that begins so."""
    return next((kind for start, kind in KINDS.items() if head.startswith(start)), None)


def keep(
    campaign: Campaign,
    kind: SourceFile.Kind,
    attachment: tuple[str, BinaryIO] | None,
    *,
    by: User,
    now: datetime,
) -> SourceFile | None:
    """Seal a photo or PDF, given by name and content; nothing for nothing.

    Errors: Refused for what is no photo or PDF, or larger than MOST_BYTES.
    """
    if not attachment:
        return None
    name, stream = attachment
    _check(stream)
    file = files.take_in(campaign, kind, name, stream, by, now)
    file.state, file.posted_at = SourceFile.State.POSTED, now
    file.save(update_fields=["state", "posted_at"])
    return file


def _check(stream: BinaryIO) -> None:
    stream.seek(0)
    head = stream.read(16)
    size = stream.seek(0, 2)
    stream.seek(0)
    if kind_of(head) is None:
        raise Refused(_("Only photos (JPEG, PNG) and PDF files are taken in."))
    if size > MOST_BYTES:
        limit = MOST_BYTES // (1024 * 1024)
        raise Refused(_("The file is larger than %(limit)s MB.") % {"limit": limit})
