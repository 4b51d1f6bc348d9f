"""The rule sets of params/rules: linted, dated, and refused where they do not hold together."""

from __future__ import annotations

import re
import shutil
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from cases import ROOT, Maker, budget, indicators, write_yaml
from test_scoring import NAMES, SETS, TEN, UNITS, chain_of, indicator, rules_of
from test_sparse import whole_report

from evalbook.errors import InputError
from evalbook.panel import trial
from evalbook.rulefaults import rule_set_faults, setting_faults
from evalbook.rules import Rules, fraction, in_force, settings_of
from evalbook.rulesets import RuleSet, RuleValue
from evalbook.schema import Override
from evalbook.score import score, score_row
from evalbook.strict import read_model

HEADINGS = "id | name | full_marks | direction | target | actual | rule | score | reason"
OWN_SETTINGS = [
    pytest.param(name, key, id=f"{name} {key}")
    for name in NAMES
    for key, (_, source) in settings_of(chain_of(name)).items()
    if source == chain_of(name)[0].reference
]


def setting_of(name: str, key: str) -> RuleValue[Any]:
    return settings_of(chain_of(name))[key][0]


# ---- lint


@pytest.mark.parametrize(("name", "key"), OWN_SETTINGS)
def test_a_setting_says_what_it_is_and_where_it_comes_from(name, key):
    setting = setting_of(name, key)
    assert re.search(r"[\u4e00-\u9fff]{2}", setting.description)
    assert setting.unit
    assert len(setting.reference) >= len("本模板约定")
    doubtful = re.search("没有给出|没有注明|未见", setting.reference)
    assert setting.unverified or not doubtful or "本模板约定" in setting.reference


@pytest.mark.parametrize(("name", "key"), OWN_SETTINGS)
def test_the_values_of_a_setting_stand_in_the_order_of_their_dates(name, key):
    days = [dated.since for dated in setting_of(name, key).values]
    assert days == sorted(set(days))


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_says_in_chinese_how_it_scores_and_on_what_authority(name):
    wrong = [
        rule.id
        for rule in SETS[name].rules.values()
        if not re.search(r"[\u4e00-\u9fff]{2}", rule.name + rule.description) or not rule.reference
    ]
    assert wrong == []
    titles = [rule.name for rule in SETS[name].rules.values()]
    assert len(titles) == len(set(titles)), "two rules of one set under one name"


@pytest.mark.parametrize("name", NAMES)
def test_grade_bands_cover_every_total_unless_the_set_says_otherwise(name):
    bands = SETS[name].grade_bands
    description = setting_of(name, "grade_bands").description
    assert len({band.grade for band in bands}) == len(bands)
    if all(band.from_ is None for band in bands):
        assert "分数线" in description
        return
    lows = [fraction(band.from_) for band in bands]
    assert lows == sorted(lows, reverse=True)
    assert lows[-1] == 0
    held = [SETS[name].grade(Decimal(each) / 10, Decimal(100)) for each in range(1001)]
    assert None not in held or "空档" in description
    assert set(held) - {None} == {band.grade for band in bands}


@pytest.mark.parametrize("name", NAMES)
def test_qualitative_bands_meet_and_span_all_marks(name):
    for rule in SETS[name].rules.values():
        bands = [(fraction(band.low), fraction(band.high)) for band in rule.bands]
        if not bands or all(low == high for low, high in bands):
            continue
        assert bands[0][1] == 1, rule.id
        assert bands[-1][0] == 0, rule.id
        assert [low for low, _ in bands[:-1]] == [high for _, high in bands[1:]], rule.id


