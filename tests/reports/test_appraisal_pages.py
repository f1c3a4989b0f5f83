"""The pages of the appraisal: a stage, who was in time, who is disqualified."""

import io

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Institution, User
from reports.appraisal import queries, services
from reports.models import Disqualification, InTime
from tests.conftest import at
from tests.reports.test_appraisal_command import RULES_TEXT, command

NOW = at("2022-11-18 16:30")


@pytest.fixture
def appraised(campaign):
    """The small county's notice with an appraisal: one stage, final, with four rewards."""
    version = campaign.policy_version
    version.source += RULES_TEXT
    version.save()
    campaign.__dict__.pop("_policy", None)
    campaign.__dict__.pop("_policy_version", None)
    return campaign


def page(client, name, campaign, query="", *more):
    return client.get(reverse(name, args=[campaign.slug, *more]) + query)


def text(response):
    return response.content.decode()


# --- the appraisal


def test_a_stage_is_shown_with_its_arithmetic_and_clauses(appraised, enroll, sign_in, places):
    enroll("north-1", 12)
    said = {places["north"].pk: True}
    services.say_who_was_in_time(
        campaign=appraised, stage=appraised.policy["appraisal"].stages[0], said=said,
        why="税务局入库清单", by=User.system(), now=NOW,
    )  # fmt: skip
    alice = sign_in("alice")
    shown = text(page(alice, "appraisal", appraised, f"?unit={places['north'].pk}"))
    # target 10: 12 × 1 + 2 × 20 = 52 yuan
    assert "参保奖励：12 × 1 元 = 12 元" in shown
    assert "超任务奖励：2 × 20 元 = 40 元" in shown
    assert "52.00" in shown and "税务局入库清单" in shown and "七" in shown
    assert f"status=enrolled&amp;region={places['north'].pk}" in shown
    sheet = page(alice, "appraisal", appraised).context["sheet"]
    assert [(line.row.unit.name, line.net_fen) for line in sheet.lines] == [
        ("城北镇", 5200), ("城南乡", 0),
    ]  # fmt: skip
    assert (sheet.unsaid, sheet.over) == (1, False)


def test_the_list_behind_a_figure_holds_as_many_people(appraised, enroll, sign_in, places):
    enroll("north-1", 3)
    enroll("north-2", 1, paid=False)
    alice = sign_in("alice")
    sheet = page(alice, "appraisal", appraised).context["sheet"]
    query = page(alice, "appraisal", appraised).context["list_query"]
    listed = page(alice, "people", appraised, f"?{query}&region={places['north'].pk}")
    counted = {line.row.unit.name: line.row.unit.counted for line in sheet.lines}
    assert (counted["城北镇"], listed.context["total"]) == (3, 3)


def test_a_notice_without_appraisal_says_so(campaign, sign_in):
    alice = sign_in("alice")
    assert "没有规定考评" in text(page(alice, "appraisal", campaign))
    for name in ("appraisal-xlsx", "appraisal-in-time"):
        assert page(alice, name, campaign)["Location"].endswith("/appraisal/")


def test_the_workbook_holds_figures_and_arithmetic(appraised, enroll, sign_in):
    enroll("north-1", 12)
    response = page(sign_in("alice"), "appraisal-xlsx", appraised)
    book = load_workbook(io.BytesIO(response.content))
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert rows[3][1:5] == ["城北镇", 10, 12, 120]
    assert rows[5][2:5] == [30, 12, 40]  # 12 of 30
    words = [list(row) for row in book.worksheets[1].iter_rows(min_row=4, values_only=True)]
    assert ["城北镇", "六（二）", "目标任务 10 人，完成 12 人，应完成 100%：已达到"] in words


# --- who was in time


def in_time_form(places, **said):
    return {f"unit-{places[key].pk}": word for key, word in said.items() if key != "why"} | {
        "why": said.get("why", "入库清单")
    }


def test_who_was_in_time_is_entered_with_its_source_and_the_command_knows(
    appraised, enroll, sign_in, places
):
    enroll("north-1", 1)
    enroll("south-1", 1)
    address = reverse("appraisal-in-time", args=[appraised.slug])
    alice = sign_in("alice")
    assert alice.post(address, in_time_form(places, north="yes", south="no")).status_code == 302
    said = InTime.objects.order_by("pk").values_list("region__key", "in_time", "why")
    assert set(said) == {("north", True, "入库清单"), ("south", False, "入库清单")}
    assert AuditEntry.objects.get(action="say_who_was_in_time").by.username == "alice"
    _status, answer, _err = command(appraised, "--stage", "final")
    found = {row["name"]: (row["on_time"], row["rewards_fen"]) for row in answer["rows"]}
    assert found == {"城北镇": (True, 100), "城南乡": (False, 0)}
    # the same again says nothing new; another word is a new row; an empty one takes it back
    alice.post(address, in_time_form(places, north="yes", south="no"))
    assert InTime.objects.count() == 2
    alice.post(address, in_time_form(places, north="", south="no", why="清单有误"))
    stage = appraised.policy["appraisal"].stages[0]
    assert queries.in_time(appraised, stage) == {places["south"].pk: False}
    assert InTime.objects.count() == 3


def test_without_its_source_nothing_is_kept(appraised, sign_in, places):
    address = reverse("appraisal-in-time", args=[appraised.slug])
    answer = sign_in("alice").post(address, in_time_form(places, north="yes", why=" "))
    assert answer.status_code == 422 and not InTime.objects.exists()
    with pytest.raises(Refused):
        services.say_who_was_in_time(
            campaign=appraised, stage=appraised.policy["appraisal"].stages[0],
            said={places["north"].pk: True}, why=" ", by=User.system(), now=NOW,
        )  # fmt: skip


