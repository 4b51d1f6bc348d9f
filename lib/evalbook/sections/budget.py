"""10_budget: was the money planned and spent as planned (投入 / 决策)."""

from decimal import Decimal

from evalbook import charts
from evalbook.audit.entry import plain
from evalbook.blocks import Block, Cell, Heading, Run
from evalbook.derived.budgets import base_of, due_of, in_place_rate
from evalbook.derived.budgets import low_execution as below_threshold
from evalbook.evaluation import Evaluation
from evalbook.lookup import find, find_row, place, row_of
from evalbook.model import Row, Table
from evalbook.sections.indicators import section_opening
from evalbook.sections.pieces import (
    case_table,
    derived,
    derived_cell,
    item,
    paragraph,
    plain_table,
    printed,
    recomputed,
    recomputed_cell,
    setting,
    value_cell,
)

PARTS = ("budget", "adjustment")
LOW = "执行率偏低的资金及其说明"


def opening(ev: Evaluation) -> list[Block]:
    """四 指标分析, and the first section of it."""
    return [Heading(1, "指标分析"), *section_opening(ev, "budget", "input_analysis")]


def execution(ev: Evaluation) -> list[Block]:
    """Budget and execution 预算执行, table by table, each with a chart and a sentence."""
    blocks: list[Block] = [Heading(2, "资金安排与使用情况")]
    tables = [table for table in ev.case.of_kind("budget") if table.has("executed")]
    if not tables and ev.case.of_kind("funds"):
        return blocks
    blocks.append(Heading(3, "预算执行"))
    if not tables:
        return [*blocks, paragraph("公布的材料没有预算执行表。")]
    for table in tables:
        blocks += _total_sentence(ev, table)
        blocks += [case_table(ev, table), *charts.execution(ev, table)]
    return blocks


def _total_sentence(ev: Evaluation, table: Table) -> list[Block]:
    """The total line of a table in words, when it has one."""
    totals = [row for row in table.roots() if table.children(row)]
    if len(totals) != 1:
        return []
    total, base = totals[0], base_of(ev.case, totals[0])
    return [
        paragraph(
            f"{table.title}（见原文{table.place}）：{table.heading(base)} ",
            *_base(ev, total, base),
            "，执行 ",
            printed(ev, total.address("executed")),
            "，执行率 ",
            *_rate(ev, total.address("rate")),
            "。",
        )
    ]


def _rate(ev: Evaluation, address: str) -> tuple[Run | str, ...]:
    """The recomputed rate, else the printed one and why it stands alone, else 未公布."""
    at = find(ev.case, address)
    if ev.computed(address) is None and at is not None and at.cell.value is not None:
        return printed(ev, address), "（原文印出的数，计算它的基数没有公布）"
    return (recomputed(ev, address, "%"),)


def _base(ev: Evaluation, row: Row, column: str) -> list[Run | str]:
    """The base of a rate; where only its parts are printed, their sum and the parts."""
    table, address = ev.case.table(row.table), row.address(column)
    summed = f"{address}.base"
    if summed not in ev.derived:
        return [printed(ev, address)]
    named: list[Run | str] = [derived(ev, summed, ev.derived[summed].unit)]
    for mark, column in zip("（，", PARTS, strict=True):
        named += [f"{mark}{table.heading(column)} ", printed(ev, row.address(column))]
    return [*named, "）"]


def base_cell(ev: Evaluation, row: Row) -> Cell:
    """The base of an execution rate for a table: 「120（100+20）」 where its parts are printed."""
    address = row.address(base_of(ev.case, row))
    summed = f"{address}.base"
    if summed not in ev.derived:
        return value_cell(ev, address)
    return derived_cell(ev, summed, f"（{ev.derived[summed].expression}）")


