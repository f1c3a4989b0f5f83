"""What the columns of a roster are called, and the words that say who sent it."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from enrollment.bulk import columns

# Who sends lists (CONTRACT: import_roster --source). A department's words are mapped for it alone.
SOURCES: Mapping[str, object] = {
    "civil-affairs": _("civil affairs"),
    "rural-revitalisation": _("rural revitalisation"),
    "disabled-federation": _("disabled persons' federation"),
    "health": _("health commission"),
    "education": _("education"),
    "veterans": _("veterans affairs"),
    "police": _("public security"),
    "employee-insurance": _("employee insurance"),
    "medical-insurance": _("medical insurance bureau"),
    "other": _("another department"),
}

# Headers of what a newborn has instead of a number.
CERTIFICATE = (
    "出生医学证明编号", "出生医学证明号", "出生医学证明号码", "出生医学证明", "出生证编号",
    "出生证号", "出生证明编号", "出生证明号", "出生证",
)  # fmt: skip
MOTHER = (
    "母亲身份证号", "母亲身份证号码", "母亲证件号码", "母亲证件号", "母亲公民身份号码",
    "产妇身份证号", "监护人身份证号", "监护人身份证号码", "监护人证件号码",
)  # fmt: skip
FATHER = ("父亲身份证号", "父亲身份证号码", "父亲证件号码", "父亲证件号", "父亲公民身份号码")

# field → header words (CONTRACT: Files taken in; DOMAIN: what files look like). A household's head
# is the row's person (~) only in a list without members.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "姓名",
        "成员姓名",
        "人员姓名",
        "对象姓名",
        "救助对象姓名",
        "参保人姓名",
        "残疾人姓名",
        "学生姓名",
        "保障对象姓名",
        "家庭成员姓名",
        "缴费人姓名",
        "参保人员姓名",
        "低保对象姓名",
        "特困人员姓名",
        "监测对象姓名",
        "死者姓名",
        "死亡人员姓名",
        "新生儿姓名",
        "婴儿姓名",
        "孩子姓名",
        "儿童姓名",
        "~户主姓名",
        "~户主",
    ),
    "number": (
        "证件号码",
        "身份证号码",
        "身份证号",
        "公民身份号码",
        "公民身份证号码",
        "证件号",
        "成员身份证号",
        "成员身份证号码",
        "成员证件号码",
        "身份证",
        "居民身份证号",
        "居民身份证号码",
        "残疾人证号",
        "残疾证号",
        "残疾人证号码",
        "残疾证号码",
        "家庭成员身份证号",
        "家庭成员身份证号码",
        "家庭成员证件号码",
        "对象身份证号",
        "对象身份证号码",
        "保障对象身份证号",
        "保障对象身份证号码",
        "参保人身份证号",
        "参保人身份证号码",
        "残疾人身份证号",
        "学生身份证号",
        "学生身份证件号",
        "身份证件号码",
        "身份证件号",
        "本人身份证号",
        "二代身份证号码",
        "死者身份证号",
        "死者身份证号码",
        "死亡人员身份证号",
        "~户主身份证号",
        "~户主身份证号码",
        "~户主证件号码",
        # of children who have no number yet: then what stands for it (newborn_rows.py)
        *(f"~{word}" for word in CERTIFICATE),
        *(f"~{word}" for word in MOTHER),
        *(f"~{word}" for word in FATHER),
    ),
    "kind": ("证件类型", "证件类别", "身份证件类型"),
    "category": (
        "救助类别",
        "户类型",
        "困难类别",
        "困难类型",
        "资助类别",
        "资助身份",
        "对象类别",
        "对象类型",
        "人员类别",
        "人员类型",
        "身份类别",
        "人员身份",
        "保障类别",
        "救助对象类别",
        "监测对象类别",
        "监测对象类型",
        "监测类别",
        "低保类别",
        "低保类型",
        "特困类别",
        "特困类型",
        "救助类型",
        "保障类型",
        "困难群众类别",
        "困难群众类型",
        "困难身份",
        "人群类别",
        "特殊人群标识",
        "户属性",
        "户类别",
        "属性",
        "类别",
        "类型",
    ),
    "grade": (
        "等级",
        "残疾等级",
        "残疾级别",
        "级别",
        "保障等级",
        "救助等级",
        "档次",
        "分类",
        "低保等级",
        "低保档次",
    ),
    "recognised_on": (
        "认定时间",
        "认定日期",
        "识别时间",
        "识别日期",
        "起始时间",
        "起始月",
        "起始日期",
        "享受起始时间",
        "享受时间",
        "保障起始月",
        "保障起始时间",
        "保障起始日期",
        "保障开始时间",
        "享受低保时间",
        "低保起始时间",
        "开始时间",
        "起始年月",
        "认定年月",
        "纳入监测时间",
        "列入时间",
        "纳入时间",
        "批准时间",
        "审批时间",
        "救助开始时间",
        "死亡时间",
        "死亡日期",
        "死亡年月",
        "去世时间",
        "入伍时间",
    ),
    # of people whose paper does not tell it
    "born_on": ("出生日期", "出生年月日", "出生时间"),
    "state": (
        "状态",
        "人员状态",
        "救助状态",
        "保障状态",
        "享受状态",
        "残疾人证状态",
        "证件状态",
        "持证状态",
    ),
    "risk_gone": ("风险是否消除", "风险是否已消除", "是否消除风险", "风险消除情况"),
    "township": columns.PEOPLE["township"],
    "village": columns.PEOPLE["village"],
    "household_no": (*columns.PEOPLE["household_no"], "低保证号", "户编码"),
    "head_name": (*columns.PEOPLE["head_name"], "户主名"),
    "relation": columns.PEOPLE["relation"],
    "account": (
        "银行账号",
        "银行帐号",
        "账号",
        "帐号",
        "卡号",
        "银行卡号",
        "社保卡号",
        "一卡通账号",
        "一卡通卡号",
        "一卡通号",
        "银行卡账号",
        "银行账户",
        "发放账号",
        "社保卡银行账号",
    ),
    "phone": columns.PEOPLE["phone"],
    "school": columns.PEOPLE["school"],
    "certificate": CERTIFICATE,
    "mother_number": MOTHER,
    "father_number": FATHER,
    "mother_name": ("母亲姓名", "产妇姓名", "监护人姓名"),
    "father_name": ("父亲姓名",),
    "sex": ("性别", "新生儿性别", "婴儿性别"),
}
REQUIRED = ("name", "number")
OF_HEAD = "户主"
OF_MEMBERS = re.compile(r"成员(?!.*(数|口)$)")
LENGTHS = {"name": 60, "household_no": 40, "head_name": 60, "relation": 20, "word": 60}
# A merged cell counts for every row that it covers: the household's account is its members' own.
SPREAD = frozenset(
    (
        "category",
        "grade",
        "recognised_on",
        "township",
        "village",
        "household_no",
        "head_name",
        "account",
        "phone",
    )
)

# Two of these in a header, and it is the tax bureau's payment detail file that was sent.
OF_PAYMENTS: Mapping[str, tuple[str, ...]] = {
    "paid": ("实缴金额", "实缴金额(元)"),
    "receipt": ("电子税票号码", "税票号码", "电子税票号"),
}
PAYER = "缴费人姓名"

# Beginnings of a state's words that say: no longer. And the answers that say a risk is gone.
ENDED = (
    "注销", "死亡", "停", "退出", "取消", "终止", "迁出", "清退", "失效", "过期", "不再", "已消除",
    "无效", "冻结",
)  # fmt: skip
GONE = ("是", "已消除", "消除", "Y", "YES", "1")
