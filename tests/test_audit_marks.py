"""The audit of marks: totals, the grade, reasons, the scope of a rule, low execution."""

from __future__ import annotations

from decimal import Decimal

import pytest
from cases import budget, entry, indicators, kinds, table, verdicts


def published(score: str = "90.31", full: str = "100", rate: str = "90.31%", grade: str = "优"):
    stated = {"score": score, "full": full, "rate": rate, "grade": grade}
    return {"published": {key: value for key, value in stated.items() if value}}


SCORES = indicators(
    "id | full_marks | score | reason", "a | 40 | 35.31 | 有缺口", "b | 60 | 55 | 有缺口"
)


# ---- totals


def test_totals_that_add_up_are_consistent(maker):
    ev = maker.evaluate(SCORES, params=published())
    for wanted in ("full-marks", "sum"):
        key = "full" if wanted == "full-marks" else "score"
        found = entry(ev, f"{wanted}:case.published.{key}")
        assert (found.verdict, found.gap.strip("0.")) == ("consistent", "")
        assert len(found.inputs) == 2
    assert entry(ev, "rate:case.published.rate").verdict == "consistent"
    assert kinds(ev) == []


def test_a_total_that_is_not_the_sum_of_its_rows(maker):
    ev = maker.evaluate(SCORES, params=published(score="91.31", rate="91.31%"))
    found = entry(ev, "sum:case.published.score")
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert (found.computed, found.printed, found.gap) == ("90.31", "91.31", "-1.00")
    assert "35.31 + 55" in found.message
    assert "91.31" in found.message


def test_marks_are_recomputed_to_the_last_place(maker):
    """Printed as a whole number, the total is still 0.69 too much, not 1."""
    ev = maker.evaluate(SCORES, params=published(score="91", rate="91%"))
    found = entry(ev, "sum:case.published.score")
    assert (found.verdict, found.computed, found.gap) == ("inconsistent", "90.31", "-0.69")


def test_full_marks_that_do_not_add_to_the_total(maker):
    """The ten marks for budget execution are forgotten."""
    short = indicators("id | full_marks | score", "a | 50 | 50", "b | 40 | 40")
    ev = maker.evaluate(short, params=published(score="90", rate="90%"))
    found = entry(ev, "full-marks:case.published.full")
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert (found.computed, found.printed, found.gap) == ("90", "100", "-10")


def test_a_rate_of_marks_that_does_not_fit_its_total(maker):
    ev = maker.evaluate(SCORES, params=published(rate="91.31%"))
    found = entry(ev, "rate:case.published.rate")
    assert (found.verdict, found.severity, found.gap) == ("inconsistent", "error", "-1.00")


def test_totals_are_taken_from_below_where_a_group_prints_none(maker):
    made = indicators(
        "id | parent | full_marks | score | reason",
        "g | | | |",
        "a | g | 40 | 35.31 | 有缺口",
        "b | | 60 | 55 | 有缺口",
    )
    assert entry(maker.evaluate(made, params=published()), "sum:case.published.score").gap == "0.00"


# ---- the grade


@pytest.mark.parametrize(
    ("score", "grade"),
    [("90", "优"), ("89.99", "良"), ("80", "良好"), ("60", "中"), ("59.99", "差"), ("95", "优秀")],
)
def test_a_grade_that_fits_its_total(maker, score, grade):
    ev = maker.evaluate(params=published(score=score, rate="", grade=grade))
    assert entry(ev, "grade:case.published.grade").verdict == "consistent"


@pytest.mark.parametrize(
    ("score", "grade", "expected"),
    [("89.99", "优", "良"), ("90", "良", "优"), ("59.99", "中", "差")],
)
def test_a_grade_that_does_not_fit_its_total(maker, score, grade, expected):
    found = entry(
        maker.evaluate(params=published(score=score, rate="", grade=grade)),
        "grade:case.published.grade",
    )
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert f"得分 {score}" in found.message
    assert f"应为“{expected}”" in found.message
    assert f"公布的等级是“{grade}”" in found.message
    assert "财预〔2020〕10号" in found.message


def test_a_grade_follows_the_rate_when_the_total_is_not_a_hundred(maker):
    ev = maker.evaluate(params=published(score="108", full="120", rate="", grade="优"))
    assert entry(ev, "grade:case.published.grade").verdict == "consistent"


