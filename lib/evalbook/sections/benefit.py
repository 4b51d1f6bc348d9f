"""40_benefit: did it help (效益 / 满意度)."""

from decimal import Decimal

from evalbook import charts
from evalbook.audit.entry import plain
from evalbook.blocks import Block, Cell, Heading, Run
from evalbook.derived.surveys import answers
from evalbook.derived.surveys import satisfaction as rate_of
from evalbook.evaluation import Evaluation
from evalbook.lookup import FIGURES, place
from evalbook.model import Row, Table
from evalbook.prose import UNPUBLISHED
from evalbook.sections.indicators import section_opening
from evalbook.sections.pieces import (
    Align,
    as_run,
    case_table,
    derived,
    item,
    paragraph,
    period,
    plain_table,
    setting,
    value_cell,
)

CHANGES = {"share": "占比", "change": "增减量", "growth": "增减幅度"}
OTHER = "其他"
LESS = {"growth": "降幅", "change": "减少"}


def opening(ev: Evaluation) -> list[Block]:
    """The section's marks, words and indicators."""
    return section_opening(ev, "benefit", "benefit_analysis")


def facts(ev: Evaluation) -> list[Block]:
    """Key facts 关键数据 by theme; a fact that only repeats a table is left to its table."""
    blocks: list[Block] = [Heading(3, "关键数据")]
    rows = [(table, row) for table, row in ev.case.rows("facts") if not _only_repeats(row)]
    if not rows:
        return [*blocks, paragraph("公布的材料没有单独的关键数据。")]
    changes = [c for c in CHANGES if any(row[c].value is not None for _, row in rows)]
    headings = ("事项", "数值", *(CHANGES[column] for column in changes), "期间")
    themes = dict.fromkeys(row["theme"].text or OTHER for _, row in rows)
    lines: list[list[Cell]] = []
    for theme in themes:
        if len(themes) > 1:
            lines.append([Cell(theme, colspan=len(headings))])
        lines += [
            [
                Cell(row.name),
                *(_figure(ev, table, row, column) for column in ("value", *changes)),
                Cell(period(row["period"].text)),
            ]
            for table, row in rows
            if (row["theme"].text or OTHER) == theme
        ]
    right: list[Align] = ["right"] * (1 + len(changes))
    table = plain_table(
        "关键数据",
        headings,
        lines,
        (5 - len(changes) / 2, 2, *(1.2 for _ in changes), 2),
        ("left", *right, "center"),
        kind=lambda number: "body" if len(lines[number]) == len(headings) else "group",
    )
    return [*blocks, table]


def _only_repeats(row: Row) -> bool:
    own = (row[column].value for column in FIGURES if column != "value")
    return bool(row["same_as"].items) and all(value is None for value in own)


def _figure(ev: Evaluation, table: Table, row: Row, column: str) -> Cell:
    """A figure of a fact with the word beside it: `75%左右`; a fall without its sign: `降幅 5%`.

    A value that is not printed is only said to be so where nothing else is printed either.
    """
    at = place(ev.case, table, row, column)
    if at.cell.value is not None:
        fall = column in LESS and at.shown.startswith(("-", "−"))
        text = f"{LESS[column]} {at.shown[1:]}" if fall else at.shown
        return Cell(text, at.address, at.cell.exact)
    absent = column == "value" and all(row[each].value is None for each in CHANGES)
    return Cell(UNPUBLISHED, at.address) if absent else Cell("")


def satisfaction(ev: Evaluation) -> list[Block]:
    """Satisfaction 满意度 surveys, where the source prints them."""
    blocks: list[Block] = [Heading(3, "满意度")]
    tables = ev.case.of_kind("surveys")
    if not tables:
        return [
            *blocks,
            paragraph("公布的材料没有满意度调查的样本数据，满意度的误差范围无法计算。"),
        ]
    for table in tables:
        asked = _answers(ev, table)
        blocks += [case_table(ev, table), *charts.satisfaction(table.title, asked, _level(ev))]
    rows = [row for table in tables for row in table.rows]
    known = [(t, row) for t in tables for row in t.rows if rate_of(ev, row) is not None]
    sized = [row for table, row in known if answers(ev, table, row) > 0]
    if len(sized) < len(rows):
        blocks.append(paragraph("没有公布有效问卷数的，满意度的误差范围无法计算。"))
    if _level(ev) is None:
        return blocks
    return blocks + [_uncertainty(ev, row) for row in sized]


def _level(ev: Evaluation) -> Run | None:
    """The level of confidence of the intervals, where the rule set states one."""
    return setting(ev, "confidence", "%") if "confidence" in ev.settings else None


def _answers(ev: Evaluation, table: Table) -> list[charts.Answers]:
    """What the chart draws of each row that has a satisfaction."""
    asked = []
    for row in table.rows:
        rate, address = charts.rate_of(ev, table, row), row.address("rate")
        if rate is None:
            continue
        valid = charts.printed(ev, table, row, "valid") if answers(ev, table, row) > 0 else None
        ends = (
            derived(ev, f"{address}.{end}", "%")
            for end in ("low", "high")
            if f"{address}.{end}" in ev.derived
        )
        asked.append(charts.Answers(charts.named(row), rate, valid, *ends))
    return asked


def _uncertainty(ev: Evaluation, row: Row) -> Block:
    """Satisfaction with its interval, by the number of valid answers.

    A share below nought or above one, as it may be misprinted, has none.
    """
    address, rate = row.address("rate"), plain(rate_of(ev, row) or Decimal(0))
    computed = ev.computed(address) is not None
    stated = f"{row.name}：满意度 ", Run(f"{rate}%", address, rate, computed)
    if f"{address}.low" not in ev.derived:
        return item(*stated, "，超出了比例可能的范围，置信区间无法计算。")
    return item(
        *stated,
        "，按有效问卷 ",
        as_run(value_cell(ev, row.address("valid"))),
        " 份计，",
        setting(ev, "confidence", "%"),
        " 置信区间为 ",
        derived(ev, f"{address}.low", "%"),
        "–",
        derived(ev, f"{address}.high", "%"),
        "（Wilson 法）。",
    )
