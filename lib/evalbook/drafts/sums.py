"""Whether rows add up to what they seem to stand under, column by column."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

Parents = Sequence[int | None]
HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Figures:
    """The additive numbers of each row in common units, and the last place of each column."""

    rows: Sequence[Mapping[str, Decimal]]
    places: Mapping[str, Decimal]


def worth(
    parents: Parents, levels: Sequence[int], figures: Figures, trivial: Container[int]
) -> int:
    """Sums that hold, less those that do not; a total of nothing is wrong throughout.

    Sums of `trivial` parents hold by the very way in which they were found.
    """
    holds = wrong = 0
    for parent, (good, bad) in checked(parents, figures).items():
        holds, wrong = holds + good * (parent not in trivial), wrong + bad
    known = set(parents)
    alone = (index for index, level in enumerate(levels) if level and index not in known)
    return holds - wrong - sum(len(figures.rows[index]) for index in alone)


def checked(parents: Parents, figures: Figures) -> dict[int, tuple[int, int]]:
    """By parent: how many of its columns are the sum of what stands below, and how many not."""
    below: dict[int, list[int]] = {}
    for index, parent in enumerate(parents):
        if parent is not None:
            below.setdefault(parent, []).append(index)
    found = {}
    for parent in below:
        verdicts = [_adds_up(parent, column, below, figures) for column in figures.rows[parent]]
        found[parent] = (verdicts.count(True), verdicts.count(False))
    return found


def _adds_up(
    parent: int, column: str, below: Mapping[int, list[int]], figures: Figures
) -> bool | None:
    """None when it cannot be told, or when all are zero."""
    values, blank = _nearest(parent, column, below, figures)
    printed = figures.rows[parent][column]
    total = sum(values, Decimal(0))
    if not values or not any([printed, *values]):
        return None
    if abs(total - printed) <= figures.places[column] * HALF * (len(values) + 1):
        return True
    return None if blank and total < printed else False


def _nearest(
    parent: int, column: str, below: Mapping[int, list[int]], figures: Figures
) -> tuple[list[Decimal], bool]:
    values: list[Decimal] = []
    blank = False
    for child in below.get(parent, ()):
        if column in figures.rows[child]:
            values.append(figures.rows[child][column])
        else:
            deeper, missing = _nearest(child, column, below, figures)
            values += deeper
            blank = blank or missing or not deeper
    return values, blank
