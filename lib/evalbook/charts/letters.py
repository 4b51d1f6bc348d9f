"""Letters of the packaged Hei font as outlines: their widths, lines that fit, paths to draw.

Text is drawn as outlines, so that a chart looks the same wherever it is opened.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.ft2font import FT2Font

EM = 1000
ELLIPSIS = "…"
STEPS = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}
LENGTHS = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 1}
NEVER_FIRST = "，。、；：！？）》〉」』】〕”’％%…·"
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Letter:
    """The outline of a letter in thousandths of an em, y upwards, and how far it advances."""

    vertices: "np.ndarray"
    codes: "np.ndarray"
    d: str
    advance: int


@cache
def _font() -> "FT2Font":
    from matplotlib.ft2font import FT2Font
    from pylopdf_fonts_zh_cn import sans_path

    return FT2Font(sans_path())


@lru_cache(maxsize=4096)
def letter(char: str) -> Letter:
    """A letter; a box for a character that the font does not have."""
    import numpy as np
    from matplotlib.ft2font import LoadFlags

    font = _font()
    glyph = font.load_glyph(font.get_char_index(ord(char)), flags=LoadFlags.NO_SCALE)
    vertices, codes = font.get_path()
    units = np.round(vertices * 64)
    return Letter(units, codes, _d(units, codes), glyph.horiAdvance)


def _d(vertices: "np.ndarray", codes: "np.ndarray") -> str:
    """The outline as the `d` of an SVG path, y upwards."""
    parts, at = [], 0
    while at < len(codes):
        step = STEPS[int(codes[at])]
        points = vertices[at : at + LENGTHS[step]].astype(int).flatten().tolist()
        parts.append(step if step == "Z" else step + " ".join(map(str, points)))
        at += LENGTHS[step]
    return "".join(parts)


def visible(text: str) -> str:
    """The text in one line, without characters that are not drawn."""
    kept = (" " if char.isspace() else char for char in text)
    return "".join(c for c in kept if unicodedata.category(c) not in INVISIBLE).strip()


def width(text: str, size: float) -> float:
    """The width of a line in points."""
    return sum(letter(char).advance for char in text) * size / EM


def shortened(text: str, size: float, room: float) -> str:
    """The text as far as it fits, with an ellipsis where it is cut off."""
    if width(text[:EM], size) <= room and len(text) <= EM:
        return text
    room -= width(ELLIPSIS, size)
    return text[: _fitting(text, size, room)].rstrip() + ELLIPSIS


def folded(text: str, size: float, room: float, most: int = 2) -> tuple[str, ...]:
    """The text on at most so many lines; what does not fit on these ends in an ellipsis.

    Lines that have room to spare are about equally long.
    """
    lines: list[str] = []
    whole = width(text[:EM], size)
    needed = ceil(whole / room)
    across = min(room, whole / needed + size) if 0 < needed <= most else room
    while len(lines) < most - 1 and width(text[:EM], size) > room:
        cut = max(1, _fitting(text, size, across))
        while cut > 1 and text[cut] in NEVER_FIRST:
            cut -= 1
        if " " in text[1:cut] and text[cut - 1].isascii() and text[cut].isascii():
            cut = text.rindex(" ", 1, cut) + 1
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return (*lines, shortened(text, size, room))


def _fitting(text: str, size: float, room: float) -> int:
    """How many letters fit."""
    used = 0.0
    for number, char in enumerate(text):
        used += letter(char).advance * size / EM
        if used > room:
            return number
    return len(text)
