"""A notice with a mistake is refused whole: line, key, what was expected, what was found."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from enrollment import notice
from enrollment.errors import Refused
from enrollment.models import Campaign, Region, User
from enrollment.services import campaigns
from enrollment.told import WrongFact, facts_told
from tests.conftest import at

HERE = Path(__file__).parent / "mistakes"
VALID = (HERE / "valid.toml").read_text("utf-8")
REGIONS = (HERE / "regions.csv").read_text("utf-8")
NOW = at("2022-10-14 09:00")
SAID = re.compile(r"^(?:\S+ )?第 (\d+) 行，(\S+?)：(.+)$", re.S)


def changed(*changes, text=VALID):
    for old, new in changes:
        assert text.count(old) >= 1, f"the notice has no {old!r}"
        text = text.replace(old, new, 1)
    return text


def problems(text, parents=()):
    with pytest.raises(Refused) as caught:
        notice.read_policy(text, parents)
    return caught.value.messages


def line_of(text, words):
    return text[: text.index(words)].count("\n") + 1


def test_the_notice_without_a_mistake_is_read():
    assert notice.read_policy(VALID)["fee"].individual_fen == 38000


# what stands there → what is written instead; where it is told ("" = there), key, words of it
SYNTAX = [
    ('label = "2023年度"', 'label = "2023年度', "", "label", "引号"),
    ('label = "2023年度"', "label = 2023年度", "", "label", "加引号"),
    ('label = "2023年度"', "label = “2023年度”", "", "label", "半角的 \""),
    ('label = "2023年度"', 'label ＝ "2023年度"', "", "label", "半角的 ="),
    ('label = "2023年度"', 'label "2023年度"', "", "label", "名称 = 值"),
    ('label = "2023年度"', "label =", "", "label", "等号后应有值"),
    ('label = "2023年度"', 'label = "所谓"居民""', "", "label", "引号之后"),
    ('label = "2023年度"', 'label = "a\\d"', "", "label", "反斜杠"),
    ('label = "2023年度"', 'label = "a\x01b"', "", "label", "不可见字符"),
    ('label = "2023年度"', 'label = "甲"\nlabel = "乙"', 'label = "乙"', "label", "写了两次"),
    ('label = "2023年度"', '标题 = "甲"', "", "标题", "英文小写字母"),
    ("individual_fen = 38000", "individual_fen = 38,000", "", "individual_fen", "逗号"),
    ("individual_fen = 38000", "individual_fen = 038000", "", "individual_fen", "加 0"),
    ("individual_fen = 38000", "individual_fen = 380元", "", "individual_fen", "单位"),
    ("individual_fen = 38000", "individual_fen = ３８０００", "", "individual_fen", "半角的 3"),
    ("from = 2022-10-15", "from = 2022-10-5", "", "from", "2022-10-05"),
    ("from = 2022-10-15", "from = 2022年10月15日", "", "from", "2022-10-05"),
    ("until = 2022-12-31", "until = 2022-11-31", "", "until", "真实存在"),
    ('closes_at = "17:00"', "closes_at = 17:00", "", "closes_at", '"17:00"'),
    ("admit = true", "admit = True", "", "admit", "小写"),
    ("admit = true", "admit = 是", "", "admit", "true"),
    ("pay_days = [1, 25]", "pay_days = [1 25]", "", "pay_days", "逗号"),
    ("pay_days = [1, 25]", "pay_days = [1，25]", "", "pay_days", "半角的 ,"),
    ('"谷县医疗保障局",\n]', '"谷县医疗保障局",', "[campaign]", "campaign", "没有结束"),
    ("[fiscal]", "[fiscal", "", "fiscal", "[fee]"),
    ("[payments]", "[fiscal]", '[fiscal]\nlate', "fiscal", "写了两次"),
    ('380 元"""', '380 元"', 'words = """', "words", "三个引号"),
]  # fmt: skip

