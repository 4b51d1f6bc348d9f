"""附件 数据来源: the document, its tables and rows, and what every figure of the report came from.

A figure of the source is found by its row: table, place and name stand there, beside the 编号 of
the row (`budget.total`); that of a cell adds the column's. What no cell holds (derived figures,
rules, settings, counts) is listed after the rows, one by one.
"""

from collections.abc import Iterator

from evalbook.blocks import Block, Cell, Heading, Prose, Table
from evalbook.derived.budgets import base_of
from evalbook.evaluation import Evaluation
from evalbook.model import Row
from evalbook.model import Table as SourceTable
from evalbook.prose import UNPUBLISHED
from evalbook.sections import origins
from evalbook.sections.pieces import INDENT, paragraph, period, plain_table, says_figures

WORKINGS = {"score": ("得分的算式", "explanation"), "actual": ("完成值的算式", "expression")}
"""How a score or a ratio was computed is shown, too, at an address of its own."""
ASKED = {
    "indicators": ("full_marks", "target", "actual", "score", "rate"),
    "incidents": ("expected", "actual", "voucher"),
}
"""The columns that the chapters show of every table of a kind, printed or not."""
GROUPS = ("theme", "group", "period", "date")
"""The columns that tell rows of one name apart, in the order that they are looked at."""


def annex(ev: Evaluation) -> list[Block]:
    """The whole annex."""
    return [
        Heading(1, "数据来源", annex=True),
        _document(ev),
        _how_to_read(ev),
        _tables(ev),
        *_rows(ev),
        *origins.formulas(ev),
        *origins.derived(ev),
        origins.others(ev),
        origins.counts(ev),
    ]


def _document(ev: Evaluation) -> Table:
    source = ev.case.source
    rows = (
        ("文件", source.document),
        ("发布单位", source.publisher or UNPUBLISHED),
        ("发布日期", source.date or UNPUBLISHED),
        ("原文文本的校验值（sha256）", source.sha256),
    )
    return plain_table("数据来源", ("项目", "内容"), rows, (1.2, 4))


def _how_to_read(ev: Evaluation) -> Prose:
    parts = "、".join(f"{part.case.prefix}（{part.case.called}）" for part in ev.parts)
    nested = f"嵌套项目的编号以 {parts}开头。" if parts else ""
    return paragraph(
        "报告中原文印出的数，按所在的表和行名在下表中查到它在原文中的位置；推算的数、规则、设定和核查项数"
        "列在其后。编号是数据文件 evaluation.json 里的名称，由行和栏的编号合成："
        f"行 budget.total 的 rate 栏，编号就是 budget.total.rate。{nested}"
    )


# ---- tables


def _tables(ev: Evaluation) -> Table:
    rows = [
        (_title_of(own, table), table.place, _unit(own, table), _columns(own, table) or "—")
        for own in origins.cases(ev)
        for table in own.case.tables
    ]
    headings = ("表", "原文位置", "单位", "栏和栏的编号")
    return plain_table("数据表及其在原文中的位置", headings, rows, (3, 1.8, 0.9, 4))


def _title_of(ev: Evaluation, table: SourceTable) -> str:
    """The title of a table, with the nested project it belongs to."""
    return (f"{ev.case.called}：" if ev.case.prefix else "") + table.title


def _unit(ev: Evaluation, table: SourceTable) -> str:
    amounts = any(table.columns[column].type == "amount" for column in table.listed)
    return table.unit or (ev.case.params.money_unit if amounts else "—")


def _columns(ev: Evaluation, table: SourceTable) -> str:
    """`预算数 budget、执行率 rate（复算）`: the columns that hold figures, each with its code."""
    printed = [f"{table.heading(c)} {c}" for c in table.columns if _told(table, c)]
    measured = [
        f"{table.heading(column)} {column}（复算）"
        for column in table.columns
        if not table.has(column) and _measured(ev, table, column)
    ]
    workings = [
        f"{title} {name}"
        for column, (title, name) in WORKINGS.items()
        if table.kind_id == "indicators" and _worked(ev, table, column)
    ]
    bases = [
        f"{table.heading(column)} {column}" + "（未公布）" * (not table.has(column))
        for column in _bare(ev, table)
    ]
    return "、".join((*printed, *measured, *bases, *workings))


def _bare(ev: Evaluation, table: SourceTable) -> list[str]:
    """The columns that a chapter may show as 未公布: bases of execution rates, marks, texts."""
    rows = table.rows if table.kind_id == "budget" and table.has("executed") else ()
    bases = dict.fromkeys(base_of(ev.case, row) for row in rows)
    asked = (*bases, *ASKED.get(table.kind_id, ()))
    return [c for c in asked if not _told(table, c) and not _measured(ev, table, c)]


def _measured(ev: Evaluation, table: SourceTable, column: str) -> bool:
    found = (ev.measures.get(row.address(column)) for row in table.rows)
    return any(each is not None and each.figure is not None for each in found)


def _worked(ev: Evaluation, table: SourceTable, column: str) -> bool:
    known = ev.scores if column == "score" else ev.measures
    return any(row.address(column) in known for row in table.rows)


def _told(table: SourceTable, column: str) -> bool:
    """Whether a printed column holds what the report may show by its address."""
    if not table.has(column):
        return False
    dated = table.kind_id != "documents" and table.columns[column].type == "date"
    return dated or says_figures(table, column)


# ---- rows


def _rows(ev: Evaluation) -> list[Block]:
    """The rows of every table that holds figures, one line each, below the title of the table."""
    lines: list[list[Cell]] = []
    for own in origins.cases(ev):
        for table in own.case.tables:
            if _columns(own, table):
                lines += [[Cell(_heading(own, table), colspan=4)], *_lines(table)]
    return [
        plain_table(
            "原文各行的位置",
            ("名称", "类别或期间", "原文位置", "行的编号"),
            lines,
            (3.3, 1.7, 1.8, 2.5),
            kind=lambda number: "group" if len(lines[number]) == 1 else "body",
        )
    ] * bool(lines)


def _heading(ev: Evaluation, table: SourceTable) -> str:
    return f"{_title_of(ev, table)}（编号以 {table.rows[0].file}. 开头）"


def _lines(table: SourceTable) -> Iterator[list[Cell]]:
    for row in table.rows:
        level = len(table.above(row))
        place = row["place"].text or table.place
        texts = (INDENT * level + row.name, _apart(row), place, row.id)
        yield [Cell(text) for text in texts]


def _apart(row: Row) -> str:
    """The theme, group, period or date of a row, whichever is printed first; else nothing."""
    for column in GROUPS:
        if text := row[column].text:
            return text if column in {"theme", "group"} else period(text)
    return ""
