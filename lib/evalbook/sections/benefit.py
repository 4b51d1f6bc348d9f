"""40_benefit: did it help (效益 / 满意度)."""

from decimal import Decimal

from evalbook.audit.entry import plain
from evalbook.blocks import Block, Cell, Heading
from evalbook.evaluation import Evaluation
from evalbook.lookup import FIGURES, place
from evalbook.model import Row, Table
from evalbook.sections.parts import case_table, paragraph, plain_table, section_opening


def opening(ev: Evaluation) -> list[Block]:
    """The section's marks, words and indicators."""
    return section_opening(ev, "benefit", "benefit_analysis")


def facts(ev: Evaluation) -> list[Block]:
    """Key facts 关键数据 by theme; a fact that repeats a table is left to its table."""
    blocks: list[Block] = [Heading(3, "关键数据")]
    rows = [(table, row) for table, row in ev.case.rows("facts") if not row["same_as"].items]
    themes = dict.fromkeys(row["theme"].text or "其他" for _, row in rows)
    lines = [
        [Cell(theme), Cell(row.name), _figure(ev, table, row), Cell(row["period"].text)]
        for theme in themes
        for table, row in rows
        if (row["theme"].text or "其他") == theme
    ]
    if not lines:
        return [*blocks, paragraph("公布的材料没有单独的关键数据。")]
    table = plain_table(
        "关键数据",
        ("主题", "事项", "数值", "期间"),
        lines,
        (1.5, 4, 1.8, 1.2),
        ("left", "left", "right", "center"),
    )
    return [*blocks, table]


def _figure(ev: Evaluation, table: Table, row: Row) -> Cell:
    """The figures of a fact with the word beside them: `75%左右`, `3.28亿元，增减 -10.89%`."""
    known = [place(ev.case, table, row, c) for c in FIGURES if row[c].value is not None]
    if not known:
        return Cell("未公布", row.address("value"))
    labels = {"share": "占 ", "growth": "同比 ", "change": "增减 ", "value": ""}
    text = "，".join(labels[at.address.rsplit(".", 1)[1]] + at.shown for at in known)
    return Cell(text, known[0].address, plain(known[0].cell.value or Decimal(0)))


def satisfaction(ev: Evaluation) -> list[Block]:
    """Satisfaction 满意度 surveys, where the source prints them."""
    blocks: list[Block] = [Heading(3, "满意度")]
    tables = ev.case.of_kind("surveys")
    if not tables:
        return [
            *blocks,
            paragraph("公布的材料没有满意度调查的样本数据，满意度的误差范围无法计算。"),
        ]
    return blocks + [case_table(ev, table) for table in tables]
