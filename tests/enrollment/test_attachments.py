"""Photos and PDFs: taken in by their first bytes, handed out so that nothing of them ever runs."""

import io

import pytest

from enrollment import attachments, files
from enrollment.errors import Refused
from enrollment.http import XLSX, as_attachment, as_workbook
from enrollment.models import SourceFile, User
from tests.conftest import at

NOW = at("2022-11-18 16:30")
PNG, JPEG = b"\x89PNG\r\n\x1a\n" + bytes(8), b"\xff\xd8\xff" + bytes(9)
PDF, PAGE = b"%PDF-1.7 no more", b"<script>alert(1)</script>"
KIND = SourceFile.Kind.EVIDENCE


@pytest.mark.parametrize(
    ("data", "name", "pdf_shown", "kind", "how"),
    [
        (PNG, "缴款单.png", False, "image/png", "inline"),
        (JPEG, "evil.html", False, "image/jpeg", "inline"),
        (PDF, "缴款单.pdf", False, "application/pdf", "attachment"),
        (PDF, "缴款单.pdf", True, "application/pdf", "inline"),
        (PAGE, "photo.png", True, "application/octet-stream", "attachment"),
    ],
)
def test_only_photos_and_pdfs_are_shown_whatever_their_name(
    campaign, data, name, pdf_shown, kind, how
):
    file = files.take_in(campaign, KIND, name, io.BytesIO(data), User.system(), NOW)
    answer = as_attachment(file, pdf_shown=pdf_shown)
    assert (answer.content, answer["Content-Type"]) == (data, kind)
    assert answer["Content-Disposition"].startswith(f"{how}; filename")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_copy_that_was_deleted_is_not_handed_out(campaign):
    file = files.take_in(campaign, KIND, "a.png", io.BytesIO(PNG), User.system(), NOW)
    file.stored_as = ""
    with pytest.raises(Refused):
        as_attachment(file)


def test_what_is_kept_is_a_photo_or_nothing(campaign):
    how = {"by": User.system(), "now": NOW}
    assert attachments.keep(campaign, KIND, None, **how) is None
    file = attachments.keep(campaign, KIND, ("a.png", io.BytesIO(PNG)), **how)
    assert (file.state, file.posted_at, file.kind, file.size) == ("posted", NOW, "evidence", 16)
    for data in (PAGE, b"", PNG + bytes(attachments.MOST_BYTES)):
        with pytest.raises(Refused):
            attachments.keep(campaign, KIND, ("a.png", io.BytesIO(data)), **how)
    assert SourceFile.objects.get() == file


def test_a_workbook_is_kept_under_its_name():
    answer = as_workbook(b"PK", '名单";x=".xlsx')
    assert answer["Content-Type"] == XLSX and answer["X-Content-Type-Options"] == "nosniff"
    said = "attachment; filename*=utf-8''%E5%90%8D%E5%8D%95%22%3Bx%3D%22.xlsx"
    assert answer["Content-Disposition"] == said
