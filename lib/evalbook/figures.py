"""Figures with a unit and an interval: what a printed number can have been.

A printed `99.31%` stands for [99.305 %, 99.315 %]; marks, counts and prices are exact. Sums,
products and quotients of printed figures carry their intervals along, so that rounding in the
inputs is not taken for a mistake. All values are in base units (元, 人, one for percent).
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from functools import cache, reduce
from typing import NamedTuple

Dimension = tuple[tuple[str, int], ...]
UnitTable = Mapping[str, tuple[str, Decimal]]
PURE: Dimension = ()
WIDE = Context(prec=80)
ONE = Decimal(1)
RATIO = "比例"
MONEY = "金额"
PREFIXES = {"亿": Decimal(100_000_000), "万": Decimal(10_000), "千": Decimal(1_000)}
TIME = "时间"
PEOPLE = "人数"
MEASURED = {MONEY, TIME}


class UnitMismatch(ValueError):
    """Two figures of different kinds were added or compared; the message names both."""


class Figure(NamedTuple):
    """A value with the interval it may lie in (`low` ≤ `value` ≤ `high`) and its dimension."""

    value: Decimal
    low: Decimal
    high: Decimal
    dimension: Dimension = PURE

    def __add__(self, other: "Figure") -> "Figure":  # type: ignore[override]
        kind = common_dimension(self, other)
        return Figure(self.value + other.value, self.low + other.low, self.high + other.high, kind)

    def __neg__(self) -> "Figure":
        return Figure(-self.value, -self.high, -self.low, self.dimension)

    def __sub__(self, other: "Figure") -> "Figure":
        kind = common_dimension(self, other)
        return Figure(self.value - other.value, self.low - other.high, self.high - other.low, kind)

    def __mul__(self, other: "Figure") -> "Figure":  # type: ignore[override]
        factors = (other.low,) if other.low is other.high else (other.low, other.high)
        ends = [a * b for a in (self.low, self.high) for b in factors]
        kind = _multiplied(self.dimension, other.dimension)
        return Figure(self.value * other.value, min(ends), max(ends), kind)

    def __truediv__(self, other: "Figure") -> "Figure":
        """Raises ZeroDivisionError when the divisor may be zero."""
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError
        kind = _divided(self.dimension, other.dimension)
        if self.low >= 0 and other.low > 0:
            low, high = self.low / other.high, self.high / other.low
            return Figure(self.value / other.value, low, high, kind)
        ends = [a / b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Figure(self.value / other.value, min(ends), max(ends), kind)


def added(figures: Sequence[Figure]) -> Figure:
    """The sum of figures, at least one. Raises UnitMismatch."""
    first, *others = figures
    if any(each.dimension != first.dimension for each in others):
        return reduce(Figure.__add__, figures)
    return Figure(
        sum((each.value for each in others), first.value),
        sum((each.low for each in others), first.low),
        sum((each.high for each in others), first.high),
        first.dimension,
    )


def half_up(value: Decimal, places: int) -> Decimal:
    """Round half up (away from zero), the rule of every printed figure here."""
    return value.quantize(last_place(places), ROUND_HALF_UP, WIDE)


def apart(rate: Decimal, limit: Decimal, places: int) -> Decimal:
    """A rate rounded to its places, or to as many more as keep it on its side of a limit."""
    rounded = half_up(rate, places)
    return apart(rate, limit, places + 1) if rounded == limit != rate else rounded


def truncated(value: Decimal, places: int) -> Decimal:
    """Cut off behind the places."""
    return value.quantize(last_place(places), ROUND_DOWN, WIDE)


@cache
def last_place(places: int) -> Decimal:
    """One in the last of so many places: 0.01 for two."""
    return ONE.scaleb(-places)


@cache
def half_of_last(places: int) -> Decimal:
    """Half of one in the last of so many places: 0.005 for two."""
    return 5 * last_place(places + 1)


def exact(value: Decimal, dimension: Dimension = PURE) -> Figure:
    return Figure(value, value, value, dimension)


def printed(value: Decimal, half_width: Decimal, factor: Decimal, dimension: Dimension) -> Figure:
    """A printed number, known to ± `half_width`, times `factor` into base units."""
    known = value * factor
    if not half_width:
        return Figure(known, known, known, dimension)
    return Figure(known, (value - half_width) * factor, (value + half_width) * factor, dimension)


def unit_of(text: str, units: UnitTable) -> tuple[Dimension, Decimal]:
    """Dimension and factor of a unit such as 万元 or 元/人; a ratio is a pure number.

    An unknown unit is a dimension of its own.
    """
    if known := units.get(text):
        return (PURE if known[0] == RATIO else ((known[0], 1),)), known[1]
    if not text:
        return PURE, ONE
    dimension: Dimension = PURE
    factor = Decimal(1)
    for position, part in enumerate(text.replace("·", "/").split("/")):
        if not part:
            continue
        name, size = _size_of(part, units)
        power = 1 if position == 0 else -1
        factor = factor * size if power == 1 else factor / size
        if name != RATIO:
            dimension = _multiplied(dimension, ((name, power),))
    return dimension, factor


def _size_of(unit: str, units: UnitTable) -> tuple[str, Decimal]:
    """Kind and size of a single unit; 万户 is ten thousand 户, whether it is listed or not."""
    if unit in units:
        return units[unit]
    for prefix, times in PREFIXES.items():
        if unit.startswith(prefix) and len(unit) > len(prefix):
            name, size = _size_of(unit.removeprefix(prefix), units)
            return name, size * times
    return unit, Decimal(1)


def common_dimension(one: Figure, other: Figure) -> Dimension:
    """The dimension of both. Raises UnitMismatch.

    A pure number goes with anything, and money with money for all of what is counted (12台 × 5000元
    with an amount), not with money for one of it.
    """
    if one.dimension == other.dimension or not other.dimension:
        return one.dimension
    if not one.dimension:
        return other.dimension
    measured = [_measured(each.dimension) for each in (one, other)]
    if measured[0] and measured[0] == measured[1]:
        return measured[0]
    raise UnitMismatch(f"{_shown(one.dimension)}与{_shown(other.dimension)}不能相加或比较")


def _measured(dimension: Dimension) -> Dimension:
    """The dimension without what is counted; all of it when something is per one."""
    if any(power < 0 for _, power in dimension):
        return dimension
    return tuple(each for each in dimension if each[0] in MEASURED)


def _shown(dimension: Dimension) -> str:
    return "·".join(name if power == 1 else f"{name}^{power}" for name, power in dimension)


def _divided(one: Dimension, other: Dimension) -> Dimension:
    if one == other:
        return PURE
    return _multiplied(one, tuple((name, -power) for name, power in other))


def _multiplied(one: Dimension, other: Dimension) -> Dimension:
    if not other:
        return one
    powers = dict(one)
    for name, power in other:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted((name, power) for name, power in powers.items() if power))
