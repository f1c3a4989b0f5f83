"""How roster.xls and payments.xls were written: workbooks of the old kind, which nothing installed
here can write (xlwt, the only writer, has had no release since 2017).

    pip install --target /tmp/xlwt xlwt==1.3.0 && PYTHONPATH=/tmp/xlwt python tests/data/make_xls.py

roster.xls: merged cells over rows, a number that was typed as one, a date as a serial, a total, a
second sheet without a header. payments.xls: a title and a 乡镇 merged over cells, days and instants
as serial numbers with and without a format, amounts as numbers, a refund below zero, a total.
"""

from pathlib import Path

import xlwt

ROWS = [
    ["监测对象花名册", "", "", "", ""],
    ["乡镇", "姓名", "身份证号", "识别时间", "备注"],
    ["城北镇", "王芳", "411328198001010013", 44743, ""],
    ["", "李四", "411328198001010021", "2022.7.1", ""],
    ["城南乡", "赵六", 411328198001010030.0, "", ""],
    ["合计", 3, "", "", ""],
]

book = xlwt.Workbook(encoding="utf-8")
sheet = book.add_sheet("名单")
day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
for row, cells in enumerate(ROWS):
    for column, value in enumerate(cells):
        if value != "":
            sheet.write(row, column, value, *([day] if value == 44743 else []))
sheet.merge(2, 3, 0, 0)
sheet.merge(0, 0, 0, 4)
book.add_sheet("说明").write(0, 0, "本表由乡村振兴局提供")
book.save(str(Path(__file__).with_name("roster.xls")))

HEADER = [
    "街道乡镇", "缴费人姓名", "证件号码", "年度", "实缴金额", "缴款日期", "电子税票号码",
    "缴费渠道", "状态", "原电子税票号码",
]  # fmt: skip
WANG, LI = "411328199003072511", "41132819851123456X"
FIRST, SECOND, THIRD = (f"34113522111800000{n}" for n in (1, 2, 3))
LINES = [
    ["城北镇", "王小明", WANG, 2023, 350, 44883.427337963, FIRST, "微信", "正常", ""],
    ["", "李丽", LI, 2023, 350.5, 44884, SECOND, "支付宝", "正常", ""],
    ["城南乡", "王小明", WANG, 2023, -50, 44885, THIRD, "", "退费", FIRST],
]

book = xlwt.Workbook(encoding="utf-8")
sheet = book.add_sheet("缴费明细")
sheet.write_merge(0, 0, 0, len(HEADER) - 1, "安平县 2023 年度城乡居民医保缴费明细")
for column, text in enumerate(HEADER):
    sheet.write(1, column, text)
instant = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss")
for row, cells in enumerate(LINES, start=2):
    for column, value in enumerate(cells):
        style = {44883.427337963: [instant], 44884: [day]}.get(value, [])
        if value != "":
            sheet.write(row, column, value, *style)
sheet.merge(2, 3, 0, 0)
sheet.write_merge(5, 5, 0, 3, "合计")
sheet.write(5, 4, 650.5)
book.save(str(Path(__file__).with_name("payments.xls")))
