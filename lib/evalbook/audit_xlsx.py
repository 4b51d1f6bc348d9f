"""audit.xlsx: every entry of the audit on one sheet, counts by kind on another.

For an auditor with a spreadsheet: a frozen header, filters, figures as numbers with the places
they are printed with, text that no program takes for a formula. The same audit gives the same
bytes.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import count

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from evalbook.audit.entry import Audit, Entry
from evalbook.kinds import KINDS, SEVERITIES, VERDICTS
from evalbook.spreadsheet_page import Looks, figure, head, page, put, saved

RESULTS, SUMMARY = "核查结果", "汇总"
HEADINGS = (
    "序号", "结论", "等级", "核查事项", "原文位置", "复核算式", "复算值", "印出值", "差额", "单位",
    "说明", "地址", "是否已接受", "编号",
)  # fmt: skip
WIDTHS = (6, 10, 8, 12, 18, 30, 14, 14, 12, 8, 60, 30, 10, 34)
COUNTED = ("核查事项", *VERDICTS.values(), "共计", "其中错误", "其中已接受")
_WRONG = PatternFill("solid", fgColor="FBE3E0")


def audit_xlsx(found: Audit, title: str) -> bytes:
    """The workbook as bytes; `title` stands at the head of every printed page."""
    book = Workbook()
    book.remove(book.worksheets[0])
    results, summary = book.create_sheet(RESULTS), book.create_sheet(SUMMARY)
    looks: Looks = {}
    _results(results, found.worst_first, looks)
    _summary(summary, found.entries, looks)
    results.auto_filter.ref = results.dimensions
    for sheet in (results, summary):
        page(sheet, title)
    return saved(book, title)


def _results(sheet: Worksheet, entries: Sequence[Entry], looks: Looks) -> None:
    head(sheet, HEADINGS, WIDTHS)
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
        put(sheet, row, 1, Decimal(number), looks)
        for column, text in texts.items():
            put(sheet, row, column, text, looks)
        for column, value in enumerate((entry.computed, entry.printed, entry.gap), 7):
            put(sheet, row, column, figure(value), looks)
        if entry.severity == "error" and not entry.accepted:
            sheet.cell(row, 2).fill = _WRONG


def _summary(sheet: Worksheet, entries: Sequence[Entry], looks: Looks) -> None:
    """Kind × verdict, with the totals of both."""
    head(sheet, COUNTED, (18, *[10] * (len(COUNTED) - 1)))
    kinds = dict.fromkeys(entry.kind for entry in entries)
    rows = [(KINDS[kind], [e for e in entries if e.kind == kind]) for kind in kinds]
    for row, (name, mine) in zip(count(2), [*rows, ("共计", list(entries))], strict=False):
        numbers = [
            *(sum(entry.verdict == verdict for entry in mine) for verdict in VERDICTS),
            len(mine),
            sum(entry.severity == "error" for entry in mine),
            sum(entry.accepted for entry in mine),
        ]
        put(sheet, row, 1, name, looks)
        for column, number in enumerate(numbers, 2):
            put(sheet, row, column, Decimal(number), looks)
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
