"""The audit of the text: headings, attachments, template text, dates, findings, answers."""

from __future__ import annotations

import pytest
from cases import entry, facts, indicators, kinds, table, verdicts


def headings(*numbers: str) -> list[dict[str, str]]:
    return [
        {"id": f"h{n}", "number": number, "title": f"标题{n}"} for n, number in enumerate(numbers)
    ]


# ---- headings

IN_ORDER = [
    "一、",
    "（一）",
    "1.",
    "（1）",
    "（2）",
    "2.",
    "（二）",
    "1.",
    "二、",
    "（一）",
    "三、",
]


def test_headings_in_order_are_consistent(maker):
    ev = maker.evaluate(headings=headings(*IN_ORDER))
    assert len(ev.audit.entries) == len(IN_ORDER)
    assert set(verdicts(ev).values()) == {"consistent"}


@pytest.mark.parametrize(
    ("numbers", "wrong", "expected"),
    [
        (["一、", "三、"], 1, "二、"),
        (["一、", "一、"], 1, "二、"),
        (["一、", "（一）", "（三）"], 2, "（二）"),
        (["一、", "（一）", "（2）"], 2, "（二）"),
        (["一、", "（一）", "1.", "3."], 3, "2."),
        (["九、", "十一、"], 1, "十、"),
    ],
)
def test_a_skipped_or_misspelt_number_is_a_note(maker, numbers, wrong, expected):
    found = entry(maker.evaluate(headings=headings(*numbers)), f"heading-gap:text.h{wrong}.number")
    assert (found.verdict, found.severity) == ("inconsistent", "note")
    assert f"“{numbers[wrong]}标题{wrong}”" in found.message
    assert f"此处应为“{expected}”" in found.message


def test_one_gap_is_told_once(maker):
    ev = maker.evaluate(headings=headings("一、", "（一）", "（2）", "（三）", "二、"))
    assert kinds(ev) == ["heading-gap"]


@pytest.mark.parametrize(
    ("numbers", "wrong", "expected"),
    [
        (["1、", "（1）", "（2）", "二、", "（一）", "1.", "2.", "（二）", "三、"], 0, "一、"),
        (["一、", "（1）", "（二）", "（三）", "二、"], 1, "（一）"),
    ],
)
def test_a_first_heading_in_another_style_than_those_after_it_is_the_one_that_is_wrong(
    maker, numbers, wrong, expected
):
    ev = maker.evaluate(headings=headings(*numbers))
    assert kinds(ev) == ["heading-gap"]
    found = entry(ev, f"heading-gap:text.h{wrong}.number")
    assert f"“{numbers[wrong]}标题{wrong}”的序号与后文不连续" in found.message
    assert f"此处应为“{expected}”" in found.message


def test_a_second_heading_in_another_style_is_wrong_where_nothing_after_it_keeps_that_style(maker):
    ev = maker.evaluate(headings=headings("一、", "（一）", "（2）", "二、", "（一）"))
    assert [each.where for each in ev.audit.problems] == ["text.h2.number"]


def test_headings_past_ten_are_in_order(maker):
    chinese = ["十、", "十一、", "十二、"]
    first = [f"{number}、" for number in "一二三四五六七八九"]
    assert kinds(maker.evaluate(headings=headings(*first, *chinese))) == []


def test_headings_without_a_number_are_left_alone(maker):
    made = [{"id": "h", "title": "前言"}, {"id": "i", "text": "我们自己的话", "slot": "other"}]
    assert maker.evaluate(headings=made).audit.entries == ()


# ---- attachments and template text


def test_an_attachment_that_is_named_and_absent_is_a_warning(maker):
    ev = maker.evaluate(
        attachments=[
            {"id": "sheet", "title": "指标评分表", "present": False},
            {"id": "form", "title": "问卷", "present": True},
        ]
    )
    absent = entry(ev, "missing-attachment:source.sheet")
    assert (absent.verdict, absent.severity) == ("inconsistent", "warning")
    assert "“指标评分表”" in absent.message
    assert entry(ev, "missing-attachment:source.form").verdict == "consistent"


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("title", "项目概况（200字以内）"),
        ("name", "XX项目完成率"),
        ("reason", "××原因"),
        ("actual", "说明完成情况"),
        ("target", "此处填写目标"),
    ],
)
def test_template_text_that_nobody_filled_in_is_an_error(maker, heading, text):
    if heading == "title":
        where = "text.h.title"
        ev = maker.evaluate(headings=[{"id": "h", "title": text}])
    else:
        where = f"indicators.a.{heading}"
        ev = maker.evaluate(indicators(f"id | {heading}", f"a | {text}"))
    found = entry(ev, f"unfilled:{where}")
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert text in found.message


def test_ordinary_text_is_not_taken_for_a_template(maker):
    made = indicators(
        "id | name | actual | reason", "a | X光检查完成率 | 95% | 情况说明见附件2，共500字"
    )
    assert kinds(maker.evaluate(made)) == []


# ---- documents and dates


def documents(*rows: str):
    return table("documents", "id | title | number | date", *rows)


