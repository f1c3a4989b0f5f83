"""The bank's statement: every line one outcome; nothing is guessed where it is ambiguous."""

from typing import Any

import pytest

from enrollment.errors import Refused
from payments.books import checks
from payments.collection import batches, services, slips, statements
from payments.models import BankLine, BankStatement
from tests.conftest import at

NOW = at("2022-11-18 16:30")
HEAD = "交易日期,贷方金额,对方户名,摘要,流水号"


@pytest.fixture
def bank(campaign: Any, cast: Any) -> Any:
    """bank("2022-11-18,1050.00,东湖村,JK…,001", …) → (outcome, rule) of each line."""

    def told(*rows: str, name: str = "对账单.csv") -> list[tuple[str, str]]:
        data = "\n".join([HEAD, *rows, ""]).encode("gb18030")
        row = statements.take_in_statement(
            campaign, name=name, data=data, by=cast["alice"], now=NOW
        )
        return list(row.lines.order_by("line").values_list("outcome", "rule"))

    return told


@pytest.mark.parametrize(
    ("row", "outcome", "rule"),
    [
        ("2022-11-18,1050.00,东湖村,缴款单JK20221118001 3人,001", "matched", "number"),
        ('20221119,"1,050.00",东湖村,jk20221118001,001', "matched", "number"),
        ("2022-11-18,1050.00,东湖村,医保费,001", "matched", "amount_and_date"),
        ("2022-11-18,1050.00,东湖村,,JK20221118001", "matched", "number"),
        ("2022-11-18,1000.00,东湖村,JK20221118001,001", "unknown", "other_amount"),
        ("2022-12-18,1050.00,东湖村,JK20221118001,001", "unknown", "other_day"),
        ("2022-11-19,1050.00,东湖村,医保费,001", "unknown", "no_slip"),
        ("2022-11-18,-1050.00,税务局,退汇,001", "unknown", "outgoing"),
    ],
)
def test_a_line_and_a_slip(pay_in, bank, row, outcome, rule):
    pay_in()
    assert bank(row) == [(outcome, rule)]


def test_what_was_told_before_is_told_as_twice(pay_in, bank):
    pay_in()
    line = "2022-11-18,1050.00,东湖村,JK20221118001,001"
    assert bank(line) == [("matched", "number")]
    with pytest.raises(Refused, match="2022-11-18"):
        bank(line)
    rows = bank(line, "2022-11-18,1050.00,东湖村,JK20221118001,002", "2022-11-20,5.00,张三,,9")
    assert rows == [("twice", "told_before"), ("twice", "slip_arrived"), ("unknown", "no_slip")]
    assert BankLine.objects.filter(outcome="matched").count() == 1


def test_two_lines_of_one_amount_and_day_are_left_to_a_person(campaign, cast, pay_in, bank):
    slip = pay_in()
    rows = bank("2022-11-18,1050.00,甲,,1", "2022-11-18,1050.00,乙,,2")
    assert rows == [("unknown", "several")] * 2
    first, second = BankLine.objects.order_by("line")
    assert statements.suggestions(campaign, first) == [slip]
    statements.tie(first, slip, by=cast["alice"], now=NOW)
    with pytest.raises(Refused):
        statements.tie(second, slip, by=cast["alice"], now=NOW)
    first.refresh_from_db()
    with pytest.raises(Refused):
        statements.untie(first, why=" ", by=cast["alice"], now=NOW)
    statements.untie(first, why="点错了", by=cast["alice"], now=NOW)
    statements.look_again(campaign, now=NOW)
    first.refresh_from_db()
    assert (first.outcome, first.rule) == ("unknown", "untied")  # what a person undid stays


def test_the_books_find_a_line_that_is_not_its_slip(campaign, pay_in, bank):
    pay_in()
    bank("2022-11-18,1050.00,东湖村,JK20221118001,001")
    assert all(check.ok for check in checks(campaign))
    BankLine.objects.update(fen=105001)
    assert [check.name[0] for check in checks(campaign) if not check.ok] == ["7"]


def test_a_slip_that_is_entered_later_finds_its_line(bank, pay_in):
    assert bank("2022-11-18,1050.00,东湖村,JK20221118001,001") == [("unknown", "no_slip")]
    slip = pay_in()
    assert slip.bank_lines.get().rule == "number"


def test_a_slip_whose_money_arrived_stays(batch, cast, pay_in, bank):
    slip = pay_in()
    bank("2022-11-18,1050.00,东湖村,JK20221118001,001")
    for stop in (
        lambda: batches.end_slip(slip, why="录错", by=cast["erin"], now=NOW),
        lambda: batches.void_batch(batch, why="录错", by=cast["erin"], now=NOW),
    ):
        with pytest.raises(Refused):
            stop()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("日期,金额\n2022-11-18,1\n", "交易日期"),
        (f"{HEAD}\n昨天,1050.00,,,\n", "第 2 行"),
        (f"{HEAD}\n2022-11-18,一千,,,\n", "第 2 行"),
        (f"{HEAD}\n", "没有"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(campaign, cast, text, said):
    with pytest.raises(Refused) as caught:
        statements.take_in_statement(
            campaign, name="x.csv", data=text.encode("gb18030"), by=cast["alice"], now=NOW
        )
    assert said in "\n".join(caught.value.messages)
    assert not BankStatement.objects.exists()


def test_a_slip_without_a_line_is_told_after_some_days(campaign, pay_in, bank):
    slip = pay_in()
    assert not statements.late_slips(campaign, at("2022-11-21 23:00")).exists()
    assert list(statements.late_slips(campaign, at("2022-11-22 00:00"))) == [slip]
    bank("2022-11-18,1050.00,东湖村,JK20221118001,001")
    assert not statements.late_slips(campaign, at("2022-11-22 00:00")).exists()


@pytest.mark.parametrize(
    ("days", "late_on"),
    [(None, "2022-11-22"), (1, "2022-11-20"), (7, "2022-11-26"), (0, None)],
)
def test_the_notice_says_when_a_slip_is_told(campaign, sign_in, pay_in, days, late_on):
    """The slip is of the 18th; where the notice says nothing it is three days."""
    if days is not None:
        version = campaign.policy_version
        said = f"[payments]\nslip_arrives_days = {days}"
        version.source = version.source.replace("[payments]", said)
        version.save()
        campaign.__dict__.pop("_policy", None)
    pay_in()
    told = [
        f"2022-11-{day}"
        for day in range(19, 30)
        if statements.late_slips(campaign, at(f"2022-11-{day} 12:00")).exists()
    ]
    assert (told[0] if told else None) == late_on
    page = sign_in("alice").get("/c/small-2023/collection/statements/").content.decode()
    assert ("不提示" if days == 0 else f"超过 {days or 3} 天") in page


def test_services_and_slips_share_one_reading_of_accounts():
    assert slips.plain("8622-1011 80") == slips.plain(" 86221011 80")
    assert services.told(["a"] * 9)[-1] != "a"
