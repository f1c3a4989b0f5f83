"""The tax bureau's system delivers files by API: once, whatever the network does."""

import json
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connections
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


# --- the limit, and what is declared beside the file


def test_a_file_above_the_limit_is_not_read(api: Any, settings: Any) -> None:
    settings.PAYMENTS_MOST_BYTES = 1 << 20
    large = SimpleUploadedFile("大.csv", b"x" * (2 << 20))
    grace = api("grace")
    headers = {"Idempotency-Key": "a"}
    answer = grace.post(URL, {"file": large}, format="multipart", headers=headers)
    assert answer.status_code == 413 and "1 MB" in answer.json()["problems"][0]
    lines = lines_of(LINE)
    enough = (1 << 20) // len(lines) + 1  # above the limit, below that of the whole request
    assert push(grace, lines * enough).status_code == 413
    assert push(grace, lines * enough * 2).status_code == 413
    assert not SourceFile.objects.exists()


@pytest.mark.parametrize("told, state", [({"rows": "1", "yuan": "350"}, "done"),
                                         ({"rows": "2"}, "refused")])  # fmt: skip
def test_what_is_declared_beside_the_file_is_compared(api: Any, told: Any, state: str) -> None:
    grace = api("grace")
    file = SimpleUploadedFile("明细.csv", text([Row()]).encode("gb18030"))
    body = {"file": file, **told}
    answer = grace.post(URL, body, format="multipart", headers={"Idempotency-Key": "a"})
    assert jobs.run(answer.json()["job"]).state == state


def test_other_figures_are_another_request(api: Any) -> None:
    grace = api("grace")
    assert push(grace, lines_of(LINE), query="?rows=1").status_code == 202
    assert push(grace, lines_of(LINE), query="?rows=1").status_code == 202
    assert push(grace, lines_of(LINE), query="?rows=2").status_code == 409
    assert push(grace, lines_of(LINE), "b", query="?rows=two").status_code == 400


# --- JSON lines

LINE = {
    "缴费人姓名": "王小明", "证件号码": "411328199003072511", "实缴金额": 350.00,
    "缴款日期": "2022-11-18 10:15:22", "年度": 2023, "电子税票号码": "341135221118000001",
    "税务机关": "安平县税务局", "备注": None,
}  # fmt: skip


def lines_of(*rows: Any) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def push(client: APIClient, body: bytes, key: str = "a", *, query: str = "") -> Any:
    return client.generic(
        "POST", URL + query, body, "application/x-ndjson", headers={"Idempotency-Key": key}
    )


def test_json_lines_are_lines_of_a_file(api: Any, wang: Any, register: Any) -> None:
    from payments.models import Payment

    register(wang)
    other = {**LINE, "电子税票号码": 341135221118000002, "实缴金额": "20", "缴款日期": ""}
    answer = push(api("grace"), lines_of(LINE, LINE, other))
    assert answer.status_code == 202
    result = jobs.run(answer.json()["job"]).result
    assert (result["read"], result["known"], result["rejected"]) == (3, 1, 1)
    payment = Payment.objects.get()
    assert (payment.line, payment.fen, payment.standing) == (1, 35000, "matched")
    file = SourceFile.objects.get()
    assert file.problems.get().line == 3 and file.size > 0


def test_the_same_lines_by_file_and_by_push_are_known(api: Any, take: Any) -> None:
    take([Row()])
    answer = push(api("grace"), lines_of(LINE))
    assert jobs.run(answer.json()["job"]).result["known"] == 1


@pytest.mark.parametrize(
    "body, told",
    [
        (lines_of(LINE) + b"\n{garbage\n", ["3"]),
        (lines_of(LINE, [1]), ["2"]),
        (lines_of({**LINE, "实缴金额": True}), ["1", "实缴金额"]),
        (lines_of({"缴费人姓名": "王小明"}), ["1", "证件号码", "缴款日期"]),
        (lines_of(LINE) + b'"' + b"x" * (1 << 17), ["2"]),
        (b" \n\n", []),
        (b"\xff\xfe{}", ["1"]),
        (lines_of(LINE) + lines_of(LINE).replace("王".encode(), b"\\ud800"), ["2", "半个字符"]),
    ],
)
def test_a_garbage_line_refuses_the_body_with_its_number(api: Any, body: bytes, told: Any) -> None:
    answer = push(api("grace"), body)
    assert answer.status_code == 400
    said = " ".join(answer.json()["problems"])
    assert said and all(word in said for word in told)
    assert not SourceFile.objects.exists()


def test_an_unreadable_amount_is_told_by_the_bodys_line(api: Any) -> None:
    answer = push(api("grace"), lines_of(LINE, {**LINE, "实缴金额": "三百五"}))
    job = jobs.run(answer.json()["job"])
    assert job.state == "refused" and "2" in job.problems[0] and "3 " not in job.problems[0]


def test_the_same_body_again_gets_the_same_answer(api: Any) -> None:
    grace = api("grace")
    first, second = (push(grace, lines_of(LINE)).json() for _ in "ab")
    assert first["job"] == second["job"]
    assert push(grace, lines_of({**LINE, "实缴金额": 360})).status_code == 409


@pytest.mark.django_db(transaction=True, databases=["default", "progress"])
def test_the_same_body_twice_at_once_makes_one_job(api: Any) -> None:
    clients, answers = [api("grace"), api("grace")], []
    start = threading.Barrier(2)

    def send_one(client: APIClient) -> None:
        try:
            start.wait()
            answers.append(push(client, lines_of(LINE)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send_one, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [202, 202]
    assert len({answer.json()["job"] for answer in answers}) == 1
    assert Job.objects.count() == 1


# --- tokens


def command(capsys: Any, *args: str, **options: Any) -> dict[str, Any]:
    call_command("create_token", *args, json=True, **options)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_token_is_made_renewed_and_revoked(cast: Any, capsys: Any) -> None:
    def status(token: str) -> int:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return push(client, lines_of(LINE)).status_code

    first = command(capsys, "grace")["token"]
    assert status(first) == 202
    second = command(capsys, "grace")["token"]
    assert (status(first), status(second)) == (401, 202)
    command(capsys, "grace", revoke=True)
    assert status(second) == 401
    with pytest.raises(SystemExit):
        command(capsys, "grace", revoke=True)


@pytest.mark.parametrize("name", ["bob", "heidi", "mallory"])
def test_who_sends_no_files_gets_no_token(cast: Any, capsys: Any, name: str) -> None:
    with pytest.raises(SystemExit):
        command(capsys, name)
    assert not Token.objects.exists()


def test_a_token_is_bound_to_its_region(api: Any, cast: Any, places: Any) -> None:
    grace = cast["grace"]
    grace.region = places["north"]
    grace.save()
    assert push(api("grace"), lines_of(LINE)).status_code == 404
