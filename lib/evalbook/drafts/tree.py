"""Which row stands under which: by numbering, 其中, indents and totals, settled by arithmetic.

A print does not say whether a row without a number is a part of the one above it, or whether a
小计 closes its rows or opens them. Each way of reading is tried; the one under which most sums
hold is taken, the first of them when several do equally well. No figure is changed by it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product

from evalbook.drafts.rows import SUBTOTAL, TOTAL, Line
from evalbook.drafts.sums import Figures, Parents, checked, worth

MOST_LINES = 300


@dataclass(frozen=True, slots=True)
class Way:
    """One way of reading the rows.

    `by` numbering, indent or nothing; `loose` rows without a number belong to the numbered one
    above; `parts` of a row (其中) are its children, and with `runs` so are the rows after them;
    `copies` of the figures above are their parts; `sole`: only the last 合计 is one; 小计 or 合计
    close their rows or open them.
    """

    by: str
    loose: bool
    parts: bool
    runs: bool
    copies: bool
    sole: bool
    totals_close: bool
    subtotals_close: bool


@dataclass(frozen=True, slots=True)
class Tree:
    """The parents found, and the lines whose children do not add up to them in any column."""

    parents: Parents
    apart: tuple[int, ...] = ()


def tree(lines: Sequence[Line], figures: Figures) -> Tree:
    """The parents of the lines; `figures` are their additive numbers in a common unit."""
    tried: dict[tuple[int | None, ...], int] = {}
    for way in _ways(lines, figures):
        reading = _Reading(lines, figures, way)
        parents = tuple(reading.parents())
        value = worth(parents, reading.levels, figures, reading.copied)
        tried[parents] = max(value, tried.get(parents, value))
    best = max(tried, key=lambda parents: tried[parents])
    return _without_what_never_adds_up(lines, best, figures)


def _ways(lines: Sequence[Line], figures: Figures) -> Iterator[Way]:
    """Every way in which these rows can be read, the most usual first."""
    many = len(lines) > MOST_LINES
    totals = sum(line.total >= TOTAL for line in lines)
    numbered = any(line.style for line in lines)
    unnumbered = any(not (line.style or line.total or line.made) for line in lines)
    indented = len({line.indent for line in lines if not line.total}) > 1
    bys = [*["numbering"] * numbered, *["indent"] * indented, "nothing"]
    loose = (False, True) if numbered and unnumbered and not many else (False,)
    parts = [(True, False)]
    if any(line.is_part for line in lines):
        parts += [(True, True), (False, False)]
    copies = (False, True) if any(_is_copy(*pair) for pair in pairwise(figures.rows)) else (False,)
    sole = (False, True) if totals > 1 else (False,)
    high = (True, False) if totals else (True,)
    low = (True, False) if any(line.total == SUBTOTAL for line in lines) else (True,)
    options = product(bys, loose, parts, copies, sole, high, low)
    for by, is_loose, (has, run), copied, alone, closing, closes in options:
        yield Way(by, is_loose, has, run, copied, alone, closing, closes)


def _is_copy(above: Mapping[str, Decimal], row: Mapping[str, Decimal]) -> bool:
    """Whether a row prints the figures of the row above again, at least two of them."""
    return above == row and sum(map(bool, row.values())) > 1


class _Reading:
    """The rows read in one way."""

    def __init__(self, lines: Sequence[Line], figures: Figures, way: Way) -> None:
        self.lines, self.figures, self.way = lines, figures, way
        self.above: list[int | None] = [line.group for line in lines]
        self.levels = [line.total for line in lines]
        totals = [index for index, level in enumerate(self.levels) if level >= TOTAL]
        for index in totals[:-1] if way.sole else ():
            self.levels[index] = 0
        self.copied: set[int] = set()
        self.outside = {i for i, line in enumerate(lines) if line.is_part and not way.parts}

    def parents(self) -> list[int | None]:
        stack: list[tuple[str, int]] = []
        running: int | None = None
        for index, line in enumerate(self.lines):
            ended = self.levels[index] or line.made
            if ended or (index and line.group != self.lines[index - 1].group):
                stack, running = [], None
            if ended or index in self.outside:
                continue
            above = self._above(index, stack)
            if self.way.runs and above is None and not line.style:
                above = running
            running = above if line.is_part or above == running else None
            self.above[index] = line.group if above is None else above
        self._gather(SUBTOTAL, closing=self.way.subtotals_close)
        for level in (TOTAL, TOTAL + 1):
            self._gather(level, closing=self.way.totals_close)
        return self.above

    def _above(self, index: int, stack: list[tuple[str, int]]) -> int | None:
        """The line that a line stands under by its numbering, 其中, indent or figures."""
        line, way = self.lines[index], self.way
        if line.is_part:
            return self._whole(index)
        if way.copies and index and self._repeats(index):
            self.copied.add(index - 1)
            return index - 1
        if way.by == "indent":
            return _pushed(stack, f"{line.indent:02}", index, order=True)
        if way.by == "numbering" and line.style:
            return _pushed(stack, line.style, index, order=False)
        if way.by == "numbering" and way.loose and stack:
            return stack[-1][1]
        return None

    def _repeats(self, index: int) -> bool:
        rows = self.figures.rows
        plain = not self.lines[index].style and not self.levels[index - 1]
        return plain and _is_copy(rows[index - 1], rows[index])

    def _whole(self, index: int) -> int | None:
        """What a row that begins with 其中 is a part of: the row above it, past other parts."""
        above = index - 1
        while above >= 0 and self.lines[above].is_part:
            above -= 1
        return above if above >= 0 else None

    def _gather(self, level: int, *, closing: bool) -> None:
        """Put the rows without a parent in the same group under the totals of a level."""
        order = range(len(self.lines))
        waiting: list[int] = []
        for index in order if closing else reversed(order):
            group = self.lines[index].group
            if self.levels[index] == level:
                mine = [each for each in waiting if self.lines[each].group == group]
                for each in mine:
                    self.above[each] = index
                waiting = [each for each in waiting if each not in mine]
            elif self.levels[index] > level:
                waiting = []
            elif self.above[index] == group and index not in self.outside:
                waiting.append(index)


def _pushed(stack: list[tuple[str, int]], level: str, index: int, *, order: bool) -> int | None:
    """The line above on the stack; levels are known by order, or by their first appearance."""
    if order:
        while stack and stack[-1][0] >= level:
            stack.pop()
    else:
        depth = next((d for d, (style, _) in enumerate(stack) if style == level), None)
        if depth is not None:
            del stack[depth:]
    above = stack[-1][1] if stack else None
    stack.append((level, index))
    return above


def _without_what_never_adds_up(lines: Sequence[Line], parents: Parents, figures: Figures) -> Tree:
    """Rows that are no total and equal their children in no column do not stand above them.

    One column alone proves nothing; a total stays one, however wrong.
    """
    apart = tuple(
        parent
        for parent, (good, bad) in checked(parents, figures).items()
        if not good
        and bad
        and not lines[parent].total
        and (bad > 1 or _is_soft(lines, parents, parent))
    )
    return Tree([None if p in apart else p for p in parents], apart)


def _is_soft(lines: Sequence[Line], parents: Parents, parent: int) -> bool:
    """Whether only 其中, an indent or a missing number says that rows stand below."""
    return not any(lines[index].style for index, above in enumerate(parents) if above == parent)
