"""Indicators 指标 as every section shows them: its marks, its table, its ratios."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from evalbook.blocks import Block, Cell, Heading, Prose, Run, Table
from evalbook.evaluation import Evaluation
from evalbook.model import Row
from evalbook.model import Table as SourceTable
from evalbook.operands import bind
from evalbook.sections.pieces import (
    INDENT,
    Align,
    derived,
    item,
    paragraph,
    plain_table,
    printed,
    recomputed,
    value_cell,
    written,
)

SECTION_NAMES = {"budget": "投入", "process": "过程", "output": "产出", "benefit": "效益"}


def section_rows(ev: Evaluation, section: str) -> list[tuple[SourceTable, Row]]:
    """The indicators of a section, from the highest rows that name it down, in printed order."""
    return [
        (table, row) for table, top in section_tops(ev, section) for row in (top, *table.below(top))
    ]


def section_tops(ev: Evaluation, section: str) -> list[tuple[SourceTable, Row]]:
    """The highest rows that name a section."""
    return [
        (table, row)
        for table, row in ev.case.rows("indicators")
        if row["section"].text == section
        and not any(each["section"].text for each in table.above(row))
    ]


def section_title(ev: Evaluation, section: str) -> str:
    """The names of the highest indicators in a section, else the section's own."""
    names = [row.name for _, row in section_tops(ev, section)]
    return "、".join(names) or SECTION_NAMES[section]


def section_opening(ev: Evaluation, section: str, slot: str) -> list[Block]:
    """Heading, the section's marks, the case's own words, and its indicators."""
    rows = section_rows(ev, section)
    blocks: list[Block] = [Heading(2, section_title(ev, section))]
    tops = [row for _, row in section_tops(ev, section)]
    roots = [row for row in tops if row["full_marks"].value is not None]
    for root in roots:
        blocks.append(_marks_sentence(ev, root))
    if not roots:
        blocks.append(paragraph(_without_marks(ev)))
    blocks += written(ev, slot)
    below = [(table, row) for table, row in rows if row not in tops]
    if below:
        blocks.append(indicator_table(ev, below, f"{section_title(ev, section)}部分的指标"))
    return blocks + measured_ratios(ev, rows)


def _without_marks(ev: Evaluation) -> str:
    if ev.case.framework is None:
        return "指标体系没有公布，这一部分的分值不详。"
    return "指标体系没有给这一部分单独的分值。"


def measured_ratios(ev: Evaluation, rows: Iterable[tuple[SourceTable, Row]]) -> list[Block]:
    """The indicators that a formula measures: the formula, who gives it, and what it comes to."""
    measured = [(row, bound) for _, row in rows if (bound := bind(ev.case, row))]
    known = [each for each in measured if ev.computed(each[0].address("actual")) is not None]
    if not known:
        return []
    return [
        paragraph("按公式复算的比率："),
        *(
            item(
                f"{row.name} = {bound.ratio.words}（{bound.authority}）：",
                _expression(ev, row),
                " = ",
                recomputed(ev, row.address("actual"), "%"),
                "。",
            )
            for row, bound in known
        ),
    ]


def _expression(ev: Evaluation, row: Row) -> Run:
    """The formula of an indicator with the printed figures put in."""
    text = ev.measures[row.address("actual")].expression
    return Run(text, row.address("expression"), computed=True)


def _marks_sentence(ev: Evaluation, root: Row) -> Prose:
    lost = f"{root.address('score')}.lost"
    end: tuple[Run | str, ...] = ("，没有失分。",)
    if root["score"].value is None:
        end = ("。",)
    elif Decimal(ev.derived[lost].value) > 0:
        end = ("，失分 ", derived(ev, lost), " 分。")
    return paragraph(
        f"“{root.name}”分值 ",
        printed(ev, root.address("full_marks")),
        "，得分 ",
        printed(ev, root.address("score")),
        "，得分率 ",
        recomputed(ev, root.address("rate"), "%"),
        *end,
    )


def indicator_table(ev: Evaluation, rows: Sequence[tuple[SourceTable, Row]], caption: str) -> Table:
    """Indicators with target, actual, marks and reasons; what was not printed says so."""
    lines = []
    top = min((len(table.above(row)) for table, row in rows), default=0)
    for table, row in rows:
        indent = INDENT * (len(table.above(row)) - top)
        lines.append(
            [
                Cell(indent + row.name),
                *(
                    Cell("") if table.children(row) and not row[c].text else value_cell(ev, a)
                    for c in ("target", "actual", "full_marks", "score")
                    for a in (row.address(c),)
                ),
                Cell("；".join(filter(None, (row["reason"].text, row["note"].text)))),
            ]
        )
    headings = ("指标", "指标值", "完成值", "分值", "得分", "偏差原因、说明")
    sides: tuple[Align, ...] = ("left", "center", "center", "right", "right", "left")
    wide = [max(1.4, min(2.6, 0.2 * _longest(rows, column))) for column in ("target", "actual")]
    return plain_table(caption, headings, lines, (3, *wide, 1, 1, 2.6), sides)


def _longest(rows: Sequence[tuple[SourceTable, Row]], column: str) -> int:
    return max((len(row[column].text) for _, row in rows), default=0)
