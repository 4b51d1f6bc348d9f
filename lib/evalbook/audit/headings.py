"""Headings of the source in their printed order: a number skipped, or written in another style."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from evalbook.audit.entry import Entry, holds, remark
from evalbook.model import Case
from evalbook.numerals import chinese as as_chinese
from evalbook.numerals import from_chinese
from evalbook.schema import TextEntry

_STYLES = (
    ("{}、", re.compile(r"([一二三四五六七八九十]+)、?"), True),
    ("（{}）", re.compile(r"[（(]([一二三四五六七八九十]+)[）)]、?"), True),
    ("{}.", re.compile(r"(\d{1,2})[.．、]?"), False),
    ("（{}）", re.compile(r"[（(](\d{1,2})[）)]"), False),
)


class _Level(NamedTuple):
    """An open level: its style, its last number, and where its first heading stands."""

    style: int
    number: int
    first: int


class _Heading(NamedTuple):
    entry: TextEntry
    style: int
    number: int


def headings(case: Case) -> Iterator[Entry]:
    """One entry for each numbered heading (`heading-gap`)."""
    read = [(entry, _read(entry.number or "")) for entry in case.texts]
    numbered = [_Heading(entry, *found) for entry, found in read if found]
    meant = _meant(numbered)
    for at, heading in enumerate(numbered):
        entry = heading.entry
        where, place = f"text.{entry.id}.number", entry.place or ""
        title = f"{entry.number}{entry.title or ''}"
        if at in meant:
            message = f"标题“{title}”的序号与{meant[at]}。"
            yield remark("heading-gap", "note", where, message, place=place)
        else:
            yield holds("heading-gap", where, f"标题“{title}”序号连续。", place=place)


def _meant(numbered: Sequence[_Heading]) -> dict[int, str]:
    """What the numbers that do not continue should have been, by the heading's position."""
    levels: list[_Level] = []
    meant: dict[int, str] = {}
    for at, heading in enumerate(numbered):
        style, number = heading.style, heading.number
        depth = _depth(levels, style, number)
        if depth is None:
            levels.append(_Level(style, number, at))
            if number != 1:
                meant[at] = _before(style, 1)
            continue
        level = levels[depth]
        upper = {each.style for each in levels[:depth]}
        if style == level.style:
            if number != level.number + 1:
                meant[at] = _before(style, level.number + 1)
        elif number == 2 and _goes_on(numbered[at + 1 :], style, level.style, upper):
            meant[level.first] = f"后文不连续，此处应为“{_written(style, 1)}”"
        else:
            style = level.style
            meant[at] = _before(style, number)
        levels[depth:] = [_Level(style, number, level.first)]
    return meant


def _depth(levels: Sequence[_Level], style: int, number: int) -> int | None:
    """The open level that a heading belongs to: of its style, else the one that it continues."""
    own = [depth for depth, level in enumerate(levels) if level.style == style]
    continued = [depth for depth, level in enumerate(levels) if level.number + 1 == number]
    found = own or (continued if number > 1 else [])
    return found[-1] if found else None


def _goes_on(later: Sequence[_Heading], style: int, other: int, upper: set[int]) -> bool:
    """Whether a level that began in `other` and has a second heading in `style` keeps to it."""
    for heading in later:
        found = (heading.style, heading.number)
        if heading.style in upper or found == (other, 3):
            return False
        if found in {(style, 3), (other, 1)}:
            return True
    return False


def _before(style: int, number: int) -> str:
    return f"前文不连续，此处应为“{_written(style, number)}”"


@lru_cache(maxsize=1024)
def _read(number: str) -> tuple[int, int] | None:
    text = number.replace(" ", "")
    for style, (_, pattern, chinese) in enumerate(_STYLES):
        if found := pattern.fullmatch(text):
            try:
                return style, from_chinese(found[1]) if chinese else int(found[1])
            except ValueError:
                return None
    return None


def _written(style: int, number: int) -> str:
    template, _, chinese = _STYLES[style]
    return template.format(as_chinese(number) if chinese else number)