def test_a_grade_without_a_score_cannot_be_checked(maker):
    found = entry(
        maker.evaluate(params=published(score="", full="", rate="")), "grade:case.published.grade"
    )
    assert (found.verdict, found.severity) == ("unverifiable", "note")


# ---- reasons


def test_marks_lost_without_a_reason_are_a_warning(maker):
    made = indicators("id | name | full_marks | score | reason", "a | 质量 | 10 | 8.5 |")
    found = entry(maker.evaluate(made), "missing-reason:indicators.a.reason")
    assert (found.verdict, found.severity) == ("inconsistent", "warning")
    assert "“质量”扣 1.5 分，没有说明原因" in found.message


def test_marks_lost_with_a_reason_are_fine_and_full_marks_need_none(maker):
    made = indicators(
        "id | full_marks | score | reason", "a | 10 | 8.5 | 有两项返工", "b | 10 | 10 |"
    )
    ev = maker.evaluate(made)
    assert entry(ev, "missing-reason:indicators.a.reason").verdict == "consistent"
    assert "missing-reason:indicators.b.reason" not in verdicts(ev)


def test_a_group_leaves_its_reasons_to_the_rows_below(maker):
    made = indicators(
        "id | parent | full_marks | score | reason", "g | | 10 | 8 |", "a | g | 10 | 8 | 返工"
    )
    assert kinds(maker.evaluate(made)) == []


# ---- scores by the rule set

HEADINGS = "id | full_marks | direction | target | actual | rule | score | score_basis | reason"


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ("a | 10 | higher | 100人 | 90人 | | {} | published | 差十人", "proportion"),
        ("a | 10 | | 100% | 90% | execution | {} | published | 结转", "execution-score"),
        ("a | 10 | lower | 9天 | 10天 | | {} | published | 超时", "rule-score"),
        ("a | 10 | higher | 100人 | 90人 | | {} | computed | 差十人", "proportion"),
    ],
)
def test_a_printed_score_follows_from_target_and_actual(maker, row, wanted):
    good = entry(
        maker.evaluate(indicators(HEADINGS, row.format("9.00"))), f"{wanted}:indicators.a.score"
    )
    assert (good.verdict, good.severity) == ("consistent", None)
    high = entry(
        maker.evaluate(indicators(HEADINGS, row.format("9.50"))), f"{wanted}:indicators.a.score"
    )
    assert (high.verdict, high.severity) == ("inconsistent", "error")
    assert (Decimal(high.computed), Decimal(high.gap)) == (9, Decimal("-0.5"))
    assert "9.50" in high.message
    assert f"复算为 {high.computed}分" in high.message


def test_more_taken_off_than_the_rule_asks_is_a_note_when_explained(maker):
    row = "a | 10 | higher | 100人 | 90人 | | 7 | published | {}"
    told = entry(
        maker.evaluate(indicators(HEADINGS, row.format("服务有投诉"))),
        "proportion:indicators.a.score",
    )
    assert (told.verdict, told.severity) == ("inconsistent", "note")
    untold = entry(
        maker.evaluate(indicators(HEADINGS, row.format(""))), "proportion:indicators.a.score"
    )
    assert (untold.verdict, untold.severity) == ("inconsistent", "error")


def test_an_assigned_score_is_not_held_against_the_rule(maker):
    made = indicators(HEADINGS, "a | 10 | higher | 100人 | 90人 | | 7 | assigned | 服务有投诉")
    assert "proportion:indicators.a.score" not in verdicts(maker.evaluate(made))


# ---- the scope of a rule


def scope(maker, fund: str, months: str = "6-9个月"):
    return maker.evaluate(
        indicators(
            "id | name | direction | target | actual | same_as",
            f"m | 可支配月数 | range | {months} | 7个月 | funds.f.months",
        ),
        table("funds", "id | name | months", f"f | {fund} | 7.00"),
    )


def test_a_rule_for_one_fund_used_on_another_is_a_warning(maker):
    found = entry(scope(maker, "城乡居民基本医疗保险基金"), "rule-scope:indicators.m.target")
    assert (found.verdict, found.severity) == ("inconsistent", "warning")
    assert "人社部发〔2009〕67号（未核对原文）" in found.message
    assert "针对职工基本医疗保险统筹基金，这里用于“城乡居民基本医疗保险基金”" in found.message
    assert "6-9个月" in found.message


