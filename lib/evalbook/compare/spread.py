"""How a figure is spread within a group: quartiles, and what lies beyond Tukey's fences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the quartiles and the greatest of `count` figures.

    Quartiles lie on the straight line between the two figures next to them (method `inclusive`).
    """

    count: int
    least: Decimal
    lower: Decimal
    median: Decimal
    upper: Decimal
    greatest: Decimal


@dataclass(frozen=True, slots=True)
class Outlier:
    """A figure beyond a fence: whose it is, and the fence it crosses."""

    number: int
    value: Decimal
    fence: Decimal
    high: bool


def spread(values: Sequence[Decimal]) -> Spread | None:
    """None of nothing; of one figure that figure throughout."""
    if not values:
        return None
    many = list(values) if values[1:] else [*values, *values]
    lower, median, upper = quantiles(many, n=4, method="inclusive")
    return Spread(len(values), min(values), lower, median, upper, max(values))


def outliers(values: Mapping[int, Decimal], times: Decimal, least: int) -> list[Outlier]:
    """What lies more than `times` the distance of the quartiles beyond them.

    Nothing among fewer than `least` figures, nor where the middle half are all equal: there the
    distance of the quartiles is no measure.
    """
    known = spread(list(values.values()))
    if known is None or known.count < least or known.lower == known.upper:
        return []
    reach = (known.upper - known.lower) * times
    low, high = known.lower - reach, known.upper + reach
    return [
        Outlier(number, value, high if value > high else low, value > high)
        for number, value in values.items()
        if value < low or value > high
    ]
