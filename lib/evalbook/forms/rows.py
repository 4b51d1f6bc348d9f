"""Rows under headings: the cell of a row that belongs to a heading, and what stands in the way."""

from collections.abc import Mapping

from evalbook.forms.grid import GridCell
from evalbook.forms.layout import Block
from evalbook.forms.ledger import Ledger, one_line
from evalbook.forms.words import Term, bare


def take_headings(ledger: Ledger, block: Block, terms: Mapping[str, Term]) -> None:
    """The headings of a table; one that is worded otherwise is told."""
    for group in block.groups:
        ledger.take(group)
    for key, cell in block.columns.items():
        ledger.take(cell)
        if bare(cell.text) != bare(terms[key].name):
            ledger.say(cell, f"“{one_line(cell.text)}”一列读作“{terms[key].name}”")


def under(ledger: Ledger, heading: GridCell, row: int, left: int = 0) -> GridCell:
    """The cell of a row below a heading; it may reach to the left as far as column `left`.

    A fault when two cells with text lie below it, or when the cell reaches under another heading.
    """
    grid = ledger.grid
    cells = {grid.at(row, column): None for column in range(heading.column, heading.right + 1)}
    filled = [cell for cell in cells if cell.text]
    name = heading.text.strip()
    if len(filled) > 1:
        places = "、".join(cell.range for cell in filled)
        problem = f"{places} 都在“{name}”之下，不知道读哪一格"
        ledger.fault(filled[1], problem, "请只留一格，或合并后重新填写")
    cell = filled[0] if filled else next(iter(cells))
    if cell.text and (cell.column < (left or heading.column) or cell.right > heading.right):
        problem = f"合并单元格 {cell.range} 跨过了“{name}”和相邻的列"
        ledger.fault(cell, problem, "请取消合并，每列单独填写")
    return cell


def own(ledger: Ledger, heading: GridCell, row: int, bottom: int) -> GridCell:
    """As `under`, for a value that belongs to the rows `row` to `bottom` alone."""
    cell = under(ledger, heading, row)
    if cell.text and (cell.row < row or cell.bottom > bottom):
        problem = f"合并单元格 {cell.range} 盖住了几行，不知道“{cell.text[:20]}”属于哪一行"
        ledger.fault(cell, problem, "请取消合并，每行单独填写")
    return cell
