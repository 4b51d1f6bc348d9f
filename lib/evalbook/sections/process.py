"""20_process: was it managed (过程 / 管理)."""

from dataclasses import replace

from evalbook import charts
from evalbook.blocks import Block, Cell, Heading, Table
from evalbook.evaluation import Evaluation
from evalbook.model import Table as SourceTable
from evalbook.sections.indicators import section_opening
from evalbook.sections.pieces import case_table, derived_cell, paragraph


def opening(ev: Evaluation) -> list[Block]:
    """The section's marks, words and indicators."""
    return section_opening(ev, "process", "process_analysis")


def samples(ev: Evaluation) -> list[Block]:
    """Sample tests 抽样检查 and particular incidents, where the source prints them."""
    samples, incidents = ev.case.of_kind("samples"), ev.case.of_kind("incidents")
    blocks: list[Block] = [Heading(3, "抽样检查与具体事例")]
    if not samples and not incidents:
        return [*blocks, paragraph("公布的材料没有抽样检查的数据。")]
    for table in samples:
        blocks += [case_table(ev, table), *charts.samples(ev, table)]
    return blocks + [_with_delays(ev, table, case_table(ev, table)) for table in incidents]


def _with_delays(ev: Evaluation, table: SourceTable, shown: Table) -> Table:
    """The incidents with the days from due to done, where both are printed."""
    delays = [f"{row.address('date')}.delay" for row in table.rows]
    if not any(delay in ev.derived for delay in delays):
        return shown
    return replace(
        shown,
        header=((*shown.header[0], Cell("迟延（天）")),),
        rows=tuple(
            (*row, derived_cell(ev, delay) if delay in ev.derived else Cell(""))
            for row, delay in zip(shown.rows, delays, strict=True)
        ),
        align=(*shown.align, "right"),
        widths=(*shown.widths, 1.1),
    )


def documents(ev: Evaluation) -> list[Block]:
    """The rules and documents 制度依据 that the report rests on."""
    blocks: list[Block] = [Heading(3, "制度依据")]
    tables = ev.case.of_kind("documents")
    if not tables:
        return [*blocks, paragraph("公布的材料没有列出文件依据。")]
    return blocks + [case_table(ev, table) for table in tables]
