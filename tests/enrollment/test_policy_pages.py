"""The pages of a policy: rules, versions, one person tried, readiness, opening, funding."""

import re

import pytest
from django.urls import reverse

from enrollment import loading, notice
from enrollment.models import AuditEntry, Campaign, Region, User
from enrollment.policy import description
from tests.conftest import NOTICE

TEXT = NOTICE.read_text("utf-8")
LANGUAGE = sorted((NOTICE.parents[1] / "notices" / "language").glob("*.toml"))


@pytest.fixture
def page(sign_in, campaign):
    """page("alice", "policy") → the page's text."""

    def get(who, name, query="", status=200):
        response = sign_in(who).get(reverse(name, args=[campaign.slug]) + query)
        assert response.status_code == status
        return response.content.decode()

    return get


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# --- rules in plain words


def test_every_section_stands_in_the_order_of_the_notice_with_clause_and_words(page):
    html = page("bob", "policy")
    ids = re.findall(r'<section class="panel" id="(\w+)"><table', html)
    assert ids == [
        "fee", "fiscal", "attribution",  # 二
        "windows",  # 三
        "subsidies", "payments",  # 五; what has no clause stays behind
        "checkpoints", "rankings",  # 六
        "targets",  # 附件
    ]  # fmt: skip
    said = plain(html)
    for words in ("安政办〔2022〕1号", "个人缴费标准为每人每年 350 元", "350.00 元",
                  "五保户（含孤儿）", "250.00 元", "2022年11月30日", "30 人", "96%",
                  "约谈", "二（二）"):  # fmt: skip
        assert words in said, words


def test_what_is_assumed_stands_beside_its_rule_and_in_a_list(page):
    html = page("bob", "policy")
    reading = "人均 80 元理解为每人 80 元，先缴后补"
    assert html.count(reading) == 2
    assert '<a href="#subsidies">一般低保户</a>' in html


def test_every_section_of_the_language_has_a_describer():
    """A section nobody describes would be shown by its words alone."""
    described = {name for name in notice._readers if loading.describer(name)[1]}
    assert set(notice._readers) - described <= set(description.HEAD)


def test_every_rule_of_a_notice_with_every_key_is_said(db):
    """No describer may stumble over a key, and no rule's words may be left out."""
    text = "\n".join(path.read_text("utf-8") for path in LANGUAGE)
    policy = notice.read_policy(text)
    panels = description.panels(policy, description.order(text))
    said = {each.words for panel in panels for each in panel.paragraphs}
    readings = {each.assumed for panel in panels for each in panel.paragraphs}
    for section in policy.sections.values():
        for words, assumed in texts_of(section):
            assert words in said, words
            assert assumed in readings | {""}, assumed


def texts_of(rule):
    """words and assumed of every rule that the page shows as a paragraph of its own."""
    from dataclasses import fields, is_dataclass

    if isinstance(rule, (tuple, list)):
        for each in rule:
            yield from texts_of(each)
    elif is_dataclass(rule) and type(rule).__name__ != "Condition":
        words = getattr(rule, "words", "")
        if words and not hasattr(rule, "by_decision") and not hasattr(rule, "number"):
            yield words, getattr(rule, "assumed", "")
        for field in fields(rule):
            yield from texts_of(getattr(rule, field.name))


def test_an_earlier_version_is_read_as_it_was(page, load, changed):
    load(changed(("individual_fen = 35000", "individual_fen = 38000")), why="提高标准")
    assert "380.00 元" in page("bob", "policy")
    earlier = page("bob", "policy", "?version=1")
    assert "350.00 元" in earlier and "380.00 元" not in earlier and "已不再使用" in earlier


def test_the_notices_table_of_targets_stands_there_unit_by_unit(page):
    assert "城北镇 10 人 城南 20 人" in plain(page("bob", "policy"))


def test_what_the_system_assumes_of_several_categories_is_said_and_listed(page, load, changed):
    reading = "通知没有写，取最高一项，不叠加"
    assert plain(page("bob", "policy")).count(reading) == 2
    load(changed(("[subsidies]\n", '[subsidies]\npick_clause = "五（三）"\n')))
    assert reading not in plain(page("bob", "policy"))


