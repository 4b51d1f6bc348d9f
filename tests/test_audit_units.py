"""The audit of units: powers of ten, missing units, quantities printed twice without a word."""

from __future__ import annotations

import pytest
from cases import budget, entry, facts, indicators, kinds, table, verdicts

# ---- what fits but for a power of ten


def test_one_line_in_another_unit_is_named(maker):
    """Nine lines in 万元 and one typed in 元: the total says which."""
    rows = ["t | | 合计 | 1225.00", "a | t | 设备 | 1000000.00", "b | t | 培训 | 1125.00"]
    ev = maker.evaluate(budget("id | parent | name | budget", *rows))
    total = entry(ev, "sum:budget.t.budget")
    assert (total.verdict, total.severity) == ("inconsistent", "error")
    assert "若“设备”的预算数的单位是元而不是万元，则相符" in total.message
    suspect = entry(ev, "unit:budget.a.budget")
    assert (suspect.verdict, suspect.severity) == ("inconsistent", "warning")
    assert suspect.inputs == ("budget.t.budget",)
    assert "1000000.00万元）的计量单位或小数点可能有误" in suspect.message


def test_a_total_in_another_unit_is_named(maker):
    ev = maker.evaluate(
        budget("id | parent | name | budget", "t | | 合计 | 12500元", "a | t | 设备 | 12400万元",
               "b | t | 培训 | 100万元")
    )  # fmt: skip
    assert (
        "若“合计”的预算数的单位是万元而不是元，则相符" in entry(ev, "sum:budget.t.budget").message
    )
    assert entry(ev, "unit:budget.t.budget").severity == "warning"


def test_a_slipped_decimal_point_is_named(maker):
    made = budget("id | budget | executed | balance", "a | 100.00 | 95.50 | 45.00")
    assert "放大" not in entry(maker.evaluate(made), "balance:budget.a.balance").message
    made = budget("id | budget | executed | balance", "a | 100.00 | 55.50 | 445.00")
    found = entry(maker.evaluate(made), "balance:budget.a.balance")
    assert "若“a”的结余数缩小 10 倍，则相符" in found.message


def test_a_rate_of_two_units_says_that_either_may_be_wrong(maker):
    made = budget("id | budget | executed | rate", "a | 120.00 | 1176000.00 | 98.00%")
    ev = maker.evaluate(made)
    words = "相差正好 10000 倍，所用数据的计量单位可能不一致"
    assert words in entry(ev, "rate:budget.a.rate").message
    assert "9800 倍" in entry(ev, "budget-line:budget.a.executed").message


def test_a_payment_larger_than_its_bill_by_a_power_of_ten_says_so(maker):
    row = "p | 老工人门诊 | 13人次 | 2.62元 | 2.55万元"
    ev = maker.evaluate(table("payments", "id | name | count | billed | paid", row))
    found = entry(ev, "paid-over-billed:payments.p.paid")
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert "前者约为后者的 9733 倍" in found.message
    row = "p | 老工人门诊 | 13人次 | 2.62万元 | 2.75万元"
    ev = maker.evaluate(table("payments", "id | name | count | billed | paid", row))
    assert "倍" not in entry(ev, "paid-over-billed:payments.p.paid").message


def test_one_figure_in_two_units_says_so(maker):
    ev = maker.evaluate(
        budget("id | budget", "t | 137568.39"),
        facts("id | value | same_as", "a | 13.76万元 | budget.t.budget"),
    )
    found = entry(ev, "disagreement:facts.a.value=budget.t.budget")
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert "相差正好 10000 倍" in found.message


@pytest.mark.parametrize(
    "rows",
    [
        ("t | | 213", "a | t | 49", "b | t | 110", "c | t | 95", "d | t | 8"),  # 49 was left out
        ("t | | 60", "a | t | 5", "b | t | 1"),  # few digits: a coincidence
        ("t | | 0", "a | t | 100.00", "b | t | 25.00"),
        ("t | | 1", "a | t | 12000", "b | t | 500"),
        ("t | | 640.00", "a | t | 500.00", "b | t | 120.00"),
    ],
)
def test_a_gap_of_another_kind_is_no_slip_of_units(maker, rows):
    ev = maker.evaluate(budget("id | parent | executed", *rows))
    assert "sum" in kinds(ev)
    assert "unit" not in kinds(ev)
    assert "倍" not in entry(ev, "sum:budget.t.executed").message


def test_marks_have_no_units_to_slip(maker):
    made = indicators("id | parent | score", "t | | 25.5", "a | t | 100.0", "b | t | 155.0")
    assert kinds(maker.evaluate(made)) == ["sum"]


def test_a_suspect_of_several_relations_is_told_once(maker):
    """The line is in 元: its balance, its rate and the total all say so."""
    ev = maker.evaluate(
        budget(
            "id | parent | budget | executed | balance",
            "t | | 300.00 | 290.00 | 10.00",
            "a | t | 100.00 | 980000.00 | 2.00",
            "b | t | 200.00 | 192.00 | 8.00",
        )
    )
    suspects = [each for each in verdicts(ev) if each.startswith("unit:")]
    assert suspects == ["unit:budget.a.executed"]


