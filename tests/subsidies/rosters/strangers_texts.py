"""Text files, renamed files and lists that mark nobody, each with the outcome of every row."""

import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from tests.subsidies.rosters.lists import workbook
from tests.subsidies.rosters.strangers import (
    DISABLED,
    FIVE,
    LOW,
    STRANGER,
    N,
    Stranger,
    known,
    named,
    new,
    rejected,
    waiting,
)


def text(name: str, encoding: str, content: str, start: bytes = b"") -> Callable[[Path], Path]:
    def build(path: Path) -> Path:
        made = named(path, name)
        made.write_bytes(start + content.encode(encoding))
        return made

    return build


def lines(separator: str, *rows: Sequence[str]) -> str:
    return "".join(separator.join(row) + "\r\n" for row in rows)


def plain(
    name: str, rows: Sequence[Sequence[object]], title: str = "低保"
) -> Callable[[Path], Path]:
    """A workbook of the new kind under whatever name it was sent."""

    def build(path: Path) -> Path:
        made = workbook(named(path, "made.xlsx"), {title: rows})
        return made.rename(named(path, name))

    return build


def without_macros(path: Path) -> Path:
    """Saved as .xlsm by a department that has macros nowhere in it."""
    made = workbook(named(path, "made.xlsx"), {"低保户": PEOPLE})
    sent = named(path, "低保名单.xlsm")
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(sent, "w") as out:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "[Content_Types].xml":
                content = content.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            out.writestr(item, content)
    return sent


def formulas(path: Path) -> Path:
    """Names and numbers looked up in another sheet; what Excel worked out last is in the file."""

    def cell(at: str, value: str, formula: str = "") -> str:
        if not formula:
            return f'<c r="{at}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        kept = f"<v>{escape(value)}</v>" if value else ""
        return f'<c r="{at}" t="str"><f>{escape(formula)}</f>{kept}</c>'

    rows = [
        [cell("A1", "姓名"), cell("B1", "身份证号"), cell("C1", "类别")],
        [cell("A2", "王建国", "VLOOKUP(B2,人员!A:B,2,0)"),
         cell("B2", N["王建国"], f'"{N["王建国"][:6]}"&"{N["王建国"][6:]}"'), cell("C2", "低保")],
        [cell("A3", "#N/A", "VLOOKUP(B3,人员!A:B,2,0)"), cell("B3", N["李秀英"]),
         cell("C3", "低保")],
        [cell("A4", "张铁柱"), cell("B4", "", "人员!A4"), cell("C4", "低保")],
        [cell("A5", "赵玉兰"), cell("B5", N["赵玉兰"]), cell("C5", "#REF!", "人员!#REF!")],
    ]  # fmt: skip
    body = "".join(f'<row r="{n}">{"".join(row)}</row>' for n, row in enumerate(rows, 1))
    made = workbook(named(path, "made.xlsx"), {"名单": [["x"]]})
    sent = named(path, "公式.xlsx")
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(sent, "w") as out:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                content = (
                    '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.'
                    'openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
                    f"{body}</sheetData></worksheet>"
                ).encode()
            out.writestr(item, content)
    return sent


PEOPLE = [
    ["姓名", "身份证号", "备注"],
    ["王建国", N["王建国"], ""],
    ["冯小兰", N["冯小兰"].lower(), "x"],
]
TWO = [new(2, "王建国"), new(3, "冯小兰")]
PAGE = (
    '<html><head><meta charset="gb2312"></head><body><table border="1">'
    + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in PEOPLE)
    + "</table></body></html>"
)

