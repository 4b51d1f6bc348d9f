"""What an address names: `budget.total.rate`, `case.published.score`, and its figure."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from evalbook.cells import BLANK, Cell, decimal, places
from evalbook.figures import MEASURED, PREFIXES, RATIO, Figure, last_place, printed, unit_of
from evalbook.model import Case, Row, Table, Tables
from evalbook.standards import Column

MENTION = re.compile(r"\{([^{}\s]+)\}")
NOTHING = Decimal(0)
EXACT = {"marks", "count", "price"}
FIGURES = ("value", "share", "change", "growth")
WORDS = {"<": "小于"}
SIGNS = {"≥": "不少于", ">": "不少于", "≤": "<", "<": "<"}


class Place(NamedTuple):
    """A cell found by its address, with its column, the places it is printed to and its unit.

    `figure` is its number in base units, with the interval that its printed places allow.
    """

    address: str
    cell: Cell
    column: Column
    places: int
    unit: str
    exact: bool
    row: Row | None = None
    table: Table | None = None
    word: str = ""
    figure: Figure | None = None

    @property
    def shown(self) -> str:
        """The cell with its unit and the word beside it, as a sentence says it: `3.7万多家`."""
        if self.cell.value is None:
            return self.cell.text
        if self.cell.sign:
            return self.cell.text + self.unit * (not self.cell.unit)
        number = self.cell.text.removesuffix(self.cell.unit)
        match self.word:
            case "左右":
                return f"{number}{self.unit}左右"
            case "余" | "多":
                size = self.unit[0] if self.unit[:1] in PREFIXES and self.unit[1:] else ""
                return f"{number}{size}{self.word}{self.unit.removeprefix(size)}"
            case _:
                return f"{WORDS.get(self.word, self.word)}{number}{self.unit}"


@lru_cache(maxsize=8192)
def split(address: str) -> tuple[str, str, str]:
    """File, row and column of an address; the column is empty where it names a whole row.

    The file of a nested project begins with `parts.<part>.`. Three empty texts for what is no
    address.
    """
    names = address.split(".")
    start = 3 if names[0] == "parts" else 1
    rest = [*names[start:], ""][:2] if start < len(names) <= start + 2 else ["", ""]
    return (".".join(names[:start]) if rest[0] else "", rest[0], rest[1])


def row_of(address: str) -> str:
    """The row that an address names or lies in: `budget.total.rate` → `budget.total`."""
    file, row, _ = split(address)
    return f"{file}.{row}"


def find(case: Case, address: str) -> Place | None:
    """The cell at `address`, None when there is no such row or column."""
    if address not in case.places:
        case.places[address] = _find(case, address)
    found: Place | None = case.places[address]
    return found


def _find(case: Case, address: str) -> Place | None:
    owner = case.home(address)
    local = address.removeprefix(owner.prefix)
    if local.startswith("case.published."):
        return _published(owner, local.removeprefix("case.published."))
    file, row, column = split(address)
    found = owner.find(file, row)
    if found is None or column not in found[0].columns:
        return None
    return place(owner, *found, column)


def mentions(text: str) -> list[str]:
    """The addresses that a text names in braces."""
    return MENTION.findall(text)


def find_row(case: Tables, address: str) -> tuple[Table, Row] | None:
    """The row that `file.id` or `file.id.column` names."""
    file, row, _ = split(address)
    return case.find(file, row)


def place(case: Tables, table: Table, row: Row, column: str) -> Place:
    """The cell of `row` under `column`, with the unit and the precision that hold for it."""
    address = row.address(column)
    found: Place | None = case.places.get(address)
    if found is None or found.row is not row:
        found = case.places[address] = _place(case, table, row, column, address)
    return found


def _place(case: Tables, table: Table, row: Row, column: str, address: str) -> Place:
    kind = table.columns[column]
    cell = row[column]
    unit = _unit(case, table, row, kind, cell)
    own = kind.type in {"number", "target"}
    exact = kind.type in EXACT or (own and not cell.places and _counts(case, unit))
    digits = cell.places if own else table.places.get(column, cell.places)
    word = row["approximate"].text
    word = word if word and column == _last_figure(row) else ""
    word = word or SIGNS.get(cell.sign, "")
    known = _figure(case, kind, cell, unit, _half_width(digits, exact))
    return Place(address, cell, kind, digits, unit, exact, row, table, word, known)


def _last_figure(row: Row) -> str:
    """The figure that a word of approximation goes with: the last that the row prints."""
    printed_figures = [column for column in FIGURES if row[column].value is not None]
    return printed_figures[-1] if printed_figures else ""


def located(case: Case, address: str, cell: Cell, column: Column, unit: str, exact: bool) -> Place:
    """A cell that stands in no table, at the precision it is written with."""
    known = _figure(case, column, cell, unit, _half_width(cell.places, exact))
    return Place(address, cell, column, cell.places, unit, exact, figure=known)


def _figure(case: Tables, column: Column, cell: Cell, unit: str, half: Decimal) -> Figure | None:
    """The figure of a cell; none of words, a blank or a range.

    A price is for one of what is counted: 12台 × 5000元 is an amount.
    """
    if cell.value is None or cell.high is not None:
        return None
    dimension, factor = unit_of(unit.split("/")[0] if column.type == "price" else unit, case.units)
    return printed(cell.value, half, factor, dimension)


def half_width(at: Place) -> Decimal:
    """How far the printed number may be off: half of its last place, nothing for an exact one."""
    return _half_width(at.places, at.exact)


def _half_width(digits: int, exact: bool) -> Decimal:
    return NOTHING if exact else 5 * last_place(digits + 1)


def _unit(case: Tables, table: Table, row: Row, column: Column, cell: Cell) -> str:
    stated = row["unit"].text
    if cell.unit:
        return cell.unit + stated * (cell.unit in PREFIXES)
    match column.type:
        case "amount":
            return stated or table.unit or case.money_unit
        case "number" | "target":
            return stated
        case "months":
            return "个月"
        case "marks":
            return "分"
        case _:
            return ""


def _counts(case: Tables, unit: str) -> bool:
    """Whether a unit is of things counted, one by one: 69万人 is not."""
    ratio = case.units.get(unit, (unit, 1))[0] == RATIO
    dimension, size = unit_of(unit, case.units)
    return not ratio and size == 1 and not MEASURED & dict(dimension).keys()


def _published(case: Case, key: str) -> Place | None:
    kinds = {"score": "marks", "full": "marks", "rate": "rate", "grade": "text"}
    if key not in kinds:
        return None
    stated = getattr(case.params.published, key)
    column = Column.model_validate({"name": _PUBLISHED[key], "type": kinds[key]})
    cell = BLANK
    if key == "grade" and stated:
        cell = Cell(stated, "value")
    elif stated is not None:
        number = decimal(str(stated).removesuffix("%"))
        cell = Cell(str(stated), "value", number, places(number), "%" * (key == "rate"))
    unit = cell.unit or "分" * (kinds[key] == "marks")
    exact = kinds[key] == "marks"
    return located(case, case.absolute(f"case.published.{key}"), cell, column, unit, exact)


_PUBLISHED = {"score": "综合得分", "full": "总分值", "rate": "综合得分率", "grade": "等级"}
