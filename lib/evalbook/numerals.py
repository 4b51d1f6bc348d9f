"""Chinese numerals as headings use them: 一, 十, 二十一; up to 99."""

_DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """1 → 一, 10 → 十, 21 → 二十一."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def from_chinese(text: str) -> int:
    """二十一 → 21; raises ValueError for anything that is no such numeral."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.index(tens)
    return 10 * (_DIGITS.index(tens) if tens else 1) + (_DIGITS.index(ones) if ones else 0)