@pytest.mark.parametrize("name", NAMES)
def test_every_step_can_be_reached_and_what_no_step_holds_is_said(name):
    for rule in SETS[name].rules.values():
        if rule.kind != "steps":
            continue
        tried = [f"{Decimal(each) / 10}%" for each in range(1201)]
        scores = [
            score_row(indicator(full_marks="100", rule=rule.id, actual=text), SETS[name], UNITS)
            for text in tried
        ]
        found = {score.marks for score in scores}
        assert found - {None} == {100 * fraction(step.share) for step in rule.steps}, rule.id
        told = rule.description + setting_of(name, f"{rule.id}.steps").description
        assert None not in found or re.search("没有对应的档|不在任何一档", told), rule.id


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_is_documented(name):
    """A rule that nobody finds is nobody's rule: by direction, or in the list to write from."""
    listed = (ROOT / "docs/rules/README.md").read_text(encoding="utf-8")
    for rule in chain_of(name)[0].rules:
        assert f"| `{name}` | `{rule}` |" in listed


def test_no_number_of_a_rule_stands_in_python():
    """60 %, 6 months and 130 % are settings; the code knows 0, 1 and 100."""
    code = [*(ROOT / "lib/evalbook/scoring").glob("*.py"), ROOT / "lib/evalbook/score.py"]
    for path in code:
        numbers = set(re.findall(r'Decimal\("?(\d+)|[*/+−-] (\d+)\b', path.read_text("utf-8")))
        known = {each for pair in numbers for each in pair if each}
        assert known <= {"0", "1", "100"}, path.name


# ---- values by date


def made_up(**changes: Any) -> RuleSet:
    """A rule set on 10号 with changes, as a user may write it."""
    content = {
        "schema": "1",
        "title": "某地评分办法",
        "reference": "某地评分办法",
        "base": "caiyu-2020-10",
    }
    return RuleSet.model_validate(content | changes)


def dated(unit: str, *values: tuple[str, Any]) -> dict[str, Any]:
    return {
        "description": "某项设定",
        "unit": unit,
        "reference": "某地评分办法",
        "values": [{"since": day, "value": value} for day, value in values],
    }


def on(own: RuleSet, day: str | None, *overrides: Override) -> Rules:
    chain = [own, chain_of("caiyu-2020-10")[0]]
    assert rule_set_faults(chain, "某地") == []
    assert setting_faults(chain, overrides, "某项目") == []
    return in_force(chain, "some-place", day, overrides)


def marks(rules: Rules, **printed: str) -> Decimal | None:
    return score_row(indicator(full_marks="10", **printed), rules, UNITS).marks


def rule(kind: str, **settings: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": "某规则",
        "description": "怎样计分",
        "reference": "某办法",
        **settings,
    }


PASS = rule(
    "threshold",
    pass_rate=dated("%", ("2021-01-01", "60%"), ("2023-01-01", "50%"), ("2025-01-01", None)),
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2020-06-30", "2.50"),  # before the first value, the first
        ("2021-01-01", "2.50"),
        ("2022-12-31", "2.50"),
        ("2023-01-01", "4.00"),  # 10 × (70% − 50%) ÷ 50%
        ("2024-12-31", "4.00"),
    ],
)
def test_the_value_of_the_day_holds(day, expected):
    own = made_up(rules={"pass": PASS}, default_rule="pass")
    assert marks(on(own, day), target="100%", actual="70%") == Decimal(expected)


@pytest.mark.parametrize("day", ["2025-01-01", "2030-01-01", None])
def test_a_rule_whose_setting_has_ended_is_no_longer_in_force(day):
    own = made_up(rules={"pass": PASS}, default_rule="pass")
    rules = on(own, day)
    assert "pass" not in rules.rules
    assert marks(rules, target="100%", actual="70%") is None
    assert marks(rules, rule="pass", target="100%", actual="70%") is None


@pytest.mark.parametrize("key", ["low_execution", "overshoot", "execution_marks", "months_band"])
def test_a_case_lives_without_a_setting_that_has_ended(key, maker):
    unit = "个月" if key == "months_band" else "%"
    ended = {key: dated(unit, ("2020-01-01", None))}
    path = maker.book.rules_file("ended")
    content = {"schema": 1, "title": "止", "reference": "止", "base": "caiyu-2020-10", **ended}
    write_yaml(path, content)
    ev = maker.evaluate(
        indicators(HEADINGS, "a | 可支配月数 | 10 | range | 6-9个月 | 20个月 | | 10 |"),
        params={"rules": "ended", "stance": "self", "published": {"score": "95", "full": "100"}},
    )
    assert getattr(ev.case.rules, key) is None
    assert ev.data["rules"] == "ended"
    whole_report(ev)


