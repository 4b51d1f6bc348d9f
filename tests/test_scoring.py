"""Scores: the sentences of tests/scoring/*.yaml, and what holds for every score.

A sentence names a rule set, an indicator as a table prints it and the marks it earns; `marks: null`
means that nothing is computed. `explains` is the explanation, `least` the lower end of a band,
`settings` what the case states otherwise, `budget` the row of a budget that is its evidence.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from cases import ROOT, budget, entry, indicators, verdicts
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evalbook.cells import parse_cell
from evalbook.model import Row
from evalbook.rulefaults import rule_set_faults, setting_faults
from evalbook.rules import Rules, in_force
from evalbook.rulesets import RuleSet
from evalbook.schema import Override
from evalbook.score import full_marks, score, score_row, total
from evalbook.scoring import KINDS, Score
from evalbook.standards import TableKind, Units
from evalbook.strict import read_model
from evalbook.yamlfile import read_yaml

FOLDER = ROOT / "tests" / "scoring"
RULE_SETS = ROOT / "params" / "rules"
KIND = read_model(TableKind, ROOT / "params" / "tables" / "indicators.yaml", "indicators", [])
KEYS = {"name", "rules", "indicator", "marks", "least", "explains", "settings"}
OF_BUDGET = {"name", "rules", "rule", "actual", "budget", "marks", "explains", "settings"}
OF_GRADE = {"name", "rules", "total", "full", "grade"}
FEWEST = 180


def sentences(key: str) -> list[pytest.param]:
    """The sentences that state `key`: `indicator`, `budget` or `grade`."""
    return [
        pytest.param(each, id=f"{path.stem}: {each['name']}")
        for path in sorted(FOLDER.glob("*.yaml"))
        for each in read_yaml(path, path.name).content
        if key in each
    ]


@cache
def chain_of(name: str) -> list[RuleSet]:
    """A rule set and its base, without faults."""
    faults: list = []
    chain = [read_model(RuleSet, RULE_SETS / f"{name}.yaml", name, faults)]
    if chain[0].base:
        chain.append(read_model(RuleSet, RULE_SETS / f"{chain[0].base}.yaml", name, faults))
    faults += [fault for n in range(len(chain)) for fault in rule_set_faults(chain[n:], name)]
    assert faults == []
    return chain


def rules_of(name: str, stated: list[dict[str, str]] | None = None) -> Rules:
    overrides = tuple(Override(**each) for each in stated or ())
    assert setting_faults(chain_of(name), overrides, "settings") == []
    return in_force(chain_of(name), name, None, overrides)


NAMES = sorted(path.stem for path in RULE_SETS.glob("*.yaml"))
SETS = {name: rules_of(name) for name in NAMES}
TEN, HUNDRED_ONE = SETS["caiyu-2020-10"], SETS["caiyu-2021-101"]
LISTED = read_model(Units, ROOT / "params" / "units.yaml", "units", []).units
UNITS = {unit: (kind, size) for kind, sizes in LISTED.items() for unit, size in sizes.items()}


def indicator(**printed: str) -> Row:
    cells = {name: parse_cell(text, KIND.columns[name]) for name, text in printed.items()}
    return Row("indicators", "a", "第 2 行", "i1", "", cells)


def earned(rules: Rules = TEN, **printed: str) -> Score:
    return score_row(indicator(**printed), rules, UNITS)


def judge(sentence: dict[str, Any], scored: Score) -> None:
    expected = None if sentence["marks"] is None else Decimal(sentence["marks"])
    assert scored.marks == expected, scored.explanation
    assert (" = " in scored.explanation) == (expected is not None)
    if "explains" in sentence:
        assert scored.explanation == sentence["explains"]
    if "least" in sentence:
        assert scored.least == Decimal(sentence["least"])


@pytest.mark.parametrize("sentence", sentences("indicator"))
def test_an_indicator_earns_what_the_sentence_says(sentence):
    rules = rules_of(sentence["rules"], sentence.get("settings"))
    judge(sentence, score_row(indicator(**sentence["indicator"]), rules, UNITS))


@pytest.mark.parametrize("sentence", sentences("budget"))
def test_execution_is_scored_on_the_base_that_the_rule_declares(sentence, maker):
    printed = sentence["budget"]
    case = maker.load(
        budget(f"id | {' | '.join(printed)}", f"line | {' | '.join(printed.values())}"),
        indicators(
            "id | full_marks | rule | actual | evidence",
            f"a | 10 | {sentence['rule']} | {sentence.get('actual', '')} | budget.line",
        ),
        params={"rules": sentence["rules"], "settings": sentence.get("settings", [])},
    )
    judge(sentence, score(case)["indicators.a.score"])


@pytest.mark.parametrize("sentence", sentences("grade"))
def test_a_total_is_in_its_grade(sentence):
    rules = rules_of(sentence["rules"])
    grade = rules.grade(Decimal(sentence["total"]), Decimal(sentence["full"]))
    assert grade == sentence["grade"]


def test_a_sentence_says_what_is_known_and_no_more():
    """A misspelt key would be a check that nobody makes."""
    for key, known in (("indicator", KEYS), ("budget", OF_BUDGET), ("grade", OF_GRADE)):
        wrong = {p.id: set(p.values[0]) - known for p in sentences(key) if set(p.values[0]) - known}
        assert wrong == {}
    ids = [p.id for key in ("indicator", "budget", "grade") for p in sentences(key)]
    assert len(ids) == len(set(ids))
    assert len(ids) >= FEWEST


def test_the_sentences_cover_every_kind_and_every_rule_of_every_set():
    scored = {
        (each["rules"], rule.id)
        for each in (p.values[0] for p in sentences("indicator"))
        for row in [indicator(**each["indicator"])]
        for rules in [rules_of(each["rules"], each.get("settings"))]
        if (rule := rules.rule_of(row["rule"].text, row["direction"].text))
    } | {(p.values[0]["rules"], p.values[0]["rule"]) for p in sentences("budget")}
    own = {(name, rule) for name in NAMES for rule in chain_of(name)[0].rules}
    assert own - scored == set()
    kinds = {spec.kind for name in NAMES for spec in chain_of(name)[0].rules.values()}
    assert kinds == set(KINDS)


def test_the_same_indicator_earns_each_rule_set_s_own_marks(maker):
    """70 % of the target: 70 % of the marks under 10号, 25 % under 101号, and each says so."""
    made = indicators(
        "id | name | full_marks | direction | target | actual",
        "a | 完成率 | 10 | higher | 100% | 70%",
    )
    for rules, marks, rule in (
        ("caiyu-2020-10", "7.00", "proportion"),
        ("caiyu-2021-101", "2.50", "threshold"),
    ):
        ev = maker.evaluate(made, params={"rules": rules})
        (found,) = ev.data["indicators"]
        assert (ev.data["rules"], found["computed"], found["rule"]) == (rules, marks, rule)
        assert found["explanation"].endswith(f" = {marks}")
        assert ev.total == Decimal(marks)


def test_an_explanation_reads_as_a_person_would_write_it():
    scored = earned(full_marks="15", direction="higher", target="8755人", actual="8676人")
    assert scored.explanation == "15 × 8676 ÷ 8755 = 14.86"


def test_a_zero_target_without_a_direction_is_no_invitation():
    """Two accidents where none were wanted is not “target reached”."""
    for rules in (TEN, HUNDRED_ONE):
        scored = earned(rules, full_marks="10", target="0起", actual="2起")
        assert scored.marks in {None, Decimal(0)}


@pytest.mark.parametrize("name", NAMES)
def test_the_rules_of_the_national_text_are_in_every_set(name):
    needed = {"proportion", "lower", "equal", "range", "execution", "qualitative"}
    assert {*needed, "assigned", "published"} <= set(SETS[name].rules)


def test_a_dash_for_a_rule_is_no_rule():
    scored = earned(full_marks="10", rule="—", target="100人", actual="90人")
    assert scored.marks == 9


# ---- what holds for every score

DIRECTIONS = ("higher", "lower", "equal", "zero", "range", "")
FULL = st.sampled_from(["1", "5", "7.5", "10", "30"])
NUMBERS = st.decimals(min_value=-200, max_value=200, places=2)
POSITIVE = st.decimals(min_value="0.01", max_value=200, places=2)
COMPARING = st.sampled_from([TEN, HUNDRED_ONE, SETS["beijing-haidian-2016"]])
EVERY_RULE = st.sampled_from([(s, r) for s in SETS.values() for r in s.rules])
UNIT = st.sampled_from(["%", "起", "项", "万元", "个月", ""])
# rules of which less is better, more is better, and those that follow the direction
FALLING = ("lower", "staff_control", "three_public_change", "false_claims", "diversion")
RISING = ("proportion", "threshold", "satisfaction", "checklist")


def target_text(direction: str, number: Decimal) -> str:
    return f"{abs(number)}-{abs(number) + 3}%" if direction == "range" else f"{number}%"


@settings(max_examples=400)
@given(EVERY_RULE, FULL, st.sampled_from(DIRECTIONS), NUMBERS, NUMBERS, UNIT)
def test_every_rule_of_every_set_stays_within_the_marks(
    named, full, direction, target, actual, unit
):
    rules, rule = named
    printed = {"full_marks": full, "rule": rule, "target": f"{target}{unit}"}
    if direction:
        printed["direction"] = direction
    scored = earned(rules, **printed, actual=f"{actual}{unit}")
    assert scored.marks is None or 0 <= scored.marks <= Decimal(full)
    assert scored.least is None or 0 <= scored.least <= scored.marks


@given(COMPARING, FULL, st.sampled_from(DIRECTIONS), NUMBERS, NUMBERS)
def test_a_score_lies_within_its_marks_whatever_is_printed(rules, full, direction, target, actual):
    """Negative and zero values too: a rate of change of −5 % is an ordinary target."""
    printed = {"direction": direction} if direction else {}
    text = target_text(direction, target)
    scored = earned(rules, full_marks=full, target=text, actual=f"{actual}%", **printed)
    assert scored.marks is None or 0 <= scored.marks <= Decimal(full)


@given(COMPARING, FULL, st.sampled_from(["higher", "lower"]), NUMBERS, NUMBERS)
def test_a_target_that_is_missed_never_earns_full_marks(rules, full, direction, target, actual):
    """Missed by more than a hundredth of it, so that rounding cannot close the gap."""
    short = target - actual if direction == "higher" else actual - target
    printed = {"target": f"{target}%", "actual": f"{actual}%"}
    scored = earned(rules, full_marks=full, direction=direction, **printed)
    clearly = short > abs(target) / 50
    assert scored.marks is None or not clearly or scored.marks < Decimal(full)


@given(COMPARING, FULL, NUMBERS)
def test_an_execution_score_lies_within_its_marks(rules, full, actual):
    scored = earned(rules, full_marks=full, rule="execution", target="100%", actual=f"{actual}%")
    assert scored.marks is None or 0 <= scored.marks <= Decimal(full)


@given(COMPARING, FULL, st.sampled_from(["higher", "lower"]), POSITIVE, POSITIVE, POSITIVE)
def test_a_better_result_never_earns_less(rules, full, direction, target, one, other):
    worse, better = sorted((one, other), reverse=direction == "lower")
    printed = {"full_marks": full, "direction": direction, "target": f"{target}%"}
    marks = [earned(rules, **printed, actual=f"{each}%").marks for each in (worse, better)]
    assert marks[0] <= marks[1]


@settings(max_examples=200)
@given(EVERY_RULE, FULL, POSITIVE, NUMBERS, NUMBERS, UNIT)
def test_no_rule_rewards_the_worse_of_two_results(named, full, target, one, other, unit):
    rules, rule = named
    assume(rule in {*FALLING, *RISING})
    worse, better = sorted((one, other), reverse=rule in FALLING)
    printed = {"full_marks": full, "rule": rule, "target": f"{target}{unit}"}
    scored = [earned(rules, **printed, actual=f"{each}{unit}") for each in (worse, better)]
    if None not in {each.marks for each in scored}:
        assert scored[0].marks <= scored[1].marks
        assert (scored[0].least or 0) <= (scored[1].least or scored[1].marks)


@given(st.sampled_from(list(SETS.values())), FULL, NUMBERS, NUMBERS)
def test_more_of_the_budget_spent_never_earns_less_up_to_all_of_it(rules, full, one, other):
    marks = [
        earned(rules, full_marks=full, rule="execution", actual=f"{min(each, Decimal(100))}%").marks
        for each in sorted((one, other))
    ]
    assert marks[0] <= marks[1]


@given(COMPARING, FULL, POSITIVE, POSITIVE, POSITIVE)
def test_nearer_to_a_range_never_earns_less(rules, full, low, one, other):
    high = low + 3

    def distance(value: Decimal) -> Decimal:
        return max(low - value, value - high, Decimal(0))

    same_side = (one < low) == (other < low)
    printed = {"full_marks": full, "direction": "range", "target": f"{low}-{high}%"}
    marks = {each: earned(rules, **printed, actual=f"{each}%").marks for each in (one, other)}
    near, far = sorted((one, other), key=distance)
    assert not same_side or marks[far] <= marks[near]


@settings(max_examples=200)
@given(EVERY_RULE, st.sampled_from(DIRECTIONS), POSITIVE, POSITIVE)
def test_marks_do_not_depend_on_the_unit_that_money_is_printed_in(named, direction, target, actual):
    rules, rule = named
    printed = {"full_marks": "10", "rule": rule} | ({"direction": direction} if direction else {})
    yuan = {"target": f"{target * 10000:f}元", "actual": f"{actual * 10000:f}元"}
    wan = {"target": f"{target}万元", "actual": f"{actual}万元"}
    mixed = {"target": wan["target"], "actual": yuan["actual"]}
    scores = [earned(rules, **printed, **each) for each in (yuan, wan, mixed)]
    assert len({(each.marks, each.least) for each in scores}) == 1


@settings(max_examples=25)
@given(st.permutations(range(5)))
def test_the_total_does_not_depend_on_the_order_of_rows(maker, order):
    rows = [
        "a | | 60 | | | |",
        "b | | 40 | higher | 100% | 50% |",
        "a1 | a | 20 | higher | 10件 | 9件 |",
        "a2 | a | 20 | lower | 5天 | 10天 |",
        "a3 | a | 20 | | | | 12.5",
    ]
    case = maker.load(
        indicators(
            "id | parent | full_marks | direction | target | actual | score",
            *[rows[number] for number in order],
        )
    )
    scores = score(case)
    # 10 × 9 ÷ 10 × 2 + 20 × 5 ÷ 10 + 12.5 + 40 × 50 ÷ 100 = 18 + 10 + 12.5 + 20
    assert total(case, scores) == Decimal("60.50")


def test_a_printed_score_above_unscored_rows_counts_for_them(maker):
    """Three level-3 rows, one without a score: the section's own printed score stands."""
    case = maker.load(
        indicators(
            "id | parent | full_marks | score",
            "a | | 30 | 25",
            "a1 | a | 15 | 14",
            "a2 | a | 15 |",
            "b | | 70 | 65.5",
        )
    )
    assert total(case, {}) == Decimal("90.5")


