"""Files at rest: encrypted under a key of their own, which the key ring seals.

A sealed file is MAGIC, the length and bytes of its sealed key, a nonce prefix, then chunks of
CHUNK bytes by AES-GCM. A chunk's nonce carries its number and whether it is the last, so that
chunks cannot be swapped, repeated or cut off. Memory stays at two chunks, whatever the size.
"""

import hashlib
import secrets
from collections.abc import Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from config.lib import siv

MAGIC = b"canbao-sealed-1\n"
CHUNK = 1 << 20
_TAG = 16
_PREFIX = 7


def seal_file(source: IO[bytes], target: IO[bytes]) -> tuple[str, int]:
    """Write `source` sealed into `target`; returns the clear bytes' SHA-256 in hex and number."""
    digest, size = hashlib.sha256(), 0
    key, prefix = secrets.token_bytes(32), secrets.token_bytes(_PREFIX)
    wrapped = siv.seal(key.hex())
    target.write(MAGIC + len(wrapped).to_bytes(2, "big") + wrapped + prefix)
    cipher = AESGCM(key)
    number, last, chunk = 0, False, source.read(CHUNK)
    while not last:
        following = source.read(CHUNK)
        last = not following
        digest.update(chunk)
        size += len(chunk)
        target.write(cipher.encrypt(_nonce(prefix, number, last), chunk, None))
        number, chunk = number + 1, following
    return digest.hexdigest(), size


def open_sealed(sealed: IO[bytes]) -> Iterator[bytes]:
    """The clear bytes, chunk by chunk; each is genuine when it is handed out.

    Errors: InvalidTag where the file was changed or cut, at the latest at its end; KeyError where
    the ring lacks its key; ValueError for a file of another kind.
    """
    if sealed.read(len(MAGIC)) != MAGIC:
        raise ValueError("not a sealed file")
    wrapped = sealed.read(int.from_bytes(sealed.read(2), "big"))
    if not wrapped:
        raise InvalidTag
    cipher, prefix = AESGCM(bytes.fromhex(siv.unseal(wrapped))), sealed.read(_PREFIX)
    if len(prefix) < _PREFIX:
        raise InvalidTag
    number, last, chunk = 0, False, sealed.read(CHUNK + _TAG)
    while not last:
        following = sealed.read(CHUNK + _TAG)
        last = not following
        yield cipher.decrypt(_nonce(prefix, number, last), chunk, None)
        number, chunk = number + 1, following


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])