def test_what_a_set_does_not_say_holds_as_in_its_base():
    rules = on(made_up(marks_places=dated("位", ("2020-01-01", 1))), None)
    assert (rules.marks_places, rules.rate_places) == (1, 2)
    assert rules.sources["marks_places"] == "某地评分办法"
    assert rules.sources["rate_places"] == TEN.reference
    assert rules.grade(Decimal(90), Decimal(100)) == "优"


def test_a_rule_that_is_written_anew_takes_nothing_from_its_namesake():
    """The base's `proportion_overshoot` takes marks off; this one of the same name does not."""
    own = made_up(rules={"proportion_overshoot": rule("proportion", completion="higher")})
    assert marks(on(own, None), rule="proportion_overshoot", target="1件", actual="9件") == 10
    names = [key for key in settings_of([own, chain_of("caiyu-2020-10")[0]]) if "overshoot_" in key]
    assert names == []


# ---- steps with every sort of end, over months


MONTHS = rule(
    "steps",
    of="actual",
    unit="个月",
    steps=dated(
        "个月",
        (
            "2020-01-01",
            [
                {"above": "15", "share": "0%"},
                {"below": "3", "share": "0%"},
                {"from": "6", "to": "9", "share": "100%"},
                {"share": "60%"},
            ],
        ),
    ),
)


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ("2.99个月", "0"),
        ("3个月", "6"),
        ("5.99个月", "6"),
        ("5.99", None),  # months or years
        ("6个月", "10"),
        ("9个月", "10"),
        ("9.01个月", "6"),
        ("15个月", "6"),
        ("15.01个月", "0"),
        ("0.5年", "10"),
        ("6-9个月", None),
        ("六个月", None),
        ("7人", None),
    ],
)
def test_steps_over_months_include_and_exclude_their_ends_as_written(months, expected):
    rules = on(made_up(rules={"months": MONTHS}), None)
    wanted = None if expected is None else Decimal(expected)
    assert marks(rules, rule="months", actual=months) == wanted


def test_steps_over_the_completion_follow_the_direction():
    by = rule(
        "steps",
        steps=dated("%", ("2020-01-01", [{"from": "100%", "share": "100%"}, {"share": "0%"}])),
    )
    rules = on(made_up(rules={"all_or_nothing": by}), None)
    for direction, target, actual, expected in (
        ("higher", "10件", "10件", 10),
        ("higher", "10件", "9件", 0),
        ("lower", "10天", "9天", 10),
        ("lower", "10天", "11天", 0),
        ("lower", "-5%", "-8%", 10),
        ("zero", "0起", "0起", 10),
        ("zero", "0起", "1起", 0),
        ("higher", "-5%", "-8%", 0),
    ):
        printed = {"direction": direction, "target": target, "actual": actual}
        assert marks(rules, rule="all_or_nothing", **printed) == expected, printed


@pytest.mark.parametrize(
    ("direction", "target", "actual", "expected"),
    [
        ("higher", "95%", "92.5%", "7.50"),  # 10 − 2.5 × 1
        ("higher", "95%", "97%", "10"),
        ("lower", "5%", "7%", "8.00"),
        ("equal", "50%", "47%", "7.00"),
        ("", "5%", "7%", "8.00"),
    ],
)
def test_a_deduction_looks_in_the_direction_of_the_indicator(direction, target, actual, expected):
    off = rule(
        "deduction",
        unit="%",
        each=dated("分", ("2020-01-01", "1")),
        per=dated("个百分点", ("2020-01-01", "1")),
        part=dated("写法", ("2020-01-01", "proportional")),
    )
    rules = on(made_up(rules={"off": off}), None)
    printed = {"target": target, "actual": actual} | ({"direction": direction} if direction else {})
    assert marks(rules, rule="off", **printed) == Decimal(expected)