def test_a_branch_without_any_score_leaves_the_total_open(maker):
    case = maker.load(indicators("id | parent | full_marks | score", "a | | 30 | 25", "b | | 70 |"))
    assert total(case, {}) is None


def test_a_root_that_does_not_apply_counts_neither_for_the_total_nor_for_its_full_marks(maker):
    case = maker.load(
        indicators("id | full_marks | score", "a | 40 | 36", "b | 50 | 45", "c | — | —")
    )
    assert (total(case, score(case)), full_marks(case)) == (81, 90)
    assert case.rules.grade(Decimal(81), full_marks(case)) == "优"


def test_a_row_below_that_does_not_apply_takes_its_marks_from_the_full_marks(maker):
    """Its target and actual would earn 8 of 10."""
    case = maker.load(
        indicators(
            "id | parent | full_marks | direction | target | actual | score",
            "a | | 30 | | | | ",
            "b | a | 20 | | | | ",
            "b1 | b | 10 | higher | 10件 | 9件 | ",
            "b2 | b | 10 | higher | 10件 | 8件 | —",
            "c | a | 10 | higher | 10件 | 10件 | ",
            "d | | 70 | | | | 63",
        )
    )
    scores = score(case)
    assert scores["indicators.b2.score"].marks is None
    assert (total(case, scores), full_marks(case)) == (82, 90)


