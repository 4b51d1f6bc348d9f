"""Marks and grades: totals, full marks, the grade, reasons, and the scope of a rule."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from evalbook.audit.compare import compared, name_of, place_of
from evalbook.audit.entry import Entry, holds, plain, remark
from evalbook.audit.relations import nearest
from evalbook.figures import Figure, exact
from evalbook.lookup import Place, find, find_row, place
from evalbook.measure import Measure
from evalbook.model import Case, Row, Table
from evalbook.score import Score

HUNDRED = Decimal(100)


def marks(
    case: Case, measures: Mapping[str, Measure], scores: Mapping[str, Score]
) -> Iterator[Entry]:
    """Every check of marks, from the totals down to single indicators."""
    yield from _totals(case)
    yield from _grade(case)
    for table, row in case.rows("indicators"):
        yield from _reason(case, table, row)
        yield from _rule_score(case, table, row, scores)
        yield from _scope(case, table, row)
    yield from _low_execution(case, measures)


def _published(case: Case, key: str) -> Place:
    at = find(case, f"case.published.{key}")
    assert at is not None
    return at


def _totals(case: Case) -> Iterator[Entry]:
    """Full marks and scores of the highest indicators against the printed totals."""
    for kind, key, column in (("full-marks", "full", "full_marks"), ("sum", "score", "score")):
        at = _published(case, key)
        parts = [
            place(case, table, row, column)
            for table in case.of_file("indicators")
            for root in table.roots()
            for row in (
                [root] if root[column].value is not None else nearest(table, root, column)[0]
            )
        ]
        values = [part.cell.value for part in parts if part.cell.value is not None]
        if at.cell.value is not None and values:
            text = " + ".join(plain(value) for value in values)
            inputs = tuple(part.address for part in parts)
            yield compared(
                case, kind, at, exact(sum(values, Decimal(0)), _marks(case)), text, inputs
            )
    score, full, rate = (_published(case, key) for key in ("score", "full", "rate"))
    if rate.cell.value is not None and score.cell.value is not None and full.cell.value:
        text = f"{score.cell.text} ÷ {full.cell.text}"
        computed = exact(score.cell.value / full.cell.value)
        yield compared(case, "rate", rate, computed, text, (score.address, full.address))


def _marks(case: Case) -> tuple[tuple[str, int], ...]:
    return (("分", 1),)


def _grade(case: Case) -> Iterator[Entry]:
    """The printed grade against the bands of the rule set; 财预〔2020〕10号 第十八条."""
    at = _published(case, "grade")
    total, full = case.params.published.score, case.params.published.full or HUNDRED
    if not at.cell.text:
        return
    if total is None:
        message = f"等级“{at.cell.text}”没有同时公布得分，无法复核。"
        yield remark("grade", "note", at.address, message, verdict="unverifiable")
        return
    expected = case.rules.grade(total, full)
    inputs = ("case.published.score", "case.published.full")
    if expected and at.cell.text.startswith(expected):
        message = f"得分 {total} 按{case.rules.reference}应为“{expected}”，与公布的等级相符。"
        yield holds("grade", at.address, message, inputs)
    else:
        message = (
            f"得分 {total} 按{case.rules.reference}应为“{expected}”，"
            f"公布的等级是“{at.cell.text}”，两者不符。"
        )
        yield remark("grade", "error", at.address, message, inputs)


def _reason(case: Case, table: Table, row: Row) -> Iterator[Entry]:
    """Marks lost need a reason; 财预〔2020〕10号 附件1（偏差原因分析及改进措施）."""
    full, score = row["full_marks"].value, row["score"].value
    if full is None or score is None or score >= full:
        return
    at = place(case, table, row, "reason")
    if row["reason"].text:
        message = f"{place_of(at)}“{row.name}”扣 {plain(full - score)} 分，已说明原因。"
        yield holds("missing-reason", at.address, message, (row.address("score"),), place_of(at))
    elif nearest(table, row, "score")[0]:
        return
    else:
        message = f"{place_of(at)}“{row.name}”扣 {plain(full - score)} 分，没有说明原因。"
        inputs = (row.address("score"), row.address("full_marks"))
        yield remark("missing-reason", "warning", at.address, message, inputs, place_of(at))


def _rule_score(case: Case, table: Table, row: Row, scores: Mapping[str, Score]) -> Iterator[Entry]:
    """A printed score against what target and actual earn under the rule set."""
    earned = scores[row.id]
    at = place(case, table, row, "score")
    if earned.marks is None or at.cell.value is None or row["score_basis"].text == "assigned":
        return
    kind = {"proportion": "proportion", "execution": "execution-score"}.get(
        earned.rule, "rule-score"
    )
    inputs = tuple(row.address(c) for c in ("full_marks", "target", "actual"))
    computed = Figure(earned.marks, earned.marks, earned.marks, _marks(case))
    entry = compared(case, kind, at, computed, earned.explanation, inputs)
    if entry.verdict == "inconsistent" and at.cell.value < earned.marks and row["reason"].text:
        message = f"{entry.message.removesuffix('。')}；已说明扣分原因。"
        entry = replace(entry, severity="note", message=message)
    yield entry


def _scope(case: Case, table: Table, row: Row) -> Iterator[Entry]:
    """A range of months written for one fund, applied to another (`rule-scope`)."""
    band = case.rules.months_band
    target = row["target"]
    if target.value != band.low or target.high != band.high:
        return
    for address in (*row["same_as"].items, *row["evidence"].items):
        found = find_row(case, address)
        if found is None or found[1].file != "funds":
            continue
        at = place(case, table, row, "target")
        fund = found[1].name
        authority = case.rules.authority["months_band"]
        start = f"{place_of(at)}“{row.name}”的指标值 {target.text}出自{authority}，"
        if fund in band.fund or band.fund in fund:
            yield holds("rule-scope", at.address, f"{start}适用于“{fund}”。", (address,))
        else:
            message = f"{start}该规定针对{band.fund}，这里用于“{fund}”，应说明理由。"
            yield remark("rule-scope", "warning", at.address, message, (address,), place_of(at))
        return


def _low_execution(case: Case, measures: Mapping[str, Measure]) -> Iterator[Entry]:
    """Low execution beside a high total, and low lines that nobody explains."""
    explained = {
        tuple(address.split(".")[:2])
        for finding in case.findings.findings
        for address in finding.evidence
    }
    for table in case.of_file("budget"):
        for row in table.rows:
            measured = measures.get(row.address("rate"))
            spent = row["executed"].value is not None
            if (
                measured
                and measured.figure
                and spent
                and measured.figure.value < case.rules.low_execution
            ):
                yield _explained(case, table, row, explained)
    yield from _total_execution(case, measures)


def _explained(case: Case, table: Table, row: Row, explained: set[tuple[str, ...]]) -> Entry:
    at = place(case, table, row, "rate")
    rows = {each.id: each for each in table.rows}
    family = {row.id, *_above(row, rows), *_below(table, row)}
    family |= {a.split(".")[1] for r in (row,) for a in r["same_as"].items}
    known = row["note"].text or any((table.file, each) in explained for each in family)
    limit = f"{plain((case.rules.low_execution * 100).normalize())}%"
    start = f"{place_of(at)}{name_of(at)}为 {at.shown or '未公布'}，低于 {limit}，"
    if known:
        return holds(
            "missing-reason", at.address, f"{start}问题或说明中已有交代。", (), place_of(at)
        )
    message = f"{start}没有说明原因。"
    return remark("missing-reason", "warning", at.address, message, (), place_of(at))


def _above(row: Row, rows: Mapping[str, Row]) -> list[str]:
    found = []
    while row.parent in rows:
        row = rows[row.parent]
        found.append(row.id)
    return found


def _below(table: Table, row: Row) -> list[str]:
    return [each for child in table.children(row) for each in (child.id, *_below(table, child))]


def _total_execution(case: Case, measures: Mapping[str, Measure]) -> Iterator[Entry]:
    """The execution of the whole beside the total score."""
    total, full = case.params.published.score, case.params.published.full or HUNDRED
    tables = [table for table in case.of_file("budget") if table.has("executed")]
    roots = tables[0].roots() if tables else []
    if total is None or len(roots) != 1 or case.rules.grade(total, full) != "优":
        return
    measured = measures.get(roots[0].address("rate"))
    if measured is None or measured.figure is None:
        return
    at = place(case, tables[0], roots[0], "rate")
    text = f"整体执行率 {at.shown}，综合得分 {total}"
    if measured.figure.value >= case.rules.low_execution:
        yield holds("low-execution-high-score", at.address, f"{text}，没有低执行高得分的情况。")
    else:
        message = f"{text}，执行率偏低而得分为“优”，应说明理由。"
        yield remark("low-execution-high-score", "warning", at.address, message)
