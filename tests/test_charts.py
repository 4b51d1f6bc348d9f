"""Charts: what is drawn is what the evaluation says, and whatever its name, it fits the page."""

from __future__ import annotations

import base64
import io
from decimal import Decimal
from itertools import combinations
from xml.etree import ElementTree

import pytest
from cases import budget, indicators, table
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image
from test_every_case import CASES, evaluated, report

from evalbook import charts
from evalbook.blocks import Figure, Run
from evalbook.charts import bars
from evalbook.charts.bars import MOST, Bar, Chart
from evalbook.charts.plot import COLOURS, SHADE, WIDTH, drawn
from evalbook.charts.words import folded
from evalbook.lookup import find
from evalbook.sections import benefit, funds, output, overview, process
from evalbook.sections import budget as money

FULLEST = 600


def figures(blocks) -> list[Figure]:
    return [block for block in blocks if isinstance(block, Figure)]


def only(blocks) -> Figure:
    (found,) = figures(blocks)
    return found


def data(figure: Figure) -> dict[str, str]:
    return {label: run.text for label, run in figure.data}


@pytest.mark.parametrize("case", CASES)
def test_what_is_drawn_is_what_the_evaluation_says(case):
    ev = evaluated(case)
    shown = [
        run for figure in figures(p.block for p in report(case).blocks) for _, run in figure.data
    ]
    for run in shown:
        home = next((p for p in ev.parts if run.address.startswith(p.case.prefix)), ev)
        if run.address in home.derived:
            assert run.value == home.derived[run.address].value
            continue
        if ".settings." in f".{run.address}":
            assert run.value == home.settings[run.address.partition("settings.")[2]]
            continue
        at = find(ev.case, run.address)
        assert at is not None, run
        if not run.computed:
            assert Decimal(run.value) == at.cell.value, run
        elif run.address.endswith(".rate") or run.address.endswith(".months"):
            assert Decimal(run.value) == home.computed(run.address), run


@pytest.mark.parametrize("case", CASES)
def test_every_value_in_a_picture_is_in_its_words_and_the_page_holds_it(case):
    for placed in report(case).blocks:
        if isinstance(placed.block, Figure):
            assert placed.block.data
            for _, run in placed.block.data:
                assert run.text in placed.block.alt
            picture = Image.open(io.BytesIO(base64.b64decode(placed.block.png)))
            assert picture.height < picture.width * FULLEST / WIDTH


def test_lines_below_the_threshold_are_hatched_and_counted(maker):
    lines = ("total | | 合计 | 200 | 180", "a | total | 甲 | 100 | 30", "b | total | 乙 | 100 | 80")
    ev = maker.evaluate(budget("id | parent | name | budget | executed", *lines))
    chart = only(money.execution(ev))
    assert "共 3 项，低于 80%的有 1 项，最低的是“甲”（30.00%）。" in chart.alt
    assert data(chart) == {"合计": "90.00%", "甲": "30.00%", "乙": "80.00%", "界线": "80%"}
    assert COLOURS["weak"] in chart.svg


def test_without_a_low_line_nothing_is_hatched(maker):
    lines = ("a | 甲 | 100 | 90", "b | 乙 | 100 | 80")
    chart = only(money.execution(maker.evaluate(budget("id | name | budget | executed", *lines))))
    assert "没有低于 80%的" in chart.alt
    assert COLOURS["weak"] not in chart.svg


def test_a_rate_just_below_the_threshold_is_weak_and_shows_it(maker):
    lines = ("a | 甲 | 100000 | 79996", "b | 乙 | 100 | 80")
    chart = only(money.execution(maker.evaluate(budget("id | name | budget | executed", *lines))))
    assert data(chart)["甲"] == "79.996%"
    assert "低于 80%的有 1 项" in chart.alt


def test_a_total_with_a_single_line_is_not_drawn(maker):
    lines = ("total | | 合计 | 200 | 180", "a | total | 甲 | 200 | 180")
    ev = maker.evaluate(budget("id | parent | name | budget | executed", *lines))
    assert figures(money.execution(ev)) == []


