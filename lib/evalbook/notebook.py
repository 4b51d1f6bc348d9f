"""What a notebook uses: open a case, show blocks, try other marks."""

from collections.abc import Iterable
from typing import Any

from IPython import get_ipython
from IPython.display import display

from evalbook.analyst import register
from evalbook.blocks import Block, Stamp
from evalbook.evaluation import Evaluation, evaluate
from evalbook.loading import load
from evalbook.panel import panel
from evalbook.sections import benefit, budget, findings, output, overview, process

__all__ = [
    "benefit",
    "budget",
    "findings",
    "open_case",
    "output",
    "overview",
    "panel",
    "process",
    "show",
]


def open_case(case: str) -> Evaluation:
    """The evaluation of a case; the notebook's first output says which data it saw.

    From here on a DataFrame or a matplotlib figure that a cell ends with becomes a block too.
    """
    register(get_ipython())
    ev = evaluate(load(case))
    display(Stamp(case, ev.fingerprint))
    return ev


def show(blocks: Iterable[Block] | Any) -> None:
    """Show blocks one below the other."""
    for block in blocks:
        display(block)
