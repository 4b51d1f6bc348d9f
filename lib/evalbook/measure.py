"""Measures: what the relations of each table make of its printed inputs, exactly.

`measure` computes every rate, balance, roll-forward and number of months whose inputs are printed,
whether or not the result is printed too. It judges nothing: the audit compares.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from evalbook.cells import BLANK
from evalbook.expression import Formula, Node, chosen, formula_of, names, parse, shown, value
from evalbook.figures import MONEY, TIME, Figure, UnitMismatch, exact
from evalbook.lookup import find, place, split
from evalbook.model import Case, Row, Table
from evalbook.operands import Bound, bind
from evalbook.periods import months_of
from evalbook.standards import Relation

PERIOD_MONTHS = "period_months"
PREVIOUS = "previous."
FACTORS = "factors"
LISTS = {"of", FACTORS}
_WORDS = {"of": "基数", FACTORS: "各因数相乘", PERIOD_MONTHS: "期间的月数"}
_WHOSE = {"": "", "parent": "上级", "previous": "上期"}


@dataclass(slots=True)
class Scope:
    """Names in a formula, as seen from one row.

    Columns, `parent.column`, `previous.column` (the same fund in the period before), `of` (a sum),
    `factors` (a product), `period_months`, addresses. What was found once is kept: the formulas of
    a row ask for the same few names.
    """

    case: Case
    table: Table
    row: Row
    _known: dict[str, Figure | None] = field(default_factory=dict, repr=False, compare=False)

    def addresses(self, name: str) -> list[str]:
        if name in LISTS:
            return list(self.row[name].items)
        if name == PERIOD_MONTHS:
            return []
        if name in self.table.columns:
            return [self.row.address(name)]
        if name.startswith("parent."):
            column = name.removeprefix("parent.")
            return [f"{self.row.file}.{self.row.parent}.{column}"] if self.row.parent else []
        if name.startswith(PREVIOUS):
            before = self.case.before(self.row)
            return [before.address(name.removeprefix(PREVIOUS))] if before else []
        return [self.case.absolute(name)]

    def figure(self, name: str) -> Figure | None:
        """The figure of a name, the sum or product of several; None when one is not printed."""
        if name not in self._known:
            self._known[name] = self._figure(name)
        return self._known[name]

    def lacks(self, name: str) -> bool:
        """Whether a column is named that the row leaves blank."""
        if name not in self.table.columns:
            return False
        cell = self.row[name]
        return not cell.items if name in LISTS else cell.value is None

    def _figure(self, name: str) -> Figure | None:
        if name in self.table.columns and name not in LISTS:
            blank = self.row.cells.get(name, BLANK).value is None
            return None if blank else place(self.case, self.table, self.row, name).figure
        if name == PERIOD_MONTHS:
            months = months_of(self.row["period"].text)
            return None if months is None else exact(Decimal(months))
        total: Figure | None = None
        for address in self.addresses(name):
            at = find(self.case, address)
            one = at.figure if at else None
            if one is None:
                return None
            if total is not None:
                one = total * one if name == FACTORS else total + one
            total = one
        return total if name != FACTORS or total is None else self._of_the_period(total)

    def _of_the_period(self, product: Figure) -> Figure:
        """A product with a price for a year or a month in it, for the period of the row.

        550元/人·年 × 1000人 is an amount of money, and so is 550元/生 × 1000人: units that
        params/units.yaml does not know are taken on trust.
        """
        powers = dict(product.dimension)
        months = months_of(self.row["period"].text)
        if powers.get(TIME) == -1 and months is not None:
            product = product * exact(Decimal(months), ((TIME, 1),))
        known = {name for name, _ in self.case.units.values()}
        unknown = any(name not in known for name, _ in product.dimension)
        if dict(product.dimension).get(MONEY) == 1 and unknown:
            return product._replace(dimension=((MONEY, 1),))
        return product

    def show(self, name: str) -> str:
        if name in self.table.columns and name not in LISTS:
            at = place(self.case, self.table, self.row, name)
            return in_brackets(at.shown) if at.cell.text else "未公布"
        if name == PERIOD_MONTHS:
            return str(months_of(self.row["period"].text) or "未公布")
        found = [find(self.case, address) for address in self.addresses(name)]
        shown_each = (at.shown if at and at.cell.text else "未公布" for at in found)
        if name == FACTORS:
            return " × ".join(shown_each)
        text = " + ".join(in_brackets(each) for each in shown_each)
        if name.startswith(PREVIOUS) and found and found[0] and found[0].table:
            heading = found[0].table.heading(name.removeprefix(PREVIOUS))
            return f"上期{heading} {text}"
        return f"（{text}）" if len(found) > 1 else text or "未公布"

    def called(self, name: str) -> str:
        """A name in words: the heading of its column, or what an address names."""
        if name in _WORDS:
            return _WORDS[name]
        above, _, column = name.rpartition(".")
        if column in self.table.columns and above in {"", "parent", "previous"}:
            return _WHOSE[above] + self.table.heading(column)
        at = find(self.case, self.case.absolute(name))
        return f"{at.row.name}{at.column.name}" if at and at.row else name

    def inputs(self, used: Iterable[str]) -> tuple[str, ...]:
        """The addresses of names, each once."""
        written: list[str] = []
        for name in used:
            if name in self.table.columns and name not in LISTS:
                written.append(self.row.address(name))
            else:
                written += self.addresses(name)
        return tuple(dict.fromkeys(written))


class Measure(NamedTuple):
    """The result of a relation for one cell.

    `figure` is in base units (None: an input is not printed), `clash` why its units do not go
    together, `zero` that all inputs are printed and one divides by zero. `node` is the formula as
    it holds here, with its `names`, read in `scope`.
    """

    where: str
    relation: Relation
    figure: Figure | None
    node: Node
    names: tuple[str, ...]
    scope: Scope | Bound
    clash: str = ""
    zero: bool = False

    @property
    def expression(self) -> str:
        """The formula with the printed inputs."""
        return shown(self.node, self.scope.show)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The addresses of the inputs."""
        return self.scope.inputs(self.names)