def test_whatever_a_set_states_marks_stay_within_those_of_the_indicator():
    """A rule set is written by hand: a deduction that grows beyond the marks leaves none."""
    bands = [{"name": "好", "low": "0%", "high": "100.0%"}]
    steps = [{"from": "50%", "share": "100%"}, {"share": "0%"}]
    off = {
        "each": dated("分", ("2020-01-01", "3")),
        "each_at_most": dated("分", ("2020-01-01", "1")),
    }
    off |= {"per": dated("起", ("2020-01-01", "1")), "part": dated("写法", ("2020-01-01", "whole"))}
    off |= {"counts": ["起"], "floor": dated("%", ("2020-01-01", "100%"))}
    wild = {
        "bands": rule("qualitative", bands=dated("%", ("2020-01-01", bands))),
        "steps": rule("steps", steps=dated("%", ("2020-01-01", steps))),
        "off": rule("deduction", **off),
        "pass": rule("threshold", pass_rate=dated("%", ("2020-01-01", "100%"))),
    }
    rules = on(made_up(rules=wild, execution_cap=dated("%", ("2020-01-01", "100%"))), None)
    for printed, expected in (
        ({"rule": "bands", "target": "好", "actual": "好"}, 10),
        ({"rule": "steps", "target": "10件", "actual": "9件"}, 10),
        ({"rule": "steps", "target": "10件", "actual": "1件"}, 0),
        ({"rule": "off", "actual": "2起"}, 10),
        ({"rule": "pass", "target": "10件", "actual": "9件"}, 0),
        ({"rule": "pass", "target": "10件", "actual": "10件"}, 10),
        ({"rule": "execution", "actual": "125%"}, 10),
    ):
        scored = score_row(indicator(full_marks="10", **printed), rules, UNITS)
        assert scored.marks == expected, printed
        assert scored.least is None or 0 <= scored.least <= scored.marks


# ---- a case's own settings


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("threshold.pass_rate", "55.5%", Decimal("0.555")),
        ("execution.base", "in_place", "in_place"),
        ("low_execution", "90%", Decimal("0.9")),
        ("marks_places", "0", 0),
        ("execution_marks", "20", Decimal(20)),
    ],
)
def test_a_case_replaces_a_single_value_and_its_reason_is_the_authority(name, value, read):
    rules = rules_of("caiyu-2021-101", [{"name": name, "value": value, "reason": "本部门办法"}])
    rule_name, _, key = name.rpartition(".")
    assert getattr(rules.rules[rule_name] if rule_name else rules, key) == read
    assert rules.authority[name] == "本项目设定：本部门办法"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("threshold.pass", "50%", "是否想写“threshold.pass_rate”"),
        ("threshold.pass_rate", "50", "应与“60%”同类"),
        ("threshold.pass_rate", "一半", "应与“60%”同类"),
        ("execution.base", "总预算", "应与“adjusted”同类"),
        ("satisfaction.steps", "90%", "satisfaction.steps 不是单个数值，不能在 settings 中替换"),
        ("grade_bands", "90%", "grade_bands 不是单个数值，不能在 settings 中替换"),
        ("threshold.pass_rate", "-50%", "应与“60%”同类"),
        ("threshold.pass_rate", "150%", "应与“60%”同类"),
        ("execution_cap", "-50%", "应与“100%”同类"),
        ("overshoot", "90%", "应与“130%”同类"),
        ("proportion_overshoot.overshoot_loss", "一半", "请写完成率每超出100个百分点调减的分值"),
        ("marks_places", "7", "应与“2”同类"),
        ("total_marks", "NaN", "应与“100”同类"),
        ("total_marks", "0", "应与“100”同类"),
    ],
)
def test_a_setting_of_another_kind_is_a_fault(name, value, said):
    override = Override(name=name, value=value, reason="试用")
    (fault,) = setting_faults(chain_of("caiyu-2021-101"), [override], "params/cases/x.yaml")
    assert said in str(fault)


