"""The facts of an appraisal, who is disqualified, and `manage.py appraise`."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Institution, User
from reports.appraisal import services
from reports.appraisal.queries import unit_facts
from reports.models import Disqualification
from tests.conftest import at

# --- disqualifications


@pytest.fixture
def disqualify(campaign, places):
    def disqualify(region="north", reason="虚报", by=None):
        return services.disqualify(
            campaign=campaign, region=places[region], reason=reason, by=by or User.system(),
            now=at("2022-12-31 18:00"),
        )  # fmt: skip

    return disqualify


def test_a_disqualification_says_who_when_and_why(disqualify, cast):
    row = disqualify(by=cast["alice"])
    assert (row.region.key, row.reason, row.by.username) == ("north", "虚报", "alice")
    entry = AuditEntry.objects.get(action="disqualify")
    assert (entry.by, entry.why, entry.object_id) == (cast["alice"], "虚报", row.pk)


@pytest.mark.parametrize(("region", "reason"), [("north", "  "), ("county", "虚报")])
def test_what_cannot_be_is_refused(disqualify, region, reason):
    with pytest.raises(Refused):
        disqualify(region, reason)
    assert not Disqualification.objects.exists()


def test_a_unit_is_disqualified_once_and_again_after_it_was_lifted(disqualify):
    row = disqualify()
    with pytest.raises(Refused):
        disqualify()
    with pytest.raises(Refused):
        services.lift_disqualification(row, why=" ", by=User.system(), now=at("2023-01-05 09:00"))
    row = services.lift_disqualification(
        row, why="查无实据", by=User.system(), now=at("2023-01-05 09:00")
    )
    with pytest.raises(Refused):
        services.lift_disqualification(row, why="x", by=User.system(), now=at("2023-01-06 09:00"))
    assert disqualify().pk != row.pk and Disqualification.objects.count() == 2


def test_disqualifications_stay_and_are_whole_even_for_someone_in_psql(disqualify):
    row = disqualify()
    with pytest.raises(DatabaseError), transaction.atomic():
        Disqualification.objects.all().delete()
    for change in ({"reason": ""}, {"ended_at": at("2023-01-05 09:00")}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Disqualification.objects.filter(pk=row.pk).update(**change)


# --- facts of the database, and the command

RULES_TEXT = """
[appraisal]
clause = "六"

[appraisal.disqualified]
clause = "六（三）"
words = "取消表彰资格"

[[appraisal.stages]]
key = "final"
title = "总体考评"
window = "whole"
final = true
clause = "六（二）"
words = "总体考评"

[[appraisal.stages.consequences]]
when = "unfinished"
words = "通报批评"
clause = "六（三）"

[[appraisal.rewards]]
key = "per_head"
title = "参保奖励"
stage = "final"
for = "region"
per = "enrolled"
fen = 100
when = ["on_time"]
clause = "七"
words = "每参保 1 人 1 元"

[[appraisal.rewards]]
key = "above"
title = "超任务奖励"
stage = "final"
for = "region"
per = "above_target"
fen = 2000
when = ["on_time"]
adds = true
clause = "七"
words = "超过任务数的部分每人 20 元"

[[appraisal.rewards]]
key = "centres"
title = "卫生院奖励"
stage = "final"
for = "institution"
per = "each"
fen = 500000
when = ["on_time"]
clause = "七"
words = "每个卫生院 5000 元"

[[appraisal.rewards]]
key = "missed"
title = "漏参扣款"
stage = "final"
for = "region"
per = "missed_hardship"
fen = 35000
deduct = true
clause = "七"
words = "漏参 1 人扣 350 元"
"""


@pytest.fixture
def appraised(campaign):
    """The small county's notice with an appraisal."""
    version = campaign.policy_version
    version.source += RULES_TEXT
    version.save()
    campaign.__dict__.pop("_policy", None)
    campaign.__dict__.pop("_policy_version", None)
    return campaign


