"""Taking in a file: its hash, whether it came before, a sealed copy, and the way back to it.

A sealed copy is MAGIC, the length and bytes of its own key sealed by the ring, a nonce prefix,
then chunks of CHUNK bytes by AES-GCM. A chunk's nonce carries its number and whether it is the
last, so that chunks cannot be swapped or cut off. Copies are named by their content: the same
bytes lie there once.
"""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib import siv
from enrollment.errors import Refused
from enrollment.models import Campaign, SourceFile, User

MAGIC = b"canbao-sealed-1\n"
CHUNK = 1 << 20
TAG = 16


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
    shown = Path(name.replace("\\", "/")).name[-200:]
    try:
        stream = source.open("rb") if isinstance(source, Path) else source
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

    They stand in memory where the system offers it (a killed process leaves nothing behind), else
    in a private file. Errors: Refused once the copy was deleted; InvalidTag for a damaged copy.
    """
    path = _folder() / file.stored_as
    if not file.stored_as or not path.exists():
        raise Refused(_("The copy of %(name)s was deleted.") % {"name": file.name})
    with path.open("rb") as sealed, _private_file() as (clear, clear_path):
        for chunk in _unsealed(sealed):
            clear.write(chunk)
        clear.flush()
        yield clear_path


@contextmanager
def _private_file() -> Iterator[tuple[BinaryIO, Path]]:
    if hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("canbao-upload"), "wb") as file:
            yield file, Path(f"/proc/self/fd/{file.fileno()}")
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
    digest, size = hashlib.sha256(), 0
    folder = _folder()
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".incoming-") as sealed:
        key, prefix = secrets.token_bytes(32), secrets.token_bytes(7)
        wrapped = siv.seal(key.hex())
        sealed.write(MAGIC + len(wrapped).to_bytes(2, "big") + wrapped + prefix)
        cipher = AESGCM(key)
        number, chunk = 0, stream.read(CHUNK)
        while chunk:
            digest.update(chunk)
            size += len(chunk)
            following = stream.read(CHUNK)
            sealed.write(cipher.encrypt(_nonce(prefix, number, not following), chunk, None))
            number, chunk = number + 1, following
        sealed.flush()
        os.fsync(sealed.fileno())
        if size:
            final = folder / digest.hexdigest()
            final.unlink(missing_ok=True)
            os.link(sealed.name, final)
    return digest.hexdigest(), size


def _unsealed(sealed: BinaryIO) -> Iterator[bytes]:
    if sealed.read(len(MAGIC)) != MAGIC:
        raise ValueError("not a sealed copy")
    wrapped = sealed.read(int.from_bytes(sealed.read(2), "big"))
    cipher, prefix = AESGCM(bytes.fromhex(siv.ring().unseal(wrapped))), sealed.read(7)
    number, chunk = 0, sealed.read(CHUNK + TAG)
    while chunk:
        following = sealed.read(CHUNK + TAG)
        yield cipher.decrypt(_nonce(prefix, number, not following), chunk, None)
        number, chunk = number + 1, following


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])
