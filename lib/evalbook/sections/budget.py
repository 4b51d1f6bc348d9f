"""10_budget: was the money planned and spent as planned (投入 / 决策)."""

from decimal import Decimal

from evalbook import charts
from evalbook.audit.entry import plain
from evalbook.blocks import Block, Cell, Heading, Run
from evalbook.evaluation import Evaluation
from evalbook.figures import apart
from evalbook.lookup import figure, find, find_row, place, row_of
from evalbook.model import Row, Table
from evalbook.sections.indicators import section_opening
from evalbook.sections.pieces import (
    case_table,
    item,
    paragraph,
    plain_table,
    printed,
    recomputed,
    value_cell,
)

BASES = ("adjusted", "budget", "planned")
PARTS = ("budget", "adjustment")
LOW = "执行率偏低的资金及其说明"
DUE = ("due", "budget", "planned")


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
    total, base = totals[0], base_of(totals[0])
    return [
        paragraph(
            f"{table.title}（见原文{table.place}）：{table.heading(base)} ",
            *_base(ev, table, total),
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


def _base(ev: Evaluation, table: Table, row: Row) -> list[Run | str]:
    """The base of an execution rate; where only its parts are printed, their sum and the parts."""
    address = row.address(base_of(row))
    value, at = ev.computed(address), find(ev.case, address)
    if value is None or at is None or at.cell.text:
        return [printed(ev, address)]
    named: list[Run | str] = [Run(f"{plain(value)}{at.unit}", address, plain(value), computed=True)]
    for mark, column in zip("（，", PARTS, strict=True):
        named += [f"{mark}{table.heading(column)} ", printed(ev, row.address(column))]
    return [*named, "）"]


def base_cell(ev: Evaluation, row: Row) -> Cell:
    """The base of an execution rate for a table: 「120（100+20）」 where its parts are printed."""
    address = row.address(base_of(row))
    value = ev.computed(address)
    if value is None or row[base_of(row)].text:
        return value_cell(ev, address)
    parts = "+".join(row[column].text for column in PARTS).replace("+-", "-")
    return Cell(f"{plain(value)}（{parts}）", address, plain(value), computed=True)


def base_of(row: Row) -> str:
    """The column that the execution of a row is measured against, as params/tables/budget.yaml;
    the budget if none is printed.

    Budget and adjustment together are the adjusted budget, whether or not that is printed.
    """
    printed_bases = [column for column in BASES if row[column].value is not None]
    if row["adjustment"].value is not None and printed_bases[:1] == ["budget"]:
        return "adjusted"
    return next(iter(printed_bases), "budget")


def low_execution(ev: Evaluation) -> list[Block]:
    """Lines executed below the rule set's threshold, and the causes that the findings give."""
    if ev.case.rules.low_execution is None:
        return []
    if not ev.case.of_kind("budget") and ev.case.of_kind("funds"):
        return []
    limit = ev.case.rules.low_execution * 100
    below = f"执行率低于 {limit.normalize():f}% 的"
    low = [
        (table, row)
        for table in ev.case.of_kind("budget")
        if table.has("executed")
        for row in table.rows
        if ev.computed(row.address("rate")) is not None
        and _exact(ev, row) < limit
        and not table.children(row)
    ]
    blocks: list[Block] = [Heading(3, "执行率偏低的资金")]
    if not low:
        rated = any(
            row["executed"].value is not None and ev.computed(row.address("rate")) is not None
            for _, row in ev.case.rows("budget")
        )
        none = f"没有{below}资金。" if rated else "公布的材料没有可以计算执行率的资金。"
        return [*blocks, paragraph(none)]
    rows = [
        [
            Cell(f"{row.name}（{table.place}）"),
            base_cell(ev, row),
            value_cell(ev, row.address("executed")),
            Cell(place(ev.case, table, row, "executed").unit),
            _told_apart(ev, row, limit),
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
        (f"所列为{below}末级资金；界线出自{source}。",),
    )
    same = "；汇总表与明细表中的同一笔资金各列一项。"
    counted = f"{below}资金共 {len(low)} 项，见", Run("下表", ref=LOW), same
    return [*blocks, paragraph(*counted), table]


def _exact(ev: Evaluation, row: Row) -> Decimal:
    """The execution rate of a row in percent, not rounded; 0 when it cannot be computed."""
    measured = ev.measures[row.address("rate")].figure
    return measured.value * 100 if measured else Decimal(0)


def _told_apart(ev: Evaluation, row: Row, limit: Decimal) -> Cell:
    rate = apart(_exact(ev, row), limit, ev.case.rules.rate_places)
    return Cell(f"{rate}%", row.address("rate"), plain(rate))


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
        blocks += charts.in_place(table, [(row, _share(row, rate)) for row, _, rate in rated])
        short = [each for each in rated if each[2] < 100]
        if short:
            blocks.append(paragraph(f"{table.title}中有 {len(short)} 处没有足额到位："))
            blocks += [_arrived(ev, *each) for each in short]
        elif len(rated) > 1:
            blocks.append(paragraph(f"{table.title}中各处均已足额到位。"))
        else:
            blocks += [_arrived(ev, *each) for each in rated]
    return blocks


def in_place_rates(ev: Evaluation, table: Table) -> list[tuple[Row, str, Decimal]]:
    """Each row with the base of its rate in place 资金到位率 and the rate, in percent.

    The base is what was due, else the budget, else the plan; 财预〔2020〕10号 附件2. A rate just
    short of all has the places that show it.
    """
    rated = []
    for row in table.rows:
        base = next((column for column in DUE if row[column].value), None)
        sums = [figure(ev.case, place(ev.case, table, row, c)) for c in ("in_place", base) if c]
        if len(sums) == 2 and sums[0] and sums[1]:
            share = sums[0].value / sums[1].value * 100
            rated.append((row, str(base), apart(share, Decimal(100), ev.case.rules.rate_places)))
    return rated


def _share(row: Row, rate: Decimal) -> Run:
    return Run(f"{rate}%", row.address("in_place"), plain(rate), computed=True)


def _arrived(ev: Evaluation, row: Row, base: str, rate: Decimal) -> Block:
    due = "应到位" if base == "due" else ev.case.table(row.table).heading(base)
    return item(
        f"{row.name}：{due} ",
        printed(ev, row.address(base)),
        "，实际到位 ",
        printed(ev, row.address("in_place")),
        "，到位率 ",
        _share(row, rate),
        "。",
    )