@pytest.fixture
def mark(campaign):
    from subsidies.models import Entitlement

    def mark(resident, recognised="2022-10-20", ended=None):
        return Entitlement.objects.create(
            campaign=campaign, resident_id=resident.pk, category="lifted",
            recognised_on=at(f"{recognised} 00:00").date(), source="list",
            known_at=at("2022-10-21 09:00"), marked_by=User.system(),
            ended_at=at(ended) if ended else None,
        )  # fmt: skip

    return mark


def command(campaign, *words):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("appraise", campaign.slug, *words, "--json", stdout=out, stderr=err)
    except SystemExit as end:
        return end.code, out.getvalue(), err.getvalue()
    return 0, json.loads(out.getvalue().splitlines()[-1]), err.getvalue()


def test_missed_are_those_marked_by_then_and_not_enrolled_then(
    appraised, enroll, mark, make_resident, places
):
    from tests.enrollment.people import number

    paid, unpaid, later = (
        *enroll("north-1", 1), *enroll("north-1", 1, paid=False),
        *enroll("north-2", 1, at("2022-12-05 09:00")),
    )  # fmt: skip
    for registration in (paid, unpaid, later):
        mark(registration.resident)
    stranger = make_resident("李一", number=number("19700101", 901), village="south-2")
    mark(stranger)
    mark(make_resident("李二", number=number("19700101", 902), village="south-2"), "2022-12-02")
    gone = make_resident("李三", number=number("19700101", 903), village="south-2")
    mark(gone, ended="2022-11-20 09:00")
    target_set = appraised.target_sets.get()

    def missed(text):
        found = unit_facts(appraised, target_set, at(text), None)
        return {unit.name: unit.hardship_missed for unit in found}

    # 1 December: north has registered-unpaid and not-yet-paid, south the stranger
    assert missed("2022-12-01 00:00") == {"城北镇": 2, "城南乡": 1}
    # 10 December: the later one has paid; recognised on the 2nd counts by now
    assert missed("2022-12-10 00:00") == {"城北镇": 1, "城南乡": 2}
    # 15 November: the mark that ended on the 20th still stood
    assert missed("2022-11-15 00:00")["城南乡"] == 2


def test_the_command_answers_money_and_reasons(appraised, places, enroll, mark):
    enroll("north-1", 12)
    (unpaid,) = enroll("south-1", 1, paid=False)
    mark(unpaid.resident)
    enroll("south-1", 5)
    Institution.objects.create(name="卫生院", kind="health_centre", region=places["north"])
    Institution.objects.create(name="学校", kind="school", region=places["north"])
    status, answer, _err = command(
        appraised, "--stage", "final", "--as-of", "2022-12-31 23:00", "--on-time", "all"
    )
    assert status == 0 and answer["final"]
    north, south = answer["rows"]
    # north, target 10: 12 × 1 + 2 × 20 + 1 × 5,000 = 5,052 yuan
    assert (north["name"], north["met"], north["rewards_fen"], north["deductions_fen"]) == (
        "城北镇", True, 505_200, 0,
    )  # fmt: skip
    assert north["consequences"] == []
    # south, target 20: 5 × 1 = 5 yuan; 350 off for one missed, but no more than 5
    assert (south["met"], south["rewards_fen"], south["deductions_fen"]) == (False, 500, 500)
    assert south["consequences"] == [{"clause": "六（三）", "words": "通报批评"}]
    assert {"clause", "words"} == set(south["because"][0])


