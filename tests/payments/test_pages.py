"""Payment files in the browser: each page's checklist."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from enrollment import jobs
from enrollment.models import SourceFile
from payments.models import Payment
from tests.payments.lines import LI, Row, text

# Progress of jobs goes by a connection of its own; in tests it is the same one.
pytestmark = pytest.mark.django_db(databases=["default", "progress"])
FILES = "/c/small-2023/payments/files/"


def upload(client: Any, content: bytes, name: str = "明细.csv") -> Any:
    return client.post(FILES, {"file": SimpleUploadedFile(name, content)})


def taken_in(client: Any, rows: list[Row]) -> SourceFile:
    """Uploaded by the page and carried out as a worker does."""
    answer = upload(client, text(rows).encode("gb18030"))
    assert answer.status_code == 302
    file = SourceFile.objects.latest("pk")
    jobs.run(file.job_id)
    file.refresh_from_db()
    return file


def test_an_upload_becomes_a_job_and_its_page_adds_up(
    sign_in: Any, wang: Any, register: Any
) -> None:
    register(wang)
    grace = sign_in("grace")
    rows = [Row(), Row(receipt="9", number=LI, name="李四"), Row()]  # the third repeats the first
    file = taken_in(grace, rows)
    page = grace.get(f"{FILES}{file.pk}/")
    assert (file.read, file.new, file.known) == (3, 2, 1)
    assert [part["value"] for part in page.context["equation"]] == [3, 2, 1, 0, 0]
    assert page.context["money"] == 70000
    assert "查无此人" in page.content.decode()


def test_while_the_worker_is_at_it_the_page_asks_again(sign_in: Any, wang: Any) -> None:
    grace = sign_in("grace")
    upload(grace, text([Row()]).encode("gb18030"))
    file = SourceFile.objects.latest("pk")
    before = grace.get(f"{FILES}{file.pk}/progress/").content.decode()
    assert "hx-trigger" in before and "<progress" in before
    jobs.run(file.job_id)
    assert "hx-trigger" not in grace.get(f"{FILES}{file.pk}/progress/").content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (text([Row(yuan="三百五")]).encode("gb18030"), "第 2 行"),
        ("缴费人姓名,实缴金额\n王小明,350\n".encode(), "证件号码"),
        (b"\x81\x20\xff\xff\n" * 3, "GB18030"),
    ],
)
def test_a_broken_file_is_refused_on_its_page_with_where_and_why(
    sign_in: Any, content: bytes, words: str
) -> None:
    grace = sign_in("grace")
    upload(grace, content)
    file = SourceFile.objects.latest("pk")
    jobs.run(file.job_id)
    page = grace.get(f"{FILES}{file.pk}/").content.decode()
    assert "文件被退回" in page and words in page
    assert not Payment.objects.exists()


def test_an_empty_upload_is_refused_at_once(sign_in: Any) -> None:
    answer = upload(sign_in("grace"), b"")
    assert answer.status_code == 422
    assert not SourceFile.objects.exists()


@pytest.mark.parametrize("name", ["bob", "erin", "frank"])
def test_files_are_for_who_sees_the_whole_campaign(sign_in: Any, name: str) -> None:
    assert sign_in(name).get(FILES).status_code == 403


def test_an_auditor_reads_and_sends_nothing(sign_in: Any) -> None:
    heidi = sign_in("heidi")
    assert heidi.get(FILES).status_code == 200
    assert upload(heidi, text([Row()]).encode()).status_code == 403
    assert not SourceFile.objects.exists()
