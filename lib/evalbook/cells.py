"""Cells as printed: `99.31%`, `2.62元`, `≥707568人`, `不少于12种`, `742,037.07`, `6-9个月`.

Three states are kept apart: blank (not printed, 未公布), `—` (does not apply) and a value, zero
included. A number keeps its printed places, because they say how far it can be trusted.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, NamedTuple

from evalbook.harmless import CONTROL
from evalbook.standards import Column

State = Literal["value", "blank", "not applicable"]
DASHES = {"—", "――", "——", "－", "-", "/"}
MAX_DIGITS = 28
PERCENTS = frozenset({"%", "‰"})
MAX_QUANTITY = 100
_NUMBER = r"[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_UNIT = r"[^\d\s.,，。；;＝=≥≤<>%‰]{1,12}?|%|‰"
_SIGNS = {
    "≥": "≥ ≧ ⩾ >= => 大于等于 大于或等于 不少于 不低于 不小于 至少 达到 达",
    ">": "> ＞ ﹥ 大于 高于 多于 超过",
    "≤": "≤ ≦ ⩽ <= =< 小于等于 小于或等于 不超过 不多于 不高于 不大于 至多 控制在",
    "<": "< ＜ ﹤ 小于 低于 少于",
    "=": "= ＝ ═ == 等于",
}
_BEHIND = {"≥": "以上 及以上 (含)以上", "≤": "以内 之内 内 以下 及以下 (含)以下"}
_SIGN_OF = {word: sign for sign, words in _SIGNS.items() for word in words.split()}
_SIGN_BEHIND = {word: sign for sign, words in _BEHIND.items() for word in words.split()}


def _any(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_QUANTITY = re.compile(
    rf"(?P<sign>{_any(_SIGN_OF)})?\s*(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})??"
    rf"\s*(?P<behind>{_any(_SIGN_BEHIND)})?"
)
_RANGE = re.compile(
    rf"(?P<low>{_NUMBER})\s*(?P<first>{_UNIT})??\s*[-~～—至]\s*"
    rf"(?P<high>{_NUMBER})\s*(?P<unit>{_UNIT})?"
)
_DATED = re.compile(
    r"(19|20)\d\d(年?[-~～—至](19|20)\d\d)?年?(度|底|末|初|前|内)?|\d{1,2}月(?!以).*"
)
_PERIOD = re.compile(r"(\.\./)?\d{4}(-\d{2}(-\d{2})?)?(/\d{4}(-\d{2}(-\d{2})?)?)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ID = re.compile(r"[a-z][a-z0-9_]*")
_ADDRESS = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,5}")

EXPECTED = {
    "id": "小写字母开头，只含小写字母、数字和下划线",
    "addresses": "地址，如 budget.total.rate，多个用分号隔开",
    "period": "期间，如 2019、2018/2019、2020-12-31",
    "date": "日期，如 2019-12-31",
    "amount": "数字，如 742037.07 或 742,037.07",
    "rate": "带百分号的数字，如 99.31%",
    "marks": "数字，如 26.32",
    "count": "数字，可带单位，如 38 或 495.4万人",
    "price": "数字，可带单位，如 730元",
    "months": "数字，如 5.24",
    "number": "数字，可带单位，如 38、495.4万人、75%",
}


class CellError(ValueError):
    """The text is not what its column holds; the message is a Chinese clause."""


class Cell(NamedTuple):
    """One cell: its text as printed, its state, and what it means.

    `value` is the number (of a range: its lower end, with `high` the upper end), `places` the
    decimals printed, `unit` the unit printed in the cell, `sign` a comparison before the number,
    `items` the parts of a list.
    """

    text: str
    state: State
    value: Decimal | None = None
    places: int = 0
    unit: str = ""
    sign: str = ""
    high: Decimal | None = None
    items: tuple[str, ...] = ()

    @property
    def exact(self) -> str:
        """The number as text, of a range both ends; empty where there is none."""
        ends = (self.value, self.high)
        return "–".join(format(end, "f") for end in ends if end is not None)


BLANK = Cell("", "blank")
NUMERIC = {"amount", "rate", "marks", "count", "price", "months", "number"}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．％－", "0123456789.%-")
_WIDE_SIGNS = str.maketrans("＞＜＝（）", "><=()")


def parse_cell(text: str, column: Column) -> Cell:
    """The cell that `text` is under `column`; raises CellError when it is none.

    Full-width digits, points and percent signs are read as what they are.
    """
    if not text:
        return BLANK
    text = text.strip()
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if found := CONTROL.search(text):
            raise CellError(f"“{text}”中有控制字符 U+{ord(found[0]):04X}，应为不含控制字符的文字")
    if column.type in NUMERIC and not text.isascii():
        text = text.translate(_FULL_WIDTH)
    if not text:
        return BLANK
    if text in DASHES:
        return Cell(text, "not applicable")
    match column.type:
        case "text":
            return Cell(text, "value")
        case "choice":
            return _choice(text, column)
        case "id":
            return _matching(_ID, text, column)
        case "period":
            return _matching(_PERIOD, text, column)
        case "date":
            return _matching(_DAY, text, column)
        case "addresses":
            return _addresses(text, column)
        case "target":
            return _target(text)
        case _:
            return _number(text, column)


def _matching(pattern: re.Pattern[str], text: str, column: Column) -> Cell:
    if not pattern.fullmatch(text):
        raise CellError(f"“{text}”应为{EXPECTED[column.type]}")
    return Cell(text, "value")


def _choice(text: str, column: Column) -> Cell:
    if text not in column.choices:
        raise CellError(f"“{text}”应为其中之一：{'、'.join(column.choices)}")
    return Cell(text, "value")


def _addresses(text: str, column: Column) -> Cell:
    items = tuple(item.strip() for item in text.split(";") if item.strip())
    wrong = [item for item in items if not _ADDRESS.fullmatch(item)]
    if wrong:
        raise CellError(f"“{'；'.join(wrong)}”应为{EXPECTED['addresses']}")
    return Cell(text, "value", items=items)


def _number(text: str, column: Column) -> Cell:
    cell = _quantity(text)
    if cell is None or cell.high is not None or (cell.sign and column.type != "number"):
        raise CellError(f"“{text}”不是数字，应为{EXPECTED[column.type]}")
    if column.type == "rate" and cell.unit not in PERCENTS:
        raise CellError(f"“{text}”缺少百分号，应为{EXPECTED['rate']}")
    if column.type in {"amount", "marks", "months"} and cell.unit in PERCENTS:
        raise CellError(f"“{text}”是百分数，应为{EXPECTED[column.type]}")
    return cell


def _target(text: str) -> Cell:
    """A number, a range or a sign and a number; anything else is words, a date as well."""
    plain = text.translate(_FULL_WIDTH).translate(_WIDE_SIGNS)
    cell = None if _DATED.fullmatch(plain) else _quantity(plain)
    return cell._replace(text=text) if cell else Cell(text, "value")


def _quantity(text: str) -> Cell | None:
    if len(text) > MAX_QUANTITY:
        return None
    if found := _QUANTITY.fullmatch(text):
        before, number, unit, after = found.groups("")
        value = decimal(number)
        sign, behind = _SIGN_OF.get(before, ""), _SIGN_BEHIND.get(after, "")
        if sign and behind and sign != behind:
            return None
        return Cell(text, "value", value, len(number.partition(".")[2]), unit, sign or behind)
    if found := _RANGE.fullmatch(text):
        return _range(text, found)
    return None


def _range(text: str, found: re.Match[str]) -> Cell | None:
    """`6-9个月`, `95%-100%`; None when its two units differ."""
    low, high, unit = decimal(found["low"]), decimal(found["high"]), found["unit"] or ""
    if found["first"] not in {None, unit}:
        return None
    if high < low:
        raise CellError(f"“{text}”的上下限颠倒了")
    return Cell(text, "value", low, places(low), unit, high=high)


def decimal(text: str) -> Decimal:
    """The exact number that `742,037.07` prints; at most 28 digits."""
    digits = text.replace(",", "").replace("−", "-")
    if len(digits) > MAX_DIGITS:
        raise CellError(f"“{text[:40]}”的位数超过 {MAX_DIGITS} 位")
    return Decimal(digits)


def places(value: Decimal) -> int:
    """How many decimals the number was printed with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
