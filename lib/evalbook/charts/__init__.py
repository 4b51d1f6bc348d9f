"""Charts as figure blocks: drawn by our own few shapes, the same bytes every time.

`rates`, `funds` and `surveys` say what is drawn, each function giving no figure where there is
nothing to compare; `bars` lays it out, `drawing` makes SVG and PNG of it. `canvas` is for the
figures that an analyst draws with matplotlib.
"""

from evalbook.charts.canvas import style, to_block
from evalbook.charts.funds import balances, months
from evalbook.charts.rates import (
    execution,
    in_place,
    indicator_rates,
    named,
    printed,
    rate_of,
    samples,
    score_rates,
)
from evalbook.charts.surveys import Answers, satisfaction

__all__ = [
    "Answers",
    "balances",
    "execution",
    "in_place",
    "indicator_rates",
    "months",
    "named",
    "printed",
    "rate_of",
    "samples",
    "satisfaction",
    "score_rates",
    "style",
    "to_block",
]