@pytest.mark.parametrize(
    ("clause", "place"),
    [("一", 1), ("九4", 9), ("十", 10), ("十二（一）", 12), ("二十", 20), ("二十三", 23),
     ("附件1", 90), ("省医保〔2022〕5号 三", None), ("", None)],
)  # fmt: skip
def test_the_part_of_the_notice_that_a_clause_names(clause, place):
    assert description.place_in_notice(clause) == place


@pytest.mark.parametrize("number", ["9", "x", "-1"])
def test_a_version_that_there_is_not_is_not_found(page, number):
    page("bob", "policy", f"?version={number}", status=404)


# --- versions


def test_one_version_needs_no_comparing(page):
    assert "目前只有一个版本" in page("bob", "policy-versions")


def test_two_versions_are_compared_with_both_values_their_lines_and_who_and_why(
    page, load, changed
):
    load(changed(("individual_fen = 35000", "individual_fen = 38000"),
                 ('key = "concentrated"', 'key = "concentrated"\ncloses_at = "17:00"')),
         why="提高标准")  # fmt: skip
    html = page("bob", "policy-versions")
    said = plain(html)
    line = TEXT.splitlines().index("individual_fen = 35000") + 1
    assert "提高标准" in said
    assert f"350.00 元 第 {line} 行" in said and f"380.00 元 第 {line + 1} 行" in said
    assert "时间 › 集中征缴期 当天截止时刻 17:00" in said  # by names, never by keys
    assert "<code>individual_fen = 35000</code>" in html
    assert "<code>individual_fen = 38000</code>" in html


def test_who_loaded_a_version_is_a_person_or_the_system(page, load, changed):
    load(changed(("individual_fen = 35000", "individual_fen = 38000")), why="提高标准")
    said = plain(page("bob", "policy-versions"))
    assert re.search(r"1 \d{4}-\d\d-\d\d \d\d:\d\d 系统 首次载入", said)
    assert re.search(r"2 \d{4}-\d\d-\d\d \d\d:\d\d 系统 提高标准", said)
    assert "system" not in said


def test_a_superior_notice_that_is_new_is_compared_too(page, load, changed, tmp_path):
    """The earlier version has no such file: everything of it is added."""
    (tmp_path / "parent.toml").write_text('cites = ["甲字〔2022〕1号"]\n', "utf-8")
    load(changed(('slug = "small-2023"', 'slug = "small-2023"\nextends = "parent.toml"')))
    said = plain(page("bob", "policy-versions"))
    assert "沿用的上级通知文件 parent.toml" in said and "引用文件 甲字〔2022〕1号" in said


def test_a_comparison_with_a_version_that_there_is_not_is_not_found(page):
    page("bob", "policy-versions", "?before=1&after=7", status=404)


# --- one person tried


def test_facts_in_an_address_are_tried(page):
    # 350 due; 250 comes back (五（二）2); 350 − 250 = 100 borne
    said = plain(page("bob", "policy-trial", "?category=1501&hardship=lifted"))
    assert "350.00 元，缴后补 250.00 元，实际负担 100.00 元" in said
    assert "从 2023年1月1日 到 2023年12月31日" in said and "五（二）2" in said


def test_facts_are_posted_and_only_the_answer_comes_back(sign_in, campaign):
    client = sign_in("bob")
    url = reverse("policy-trial", args=[campaign.slug])
    answer = client.post(url, {"hardship": "five_guarantees"}, headers={"HX-Request": "true"})
    said = plain(answer.content.decode())
    assert answer.status_code == 200 and "<html" not in answer.content.decode()
    assert "这个人缴 0.00 元" in said and "五（二）1" in said
    assert f"{url}?hardship=five_guarantees" in answer.content.decode()


def test_the_trial_says_where_the_person_counts(page):
    said = plain(page("bob", "policy-trial", "?category=1501"))
    assert "计入单位" in said and "本人所在的村（社区）" in said


def test_a_date_outside_the_windows_is_refused_with_its_clause(page):
    said = plain(page("bob", "policy-trial", "?category=1501&paid_on=2023-01-01"))
    assert "这个人不能参保" in said and "三" in said


def test_a_fact_that_cannot_be_is_named(page):
    html = page("bob", "policy-trial", "?born_on=gestern", status=422)
    assert "出生日期" in html and "没有试算" in html


