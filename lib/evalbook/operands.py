"""Which ratio an indicator is measured by, and which cells of the case are its operands.

A row's own `formula` goes before that of the framework's indicator with the same id. Its evidence
names the operands: as many cells as there are operands, by the names of their columns or else in
their order, or a row whose columns go by the operands' names.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evalbook.cells import NUMERIC, PERCENTS
from evalbook.errors import Fault, nearest
from evalbook.figures import Figure, unit_of
from evalbook.frameworks import by_id, unseen
from evalbook.lookup import Place, find, find_row
from evalbook.model import Case, Row
from evalbook.ratios import RATIOS, UNSEEN, Ratio


@dataclass(frozen=True, slots=True)
class Bound:
    """A ratio with the address of each operand; `authority` says who gives it for this row."""

    case: Case
    ratio: Ratio
    cells: Mapping[str, str]
    authority: str

    def address(self, name: str) -> str:
        """Of an operand; of another base: the cell of that name beside the denominator."""
        beside = self.cells[self.ratio.denominator].rsplit(".", 1)[0]
        return self.cells.get(name, f"{beside}.{name}")

    def figure(self, name: str) -> Figure | None:
        at = find(self.case, self.address(name))
        return at.figure if at else None

    def inputs(self, used: Iterable[str]) -> tuple[str, ...]:
        """The addresses of all operands, whatever of them the formula names."""
        return tuple(self.cells.values())

    def show(self, name: str) -> str:
        at = find(self.case, self.address(name))
        text = at.shown if at and at.cell.text else "未公布"
        return f"（{text}）" if text.startswith(("-", "−")) else text


def ratio_of(case: Case, row: Row) -> Ratio | None:
    """The ratio that a row names, else the one of the framework's indicator with its id."""
    if row["formula"].text:
        return RATIOS.get(row["formula"].text)
    indicator = by_id(case.framework).get(row.id)
    return RATIOS.get(indicator.formula or "") if indicator else None


def bind(case: Case, row: Row) -> Bound | None:
    """The ratio of an indicator and its operands; None when the evidence does not name them.

    A rate is only measured where the document prints one, or nothing.
    """
    ratio, actual = ratio_of(case, row), row["actual"]
    if ratio is None or (actual.text and actual.unit not in PERCENTS):
        return None
    cells = _operands(case, row, ratio)
    doubtful = ratio.unverified or (not row["formula"].text and unseen(case.framework, row.id))
    authority = ratio.reference + (UNSEEN if doubtful else "")
    return Bound(case, ratio, cells, authority) if cells else None


def _operands(case: Case, row: Row, ratio: Ratio) -> Mapping[str, str]:
    return _in_order(case, row, ratio) or _by_columns(case, row, ratio)


def _in_order(case: Case, row: Row, ratio: Ratio) -> Mapping[str, str]:
    """The cells of the evidence as operands, if there are as many of them.

    Cells of columns that are called as the operands are bound by name, others in their order.
    Where the formula is only the framework's, the cells may be there for another reason: then they
    must be of one kind, and no rates unless the formula asks for rates.
    """
    places = _cells(case, row)
    fits = len(places) == len(ratio.operands) == len(row["evidence"].items)
    if not row["formula"].text:
        kinds = {unit_of(at.unit, case.units)[0] for at in places}
        rates = any(at.unit in PERCENTS or at.column.type == "rate" for at in places)
        fits = fits and len(kinds) == 1 and rates == ratio.of_rates
    if not fits:
        return {}
    named = {at.address.rpartition(".")[2]: at.address for at in places}
    if named.keys() == ratio.operands.keys():
        return {name: named[name] for name in ratio.operands}
    return dict(zip(ratio.operands, (at.address for at in places), strict=True))


def _cells(case: Case, row: Row) -> list[Place]:
    """The cells with figures that the evidence names."""
    found = (find(case, address) for address in row["evidence"].items)
    return [at for at in found if at and at.column.type in NUMERIC | {"target"}]


def _by_columns(case: Case, row: Row, ratio: Ratio) -> Mapping[str, str]:
    """The cells of the first row of the evidence that has a column for every operand."""
    for address in row["evidence"].items:
        found = find_row(case, address)
        if found and all(name in found[0].columns for name in ratio.operands):
            return {name: found[1].address(name) for name in ratio.operands}
    return {}


def operand_faults(case: Case) -> Iterator[Fault]:
    """Rows that name an unknown formula, or one that their evidence does not fit.

    An address that does not exist is a fault of its own.
    """
    for _, row in case.rows("indicators"):
        name = row["formula"].text
        ratio = RATIOS.get(name)
        if name and ratio is None:
            problem = f"没有名为“{name}”的公式"
            yield Fault(f"{row.where} formula 列", problem, nearest(name, RATIOS))
        elif ratio and _all_there(case, row) and not _operands(case, row, ratio):
            yield _wrong_number(case, row, ratio)


def _all_there(case: Case, row: Row) -> bool:
    """Whether the row has evidence, and all of it exists."""
    evidence = row["evidence"].items
    return bool(evidence) and all(find_row(case, address) for address in evidence)


def _wrong_number(case: Case, row: Row, ratio: Ratio) -> Fault:
    needed = "、".join(ratio.operands.values())
    given = len(_cells(case, row))
    return Fault(
        f"{row.where} evidence 列",
        f"公式“{ratio.name}”要 {len(ratio.operands)} 个数（{needed}），此处给出 {given} 个",
        f"请依次写出各数的地址，或写有 {'、'.join(ratio.operands)} 各列的一行",
    )