def test_a_rule_used_on_its_own_fund_is_fine(maker):
    ev = scope(maker, "职工基本医疗保险统筹基金")
    assert entry(ev, "rule-scope:indicators.m.target").verdict == "consistent"


def test_another_range_of_months_is_no_use_of_the_rule(maker):
    assert "rule-scope" not in kinds(scope(maker, "城乡居民基本医疗保险基金", "3-6个月"))


# ---- low execution

LOW = "id | parent | name | budget | executed | rate | note"


def test_a_low_line_that_nobody_explains_is_a_warning(maker):
    ev = maker.evaluate(budget(LOW, "a | | 信息化 | 227 | 11.54 | 5.08% |"))
    found = entry(ev, "missing-reason:budget.a.rate")
    assert (found.verdict, found.severity) == ("inconsistent", "warning")
    assert "“信息化”的执行率为 5.08%，低于 80%，没有说明原因" in found.message


def test_a_line_at_the_limit_is_not_low(maker):
    ev = maker.evaluate(budget(LOW, "a | | 甲 | 100.00 | 80.00 | 80.00% |"))
    assert "missing-reason:budget.a.rate" not in verdicts(ev)


@pytest.mark.parametrize(
    ("note", "evidence"), [("招标推迟", ""), ("", "budget.a.rate"), ("", "budget.t.executed")]
)
def test_a_note_or_a_finding_on_the_line_or_above_it_explains_it(maker, note, evidence):
    found = [{"id": "slow", "title": "执行慢", "evidence": [evidence]}] if evidence else []
    ev = maker.evaluate(
        budget(
            LOW,
            "t | | 合计 | 200.00 | 111.54 | 55.77% | 见问题一",
            f"a | t | 信息化 | 100.00 | 11.54 | 11.54% | {note}",
            "b | t | 其他 | 100.00 | 100.00 | 100.00% |",
        ),
        findings={"findings": found},
    )
    assert entry(ev, "missing-reason:budget.a.rate").verdict == "consistent"


def test_another_line_s_finding_explains_nothing(maker):
    ev = maker.evaluate(
        budget(LOW, "a | | 甲 | 100.00 | 11.54 | 11.54% |", "b | | 乙 | 100.00 | 5.00 | 5.00% |"),
        findings={"findings": [{"id": "slow", "title": "慢", "evidence": ["budget.b.rate"]}]},
    )
    assert entry(ev, "missing-reason:budget.a.rate").verdict == "inconsistent"
    assert entry(ev, "missing-reason:budget.b.rate").verdict == "consistent"


@pytest.mark.parametrize(
    ("executed", "rate", "score", "verdict"),
    [
        ("70.00", "70.00%", "92", "inconsistent"),
        ("95.00", "95.00%", "92", "consistent"),
        ("70.00", "70.00%", "85", None),
    ],
)
def test_low_execution_beside_a_high_total_needs_a_word(maker, executed, rate, score, verdict):
    ev = maker.evaluate(
        budget(LOW, f"t | | 合计 | 100.00 | {executed} | {rate} | 结转"),
        params=published(score=score, rate="", grade=""),
    )
    found = verdicts(ev).get("low-execution-high-score:budget.t.rate")
    assert found == verdict
    if verdict == "inconsistent":
        told = entry(ev, "low-execution-high-score:budget.t.rate")
        assert told.severity == "warning"
        assert "整体执行率 70.00%，综合得分 92" in told.message


def test_a_setting_of_the_case_moves_the_limit_with_its_reason(maker):
    made = budget(LOW, "a | | 甲 | 100.00 | 85.00 | 85.00% |")
    moved = {"settings": [{"name": "low_execution", "value": "90%", "reason": "本省办法"}]}
    assert kinds(maker.evaluate(made)) == []
    found = entry(maker.evaluate(made, params=moved), "missing-reason:budget.a.rate")
    assert "低于 90%" in found.message


# ---- targets far exceeded, and the marks of the framework