def test_a_document_number_in_the_wrong_brackets_is_a_note(maker):
    ev = maker.evaluate(
        documents("a | 改革方案 | 国办发[2018]67号 |", "b | 办法 | 财预〔2020〕10号 | 2020-02-25")
    )
    wrong = entry(ev, "disagreement:documents.a.number")
    assert (wrong.verdict, wrong.severity) == ("inconsistent", "note")
    assert "国办发[2018]67号" in wrong.message
    assert "〔〕" in wrong.message
    assert entry(ev, "disagreement:documents.b.number").verdict == "consistent"


def test_a_document_issued_before_its_own_year_is_impossible(maker):
    ev = maker.evaluate(documents("a | 办法 | 财预〔2020〕10号 | 2019-02-25"))
    found = entry(ev, "impossible-date:documents.a.number")
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert "财预〔2020〕10号" in found.message
    assert "2019-02-25" in found.message


@pytest.mark.parametrize("day", ["2019-02-29", "2019-04-31", "2019-13-01"])
def test_a_day_that_no_calendar_has_is_impossible(maker, day):
    ev = maker.evaluate(table("incidents", "id | name | date", f"a | 开标 | {day}"))
    found = entry(ev, "impossible-date:incidents.a.date")
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert day in found.message


def test_a_date_that_does_not_apply_is_none(maker):
    ev = maker.evaluate(table("incidents", "id | name | date | due", "a | 验收 | 2019-10-01 | —"))
    assert kinds(ev) == []


def test_a_leap_day_is_a_day(maker):
    ev = maker.evaluate(table("incidents", "id | name | date", "a | 开标 | 2020-02-29"))
    assert kinds(ev) == []


# ---- findings and recommendations


def answered(maker, findings, recommendations):
    made = {"findings": findings, "recommendations": recommendations}
    return maker.evaluate(findings=made)


def finding(own: str, **more: str) -> dict:
    return {"id": own, "number": "（一）", "title": f"问题{own}", **more}


def advice(own: str, *answers: str, **more: str) -> dict:
    return {"id": own, "title": f"建议{own}", "answers": list(answers), **more}


def test_a_finding_and_its_recommendation_answer_each_other(maker):
    ev = answered(maker, [finding("a")], [advice("r", "a")])
    assert entry(ev, "orphan-finding:findings.a").inputs == ("recommendations.r",)
    assert entry(ev, "orphan-recommendation:recommendations.r").inputs == ("findings.a",)
    assert kinds(ev) == []


def test_a_finding_that_nobody_answers_is_a_warning(maker):
    ev = answered(maker, [finding("a"), finding("b")], [advice("r", "a")])
    found = entry(ev, "orphan-finding:findings.b")
    assert (found.verdict, found.severity) == ("inconsistent", "warning")
    assert "问题（一）“问题b”没有对应的建议" in found.message
    assert kinds(ev) == ["orphan-finding"]


def test_a_recommendation_for_nothing_is_a_warning(maker):
    ev = answered(maker, [finding("a")], [advice("r", "a"), advice("s")])
    found = entry(ev, "orphan-recommendation:recommendations.s")
    assert (found.verdict, found.severity) == ("inconsistent", "warning")
    assert "“建议s”没有针对任何已列的问题" in found.message


def test_an_answer_above_or_below_counts(maker):
    nested = [finding("a"), finding("a1", parent="a"), finding("b"), finding("b1", parent="b")]
    ev = answered(maker, nested, [advice("r", "a"), advice("r1", parent="r"), advice("s", "b1")])
    assert kinds(ev) == []


# ---- what was accepted


def test_an_accepted_entry_stays_and_is_no_longer_a_problem(maker):
    made = facts("id | parent | value", "t | | 9.00元", "a | t | 5.00元")
    accepted = [
        {"id": "sum:facts.t.value", "by": "复核人", "date": "2020-12-01", "why": "另有说明"}
    ]
    ev = maker.evaluate(made, accepted=accepted)
    found = entry(ev, "sum:facts.t.value")
    assert (found.accepted, found.verdict, found.severity) == (True, "inconsistent", "error")
    assert ev.audit.problems == []
    assert [each.id for each in maker.evaluate(made).audit.problems] == ["sum:facts.t.value"]


def test_problems_are_listed_worst_first(maker):
    ev = maker.evaluate(
        facts("id | parent | value", "t | | 9.00元", "a | t | 5.00元"),
        headings=headings("一、", "三、"),
        attachments=[{"id": "sheet", "title": "评分表", "present": False}],
    )
    assert [each.severity for each in ev.audit.problems] == ["error", "warning", "note"]


def test_a_heading_with_nothing_below_it_is_told(maker):
    """Guangzhou prints 目标设置情况 and leaves it at that."""
    headings = [
        {"id": "a", "number": "一、", "title": "概况"},
        {"id": "b", "number": "（一）", "title": "目标设置情况", "empty": "true"},
    ]
    table_of_one = facts("id | name | value", "a | 人数 | 3人")
    ev = maker.evaluate(table_of_one, headings=headings)
    assert [e.where for e in ev.audit.entries if e.kind == "unfilled"] == ["text.b.title"]
    assert "“（一）目标设置情况”之下没有内容" in entry(ev, "unfilled:text.b.title").message
