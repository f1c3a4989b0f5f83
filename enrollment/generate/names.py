"""Names as they occur: common ones often, rare characters and names with a dot now and then.

Frequencies are rounded guesses for a northern county, good enough to make homonyms as common as
they are (王秀英 in every village) and to bring characters outside GBK and outside the BMP.
"""

from random import Random

SURNAMES = (
    "王:96 李:92 张:88 刘:58 陈:41 杨:39 赵:34 郭:22 马:19 孙:18 朱:16 周:15 徐:15 吴:14 胡:13 "
    "高:13 宋:12 牛:11 郑:11 韩:11 冯:10 许:10 梁:9 曹:9 杜:9 任:8 袁:8 谢:8 乔:8 崔:8 何:7 "
    "焦:7 姚:7 贾:7 魏:7 田:7 范:6 常:6 丁:6 史:6 侯:6 潘:6 董:6 于:6 郝:6 邢:6 白:5 付:5 黄:5 "
    "程:5 吕:5 孟:5 苏:5 段:5 曲:4 党:4 方:4 秦:4 石:4 罗:4 尹:3 余:3 汪:3 鲁:3 葛:3 薛:3 申:3 "
    "卢:3 蔡:3 闫:3 仝:2 候:2 阮:2 臧:2 逯:1 褚:1 蒋:2 邓:2 彭:2 沈:2 唐:2 齐:2 翟:2 靳:2 惠:1 "
    "禹:1 亢:1 夭:1 欧阳:1 上官:1 司马:1 皇甫:1 诸葛:1"
)
# From a birth year on: first and second characters of men's, then of women's given names.
ERAS = (
    (
        1900,
        "建国志德明文永金玉光新长天成学书保荣清万全",
        "国华明军林山生福海平才民胜义春田忠有发堂",
        "秀桂玉凤淑兰春金爱素云翠花荣改焕喜",
        "英兰珍荣芝梅琴云芳莲香霞芬花娥敏枝",
    ),
    (
        1966,
        "建志海红晓永学俊国新文春保小立金东书中",
        "军伟涛峰强杰辉民勇刚锋东华波亮平洲林超",
        "红丽秀小春艳玉海晓雪爱俊会瑞金建",
        "霞梅红丽燕娟玲芳敏萍平云华英琴侠",
    ),
    (
        1986,
        "俊浩子志文博鹏龙嘉明帅家世宇亚晓大金",
        "杰豪鹏龙飞涛磊阳超凯辉宇博东帅坤楠",
        "梦雪晓文雅丹佳静婷亚慧思莹倩媛怡",
        "婷静雪瑶琳洁娜莹丽颖敏萌雨琪楠歌",
    ),
    (
        2006,
        "子浩梓宇俊一奕沐博家嘉皓泽明梦柏景",
        "轩涵睿宸豪泽航辰然阳毅霖博恒诚希熙",
        "梓欣雨子诗思语可一佳若紫依芷艺沐",
        "涵萱怡彤琪妍诺桐悦汐馨晴瑶珊冉玥",
    ),
)
ALONE = {"M": "伟军勇磊涛超强鹏杰飞刚辉斌波峰浩", "F": "芳敏静丽艳娟霞燕玲婷萍雪倩洁颖梅"}
RARE = "堃喆㛃𠅤垚淼犇翀𬭚𫖯䶮𬀩𬍡昇彧旻頔赟"
BEYOND_BMP = "𠅤𬭚𫖯𬀩𬍡"
DOT = "·"
DOT_LOOKALIKES = "•‧・･．"
DOTTED = {
    "M": ("买买提", "库尔班", "艾力", "吐尔逊", "阿卜杜拉", "玉素甫", "尼加提"),
    "F": ("阿依古丽", "古丽娜尔", "热依汗", "帕提古丽", "米娜瓦尔", "茹仙古丽"),
}
FATHERS = ("吐尔逊", "热合曼", "买买提明", "阿不都热西提", "卡德尔", "依明", "赛买提")
LATIN = ("MARTIN JOHN PAUL", "GARCIA MARIA ELENA", "NGUYEN THI HOA", "SMITH ANNA", "KIM MINJUN")
TABLE = 1 << 12  # surnames are drawn from a table of this length: one index instead of a search


def _surname_table() -> tuple[str, ...]:
    pairs = [entry.split(":") for entry in SURNAMES.split()]
    total = sum(int(weight) for _, weight in pairs)
    table: list[str] = []
    seen = 0
    for name, weight in pairs:
        seen += int(weight)
        table.extend([name] * (seen * TABLE // total - len(table)))
    return tuple(table)


_TABLE = _surname_table()


def surname(random: Random) -> str:
    return _TABLE[int(random.random() * TABLE)]


def given(random: Random, sex: str, born_year: int) -> str:
    """A given name as people of that age and sex (M, F) bear it, one or two characters."""
    draw = random.random
    if draw() < 0.12:
        alone = ALONE[sex]
        return alone[int(draw() * len(alone))]
    at = 0 if born_year < 1966 else 1 if born_year < 1986 else 2 if born_year < 2006 else 3
    _, *men_women = ERAS[at]
    first, second = men_women[:2] if sex == "M" else men_women[2:]
    return first[int(draw() * len(first))] + second[int(draw() * len(second))]


def rare(random: Random, family: str, *, beyond_bmp: bool) -> str:
    """A name with a character that old software damages; `beyond_bmp` needs 4-byte UTF-8."""
    characters = BEYOND_BMP if beyond_bmp else RARE
    return family + characters[int(random.random() * len(characters))]


def dotted(random: Random, sex: str) -> str:
    """A name of two parts with U+00B7 between them."""
    own = DOTTED[sex]
    return own[int(random.random() * len(own))] + DOT + random.choice(FATHERS)


def other_dot(random: Random, name: str) -> str:
    """The same name as another keyboard writes its dot; equal after normalising."""
    return name.replace(DOT, DOT_LOOKALIKES[int(random.random() * len(DOT_LOOKALIKES))])
