"""Amounts in capital Chinese numerals (大写), as on receipts. Source: docs/RULES.md R-385."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_words(fen: int) -> str:
    """35000 → "叁佰伍拾元整"; 100500 → "壹仟零伍元整"; 12 → "壹角贰分".

    Errors: ValueError for a negative amount or one beyond 万亿.
    """
    if not 0 <= fen < 10**18:
        raise ValueError(f"no amount in words: {fen}")
    yuan, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"{whole or '零元'}整"
    middle = f"{_DIGITS[jiao]}角" if jiao else "零" if whole else ""
    return whole + middle + (f"{_DIGITS[cents]}分" if cents else "整")


def _whole(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text, gap = "", False
    for at in range(len(groups) - 1, -1, -1):
        group = groups[at]
        if not group:
            gap = bool(text)
            continue
        text += ("零" if text and (gap or group < 1000) else "") + _group(group) + _GROUPS[at]
        gap = False
    return text


def _group(number: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return text
