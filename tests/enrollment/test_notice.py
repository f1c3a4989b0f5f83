"""A notice file is read whole: every problem with its line and key, or nothing happens."""

import json
import re

import pytest
from django.core.management import call_command

from enrollment import notice
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, PolicyVersion, Region, User
from enrollment.services import campaigns
from quotas.models import Target
from tests.conftest import NOTICE, assert_table, at

NOW = at("2022-10-14 09:00")
TEXT = NOTICE.read_text("utf-8")
REGIONS = NOTICE.with_name("small-regions.csv")


def line_of(words, text=TEXT):
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(words))


def refusal(path, load):
    with pytest.raises(Refused) as caught:
        load(path)
    assert not Campaign.objects.exists() and not Region.objects.exists()
    return caught.value.messages


# --- the file itself, without a database


def problems(*changes, text=TEXT):
    """What is said of the notice with these changes."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(Refused) as caught:
        notice.read_policy(text)
    return caught.value.messages


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("individual_fen = 35000", "individual_fen = '350元'", "individual_fen", "fee"),
        ("individual_fen = 35000", "individual_fen = 350.00", "individual_fen", "fee"),
        ("individual_fen = 35000", "individual_fen = -1", "individual_fen", "fee"),
        ("individual_fen = 35000", "individual_fen = true", "individual_fen", "fee"),
        ("per_person_fen", "per_person_yuan", "per_person", "fiscal"),
        ("issued_on = 2022-10-10", "issued_on = '2022.10.10'", "issued_on", "document"),
        ("coverage_until = 2023-12-31", "coverage_until = 2022-12-31", "coverage_", "campaign"),
        ('insurance = "390"', 'insurance = "391"', "insurance", "campaign"),
        ("issued_on = 2022-10-10", "issued_on = 2022-10-10T08:00:00", "issued_on", "document"),
        ('issuers = ["', 'issuers = [1, "', "issuers", "document"),
        ("persons = 10", "persons = 'ten'", "persons", "targets.units[1]"),
        ('name = "城南"', 'name = "城北镇"', "name", "targets.units[2]"),
        ("share_bp = 9600", "share_bp = 96000", "share_bp", "checkpoints[1]"),
        ('key = "concentrated"', 'key = "whole"', "key", "windows[2]"),
        ('grant = "amount"', 'grant = "some"', "grant", "subsidies.categories[2]"),
        ('hour = "17:00"', 'hour = "5pm"', "hour", "rankings[1]"),
        ('weekday = "friday"', 'weekday = "freitag"', "weekday", "rankings[1]"),
        ('when = "last"', 'when = "first"', "when", "rankings[1].consequences[1]"),
        ('late = "mark"', 'late = "shout"', "late", "payments"),
    ],
)
def test_a_wrong_value_is_named_by_line_and_key(old, new, line, key):
    found = problems((old, new))
    at_line = [n for n, text in enumerate(TEXT.replace(old, new, 1).splitlines(), 1)
               if new.splitlines()[0] in text]  # fmt: skip
    assert any(
        re.search(rf"(?<!\d){n}(?!\d)", message) and f"{key}." in message and line in message
        for message in found
        for n in at_line
    ), found


def test_every_problem_of_the_file_is_told_at_once_in_the_order_of_its_lines():
    found = problems(
        ("individual_fen = 35000", "individual_fen = '350元'"),
        ('title = "2023年度征缴任务分配表"', 'titel = "x"'),
        ("share_bp = 9600", "share_bp = 96000"),
    )
    lines = [int(re.search(r"\d+", message)[0]) for message in found]
    assert len(found) == 3 and lines == sorted(lines)  # a misspelt key is not missing too
    assert "individual_fen" in found[0] and "share_bp" in found[-1]


def test_a_key_the_language_does_not_know_is_refused_by_name():
    (message,) = problems(("[fee]", "[fee]\ndiscount = 1"))
    assert "fee.discount" in message and str(line_of("[fee]") + 1) in message


def test_a_section_nobody_reads_is_refused_by_name():
    (message,) = problems(("[fee]", "[lottery]\nprize = 1\n\n[fee]"))
    assert "lottery" in message and str(line_of("[fee]")) in message


def test_a_missing_section_is_named():
    text = re.sub(r"(?ms)^\[document\].*?(?=^\[)", "", TEXT)
    assert any("document" in message for message in problems(text=text))


def test_a_file_without_a_campaign_is_only_a_parent(changed, capsys, db):
    text = re.sub(r"(?ms)^\[campaign\].*?(?=^\[)", "", TEXT)
    call_command("load_notice", str(changed(text=text)), "--json")
    assert json.loads(capsys.readouterr().out)["campaign"] is None
    assert not Campaign.objects.exists()


def test_a_window_that_ends_before_it_begins_is_told_at_its_end():
    (message,) = problems(("until = 2022-12-31", "until = 2022-10-14"))
    assert "windows[1].until" in message and str(line_of("until = 2022-12-31")) in message


def test_a_total_that_the_units_do_not_sum_to_is_told():
    (message,) = problems(('clause = "附件"', 'clause = "附件"\ntotal = 31'))
    assert "targets.total" in message and "30" in message  # 10 + 20


def test_a_ranking_of_a_window_the_notice_does_not_have_is_refused():
    (message,) = problems(('window = "concentrated"', 'window = "spring"'))
    assert "rankings[1].window" in message and "spring" in message
    assert str(line_of("window = ")) in message


def test_text_that_is_no_toml_is_told_with_its_line():
    (message,) = problems(("[fee]", "[fee"))
    assert "[fee" in message and str(line_of("[fee]")) in message


def test_a_key_twice_is_told_with_its_line():
    (message,) = problems(("individual_fen = 35000", "individual_fen = 1\nindividual_fen = 2"))
    assert str(line_of("individual_fen") + 1) in message


# --- loading


def test_a_notice_opens_its_campaign_with_its_regions_and_targets(load):
    campaign = load(NOTICE)
    assert (campaign.slug, campaign.state, campaign.opened_at) == ("small-2023", "open", NOW)
    assert campaign.coverage_until.isoformat() == "2024-01-01"  # exclusive inside
    assert_table(
        Target,
        ["target_set__slug", "region__key", "persons", "remark"],
        [("notice", "north", 10, ""), ("notice", "south", 20, "含外来 2 人")],  # “城南” is an alias
    )
    assert Region.objects.count() == 7
    assert_table(
        AuditEntry,
        ["action", "object_id"],
        [("load_notice", 1), ("open_campaign", None)],
    )


def test_a_campaign_is_opened_with_its_gaps_recorded(load):
    rosters, users = load(NOTICE).opened_with  # nobody is marked, nobody works here yet
    assert "一般低保户" in rosters and "用户" in users


def test_a_campaign_that_lacks_nothing_is_opened_without_exceptions(changed, load):
    path = changed(text=re.sub(r"(?ms)^\[subsidies\].*?(?=^\[payments)", "", TEXT))  # no rosters
    campaign = load(path, draft=True)
    User.objects.create(username="bob", role="clerk", region=campaign.region)
    assert load(path).opened_with == []


def test_a_draft_is_loaded_and_not_opened(load):
    campaign = load(NOTICE, draft=True)
    assert (campaign.state, campaign.opened_at) == ("draft", None)
    assert load(NOTICE).state == "open"  # and opens when it is loaded without --draft


def test_a_notice_without_a_fee_stays_a_draft(changed, load):
    text = re.sub(r"(?ms)^\[fee\].*?(?=^\[)", "", TEXT)
    assert load(changed(text=text)).state == "draft"


def test_the_same_text_again_is_no_new_version(load):
    first, again = load(NOTICE), load(NOTICE)
    assert first.pk == again.pk
    assert_table(PolicyVersion, ["number", "why"], [(1, "")])
    assert Target.objects.count() == 2


def test_another_text_is_the_next_version_with_its_reason(changed, load):
    load(NOTICE)
    campaign = load(
        changed(
            ("individual_fen = 35000", "individual_fen = 38000"), ("persons = 10", "persons = 9")
        ),
        why="省里调整缴费标准",
    )
    assert_table(PolicyVersion, ["number", "why"], [(1, ""), (2, "省里调整缴费标准")])
    assert campaign.policy["fee"].individual_fen == 38000
    assert PolicyVersion.objects.get(number=1).read()["fee"].individual_fen == 35000
    assert sorted(Target.objects.values_list("persons", flat=True)) == [9, 20]


@pytest.mark.parametrize("name", ["城东镇", "东湖村", "安平县"])
def test_a_target_of_no_child_of_the_region_refuses_all(changed, load, name):
    (message,) = refusal(changed(('name = "城北镇"', f'name = "{name}"')), load)
    assert name in message and "安平县" in message


def test_a_target_name_that_two_places_bear_refuses_all(changed, load):
    path = changed(('name = "城南"', 'name = "城关"'))
    text = REGIONS.read_text("utf-8").replace("城北|北镇", "城关").replace(",城南,1", ",城关,1")
    path.with_name("small-regions.csv").write_text(text, "utf-8")
    (message,) = refusal(path, load)
    assert "城关" in message


def test_two_targets_of_one_place_under_two_names_refuse_all(changed, load):
    (message,) = refusal(changed(('name = "城南"', 'name = "北镇"')), load)
    assert "北镇" in message


def test_a_bad_new_version_leaves_the_campaign_as_it_was(changed, load):
    load(NOTICE)
    with pytest.raises(Refused):
        load(changed(('name = "城北镇"', 'name = "城东镇"'), ("= 35000", "= 1")))
    assert_table(PolicyVersion, ["number"], [(1,)])
    assert Campaign.objects.get().policy["fee"].individual_fen == 35000
    assert Target.objects.count() == 2


def test_what_a_campaign_is_cannot_change_under_its_slug(changed, load):
    load(NOTICE)
    with pytest.raises(Refused, match="small-2023"):
        load(changed(("coverage_until = 2023-12-31", "coverage_until = 2023-06-30")))


def test_a_real_campaign_never_becomes_practice(load):
    campaign = load(NOTICE, practice=False)
    assert (campaign.practice, campaign.clock) == (False, None)
    with pytest.raises(Refused, match="small-2023"):
        load(NOTICE, practice=True)


def test_a_campaign_needs_its_region_in_the_regions_file(changed, load):
    (message,) = refusal(changed(('region = "county"', 'region = "nowhere"')), load)
    assert "nowhere" in message


@pytest.mark.parametrize("target", ["missing.toml", "."])
def test_a_file_that_cannot_be_read_is_told(tmp_path, load, target):
    refusal(tmp_path / target, load)


def test_a_file_saved_by_notepad_is_read(changed, load):
    path = changed()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(path).state == "open"


def test_a_file_of_another_encoding_is_told_not_guessed(changed, load):
    path = changed()
    path.write_bytes(TEXT.encode("gb18030"))
    (message,) = refusal(path, load)
    assert "UTF-8" in message


def test_the_shipped_notice_has_the_figures_of_its_annex():
    path = NOTICE.parents[2] / "enrollment/notices/tanghe-2023.toml"
    policy = campaigns.read_notice(path).policy
    assert len(policy["targets"].units) == 25
    assert sum(unit.persons for unit in policy["targets"].units) == 1_143_900
    assert (policy["fee"].individual_fen, policy["fiscal"].per_person_fen) == (35000, 61000)
    weekly = policy["rankings"][0]
    assert (weekly.weekday, f"{weekly.hour:%H:%M}", bool(weekly.assumed)) == (
        "friday", "17:00", True,
    )  # fmt: skip


def test_the_shipped_targets_all_find_their_place(load):
    load(NOTICE.parents[2] / "enrollment/notices/tanghe-2023.toml")
    assert Target.objects.count() == 25
    # The notice prints 昝岗, 仓台 and 马振扶 as well as their variants; aliases lead to one place.
    for name in ("咎岗", "昝岗", "苍台", "仓台", "马振抚", "马振扶"):
        found = Region.objects.filter(aliases__name__startswith=name, level="township")
        direct = Region.objects.filter(name__startswith=name, level="township")
        assert (found | direct).distinct().count() == 1, name
