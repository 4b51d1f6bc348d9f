"""The panel of 00_overview: pick a case, try other marks, see total and grade at once.

Nothing is saved, and the report has nothing of it: where no widgets can be, the notebook shows a
table of the published marks.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import ipywidgets as widgets

from evalbook.blocks import MIME, Cell, Stamp, Table, to_json
from evalbook.derived.marks import scored_roots
from evalbook.evaluation import Evaluation, evaluate
from evalbook.loading import load
from evalbook.model import Row
from evalbook.paths import workbook
from evalbook.preview import bundle
from evalbook.sections.pieces import derived_cell, plain_table, value_cell

NOTHING_TO_TRY = "各部分的分值和得分没有全部公布，不能试算。"
SUMS = ("full", "score", "lost")
WIDGET = "application/vnd.jupyter.widget-view+json"


class Panel:
    """A box of widgets; the report takes it for a stamp, which it does not print."""

    def __init__(self, ev: Evaluation) -> None:
        self.stamp, self.table = Stamp(ev.case.id, ev.fingerprint), trial_table(ev)
        self.case = widgets.Dropdown(
            options=workbook().cases(), value=ev.case.id, description="评价项目"
        )
        self.marks: dict[str, widgets.BoundedFloatText] = {}
        self.result = widgets.HTML()
        self.rows = widgets.VBox()
        self.box = widgets.VBox([self.case, self.rows, self.result])
        self.case.observe(lambda change: self._open(evaluate(load(change["new"]))), names="value")
        self._open(ev)

    def _open(self, ev: Evaluation) -> None:
        self.ev = ev
        self.marks = {row.id: _field(row) for row in scored_roots(ev.case)}
        for field in self.marks.values():
            field.observe(lambda change: self._show(), names="value")
        self.rows.children = tuple(self.marks.values())
        self._show()

    def _show(self) -> None:
        tried = {row: Decimal(str(field.value)) for row, field in self.marks.items()}
        self.result.value = f"<b>{trial(self.ev, tried)}</b>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.box.model_id}
        shown = bundle(self.table or self.stamp) | {MIME: to_json(self.stamp)}
        return shown | {WIDGET: view}


def trial(ev: Evaluation, tried: Mapping[str, Decimal]) -> str:
    """Total and grade of the marks tried, as a sentence."""
    if not tried:
        return NOTHING_TO_TRY
    total = sum(tried.values(), Decimal(0))
    return f"试算总分 {total} 分（满分 {ev.full} 分），{graded(ev, total)}"


def graded(ev: Evaluation, total: Decimal) -> str:
    """The grade of a total in words."""
    grade = ev.case.rules.grade(total, ev.full)
    return f"等级“{grade}”" if grade else "评分规则没有给出等级"


def trial_table(ev: Evaluation) -> Table | None:
    """The published marks to begin a trial from, the marks lost, and the grade they come to.

    None where they are not all published.
    """
    rows = scored_roots(ev.case)
    if not rows:
        return None
    marks = {row.id: row["score"].value or Decimal(0) for row in rows}
    lines = [
        [
            Cell(row.name),
            value_cell(ev, row.address("full_marks")),
            value_cell(ev, row.address("score")),
            derived_cell(ev, f"{row.address('score')}.lost"),
        ]
        for row in rows
    ]
    sums = (derived_cell(ev, ev.case.absolute(f"sum.{name}")) for name in SUMS)
    lines.append([Cell("合计"), *sums])
    return plain_table(
        "得分试算表",
        ("指标", "分值", "得分", "可提高的分数"),
        lines,
        (2, 1, 1, 1.2),
        ("left", "right", "right", "right"),
        (f"按上列得分，{graded(ev, sum(marks.values(), Decimal(0)))}。",),
        kind=lambda number: "total" if number == len(lines) - 1 else "body",
    )


def _field(row: Row) -> widgets.BoundedFloatText:
    return widgets.BoundedFloatText(
        value=float(row["score"].value or 0),
        min=0,
        max=float(row["full_marks"].value or 0),
        step=0.01,
        description=f"{row.name}（{row['full_marks'].text}）",
    )
