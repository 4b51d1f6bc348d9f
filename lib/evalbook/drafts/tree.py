"""Which row stands under which: by numbering, 其中, indents and totals, settled by arithmetic.

A print does not say whether a row without a number is a part of the one above it, or whether a
小计 closes its rows or opens them. Each way of reading is tried; the one under which most sums
hold is taken, the first of them when several do equally well. No figure is changed by it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from evalbook.drafts.rows import SUBTOTAL, TOTAL, Line

Figures = Sequence[Mapping[str, Decimal]]
Parents = list[int | None]
WRONG = 2
HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Way:
    """One way of reading the rows.

    `by` numbering, indent or nothing; `loose` rows without a number belong to the numbered one
    above; `parts` of a row (其中) are its children, and with `runs` so are the rows after them;
    小计 or 合计 close their rows or open them.
    """

    by: str
    loose: bool
    parts: bool
    runs: bool
    closing: Mapping[bool, bool]


@dataclass(frozen=True, slots=True)
class Tree:
    """The parents found, and the lines whose children do not add up to them in any column."""

    parents: Parents
    apart: tuple[int, ...] = ()


def tree(lines: Sequence[Line], figures: Figures) -> Tree:
    """The parents of the lines; `figures` are their additive numbers in a common unit."""
    tried: dict[tuple[int | None, ...], int] = {}
    for way in _ways(lines):
        parents = _read(lines, way)
        if tuple(parents) not in tried:
            tried[tuple(parents)] = _worth(lines, parents, figures)
    best = max(tried, key=lambda parents: tried[parents])
    return _without_what_never_adds_up(lines, list(best), figures)


def _ways(lines: Sequence[Line]) -> Iterator[Way]:
    numbered = any(line.style for line in lines)
    unnumbered = any(not (line.style or line.total or line.made) for line in lines)
    indented = len({line.indent for line in lines if not line.total}) > 1
    bys = [*["numbering"] * numbered, *["indent"] * indented, "nothing"]
    loose = (False, True) if numbered and unnumbered else (False,)
    parts = [(True, False)]
    if any(line.is_part for line in lines):
        parts += [(True, True), (False, False)]
    high = (True, False) if any(line.total > SUBTOTAL for line in lines) else (True,)
    low = (True, False) if any(line.total == SUBTOTAL for line in lines) else (True,)
    for by, is_loose, (has, run), totals, subtotals in product(bys, loose, parts, high, low):
        yield Way(by, is_loose, has, run, {True: subtotals, False: totals})


def _read(lines: Sequence[Line], way: Way) -> Parents:
    parents: Parents = [line.group for line in lines]
    outside = set() if way.parts else {i for i, line in enumerate(lines) if line.is_part}
    stack: list[tuple[str, int]] = []
    running: int | None = None
    for index, line in enumerate(lines):
        if line.total or line.made or (index and line.group != lines[index - 1].group):
            stack, running = [], None
        if line.total or line.made or index in outside:
            continue
        above = _above(lines, index, stack, way)
        if way.runs and above is None and not line.style and index and running is not None:
            above = running
        running = above if line.is_part or above == running else None
        parents[index] = line.group if above is None else above
    for level in (SUBTOTAL, TOTAL, TOTAL + 1):
        _gather(lines, parents, level, outside, closing=way.closing[level == SUBTOTAL])
    return parents


def _above(lines: Sequence[Line], index: int, stack: list[tuple[str, int]], way: Way) -> int | None:
    """The line that a line stands under by its numbering, 其中 or indent."""
    line = lines[index]
    if line.is_part:
        return _whole(lines, index)
    if way.by == "indent":
        return _pushed(stack, f"{line.indent:02}", index, order=True)
    if way.by == "numbering" and line.style:
        return _pushed(stack, line.style, index, order=False)
    if way.by == "numbering" and way.loose:
        return stack[-1][1] if stack else None
    return None


def _whole(lines: Sequence[Line], index: int) -> int | None:
    """What a row that begins with 其中 is a part of: the row above it, past other parts."""
    above = index - 1
    while above >= 0 and lines[above].is_part:
        above -= 1
    return above if above >= 0 else None


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


def _gather(
    lines: Sequence[Line], parents: Parents, level: int, outside: set[int], *, closing: bool
) -> None:
    """Put the rows without a parent in the same group under the totals of a level."""
    order = range(len(lines)) if closing else range(len(lines) - 1, -1, -1)
    waiting: list[int] = []
    for index in order:
        line = lines[index]
        if line.total == level:
            mine = [i for i in waiting if lines[i].group == line.group]
            for each in mine:
                parents[each] = index
            waiting = [i for i in waiting if i not in mine]
        elif line.total > level:
            waiting = []
        elif parents[index] == line.group and index not in outside:
            waiting.append(index)


# ---- arithmetic


def _children(parents: Parents) -> dict[int, list[int]]:
    below: dict[int, list[int]] = {}
    for index, parent in enumerate(parents):
        if parent is not None:
            below.setdefault(parent, []).append(index)
    return below


def _worth(lines: Sequence[Line], parents: Parents, figures: Figures) -> int:
    """Sums that hold, less twice those that do not; a total of nothing is wrong throughout."""
    holds = wrong = 0
    for good, bad in _checked(parents, figures).values():
        holds, wrong = holds + good, wrong + bad
    known = set(parents)
    alone = (i for i, line in enumerate(lines) if line.total and i not in known)
    return holds - WRONG * (wrong + sum(len(figures[index]) for index in alone))


def _checked(parents: Parents, figures: Figures) -> dict[int, tuple[int, int]]:
    """By parent: how many of its columns are the sum of what stands below, and how many not."""
    below = _children(parents)
    found = {}
    for parent in below:
        verdicts = [_adds_up(parent, column, below, figures) for column in figures[parent]]
        found[parent] = (verdicts.count(True), verdicts.count(False))
    return found


def _adds_up(
    parent: int, column: str, below: Mapping[int, list[int]], figures: Figures
) -> bool | None:
    """None when it cannot be told, or when all are zero."""
    values, blank = _nearest(parent, column, below, figures)
    printed = figures[parent][column]
    total = sum(values, Decimal(0))
    if not values or not any([printed, *values]):
        return None
    exponents = [v.as_tuple().exponent for v in (printed, *values)]
    coarse = max(e for e in exponents if isinstance(e, int))
    room = Decimal(1).scaleb(coarse) * HALF * (len(values) + 1)
    if abs(total - printed) <= (room if coarse < 0 or len(values) > 1 else 0):
        return True
    return None if blank and total < printed else False


def _nearest(
    parent: int, column: str, below: Mapping[int, list[int]], figures: Figures
) -> tuple[list[Decimal], bool]:
    values: list[Decimal] = []
    blank = False
    for child in below.get(parent, ()):
        if column in figures[child]:
            values.append(figures[child][column])
        else:
            deeper, missing = _nearest(child, column, below, figures)
            values += deeper
            blank = blank or missing or not deeper
    return values, blank


def _without_what_never_adds_up(lines: Sequence[Line], parents: Parents, figures: Figures) -> Tree:
    """Rows that are no total and equal their children in no column do not stand above them.

    One column alone proves nothing; a total stays one, however wrong.
    """
    apart = tuple(
        parent
        for parent, (good, bad) in _checked(parents, figures).items()
        if not good
        and bad
        and not lines[parent].total
        and (bad > 1 or _is_soft(lines, parents, parent))
    )
    return Tree([None if p in apart else p for p in parents], apart)


def _is_soft(lines: Sequence[Line], parents: Parents, parent: int) -> bool:
    """Whether only 其中, an indent or a missing number says that rows stand below."""
    return not any(lines[index].style for index, above in enumerate(parents) if above == parent)
