"""Files taken in: recognised, sealed on disk, deleted when their time is over."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from config.lib import sealedfile
from enrollment import files
from enrollment.errors import Refused
from enrollment.models import SourceFile, User
from tests.conftest import at

NOW = at("2022-11-18 16:30")
TEXT = "姓名,证件号码\n王小明,990100198001011238\n".encode()


@pytest.fixture
def take(campaign):
    def take(data: bytes = TEXT, name: str = "people.csv", **more):
        return files.take_in(
            campaign, "residents", name, io.BytesIO(data), User.system(), NOW, **more
        )

    return take


def test_the_copy_on_disk_is_sealed_and_opens_again(take, settings):
    file = take()
    (copy,) = Path(settings.UPLOAD_DIR).iterdir()
    assert b"990100198001011238" not in copy.read_bytes()
    assert (file.size, file.state) == (len(TEXT), "uploaded")
    with files.opened(file) as path:
        assert path.read_bytes() == TEXT
    assert not path.exists()


def test_several_chunks(take, monkeypatch):
    monkeypatch.setattr(sealedfile, "CHUNK", 7)
    file = take()
    with files.opened(file) as path:
        assert path.read_bytes() == TEXT


@pytest.mark.parametrize("keep", [7 + 16, -1])
def test_a_copy_that_was_cut_does_not_open(take, settings, monkeypatch, keep):
    monkeypatch.setattr(sealedfile, "CHUNK", 7)
    file = take()
    (copy,) = Path(settings.UPLOAD_DIR).iterdir()
    data = copy.read_bytes()
    chunks = -(-len(TEXT) // 7) * 16 + len(TEXT)
    copy.write_bytes(data[: len(data) - chunks + keep] if keep > 0 else data[:keep])
    with pytest.raises(InvalidTag), files.opened(file):
        pass


def test_of_a_path_only_the_name_is_kept(take):
    assert take(name="C:\\Users\\bob\\名单.csv").name == "名单.csv"
    assert take(name="../../etc/名单.csv").name == "名单.csv"


def test_a_name_of_an_archive_that_was_packed_on_windows_is_read(take):
    name = "明细.csv".encode("gb18030").decode("utf-8", "surrogateescape")  # as Linux lists it
    assert take(b"1", name).name == "明细.csv"


def test_the_same_bytes_are_recognised_once_posted(take):
    first = take()
    assert files.taken_in_before(take(name="again.csv")) == ""
    SourceFile.objects.filter(pk=first.pk).update(state="posted")
    again = take(name="again.csv")
    assert again.facts["taken_in_before"]["file"] == first.pk
    assert "2022-11-18 16:30" in files.taken_in_before(again)
    assert files.taken_in_before(take(TEXT + b"\n")) == ""


def test_an_empty_file_is_refused_and_leaves_nothing(take, settings):
    with pytest.raises(Refused, match=r"people\.csv"):
        take(b"")
    assert not SourceFile.objects.exists()
    assert not list(Path(settings.UPLOAD_DIR).iterdir())


def test_a_missing_file_and_a_folder_are_refused(campaign, tmp_path):
    for path in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(Refused, match=path.name):
            files.take_in(campaign, "residents", path.name, path, User.system(), NOW)


def test_copies_are_deleted_when_no_row_keeps_them(take, settings, campaign):
    campaign.clock = NOW
    campaign.save()
    first = take()
    assert files.delete_expired(NOW) == 0
    campaign.clock = NOW + timedelta(days=60)
    campaign.save()
    SourceFile.objects.filter(pk=first.pk).update(kept_until="2022-12-01")
    second = take(name="again.csv")
    files.delete_expired(campaign.clock + timedelta(days=2))
    first.refresh_from_db()
    assert first.stored_as == ""  # its time is over
    with files.opened(second) as path:  # the same bytes are kept for the second
        assert path.read_bytes() == TEXT
    with pytest.raises(Refused), files.opened(first):
        pass


def test_a_copy_whose_row_was_rolled_back_goes_after_a_day(take, settings):
    take().delete()
    copy = next(Path(settings.UPLOAD_DIR).iterdir())
    written = at("2022-11-18 16:30").timestamp()
    os.utime(copy, (written, written))
    assert files.delete_expired(NOW + timedelta(hours=23)) == 0
    assert files.delete_expired(NOW + timedelta(hours=25)) == 1
    assert not copy.exists()


def test_a_large_file_is_opened_outside_memory_and_leaves_nothing_behind(
    take, settings, monkeypatch
):
    monkeypatch.setattr(files, "LARGE", len(TEXT) - 1)
    file = take()
    kept = sorted(Path(settings.UPLOAD_DIR).iterdir())
    with files.opened(file) as path:
        assert path.read_bytes() == TEXT
        assert str(path.readlink()).startswith(str(settings.UPLOAD_DIR))  # no memfd
        assert path.stat().st_nlink == 0  # a killed process leaves no file
        assert path.stat().st_mode & 0o077 == 0
        assert sorted(Path(settings.UPLOAD_DIR).iterdir()) == kept
    assert not path.exists()


def test_the_same_bytes_may_come_many_times_at_once(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path
    with ThreadPoolExecutor(8) as pool:
        stored = set(pool.map(lambda _n: files._store(io.BytesIO(b"same")), range(200)))
    ((name, size),) = stored
    assert [path.name for path in tmp_path.iterdir()] == [name] and size == 4
