"""Tables on screen: which columns name the rows, what can be sorted and filtered, how rows nest.

Sorting never tears a table apart. Rows that are indented below another stay below it and are
sorted among their like; a total stays where it is. A table whose groups are not indented, or with
cells that span rows or columns, keeps its order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evalbook.blocks import Cell, Table
from evalbook.report.paper import on_screen
from evalbook.report.tables import Spot, spots
from evalbook.report.text import is_figure

INDENT = "\u3000"
LEAST_COLUMNS, LEAST_SORTED, LEAST_FILTERED = 3, 5, 12
"""A table with fewer columns is a list; one with fewer rows is seen at a glance."""
_NAMES = 8.5
"""Width in em of the column of names on a narrow window."""
_WIDTH = 58.0
"""Width of the text column in em of a table's letters."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its side, its share of the width in percent, the least it can do with in em on
    a narrow window, and whether it names the rows."""

    align: str
    percent: float
    least: float
    names: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row: what it is, how far it is indented, and its cells."""

    kind: str
    level: int
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A table as the page shows it; `least` is the width in em at which no figure wraps."""

    columns: tuple[Column, ...]
    least: float
    header: tuple[Line, ...]
    body: tuple[Line, ...]
    sortable: bool
    filtered: bool


def view(table: Table, annex: bool) -> View:
    """The table laid out for the screen; in an annex a short table has a filter, too."""
    percents, least, needs = on_screen(table, _WIDTH)
    naming = _naming(table)
    columns = tuple(
        Column(align, percent, _narrow(need, number == naming), number == naming)
        for number, (align, percent, need) in enumerate(
            zip(table.align, percents, needs, strict=True)
        )
    )
    sortable = _sortable(table)
    enough = len(table.rows) >= (LEAST_SORTED if annex else LEAST_FILTERED)
    header = ("header",) * len(table.header)
    return View(
        columns=columns,
        least=least,
        header=_lines(table.header, header, len(columns)),
        body=_lines(table.rows, table.kinds, len(columns)),
        sortable=sortable,
        filtered=sortable and enough,
    )


def _narrow(need: float, names: bool) -> float:
    """The least width of a column; names that need more than a few characters get room to wrap."""
    return max(need, _NAMES) if names and need > _NAMES / 2 else need


def _lines(rows: Sequence[Sequence[Cell]], kinds: Sequence[str], columns: int) -> tuple[Line, ...]:
    return tuple(
        Line(kind, _level(row), tuple(spot for spot in line if spot.first))
        for kind, row, line in zip(kinds, rows, spots(rows, columns), strict=True)
    )


def _level(row: Sequence[Cell]) -> int:
    """How many spaces the row's most indented cell begins with."""
    return max((len(cell.text) - len(cell.text.lstrip(INDENT)) for cell in row), default=0)


def _naming(table: Table) -> int:
    """The column of the rows' names: the first of words alone, else the first."""
    lines = spots(table.rows, len(table.widths))
    for number, align in enumerate(table.align):
        cells = [spot.cell for line in lines for spot in line if spot.column == number]
        if align == "left" and cells and not any(_is_value(cell) for cell in cells):
            return number
    return 0


def _is_value(cell: Cell) -> bool:
    return bool(cell.address) or is_figure(cell.text)


def _sortable(table: Table) -> bool:
    if len(table.widths) < LEAST_COLUMNS or len(table.rows) < LEAST_SORTED:
        return False
    cells = [cell for row in (*table.header, *table.rows) for cell in row]
    spans = any(cell.colspan > 1 or cell.rowspan > 1 for cell in cells)
    return len(table.header) == 1 and not spans and _groups_are_indented(table)


def _groups_are_indented(table: Table) -> bool:
    """Whether every group row is followed by a row below it, so that the two stay together."""
    levels = [*map(_level, table.rows), -1]
    return all(
        levels[number + 1] > levels[number]
        for number, kind in enumerate(table.kinds)
        if kind == "group"
    )
