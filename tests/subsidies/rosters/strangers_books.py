"""Workbooks as departments send them, each with the outcome of every row."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Border, Font, Side

from tests.subsidies.rosters.strangers import (
    FIVE,
    LIFTED,
    LOW,
    MONITORED,
    NEIGHBOUR,
    STRANGER,
    N,
    Stranger,
    known,
    named,
    new,
    rejected,
    waiting,
)


def book(name: str, fill: Callable[[Workbook], None]) -> Callable[[Path], Path]:
    def build(path: Path) -> Path:
        made = Workbook()
        made.remove(made.active)
        fill(made)
        made.save(named(path, name))
        return named(path, name)

    return build


def sheet(made: Workbook, title: str, rows: Sequence[Sequence[Any]], *merged: str) -> Any:
    page = made.create_sheet(title)
    for row in rows:
        page.append(list(row))
    for cells in merged:
        page.merge_cells(cells)
    return page


def _households(made: Workbook) -> None:
    """A title, who reports and when, two rows of header, blanks below each household's head."""
    sheet(
        made,
        "Sheet1",
        [
            ["安平县2022年第三季度城乡低保对象花名册"],
            ["填报单位：安平县民政局（盖章）", *[None] * 9, "填报日期：2022年9月28日"],
            ["序号", "所属乡镇", "村（社区）", "低保证号", "户主信息", None, "保障对象", None, None,
             "低保类别", "保障\n起始月", "发放账户", None, "备注"],
            [None] * 4 + ["姓名", "身份证号", "姓名", "身份证号码", "与户主关系", None, None,
             "开户银行", "账号"],
            [1, "城北镇", "东湖村", "DB001", "王建国", N["王建国"], "王建国", N["王建国"], "本人",
             "A类", "2021.3", "农商行", "6217004160001234567"],
            [None] * 6 + ["李秀英", N["李秀英"], "配偶"],
            [None] * 6 + ["王小明", N["王小明"], "孙子", None, None, None, None, "父母外出"],
            [2, "城北镇", "西湖村", "DB002", "张铁柱", N["张铁柱"], "张铁柱", N["张铁柱"], "户主",
             "B类", "2021年3月", "农商行", "6217004160007654321"],
            ["小计", None, None, None, "2户", None, "4人"],
            [3, "城南", "东湖村委会", "DB003", "赵玉兰", N["赵玉兰"], "赵玉兰", N["赵玉兰"],
             "本人", "C类", datetime(2022, 7, 1), "邮储", "6217994160001111222"],
            [4, "城南乡", "柳园", "DB004", "孙大海", STRANGER, "孙大海", STRANGER, "本人", "C类"],
            ["合计", None, None, None, "4户", None, "6人"],
            [],
            ["制表人：刘芳", None, None, "审核人：陈军", None, None, None,
             "联系电话：0370-1234567"],
        ],
        "A1:N1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:I3", "J3:J4", "K3:K4", "L3:M3",
        "N3:N4",
    )  # fmt: skip


def _rural(made: Workbook) -> None:
    """Members with the head's number beside theirs, a hidden sheet, row and column, ended risks."""
    header = ["行政村", "户编号", "人编号", "户主姓名", "户主证件号码", "姓名", "证件号码",
              "与户主关系", "户类型", "识别（监测）时间", "风险是否已消除"]  # fmt: skip
    head = ["王建国", N["王建国"]]
    page = sheet(made, "脱贫户", [
        ["安平县脱贫人口信息表"],
        header,
        ["东湖村", "1399010010001", "01", *head, *head, "户主", "脱贫户", "2015年12月", "否"],
        ["东湖村", "1399010010001", "02", *head, "李秀英", N["李秀英"], "配偶",
         "脱贫户（享受政策）"],
        ["东湖村", "1399010010001", "03", *head, "王小明", N["王小明"], "之孙子",
         "脱贫户（不再享受政策）"],
        ["西湖村", "1399010010002", "01", "冯小兰", N["冯小兰"], "冯小兰", N["冯小兰"], "户主",
         "脱贫户", 42339, "是"],
        ["西湖村", "1399010010002", "02", "冯小兰", N["冯小兰"], "陈思雨", N["陈思雨"], "之女",
         "脱贫户", 42339, "已消除"],
    ])  # fmt: skip
    page.row_dimensions[6].hidden = True
    page.column_dimensions["G"].hidden = True
    sheet(made, "监测对象", [
        header,
        ["柳园社区", "1399010020001", "01", "郑卫东", N["郑卫东"], "郑卫东", N["郑卫东"], "户主",
         "突发严重困难户", "2022.05.31", "未消除"],
        ["柳园社区", "1399010020002", "01", "吴老四", N["吴老四"], "吴老四", N["吴老四"], "户主",
         "监测对象", "2022-6-7", "否"],
    ])  # fmt: skip
    hidden = sheet(made, "外出", [
        header,
        ["东湖", "1399010020009", "01", "周桂花", N["周桂花"], "周桂花", N["周桂花"], "户主",
         "监测对象", "", ""],
    ])  # fmt: skip
    hidden.sheet_state = "hidden"