def test_funds_in_place_short_of_all_are_hatched(maker):
    lines = ("a | 甲区 | 100 | 100", "b | 乙区 | 100 | 60")
    chart = only(money.in_place(maker.evaluate(budget("id | name | due | in_place", *lines))))
    assert data(chart) == {"甲区": "100.00%", "乙区": "60.00%"}
    assert "未足额到位的有 1 项，最低的是“乙区”（60.00%）" in chart.alt


MARKS = indicators(
    "id | parent | name | full_marks | score",
    "in | | 投入 | 50 | 50", "a | in | 目标 | 20 | 20", "b | in | 预算 | 30 | 30",
    "out | | 产出 | 50 | 40", "c | out | 数量 | 30 | 30", "d | out | 质量 | 20 | 10",
)  # fmt: skip


def test_score_rates_stand_by_section_and_by_indicator_the_lowest_first(maker):
    sections, single = figures(overview.scores(maker.evaluate(MARKS)))
    assert [label for label, _ in sections.data if "：" not in label] == ["产出", "投入"]
    assert data(sections)["产出：分值"] == "50"
    assert next(iter(data(single).items())) == ("质量", "50.00%")
    assert "质量 50.00%（10/20分）" in single.alt
    assert "最高的是“目标”等 3 项（100.00%）" in single.alt


def test_indicators_that_all_have_full_marks_are_not_drawn(maker):
    full = indicators(
        "id | parent | name | full_marks | score", "a | | 甲 | 50 | 50", "b | a | 乙 | 50 | 50"
    )
    assert figures(overview.scores(maker.evaluate(full))) == []


def test_satisfaction_shows_its_interval_only_where_the_answers_are_counted(maker):
    asked = table(
        "surveys", "id | group | valid | rate", "a | 群众 | 200 | 90%", "b | 医院 | | 80%"
    )
    chart = only(benefit.satisfaction(maker.evaluate(asked)))
    assert "医院 80%；群众 90%（85.06%–93.43%，n=200）。" in chart.alt
    assert "没有公布有效问卷数的 1 项，区间无法计算。" in chart.alt
    assert "区间的置信水平为 95%。" in chart.alt
    assert data(chart) == {
        "群众": "90%", "群众：区间下限": "85.06%", "群众：区间上限": "93.43%",
        "群众：有效问卷数": "200", "医院": "80%", "置信水平": "95%",
    }  # fmt: skip


def test_an_interval_is_drawn_from_end_to_end():
    asked = Bar("群众", Decimal(50), "50%", (), low=Decimal(40), high=Decimal(60))
    axes = drawn(Chart("满意度", "%", (asked,), "", Decimal(100))).axes[0]
    for lines in (each for each in axes.collections if each.get_segments()):
        ends = [x for x, _ in lines.get_segments()[0]]
        assert ends == pytest.approx([40, 60])
    assert [bar.get_width() for bar in axes.patches] == [50]


def test_failures_of_a_sample_stand_beside_their_rate(maker):
    tested = table(
        "samples", "id | name | sample | failures",
        "a | 特殊门诊 | 230条 | 72条", "b | 单病种 | 136条 | 9条",
    )  # fmt: skip
    chart = only(process.samples(maker.evaluate(tested)))
    assert "特殊门诊 68.70%（72条/230条）；单病种 93.38%（9条/136条）" in chart.alt
    assert data(chart)["特殊门诊：不合格数"] == "72条"
    assert "最低的是“特殊门诊”" in chart.alt


def test_one_fund_shows_its_balances_and_several_their_flows(maker):
    one = table(
        "funds", "id | name | period | opening | income | expenditure | closing",
        "a | 居民 | 2019 | 20 | 50 | 40 | 30",
    )  # fmt: skip
    assert list(data(only(funds.statement(maker.evaluate(one)))).values()) == [
        "20",
        "50",
        "40",
        "30",
    ]
    two = table(
        "funds", "id | name | income | expenditure | closing",
        "a | 居民 | 50 | 40 | 30", "b | 离休 | 5 | 8 | 3",
    )  # fmt: skip
    chart = only(funds.statement(maker.evaluate(two)))
    assert data(chart) == {
        "居民：收入": "50", "居民：支出": "40", "离休：收入": "5", "离休：支出": "8",
    }  # fmt: skip
    assert "支出大于收入的有 1 项：离休。" in chart.alt


