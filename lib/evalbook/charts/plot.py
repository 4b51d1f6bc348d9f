"""Bars on paper with matplotlib. Lengths are in points; y is counted from the top."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from evalbook.charts.bars import Bar, Chart, Look
from evalbook.charts.canvas import GRID, INK, MUTED, PALETTE, style
from evalbook.charts.words import em, folded, shortened

BLUE, ORANGE, GREEN, GREY, RED = PALETTE
COLOURS: dict[Look, str] = {
    "plain": BLUE, "weak": RED, "in": BLUE, "out": ORANGE, "left": GREEN, "held": GREY,
}  # fmt: skip
SHADE, PAPER = "#e9ecef", "#ffffff"
WIDTH, LABEL, SMALL = 442.0, 9.0, 8.0
LABEL_ROOM, GROUP_ROOM, SERIES_ROOM = 150.0, 118.0, 60.0
LINE, INDENT, GAP = 11.0, 9.0, 6.0
ROW, PITCH, BAR, EDGE = 8.0, 13.5, 10.5, 2.0
LEGEND_LINE, AXIS = 14.0, 28.0
MOST_TICKS = 6
MOST_TEXT = 0.55
"""The part of the plot that the text behind a bar may take."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A bar with the lines of its label; its middle and its height in the plot."""

    bar: Bar
    lines: tuple[str, ...]
    middle: float
    height: float


def drawn(chart: Chart) -> Canvas:
    """The chart on its page; a `$` in a name is a `$`."""
    style()
    with rc_context({"text.parse_math": False}):
        return _drawn(chart)


def _drawn(chart: Chart) -> Canvas:
    rows, left = _rows(chart.bars)
    legend = _legend(chart)
    remarks = folded(chart.left_out, WIDTH / SMALL, 3) if chart.left_out else ()
    top = LEGEND_LINE * _legend_lines(legend) + GAP / 2
    plot = rows[-1].middle + rows[-1].height / 2 + GAP / 2
    height = top + plot + AXIS + LINE * len(remarks)
    canvas = Canvas(figsize=(WIDTH / 72, height / 72))
    place = (left / WIDTH, 1 - (top + plot) / height, 1 - (left + GAP) / WIDTH, plot / height)
    axes = canvas.add_axes(place)
    _background(axes, chart, plot, WIDTH - left - GAP)
    for row in rows:
        _bar(axes, row, WIDTH - left - GAP)
    _labels(axes, rows, left)
    if legend:
        canvas.legend(
            handles=legend, loc="upper left", bbox_to_anchor=(EDGE / WIDTH, 1), frameon=False,
            fontsize=SMALL, labelcolor=MUTED,
            ncols=len(legend) if _legend_lines(legend) == 1 else 1,
            borderaxespad=0, borderpad=0.1, handlelength=1.6, columnspacing=1.4,
        )  # fmt: skip
    for number, line in enumerate(remarks):
        y = (len(remarks) - 1 - number) * LINE + GAP / 2
        canvas.text(EDGE / WIDTH, y / height, line, fontsize=SMALL, color=MUTED, va="bottom")
    return canvas


def _rows(bars: Sequence[Bar]) -> tuple[list[_Placed], float]:
    """Each bar with its label and its place, and where the plot begins."""
    grouped = any(bar.group for bar in bars)
    room = SERIES_ROOM if grouped else LABEL_ROOM
    rows: list[_Placed] = []
    y, before = GAP / 2, bars[0].group
    for bar in bars:
        y += GAP * (bar.group != before)
        lines = folded(bar.label, (room - bar.level * INDENT) / LABEL, 1 if grouped else 2)
        height = PITCH if grouped else LINE * len(lines) + ROW
        rows.append(_Placed(bar, lines, y + height / 2, height))
        y, before = y + height, bar.group
    widest = max(em(line) * LABEL + row.bar.level * INDENT for row in rows for line in row.lines)
    return rows, EDGE + (GROUP_ROOM + GAP) * grouped + widest + GAP


def _legend(chart: Chart) -> list[Patch | Line2D]:
    handles: list[Patch | Line2D] = [
        Patch(label=_legible(words), **_fill(look)) for look, words in chart.legend
    ]
    if chart.limit is not None and chart.limit_says:
        handles.append(Line2D([], [], color=INK, lw=0.9, ls="--", label=_legible(chart.limit_says)))
    if chart.band is not None:
        handles.append(Patch(facecolor=SHADE, label=_legible(chart.band_says)))
    return handles


def _legible(words: str) -> str:
    """As much of it as one line across the page holds."""
    return shortened(words, WIDTH / SMALL - 5)


