"""Paper: which way a page lies, and how wide the columns of a table are on it.

The two paged writers ask here, so that PDF and Word lay the same table out alike: same letter
size, same widths, upright or across. No column is narrower than its longest figure.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

from evalbook.blocks import Cell, Heading, Table
from evalbook.report.document import Document
from evalbook.report.numbering import Placed
from evalbook.report.tables import spots
from evalbook.report.text import em, is_figure, longest_piece

TOP, LEFT, RIGHT, BOTTOM = 37.0, 28.0, 26.0, 35.0
"""Margins in mm, after GB/T 9704: what is left of A4 is the type area of 156 × 225 mm."""
UPRIGHT, ACROSS = 156.0, 225.0
"""Width of the type area in mm, and its height, which is the width of a page laid across."""

PADDING, ROW_PADDING = 1.4, 1.3
"""Room in mm on either side of a cell's text, and above and below it."""
LINE = 1.38
"""Line pitch in a table, in em."""

_POINT = 25.4 / 72
_SIZES = (10.5, 9.0, 8.0, 7.0)
"""五号, 小五 and, only for tables that need it, smaller."""
_MOST_COLUMNS = 8
_MANY_ROWS = 20
"""A table with more of either, and crowded, is laid across."""
_WORD = 9.0
"""A word longer than this may be broken; a figure never."""
_LONG_TEXT = 24.0
_FLOOR = 4.0
_HEADER_FLOORS = (6.0, 5.0, 3.0)
"""Room in em that the words of a column's heading get: the first that the page allows."""
_DENSE = 2.0
"""More lines than this in the average row call for smaller letters or a page laid across."""
_KEPT_LINES = 12
_KEPT_HEIGHT = 45.0
"""A table lower than this, in mm, is kept on one page: at most a fifth of it stays empty for it."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a table stands on its page: letter size in points, column widths in mm."""

    size: float
    widths: tuple[float, ...]

    def room(self, column: int, colspan: int = 1) -> float:
        """Length of a line in a cell, in em."""
        inside = sum(self.widths[column : column + colspan]) - 2 * PADDING
        return inside / (self.size * _POINT)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Blocks in a row on pages that lie the same way."""

    landscape: bool
    blocks: tuple[Placed, ...]


def stretches(document: Document) -> tuple[Stretch, ...]:
    """The document cut where the paper turns.

    A table too wide for an upright page turns its page, and takes with it the headings directly
    above it; in an annex it turns the whole annex.
    """
    blocks = document.blocks
    turned = [isinstance(p.block, Table) and _fit_upright(p.block) is None for p in blocks]
    for first, end in _annexes(blocks):
        turned[first:end] = [any(turned[first:end])] * (end - first)
    for index in range(len(blocks) - 2, -1, -1):
        turned[index] |= turned[index + 1] and isinstance(blocks[index].block, Heading)
    pairs = groupby(zip(turned, blocks, strict=True), key=lambda pair: pair[0])
    return tuple(Stretch(across, tuple(placed for _, placed in run)) for across, run in pairs)


def _annexes(blocks: Sequence[Placed]) -> list[tuple[int, int]]:
    starts = [i for i, p in enumerate(blocks) if isinstance(p.block, Heading) and p.block.annex]
    return list(pairwise([*starts, len(blocks)]))


@lru_cache(maxsize=64)
def fit(table: Table, landscape: bool) -> Fit:
    """The widths of the table's columns on a page that lies this way."""
    if not landscape and (upright := _fit_upright(table)):
        return upright
    room = ACROSS if landscape else UPRIGHT
    for size in _SIZES:
        found = _fit_size(table, size, room)
        if found and (size < _SIZES[0] or _lines(table, found) <= _DENSE):
            return found
    least = _millimetres(_needs(table, _HEADER_FLOORS[-1]), _SIZES[-1])
    return Fit(_SIZES[-1], tuple(need * room / sum(least) for need in least))


@lru_cache(maxsize=64)
def _fit_upright(table: Table) -> Fit | None:
    """None when the table is better off on a page laid across."""
    normal = _fit_size(table, _SIZES[0], UPRIGHT)
    if normal and _lines(table, normal) <= _DENSE:
        return normal
    small = _fit_size(table, _SIZES[1], UPRIGHT)
    many = len(table.rows) >= _MANY_ROWS or len(table.widths) > _MOST_COLUMNS
    crowded = small and many and _lines(table, small) > _DENSE + 1
    return None if crowded else small


def _fit_size(table: Table, size: float, room: float) -> Fit | None:
    for floor in _HEADER_FLOORS:
        least = _millimetres(_needs(table, floor), size)
        if widths := share(table.widths, least, _millimetres(_uses(table), size), room):
            return Fit(size, widths)
    return None


def _lines(table: Table, across: Fit) -> float:
    """How many lines a row of the table has on average."""
    return sum(_row_lines(row, across) for row in table.rows) / max(len(table.rows), 1)


def _row_lines(row: Sequence[Cell], across: Fit) -> float:
    """Lines of the row's longest cell, taken to stand in the last columns, as spans do above."""
    column, most = len(across.widths) - sum(cell.colspan for cell in row), 1.0
    for cell in row:
        room = max(across.room(max(column, 0), cell.colspan), 1.0)
        lines = sum(max(1, math.ceil(em(line) / room)) for line in cell.text.split("\n"))
        most = max(most, lines)
        column += cell.colspan
    return most


