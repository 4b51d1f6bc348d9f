"""Sheets laid out alike: a frozen header, figures with their places, A4 across; the same bytes.

What is written as text stays text (spreadsheet.py); a figure is a number as long as a spreadsheet
keeps it exactly.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Mapping
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


def saved(book: Workbook, title: str, between: Mapping[str, bytes] | None = None) -> bytes:
    """The workbook as bytes that hold no time of running.

    `between` is what spreadsheet_rows.table gave, by the title of its sheet.
    """
    loose = io.BytesIO()
    book.save(loose)
    book.properties.creator = "evalbook"
    book.properties.title = clean_line(title)
    book.properties.created = book.properties.modified = MOMENT
    instead = {"docProps/core.xml": tostring(book.properties.to_tree())}
    with zipfile.ZipFile(loose) as file:
        for name, rows in (between or {}).items():
            path = book[name].path.removeprefix("/")
            head, end, rest = file.read(path).partition(b"</row>")
            instead[path] = head + end + rows + rest
    return packed(loose, instead)


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
    key = _written(cell, value)
    if key not in looks:
        _dress(cell, value)
        looks[key] = copy(cell._style)
    cell._style = copy(looks[key])


def fill(cell: Any, value: Decimal | str) -> None:
    """As `put`, for a cell at hand."""
    _written(cell, value)
    _dress(cell, value)


def _written(cell: Any, value: Decimal | str) -> tuple[object, ...]:
    """What the look of the cell depends on."""
    if isinstance(value, Decimal):
        cell.value = value
        return "figure", value.as_tuple().exponent
    if value:
        put_text(cell, value)
        return "text", cell.quotePrefix
    return ()


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
        cell: Any = sheet.cell(1, column)
        fill(cell, heading)
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
