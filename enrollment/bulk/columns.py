"""What the columns of a file about people are called, and the words their cells hold."""

from collections.abc import Mapping

# field → header words; the first is the one named in messages (CONTRACT: Files taken in).
PEOPLE: Mapping[str, tuple[str, ...]] = {
    "township": (
        "乡镇",
        "乡镇街道",
        "乡镇(街道)",
        "乡(镇)",
        "街道乡镇",
        "镇街",
        "所属乡镇",
        "所在乡镇",
        "乡镇名称",
        "乡镇街道名称",
        "乡(镇、街道)",
        "镇",
    ),
    "village": (
        "村",
        "村社区",
        "村(社区)",
        "村/社区",
        "行政村",
        "行政村(社区)",
        "村居",
        "所属村",
        "所在村",
        "村名",
        "村名称",
        "行政村名称",
        "村委会",
        "村(居)委会",
        "村(居)",
        "社区",
    ),
    "group_no": ("组", "村民小组", "小组", "组别"),
    "household_no": ("户编号", "户号", "家庭编号"),
    "head_name": ("户主姓名", "户主"),
    "relation": ("与户主关系", "与户主的关系", "成员与户主关系", "家庭关系", "关系"),
    "name": ("姓名", "参保人姓名", "人员姓名", "成员姓名"),
    "kind": ("证件类型", "证件类别", "身份证件类型"),
    "number": ("证件号码", "身份证号码", "身份证号", "公民身份号码", "公民身份证号码", "证件号"),
    "phone": ("联系电话", "电话", "手机号码", "手机号", "联系方式"),
    "category": ("人员类别", "参保人员类别", "人员类型"),
    "school": ("学校", "学校名称", "就读学校", "所在学校", "学籍学校"),
    "household_register": ("户籍所在地", "户籍地", "户口所在地"),
    "permit": ("居住证", "居住证号", "居住证号码", "是否有居住证"),
    "last_year": ("上年参保", "上年是否参保", "上年度是否参保", "是否上年参保", "上年度参保"),
}
REGISTRATIONS: Mapping[str, tuple[str, ...]] = {
    **PEOPLE,
    "registered_at": ("登记时间", "登记日期", "参保登记时间", "参保登记日期"),
    "tier": ("缴费档次", "档次", "参保档次"),
}
REQUIRED = ("township", "village", "name", "number")

# Longest texts the tables take.
LENGTHS = {"group_no": 10, "household_no": 40, "head_name": 60, "relation": 20, "name": 60}
PHONE_LENGTH = 40

# In the column of schools: none any more. An empty cell says nothing, and a known school stays.
NO_SCHOOL = frozenset(("无", "-", "—", "/"))

# Words for a person category besides the codes themselves (DOMAIN: Person categories). Words that
# say no more than "resident" leave it to the age, as an empty cell does.
BY_AGE = frozenset(("", "居民", "普通居民", "一般居民", "城乡居民", "普通人员", "一般人员"))
CATEGORIES: Mapping[str, str] = {
    "1401": "1401",
    "新生儿": "1401",
    "1402": "1402",
    "学龄前儿童": "1402",
    "学前儿童": "1402",
    "未入学儿童": "1402",
    "1403": "1403",
    "中小学生": "1403",
    "中小学阶段学生": "1403",
    "小学生": "1403",
    "初中生": "1403",
    "高中生": "1403",
    "中学生": "1403",
    "在校中小学生": "1403",
    "1404": "1404",
    "大学生": "1404",
    "大学阶段学生": "1404",
    "大中专学生": "1404",
    "在校大学生": "1404",
    "1405": "1405",
    "未成年人": "1405",
    "非在校未成年人": "1405",
    "未入学未成年人": "1405",
    "其他未成年人": "1405",
    "1501": "1501",
    "成年人": "1501",
    "成年居民": "1501",
    "成人": "1501",
    "劳动年龄居民": "1501",
    "老年人": "1601",
    "老年居民": "1601",
    "老人": "1601",
    **{f"16{n:02d}": "1601" for n in range(100)},
}
YES = frozenset(("是", "有", "已参保", "已参", "已缴", "参保", "续保", "1", "Y", "YES", "√", "✓"))
NO = frozenset(("", "否", "无", "未参保", "未参", "未缴", "新参保", "新增", "0", "N", "NO", "×"))
