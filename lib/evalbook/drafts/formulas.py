"""How a printed column follows from the others, where its kind of table does not say.

A formula is taken only when the figures themselves bear it out: three rows fit for each that does
not, and they have too many digits to fit by chance. The audit then holds every row to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from evalbook.expression import Node, chosen, names, parse, value
from evalbook.figures import Figure, exact

MOST_COLUMNS = 14
MOST_ROWS = 80
WRONG_WEIGHS = 3
TELLING_ROWS, TELLING_DIGITS = 2, 8

Row = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula for a column, the rows that fit it and the rows that could be tried."""

    column: str
    text: str
    fits: int
    tried: int


@dataclass(frozen=True, slots=True)
class Printed:
    """The numbers of a table in base units: rows, parents, and the last place of each column."""

    rows: Sequence[Row]
    parents: Sequence[int | None]
    places: Mapping[str, Decimal]

    def tried(self, column: str, formula: str) -> list[tuple[int, Decimal]]:
        """The rows in which both the column and its formula have a value, and that value."""
        found = []
        for index, row in enumerate(self.rows):
            if column in row:
                result = self.result(parse(formula), index)
                if result is not None:
                    found.append((index, result))
        return found

    def result(self, node: Node, index: int) -> Decimal | None:
        def figure(name: str) -> Figure | None:
            row: Row | None = self.rows[index]
            if name.startswith("parent."):
                above = self.parents[index]
                row = None if above is None else self.rows[above]
            number = (row or {}).get(name.removeprefix("parent."))
            return None if number is None else exact(number)

        result = value(chosen(node, figure), figure)
        return None if result is None else result.value


def settled(printed: Printed, column: str, options: Sequence[str]) -> Formula | None:
    """The first formula that the kind of table offers for a column and half of its rows fit."""
    for text in options:
        tried = printed.tried(column, text)
        fits = sum(_close(printed, index, column, result) for index, result in tried)
        if tried and fits * 2 >= len(tried):
            return Formula(column, text, fits, len(tried))
    return None


def found_formulas(
    printed: Printed,
    wanted: Sequence[str],
    sources: Sequence[str],
    rates: Sequence[str],
    explained: Mapping[str, str],
) -> list[Formula]:
    """The best formula for each wanted column over the source columns, where one fits.

    None that only turns around a formula that is `explained` already.
    """
    if len(sources) > MOST_COLUMNS:
        return []
    best = [
        formula
        for column in wanted
        for options in [_ratios(sources) if column in rates else _sums(column, sources)]
        for formula in [_best(printed, column, options)]
        if formula
    ]
    best.sort(key=lambda formula: formula.tried - formula.fits)
    found: list[Formula] = []
    used = {column: set(names(parse(text))) for column, text in explained.items()}
    for formula in best:
        if not _circular(formula, used):
            found.append(formula)
            used[formula.column] = set(names(parse(formula.text)))
    return found


def _ratios(sources: Sequence[str]) -> Iterator[str]:
    for one, other in permutations(sources, 2):
        yield f"{one} / {other}"
    for one in sources:
        yield f"{one} / parent.{one}"
    for one, other in permutations(sources, 2):
        yield f"( {one} - {other} ) / {other}"
        yield f"( {one} - {other} ) / {one}"


def _sums(column: str, sources: Sequence[str]) -> Iterator[str]:
    """Differences of two columns, and sums of neighbours to the right or to the left."""
    if column in sources:
        place = sources.index(column)
        for sideways in (sources[place + 1 :], sources[:place][::-1]):
            for length in range(len(sideways), 1, -1):
                yield " + ".join(sideways[:length])
    for one, other in permutations([source for source in sources if source != column], 2):
        yield f"{one} - {other}"


def _best(printed: Printed, column: str, options: Iterator[str]) -> Formula | None:
    best: Formula | None = None
    for text in options:
        formula = _formula(printed, column, text)
        if formula and (best is None or formula.fits > best.fits):
            best = formula
    return best


def _formula(printed: Printed, column: str, text: str) -> Formula | None:
    """The formula if the rows bear it out; given up as soon as they cannot."""
    node = parse(text)
    rows = [index for index, row in enumerate(printed.rows) if column in row][:MOST_ROWS]
    fits = wrong = 0
    telling: list[int] = []
    for index in rows:
        result = printed.result(node, index)
        if result is None:
            continue
        if _close(printed, index, column, result):
            fits += 1
            telling += _digits(printed.rows[index], column)
        else:
            wrong += 1
        if wrong * WRONG_WEIGHS > len(rows):
            return None
    enough = len(telling) >= TELLING_ROWS and sum(telling) >= TELLING_DIGITS
    if not enough or wrong * WRONG_WEIGHS > len(telling):
        return None
    return Formula(column, text, fits, fits + wrong)


def _digits(row: Row, column: str) -> list[int]:
    """How many digits a row gives as evidence; nothing, everything and a copy give none."""
    own = row[column]
    if own in (0, 1) or list(row.values()).count(own) > 1:
        return []
    return [len(own.normalize().as_tuple().digits)]


def _close(printed: Printed, index: int, column: str, result: Decimal) -> bool:
    return abs(printed.rows[index][column] - result) <= printed.places[column]


def _circular(formula: Formula, used: Mapping[str, set[str]]) -> bool:
    """Whether a column it uses is itself explained by this one: c = a − b, then a = b + c."""
    return any(formula.column in used.get(name, ()) for name in names(parse(formula.text)))