def test_an_address_keeps_facts_only(sign_in, campaign):
    url = reverse("policy-trial", args=[campaign.slug])
    answer = sign_in("bob").get(
        f"{url}?name=王小明&number=411328198001012516&category=1501&hardship=lifted"
    )
    assert (answer.status_code, answer["Location"]) == (302, f"{url}?category=1501&hardship=lifted")


def test_only_facts_that_the_notice_asks_for_are_in_the_form(page):
    html = page("bob", "policy-trial")
    assert 'name="hardship"' in html and 'name="born_on"' in html
    assert 'name="tier"' not in html and 'name="missed_years"' not in html


def test_what_the_notice_does_not_state_is_said_with_its_clause(page, load, changed):
    load(
        changed(
            ('grant = "amount"\namount_fen = 8000', 'grant = "unstated"'),
        )
    )
    said = plain(page("bob", "policy-trial", "?hardship=minimum_living"))
    assert "通知没有写明" in said and "五（二）3" in said


# --- readiness and opening


def test_readiness_says_how_far_everything_has_come(page, cast):
    said = plain(page("alice", "policy-readiness"))
    assert "2 个单位，30 人" in said  # 10 + 20
    assert "2 个乡镇（街道）、4 个村（社区）" in said
    assert "4 类中 0 类有名册，共 0 人" in said
    assert "8 个用户，2 个乡镇（街道）中 2 个有经办员" in said  # the cast without Mallory


def test_a_township_without_a_clerk_is_named(page, cast):
    User.objects.filter(username="charlie").update(is_active=False)
    assert "还没有经办员的：城南乡" in plain(page("alice", "policy-readiness"))


@pytest.fixture
def draft(campaign):
    Campaign.objects.filter(pk=campaign.pk).update(state="draft", opened_at=None, opened_with=[])
    campaign.refresh_from_db()
    return campaign


def test_an_administrator_opens_a_draft_and_gaps_are_recorded_with_the_reason(draft, sign_in):
    url = reverse("campaign-opening", args=[draft.slug])
    sign_in("dana").post(url, {"why": "名册下周才到"})
    draft.refresh_from_db()
    (gap,) = draft.opened_with
    assert draft.state == "open" and "名册" in gap
    entry = AuditEntry.objects.filter(action="open_campaign").last()
    assert (entry.by.username, entry.why, entry.facts["gaps"]) == ("dana", "名册下周才到", [gap])


@pytest.mark.parametrize("why", [" ", "先开" * 101])
def test_a_campaign_is_not_opened_without_a_reason_and_what_was_entered_stays(draft, sign_in, why):
    answer = sign_in("dana").post(reverse("campaign-opening", args=[draft.slug]), {"why": why})
    draft.refresh_from_db()
    assert draft.state == "draft" and answer.status_code == 422
    assert "没有开启" in answer.content.decode() and f'value="{why}"' in answer.content.decode()


def test_what_the_notice_does_not_state_at_all_is_said_above_its_rules(page, load, changed):
    assert "通知没有任务数" not in page("bob", "policy")
    load(changed((re.search(r"(?ms)^\[targets\].*?(?=^\[\[checkpoints)", TEXT)[0], "")))
    assert "通知没有任务数。" in plain(page("bob", "policy"))


def test_a_second_press_opens_nothing_again(draft, sign_in):
    client, url = sign_in("dana"), reverse("campaign-opening", args=[draft.slug])
    before = AuditEntry.objects.filter(action="open_campaign").count()
    client.post(url, {"why": "名册下周才到"})
    answer = client.post(url, {"why": "再按一次"}, follow=True)
    draft.refresh_from_db()
    assert AuditEntry.objects.filter(action="open_campaign").count() == before + 1
    assert AuditEntry.objects.filter(action="open_campaign").last().why == "名册下周才到"
    assert draft.state == "open" and "此前已经开启" in answer.content.decode()


def test_an_administrator_of_another_county_opens_nothing(draft, sign_in):
    other = Region.objects.create(key="other", name="平安县", level="county", path="/999999/")
    client = sign_in("dana")
    User.objects.filter(username="dana").update(region=other)
    opened = client.post(reverse("campaign-opening", args=[draft.slug]), {"why": "先开"})
    seen = client.get(reverse("policy-readiness", args=[draft.slug]))
    draft.refresh_from_db()
    assert (opened.status_code, seen.status_code, draft.state) == (404, 404, "draft")


