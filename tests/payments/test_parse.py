"""Reading a payment detail file: cells as offices write them, and faults of the whole file."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from config.lib import siv
from config.lib.tabular import FileFault
from payments import cells, parse
from payments.keys import PAYMENT, REFUND, REVERSAL, Keys
from tests.payments.lines import HEADER, LI, WANG, Row, text

TODAY = date(2022, 11, 18)
RECEIPT = "341135221118000001"


class Read:
    """What the child would send, taken apart again."""

    def __init__(self, path: Path, townships: dict[str, int] | None = None):
        blocks = parse.read_payments(path, campaign_id=7, townships=townships or {}, today=TODAY)
        self.payments: list[dict[str, str]] = []
        self.apart: list[dict[str, str]] = []
        columns, rows = parse.COLUMNS, self.payments
        while True:
            try:
                block = next(blocks)
            except StopIteration as stop:
                self.summary = stop.value
                break
            if not block:
                columns, rows = parse.APART, self.apart
            for line in block.decode().splitlines():
                rows.append(dict(zip(columns, line.split("\t"), strict=True)))

    def number(self, index: int = 0) -> str:
        return siv.ring().unseal(bytes.fromhex(self.payments[index]["number"][3:]))


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read_rows(
        rows: list[Row], header: tuple[str, ...] = HEADER, *, total: Any = None, **how: Any
    ) -> Read:
        path = tmp_path / "payments.csv"
        path.write_bytes(text(rows, header, total).encode(how.pop("encoding", "gb18030")))
        return Read(path, **how)

    return read_rows


@pytest.fixture
def refused(read: Any) -> Any:
    def messages(*given: Any, **how: Any) -> list[str]:
        with pytest.raises(FileFault) as caught:
            read(*given, **how)
        return [str(fault) for fault in caught.value.faults]

    return messages


# --- cells


def test_a_plain_line(read):
    (line,) = read([Row()], townships={"城北镇": 5}).payments
    assert {k: v for k, v in line.items() if k not in ("key", "number")} == {
        "line": "2",
        "number_kind": "resident_id",
        "name": "王小明",
        "name_key": "王小明",
        "fen": "35000",
        "year": "2023",
        "paid_at": "2022-11-18 10:15:22+08",
        "treasury_on": "2022-11-18",
        "receipt": RECEIPT,
        "channel": "微信",
        "place": "城北镇 东湖村",
        "township_id": "5",
        "mark": "",
    }


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_encodings(read, encoding):
    line = Row(name="王\U00020bb7明", channel="支付宝")  # 𠮷-like: 4 bytes in UTF-8
    (got,) = read([line], encoding=encoding).payments
    assert (got["name"], got["channel"]) == ("王\U00020bb7明", "支付宝")


@pytest.mark.parametrize(
    "written",
    [f"\t{WANG}", f"'{WANG}", f"{WANG[:6]} {WANG[6:14]} {WANG[14:]}", f"\u200b{WANG} ",
     "".join(chr(ord(c) + 0xFEE0) for c in WANG)],
)  # fmt: skip
def test_untidy_numbers_are_the_same_number(read, written):
    first = read([Row(number=written)])
    assert first.number() == WANG
    assert first.payments[0]["key"] == read([Row()]).payments[0]["key"]


def test_fifteen_digits_become_eighteen(read):
    # 17 digits 41132819850101123, weighted sum 220, 220 mod 11 = 0: check digit 1
    got = read([Row(number="411328850101123")])
    assert (got.number(), got.payments[0]["number_kind"]) == ("411328198501011231", "resident_id")


def test_a_small_x_is_a_capital_x(read):
    assert read([Row(number=LI.lower())]).number() == LI


@pytest.mark.parametrize("number", ["", "4.11328E+17", "411328********2518", "无"])
def test_an_unreadable_number_is_kept_as_written(read, number):
    got = read([Row(number=number)])
    assert (got.number(), got.payments[0]["number_kind"]) == (number, "")


@pytest.mark.parametrize(
    "papers, number, kind",
    [("护照", "E12345678", "passport"), ("台湾居民居住证", "830000199001010012", "hmt_permit"),
     ("外国人永久居留身份证", "ABC123456789012", "foreign_permanent"),
     ("", WANG, "resident_id"), ("其他", WANG, "resident_id")],
)  # fmt: skip
def test_papers(read, papers, number, kind):
    assert read([Row(papers=papers, number=number)]).payments[0]["number_kind"] == kind


@pytest.mark.parametrize(
    "written, instant",
    [("2022-11-18", "2022-11-18 00:00:00+08"), ("2022/11/18 9:05", "2022-11-18 09:05:00+08"),
     ("2022.11.8", "2022-11-08 00:00:00+08"), ("2022年11月8日", "2022-11-08 00:00:00+08"),
     ("20221118", "2022-11-18 00:00:00+08"), ("2022-11-18T10:15:22", "2022-11-18 10:15:22+08"),
     ("44883", "2022-11-18 00:00:00+08")],
)  # fmt: skip
def test_dates(read, written, instant):
    assert read([Row(paid=written)]).payments[0]["paid_at"] == instant


@pytest.mark.parametrize(
    "written", ["", "无", "2022-02-30", "2022-11-18 25:00:00", "1900-01-01", "2022-W46-5"]
)
def test_no_usable_date_rejects_the_line_with_its_fen(read, written):
    got = read([Row(paid=written)])
    (line,) = got.apart
    assert (line["problem"], line["line"], line["fen"]) == ("no_date", "2", "35000")
    assert (got.summary.read, got.summary.rejected, got.summary.fen) == (1, 1, 35000)


@pytest.mark.parametrize(
    "since, until, year, expected",
    [("2023-01-01", "2023-12-31", "", 2023), ("202301", "", "", 2023), ("", "2023-12-31", "", 2023),
     ("", "", "2023年度", 2023), ("2023年1月", "", "", 2023), ("", "", "2023.0", 2023),
     ("44927", "", "", 2023), ("", "", "去年", None), ("", "", "", None)],
)  # fmt: skip
def test_coverage_year(since, until, year, expected):
    assert cells.coverage_year((since, until, year)) == expected


@pytest.mark.parametrize(
    "written, fen",
    [("350", 35000), ("350.00", 35000), ("¥1,050.50", 105050), ("350元", 35000), ("350.5", 35050)],
)
def test_amounts(read, written, fen):
    assert read([Row(yuan=written)]).payments[0]["fen"] == str(fen)


@pytest.mark.parametrize(
    "state, yuan, kind",
    [("正常", "350", PAYMENT), ("", "350", PAYMENT), ("正常", "-350", REVERSAL),
     ("冲红", "-350", REVERSAL), ("冲红", "350", REVERSAL), ("退费", "-350", REFUND),
     ("已退费", "350", REFUND), ("作废", "-350", REVERSAL), ("退费", "-0.00", REFUND)],
)  # fmt: skip
def test_what_kind_of_line(read, state, yuan, kind):
    got = read([Row(state=state, yuan=yuan)])
    if kind == PAYMENT:
        assert (len(got.payments), len(got.apart)) == (1, 0)
    else:
        assert [line["kind"] for line in got.apart] == [kind]
        assert got.summary.fen == -int(float(yuan.lstrip("-")) * 100)


@pytest.mark.parametrize(
    "original, remark, named",
    [("341135221118000009", "", "341135221118000009"),
     ("", "冲红原税票341135221118000009", "341135221118000009"),
     ("", f"身份证{WANG}，原税票341135221118000009", "341135221118000009"),
     ("", "20221118冲红，电话13812345678，原票341135221118000009", "341135221118000009"),
     ("", "原票20221118", "20221118"),
     ("", "本人申请", RECEIPT), ("-", "", RECEIPT)],
)  # fmt: skip
def test_the_original_that_a_correction_names(read, original, remark, named):
    (line,) = read([Row(state="冲红", yuan="-350", original=original, remark=remark)]).apart
    assert line["original_receipt"] == named
    sealed = siv.seal(WANG)
    assert line["original_key"] == Keys(7).with_receipt(PAYMENT, named, sealed)


def test_marks_that_say_nobody_special(read):
    lines = read([Row(mark=mark) for mark in ("低保对象", "无", "否", "")]).payments
    assert [line["mark"] for line in lines] == ["低保对象", "", "", ""]


def test_a_long_receipt_is_cut_between_two_characters(read):
    (line,) = read([Row(receipt="a" * 39 + "\\b")]).payments
    assert line["receipt"] == "a" * 39 + r"\\"


def test_the_apostrophe_of_a_spreadsheet_is_no_part_of_a_name(read):
    (line,) = read([Row(name="'王小明")]).payments
    assert (line["name"], line["name_key"]) == ("王小明", "王小明")


def test_tabs_quotes_and_backslashes_do_no_harm(read):
    (line,) = read([Row(name="王\\N小\t明", channel="\\.")]).payments
    assert (line["name"], line["channel"]) == (r"王\\N小明", r"\\.")


# --- keys


def key(read: Any, row: Row) -> str:
    (line,) = read([row]).payments
    return line["key"]


def test_one_receipt_for_a_family_has_a_key_for_each(read):
    assert key(read, Row()) != key(read, Row(number=LI, name="李丽"))


@pytest.mark.parametrize("number", ["", "4.11328E+17"])
def test_so_have_those_of_a_family_whose_numbers_cannot_be_read(read, number):
    family = [Row(number=number, name=name) for name in ("王小明", "李丽")]
    (wang, li), (again,) = read(family).payments, read(family[:1]).payments
    assert wang["key"] != li["key"] and wang["key"] == again["key"]
    (reversal,) = read([family[1].but(state="冲红")]).apart
    assert reversal["original_key"] == li["key"]


def test_neighbouring_receipts_have_neighbouring_keys(read):
    first, second = (int(key(read, Row(receipt=f"3411352211180000{n}")), 16) for n in (20, 21))
    assert abs(second - first) < 1 << 66


@pytest.mark.parametrize("receipt", [RECEIPT, "0123456789", "AB12345678", "1", "9" * 25])
def test_the_short_way_and_the_long_way_give_one_key(read, receipt):
    assert key(read, Row(receipt=receipt)) == Keys(7).with_receipt(PAYMENT, receipt, siv.seal(WANG))


def test_leading_zeros_make_another_receipt(read):
    assert key(read, Row(receipt="0123456789")) != key(read, Row(receipt="123456789"))


def test_other_campaigns_have_other_keys():
    sealed = siv.seal(WANG)
    assert Keys(7).with_receipt(PAYMENT, RECEIPT, sealed) != Keys(8).with_receipt(
        PAYMENT, RECEIPT, sealed
    )


def test_lines_without_a_receipt_have_a_key_of_their_facts(read):
    bare = Row(receipt="")
    rows = [bare, Row(receipt="-"), bare.but(yuan="351"), bare.but(paid="2022-11-18")]
    keys = [line["key"] for line in read(rows).payments]
    assert keys[0] == keys[1] and len(set(keys)) == 3


@pytest.mark.parametrize("written", ["3.41135E+17", "3411352211180000.0"])
def test_a_receipt_cut_by_a_spreadsheet_counts_as_missing(read, written):
    got = read([Row(receipt=written)])
    assert (got.payments[0]["receipt"], got.summary.cut_receipts) == ("", 1)


def test_keys_that_may_occur_twice_are_told(read):
    got = read([Row(), Row(receipt="2"), Row()])
    assert [line["key"] for line in got.apart if line["kind"] == "again"] == [
        got.payments[0]["key"]
    ]


# --- the whole file


def test_a_total_row_must_agree(read):
    total = ["合计", "共2笔", "", "", "", "", "", "", "", "", "700.00"]
    assert read([Row(), Row(receipt="2")], total=total).summary.declared_fen == 70000
    with pytest.raises(FileFault) as caught:
        parse.merge([read([Row()], total=total).summary])
    messages = [str(fault) for fault in caught.value.faults]
    assert len(messages) == 2 and all("3" in message for message in messages)  # line 3
    assert "700.00" in messages[1] and "350.00" in messages[1]


@pytest.mark.parametrize(
    "total",
    [["3", "", "合计", *[""] * 7, "700"], ["本页合计", *[""] * 9, "350"],
     ["", "", "东湖村小计", *[""] * 7, "1"], ["3", "总计：", *[""] * 8, "700", ""]],
)  # fmt: skip
def test_a_row_of_sums_is_no_line_whichever_cell_says_so(read, total):
    got = read([Row(), Row(receipt="2")], total=total)
    assert (got.summary.read, len(got.payments), got.apart) == (2, 2, [])
    assert got.summary.declared_fen == (70000 if "700" in total else None)


def test_a_line_without_a_number_is_no_row_of_sums_for_its_remark(read):
    assert len(read([Row(number="", remark="一家合计"), Row(number="", name="合计")]).payments) == 2


@pytest.mark.parametrize(
    "totals, agree",
    [([(1, 35000), (1, 35000)], True), ([(1, 35000), (2, 70000)], True),
     ([(1, 35000), (1, 34900)], False), ([(None, 35000), (1, 35000)], False),
     ([(None, 35000), (None, 35000)], True), ([(2, None), (None, 35000)], False)],
)  # fmt: skip
def test_each_total_row_may_be_of_what_stands_above_it(totals, agree):
    rows, fen = totals[-1]
    summary = parse.Summary(
        read=2, fen=70000, fen_as_written=70000, declared_rows=rows, declared_fen=fen,
        declared_line=9, totals=totals,
    )  # fmt: skip
    if agree:
        assert parse.merge([summary]).declared_fen == 70000
    else:
        with pytest.raises(FileFault):
            parse.merge([summary])


def test_a_total_row_counts_rejected_lines(read):
    total = ["合计", *[""] * 9, "700"]
    summary = read([Row(), Row(paid="", receipt="2")], total=total).summary
    assert parse.merge([summary]).rejected == 1


def test_a_total_row_may_add_up_amounts_as_written(read):
    rows = [Row(), Row(state="冲红", receipt="2", original=RECEIPT)]
    for total in ("700", "0"):
        parse.merge([read(rows, total=["合计", *[""] * 9, total]).summary])


@pytest.mark.parametrize("amount", ["", "三百五十", "350左右", "3 5 0 x"])
def test_an_unreadable_amount_refuses_the_file_and_tells_the_line(refused, amount):
    (message,) = refused([Row(), Row(yuan=amount, receipt="2")])
    assert "3" in message and "实缴金额" in message


def test_what_no_database_keeps_is_not_repeated_in_the_message(refused):
    plain = Row(remark="。" * 50)
    *_all, message = refused(
        [*[plain] * 2000, Row(yuan="35\x000x")]
    )  # behind what is looked at first
    assert "2002" in message and "“35\ufffd0x”" in message


def test_a_header_that_stands_again_is_no_line(read):
    again = Row(name="缴费人姓名", number="证件号码", yuan="实缴金额", paid="缴款日期", receipt="")
    assert read([Row(), again, Row(receipt="2")]).summary.read == 2


def test_every_unreadable_amount_is_told_up_to_twenty(refused):
    rows = [Row(yuan="?", receipt=str(n)) for n in range(30)]
    assert len(refused(rows)) == parse.MOST_FAULTS


def test_a_number_in_the_amount_is_not_repeated_in_the_message(refused):
    (message,) = refused([Row(yuan=f"{WANG}x")])
    assert WANG not in message and WANG[:15] not in message


@pytest.mark.parametrize("name", ["缴费人姓名", "证件号码", "实缴金额", "缴款日期"])
def test_a_missing_column_refuses_the_file(refused, name):
    (message,) = refused([Row()], tuple(each for each in HEADER if each != name))
    assert name in message


def test_without_any_column_of_the_year_the_file_is_refused(refused):
    header = tuple(name for name in HEADER if not name.startswith("费款所属期"))
    (message,) = refused([Row()], header)
    assert "费款所属期起" in message and "年度" in message


def test_columns_stand_in_any_order_and_unknown_ones_are_told(read):
    got = read([Row()], tuple(reversed(HEADER)))
    assert got.payments[0]["fen"] == "35000"
    assert "税务机关" in got.summary.unknown


def test_a_workbook_reads_the_same(read, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["安平县缴费明细"])
    sheet.append(list(HEADER))
    row = Row().cells(1)
    row[HEADER.index("实缴金额")] = 349.99999999999994  # as formulas come to it
    row[HEADER.index("缴款日期")] = __import__("datetime").datetime(2022, 11, 18, 10, 15, 22)
    sheet.append(row)
    sheet.append(["合计", *[""] * 9, 350])
    book.save(tmp_path / "payments.xlsx")
    got = Read(tmp_path / "payments.xlsx")
    plain = read([Row()]).payments[0]
    assert {k: v for k, v in got.payments[0].items() if k != "line"} == {
        k: v for k, v in plain.items() if k != "line"
    }
    assert (got.payments[0]["line"], got.summary.declared_fen) == ("3", 35000)
