"""Deadlines 时限: days late against what the document says of them.

A late matter that is reported as late is consistent: the audit judges the document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from evalbook.audit.compare import place_of
from evalbook.audit.dates import day_of
from evalbook.audit.entry import Entry, holds, remark
from evalbook.audit_settings import any_of
from evalbook.lookup import place
from evalbook.model import Case, Row
from evalbook.numerals import from_chinese

_IN_WORDS = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日|(\d{4})-(\d{2})-(\d{2})")
_COUNT = r"(?:了|达|约)?\s*(?P<count>\d+|[一二三四五六七八九十]+)\s*(?:个)?(?P<unit>工作日|天|日)"
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a row says: late, and by how many days; `late` None when it says nothing."""

    late: bool | None
    days: int | None = None
    working: bool = False


def deadlines(case: Case) -> Iterator[Entry]:
    """Every matter with a day by which it was due, or with a number of days late."""
    for table, row in case.rows("incidents"):
        due, done = _day(row, "due", "expected"), _day(row, "date", "actual")
        claim = _claimed(case, row)
        at = place(case, table, row, "date")
        start = f"{place_of(at)}“{row.name}”"
        inputs = (row.address("due"), row.address("late"))
        if due is not None and done is not None:
            yield _judged(row, claim, due, done, start, inputs, place_of(at))
        elif claim.days is not None:
            message = f"{start}称晚了 {claim.days} 天，应办日期或办理日期没有公布，无法复核。"
            where = row.address("date")
            yield remark("deadline", "note", where, message, inputs, place_of(at), "unverifiable")


def _day(row: Row, column: str, worded: str) -> date | None:
    """The date of a column, else the one date that the words beside it name."""
    if row.said(column):
        return day_of(row.said(column))
    found = _IN_WORDS.findall(row.said(worded))
    if len(found) != 1:
        return None
    year, month, day = [int(part) for part in found[0] if part]
    return day_of(f"{year:04}-{month:02}-{day:02}")


def _claimed(case: Case, row: Row) -> _Claim:
    words = case.audit_settings
    late, timely = words.late_words.value, words.timely_words.value
    if row["late"].value is not None:
        return _Claim(True, int(row["late"].value), "工作日" in row["late"].unit)
    said = " ".join(row.said(column) for column in ("name", "actual", "note"))
    if found := re.search(f"(?:{any_of(words.late_counts.value).pattern}){_COUNT}", said):
        count = found["count"]
        days = int(count) if count.isdigit() else from_chinese(count)
        return _Claim(True, days, found["unit"] == "工作日")
    pattern = re.compile(f"(?:{any_of((*late, *timely)).pattern})(?![率性度])")
    claims = {word in late for word in pattern.findall(said)}
    in_time = {word in late for word in pattern.findall(row["actual"].text)} == {False}
    if claims == {True}:
        return _Claim(True)
    return _Claim(False) if in_time and True not in claims else _Claim(None)


def _judged(
    row: Row, claim: _Claim, due: date, done: date, start: str, inputs: tuple[str, ...], at: str
) -> Entry:
    late, where = (done - due).days, row.address("date")
    fact = f"晚 {late} 天" if late > 0 else "没有晚"
    start = f"{start}应在 {due} 前办理，实际为 {done}，{fact}"
    if claim.days is not None and claim.working:
        return _working(claim.days, due, done, start, where, inputs, at)
    if claim.days is not None and claim.days != late:
        message = f"{start}，文中称晚了 {claim.days} 天，两者不符。"
        return _with_figures(
            remark("deadline", "error", where, message, inputs, at), late, claim.days
        )
    if claim.days is None and claim.late is not None and claim.late != (late > 0):
        said = "晚了" if claim.late else "按时"
        return remark("deadline", "error", where, f"{start}，文中却称{said}。", inputs, at)
    end = "" if claim.late is None else "，与文中所述相符"
    return holds("deadline", where, f"{start}{end}。", inputs, at)


def _working(
    claimed: int, due: date, done: date, start: str, where: str, inputs: tuple[str, ...], at: str
) -> Entry:
    """Working days: at most the weekdays between; how many were holidays is not printed."""
    between = [due + timedelta(days=n + 1) for n in range(max(0, (done - due).days))]
    weekdays = sum(day.weekday() < SATURDAY for day in between)
    if claimed > weekdays:
        message = (
            f"{start}，其间至多 {weekdays} 个工作日，文中称晚了 {claimed} 个工作日，两者不符。"
        )
        return _with_figures(
            remark("deadline", "error", where, message, inputs, at), weekdays, claimed
        )
    message = f"{start}，文中称晚了 {claimed} 个工作日，节假日没有公布，无法复核。"
    return remark("deadline", "note", where, message, inputs, at, "unverifiable")


def _with_figures(entry: Entry, computed: int, printed: int) -> Entry:
    gap = str(computed - printed)
    return entry._replace(computed=str(computed), printed=str(printed), gap=gap, unit="天")
