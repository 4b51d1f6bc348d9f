"""Headings of the source in their printed order: a number skipped, or written in another style."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evalbook.audit.entry import Entry, holds, remark
from evalbook.model import Case
from evalbook.numerals import chinese as as_chinese
from evalbook.numerals import from_chinese

_STYLES = (
    ("{}、", re.compile(r"([一二三四五六七八九十]+)、?"), True),
    ("（{}）", re.compile(r"[（(]([一二三四五六七八九十]+)[）)]、?"), True),
    ("{}.", re.compile(r"(\d{1,2})[.．、]?"), False),
    ("（{}）", re.compile(r"[（(](\d{1,2})[）)]"), False),
)


@dataclass(slots=True)
class _Level:
    style: int
    number: int


def headings(case: Case) -> Iterator[Entry]:
    """One entry for each numbered heading (`heading-gap`)."""
    open_levels: list[_Level] = []
    for entry in case.texts:
        read = _read(entry.number or "")
        if read is None:
            continue
        style, number = read
        where = f"text.{entry.id}.number"
        title = f"{entry.number}{entry.title or ''}"
        expected = _expected(open_levels, style, number)
        if expected is None:
            yield holds("heading-gap", where, f"标题“{title}”序号连续。", place=entry.place or "")
        else:
            message = f"标题“{title}”的序号与前文不连续，此处应为“{expected}”。"
            yield remark("heading-gap", "note", where, message, place=entry.place or "")


def _expected(levels: list[_Level], style: int, number: int) -> str | None:
    """What the number should have been, None when it is right; keeps `levels` up to date."""
    depth = next((d for d, level in enumerate(levels) if level.style == style), None)
    if depth is not None:
        before = levels[depth].number
        levels[depth:] = [_Level(style, number)]
        return None if number == before + 1 else _written(style, before + 1)
    if number == 1:
        levels.append(_Level(style, number))
        return None
    depths = reversed(range(len(levels)))
    misspelt = next((d for d in depths if levels[d].number + 1 == number), None)
    if misspelt is not None:
        meant = levels[misspelt].style
        levels[misspelt:] = [_Level(meant, number)]
        return _written(meant, number)
    levels.append(_Level(style, number))
    return _written(style, 1)


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
