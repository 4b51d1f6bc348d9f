"""How a printed column follows from the others, where its kind of table does not say.

A formula is taken only when the figures themselves bear it out: three rows in four fit, and they
have too many digits to fit by chance. The audit then holds every row to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from evalbook.expression import Node, chosen, names, parse, value
from evalbook.figures import Figure, exact

MOST_COLUMNS = 14
FITTING = Decimal("0.75")
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
                result = self._result(parse(formula), index)
                if result is not None:
                    found.append((index, result))
        return found

    def _result(self, node: Node, index: int) -> Decimal | None:
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
    found: list[Formula] = []
    used = {column: set(names(parse(text))) for column, text in explained.items()}
    for column in wanted:
        options = _ratios(sources) if column in rates else _sums(column, sources)
        best = _best(printed, column, options)
        if best and not _circular(best, used):
            found.append(best)
            used[column] = set(names(parse(best.text)))
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
        tried = printed.tried(column, text)
        fitting = [index for index, result in tried if _close(printed, index, column, result)]
        if len(fitting) < FITTING * len(tried) or not _tells(printed, column, fitting):
            continue
        if best is None or len(fitting) > best.fits:
            best = Formula(column, text, len(fitting), len(tried))
    return best


def _close(printed: Printed, index: int, column: str, result: Decimal) -> bool:
    return abs(printed.rows[index][column] - result) <= printed.places[column]


def _tells(printed: Printed, column: str, fitting: Sequence[int]) -> bool:
    """Whether the rows that fit could not do so by chance: their figures have enough digits.

    Nothing, everything and a copy of another column say little.
    """
    telling = [
        printed.rows[index][column].normalize().as_tuple().digits
        for index in fitting
        if printed.rows[index][column] not in (0, 1)
        and list(printed.rows[index].values()).count(printed.rows[index][column]) == 1
    ]
    return len(telling) >= TELLING_ROWS and sum(map(len, telling)) >= TELLING_DIGITS


def _circular(formula: Formula, used: Mapping[str, set[str]]) -> bool:
    """Whether a column it uses is itself explained by this one: c = a − b, then a = b + c."""
    return any(formula.column in used.get(name, ()) for name in names(parse(formula.text)))
