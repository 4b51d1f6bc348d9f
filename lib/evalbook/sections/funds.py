"""Social-insurance funds 基金收支, in 10_budget: each year's statement, and year against year."""

from collections.abc import Sequence
from dataclasses import replace

from evalbook import charts
from evalbook.blocks import Block, Cell, Heading, Table
from evalbook.derived.funds import Pair, compared
from evalbook.evaluation import Evaluation
from evalbook.lookup import find, find_row
from evalbook.model import Row
from evalbook.model import Table as SourceTable
from evalbook.periods import months_of, span
from evalbook.sections.grouped import shortly
from evalbook.sections.pieces import (
    Kind,
    case_table,
    derived_cell,
    period,
    value_cell,
)

BODY: Kind = "body"
STATEMENT = "基金收支"


def statement(ev: Evaluation) -> list[Block]:
    """The tables of funds with their balances drawn, the years compared, and what is disputed."""
    tables = ev.case.of_kind("funds")
    if not tables:
        return []
    blocks: list[Block] = [Heading(3, STATEMENT)]
    for table in tables:
        blocks += [case_table(ev, table), *charts.balances(ev, table, _drawn(table))]
    wrong = [
        entry
        for entry in ev.audit.problems
        if entry.severity in {"error", "warning"} and _is_fund(ev, entry.where)
    ]
    return [*blocks, *_years(ev), *(shortly(ev, entry) for entry in wrong)]


def _drawn(table: SourceTable) -> list[tuple[str, Row]]:
    """The funds to draw with their names: what a single total adds up, else the highest rows."""
    roots = table.roots()
    rows = table.children(roots[0]) if len(roots) == 1 and table.children(roots[0]) else roots
    one_period = len({row["period"].text for row in table.rows}) == 1
    return [(row.name if one_period else titled(row), row) for row in rows]


def titled(row: Row) -> str:
    """The fund with its period: 「居民基金（2019年）」."""
    return f"{row.name}（{period(row['period'].text)}）" if row["period"].text else row.name


def _is_fund(ev: Evaluation, address: str) -> bool:
    found = find_row(ev.case, address)
    return found is not None and found[0].kind_id == "funds"


def _years(ev: Evaluation) -> list[Block]:
    """Income and expenditure of each fund in two periods of the same length, with growth.

    A fund may be printed for one of them only. Nothing when no fund is printed for both.
    """
    return [_comparison(ev, pairs, periods) for periods, pairs in compared(ev.case).items()]


def _caption(periods: tuple[str, str]) -> str:
    """What is compared; a change from year to year only where one year follows the other."""
    first, last = (span(each) or (0, 0) for each in periods)
    yearly = months_of(periods[0]) == 12 and last[0] == first[1] + 1
    before, after = (period(each) for each in periods)
    return f"基金收支{'的年度变化' if yearly else '两期比较'}（{before}、{after}）"


def _comparison(ev: Evaluation, pairs: Sequence[Pair], periods: tuple[str, str]) -> Table:
    unit = ev.case.of_kind("funds")[0].unit or ev.case.params.money_unit
    funds = [_latest(both)["fund"].text for both in pairs]
    lines = [
        [Cell(_named(ev, _latest(both), funds.count(fund) > 1)), *_line(ev, both, unit)]
        for both, fund in zip(pairs, funds, strict=True)
    ]
    over = (Cell("基金", rowspan=2), Cell("收入", colspan=3), Cell("支出", colspan=3))
    under = tuple(Cell(text) for text in (*map(period, periods), "增长") * 2)
    return Table(
        caption=_caption(periods),
        header=(over, under),
        rows=tuple(tuple(line) for line in lines),
        align=("left", *("right",) * 6),
        widths=(2.6, *(1.2,) * 6),
        kinds=(BODY,) * len(lines),
        unit=unit,
        notes=("“—”：这一期没有列出该项基金，或没有可比的基数。",),
    )


def _latest(both: Pair) -> Row:
    return next(row for row in reversed(both) if row)


def _named(ev: Evaluation, row: Row, several: bool) -> str:
    """The fund; with its table where it has several lines (预算 and 决算)."""
    return f"{row.name}（{ev.case.table(row.table).title}）" if several else row.name


def _line(ev: Evaluation, both: Pair, unit: str) -> list[Cell]:
    cells: list[Cell] = []
    for column in ("income", "expenditure"):
        addresses = [row.address(column) if row else "" for row in both]
        cells += [_amount(ev, address, unit) for address in addresses]
        cells.append(derived_cell(ev, f"{addresses[1]}.growth", "%"))
    return cells


def _amount(ev: Evaluation, address: str, unit: str) -> Cell:
    """An amount as printed, with its unit where that is not the one of the table."""
    at = find(ev.case, address)
    if at is None:
        return Cell("—")
    shown = value_cell(ev, address)
    return shown if at.cell.value is None or at.unit == unit else replace(shown, text=at.shown)
