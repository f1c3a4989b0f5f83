"""A mistake in [subsidies] is told with its line, its key and what was expected."""

from datetime import date

import pytest

from enrollment.errors import Refused
from enrollment.facts import Facts
from enrollment.notice import read_policy
from enrollment.sections.shares import Share
from tests.subsidies.made import HEAD, policy, problems

ONE = """[subsidies]
[[subsidies.categories]]
key = "low"
name = "低保对象"
clause = "四"
words = "定额资助"
"""
AMOUNT = ONE + 'grant = "amount"\namount_fen = 25000\nhow = "reimbursed"\n'


def told(text: str) -> list[tuple[str, str]]:
    """Line and key of each problem: "line 7" and "subsidies.categories[1].how"."""
    return [tuple(one.split(": ")[0].split(", ")) for one in problems(text)]


@pytest.mark.parametrize(
    ("text", "line", "key", "expected"),
    [
        (ONE, 2, "grant", "full, amount, percent, as, none, unstated"),
        (ONE + 'grant = "half"\n', 7, "grant", "full, amount"),
        (ONE + 'grant = "full"\n', 2, "how", "on_behalf, deducted, reimbursed"),
        (ONE + 'grant = "full"\nhow = "later"\n', 8, "how", "on_behalf"),
        (ONE + 'grant = "amount"\nhow = "deducted"\n', 2, "amount_fen", "“amount”"),
        (ONE + 'grant = "full"\nhow = "deducted"\namount_fen = 1\n', 9, "amount_fen", "“full”"),
        (AMOUNT + 'round_to = "yuan"\n', 10, "round_to", "“amount”"),
        (AMOUNT + 'base = "fee"\n', 10, "base", "“amount”"),
        (ONE + 'grant = "percent"\npercent_bp = 5000\nhow = "deducted"\n', 2, "base", "“percent”"),
        (
            ONE + 'grant = "percent"\npercent_bp = 5000\nhow = "deducted"\nbase = "salary"\n',
            10, "base", "fee, individual, fiscal",
        ),
        (
            ONE + 'grant = "percent"\npercent_bp = 12000\nhow = "deducted"\nbase = "fee"\n',
            8, "percent_bp", "10000",
        ),
        (ONE + 'grant = "as"\n', 2, "as", "“as”"),
        (ONE + 'grant = "as"\nas = "poor"\n', 8, "as", "“poor”"),
        (ONE + 'grant = "as"\nas = "low"\n', 8, "as", "leads back"),
        (AMOUNT + 'as = "low"\n', 10, "as", "“amount”"),
        (AMOUNT + 'paid_already = "reimbursed"\n', 10, "paid_already", "comes back"),
        (AMOUNT + "without_roster = true\n", 2, "when", "without a roster"),
        (AMOUNT + 'grades = ["一类", "一类"]\n', 10, "grades", "once"),
        (AMOUNT + 'grades = ["一,二"]\n', 10, "grades", "comma"),
        (AMOUNT + 'when = { grade = "三类" }\n', 10, "when.grade", "“三类”"),
        (AMOUNT + 'when = { hardship = "poor" }\n', 10, "when.hardship", "“poor”"),
        (AMOUNT + 'when = { weight = 3 }\n', 10, "when.weight", "policy language"),
        (AMOUNT + 'entitles = "family"\n', 10, "entitles", "person, household"),
        (AMOUNT + 'amount_yuan = 250\n', 10, "amount_yuan", "policy language"),
        (AMOUNT.replace('"low"', '"low income"'), 3, "key", "colon"),
        (AMOUNT.replace('clause = "四"\n', ""), 2, "clause", "missing"),
    ],
)  # fmt: skip
def test_a_category_with_a_mistake_is_refused_by_line_and_key(text, line, key, expected):
    assert told(text) == [(f"line {line}", f"subsidies.categories[1].{key}")]
    assert expected in problems(text)[0]


