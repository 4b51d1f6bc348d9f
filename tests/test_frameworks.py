"""The frameworks of params/frameworks/: what each must satisfy, and what a case makes of them.

Each test of the files names every offender, as `framework: indicator`.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from cases import ROOT, entry, indicators, kinds, verdicts, write_yaml

from evalbook import InputError
from evalbook.frameworks import (
    UNSEEN,
    by_id,
    children,
    framework_faults,
    marks_of,
    path,
    section_of,
    unseen,
)
from evalbook.ratios import RATIOS
from evalbook.sections.overview import work
from evalbook.standards import Framework, FrameworkIndicator
from evalbook.strict import read_model

FILES = sorted((ROOT / "params/frameworks").glob("*.yaml"))
NATIONAL = {
    "caiyu-2020-10",
    "caiyu-2020-10-self",
    "caiyu-2013-53",
    "caiyu-2013-53-project",
    "caiyu-2021-101",
    "caishe-2022-65",
}
UNSURE = ("未核对", "据公开转载", "凭记忆", "推断", "概括")


def read(name: str) -> Framework:
    faults: list = []
    file = ROOT / f"params/frameworks/{name}.yaml"
    framework = read_model(Framework, file, file.name, faults)
    assert faults == []
    return framework


FRAMEWORKS = {file.stem: read(file.stem) for file in FILES}


def offenders(wrong) -> list[str]:
    """`framework: indicator` of every indicator that is wrong."""
    return [
        f"{name}: {each.id}"
        for name, framework in FRAMEWORKS.items()
        for each in framework.indicators
        if wrong(framework, each)
    ]


# ---- the files


def test_the_national_frameworks_and_local_variants_are_there():
    assert set(FRAMEWORKS) >= NATIONAL | {"qingdao-2020-6"}
    assert len(set(FRAMEWORKS) - NATIONAL) >= 4


def test_every_tree_is_sound():
    found = [str(f) for name, each in FRAMEWORKS.items() for f in framework_faults(each, name)]
    assert found == []


def test_what_was_not_seen_says_so_and_says_why():
    """The reference of a marked value tells what is doubtful; an unmarked one doubts nothing."""

    def says(indicator: FrameworkIndicator) -> bool:
        return any(word in indicator.reference for word in UNSURE)

    assert offenders(lambda _, each: each.unverified != says(each)) == []


def test_every_indicator_lies_in_a_section_or_says_why_not():
    def nowhere(framework: Framework, each: FrameworkIndicator) -> bool:
        below = children(framework, each.id)
        return not (section_of(framework, each.id) or below or each.note)

    assert offenders(nowhere) == []


def test_a_section_stands_at_the_highest_level_that_lies_in_it():
    def too_low(framework: Framework, each: FrameworkIndicator) -> bool:
        sections = [one.section for one in children(framework, each.id)]
        return not (section_of(framework, each.id) or each.note) and len(set(sections)) == 1

    assert offenders(too_low) == []


def test_a_section_repeated_below_is_the_same():
    def other(framework: Framework, each: FrameworkIndicator) -> bool:
        above = {one.section for one in path(by_id(framework), each) if one.section}
        return len(above) > 1

    assert offenders(other) == []


def test_the_marks_below_do_not_exceed_those_above():
    def too_many(framework: Framework, each: FrameworkIndicator) -> bool:
        marks = [one.full_marks or Decimal(0) for one in children(framework, each.id)]
        return each.full_marks is not None and sum(marks) > each.full_marks

    assert offenders(too_many) == []


def test_the_marks_of_level_1_are_the_declared_total():
    wrong = []
    for name, framework in FRAMEWORKS.items():
        sets = [each.full_marks for each in framework.variants]
        marks = {each.id: each.full_marks for each in children(framework, None)}
        sets += [marks] if None not in marks.values() else []
        wrong += [name for each in sets if framework.total not in (None, sum(each.values()))]
    assert wrong == []


def test_every_set_of_marks_can_be_told_from_the_others():
    for name, framework in FRAMEWORKS.items():
        sets = [frozenset(each.full_marks) for each in framework.variants]
        assert len(sets) == len(set(sets)), name


def test_a_ratio_in_a_framework_bears_the_name_it_has_in_the_code():
    """预算执行率 is not measured by a ratio called something else."""

    def other(_: Framework, each: FrameworkIndicator) -> bool:
        if not each.formula:
            return False
        title = RATIOS[each.formula].title.split("（")[0]
        return title not in each.name and each.name not in title

    assert offenders(other) == []


def test_every_ratio_is_used_by_a_framework():
    used = {each.formula for known in FRAMEWORKS.values() for each in known.indicators}
    assert used - {None} == set(RATIOS)


# ---- the facts of the regulations that a case depends on


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("caiyu-2020-10-self", {"execution": 10, "output": 50, "benefit": 30, "satisfaction": 10}),
        ("hubei-suizhou", {"decision": 2, "management": 13, "performance": 85}),
        ("hunan-yiyang", {"decision": 15, "management": 25, "performance": 60}),
        ("ningxia-yinchuan", {"decision": 10, "management": 25, "output": 30, "benefit": 35}),
        ("hainan", {"decision": 20, "management": 25, "performance": 55}),
        ("shanghai-pudong-2018", {"decision": 10, "management": 24, "performance": 66}),
        ("hubei-xiangyang", {"execution": 20, "goals": 80}),
        ("sichuan-0013zp", {"execution": 10, "performance": 90}),
        ("caiyu-2020-10", {}),
        ("caiyu-2013-53", {}),
        ("caishe-2022-65", {}),
    ],
)
def test_level_1_has_the_marks_that_are_printed_and_no_other(name, marks):
    roots = children(FRAMEWORKS[name], None)
    assert {each.id: each.full_marks for each in roots if each.full_marks is not None} == marks


@pytest.mark.parametrize(
    ("present", "marks"),
    [
        ("costs output benefit satisfaction", (10, 20, 40, 20, 10)),
        ("output benefit satisfaction", (10, None, 50, 30, 10)),
        ("costs output benefit", (10, 20, 40, 30, None)),
        ("output benefit", (10, None, 50, 40, None)),
    ],
)
def test_the_101_marks_depend_on_the_indicators_there_are(present, marks):
    known = marks_of(FRAMEWORKS["caiyu-2021-101"], ["execution", *present.split(), "l3_visits"])
    level_1 = ("execution", "costs", "output", "benefit", "satisfaction")
    assert tuple(known.get(each) for each in level_1) == marks


@pytest.mark.parametrize(
    ("name", "indicator", "ratio"),
    [
        ("caiyu-2020-10", "execution_rate", "execution_rate_2020"),
        ("caiyu-2020-10-self", "execution", "execution_rate_adjusted"),
        ("caiyu-2020-10", "quality_rate", "quality_rate_2020"),
        ("caiyu-2013-53", "quality", "quality_rate_2013"),
        ("caiyu-2013-53", "budget_adjustment_rate", "budget_adjustment_rate"),
        ("henan-2022-4", "budget_adjustment_rate", "budget_adjustment_rate_henan"),
    ],
)
def test_the_denominators_differ_where_the_regulations_do(name, indicator, ratio):
    assert by_id(FRAMEWORKS[name])[indicator].formula == ratio


# ---- what is wrong with a framework of one's own

SOUND = {
    "schema": 1,
    "title": "某市指标体系",
    "reference": "某文",
    "levels": 2,
    "indicators": [
        {"id": "output", "name": "产出", "section": "output", "reference": "某文"},
        {"id": "rate", "parent": "output", "name": "完成率", "reference": "某文"},
    ],
}


@pytest.mark.parametrize(
    ("change", "where", "problem", "remedy"),
    [
        ({"formula": "key_rate"}, "rate formula", "没有名为“key_rate”的公式", "key_work_rate"),
        ({"parent": "outptu"}, "rate parent", "上级“outptu”不存在", "是否想写“output”"),
        ({"parent": "rate"}, "rate parent", "rate 的上级关系绕成了圈", "逐级向上"),
        ({"id": "output", "parent": None}, "indicators", "编号 output 重复", "请改用别的编号"),
    ],
)  # fmt: skip
def test_a_fault_of_a_framework_says_where_and_what(maker, change, where, problem, remedy):
    first, second = SOUND["indicators"]
    write_yaml(maker.book.framework_file("own"), SOUND | {"indicators": [first, second | change]})
    with pytest.raises(InputError) as caught:
        maker.load(params={"framework": "own"})
    text = str(caught.value)
    assert "params/frameworks/own.yaml" in text
    assert [part for part in (where, problem, remedy) if part not in text] == []


def test_all_faults_of_a_framework_are_said_at_once(maker):
    first, second = SOUND["indicators"]
    third = {"id": "low", "parent": "rate", "name": "率", "formula": "x", "reference": "某文"}
    variants = [{"name": "甲", "full_marks": {"outpt": 10}, "reference": "某文"}]
    content = SOUND | {"indicators": [first, second, third], "variants": variants}
    write_yaml(maker.book.framework_file("own"), content)
    with pytest.raises(InputError) as caught:
        maker.load(params={"framework": "own"})
    said = [str(fault) for fault in caught.value.faults]
    assert [each for each in said if "是第 3 级，levels 写的是 2 级" in each]
    assert [each for each in said if "没有一级指标“outpt”" in each and "是否想写“output”" in each]
    assert [each for each in said if "没有名为“x”的公式" in each]


# ---- the marks of a case against its framework


def self_form(maker, *rows: str, framework: str = "caiyu-2020-10-self", stance: str = "self"):
    made = indicators("id | full_marks | section | rule", *rows)
    return maker.evaluate(made, params={"framework": framework, "stance": stance})


def test_a_form_with_the_marks_of_article_13_is_consistent(maker):
    rows = ("execution | 10 | process | execution", "output | 50 | output |")
    ev = self_form(maker, *rows, "benefit | 30 | benefit |", "satisfaction | 10 | benefit |")
    assert kinds(ev) == []
    assert entry(ev, "full-marks:case.published.full=framework").verdict == "consistent"
    assert entry(ev, "full-marks:indicators.output.full_marks").verdict == "consistent"


def test_a_form_that_departs_from_article_13_is_asked_for_its_reason(maker):
    """50 → 60 and 30 → 20 adds to 100 all the same: a warning on each, and no error."""
    rows = ("execution | 10 | process | execution", "output | 60 | output |")
    ev = self_form(maker, *rows, "benefit | 20 | benefit |", "satisfaction | 10 | benefit |")
    found = [each for each in ev.audit.problems if each.kind == "full-marks"]
    assert [(each.where, each.severity) for each in found] == [
        ("indicators.output.full_marks", "warning"),
        ("indicators.benefit.full_marks", "warning"),
    ]
    assert (found[0].computed, found[0].printed, found[0].gap) == ("50", "60", "-10")
    assert "第十三条" in found[0].message
    assert "应说明调整的理由" in found[0].message


def test_forgotten_marks_for_execution_are_seen_without_a_printed_total(maker):
    rows = ("output | 50 | output |", "benefit | 30 | benefit |", "satisfaction | 10 | benefit |")
    found = entry(self_form(maker, *rows), "full-marks:case.published.full=framework")
    assert (found.verdict, found.severity) == ("inconsistent", "warning")
    assert "共 90 分" in found.message
    assert "为 100 分" in found.message


@pytest.mark.parametrize(("full", "verdict"), [(100, "consistent"), (120, "inconsistent")])
def test_a_published_total_is_held_against_the_framework_s(maker, full, verdict):
    rows = [f"output | {full - 10} |", "execution | 10 | execution"]
    params = {"framework": "sichuan-0013zp", "published": {"full": full}}
    ev = maker.evaluate(indicators("id | full_marks | rule", *rows), params=params)
    assert entry(ev, "full-marks:case.published.full").verdict == "consistent"
    assert entry(ev, "full-marks:case.published.full=framework").verdict == verdict


def test_marks_of_execution_are_asked_for_once(maker):
    """Where the framework prints them, the rule set is not asked again."""
    rows = ("execution | 20 | process | execution", "output | 80 | output |")
    ev = self_form(maker, *rows)
    assert [each for each in ev.audit.entries if "预算执行率的分值为" in each.message] == []
    assert entry(ev, "full-marks:indicators.execution.full_marks").severity == "warning"


def test_a_local_framework_without_such_an_article_is_binding(maker):
    ev = self_form(maker, "decision | 3 | budget |", framework="hubei-suizhou", stance="finance")
    found = entry(ev, "full-marks:indicators.decision.full_marks")
    assert (found.verdict, found.severity, found.gap) == ("inconsistent", "error", "-1")


def test_the_101_marks_are_those_of_the_set_that_applies(maker):
    rows = ("execution | 10 | process |", "costs | 20 | output |", "output | 50 | output |")
    ev = self_form(maker, *rows, "benefit | 20 | benefit |", framework="caiyu-2021-101")
    assert entry(ev, "full-marks:indicators.costs.full_marks").verdict == "consistent"
    found = entry(ev, "full-marks:indicators.output.full_marks")
    assert (found.severity, found.computed) == ("warning", "40")
    assert "有成本指标、无满意度指标" in found.message


@pytest.mark.parametrize(
    ("output", "stance", "verdict"),
    [("40", "finance", "consistent"), ("30", "third-party", "inconsistent"), ("30", "self", None)],
)
def test_output_and_benefit_weigh_60_percent_in_principle(maker, output, stance, verdict):
    rest = 80 - int(output)
    rows = (
        f"process | {rest} | process |",
        f"output | {output} | output |",
        "benefit | 20 | benefit |",
    )
    ev = self_form(maker, *rows, framework="caiyu-2020-10", stance=stance)
    found = "full-marks:case.published.full=output+benefit"
    assert verdicts(ev).get(found) == verdict
    if verdict == "inconsistent":
        assert entry(ev, found).severity == "warning"
        assert "产出、效益的分值为 50 分，占 100 分的 50.00%" in entry(ev, found).message
        assert "第十四条" in entry(ev, found).message


def test_sections_below_a_group_are_counted_and_unknown_marks_are_not_judged(maker):
    """绩效 85 has output and benefit below it; the section of a row is the framework's if blank."""
    rows = ("decision | | 15 | ", "performance | | 85 |", "out | performance | 40 | output")
    least = "full-marks:case.published.full=output+benefit"
    params = {"framework": "caiyu-2020-10"}
    whole = indicators(
        "id | parent | full_marks | section", *rows, "ben | performance | 45 | benefit"
    )
    assert entry(maker.evaluate(whole, params=params), least).verdict == "consistent"
    unknown = indicators(
        "id | parent | full_marks | section", *rows, "ben | performance | | benefit"
    )
    assert least not in verdicts(maker.evaluate(unknown, params=params))


