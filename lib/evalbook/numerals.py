"""Chinese numerals as headings use them: 一, 十, 二十一; up to 99."""

import re

_DIGITS = "零一二三四五六七八九"
_ONES = "[一二三四五六七八九]"
_NUMERAL = re.compile(f"(?P<tens>{_ONES})?十(?P<ones>{_ONES})?|(?P<alone>{_ONES})")


def chinese(number: int) -> str:
    """1 → 一, 10 → 十, 21 → 二十一."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def from_chinese(text: str) -> int:
    """二十一 → 21; raises ValueError for anything that is no such numeral."""
    found = _NUMERAL.fullmatch(text)
    if not found:
        raise ValueError(text)
    tens, ones = found["tens"], found["ones"] or found["alone"]
    units = _DIGITS.index(ones) if ones else 0
    return units if found["alone"] else 10 * (_DIGITS.index(tens) if tens else 1) + units
