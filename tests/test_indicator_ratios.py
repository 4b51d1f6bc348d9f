"""Ratios as measures over the tables: binding to evidence, the audit, faults of input."""

from __future__ import annotations

import pytest
from cases import budget, entry, facts, indicators, verdicts

from evalbook import InputError
from evalbook.ratios import RATIOS
from evalbook.sections.process import opening

PROJECT = {"framework": "caiyu-2020-10"}
DEPARTMENT = {"framework": "caiyu-2013-53"}
AMOUNTS = budget(
    "id | name | budget | adjusted | in_place | executed",
    "total | 合计 | 100.00 | 90.00 | 80.00 | 72.00",
)
COUNTS = facts(
    "id | name | value",
    "planned | 计划培训 | 1000人",
    "trained | 实际培训 | 950人",
    "passed | 考核合格 | 900人",
)
ACTUAL = "indicators.{}.actual"


def measured(maker, row: str, *tables, params=PROJECT, headings="id | name | actual | evidence"):
    return maker.evaluate(indicators(headings, row), *tables, params=params)


def rate_of(ev, row: str):
    return entry(ev, f"rate:{ACTUAL.format(row)}")


# ---- binding


@pytest.mark.parametrize(
    "evidence", ["budget.total", "budget.total.executed", "facts.planned;budget.total"]
)
def test_a_row_of_the_evidence_gives_the_operands_by_its_columns(maker, evidence):
    ev = measured(maker, f"execution_rate | 预算执行率 | 90.00% | {evidence}", AMOUNTS, COUNTS)
    found = rate_of(ev, "execution_rate")
    assert (found.verdict, found.computed) == ("consistent", "90.00")
    assert found.inputs == ("budget.total.executed", "budget.total.in_place")
    assert found.expression == "72.00万元 ÷ 80.00万元"
    assert "实际支出资金 ÷ 实际到位资金 × 100%" in found.message
    assert "财预〔2020〕10号 附件2" in found.message


def test_cells_of_the_evidence_are_the_operands_in_their_order(maker):
    row = "completion_rate | 实际完成率 | 95.00% | facts.trained.value;facts.planned.value"
    found = rate_of(measured(maker, row, COUNTS), "completion_rate")
    assert (found.verdict, found.expression) == ("consistent", "950人 ÷ 1000人")


@pytest.mark.parametrize(
    "evidence",
    ["budget.total.budget;budget.total.in_place", "budget.total.in_place;budget.total.budget"],
)
@pytest.mark.parametrize("formula", ["", "in_place_rate"])
def test_cells_whose_columns_are_called_as_the_operands_go_by_their_names(maker, evidence, formula):
    headings = "id | name | actual | evidence | formula"
    row = f"in_place_rate | 资金到位率 | 80.00% | {evidence} | {formula}"
    found = rate_of(measured(maker, row, AMOUNTS, headings=headings), "in_place_rate")
    assert (found.verdict, found.expression) == ("consistent", "80.00万元 ÷ 100.00万元")


def test_cells_of_which_one_is_called_otherwise_go_by_their_order(maker):
    more = budget("id | name | in_place", "other | 另一资金 | 40.00", id="others")
    headings = "id | name | actual | evidence | formula"
    row = "a | 率 | 50.00% | budget.other.in_place;budget.total.in_place | in_place_rate"
    found = rate_of(measured(maker, row, AMOUNTS, more, headings=headings), "a")
    assert found.expression == "40.00万元 ÷ 80.00万元"


def test_a_rate_that_does_not_follow_is_an_error(maker):
    row = "completion_rate | 实际完成率 | 98.00% | facts.trained.value;facts.planned.value"
    found = rate_of(measured(maker, row, COUNTS), "completion_rate")
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert (found.computed, found.gap) == ("95.00", "-3.00")