def test_funds_of_a_total_are_drawn_without_it(maker):
    made = table(
        "funds", "id | parent | name | income | expenditure",
        "t | | 合计 | 60 | 40", "a | t | 居民 | 50 | 30", "b | t | 职工 | 10 | 10",
    )  # fmt: skip
    assert not any("合计" in label for label in data(only(funds.statement(maker.evaluate(made)))))


def test_amounts_in_other_units_are_drawn_in_one(maker):
    made = table(
        "funds", "id | name | income | expenditure", "a | 居民 | 1.2亿元 | 6000", unit="万元"
    )
    ev = maker.evaluate(made)
    chart = only(funds.statement(ev))
    assert list(data(chart).values()) == ["1.2亿元", "6000"]
    page = [bar.value for bar in _bars_of(ev)]
    assert page == [Decimal(12000), Decimal(6000)]


def _bars_of(ev):
    from evalbook.charts.funds import AMOUNTS, _bars

    source = ev.case.tables[0]
    return _bars(ev, source, source.rows[0], tuple(AMOUNTS), "")


@pytest.mark.parametrize(
    ("months", "hatched"), [("5.9", True), ("6", False), ("9", False), ("9.1", True)]
)
def test_months_outside_the_band_of_the_rule_set_are_hatched(maker, months, hatched):
    made = table("funds", "id | name | months", f"a | 职工基本医疗保险统筹基金 | {months}")
    chart = only(output.months_payable(maker.evaluate(made)))
    assert ("不在其内的有 1 项" in chart.alt) == (COLOURS["weak"] in chart.svg) == hatched
    assert "对照范围为 6–9 个月" in chart.alt


def test_more_funds_than_can_be_drawn_are_counted_and_told_of(maker):
    lines = [
        f"r{n} | 职工基本医疗保险统筹基金{n} | {2 if n > MOST else 7}" for n in range(MOST + 3)
    ]
    chart = only(
        output.months_payable(maker.evaluate(table("funds", "id | name | months", *lines)))
    )
    assert len(chart.data) == MOST
    assert "不在其内的有 2 项" in chart.alt
    assert f"只画出前 {MOST} 项基金，其余 3 项" in chart.alt


def test_a_band_for_another_fund_is_not_drawn(maker):
    made = table("funds", "id | name | months", "a | 居民基金 | 5", "b | 离休基金 | 4")
    chart = only(output.months_payable(maker.evaluate(made)))
    assert SHADE not in chart.svg
    assert "最低的是“离休基金”" in chart.alt


@pytest.mark.parametrize("count", [0, 1, 2, MOST, MOST + 1, 200])
def test_however_many_lines_there_are_the_page_holds_them(maker, count):
    lines = [f"r{n} | 第{n}项资金 | 1000 | {999 - n}" for n in range(count)] or ["r | 甲 | | "]
    drawings = figures(
        money.execution(maker.evaluate(budget("id | name | budget | executed", *lines)))
    )
    assert len(drawings) == (count > 1)
    for chart in drawings:
        drawn = [run for _, run in chart.data if run.address.startswith("budget.")]
        assert len(drawn) == min(count, MOST)
        more = f"只画出最低的 {MOST} 项；其余 {count - MOST} 项"
        assert (more in chart.alt) == (count > MOST)
        height = float(ElementTree.fromstring(chart.svg).get("height").removesuffix("pt"))
        assert height < FULLEST


numbers = st.decimals(allow_nan=False, allow_infinity=False, places=2) | st.sampled_from(
    [Decimal(0), Decimal("-0.01"), Decimal("1e30"), Decimal("-1e30"), Decimal("1e-30")]
)
labels = st.text(max_size=60) | st.sampled_from(
    ["", "\n", "甲" * 90, "a" * 90, "<script>", "$x$", "\u202e反\u0000", "😀㎡堃", "， ，"]
)  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.tuples(labels, numbers, labels, labels, st.integers(0, 3)), min_size=1, max_size=6),
    st.booleans(),
    numbers,
)
def test_no_text_leaves_the_page_or_runs_into_another(made, grouped, limit):
    rows = [
        Bar(label, value, text, (), "weak", level=level, group=group * grouped)
        for label, value, text, group, level in made
    ]
    boxes = written(Chart("图", "轴", tuple(rows), "", limit=limit, limit_says=made[0][2]))
    for one, other in combinations(boxes, 2):
        assert not overlapping(one, other)


