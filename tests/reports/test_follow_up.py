"""[[rankings]], [[follow_up]] and [appraisal] of a notice file: read whole, refused by name."""

import pytest

from enrollment import notice
from enrollment.errors import Refused
from reports.rankings.rules import due_instants
from reports.sections import span_of
from tests.conftest import NOTICE, at

TEXT = NOTICE.read_text("utf-8")

WEEKLY_REPORT = """
[[follow_up]]
key = "weekly_report"
title = "周报"
kind = "report"
every = "week"
weekday = "friday"
hour = "17:00"
window = "concentrated"
to = "市局"
contact = "李某 0000-0000000"
clause = "七（六）"
words = "每周五 17:00 前报送进展"
"""

STAGES = """
[appraisal]
clause = "六"

[[appraisal.stages]]
key = "final"
title = "总体考评"
on = 2022-12-31
clause = "六（二）"
words = "总体考评"

[[appraisal.rewards]]
key = "above"
title = "超任务奖励"
stage = "final"
for = "region"
per = "above_target"
fen = 2000
adds = true
clause = "七"
words = "超过任务数的部分每人 20 元"
"""


def problems(text):
    with pytest.raises(Refused) as caught:
        notice.read_policy(text)
    return caught.value.messages


def changed(piece, *changes):
    for old, new in changes:
        assert old in piece
        piece = piece.replace(old, new, 1)
    return TEXT + piece


def test_a_weekly_report_is_due_each_friday_of_its_window():
    policy = notice.read_policy(TEXT + WEEKLY_REPORT)
    (rule,) = policy["follow_up"]
    assert (rule.kind, rule.to, rule.participants) == ("report", "市局", "all")
    span = span_of(rule, policy["windows"], policy["checkpoints"])
    found = due_instants(rule, span, at("2022-11-11 17:00"), at("2022-11-25 17:00"))
    assert found == [at("2022-11-18 17:00"), at("2022-11-25 17:00")]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('every = "half_month"\nday = [15, 31]', "每半月，15日、月末"),
        ('every = "month"\nday = 1', "每月1日"),
        ('every = "quarter"', "每季度最后一个月的月末"),
        ('every = "once"', "一次，期末"),
    ],
)
def test_a_person_reads_when_it_is_due(keys, said):
    piece = changed(WEEKLY_REPORT, ('every = "week"\nweekday = "friday"\nhour = "17:00"', keys))
    (rule,) = notice.read_policy(piece)["follow_up"]
    assert rule.period_words == said


def test_a_follow_up_without_a_day_of_its_own_is_never_due():
    piece = changed(
        WEEKLY_REPORT,
        ('every = "week"\nweekday = "friday"\nhour = "17:00"', 'every = "irregular"'),
        ('"report"', '"inspection"'),
    )
    policy = notice.read_policy(piece)
    (rule,) = policy["follow_up"]
    span = span_of(rule, policy["windows"], policy["checkpoints"])
    assert due_instants(rule, span, at("2022-01-01 00:00"), at("2024-01-01 00:00")) == []


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('"report"', '"party"', "kind"),
        ('every = "week"', 'every = "day"', "every"),
        ('weekday = "friday"', "", "weekday"),
        ('weekday = "friday"', 'weekday = "freitag"', "weekday"),
        ('weekday = "friday"', 'weekday = "friday"\nday = 3', "day"),
        ('weekday = "friday"', 'weekday = "friday"\nas_of = "yesterday"', "as_of"),
        ('weekday = "friday"', 'weekday = "friday"\nas_of_day = 32', "as_of_day"),
        (
            'weekday = "friday"',
            'weekday = "friday"\nas_of = "week_end"\nas_of_day = 3',
            "as_of_day",
        ),
        ('weekday = "friday"', 'weekday = "friday"\non = 2022-11-11', "on"),
        ('every = "week"', 'every = "month"\nday = 1', "weekday"),
        ('every = "week"\nweekday = "friday"', 'every = "month"', "day"),
        ('every = "week"\nweekday = "friday"', 'every = "month"\nday = 32', "day"),
        ('every = "week"\nweekday = "friday"', 'every = "month"\nday = "1"', "day"),
        ('every = "week"\nweekday = "friday"', 'every = "month"\nday = [1, 16]', "day"),
        ('every = "week"\nweekday = "friday"', 'every = "half_month"\nday = 1', "day"),
        ('every = "week"\nweekday = "friday"', 'every = "half_month"\nday = [16, 1]', "day"),
        ('every = "week"\nweekday = "friday"', 'every = "once"\non = 2023-11-11', "on"),
        ('"17:00"', '"25:00"', "hour"),
        ('window = "concentrated"', 'window = "spring"', "window"),
        ('window = "concentrated"', 'after = "spring"', "after"),
        ('window = "concentrated"', "from = 2022-11-11\nuntil = 2022-11-10", "until"),
        ('to = "市局"', 'participants = "some"', "participants"),
        ('clause = "七（六）"', "", "clause"),
        ('to = "市局"', 'phone = "1"', "phone"),
    ],
)
def test_what_is_wrong_in_a_follow_up_is_told_with_its_key(old, new, key):
    (message,) = problems(changed(WEEKLY_REPORT, (old, new)))
    assert f"follow_up[1].{key}" in message


