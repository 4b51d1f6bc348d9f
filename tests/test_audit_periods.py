"""The audit across periods, heads and units: what carries over, what is on another base."""

from __future__ import annotations

import pytest
from cases import budget, entry, facts, kinds, table, verdicts

from evalbook.periods import months_of, span, timeless

FUND = "id | parent | fund | name | period | opening | income | expenditure | closing | note"


def funds(*rows: str, **more):
    return table("funds", FUND, *rows, **more)


# ---- periods


@pytest.mark.parametrize(
    ("period", "months"),
    [("2019", 12), ("2019-06", 1), ("2018/2019", 24), ("2019-01/2019-06", 6), ("", 12)],
)
def test_a_period_has_so_many_months(period, months):
    assert months_of(period) == months


@pytest.mark.parametrize("period", ["2020-12-31", "../2020-12-31", "../2020"])
def test_a_day_and_a_cumulative_period_have_no_span(period):
    assert span(period) is None
    assert months_of(period) is None


def test_a_name_without_its_year_is_the_same_in_all_years():
    assert timeless("2019年职工医保") == timeless("2020年度职工医保") == "职工医保"


# ---- opening = closing of the year before


def test_a_fund_opens_with_what_it_closed_with(maker):
    rows = [
        "a18 | | a | 职工 | 2018 | 5 | 9 | 8 | 6 |",
        "a19 | | a | 职工 | 2019 | 6 | 9 | 8 | 7 |",
    ]
    found = entry(maker.evaluate(funds(*rows)), "roll-forward:funds.a19.opening")
    assert (found.verdict, found.inputs) == ("consistent", ("funds.a18.closing",))
    rows[1] = "a19 | | a | 职工 | 2019 | 6.5 | 9 | 8 | 7.5 |"
    found = entry(maker.evaluate(funds(*rows)), "roll-forward:funds.a19.opening")
    assert (found.verdict, found.severity, found.gap) == ("inconsistent", "error", "-0.5")
    assert "按 上期累计结余 6万元 复算为 6.0万元" in found.message


@pytest.mark.parametrize(
    "second",
    [
        "b19 | | b | 居民 | 2019 | 6.5 | 9 | 8 | 7.5 |",  # another fund
        "a20 | | a | 职工 | 2020 | 6.5 | 9 | 8 | 7.5 |",  # a year between
        "a19 | | a | 职工 | 2019-07/2019-12 | 6.5 | 9 | 8 | 7.5 |",  # not the month after
    ],
)
def test_nothing_carries_over_to_another_fund_or_past_a_gap(maker, second):
    ev = maker.evaluate(funds("a18 | | a | 职工 | 2018 | 5 | 9 | 8 | 6 |", second))
    assert kinds(ev) == []
    assert not [each for each in verdicts(ev) if each.endswith(".opening")]


def test_a_fund_carries_over_from_one_table_to_the_next(maker):
    first = funds("a18 | | a | 职工 | 2018 | 5 | 9 | 8 | 6 |", id="t18")
    second = funds("a19 | | a | 职工 | 2019 | 9 | 9 | 8 | 10 |", id="t19")
    assert kinds(maker.evaluate(first, second)) == ["roll-forward"]


@pytest.mark.parametrize(
    ("growth", "verdict"), [("10.00%", "consistent"), ("12.00%", "inconsistent")]
)
def test_growth_against_the_year_before(maker, growth, verdict):
    made = table(
        "funds",
        "id | fund | name | period | income | income_growth",
        "a18 | a | 职工 | 2018 | 100.00 |",
        f"a19 | a | 职工 | 2019 | 110.00 | {growth}",
    )
    assert entry(maker.evaluate(made), "growth:funds.a19.income_growth").verdict == verdict


def test_growth_without_the_year_before_cannot_be_checked(maker):
    made = table(
        "funds",
        "id | fund | period | expenditure | expenditure_growth",
        "a | a | 2019 | 110.00 | 8.2%",
    )
    found = entry(maker.evaluate(made), "growth:funds.a.expenditure_growth")
    assert (found.verdict, found.severity) == ("unverifiable", "note")


# ---- totals on another base

TWO_YEARS = [
    "t18 | | total | 合计 | 2018 | | 150 | | |",
    "a18 | t18 | a | 职工 | 2018 | | 100 | | |",
    "b18 | t18 | b | 居民 | 2018 | | 30 | | |",
    "c18 | t18 | c | 生育 | 2018 | | 20 | | |",
    "t19 | | total | 合计 | 2019 | | 165 | | |",
    "a19 | t19 | a | 职工医保 | 2019 | | 120 | | |",
    "b19 | t19 | b | 居民 | 2019 | | 45 | | |",
]
GROWTH = facts(
    "id | name | value | unit | period | of | same_as | growth",
    "g | 收入总额 | 165 | 万元 | 2019 | funds.t18.income | funds.t19.income | 10.00%",
)