DAYS = [
    ("2022.8", date(2022, 8, 1)), ("2022年8月", date(2022, 8, 1)), ("20220801", date(2022, 8, 1)),
    (20220801, date(2022, 8, 1)), (44774, date(2022, 8, 1)), ("44774", date(2022, 8, 1)),
    ("'22.8.1", date(2022, 8, 1)), ("二〇二二年八月", date(2022, 8, 1)),
    (datetime(2022, 8, 1, 9, 30), date(2022, 8, 1)), ("2022/8/1 0:00:00", date(2022, 8, 1)),
    (202208, date(2022, 8, 1)), (2022.08, date(2022, 8, 1)),
    ("２０２２－０８－０１", date(2022, 8, 1)),
    ("2022年8月起", date(2022, 8, 1)), ("八月", None), ("2022.13", None),
]  # fmt: skip


def _days(made: Workbook) -> None:
    sheet(made, "低保", [
        ["姓名", "公民身份号码", "享受起始时间"],
        *([name, N[name], day] for name, (day, _on) in zip(N, DAYS, strict=True)),
    ])  # fmt: skip


def _damaged(made: Workbook) -> None:
    """Numbers as people and spreadsheets spoil them; a phone in the number's column."""
    n = N["张铁柱"]
    sheet(made, "低保户名单", [
        ["姓名", "身份证号", "联系电话"],
        ["王建国", int(N["王建国"][:15] + "000"), 13800000001],
        ["李秀英", float(N["李秀英"][:17]), 13800000002],
        ["王小明", "1.39901E+17", ""],
        ["张铁柱", f"'{n[:6]} {n[6:14]} {n[14:]}", ""],
        ["赵玉兰", N["赵玉兰"].translate({48 + d: 0xFF10 + d for d in range(10)}), ""],
        ["周桂花", "\u200b" + N["周桂花"] + "\ufeff\u00a0", ""],
        ["吴老四", N["吴老四"][:6] + N["吴老四"][8:17], ""],
        ["郑卫东", N["郑卫东"][:17] + str((int(N["郑卫东"][17].replace("X", "9")) + 1) % 10), ""],
        ["冯小兰", 13912345678, N["冯小兰"]],
        ["陈思雨", "", ""],
        ["钱多", "无", ""],
        ["孙胜利", N["孙胜利"][:17], ""],
        ["吕娜", N["吕娜"].replace("19801105", "19801305"), ""],
        ["何静", f"身份证：{N['何 静']}", ""],
    ])  # fmt: skip


def _by_sheet(made: Workbook) -> None:
    """A category a sheet, a summary, notes, and a hidden sheet that counts."""
    sheet(made, "汇总表", [["类别", "户数", "人数"], ["低保", 1, 2], ["五保", 1, 1]])
    columns = ["姓名", "身份证号", "住址"]
    sheet(made, "低保", [["安平县困难群众名单"], columns,
                       ["王建国", N["王建国"], "安平县城北镇东湖村3组"],
                       ["李秀英", N["李秀英"], "城北镇东湖村3组"]], "A1:C1")  # fmt: skip
    sheet(made, "五保（含孤儿）", [columns, ["周桂花", N["周桂花"], "城南乡东湖村"]])
    sheet(made, "孤儿", [columns, ["陈思雨", N["陈思雨"], "城北镇西湖村"]])
    sheet(made, "低保边缘", [columns, ["郑卫东", N["郑卫东"], "城南乡柳园社区"]])
    sheet(made, "监测对象", [columns, ["吴老四", N["吴老四"], ""]]).sheet_state = "veryHidden"
    sheet(made, "填表说明", [["1. 身份证号请设为文本格式。"], ["2. 每月25日前报县医保局。"]])


