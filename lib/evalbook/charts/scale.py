"""The value axis of a chart: where a value lies on it, and its ticks.

All is reckoned in decimals, so that a figure of any size has its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from evalbook.charts.letters import width

TICKS = 6
NICE = (1, 2, 5, 10)
APART = 8.0


@dataclass(frozen=True, slots=True)
class Scale:
    """From the value `low` at `left` to the value `high` at `right`, in points."""

    low: Decimal
    high: Decimal
    left: float
    right: float

    def share(self, value: Decimal) -> float:
        """How far along the axis a value lies, 0 to 1."""
        return float((value - self.low) / (self.high - self.low))

    def at(self, value: Decimal) -> float:
        return self.left + self.share(value) * (self.right - self.left)

    def ticks(self, size: float) -> list[tuple[Decimal, str]]:
        """Round values with their labels, as many as stand side by side in letters of that size."""
        step = nice((self.high - self.low) / TICKS)
        first = int((self.low / step).to_integral_value(ROUND_CEILING))
        last = int((self.high / step).to_integral_value(ROUND_FLOOR))
        found = [(step * number, label(step * number)) for number in range(first, last + 1)]
        widest = max((width(text, size) for _, text in found), default=0) + APART
        room = self.at(step) - self.at(Decimal(0))
        every = next((n for n in (1, 2, 3) if n * room >= widest), 0)
        if not every:
            return [each for each in found if each[0] == 0]
        return [each for number, each in enumerate(found, first) if number % every == 0]


def spanning(values: Sequence[Decimal], end: Decimal) -> tuple[Decimal, Decimal]:
    """From nought, or the lowest value below it, to the highest value or the end."""
    low, high = min([Decimal(0), *values]), max([end, Decimal(0), *values])
    return (low, high) if low < high else (low, low + 1)


def nice(step: Decimal) -> Decimal:
    """The next 1, 2 or 5 of its decade."""
    decade = Decimal(1).scaleb(step.adjusted())
    return next(factor * decade for factor in NICE if factor * decade >= step)


def label(value: Decimal) -> str:
    """`20`, `1,000,000`, `0.5`."""
    return format(value.normalize() if value else Decimal(0), ",f")
