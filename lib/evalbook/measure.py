"""Measures: what the relations of each table make of its printed inputs, exactly.

`measure` computes every rate, balance, roll-forward and number of months whose inputs are printed,
whether or not the result is printed too. It judges nothing: the audit compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from evalbook.expression import Node, chosen, names, parse, shown, value
from evalbook.figures import Figure, UnitMismatch
from evalbook.lookup import figure, find
from evalbook.model import Case, Row, Table
from evalbook.standards import Relation


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


@dataclass(frozen=True, slots=True)
class Scope:
    """Names in a formula, as seen from one row: columns, `parent.column`, `of`, addresses."""

    case: Case
    table: Table
    row: Row

    def addresses(self, name: str) -> list[str]:
        if name == "of":
            return list(self.row["of"].items)
        if name in self.table.columns:
            return [self.row.address(name)]
        if name.startswith("parent."):
            column = name.removeprefix("parent.")
            return [f"{self.row.file}.{self.row.parent}.{column}"] if self.row.parent else []
        return [name]

    def figure(self, name: str) -> Figure | None:
        """The figure of a name, the sum of several; None when one is not printed."""
        total: Figure | None = None
        for address in self.addresses(name):
            at = find(self.case, address)
            one = figure(self.case, at) if at else None
            if one is None:
                return None
            total = one if total is None else total + one
        return total

    def show(self, name: str) -> str:
        found = [find(self.case, address) for address in self.addresses(name)]
        text = " + ".join(at.shown if at and at.cell.text else "未公布" for at in found)
        return f"（{text}）" if len(found) > 1 else text or "未公布"

    def inputs(self, node: Node) -> tuple[str, ...]:
        written = (address for name in names(node) for address in self.addresses(name))
        return tuple(dict.fromkeys(written))


def measure(case: Case) -> Mapping[str, Measure]:
    """Every formula of every table, by the address of the cell it determines."""
    measures: dict[str, Measure] = {}
    for table in case.tables:
        for relation in table.relations:
            if relation.formula and relation.column:
                for row in table.rows:
                    if "parent." in relation.formula and not row.parent:
                        continue
                    result = _measured(case, table, row, relation)
                    known = measures.get(result.where)
                    if known is None or known.figure is None:
                        measures[result.where] = result
    return measures


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
    known = all(scope.figure(name) is not None for name in names(node))
    zero = result is None and not clash and known
    return Measure(
        where, relation, result, shown(node, scope.show), scope.inputs(node), clash, zero
    )
