"""Cases that print little: nothing is made up, nothing crashes, unknown is not wrong."""

from decimal import Decimal

import pytest
from cases import budget, entry, facts, indicators, table

from evalbook.panel import trial_table
from evalbook.preview import as_markdown
from evalbook.report.document import assemble
from evalbook.sections import benefit, findings, funds, output, overview, process, projects
from evalbook.sections import budget as money


def whole_report(ev) -> str:
    """Every section of a report, put together as `run` does, as text."""
    parts = [
        overview.profile, overview.work, overview.conclusion, overview.scores,
        projects.summary, overview.audit_summary, money.opening, money.execution,
        money.low_execution,
        money.in_place, funds.statement, process.opening, process.samples, process.documents,
        output.opening, output.months_payable, output.payments, benefit.opening, benefit.facts,
        benefit.satisfaction, findings.findings, findings.recommendations, findings.matrix,
        findings.other, projects.annexes, findings.indicator_annex, findings.audit_annex,
        findings.sources_annex,
    ]  # fmt: skip
    blocks = [block for part in parts for block in part(ev)]
    assemble(blocks, title=ev.case.params.title)
    return "\n".join(as_markdown(block) for block in blocks)


ONLY_A_TOTAL = {"published": {"score": "87.01", "grade": "良"}}
CASES = {
    "nothing at all": ([], {}),
    "only a total and a grade": ([], {"params": ONLY_A_TOTAL}),
    "only a grade": ([], {"params": {"published": {"grade": "良好"}}}),
    "a score without a grade": ([], {"params": {"published": {"score": "90", "full": "100"}}}),
    "marks for a group above unscored rows": (
        [
            indicators(
                "id | parent | name | section | full_marks | score",
                "in | | 决策 | budget | 20 | 20",
                "goal | in | 绩效目标 | | | 6",
                "clear | goal | 明确性 | | |",
                "out | | 产出 | output | 45 |",
                "count | out | 数量 | | |",
            )
        ],
        {"params": {"published": {"score": "91", "full": "100"}}},
    ),
    "executed without a base": ([budget("id | name | executed", "a | 设备 | 5.00")], {}),
    "in place without a rate": (
        [budget("id | name | due | in_place", "a | 某区 | 5.00 | 4.00")],
        {},
    ),
    "a fund of zeros": (
        [table("funds", "id | name | income | expenditure", "a | 基金 | 0 | 0")],
        {},
    ),
    "facts alone": ([facts("id | name | value", "a | 参保人数 | ≥1000人")], {}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_sparse_case_still_makes_a_report(maker, name):
    tables, parts = CASES[name]
    text = whole_report(maker.evaluate(*tables, **parts))
    assert "None" not in text
    assert "。。" not in text


@pytest.mark.parametrize("name", ["nothing at all", "only a total and a grade"])
def test_where_no_marks_are_printed_there_is_nothing_to_try_nor_to_print(maker, name):
    tables, parts = CASES[name]
    assert trial_table(maker.evaluate(*tables, **parts)) is None


def test_a_total_without_a_grade_is_not_called_different(maker):
    made = indicators("id | name | full_marks | score", "a | 产出 | 100 | 90")
    ev = maker.evaluate(made, params={"published": {"score": "90", "full": "100"}})
    assert "总分与公布的一致" in whole_report(ev)


def test_a_group_without_a_score_makes_the_total_unverifiable(maker):
    tables, parts = CASES["marks for a group above unscored rows"]
    ev = maker.evaluate(*tables, **parts)
    assert entry(ev, "sum:case.published.score").verdict == "unverifiable"
    assert ev.total is None


def test_a_row_to_which_no_score_applies_does_not_spoil_the_total(maker):
    made = indicators(
        "id | name | full_marks | score",
        "a | 产出 | 60 | 50",
        "b | 不适用 | — | —",
        "c | 效益 | 40 | 30",
    )
    assert maker.evaluate(made).total == Decimal(80)


def test_the_grade_is_measured_by_the_marks_that_are_there(maker):
    made = indicators("id | name | full_marks | score", "a | 产出 | 50 | 48", "b | 效益 | 35 | 32")
    ev = maker.evaluate(made)
    assert (ev.total, ev.full, ev.grade) == (Decimal(80), Decimal(85), "优")


def test_amounts_of_one_row_are_given_in_one_unit(maker):
    made = budget("id | name | budget | executed", "a | 设备 | 1.2亿元 | 8000万元")
    (row,) = maker.evaluate(made).data["budget"]
    assert (row["unit"], row["budget"], row["executed"]) == ("万元", "12000", "8000")


def test_a_rate_in_per_mille_is_given_in_percent(maker):
    made = budget("id | name | budget | executed | rate", "a | 设备 | 1000.00 | 5.00 | 5.0‰")
    (row,) = maker.evaluate(made).data["budget"]
    assert (row["rate"], Decimal(row["printed"]["rate"])) == ("0.50", Decimal("0.5"))


def test_answers_in_percent_are_added_not_divided(maker):
    made = table(
        "surveys",
        "id | group | valid | satisfied | basic | rate",
        "a | 职工 | 200 | 86% | 1% | 87%",
    )
    assert entry(maker.evaluate(made), "rate:surveys.a.rate").verdict == "consistent"


def test_half_a_year_of_payments_is_six_months(maker):
    made = table(
        "funds",
        "id | name | period | expenditure | closing | months",
        "a | 基金 | 2019-01/2019-06 | 60.00 | 20.00 | 2.0",
    )
    assert entry(maker.evaluate(made), "months:funds.a.months").verdict == "consistent"


def test_the_same_sum_in_two_units_may_be_cut_off(maker):
    made = facts(
        "id | name | value | same_as",
        "a | 收入 | 3.27亿元 | facts.b.value",
        "b | 收入 | 32799万元 |",
    )
    found = entry(maker.evaluate(made), "disagreement:facts.a.value=facts.b.value")
    assert found.verdict == "rounding"


def test_at_least_so_many_is_kept_by_more(maker):
    made = facts(
        "id | parent | name | value",
        "t | | 合计 | ≥1000人",
        "a | t | 甲 | 600人",
        "b | t | 乙 | 450人",
    )
    assert entry(maker.evaluate(made), "sum:facts.t.value").verdict == "consistent"


def test_a_finding_that_rests_on_a_disputed_figure_says_so(qingdao):
    text = "\n".join(as_markdown(block) for block in findings.findings(qingdao))
    told = text.split("可支配月数低于目标")[1].split("###")[0]
    assert "“城乡居民基本医疗保险基金”的累计结余没有通过数据核查" in told
    summary = "\n".join(as_markdown(block) for block in overview.audit_summary(qingdao))
    assert "25.83亿元" in summary
