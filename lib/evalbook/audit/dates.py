"""Dates that cannot be 日期: on no calendar, after the report, before the period it is about."""

import re
from collections.abc import Iterator
from datetime import date

from evalbook.audit.documents import number_of
from evalbook.audit.entry import Entry, remark
from evalbook.audit.texts import passages
from evalbook.model import Case, Row
from evalbook.periods import span

_IN_WORDS = re.compile(r"(?<!\d)(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
LEAP_YEAR = 2000
PLANNED = {"due"}


def dates(case: Case) -> Iterator[Entry]:
    """Every date of the tables, of the text, and of the report itself."""
    report = case.params.date or case.source.date
    for table in case.tables:
        columns = [name for name in table.filled if table.columns[name].type == "date"]
        for row in table.rows if columns else ():
            for column in columns:
                yield from _cell(row, column, report)
    for _, row in case.rows("documents"):
        yield from _number(row, report)
    for passage in passages(case):
        dated = "月" in passage.text and "日" in passage.text
        for found in _IN_WORDS.finditer(passage.text) if dated else ():
            year, month, day = (int(part or LEAP_YEAR) for part in found.groups())
            if day_of(f"{year:04}-{month:02}-{day:02}") is None:
                message = f"文中的日期“{found[0]}”不存在。"
                yield remark("impossible-date", "error", passage.where, message, (), passage.place)
    if not case.prefix:
        yield from _report(case)


def day_of(text: str) -> date | None:
    """The day, None when no calendar has it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _cell(row: Row, column: str, report: str | None) -> Iterator[Entry]:
    text = row.said(column)
    if text and day_of(text) is None:
        message = f"“{row.name}”的日期 {text} 不存在。"
    elif text and report and text > report and column not in PLANNED:
        message = f"“{row.name}”的日期 {text} 晚于报告日期 {report}。"
    else:
        return
    yield remark("impossible-date", "error", row.address(column), message, (), row["place"].text)


def _number(row: Row, report: str | None) -> Iterator[Entry]:
    """A document of a year that the report had not seen; one with a date is judged by that."""
    found = number_of(row.said("number"))
    if found and report and found.year > report[:4] and not row.said("date"):
        message = f"文号“{row.said('number')}”的年份晚于报告日期 {report}。"
        place = row["place"].text
        yield remark("impossible-date", "error", row.address("number"), message, (), place)


def _report(case: Case) -> Iterator[Entry]:
    """The report's own dates: not before its period, not published before it was written."""
    written, published = case.params.date, case.source.date
    months = span(case.params.period)
    if written and months and 12 * int(written[:4]) + int(written[5:7]) - 1 < months[0]:
        message = f"报告日期 {written} 早于评价期间 {case.params.period}。"
        yield remark("impossible-date", "error", "case.date", message)
    if written and published and published < written:
        message = f"发布日期 {published} 早于报告日期 {written}。"
        yield remark("impossible-date", "warning", "source.date", message)