def _legend_lines(handles: Sequence[Patch | Line2D]) -> int:
    wide = sum(em(str(handle.get_label())) * SMALL + 4 * SMALL for handle in handles)
    return len(handles) if wide > WIDTH else min(1, len(handles))


def _fill(look: Look) -> dict[str, Any]:
    """A bar in its colour; what is weak is hatched too."""
    if look == "weak":
        return {"facecolor": COLOURS[look], "edgecolor": PAPER, "hatch": "/////", "linewidth": 0}
    return {"facecolor": COLOURS[look], "linewidth": 0}


def _background(axes: Axes, chart: Chart, plot: float, across: float) -> None:
    """Limits that leave room for every text, the grid with its ticks, the band and the limit."""
    values = [float(v) for bar in chart.bars for v in (bar.value, bar.end, bar.low or bar.value)]
    marks = [float(v) for v in (chart.limit, *(chart.band or ())) if v is not None]
    low, top = min(0.0, *values), max(float(chart.end), *values, *marks)
    top = top if top > low else low + 1
    high = max([top, *(low + (float(bar.end) - low) / _share(bar, across) for bar in chart.bars)])
    axes.set(xlim=(low, high), ylim=(plot, 0), yticks=[])
    ticks = _ticks(low, top, across * (top - low) / (high - low))
    axes.set_xticks(list(ticks), list(ticks.values()), fontsize=SMALL, color=MUTED)
    axes.set_xlabel(_legible(chart.axis), fontsize=SMALL, color=MUTED, loc="right", labelpad=2)
    axes.tick_params(length=0, pad=3)
    axes.grid(visible=False, axis="y")
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.axvline(0, color=INK, linewidth=0.8)
    if chart.band is not None:
        axes.axvspan(float(chart.band[0]), float(chart.band[1]), color=SHADE, linewidth=0, zorder=0)
    if chart.limit is not None:
        axes.axvline(float(chart.limit), color=INK, linewidth=0.9, linestyle="--", zorder=3)


def _ticks(low: float, top: float, across: float) -> dict[float, str]:
    """Round values with their labels, as many as stand side by side."""
    for most in range(MOST_TICKS, 0, -1):
        values = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(low, top)
        ticks = {float(v): f"{v:,.6g}" for v in values if low <= v <= top * 1.0001}
        if sum(em(text) * SMALL + GAP for text in ticks.values()) < across:
            return ticks
    return {0.0: "0"}


def _share(bar: Bar, across: float) -> float:
    """How far the end of a bar may go, of the width across, for its text to fit behind it."""
    return max(1 - MOST_TEXT, 1 - (em(bar.text) * SMALL + GAP) / across)


def _bar(axes: Axes, row: _Placed, across: float) -> None:
    bar = row.bar
    axes.barh(row.middle, float(bar.value), BAR, zorder=2, **_fill(bar.look))
    if bar.rest > 0:
        axes.barh(row.middle, float(bar.rest), BAR, float(bar.value), zorder=2, **_fill("weak"))
    if bar.low is not None and bar.high is not None:
        ends = [[float(bar.value - bar.low)], [float(bar.high - bar.value)]]
        for colour, thick in ((PAPER, 3.0), (INK, 1.2)):
            axes.errorbar(
                float(bar.value), row.middle, xerr=ends, color=colour, elinewidth=thick,
                capthick=thick, capsize=3.5, zorder=3,
            )  # fmt: skip
    text = shortened(bar.text, (MOST_TEXT * across - GAP) / SMALL)
    axes.annotate(
        text, (float(bar.end), row.middle), (4, 0),
        textcoords="offset points", va="center", fontsize=SMALL, color=INK, zorder=4,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1},
    )  # fmt: skip


def _labels(axes: Axes, rows: Sequence[_Placed], left: float) -> None:
    """The labels left of the plot, those of a group in front of its series."""

    def write(text: str, x: float, y: float, size: float, colour: str) -> None:
        axes.annotate(
            text, (0, y), (x - left, 0), xycoords=axes.get_yaxis_transform(),
            textcoords="offset points", va="center", fontsize=size, color=colour, linespacing=1.1,
        )  # fmt: skip

    for row in rows:
        size, colour = (SMALL, MUTED) if row.bar.group else (LABEL, INK)
        indent = EDGE + row.bar.level * INDENT + (GROUP_ROOM + GAP) * bool(row.bar.group)
        write("\n".join(row.lines), indent, row.middle, size, colour)
    for name, members in groupby(rows, key=lambda row: row.bar.group):
        own = list(members)
        lines = folded(name, GROUP_ROOM / LABEL, min(3, len(own)))
        write("\n".join(lines), EDGE, (own[0].middle + own[-1].middle) / 2, LABEL, INK)
