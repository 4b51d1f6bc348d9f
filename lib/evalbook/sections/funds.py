"""Social-insurance funds 基金收支, in 10_budget: each year's statement, and year against year."""

import itertools
from collections.abc import Mapping, Sequence
from decimal import Decimal

from evalbook import charts
from evalbook.blocks import Block, Cell, Heading, Table
from evalbook.evaluation import Evaluation
from evalbook.lookup import find_row
from evalbook.model import Row
from evalbook.sections.pieces import Kind, case_table, problem_note, value_cell

Rows = Mapping[tuple[str, str], Row]
BODY: Kind = "body"


def statement(ev: Evaluation) -> list[Block]:
    """The tables of funds with their balances drawn, the years compared, and what is disputed."""
    tables = ev.case.of_kind("funds")
    if not tables:
        return []
    blocks: list[Block] = [Heading(3, "基金收支")]
    for table in tables:
        blocks.append(case_table(ev, table))
        blocks += [
            charts.fund_balance(ev, table, row)
            for row in table.roots()
            if sum(row[column].value is not None for column in charts.FUND_AMOUNTS) > 1
        ]
    wrong = [
        entry
        for entry in ev.audit.problems
        if entry.severity in {"error", "warning"} and _is_fund(ev, entry.where)
    ]
    return [*blocks, *_years(ev), *(problem_note(entry) for entry in wrong)]


def _is_fund(ev: Evaluation, address: str) -> bool:
    found = find_row(ev.case, address)
    return found is not None and found[0].kind_id == "funds"


def _years(ev: Evaluation) -> list[Block]:
    """Income and expenditure of each fund in two periods that follow each other, with growth.

    A fund may be printed for one of them only. Nothing when no fund is printed for both.
    """
    rows = {(r["fund"].text, r["period"].text): r for _, r in ev.case.rows("funds")}
    periods = sorted({period for fund, period in rows if fund and period})
    funds = list(dict.fromkeys(fund for fund, _ in rows if fund))
    return [
        _comparison(ev, rows, funds, pair)
        for pair in itertools.pairwise(periods)
        if any((fund, pair[0]) in rows and (fund, pair[1]) in rows for fund in funds)
    ]


def _comparison(
    ev: Evaluation, rows: Rows, funds: Sequence[str], periods: tuple[str, str]
) -> Table:
    lines = [
        _line(ev, [rows.get((fund, period)) for period in periods])
        for fund in funds
        if (fund, periods[0]) in rows or (fund, periods[1]) in rows
    ]
    over = (Cell("基金", rowspan=2), Cell("收入", colspan=3), Cell("支出", colspan=3))
    under = tuple(Cell(text) for text in (*periods, "增长") * 2)
    return Table(
        caption=f"基金收支的年度变化（{periods[0]}—{periods[1]}）",
        header=(over, under),
        rows=tuple(tuple(line) for line in lines),
        align=("left", *("right",) * 6),
        widths=(2.6, *(1.2,) * 6),
        kinds=(BODY,) * len(lines),
        unit=ev.case.of_kind("funds")[0].unit or ev.case.params.money_unit,
        notes=("“—”：这一年度没有列出该项基金，或没有可比的基数。",),
    )


def _line(ev: Evaluation, both: Sequence[Row | None]) -> list[Cell]:
    cells = [Cell(next(row.name for row in reversed(both) if row))]
    for column in ("income", "expenditure"):
        cells += [value_cell(ev, row.address(column)) if row else Cell("—") for row in both]
        cells.append(_growth(ev, [row[column].value if row else None for row in both]))
    return cells


def _growth(ev: Evaluation, values: Sequence[Decimal | None]) -> Cell:
    before, after = values
    if before is None or after is None or before <= 0:
        return Cell("—")
    return Cell(f"{ev.case.rules.round_rate((after - before) / before * 100)}%")