def test_the_same_work_under_two_frameworks(maker):
    """900 good of 950 done of 1000 planned: 94.74 % in 2020, 90 % in 2013."""
    cells = "facts.passed.value;facts.{}.value"
    new = measured(maker, f"quality_rate | 质量达标率 | 94.74% | {cells.format('trained')}", COUNTS)
    assert rate_of(new, "quality_rate").verdict == "consistent"
    row = f"quality | 质量达标率 | 90.00% | {cells.format('planned')}"
    old = measured(maker, row, COUNTS, params=DEPARTMENT)
    assert rate_of(old, "quality").verdict == "consistent"


def test_a_row_s_own_formula_goes_before_the_framework_s(maker):
    headings = "id | name | actual | evidence | formula"
    row = "execution_rate | 预算执行率 | 80.00% | budget.total | execution_rate_adjusted"
    found = rate_of(measured(maker, row, AMOUNTS, headings=headings), "execution_rate")
    assert (found.verdict, found.expression) == ("consistent", "72.00万元 ÷ 90.00万元")


def test_rates_as_operands_only_where_the_formula_asks_for_rates(maker):
    progress = facts("id | name | value", "paid | 实际进度 | 60.00%", "plan | 既定进度 | 80.00%")
    cells = "facts.paid.value;facts.plan.value"
    row = f"payment_progress_rate | 支付进度率 | 75.00% | {cells}"
    ev = measured(maker, row, progress, params=DEPARTMENT)
    assert rate_of(ev, "payment_progress_rate").verdict == "consistent"
    other = measured(maker, f"completion_rate | 实际完成率 | 75.00% | {cells}", progress)
    assert rate_of(other, "completion_rate").verdict == "unverifiable"


def test_evidence_of_two_kinds_is_no_pair_of_operands(maker):
    """The framework asks for a ratio; the two cells are there for another reason."""
    row = "completion_rate | 实际完成率 | 95% | facts.trained.value;budget.total.executed"
    ev = measured(maker, row, COUNTS, AMOUNTS)
    assert rate_of(ev, "completion_rate").verdict == "unverifiable"


def test_what_is_printed_as_a_number_is_not_measured_by_the_framework(maker):
    row = "completion_rate | 实际完成率 | 950人 | facts.trained.value;facts.planned.value"
    assert f"rate:{ACTUAL.format('completion_rate')}" not in verdicts(measured(maker, row, COUNTS))


# ---- what is blank or zero


def test_a_rate_without_evidence_is_unverifiable_and_said_once(maker):
    ev = measured(maker, "execution_rate | 预算执行率 | 90.00% |", AMOUNTS)
    found = [each for each in ev.audit.entries if each.where == ACTUAL.format("execution_rate")]
    assert [(each.kind, each.verdict) for each in found] == [("rate", "unverifiable")]


def test_a_blank_operand_is_unverifiable_and_said_once(maker):
    short = budget("id | name | in_place | executed", "total | 合计 | | 72.00")
    ev = measured(maker, "execution_rate | 预算执行率 | 90.00% | budget.total", short)
    found = [each for each in ev.audit.entries if each.where == ACTUAL.format("execution_rate")]
    assert [(each.kind, each.verdict) for each in found] == [("rate", "unverifiable")]
    assert found[0].inputs == ("budget.total.executed", "budget.total.in_place")


def test_nothing_in_place_and_100_percent_printed(maker):
    none = budget("id | name | in_place | executed", "total | 合计 | 0 | 0")
    ev = measured(maker, "execution_rate | 预算执行率 | 100% | budget.total", none)
    found = rate_of(ev, "execution_rate")
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert "基数为 0" in found.message


def test_rounding_of_the_operands_is_allowed_for(maker):
    """8.5 of 9.6: 88.54 %, but 8.54 of 9.56 would be 89.33 %."""
    coarse = budget("id | name | in_place | executed", "total | 合计 | 9.6 | 8.5")
    ev = measured(maker, "execution_rate | 预算执行率 | 89.00% | budget.total", coarse)
    assert rate_of(ev, "execution_rate").verdict == "rounding"