def low_execution(ev: Evaluation) -> list[Block]:
    """Lines executed below the rule set's threshold, and the causes that the findings give."""
    if ev.case.rules.low_execution is None:
        return []
    if not ev.case.of_kind("budget") and ev.case.of_kind("funds"):
        return []
    below = "执行率低于 ", setting(ev, "low_execution", "%"), " 的"
    low = below_threshold(ev)
    blocks: list[Block] = [Heading(3, "执行率偏低的资金")]
    if not low:
        rated = any(
            row["executed"].value is not None and ev.computed(row.address("rate")) is not None
            for _, row in ev.case.rows("budget")
        )
        if not rated:
            return [*blocks, paragraph("公布的材料没有可以计算执行率的资金。")]
        return [*blocks, paragraph("没有", *below, "资金。")]
    rows = [
        [
            Cell(f"{row.name}（{table.place}）"),
            base_cell(ev, row),
            value_cell(ev, row.address("executed")),
            Cell(place(ev.case, table, row, "executed").unit),
            _told_apart(ev, row),
            Cell(_cause(ev, row)),
        ]
        for table, row in low
    ]
    source = ev.case.rules.authority["low_execution"]
    table = plain_table(
        LOW,
        ("资金", "预算数", "执行数", "单位", "执行率", "对应的问题"),
        rows,
        (3, 1.1, 1.1, 0.9, 1.1, 3.2),
        ("left", "right", "right", "center", "right", "left"),
        (f"所列为执行率低于界线的末级资金；界线出自{source}。",),
    )
    count = derived(ev, ev.case.absolute("count.low_execution"))
    same = "；汇总表与明细表中的同一笔资金各列一项。"
    return [
        *blocks,
        paragraph(*below, "资金共 ", count, " 项，见", Run("下表", ref=LOW), same),
        table,
    ]


def _told_apart(ev: Evaluation, row: Row) -> Cell:
    """The execution rate, with more places where it would round to the threshold."""
    address = row.address("rate")
    more = f"{address}.apart"
    return derived_cell(ev, more, "%") if more in ev.derived else recomputed_cell(ev, address)


def _cause(ev: Evaluation, row: Row) -> str:
    """The note of the row, else the most particular finding whose evidence holds it."""
    if row["note"].text:
        return row["note"].text
    family = [f"{each.file}.{each.id}" for each in _family(ev, row)]
    found = [
        finding
        for finding in ev.case.findings.findings
        if any(row_of(address) in family for address in finding.evidence)
    ]
    return found[-1].title if found else "未说明"


def _family(ev: Evaluation, row: Row) -> list[Row]:
    """The row and those above it."""
    found = find_row(ev.case, f"{row.file}.{row.parent}") if row.parent else None
    return [row, *(_family(ev, found[1]) if found else [])]


def in_place(ev: Evaluation) -> list[Block]:
    """Funds in place 资金到位, where the source has such a table."""
    tables = [table for table in ev.case.of_kind("budget") if table.has("in_place")]
    if not tables:
        return []
    blocks: list[Block] = [Heading(3, "资金到位")]
    for table in tables:
        rated = in_place_rates(ev, table)
        if not table.has("executed"):
            blocks.append(case_table(ev, table))
        blocks += charts.in_place(table, [(row, _share(ev, row)) for row, *_ in rated])
        short = [each for each in rated if each[2] < 100]
        if short:
            count = derived(ev, ev.case.absolute(f"count.short.{table.id}"))
            blocks.append(paragraph(f"{table.title}中有 ", count, " 处没有足额到位："))
            blocks += [_arrived(ev, row, base) for row, base, _ in short]
        elif len(rated) > 1:
            blocks.append(paragraph(f"{table.title}中各处均已足额到位。"))
        else:
            blocks += [_arrived(ev, row, base) for row, base, _ in rated]
    return blocks


def in_place_rates(ev: Evaluation, table: Table) -> list[tuple[Row, str, Decimal]]:
    """Each row with the base of its rate in place 资金到位率 and the rate, in percent.

    The base is what was due, else the budget, else the plan; 财预〔2020〕10号 附件2. A rate just
    short of all has the places that show it.
    """
    return [
        (row, str(due_of(ev, row)), rated[1])
        for row in table.rows
        if (rated := in_place_rate(ev, row))
    ]


def _share(ev: Evaluation, row: Row) -> Run:
    address, rate = in_place_rate(ev, row) or ("", Decimal(0))
    return Run(f"{rate}%", address, plain(rate), computed=True)


def _arrived(ev: Evaluation, row: Row, base: str) -> Block:
    due = "应到位" if base == "due" else ev.case.table(row.table).heading(base)
    return item(
        f"{row.name}：{due} ",
        *_base(ev, row, base),
        "，实际到位 ",
        printed(ev, row.address("in_place")),
        "，到位率 ",
        _share(ev, row),
        "。",
    )
