"""A file at rest gives nothing away, and opens whole or not at all."""

import hashlib
import io

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from config.lib import sealedfile

CHUNK = 7
HEADER = 16 + 2 + (1 + 16 + 64) + 7  # magic, length, key id + SIV + 32 bytes in hex, prefix
SEALED_CHUNK = CHUNK + 16


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealedfile, "CHUNK", CHUNK)


def seal(data: bytes) -> bytes:
    target = io.BytesIO()
    found = sealedfile.seal_file(io.BytesIO(data), target)
    assert found == (hashlib.sha256(data).hexdigest(), len(data))
    return target.getvalue()


def opened(sealed: bytes) -> bytes:
    return b"".join(sealedfile.open_sealed(io.BytesIO(sealed)))


@given(st.binary(max_size=40))
def test_any_bytes_come_back(data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealedfile, "CHUNK", CHUNK)
        assert opened(seal(data)) == data


def test_two_copies_of_the_same_bytes_are_not_alike() -> None:
    assert seal(b"x" * 20)[HEADER:] != seal(b"x" * 20)[HEADER:]


@pytest.mark.parametrize("length", [0, 5, 14, 20])
def test_a_copy_cut_anywhere_is_noticed(length: int) -> None:
    sealed = seal(b"z" * length)
    for keep in range(16, len(sealed)):
        with pytest.raises(InvalidTag):
            opened(sealed[:keep])


def test_a_changed_bit_a_swap_and_an_appended_chunk_are_noticed() -> None:
    sealed = seal(b"abcdefg" * 3)
    first, second = sealed[HEADER:][:SEALED_CHUNK], sealed[HEADER + SEALED_CHUNK :][:SEALED_CHUNK]
    head, rest = sealed[:HEADER], sealed[HEADER + 2 * SEALED_CHUNK :]
    flipped = bytearray(sealed)
    flipped[-1] ^= 1
    for forged in (bytes(flipped), head + second + first + rest, sealed + first, sealed + b"x"):
        with pytest.raises(InvalidTag):
            opened(forged)


def test_a_file_of_another_kind_is_told() -> None:
    with pytest.raises(ValueError, match="not a sealed file"):
        opened(b"PK\x03\x04 and so on, long enough")
