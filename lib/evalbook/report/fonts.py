"""The fonts of the PDF, and whether they can print a text.

By default the packaged Song and Hei and no font of the machine, so that reports look the same
everywhere. With `fonts: system` each role takes the first of its faces that the machine has; where
it has none, and for what that face cannot print, the packaged ones stand in. A character that
none of them has would be a blank in the PDF: it is an error that names it.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pylopdf_fonts_zh_cn

from evalbook.errors import ReportError
from evalbook.house import Fonts

if TYPE_CHECKING:
    import typst

FOLDER = Path(pylopdf_fonts_zh_cn.__file__).parent
SONG = "Noto Serif SC"
HEI = "Noto Sans SC"

PACKAGED = {"title": HEI, "hei": HEI, "kai": HEI, "minor": HEI, "body": SONG, "song": SONG}
"""The packaged face of each role: 标题, 一级标题, 二级标题, 三四级标题, 正文, 页码."""
_FANGSONG = (
    *("FangSong", "FangSong_GB2312", "仿宋", "仿宋_GB2312", "STFangsong", "华文仿宋"),
    *("FZFangSong-Z02", "方正仿宋_GBK", "方正仿宋简体"),
)
INSTALLED = {
    "title": (
        *("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK"),
        *("方正小标宋", "STZhongsong", "华文中宋"),
    ),
    "hei": ("SimHei", "黑体", "STHeiti", "华文黑体", "Heiti SC"),
    "kai": ("KaiTi", "KaiTi_GB2312", "楷体", "楷体_GB2312", "STKaiti", "华文楷体", "Kaiti SC"),
    "minor": _FANGSONG,
    "body": _FANGSONG,
    "song": ("SimSun", "宋体", "STSong", "华文宋体", "Songti SC"),
}
"""Names under which the faces of a role are installed, the best first."""

_NOT_IN_FONTS_THOUGH_GBK = "≒"
_IN_FONTS_THOUGH_NOT_GBK = "•−"
"""Signs of our own in nearly every report: for them no font need be opened."""
_DRAWN_AS_NOTHING = {"Cc", "Cf", "Zl", "Zp"}
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Faces:
    """Names of the faces to try for each role; `files` are those of the machine among them."""

    chains: Mapping[str, Sequence[str]]
    files: tuple[tuple[str, int], ...] = ()


@lru_cache(maxsize=2)
def faces(choice: Fonts) -> Faces:
    """The faces of each role; every chain has them all, so that each can print what any can."""
    installed = {} if choice == "packaged" else _installed()
    own = {
        role: next((name for name in map(str.lower, names) if name in installed), "")
        for role, names in INSTALLED.items()
    }
    used = dict.fromkeys(filter(None, own.values()))
    chains = {
        role: list(dict.fromkeys(filter(None, (own[role], packaged, SONG, HEI, *used))))
        for role, packaged in PACKAGED.items()
    }
    return Faces(chains, tuple(installed[name] for name in used))


def _installed() -> dict[str, tuple[str, int]]:
    """File and place in it of every face that Typst finds, by name."""
    return {
        one.family.lower(): (one.path, one.index)
        for one in typeset("system").fonts()
        if one.path is not None
    }


def typeset(choice: Fonts) -> "typst.Fonts":
    """The packaged fonts, and with `system` those of the machine, for Typst."""
    import typst

    return typst.Fonts(
        include_system_fonts=choice == "system",
        include_embedded_fonts=False,
        font_paths=[str(FOLDER)],
    )


def missing(texts: Iterable[str], chosen: Faces) -> dict[str, str]:
    """Every character that cannot be printed, with the first text that it stands in."""
    places: dict[str, str] = {}
    seen: set[str] = set()
    for text in texts:
        if not seen.issuperset(text):
            for char in text:
                if char not in seen and not _printable(char, chosen.files):
                    places[char] = text
                seen.add(char)
    return places


def fault(places: Mapping[str, str]) -> ReportError:
    """The error that names every character of `missing`, and where it stands."""
    lines = [f"  {_name(char)}，见“{_excerpt(text, char)}”" for char, text in places.items()]
    more = [f"  ……另有 {len(lines) - _SHOWN} 个"] if len(lines) > _SHOWN else []
    return ReportError(
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
def _printable(char: str, files: tuple[tuple[str, int], ...]) -> bool:
    """Every GBK character is in the fonts, so most texts never need the fonts to be opened."""
    if char in _IN_FONTS_THOUGH_NOT_GBK or unicodedata.category(char) in _DRAWN_AS_NOTHING:
        return True
    if char not in _NOT_IN_FONTS_THOUGH_GBK:
        try:
            char.encode("gbk")
            return True
        except UnicodeEncodeError:
            pass
    return ord(char) in _covered(files)


@lru_cache(maxsize=2)
def _covered(files: tuple[tuple[str, int], ...]) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    packaged = [(str(path), 0) for path in FOLDER.glob("*.otf")]
    covered: set[int] = set()
    for path, index in (*packaged, *files):
        with TTFont(path, lazy=True, fontNumber=index) as font:
            # numbers do for the glyphs: to work out their names takes ten times as long
            font.setGlyphOrder([str(number) for number in range(font["maxp"].numGlyphs)])
            covered |= set(font.getBestCmap() or ())
    return frozenset(covered)


def _name(char: str) -> str:
    return f"“{char}”（U+{ord(char):04X}）"


def _excerpt(text: str, char: str) -> str:
    at = text.index(char)
    return text[max(0, at - 10) : at + 11].replace("\n", " ")
