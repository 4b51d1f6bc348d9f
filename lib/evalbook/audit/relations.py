"""The relations 勾稽关系 that hang on columns: formulas, claims, sums of what stands below."""

import operator
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import reduce

from evalbook.audit.compare import clash, compare, compared, name_of, place_of
from evalbook.audit.entry import Entry, Severity, holds, plain, remark
from evalbook.expression import Name, Node, Operation, chosen, names, parse, shown, value
from evalbook.figures import Figure, UnitMismatch, common_dimension
from evalbook.lookup import Place, figure, place
from evalbook.measure import Measure, Scope, in_brackets
from evalbook.model import Case, Row, Table
from evalbook.standards import Relation

NEEDS_A_BASE = {"rate", "share", "growth", "change", "months", "sample-rate"}


def relations(case: Case, measures: Mapping[str, Measure]) -> Iterator[Entry]:
    """Every relation of every table, in the order of tables and rows."""
    for table in case.tables:
        for row in table.rows:
            for relation in table.relations:
                if relation.formula:
                    yield from _formula(case, table, row, relation, measures)
                elif relation.claim:
                    yield from _claim(case, table, row, relation)
                elif relation.children:
                    yield from _sums(case, table, row, relation)


def _formula(
    case: Case, table: Table, row: Row, relation: Relation, measures: Mapping[str, Measure]
) -> Iterator[Entry]:
    at = place(case, table, row, str(relation.column))
    measured = measures.get(at.address)
    if at.cell.value is None or measured is None or measured.relation != relation:
        return
    excused = bool(row["same_as"].items)
    for entry in judge(case, at, relation.kind, measured, excused=excused):
        known = measured.figure is not None
        yield _other_base(case, table, row, relation, at, entry) if known else entry


def judge(case: Case, at: Place, kind: str, measured: Measure, *, excused: bool) -> Iterator[Entry]:
    """A printed cell against its measure; `excused` says that it needs no base of its own."""
    if measured.clash:
        yield clash(at, measured.clash, measured.inputs)
    elif measured.zero:
        yield _over_zero(at, kind, measured)
    elif measured.figure is not None:
        yield compared(case, kind, at, measured.figure, measured.expression, measured.inputs)
    elif kind in NEEDS_A_BASE and not excused:
        yield unverifiable(at, kind, measured.inputs)


def _over_zero(at: Place, kind: str, measured: Measure) -> Entry:
    """A rate whose base is printed as zero: nothing can be divided by it."""
    message = (
        f"{place_of(at)}{name_of(at)}印为 {at.shown}，但基数为 0（{measured.expression}），"
        "不能计算，应填“—”。"
    )
    severity: Severity = "error" if at.cell.value else "note"
    entry = remark(kind, severity, at.address, message, measured.inputs, place_of(at))
    return replace(entry, printed=plain(at.cell.value or Decimal(0)), unit=at.unit)


def unverifiable(at: Place, kind: str, inputs: tuple[str, ...] = ()) -> Entry:
    """A printed rate, share or growth whose base is not printed."""
    message = f"{place_of(at)}{name_of(at)}印为 {at.shown}，计算它的基数没有公布，无法复核。"
    entry = remark(kind, "note", at.address, message, inputs, place_of(at), "unverifiable")
    return replace(entry, printed=plain(at.cell.value or Decimal(0)), unit=at.unit)


def _other_base(
    case: Case, table: Table, row: Row, relation: Relation, at: Place, entry: Entry
) -> Entry:
    """A rate that does not hold on the declared base but fits another: `rate-base`."""
    node = parse(str(relation.formula))
    if entry.verdict != "inconsistent" or not relation.bases or not isinstance(node, Operation):
        return entry
    scope = Scope(case, table, row)
    for base in relation.bases:
        other = Operation("/", node.left, Name(base))
        if _fits(case, at, scope, other):
            message = (
                f"{entry.message.removesuffix('，两者不符。')}；它与以{table.heading(base)}为"
                f"基数的结果（{shown(other, scope.show)}）一致，基数与本表声明的不同。"
            )
            return replace(entry, id=f"rate-base:{at.address}", kind="rate-base", message=message)
    return entry


