"""Words in a chart: how wide they are, and how they are cut to fit. Widths are in em."""

import unicodedata

ELLIPSIS = "…"
NEVER_FIRST = "，。、；：！？）》〉」』】〕”’％%…·"
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zl", "Zp"}


def visible(text: str) -> str:
    """The text in one line, without characters that are not drawn."""
    kept = (" " if char.isspace() else char for char in text)
    return "".join(c for c in kept if unicodedata.category(c) not in INVISIBLE).strip()


def em(text: str) -> float:
    """About how wide a line is, rather too much than too little."""
    return sum(0.6 if unicodedata.east_asian_width(char) in "NaH" else 1.0 for char in text)


def shortened(text: str, room: float) -> str:
    """The text as far as it fits, with an ellipsis where it is cut off."""
    return folded(text, room, 1)[0]


def folded(text: str, room: float, most: int) -> tuple[str, ...]:
    """The text on at most so many lines; what does not fit on these ends in an ellipsis."""
    rest = visible(text)
    lines: list[str] = []
    while len(lines) < most - 1 and _fitting(rest, room) < len(rest):
        cut = max(1, _fitting(rest, room))
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