VALUES = [
    ("individual_fen = 38000", 'individual_fen = "380元"', "", "fee.individual_fen", "以分为单位"),
    ("individual_fen = 38000", "individual_fen = 380.00", "", "fee.individual_fen", "不是 380.0"),
    ("individual_fen = 38000", "individual_fen = -38000", "", "fee.individual_fen", "-38000"),
    ("individual_fen = 38000", "individual_fen = true", "", "fee.individual_fen", "不是 true"),
    ("individual_fen = 38000", "individual_fen = 38000000000", "", "fee.individual_fen", "350 元"),
    ("from = 2022-10-15", 'from = "2022-10-15"', "", "windows[1].from", "应为日期"),
    ("from = 2022-10-15", "from = 2022-10-15T08:00:00", "", "windows[1].from", "应为日期"),
    ("until = 2022-12-31", "until = 2022-10-14", "", "windows[1].until", "from"),
    ("until = 2022-12-31", "until = 9999-12-31", "", "windows[1].until", "2199"),
    ("until = 2022-12-31", "until = 2032-12-31", "", "windows[1].until", "2025"),
    ('closes_at = "17:00"', 'closes_at = "17:00:30"', "", "windows[1].closes_at", "17:00:30"),
    ('closes_at = "17:00"', 'closes_at = "24:30"', "", "windows[1].closes_at", "24:30"),
    ("pay_days = [1, 25]", "pay_days = [25, 1]", "", "windows[1].pay_days", "[1, 25]"),
    ("pay_days = [1, 25]", "pay_days = [0, 25]", "", "windows[1].pay_days", "1 至 31"),
    ("coverage_until = 2023-12-31", "coverage_until = 2024-12-31", "", "campaign.coverage_until",
     "730"),
    ('label = "2023年度"', 'label = ""', "", "campaign.label", "是空的"),
    ('label = "2023年度"', f'label = "{"长" * 61}"', "", "campaign.label", "60"),
    ('label = "2023年度"', 'label = "a\\u0000"', "", "campaign.label", "不可见"),
    ('"谷县医疗保障局",', "5,", "", "document.issuers[2]", "不是 5"),
    ("[fiscal]", "[[fiscal]]", "", "fiscal", "应为一个表 [fiscal]，不是 一组表"),
    ("share_bp = 9600", "share_bp = 96000", "", "checkpoints[1].share_bp", "1 至 10000"),
    ("share_bp = 1000 ", "share_bp = 10001 ", "", "fee.shares[1].share_bp", "0 至 10000"),
    ("percent_bp = 5000", "percent_bp = 0", "", "subsidies.categories[2].grants[1].percent_bp",
     "1 至 10000"),
    ("fen = 5000 }", "fen = 4000 }", "components = [", "fee.components", "37000"),
    ("{ name = \"大病保险\", fen = 5000 }", "{ name = \"大病保险\", fen = true }", "",
     "fee.components[2].fen", "不是 true"),
    ("total = 30", "total = 31", "", "targets.total", "合计却是 30"),
    ("persons = 20", "persons = 99999999999", "", "targets.units[2].persons", "99999999999"),
    ("persons = 20", "persons = 20, unknown = true", "", "targets.units[2].persons", "unknown"),
    ('weekday = "friday"', 'weekday = "fryday"', "", "rankings[1].weekday", "是不是：friday"),
    ("day = 1\n", "day = 32\n", "day = 32", "rankings[2].day", "1 至 31"),
    ('how = "on_behalf"', 'how = ""', "", "subsidies.categories[1].how", "on_behalf"),
    ("enrolled_elsewhere = false", 'enrolled_elsewhere = "no"', "",
     "eligibility.kinds[1].when.enrolled_elsewhere", "true 或 false"),
    ("from = 60", "from = -60", "", "subsidies.categories[3].grants[1].when.age", "-60"),
    ('{ window = "late" }\nbegins', '{ category = "1601岁" }\nbegins', "",
     "benefit.rules[1].when.category", "1601"),
    ("province = 32000", "province = 320.00", "", "subsidies.bases.province", "35000"),
]  # fmt: skip

