"""The rows of a printed table as lines of a draft: names, groups above them, and their cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from evalbook.cells import NUMERIC
from evalbook.drafts.found import Spot, distinct, narrow
from evalbook.drafts.numbering import style_before, style_of
from evalbook.drafts.plan import Plan, Planned
from evalbook.drafts.settings import DraftWords, Standards
from evalbook.drafts.shape import Shaped
from evalbook.drafts.values import EMPTY, Value, value

SUBTOTAL, TOTAL, GRAND = 1, 2, 3
_BRACKETS = re.compile(r"\([^()]*\)$")
_MARKS = re.compile(r"[(（](\d+(?:\.\d+)?)分[)）]$")


@dataclass(slots=True)
class Line:
    """A row of the draft.

    `number` is its row as printed; `group` the line that names a group it stands in; `style` its
    kind of numbering (一、 or （一） …); `total` 1 for 小计, 2 for 合计, 3 for a 总计 of those;
    `is_part` a row that begins with 其中; `made` a line that only names a group;
    `extra` columns that are not printed.
    """

    id: str
    number: int
    name: str
    group: int | None = None
    style: str = ""
    indent: int = 0
    total: int = 0
    is_part: bool = False
    made: bool = False
    cells: dict[str, Value] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unread:
    """A printed cell that was not understood; `merged` when it reaches over several rows."""

    number: int
    heading: str
    text: str
    merged: bool = False


def lines_of(shaped: Shaped, plan: Plan, standards: Standards) -> tuple[list[Line], list[Unread]]:
    """Every row as a line, a line for each group of rows, and the cells not understood."""
    reader = _Rows(shaped, plan, standards)
    for position in range(len(shaped.rows)):
        reader.row(position)
    _mark_grand_totals(reader.lines, standards.words)
    return reader.lines, reader.unread


def _mark_grand_totals(lines: Sequence[Line], words: DraftWords) -> None:
    """A 总计 beside 合计, or a 合计 beside 收入合计, is the total of those."""
    totals = [line for line in lines if line.total == TOTAL]
    names = [narrow(line.name) for line in totals]
    for line, name in zip(totals, names, strict=True):
        grand = name.endswith(words.grand) and not all(n.endswith(words.grand) for n in names)
        if grand or any(each != name and each.endswith(name) for each in names):
            line.total = GRAND


class _Rows:
    """Goes down the rows and keeps the groups that are open, from the outermost."""

    def __init__(self, shaped: Shaped, plan: Plan, standards: Standards) -> None:
        self.shaped, self.plan, self.standards = shaped, plan, standards
        self.lines: list[Line] = []
        self.unread: list[Unread] = []
        self.open: list[tuple[Spot, int] | None] = [None] * max(0, len(plan.levels) - 1)
        self.section: int | None = None

    def row(self, position: int) -> None:
        number, spots = self.shaped.rows[position]
        name, level = self._name(spots)
        line = Line(f"r{number}", number, name.text, indent=name.indent)
        _describe(line, self._number(spots), self.standards.words)
        if self.plan.kind == "facts" and narrow(line.name) not in self.standards.words.totals:
            line.total = 0
        if line.total > SUBTOTAL:
            self.open, self.section = [None] * len(self.open), None
        else:
            line.group = self._groups(spots, level, number)
        for planned in self.plan.columns:
            self._fill(line, planned, position, name)
        if not line.name and not any(read.text for read in line.cells.values()):
            return
        self.lines.append(line)
        self._marks(line, spots, level)
        self._open(line, name, level, alone=len(distinct(spots)) == 1)

    def _number(self, spots: Sequence[Spot]) -> str:
        return "" if self.plan.numbering is None else narrow(spots[self.plan.numbering].text)

    def _name(self, spots: Sequence[Spot]) -> tuple[Spot, int]:
        """The innermost text that names the row and no open group, and its outermost level."""
        levels = self.plan.levels
        for level in reversed(range(len(levels))):
            spot = spots[levels[level]]
            if spot.text and not (level < len(self.open) and self._is_open(spot, level)):
                return spot, next(lv for lv in range(level + 1) if spots[levels[lv]] is spot)
        alone = distinct(spots)
        return (alone[0] if len(alone) == 1 else Spot(0, 0, "")), len(self.open)

    def _is_open(self, spot: Spot, level: int) -> bool:
        known = self.open[level]
        return known is not None and (known[0] is spot or known[0].text == spot.text)

    def _groups(self, spots: Sequence[Spot], level: int, number: int) -> int | None:
        """The line of the innermost group, made when its text is new."""
        inner = self.section
        for outer in range(min(level, len(self.open))):
            spot = spots[self.plan.levels[outer]]
            if spot.text and not self._is_open(spot, outer):
                made = Line(f"g{number}_{outer + 1}", number, spot.text, group=inner, made=True)
                self.lines.append(made)
                self._marks(made, spots, outer)
                self._open(made, spot, outer, alone=False)
            known = self.open[outer]
            inner = known[1] if known else inner
        return inner

    def _open(self, line: Line, name: Spot, level: int, *, alone: bool) -> None:
        """The last line as a group for what follows, if it stands at an outer level or alone."""
        if line.total > SUBTOTAL:
            return
        index = len(self.lines) - 1
        if level < len(self.open):
            self.open[level:] = [(name, index), *[None] * (len(self.open) - level - 1)]
        elif alone and not line.style and not line.total and line.name:
            line.group, self.section = None, index

    def _marks(self, line: Line, spots: Sequence[Spot], level: int) -> None:
        """Full marks in the column behind an outer level, or in brackets in the name: （20分）."""
        if self.plan.kind != "indicators":
            return
        column = self.standards.kinds["indicators"].columns["full_marks"]
        texts = [spots[i].text for i, own in self.plan.marks.items() if own == level]
        if found := _MARKS.search(line.name):
            texts.append(found[1])
        for text in filter(None, texts):
            if not line.cells.get("full_marks", EMPTY).text:
                line.cells["full_marks"] = value(text, column, "", self.standards)

    def _fill(self, line: Line, planned: Planned, position: int, name: Spot) -> None:
        """The cell of a row; a number merged over a whole group of rows is the group's."""
        number, spots = self.shaped.rows[position]
        spot = spots[planned.index]
        if spot is name or not spot.text:
            return
        heading = planned.heading.text or planned.column.name
        read = value(spot.text, planned.column, planned.unit, self.standards)
        reach = self._reach(planned.index, position)
        beside = [p.index for p in self.plan.columns if spots[p.index] is spot]
        if planned.column.type in NUMERIC and (len(reach) > 1 or len(beside) > 1):
            group = self._group_of(reach, position) if len(beside) == 1 else None
            if group is not None and not read.unread:
                self.lines[group].cells.setdefault(planned.code, read)
            elif reach[0] == position and beside[0] == planned.index:
                self.unread.append(Unread(number, heading, spot.text, merged=True))
            return
        if read.unread:
            self.unread.append(Unread(number, heading, spot.text))
        line.cells[planned.code] = read

    def _reach(self, index: int, position: int) -> range:
        """The rows that hold the same spot under a column."""
        rows = self.shaped.rows
        spot = rows[position][1][index]
        first = last = position
        while first > 0 and rows[first - 1][1][index] is spot:
            first -= 1
        while last + 1 < len(rows) and rows[last + 1][1][index] is spot:
            last += 1
        return range(first, last + 1)

    def _group_of(self, reach: range, position: int) -> int | None:
        """The open group that takes exactly these rows, the innermost first."""
        for level in reversed(range(len(self.open))):
            known = self.open[level]
            if known and self._reach(self.plan.levels[level], position) == reach:
                return known[1]
        return None


def _describe(line: Line, number: str, words: DraftWords) -> None:
    """Whether a row is a total or a part, and how it is numbered."""
    name = _BRACKETS.sub("", narrow(line.name)).rstrip(":：")
    if name.endswith(words.totals) or number.endswith(words.totals):
        line.total = TOTAL
    elif name.endswith(words.subtotals):
        line.total = SUBTOTAL
    line.is_part = name.startswith(words.parts) or number.startswith(words.parts)
    if not line.total:
        line.style = style_of(number) or style_before(line.name)
