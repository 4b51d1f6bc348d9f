"""Marks and grades: totals, full marks, those of budget execution, the grade."""

from collections.abc import Iterator
from decimal import Decimal

from evalbook.audit.compare import compared
from evalbook.audit.completion import of_execution
from evalbook.audit.entry import Entry, holds, plain, remark
from evalbook.audit.framework import MARKS, framework
from evalbook.audit.relations import judged
from evalbook.audit.sums import nearest, unless_blank
from evalbook.audit_settings import holds_one
from evalbook.figures import exact
from evalbook.frameworks import marks_of
from evalbook.lookup import Place, find, place
from evalbook.model import Case, Row
from evalbook.score import full_marks


def marks(case: Case) -> Iterator[Entry]:
    """Every check of the marks of the whole."""
    yield from _totals(case)
    yield from framework(case)
    yield from _execution_marks(case)
    yield from _grade(case)


def _published(case: Case, key: str) -> Place:
    at = find(case, f"case.published.{key}")
    assert at is not None
    return at


def _totals(case: Case) -> Iterator[Entry]:
    """Full marks and scores of the highest indicators against the printed totals."""
    for kind, key, column in (("full-marks", "full", "full_marks"), ("sum", "score", "score")):
        at = _published(case, key)
        known, blank = _highest(case, column)
        values = [part.cell.value for part in known if part.cell.value is not None]
        if at.cell.value is not None and values:
            text = " + ".join(plain(value) for value in values)
            inputs = tuple(part.address for part in known)
            total = exact(sum(values, Decimal(0)), MARKS)
            entry = compared(case, kind, at, total, text, inputs)
            entry = _execution_forgotten(case, entry) if key == "full" else entry
            yield unless_blank(at, entry, blank)
        elif key == "full" and values and not blank:
            yield from _unusual_total(case, at, sum(values, Decimal(0)))
    score, full, rate = (_published(case, key) for key in ("score", "full", "rate"))
    if score.cell.value is not None and full.cell.value is not None:
        text = f"0 ≤ {score.cell.text} ≤ {full.cell.text}"
        within = 0 <= score.cell.value <= full.cell.value
        yield judged("bounds", score, text, (score.address, full.address), within)
    if rate.cell.value is not None and score.cell.value is not None and full.cell.value:
        text = f"{score.cell.text} ÷ {full.cell.text}"
        computed = exact(score.cell.value / full.cell.value)
        yield compared(case, "rate", rate, computed, text, (score.address, full.address))


def _highest(case: Case, column: str) -> tuple[list[Place], list[Row]]:
    """The highest rows that print a column, and the rows that leave it blank."""
    known: list[Place] = []
    blank: list[Row] = []
    for table in case.of_kind("indicators"):
        for root in table.roots():
            rows, missing = nearest(table, root, column)
            if root[column].state == "value":
                rows, missing = [root], []
            elif root[column].state == "blank" and not rows and not missing:
                missing = [root]
            known += [place(case, table, row, column) for row in rows]
            blank += missing
    return known, blank


def _execution_rows(case: Case) -> list[Row]:
    """The indicators of budget execution, the lowest that have marks."""
    names = case.audit_settings.execution_names.value
    found = [
        (table, row)
        for table, row in case.rows("indicators")
        if of_execution(row, case.rules) or holds_one(row.name, names)
    ]
    marked = {row.id for _, row in found if row["full_marks"].value is not None}
    return [row for table, row in found if not marked & {each.id for each in table.below(row)}]


def _execution_forgotten(case: Case, entry: Entry) -> Entry:
    """Full marks that are off by just those of budget execution; 财预〔2020〕10号 第十三条."""
    if entry.verdict != "inconsistent" or entry.gap is None:
        return entry
    wanted, gap = case.rules.execution_marks, Decimal(entry.gap)
    if wanted is None or abs(gap) != wanted or (gap < 0 and _execution_rows(case)):
        return entry
    how = "可能漏计" if gap < 0 else "可能重复计算"
    message = f"{entry.message.removesuffix('。')}；相差正好是预算执行率的 {wanted} 分，{how}。"
    return entry._replace(message=message)