def _fits(case: Case, at: Place, scope: Scope, node: Node) -> bool:
    try:
        result = value(chosen(node, scope.figure), scope.figure, case.units)
        return result is not None and compare(case, at, result).verdict == "consistent"
    except UnitMismatch:
        return False


def _claim(case: Case, table: Table, row: Row, relation: Relation) -> Iterator[Entry]:
    if any(row[column].state == "value" for column in relation.unless):
        return
    scope = Scope(case, table, row)
    node = parse(str(relation.claim))
    columns = [name for name in names(node) if name in table.columns]
    at = place(case, table, row, columns[0])
    inputs = scope.inputs(node)
    try:
        node = chosen(node, scope.figure)
        if not isinstance(node, Operation):
            return
        left = value(node.left, scope.figure, case.units)
        right = value(node.right, scope.figure, case.units)
        if left is not None and right is not None:
            correct = true(node.sign, left, right)
            text = shown(node, scope.show)
            if not correct and possible(node.sign, left, right):
                yield _within_rounding(relation.kind, at, text, inputs)
            else:
                yield judged(relation.kind, at, text, inputs, correct)
    except UnitMismatch as error:
        yield clash(at, str(error), inputs)


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
    entry = remark(kind, "note", at.address, message, inputs, place_of(at), "rounding")
    return replace(entry, expression=text)


def judged(kind: str, at: Place, text: str, inputs: tuple[str, ...], correct: bool) -> Entry:
    """The entry of a claim: what it says, and whether the figures bear it out."""
    start = f"{place_of(at)}{name_of(at)}应满足 {text}，"
    if correct:
        entry = holds(kind, at.address, f"{start}成立。", inputs, place_of(at))
    else:
        entry = remark(kind, "error", at.address, f"{start}不成立。", inputs, place_of(at))
    return replace(entry, expression=text)


def _sums(case: Case, table: Table, row: Row, relation: Relation) -> Iterator[Entry]:
    additive = [name for name, column in table.columns.items() if column.additive]
    for column in relation.only or additive:
        at = place(case, table, row, column)
        parts, blank = nearest(table, row, column)
        if at.cell.value is not None and parts:
            yield _sum(case, table, at, relation.kind, parts, blank)


def nearest(table: Table, row: Row, column: str) -> tuple[list[Row], list[Row]]:
    """The nearest rows below that print the column, and the lowest rows that leave it blank."""
    known: list[Row] = []
    blank: list[Row] = []
    for child in table.children(row):
        if child[column].state == "value":
            known.append(child)
        elif child[column].state == "blank":
            below, missing = nearest(table, child, column)
            known += below
            blank += missing if below or missing else [child]
    return known, blank


def _sum(
    case: Case, table: Table, at: Place, kind: str, parts: list[Row], blank: list[Row]
) -> Entry:
    column = at.address.rsplit(".", 1)[1]
    places = [place(case, table, part, column) for part in parts]
    inputs = tuple(each.address for each in places)
    text = " + ".join(in_brackets(each.cell.text) for each in places)
    figures = [figure(case, each) for each in places]
    known = [each for each in figures if each is not None]
    if len(known) < len(figures):
        return unverifiable(at, kind, inputs)
    try:
        total = reduce(operator.add, known)
    except UnitMismatch as error:
        return clash(at, str(error), inputs)
    return unless_blank(at, compared(case, kind, at, total, text, inputs), blank)


def unless_blank(at: Place, entry: Entry, blank: list[Row]) -> Entry:
    """A sum that is too small, when a part of it is not printed, cannot be checked."""
    if blank and entry.verdict == "inconsistent" and entry.gap and entry.gap.startswith("-"):
        unknown = "、".join(row.name for row in blank)
        start = f"{place_of(at)}{name_of(at)}印为 {at.shown}"
        message = f"{start}，下级中{unknown}没有公布，无法复核。"
        return replace(entry, verdict="unverifiable", severity="note", message=message)
    return entry
