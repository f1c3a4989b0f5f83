"""Rosters as departments send them, with the outcome of every row said by hand.

Known before: 王芳 (东湖村 of 城北镇; marked 监测对象 since 2022-07-01), 李四 (西湖村), 赵六 (东湖村
of 城南乡). All other people are nobody's. `expected`: line → outcome, and the codes told of it.
"""
# ruff: noqa: E501 - rows of tables

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from config.lib.idnumber import check_digit

Rows = Sequence[Sequence[Any]]


def number(born: str, order: int) -> str:
    first = f"411328{born}{order:03d}"
    return first + check_digit(first)


WANG, LI, ZHAO, SUN, QIAN = (number("19800101", order) for order in (1, 2, 3, 4, 5))
WITH_X = next(n for n in (number("19790101", order) for order in range(1, 99)) if n[-1] == "X")
OLD = number("19660203", 7)
DOUBTFUL = next(  # it agrees, though it ends as a cut one does
    n for n in (number(f"19{year}0307", 0) for year in range(50, 99)) if n.endswith("000")
)
CUT = WANG[:15] + "000"
DOTTED = number("19880808", 8)


@dataclass(frozen=True)
class Case:
    rows: Rows | Mapping[str, Rows]  # of a text file, or of each sheet
    expected: Mapping[Any, str]  # line, or (sheet, line)
    options: tuple[str, ...] = ()
    name: str = ""  # of the file
    encoding: str = "gb18030"
    separator: str = ","
    merged: Sequence[str] = ()  # ranges of the first sheet
    notes: tuple[str, ...] = ()  # each is part of a note
    change: Callable[[Workbook], None] | None = field(default=None, compare=False)

    def write(self, folder: Path, key: str) -> Path:
        if isinstance(self.rows, Mapping):
            return self._workbook(folder / (self.name or f"{key}.xlsx"))
        path = folder / (self.name or f"{key}.csv")
        lines = [self.separator.join(_csv_cell(c, self.separator) for c in r) for r in self.rows]
        path.write_bytes(("\r\n".join(lines) + "\r\n").encode(self.encoding))
        return path

    def _workbook(self, path: Path) -> Path:
        book = Workbook()
        book.remove(book.active)
        for title, rows in self.rows.items():  # type: ignore[union-attr]
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        for area in self.merged:
            book.worksheets[0].merge_cells(area)
        if self.change:
            self.change(book)
        book.save(path)
        return path


def _csv_cell(value: Any, separator: str) -> str:
    text = str(value)
    return f'"{text}"' if separator in text or "\n" in text else text


MON = "监测对象"
PLAIN = ("--category", MON)
HEAD = ["姓名", "身份证号", "类别"]