def test_a_setting_that_is_stated_twice_is_a_fault():
    twice = [Override(name="low_execution", value=value, reason="试用") for value in ("70%", "75%")]
    (fault,) = setting_faults(chain_of("caiyu-2020-10"), twice, "params/cases/x.yaml")
    assert "设定项 low_execution 写了两次" in str(fault)


def test_a_rule_says_which_of_its_settings_nobody_has_checked():
    """The reference of the rule is what a report prints."""
    for name, rule_name, said in (
        ("hunan-yiyang", "diversion", "（“几起扣一次”“不足一次的怎样扣”未核对原文）"),
        ("caiyu-2021-101", "execution", "（“执行率的分母”未核对原文）"),
        ("department-overall", "staff_control", "两份）（未核对原文）"),
    ):
        assert SETS[name].rules[rule_name].reference.endswith(said)
    assert "未核对" not in SETS["caiyu-2021-101"].rules["threshold"].reference


def test_a_setting_that_the_case_states_is_no_longer_unchecked():
    stated = [{"name": "execution.base", "value": "budget", "reason": "本部门办法"}]
    rules = rules_of("caiyu-2021-101", stated)
    assert "未核对" not in rules.rules["execution"].reference


def test_steps_whose_base_has_ended_go_by_the_printed_rate(maker):
    content = yaml.safe_load((ROOT / "params/rules/caiyu-2021-101.yaml").read_text("utf-8"))
    content["rules"]["execution"]["base"]["values"].append({"since": "2022-01-01", "value": None})
    write_yaml(maker.book.rules_file("no-base"), content)
    case = maker.load(
        budget("id | adjusted | executed", "line | 120 | 90"),
        indicators(
            "id | full_marks | rule | actual | evidence", "a | 10 | execution | 85% | budget.line"
        ),
        params={"rules": "no-base"},
    )
    assert score(case)["indicators.a.score"].marks == 7


# ---- faults of a rule set


def spoilt(name: str, **changes: Any) -> list[str]:
    own = made_up(**changes)
    return [str(fault) for fault in rule_set_faults([own, chain_of("caiyu-2020-10")[0]], name)]