def written(chart: Chart) -> list[Bbox]:
    """Where text stands on the page, in points; all of it is on the page."""
    canvas = drawn(chart)
    canvas.set_dpi(72)
    page = FigureCanvasAgg(canvas)
    page.draw()
    texts = [each for each in canvas.findobj(Text) if each.get_visible() and each.get_text()]
    boxes = [Text.get_window_extent(each, page.get_renderer()) for each in texts]
    width, height = canvas.get_size_inches() * 72
    for box in boxes:
        assert -1 <= box.x0 <= box.x1 <= width + 1
        assert -1 <= box.y0 <= box.y1 <= height + 1
    return boxes


def overlapping(one: Bbox, other: Bbox) -> bool:
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    return across > 1 and down > 1.5


def test_a_character_that_the_font_lacks_is_a_box_and_no_warning(recwarn):
    assert written(
        Chart("图", "😀$^", (Bar("😀", Decimal(1), "\ue000", ()),), "", limit=Decimal(1))
    )
    assert not recwarn.list


def test_a_word_of_ten_thousand_letters_is_cut_off():
    for word in ("甲" * 10_000, "a" * 10_000):
        assert written(Chart(word, word, (Bar(word, Decimal(1), word, (), group=word),), word))


def test_the_picture_holds_no_text_and_nothing_live():
    hostile = Bar("<script>alert(1)</script>", Decimal(1), "1%", (("甲", Run("1%", "a.b.c", "1")),))
    figure = bars.figure(Chart("图", "轴", (hostile, hostile), "", Decimal(100)))
    tags = {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(figure.svg).iter()}
    assert not tags & {"text", "script", "foreignObject", "image", "a"}
    assert "script" not in figure.svg


def test_the_same_chart_is_the_same_bytes_whatever_was_drawn_before():
    bar = Bar("城乡居民", Decimal("99.5"), "99.50%", (), "weak")
    chart = Chart("图", "轴", (bar, bar), "", Decimal(100), Decimal(80), "界线")
    first = bars.figure(chart)
    bars.figure(Chart("图", "轴", (Bar("别的", Decimal(3), "3", ()),), ""))
    assert bars.figure(chart) == first


def test_svg_and_png_are_of_one_size():
    bar = Bar("甲", Decimal(50), "50%", (), "plain")
    figure = bars.figure(Chart("图", "轴", (bar, bar), "", Decimal(100)))
    tree = ElementTree.fromstring(figure.svg)
    across, down = (float(tree.get(side).removesuffix("pt")) for side in ("width", "height"))
    picture = Image.open(io.BytesIO(base64.b64decode(figure.png)))
    assert picture.height == pytest.approx(down * picture.width / across, abs=2)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("执行率", ("执行率",)),
        ("城乡居民基本医疗保险", ("城乡居民基", "本医疗保险")),
        ("城乡居民，基本医疗", ("城乡居民，", "基本医疗")),
        ("城乡居民基，本医疗", ("城乡居民", "基，本医疗")),
        ("职工统筹基金", ("职工统筹", "基金")),
        ("城乡居民基本医疗保险基金", ("城乡居民基", "本医疗保…")),
    ],
)
def test_long_labels_are_folded_and_no_line_begins_with_a_comma(text, lines):
    assert folded(text, 5, 2) == lines


@pytest.mark.parametrize(
    ("high", "ticks"),
    [
        ("100", ["0", "20", "40", "60", "80", "100"]),
        ("100.54", ["0", "20", "40", "60", "80", "100"]),
        ("450000", ["0", "100,000", "200,000", "300,000", "400,000"]),
    ],
)
def test_ticks_are_round(high, ticks):
    axes = drawn(Chart("图", "轴", (Bar("甲", Decimal(high), "", ()),), "")).axes[0]
    assert [each.get_text() for each in axes.get_xticklabels()] == ticks


def test_charts_say_what_they_offer():
    assert all(callable(getattr(charts, name)) for name in charts.__all__)
