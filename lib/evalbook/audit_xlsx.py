"""audit.xlsx: every entry of the audit on one sheet, counts by kind on another.

For an auditor with a spreadsheet: a frozen header, filters, figures as numbers with the places
they are printed with, text that no program takes for a formula. The same audit gives the same
bytes.
"""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import count

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from evalbook.audit.entry import Audit, Entry
from evalbook.harmless import clean_line
from evalbook.kinds import KINDS, SEVERITIES, VERDICTS
from evalbook.packing import packed
from evalbook.spreadsheet import put_text

RESULTS, SUMMARY = "核查结果", "汇总"
HEADINGS = (
    "序号", "结论", "等级", "核查事项", "原文位置", "复核算式", "复算值", "印出值", "差额", "单位",
    "说明", "地址", "是否已接受", "编号",
)  # fmt: skip
WIDTHS = (6, 10, 8, 12, 18, 30, 14, 14, 12, 8, 60, 30, 10, 34)
COUNTED = ("核查事项", *VERDICTS.values(), "共计", "其中错误", "其中已接受")
MOMENT = dt.datetime(1980, 1, 1)
MAX_DIGITS = 15
_THIN = Side("thin", color="BFBFBF")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)
_HEAD = PatternFill("solid", fgColor="E8E8E8")
_WRONG = PatternFill("solid", fgColor="FBE3E0")


def audit_xlsx(found: Audit, title: str) -> bytes:
    """The workbook as bytes; `title` stands at the head of every printed page."""
    book = Workbook()
    book.remove(book.worksheets[0])
    results, summary = book.create_sheet(RESULTS), book.create_sheet(SUMMARY)
    _results(results, found.worst_first)
    _summary(summary, found.entries)
    results.auto_filter.ref = results.dimensions
    for sheet in (results, summary):
        _page(sheet, title)
    loose = io.BytesIO()
    book.save(loose)
    book.properties.creator = "evalbook"
    book.properties.title = clean_line(title)
    book.properties.created = book.properties.modified = MOMENT
    return packed(loose, {"docProps/core.xml": tostring(book.properties.to_tree())})


def _results(sheet: Worksheet, entries: Sequence[Entry]) -> None:
    _head(sheet, HEADINGS, WIDTHS)
    for number, entry in enumerate(entries, 1):
        row = number + 1
        texts = {
            2: VERDICTS[entry.verdict],
            3: SEVERITIES[entry.severity],
            4: KINDS[entry.kind],
            5: entry.place,
            6: entry.expression,
            10: entry.unit,
            11: entry.message,
            12: entry.where,
            13: "是" if entry.accepted else "",
            14: entry.id,
        }
        _put(sheet, row, 1, Decimal(number))
        for column, text in texts.items():
            _put(sheet, row, column, text)
        for column, figure in enumerate((entry.computed, entry.printed, entry.gap), 7):
            _put(sheet, row, column, _figure(figure))
        if entry.severity == "error" and not entry.accepted:
            sheet.cell(row, 2).fill = _WRONG


def _summary(sheet: Worksheet, entries: Sequence[Entry]) -> None:
    """Kind × verdict, with the totals of both."""
    _head(sheet, COUNTED, (18, *[10] * (len(COUNTED) - 1)))
    kinds = dict.fromkeys(entry.kind for entry in entries)
    rows = [(KINDS[kind], [e for e in entries if e.kind == kind]) for kind in kinds]
    for row, (name, mine) in zip(count(2), [*rows, ("共计", list(entries))], strict=False):
        numbers = [
            *(sum(entry.verdict == verdict for entry in mine) for verdict in VERDICTS),
            len(mine),
            sum(entry.severity == "error" for entry in mine),
            sum(entry.accepted for entry in mine),
        ]
        _put(sheet, row, 1, name)
        for column, number in enumerate(numbers, 2):
            _put(sheet, row, column, Decimal(number))
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)


def _figure(text: str | None) -> Decimal | str:
    """A number that a spreadsheet keeps exactly; a longer one stays text."""
    if text is None:
        return ""
    return Decimal(text) if sum(map(str.isdigit, text)) <= MAX_DIGITS else text


def _put(sheet: Worksheet, row: int, column: int, value: Decimal | str) -> None:
    cell = sheet.cell(row, column)
    cell.border = _BORDER
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        cell.value = value
        cell.number_format = "0" + "." * bool(places) + "0" * places
        cell.alignment = Alignment(horizontal="right", vertical="top")
    elif value:
        put_text(cell, value)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _head(sheet: Worksheet, headings: Iterable[str], widths: Iterable[float]) -> None:
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True), 1):
        _put(sheet, 1, column, heading)
        cell = sheet.cell(1, column)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width


def _page(sheet: Worksheet, title: str) -> None:
    """A frozen header; A4 across, as wide as the page, the header on every page."""
    sheet.freeze_panes = "A2"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    head = f"{clean_line(title)[:100].replace('&', '&&')} {sheet.title}"
    sheet.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(head))
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("第 &P 页，共 &N 页"))