def test_growth_between_totals_of_other_parts_is_a_warning(maker):
    """The figure itself holds: 165 against 150."""
    ev = maker.evaluate(funds(*TWO_YEARS), GROWTH)
    found = entry(ev, "base-change:facts.g.growth")
    assert (found.verdict, found.severity) == ("inconsistent", "warning")
    assert "上期有而本期没有的是“生育”" in found.message
    assert "职工" not in found.message, "one fund under two names is one fund"
    assert entry(ev, "growth:facts.g.growth").verdict == "consistent"
    assert kinds(ev) == ["base-change"]


def test_growth_that_leaves_out_the_row_it_is_of_is_told_too(maker):
    """No same_as: the year after is found by the fund and the period."""
    made = facts("id | name | period | of | growth", "g | 收入总额 | 2019 | funds.t18.income | 10%")
    assert "base-change" in kinds(maker.evaluate(funds(*TWO_YEARS), made))


def test_two_totals_side_by_side_on_other_bases_are_a_note(maker):
    found = entry(maker.evaluate(funds(*TWO_YEARS)), "base-change:funds.t19.income")
    assert (found.verdict, found.severity) == ("inconsistent", "note")


def test_a_growth_column_of_a_total_is_a_claim(maker):
    headings = "id | parent | fund | name | period | opening | income | income_growth"
    rows = ["|".join(row.split("|")[:7]) for row in TWO_YEARS]
    rows = [f"{row} | {'10%' if row.startswith('t19') else ''}" for row in rows]
    ev = maker.evaluate(table("funds", headings, *rows))
    assert entry(ev, "base-change:funds.t19.income_growth").severity == "warning"


def test_the_same_parts_in_both_years_are_one_base(maker):
    same = [row for row in TWO_YEARS if "生育" not in row]
    same[0] = "t18 | | total | 合计 | 2018 | | 130 | | |"
    ev = maker.evaluate(funds(*same), facts(
        "id | name | value | unit | of | same_as | growth",
        "g | 合计 | 165 | 万元 | funds.t18.income | funds.t19.income | 26.92%",
    ))  # fmt: skip
    assert entry(ev, "base-change:facts.g.growth").verdict == "consistent"
    assert kinds(ev) == []


def test_parts_that_may_be_one_thing_under_two_names_are_left_alone(maker):
    """Without fund ids 大病保险 may well be 大病医疗保险."""
    rows = [
        "t18 | | | 合计 | 2018 | | 150 | | |",
        "a18 | t18 | | 职工 | 2018 | | 100 | | |",
        "b18 | t18 | | 大病保险 | 2018 | | 50 | | |",
        "t19 | | | 合计 | 2019 | | 165 | | |",
        "a19 | t19 | | 职工 | 2019 | | 120 | | |",
        "b19 | t19 | | 大病医疗保险 | 2019 | | 45 | | |",
    ]
    assert kinds(maker.evaluate(funds(*rows))) == []
    one_sided = [*rows, "c19 | t19 | | 生育 | 2019 | | 0 | | |"]
    assert kinds(maker.evaluate(funds(*one_sided))) == []
    assert kinds(maker.evaluate(funds(*[r for r in rows if "大病保险" not in r]))) == [
        "sum",
        "base-change",
    ]


def test_the_opening_of_a_total_on_another_base_cannot_be_checked(maker):
    rows = [
        "t18 | | t | 合计 | 2018 | | | | 9 |",
        "a18 | t18 | a | 职工 | 2018 | | | | 6 |",
        "b18 | t18 | b | 生育 | 2018 | | | | 3 |",
        "t19 | | t | 合计 | 2019 | 6 | 1 | 1 | 6 |",
        "a19 | t19 | a | 职工 | 2019 | 6 | 1 | 1 | 6 |",
    ]
    ev = maker.evaluate(funds(*rows))
    assert entry(ev, "roll-forward:funds.t19.opening").verdict == "unverifiable"
    assert entry(ev, "roll-forward:funds.a19.opening").verdict == "consistent"


def test_budget_totals_of_two_years(maker):
    headings = "id | parent | name | period | executed"
    rows = [
        "t18 | | 合计 | 2018 | 30", "a18 | t18 | 培训 | 2018 | 10", "b18 | t18 | 设备 | 2018 | 20",
        "t19 | | 合计 | 2019 | 10", "a19 | t19 | 培训 | 2019 | 10",
    ]  # fmt: skip
    found = entry(maker.evaluate(budget(headings, *rows)), "base-change:budget.t19.executed")
    assert "“设备”" in found.message


