"""Nested projects 嵌套项目: read, scored and audited each by itself, and against the whole."""

import json
from decimal import Decimal

import pytest
from cases import budget, entry, facts, indicators, kinds

from evalbook import InputError, evaluate, load
from evalbook.score import score

LINES = budget(
    "id | name | budget | executed | rate | same_as",
    "drg | 按病种付费 | 443 | 400 | 90.29% | parts.drg.budget.total",
    "training | 培训 | 57 | 57 | 100.00% |",
)
DRG = {
    "params": {"title": "按病种付费试点项目"},
    "tables": (
        budget(
            "id | parent | name | budget | executed | rate",
            "total | | 合计 | 443 | 400 | 90.29%",
            "build | total | 建设 | 83 | 40 | 48.19%",
            "service | total | 服务 | 360 | 360 | 100.00%",
        ),
    ),
    "findings": {
        "findings": [{"id": "slow", "title": "建设进度慢", "evidence": ["budget.build.rate"]}],
        "recommendations": [{"id": "other", "title": "加强沟通", "answers": []}],
    },
    "headings": [
        {"id": "h1", "number": "一、", "title": "概况", "text": "预算{budget.total.budget}。"}
    ],
}


def test_a_part_takes_from_the_whole_what_it_leaves_out(maker):
    whole = maker.load(LINES, parts={"drg": DRG}, params={"published": {"grade": "良"}})
    (part,) = whole.parts
    assert part.params.title == "按病种付费试点项目"
    assert part.params.kind == "project"
    assert part.params.department == whole.params.department
    assert part.params.published.grade is None
    assert part.source.document == whole.source.document
    assert part.source.tables != whole.source.tables


def test_addresses_of_a_part_are_the_same_everywhere(maker):
    ev = maker.evaluate(LINES, parts={"drg": DRG})
    assert entry(ev, "sum:parts.drg.budget.total.budget").verdict == "consistent"
    assert entry(ev, "rate:parts.drg.budget.build.rate").inputs == (
        "parts.drg.budget.build.executed",
        "parts.drg.budget.build.budget",
    )
    assert entry(ev, "orphan-recommendation:parts.drg.recommendations.other").severity == "warning"
    assert entry(ev, "heading-gap:parts.drg.text.h1.number").verdict == "consistent"


def test_the_finding_of_a_part_explains_low_execution_there(maker):
    ev = maker.evaluate(LINES, parts={"drg": DRG})
    assert entry(ev, "missing-reason:parts.drg.budget.build.rate").verdict == "consistent"


def test_the_same_line_in_the_whole_and_in_a_part_is_compared(maker):
    ev = maker.evaluate(LINES, parts={"drg": DRG})
    same = "disagreement:budget.drg.executed=parts.drg.budget.total.executed"
    assert entry(ev, same).verdict == "consistent"
    other = budget("id | name | budget | executed", "total | 合计 | 443 | 399")
    ev = maker.evaluate(
        LINES, parts={"drg": DRG | {"tables": (other,), "findings": None, "headings": ()}}
    )
    assert entry(ev, same).verdict == "inconsistent"


def test_the_audit_of_the_whole_holds_that_of_its_parts(maker):
    ev = maker.evaluate(LINES, parts={"drg": DRG})
    (part,) = ev.parts
    within = [each for each in ev.audit.entries if each.where.startswith("parts.drg.")]
    assert list(part.audit.entries) == within
    assert len(ev.audit.entries) > len(within) > 0


def test_evaluation_json_of_a_part_has_the_keys_of_the_whole(maker):
    data = json.loads(maker.evaluate(LINES, parts={"drg": DRG}).text)
    (part,) = data["parts"]
    assert set(part) == set(data) - {"parts"}
    assert part["case"] == "drg"
    assert [line["id"] for line in part["budget"]] == ["total", "build", "service"]
    assert part["budget"][1]["rate"] == "48.19"


def test_amounts_of_a_part_are_in_its_own_money_unit(maker):
    yuan = budget("id | name | budget | executed", "total | 合计 | 4430000 | 4000000")
    part = {"params": {"money_unit": "元"}, "tables": (yuan,)}
    ev = maker.evaluate(LINES, parts={"drg": part})
    same = "disagreement:budget.drg.executed=parts.drg.budget.total.executed"
    assert entry(ev, same).verdict == "consistent"


