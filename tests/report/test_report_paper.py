"""Columns and pages: no figure wraps inside itself, wide tables turn the page."""

import pytest
from report_sample import (
    audit_annex,
    budget_table,
    district_table,
    indicator_annex,
    report,
    score_table,
)

from evalbook.blocks import Cell, Heading, Table
from evalbook.harmless import clean
from evalbook.report.paper import (
    ACROSS,
    UPRIGHT,
    fit,
    kept_rows,
    kept_together,
    kept_whole,
    share,
    stretches,
)
from evalbook.report.tables import spots
from evalbook.report.text import breakable, em, is_figure


@pytest.mark.parametrize(
    ("make", "landscape"),
    [
        (budget_table, False),
        (budget_table, True),
        (district_table, False),
        (indicator_annex, True),
        (audit_annex, True),
    ],
)
def test_no_figure_is_wider_than_its_column(make, landscape):
    table = make()
    found = fit(table, landscape)
    assert sum(found.widths) == pytest.approx(ACROSS if landscape else UPRIGHT, abs=0.1)
    for line in spots(table.rows, len(table.widths)):
        for spot in line:
            if is_figure(spot.cell.text):
                assert em(spot.cell.text) <= found.room(spot.column, spot.cell.colspan)


def test_widths_follow_the_wish_between_need_and_use():
    assert share((1, 1, 2), (0, 0, 0), (99, 99, 99), 40) == (10, 10, 20)
    assert share((1, 1, 2), (15, 0, 0), (99, 99, 99), 45) == (15, 10, 20)
    assert share((1, 1, 2), (0, 0, 0), (5, 99, 99), 35) == (5, 10, 20)
    assert share((1, 1), (0, 0), (5, 5), 20) == (10, 10)
    assert share((1, 1), (11, 11), (20, 20), 20) == ()


def test_a_wide_table_turns_its_annex_and_nothing_else():
    runs = stretches(report(150))
    assert [run.landscape for run in runs] == [False, True, False]
    first = runs[1].blocks[0].block
    assert isinstance(first, Heading)
    assert first.annex


def test_small_tables_and_short_rows_stay_whole():
    small, long = score_table(), indicator_annex()
    assert kept_together(small, fit(small, False))
    assert not kept_together(long, fit(long, True))
    endless = (Cell("长" * 3000), *budget_table().rows[0][1:])
    assert not kept_whole(endless, fit(budget_table(), False))


def rows_kept(kinds, words=("甲",)):
    rows = tuple((Cell(words[n % len(words)]),) for n in range(len(kinds)))
    table = Table("表", ((Cell("名称"),),), rows, ("left",), (1.0,), tuple(kinds))
    return kept_rows(table, fit(table, False))


def test_two_rows_stay_together_at_either_end_and_a_group_with_what_it_heads():
    assert rows_kept(["body"] * 7) == (2, 1, 1, 1, 2)
    assert rows_kept(["body"] * 3) == (3,)
    assert rows_kept(["body"] * 3 + ["group"] + ["body"] * 3 + ["total"]) == (2, 1, 2, 1, 2)
    assert rows_kept(["body"] * 4, ("长" * 900,)) == (1, 1, 1, 1)
    assert rows_kept([]) == ()


def test_a_table_that_fits_nowhere_is_still_laid_out():
    columns = 40
    row = tuple(Cell("123,456,789.00") for _ in range(columns))
    table = Table("宽", (row,), (row,), ("right",) * columns, (1.0,) * columns, ("body",))
    assert sum(fit(table, True).widths) == pytest.approx(ACROSS)


@pytest.mark.parametrize(
    "text", ["742,037.07", "99.31%", "≥707568人", "2020-12-31", "-253.33", "4.1亿元"]
)
def test_figures(text):
    assert is_figure(text)


@pytest.mark.parametrize("text", ["", "budget.total", "共 3 项", "第3项执行情况", "1" * 40])
def test_not_figures(text):
    assert not is_figure(text)


def test_long_words_may_break_after_a_dot_and_then_anywhere():
    assert breakable("budget.total.rate", 30) == "budget.total.rate"
    assert breakable("budget.total.rate", 6) == "budget.\u200btotal.\u200brate"
    assert breakable("a" * 50, 5) == "\u200b".join("a" * 50)


def test_cleaning_keeps_what_can_be_seen():
    assert clean("a\r\nb\tc\x00\x1b\ud800\uffff\u202edcba\u2066\ufeff") == "a\nb c□□□□dcba"