@pytest.mark.parametrize(
    ("said", "key", "expected"),
    [
        ('pick = "lowest"', "pick", "highest, sum"),
        ('top_up = "yes"', "top_up", "true or false"),
        ('elsewhere = "maybe"', "elsewhere", "granted, none"),
        ('age_on = "birthday"', "age_on", "coverage_from"),
        ("recognised_until = 2022", "recognised_until", "date"),
        ("ceiling_fen = 1", "ceiling_fen", "policy language"),
        ("bases = 350", "bases", "[subsidies.bases]"),
    ],
)
def test_how_categories_go_together_is_refused_by_line_and_key(said, key, expected):
    text = f"[subsidies]\n{said}\n"
    assert told(text) == [("line 2", f"subsidies.{key}")]
    assert expected in problems(text)[0]


def test_bases_have_names_of_their_own_and_whole_fen():
    text = "[subsidies.bases]\nfiscal = 61000\nlast_year = 320.5\ncity = 32000\n"
    assert told(text) == [
        ("line 2", "subsidies.bases.fiscal"),
        ("line 3", "subsidies.bases.last_year"),
    ]


def test_shares_beyond_the_whole_are_refused():
    funder = '[[subsidies.categories.funders]]\nfunder = "{}"\n{}\n'
    over = AMOUNT + funder.format("省", "share_bp = 8000") + funder.format("县", "share_bp = 2001")
    assert told(over) == [("line 10", "subsidies.categories[1].funders")]
    fixed = AMOUNT + funder.format("省", "fen = 20000") + funder.format("县", "fen = 5001")
    assert told(fixed) == [("line 10", "subsidies.categories[1].funders")]
    exact = AMOUNT + funder.format("省", "share_bp = 8000") + funder.format("县", "fen = 5000")
    assert problems(exact) == []
    both = AMOUNT + funder.format("省", "share_bp = 8000\nfen = 1")
    assert told(both) == [("line 13", "subsidies.categories[1].funders[1].fen")]
    alone = AMOUNT + 'funder = "县"\n' + funder.format("省", "share_bp = 1")
    assert told(alone) == [("line 10", "subsidies.categories[1].funder")]


def test_a_circle_of_categories_is_refused_at_each_of_them():
    text = "".join(
        f'[[subsidies.categories]]\nkey = "{key}"\nname = "{key}"\nclause = "四"\nwords = "同"\n'
        f'grant = "as"\nas = "{other}"\n'
        for key, other in [("one", "two"), ("two", "three"), ("three", "two")]
    )
    # “one” leads into the circle but is not part of it
    assert told(text) == [
        ("line 14", "subsidies.categories[2].as"),
        ("line 21", "subsidies.categories[3].as"),
    ]


def test_a_grant_below_one_for_everybody_would_never_be_asked():
    table = '[[subsidies.categories.grants]]\ngrant = "none"\n'
    assert told(ONE + table + table) == [("line 7", "subsidies.categories[1].grants[1].when")]
    assert problems(ONE + table) == []
    both = AMOUNT + table
    assert told(both) == [("line 7", "subsidies.categories[1].grant")]


@pytest.mark.parametrize(
    "key",
    ['how = "deducted"', 'funder = "县财政"', "amount_fen = 1", 'paid_already = "reimbursed"'],
)
def test_what_says_a_grant_stands_in_each_of_the_grants(key):
    text = ONE + key + '\n[[subsidies.categories.grants]]\ngrant = "none"\n'
    assert told(text) == [("line 7", f"subsidies.categories[1].{key.split()[0]}")]
    assert "in each of them" in problems(text)[0]


def test_names_mean_one_category():
    other = AMOUNT.replace("[subsidies]\n", "").replace('"low"', '"kin"')
    assert told(AMOUNT + other.replace("低保对象", "家属") + 'names = ["低保对象"]\n') == [
        ("line 18", "subsidies.categories[2].names")
    ]
    assert told(AMOUNT + other.replace('"kin"', '"low"')) == [
        ("line 11", "subsidies.categories[2].key")
    ]


def test_a_category_is_found_by_key_name_and_what_it_is_also_called():
    rules = policy(AMOUNT + 'names = ["低保", "最低生活保障"]\n')["subsidies"]
    for text in ("low", "低保对象", "低保", "最低生活保障"):
        assert rules.named(text).key == "low"
    assert rules.named("特困") is None


