"""Charts as figure blocks, drawn with matplotlib: the same bytes every time.

`rates`, `funds` and `surveys` say what is drawn, each function giving no figure where there is
nothing to compare; `bars` is what they hand over, `plot` draws it, `canvas` makes SVG and PNG of
it and of the figures that an analyst draws.
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
