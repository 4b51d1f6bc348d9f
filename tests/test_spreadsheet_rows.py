"""The rows of a large sheet as XML are what openpyxl writes of the same cells."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal

import openpyxl
import pytest
from hostile_text import PAYLOADS
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from evalbook.spreadsheet_page import figure, head, page, put, saved
from evalbook.spreadsheet_rows import Value, table

FIGURES = "0 -0.00 90.10 1E+3 1E-7 -12.345 123456789012345 1234567890123456 0.1234567890123456"
TEXTS = (
    "未公布",
    " 甲 ",
    "一\n二",
    "a\tb",
    "<&>\"'",
    "𠮷😀",
    "=1+1",
    "＋1",
    "_x000D_",
    "",
    "汉" * 40_000,
)
MIXED = [[Decimal(text), text] for text in FIGURES.split()] + [["甲", text] for text in TEXTS]
HOSTILE = [[payload, Decimal(number)] for number, payload in enumerate(PAYLOADS)]
HEADS, WIDTHS = ("名称", "数值"), (10, 20)


def by_openpyxl(rows: Sequence[Sequence[Value]]) -> bytes:
    """The same sheet, every cell put into it."""

    def fill(sheet: Worksheet) -> None:
        head(sheet, HEADS, WIDTHS)
        for number, row in enumerate(rows, 2):
            for column, value in enumerate(row, 1):
                if value != "":
                    kept = figure(str(value)) if isinstance(value, Decimal) else value
                    put(sheet, number, column, kept)
        sheet.auto_filter.ref = sheet.dimensions

    return book(fill)


def by_table(rows: Sequence[Sequence[Value]]) -> bytes:
    return book(lambda sheet: table(sheet, HEADS, WIDTHS, iter(rows)))


def book(fill: Callable[[Worksheet], bytes | None]) -> bytes:
    """A workbook with such a sheet behind another one."""
    made = Workbook()
    sheet = made.create_sheet("表")
    between = fill(sheet)
    page(sheet, "合成")
    return saved(made, "合成", {} if between is None else {"表": between})


@pytest.mark.parametrize("rows", [[], MIXED[:1], MIXED[:2], MIXED, HOSTILE, MIXED[::-1]])
def test_the_sheet_is_the_same_xml_and_every_cell_looks_the_same(rows):
    made, expected = by_table(rows), by_openpyxl(rows)
    assert without_looks(made) == without_looks(expected)
    assert looks(made) == looks(expected)


def test_the_same_rows_give_the_same_bytes():
    assert by_table(MIXED) == by_table(MIXED)


def without_looks(workbook: bytes) -> str:
    """The XML of the sheet without the numbers of its looks."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as file:
        return re.sub(r' s="\d+"', "", file.read("xl/worksheets/sheet2.xml").decode())


def looks(workbook: bytes) -> list[tuple[str, ...]]:
    cells = (cell for row in openpyxl.load_workbook(io.BytesIO(workbook))["表"] for cell in row)
    return [
        (each.coordinate, each.number_format, str(each.quotePrefix), repr(each.border),
         repr(each.font), repr(each.fill), repr(each.alignment))
        for each in cells
    ]  # fmt: skip