def test_a_window_that_is_over_before_the_rest_begins_leaves_no_day():
    piece = changed(
        WEEKLY_REPORT, ('window = "concentrated"', 'window = "concentrated"\nafter = "whole"')
    )
    (message,) = problems(piece)
    assert "follow_up[1]" in message


def test_a_key_is_used_once():
    (message,) = problems(TEXT + WEEKLY_REPORT + WEEKLY_REPORT)
    assert "follow_up[2].key" in message


LAST = '[[rankings.consequences]]\nwhen = "last"'


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('"last"', '"bottom_below"\nbelow_bp = 9600', "bottom"),
        ('"last"', '"bottom_below"\nbottom = 3', "below_bp"),
        ('"last"', '"last"\nbottom = 3', "bottom"),
        ('"last"', '"unfinished"\nbelow_bp = 9600', "below_bp"),
        ('"last"', '"top"', "top"),
        ('"last"', '"top"\ntop = 0', "top"),
        ('"last"', '"by_decision"\nby_decision = false', "by_decision"),
        ('"last"', '"worst"', "when"),
    ],
)
def test_what_is_wrong_in_a_consequence_is_told_with_its_key(old, new, key):
    (message,) = problems(TEXT.replace(LAST, LAST.replace(old, new), 1))
    assert f"rankings[1].consequences[1].{key}" in message


def test_a_ranking_continues_one_that_stands_above_it():
    for key in ("weekly", "monthly"):  # itself, and none at all
        text = TEXT.replace('key = "weekly"', f'key = "weekly"\ncontinues = "{key}"', 1)
        (message,) = problems(text)
        assert "rankings[1].continues" in message and key in message


def test_a_ranking_says_its_hour_and_a_key_that_it_can_be_kept_by():
    (message,) = problems(TEXT.replace('hour = "17:00"\n', "", 1))
    assert "rankings[1].hour" in message
    (message,) = problems(TEXT.replace('key = "weekly"', f'key = "{"w" * 21}"', 1))
    assert "rankings[1].key" in message


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("on = 2022-12-31", "", "stages[1]"),
        ("on = 2022-12-31", 'on = 2022-12-31\nwindow = "whole"', "stages[1]"),
        ("on = 2022-12-31", 'window = "spring"', "stages[1].window"),
        ("on = 2022-12-31", "on = 2022-12-31\nshare_bp = 10001", "stages[1].share_bp"),
        ('stage = "final"', 'stage = "spring"', "rewards[1].stage"),
        ("adds = true", "", "rewards[1].adds"),
        ('per = "above_target"', 'per = "enrolled"', "rewards[1].adds"),
        ('per = "above_target"\nfen = 2000\nadds = true', 'per = "missed_hardship"\nfen = 1',
         "rewards[1].deduct"),
        ('for = "region"\nper = "above_target"\nfen = 2000\nadds = true',
         'for = "institution"\nper = "enrolled"\nfen = 1', "rewards[1].per"),
        ('for = "region"\nper = "above_target"\nfen = 2000\nadds = true',
         'for = "institution"\nper = "each"\nfen = 1\ndeduct = true', "rewards[1].deduct"),
        ("adds = true", 'adds = true\nwhen = ["early"]', "rewards[1].when"),
        ("adds = true", 'adds = true\ninstitution = "school"', "rewards[1].institution"),
        ('"above_target"\nfen = 2000\nadds = true', '"rank"\nfen = 2000\nranks = [1]',
         "rewards[1].fen"),
        ('"above_target"\nfen = 2000\nadds = true', '"rank"', "rewards[1].ranks"),
        ('"above_target"\nfen = 2000\nadds = true', '"rank"\nranks = [0]', "rewards[1].ranks"),
        ('"above_target"\nfen = 2000\nadds = true', '"rank"\nranks = [1]\nties = "lot"',
         "rewards[1].ties"),
        ('"above_target"\nfen = 2000\nadds = true', '"rank"\nranks = [1]\ndeduct = true',
         "rewards[1].deduct"),
        ('"above_target"\nfen = 2000\nadds = true', '"missed_point"\nfen = 1\ndeduct = true',
         "rewards[1].point"),
        ('"above_target"\nfen = 2000\nadds = true',
         '"missed_point"\nfen = 1\npoint = "full"', "rewards[1].deduct"),
        ("adds = true", 'adds = true\npoint = "full"', "rewards[1].point"),
        ("adds = true", 'adds = true\nranks = [1]', "rewards[1].ranks"),
        ("fen = 2000", "fen = 20.0", "rewards[1].fen"),
        ("fen = 2000", "yuan = 20", "rewards[1].fen"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_an_appraisal_is_told_with_its_key(old, new, key):
    found = problems(changed(STAGES, (old, new)))
    assert any(f"appraisal.{key}" in message for message in found), found


def test_a_stage_knows_no_twice_running():
    follows = '\n[[appraisal.stages.consequences]]\nwhen = "last_twice_unfinished"\n'
    piece = changed(
        STAGES,
        (
            "\n[[appraisal.rewards]]",
            follows + 'words = "约谈"\nclause = "六"\n\n[[appraisal.rewards]]',
        ),
    )
    (message,) = problems(piece)
    assert "appraisal.stages[1].consequences[1].when" in message
