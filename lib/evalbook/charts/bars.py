"""Horizontal bars: what a chart of them holds, and what it says to those who do not see it.

What a colour says is said a second time: what is weak is hatched and in the legend, what belongs
to a series has its name beside it.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from evalbook.blocks import Figure, Run
from evalbook.charts.canvas import to_block

Look = Literal["plain", "weak", "in", "out", "left", "held"]
MOST = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its length, the text at its end, and the figures written there.

    `low` and `high` are the ends of an interval about its length, `rest` is what follows it up to
    the whole, `level` indents its label, bars of one `group` stand together under that name.
    """

    label: str
    value: Decimal
    text: str
    data: tuple[tuple[str, Run], ...]
    look: Look = "plain"
    low: Decimal | None = None
    high: Decimal | None = None
    rest: Decimal = Decimal(0)
    level: int = 0
    group: str = ""

    @property
    def end(self) -> Decimal:
        """The value right of which its text stands."""
        return max(self.value + self.rest, self.high or Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars along one axis, with what they are seen against, and what they say in one sentence.

    The axis reaches to `end` at least. `limit` is a dashed line, `band` a shaded range; `legend`
    names looks, `limit_says` and `band_says` the other two. `left_out` tells of bars not drawn,
    `order` in which order they stand. `data` are the figures shown that belong to no bar.
    """

    caption: str
    axis: str
    bars: tuple[Bar, ...]
    says: str
    end: Decimal = Decimal(0)
    limit: Decimal | None = None
    limit_says: str = ""
    band: tuple[Decimal, Decimal] | None = None
    band_says: str = ""
    legend: tuple[tuple[Look, str], ...] = ()
    left_out: str = ""
    order: str = ""
    data: tuple[tuple[str, Run], ...] = ()


def figure(chart: Chart) -> Figure:
    """The chart as a block."""
    from evalbook.charts.plot import drawn

    data = (*(each for bar in chart.bars for each in bar.data), *chart.data)
    return to_block(drawn(chart), chart.caption, _alt(chart), data)


def _alt(chart: Chart) -> str:
    bars = "；".join(f"{_named(bar)} {bar.text}" for bar in chart.bars)
    return f"{chart.caption}。{chart.says}{chart.order}图中的数：{bars}。{chart.left_out}"


def _named(bar: Bar) -> str:
    return f"{bar.group}：{bar.label}" if bar.group else bar.label