def test_the_execution_of_a_part_is_scored_in_its_own_money_unit(maker):
    """The whole's 万元 holds neither for the part's 元 nor beside a base in 万元."""
    rows = (
        budget("id | adjusted | executed", "line | 120万元 | 900000"),
        indicators("id | full_marks | rule | evidence", "a | 10 | execution | budget.line"),
    )
    part = {"params": {"title": "子项目", "money_unit": "元"}, "tables": rows}
    case = maker.load(params={"money_unit": "万元"}, parts={"drg": part})
    assert score(case.parts[0])["parts.drg.indicators.a.score"].marks == Decimal("7.50")
    whole = maker.load(
        indicators(
            "id | full_marks | rule | evidence", "a | 10 | execution | parts.drg.budget.line"
        ),
        params={"money_unit": "万元"},
        parts={"drg": {"params": part["params"], "tables": rows[:1]}},
    )
    found = score(whole)["indicators.a.score"]
    assert found.marks == Decimal("7.50")
    assert "900000元 ÷ 120万元" in found.explanation


def test_settings_of_the_whole_do_not_follow_a_part_to_another_rule_set(maker):
    stated = [{"name": "threshold.pass_rate", "value": "50%", "reason": "本部门办法"}]
    row = "a | 10 | higher | 100% | 70%"
    rows = (indicators("id | full_marks | direction | target | actual", row),)
    for own, marks in (({}, "4.00"), ({"rules": "caiyu-2020-10"}, "7.00")):
        part = {"params": {"title": "子项目"} | own, "tables": rows}
        case = maker.load(
            params={"rules": "caiyu-2021-101", "settings": stated}, parts={"drg": part}
        )
        found = score(case.parts[0])["parts.drg.indicators.a.score"]
        assert found.marks == Decimal(marks)


def test_an_entry_of_a_part_is_accepted_by_its_whole_address(maker):
    name = "orphan-recommendation:parts.drg.recommendations.other"
    accepted = [{"id": name, "by": "复核", "date": "2021-01-01", "why": "统一要求"}]
    ev = maker.evaluate(LINES, parts={"drg": DRG}, accepted=accepted)
    assert entry(ev, name).accepted
    assert entry(ev.parts[0], name).accepted
    assert "orphan-recommendation" not in [each.kind for each in ev.audit.problems]


def test_two_parts_may_use_the_same_ids(maker):
    ev = maker.evaluate(LINES, parts={"drg": DRG, "fraud": DRG})
    assert entry(ev, "sum:parts.fraud.budget.total.budget").verdict == "consistent"
    assert len({each.id for each in ev.audit.entries}) == len(ev.audit.entries)


def test_a_part_without_rules_of_its_own_is_scored_by_those_of_the_whole(maker):
    scored = indicators(
        "id | name | full_marks | target | actual | score",
        "a | 参保人数 | 15 | 8755 | 8676 | 14.86",
    )
    ev = maker.evaluate(LINES, parts={"drg": {"tables": (scored, LINES_OF_DRG)}})
    assert entry(ev, "proportion:parts.drg.indicators.a.score").verdict == "consistent"


LINES_OF_DRG = budget("id | name | budget | executed", "total | 合计 | 443 | 400")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"findings": {"findings": [{"id": "a", "title": "慢", "evidence": ["budget.none"]}]}},
            "parts/drg/findings.yaml",
        ),
        ({"params": {"colour": "红"}}, "parts/drg/case.yaml"),
        ({"params": {"rules": "no-such"}}, "parts/drg/case.yaml"),
        (
            {"tables": (facts("id | name | value", "a | 人数 | 很多"), LINES_OF_DRG)},
            "parts/drg/facts.csv",
        ),
    ],
)
def test_a_fault_in_a_part_names_its_file(maker, change, said):
    with pytest.raises(InputError) as caught:
        maker.load(LINES, parts={"drg": DRG | change})
    assert said in str(caught.value)


def test_a_folder_of_a_part_that_is_not_named_is_a_fault(maker):
    name = maker.write(LINES, parts={"drg": DRG})
    (maker.book.data(name) / "parts" / "stray").mkdir()
    with pytest.raises(InputError, match="没有登记嵌套项目 stray"):
        load(name, maker.book)


def test_a_part_that_is_named_and_not_there_is_a_fault(maker):
    name = maker.write(LINES, params={"parts": ["drg"]})
    with pytest.raises(InputError, match=r"parts/drg/case\.yaml"):
        load(name, maker.book)


def test_a_framework_that_nobody_printed_is_null(maker):
    ev = evaluate(maker.load(LINES, params={"framework": None}, parts={"drg": DRG}))
    assert ev.data["framework"] is None
    assert "full-marks" not in kinds(ev)