def _unusual_total(case: Case, at: Place, total: Decimal) -> Iterator[Entry]:
    """A table without a total of full marks that misses the usual one by those of execution."""
    if case.framework and case.framework.total is not None:
        return
    usual, marks = case.rules.total_marks, case.rules.execution_marks
    if marks is None:
        return
    forgotten = total == usual - marks and not _execution_rows(case)
    if forgotten or total == usual + marks:
        how = "可能漏计了" if forgotten else "可能重复计算了"
        message = (
            f"各项分值合计 {plain(total)} 分，总分一般为 {plain(usual)} 分，"
            f"{how}预算执行率的 {plain(marks)} 分。"
        )
        yield remark("full-marks", "warning", at.address, message)


def _execution_marks(case: Case) -> Iterator[Entry]:
    """A project's self-evaluation gives budget execution its own marks; 财预〔2020〕10号 第十三条.

    The marks may be adjusted for a reason, so another number is a warning. Where the framework
    prints marks for execution, it has been asked already.
    """
    rows = _execution_rows(case)
    all_rows = [row for _, row in case.rows("indicators")]
    scored = any(row["full_marks"].value is not None for row in all_rows)
    known = marks_of(case.framework, [row.id for row in all_rows])
    wanted, where = case.rules.execution_marks, "case.published.full"
    if case.params.stance != "self" or case.params.kind == "department":
        return
    if not scored or wanted is None:
        return
    if any(row.id in known for row in rows):
        return
    given = sum((row["full_marks"].value or Decimal(0) for row in rows), Decimal(0))
    inputs = tuple(row.address("full_marks") for row in rows)
    source = case.rules.sources["execution_marks"]
    if any(row["full_marks"].state == "blank" for row in rows):
        message = f"预算执行率的分值没有公布，无法与{source}的 {plain(wanted)} 分对照。"
        yield remark("full-marks", "note", where, message, inputs, verdict="unverifiable")
    elif given == wanted:
        message = f"预算执行率的分值为 {plain(given)} 分，与{source}一致。"
        yield holds("full-marks", where, message, inputs)
    else:
        message = (
            f"预算执行率的分值为 {plain(given)} 分，{source}为 {plain(wanted)} 分，"
            "应说明调整的理由。"
        )
        yield remark("full-marks", "warning", where, message, inputs)


def _grade(case: Case) -> Iterator[Entry]:
    """The printed grade against the bands of the rule set; 财预〔2020〕10号 第十八条.

    A total that no band holds (89.5 beside 80–89 and 90–100), and grades whose bands nobody has
    published, leave it open.
    """
    at = _published(case, "grade")
    total, full = case.params.published.score, full_marks(case)
    if not at.cell.text:
        return
    if total is None:
        message = f"等级“{at.cell.text}”没有同时公布得分，无法复核。"
        yield remark("grade", "note", at.address, message, verdict="unverifiable")
        return
    expected = case.rules.grade(total, full)
    inputs = ("case.published.score", "case.published.full")
    source = case.rules.sources["grade_bands"]
    names = [band.grade for band in case.rules.grade_bands]
    if names and not at.cell.text.startswith(tuple(names)):
        message = f"{source}的等级为{'、'.join(names)}，公布的等级“{at.cell.text}”不在其中。"
        yield remark("grade", "error", at.address, message, inputs)
    elif expected is None:
        message = f"{_no_band(case, total)}，公布的等级“{at.cell.text}”无法复核。"
        yield remark("grade", "note", at.address, message, inputs, verdict="unverifiable")
    elif at.cell.text.startswith(expected):
        message = f"得分 {total} 按{source}应为“{expected}”，与公布的等级相符。"
        yield holds("grade", at.address, message, inputs)
    else:
        message = (
            f"得分 {total} 按{source}应为“{expected}”，公布的等级是“{at.cell.text}”，两者不符。"
        )
        yield remark("grade", "error", at.address, message, inputs)


def _no_band(case: Case, total: Decimal) -> str:
    """Why a total has no grade."""
    bands, source = case.rules.grade_bands, case.rules.sources["grade_bands"]
    if all(band.from_ is None for band in bands):
        return f"{source}没有各等级的分数线"
    return f"得分 {total} 不在{source}的任何一个等级之内"