@pytest.mark.parametrize(
    ("actual", "score", "reason", "verdict"),
    [
        ("131人", "10", "", "inconsistent"),
        ("131人", "10", "下半年扩面", "consistent"),
        ("130人", "10", "", None),
        ("131人", "9", "扣一分", None),
    ],
)
def test_a_target_far_exceeded_with_full_marks_needs_a_word(maker, actual, score, reason, verdict):
    row = f"a | 10 | higher | 100人 | {actual} | | {score} | published | {reason}"
    ev = maker.evaluate(indicators(HEADINGS, row))
    assert verdicts(ev).get("overshoot:indicators.a.actual") == verdict
    if verdict == "inconsistent":
        found = entry(ev, "overshoot:indicators.a.actual")
        assert found.severity == "warning"
        assert "完成 131人，超过指标值 100人 的 130%" in found.message


def test_less_of_what_should_be_low_is_no_overshoot(maker):
    ev = maker.evaluate(
        indicators(HEADINGS, "a | 10 | lower | 1天 | 3天 | | 10 | assigned | 另有批准")
    )
    assert "overshoot:indicators.a.actual" not in verdicts(ev)


def test_full_marks_are_those_of_the_framework(maker):
    """The framework gives 投入 ten marks."""
    for marks, verdict, gap in (("10", "consistent", "0"), ("12", "inconsistent", "-2")):
        ev = maker.evaluate(indicators("id | full_marks", f"input | {marks}"))
        found = entry(ev, "full-marks:indicators.input.full_marks")
        assert (found.verdict, found.computed, found.gap) == (verdict, "10", gap)


@pytest.mark.parametrize(
    ("marks", "stance", "verdict"),
    [
        ("10", "self", "consistent"),
        ("20", "self", "inconsistent"),
        ("20", "third-party", None),
    ],
)
def test_a_self_evaluation_gives_execution_ten_marks(maker, marks, stance, verdict):
    made = indicators("id | full_marks | rule", f"a | {marks} | execution", "b | 80 |")
    ev = maker.evaluate(made, params={"stance": stance, "kind": "project"})
    found = [each for each in ev.audit.entries if "预算执行率的分值" in each.message]
    assert [each.verdict for each in found] == ([verdict] if verdict else [])
    if verdict == "inconsistent":
        assert (found[0].kind, found[0].severity) == ("full-marks", "warning")
        assert "20 分" in found[0].message
        assert "10 分" in found[0].message


def test_marks_of_execution_that_are_not_printed_are_unknown_not_zero(maker):
    made = indicators(
        "id | parent | name | full_marks | rule | score",
        "process | | 过程 | 25 | | 25",
        "rate | process | 预算执行率 | | execution | 2",
    )
    ev = maker.evaluate(made, params={"stance": "self", "kind": "project"})
    assert entry(ev, "full-marks:case.published.full").verdict == "unverifiable"


def test_a_qualitative_score_may_lie_anywhere_in_its_band(maker):
    """Partly reached earns 60 to 80 % of ten marks."""
    row = (
        "a | 10 | qualitative | 达成 | 部分达成年度指标并具有一定效果 | | {} | published | 尚有差距"
    )
    for score, verdict in (("8", "consistent"), ("6.5", "consistent"), ("8.5", "inconsistent")):
        ev = maker.evaluate(indicators(HEADINGS, row.format(score)))
        assert entry(ev, "rule-score:indicators.a.score").verdict == verdict


def test_marks_lost_by_the_rate_alone_need_no_other_reason(maker):
    """The annex has no cell for the reason of the execution row."""
    lines = indicators(
        "id | name | full_marks | rule | actual | score",
        "execution | 预算执行率 | 10 | execution | 90% | 9",
        "quantity | 参保人数 | 90 | assigned | | 80",
    )
    ev = maker.evaluate(lines, params={"stance": "self", "kind": "project"})
    missing = [e.where for e in ev.audit.entries if e.kind == "missing-reason"]
    assert missing == ["indicators.quantity.reason"]


def test_a_department_need_not_give_execution_ten_marks(maker):
    """财预〔2020〕10号 第十三条 is written for projects."""
    lines = indicators("id | name | full_marks | score", "a | 产出 | 100 | 90")
    asked = {}
    for kind in ("project", "department"):
        ev = maker.evaluate(lines, params={"stance": "self", "kind": kind})
        asked[kind] = [e for e in ev.audit.entries if e.id == "full-marks:case.published.full"]
    assert len(asked["project"]) == 1
    assert asked["department"] == []
