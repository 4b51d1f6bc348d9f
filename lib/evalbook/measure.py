"""Measures: what the relations of each table make of its printed inputs, exactly.

`measure` computes every rate, balance, roll-forward and number of months whose inputs are printed,
whether or not the result is printed too. It judges nothing: the audit compares.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from evalbook.expression import Node, chosen, names, parse, shown, value
from evalbook.figures import Figure, UnitMismatch, exact
from evalbook.lookup import figure, find
from evalbook.model import Case, Row, Table
from evalbook.operands import Bound, bind
from evalbook.standards import Relation

PERIOD_MONTHS = "period_months"


@dataclass(frozen=True, slots=True)
class Measure:
    """The result of a relation for one cell.

    `figure` is in base units (None: an input is not printed), `expression` the formula with the
    printed inputs, `inputs` their addresses, `clash` why its units do not go together, `zero` that
    all inputs are printed and one divides by zero.
    """

    where: str
    relation: Relation
    figure: Figure | None
    expression: str
    inputs: tuple[str, ...]
    clash: str = ""
    zero: bool = False


def months_of(period: str) -> int | None:
    """How many months a period has: 2019 → 12, 2019-01/2019-06 → 6; None for a cumulative one.

    A row without a period is taken for a year.
    """
    if not period or re.fullmatch(r"\d{4}", period):
        return 12
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?/(\d{4})(?:-(\d{2}))?", period)
    if not found:
        return 1 if re.fullmatch(r"\d{4}-\d{2}", period) else None
    first, start, last, end = found.groups()
    return 12 * (int(last) - int(first)) + int(end or 12) - int(start or 1) + 1


@dataclass(frozen=True, slots=True)
class Scope:
    """Names in a formula, as seen from one row.

    Columns, `parent.column`, `of`, `period_months`, addresses.
    """

    case: Case
    table: Table
    row: Row

    def addresses(self, name: str) -> list[str]:
        if name == "of":
            return list(self.row["of"].items)
        if name == PERIOD_MONTHS:
            return []
        if name in self.table.columns:
            return [self.row.address(name)]
        if name.startswith("parent."):
            column = name.removeprefix("parent.")
            return [f"{self.row.file}.{self.row.parent}.{column}"] if self.row.parent else []
        return [self.case.absolute(name)]

    def figure(self, name: str) -> Figure | None:
        """The figure of a name, the sum of several; None when one is not printed."""
        if name == PERIOD_MONTHS:
            months = months_of(self.row["period"].text)
            return None if months is None else exact(Decimal(months))
        total: Figure | None = None
        for address in self.addresses(name):
            at = find(self.case, address)
            one = figure(self.case, at) if at else None
            if one is None:
                return None
            total = one if total is None else total + one
        return total

    def show(self, name: str) -> str:
        if name == PERIOD_MONTHS:
            return str(months_of(self.row["period"].text) or "未公布")
        found = [find(self.case, address) for address in self.addresses(name)]
        shown_each = (at.shown if at and at.cell.text else "未公布" for at in found)
        text = " + ".join(in_brackets(each) for each in shown_each)
        return f"（{text}）" if len(found) > 1 else text or "未公布"

    def inputs(self, node: Node) -> tuple[str, ...]:
        written = (address for name in names(node) for address in self.addresses(name))
        return tuple(dict.fromkeys(written))


def applies(relation: Relation, row: Row) -> bool:
    """Whether a formula has a meaning in a row: a parent if it asks for one, the right unit."""
    if "parent." in (relation.formula or "") and not row.parent:
        return False
    if relation.if_percent and row[relation.if_percent].unit != "%":
        return False
    return not (relation.unless_percent and row[relation.unless_percent].unit == "%")


def in_brackets(text: str) -> str:
    """A negative figure in brackets, as it stands in a sum."""
    return f"（{text}）" if text.startswith(("-", "−")) else text


def measure(case: Case) -> Mapping[str, Measure]:
    """Every formula of every table, and the ratios of indicators, by the cell they determine."""
    measures: dict[str, Measure] = {}
    for _, row in case.rows("indicators"):
        if bound := bind(case, row):
            measures[row.address("actual")] = _ratio(row.address("actual"), bound)
    for table in case.tables:
        for relation in table.relations:
            if relation.formula and relation.column:
                for row in table.rows:
                    if not applies(relation, row):
                        continue
                    result = _measured(case, table, row, relation)
                    known = measures.get(result.where)
                    if known is None or known.figure is None:
                        measures[result.where] = result
    return measures


def _ratio(where: str, bound: Bound) -> Measure:
    """A ratio over its operands, with its own formula and reference as the relation."""
    ratio = bound.ratio
    figures = [bound.figure(name) for name in ratio.operands]
    result, clash, zero = None, "", False
    try:
        result = None if None in figures else ratio.function(*figures)
    except ZeroDivisionError:
        zero = True
    except UnitMismatch as error:
        clash = str(error)
    relation = Relation(
        kind="rate",
        reference=bound.authority,
        column="actual",
        formula=ratio.formula,
        bases=ratio.bases,
    )
    text = shown(parse(ratio.formula), bound.show)
    return Measure(where, relation, result, text, tuple(bound.cells.values()), clash, zero)


def _measured(case: Case, table: Table, row: Row, relation: Relation) -> Measure:
    scope = Scope(case, table, row)
    where = row.address(str(relation.column))
    node = parse(str(relation.formula))
    result, clash = None, ""
    try:
        node = chosen(node, scope.figure)
        result = value(node, scope.figure, case.units)
    except UnitMismatch as error:
        clash = str(error)
    zero = (
        result is None and not clash and all(scope.figure(name) is not None for name in names(node))
    )
    return Measure(
        where, relation, result, shown(node, scope.show), scope.inputs(node), clash, zero
    )
