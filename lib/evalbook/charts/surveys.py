"""Satisfaction 满意度 with its interval, as far as the number of answers is printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from evalbook.blocks import Figure, Run
from evalbook.charts.bars import Bar, Chart, figure
from evalbook.charts.rates import FULL, RISING, extremes, lowest, rising


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked of whom, the satisfaction in percent; how many answered, and its interval."""

    name: str
    rate: Run
    valid: Run | None = None
    low: Run | None = None
    high: Run | None = None


def satisfaction(title: str, asked: Sequence[Answers], level: Run | None) -> list[Figure]:
    """The satisfaction of each group, with its interval at a level of confidence 置信水平.

    Nothing for a single one without interval.
    """
    bars = [_bar(each) for each in asked]
    sized = sum(bar.low is not None for bar in bars)
    if len(bars) < 2 and not sized:
        return []
    drawn, left_out = lowest(rising(bars))
    said = f"，短横为 {level.text} 置信区间，n 为有效问卷数" if sized and level else ""
    data = (("置信水平", level),) if sized and level else ()
    without = f"没有公布有效问卷数的 {len(bars) - sized} 项，区间无法计算。" * (sized < len(bars))
    caption = f"{title}：满意度"
    axis, told = f"满意度（%）{said}", left_out + without
    says = extremes(bars) + (f"区间的置信水平为 {level.text}。" if data and level else "")
    chart = Chart(caption, axis, drawn, says, FULL, left_out=told, order=RISING, data=data)
    return [figure(chart)]


def _bar(asked: Answers) -> Bar:
    data, beside = [(asked.name, asked.rate)], []
    low = high = None
    if asked.low and asked.high:
        low, high = Decimal(asked.low.value), Decimal(asked.high.value)
        beside.append(f"{asked.low.text}–{asked.high.text}")
        data += [(f"{asked.name}：区间下限", asked.low), (f"{asked.name}：区间上限", asked.high)]
    if asked.valid:
        beside.append(f"n={asked.valid.text}")
        data.append((f"{asked.name}：有效问卷数", asked.valid))
    text = asked.rate.text + f"（{'，'.join(beside)}）" * bool(beside)
    return Bar(asked.name, Decimal(asked.rate.value), text, tuple(data), low=low, high=high)
