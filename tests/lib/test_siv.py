"""Sealed values: unique, joinable, and shown only when asked to."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.core import serializers
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from config.lib import siv
from enrollment.models import Identity

NUMBER = "11010519491231002X"
TWICE = f"1 {'00' * 64}\n1 {'11' * 64}\n"


def test_sealing_is_deterministic_and_reversible() -> None:
    assert siv.seal(NUMBER) == siv.seal(NUMBER) != siv.seal(NUMBER[:-1] + "1")
    assert siv.Sealed(siv.seal(NUMBER)).reveal() == NUMBER
    assert len(siv.seal(NUMBER)) == 35


def test_damage_is_noticed() -> None:
    data = bytearray(siv.seal(NUMBER))
    data[-1] ^= 1
    with pytest.raises(InvalidTag):
        siv.Sealed(bytes(data)).reveal()


def test_the_text_never_shows_by_accident() -> None:
    sealed = siv.Sealed(siv.seal(NUMBER))
    assert NUMBER not in f"{sealed!r} {sealed} {[sealed]}"


def test_a_sealed_column_is_found_by_its_text_and_by_nothing_else(make_resident: Any) -> None:
    resident = make_resident("王小明", number=NUMBER)
    assert Identity.objects.get(number=NUMBER).resident == resident
    assert Identity.objects.filter(number__in=[NUMBER]).count() == 1
    with pytest.raises(TypeError, match="startswith"):
        Identity.objects.filter(number__startswith="1101").exists()
    stored = Identity.objects.values_list("number", flat=True).get()
    assert NUMBER not in repr(stored)


@pytest.mark.parametrize(
    "lookup", ["startswith", "contains", "iexact", "gt", "range", "regex", "endswith"]
)
def test_no_other_look_up_is_possible(lookup: str) -> None:
    with pytest.raises(TypeError, match=lookup):
        Identity.objects.filter(**{f"number__{lookup}": "1101"})


def test_an_instance_carries_no_text_even_before_it_is_saved(make_resident: Any) -> None:
    identity = Identity(kind="resident_id", number=NUMBER)
    assert identity.number == siv.Sealed(siv.seal(NUMBER))
    resident = make_resident("王小明", number=NUMBER)
    resident.phone = "13800000000"
    assert "13800000000" not in repr(vars(resident))
    resident.save()
    resident.refresh_from_db()
    assert resident.phone.reveal() == "13800000000"
    resident.phone = None
    resident.save()
    resident.refresh_from_db()
    assert resident.phone is None


def test_a_dump_carries_the_sealed_number_there_and_back(make_resident: Any) -> None:
    identity = make_resident("王小明", number=NUMBER).identities.get()
    dump = serializers.serialize("json", [identity])
    assert NUMBER not in dump
    (loaded,) = serializers.deserialize("json", dump)
    assert loaded.object.number.reveal() == NUMBER


def test_a_number_is_unique_whoever_writes_it(make_resident: Any) -> None:
    first = make_resident("王小明", number=NUMBER)
    found, made = Identity.objects.get_or_create(
        kind="resident_id", number=NUMBER, defaults={"resident": first}
    )
    assert (found.resident, made) == (first, False)
    with pytest.raises(IntegrityError):
        make_resident("王小红", number=NUMBER)


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    assert siv.unseal(siv.seal(text)) == text


def test_the_hash_of_the_head_says_who_may_be_meant() -> None:
    """Numbers cut behind the 15th digit meet; it is no plain hash that anyone could try out."""
    assert siv.head_hash(NUMBER) == siv.head_hash(NUMBER[:15] + "000")
    assert siv.head_hash(NUMBER) != siv.head_hash("9" + NUMBER[1:])
    assert siv.head_hash(NUMBER) != hashlib.sha256(NUMBER[:15].encode()).digest()[:16]
    assert len(siv.head_hash(NUMBER)) == 16


def test_a_key_file_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    siv.create_key_file(path)
    before = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        siv.create_key_file(path)
    assert path.read_text() == before


@pytest.mark.parametrize("text", ["", "1 zz", "1 ab", "300 " + "00" * 64, TWICE])
def test_a_bad_key_file_stops_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys"
    path.write_text(text)
    with pytest.raises(ImproperlyConfigured, match="key"):
        siv.load(path)


def test_an_old_key_still_opens(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    siv.create_key_file(path)
    old = siv.load(path).seal(NUMBER)
    path.write_text(path.read_text() + "2 " + "ab" * 64 + "\n")
    ring = siv.load(path)
    assert ring.unseal(old) == NUMBER
    assert ring.seal(NUMBER)[0] == 2