# ---- units that are missing


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a | 参保率 | 95", "是比例，印为 95，缺少百分号"),
        ("a | 报销比例 | 0.75", "缺少百分号"),
        ("a | 专项资金 | 3200", "是金额，印为 3200，缺少计量单位"),
    ],
)
def test_a_rate_or_an_amount_without_its_unit_is_a_warning(maker, row, words):
    found = entry(maker.evaluate(facts("id | name | value", row)), "unit:facts.a.value")
    assert (found.verdict, found.severity) == ("inconsistent", "warning")
    assert words in found.message


@pytest.mark.parametrize(
    "row",
    ["a | 参保率 | 95%", "a | 专项资金 | 3200万元", "a | 培训场次 | 12", "a | 资金项目数 | 3"],
)
def test_what_has_its_unit_or_needs_none_is_fine(maker, row):
    assert kinds(maker.evaluate(facts("id | name | value", row))) == []


# ---- printed twice without a word

TWICE = "id | parent | theme | name | period | value | same_as"


def twice(maker, *rows: str):
    return maker.evaluate(facts(TWICE, *rows))


def test_a_fact_printed_twice_with_two_values_is_an_error(maker):
    first = "a | | 参保 | 年末参保人数 | 2020 | 68.61万人 |"
    ev = twice(maker, first, "b | | 参保 | 年末参保人数 | 2020 | 86.61万人 |")
    found = entry(ev, "disagreement:facts.b.value=facts.a.value")
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert "68.61万人" in found.message
    assert "86.61万人" in found.message
    ev = twice(maker, first, "b | | 参保 | 年末参保人数 | 2020 | 69万人 |")
    assert entry(ev, "disagreement:facts.b.value=facts.a.value").verdict == "consistent"


@pytest.mark.parametrize(
    "second",
    [
        "b | | 缴费 | 年末参保人数 | 2020 | 86万人 |",  # another theme
        "b | | 参保 | 年末参保人数 | 2019 | 86万人 |",  # another year
        "b | | 参保 | 年末参保家庭 | 2020 | 86万人 |",  # another name
        "b | | 参保 | 年末参保人数 | 2020 | 86万户 |",  # another kind of thing
        "b | c | 参保 | 年末参保人数 | 2020 | 86万人 |",  # part of something else
    ],
)
def test_identity_is_never_guessed(maker, second):
    rows = (
        "a | | 参保 | 年末参保人数 | 2020 | 68万人 |",
        second,
        "c | | 参保 | 职工 | 2020 | 86万人 |",
    )
    assert kinds(twice(maker, *rows)) == []


def test_districts_of_two_tables_are_not_compared(maker):
    first = budget("id | name | budget", "a | 崂山区 | 20", id="t1")
    second = budget("id | name | budget", "b | 崂山区 | 5062.73", id="t2")
    assert verdicts(maker.evaluate(first, second)) == {}


def test_a_fund_printed_twice_for_one_year(maker):
    headings = "id | fund | name | period | income"
    first = table("funds", headings, "a | e | 职工医保 | 2019 | 120.00", id="t1")
    again = table("funds", headings, "b | e | 职工医保 | 2019 | 102.00", id="t2")
    found = entry(maker.evaluate(first, again), "disagreement:funds.b.income=funds.a.income")
    assert found.verdict == "inconsistent"
    plan = table("funds", headings, "b | e | 职工医保预算 | 2019 | 102.00", id="t2")
    assert kinds(maker.evaluate(first, plan)) == []


FORM = {"stance": "self", "kind": "project", "unit": "某中心"}


@pytest.mark.parametrize(
    ("actual", "params", "wrong"),
    [
        ("95%", FORM, False),
        ("100%", FORM, True),
        ("100%", {"stance": "self", "kind": "department"}, False),
        ("100%", {}, False),
    ],
)
def test_the_rate_that_scores_is_that_of_the_form(maker, actual, params, wrong):
    """A department's only table may be one of its projects, so nothing is sure there."""
    made = indicators(
        "id | name | full_marks | actual | rule", f"x | 预算执行率 | 10 | {actual} | execution"
    )
    ev = maker.evaluate(made, budget("id | name | budget | executed", "t | 总额 | 200 | 190"),
                        params=params)  # fmt: skip
    assert ("disagreement" in kinds(ev)) is wrong


# ---- claims of rank


def test_a_rank_among_others_that_are_not_printed_cannot_be_checked(maker):
    made = facts("id | name | value", "a | 满意度全省排名 | 第3位")
    made = facts("id | name | value | unit", "a | 满意度全省排名 | 3 | 位")
    found = entry(maker.evaluate(made), "order-claim:facts.a.value")
    assert (found.verdict, found.severity) == ("unverifiable", "note")


# ---- a total that nobody filled in


@pytest.mark.parametrize(
    ("total", "part", "wrong"),
    [
        ("0 | 0 | 0.00%", "60.00 | 54.00 | 90.00%", True),
        ("0 | | ", "60.00 | 54.00 | 90.00%", True),
        ("60.00 | 0 | 0.00%", "60.00 | 0.00 | 0.00%", False),
        ("0 | 0 | —", "0 | 0 | —", False),
        (" | | ", "60.00 | 54.00 | 90.00%", False),
    ],
)
def test_a_row_of_zeros_above_rows_that_are_not(maker, total, part, wrong):
    rows = (f"t | | 合计 | {total} | 见问题", f"a | t | 设备 | {part} | 见问题")
    ev = maker.evaluate(budget("id | parent | name | budget | executed | rate | note", *rows))
    assert ("budget-line" in kinds(ev)) is wrong
    if wrong:
        assert "各栏都印为 0" in entry(ev, "budget-line:budget.t.budget").message