SUPPLEMENT = """[[subsidies.supplements]]
key = "local"
name = "区级补充"
to = ["low"]
grant = "amount"
amount_fen = 5000
how = "deducted"
clause = "五"
words = "区级另补 50 元"
"""


@pytest.mark.parametrize(
    ("change", "line", "key"),
    [
        (('to = ["low"]', 'to = ["low", "poor"]'), 13, "to"),
        (('clause = "五"\n', ""), 10, "clause"),
        (("amount_fen = 5000\n", ""), 10, "amount_fen"),
        (('grant = "amount"', 'when = { grade = "一类" }\ngrant = "amount"'), 14, "when.grade"),
        (('name = "区级补充"', 'name = "区级补充"\ngrades = ["一"]'), 13, "grades"),
    ],
)
def test_a_supplement_with_a_mistake_is_refused_by_line_and_key(change, line, key):
    assert problems(AMOUNT + SUPPLEMENT) == []
    text = AMOUNT + SUPPLEMENT.replace(*change)
    assert told(text) == [(f"line {line}", f"subsidies.supplements[1].{key}")]


def test_two_supplements_have_two_keys():
    assert told(AMOUNT + SUPPLEMENT * 2) == [("line 20", "subsidies.supplements[2].key")]


def test_other_sections_name_only_categories_that_the_notice_has():
    fee = """[fee]
individual_fen = 35000
clause = "三"
words = "350 元"
[[fee.rules]]
name = "特困"
individual_fen = 0
when = { hardship = "poor" }
clause = "三"
words = "不缴费"
"""
    assert ["poor" in one and "low" in one for one in problems(AMOUNT + fee)] == [True]


def test_grants_by_tier_are_for_tiers_that_the_fee_has():
    fee = """[fee]
clause = "三"
words = "分两档"
[[fee.rules]]
name = "一档"
individual_fen = 38000
when = { tier = "一档" }
"""
    lines = (
        ONE
        + """[[subsidies.categories.grants]]
when = {{ tier = "{}" }}
grant = "none"
"""
    )
    assert problems(lines.format("一档") + fee) == []
    [problem] = problems(lines.format("三档") + fee)
    assert problem.startswith("line 8, subsidies.categories[1].grants[1].when.tier: ")
    assert "“三档”" in problem and "一档" in problem
    assert problems(lines.format("三档")) == []  # a parent may leave the fee to its children


def test_what_is_absent_means_the_usual():
    rules = policy(AMOUNT)["subsidies"]
    assert (rules.pick, rules.top_up, rules.claw_back, rules.elsewhere) == (
        "highest", True, False, "",
    )  # fmt: skip
    [low] = rules.categories
    [grant] = low.grants
    assert (low.entitles, low.grades, grant.words, grant.shares) == ("person", (), "定额资助", ())
    assert policy(AMOUNT + 'funder = "县财政"')["subsidies"].categories[0].grants[0].shares == (
        Share("县财政", 10000),
    )


def test_lines_of_a_category_take_over_its_clause_and_words():
    text = ONE + '[[subsidies.categories.grants]]\ngrant = "unstated"\nclause = "四（一）2"\n'
    [grant] = policy(text)["subsidies"].categories[0].grants
    assert (grant.clause, grant.words) == ("四（一）2", "定额资助")


def test_a_notice_without_the_section_has_no_categories():
    rules = read_policy(HEAD)["subsidies"]
    assert rules.categories == ()
    assert rules.named("低保") is None
    assert not rules.asks_who_paid_first


def test_every_problem_is_told_at_once():
    text = AMOUNT.replace("25000", '"250 元"') + 'colour = "red"\n'
    with pytest.raises(Refused) as refused:
        read_policy(text + HEAD)
    assert len(refused.value.messages) == 2


def test_the_last_day_of_recognition_is_inclusive_in_the_file():
    rules = policy("[subsidies]\nrecognised_until = 2022-11-30\n")["subsidies"]
    assert rules.recognised_until == date(2022, 12, 1)
    assert policy(AMOUNT)["subsidies"].categories[0].when.holds(Facts())
