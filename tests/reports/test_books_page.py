"""Runs of the books: kept whatever they find, asked for once, shown with their figures and rows."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from enrollment import changes, jobs
from enrollment.errors import Refused
from enrollment.models import Job, JobProgress, User
from quotas.models import TargetSet
from reports import books, books_jobs, books_words
from reports.models import BooksRun
from reports.rankings import services
from tests.conftest import at
from tests.payments.lines import Row, take_in

FRIDAY = at("2022-11-18 16:30")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def broken(campaign, enroll):
    """One payment says that it is matched with a fen less than it is."""
    enroll("north-1", 2)
    with connection.cursor() as cursor:
        cursor.execute(
            "update payments_payment set matched_fen = matched_fen - 1, refund_due_fen = 1"
            " where id = (select min(id) from payments_payment) returning id"
        )
        return cursor.fetchone()[0]


def asked(campaign):
    return list(Job.objects.filter(kind=books_jobs.KIND, campaign=campaign).order_by("pk"))


def test_many_postings_in_a_row_ask_once_until_the_check_begins(campaign, tmp_path):
    for n in range(3):
        take_in(campaign, tmp_path, [Row(receipt=f"{n}")], name=f"{n}.csv")
        changes.consume()
    (job,) = asked(campaign)
    JobProgress.objects.create(job_id=job.pk, started_at=FRIDAY, at=FRIDAY, attempt=1)
    take_in(campaign, tmp_path, [Row(receipt="9")], name="9.csv")
    changes.consume()  # the one that runs may have passed this file by
    assert len(asked(campaign)) == 2


@pytest.mark.django_db(databases=["default", "progress"])
def test_a_check_asked_for_every_night_is_carried_out_once(campaign):
    night = at("2022-11-19 01:10")
    books_jobs.ask_every_night(at("2022-11-19 00:30"))
    assert asked(campaign) == []
    for minutes in range(3):
        books_jobs.ask_every_night(night + timedelta(minutes=minutes))
    (job,) = asked(campaign)
    assert jobs.run(job.pk).result["ok"] is True
    run = BooksRun.objects.get()
    assert (run.cause, run.ok, len(run.checks)) == ("night", True, 10)
    assert run.by == User.system() and run.milliseconds > 0


def test_the_page_names_the_rows_and_leads_to_them(campaign, broken, sign_in):
    alice = sign_in("alice")
    address = reverse("books", args=[campaign.slug])
    assert alice.get(address).context["run"] is None
    earlier = books.run_books(campaign, cause="command", by=User.system())
    page = alice.get(address)
    found = {check["number"]: check for check in page.context["checks"]}
    assert not earlier.ok and found["1"]["ok"] and found["3"]["found"] == 1
    (row,) = found["3"]["rows"]
    assert row.url == reverse("payment", args=[campaign.slug, broken])
    assert row.text == f"缴费 {broken}：记为已匹配 34999 分，有效匹配合计 35000 分"
    assert (found["3"]["size"], found["3"]["fen"]) == (2, 70000)
    said = page.content.decode()
    assert row.text in said and row.url in said
    with connection.cursor() as cursor:
        cursor.execute("update payments_payment set matched_fen = 35000, refund_due_fen = 0")
        cursor.execute("update reports_financestate set stale = true")
    books.run_books(campaign, cause="command", by=User.system())
    assert alice.get(address).context["broken"] == 0
    again = alice.get(reverse("books-run", args=[campaign.slug, earlier.pk]))
    assert again.context["broken"] > 0 and len(again.context["runs"]) == 2
    assert alice.post(reverse("books-checking", args=[campaign.slug])).status_code == 302
    assert asked(campaign)[-1].args["cause"] == "page"


def test_a_broken_book_stops_a_ranking_and_says_which_rows(campaign, broken, sign_in):
    target_set = TargetSet.objects.get(slug="notice")
    ranking = services.freeze_ranking(
        campaign=campaign, kind="weekly", as_of=FRIDAY, target_set=target_set,
        by=User.system(), now=FRIDAY,
    )  # fmt: skip
    with translation.override("en"), pytest.raises(Refused) as refused:
        services.publish_ranking(ranking, by=User.system(), now=FRIDAY)
    assert f"payment {broken}:" in " ".join(refused.value.messages)
    runs = BooksRun.objects.filter(cause="ranking")
    assert [run.ok for run in runs] == [False, False]  # at the freeze and at the publication
    page = sign_in("alice").get(reverse("ranking", args=[campaign.slug, ranking.pk]))
    said = page.content.decode()
    assert reverse("payment", args=[campaign.slug, broken]) in said
    assert reverse("books", args=[campaign.slug]) in said


def lettered(text):
    """payment %%s: %%s live matches → payment %(a)s: %(b)s live matches"""
    letters = iter("abcdefgh")
    return re.sub("%%s", lambda _found: f"%({next(letters)})s", text)


def test_every_sentence_of_a_check_can_be_translated():
    """Each format() of the SQL stands among the sentences."""
    texts = [path.read_text("utf-8") for path in (ROOT / "payments" / "sql").glob("check_?.sql")]
    texts.append((ROOT / "reports" / "sql" / "check_finance.sql").read_text("utf-8"))
    formats = re.findall(r"format\(\s*'((?:[^']|'')*)'", "\n".join(texts))
    written = {lettered(text.replace("''", "'")) for text in formats}
    assert len(written) > 50
    assert written - set(books_words.SENTENCES) == set()
    with translation.override("zh-hans"):
        untold = [text for text in books_words.SENTENCES if translation.gettext(text) == text]
        assert untold == []
        assert books_words.said("payment 7: 35001 fen matched, its live matches have 35000") == (
            "缴费 7：记为已匹配 35001 分，有效匹配合计 35000 分"
        )