STEP = dated("%", ("2020-01-01", [{"share": "0%"}]))
WRONG_ORDER = [{"from": "60%", "share": "50%"}, {"from": "90%", "share": "100%"}]
ONE = dated("分", ("2020-01-01", "1"))
EMPTY = [{"from": "80%", "below": "60%", "share": "50%"}]
POINT = [{"from": "80%", "below": "80%", "share": "50%"}]
NEVER = [{"share": "0%"}, {"to": "60%", "share": "10%"}]
GRADES = [{"grade": "差", "from": "0%"}, {"grade": "优", "from": "90%"}]
OVERLAP = [{"grade": "优", "from": "90%"}, {"grade": "良", "from": "80%", "to": "90%"}]
UPSIDE = [{"grade": "优", "from": "90%", "to": "80%"}]
TWICE = [{"grade": "优", "from": "90%"}, {"grade": "优", "from": "80%"}]
BAND = {"fund": "某基金", "low": "9", "high": "6", "short": "3", "excess": "15"}
OFF = {"per": dated("起", ("2020-01-01", "1")), "part": dated("写法", ("2020-01-01", "whole"))}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"default_rule": "proportoin"}, "没有名为“proportoin”的规则。是否想写“proportion”？"),
        ({"by_direction": {"lower": "lowr"}}, "by_direction.lower：没有名为“lowr”的规则"),
        ({"rules": {"a": rule("threshold")}}, "rules.a：threshold 规则缺少“pass_rate”"),
        ({"rules": {"a": rule("steps", steps=STEP, of="execution")}}, "没有写明 base"),
        ({"rules": {"a": rule("steps", steps=STEP, of="actual")}}, "没有写明 unit"),
        ({"rules": {"a": rule("assigned", steps=STEP)}}, "assigned 规则用不到“steps”"),
        ({"rules": {"a": rule("deduction", **OFF)}}, "each 与 each_share 请写其中之一"),
        (
            {
                "rules": {
                    "a": rule("proportion", overshoot_above=dated("%", ("2020-01-01", "150%")))
                }
            },
            "超额调减的设定不全",
        ),
        ({"rules": {"a": rule("proportion", of="actual")}}, "proportion 规则用不到“of”"),
        ({"rules": {"a": rule("proportion", unit="个月")}}, "proportion 规则用不到“unit”"),
        ({"rules": {"a": rule("checklist", completion="lower")}}, "用不到“completion”"),
        ({"rules": {"a": rule("steps", steps=STEP, unit="%")}}, "按 completion 分档的规则用不到"),
        ({"rules": {"a": MONTHS | {"completion": "lower"}}}, "分档的规则用不到“completion”"),
        ({"rules": {"a": rule("deduction", each=ONE, **OFF)}}, "按什么计没有写明"),
        ({"rules": {"a": rule("deduction", each=ONE, unit="%", counts=["起"], **OFF)}},
         "或写了两种"),
        ({"rules": {"a": rule("deduction", each=ONE, counts=["起"], target=ONE, **OFF)}},
         "a target：没有写明 unit"),
        ({"rules": {"a": rule("steps", steps=dated("%", ("2020-01-01", WRONG_ORDER)))}},
         "第 2 档已包括在前面的档中"),
        ({"rules": {"a": rule("steps", steps=dated("%", ("2020-01-01", NEVER)))}},
         "第 2 档已包括在前面的档中"),
        ({"rules": {"a": rule("steps", steps=dated("%", ("2020-01-01", EMPTY)))}},
         "第 1 档的上下限颠倒"),
        ({"rules": {"a": rule("steps", steps=dated("%", ("2020-01-01", POINT)))}},
         "第 1 档的上下限颠倒"),
        ({"rules": {"a": rule("qualitative", bands=dated("%", ("2020-01-01", [
            {"name": "好", "low": "80%", "high": "60%"}])))}}, "“好”的 low 大于 high"),
        ({"grade_bands": dated("%", ("2020-01-01", GRADES))}, "等级不是由高到低排列"),
        ({"grade_bands": dated("%", ("2020-01-01", OVERLAP))}, "“良”的 to 与 from 或与上一等级"),
        ({"grade_bands": dated("%", ("2020-01-01", UPSIDE))}, "“优”的 to 与 from 或与上一等级"),
        ({"grade_bands": dated("%", ("2020-01-01", TWICE))}, "等级“优”写了两次"),
        ({"months_band": dated("个月", ("2020-01-01", BAND))}, "不是由小到大"),
        ({"low_execution": dated("%", ("2020-01-01", "80%"), ("2020-01-01", "85%"))},
         "2020-01-01 起有两个数值"),
        ({"rules": {"a": rule("threshold", pass_rate=dated(
            "%", ("2020-01-01", "50%"), ("2020-01-01", "60%")))}}, "a pass_rate：2020-01-01 起"),
        ({"rules": {"a": MONTHS | {"unit": "%"}}}, "“15”的写法与规则的单位不合"),
        ({"marks_places": dated("位", ("2020-01-01", None))}, "marks_places：这一项不能停止施行"),
    ],
)  # fmt: skip
def test_a_rule_set_that_does_not_hold_together_is_a_fault(changes, said):
    found = spoilt("params/rules/some-place.yaml", **changes)
    assert [each for each in found if said in each], found
    assert all(each.startswith("params/rules/some-place.yaml") for each in found)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("low_execution", "250%"), ("execution_cap", "-50%"), ("execution_cap", "130%"),
        ("overshoot", "90%"), ("grade_bands", [{"grade": "优", "from": "101%"}]),
    ],
)  # fmt: skip
def test_a_share_is_between_nothing_and_all(maker, key, value):
    content = {"schema": 1, "title": "某地", "reference": "某地", "base": "caiyu-2020-10"}
    text = broken(maker, content | {key: dated("%", ("2020-01-01", value))}, ROW.format(""))
    assert "的写法不对。应为带百分号的数字" in text


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("threshold", "pass_rate", "-50%"), ("threshold", "pass_rate", "150%"),
        ("steps", "steps", [{"share": "250%"}]), ("deduction", "floor", "120%"),
        ("qualitative", "bands", [{"name": "好", "low": "-20%", "high": "150%"}]),
    ],
)  # fmt: skip
def test_a_share_within_a_rule_is_between_nothing_and_all(maker, kind, key, value):
    content = {"schema": 1, "title": "某地", "reference": "某地", "base": "caiyu-2020-10"}
    content["rules"] = {"a": rule(kind, **{key: dated("%", ("2020-01-01", value))})}
    text = broken(maker, content, ROW.format(""))
    assert "的写法不对。应为带百分号的数字，0% 至 100%，如 60%" in text


