"""Low execution that nobody explains or beside a high total, and totals that are all perfect."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from evalbook.audit.compare import name_of, place_of
from evalbook.audit.completion import cited
from evalbook.audit.entry import Entry, holds, plain, remark
from evalbook.figures import apart
from evalbook.lookup import place, row_of
from evalbook.measure import Measure
from evalbook.model import Case, Row, Table
from evalbook.rules import percent
from evalbook.score import full_marks, total
from evalbook.scoring import Score


def low_execution(
    case: Case, measures: Mapping[str, Measure], scores: Mapping[str, Score]
) -> Iterator[Entry]:
    """Low execution beside a high total, and low lines that nobody explains."""
    yield from _all_perfect(case)
    yield from _empty_totals(case)
    explained, limit = cited(case), case.rules.low_execution
    if limit is None:
        return
    for table in case.of_kind("budget"):
        near = _near(table, explained)
        for row in table.rows:
            measured = measures.get(row.address("rate"))
            if row["executed"].value is None or measured is None or measured.figure is None:
                continue
            if measured.figure.value < limit:
                other = {row_of(address) for address in row["same_as"].items}
                known = bool(row["note"].text) or row.id in near or bool(other & explained)
                yield _explained(case, table, row, measured.figure.value, known)
    yield from _total_execution(case, measures, scores, limit)


def _near(table: Table, explained: set[str]) -> set[str]:
    """The rows of a table that are explained, and those above and below them."""
    rows = [row for row in table.rows if f"{row.file}.{row.id}" in explained]
    return {each.id for row in rows for each in (row, *table.above(row), *table.below(row))}


def _explained(case: Case, table: Table, row: Row, rate: Decimal, known: bool) -> Entry:
    at = place(case, table, row, "rate")
    start = f"{place_of(at)}{name_of(at)}为 {_percent(case, rate)}，低于 {_limit(case)}，"
    if known:
        message = f"{start}问题或说明中已有交代。"
        return holds("missing-reason", at.address, message, (), place_of(at))
    message = f"{start}没有说明原因。"
    return remark("missing-reason", "warning", at.address, message, (), place_of(at))


def _percent(case: Case, rate: Decimal) -> str:
    """A rate in percent, with the places that show on which side of the limit it is."""
    limit = (case.rules.low_execution or Decimal(0)) * 100
    return f"{plain(apart(rate * 100, limit, case.rules.rate_places))}%"


def _limit(case: Case) -> str:
    return percent(case.rules.low_execution or Decimal(0))


def _total_execution(
    case: Case, measures: Mapping[str, Measure], scores: Mapping[str, Score], limit: Decimal
) -> Iterator[Entry]:
    """The execution of the whole beside the total score, as published, else as the rows give it."""
    stated, full = case.params.published.score, full_marks(case)
    marks = total(case, scores) if stated is None else stated
    tables = [table for table in case.of_kind("budget") if table.has("executed")]
    roots = tables[0].roots() if tables else []
    if (
        marks is None
        or len(roots) != 1
        or not case.rules.grade_bands
        or case.rules.grade(marks, full) != case.rules.grade_bands[0].grade
    ):
        return
    measured = measures.get(roots[0].address("rate"))
    if measured is None or measured.figure is None:
        return
    at = place(case, tables[0], roots[0], "rate")
    text = f"整体执行率 {_percent(case, measured.figure.value)}，综合得分 {plain(marks)}"
    if measured.figure.value >= limit:
        yield holds("low-execution-high-score", at.address, f"{text}，没有低执行高得分的情况。")
    else:
        message = f"{text}，执行率偏低而得分在最高一等，应说明理由。"
        yield remark("low-execution-high-score", "warning", at.address, message)


def _empty_totals(case: Case) -> Iterator[Entry]:
    """A row of nothing but zeros above rows that are not: nobody filled it in."""
    for table in case.of_kind("budget"):
        amounts = [name for name in table.filled if table.columns[name].type == "amount"]
        for row in table.rows:
            below = [r for r in table.children(row) if any(r[name].value for name in amounts)]
            zeros = [name for name in amounts if row[name].value is not None] if below else []
            if zeros and not any(row[name].value for name in zeros):
                at = place(case, table, row, zeros[0])
                message = f"{place_of(at)}“{row.name}”各栏都印为 0，下级却不为 0，这一行没有填写。"
                inputs = tuple(r.address(zeros[0]) for r in below)
                yield remark("budget-line", "error", at.address, message, inputs, place_of(at))


def _all_perfect(case: Case) -> Iterator[Entry]:
    """Every project at its full marks: nested ones, and rows that are each scored as a whole."""
    parts = [
        (f"{part.prefix}case.published.score", part.params.published.score, full_marks(part))
        for part in case.parts
        if part.params.published.score is not None
    ]
    rows = [
        (row.address("score"), row["score"].value, row["full_marks"].value)
        for table, row in case.rows("indicators")
        if row["full_marks"].value == case.rules.total_marks
        and row["score"].value is not None
        and not table.children(row)
    ]
    for projects in (parts, rows):
        least = case.audit_settings.perfect_count.value
        if len(projects) >= least and all(score == full for _, score, full in projects):
            inputs = tuple(where for where, _, _ in projects)
            message = f"{len(projects)} 个项目都得满分，得分区分不出好坏，应核实评分是否从严。"
            yield remark("low-execution-high-score", "warning", inputs[0], message, inputs)
