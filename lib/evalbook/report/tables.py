"""Geometry of tables: which cell stands where, and what a table must be to be printed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evalbook.blocks import Cell, Table


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell at its first column of a row; `first` is false in the rows below that it covers."""

    cell: Cell
    column: int
    first: bool


def spots(rows: Sequence[Sequence[Cell]], columns: int) -> tuple[tuple[Spot, ...], ...]:
    """Every row filled from left to right; `ValueError` (Chinese) when the spans do not fit."""
    hanging: dict[int, tuple[Cell, int]] = {}
    placed = []
    for number, row in enumerate(rows, 1):
        line = _line(iter(row), columns, hanging, number)
        hanging = {
            spot.column: (spot.cell, left)
            for spot in line
            if (left := _rows_left(spot, hanging) - 1) > 0
        }
        placed.append(tuple(line))
    if hanging:
        raise ValueError("最后一行有纵向合并的单元格超出了表格")
    return tuple(placed)


def _line(
    cells: Iterator[Cell], columns: int, hanging: dict[int, tuple[Cell, int]], number: int
) -> list[Spot]:
    line: list[Spot] = []
    column = 0
    while column < columns:
        if column in hanging:
            spot = Spot(hanging[column][0], column, first=False)
        elif (cell := next(cells, None)) is not None:
            spot = Spot(cell, column, first=True)
        else:
            raise ValueError(f"第 {number} 行的单元格不足 {columns} 列")
        line.append(spot)
        column += spot.cell.colspan
    overlap = any(
        s.first and s.column < h < s.column + s.cell.colspan for s in line for h in hanging
    )
    if overlap or column > columns or next(cells, None) is not None:
        raise ValueError(f"第 {number} 行的单元格超出 {columns} 列")
    return line


def _covered(spot: Spot) -> range:
    return range(spot.column, spot.column + spot.cell.colspan)


def _rows_left(spot: Spot, hanging: dict[int, tuple[Cell, int]]) -> int:
    return spot.cell.rowspan if spot.first else hanging[spot.column][1]


def fault(table: Table) -> str:
    """What keeps the table from being printed, in Chinese; empty when nothing does."""
    columns = len(table.widths)
    if not columns or not table.header:
        return "没有列或没有表头"
    if len(table.align) != columns:
        return f"列宽有 {columns} 个，对齐方式却有 {len(table.align)} 个"
    if len(table.kinds) != len(table.rows):
        return f"有 {len(table.rows)} 行，行的种类却有 {len(table.kinds)} 个"
    if not all(width > 0 for width in table.widths):
        return "列宽必须大于零"
    for part, rows in (("表头", table.header), ("表身", table.rows)):
        try:
            spots(rows, columns)
        except ValueError as error:
            return f"{part}{error}"
    return ""
