"""Scores: the sentences of tests/scoring/*.yaml, and what holds for every score.

A sentence names an indicator as a table prints it and the marks it earns; `marks: null` means that
nothing is computed.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from cases import ROOT, indicators
from hypothesis import given, settings
from hypothesis import strategies as st

from evalbook.cells import parse_cell
from evalbook.model import Row
from evalbook.rules import Rules, in_force
from evalbook.score import RULES, Score, score, score_row, total
from evalbook.standards import RuleSet, TableKind, Units
from evalbook.strict import read_model
from evalbook.yamlfile import read_yaml

FOLDER = ROOT / "tests" / "scoring"
RULE_SETS = ROOT / "params" / "rules"
KIND = read_model(TableKind, ROOT / "params" / "tables" / "indicators.yaml", "indicators", [])


def sentences(*files: str) -> list[pytest.param]:
    paths = [path for path in sorted(FOLDER.glob("*.yaml")) if not files or path.stem in files]
    return [
        pytest.param(each, id=f"{path.stem}: {each['name']}")
        for path in paths
        for each in read_yaml(path, path.name).content
        if files or "indicator" in each
    ]


def rules_of(name: str) -> Rules:
    faults: list = []
    rules = read_model(RuleSet, RULE_SETS / f"{name}.yaml", name, faults)
    assert not faults
    return in_force(rules, name, None, ())


TEN = rules_of("caiyu-2020-10")
LISTED = read_model(Units, ROOT / "params" / "units.yaml", "units", []).units
UNITS = {unit: (kind, size) for kind, sizes in LISTED.items() for unit, size in sizes.items()}


def indicator(**printed: str) -> Row:
    cells = {name: parse_cell(text, KIND.columns[name]) for name, text in printed.items()}
    return Row("indicators", "a", "第 2 行", "i1", "", cells)


def earned(**printed: str) -> Score:
    return score_row(indicator(**printed), TEN, UNITS)


@pytest.mark.parametrize("sentence", sentences())
def test_an_indicator_earns_what_the_sentence_says(sentence):
    scored = score_row(indicator(**sentence["indicator"]), rules_of(sentence["rules"]), UNITS)
    expected = None if sentence["marks"] is None else Decimal(sentence["marks"])
    assert scored.marks == expected
    assert (scored.explanation == "") == (expected is None)


@pytest.mark.parametrize("sentence", sentences("grades"))
def test_a_total_is_in_its_grade(sentence):
    rules = rules_of(sentence["rules"])
    grade = rules.grade(Decimal(sentence["total"]), Decimal(sentence["full"]))
    assert grade == sentence["grade"]


def test_the_sentences_cover_every_rule():
    used = {param.values[0]["indicator"].get("rule") for param in sentences()}
    scored = {
        score_row(indicator(**each["indicator"]), TEN, UNITS).rule
        for each in (param.values[0] for param in sentences())
    }
    assert set(RULES) <= used | scored
    assert len(sentences()) >= 30


def test_an_explanation_reads_as_a_person_would_write_it():
    scored = earned(full_marks="15", direction="higher", target="8755人", actual="8676人")
    assert scored.explanation == "15 × 8676 ÷ 8755 = 14.86"


def test_a_zero_target_without_a_direction_is_no_invitation():
    """Two accidents where none were wanted is not “target reached”."""
    scored = earned(full_marks="10", target="0起", actual="2起")
    assert scored.marks in {None, Decimal(0)}


# ---- what holds for every score

DIRECTIONS = ("higher", "lower", "equal", "zero", "range", "")
FULL = st.sampled_from(["1", "5", "7.5", "10", "30"])
NUMBERS = st.decimals(min_value=-200, max_value=200, places=2)
POSITIVE = st.decimals(min_value="0.01", max_value=200, places=2)


def target_text(direction: str, number: Decimal) -> str:
    return f"{abs(number)}-{abs(number) + 3}%" if direction == "range" else f"{number}%"


@given(FULL, st.sampled_from(DIRECTIONS), NUMBERS, NUMBERS)
def test_a_score_lies_within_its_marks_whatever_is_printed(full, direction, target, actual):
    """Negative and zero values too: a rate of change of −5 % is an ordinary target."""
    scored = earned(
        full_marks=full,
        direction=direction,
        target=target_text(direction, target),
        actual=f"{actual}%",
    )
    assert scored.marks is None or 0 <= scored.marks <= Decimal(full)


@given(FULL, st.sampled_from(["higher", "lower"]), NUMBERS, NUMBERS)
def test_a_target_that_is_missed_never_earns_full_marks(full, direction, target, actual):
    """Missed by more than a hundredth of it, so that rounding cannot close the gap."""
    short = target - actual if direction == "higher" else actual - target
    scored = earned(full_marks=full, direction=direction, target=f"{target}%", actual=f"{actual}%")
    clearly = short > abs(target) / 50
    assert scored.marks is None or not clearly or scored.marks < Decimal(full)


@given(FULL, NUMBERS)
def test_an_execution_score_lies_within_its_marks(full, actual):
    scored = earned(full_marks=full, rule="execution", target="100%", actual=f"{actual}%")
    assert scored.marks is None or 0 <= scored.marks <= Decimal(full)


@given(FULL, st.sampled_from(["higher", "lower"]), POSITIVE, POSITIVE, POSITIVE)
def test_a_better_result_never_earns_less(full, direction, target, one, other):
    worse, better = sorted((one, other), reverse=direction == "lower")
    marks = [
        earned(full_marks=full, direction=direction, target=f"{target}%", actual=f"{each}%").marks
        for each in (worse, better)
    ]
    assert marks[0] <= marks[1]


@given(FULL, POSITIVE, POSITIVE, POSITIVE)
def test_nearer_to_a_range_never_earns_less(full, low, one, other):
    high = low + 3

    def distance(value: Decimal) -> Decimal:
        return max(low - value, value - high, Decimal(0))

    same_side = (one < low) == (other < low)
    marks = {
        each: earned(
            full_marks=full, direction="range", target=f"{low}-{high}%", actual=f"{each}%"
        ).marks
        for each in (one, other)
    }
    near, far = sorted((one, other), key=distance)
    assert not same_side or marks[far] <= marks[near]


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
