"""A sheet as a person sees it: cells with the text shown, merged ranges, addresses such as `B7`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from evalbook.errors import Fault

MAX_ROWS = 2_000
MAX_COLUMNS = 100
MAX_MERGES = 2_000
Spot = tuple[int, int]


def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def address(row: int, column: int) -> str:
    return f"{letters(column)}{row}"


@dataclass(frozen=True, slots=True)
class Area:
    """A cell or a merged range: rows `row` to `bottom`, columns `column` to `right`, from 1."""

    row: int
    column: int
    bottom: int
    right: int

    @property
    def at(self) -> str:
        """The address of its first cell."""
        return address(self.row, self.column)

    @property
    def range(self) -> str:
        """`B7`, or `B7:C9` when it is merged."""
        return self.at if self.single else f"{self.at}:{address(self.bottom, self.right)}"

    @property
    def single(self) -> bool:
        return (self.row, self.column) == (self.bottom, self.right)

    def overlaps(self, other: "Area") -> bool:
        rows = self.row <= other.bottom and other.row <= self.bottom
        return rows and self.column <= other.right and other.column <= self.right


@dataclass(frozen=True, slots=True)
class GridCell(Area):
    """A cell with the text that it shows; merged cells are one."""

    text: str = ""


@dataclass(frozen=True)
class Grid:
    """A sheet of `file`. `faults` are cells that cannot be read as they stand; `hidden` says what
    of it a person does not see, `long` that rows below MAX_ROWS were left unread.
    """

    file: str
    sheet: str
    texts: Mapping[Spot, str]
    merges: Sequence[Area] = ()
    faults: tuple[Fault, ...] = ()
    hidden: tuple[str, ...] = ()
    invisible: bool = False
    long: bool = False

    def where(self, spot: Area | str) -> str:
        """How messages call a place: file, sheet, address."""
        return f"{self.file} 工作表“{self.sheet}” {spot if isinstance(spot, str) else spot.range}"

    @cached_property
    def _covered(self) -> Mapping[Spot, Area]:
        """The merged range that covers a place, within the rows and columns that hold text."""
        last = max((row for row, _ in self.texts), default=0)
        widest = max((column for _, column in self.texts), default=0)
        return {
            (row, column): area
            for area in self.merges
            for row in range(area.row, min(area.bottom, last) + 1)
            for column in range(area.column, min(area.right, widest) + 1)
        }

    def at(self, row: int, column: int) -> GridCell:
        """The cell at a place, or the merged one that covers it; its text may be empty."""
        area = self._covered.get((row, column)) or Area(row, column, row, column)
        text = self.texts.get((area.row, area.column), "")
        return GridCell(area.row, area.column, area.bottom, area.right, text)

    @cached_property
    def cells(self) -> tuple[GridCell, ...]:
        """All cells with text, in reading order."""
        found = (self.at(row, column) for row, column in sorted(self.texts))
        return tuple(dict.fromkeys(found))

    @cached_property
    def _rows(self) -> Mapping[int, list[GridCell]]:
        found: dict[int, list[GridCell]] = {}
        for cell in self.cells:
            found.setdefault(cell.row, []).append(cell)
        return found

    def row(self, row: int) -> list[GridCell]:
        """The cells with text that begin in a row."""
        return self._rows.get(row, [])

    @property
    def last(self) -> int:
        """The last row with text."""
        return max(self._rows, default=0)

    def covered_faults(self) -> Iterator[Fault]:
        """Text under a merged range, which nobody sees, and ranges that overlap."""
        for number, one in enumerate(self.merges):
            for other in self.merges[:number]:
                if one.overlaps(other):
                    problem = f"合并区域 {one.range} 与 {other.range} 重叠"
                    yield Fault(self.where(one), problem, "请取消合并后重新合并")
        for (row, column), text in sorted(self.texts.items()):
            area = self._covered.get((row, column))
            if area and (area.row, area.column) != (row, column):
                problem = f"被合并区域 {area.range} 盖住，里面还有内容“{text[:20]}”"
                remedy = "请取消合并，删去盖住的内容或移到别处"
                yield Fault(self.where(address(row, column)), problem, remedy)
