"""Sheets laid out alike: a frozen header, figures with their places, A4 across; the same bytes.

What is written as text stays text (spreadsheet.py); a figure is a number as long as a spreadsheet
keeps it exactly.
"""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from copy import copy
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from evalbook.harmless import clean_line
from evalbook.packing import packed
from evalbook.spreadsheet import put_text

MOMENT = dt.datetime(1980, 1, 1)
MAX_DIGITS = 15
_THIN = Side("thin", color="BFBFBF")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)
_HEAD = PatternFill("solid", fgColor="E8E8E8")
Looks = dict[tuple[object, ...], Any]
"""The style of a cell by what is written into it, for the cells of one workbook."""


def saved(book: Workbook, title: str) -> bytes:
    """The workbook as bytes that hold no time of running."""
    loose = io.BytesIO()
    book.save(loose)
    book.properties.creator = "evalbook"
    book.properties.title = clean_line(title)
    book.properties.created = book.properties.modified = MOMENT
    return packed(loose, {"docProps/core.xml": tostring(book.properties.to_tree())})


def table(
    sheet: Worksheet,
    headings: Sequence[str],
    widths: Sequence[float],
    rows: Iterable[Sequence[Decimal | str]],
) -> None:
    """A whole sheet of figures and texts below its headings, with filters."""
    head(sheet, headings, widths)
    looks: Looks = {}
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            if value != "":
                kept = figure(str(value)) if isinstance(value, Decimal) else value
                put(sheet, number, column, kept, looks)
    sheet.auto_filter.ref = sheet.dimensions


def figure(text: str | None) -> Decimal | str:
    """A number that a spreadsheet keeps exactly; a longer one stays text."""
    if text is None:
        return ""
    return Decimal(text) if sum(map(str.isdigit, text)) <= MAX_DIGITS else text


def put(sheet: Worksheet, row: int, column: int, value: Decimal | str, looks: Looks) -> None:
    """Write a figure with its places, or text that wraps; nothing of empty text.

    `looks` are those of the workbook so far, worked out once, for that is what takes long.
    """
    cell: Any = sheet.cell(row, column)
    look: object = None
    if isinstance(value, Decimal):
        cell.value, look = value, value.as_tuple().exponent
    elif value:
        put_text(cell, value)
        look = cell.quotePrefix
    key = type(value), look
    if key not in looks:
        _dress(cell, value)
        looks[key] = copy(cell._style)
    cell._style = copy(looks[key])


def _dress(cell: Any, value: Decimal | str) -> None:
    cell.border = _BORDER
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        cell.number_format = "0" + "." * bool(places) + "0" * places
        cell.alignment = Alignment(horizontal="right", vertical="top")
    elif value:
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def head(sheet: Worksheet, headings: Iterable[str], widths: Iterable[float]) -> None:
    """The first row, and how wide its columns are."""
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True), 1):
        put(sheet, 1, column, heading, {})
        cell = sheet.cell(1, column)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width


def page(sheet: Worksheet, title: str) -> None:
    """A frozen header; A4 across, as wide as the page, the header on every page."""
    sheet.freeze_panes = "A2"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    words = f"{clean_line(title)[:100].replace('&', '&&')} {sheet.title}"
    sheet.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(words))
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("第 &P 页，共 &N 页"))
