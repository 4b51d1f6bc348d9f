"""Charts of social-insurance funds: income, expenditure and balance; months payable 可支配月数."""

from collections.abc import Sequence
from decimal import Decimal

from evalbook.blocks import Figure, Run
from evalbook.charts.bars import MOST, Bar, Chart, Look, figure
from evalbook.charts.rates import RISING, extremes, printed, rising
from evalbook.evaluation import Evaluation
from evalbook.figures import unit_of
from evalbook.lookup import place
from evalbook.model import Row, Table
from evalbook.rulesets import MonthsBand

AMOUNTS: dict[str, Look] = {
    "opening": "held", "income": "in", "expenditure": "out", "surplus": "left", "closing": "held",
}  # fmt: skip
AS_PRINTED = "按原表的顺序排列。"
FLOWS = ("income", "expenditure", "surplus")


def balances(ev: Evaluation, table: Table, named: Sequence[tuple[str, Row]]) -> list[Figure]:
    """The amounts of each fund side by side, in the unit of the table.

    One fund shows its balances too, several only income, expenditure and surplus. Nothing where
    fewer than two amounts are printed of each. `named` are the rows to draw with their names.
    """
    amounts = FLOWS if len(named) > 1 else tuple(AMOUNTS)
    groups = [(name, _bars(ev, table, row, amounts, name)) for name, row in named]
    groups = [(name, bars) for name, bars in groups if len(bars) > 1]
    if not groups:
        return []
    groups.sort(key=lambda group: -max(abs(bar.value) for bar in group[1]))
    drawn: list[Bar] = []
    for _, bars in groups:
        drawn += bars if len(drawn) + len(bars) <= MOST else ()
    count = len({bar.group for bar in drawn})
    left_out = f"只画出数额较大的 {count} 项基金，其余 {len(groups) - count} 项见表。"
    return [
        figure(
            Chart(
                f"{table.title}：收支和结余",
                f"金额（{_unit(ev, table)}）",
                tuple(drawn),
                _says(groups),
                left_out=left_out * (count < len(groups)),
                order="按数额由大到小排列。" * (count > 1),
            )
        )
    ]


def _unit(ev: Evaluation, table: Table) -> str:
    return table.unit or ev.case.params.money_unit


def _bars(ev: Evaluation, table: Table, row: Row, columns: Sequence[str], group: str) -> list[Bar]:
    """The amounts of a row that are printed and are money."""
    bars = []
    whole = unit_of(_unit(ev, table), ev.case.units)
    for column in columns:
        at, run = place(ev.case, table, row, column), printed(ev, table, row, column)
        dimension, size = unit_of(at.unit, ev.case.units)
        if run is None or at.cell.value is None or dimension != whole[0]:
            continue
        text = run.text if at.unit == _unit(ev, table) else at.shown
        heading = table.heading(column)
        data = ((f"{group}：{heading}", Run(text, run.address, run.value)),)
        length = at.cell.value * size / whole[1]
        bars.append(Bar(heading, length, text, data, AMOUNTS[column], group=group))
    return bars


def _says(groups: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """How many funds spent more than they took in, where both are printed."""
    both = [
        (name, flows)
        for name, bars in groups
        if len(flows := [bar.value for bar in bars if bar.look in {"in", "out"}]) == 2
    ]
    if not both:
        return f"共 {len(groups)} 项基金。"
    over = [name for name, (income, expenditure) in both if expenditure > income]
    if not over:
        return f"共 {len(both)} 项基金，支出都不大于收入。"
    return f"共 {len(both)} 项基金，支出大于收入的有 {len(over)} 项：{'、'.join(over)}。"


def months(band: MonthsBand | None, funds: Sequence[tuple[str, Run, bool]]) -> list[Figure]:
    """Months payable 可支配月数 of each fund, against the band if it is for one of them.

    With each fund stands whether the band is for it; those outside it are hatched.
    """
    against = band if any(held for _, _, held in funds) else None
    if len(funds) < 2 and against is None:
        return []
    known, order = tuple(_months_bar(*each, against) for each in funds), AS_PRINTED
    if not _several_periods([title for title, *_ in funds]):
        known, order = tuple(rising(known)), RISING
    bars, rest = known[:MOST], len(known) - MOST
    left_out = f"只画出前 {MOST} 项基金，其余 {rest} 项见图前所列。" * (rest > 0)
    caption, axis = "基金累计结余可支配月数", "可支配月数（个月）"
    if against is None:
        said = extremes(known)
        return [figure(Chart(caption, axis, bars, said, left_out=left_out, order=order))]
    stated = f"{against.low}–{against.high} 个月"
    outside = [bar for bar in known if bar.look == "weak"]
    legend: tuple[tuple[Look, str], ...] = (("weak", f"不在 {stated}之内"),)
    return [
        figure(
            Chart(
                caption,
                axis,
                bars,
                f"{against.fund}的对照范围为 {stated}，不在其内的有 {len(outside)} 项。",
                against.high + 1,
                band=(against.low, against.high),
                band_says=f"{against.fund}的对照范围 {stated}",
                legend=legend * any(bar in bars for bar in outside),
                left_out=left_out,
                order=order,
            )
        )
    ]


def _several_periods(titles: Sequence[str]) -> bool:
    """Whether a fund stands there twice, 「居民基金（2018年）」 and 「居民基金（2019年）」."""
    return len({title.partition("（")[0] for title in titles}) < len(titles)


def _months_bar(title: str, run: Run, held: bool, band: MonthsBand | None) -> Bar:
    value = Decimal(run.value)
    outside = held and band is not None and not band.low <= value <= band.high
    return Bar(title, value, run.text, ((title, run),), "weak" if outside else "plain")
