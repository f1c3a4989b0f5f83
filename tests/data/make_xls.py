"""How roster.xls was written: a workbook of the old kind, which nothing installed here can write.

    pip install --target /tmp/xlwt xlwt==1.3.0 && PYTHONPATH=/tmp/xlwt python tests/data/make_xls.py

Merged cells over rows, a number that was typed as one, a date as a serial, a total, a second sheet
without a header.
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
