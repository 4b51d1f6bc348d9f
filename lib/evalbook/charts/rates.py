"""Charts of rates: score rates 得分率, execution 执行率, funds in place 到位率, samples 合格率."""

from collections.abc import Sequence
from decimal import Decimal

from evalbook.audit.entry import plain
from evalbook.blocks import Figure, Run
from evalbook.charts.bars import MOST, Bar, Chart, Look, figure
from evalbook.evaluation import Evaluation
from evalbook.lookup import place
from evalbook.model import Row, Table

FULL = Decimal(100)
RISING, RISING_BELOW = "由低到高排列。", "同级由低到高排列，下级列在上级之后。"
"""The order of the bars, for those who do not see them."""
DEEPEST = 3


def score_rates(ev: Evaluation) -> list[Figure]:
    """Score rates 得分率 of the level-1 indicators, the lowest first."""
    rows = [(table, row) for table in ev.case.of_kind("indicators") for row in table.roots()]
    return _scores(ev, "各部分得分率", rows)


def indicator_rates(ev: Evaluation) -> list[Figure]:
    """Score rates 得分率 of the lowest-level indicators, the lowest first.

    None where all have full marks, or where the highest level is the only one.
    """
    rows = [each for each in ev.case.rows("indicators") if not each[0].children(each[1])]
    rates = {ev.computed(row.address("rate")) for _, row in rows}
    if not rates - {FULL, None} or not any(row.parent for _, row in rows):
        return []
    return _scores(ev, "各项指标得分率", rows)


def _scores(ev: Evaluation, caption: str, rows: Sequence[tuple[Table, Row]]) -> list[Figure]:
    bars = [
        _score_bar(ev, table, row, rate)
        for table, row in rows
        if (rate := ev.computed(row.address("rate"))) is not None
    ]
    if len(bars) < 2:
        return []
    drawn, left_out = lowest(rising(bars))
    axis = "得分率（%），括号内为得分／分值"
    said = extremes(rising(bars))
    return [figure(Chart(caption, axis, drawn, said, FULL, left_out=left_out, order=RISING))]


def _score_bar(ev: Evaluation, table: Table, row: Row, rate: Decimal) -> Bar:
    marks = [(name, printed(ev, table, row, name)) for name in ("score", "full_marks")]
    known = [(name, run) for name, run in marks if run]
    beside = f"（{'/'.join(run.text for _, run in known)}分）" * (len(known) == 2)
    data = [(f"{row.name}：{table.columns[name].name}", run) for name, run in known]
    shown = recomputed(row, rate)
    return Bar(row.name, rate, shown.text + beside, ((row.name, shown), *data * bool(beside)))


def execution(ev: Evaluation, table: Table) -> list[Figure]:
    """Execution 执行率 line by line, those below the threshold of the rule set hatched.

    None where a total has one line only.
    """
    low = ev.case.rules.low_execution
    limit = None if low is None else low * 100
    rated = [
        (row, measured.figure.value * 100)
        for row in table.rows
        if (measured := ev.measures.get(row.address("rate"))) is not None and measured.figure
    ]
    if sum(not table.children(row) for row, _ in rated) < 2:
        return []
    rated = _rising_below(table, rated)
    bars = [_execution_bar(ev, table, row, exact, limit) for row, exact in rated]
    order = RISING_BELOW if any(bar.level for bar in bars) else RISING
    drawn, left_out = lowest(bars)
    caption, axis = f"{table.title}：执行率", "执行率（%）"
    if limit is None:
        said = extremes(bars)
        return [figure(Chart(caption, axis, drawn, said, FULL, left_out=left_out, order=order))]
    percent = f"{limit.normalize():f}%"
    address, exact = ev.case.absolute("settings.low_execution"), ev.settings["low_execution"]
    threshold = Run(percent, address, exact, computed=True)
    return [
        figure(
            Chart(
                caption,
                axis,
                drawn,
                _below(bars, f"低于 {percent}"),
                FULL,
                limit,
                f"界线 {percent}",
                legend=_weak_legend(bars, f"低于 {percent}"),
                left_out=left_out,
                order=order,
                data=(("界线", threshold),),
            )
        )
    ]


def _rising_below(table: Table, rated: Sequence[tuple[Row, Decimal]]) -> list[tuple[Row, Decimal]]:
    """The lowest first among the rows of one level, each followed by those below it."""
    rates = {row.id: rate for row, rate in rated}

    def place_of(row: Row) -> list[tuple[Decimal, int]]:
        line = [*reversed(table.above(row)), row]
        return [(rates.get(each.id, FULL), table.rows.index(each)) for each in line]

    return sorted(rated, key=lambda each: place_of(each[0]))


def _execution_bar(
    ev: Evaluation, table: Table, row: Row, exact: Decimal, limit: Decimal | None
) -> Bar:
    """A line judged by its exact rate, shown with the places that tell it from the threshold."""
    address = row.address("rate")
    run = recomputed(row, ev.case.rules.round_rate(exact))
    if more := ev.derived.get(f"{address}.apart"):
        run = Run(f"{more.value}%", f"{address}.apart", more.value, computed=True)
    look: Look = "weak" if limit is not None and exact < limit else "plain"
    level = min(DEEPEST, len(table.above(row)))
    return Bar(row.name, Decimal(run.value), run.text, ((row.name, run),), look, level=level)


