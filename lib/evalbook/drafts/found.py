"""A table as a document prints it: a rectangle of spots, and the lines around it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

MAX_TABLES = 200
MAX_ROWS = 2_000
MAX_COLUMNS = 60
MAX_CELLS = 100_000
MAX_ALL_CELLS = 300_000
MAX_TEXT = 2_000
MAX_INDENT = 12
LINES_BEFORE = 4

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff"
    "\ud800-\udfff\ufffe\uffff]"
)
_SPACE = re.compile(r"\s+")
_BETWEEN_IDEOGRAPHS = re.compile(r"(?<=[^\x00-\x7f])\s*\n\s*(?=[^\x00-\x7f])")


@dataclass(frozen=True, slots=True)
class Printed:
    """A cell as the file holds it: its text, how far it reaches, whether it is marked a heading."""

    text: str
    columns: int = 1
    rows: int = 1
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell in its place. The places it covers all hold the same spot; `indent` is in letters."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    heading: bool = False
    indent: int = 0


Grid = tuple[tuple[Spot, ...], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A table of the document.

    `number` counts the tables of the document from 1, `part` the parts of one that holds several;
    `before` are the lines since the last table or heading, the nearest last; `first_row` is the
    printed number of the grid's first row; `joined` counts the tables that go on from it and are
    in it; `fault` says why it cannot be read.
    """

    number: int
    grid: Grid
    caption: str = ""
    heading: str = ""
    before: tuple[str, ...] = ()
    part: str = ""
    first_row: int = 1
    holds_tables: bool = False
    joined: int = 0
    fault: str = ""


def label(found: Found) -> str:
    """「第3张表」, 「第3张表b」 for a part of one that holds several."""
    return f"第{found.number}张表{found.part}"


def clean(text: str) -> str:
    """Text on one line, without what is not printed; a line end between ideographs is no space."""
    text = _BETWEEN_IDEOGRAPHS.sub("", _UNPRINTABLE.sub("", text).strip())
    return _SPACE.sub(" ", text).strip()[:MAX_TEXT]


def narrow(text: str) -> str:
    """For comparison: full-width letters made narrow, no spaces at all."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def indent_of(text: str) -> int:
    """By how many letters a text is set in."""
    text = _UNPRINTABLE.sub("", text).lstrip("\n\r\t")
    start = text[: len(text) - len(text.lstrip())]
    width = sum(2 if letter == "\u3000" else 1 for letter in start.split("\n")[-1])
    return min(width // 2, MAX_INDENT)


def laid(rows: Sequence[Sequence[Printed]]) -> tuple[Grid, str]:
    """Cells into a rectangle, spans as a browser lays them; and what is wrong, else nothing.

    A span ends where the table ends; where two would overlap, the later one moves right.
    """
    if len(rows) > MAX_ROWS:
        return (), f"超过 {MAX_ROWS} 行"
    taken: dict[tuple[int, int], Spot] = {}
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            wide = max(1, min(cell.columns, MAX_COLUMNS + 1))
            high = min(cell.rows, len(rows) - row) if cell.rows > 0 else len(rows) - row
            spot = Spot(
                row, column, clean(cell.text), high, wide, cell.heading, indent_of(cell.text)
            )
            for place in _free(taken, spot):
                taken[place] = spot
            column += wide
            if column > 2 * MAX_COLUMNS or len(taken) > MAX_CELLS:
                return (), f"超过 {MAX_COLUMNS} 列或 {MAX_CELLS} 格"
    return _squeezed(taken, len(rows))


def _free(taken: dict[tuple[int, int], Spot], spot: Spot) -> list[tuple[int, int]]:
    """The places a spot covers that no other does, row by row to the first that is taken."""
    width = 0
    while width < spot.columns and (spot.row, spot.column + width) not in taken:
        width += 1
    return [
        (row, column)
        for row in range(spot.row, spot.row + spot.rows)
        for column in range(spot.column, spot.column + width)
        if (row, column) not in taken
    ]


def _squeezed(taken: dict[tuple[int, int], Spot], height: int) -> tuple[Grid, str]:
    """Without the columns and rows in which no text begins; empty places filled."""
    filled = [(place, spot) for place, spot in taken.items() if spot.text]
    columns = sorted({column for (_, column), spot in filled if column == spot.column})
    if not columns or len(columns) > MAX_COLUMNS:
        return (), f"超过 {MAX_COLUMNS} 列" if columns else ""
    grid = tuple(
        tuple(taken.get((row, column)) or Spot(row, column, "") for column in columns)
        for row in range(height)
    )
    return grid, ""


def distinct(spots: Sequence[Spot]) -> list[Spot]:
    """Each spot with a text once, from left to right."""
    return [spot for spot in dict.fromkeys(spots) if spot.text]