LAYOUTS = {
    # 低保: titles, a header with line breaks, stars and brackets, the head's number beside
    "minimum living": Case(
        {
            "sheet1": [
                ["城北镇2022年9月一般低保户花名册"],
                ["填报单位：城北镇民政所", "", "", "", "", "单位：人、元"],
                ["截至时间：2022年9月30日"],
                [],
                ["序号", "乡镇", "村", "低保证号", "户主", "户主\n身份证", "*成员姓名", "身份证号（必填）",
                 "与户主\n关系", "城乡", "类 别", "起始月", "银行账号", "备注"],
                [1, "城北镇", "东湖村", "D001", "王芳", WANG, "王芳", WANG, "户主", "农村",
                 "一般低保户", "2022.7.1", "6217 0025 4000 1234 567", ""],
                [2, "", "", "", "", "", "钱五", QIAN, "配偶", "农村", "一般低保户(二类)", "2022年7月",
                 "", "13800000000"],
                [3, "城北镇", "西湖村", "D002", "李四", LI, "李四", LI, "户主", "农村", "一般低保户",
                 44743, 6217002540001234567, "与上月相同"],
                [4, "城北镇", "无名村", "D003", "孙七", SUN, "孙七", SUN, "户主", "农村", "差额", "", "", ""],
                ["小计", "", "", "", "", "", 4, "", "", "", "", "", "", ""],
                ["合 计", "", "", "", "", "", 4],
                ["填表人：李某", "", "", "审核人：张某", "", "", "", "联系电话：0377-6812345"],
                ["", "", "", "", "", "", "", "2022年10月1日"],
            ]
        },
        {
            6: "new",
            7: "new",
            8: "new account_damaged",
            9: "new unknown_place",
        },
        merged=["A1:N1", "B6:B7", "C6:C7", "D6:D7", "E6:E7", "F6:F7"],
    ),
    # 特困: only titles say what it is; dates in all forms
    "destitute": Case(
        [
            ["某某县特困五保户（含孤儿）花名册", "", "", ""],
            ["姓名", "身份证号", "供养方式", "起始时间"],
            ["王芳", WANG, "集中", "20220701"],
            ["李四", f"'{LI}", "分散", "202207"],
            ["赵六", f" {ZHAO[:6]} {ZHAO[6:14]} {ZHAO[14:]} ", "分散", "2022年7月1日"],
            ["孙七", SUN.translate(str.maketrans("0123456789", "０１２３４５６７８９")), "分散", "2022/7/1"],
            ["周九", WITH_X.lower(), "分散", "2022.1"],
            ["吴十", OLD[:6] + OLD[8:17], "分散", "不详"],
            ["郑一", "\u200b" + QIAN + "\t", "分散", "22020701"],
        ],
        {
            3: "new",
            4: "new",
            5: "new",
            6: "new",
            7: "new date_unreadable",
            8: "new date_unreadable number_converted",
            9: "new date_unreadable",
        },
        options=("--category", "五保户"),
        encoding="utf-8-sig",
    ),
    # 乡村振兴: two rows of header with groups about different people
    "rural revitalisation": Case(
        {
            "脱贫人口": [
                ["脱贫人口和监测对象信息表"],
                ["户编号", "人编号", "户主信息", "", "成员信息", "", "", "户类型", "识别时间", "风险是否消除"],
                ["", "", "姓名", "证件号码", "姓名", "证件号码", "与户主关系", "", "", ""],
                ["4113280001", "1", "王芳", WANG, "王芳", WANG, "户主", "监测对象", "2022-07-01", "否"],
                ["4113280001", "2", "王芳", WANG, "孙七", SUN, "之子", "监测对象", datetime(2022, 8, 1), "是"],
                ["4113280002", "1", "李四", LI, "李四", LI, "户主", "脱贫享受政策户", "", "否"],
                ["4113280003", "1", "赵六", ZHAO, "赵六", ZHAO, "户主", "一般户", "", ""],
            ]
        },
        {4: "known", 5: "new state_ended", 6: "new", 7: "waiting word_unknown"},
        merged=["C2:D2", "E2:G2", "A2:A3", "B2:B3", "H2:H3", "I2:I3", "J2:J3"],
    ),
    # 残联: the number of the certificate; its kind of disability is no category
    "disabled federation": Case(
        [
            ["姓名", "残疾人证号", "等级", "状态"],
            ["王芳", WANG + "43", "三级", "正常"],
            ["李四", LI + "11", "", "注销（死亡）"],
            ["赵六", ZHAO + "11B1", "一级", "正常"],
            ["孙七", SUN, "一级", ""],
            ["周九", WITH_X + "9", "一级", ""],
        ],
        {
            2: "known",
            3: "new state_ended",
            4: "new",
            5: "new",
            6: "rejected number_length",
        },
        options=PLAIN,
    ),
    "dead": Case(
        [
            ["死亡人员名单"],
            ["姓名", "公民身份号码", "死亡日期"],
            ["王芳", WANG, "2022-08-01"],
            ["无此人", SUN, "2022-08-02"],
        ],
        {3: "new", 4: "known not_in_register"},
        separator="\t",
    ),
    "newborns": Case(
        [
            ["姓名", "证件类型", "证件号码", "出生日期", "类别"],
            ["王芳", "身份证", WANG, "1980-01-01", "新生儿"],
            ["王小小", "出生医学证明", "P123456789", "2022-09-09", "新生儿"],
        ],
        {2: "new parent_unknown", 3: "new parent_unknown"},
    ),
}  # fmt: skip

NUMBERS = {
    "damaged": Case(
        {
            "s": [
                HEAD,
                ["王芳", CUT, MON],
                ["李四", "4.11328E+17", MON],
                ["赵六", int(LI), MON],
                ["孙七", float(SUN[:15] + "000"), MON],
                ["郑二", DOUBTFUL, MON],
                ["周九", WITH_X, MON],
            ]
        },
        {
            2: "rejected number_damaged",
            3: "rejected number_damaged",
            4: "rejected number_damaged",
            5: "rejected number_damaged",
            6: "rejected number_damaged",  # among cut numbers one that agrees is one of them
            7: "new",
        },
    ),
    "doubtful alone": Case([HEAD, ["郑二", DOUBTFUL, MON]], {2: "new number_doubtful"}),
    "wrong": Case(
        [
            HEAD,
            ["王芳", "", MON],
            ["李四", LI[:17] + ("0" if LI[17] != "0" else "1"), MON],
            ["赵六", ZHAO[:-1], MON],
            ["孙七", "不详", MON],
            ["", SUN, MON],
            ["周?九", WITH_X, MON],
            ["买买提·艾力", DOTTED, MON],
            ["𬱖某", QIAN, MON],
            ["", "", MON],
        ],
        {
            2: "rejected number_empty",
            3: "rejected number_check_digit",
            4: "rejected number_length",
            5: "rejected number_length",
            6: "new name_empty",
            7: "new name_damaged",
            8: "new",
            9: "new",
        },
    ),
}

