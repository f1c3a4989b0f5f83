"""The roster pages as tests use them: people known, lists uploaded, the worker's part done."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from subsidies.models import Roster
from tests.subsidies.roster_pages import LI, ROSTERS, WANG, ZHAO, worked
from tests.subsidies.rosters.lists import write


@pytest.fixture
def known(make_resident: Any) -> None:
    make_resident("王芳", number=WANG)
    make_resident("李四", number=LI, village="north-2")
    make_resident("赵六", number=ZHAO, village="south-1")


@pytest.fixture
def upload(tmp_path: Any) -> Any:
    """upload(client, rows) → the answer to the form."""

    def uploaded(client: Any, rows: Any, name: str = "低保.csv", **form: Any) -> Any:
        content = write(tmp_path / name, rows).read_bytes()
        said = {"source": "civil-affairs", "as_of": "2022-09-30", **form}
        return client.post(ROSTERS, {"file": SimpleUploadedFile(name, content), **said})

    return uploaded


@pytest.fixture
def checked(upload: Any) -> Any:
    """checked(client, rows) → the roster, uploaded by the page and checked as a worker does."""

    def taken_in(client: Any, rows: Any, **form: Any) -> Roster:
        answer = upload(client, rows, **form)
        assert answer.status_code == 302, answer.content.decode()
        return worked(Roster.objects.latest("pk"))

    return taken_in