def test_a_total_whose_full_marks_nobody_prints_is_of_the_usual_total(maker):
    case = maker.load(indicators("id | full_marks | score", "a | 40 | 36", "b | | 45"))
    assert full_marks(case) == 100


# ---- one definition of the year's budget


@pytest.mark.parametrize(
    ("printed", "rate"),
    [
        ({"budget": "100", "adjustment": "20", "executed": "90"}, "75.00"),
        ({"budget": "100", "adjustment": "-10", "executed": "90"}, "100.00"),
        ({"budget": "100", "adjustment": "20", "adjusted": "150", "executed": "90"}, "60.00"),
        ({"planned": "180", "executed": "90"}, "50.00"),
        ({"planned": "180", "budget": "100", "executed": "90"}, "90.00"),
    ],
)
def test_table_audit_and_score_divide_by_the_same_budget(maker, printed, rate):
    ev = maker.evaluate(
        budget(
            f"id | {' | '.join(printed)} | rate", f"t | {' | '.join(printed.values())} | {rate}%"
        ),
        indicators("id | full_marks | rule | evidence", "a | 10 | execution | budget.t"),
    )
    assert ev.computed("budget.t.rate") == Decimal(rate)
    assert entry(ev, "rate:budget.t.rate").verdict == "consistent"
    assert ev.scores["indicators.a.score"].marks == Decimal(rate) / 10