TEXTS: dict[str, Stranger] = {
    "gbk_equals": Stranger(
        text("低保户.csv", "gbk", lines(
            ",",
            ["安平县低保户名单", "", "", ""],
            ["姓名", "身份证号码", "乡镇", "起始时间"],
            ["王建国", f'="{N["王建国"]}"', "城北镇", "2022年8月"],
            ["李秀英", f'"\t{N["李秀英"]}"', "城北镇", "2022-8"],
            ["冯小兰", f"'{N['冯小兰'].lower()}", "城北镇", ""],
            ["合计", "3", "", ""],
        )),
        {"": [
            new(3, "王建国", LOW, date(2022, 8, 1)), new(4, "李秀英", LOW, date(2022, 8, 1)),
            new(5, "冯小兰"),
        ]},
    ),
    "semicolons": Stranger(
        text("特困.csv", "gb18030", lines(
            ";",
            ["﻿姓 名", "居民身份证\u3000号码", "救助类别"],
            ["𠮷田", N["𠮷田"], "五保"],
            ["何\u3000静", N["何 静"][:6] + " " + N["何 静"][6:], "五保户"],
            ["阿依古丽•买买提", N["阿依古丽·买买提"], "特困供养(分散)"],
            ["吕\ue000", N["吕娜"], "五保户"],
        )),
        {"": [
            new(2, "𠮷田", FIVE), new(3, "何 静", FIVE), waiting(4, "阿依古丽•买买提"),
            new(5, "吕\ue000", FIVE),
        ]},
        {"name_damaged": 1, "name_differs": 1},
    ),
    "utf8_breaks": Stranger(
        text("名单.csv", "utf-8", '"序号","姓\n名","身份证\n号码","类别"\n'
             f'1,"王建国","{N["王建国"]}","低保"\n'
             f'2,"李\u200b秀英","{N["李秀英"]}\u00a0","低保\n户"\n'
             f'3,"张铁柱, 之子","{N["张铁柱"]}","五保"\n', b"\xef\xbb\xbf"),
        {"": [
            new(4, "王建国"), new(6, "李\u200b秀英"), new(7, "张铁柱, 之子", FIVE),
        ]},
        {"name_differs": 1},
    ),
    "utf16_tabs": Stranger(
        text("脱贫户.csv", "utf-16-le", lines(
            "\t", ["户主", "姓名", "证件号码", "户类型"],
            ["王建国", "王建国", N["王建国"], "脱贫户"],
            ["", "李秀英", N["李秀英"], "脱贫户"],
        ), b"\xff\xfe"),
        source="rural-revitalisation",
        refused="UTF-16",
    ),
    "html_as_xls": Stranger(text("低保.xls", "gb18030", PAGE), refused="网页文件"),
    "csv_as_xls": Stranger(
        text("低保.xls", "gb18030", lines(",", *PEOPLE)), {"": TWO},
    ),
    "xlsx_as_xls": Stranger(plain("低保2.xls", PEOPLE), {"低保": TWO}),
    "xlsx_as_et": Stranger(plain("低保3.et", PEOPLE), {"低保": TWO}),
    "xlsm": Stranger(without_macros, {"低保户": TWO}),
    "formulas": Stranger(
        formulas,
        {"名单": [
            new(2, "王建国"), new(3, ""), rejected(4, "张铁柱", "empty"),
            waiting(5, "赵玉兰", "word_empty"),
        ]},
        {"name_empty": 1},
    ),
    "disabled": Stranger(
        plain("残疾人名单.xlsx", [
            ["安平县持证残疾人名单"],
            ["姓名", "残疾人证号", "残疾类别", "残疾等级", "残疾人证状态", "监护人姓名",
             "监护人身份证号"],
            ["王建国", N["王建国"] + "41", "肢体", "一级", "正常"],
            ["李秀英", N["李秀英"] + "12B1", "视力", "二级", "正常"],
            ["王小明", N["王小明"] + "63", "精神", "三级", "注销", "王建国", N["王建国"]],
        ], "Sheet1"),
        {"Sheet1": [
            new(3, "王建国", DISABLED), new(4, "李秀英", DISABLED), new(5, "王小明", DISABLED),
        ]},
        {"state_ended": 1},
        source="disabled-federation",
    ),
    "dead": Stranger(
        plain("2022年1-9月死亡人员.xlsx", [
            ["死者姓名", "死者身份证号", "死亡时间", "家属姓名", "家属身份证号"],
            ["吴老四", N["吴老四"], "2022年3月5日", "吴大", STRANGER],
            ["周桂花", N["周桂花"], "2022.13.5", "", ""],
            ["孙大海", STRANGER, "2022-04-01", "", ""],
        ], "Sheet1"),
        {"Sheet1": [
            new(2, "吴老四", "list:dead", date(2022, 3, 5)), new(3, "周桂花", "list:dead"),
            known(4, "孙大海", "list:dead", date(2022, 4, 1)),
        ]},
        {"date_unreadable": 1, "not_in_register": 1},
        source="police",
    ),
    "newborn": Stranger(
        plain("出生人口.xlsx", [
            ["新生儿姓名", "性别", "出生日期", "出生医学证明编号", "母亲姓名", "母亲身份证号"],
            ["冯小宝", "男", "2022.9.8", "T410123456", "冯小兰", N["冯小兰"]],
            ["冯小贝", "女", "2022.9.8", "T410123457", "冯小兰", N["冯小兰"]],
        ], "新生儿"),
        {"新生儿": [
            new(2, "冯小宝", "list:newborn"),
            new(3, "冯小贝", "list:newborn"),
        ]},
        source="health",
    ),
    "papers": Stranger(
        plain("低保户.xlsx", [
            ["姓名", "证件类型", "证件号码", "类别"],
            ["陈大文", "港澳台居民居住证", "810000199408230021", "低保"],
            ["MARIA SILVA", "外国人永久居留证", "BRA110080010108", "低保"],
            ["JOHN SMITH", "护照", "E12345678", "低保"],
            ["王建国", "居民身份证", N["王建国"], "低保"],
            ["冯小宝", "出生医学证明", "T410123456", "低保"],
        ], "Sheet1"),
        {"Sheet1": [
            new(2, "陈大文"), new(3, "MARIA SILVA"), new(4, "JOHN SMITH"), new(5, "王建国"),
            new(6, "冯小宝"),
        ]},
    ),
    "nothing": Stranger(
        plain("通知.xlsx", [["关于报送名单的通知"], ["请于25日前报送。"]]), refused="没有找到表头"
    ),
}  # fmt: skip
