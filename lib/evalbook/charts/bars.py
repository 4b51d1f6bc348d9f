"""Horizontal bars: what a chart of them holds, and how it is laid out on the page.

What a colour says is said a second time: what is weak is hatched and in the legend, what belongs
to a series has its name beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Literal

from evalbook.blocks import Figure, Run
from evalbook.charts.drawing import Drawing
from evalbook.charts.letters import folded, shortened, visible, width
from evalbook.charts.scale import Scale, spanning

Look = Literal["plain", "weak", "in", "out", "left", "held"]
COLOURS: dict[Look, str] = {
    "plain": "#0072b2", "weak": "#d55e00", "in": "#0072b2", "out": "#e69f00", "left": "#009e73",
    "held": "#7d8790",
}  # fmt: skip
INK, MUTED, GRID, SHADE, PAPER = "#24292f", "#57606a", "#e3e6e9", "#e9ecef", "#ffffff"
WIDTH, MARGIN = 442.0, 12.0
LABEL, SMALL = 9.0, 8.0
LABEL_ROOM, GROUP_ROOM, SERIES_ROOM = 150.0, 118.0, 60.0
LINE, INDENT, GAP = 11.0, 9.0, 6.0
BAR, NARROW, ROW, PITCH = 11.0, 10.0, 8.0, 13.5
LEAST_PLOT = 130.0
SWATCH, HATCH = 16.0, 4.0
MOST = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its length, the text at its end, and the figures written there.

    `low` and `high` are the ends of an interval about its length, `rest` is what follows it up to
    the whole, `level` indents its label, bars of one `group` stand together under that name.
    """

    label: str
    value: Decimal
    text: str
    data: tuple[tuple[str, Run], ...]
    look: Look = "plain"
    low: Decimal | None = None
    high: Decimal | None = None
    rest: Decimal = Decimal(0)
    level: int = 0
    group: str = ""

    @property
    def end(self) -> Decimal:
        """The value right of which its text stands."""
        return max(self.value + self.rest, self.high or Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars along one axis, with what they are seen against, and what they say in one sentence.

    The axis reaches to `end` at least. `limit` is a dashed line, `band` a shaded range; `legend`
    names looks, `limit_says` and `band_says` the other two. `left_out` tells of bars not drawn.
    """

    caption: str
    axis: str
    bars: tuple[Bar, ...]
    says: str
    end: Decimal = Decimal(0)
    limit: Decimal | None = None
    limit_says: str = ""
    band: tuple[Decimal, Decimal] | None = None
    band_says: str = ""
    legend: tuple[tuple[Look, str], ...] = ()
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class _Placed:
    bar: Bar
    lines: tuple[str, ...]
    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def figure(chart: Chart) -> Figure:
    """The chart as a block."""
    page = drawn(chart)
    data = tuple(each for bar in chart.bars for each in bar.data)
    return Figure(chart.caption, _alt(chart), page.svg(), page.png(), data)


def drawn(chart: Chart) -> Drawing:
    """The chart on its page."""
    page = Drawing(WIDTH)
    top = _legend(page, chart)
    rows, left = _rows(chart.bars, top)
    bottom = rows[-1].top + rows[-1].height + GAP / 2
    scale = _scale(chart, left)
    _behind(page, chart, scale, top, bottom)
    for row in rows:
        _label(page, row)
        _bar(page, scale, row)
    _groups(page, rows)
    if chart.limit is not None:
        at = scale.at(chart.limit)
        page.lines([[(at, top), (at, bottom)]], INK, 0.9, 3)
    for row in rows:
        _text(page, scale, row)
    page.height = _below(page, chart, bottom)
    return page


def _alt(chart: Chart) -> str:
    bars = "；".join(f"{_named(bar)} {bar.text}" for bar in chart.bars)
    return f"{chart.caption}。{chart.says}图中的数：{bars}。{chart.left_out}"


def _named(bar: Bar) -> str:
    return f"{bar.group}：{bar.label}" if bar.group else bar.label


def _legend(page: Drawing, chart: Chart) -> float:
    """The legend in as many lines as it takes; the place below it."""
    x, y = 0.0, LINE
    for mark, words in _marks(chart):
        shown = shortened(visible(words), SMALL, WIDTH - SWATCH - GAP)
        wide = SWATCH + GAP + width(shown, SMALL)
        if x and x + wide > WIDTH:
            x, y = 0.0, y + LINE + 2
        _swatch(page, mark, x, y)
        page.text(shown, x + SWATCH + GAP - 2, y, SMALL, MUTED)
        x += wide + 2 * GAP
    return y + GAP if x else GAP / 2


def _marks(chart: Chart) -> Iterator[tuple[Look | Literal["limit", "band"], str]]:
    yield from chart.legend
    if chart.limit is not None and chart.limit_says:
        yield "limit", chart.limit_says
    if chart.band is not None:
        yield "band", chart.band_says


def _swatch(page: Drawing, mark: str, x: float, y: float) -> None:
    if mark == "limit":
        page.lines([[(x, y - 3), (x + SWATCH - 2, y - 3)]], INK, 0.9, 3)
    elif mark == "band":
        page.rect(x, y - 7, SWATCH - 2, 8, SHADE)
    else:
        _block(page, x, y - 7, SWATCH - 2, 8, "weak" if mark == "weak" else "plain")


def _rows(bars: Sequence[Bar], top: float) -> tuple[list[_Placed], float]:
    """Each bar with its label and its place, and where the plot begins."""
    grouped = any(bar.group for bar in bars)
    room = SERIES_ROOM if grouped else LABEL_ROOM
    rows: list[_Placed] = []
    y, before = top + GAP / 2, bars[0].group
    for bar in bars:
        y += GAP * (bar.group != before)
        inner = room - bar.level * INDENT
        lines = folded(visible(bar.label), LABEL, inner, 1 if grouped else 2)
        height = PITCH if grouped else LINE * len(lines) + ROW
        rows.append(_Placed(bar, lines, y, height))
        y, before = y + height, bar.group
    widest = max(width(line, LABEL) + row.bar.level * INDENT for row in rows for line in row.lines)
    return rows, (GROUP_ROOM + GAP) * grouped + widest + GAP


def _scale(chart: Chart, left: float) -> Scale:
    """An axis on which the text of every bar fits behind the bar, unless it is far too long."""
    values = [v for bar in chart.bars for v in (bar.value, bar.end, bar.low) if v is not None]
    marks = [v for v in (chart.limit, *(chart.band or ())) if v is not None]
    low, high = spanning([*values, *marks], chart.end)
    whole = Scale(low, high, left, WIDTH - MARGIN)
    right = whole.right
    for bar in chart.bars:
        room = WIDTH - GAP - width(_shown(bar), SMALL) - left
        share = whole.share(bar.end)
        right = min(right, left + room / share) if share > 0 else right
    return Scale(low, high, left, max(right, left + LEAST_PLOT))


def _shown(bar: Bar) -> str:
    return shortened(visible(bar.text), SMALL, WIDTH)


def _behind(page: Drawing, chart: Chart, scale: Scale, top: float, bottom: float) -> None:
    """The band, the grid with its ticks, the axis at nought."""
    if chart.band is not None:
        low, high = (scale.at(end) for end in chart.band)
        page.rect(low, top, high - low, bottom - top, SHADE)
    ticks = scale.ticks(SMALL)
    page.lines([[(scale.at(v), top), (scale.at(v), bottom)] for v, _ in ticks if v], GRID, 0.6)
    zero = scale.at(Decimal(0))
    page.lines([[(zero, top), (zero, bottom)]], INK, 0.8)
    for value, text in ticks:
        x, half = scale.at(value), width(text, SMALL) / 2
        if half <= x <= WIDTH - half:
            page.text(text, x, bottom + LINE, SMALL, MUTED, "middle")


def _label(page: Drawing, row: _Placed) -> None:
    grouped = bool(row.bar.group)
    size, colour = (SMALL, MUTED) if grouped else (LABEL, INK)
    x = row.bar.level * INDENT + (GROUP_ROOM + GAP) * grouped
    _lines(page, row.lines, x, row.middle, size, colour)


def _lines(
    page: Drawing, lines: Sequence[str], x: float, middle: float, size: float, colour: str
) -> None:
    """Lines of text about a middle."""
    first = middle - LINE * (len(lines) - 1) / 2 + size * 0.36
    for number, line in enumerate(lines):
        page.text(line, x, first + number * LINE, size, colour)


def _groups(page: Drawing, rows: Sequence[_Placed]) -> None:
    for name, members in groupby(rows, key=lambda row: row.bar.group):
        own = list(members)
        if name:
            lines = folded(visible(name), LABEL, GROUP_ROOM, min(3, len(own)))
            middle = (own[0].top + own[-1].top + own[-1].height) / 2
            _lines(page, lines, 0, middle, LABEL, INK)


def _bar(page: Drawing, scale: Scale, row: _Placed) -> None:
    bar, high = row.bar, NARROW if row.bar.group else BAR
    zero, end = scale.at(Decimal(0)), scale.at(bar.value)
    y = row.middle - high / 2
    _block(page, min(zero, end), y, abs(end - zero), high, bar.look)
    if bar.rest > 0:
        _block(page, end, y, scale.at(bar.value + bar.rest) - end, high, "weak")
    if bar.low is not None and bar.high is not None:
        low, far = scale.at(bar.low), scale.at(bar.high)
        ends = [[(x, row.middle - 4), (x, row.middle + 4)] for x in (low, far)]
        page.lines([[(low, row.middle), (far, row.middle)], *ends], PAPER, 3)
        page.lines([[(low, row.middle), (far, row.middle)], *ends], INK, 1.2)


def _block(page: Drawing, x: float, y: float, across: float, down: float, look: Look) -> None:
    """A bar in its colour; what is weak is hatched too."""
    page.rect(x, y, across, down, COLOURS[look])
    if look != "weak":
        return
    hatches = []
    begin = HATCH - down
    while begin < across:
        first, last = max(0.0, -begin), min(down, across - begin)
        hatches.append([(x + begin + t, y + down - t) for t in (first, last)])
        begin += HATCH
    page.lines([each for each in hatches if each[0] != each[1]], PAPER, 0.9)


def _text(page: Drawing, scale: Scale, row: _Placed) -> None:
    """The figures of a bar behind it, on paper so that no line runs through them."""
    x = scale.at(row.bar.end) + 4
    text = shortened(_shown(row.bar), SMALL, WIDTH - x)
    page.rect(x - 1.5, row.middle - 5.5, min(width(text, SMALL) + 3, WIDTH - x), 11, PAPER)
    page.text(text, x, row.middle + SMALL * 0.36, SMALL, INK)


def _below(page: Drawing, chart: Chart, bottom: float) -> float:
    """The unit of the axis and what is not drawn; where the page ends."""
    y = bottom + 2 * LINE + 1
    page.text(shortened(visible(chart.axis), SMALL, WIDTH), WIDTH, y, SMALL, MUTED, "end")
    for line in folded(visible(chart.left_out), SMALL, WIDTH, 3) if chart.left_out else ():
        y += LINE + 1
        page.text(line, 0, y, SMALL, MUTED)
    return round(y + GAP / 2, 2)