def test_a_rate_nobody_printed_is_measured_and_not_judged(maker):
    ev = measured(maker, "execution_rate | 预算执行率 | | budget.total", AMOUNTS)
    assert f"rate:{ACTUAL.format('execution_rate')}" not in verdicts(ev)
    (row,) = ev.data["indicators"]
    assert (row["formula"], row["measured"], row["actual"]) == (
        "execution_rate_2020",
        "90.00",
        None,
    )


def test_money_by_people_is_no_percentage(maker):
    headings = "id | name | actual | evidence | formula"
    cells = "budget.total.executed;facts.planned.value"
    row = f"cost | 成本 | 72.00% | {cells} | completion_rate"
    ev = measured(maker, row, AMOUNTS, COUNTS, headings=headings)
    found = entry(ev, f"unit:{ACTUAL.format('cost')}")
    assert (found.verdict, found.severity) == ("inconsistent", "error")


def test_a_percentage_written_as_a_bare_number_is_a_unit(maker):
    headings = "id | name | actual | evidence | formula"
    row = "execution_rate | 预算执行率 | 90 | budget.total | execution_rate_2020"
    found = entry(
        measured(maker, row, AMOUNTS, headings=headings), "unit:indicators.execution_rate.actual"
    )
    assert "印出的 90 没有百分号" in found.message


# ---- another base


@pytest.mark.parametrize(
    ("row", "other", "own"),
    [
        ("execution_rate | 预算执行率 | 72.00% | budget.total", "预算数", "实际到位资金"),
        ("in_place_rate | 资金到位率 | 88.89% | budget.total", "调整后预算数", "预算资金"),
    ],
)
def test_a_rate_that_fits_another_column_names_both_bases(maker, row, other, own):
    ev = measured(maker, row, AMOUNTS)
    found = entry(ev, f"rate-base:{ACTUAL.format(row.split(' ')[0])}")
    assert (found.kind, found.verdict, found.severity) == ("rate-base", "inconsistent", "error")
    assert f"以{other}为基数" in found.message
    assert f"公式的基数却是{own}" in found.message
    assert f"rate:{found.where}" not in verdicts(ev)


def test_a_change_divided_by_this_year_names_both_years(maker):
    two = facts("id | name | value", "now | 本年 | 90.00万元", "then | 上年 | 100.00万元")
    row = "three_public_change_rate | “三公经费”变动率 | -11.11% | facts.now.value;facts.then.value"
    found = entry(
        measured(maker, row, two, params=DEPARTMENT),
        "rate-base:indicators.three_public_change_rate.actual",
    )
    assert "以本年度“三公经费”预算安排数为基数" in found.message
    assert "公式的基数却是上年度“三公经费”预算安排数" in found.message


# ---- faults of input


def faulty(maker, row: str) -> str:
    with pytest.raises(InputError) as caught:
        maker.load(
            indicators("id | name | actual | evidence | formula", row),
            AMOUNTS,
            COUNTS,
            params=PROJECT,
        )
    return str(caught.value)


def test_an_unknown_formula_is_a_fault_with_the_nearest(maker):
    text = faulty(maker, "a | 率 | 90% | budget.total | in_place_rte")
    assert "第 2 行 formula 列：没有名为“in_place_rte”的公式。是否想写“in_place_rate”" in text


@pytest.mark.parametrize(
    ("evidence", "given"),
    [
        ("facts.trained.value", 1),
        ("facts.trained.value;facts.planned.value;facts.passed.value", 3),
        ("facts.trained.name;facts.planned.name", 0),
        ("budget.total", 0),
    ],
)
def test_another_number_of_operands_is_a_fault(maker, evidence, given):
    text = faulty(maker, f"a | 率 | 90% | {evidence} | completion_rate")
    assert f"要 2 个数（实际产出数、计划产出数），此处给出 {given} 个" in text
    assert "第 2 行 evidence 列" in text


