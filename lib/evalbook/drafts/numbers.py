"""The numbers of a draft in base units, for arithmetic that settles how the table is built."""

from collections.abc import Sequence
from decimal import Decimal

from evalbook.cells import NUMERIC, Cell
from evalbook.drafts.formulas import Printed
from evalbook.drafts.plan import Plan
from evalbook.drafts.rows import Line
from evalbook.drafts.settings import Standards
from evalbook.figures import unit_of

FEWEST_PARTS = 3


def printed(lines: Sequence[Line], plan: Plan, unit: str, standards: Standards) -> Printed:
    """Every number of the lines; amounts without a unit are in the table's."""
    types = {p.code: p.column.type for p in plan.columns if p.column.type in NUMERIC}
    types |= {"full_marks": "marks"} if plan.kind == "indicators" else {}
    rows: list[dict[str, Decimal]] = []
    places: dict[str, Decimal] = {}
    for line in lines:
        stated = line.cells["unit"].text if "unit" in line.cells else ""
        row = {}
        for code, read in line.cells.items():
            if code in types and read.cell.value is not None:
                own = stated or unit if types[code] == "amount" else ""
                factor = _factor(read.cell, own, standards)
                row[code] = read.cell.value * factor
                last = Decimal(1).scaleb(-read.cell.places) * factor
                places[code] = min(places.get(code, last), last)
        rows.append(row)
    return Printed(rows, [None] * len(rows), places)


def _factor(cell: Cell, unit: str, standards: Standards) -> Decimal:
    return unit_of(cell.unit or unit, standards.units)[1]


def is_average(numbers: Printed, total: int, code: str) -> bool:
    """Whether a total lies among at least three parts, as a mean does and a sum cannot."""
    below = [index for index, parent in enumerate(numbers.parents) if parent == total]
    parts = [numbers.rows[index][code] for index in below if code in numbers.rows[index]]
    own = numbers.rows[total].get(code)
    return (
        own is not None
        and len(parts) >= FEWEST_PARTS
        and all(part >= 0 for part in parts)
        and min(parts) < own < max(parts)
    )
