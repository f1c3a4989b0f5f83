"""The calendar: what falls due, before and after the campaign's clock."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from enrollment import notice
from enrollment.models import User
from enrollment.services import campaigns
from reports.follow_up import calendar
from tests.conftest import NOTICE, at
from tests.reports.test_appraisal_command import RULES_TEXT
from tests.reports.test_follow_up import WEEKLY_REPORT

IRREGULAR = """
[[follow_up]]
key = "inspection"
title = "督查"
kind = "inspection"
every = "irregular"
participants = "unfinished"
clause = "八（三）"
words = "定期督查"
"""
TEXT = NOTICE.read_text("utf-8") + WEEKLY_REPORT + IRREGULAR + RULES_TEXT
NOW = at("2022-11-18 16:30")


@pytest.fixture
def entries():
    return {entry.key: entry for entry in calendar.entries(notice.read_policy(TEXT))}


def shown(due):
    return due and f"{due.shown:%m-%d}"


def test_each_thing_knows_its_last_and_next_day(entries):
    found = {key: (shown(e.last(NOW)), shown(e.next(NOW))) for key, e in entries.items()}
    assert found == {
        "weekly_report": ("11-11", "11-18"),  # Friday 17:00 has not come at 16:30
        "inspection": (None, None),
        "weekly": ("11-11", "11-18"),
        "2022-11-30": (None, "11-30"),
        "2022-12-31": (None, "12-31"),
        "final": (None, "12-31"),  # the end of the window
    }


def test_what_has_no_hour_is_due_when_its_day_is_over(entries):
    checkpoint = entries["2022-11-30"]
    assert shown(checkpoint.next(at("2022-11-30 23:59"))) == "11-30"
    assert checkpoint.next(at("2022-12-01 00:00")) is None
    assert checkpoint.last(at("2022-12-01 00:00")).days_from(at("2022-12-01 00:00")) == -1


def test_after_the_last_friday_nothing_comes(entries):
    weekly = entries["weekly"]
    assert (len(weekly.dues), weekly.next(at("2022-11-25 17:00"))) == (6, None)


def test_everything_in_the_order_of_time(entries):
    ordered = calendar.in_order(list(entries.values()))
    instants = [due.at for due, _entry in ordered]
    assert instants == sorted(instants) and len(ordered) == 6 + 6 + 3


@pytest.fixture
def followed(campaign):
    version = campaign.policy_version
    version.source = TEXT
    version.save()
    campaign.__dict__.pop("_policy", None)
    campaign.__dict__.pop("_policy_version", None)
    return campaign


def page(client, campaign):
    return client.get(reverse("follow-up", args=[campaign.slug]))


def test_the_page_says_what_when_to_whom_and_by_which_clause(followed, sign_in):
    said = page(sign_in("frank"), followed)
    text = said.content.decode()
    for word in ("周报", "每周", "市局", "李某 0000-0000000", "七（六）", "由人决定", "11-18"):
        assert word in text
    assert [each["entry"].key for each in said.context["coming"]][:2] == ["weekly_report", "weekly"]
    assert reverse("rankings", args=[followed.slug]) not in text  # a department has no rankings


def test_the_page_goes_by_the_campaigns_clock_and_leads_to_the_ranking(followed, sign_in):
    call_command("publish_ranking", followed.slug, "--as-of", "2022-11-18 17:00")
    campaigns.move_clock(followed, to=at("2022-11-18 17:00"), by=User.system())
    said = page(sign_in("bob"), followed)
    past = said.context["past"]
    assert {each["entry"].key for each in past[:2]} == {"weekly_report", "weekly"}
    ranking = next(each["ranking"] for each in past if each["entry"].key == "weekly")
    assert reverse("ranking", args=[followed.slug, ranking]) in said.content.decode()


def test_a_notice_without_any_of_it_says_so(campaign, sign_in):
    version = campaign.policy_version
    text = version.source
    version.source = text[: text.index("[[checkpoints]]")]
    version.save()
    campaign.__dict__.pop("_policy", None)
    said = page(sign_in("alice"), campaign)
    assert said.status_code == 200 and "通知没有规定上报" in said.content.decode()
