"""Nested projects 嵌套项目: how they came out in one table, and each as an annex of its own."""

from collections.abc import Sequence
from dataclasses import replace

from evalbook.blocks import Block, Cell, Heading
from evalbook.derived.budgets import whole_of
from evalbook.evaluation import Evaluation
from evalbook.prose import UNPUBLISHED
from evalbook.sections import benefit, budget, findings, funds, output, overview, process
from evalbook.sections.indicators import indicator_table
from evalbook.sections.pieces import (
    derived_cell,
    plain_table,
    recomputed_cell,
    value_cell,
    written,
)
from evalbook.sections.scoring import how_scored

ANALYSIS = ("input_analysis", "process_analysis", "output_analysis", "benefit_analysis")


def summary(ev: Evaluation) -> list[Block]:
    """Money and result of each nested project; nothing when there is none."""
    if not ev.parts:
        return []
    table = plain_table(
        "各项目资金与结果",
        ("项目", "预算数", "执行数", "执行率", "得分", "等级"),
        [_line(ev, part) for part in ev.parts],
        (4, 1.3, 1.3, 1.2, 1, 1),
        ("left", "right", "right", "right", "right", "center"),
    )
    return [Heading(2, "项目评价结果"), replace(table, unit=ev.case.params.money_unit)]


def _line(ev: Evaluation, part: Evaluation) -> list[Cell]:
    row = whole_of(part.case)
    return [
        Cell(part.case.called),
        *(
            (
                _amount(ev, part, budget.base_cell(part, row)),
                _amount(ev, part, value_cell(part, row.address("executed"))),
                recomputed_cell(part, row.address("rate")),
            )
            if row
            else (Cell(UNPUBLISHED),) * 3
        ),
        value_cell(part, "case.published.score"),
        value_cell(part, "case.published.grade"),
    ]


def _amount(ev: Evaluation, part: Evaluation, shown: Cell) -> Cell:
    """An amount in the unit of the whole, as it is where it is in that unit."""
    converted = f"{shown.address.removesuffix('.base')}.converted"
    return derived_cell(ev, converted) if converted in ev.derived else shown


def annexes(ev: Evaluation) -> list[Block]:
    """Each nested project as an annex: what it is, its money, its results, its conclusion."""
    return [block for part in ev.parts for block in _annex(part)]


def _annex(part: Evaluation) -> list[Block]:
    blocks: list[Block] = [
        Heading(1, part.case.params.title, annex=True),
        *_chapter("项目概况", [overview.basics(part), *_words(part, "profile", "goals")]),
        *_chapter("评价工作", _words(part, "purpose", "principles", "method", "process")),
        *_chapter("资金安排与使用", _money(part)),
        *_chapter("指标完成情况", _results(part)),
        *_chapter("评价结论", [*overview.result(part), *_words(part, "conclusion")]),
        *_chapter("主要经验及做法", _words(part, "experience")),
    ]
    if part.case.findings.findings:
        blocks += _chapter("存在的问题", findings.problems(part))
    if part.case.findings.recommendations:
        advice = findings.recommendations(part)[1:]
        blocks += _chapter("有关建议", [_deeper(block) for block in advice])
    return [*blocks, *_chapter("其他需要说明的问题", _words(part, "other"))]


def _chapter(title: str, blocks: Sequence[Block]) -> list[Block]:
    """The blocks below their heading; nothing when there are none."""
    return [Heading(2, title), *blocks] if blocks else []


def _words(part: Evaluation, *slots: str) -> list[Block]:
    return [block for slot in slots for block in written(part, slot)]


def _money(part: Evaluation) -> list[Block]:
    kinds = {table.kind_id for table in part.case.tables}
    blocks: list[Block] = []
    if "budget" in kinds:
        blocks += [*budget.execution(part)[1:], *budget.low_execution(part)]
    return [*blocks, *budget.in_place(part), *funds.statement(part)]


def _results(part: Evaluation) -> list[Block]:
    """Indicators, the project's own words, and its tables of results, as far as there are any."""
    kinds = {table.kind_id for table in part.case.tables}
    rows = list(part.case.rows("indicators"))
    blocks: list[Block] = [indicator_table(part, rows, "指标完成情况")] if rows else []
    blocks += how_scored(part)
    blocks += [*_words(part, *ANALYSIS), *output.months_payable(part), *output.payments(part)]
    if kinds & {"samples", "incidents"}:
        blocks += process.samples(part)
    if "facts" in kinds:
        blocks += benefit.facts(part)
    if "surveys" in kinds:
        blocks += benefit.satisfaction(part)
    if "documents" in kinds:
        blocks += process.documents(part)
    return blocks


def _deeper(block: Block) -> Block:
    """A heading one level down, as it stands within an annex."""
    return replace(block, level=block.level + 1) if isinstance(block, Heading) else block
