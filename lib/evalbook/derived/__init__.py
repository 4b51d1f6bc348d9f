"""Derived figures 推算数: what the report shows that neither a cell nor a relation gives.

Each hangs on a cell and is called by its address and a name (`funds.health_2019.income.growth`);
what is counted or added up over rows begins with `count.` or `sum.`. They are computed here and
nowhere else, and stand in evaluation.json under `derived`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from evalbook.derived import budgets, funds, marks, remarks, surveys
from evalbook.derived.figure import Derived, Kind, kind_of

if TYPE_CHECKING:
    from evalbook.evaluation import Evaluation

__all__ = ["Derived", "Kind", "derived", "kind_of"]

FAMILIES = (
    marks.lost, marks.below, marks.sums, marks.bands,
    budgets.bases, budgets.converted, budgets.apart, budgets.low_count, budgets.in_place,
    budgets.short_count, funds.growths, funds.rolled, surveys.delays, surveys.intervals,
    remarks.counts,
)  # fmt: skip


def derived(ev: "Evaluation") -> Mapping[str, Derived]:
    """Every derived figure of a case by its address."""
    return dict(each for family in FAMILIES for each in family(ev))