def test_an_address_that_does_not_exist_is_said_once(maker):
    text = faulty(maker, "a | 率 | 90% | facts.traned.value;facts.planned.value | completion_rate")
    assert "地址“facts.traned.value”不存在" in text
    assert "输入有 1 处" in text


def test_evidence_that_does_not_fit_the_framework_s_formula_is_no_fault(maker):
    row = "completion_rate | 实际完成率 | 95% | facts.trained.value"
    assert rate_of(measured(maker, row, COUNTS), "completion_rate").verdict == "unverifiable"


def test_a_formula_without_evidence_is_no_fault(maker):
    headings = "id | name | actual | evidence | formula"
    ev = measured(maker, "a | 率 | 95% | | completion_rate", headings=headings)
    assert rate_of(ev, "a").verdict == "unverifiable"


# ---- the report


def test_the_report_shows_formula_authority_and_result(maker):
    made = indicators(
        "id | parent | name | section | actual | evidence",
        "process | | 过程 | process | |",
        "execution_rate | process | 预算执行率 | | 91.00% | budget.total",
    )
    ev = maker.evaluate(made, AMOUNTS, params=PROJECT)
    text = "".join(run.text for block in opening(ev) for run in getattr(block, "runs", ()))
    assert "实际支出资金 ÷ 实际到位资金 × 100%（财预〔2020〕10号 附件2（预算执行率））" in text
    assert "72.00万元 ÷ 80.00万元 = 90.00%" in text


def test_a_ratio_whose_text_was_not_seen_is_marked_in_audit_and_report(maker):
    assert RATIOS["in_place_rate_2013"].unverified
    amounts = budget("id | name | planned | in_place", "total | 合计 | 100.00 | 90.00")
    made = indicators(
        "id | parent | name | section | actual | evidence",
        "input | | 投入 | process | |",
        "in_place_rate | input | 资金到位率 | | 90.00% | budget.total",
    )
    ev = maker.evaluate(made, amounts, params={"framework": "caiyu-2013-53-project"})
    assert "（未核对原文）" in rate_of(ev, "in_place_rate").message
    text = "".join(run.text for block in opening(ev) for run in getattr(block, "runs", ()))
    assert "（未核对原文）" in text


def test_a_checked_formula_under_an_unchecked_indicator_is_marked_too(maker):
    row = "completion_rate | 实际完成率 | 95.00% | facts.trained.value;facts.planned.value"
    ev = measured(maker, row, COUNTS, params={"framework": "caiyu-2013-53-project"})
    assert not RATIOS["completion_rate"].unverified
    assert "（未核对原文）" in rate_of(ev, "completion_rate").message


def test_a_nested_project_is_measured_over_its_own_tables(maker):
    made = indicators(
        "id | name | actual | evidence", "execution_rate | 预算执行率 | 88.00% | budget.total"
    )
    part = {"params": {"title": "子项目"}, "tables": (made, AMOUNTS)}
    ev = maker.evaluate(COUNTS, parts={"drg": part}, params=PROJECT)
    found = entry(ev, "rate:parts.drg.indicators.execution_rate.actual")
    assert (found.computed, found.gap) == ("90.00", "2.00")
    assert found.inputs[0] == "parts.drg.budget.total.executed"


def test_without_a_framework_only_a_row_s_own_formula_measures(maker):
    headings = "id | name | actual | evidence | formula"
    row = "execution_rate | 预算执行率 | 90.00% | budget.total | {}"
    none = {"framework": None}
    ev = measured(maker, row.format(""), AMOUNTS, headings=headings, params=none)
    assert rate_of(ev, "execution_rate").verdict == "unverifiable"
    own = row.format("execution_rate_2020")
    ev = measured(maker, own, AMOUNTS, headings=headings, params=none)
    assert rate_of(ev, "execution_rate").verdict == "consistent"
