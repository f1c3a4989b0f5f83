"""Taking in a file: its hash, whether it came before, a sealed copy, and the way back to it.

Copies (config.lib.sealedfile) are named by their content: the same bytes lie there once.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib import names
from config.lib.sealedfile import open_sealed, seal_file
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, SourceFile, User

LARGE = 256 << 20  # bytes that a worker holds in memory; a city's file would take 1.3 GB of it


def take_in(
    campaign: Campaign,
    kind: str,
    name: str,
    source: BinaryIO | Path,
    by: User,
    now: datetime,
    *,
    idempotency_key: str | None = None,
) -> SourceFile:
    """Store a sealed copy and write its row; `taken_in_before` tells of the same bytes.

    `source` is an open binary file or a path; of `name` only the last part is kept.
    Errors: Refused for a file that is empty or cannot be read.
    """
    last = Path(_in_letters(name).replace("\\", "/")).name
    shown = " ".join(names.UNSEEN.sub("", last).split())[-200:]
    try:
        stream = source.open("rb") if isinstance(source, Path) else source
    except FileNotFoundError:
        raise Refused(_("There is no file %(name)s.") % {"name": source}) from None
    except OSError as error:
        raise Refused(
            _("%(name)s cannot be read: %(why)s") % {"name": shown, "why": error.strerror}
        ) from None
    try:
        sha256, size = _store(stream)
    except IsADirectoryError:
        raise Refused(_("%(name)s is a folder.") % {"name": shown}) from None
    finally:
        if isinstance(source, Path):
            stream.close()
    if not size:
        raise Refused(_("%(name)s is empty.") % {"name": shown})
    row = SourceFile(
        campaign=campaign,
        kind=kind,
        name=shown,
        sha256=sha256,
        size=size,
        stored_as=sha256,
        taken_at=now,
        taken_by=by,
        kept_until=timezone.localdate(now) + timedelta(days=settings.UPLOAD_KEEP_DAYS),
        idempotency_key=idempotency_key,
    )
    if before := _same_bytes(row):
        row.facts = {"taken_in_before": {"file": before.pk, "at": before.taken_at.isoformat()}}
    row.save()
    return row


def _in_letters(name: str) -> str:
    """A name that is no UTF-8, as of archives packed on Windows, comes as bytes in disguise."""
    written = name.encode(errors="surrogateescape")
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return written.decode(errors="replace")


def audit(
    file: SourceFile,
    action: str,
    *,
    by: User,
    now: datetime,
    why: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """What was done with a file, for good."""
    AuditEntry.objects.create(
        at=now, by=by, action=action, campaign_id=file.campaign_id, object_kind="source_file",
        object_id=file.pk, why=why, facts=facts or {},
    )  # fmt: skip


def taken_in_before(file: SourceFile) -> str:
    """A sentence, "taken in on …", for bytes that came before; else an empty text."""
    before = file.facts.get("taken_in_before")
    if not before:
        return ""
    at = timezone.localtime(datetime.fromisoformat(before["at"]))
    return _("This file was taken in on %(date)s.") % {"date": at.strftime("%Y-%m-%d %H:%M")}


def _same_bytes(file: SourceFile) -> SourceFile | None:
    """The first posted file of this campaign and kind with the same bytes."""
    return (
        SourceFile.objects.filter(
            campaign=file.campaign,
            kind=file.kind,
            sha256=file.sha256,
            state=SourceFile.State.POSTED,
        )
        .order_by("id")
        .first()
    )


@contextmanager
def opened(file: SourceFile) -> Iterator[Path]:
    """The file's bytes in the clear, at a path that lives as long as the block.

    They stand in memory where the system offers it, above LARGE in a file without a name: a killed
    process leaves neither behind. Errors: Refused once the copy was deleted; InvalidTag for a
    damaged copy.
    """
    path = _folder() / file.stored_as
    if not file.stored_as or not path.exists():
        raise Refused(_("The copy of %(name)s was deleted.") % {"name": file.name})
    private = _private_file(in_memory=file.size <= LARGE)
    with path.open("rb") as sealed, private as (clear, clear_path):
        for chunk in open_sealed(sealed):
            clear.write(chunk)
        clear.flush()
        yield clear_path


def clear_pieces(file: SourceFile) -> Iterator[bytes]:
    """The file's bytes in the clear, piece by piece, for handing it out; they lie nowhere.

    Errors: Refused once the copy was deleted; InvalidTag for a damaged copy.
    """
    path = _folder() / file.stored_as
    if not file.stored_as or not path.exists():
        raise Refused(_("The copy of %(name)s was deleted.") % {"name": file.name})

    def pieces() -> Iterator[bytes]:
        with path.open("rb") as sealed:
            yield from open_sealed(sealed)

    return pieces()


@contextmanager
def _private_file(*, in_memory: bool) -> Iterator[tuple[BinaryIO, Path]]:
    if hasattr(os, "memfd_create") and in_memory:
        with os.fdopen(os.memfd_create("canbao-upload"), "wb") as file:
            yield file, Path(f"/proc/self/fd/{file.fileno()}")
    elif hasattr(os, "memfd_create"):
        with tempfile.TemporaryFile("wb", dir=_folder()) as nameless:
            yield nameless, Path(f"/proc/self/fd/{nameless.fileno()}")
    else:
        with tempfile.NamedTemporaryFile(dir=_folder(), prefix=".clear-") as named:
            yield named.file, Path(named.name)  # type: ignore[misc]


def delete_expired(now: datetime) -> int:
    """Delete the copies whose time is over, by each campaign's own clock; hash and counts stay.

    Copies that no row names (their transaction was rolled back) go after a day. `now` is real time.
    Returns how many copies went.
    """
    with_copy = SourceFile.objects.exclude(stored_as="")
    for campaign in Campaign.objects.all():
        today = timezone.localdate(campaign.clock or now)
        with_copy.filter(campaign=campaign, kept_until__lt=today).update(stored_as="")
    named = set(with_copy.values_list("stored_as", flat=True))
    yesterday = (now - timedelta(days=1)).timestamp()
    gone = 0
    for path in _folder().iterdir():
        if path.name not in named and path.stat().st_mtime < yesterday:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _folder() -> Path:
    folder = Path(settings.UPLOAD_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _store(stream: BinaryIO) -> tuple[str, int]:
    """Seal a stream into the folder under its hash; nothing of an empty one. Returns hash, size."""
    folder = _folder()
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".incoming-") as sealed:
        sha256, size = seal_file(stream, sealed)
        sealed.flush()
        os.fsync(sealed.fileno())
        if size:
            whole = f"{sealed.name}.whole"
            os.link(sealed.name, whole)
            Path(whole).replace(folder / sha256)  # one step: the same may come twice at once
    return sha256, size