# ---- what was not seen is shown as such


def unverified() -> list:
    return [
        pytest.param(name, each, id=f"{name}: {each.id}")
        for name, framework in FRAMEWORKS.items()
        for each in framework.indicators
        if each.unverified
    ]


def text_of(blocks) -> str:
    return "\n".join("".join(run.text for run in getattr(block, "runs", ())) for block in blocks)


@pytest.mark.parametrize(("name", "indicator"), unverified())
def test_an_unverified_indicator_is_marked_where_the_report_cites_it(maker, name, indicator):
    made = indicators("id | full_marks", f"{indicator.id} | 5")
    ev = maker.evaluate(made, params={"framework": name})
    assert f"{indicator.name}{UNSEEN}：{indicator.reference}" in text_of(work(ev))


def test_only_what_the_case_cites_is_listed(maker):
    ev = maker.evaluate(indicators("id", "output"), params={"framework": "caiyu-2013-53"})
    assert "未核对" not in text_of(work(ev))
    assert FRAMEWORKS["caiyu-2013-53"].reference in text_of(work(ev))


def test_the_report_names_authority_and_aspects(qingdao):
    text = text_of(work(qingdao))
    assert qingdao.case.framework.reference in text
    assert "运行成本、管理效率、履职效能、社会效应、可持续发展能力、服务对象满意度等方面" in text


def test_marks_from_an_unseen_framework_say_so_in_the_audit(maker):
    first, second = SOUND["indicators"]
    marks = {"full_marks": 10}
    for name, doubt, unsure in (
        ("whole", {"unverified": True}, {}),
        ("one", {}, {"unverified": True}),
    ):
        content = SOUND | doubt | {"indicators": [first | marks | unsure, second]}
        write_yaml(maker.book.framework_file(name), content)
        for printed in ("10", "12"):
            made = indicators("id | full_marks", f"output | {printed}")
            ev = maker.evaluate(made, params={"framework": name})
            found = entry(ev, "full-marks:indicators.output.full_marks")
            assert f"某市指标体系{UNSEEN}" in found.message
        assert unseen(ev.case.framework, "output") == UNSEEN


def test_a_case_without_a_framework_cites_none(maker):
    ev = maker.evaluate(indicators("id | full_marks", "output | 30"), params={"framework": None})
    assert "指标体系" not in text_of(work(ev))
    assert "full-marks:indicators.output.full_marks" not in verdicts(ev)
