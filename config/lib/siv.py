"""Identity numbers, phones and accounts at rest: AES-SIV, deterministic, so unique and joinable.

Key file: one line for each key, `<id 0..255> <128 hex digits>`; the last line is the current key.
Sealed data is the key's id (one byte), then SIV and ciphertext: 35 bytes for 18 characters.
"""

import hmac
import secrets
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute

KEY_BYTES = 64


class Ring:
    """The keys of one key file: seals with the last of them, opens with any."""

    def __init__(self, keys: dict[int, bytes]):
        if not keys:
            raise ImproperlyConfigured("the key file holds no key")
        self._siv = {key_id: AESSIV(key) for key_id, key in keys.items()}
        current = list(keys)[-1]
        self._prefix = bytes([current])
        self._encrypt = self._siv[current].encrypt
        self._current = keys[current]
        self._head_key = self.derive("head of an identity number")

    def derive(self, purpose: str) -> bytes:
        """32 bytes for another purpose, from the current key."""
        return hmac.digest(self._current, purpose.encode(), "sha256")

    def seal(self, text: str) -> bytes:
        return self._prefix + self._encrypt(text.encode(), None)

    def unseal(self, data: bytes) -> str:
        """Errors: KeyError for a key the ring lacks, cryptography's InvalidTag for damaged data."""
        data = bytes(data)
        return self._siv[data[0]].decrypt(data[1:], None).decode()

    def head_hash(self, number: str) -> bytes:
        """16 bytes: keyed hash of the first 15 characters, for suggestions only."""
        return blake2b(number[:15].encode(), key=self._head_key, digest_size=16).digest()


def create_key_file(path: Path) -> None:
    """A new key file with one key, readable by its owner only. Errors: FileExistsError."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(f"1 {secrets.token_hex(KEY_BYTES)}\n")


def load(path: Path) -> Ring:
    """Errors: ImproperlyConfigured naming the line that is wrong."""
    try:
        lines = path.read_text().splitlines()
    except OSError as error:
        raise ImproperlyConfigured(f"CANBAO_KEYS: cannot read {path}: {error.strerror}") from None
    keys = {}
    for number, line in enumerate(lines, start=1):
        try:
            words = line.split()
            key_id, key = int(words[0]), bytes.fromhex(words[1])
        except (ValueError, IndexError):
            raise ImproperlyConfigured(f"CANBAO_KEYS: line {number} is no key") from None
        if len(words) != 2 or len(key) != KEY_BYTES or not 0 <= key_id <= 255:
            raise ImproperlyConfigured(f"CANBAO_KEYS: line {number} is no key")
        if key_id in keys:
            raise ImproperlyConfigured(f"CANBAO_KEYS: line {number} repeats key {key_id}")
        keys[key_id] = key
    return Ring(keys)


@lru_cache(maxsize=1)
def ring() -> Ring:
    """The ring of this installation, read once per process."""
    return load(Path(settings.CANBAO_KEYS))


def seal(text: str) -> bytes:
    return ring().seal(text)


def unseal(data: bytes) -> str:
    return ring().unseal(data)


def head_hash(number: str) -> bytes:
    return ring().head_hash(number)


class Sealed:
    """A value from the database that shows itself only when asked to."""

    __slots__ = ("data",)

    def __init__(self, data: bytes | memoryview):
        self.data = bytes(data)

    def reveal(self) -> str:
        """The clear text: an act, to be logged by whoever calls."""
        return ring().unseal(self.data)

    def __repr__(self) -> str:
        return "<sealed>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.data == self.data

    def __hash__(self) -> int:
        return hash(self.data)


class _SealedAttribute(DeferredAttribute):
    """Text given to an instance is sealed at once, so that no instance carries it about."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        if isinstance(value, str):
            value = Sealed(seal(value))
        elif isinstance(value, bytes | memoryview):
            value = Sealed(value)
        instance.__dict__[self.field.attname] = value  # type: ignore[attr-defined]


if TYPE_CHECKING:
    _Base = models.BinaryField["str | bytes | Sealed | None", Sealed]
else:
    _Base = models.BinaryField


class SealedField(_Base):
    """Text in, sealed bytes in the database, `Sealed` out. Only equality can be looked up.

    Sealed bytes go in as they are. Serializers get them in hex, never the text.
    """

    descriptor_class = _SealedAttribute

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        return Sealed(bytes.fromhex(value)) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> bytes | None:
        if value is None or isinstance(value, bytes):
            return value
        if isinstance(value, Sealed):
            return value.data
        if isinstance(value, memoryview):
            return bytes(value)
        if not isinstance(value, str):
            raise TypeError(f"a sealed field takes text, not {type(value).__name__}")
        return seal(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(self.get_prep_value(value), connection, True)

    def value_to_string(self, obj: models.Model) -> Any:
        value = self.value_from_object(obj)
        return value.data.hex() if isinstance(value, Sealed) else None

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in ("exact", "in", "isnull"):
            raise TypeError(f"a sealed field cannot be looked up by {lookup_name!r}")
        return super().get_lookup(lookup_name)
