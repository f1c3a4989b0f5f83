"""What a payment made elsewhere comes to under the five notices, worked out by hand; yuan."""

import pytest

from subsidies.elsewhere.rules import Beside, decide_elsewhere
from tests.notices.worked import notice, told

GANZHOU = "ganzhou-2023"
ON = "paid_on=2022-09-20 10:00"


def decided(slug, *facts, paid=380, owed=0):
    beside = Beside(paid_fen=paid * 100, owed_fen=owed * 100)
    found = decide_elsewhere(notice(slug), beside, told(slug, ON, *facts))
    return found.outcome, found.kind, found.fen // 100, found.clause


@pytest.mark.parametrize(
    ("hardship", "yuan", "clause"),
    [
        # paid on behalf at home, so to the account of who had paid: 四（二）1
        ("特困人员", 350, "四（一）1"),
        ("返贫致贫人口", 190, "四（一）3"),
        ("已脱贫人口", 100, "四（一）5"),
    ],
)
def test_ganzhou_pays_its_own_standard_四二3(hardship, yuan, clause):
    outcome, kind, fen, said = decided(GANZHOU, f"hardship={hardship}")
    assert (outcome, kind, fen) == ("owed", "elsewhere", yuan)
    assert clause in said and "四（二）3" in said


def test_ganzhou_pays_no_more_than_was_paid():
    # a place that charges 320 yuan
    assert decided(GANZHOU, "hardship=特困人员", paid=320)[:3] == ("owed", "elsewhere", 320)
    assert decided(GANZHOU, "hardship=特困人员", paid=320, owed=320)[:3] == ("same", "", 0)


def test_ganzhou_adds_the_difference_and_takes_nothing_back_四二4():
    # 100 as lifted out of poverty came; 返贫致贫 grants 190
    assert decided(GANZHOU, "hardship=返贫致贫人口", owed=100)[:3] == ("owed", "top_up", 90)
    assert decided(GANZHOU, "hardship=已脱贫人口", owed=190)[:3] == ("fall_kept", "", 0)


def test_tanghe_says_nothing_of_it_so_its_own_rules_hold():
    # reimbursed at home too; of what is paid on behalf nothing comes back: the notice is silent
    assert decided("tanghe-2023", "hardship=lifted")[:3] == ("owed", "elsewhere", 250)
    assert decided("tanghe-2023", "hardship=five_guarantees")[0] == "not_back"


def test_without_a_category_nothing_comes_back():
    assert decided(GANZHOU)[:3] == ("same", "", 0)
