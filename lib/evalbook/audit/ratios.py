"""Rates of indicators against their formula: `rate`, and `rate-base` for another denominator."""

from collections.abc import Iterator, Mapping

from evalbook.audit.compare import clash, compare
from evalbook.audit.entry import Entry
from evalbook.audit.relations import judge
from evalbook.cells import PERCENTS
from evalbook.expression import Name, Operation, parse, shown, value
from evalbook.figures import UnitMismatch
from evalbook.lookup import Place, find, place
from evalbook.measure import Measure
from evalbook.model import Case, Row, Table
from evalbook.operands import Bound, bind


def ratios(case: Case, measures: Mapping[str, Measure]) -> Iterator[Entry]:
    """Every printed rate of an indicator whose formula and operands are known."""
    for table, row in case.rows("indicators"):
        at = place(case, table, row, "actual")
        measured = measures.get(at.address)
        bound = bind(case, row)
        if at.cell.value is None:
            continue
        if bound and measured:
            excused = bool(row["same_as"].items)
            if entry := judge(case, at, "rate", measured, excused=excused):
                yield _by_name(case, bound, at, measured, entry)
        elif row["formula"].text and at.unit not in PERCENTS:
            yield _no_percent(case, table, row, at)


def _no_percent(case: Case, table: Table, row: Row, at: Place) -> Entry:
    """A row that names a ratio and prints a number that is none."""
    why = f"公式“{row['formula'].text}”算出的是百分数，印出的 {at.shown} 没有百分号"
    return clash(at, why, ())


def _by_name(case: Case, bound: Bound, at: Place, measured: Measure, entry: Entry) -> Entry:
    """The entry with the formula, and with the other base that the rate fits, if it does."""
    if measured.figure is None or entry.kind != "rate":
        return entry
    named = f"公式为 {bound.ratio.words}，出自{bound.authority}"
    entry = entry._replace(message=f"{entry.message.removesuffix('。')}；{named}。")
    return _other_base(case, bound, at, entry) if entry.verdict == "inconsistent" else entry


def _other_base(case: Case, bound: Bound, at: Place, entry: Entry) -> Entry:
    """A rate that does not hold on its own denominator but fits another operand, or a base."""
    ratio, node = bound.ratio, parse(bound.ratio.formula)
    others = [name for name in (*ratio.operands, *ratio.bases) if name != ratio.denominator]
    for base in others:
        if not isinstance(node, Operation) or node.left == Name(base):
            continue
        other = Operation("/", node.left, Name(base))
        if _fits(case, bound, at, other):
            message = (
                f"{entry.message.removesuffix('。')}；它与以{_called(case, bound, base)}为基数"
                f"的结果（{shown(other, bound.show)}）一致，"
                f"公式的基数却是{ratio.operands[ratio.denominator]}。"
            )
            return entry._replace(id=f"rate-base:{at.address}", kind="rate-base", message=message)
    return entry


def _called(case: Case, bound: Bound, base: str) -> str:
    """An operand by its name in the formula, another base by the heading of its column."""
    at = find(case, bound.address(base))
    heading = at.table.heading(base) if at and at.table and base not in bound.cells else ""
    return bound.ratio.operands.get(base, heading)


def _fits(case: Case, bound: Bound, at: Place, node: Operation) -> bool:
    try:
        result = value(node, bound.figure, case.units)
        return result is not None and compare(case, at, result).verdict == "consistent"
    except UnitMismatch:
        return False