UNKNOWN = [
    ("[payments]", "[paiments]", "", "paiments", "是不是 payments"),
    ("label =", "lable =", "", "campaign.lable", "是不是 label"),
    ("individual_fen = 38000", "individual_yuan = 1", "", "fee.individual_yuan", "individual_fen"),
    ("day = 1\n", "day = 1\ncolour = 1\n", "colour", "rankings[2].colour", "可用的有"),
    ('remark = "含林场"', 'remarks = "含林场"', "", "targets.units[2].remarks", "是不是 remark"),
    ("{ employee_insured = true }", "{ employee_ensured = true }", "",
     "eligibility.exclusions[1].when.employee_ensured", "是不是 employee_insured"),
]  # fmt: skip

REFERENCES = [
    ('when = { window = "late" }\n\n[fiscal]', 'when = { window = "lat" }\n\n[fiscal]', "",
     "fee.rules[1].when.window", "是不是：late"),
    ('{ window = "late" }\nbegins', '{ kind = "student" }\nbegins', "",
     "benefit.rules[1].when.kind", "permit"),
    ('{ window = "late" }\nbegins', '{ hardship = "pour" }\nbegins', "",
     "benefit.rules[1].when.hardship", "是不是：poor"),
    ('{ window = "late" }\nbegins', '{ tier = "two" }\nbegins', "",
     "benefit.rules[1].when.tier", "two"),
    ('{ window = "late" }\nbegins', '{ grade = "甲" }\nbegins', "",
     "benefit.rules[1].when.grade", "[subsidies]"),
    ("{ employee_insured = true }", '{ window = "late" }', "",
     "eligibility.exclusions[1].when.window", "征缴期"),
    ('grade = "甲" }', 'grade = "丙" }', "", "subsidies.categories[2].grants[1].when.grade",
     "甲, 乙"),
    ('base = "province"', 'base = "provinces"', "", "subsidies.categories[2].grants[1].base",
     "是不是：province"),
    ('as = "poor"', 'as = "pooor"', "", "subsidies.categories[3].grants[2].as", "是不是：poor"),
    ('as = "poor"', 'as = "watched"', "", "subsidies.categories[3].grants[2].as", "watched"),
    ('window = "main"\nevery', 'window = "mian"\nevery', "", "rankings[1].window", "main"),
    ('after = "first"', 'after = "frist"', "", "rankings[2].after", "first"),
    ('when = "last"\nwords = "约谈"', 'when = "lost"\nwords = "约谈"', "",
     "rankings[2].consequences[1].when", "是不是：last"),
    ('stage = "end"', 'stage = "and"', "", "appraisal.rewards[1].stage", "end"),
    ('key = "late"', 'key = "main"', 'key = "main"\ntitle = "补缴期"', "windows[2].key", "已"),
    ("[fiscal]\nper_person_fen = 64000\nclause = \"二（二）\"\n", "", "with_fiscal",
     "fee.rules[1].with_fiscal", "[fiscal]"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "where", "key", "words"), [*SYNTAX, *VALUES, *UNKNOWN, *REFERENCES]
)
def test_a_mistake_is_told_where_it_stands(old, new, where, key, words):
    text = changed((old, new))
    found = [SAID.match(message).groups() for message in problems(text)]
    line = line_of(text, where or new)
    matching = [said for n, name, said in found if (int(n), name) == (line, key)]
    if where == "slug":  # of what is not there at all
        matching = [said for _n, name, said in found if name == key]
    assert len(matching) == 1, found
    assert words in matching[0], matching
    for _n, _name, said in found:
        assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", re.sub(r"写的是：.*", "", said)), said


@pytest.mark.parametrize(
    ("old", "new"), [(old, new) for old, new, *_rest in (*SYNTAX, *VALUES, *UNKNOWN)]
)
def test_one_mistake_has_no_echo(old, new):
    found = problems(changed((old, new)))
    assert len(found) == len(set(found)) and len(found) == 1, found


