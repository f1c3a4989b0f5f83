"""What stands on the register: its columns, and the words of its cells. The form is Chinese."""

from collections.abc import Mapping

from enrollment.bulk.columns import CATEGORIES as FILE_CATEGORIES
from enrollment.models import NotEnrolling

Reason = NotEnrolling.Reason
KEY = "识别码"
# field → header; the first word of each is what we print, the others are read as well.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "serial": ("序号",),
    "group": ("组",),
    "household": ("户编号", "户号"),
    "head": ("户主", "户主姓名"),
    "name": ("姓名",),
    "relation": ("与户主关系", "关系"),
    "number": ("证件号码", "身份证号码", "身份证号"),
    "category": ("人员类别",),
    "hardship": ("资助身份",),
    "due": ("应缴", "应缴元"),
    "paid": ("实缴", "实缴元"),
    "paid_on": ("缴费日期",),
    "channel": ("渠道",),
    "phone": ("电话", "联系电话"),
    "elsewhere": ("外地参保",),
    "reason": ("未参保原因",),
    "signature": ("签字",),
    "key": (KEY,),
}
# What a village may write. The others are ours; a change of them is told, or has no meaning.
WRITTEN = (
    "group", "household", "head", "name", "relation", "number", "category", "paid", "paid_on",
    "channel", "phone", "elsewhere", "reason",
)  # fmt: skip
LENGTHS = {
    "group": 10, "household": 40, "head": 60, "name": 60, "relation": 20, "phone": 20,
    "elsewhere": 60, "channel": 20,
}  # fmt: skip
INSURANCES = {"390": "城乡居民基本医疗保险", "310": "职工基本医疗保险"}  # national codes
NOTHING = "—"
ON_BEHALF = "代缴"
NO_NUMBER = "无（出生证）"
CASH = "现金"
CASH_WORDS = frozenset(("", CASH, "现金收缴", "代收现金"))
HEAD_WORDS = frozenset(("本人", "户主"))
SPOUSE_WORDS = frozenset(("配偶", "妻", "妻子", "夫", "丈夫", "之妻", "之夫"))
CATEGORIES = {
    "1401": "新生儿",
    "1402": "学龄前",
    "1403": "中小学生",
    "1404": "大学生",
    "1405": "未入学",
    "1501": "成年",
    "1601": "老年",
}
CATEGORY_WORDS: Mapping[str, str] = {
    **FILE_CATEGORIES,
    **{word: code for code, word in CATEGORIES.items()},
}
REASONS: Mapping[str, tuple[str, ...]] = {
    Reason.DEAD: ("死亡", "已死亡", "去世", "病故"),
    Reason.EMPLOYEE: ("职工医保", "参加职工医保", "职工", "单位参保"),
    Reason.ELSEWHERE: ("异地参保", "外地参保", "他地参保"),
    Reason.ARMY: ("参军", "服役", "现役", "当兵"),
    Reason.PRISON: ("服刑", "羁押", "在押"),
    Reason.ABROAD: ("出国", "国外", "境外"),
    Reason.NO_CONTACT: ("失联", "联系不上", "长期外出联系不上"),
    Reason.CANNOT_PAY: ("无力缴费", "困难", "交不起"),
    Reason.REFUSES: ("拒缴", "不愿参保", "拒绝参保", "不愿缴费"),
    Reason.MOVED: ("迁出", "已迁出", "户口迁出"),
    Reason.DUPLICATE: ("重复", "重复登记", "重复档案"),
    Reason.STUDENT: ("在校参保", "学校参保", "学生异地"),
}
REASON_WORDS: Mapping[str, str] = {w: key for key, words in REASONS.items() for w in words}
# Whoever gives one of these is still to be asked for the money.
STILL_ASKED = frozenset((Reason.NO_CONTACT, Reason.CANNOT_PAY, Reason.REFUSES))
# What is not told: why nobody can say what somebody owes (enrollment.bulk.profiles).
UNPRICED = {"tier_missing": "待选档", "not_stated": "待定", "not_eligible": NOTHING}


def reason_word(key: str) -> str:
    return REASONS[Reason(key)][0] if key in REASONS else ""
