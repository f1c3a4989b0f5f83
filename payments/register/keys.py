"""The hidden key of a row: which register it is of, whose row it is, and what was printed.

Sealed (AES-SIV, config.lib.siv): nobody can make one, change one, or read one. A key names its
register and with it the campaign and the village, so a row that is carried into another village's
file is told from its own. What was printed is kept as short hashes, so that a cell which nobody
touched proposes nothing, whatever has become of the person since.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from cryptography.exceptions import InvalidTag

from config.lib import siv
from payments.register.words import WRITTEN

_PURPOSE = "payment register row"  # no other sealed text begins so
_BYTES = 4  # of each hash
NOBODY = 0


@dataclass(frozen=True)
class RowKey:
    """`resident_id` is NOBODY on the empty rows for new people."""

    issue_id: int
    resident_id: int
    printed: tuple[str, ...] = ()  # a hash for each of WRITTEN

    def untouched(self, field: str, text: str) -> bool:
        """Whether the cell still says what was printed."""
        return self.printed[WRITTEN.index(field)] == _hashed(self.issue_id, field, text)


def make(issue_id: int, resident_id: int, cells: Mapping[str, str]) -> str:
    hashes = [_hashed(issue_id, field, cells.get(field, "")) for field in WRITTEN]
    words = (_PURPOSE, str(issue_id), str(resident_id), ",".join(hashes))
    return urlsafe_b64encode(siv.seal("|".join(words))).decode().rstrip("=")


def opened(text: str) -> RowKey | None:
    """None for what is no key of ours: made up, cut, changed, or of another installation."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        purpose, issue, resident, hashes = siv.unseal(data).split("|")
        printed = tuple(hashes.split(","))
        if purpose != _PURPOSE or len(printed) != len(WRITTEN):
            return None
        return RowKey(int(issue), int(resident), printed)
    except (ValueError, KeyError, IndexError, InvalidTag):
        return None


def _hashed(issue_id: int, field: str, text: str) -> str:
    plain = "".join(text.split()).replace("—", "").replace("–", "")
    written = f"{issue_id}|{field}|{plain}".encode()
    return blake2b(written, digest_size=_BYTES).hexdigest()
