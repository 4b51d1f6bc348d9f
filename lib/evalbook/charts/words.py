"""Words in a chart: how wide they are, and how they are cut to fit. Widths are in em."""

import unicodedata
from functools import cache
from math import ceil

ELLIPSIS, BOX = "…", "□"
LONGEST = 1000
NEVER_FIRST = "，。、；：！？）》〉」』】〕”’％%…·"
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zl", "Zp"}


def visible(text: str) -> str:
    """The text in one line, with a box for what the packaged font cannot draw."""
    kept = (" " if char.isspace() else char for char in text)
    drawn = (c for c in kept if unicodedata.category(c) not in INVISIBLE)
    return "".join(c if ord(c) in in_font() else BOX for c in drawn).strip()


@cache
def in_font() -> frozenset[int]:
    """The characters that the packaged font draws."""
    from matplotlib.ft2font import FT2Font
    from pylopdf_fonts_zh_cn import sans_path

    return frozenset(FT2Font(sans_path()).get_charmap())


def em(text: str) -> float:
    """About how wide a line is, rather too much than too little."""
    return sum(0.6 if unicodedata.east_asian_width(char) in "NaH" else 1.0 for char in text)


def shortened(text: str, room: float) -> str:
    """The text as far as it fits, with an ellipsis where it is cut off."""
    return folded(text, room, 1)[0]


def folded(text: str, room: float, most: int) -> tuple[str, ...]:
    """The text on at most so many lines; what does not fit on these ends in an ellipsis.

    Lines that have room to spare are about equally long.
    """
    rest = visible(text[:LONGEST])
    lines: list[str] = []
    needed = ceil(em(rest) / room)
    across = min(room, em(rest) / needed + 1) if 0 < needed <= most else room
    while len(lines) < most - 1 and _fitting(rest, room) < len(rest):
        cut = max(1, _fitting(rest, across))
        while cut > 1 and rest[cut] in NEVER_FIRST:
            cut -= 1
        if " " in rest[1:cut] and rest[cut - 1].isascii() and rest[cut].isascii():
            cut = rest.rindex(" ", 1, cut) + 1
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if _fitting(rest, room) < len(rest):
        rest = rest[: _fitting(rest, room - 1)].rstrip() + ELLIPSIS
    return (*lines, rest)


def _fitting(text: str, room: float) -> int:
    """How many characters fit."""
    used = 0.0
    for number, char in enumerate(text):
        used += em(char)
        if used > room:
            return number
    return len(text)
