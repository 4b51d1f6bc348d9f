"""Guangzhou 2020 against its published report: a total and a grade, no tree, figures in prose."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from cases import ROOT

from evalbook import evaluate, load
from evalbook.paths import Workbook

CASE = "guangzhou-2020"

# Every figure of the report that stands in no budget line: id, value, unit, word, period.
FACTS = {
    "tasks": ("6", "项", None, "2020"),
    "indicators": ("28", "项", None, "2020"),
    "institutions": ("2", "个", None, None),
    "covid_claims": ("175.1", "万人次", None, "2020"),
    "covid_fund": ("1.5", "亿元", None, "2020"),
    "covid_advance": ("4.7", "亿元", None, "2020"),
    "make_up": ("3", "个月", None, "2020"),
    "relief": ("197.6", "亿元", None, "2020"),
    "relieved": ("57", "万家", None, "2020"),
    "online_items": ("20", "项", "多", "2020"),
    "contactless": ("14", "万笔", "超", "2020"),
    "care_agencies": ("204", "家", None, "2020-12-31"),
    "care_people": ("2.5", "万人", "超", "../2020-12-31"),
    "care_paid": ("7.9", "亿元", None, "../2020-12-31"),
    "suisuikang": ("250", "万人", "超", "2020-12-31"),
    "aid_people": ("119.1", "万人次", None, "2020"),
    "aid_paid": ("5.8", "亿元", None, "2020"),
    "aid_children": ("23", "人次", None, "2020"),
    "consumable_classes": ("17", "大类", None, "2020"),
    "consumable_products": ("9", "万个", "逾", "2020"),
    "fund_saved": ("3.7", "亿元", None, "2020"),
    "patients_saved": ("2.2", "亿元", None, "2020"),
    "joint_cities": ("14", "个", None, "../2020"),
    "joint_saved": ("87.4", "亿元", None, "../2020"),
    "script_lower": ("3", "个月", None, "2020"),
    "script_other": ("1", "个月", None, "2020"),
    "script_visits": ("277.1", "万人次", None, "2020"),
    "script_paid": ("7.3", "亿元", None, "2020"),
    "violators": ("305", "家", None, "2020"),
    "referred": ("8", "宗", None, "2020"),
    "campaigns": ("30", "次", None, "2020"),
    "campaign_people": ("10160", "人次", None, "2020"),
    "experts": ("190", "人", None, None),
    "core_experts": ("64", "人", None, None),
    "expert_fields": ("39", "类", None, None),
    "vouchers": ("818", "万张", None, "../2020"),
    "account_payments": ("308", "万笔", "余", "../2020"),
    "account_paid": ("4.1", "亿元", None, "../2020"),
    "bound": ("794", "万人", None, "2020-12-31"),
    "mobile_paid": ("3.85", "亿元", None, "../2020-12-31"),
    "remote_hospitals": ("325", "家", None, "2020-12-31"),
    "remote_agencies": ("3.7", "万家", "多", "2020-12-31"),
    "inbound": ("84.1", "万人次", None, "2020"),
    "outbound": ("2.3", "万人次", None, "2020"),
    "care_items": ("37", "项", None, None),
}
# Which recommendation answers which finding.
ANSWERS = {
    "monitoring_duty": ["dual_monitoring"],
    "monitoring_targets": ["incomplete_targets"],
    "monitoring_skills": ["incomplete_targets"],
    "care_costing": ["care_items"],
    "care_joint": ["care_overlap"],
    "care_channels": ["care_survey"],
    "care_abroad": ["care"],
    "connect_report": ["aid_system"],
    "connect_upgrade": ["survey_system", "aid_system"],
}


@pytest.fixture(scope="module")
def guangzhou():
    return evaluate(load(CASE, Workbook(ROOT)))


@pytest.fixture(scope="module")
def entries(guangzhou):
    return {each.id: each for each in guangzhou.audit.entries}


# ---- a total and a grade, and nothing below them


def test_the_score_is_the_published_one_and_nothing_is_computed(guangzhou):
    assert guangzhou.data["score"] == {
        "total": "87.01",
        "full": None,
        "rate": None,
        "grade": "良",
        "basis": "published",
        "computed": {"total": None, "grade": None},
    }


def test_no_framework_and_no_indicator_is_made_up(guangzhou):
    assert guangzhou.data["framework"] is None
    assert guangzhou.data["sections"] == guangzhou.data["indicators"] == []


def test_the_grade_fits_the_score(entries):
    assert entries["grade:case.published.grade"].verdict == "consistent"


# ---- the money


def test_the_shares_come_out_as_printed(guangzhou, entries):
    rows = {row["id"]: row for row in guangzhou.data["budget"]}
    total = Decimal(rows["total"]["executed"])
    assert total == Decimal("742037.07")
    for own, executed, share in (
        ("basic", "19575.86", "2.64"),
        ("project", "722461.22", "97.36"),
    ):
        by_hand = (Decimal(executed) / total * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert (rows[own]["executed"], rows[own]["share"]) == (executed, str(by_hand))
        assert (rows[own]["printed"]["share"], str(by_hand)) == (share, share)
        assert entries[f"share:budget.{own}.share"].verdict == "consistent"


def test_the_two_parts_exceed_the_total_by_a_rounding(entries):
    found = entries["sum:budget.total.executed"]
    assert (found.verdict, found.severity) == ("rounding", "note")
    assert (found.computed, found.printed, found.gap) == ("742037.08", "742037.07", "0.01")


def test_the_execution_rate_is_kept_as_printed_and_never_computed(guangzhou, entries):
    total = next(row for row in guangzhou.data["budget"] if row["id"] == "total")
    assert (total["rate"], total["printed"]["rate"]) == (None, "99.54")
    bases = ("applied", "planned", "budget", "adjustment", "adjusted", "due", "in_place", "balance")
    assert [total[column] for column in bases] == [None] * len(bases)
    assert entries["rate:budget.total.rate"].verdict == "unverifiable"


# ---- the figures of the text


def test_every_fact_is_the_printed_one(guangzhou):
    facts = {each["id"]: each for each in guangzhou.data["facts"]}
    columns = ("value", "unit", "approximate", "period")
    assert {own: tuple(facts[own][c] for c in columns) for own in FACTS} == FACTS
    assert set(facts) - set(FACTS) == {
        "task_groups",
        "absolute_share",
        "maternity_online",
        "half_levy",
    }


def test_the_review_of_the_targets_is_carried(guangzhou, entries):
    facts = {each["id"]: each for each in guangzhou.data["facts"]}
    share = facts["absolute_share"]
    assert (share["value"], share["share"], share["approximate"]) == (None, "60", "约")
    assert share["of"] == "facts.indicators.value"
    assert entries["share:facts.absolute_share.share"].verdict == "unverifiable"
    assert facts["maternity_online"]["value"] == "100"
    six = "disagreement:facts.task_groups.value=facts.tasks.value"
    assert entries[six].verdict == "consistent"


def test_what_has_no_table_is_empty(guangzhou):
    for part in ("funds", "payments", "samples", "surveys", "incidents", "parts"):
        assert guangzhou.data[part] == []


def test_the_three_policies_have_neither_number_nor_date(guangzhou):
    assert [(d["number"], d["date"]) for d in guangzhou.data["documents"]] == [(None, None)] * 3


# ---- the text


def test_the_missing_second_chapter_is_the_only_gap_of_the_headings(entries):
    gaps = [own for own, e in entries.items() if own.startswith("heading-gap:") and e.severity]
    assert gaps == ["heading-gap:text.h3.number"]
    assert "此处应为“二、”" in entries["heading-gap:text.h3.number"].message


def test_the_headings_stand_in_printed_order(guangzhou):
    printed = [each.number for each in guangzhou.case.texts if each.number]
    sections = ["（一）", "（二）", "（三）"]
    assert printed == [
        *("一、", "（一）", "（二）"),
        *("三、", *sections, "（四）", "（五）"),
        *("四、", *sections),
        *("五、", *sections),
    ]


def test_findings_and_recommendations_are_trees_of_two_levels(guangzhou):
    for part, count in (("findings", 10), ("recommendations", 12)):
        each = guangzhou.data[part]
        tops = [one["number"] for one in each if one["parent"] is None]
        assert (len(each), tops) == (count, ["（一）", "（二）", "（三）"])
        below = [one["number"] for one in each if one["parent"] is not None]
        assert set(below) <= {"一是", "二是", "三是", "四是"}


def test_each_recommendation_answers_the_findings_it_is_for(guangzhou, entries):
    given = {each["id"]: each["answers"] for each in guangzhou.data["recommendations"]}
    assert {own: answers for own, answers in given.items() if answers} == ANSWERS
    orphans = [own for own, e in entries.items() if own.startswith("orphan") and e.severity]
    assert orphans == []
