"""What goes back, for which reason, until when. Examples by hand from 区医保发〔2022〕69号 七:
fee 350 yuan; last day 2022-12-30; the subsidised get back only what they bore; nothing after cover.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.errors import Refused
from payments.refunds import Paid, refundable
from tests.payments.policies import policy

REFUND = """
[[refunds]]
reason = "{reason}"
name = "{name}"
until = 2022-12-30
before = "coverage_from"
clause = "七"
words = "缴费期内可申请退费；享受参保资助的只退个人缴费部分；待遇享受期开始后不退"
"""
REASONS = {
    "duplicate": "跨省重复缴费",
    "death": "死亡",
    "missing": "失踪",
    "abroad": "出国定居",
    "employee": "参加职工医保",
    "elsewhere": "参加其他统筹地区居民医保",
}
NOTICE = "".join(REFUND.format(reason=key, name=name) for key, name in REASONS.items())
IN_TIME = date(2022, 12, 30)
ORDINARY = Paid(own_fen=35000)


@pytest.mark.parametrize("reason", REASONS)
def test_whoever_paid_alone_gets_all_back_on_the_last_day(reason):
    found = refundable(policy(NOTICE), reason, IN_TIME, ORDINARY)
    assert (found.own_fen, found.aid_fen) == (35000, 0)
    assert [each.clause for each in found.because] == ["七"]


@pytest.mark.parametrize("reason", REASONS)
def test_a_day_later_nothing_goes_back_though_the_window_is_open(reason):
    found = refundable(policy(NOTICE), reason, date(2022, 12, 31), ORDINARY)
    assert found.fen == 0
    assert "2022-12-30" in found.because[-1].words


def test_nothing_goes_back_once_cover_has_begun():
    notice = NOTICE.replace("until = 2022-12-30\n", "")
    assert refundable(policy(notice), "death", date(2022, 12, 31), ORDINARY).fen == 35000
    found = refundable(policy(notice), "death", date(2023, 1, 1), ORDINARY)
    assert found.fen == 0
    assert "2023-01-01" in found.because[-1].words


@pytest.mark.parametrize(
    ("paid", "own"),
    [
        # 特困: paid on behalf in full, bore nothing
        (Paid(own_fen=0, on_behalf_fen=35000), 0),
        # 农村一类低保: paid 350, 250 came to the card: 100
        (Paid(own_fen=35000, reimbursed_fen=25000), 10000),
        # 已脱贫: 350 less 100
        (Paid(own_fen=35000, reimbursed_fen=10000), 25000),
        # not yet reimbursed
        (Paid(own_fen=35000, reimbursed_fen=0), 35000),
        # 特困 who had paid and got it back to the card
        (Paid(own_fen=35000, reimbursed_fen=35000), 0),
    ],
)
def test_the_subsidised_get_back_only_what_they_bore(paid, own):
    found = refundable(policy(NOTICE), "duplicate", IN_TIME, paid)
    assert (found.own_fen, found.aid_fen) == (own, 0)


def test_all_parts_go_back_to_those_who_bore_them_where_the_notice_says_so():
    notice = policy(NOTICE.replace('before = "coverage_from"', 'part = "all"'))
    paid = Paid(own_fen=10000, on_behalf_fen=25000)
    found = refundable(notice, "death", IN_TIME, paid)
    assert (found.own_fen, found.aid_fen, found.fen) == (10000, 25000, 35000)
    paid = Paid(own_fen=35000, reimbursed_fen=25000)
    found = refundable(notice, "death", IN_TIME, paid)
    assert (found.own_fen, found.aid_fen) == (10000, 25000)


def test_benefits_used_forbid_it_only_where_the_notice_says_so():
    used = Paid(own_fen=35000, benefits_used=True)
    forbids = NOTICE.replace('before = "coverage_from"', 'benefits_used = "forbids"')
    assert refundable(policy(NOTICE), "death", IN_TIME, used).fen == 35000
    assert refundable(policy(forbids), "death", IN_TIME, used).fen == 0
    assert refundable(policy(forbids), "death", IN_TIME, ORDINARY).fen == 35000


def test_the_bound_may_be_the_first_day_of_a_persons_own_benefits():
    notice = policy(
        NOTICE.replace('"coverage_from"', '"benefit_from"').replace("until = 2022-12-30\n", "")
    )
    waiting = Paid(own_fen=35000, benefit_from=date(2023, 4, 1))
    assert refundable(notice, "employee", date(2023, 3, 31), waiting).fen == 35000
    assert refundable(notice, "employee", date(2023, 4, 1), waiting).fen == 0
    assert refundable(notice, "employee", date(2023, 3, 31), ORDINARY).fen == 0


def test_a_reason_that_the_notice_does_not_name_gives_nothing_back():
    found = refundable(policy(NOTICE), "regret", IN_TIME, ORDINARY)
    assert found.fen == 0
    assert "regret" in found.because[0].words
    assert refundable(policy(), "death", IN_TIME, ORDINARY).fen == 0


def test_of_several_entries_for_a_reason_the_first_still_open_decides():
    later = """
[[refunds]]
reason = "death"
name = "死亡"
until = 2023-06-30
part = "none"
clause = "八"
words = "待遇享受期内死亡的，只停保，不退费"
"""
    found = refundable(policy(NOTICE + later), "death", date(2023, 2, 1), ORDINARY)
    assert (found.fen, found.because[0].clause) == (0, "八")
    found = refundable(policy(NOTICE + later), "death", IN_TIME, ORDINARY)
    assert (found.fen, found.because[0].clause) == (35000, "七")


money = st.integers(0, 100000)


@given(own=money, on_behalf=money, reimbursed=money, part=st.sampled_from(["own", "all", "none"]))
def test_never_more_goes_back_than_was_paid(own, on_behalf, reimbursed, part):
    notice = policy(REFUND.format(reason="death", name="死亡") + f'part = "{part}"\n')
    found = refundable(notice, "death", IN_TIME, Paid(own, on_behalf, reimbursed))
    assert 0 <= found.own_fen <= own
    assert found.fen <= own + on_behalf
    assert found.fen == own + on_behalf or part != "all"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('before = "coverage_from"', 'before = "new_year"', "refunds[1].before"),
        ("until = 2022-12-30", 'until = "2022-12-30"', "refunds[1].until"),
        ('reason = "duplicate"\n', "", "refunds[1].reason"),
        ('clause = "七"\n', "", "refunds[1].clause"),
        ('before = "coverage_from"', 'share = "half"', "refunds[1].share"),
    ],
)
def test_a_mistake_is_named_by_its_key(old, new, said):
    with pytest.raises(Refused) as caught:
        policy(NOTICE.replace(old, new, 1))
    (message,) = caught.value.messages
    assert f"，{said}：" in message
