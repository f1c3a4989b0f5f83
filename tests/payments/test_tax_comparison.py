"""The tax system's list of people beside ours: every row and every registration has one outcome."""

import random
from collections import Counter
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from config.lib.idnumber import check_digit
from enrollment.errors import Refused
from tests.conftest import at
from tests.payments.lines import LI, WANG, ZHAO

NOW = at("2022-11-20 09:00")


def number_of(serial: int, region: str, born: str) -> str:
    first = f"{region}{born}{serial:03}"
    return first + check_digit(first)


HEAD = ("姓名", "证件号码", "特殊人群标识", "街道乡镇", "村社区")


def sheet(rows: list[tuple[str, ...]], head: tuple[str, ...] = HEAD) -> bytes:
    return "\r\n".join(",".join(row) for row in [head, *rows]).encode("gb18030")


@pytest.fixture
def compare(campaign: Any, cast: Any) -> Any:
    """compare(content) → the comparison, by the way a worker goes."""
    from enrollment import files
    from payments.tax_out import comparison

    def compared(content: bytes, name: str = "people.csv") -> Any:
        file = comparison.take_in(
            campaign, name=name, source=BytesIO(content), by=cast["alice"], now=NOW
        )
        with files.opened(file) as path:
            return comparison.compare(file, path, by=cast["alice"], now=NOW)

    return compared


def outcomes(row: Any) -> list[tuple[int | None, str, str, str]]:
    from payments.models import TaxPerson

    rows = TaxPerson.objects.filter(comparison_id=row.pk).order_by("line", "name")
    return [(each.line, each.outcome, each.name, each.problem) for each in rows]


@pytest.fixture
def people(register, wang, make_resident) -> None:
    register(wang)
    register(make_resident("李丽", number=LI), own=10000, on_behalf=25000)
    register(make_resident("赵敏", number=ZHAO))


def test_each_row_and_each_registration_has_one_outcome(compare, people):
    other = number_of(1, "410000", "19600101")
    found = compare(
        sheet(
            [
                ("王晓明", WANG, "", "城北镇", "东湖村"),
                ("李丽", LI, "低保对象", "", ""),
                ("周杰", other, "", "城北镇", ""),
                ("周杰", other, "", "城北镇", ""),
                ("吴刚", "411328199003072512", "", "", ""),
            ]
        )
    )
    assert outcomes(found) == [
        (2, "other_name", "王晓明", ""),
        (3, "other_category", "李丽", ""),
        (4, "only_there", "周杰", ""),
        (5, "rejected", "周杰", "repeated"),
        (6, "rejected", "吴刚", "number_check_digit"),
        (None, "only_here", "赵敏", ""),
    ]
    assert found.counts == {
        "only_there": 1, "only_here": 1, "other_name": 1, "other_category": 1, "same": 0,
        "rejected": 2,
    }  # fmt: skip
    assert (found.file.read, found.file.known, found.file.rejected) == (5, 3, 2)


@pytest.mark.parametrize("mark", ["五保户", "五保户（含孤儿）", "五保对象"])
def test_a_category_is_the_same_under_every_word_that_the_notice_knows(compare, people, mark):
    found = compare(sheet([("李丽", LI, mark, "", "")]))
    known = found.words[mark]
    assert found.counts["same" if known == "five_guarantees" else "other_category"] == 1


def test_a_number_that_was_replaced_is_still_its_holders(compare, people, wang):
    from enrollment.models import Identity

    paper = Identity.objects.get(resident=wang)
    Identity.objects.filter(pk=paper.pk).update(current=False)
    paper.pk, paper.number, paper.current = None, number_of(3, "411328", "19900307"), True
    paper.save()
    found = compare(
        sheet([("王小明", WANG, "", "", ""), ("王小明", paper.number.reveal(), "", "", "")])
    )
    assert outcomes(found)[:2] == [(2, "rejected", "王小明", "repeated"), (3, "same", "王小明", "")]


def test_nothing_is_changed_by_it(compare, people):
    from enrollment.models import Registration, Resident
    from payments.models import Payment

    before = [list(model.objects.values()) for model in (Registration, Resident, Payment)]
    compare(sheet([("王晓明", WANG, "低保对象", "", "")]))
    assert [list(m.objects.values()) for m in (Registration, Resident, Payment)] == before


def test_a_workbook_with_a_title_and_other_words_is_read_too(compare, people):
    book = openpyxl.Workbook()
    for row in (
        ("参保人员名单",),
        ("参保人姓名", "身份证号码", "特殊人群"),
        ("王小明", WANG, "无"),
        ("合计", "1人", ""),
    ):
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    assert compare(out.getvalue(), "people.xlsx").counts["same"] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xd5\xc3\xfb,\xbd\xf0\xb6\xee\r\n1,2\r\n", "证件号码"),
        (sheet([]), "people.csv"),
        (b"%PDF-1.4", "CSV"),
    ],
)
def test_what_is_no_such_list_is_refused(compare, campaign, content, said):
    with pytest.raises(Refused, match=said):
        compare(content)


def test_a_plain_python_oracle_finds_the_same(compare, campaign, make_resident, register):
    """60 people and 90 rows at random: who is in which, under which name and mark."""
    dice = random.Random(7)
    numbers = [number_of(n, "411328", f"19{60 + n % 30}0101") for n in range(1, 91)]
    ours = {}
    for number in numbers[:60]:
        name, aided = dice.choice(("王明", "李芳", "张伟")), dice.random() < 0.3
        row = register(
            make_resident(name, number=number), own=35000 - 25000 * aided, on_behalf=25000 * aided
        )
        if dice.random() < 0.1:
            row.ended_at, row.ended_by_id, row.ended_why = NOW, row.registered_by_id, "gone"
            row.save()
        else:
            ours[number] = (name, "five_guarantees" if aided else "")
    rows, expected, met = [], Counter[str](), set()
    for _n in range(90):
        number = dice.choice(numbers)
        name = dice.choice(("王明", "李芳", "张伟"))
        mark = dice.choice(("", "无", "五保户（含孤儿）", "某类人员"))
        rows.append((name, number, mark, "", ""))
        if number in met:
            expected["rejected"] += 1
            continue
        met.add(number)
        meant = {"五保户（含孤儿）": "five_guarantees", "某类人员": None}.get(mark, "")
        if number not in ours:
            expected["only_there"] += 1
        elif ours[number][0] != name:
            expected["other_name"] += 1
        else:
            expected["same" if ours[number][1] == meant else "other_category"] += 1
    expected["only_here"] = len(set(ours) - met)
    found = compare(sheet(rows)).counts
    assert {k: v for k, v in found.items() if v} == {k: v for k, v in expected.items() if v}
