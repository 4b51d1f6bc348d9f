"""Charts as figure blocks: matplotlib, a packaged Chinese font, the same bytes every time."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from evalbook.blocks import Figure
from evalbook.evaluation import Evaluation
from evalbook.model import Row, Table
from evalbook.rulesets import MonthsBand

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

BLUE, ORANGE, GREY, INK = "#0072b2", "#d55e00", "#b8bec4", "#24292f"
WIDTH = 6.2
PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
DPI, COLOURS = 200, 64
ROW_HEIGHT = 0.28
LONGEST_LINE = 18
FUND_AMOUNTS = ("opening", "income", "expenditure", "surplus", "closing")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its length, the text at its end."""

    label: str
    value: float
    text: str
    weak: bool = False


def score_rates(ev: Evaluation) -> Figure:
    """Score rates 得分率 of the level-1 indicators, lowest last."""
    rows = [row for table in ev.case.of_kind("indicators") for row in table.roots()]
    rated = [(row, rate) for row in rows if (rate := ev.computed(row.address("rate"))) is not None]
    rated.sort(key=lambda each: -each[1])
    bars = [
        Bar(f"{row.name}（{row['full_marks'].text}分）", float(rate), f"{rate}%")
        for row, rate in rated
    ]
    return _bars("各部分得分率", "得分率（%）", bars, end=100)


def execution(ev: Evaluation, table: Table) -> Figure:
    """Execution 执行率 of each line of a table, the low ones in orange, the threshold marked."""
    low = ev.case.rules.low_execution
    limit = None if low is None else low * 100
    bars = [
        Bar(row.name, float(rate), f"{rate}%", limit is not None and rate < limit)
        for row in table.rows
        if (rate := ev.computed(row.address("rate"))) is not None
    ]
    caption = f"{table.title}：执行率"
    if limit is None:
        return _bars(caption, "执行率（%）", bars, end=100)
    axis = f"执行率（%），虚线为 {limit.normalize():f}%"
    return _bars(caption, axis, bars, end=100, mark=float(limit))


def in_place(table: Table, rated: Sequence[tuple[Row, Decimal]]) -> Figure:
    """Funds in place 资金到位率 by row, those below 100 % in orange."""
    bars = [Bar(row.name, float(rate), f"{rate}%", rate < 100) for row, rate in rated]
    return _bars(table.title, "资金到位率（%）", bars, end=100, mark=100)


def rates(ev: Evaluation, table: Table) -> Figure:
    """The recomputed rates of a table of samples or surveys, row by row."""
    bars = [
        Bar(_label(row), float(rate), f"{rate}%")
        for row in table.rows
        if (rate := ev.computed(row.address("rate"))) is not None
    ]
    return _bars(table.title, f"{table.heading('rate')}（%）", bars, end=100)


def _label(row: Row) -> str:
    """Group and name of a row, each once."""
    parts = dict.fromkeys(filter(None, (row["group"].text, row["name"].text, row["question"].text)))
    return "：".join(parts) or row.id


def fund_balance(ev: Evaluation, table: Table, row: Row) -> Figure:
    """Opening, income, expenditure, surplus and closing of a fund in one year."""
    unit = table.unit or ev.case.params.money_unit
    bars = [
        Bar(table.heading(name), float(value), row[name].text, name == "expenditure")
        for name in FUND_AMOUNTS
        if (value := row[name].value) is not None
    ]
    title = f"{row.name}收支结余（{row['period'].text}）" if row["period"].text else row.name
    return _bars(title, f"金额（{unit}）", bars)


def months(band: MonthsBand, rows: Sequence[tuple[Row, Decimal, bool]]) -> Figure:
    """Months payable 可支配月数 of each fund, against the band if it is for one of them.

    With each fund stands whether the band is for it.
    """
    bars = [
        Bar(row.name, float(value), f"{value}个月", held and value < band.low)
        for row, value, held in rows
    ]
    if not any(held for _, _, held in rows):
        return _bars("基金累计结余可支配月数", "月", bars)
    span = (float(band.low), float(band.high))
    axis = f"月，灰色为{band.fund}的 {band.low}–{band.high} 个月"
    return _bars("基金累计结余可支配月数", axis, bars, end=float(band.high) + 1, span=span)


def _bars(
    caption: str,
    axis: str,
    bars: Sequence[Bar],
    end: float = 0,
    mark: float | None = None,
    span: tuple[float, float] | None = None,
) -> Figure:
    canvas, axes = _canvas(len(bars))
    places = range(len(bars))
    colours = [ORANGE if bar.weak else BLUE for bar in bars]
    axes.barh(places, [bar.value for bar in bars], color=colours, height=0.62)
    longest = max([end, *(bar.value for bar in bars)]) or 1
    for place, bar in zip(places, bars, strict=True):
        at = max(bar.value, 0) + longest * 0.01
        axes.text(at, place, bar.text, va="center", fontsize=8, color=INK, bbox=PAPER)
    if mark is not None:
        axes.axvline(mark, color=INK, linewidth=0.8, linestyle="--")
    if span is not None:
        axes.axvspan(*span, color=GREY, alpha=0.35, linewidth=0)
    axes.set_yticks(list(places), [_folded(bar.label) for bar in bars])
    axes.set_xlim(min([0, *(bar.value for bar in bars)]) * 1.1, longest * 1.14)
    axes.set_xlabel(axis)
    axes.invert_yaxis()
    alt = f"{caption}：" + "，".join(f"{bar.label} {bar.text}" for bar in bars) + "。"
    return to_block(canvas, caption, alt)


def _folded(label: str) -> str:
    """A long label on two lines; what does not fit on these ends in an ellipsis."""
    if len(label) <= LONGEST_LINE:
        return label
    second = label[LONGEST_LINE:]
    if len(second) > LONGEST_LINE:
        second = second[: LONGEST_LINE - 1] + "…"
    return f"{label[:LONGEST_LINE]}\n{second}"


def _canvas(rows: int) -> "tuple[Canvas, Axes]":
    from matplotlib.figure import Figure as Canvas

    style()
    canvas = Canvas(figsize=(WIDTH, 0.9 + ROW_HEIGHT * rows), layout="constrained")
    axes = canvas.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return canvas, axes


@cache
def style() -> None:
    """The packaged Chinese font, text as outlines, fixed ids; a user's own settings do not hold."""
    import matplotlib
    from matplotlib import font_manager
    from pylopdf_fonts_zh_cn import sans_path

    matplotlib.rcdefaults()
    font_manager.fontManager.addfont(sans_path())
    name = font_manager.FontProperties(fname=sans_path()).get_name()
    matplotlib.rcParams.update(
        {
            "font.family": [name],
            "font.size": 9,
            "axes.unicode_minus": False,
            "svg.hashsalt": "evalbook",
            "svg.fonttype": "path",
            "axes.edgecolor": INK,
            "text.color": INK,
            "axes.labelcolor": INK,
        }
    )


def to_block(canvas: "Canvas", caption: str, alt: str) -> Figure:
    """A finished drawing as a block; no date, few colours, the same bytes every time."""
    from PIL import Image

    svg, raw, png = io.StringIO(), io.BytesIO(), io.BytesIO()
    canvas.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    canvas.savefig(raw, format="png", dpi=DPI)
    Image.open(raw).convert("RGB").quantize(COLOURS).save(png, format="png", optimize=True)
    return Figure(caption, alt, svg.getvalue(), base64.b64encode(png.getvalue()).decode())