def in_place(table: Table, rated: Sequence[tuple[Row, Run]]) -> list[Figure]:
    """Funds in place 资金到位率 by row, those below 100 % hatched."""
    bars = [
        Bar(row.name, rate, run.text, ((row.name, run),), "weak" if rate < FULL else "plain")
        for row, run in rated
        for rate in (Decimal(run.value),)
    ]
    if len(bars) < 2:
        return []
    drawn, left_out = lowest(rising(bars))
    return [
        figure(
            Chart(
                f"{table.title}：资金到位率",
                "资金到位率（%）",
                drawn,
                _below(bars, "未足额到位"),
                FULL,
                FULL,
                "足额到位",
                legend=_weak_legend(bars, "未足额到位"),
                left_out=left_out,
                order=RISING,
            )
        )
    ]


def samples(ev: Evaluation, table: Table) -> list[Figure]:
    """Sample tests 抽样检查: the rate that passed, and what failed of how many."""
    bars = [bar for row in table.rows if (bar := _sample_bar(ev, table, row))]
    if len(bars) < 2:
        return []
    drawn, left_out = lowest(rising(bars))
    rate, failures, sample = (table.heading(name) for name in ("rate", "failures", "sample"))
    counted = any("/" in bar.text for bar in bars)
    failed = f"其余为{failures}" + f"（括号内为{failures}／{sample}）" * counted
    legend: tuple[tuple[Look, str], ...] = (("plain", rate), ("weak", failed))
    caption = f"{table.title}：{rate}"
    chart = Chart(
        caption, f"{rate}（%）", drawn, extremes(bars), FULL,
        legend=legend, left_out=left_out, order=RISING,
    )  # fmt: skip
    return [figure(chart)]


def _sample_bar(ev: Evaluation, table: Table, row: Row) -> Bar | None:
    run = rate_of(ev, table, row)
    if run is None:
        return None
    name, rate = named(row), Decimal(run.value)
    counts = [(each, printed(ev, table, row, each)) for each in ("failures", "sample")]
    known = [(f"{name}：{table.heading(each)}", count) for each, count in counts if count]
    if len(known) < 2:
        return Bar(name, rate, run.text, ((name, run),), rest=max(FULL - rate, Decimal(0)))
    text = f"{run.text}（{known[0][1].text}/{known[1][1].text}）"
    return Bar(name, rate, text, ((name, run), *known), rest=max(FULL - rate, Decimal(0)))


def rate_of(ev: Evaluation, table: Table, row: Row) -> Run | None:
    """The rate of a row in percent, recomputed, else as printed; None where it is neither."""
    rate = ev.computed(row.address("rate"))
    if rate is not None:
        return recomputed(row, rate)
    own = place(ev.case, table, row, "rate")
    if own.cell.value is None:
        return None
    value = own.cell.value / 10 if own.cell.unit == "‰" else own.cell.value
    return Run(own.shown, own.address, plain(value))


def recomputed(row: Row, rate: Decimal) -> Run:
    """A recomputed rate of a row."""
    return Run(f"{rate}%", row.address("rate"), plain(rate), computed=True)


def printed(ev: Evaluation, table: Table, row: Row, column: str) -> Run | None:
    """A figure as printed; None where none is."""
    at = place(ev.case, table, row, column)
    if at.cell.value is None:
        return None
    return Run(at.cell.text, at.address, plain(at.cell.value))


def named(row: Row) -> str:
    """Group, name and question of a row, each once."""
    parts = dict.fromkeys(filter(None, (row["group"].text, row["name"].text, row["question"].text)))
    return "：".join(parts) or row.id


def rising(bars: Sequence[Bar]) -> list[Bar]:
    """The lowest first, those of one value in their order."""
    return sorted(bars, key=lambda bar: bar.value)


def lowest(bars: Sequence[Bar]) -> tuple[tuple[Bar, ...], str]:
    """The lowest bars that a page has room for, in their order, and what is said of the others."""
    if len(bars) <= MOST:
        return tuple(bars), ""
    order = sorted(range(len(bars)), key=lambda number: bars[number].value)
    kept, others = sorted(order[:MOST]), [bars[number] for number in order[MOST:]]
    first, last = (each.data[0][1].text for each in (others[0], others[-1]))
    between = f"都是 {first}" if first == last else f"在 {first} 至 {last} 之间"
    said = f"只画出最低的 {MOST} 项；其余 {len(others)} 项{between}。"
    return tuple(bars[number] for number in kept), said


def extremes(bars: Sequence[Bar]) -> str:
    """「最低的是“产出”（97.78%），最高的是“决策”等 2 项（100.00%）。」"""
    low, high = (_all_at(bars, end(bar.value for bar in bars)) for end in (min, max))
    if low == high:
        return f"共 {len(bars)} 项，都是 {low[0].data[0][1].text}。"
    return f"共 {len(bars)} 项，最低的是{_told(low)}，最高的是{_told(high)}。"


def _all_at(bars: Sequence[Bar], value: Decimal) -> list[Bar]:
    return [bar for bar in bars if bar.value == value]


def _told(bars: Sequence[Bar]) -> str:
    """The first of bars that share a value, how many they are, and the value."""
    many = f"等 {len(bars)} 项" * (len(bars) > 1)
    return f"“{bars[0].label}”{many}（{bars[0].data[0][1].text}）"


def _below(bars: Sequence[Bar], limit: str) -> str:
    """How many are below the limit, and which is the lowest of these."""
    weak = [bar for bar in bars if bar.look == "weak"]
    if not weak:
        return f"共 {len(bars)} 项，没有{limit}的。"
    least = _told(_all_at(weak, min(bar.value for bar in weak)))
    return f"共 {len(bars)} 项，{limit}的有 {len(weak)} 项，最低的是{least}。"


def _weak_legend(bars: Sequence[Bar], words: str) -> tuple[tuple[Look, str], ...]:
    return (("weak", words),) if any(bar.look == "weak" for bar in bars) else ()
