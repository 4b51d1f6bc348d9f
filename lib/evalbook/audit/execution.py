"""Low execution: lines that nobody explains, and a high total beside a low rate of the whole."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from evalbook.audit.compare import name_of, place_of
from evalbook.audit.entry import Entry, holds, plain, remark
from evalbook.lookup import place, row_of
from evalbook.measure import Measure
from evalbook.model import Case, Row, Table
from evalbook.rules import percent
from evalbook.score import full_marks


def low_execution(case: Case, measures: Mapping[str, Measure]) -> Iterator[Entry]:
    """Low execution beside a high total, and low lines that nobody explains."""
    explained = {
        row_of(address) for finding in case.findings.findings for address in finding.evidence
    }
    limit = case.rules.low_execution
    if limit is None:
        return
    for table in case.of_kind("budget"):
        for row in table.rows:
            measured = measures.get(row.address("rate"))
            if row["executed"].value is None or measured is None or measured.figure is None:
                continue
            if measured.figure.value < limit:
                yield _explained(case, table, row, measured.figure.value, explained)
    yield from _total_execution(case, measures, limit)


def _explained(case: Case, table: Table, row: Row, rate: Decimal, explained: set[str]) -> Entry:
    at = place(case, table, row, "rate")
    family = {f"{each.file}.{each.id}" for each in (row, *table.above(row), *table.below(row))}
    family |= {row_of(address) for address in row["same_as"].items}
    known = row["note"].text or family & explained
    start = f"{place_of(at)}{name_of(at)}为 {_percent(case, rate)}，低于 {_limit(case)}，"
    if known:
        message = f"{start}问题或说明中已有交代。"
        return holds("missing-reason", at.address, message, (), place_of(at))
    message = f"{start}没有说明原因。"
    return remark("missing-reason", "warning", at.address, message, (), place_of(at))


def _percent(case: Case, rate: Decimal) -> str:
    return f"{plain(case.rules.round_rate(rate * 100))}%"


def _limit(case: Case) -> str:
    return percent(case.rules.low_execution or Decimal(0))


def _total_execution(
    case: Case, measures: Mapping[str, Measure], limit: Decimal
) -> Iterator[Entry]:
    """The execution of the whole beside the total score."""
    total, full = case.params.published.score, full_marks(case)
    tables = [table for table in case.of_kind("budget") if table.has("executed")]
    roots = tables[0].roots() if tables else []
    if (
        total is None
        or len(roots) != 1
        or not case.rules.grade_bands
        or case.rules.grade(total, full) != case.rules.grade_bands[0].grade
    ):
        return
    measured = measures.get(roots[0].address("rate"))
    if measured is None or measured.figure is None:
        return
    at = place(case, tables[0], roots[0], "rate")
    text = f"整体执行率 {_percent(case, measured.figure.value)}，综合得分 {total}"
    if measured.figure.value >= limit:
        yield holds("low-execution-high-score", at.address, f"{text}，没有低执行高得分的情况。")
    else:
        message = f"{text}，执行率偏低而得分在最高一等，应说明理由。"
        yield remark("low-execution-high-score", "warning", at.address, message)
