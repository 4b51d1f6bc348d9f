"""The packaged fonts, Song and Hei, and whether they can print a text.

Reports use these two and no font of the machine, so that they look the same everywhere. A
character that neither has would be a blank in the PDF: it is an error that names it.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn

from evalbook.errors import ReportError

FOLDER = Path(pylopdf_fonts_zh_cn.__file__).parent
SONG = "Noto Serif SC"
HEI = "Noto Sans SC"

_NOT_IN_FONTS_THOUGH_GBK = "≒"
_DRAWN_AS_NOTHING = {"Cc", "Cf", "Mn", "Zl", "Zp"}
_SHOWN = 10


def check(texts: Iterable[str]) -> None:
    """Raise a `ReportError` naming every character that cannot be printed, and where it stands."""
    places: dict[str, str] = {}
    for text in texts:
        for char in text:
            if char not in places and not _printable(char):
                places[char] = text
    if not places:
        return
    lines = [f"  {_name(char)}，见“{_excerpt(text, char)}”" for char, text in places.items()]
    more = [f"  ……另有 {len(lines) - _SHOWN} 个"] if len(lines) > _SHOWN else []
    raise ReportError(
        "\n".join(
            [
                f"PDF 的字体里没有下列 {len(lines)} 个字符，请在原文中改用其他写法"
                "（HTML 和 Word 不受影响）：",
                *lines[:_SHOWN],
                *more,
            ]
        )
    )


@lru_cache(maxsize=8192)
def _printable(char: str) -> bool:
    """Every GBK character is in the fonts, so most texts never need the fonts to be opened."""
    if char not in _NOT_IN_FONTS_THOUGH_GBK:
        try:
            char.encode("gbk")
            return True
        except UnicodeEncodeError:
            pass
    return ord(char) in _covered() or (
        unicodedata.category(char) in _DRAWN_AS_NOTHING and not char.isprintable()
    )


@lru_cache(maxsize=1)
def _covered() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    covered: set[int] = set()
    for path in FOLDER.glob("*.otf"):
        with TTFont(path, lazy=True) as font:
            covered |= set(font.getBestCmap())
    return frozenset(covered)


def _name(char: str) -> str:
    return f"“{char}”（U+{ord(char):04X}）"


def _excerpt(text: str, char: str) -> str:
    at = text.index(char)
    return text[max(0, at - 10) : at + 11].replace("\n", " ")
