"""The payment detail file: which header means which field, and which words mean what.

The first word of each field is the one named in messages. Headers are compared as
config.lib.tabular makes them plain: half-width, without blanks and units.
"""

import re

FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("缴费人姓名", "姓名", "缴费人名称", "参保人姓名", "人员姓名", "纳税人名称"),
    "papers": ("证件类型", "身份证件类型", "缴费人证件类型", "证照类型"),
    "number": (
        "证件号码", "身份证件号码", "身份证号码", "身份证号", "缴费人证件号码", "公民身份号码",
        "证件号",
    ),
    "amount": ("实缴金额", "实缴费额", "实缴额", "缴费金额", "缴款金额", "实缴(退)金额", "金额"),
    "paid": ("缴款日期", "缴费日期", "缴款时间", "缴费时间", "支付时间", "交易时间", "扣款日期"),
    "since": ("费款所属期起", "所属期起", "税款所属期起", "费款所属期起始", "费款所属期"),
    "until": ("费款所属期止", "所属期止", "税款所属期止", "费款所属期终止"),
    "year": ("年度", "缴费年度", "参保年度", "所属年度", "费款所属年度", "待遇年度"),
    "treasury": ("入库日期", "入库时间"),
    "receipt": ("电子税票号码", "电子税票号", "税票号码", "税票号", "票证号码"),
    "original": ("原电子税票号码", "原电子税票号", "原税票号码", "原税票号", "原票证号码"),
    "channel": ("缴费渠道", "渠道", "缴费方式", "缴款渠道"),
    "township": ("街道乡镇", "乡镇街道", "乡镇", "乡镇(街道)", "所属乡镇"),
    "village": ("村社区", "村(社区)", "村(居)", "村", "行政村", "社区"),
    "mark": ("特殊人群标识", "特殊人群", "特殊人群类型", "特殊人员标识"),
    "state": ("状态", "缴费状态", "票证状态", "业务状态"),
    "remark": ("备注", "摘要", "说明"),
}  # fmt: skip
REQUIRED = ("name", "number", "amount", "paid")
COVERAGE = ("since", "until", "year")  # one of them must be there

# Only these total rows state the whole file; 小计 is part of it.
WHOLE = ("合计", "总计", "共计", "合 计", "总 计")
ROWS_DECLARED = re.compile(r"(\d[\d,]*)\s*(?:笔|条|行|户|人)")

# Words in the state column. Everything else, "正常" and an empty cell among it, is a payment.
REFUND_WORDS = ("退",)
REVERSAL_WORDS = ("冲", "作废", "撤销", "红字")
# Marks that say "nobody special".
NO_MARK = frozenset({"无", "否", "-", "/", "0", "非特殊人群", "普通人群", "一般人群", "N", "n"})
NO_RECEIPT = re.compile(r"[-/0无空]*")
# A receipt number inside a remark: a long run of digits, perhaps with letters.
RECEIPT_IN_WORDS = re.compile(r"[0-9A-Za-z]*\d{8,}[0-9A-Za-z]*")