def in_words(case: Case, measured: Measure) -> str:
    """The formula of a measure in the words of its table: 执行率 = 执行数 ÷ 预算数."""
    file, row, column = split(measured.where)
    found = case.find(file, row)
    if found is None:
        return ""
    bound = bind(case, found[1]) if column == "actual" else None
    if bound:
        return f"{bound.ratio.title} = {bound.ratio.words}"
    scope = Scope(case, *found)
    node = chosen(parse(str(measured.relation.formula)), scope.figure)
    return f"{scope.called(column)} = {shown(node, scope.called)}"


def applies(relation: Relation, row: Row) -> bool:
    """Whether a formula has a meaning in a row: a parent if it asks for one, the right unit."""
    if "parent." in (relation.formula or "") and not row.parent:
        return False
    if relation.formula == FACTORS and not row[FACTORS].items:
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
        formulas = [each for each in table.relations if each.formula and each.column]
        scopes = [Scope(case, table, row) for row in table.rows] if formulas else []
        for relation in formulas:
            for result in _results(scopes, relation):
                known = measures.get(result.where)
                if known is None or known.figure is None:
                    measures[result.where] = result
    return measures


def _results(scopes: Iterable[Scope], relation: Relation) -> Iterator[Measure]:
    """A formula in every row that prints its result, or all that it needs for one."""
    column, formula = str(relation.column), formula_of(str(relation.formula))
    for scope in scopes:
        asked = scope.row[column].value is not None or not any(map(scope.lacks, formula.needed))
        if asked and applies(relation, scope.row):
            yield _measured(scope, relation, column, formula)


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
    known = formula_of(ratio.formula)
    return Measure(where, relation, result, known.node, known.names, bound, clash, zero)


def _measured(scope: Scope, relation: Relation, column: str, formula: Formula) -> Measure:
    node, used = formula.node, formula.names
    result, clash = None, ""
    try:
        if formula.chooses:
            node = chosen(node, scope.figure)
            used = tuple(names(node))
        result = value(node, scope.figure, scope.case.units)
    except UnitMismatch as error:
        clash = str(error)
    zero = result is None and not clash and all(scope.figure(name) is not None for name in used)
    where = scope.row.address(column)
    return Measure(where, relation, result, node, used, scope, clash, zero)