def test_spending_within_budget_and_adjustment_is_within_the_budget(maker):
    ev = maker.evaluate(
        budget("id | budget | adjustment | executed | balance", "t | 100 | 20 | 110 | 10")
    )
    assert verdicts(ev)["budget-line:budget.t.executed"] == "consistent"
    assert verdicts(ev)["balance:budget.t.balance"] == "consistent"


# ---- which score counts for the total


def test_an_assigned_score_counts_as_assigned(maker):
    """The rule would give 9; the evaluator gave 7 and said why."""
    case = maker.load(
        indicators(
            "id | full_marks | direction | target | actual | score | score_basis | reason",
            "a | 10 | higher | 100人 | 90人 | 7 | assigned | 服务有投诉",
        )
    )
    assert total(case, score(case)) == 7


@pytest.mark.parametrize(("printed", "counted"), [("7", "7"), ("8.5", "8.00"), ("", "8.00")])
def test_a_score_within_its_band_counts_as_printed(maker, printed, counted):
    """部分达成 leaves 6 to 8 of 10 marks to judgement; outside of it the rule's own marks count."""
    case = maker.load(
        indicators(
            "id | full_marks | direction | target | actual | score | reason",
            f"a | 10 | qualitative | 达成 | 部分达成年度指标并具有一定效果 | {printed} | 有差距",
        )
    )
    assert total(case, score(case)) == Decimal(counted)