def test_many_mistakes_are_told_at_once_in_the_order_of_their_lines():
    text = changed(
        ("issued_on = 2022-10-10", 'issued_on = "十月十日"'),
        ("admit = true", 'admit = "yes"'),
        ("pay_days = [1, 25]", "pay_days = [25, 1]"),
        ('{ name = "大病保险", fen = 5000 },', '{ name = "大病保险", fen = 4000 },'),
        ('as = "poor"', 'as = "rich"'),
        ("persons = 20", 'persons = "二十"'),
        ('window = "main"\nclause', 'window = "mainly"\nclause'),
        ('stage = "end"', 'stage = "and"'),
    )
    found = [SAID.match(message).groups() for message in problems(text)]
    lines = [int(line) for line, _key, _said in found]
    assert lines == sorted(lines) and len(set(found)) == len(found)
    assert [key for _line, key, _said in found] == [
        "document.issued_on",
        "eligibility.kinds[1].admit",
        "windows[1].pay_days",
        "fee.components",
        "subsidies.categories[3].grants[2].as",
        "targets.units[2].persons",
        "appraisal.stages[1].window",
        "appraisal.rewards[1].stage",
    ]


def test_several_lines_that_are_no_toml_are_told_at_once():
    text = changed(
        ('label = "2023年度"', "label = “2023年度”"),
        ("[fiscal]", "[fiscal"),
        ("percent_bp = 5000", "percent_bp = 50%"),
    )
    found = [SAID.match(message).groups() for message in problems(text)]
    assert [key for _n, key, _said in found] == ["label", "fiscal", "percent_bp"]
    assert [int(n) for n, _key, _said in found] == [
        line_of(text, new) for new in ("label = “", "[fiscal\n", "percent_bp = 50%")
    ]


def test_what_a_parent_says_wrongly_is_told_with_its_file():
    parent = changed(("share_bp = 9600", 'share_bp = "96%"'))
    child = changed(("regions =", 'extends = "province.toml"\nregions ='))
    child = child[: child.index("[[checkpoints]]")] + child[child.index("[[rankings]]") :]
    (message,) = problems(child, (("province.toml", parent),))
    line = line_of(parent, 'share_bp = "96%"')
    assert message.startswith(f"province.toml 第 {line} 行，checkpoints[1].share_bp：")


def test_messages_are_english_where_english_is_spoken():
    with translation.override("en"):
        (message,) = problems(changed(("admit = true", "admit = True")))
        assert message.startswith(f"line {line_of(VALID, 'admit')}, admit: expected true or false")
        (message,) = problems(changed(("label =", "lable =")))
        assert "perhaps label is meant" in message


@pytest.mark.parametrize("text", ["a = " + "1" * 5000, "a = " + "[" * 50_000])
def test_what_is_beyond_reason_is_refused_not_thrown(text):
    (message,) = problems(text)
    assert "过长" in message


# --- from the disk


@pytest.fixture
def load(db, tmp_path):
    """load(text, regions=…, parents={name: text}) loads the notice from a folder of its own."""

    def load(text=VALID, regions=REGIONS, parents=None, name="notice.toml", encoding="utf-8"):
        (tmp_path / "regions.csv").write_text(regions, "utf-8")
        for parent, said in (parents or {}).items():
            (tmp_path / parent).parent.mkdir(exist_ok=True)
            (tmp_path / parent).write_text(said, "utf-8")
        path = tmp_path / name
        if not path.exists():
            path.write_text(text, encoding)
        return campaigns.load_notice(path, by=User.system(), now=NOW, practice=True)

    return load


def refusal(load, *args, **how):
    with pytest.raises(Refused) as caught:
        load(*args, **how)
    assert not Campaign.objects.exists() and not Region.objects.exists()
    return caught.value.messages


def test_the_notice_without_a_mistake_is_loaded(load):
    assert load().state == "open"


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_a_file_of_windows_is_read(load, ending):
    assert load("\ufeff" + VALID.replace("\n", ending)).state == "open"


@pytest.mark.parametrize(
    ("extends", "words"),
    [
        ("notice.toml", "引用了自己"),
        ("nowhere.toml", "nowhere.toml"),
        ("regions.csv", ".toml"),
        (".", ".toml"),
    ],
)
def test_a_parent_that_leads_nowhere_is_told_at_its_line(load, extends, words):
    (message,) = refusal(load, f'# 通知\nextends = "{extends}"\n' + VALID)
    assert message.startswith("第 2 行，extends：") and words in message


