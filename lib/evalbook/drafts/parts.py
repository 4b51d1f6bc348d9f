"""Printed tables that are several in one, or one in several."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from evalbook.drafts.found import Found, Grid, distinct, narrow
from evalbook.drafts.lexicon import Lexicon
from evalbook.drafts.settings import Words
from evalbook.drafts.shape import banners, header_rows, side_label

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def tables_of(found: Sequence[Found], words: Lexicon, totals: Words) -> list[Found]:
    """Tables one by one: those that a page break cut joined, those with inner headers parted."""
    return [part for table in _joined(found, totals) for part in _parted(table, words, totals)]


def _joined(found: Sequence[Found], totals: Words) -> list[Found]:
    """A table joined to the one before when nothing but its header stands between them."""
    joined: list[Found] = []
    for table in found:
        before = joined[-1] if joined else None
        if before and _goes_on(before, table, totals):
            lines = header_rows(table.grid)
            grid = before.grid + table.grid[lines:]
            joined[-1] = replace(before, grid=grid, joined=before.joined + 1)
        else:
            joined.append(table)
    return joined


def _goes_on(before: Found, table: Found, totals: Words) -> bool:
    if before.fault or table.fault or not before.grid or not table.grid or table.caption:
        return False
    lines = header_rows(table.grid)
    if not 0 < lines < min(len(before.grid), len(table.grid)) or len(table.grid[0]) == 1:
        return False
    same = _texts(before.grid[:lines]) == _texts(table.grid[:lines])
    bare = all(("续" in line and len(line) <= 20) or "单位" in line for line in table.before)
    ended = _ends_in_total(before.grid, totals)
    return same and bare and not ended and table.heading == before.heading


def _ends_in_total(grid: Grid, totals: Words) -> bool:
    return any(narrow(spot.text).endswith(totals) for spot in grid[-1])


def _texts(grid: Grid) -> list[list[str]]:
    return [[narrow(spot.text) for spot in row] for row in grid]


def _parted(table: Found, words: Lexicon, totals: Words) -> Iterator[Found]:
    """A form that holds several tables, cut before every inner header."""
    starts = _inner_headers(table.grid, words)
    if not starts:
        yield table
        return
    ends = [_end_of_label(table.grid, start, totals) for start in starts]
    cuts = sorted({0, *starts, *filter(None, ends), len(table.grid)})
    for letter, (start, end) in zip(LETTERS, pairwise(cuts), strict=False):
        yield replace(
            table, grid=table.grid[start:end], part=letter, first_row=table.first_row + start
        )


def _end_of_label(grid: Grid, start: int, totals: Words) -> int | None:
    """Where the label at the side of a part ends, totals below it included; None without one."""
    rows = side_label(grid[start:])
    if rows == 1:
        return None
    end = start + rows
    while end < len(grid) and narrow(grid[end][0].text).endswith(totals):
        end += 1
    return end


def _inner_headers(grid: Grid, words: Lexicon) -> list[int]:
    """Rows of headings below the table's own header, unless they only print it again."""
    over = banners(grid)
    top = over + header_rows(grid[over:])
    own = _texts(grid[over:top])
    starts = [
        row
        for row in range(max(top, 1), len(grid) - 1)
        if words.is_header([spot.text for spot in distinct(grid[row])])
        and _texts(grid[row : row + 1])[0] not in own
    ]
    if starts and words.is_header([spot.text for row in grid[over:top] for spot in distinct(row)]):
        starts = [0, *starts]
    return starts