def _pages(made: Workbook) -> None:
    """Printed pages in one sheet: header, sum and page line again; another list below."""
    columns = ["序号", "姓名", "性别", "身份证号码", "村名", "备注"]
    sheet(made, "打印", [
        ["城北镇农村低保人员公示名单"],
        columns,
        [1, "王建国", "男", N["王建国"], "东湖村"],
        [2, "李秀英", "女", N["李秀英"], "东湖村"],
        ["本页小计", "2人"],
        ["第1页，共2页"],
        columns,
        [3, "张铁柱", "男", N["张铁柱"], "西湖村"],
        [4, "何静", "女", N["何 静"], "西湖村"],
        ["本页合计：2人"],
        ["第 2 页 / 共 2 页"],
        [],
        ["城北镇五保户名单"],
        columns,
        [1, "吕 娜", "女", N["吕娜"], "东湖村"],
        ["总计", "5人"],
        ["注：以上名单公示7天，如有异议请拨打 0370-1234567。"],
        ["负责人签字：", None, None, "二〇二二年九月三十日"],
    ])  # fmt: skip


def _shifted(made: Workbook) -> None:
    """Columns A to C empty, a thousand bordered rows without a word, a pivot's leavings."""
    page = made.create_sheet("低保花名册")
    rows = [["姓名", "证件号码", "乡镇", "村", "类别"],
            ["王建国", N["王建国"], "城北镇", "东湖村", "低保户"],
            ["李秀英", N["李秀英"], "北镇", "东湖", "低保 "],
            ["孙胜利", N["孙胜利"], "城南乡", "王家庄", "低保户一档"],
            ["郑卫东", N["郑卫东"], "139901002000", "139901002002", "低保-7019"]]  # fmt: skip
    for down, row in enumerate(rows, 3):
        for across, value in enumerate(row, 4):
            page.cell(down, across, value)
    page.row_dimensions[5].hidden = True
    line = Border(*[Side(style="thin")] * 4)
    for down in range(8, 1008):
        for across in range(4, 9):
            page.cell(down, across).border = line
            page.cell(down, across).font = Font(name="仿宋")
    sheet(made, "Sheet2", [["行标签", "计数项:姓名"], ["城北镇", 2], ["城南乡", 2], ["总计", 4]])


def _twice(made: Workbook) -> None:
    """The same person again, in every way; people of elsewhere; the dead; names beside numbers."""
    sheet(made, "名单", [
        ["困难群众花名册"],
        ["乡镇", "村", "姓名", "身份证号", "救助类别"],
        ["城北镇", "东湖村", "王建国", N["王建国"], "低保"],
        ["城北镇", "东湖村", "王建国", N["王建国"], "低保"],
        ["城北镇", "东湖村", "王建国", N["王建国"], "五保"],
        ["城南乡", "东湖村", "李秀英", N["李秀英"], "低保"],
        ["城北镇", "东湖村", "李香英", N["李秀英"], "低保"],
        ["邻县", "某村", "孙大海", NEIGHBOUR, "低保"],
        ["城南乡", "柳园社区", "吴老四（已故）", N["吴老四"], "五保"],
        ["城南乡", "柳园社区", "阿依古丽 · 买买提", N["阿依古丽·买买提"], "低保"],
        ["城北镇", "东湖村", "？田", N["𠮷田"], "低保"],
        ["城北镇", "西湖村", "", N["冯小兰"], "低保、脱贫户"],
        ["城北镇", "西湖村", "何静", N["何 静"], "低保（已停保）"],
        ["城北镇", "西湖村", "张铁柱", N["张铁柱"], "建档立卡"],
        ["城北镇", "东湖村", "钱多", N["钱多"], ""],
    ])  # fmt: skip


def _heads(made: Workbook) -> None:
    """The household's columns behind the member's, and a list that knows heads only."""
    sheet(made, "成员", [
        ["低保家庭成员表"],
        ["户主姓名", "户主身份证号", "成员姓名", "成员身份证号", "成员与户主关系", "保障类别"],
        ["王建国", N["王建国"], "李秀英", N["李秀英"], "妻", "低保"],
        ["王建国", N["王建国"], "王小明", "", "孙", "低保"],
        ["张铁柱", N["张铁柱"], "张铁柱", N["张铁柱"], "本人", "低保"],
    ])  # fmt: skip
    sheet(made, "户", [
        ["五保户名册"],
        ["编号", "户主姓名", "身份证号码", "家庭人口", "手机号"],
        ["W-1", "周桂花", N["周桂花"], 1, "13800000001"],
        ["W-2", "吴老四", N["吴老四"], 1, "无"],
    ])  # fmt: skip


def _side_by_side(made: Workbook) -> None:
    """Printed to save paper: the second half of the people stands beside the first."""
    columns = ["序号", "姓名", "身份证号", "村"]
    sheet(made, "低保", [
        ["东湖村低保户公示"],
        [*columns, None, *columns],
        [1, "王建国", N["王建国"], "东湖村", None, 3, "钱多", N["钱多"], "东湖村"],
        [2, "李秀英", N["李秀英"], "东湖村", None, 4, "吕娜", N["吕娜"], "东湖村"],
        [3, "张铁柱", N["张铁柱"], "西湖村"],
    ])  # fmt: skip


