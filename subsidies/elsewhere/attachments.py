"""Photos and PDFs that come with a proof: told by their first bytes, never by their name."""

from typing import BinaryIO

from django.utils.translation import gettext as _

from enrollment.errors import Refused

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


def check_attachment(stream: BinaryIO) -> None:
    """Errors: Refused for what is no photo or PDF, or larger than MOST_BYTES."""
    stream.seek(0)
    head = stream.read(16)
    size = stream.seek(0, 2)
    stream.seek(0)
    if kind_of(head) is None:
        raise Refused(_("Only photos (JPEG, PNG) and PDF files are taken in."))
    if size > MOST_BYTES:
        limit = MOST_BYTES // (1024 * 1024)
        raise Refused(_("The file is larger than %(limit)s MB.") % {"limit": limit})