def test_what_is_missing_says_what_to_do_and_where(draft, sign_in, load, changed, monkeypatch):
    load(changed((re.search(r"(?ms)^\[targets\].*?(?=^\[\[checkpoints)", TEXT)[0], "")), draft=True)
    html = sign_in("dana").get(reverse("policy-readiness", args=[draft.slug])).content.decode()
    url = reverse("targets", args=[draft.slug])
    assert "任务下达后，导入任务表" in html and f'<a class="nowrap" href="{url}">' in html


@pytest.mark.parametrize(
    ("section", "after", "said"),
    [("fee", "fiscal", "没有"), (r"\[windows\]", "fee", "期限")],
)
def test_without_windows_or_a_fee_it_cannot_be_opened(load, tmp_path, cast, sign_in, section,
                                                      after, said):  # fmt: skip
    text = re.sub(rf"(?ms)^\[{section}\].*?(?=^\[{after}\])", "", TEXT)
    text = text.replace('slug = "small-2023"', 'slug = "second-2023"')
    text = re.sub(r"(?ms)^\[\[rankings\]\].*", "", text)
    (tmp_path / "small-regions.csv").write_bytes(NOTICE.with_name("small-regions.csv").read_bytes())
    path = tmp_path / "notice.toml"
    path.write_text(text, "utf-8")
    campaign = load(path)
    assert campaign.state == "draft"
    client = sign_in("dana")
    answer = client.post(
        reverse("campaign-opening", args=[campaign.slug]), {"why": "先开"}, follow=True
    )
    campaign.refresh_from_db()
    assert campaign.state == "draft" and campaign.opened_with == []
    assert "没有开启" in answer.content.decode() and said in answer.content.decode()


def test_what_is_open_cannot_be_opened_again(campaign, sign_in):
    before = AuditEntry.objects.filter(action="open_campaign").count()
    sign_in("dana").post(reverse("campaign-opening", args=[campaign.slug]), {"why": "再开"})
    assert AuditEntry.objects.filter(action="open_campaign").count() == before


# --- who funds it


@pytest.fixture
def enrolled(campaign, monkeypatch):
    """30 enrolled: 10 in the north, 20 in the south."""
    from enrollment import ports

    people = {"north": 10, "south": 20, "county": 30}

    def counts(_campaign, regions, _now):
        return [
            ports.UnitCount(
                region.pk, region.name, None, 0, people[region.key], 0, None, None, None
            )
            for region in regions
        ]

    monkeypatch.setitem(ports._answers, "unit_counts", counts)


SHARES = """per_person_fen = 61000
clause = "二（二）"

[[fiscal.shares]]
group = "城北镇等西部乡镇"
funder = "中央财政"
share_bp = 8000

[[fiscal.shares]]
group = "其他乡镇"
funder = "中央财政"
share_bp = 6000

[[fiscal.shares]]
funder = "省财政"
"""


def test_without_shares_all_of_it_is_not_stated(page, enrolled):
    said = plain(page("alice", "policy-funding"))
    assert "30" in said and "出资方未载明 18,300.00" in said  # 30 × 610


def test_shares_are_taken_of_the_places_that_a_group_names(page, enrolled, load, changed):
    load(changed(('per_person_fen = 61000\nclause = "二（二）"\n', SHARES)))
    said = plain(page("alice", "policy-funding"))
    assert "中央财政 4,880.00" in said  # 10 × 610 × 80 %
    assert "未列入任何一组的地区 12,200.00 城南乡" in said  # 20 × 610: nothing is guessed


def test_a_person_says_to_which_group_a_place_belongs(page, enrolled, load, changed, places):
    load(changed(('per_person_fen = 61000\nclause = "二（二）"\n', SHARES)))
    for query in ("?all=2", f"?{places['south'].pk}=2"):
        said = plain(page("alice", "policy-funding", query))
        assert "中央财政 7,320.00" in said  # 20 × 610 × 60 %
        assert "省财政 未载明" in said
        assert "出资方未载明 6,100.00" in said  # 10 × 610 × 20 % + 20 × 610 × 40 %
        assert "未列入任何一组" not in said