def test_what_was_said_stays_even_for_someone_in_psql(appraised, places):
    services.say_who_was_in_time(
        campaign=appraised, stage=appraised.policy["appraisal"].stages[0],
        said={places["north"].pk: True}, why="清单", by=User.system(), now=NOW,
    )  # fmt: skip
    for change in (lambda: InTime.objects.update(in_time=False), InTime.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_all_can_be_filled_in_at_once_and_nothing_is_kept_until_saved(appraised, sign_in):
    shown = page(sign_in("alice"), "appraisal-in-time", appraised, "?fill=yes")
    assert text(shown).count('value="yes" selected') == 2 and not InTime.objects.exists()


def test_the_appraisal_is_the_offices(appraised, sign_in):
    names = ("appraisal", "appraisal-xlsx", "appraisal-in-time")
    found = {
        who: [page(sign_in(who), name, appraised).status_code for name in names]
        for who in ("bob", "erin", "heidi", "dana", "frank")
    }
    assert found == {
        "bob": [403] * 3, "erin": [403] * 3, "heidi": [200, 200, 403], "dana": [200] * 3,
        "frank": [403] * 3,
    }  # fmt: skip


# --- disqualifications


def disqualify(client, campaign, unit, reason="虚报参保人数"):
    address = reverse("disqualification-entry", args=[campaign.slug])
    return client.post(address, {"unit": unit, "reason": reason})


def test_a_unit_is_disqualified_and_everyone_who_sees_the_ranking_reads_why(
    campaign, enroll, sign_in, places
):
    enroll("north-1", 3)
    north = f"region-{places['north'].pk}"
    assert disqualify(sign_in("alice"), campaign, north).status_code == 302
    call_command("publish_ranking", campaign.slug, "--as-of", "2022-11-18 16:00")
    bob = sign_in("bob")
    shown = text(bob.get(reverse("rankings", args=[campaign.slug]), follow=True))
    assert "虚报参保人数" in shown and "Alice" in shown
    shown = text(page(bob, "disqualifications", campaign))
    assert (
        "虚报参保人数" in shown
        and "2022-11-18 16:30" in shown
        and "<form" not in shown.split('id="content"')[1]
    )


def test_it_is_lifted_with_a_reason_and_the_history_stays(campaign, sign_in, places):
    alice = sign_in("alice")
    disqualify(alice, campaign, f"region-{places['north'].pk}")
    row = Disqualification.objects.get()
    address = reverse("disqualification-lifting", args=[campaign.slug, row.pk])
    alice.post(address, {"why": " "})
    row.refresh_from_db()
    assert row.ended_at is None
    alice.post(address, {"why": "查无实据"})
    shown = page(alice, "disqualifications", campaign)
    assert (shown.context["standing"], len(shown.context["lifted"])) == ([], 1)
    assert "查无实据" in text(shown) and "虚报参保人数" in text(shown)
    actions = AuditEntry.objects.filter(object_kind="disqualification").order_by("pk")
    assert [(e.action, e.why, e.by.username) for e in actions] == [
        ("disqualify", "虚报参保人数", "alice"), ("lift_disqualification", "查无实据", "alice"),
    ]  # fmt: skip


def test_what_cannot_be_is_told_and_what_is_not_ones_own_is_not_there(campaign, sign_in, places):
    alice = sign_in("alice")
    north = f"region-{places['north'].pk}"
    assert disqualify(alice, campaign, north, reason=" ").status_code == 422
    disqualify(alice, campaign, north)
    again = disqualify(alice, campaign, north)
    assert again.status_code == 422 and "已被取消资格" in text(again)
    for unit in ("region-999999", "institution-1", f"region-{places['county'].pk}", "x"):
        assert disqualify(alice, campaign, unit).status_code == 404
    assert disqualify(sign_in("bob"), campaign, north).status_code == 403
    assert disqualify(sign_in("heidi"), campaign, north).status_code == 403


def test_a_disqualified_institution_earns_nothing_and_the_rest_does(
    appraised, enroll, sign_in, places
):
    enroll("north-1", 1)
    first, _second = (
        Institution.objects.create(name=name, kind="health_centre", region=places["north"])
        for name in ("第一卫生院", "第二卫生院")
    )
    disqualify(sign_in("alice"), appraised, f"institution-{first.pk}", "套取奖励")
    _status, answer, _err = command(appraised, "--stage", "final", "--on-time", "all")
    north = answer["rows"][0]
    # 1 × 1 yuan and one of two health centres
    assert (north["rewards_fen"], north["disqualified"]) == (100 + 500_000, "")
    assert any("第一卫生院" in each["words"] for each in north["because"])


def test_a_disqualified_unit_is_ranked_and_not_commended(campaign, enroll, places):
    version = campaign.policy_version
    version.source += """
[[rankings.consequences]]
when = "top"
top = 1
words = "表扬"
clause = "六（三）"
"""
    version.save()
    enroll("north-1", 3)
    services.disqualify(
        campaign=campaign, region=places["north"], reason="虚报", by=User.system(), now=NOW
    )
    call_command("publish_ranking", campaign.slug, "--as-of", "2022-11-18 16:00")
    from reports.models import RankingRow

    rows = RankingRow.objects.order_by("rank").values_list("name", "consequences")
    assert list(rows) == [("城北镇", []), ("城南乡", [{"clause": "六（三）", "words": "通报"}])]