def test_the_faults_of_a_base_are_told_through_a_local_set(maker):
    path = maker.book.rules_file("caiyu-2020-10")
    content = yaml.safe_load(path.read_text("utf-8"))
    content["by_direction"]["qualitative"] = "nosuch"
    content["rules"]["checklist"]["unit"] = "个"
    write_yaml(path, content)
    try:
        with pytest.raises(InputError) as caught:
            maker.load(indicators(HEADINGS, ROW.format("")), params={"rules": "sichuan-2022"})
    finally:
        shutil.copy(ROOT / "params/rules/caiyu-2020-10.yaml", path)
    faults = [str(each) for each in caught.value.faults]
    assert len(faults) == 2
    assert all(each.startswith("params/rules/caiyu-2020-10.yaml") for each in faults)
    assert any("没有名为“nosuch”的规则" in each for each in faults)


def test_a_rule_set_without_a_base_states_everything():
    faults = [str(each) for each in rule_set_faults([made_up(base=None)], "某地")]
    assert len(faults) >= 10
    assert any("缺少“grade_bands”" in each for each in faults)


def broken(maker: Maker, content: dict[str, Any], *rows: str, **params: Any) -> str:
    """The message of a case that names the rule set `broken`."""
    write_yaml(maker.book.rules_file("broken"), content)
    with pytest.raises(InputError) as caught:
        maker.load(indicators(HEADINGS, *rows), params={"rules": "broken"} | params)
    return str(caught.value)


ROW = "a | 完成率 | 10 | higher | 100% | 70% | {} | 7 |"


@pytest.mark.parametrize(
    ("base", "said"),
    [("caiyu-2020-11", "没有名为“caiyu-2020-11”的评分规则。是否想写“caiyu-2020-10”？"),
     ("guangxi", "“guangxi”自己也有 base"), ("../cases", "写法不对")],
)  # fmt: skip
def test_a_base_is_a_rule_set_that_has_none_itself(maker, base, said):
    content = {"schema": 1, "title": "某地", "reference": "某地", "base": base}
    assert said in broken(maker, content, ROW.format(""))


def test_every_fault_of_a_rule_set_is_told_with_its_line(maker):
    content = yaml.safe_load((ROOT / "params/rules/caiyu-2021-101.yaml").read_text("utf-8"))
    content = deepcopy(content)
    content["rules"]["threshold"]["pass_rate"]["values"][0]["value"] = "0.6"
    content["rules"]["satisfaction"]["stepz"] = content["rules"]["satisfaction"].pop("steps")
    content["rules"]["direct"]["kind"] = "directly"
    text = broken(maker, content, ROW.format(""))
    assert "params/rules/broken.yaml 第 " in text
    assert "“0.6”的写法不对。应为带百分号的数字" in text
    assert "没有“stepz”这一项。是否想写“steps”？" in text
    assert "“directly”不在可选范围内" in text