BOOKS: dict[str, Stranger] = {
    "households": Stranger(
        book("低保.xlsx", _households),
        {"Sheet1": [
            new(5, "王建国", LOW, date(2021, 3, 1)), new(6, "李秀英"), new(7, "王小明"),
            new(8, "张铁柱", LOW, date(2021, 3, 1)), new(10, "赵玉兰", LOW, date(2022, 7, 1)),
            new(11, "孙大海"),
        ]},
    ),
    "rural": Stranger(
        book("乡村振兴局9月数据.xlsx", _rural),
        {
            "脱贫户": [
                new(3, "王建国", LIFTED, date(2015, 12, 1)), waiting(4, "李秀英"),
                waiting(5, "王小明"), new(6, "冯小兰", LIFTED, date(2015, 12, 1)),
                new(7, "陈思雨", LIFTED, date(2015, 12, 1)),
            ],
            "监测对象": [waiting(2, "郑卫东"), new(3, "吴老四", MONITORED, date(2022, 6, 7))],
        },
        {"state_ended": 2, "unknown_place": 1},
        notes=("隐藏的工作表“外出”没有读取", "脱贫户：1 个隐藏行也已读入",
               "脱贫户：隐藏列“证件号码”也已读取"),
        source="rural-revitalisation",
    ),
    "days": Stranger(
        book("日期.xlsx", _days),
        {"低保": [
            new(line, name, LOW, on)
            for line, (name, (_day, on)) in enumerate(zip(N, DAYS, strict=True), 2)
        ]},
        {"date_unreadable": 2},
    ),
    "damaged": Stranger(
        book("damaged.xlsx", _damaged),
        {"低保户名单": [
            rejected(2, "王建国", "damaged"), rejected(3, "李秀英", "damaged"),
            rejected(4, "王小明", "damaged"), new(5, "张铁柱"), new(6, "赵玉兰"), new(7, "周桂花"),
            new(8, "吴老四"), rejected(9, "郑卫东", "check_digit"),
            rejected(10, "冯小兰", "length"),
            rejected(11, "陈思雨", "empty"), rejected(12, "钱多", "length"),
            rejected(13, "孙胜利", "length"), rejected(14, "吕娜", "date"),
            rejected(15, "何静", "length"),
        ]},
        {"number_converted": 1},
    ),
    "by_sheet": Stranger(
        book("各类困难群众.xlsx", _by_sheet),
        {
            "低保": [new(3, "王建国"), new(4, "李秀英")],
            "五保（含孤儿）": [new(2, "周桂花", FIVE)],
            "孤儿": [new(2, "陈思雨", FIVE)],
            "低保边缘": [waiting(2, "郑卫东", "word_empty")],
        },
        notes=("工作表“汇总表”没有所需的表头，未读取", "隐藏的工作表“监测对象”没有读取",
               "工作表“填表说明”没有所需的表头，未读取"),
    ),
    "pages": Stranger(
        book("公示.xlsx", _pages),
        {"打印": [
            new(3, "王建国"), new(4, "李秀英"), new(8, "张铁柱"), new(9, "何静"),
            new(15, "吕 娜", FIVE),
        ]},
        {"unknown_place": 3},
    ),
    "shifted": Stranger(
        book("名单.xlsx", _shifted),
        {"低保花名册": [
            new(4, "王建国"), new(5, "李秀英"), new(6, "孙胜利"), waiting(7, "郑卫东"),
        ]},
        {"unknown_place": 1},
    ),
    "twice": Stranger(
        book("twice.xlsx", _twice),
        {"名单": [
            new(3, "王建国"), known(4, "王建国"), new(5, "王建国", FIVE), new(6, "李秀英"),
            known(7, "李香英"), new(8, "孙大海"), new(9, "吴老四（已故）", FIVE),
            new(10, "阿依古丽 · 买买提"), new(11, "？田"), waiting(12, "", "word_several"),
            waiting(13, "何静"), waiting(14, "张铁柱"), waiting(15, "钱多", "word_empty"),
        ]},
        {"repeated": 2, "name_differs": 3, "name_damaged": 1, "name_empty": 1, "unknown_place": 1},
    ),
    "heads": Stranger(
        book("heads.xlsx", _heads),
        {
            "成员": [new(3, "李秀英"), rejected(4, "王小明", "empty"), new(5, "张铁柱")],
            "户": [new(3, "周桂花", FIVE), new(4, "吴老四", FIVE)],
        },
    ),
    "side_by_side": Stranger(
        book("公示栏.xlsx", _side_by_side),
        refused="左右并排",
    ),
}  # fmt: skip
