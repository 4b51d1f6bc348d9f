"""A page of cells as a workbook: borders, A4, numbers with their places, the same bytes."""

import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

from evalbook.forms.grid import Area, address, letters
from evalbook.spreadsheet import put_text

SHEET = "自评表"
WRITER = "evalbook"
MOMENT = dt.datetime(2020, 2, 25)
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
WIDTHS = (8, 12, 18, 24, 13, 13, 8, 9, 24)
_PLAIN = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,10})?")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
MAX_DIGITS = 15


@dataclass(slots=True)
class Page:
    """What will stand on the sheet: texts by area, and how each looks."""

    right: int
    row: int = 1
    texts: dict[Area, str] = field(default_factory=dict)
    looks: dict[Area, str] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)

    def put(
        self, row: int, columns: tuple[int, int], text: str, look: str = "", down: int = 0
    ) -> None:
        """A text over columns, and `down` more rows."""
        area = Area(row, columns[0], row + down, columns[1])
        self.texts[area] = text
        self.looks[area] = look
        self.right = max(self.right, columns[1])


def workbook_of(page: Page) -> bytes:
    """The page as an .xlsx; text is text there, whatever it begins with."""
    return _packed(_book(page))


def _book(page: Page) -> Any:
    from openpyxl import Workbook
    from openpyxl.worksheet.page import PageMargins

    book = Workbook()
    sheet: Any = book.active
    sheet.title = SHEET
    for area in page.texts:
        _cell(sheet, area, page.texts[area], page.looks[area])
    for column in range(1, page.right + 1):
        width = WIDTHS[column - 1] if column <= len(WIDTHS) else 10
        sheet.column_dimensions[letters(column)].width = width
    for row, height in page.heights.items():
        sheet.row_dimensions[row].height = height
    setup = sheet.page_setup
    setup.paperSize, setup.orientation = 9, "portrait"
    setup.fitToWidth, setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(0.6, 0.6, 0.75, 0.75)
    sheet.print_options.horizontalCentered = True
    sheet.print_area = f"A1:{address(page.row - 1, page.right)}"
    about = book.properties
    about.creator = about.lastModifiedBy = WRITER
    about.created = about.modified = MOMENT
    return book


def _cell(sheet: Any, area: Area, text: str, look: str) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side

    thin = Side(style="thin")
    frame = Border(left=thin, right=thin, top=thin, bottom=thin)
    if look not in {"title", "plain"}:
        for row in range(area.row, area.bottom + 1):
            for column in range(area.column, area.right + 1):
                sheet.cell(row, column).border = frame
    cell = sheet.cell(area.row, area.column)
    side = "left" if look in {"left", "inner"} else "center"
    cell.alignment = Alignment(
        horizontal=side, vertical="center", wrap_text=True, indent=2 if look == "inner" else 0
    )
    bold = look == "title"
    cell.font = Font(name="黑体" if bold else "宋体", size=16 if bold else 10.5)
    _fill(cell, text)
    if not area.single:
        sheet.merge_cells(area.range)


def _fill(cell: Any, text: str) -> None:
    """A plain number as a number with its places, everything else as text, never a formula."""
    if not text:
        return
    digits = text.strip("-").replace(".", "")
    if _PLAIN.fullmatch(text) and len(digits) <= MAX_DIGITS:
        places = len(text.partition(".")[2])
        cell.value = float(text) if places else int(text)
        cell.number_format = f"0.{'0' * places}" if places else "0"
        return
    put_text(cell, text)


def _packed(book: Any) -> bytes:
    """The zip file without the time of writing."""
    loose, packed = io.BytesIO(), io.BytesIO()
    book.save(loose)
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            raw = source.read(name)
            if name == "docProps/core.xml":
                moment = MOMENT.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                raw = _MODIFIED.sub(rb"\g<1>" + moment, raw)
            target.writestr(entry, raw)
    return packed.getvalue()
