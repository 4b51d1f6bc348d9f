"""Where the parts of a self-evaluation form lie on a sheet: headings first, values later.

Nothing is read here but headings and labels. What could be two things is listed as such: whoever
reads the values refuses it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from evalbook.forms.grid import Grid, GridCell
from evalbook.forms.words import FormWords, Term, meaning, one_of, squeezed

LONGEST_TITLE = 60
NAMING = {"level1", "level2", "name", "target", "actual"}
AMOUNTS = ("budget", "adjusted", "executed")


@dataclass(frozen=True, slots=True)
class Block:
    """A table within the form: the rows of its headings, the columns by what they mean.

    `groups` are headings over other headings, `unknown` those with no known meaning, `doubled`
    pairs with the same one.
    """

    top: int
    bottom: int
    columns: Mapping[str, GridCell]
    groups: tuple[GridCell, ...]
    unknown: tuple[GridCell, ...]
    doubled: tuple[tuple[GridCell, GridCell], ...]

    @property
    def left(self) -> int:
        return min(cell.column for cell in self.columns.values())

    @property
    def right(self) -> int:
        return max(cell.right for cell in self.columns.values())


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a form; those that must be there once are lists, so that two can be told."""

    titles: tuple[GridCell, ...]
    fields: Mapping[str, tuple[GridCell, ...]]
    labels: tuple[GridCell, ...]
    budgets: tuple[Block, ...]
    tasks: tuple[Block, ...]
    goals: tuple[Block, ...]
    indicators: tuple[Block, ...]
    totals: tuple[GridCell, ...]

    @property
    def head(self) -> int:
        """The first row below the names: of the first table."""
        return min(block.top for block in self._tables())

    def end(self, block: Block, last: int) -> int:
        """The last row that belongs to a table: the one above the next."""
        starts = [other.top for other in self._tables() if other.top > block.bottom]
        starts += [label.row for label in self.labels if label.row > block.bottom]
        return min(starts, default=last + 1) - 1

    def _tables(self) -> Iterator[Block]:
        yield from (*self.budgets, *self.tasks, *self.goals, *self.indicators)


def layout(grid: Grid, words: FormWords) -> Layout | None:
    """The layout of the form on a sheet; None when the sheet has no table of indicators."""
    indicators = tuple(blocks(grid, words.indicators.columns, _names_indicators))
    if not indicators:
        return None
    tasks = tuple(blocks(grid, words.tasks.columns, _names_tasks))
    taken = {row for block in tasks for row in range(block.top, block.bottom + 1)}
    budgets = tuple(
        block
        for block in blocks(grid, words.budget.columns, _names_amounts)
        if block.top not in taken
    )
    terms = {"expected": words.goals.expected, "actual": words.goals.actual}
    goals = tuple(blocks(grid, terms, lambda found: "expected" in found))
    labels = (words.budget.label, words.goals.label, words.tasks.label, words.indicators.label)
    first = min(block.top for block in (*budgets, *tasks, *goals, *indicators))
    return Layout(
        titles=tuple(cell for cell in grid.cells if cell.row < first and is_title(cell, words)),
        fields=_fields(grid, words, first),
        labels=tuple(c for c in grid.cells if any(label.meets(c.text) for label in labels)),
        budgets=budgets,
        tasks=tasks,
        goals=goals,
        indicators=indicators,
        totals=tuple(_totals(grid, words, indicators[0])),
    )


def is_title(cell: GridCell, words: FormWords) -> bool:
    """Whether a cell names the form: 2022年度项目支出绩效自评表（公开14表）."""
    plain = squeezed(cell.text)
    return len(plain) <= LONGEST_TITLE and any(w in plain for w in words.titles["project"].words)


def _names_indicators(found: set[str]) -> bool:
    return len(found) >= 3 and len(found & NAMING) >= 2


def _names_tasks(found: set[str]) -> bool:
    return "name" in found and len(found) >= 2


def _names_amounts(found: set[str]) -> bool:
    return len(found) >= 3 and bool(found & set(AMOUNTS))


def blocks(
    grid: Grid, terms: Mapping[str, Term], enough: Callable[[set[str]], bool]
) -> Iterator[Block]:
    """Every run of rows whose headings are enough to make a table."""
    known = [(cell, key) for cell in grid.cells if (key := meaning(cell.text, terms))]
    for run in _runs(known):
        if enough({key for _, key in run}):
            yield _block(grid, terms, run)


Headings = list[tuple[GridCell, str]]


def _runs(known: Headings) -> Iterator[Headings]:
    """Headings in the same row, and in the next when they are several or reach into it."""
    by_row: dict[int, Headings] = {}
    for cell, key in known:
        by_row.setdefault(cell.row, []).append((cell, key))
    run: Headings = []
    for row, headings in sorted(by_row.items()):
        last = max((cell.row for cell, _ in run), default=0)
        reach = max((cell.bottom for cell, _ in run), default=0)
        joins = row <= reach or (row == last + 1 and len(headings) > 1)
        if run and not joins:
            yield run
            run = []
        run += headings
    if run:
        yield run


def _block(grid: Grid, terms: Mapping[str, Term], run: Headings) -> Block:
    top, bottom = min(c.row for c, _ in run), max(c.bottom for c, _ in run)
    columns: dict[str, GridCell] = {}
    doubled = []
    for cell, key in run:
        if _has_headings_below(cell, run):
            continue
        if key in columns:
            doubled.append((columns[key], cell))
        columns.setdefault(key, cell)
    left = min(cell.column for cell, _ in run)
    inside = [cell for row in range(top, bottom + 1) for cell in grid.row(row)]
    groups = tuple(cell for cell in inside if _has_headings_below(cell, run))
    unknown = tuple(
        cell
        for cell in inside
        if cell.column > left and cell not in groups and not meaning(cell.text, terms)
    )
    return Block(top, bottom, columns, groups, unknown, tuple(doubled))


def _has_headings_below(cell: GridCell, run: Headings) -> bool:
    """Whether a heading is that of a group, such as 年度指标值 over 指标性质 and 指标值."""
    return any(
        other.row > cell.bottom and cell.column <= other.column <= cell.right for other, _ in run
    )


def _fields(grid: Grid, words: FormWords, first: int) -> Mapping[str, tuple[GridCell, ...]]:
    """The labels of the names at the head; the grade may stand anywhere."""
    found: dict[str, tuple[GridCell, ...]] = {}
    for cell in grid.cells:
        key = meaning(label_of(cell.text, words), words.fields)
        if key and (cell.row < first or key == "grade"):
            found[key] = (*found.get(key, ()), cell)
    return found


def label_of(text: str, words: FormWords) -> str:
    """The label in a cell that holds label and value, `项目名称：…`, else the text."""
    start, colon, rest = text.replace(":", "：").partition("：")
    known = meaning(start, words.fields) or one_of(start, words.personal)
    return start if colon and rest.strip() and known else text


def _totals(grid: Grid, words: FormWords, block: Block) -> Iterable[GridCell]:
    """The rows of the total: 总分 in one of the columns that name indicators."""
    named = block.columns.get("name") or block.columns.get("level1")
    last = named.right if named else block.right
    return (
        cell
        for cell in grid.cells
        if cell.row > block.bottom
        and cell.column <= last
        and words.indicators.total.meets(cell.text)
    )
