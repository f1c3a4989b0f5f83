"""The tax bureau's system delivers files by API: once, whatever the network does."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from enrollment import jobs
from enrollment.models import Job, SourceFile
from tests.payments.lines import Row, text

# Progress of jobs goes by a connection of its own; in tests it is the same one.
pytestmark = pytest.mark.django_db(databases=["default", "progress"])
URL = "/api/v1/campaigns/small-2023/payment-files/"


@pytest.fixture
def api(cast: dict[str, Any]) -> Any:
    """api("grace") → a client with her token."""

    def as_user(name: str) -> APIClient:
        client = APIClient()
        token = Token.objects.get_or_create(user=cast[name])[0]
        client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
        return client

    return as_user


def send(client: APIClient, rows: list[Row], key: str | None = "a") -> Any:
    headers = {"Idempotency-Key": key} if key is not None else {}
    file = SimpleUploadedFile("明细.csv", text(rows).encode("gb18030"))
    return client.post(URL, {"file": file}, format="multipart", headers=headers)


def test_a_file_is_accepted_and_its_job_can_be_watched(api: Any, wang: Any, register: Any) -> None:
    register(wang)
    grace = api("grace")
    accepted = send(grace, [Row()])
    assert accepted.status_code == 202
    url = accepted.json()["url"]
    assert grace.get(url).json()["state"] == "queued"
    jobs.run(accepted.json()["job"])
    done = grace.get(url).json()
    assert done["state"] == "done"
    assert (done["result"]["new"], done["result"]["matched"]) == (1, 1)


def test_the_same_key_and_file_get_the_same_answer_and_one_job(api: Any) -> None:
    grace = api("grace")
    first, second = send(grace, [Row()]), send(grace, [Row()])
    assert second.status_code == 202
    assert first.json()["job"] == second.json()["job"]
    assert (SourceFile.objects.count(), Job.objects.count()) == (1, 1)


def test_the_same_key_with_another_file_is_a_conflict(api: Any) -> None:
    grace = api("grace")
    send(grace, [Row()])
    assert send(grace, [Row(receipt="other")]).status_code == 409
    assert SourceFile.objects.count() == 1


@pytest.mark.parametrize("key", [None, "", "x" * 101])
def test_a_key_is_needed(api: Any, key: str | None) -> None:
    assert send(api("grace"), [Row()], key).status_code == 400


def test_a_refused_file_says_why(api: Any) -> None:
    grace = api("grace")
    accepted = send(grace, [Row(yuan="三百五")])
    jobs.run(accepted.json()["job"])
    answer = grace.get(accepted.json()["url"]).json()
    assert answer["state"] == "refused"
    assert "三百五" in answer["problems"][0]


@pytest.mark.parametrize("name", ["bob", "erin", "frank", "heidi", "mallory"])
def test_others_may_not_send(api: Any, name: str) -> None:
    assert send(api(name), [Row()]).status_code == 403


def test_without_a_token_nobody_is_heard(campaign: Any) -> None:
    assert send(APIClient(), [Row()]).status_code == 401


def test_anothers_job_is_not_to_be_seen(api: Any) -> None:
    accepted = send(api("grace"), [Row()])
    assert api("alice").get(accepted.json()["url"]).status_code == 404