def test_facts_beside_facts_of_the_year_before(maker):
    rows = [
        "t18 | | 总收入 | 30万元 | 2018 | |",
        "a18 | t18 | 财政补助 | 20万元 | 2018 | |",
        "b18 | t18 | 利息 | 10万元 | 2018 | |",
        "t19 | | 总收入 | 40万元 | 2019 | facts.t18.value | 33.33%",
        "a19 | t19 | 财政补助 | 40万元 | 2019 | |",
    ]
    ev = maker.evaluate(facts("id | parent | name | value | period | of | growth", *rows))
    assert "“利息”" in entry(ev, "base-change:facts.t19.growth").message


# ---- a standard for each × how many


@pytest.mark.parametrize(
    ("row", "kind", "verdict"),
    [
        ("2185人 | 125元/人 | 27.31万元", "per-head", "consistent"),
        ("2185人 | 125元/人 | 21.96万元", "per-head", "inconsistent"),
        ("2185名 | 125元 | 21.96万元", "per-head", "inconsistent"),
        ("12台 | 5000元/台 | 6万元", "product", "consistent"),
        ("12台 | 5000元/台 | 5万元", "product", "inconsistent"),
    ],
)
def test_incidents_with_people_are_a_standard_per_head(maker, row, kind, verdict):
    ev = maker.evaluate(table("incidents", "id | quantity | price | amount", f"a | {row}"))
    assert entry(ev, f"{kind}:incidents.a.amount").verdict == verdict


FACTORS = "id | name | value | unit | period | factors"


def product(maker, standard: str, count: str, amount: str):
    return maker.evaluate(
        facts(
            FACTORS,
            f"s | 标准 | {standard} | 2021 |",
            f"n | 数量 | {count} | 2021 |",
            f"a | 应补助 | {amount} | 2021 | facts.s.value;facts.n.value",
        )
    )


@pytest.mark.parametrize(
    ("standard", "count", "amount", "kind", "verdict"),
    [
        ("580 | 元/人", "70 | 万人", "40600 | 万元", "per-head", "consistent"),
        ("580 | 元/人", "70 | 万人", "4060 | 万元", "per-head", "inconsistent"),
        ("580 | 元/人·年", "70 | 万人", "4.06 | 亿元", "per-head", "consistent"),
        ("50 | 元/人·月", "1000 | 人", "60 | 万元", "per-head", "consistent"),
        ("50 | 元/人·月", "1000 | 人", "5 | 万元", "per-head", "inconsistent"),
        ("800 | 元/生", "200 | 人", "16 | 万元", "per-head", "consistent"),
        ("3 | 元/份", "200 | 份", "600 | 元", "product", "consistent"),
        ("3 | 元/份", "200 | 份", "900 | 元", "product", "inconsistent"),
    ],
)
def test_factors_multiply_to_the_fact(maker, standard, count, amount, kind, verdict):
    found = entry(product(maker, standard, count, amount), f"{kind}:facts.a.value")
    assert found.verdict == verdict
    assert " × " in found.expression


def test_a_factor_that_is_not_printed_leaves_nothing_to_check(maker):
    assert kinds(product(maker, " | 元/人", "70 | 万人", "40600 | 万元")) == []


def test_unlinked_standards_are_never_multiplied(maker):
    """Standard, people and funds of one theme need not belong together."""
    made = facts(
        "id | theme | name | value | unit",
        "s | 筹资 | 财政补助标准 | 580 | 元/人",
        "n | 筹资 | 参保人数 | 70 | 万人",
        "a | 筹资 | 市级补助资金 | 5000 | 万元",
    )
    assert verdicts(maker.evaluate(made)) == {}


# ---- samples and surveys


@pytest.mark.parametrize(
    ("coverage", "verdict"),
    [("5.00%", "consistent"), ("50.00%", "inconsistent"), ("4.99%", "inconsistent")],
)
def test_the_coverage_of_a_sample(maker, coverage, verdict):
    made = table(
        "samples", "id | population | sample | coverage", f"s | 2000份 | 100份 | {coverage}"
    )
    assert entry(maker.evaluate(made), "sample-rate:samples.s.coverage").verdict == verdict


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("200份 | 150 | 20 | 20 | 10", False),
        ("200份 | 150 | 20 | 20 | 5", False),  # some did not say
        ("200份 | 150 | 30 | 20 | 10", True),
        ("200份 | 80% | 10% | 6% | 4%", False),
        ("200份 | 80% | 12% | 6% | 3%", False),  # each is rounded
        ("200份 | 80% | 14% | 6% | 4%", True),
    ],
)
def test_answers_are_no_more_than_were_given(maker, row, wrong):
    made = table("surveys", "id | valid | satisfied | basic | neutral | dissatisfied", f"q | {row}")
    assert ("bounds" in kinds(maker.evaluate(made))) is wrong