WORDS = {
    "several in a cell": Case(
        [
            HEAD,
            ["王芳", WANG, "一般低保户、监测对象"],
            ["李四", LI, "监测对象/脱贫享受政策户"],
            ["赵六", ZHAO, "监测对象 "],
            ["孙七", SUN, "监测对象（二类）"],
            ["周九", WITH_X, "低保-7019"],
            ["钱五", QIAN, ""],
        ],
        {
            2: "waiting word_several",
            3: "waiting word_several",
            4: "new",
            5: "new",
            6: "waiting word_unknown",
            7: "waiting word_empty",
        },
    ),
    "two tables in a sheet": Case(
        {
            "困难群众": [
                ["一、监测对象"],
                ["序号", "姓名", "身份证号", "乡镇", "村"],
                [1, "王芳", WANG, "城北镇", "东湖村"],
                [2, "李四", LI, "城北镇", "西湖村"],
                ["合计", 2],
                [],
                ["二、一般低保户"],
                ["序号", "身份证号", "姓名", "备注"],
                [1, ZHAO, "赵六", "原为五保户"],
                [2, SUN, "孙七", ""],
            ]
        },
        {3: "known", 4: "new", 9: "new", 10: "new"},
    ),
    "a person in two sheets": Case(
        {
            "监测对象": [HEAD[:2], ["李四", LI], ["赵六", ZHAO], ["李四", LI]],
            "一般低保户": [HEAD[:2], ["李四", LI], ["赵陆", ZHAO]],
            "填表说明": [["本表一式三份"]],
            "藏着的": [HEAD[:2], ["孙七", SUN]],
        },
        {
            ("监测对象", 2): "new",
            ("监测对象", 3): "new",
            ("监测对象", 4): "known repeated",
            ("一般低保户", 2): "new",
            ("一般低保户", 3): "new name_differs",
        },
        notes=("填表说明", "藏着的"),
        change=lambda book: setattr(book["藏着的"], "sheet_state", "hidden"),
    ),
}

PAGE = ["序号", "姓名", "身份证号", "类别"]


def _hide(book: Workbook) -> None:
    sheet = book.worksheets[0]
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True


SHAPES = {
    "merged over rows": Case(
        {
            "s": [
                ["乡镇", "村", "户主", "姓名", "身份证号", "类别", "认定时间"],
                ["城北镇", "东湖村", "王芳", "王芳", WANG, MON, date(2022, 8, 1)],
                ["", "", "", "孙七", SUN, "", ""],
                ["", "西湖村", "李四", "李四", LI, "", ""],
                ["城南乡", "东湖村", "赵六", "赵六", ZHAO, "", "2022-08-01"],
            ]
        },
        {2: "changed", 3: "new", 4: "new", 5: "waiting word_empty"},
        merged=["A2:A4", "B2:B3", "C2:C3", "F2:F4", "G2:G3"],
    ),
    "header on every page": Case(
        [
            ["监测对象花名册"],
            PAGE,
            ["1", "王芳", WANG, MON],
            ["2", "李四", LI, MON],
            ["本页小计", "2", "", ""],
            ["第 1 页", "", "", ""],
            ["监测对象花名册"],
            PAGE,
            ["3", "赵六", ZHAO, MON],
            ["", "", "", ""],
            ["4", "", "", ""],
            ["总计", "3", "", ""],
            ["审核人：王某", "", "联系电话：13800000000", "2022.10.8"],
        ],
        {3: "known", 4: "new", 9: "new"},
        notes=("第 8 行", "第 13 行", "第 6、7、11 行"),
    ),
    "hidden rows and columns": Case(
        {"s": [HEAD, ["王芳", WANG, MON], ["李四", LI, MON]]},
        {2: "known", 3: "new"},
        notes=("隐藏", "类别"),
        change=_hide,
    ),
    "cells under no header": Case(
        [HEAD, ["王芳", WANG, MON, "", ""], ["李四", LI, MON, "已死亡"], ["赵六", ZHAO]],
        {2: "known", 3: "new stray_cells", 4: "waiting word_empty"},
    ),
    "a column without a header": Case(
        {"s": [[*HEAD, ""], ["王芳", WANG, MON, ""], ["李四", LI, MON, "见附件"]]},
        {2: "known", 3: "new stray_cells"},
    ),
    "fifty columns": Case(
        {"s": [
            [*(f"栏{n}" for n in range(1, 25)), *HEAD, *(f"栏{n}" for n in range(25, 48))],
            [*range(1, 25), "李四", LI, MON, *(ZHAO for _n in range(25, 48))],
        ]},
        {2: "new"},
    ),
    "both numbers": Case(
        [
            ["姓名", "残疾人证号", "身份证号", "类别", "手机", "联系电话"],
            ["李四", "43", LI, MON, "1", "139"],
        ],
        {2: "new"},
    ),
    "total in a later cell": Case(
        [
            ["村", "姓名", "身份证号", "类别"],
            ["西湖村", "李四", LI, MON],
            ["西湖村", "小计", "", ""],
            ["", "户数：1", "", ""],
        ],
        {2: "new", 4: "rejected number_empty"},
    ),
}  # fmt: skip
GROUPS = {"layouts": LAYOUTS, "numbers": NUMBERS, "words": WORDS, "shapes": SHAPES}
