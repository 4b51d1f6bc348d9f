"""What of a form was understood and what was not, cell by cell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evalbook.cells import CellError, parse_cell
from evalbook.errors import Fault
from evalbook.forms.form import Printed
from evalbook.forms.grid import Area, Grid, GridCell, Spot
from evalbook.standards import Column, ColumnType

MONEY = ("元", "千元", "万元", "百万元", "亿元")
SHOWN = 30
_FORMULA = re.compile(r"[=＝+@].*[A-Za-z(|].*|-.*\|.*!.*", re.S)
_UNITS = {"amount": MONEY, "marks": ("分",), "rate": ("%", "‰")}


@dataclass(frozen=True, slots=True)
class Understanding:
    """The readings of a form, each with its address: understood, and left unread or lacking."""

    where: str
    understood: tuple[tuple[str, str], ...]
    unread: tuple[tuple[str, str], ...]


class Ledger:
    """Kept while a form is read: cells taken, what they were taken for, and faults."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.faults: list[Fault] = []
        self._taken: set[Spot] = set()
        self._said: list[tuple[Spot, str, str]] = []
        self._unread: list[tuple[Spot, str, str]] = []

    def take(self, cell: GridCell) -> Printed:
        """The cell's text in one line; the cell counts as read."""
        self._taken.add((cell.row, cell.column))
        if _FORMULA.fullmatch(cell.text):
            problem = f"“{short(cell.text)}”像是公式"
            self.fault(cell, problem, "请改为普通的文字或数，不要以等号、加号或 @ 开头")
        return Printed(one_line(cell.text), cell.at) if cell.text else Printed()

    def say(self, area: Area, text: str, place: str = "") -> None:
        """What an area was understood as."""
        self._said.append(((area.row, area.column), place or area.range, text))

    def skip(self, cell: GridCell, why: str) -> None:
        """A cell that is knowingly not taken over."""
        self._taken.add((cell.row, cell.column))
        self._unread.append(((cell.row, cell.column), cell.range, why))

    def lack(self, area: Area, what: str) -> None:
        """Something that a form has and this one does not, or leaves empty."""
        self._unread.append(((area.row, area.column), area.range, what))

    def fault(self, area: Area, problem: str, remedy: str) -> None:
        self.faults.append(Fault(self.grid.where(area), problem, remedy))

    def value(self, cell: GridCell, kind: ColumnType) -> Printed:
        """A cell as `kind` takes it, else a fault; blank when nothing is printed."""
        printed = self.take(cell)
        try:
            parsed = parse_cell(printed.text, Column(name=kind, type=kind))
        except CellError as error:
            self.fault(cell, str(error), "没有的数请留空，不适用的填“—”")
            return Printed()
        allowed = _UNITS.get(kind)
        if allowed and parsed.unit and parsed.unit not in allowed:
            problem = f"“{printed.text}”的单位“{parsed.unit}”不对"
            self.fault(cell, problem, f"应为：{'、'.join(allowed)}，或不写单位")
        return printed

    def understanding(self) -> Understanding:
        """All of it in reading order; what no one has taken is unread."""
        left = [
            ((cell.row, cell.column), cell.range, f"“{short(cell.text)}”没有识别，没有读入")
            for cell in self.grid.cells
            if (cell.row, cell.column) not in self._taken
        ]
        return Understanding(
            self.grid.where("").strip(), _in_order(self._said), _in_order(self._unread + left)
        )


def _in_order(lines: Sequence[tuple[Spot, str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((place, text) for _, place, text in sorted(lines, key=lambda line: line[0]))


def one_line(text: str) -> str:
    """Without line breaks, which a narrow cell forces upon words."""
    return "".join(part.strip() for part in text.splitlines())


def short(text: str) -> str:
    plain = one_line(text)
    return plain if len(plain) <= SHOWN else plain[:SHOWN] + "…"
