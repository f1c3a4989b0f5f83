"""Sealed values: unique, joinable, and shown only when asked to."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured

from config.lib import siv
from enrollment.models import Identity

NUMBER = "11010519491231002X"


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


@pytest.mark.parametrize("text", ["", "1 zz", "1 ab", "300 " + "00" * 64])
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
