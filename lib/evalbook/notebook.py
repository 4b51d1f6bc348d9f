"""What a notebook uses: open a case, show blocks, try other marks."""

from collections.abc import Iterable
from typing import Any

from IPython import get_ipython
from IPython.display import display

from evalbook.analyst import register
from evalbook.blocks import Block, Stamp
from evalbook.errors import Fault, InputError
from evalbook.evaluation import Evaluation, evaluate
from evalbook.loading import load
from evalbook.sections import (
    benefit,
    budget,
    findings,
    funds,
    output,
    overview,
    process,
    projects,
)

__all__ = [
    "benefit",
    "budget",
    "findings",
    "funds",
    "open_case",
    "output",
    "overview",
    "panel",
    "process",
    "projects",
    "show",
]


class _NotOpened:
    """Stands for `ev` until a case is open, so that no cell shows the case opened before."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise InputError([Fault("ev", "评价项目没有打开", "请先改正上面出错的一格，再运行这一格")])


def open_case(case: str) -> Evaluation:
    """The evaluation of a case; the notebook's first output says which data it saw.

    From here on a DataFrame or a matplotlib figure that a cell ends with becomes a block too.
    """
    shell = get_ipython()
    register(shell)
    if shell is not None:
        shell.user_ns["ev"] = _NotOpened()
    ev = evaluate(load(case))
    display(Stamp(case, ev.fingerprint))
    return ev


def panel(ev: Evaluation) -> Any:
    """The panel on which to try other marks; it brings ipywidgets, which no other cell needs."""
    from evalbook.panel import Panel

    return Panel(ev)


def show(blocks: Iterable[Block] | Any) -> None:
    """Show blocks one below the other."""
    for block in blocks:
        display(block)
