"""Text on its way to a page, measured.

Lengths are in em of the packaged Song, rounded up, so that what fits here fits on the page.
"""

import re
import unicodedata
from functools import lru_cache

_WIDE = "\u1100-\u11ff\u2014-\u2026\u2e80-\ufaff\ufe30-\uffef\U00020000-\U0003ffff"
_CLOSING = "，。、；：！？）》〉」』】〕”’％"
_UNBROKEN = re.compile(rf"[^\s{_WIDE}]+[{_CLOSING}]?")
_FIGURE = re.compile(r"[^\sA-Za-z]{0,4}\d[\d.,/:×÷=%‰+\-~–()]*[A-Za-z]{0,2}[^\w\s]?")
_UNIT = re.compile(rf"[{_WIDE}]{{0,3}}$")
_LONGEST_FIGURE = 26
_JOINTS = re.compile(r"(?<=[._/:?&=-])")
_BREAK = "\u200b"
_PIECES = 6
"""In how many pieces a line of a word without joints may be broken; layout takes time for each."""

_WIDTHS = {"%": 0.93, "‰": 1.0, "m": 0.98, "w": 0.84, "M": 1.0, "W": 1.06, "@": 1.0, "_": 0.57}


@lru_cache(maxsize=8192)
def em(text: str) -> float:
    """How long the text is on one line."""
    return sum(map(_em_of, text))


@lru_cache(maxsize=8192)
def _em_of(char: str) -> float:
    if char in _WIDTHS:
        return _WIDTHS[char]
    if char.isascii():
        return 0.57 if char.isdigit() or char.islower() else 0.76 if char.isupper() else 0.4
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return 0.0
    return 1.0


def is_figure(text: str) -> bool:
    """Whether this is one number, date or percentage, unit included: what must never wrap."""
    return len(text) <= _LONGEST_FIGURE and _FIGURE.fullmatch(_UNIT.sub("", text)) is not None


def longest_piece(text: str, cap: float) -> float:
    """Length of the longest piece that should stay on one line; only figures may exceed `cap`."""
    lengths = [(em(word), word) for word in _UNBROKEN.findall(text)]
    return max((long if is_figure(word) else min(long, cap) for long, word in lengths), default=0.0)


def breakable(text: str, room: float) -> str:
    """The text with places to break inside words that are longer than the room on a line."""
    if em(text) <= room:
        return text
    return _UNBROKEN.sub(lambda word: _broken(word[0], room), text)


def joints(word: str) -> list[str]:
    """The parts of a long word, an address say, between which a line may end."""
    return [word] if is_figure(word) else _JOINTS.split(word)


def _broken(word: str, room: float) -> str:
    """Places to break after a dot or a dash, and all along what is still too long."""
    if em(word) <= room:
        return word
    parts = joints(word)
    return _BREAK.join(part if em(part) <= room else _chopped(part, room) for part in parts)


def _chopped(word: str, room: float) -> str:
    size = max(1, int(room / _PIECES))
    return _BREAK.join(word[at : at + size] for at in range(0, len(word), size))
