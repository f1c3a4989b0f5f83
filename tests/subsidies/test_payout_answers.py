"""The bank's file of what became of a batch: every line has an outcome, or nothing has changed."""

import pytest

from enrollment.errors import Refused
from enrollment.models import AuditEntry
from subsidies.models import BankAnswer, PayOut, PayOutBatch, Transfer
from subsidies.payouts import queries, services
from subsidies.payouts.answers import take_in_answer
from tests.conftest import assert_table
from tests.subsidies.payout_world import DECEMBER, FUND, NOW, broken, sent, three

__all__ = ["sent", "three"]
HEAD = "批次号,序号,收款人户名,收款账号,金额,处理结果,失败原因"
LI, WANG, ZHAO = (
    "6217000012345678902", "6217000012345678901", "6217000012345678903"
)  # fmt: skip


def file(batch, *rows, head=HEAD, encoding="gb18030"):
    """Rows as the bank writes them: line, account, yuan, result, why."""
    lines = [head]
    lines += [f"{batch.pk},{no},某某,{account},{yuan},{said},{why}"
              for no, account, yuan, said, why in rows]  # fmt: skip
    return "\r\n".join([*lines, "合计,共3笔", ""]).encode(encoding)


PAID = [
    (1, LI, "80.00", "成功", ""),
    (2, WANG, "80.00", "成功", ""),
    (3, ZHAO, "80.00", "成功", ""),
]


@pytest.fixture
def take(sent, cast):
    def take(*rows, name="回盘.csv", data=None):
        data = file(sent, *rows) if data is None else data
        return take_in_answer(sent, name=name, data=data, by=cast["alice"], now=NOW)

    return take


def states():
    return list(Transfer.objects.order_by("line").values_list("line", "returned_why"))


def test_some_paid_some_back(campaign, sent, take):
    answer = take(PAID[0], (2, WANG, "80.00", "退票", "户名不符"), PAID[2])
    assert (answer.read, answer.paid, answer.returned, answer.known) == (3, 2, 1, 0)
    lines = list(answer.lines.order_by("line").values_list("line", "outcome", "why"))
    assert lines == [(2, "paid", ""), (3, "returned", "户名不符"), (4, "paid", "")]
    assert states() == [(1, ""), (2, "户名不符"), (3, "")]
    # every transfer is answered for: the bank has carried the batch out
    assert PayOutBatch.objects.get().state == "confirmed"
    back = queries.standing(queries.pay_outs(campaign), "returned").get()
    assert (back.resident.name, back.place, back.account) == ("王小明", "no_account", None)
    assert broken(campaign) == set()


def test_what_came_back_goes_into_a_next_batch(campaign, sent, take, cast):
    take(PAID[0], (2, WANG, "80.00", "退票", ""), PAID[2])
    row = PayOut.objects.get(resident__name="王小明")
    services.set_account(row, number="6217000055555551", by=cast["alice"], now=NOW)
    batch = services.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW)
    assert_table(Transfer, ["batch_id", "line", "returned_why"], [
        (sent.pk, 1, ""), (sent.pk, 2, "银行未说明原因"), (sent.pk, 3, ""), (batch.pk, 1, ""),
    ])  # fmt: skip
    assert broken(campaign) == set()


def test_only_failures_leave_the_batch_to_be_confirmed(sent, take):
    take((2, WANG, "80.00", "退票", "销户"))
    assert PayOutBatch.objects.get().state == "exported"
    take(PAID[0], PAID[2], name="二.csv")
    assert PayOutBatch.objects.get().state == "confirmed"


def test_paid_first_and_returned_days_later(sent, take):
    take(*PAID)
    answer = take((3, ZHAO, "80.00", "退汇", "账户冻结"), name="二.csv")
    assert (answer.returned, answer.known) == (1, 0)
    again = take(PAID[0], (3, ZHAO, "80.00", "退汇", "账户冻结"), name="三.csv")
    assert (again.paid, again.returned, again.known) == (0, 0, 2)


def test_entered_by_hand_before_it_is_known(campaign, sent, take, cast):
    transfer = sent.transfers.get(line=2)
    services.return_transfer(transfer, why="电话告知", by=cast["alice"], now=NOW)
    answer = take(PAID[0], (2, WANG, "80.00", "退票", "户名不符"), PAID[2])
    assert (answer.paid, answer.returned, answer.known) == (2, 0, 1)
    assert states()[1] == (2, "电话告知")
    assert broken(campaign) == set()


def test_the_same_bytes_again_change_nothing(sent, take):
    take(*PAID)
    with pytest.raises(Refused, match="2022-11-18 16:30"):
        take(*PAID)
    assert BankAnswer.objects.count() == 1


REFUSED = {
    "another batch": lambda b: file(b, *PAID).replace(f"\r\n{b.pk},".encode(), b"\r\n987,"),
    "a line that is not there": lambda b: file(b, *PAID[:2], (4, ZHAO, "80.00", "成功", "")),
    "a line of nonsense": lambda b: file(b, ("²", ZHAO, "80.00", "成功", "")),
    "the same line twice": lambda b: file(b, PAID[0], PAID[0]),
    "another amount": lambda b: file(b, PAID[0], (2, WANG, "80.01", "退票", "")),
    "another account": lambda b: file(b, PAID[0], (2, ZHAO, "80.00", "退票", "")),
    "a result nobody knows": lambda b: file(b, PAID[0], (2, WANG, "80.00", "处理中", "")),
    "a column missing": lambda b: file(b, *PAID, head=HEAD.replace("处理结果", "其他")),
    "a row cut short": lambda b: file(b, *PAID) + f"{b.pk},2\r\n".encode(),
    "no rows": lambda b: file(b),
    "not in the encoding": lambda b: file(b, *PAID) + b"\xff\xff\xff",
    "a workbook": lambda b: b"PK\x03\x04" + bytes(100),
    "nothing": lambda b: b"",
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_does_not_fit_changes_nothing(sent, take, what):
    with pytest.raises(Refused):
        take(data=REFUSED[what](sent))
    assert not BankAnswer.objects.exists()
    assert states() == [(1, ""), (2, ""), (3, "")]
    assert not AuditEntry.objects.filter(action="take_in_bank_answer").exists()


def test_paid_after_it_came_back_is_refused(sent, take):
    take((2, WANG, "80.00", "退票", "销户"))
    with pytest.raises(Refused):
        take(PAID[1], name="二.csv")


def test_columns_in_another_order_and_utf_8_are_read(sent, take):
    text = f"处理结果,金额,网点,序号,批次号\r\n退票,80.00,一,2,{sent.pk}\r\n"
    assert take(data=b"\xef\xbb\xbf" + text.encode()).returned == 1


def test_before_the_export_there_is_no_answer(campaign, three, cast):
    batch = services.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW)
    with pytest.raises(Refused):
        take_in_answer(batch, name="x", data=file(batch, *PAID), by=cast["alice"], now=NOW)
