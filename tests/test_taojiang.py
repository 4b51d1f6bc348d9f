"""Taojiang 2021 against its published self-evaluation: scores of groups, targets of all kinds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from cases import ROOT

from evalbook import evaluate, load
from evalbook.paths import Workbook

CASE = "taojiang-2021"

# The printed tree, with the scores that the text gives: a group's score stands above its rows.
SCORES = {
    "decision": "20",
    "policy_followed": "4",
    "rules_followed": "3",
    "procedure_proper": "2",
    "goals": "6",
    "allocation": "5",
    "process": "25",
    "execution_rate": "2",
    "compliance": "3",
    "city_pooling": "3",
    "supervision": "3",
    "systems": "3",
    "agencies": "3",
    "software": "2",
    "reporting": "2",
    "evaluation": "4",
    "output": "44",
    "benefit": "10",
}
# Target and actual of the indicators that have figures: as printed.
TARGETS = {
    "execution_rate": ("≥90%", "100%"),
    "insured": ("≥707568人", "707568人"),
    "standard": ("≥580元", "580元/人"),
    "coverage": ("≥95%", "95.02%"),
    "double_insured": ("0", "0"),
    "false_insured": ("0", "0"),
    "policy_rate": ("≥65%", "65.01%"),
    "actual_rate": ("≥50%", "55.31%"),
    "outpatient": ("普遍开展", "全面开展"),
    "months_payable": ("6-9个月", "0.1个月"),
    "insured_satisfaction": ("≥80%", "100%"),
}
# Every figure of the text that stands in no other table.
FACTS = {
    "spending": ("60045.63", "万元"),
    "spending_basic": ("55086.41", "万元"),
    "spending_serious": ("4959.22", "万元"),
    "vaccine": ("5786.74", "万元"),
    "reserve": ("2765", "万元"),
    "insured": ("755860", "人"),
    "insured_employees": ("48292", "人"),
    "insured_residents": ("707568", "人"),
    "cover_household": ("85.94", None),
    "poor_raise": ("10", None),
    "poor_threshold": ("50", None),
    "poor_county": ("85", None),
    "poor_classes": ("4", "类"),
    "poor_diseases": ("9", "种"),
    "poor_outside": ("80", None),
    "five_guarantees": ("100", None),
    "special_outpatient": ("43", "种"),
    "awareness": ("95", None),
    "gates": ("4", "关"),
    "recovered": ("1168", "万元"),
    "public_levels": ("3", "级"),
    "inspections": ("2", "次"),
    "rewarded": ("2", "人"),
    "reward_paid": ("1.64", "万元"),
    "agencies": ("225", "家"),
    "clinics": ("33", "家"),
    "pharmacies": ("192", "家"),
    "inspected": ("100", None),
    "unified": ("6", "项"),
}
WITH_SQUARE_BRACKETS = {
    "province_task",
    "city_task",
    "rural",
    "reserve",
    "outpatient_province",
    "outpatient_city",
    "outpatient_county",
}


@pytest.fixture(scope="module")
def taojiang():
    return evaluate(load(CASE, Workbook(ROOT)))


@pytest.fixture(scope="module")
def entries(taojiang):
    return {each.id: each for each in taojiang.audit.entries}


@pytest.fixture(scope="module")
def indicators(taojiang):
    return {each["id"]: each for each in taojiang.data["indicators"]}


@pytest.fixture(scope="module")
def facts(taojiang):
    return {each["id"]: each for each in taojiang.data["facts"]}


# ---- the result


def test_the_total_comes_out_and_no_grade_is_filled_in(taojiang, entries):
    assert taojiang.data["score"] == {
        "total": "99",
        "full": None,
        "rate": None,
        "grade": None,
        "basis": "published",
        "computed": {"total": "99", "grade": "优"},
    }
    total = entries["sum:case.published.score"]
    assert (total.verdict, total.computed) == ("consistent", "99")


def test_it_is_a_self_evaluation_of_a_transfer(taojiang):
    data = taojiang.data
    assert (data["kind"], data["stance"]) == ("transfer", "self")
    assert taojiang.case.params.date == "2022-02-09"


def test_the_four_sections_are_those_of_the_report(taojiang):
    found = [
        (each["name"], each["section"], each["full"], each["score"])
        for each in taojiang.data["sections"]
    ]
    assert found == [
        ("项目决策", "budget", "20", "20"),
        ("过程管理", "process", "25", "25"),
        ("项目产出", "output", "45", "44"),
        ("项目效益", "benefit", "10", "10"),
    ]


# ---- the tree


def test_the_tree_is_that_of_the_framework(taojiang, indicators):
    framework = taojiang.case.framework
    of_framework = [(each.id, each.parent, each.name) for each in framework.indicators]
    of_case = [(each["id"], each["parent"], each["path"][-1]) for each in indicators.values()]
    assert of_case == of_framework
    levels = [len(each["path"]) for each in indicators.values()]
    assert (levels.count(1), levels.count(2), levels.count(3)) == (4, 8, 26)


def test_every_printed_score_is_there_and_no_other(indicators):
    assert {own: e["score"] for own, e in indicators.items() if e["score"]} == SCORES
    for own, each in indicators.items():
        expected = "published" if own in SCORES else "not published"
        assert each["basis"] == expected, own
        assert each["computed"] is None, own


def test_full_marks_are_printed_for_level_one_only(indicators):
    full = {own: each["full"] for own, each in indicators.items() if each["full"]}
    assert full == {"decision": "20", "process": "25", "output": "45", "benefit": "10"}


@pytest.mark.parametrize(
    ("group", "children"),
    [
        ("goals", ["goals_sound", "goals_detailed"]),
        ("allocation", ["allocation_timely", "allocation_sound"]),
    ],
)
def test_the_score_of_a_group_belongs_to_its_rows_together(indicators, group, children):
    assert [own for own, each in indicators.items() if each["parent"] == group] == children
    assert [indicators[own]["score"] for own in children] == [None, None]
    assert indicators[group]["score"] is not None


@pytest.mark.parametrize(
    ("section", "parts", "verdict"),
    [
        ("decision", "4 + 3 + 2 + 6 + 5", "consistent"),
        ("process", "2 + 3 + 3 + 3 + 3 + 3 + 2 + 2 + 4", "consistent"),
    ],
)
def test_the_scores_of_a_section_add_up(entries, section, parts, verdict):
    found = entries[f"sum:indicators.{section}.score"]
    assert (found.verdict, found.expression) == (verdict, parts)


def test_the_lost_mark_of_the_output_has_no_stated_place(indicators):
    below = [each for each in indicators.values() if each["parent"] == "quantity"]
    assert len(below) == 9
    assert [(each["full"], each["score"]) for each in below] == [(None, None)] * 9
    assert indicators["output"]["reason"] is None
    assert [each["id"] for each in below if each["reason"]] == ["months_payable"]


def test_targets_and_actuals_are_as_printed(indicators):
    found = {own: (indicators[own]["target"], indicators[own]["actual"]) for own in TARGETS}
    assert found == TARGETS
    assert indicators["city_pooling"]["target"] == "逐年加大"


def test_the_months_lie_far_below_the_range_that_was_set_for_another_fund(taojiang, entries):
    (fund,) = taojiang.data["funds"]
    assert (fund["months"], fund["printed"]["months"]) == (None, "0.1")
    assert fund["expenditure"] == "60045.63"
    unknown = ("opening", "income", "surplus", "closing")
    assert [fund[column] for column in unknown] == [None] * 4
    assert entries["months:funds.residents_2021.months"].verdict == "unverifiable"
    assert entries["order-claim:checks.months_short"].verdict == "consistent"
    scope = entries["rule-scope:indicators.months_payable.target"]
    assert (scope.verdict, scope.severity) == ("inconsistent", "warning")


def test_marks_of_execution_are_unknown_here(entries):
    assert entries["full-marks:case.published.full"].verdict == "unverifiable"


# ---- the money


def test_the_money_goes_from_budget_to_place_to_execution(taojiang, entries):
    rows = {row["id"]: row for row in taojiang.data["budget"]}
    chain = [
        rows["received"]["budget"],
        rows["received"]["in_place"],
        rows["execution"]["adjusted"],
        rows["execution"]["executed"],
    ]
    assert chain == ["32030.18"] * 4
    assert [rows[own]["rate"] for own in ("received", "execution")] == ["100.00", "100.00"]
    assert rows["execution"]["budget"] == "0"  # 年初未预算
    for own in ("received", "execution"):
        assert entries[f"rate:budget.{own}.rate"].verdict == "consistent"
    assert entries["disagreement:checks.chain_quota"].verdict == "consistent"
    assert entries["budget-line:checks.chain_spent"].verdict == "consistent"


def test_every_fact_is_the_printed_one(facts):
    assert {own: (facts[own]["value"], facts[own]["unit"]) for own in FACTS} == FACTS


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("spending", ["spending_basic", "spending_serious"]),
        ("insured", ["insured_employees", "insured_residents"]),
        ("agencies", ["clinics", "pharmacies"]),
    ],
)
def test_what_adds_up_in_the_text_adds_up_here(facts, entries, whole, parts):
    assert [own for own, each in facts.items() if each["parent"] == whole] == parts
    assert sum(Decimal(facts[own]["value"]) for own in parts) == Decimal(facts[whole]["value"])
    assert entries[f"sum:facts.{whole}.value"].verdict == "consistent"


def test_the_two_bases_of_the_coverage_are_kept_apart(indicators, facts, entries):
    assert "户籍人口" in facts["cover_household"]["name"]
    assert "常住人口" in indicators["coverage"]["path"][-1]
    for where in ("facts.cover_household.value", "indicators.coverage.actual"):
        assert entries[f"rate:{where}"].verdict == "unverifiable"


def test_rises_of_the_rates_have_no_earlier_year(facts, entries):
    for own, change in (("policy_rise", "2.26"), ("actual_rise", "5.68")):
        assert (facts[own]["value"], facts[own]["change"]) == (None, change)
        assert entries[f"change:facts.{own}.change"].verdict == "unverifiable"


# ---- what an auditor finds


def test_the_enrolment_is_met_and_not_exceeded(entries):
    found = entries["order-claim:checks.insured_over_target"]
    assert (found.verdict, found.severity) == ("inconsistent", "error")


def test_neither_surplus_nor_deficit_can_be_known(entries):
    for own in ("surplus_claimed", "deficit_claimed"):
        assert entries[f"order-claim:checks.{own}"].verdict == "unverifiable"


def test_the_reserve_goes_by_two_names_and_one_amount(entries):
    names = entries["disagreement:facts.reserve_named.name"]
    assert (names.verdict, names.severity) == ("inconsistent", "note")
    same = "disagreement:facts.reserve_output.value=facts.reserve.value"
    assert entries[same].verdict == "consistent"


def test_document_numbers_in_square_brackets_are_noted(taojiang, entries):
    numbered = [each["id"] for each in taojiang.data["documents"] if each["number"]]
    noted = {each for each in numbered if entries[f"disagreement:documents.{each}.number"].severity}
    assert (len(numbered), noted) == (10, WITH_SQUARE_BRACKETS)


def test_only_the_first_heading_is_numbered_wrongly(entries):
    gaps = [own for own, e in entries.items() if own.startswith("heading-gap:") and e.severity]
    assert gaps == ["heading-gap:text.h1.number"]
    assert "此处应为“一、”" in entries["heading-gap:text.h1.number"].message


def test_no_recommendation_fills_the_reserve_again(taojiang, entries):
    answers = {each["id"]: each["answers"] for each in taojiang.data["recommendations"]}
    assert answers == {
        "adjust_share": ["matching_funds"],
        "supervise": ["hospital_costs"],
        "bulk_purchase": ["hospital_costs"],
    }
    orphans = [own for own, e in entries.items() if own.startswith("orphan") and e.severity]
    assert orphans == ["orphan-finding:findings.thin_reserve"]


def test_what_has_no_table_is_empty(taojiang):
    for part in ("payments", "samples", "surveys", "parts"):
        assert taojiang.data[part] == []


def test_the_deadline_is_kept_without_a_date_of_payment(taojiang):
    paid = next(each for each in taojiang.data["incidents"] if each["id"] == "paid_over")
    assert (paid["due"], paid["date"]) == ("2021-12-31", None)


def test_rates_up_to_september_are_no_sums(taojiang):
    assert not any(row["period"].text.startswith("..") for _, row in taojiang.case.rows("facts"))


def test_the_subsidy_received_is_not_the_standard_for_everyone_insured(entries):
    """580元 × 707568人 is 41038.94万元; 32030.18万元 came in, and 100 % is said to have."""
    found = entries["per-head:facts.subsidy_received.value"]
    assert (found.verdict, found.computed, found.printed) == (
        "inconsistent", "41038.94", "32030.18",
    )  # fmt: skip
