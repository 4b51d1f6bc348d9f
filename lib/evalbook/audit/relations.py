"""The relations 勾稽关系 that hang on columns: formulas, claims, sums of what stands below."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial

from evalbook.audit.bases import not_comparable
from evalbook.audit.compare import clash, compare, compared, name_of, place_of, unverifiable
from evalbook.audit.entry import Entry, Severity, holds, plain, remark
from evalbook.audit.sums import sums
from evalbook.audit.units import Scaled, too_large, with_slip
from evalbook.expression import (
    Formula,
    Name,
    Node,
    Operation,
    chosen,
    formula_of,
    names,
    parse,
    shown,
    value,
)
from evalbook.figures import PEOPLE, Figure, UnitMismatch, common_dimension, exact, unit_of
from evalbook.lookup import Place, find, place
from evalbook.measure import Measure, Scope, applies
from evalbook.model import Case, Row, Table
from evalbook.standards import Relation

NEEDS_A_BASE = {"rate", "share", "growth", "change", "months", "sample-rate"}


def relations(case: Case, measures: Mapping[str, Measure]) -> Iterator[Entry]:
    """Every relation of every table, in the order of tables and rows."""
    for table in case.tables:
        asked = [each for each in table.relations if each.column in {None, *table.filled}]
        for row in table.rows if asked else ():
            scope, below = Scope(case, table, row), table.children(row)
            for relation in asked:
                if relation.formula:
                    if row[str(relation.column)].value is not None:
                        yield from _formula(scope, relation, measures)
                elif relation.claim:
                    if entry := _claim(scope, relation, relation.claim):
                        yield entry
                elif relation.children and below:
                    yield from sums(case, table, row, relation)


def _formula(scope: Scope, relation: Relation, measures: Mapping[str, Measure]) -> Iterator[Entry]:
    case, row = scope.case, scope.row
    at = place(case, scope.table, row, str(relation.column))
    measured = measures.get(at.address)
    if measured is None or measured.relation is not relation:
        return
    excused = measured.figure is None and bool(row["same_as"].items or row["nature"].text)
    entry = judge(case, at, relation.kind, measured, excused=excused)
    if entry is None:
        return
    if measured.figure is None or entry.verdict != "inconsistent":
        yield entry
        return
    entry = _other_base(scope, relation, at, entry)
    entry = not_comparable(case, row, relation, entry)
    inputs = _scaled(scope, relation) if entry.verdict == "inconsistent" else []
    yield from with_slip(case, at, entry, measured.figure, inputs)


def judge(case: Case, at: Place, kind: str, measured: Measure, *, excused: bool) -> Entry | None:
    """A printed cell against its measure; `excused` says that it needs no base of its own."""
    if measured.clash:
        return clash(at, measured.clash, measured.inputs)
    if measured.zero:
        return _over_zero(at, kind, measured)
    if measured.figure is not None:
        inputs = measured.inputs
        counted = kind == "product" and _of_people(case, inputs)
        kind = "per-head" if counted else kind
        return compared(case, kind, at, measured.figure, measured.expression, inputs)
    if kind in NEEDS_A_BASE and not excused:
        return unverifiable(at, kind, measured.inputs)
    return None


def _of_people(case: Case, inputs: tuple[str, ...]) -> bool:
    """Whether people are counted in a product: a standard for each of them times their number."""
    found = (find(case, each) for each in inputs)
    units = [unit_of(each.unit, case.units)[0] for each in found if each]
    return any(name == PEOPLE for dimension in units for name, _ in dimension)


def _scaled(scope: Scope, relation: Relation) -> list[Scaled]:
    """Each input that is one cell, and what the formula gives were it larger by a factor."""
    case = scope.case
    node = chosen(parse(str(relation.formula)), scope.figure)
    single = {name: scope.addresses(name) for name in dict.fromkeys(names(node))}
    found = [(name, find(case, each[0])) for name, each in single.items() if len(each) == 1]
    figures = {name: scope.figure(name) for name in single}

    def larger(name: str, factor: Decimal) -> Figure | None:
        known = figures[name]
        changed = known * exact(factor) if known else None
        return value(node, lambda other: changed if other == name else figures[other], case.units)

    return [(at, partial(larger, name)) for name, at in found if at]


def _over_zero(at: Place, kind: str, measured: Measure) -> Entry:
    """A rate whose base is printed as zero: nothing can be divided by it."""
    message = (
        f"{place_of(at)}{name_of(at)}印为 {at.shown}，但基数为 0（{measured.expression}），"
        "不能计算，应填“—”。"
    )
    severity: Severity = "error" if at.cell.value else "note"
    entry = remark(kind, severity, at.address, message, measured.inputs, place_of(at))
    return entry._replace(printed=plain(at.cell.value or Decimal(0)), unit=at.unit)


def _other_base(scope: Scope, relation: Relation, at: Place, entry: Entry) -> Entry:
    """A rate that does not hold on the declared base but fits another: `rate-base`."""
    if entry.verdict != "inconsistent" or not relation.bases:
        return entry
    node = parse(str(relation.formula))
    if not isinstance(node, Operation):
        return entry
    for base in relation.bases:
        other = Operation("/", node.left, Name(base))
        if _fits(scope, at, other):
            called = _called(scope.table, scope.row, base)
            message = (
                f"{entry.message.removesuffix('，两者不符。')}；它与以{called}为"
                f"基数的结果（{shown(other, scope.show)}）一致，基数与本表声明的不同。"
            )
            return entry._replace(id=f"rate-base:{at.address}", kind="rate-base", message=message)
    return entry


def _called(table: Table, row: Row, base: str) -> str:
    """A base in words: a column, or the row above for `parent.value`."""
    above = table.above(row) if base.startswith("parent.") else []
    return f"“{above[0].name}”" if above else table.heading(base.removeprefix("parent."))


def _fits(scope: Scope, at: Place, node: Node) -> bool:
    try:
        result = value(chosen(node, scope.figure), scope.figure, scope.case.units)
        return result is not None and compare(scope.case, at, result).verdict == "consistent"
    except UnitMismatch:
        return False


def _claim(scope: Scope, relation: Relation, claim: str) -> Entry | None:
    row = scope.row
    if relation.unless and any(row[column].state == "value" for column in relation.unless):
        return None
    if not applies(relation, row):
        return None
    formula, units = formula_of(claim), scope.case.units
    node = formula.node
    try:
        node = chosen(node, scope.figure) if formula.chooses else node
        if not isinstance(node, Operation):
            return None
        left, right = value(node.left, scope.figure, units), value(node.right, scope.figure, units)
        if left is None or right is None:
            return None
        correct = true(node.sign, left, right)
    except UnitMismatch as error:
        return clash(_judged_cell(scope, formula), str(error), scope.inputs(formula.names))
    at, inputs = _judged_cell(scope, formula), scope.inputs(formula.names)
    text = shown(node, scope.show)
    if not correct and possible(node.sign, left, right):
        return _within_rounding(relation.kind, at, text, inputs)
    return too_large(judged(relation.kind, at, text, inputs, correct), left, right)


def _judged_cell(scope: Scope, formula: Formula) -> Place:
    """The cell that a claim is about: the first column that it names."""
    column = next(filter(scope.table.columns.__contains__, formula.names))
    return place(scope.case, scope.table, scope.row, column)


def true(sign: str, left: Figure, right: Figure) -> bool:
    """Whether a comparison of two figures holds; raises UnitMismatch for different kinds."""
    common_dimension(left, right)
    match sign:
        case "<=":
            return left.value <= right.value
        case ">=":
            return left.value >= right.value
        case "<":
            return left.value < right.value
        case ">":
            return left.value > right.value
        case _:
            return left.value == right.value


def possible(sign: str, left: Figure, right: Figure) -> bool:
    """Whether a comparison can hold for some figures that are printed like these.

    Figures printed to the same precision are compared as they stand.
    """
    if left.high - left.low == right.high - right.low:
        return False
    match sign:
        case "<=" | "<":
            return left.low <= right.high
        case ">=" | ">":
            return left.high >= right.low
        case _:
            return left.low <= right.high and right.low <= left.high


def _within_rounding(kind: str, at: Place, text: str, inputs: tuple[str, ...]) -> Entry:
    message = f"{place_of(at)}{name_of(at)}应满足 {text}，相差在数据取整的范围之内。"
    return remark(kind, "note", at.address, message, inputs, place_of(at), "rounding", text)


def judged(kind: str, at: Place, text: str, inputs: tuple[str, ...], correct: bool) -> Entry:
    """The entry of a claim: what it says, and whether the figures bear it out."""
    place = place_of(at)
    start = f"{place}{name_of(at)}应满足 {text}，"
    if correct:
        return holds(kind, at.address, f"{start}成立。", inputs, place, text)
    message = f"{start}不成立。"
    return remark(kind, "error", at.address, message, inputs, place, expression=text)
