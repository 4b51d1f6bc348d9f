"""The lines between tables: which of them title the next table, and which are headings."""

import re
from dataclasses import dataclass, field

from evalbook.drafts.found import LINES_BEFORE, MAX_ALL_CELLS, MAX_TABLES, Found, Grid, clean

LONGEST_HEADING = 60
_NUMBERED = re.compile(
    r"^(第?[一二三四五六七八九十]+[章节、．.]|[（(][一二三四五六七八九十]+[)）]|\d{1,2}[.、．]\D)"
)


@dataclass(slots=True)
class Reading:
    """A document read from its beginning: the tables so far and the lines since the last one."""

    tables: list[Found] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    title: str = ""
    heading: str = ""
    cells: int = 0
    too_many: bool = False

    def line(self, text: str, *, heading: bool = False) -> None:
        """A paragraph; a heading begins a new stretch of lines."""
        text = clean(text)
        if not text:
            return
        self.title = self.title or text[:LONGEST_HEADING]
        if heading or (_NUMBERED.match(text) and _short(text)):
            self.heading, self.lines = text[:LONGEST_HEADING], []
        else:
            self.lines.append(text)

    def table(self, grid: Grid, fault: str, caption: str = "", *, holds_tables: bool) -> None:
        self.cells += sum(map(len, grid))
        if len(self.tables) >= MAX_TABLES or self.cells > MAX_ALL_CELLS:
            self.too_many = True
            return
        self.tables.append(
            Found(
                number=len(self.tables) + 1,
                grid=grid,
                caption=clean(caption)[:LONGEST_HEADING],
                heading=self.heading,
                before=tuple(self.lines[-LINES_BEFORE:]),
                holds_tables=holds_tables,
                fault=fault,
            )
        )
        self.lines = []


def _short(text: str) -> bool:
    return len(text) <= LONGEST_HEADING and not text.endswith(("。", "；", "："))