def test_parents_of_one_name_in_two_folders_are_two(load):
    middle = 'extends = "up/parent.toml"\n[payments]\nclause = "八"\nlate = "hold"\n'
    top = '[money_in_hand]\nclause = "九"\nwords = "及时上缴"\n'
    text = 'extends = "parent.toml"\n' + changed(('[payments]\nlate = "mark"\n', ""))
    campaign = load(text, parents={"parent.toml": middle, "up/parent.toml": top})
    assert campaign.policy["payments"].late == "hold"
    assert campaign.policy["money_in_hand"].words == "及时上缴"


@pytest.mark.parametrize("regions", ["../../../etc/passwd", ".", "nowhere.csv"])
def test_a_regions_file_that_is_none_is_told_at_its_line(load, regions):
    (message,) = refusal(load, changed(('"regions.csv"', f'"{regions}"')))
    assert message.startswith("第 3 行，regions：") and ".csv" in message


@pytest.mark.parametrize(
    ("old", "new", "line", "column"),
    [
        ("east,valley,township", "east,valley,town", 3, "level"),
        ("east,valley,township", "east,east,township", 3, "parent"),
        ("east,valley,township", "east,nobody,township", 3, "parent"),
        ("west-1,west,village", "west-1,west,county", 6, "level"),
        ("west-1,west,village", "east-1,west,village", 6, "key"),
        ("division,2,西山乡", "division,二,西山乡", 5, "position"),
        ("division,2,西山乡", "place,2,西山乡", 5, "kind"),
        ("division,2,西山乡", "division,2,", 5, "name"),
        ("division,2,西山乡", "division,2," + "乡" * 61, 5, "name"),
    ],
)
def test_a_line_of_the_regions_that_is_wrong_is_told(load, old, new, line, column):
    found = refusal(load, regions=changed((old, new), text=REGIONS))
    assert any(each.startswith(f"regions.csv 第 {line} 行，{column}：") for each in found), found
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", " ".join(found)), found


def test_targets_of_no_place_are_told_together_at_their_lines(load):
    text = changed(("东山镇", "东小镇"), ("西山乡", "谷县"))
    found = refusal(load, text)
    assert [SAID.match(each).groups()[:2] for each in found] == [
        (str(line_of(text, "东小镇")), "targets.units[1].name"),
        (str(line_of(text, '{ name = "谷县"')), "targets.units[2].name"),
    ]
    assert "东山镇" in found[0]


def test_a_region_that_is_not_there_is_told_at_its_line(load):
    text = changed(('region = "valley"', 'region = "hill"'))
    (message,) = refusal(load, text)
    assert message.startswith(f"第 {line_of(text, 'region = ')} 行，campaign.region：")


def test_the_slug_of_another_campaign_is_told_at_its_line(load, tmp_path):
    load()
    (tmp_path / "notice.toml").unlink()
    with pytest.raises(Refused, match="第 2 行，slug："):
        load(changed(('insurance = "390"', 'insurance = "310"')))
    assert Campaign.objects.get().policy_version.number == 1


def test_facts_that_cannot_be_are_refused_with_what_was_expected(load):
    policy = load().policy
    for told, words in (
        ([("born_on", "2980-01-01")], "2199"),
        ([("born_on", "2022-11-01"), ("paid_on", "2022-10-20")], "2022-10-20"),
        ([("paid_on", "0001-01-01")], "1900"),
        ([("category", "9999")], "1501"),
        ([("kind", "alien")], "permit"),
    ):
        with pytest.raises(WrongFact, match=words):
            facts_told(policy, told)
    with pytest.raises(Refused, match="poor"):
        facts_told(policy, [("hardship", "富人")])


def test_a_heading_misspelt_is_told_once_though_its_tables_are_not():
    (message,) = problems(changed(("[fee]\n", "[feee]\n")))
    assert "feee" in message and "是不是 fee" in message


def test_an_open_campaign_keeps_its_windows_and_its_fee(load, tmp_path):
    load()
    (tmp_path / "notice.toml").unlink()
    start, end = VALID.index("[fee]"), VALID.index("[subsidies]")
    with pytest.raises(Refused):
        load(VALID[:start] + VALID[end:])
    assert Campaign.objects.get().policy["fee"].individual_fen == 38000
    assert Campaign.objects.get().policy_version.number == 1