# ---- what the audit says


def test_a_printed_score_under_101_is_held_against_its_own_formula(maker):
    made = indicators(
        "id | name | full_marks | direction | target | actual | score | reason",
        "a | 覆盖率 | 10 | higher | 100% | 70% | 7 | 进度慢",
    )
    found = entry(
        maker.evaluate(made, params={"rules": "caiyu-2021-101"}), "rule-score:indicators.a.score"
    )
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert (found.computed, found.printed, found.gap) == ("2.5", "7", "-4.5")
    assert "按 10 × (70 ÷ 100 − 60%) ÷ (1 − 60%) 复算为 2.5分" in found.message
    ten = entry(maker.evaluate(made), "proportion:indicators.a.score")
    assert ten.verdict == "consistent"


def test_a_score_that_no_step_holds_cannot_be_checked(maker):
    made = indicators(
        "id | name | full_marks | rule | actual | score", "a | 执行率 | 10 | execution | 104% | 10"
    )
    found = entry(
        maker.evaluate(made, params={"rules": "caiyu-2021-101"}),
        "execution-score:indicators.a.score",
    )
    assert (found.verdict, found.severity) == ("unverifiable", "note")
    assert "不在“执行率分档”的任何一档之内" in found.message


@pytest.mark.parametrize(
    ("rate", "printed", "verdict"),
    [
        ("97.35%", "9.73", "consistent"),  # 10 × 389.38 ÷ 400 = 9.7345
        ("97.35%", "9.74", "consistent"),  # 10 × 97.35%, the rate rounded first
        ("97.35%", "9.75", "inconsistent"),
        ("98.35%", "9.84", "inconsistent"),  # follows from a rate that is not the budget's
    ],
)
def test_a_score_may_follow_from_the_rate_as_printed(maker, rate, printed, verdict):
    ev = maker.evaluate(
        budget("id | adjusted | executed", "t | 400.00 | 389.38"),
        indicators(
            "id | full_marks | rule | actual | score | evidence",
            f"a | 10 | execution | {rate} | {printed} | budget.t",
        ),
    )
    found = entry(ev, "execution-score:indicators.a.score")
    assert found.verdict == verdict
    assert "budget.t" in found.inputs