def on_screen(table: Table, width: float) -> tuple[tuple[float, ...], float, tuple[float, ...]]:
    """Percentages of the columns, the width in em at which no figure wraps then, and the least
    that each column can do with, for a window that is narrower than that."""
    needs = [need + 1.4 for need in _needs(table, _HEADER_FLOORS[0])]
    uses = [use + 1.4 for use in _uses(table)]
    widths = share(table.widths, needs, uses, width) or tuple(needs)
    percents = tuple(round(100 * one / sum(widths), 2) for one in widths)
    least = max(100 * need / one for need, one in zip(needs, percents, strict=True))
    return percents, round(least, 1), tuple(round(need, 1) for need in needs)


def share(
    wanted: Sequence[float], least: Sequence[float], most: Sequence[float], total: float
) -> tuple[float, ...]:
    """The total shared out as wanted, nobody below their least; empty when that cannot be.

    Nobody gets more than they can use while another is short of room.
    """
    if sum(least) > total:
        return ()
    settled: dict[int, float] = {}
    while len(settled) < len(wanted):
        open_ones = [i for i in range(len(wanted)) if i not in settled]
        rest = (total - sum(settled.values())) / sum(wanted[i] for i in open_ones)
        gaps = {
            i: _within(wanted[i] * rest, least[i], most[i]) - wanted[i] * rest for i in open_ones
        }
        gap = sum(gaps.values())
        for i in open_ones:
            if abs(gap) < 1e-6 or gaps[i] * gap > 0:
                settled[i] = wanted[i] * rest + gaps[i]
    extra = (total - sum(settled.values())) / sum(wanted)
    return tuple(round(settled[i] + one * extra, 2) for i, one in enumerate(wanted))


def _within(value: float, least: float, most: float) -> float:
    return max(least, min(value, most))


def kept_whole(row: Sequence[Cell], across: Fit) -> bool:
    """Whether a row is short enough to be kept on one page."""
    return all(cell.rowspan == 1 for cell in row) and _row_lines(row, across) <= _KEPT_LINES


def kept_together(table: Table, across: Fit) -> bool:
    """Whether the whole table is small enough to be kept on one page."""
    rows = (*table.header, *table.rows)
    lines = sum(_row_lines(row, across) * LINE - (LINE - 1) for row in rows)
    return lines * across.size * _POINT + len(rows) * 2 * ROW_PADDING <= _KEPT_HEIGHT


def kept_rows(table: Table, across: Fit) -> tuple[int, ...]:
    """The table's rows cut into runs, by length, within which no page may end.

    The first two rows stay together and so do the last two; a row that heads others stays with the
    next, a total with the one before. Rows so long that they may be broken bind nothing.
    """
    lines = [_row_lines(row, across) for row in table.rows]
    runs: list[int] = []
    for number, long in enumerate(lines):
        run = lines[number - runs[-1] : number] if runs else []
        short = max([*run, long]) <= _KEPT_LINES and sum(run) + long <= 2 * _KEPT_LINES
        if run and short and _joined(table, number):
            runs[-1] += 1
        else:
            runs.append(1)
    return tuple(runs)


def _joined(table: Table, number: int) -> bool:
    """Whether a row belongs with the one before it."""
    at_an_end = number in {1, len(table.rows) - 1}
    return at_an_end or table.kinds[number] == "total" or table.kinds[number - 1] == "group"


def _millimetres(needs: Sequence[float], size: float) -> tuple[float, ...]:
    return tuple(need * size * _POINT + 2 * PADDING for need in needs)


@lru_cache(maxsize=64)
def _needs(table: Table, header_floor: float) -> tuple[float, ...]:
    """The least room of each column in em: its longest figure, and enough of its text to read."""
    return tuple(
        max(
            [2.0]
            + [_need(text, header_floor) for text in header]
            + [_need(text, _FLOOR) for text in body]
        )
        for header, body in zip(_texts(table, table.header), _texts(table, table.rows), strict=True)
    )


@lru_cache(maxsize=64)
def _uses(table: Table) -> tuple[float, ...]:
    """The most room each column can use in em: its longest text on one line."""
    columns = zip(_texts(table, table.header), _texts(table, table.rows), strict=True)
    return tuple(max([2.0, *map(_length, (*header, *body))]) + 0.4 for header, body in columns)


def _texts(table: Table, rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """The texts of every column, without those of cells that span columns."""
    texts: list[list[str]] = [[] for _ in table.widths]
    for line in spots(rows, len(table.widths)):
        for spot in line:
            if spot.first and spot.cell.colspan == 1:
                texts[spot.column].append(spot.cell.text)
    return texts


def _need(text: str, floor: float) -> float:
    length = _length(text)
    if is_figure(text):
        return length + 0.1
    if length > _LONG_TEXT:
        floor += 3.0
    return max(longest_piece(text, _WORD), min(length, floor)) + 0.1


def _length(text: str) -> float:
    return max(map(em, text.split("\n")))