def test_the_command_answers_places_and_points(appraised, enroll):
    version = appraised.policy_version
    common = (
        'stage = "final"\nfor = "region"\nclause = "七"\nwords = "奖惩"\n[[appraisal.rewards]]\n'
    )
    version.source += (
        "\n[[appraisal.rewards]]\n"
        f'key = "first"\ntitle = "第一名奖"\nper = "rank"\nranks = [300000]\n{common}'
        f'key = "points"\ntitle = "欠进度"\nper = "missed_point"\nfen = 1000\npoint = "begun"\n'
        f"deduct = true\n{common}".removesuffix("[[appraisal.rewards]]\n")
    )
    version.save()
    enroll("north-1", 9)
    enroll("south-1", 5)
    _status, answer, _err = command(appraised, "--stage", "final")
    parts = {row["name"]: row["parts"][-2:] for row in answer["rows"]}
    # north: 9 of 10, first, 10 points short of 100 %; south: 5 of 20, 75 points short
    assert parts["城北镇"] == [
        {"key": "first", "for": "region", "heads": 1, "fen": 300_000},
        {"key": "points", "for": "region", "heads": 10, "fen": -10_000},
    ]
    assert parts["城南乡"][-1] == {"key": "points", "for": "region", "heads": 75, "fen": -75_000}
    assert [(row["rewards_fen"], row["deductions_fen"]) for row in answer["rows"]] == [
        (300_000, 10_000), (0, 0),
    ]  # fmt: skip


def test_only_those_named_were_on_time(appraised, enroll):
    enroll("north-1", 1)
    enroll("south-1", 1)
    _status, answer, _err = command(appraised, "--stage", "final", "--on-time", "139901002000")
    assert {row["name"]: (row["on_time"], row["rewards_fen"]) for row in answer["rows"]} == {
        "城北镇": (False, 0), "城南乡": (True, 100),
    }  # fmt: skip


def test_how_many_institutions_a_place_has_may_be_said(appraised, enroll, places):
    Institution.objects.create(name="卫生院", kind="health_centre", region=places["north"])

    def rewards(*words):
        _status, answer, _err = command(
            appraised, "--stage", "final", "--on-time", "all", "--institutions", *words
        )
        return [row["rewards_fen"] for row in sorted(answer["rows"], key=lambda r: r["region"])]

    assert rewards("1") == [500_000, 500_000]
    assert rewards("1", "139901001000=3") == [1_500_000, 500_000]
    assert rewards("139901002000=2") == [500_000, 1_000_000]  # north's own is known
    with pytest.raises(CommandError):
        call_command("appraise", appraised.slug, "--stage", "final", "--institutions", "many")


def test_without_word_of_who_was_on_time_nothing_is_paid(appraised, enroll):
    enroll("north-1", 1)
    _status, answer, _err = command(appraised, "--stage", "final")
    # The practice clock stands before the window's end: judged as things stand then
    assert answer["as_of"] == "2022-11-18T16:30:00+08:00"
    assert {(row["on_time"], row["rewards_fen"]) for row in answer["rows"]} == {(None, 0)}


def test_after_the_stage_it_is_judged_at_its_end(appraised, enroll):
    enroll("north-1", 1)
    enroll("north-1", 1, at("2023-01-01 00:00"))
    _status, answer, _err = command(appraised, "--stage", "final", "--now", "2023-01-05 09:00")
    assert answer["as_of"].startswith("2022-12-31T23:59:59")
    assert [row["counted"] for row in answer["rows"]] == [1, 0]


def test_a_disqualified_unit_is_told(appraised, places, enroll):
    enroll("north-1", 12)
    services.disqualify(
        campaign=appraised, region=places["north"], reason="虚报", by=User.system(),
        now=at("2022-11-18 16:30"),
    )  # fmt: skip
    _status, answer, _err = command(appraised, "--stage", "final", "--on-time", "all")
    north = next(row for row in answer["rows"] if row["name"] == "城北镇")
    assert (north["disqualified"], north["rewards_fen"]) == ("虚报", 0)
    assert {"clause": "六（三）", "words": "取消表彰资格"} in north["consequences"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--stage", "spring"], "final"),
        (["--stage", "final", "--set", "city"], "city"),
        (["--stage", "final", "--on-time", "nowhere"], "nowhere"),
        (["--stage", "final", "--institutions", "nowhere=1"], "nowhere"),
    ],
)
def test_the_command_refuses_what_there_is_not(appraised, words, said):
    status, _out, err = command(appraised, *words)
    assert status == 1 and said in err