def test_a_deduction_may_lie_anywhere_in_its_range(maker):
    for marks, verdict in (("6", "consistent"), ("3", "consistent"), ("2", "inconsistent")):
        made = indicators(
            "id | full_marks | rule | actual | score | reason",
            f"a | 10 | false_claims | 1起 | {marks} | 虚列支出",
        )
        ev = maker.evaluate(made, params={"rules": "hunan-yiyang"})
        assert entry(ev, "rule-score:indicators.a.score").verdict == verdict


def test_a_score_on_the_edge_of_its_band_says_which_band_claims_it(maker):
    row = "a | 10 | qualitative | 达成 | 部分达成年度指标并具有一定效果 | {} | 有差距"
    headings = "id | full_marks | direction | target | actual | score | reason"
    for marks, said in (("8", True), ("7.9", False), ("6", False)):
        found = entry(
            maker.evaluate(indicators(headings, row.format(marks))), "rule-score:indicators.a.score"
        )
        assert found.verdict == "consistent"
        assert ("正好是分界（含），属于上一档" in found.message) == said


@pytest.mark.parametrize(
    ("rules", "total_marks", "grade", "verdict", "severity", "said"),
    [
        ("henan-zhengzhou", "89.5", "良", "unverifiable", "note", "不在郑州市绩效评价评分说明的"),
        ("henan-zhengzhou", "89", "良", "consistent", None, ""),
        ("henan-zhengzhou", "79", "良", "inconsistent", "error", "应为“中”"),
        ("guangxi", "95", "一等", "unverifiable", "note", "没有各等级的分数线"),
        ("guangxi", "95", "优", "inconsistent", "error", "一等、二等、三等、四等"),
        ("caiyu-2021-101", "89.5", "优", "inconsistent", "error", "按财预〔2020〕10号应为“良”"),
    ],
)  # fmt: skip
def test_a_grade_follows_the_bands_of_its_rule_set(
    maker, rules, total_marks, grade, verdict, severity, said
):
    stated = {"rules": rules, "published": {"score": total_marks, "full": "100", "grade": grade}}
    ev = maker.evaluate(params=stated)
    found = entry(ev, "grade:case.published.grade")
    assert (found.verdict, found.severity) == (verdict, severity)
    assert said in found.message


def test_the_marks_of_execution_are_those_of_the_rule_set(maker):
    made = indicators("id | full_marks | rule", "a | 20 | execution", "b | 80 |")
    for rules, expected in (
        ("caiyu-2020-10", ["inconsistent"]),
        ("hubei-xiangyang", ["consistent"]),
        ("caishe-2022-65", []),
    ):
        ev = maker.evaluate(made, params={"stance": "self", "rules": rules})
        found = [each for each in ev.audit.entries if "预算执行率的分值" in each.message]
        assert [each.verdict for each in found] == expected
