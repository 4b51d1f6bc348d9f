"""The sheets of an .xls (Excel 97–2003): values as shown, merges, what is hidden.

The format does not say whether a formula's result was ever computed: the saved one is read.
"""

import os
from pathlib import Path
from typing import Any

import xlrd

from evalbook.errors import Fault, InputError
from evalbook.forms.grid import MAX_ROWS, Area, Grid
from evalbook.forms.opening import Reading, damaged
from evalbook.sheets import excel_text

EMPTY = {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}


def xls_grids(raw: bytes, name: str) -> list[Grid]:
    """Every sheet of the workbook; raises InputError when it is none, or has a password."""
    return damaged(name, lambda: _grids(raw, name))


def _grids(raw: bytes, name: str) -> list[Grid]:
    with Path(os.devnull).open("w") as silent:
        try:
            book = xlrd.open_workbook(file_contents=raw, formatting_info=True, logfile=silent)
        except xlrd.XLRDError as error:
            if "encrypted" not in str(error):
                raise
            fault = Fault(name, "工作簿有打开密码", "请在 Excel 或 WPS 中取消密码后再导入")
            raise InputError([fault]) from None
        return [_grid(book, sheet, name) for sheet in book.sheets()]


def _grid(book: Any, sheet: Any, name: str) -> Grid:
    below = range(MAX_ROWS, sheet.nrows)
    long = any(set(sheet.row_types(row)) - EMPTY for row in below)
    reading = Reading(name, sheet.name, long)
    for row in range(min(sheet.nrows, MAX_ROWS)):
        for column, cell in enumerate(sheet.row(row)):
            _put(reading, book, cell, row + 1, column + 1)
    merges = [Area(top + 1, left + 1, end, right) for top, end, left, right in sheet.merged_cells]
    rows = {row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden}
    columns = {column + 1 for column, info in sheet.colinfo_map.items() if info.hidden}
    return reading.grid(merges, reading.hidden(rows, columns), sheet.visibility != 0)


def _put(reading: Reading, book: Any, cell: Any, row: int, column: int) -> None:
    match cell.ctype:
        case xlrd.XL_CELL_ERROR:
            text = xlrd.error_text_from_code.get(cell.value, "#N/A")
            reading.fault(row, column, f"是错误值 {text}", "请改正公式，或填写应有的内容")
        case xlrd.XL_CELL_TEXT:
            reading.put(row, column, cell.value)
        case xlrd.XL_CELL_DATE:
            day = xlrd.xldate_as_datetime(cell.value, book.datemode)
            reading.put(row, column, excel_text(day, ""))
        case xlrd.XL_CELL_BOOLEAN:
            reading.put(row, column, str(bool(cell.value)))
        case xlrd.XL_CELL_NUMBER:
            number_format = book.format_map[book.xf_list[cell.xf_index].format_key]
            reading.number(row, column, cell.value, number_format.format_str)
