"""A payment file as a whole in the browser: its counts and lists, accepting, voiding, the alarm."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from enrollment import jobs
from enrollment.models import SourceFile
from payments.models import Payment
from tests.payments.lines import LI, WANG, Row, text
from tests.payments.test_pages import FILES, taken_in, upload

# Progress of jobs goes by a connection of its own; in tests it is the same one.
pytestmark = pytest.mark.django_db(databases=["default", "progress"])


def lines(client: Any, file: SourceFile, **of: str) -> Any:
    return client.get(f"{FILES}{file.pk}/lines/", of)


def test_every_count_of_the_page_is_a_list_that_sums_to_it(
    sign_in: Any, wang: Any, register: Any
) -> None:
    register(wang)
    grace = sign_in("grace")
    rows = [
        Row(), Row(receipt="9", number=LI, name="李四"), Row(), Row(yuan="349", name="王晓明"),
        Row(receipt="7", paid=""), Row(receipt="8", yuan="-20", state="冲红", original="9"),
    ]  # fmt: skip
    file = taken_in(grace, rows)
    page = grace.get(f"{FILES}{file.pk}/")
    seen = [
        (part["url"], part["value"], file.counts["fen"][part["key"]])
        for part in page.context["equation"][1:]
    ]
    seen += [
        (f"{FILES}{file.pk}/lines/?of={row['standing']}", row["n"], row["fen"])
        for row in page.context["standings"]
    ]
    seen += [
        (f"{FILES}{file.pk}/lines/?of=open&cause={row['cause']}", row["n"], row["fen"])
        for row in page.context["causes"]
    ]
    assert len(seen) == 7
    for url, count, fen in seen:
        listed = grace.get(url).context
        assert (listed["count"], listed["fen"]) == (count, fen), url
        shown = list(listed["page"])
        assert (len(shown), sum(row.fen for row in shown)) == (count, fen), url
        book = grace.get(url.replace("lines/", "lines.xlsx"))
        assert book.status_code == 200 and book.content[:2] == b"PK"


def test_a_conflict_shows_what_we_hold_and_what_the_line_says(sign_in: Any, wang: Any) -> None:
    grace = sign_in("grace")
    first = taken_in(grace, [Row()])
    file = taken_in(grace, [Row(yuan="349", name="王晓明")])
    page = lines(grace, file, of="conflict")
    (row,) = page.context["page"]
    assert (row.held.name, row.held.fen, row.held.file_id) == ("王小明", 35000, first.pk)
    assert (row.theirs.name, row.theirs.fen) == ("王晓明", 34900)
    assert WANG not in page.content.decode()


def test_long_lists_have_pages(sign_in: Any) -> None:
    grace = sign_in("grace")
    rows = [Row(receipt=str(100 + n), yuan="1") for n in range(55)]
    rows += [Row(receipt=str(200 + n), yuan="-1", state="冲红", original="x") for n in range(3)]
    file = taken_in(grace, rows)
    second = lines(grace, file, of="new", page="2").context["page"]
    assert [row.line for row in second] == [52, 53, 54, 55, 56, 57, 58, 59]


def test_the_bureau_voids_a_file_after_reading_what_it_does(
    sign_in: Any, wang: Any, register: Any
) -> None:
    register(wang)
    file = taken_in(sign_in("grace"), [Row()])
    url = f"{FILES}{file.pk}/void/"
    assert sign_in("grace").get(url).status_code == 403
    alice = sign_in("alice")
    assert "350.00" in alice.get(url).content.decode()
    assert alice.post(url, {"why": ""}).status_code == 422
    assert alice.post(url, {"why": "发错了"}).status_code == 302
    page = alice.get(f"{FILES}{file.pk}/")
    assert "发错了" in page.content.decode() and not Payment.objects.exists()
    (row,) = lines(alice, file, of="voided").context["page"]
    assert (row.fen, row.handed_to) == (35000, 0)
    assert alice.get(url).context["seen"].obstacles


def test_a_second_person_accepts_on_the_page(
    sign_in: Any, campaign: Any, wang: Any, register: Any
) -> None:
    version = campaign.policy_version
    version.source = version.source.replace("[payments]", '[payments]\naccept = "second_person"')
    version.save()
    register(wang)
    alice = sign_in("alice")
    file = taken_in(alice, [Row(), Row(receipt="7", paid="")])
    url = f"{FILES}{file.pk}/acceptance/"
    assert file.state == "checked" and not Payment.objects.exists()
    assert 'value="accept"' not in alice.get(f"{FILES}{file.pk}/").content.decode()
    alice.post(url, {"step": "accept"})
    file.refresh_from_db()
    assert file.state == "checked"
    dana = sign_in("dana")
    assert 'value="accept"' in dana.get(f"{FILES}{file.pk}/").content.decode()
    dana.post(url, {"step": "accept"})
    file.refresh_from_db()
    jobs.run(file.job_id)
    file.refresh_from_db()
    assert (file.state, Payment.objects.get().standing) == ("posted", "matched")


@pytest.mark.parametrize(
    "told, problem", [({"rows": "x"}, True), ({"yuan": "y"}, True), ({"rows": "1"}, False)]
)
def test_what_is_typed_in_beside_the_file(sign_in: Any, told: Any, problem: bool) -> None:
    file = SimpleUploadedFile("明细.csv", text([Row()]).encode())
    answer = sign_in("grace").post(FILES, {"file": file, **told})
    assert answer.status_code == (422 if problem else 302)
    assert SourceFile.objects.count() == (not problem)


def test_a_file_above_the_limit_is_told_so(sign_in: Any, settings: Any) -> None:
    settings.PAYMENTS_MOST_BYTES = 1 << 20
    answer = upload(sign_in("grace"), b"x" * (1 << 20) + b"x")
    assert answer.status_code == 422 and "1 MB" in answer.content.decode()


@pytest.mark.parametrize(
    "every, last, days",
    [
        (None, None, 34),  # since collection began, by the assumed 7 days
        (3, "2022-11-15 10:00", 3),
        (4, "2022-11-15 10:00", 0),
        (0, None, 0),
    ],
)
def test_no_file_for_days_is_an_alarm(
    campaign: Any, cast: Any, sign_in: Any, every: int | None, last: str | None, days: int
) -> None:
    from payments.alarm import missing_file
    from reports.progress.todo import waiting
    from tests.conftest import at

    if every is not None:
        version = campaign.policy_version
        version.source = version.source.replace(
            "[payments]", f"[payments]\nfile_every_days = {every}"
        )
        version.save()
        campaign.__dict__.pop("_policy", None)
    if last:
        SourceFile.objects.create(
            campaign=campaign, kind="payments", name="x", sha256="x", size=1, state="posted",
            taken_at=at(last), posted_at=at(last), taken_by=cast["grace"],
        )  # fmt: skip
    now = at("2022-11-18 16:30")
    found = missing_file(campaign, now)
    assert (found.days if found else 0) == days
    told = [each.count for each in waiting(campaign, campaign.region, cast["alice"], now)]
    assert told == ([days] if days else [])
    shown = sign_in("grace").get(FILES).content.decode()
    assert (f"{days} 天没有" in shown) == bool(days)
    assert missing_file(campaign, at("2023-06-01 00:00")) is None