@pytest.mark.parametrize(
    ("rules", "rule_name", "said"),
    [
        ("caiyu-2021-101", "treshold", "是否想写“threshold”？"),
        ("caiyu-2020-10", "threshold", "财预〔2020〕10号没有“threshold”这条规则。"),
        ("caiyu-2020-10", "按完成比例", "规则请写代码“proportion”"),
        ("caiyu-2020-10", "proportion_overshoot", "规则“proportion_overshoot”在报告日期没有施行"),
        ("caiyu-2020-10", "proportion_overshoot", "proportion_overshoot.overshoot_least 没有数值"),
        ("caiyu-2021-101", "满意度分档", "规则请写代码“satisfaction”"),
    ],
)
def test_a_rule_that_the_set_does_not_have_is_a_fault_with_the_nearest_name(
    maker, rules, rule_name, said
):
    with pytest.raises(InputError) as caught:
        maker.load(indicators(HEADINGS, ROW.format(rule_name)), params={"rules": rules})
    assert said in str(caught.value)
    assert "rule 列（评分规则）" in str(caught.value)


def test_an_unknown_rule_is_told_together_with_all_other_faults(maker):
    with pytest.raises(InputError) as caught:
        maker.load(
            indicators(HEADINGS, ROW.format("treshold"), "b | 乙 | 十分 | up | 1 | 1 | | |"),
            params={"rules": "caiyu-2021-101", "settings": []},
        )
    assert len(caught.value.faults) == 3


# ---- the report


def test_the_report_says_which_rule_set_scored_each_indicator_and_how(maker):
    ev = maker.evaluate(
        indicators(
            HEADINGS,
            "a | 完成率 | 10 | higher | 100% | 70% | | 2.5 | 进度慢",
            "b | 满意度 | 10 | | 90% | 87.97% | satisfaction | 8 | 窗口等候",
            "c | 安全生产 | 5 | | 是 | 是 | direct | 5 |",
            "d | 知晓率 | 5 | higher | 90% | | | |",
        ),
        params={
            "rules": "caiyu-2021-101",
            "settings": [{"name": "low_execution", "value": "85%", "reason": "本部门办法"}],
        },
    )
    text = whole_report(ev)
    assert text.count("财预〔2021〕101号）") >= 2
    assert "10 × (70 ÷ 100 − 60%) ÷ (1 − 60%) = 2.50" in text
    assert "87.97% 不低于 80%：10 × 80% = 8.00" in text
    assert "财预〔2021〕101号 满意度赋分（示例）" in text
    assert "执行率偏低的界线为 85%，理由：本部门办法" in text
    assert "各指标的计分过程" in text


@pytest.mark.parametrize(
    ("rules", "score", "grade", "said"),
    [
        ("henan-zhengzhou", "89.5", "良", "总分为 89.5分，不在任何等级之内；总分与公布的一致"),
        ("guangxi", "95", "一等", "总分为 95分，评分规则没有各等级的分数线；总分与公布的一致"),
        ("caiyu-2020-10", "85", "良好", "总分为 85分，等级为“良”，与公布的一致"),
        (
            "caiyu-2020-10",
            "85",
            "优",
            "总分为 85分，等级为“良”；总分与公布的一致，等级与公布的不一致",
        ),
    ],
)
def test_a_total_without_a_grade_is_no_contradiction(maker, rules, score, grade, said):
    made = indicators("id | name | full_marks | score", f"a | 全部 | 100 | {score}")
    stated = {"score": score, "full": "100", "grade": grade}
    ev = maker.evaluate(made, params={"rules": rules, "published": stated})
    text = whole_report(ev)
    assert said in text
    tried = trial(ev, {"a": Decimal(score)})
    assert ("等级“" in tried) == (ev.grade is not None)
    assert "None" not in text + tried


def test_a_report_without_computed_scores_has_no_table_of_them(qingdao):
    assert "各指标的计分过程" not in whole_report(qingdao)


def test_the_rule_sets_are_read_without_a_fault():
    for path in sorted((ROOT / "params/rules").glob("*.yaml")):
        faults: list = []
        read_model(RuleSet, Path(path), path.name, faults)
        assert faults == []
