"""The audit of indicators: evidence, reasons, order, kinds; each mistake beside its twin."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from cases import entry, indicators, kinds, verdicts


class Plant(NamedTuple):
    """Rows with one mistake, the same rows without it, and what the audit says of the mistake."""

    name: str
    wrong: tuple[str, ...]
    right: tuple[str, ...]
    entry: str
    words: str
    severity: str = "warning"
    headings: str = "id | name | full_marks | direction | target | actual | score | rule | reason"


GROUPED = "id | parent | name | full_marks | direction | target | actual"


def under(group: str, wrong: str, right: str) -> dict[str, tuple[str, ...]]:
    """One indicator below a group, as it should not be and as it should."""
    top = f"g | | {group} | | | |"
    return {"wrong": (top, f"a | g | {wrong}"), "right": (top, f"a | g | {right}")}


PLANTS = [
    # ---- no-evidence
    Plant(
        "a score without a completion",
        ("a | 培训人次 | 10 | higher | 100人 | | 10 | published |",),
        ("a | 培训人次 | 10 | higher | 100人 | 100人 | 10 | published |",),
        "no-evidence:indicators.a.actual",
        "没有完成值",
    ),
    Plant(
        "a score without a target",
        ("a | 培训人次 | 10 | higher | | 100人 | 10 | |",),
        ("a | 培训人次 | 10 | higher | — | 100人 | 10 | |",),
        "no-evidence:indicators.a.target",
        "没有指标值",
    ),
    Plant(
        "the target copied with its sign",
        ("a | 道路长度 | 10 | higher | ≥266米 | ≥266米 | 10 | |",),
        ("a | 道路长度 | 10 | higher | ≥266米 | 266米 | 10 | |",),
        "no-evidence:indicators.a.actual",
        "完成值“≥266米”照抄指标值",
    ),
    Plant(
        "the target copied with its bound in words",
        ("a | 服务家庭 | 10 | | 不少于200户 | 不少于200户 | 10 | published |",),
        ("a | 服务家庭 | 10 | | 不少于200户 | 203户 | 10 | published |",),
        "no-evidence:indicators.a.actual",
        "照抄指标值",
    ),
    Plant(
        "a range copied",
        ("a | 可支配月数 | 10 | range | 6-9个月 | 6-9个月 | 10 | published |",),
        ("a | 可支配月数 | 10 | range | 6-9个月 | 7个月 | 10 | published |",),
        "no-evidence:indicators.a.actual",
        "照抄指标值",
    ),
    Plant(
        "a numeric target answered in words",
        ("a | 补助人数 | 10 | higher | 15人 | 完成 | 10 | published |",),
        ("a | 补助人数 | 10 | higher | 15人 | 已补助十五人 | 10 | published |",),
        "no-evidence:indicators.a.actual",
        "指标值是 15人，完成值却只写“完成”",
    ),
    Plant(
        "nothing at all among rows that print both",
        (
            "a | 甲 | 10 | higher | 5人 | 5人 | 10 | |",
            "b | 乙 | 10 | higher | 6人 | 6人 | 10 | |",
            "c | 丙 | 10 | higher | | | 10 | |",
        ),
        (
            "a | 甲 | 10 | higher | 5人 | 5人 | 10 | |",
            "b | 乙 | 10 | higher | 6人 | 6人 | 10 | |",
            "c | 丙 | 10 | higher | | | 10 | | 有台账和验收单",
        ),
        "no-evidence:indicators.c.actual",
        "没有指标值和完成值",
    ),
    # ---- reasons
    Plant(
        "marks lost though the target was met",
        ("a | 及时率 | 10 | higher | ≥100% | 100% | 7 | published |",),
        ("a | 及时率 | 10 | higher | ≥100% | 100% | 7 | published | 两笔退回重办",),
        "met-but-deducted:indicators.a.reason",
        "完成 100%，达到指标值 ≥100%，扣 3 分，没有说明原因",
    ),
    Plant(
        "marks lost though as little was needed as was allowed",
        ("a | 投诉件数 | 10 | lower | 3件 | 2件 | 8 | published |",),
        ("a | 投诉件数 | 10 | lower | 3件 | 5件 | 6 | lower | 新开窗口两处",),
        "met-but-deducted:indicators.a.reason",
        "完成 2件，达到指标值 3件，扣 2 分",
    ),
    Plant(
        "marks lost within a range",
        ("a | 可支配月数 | 10 | range | 6-9个月 | 7个月 | 8 | published |",),
        ("a | 可支配月数 | 10 | range | 6-9个月 | 7个月 | 10 | range |",),
        "met-but-deducted:indicators.a.reason",
        "达到指标值 6-9个月",
    ),
    Plant(
        "a target missed, without marks and without a reason",
        ("a | 覆盖率 | | higher | 95% | 80% | | |",),
        ("a | 覆盖率 | | higher | 95% | 80% | | | 两县未接入",),
        "missing-reason:indicators.a.reason",
        "完成 80%，没有达到指标值 95%，没有说明原因",
    ),
    Plant(
        "a target missed with full marks and without a reason",
        ("a | 覆盖率 | 10 | higher | 95% | 80% | 10 | published |",),
        ("a | 覆盖率 | 10 | higher | 95% | 95% | 10 | published |",),
        "missing-reason:indicators.a.reason",
        "没有达到指标值 95%，没有说明原因",
    ),
    Plant(
        "far more than planned, in another unit",
        ("a | 参保人数 | 10 | higher | 9000人 | 1.4万人 | 10 | |",),
        ("a | 参保人数 | 10 | higher | 9000人 | 1.1万人 | 10 | |",),
        "overshoot:indicators.a.actual",
        "超过指标值 9000人 的 130%",
    ),
    # ---- the order of scores
    Plant(
        "a lower completion scores higher",
        (
            "a | 甲 | 10 | higher | 100人 | 80人 | 9 | published | 缺二十人",
            "b | 乙 | 10 | higher | 100人 | 95人 | 8 | published |",
        ),
        (
            "a | 甲 | 10 | higher | 100人 | 80人 | 8 | published | 缺二十人",
            "b | 乙 | 10 | higher | 100人 | 95人 | 9.5 | published | 缺五人",
        ),
        "score-order:indicators.a.score",
        "“甲”完成指标值的 80.00%，得分率 90.00%；“乙”完成指标值的 95.00%，得分率 80.00%",
    ),
    Plant(
        "a lower completion scores higher, explained",
        (
            "a | 甲 | 10 | higher | 100人 | 80人 | 9 | published | 缺二十人",
            "b | 乙 | 10 | higher | 100人 | 95人 | 8 | published | 资料不全",
        ),
        (
            "a | 甲 | 10 | higher | 100人 | 80人 | 8 | published | 缺二十人",
            "b | 乙 | 10 | lower | 95人 | 100人 | 9.5 | published | 多五人",
        ),
        "score-order:indicators.a.score",
        "后者已说明扣分原因",
        "note",
    ),
    Plant(
        "less of what should be low scores lower",
        (
            "a | 投诉 | 10 | lower | 4件 | 5件 | 6 | published |",
            "b | 差错 | 10 | lower | 4件 | 8件 | 7 | published |",
        ),
        (
            "a | 投诉 | 10 | lower | 4件 | 5件 | 8 | published | 窗口少",
            "b | 差错 | 10 | lower | 4件 | 8件 | 5 | published | 新系统",
        ),
        "score-order:indicators.b.score",
        "完成低的得分反而高",
    ),
    # ---- kinds
    Plant(
        "money spent as a quantity",
        **under(
            "数量指标",
            "补助资金 | | higher | 500万元 | 500万元",
            "补助人数 | | higher | 50人 | 50人",
        ),
        entry="indicator-kind:indicators.a.name",
        words="列在“数量指标”之下，花了多少钱不是产出的数量",
        headings=GROUPED,
    ),
    Plant(
        "money spent as a quantity, by its name",
        **under(
            "产出数量",
            "资金支出率 | | higher | 100% | 100%",
            "追回违规资金 | | higher | 5万元 | 6万元",
        ),
        entry="indicator-kind:indicators.a.name",
        words="应列入成本指标或预算执行",
        headings=GROUPED,
    ),
    Plant(
        "a cost under an ecological benefit",
        **under(
            "生态效益指标",
            "治理成本 | | lower | 50万元 | 48万元",
            "绿化面积 | | higher | 5亩 | 5亩",
        ),
        entry="indicator-kind:indicators.a.name",
        words="成本不是生态效益",
        headings=GROUPED,
    ),
    Plant(
        "a cost of the environment belongs under the costs of the environment",
        **under("生态效益", "治理费用 | | | 5万元 | 5万元", "节约能源费用 | | | 5万元 | 5万元"),
        entry="indicator-kind:indicators.a.name",
        words="应列入成本指标",
        headings=GROUPED,
    ),
    Plant(
        "money saved is no ecological benefit either",
        **under("生态效益指标", "成本节约率 | | | 5% | 5%", "节约用水量 | | | 5吨 | 5吨"),
        entry="indicator-kind:indicators.a.name",
        words="成本不是生态效益",
        headings=GROUPED,
    ),
    Plant(
        "lower is better, written with at least",
        ("a | 办理时长 | 10 | lower | ≥5天 | 4天 | 10 | published |",),
        ("a | 办理时长 | 10 | lower | ≤5天 | 4天 | 10 | lower |",),
        "indicator-kind:indicators.a.target",
        "越低越好，指标值却写作“≥5天”",
    ),
    Plant(
        "lower is better by its name, written with at least",
        ("a | 群众投诉率 | 10 | | ≥5% | 6% | 10 | published |",),
        ("a | 群众投诉处理率 | 10 | | ≥95% | 96% | 10 | published |",),
        "indicator-kind:indicators.a.target",
        "越低越好，指标值却写作“≥5%”",
    ),
    Plant(
        "yes or no in percent",
        ("a | 资金是否及时拨付 | 10 | | 100% | 100% | 10 | published |",),
        ("a | 资金是否及时拨付 | 10 | | 是 | 是 | 10 | published |",),
        "indicator-kind:indicators.a.target",
        "只能答是或否，却用百分数（100%）",
    ),
    Plant(
        "a vague target",
        ("a | 群众满意 | 10 | qualitative | 效果明显 | 效果明显 | 10 | published |",),
        ("a | 群众满意 | 10 | qualitative | 满意度不低于九成 | 九成 | 10 | published |",),
        "indicator-kind:indicators.a.target",
        "指标值“效果明显”不可衡量",
        "note",
    ),
    Plant(
        "one indicator with most of the marks",
        ("a | 甲 | 60 | | | | | |", "b | 乙 | 20 | | | | | |", "c | 丙 | 20 | | | | | |"),
        ("a | 产出指标 | 60 | | | | | |", "b | 乙 | 20 | | | | | |", "c | 丙 | 20 | | | | | |"),
        "indicator-kind:indicators.a.full_marks",
        "分值是 60 分，超过总分值 100 分的 50%",
    ),
    # ---- units
    Plant(
        "a percentage written as a bare number",
        ("a | 覆盖率 | 10 | higher | 90% | 95 | 10 | published |",),
        ("a | 覆盖率 | 10 | higher | 90% | 95% | 10 | published |",),
        "unit:indicators.a.actual",
        "其中之一缺少百分号",
    ),
    Plant(
        "a number of people for a percentage",
        ("a | 覆盖率 | 10 | higher | 90% | 950人 | 10 | published |",),
        ("a | 覆盖人数 | 10 | higher | 900人 | 950 | 10 | published |",),
        "unit:indicators.a.actual",
        "一个是百分数，一个不是",
    ),
    Plant(
        "money for people",
        ("a | 补助 | 10 | higher | 90人 | 95万元 | 10 | published |",),
        ("a | 补助 | 10 | higher | 90公里 | 95千米 | 10 | published |",),
        "unit:indicators.a.actual",
        "计量单位不同",
    ),
]
IDS = [each.name for each in PLANTS]


@pytest.mark.parametrize("plant", PLANTS, ids=IDS)
def test_the_mistake_is_told(maker, plant):
    found = entry(maker.evaluate(indicators(plant.headings, *plant.wrong)), plant.entry)
    assert (found.verdict, found.severity) == ("inconsistent", plant.severity)
    assert plant.words in found.message
    assert found.message.startswith("二（一）")
    assert found.where == plant.entry.partition(":")[2]


@pytest.mark.parametrize("plant", PLANTS, ids=IDS)
def test_its_innocent_twin_is_not(maker, plant):
    assert kinds(maker.evaluate(indicators(plant.headings, *plant.right))) == []


# ---- what is no mistake


def judged(maker, *rows: str, **content):
    return maker.evaluate(indicators(Plant._field_defaults["headings"], *rows), **content)


@pytest.mark.parametrize(
    "row",
    [
        "a | 安全事故数 | 10 | | 0 | 0 | 10 | published |",
        "a | 安全事故数 | 10 | zero | 0起 | 0起 | 10 | published |",
        "a | 死亡率 | 10 | | 5‰ | 3‰ | 10 | published |",
        "a | 单位成本 | 10 | lower | 100元 | 95元 | 10 | |",
        "a | 投诉率 | 10 | | ≤5% | 3% | 10 | |",
        "a | 满意度 | 10 | | ≧90% | 96% | 10 | |",
        "a | 受助人数 | 10 | higher | ≧735人次 | 735 | 10 | |",
        "a | 制度健全 | 10 | qualitative | 健全 | 健全 | 10 | published |",
        "a | 预算执行率 | 10 | | | 100% | 10 | execution |",
        "a | 管理制度 | 10 | | | | 10 | assigned | 制度齐全",
        "a | 项目决策 | 10 | | | | 10 | published |",
        "a | 未开展 | 10 | higher | 5次 | | 0 | published | 没有开展",
        "a | 死亡抚恤金发放人数 | 10 | | ≥20人 | 20人 | 10 | |",
        "a | 血压控制率 | 10 | | ≥60% | 61% | 10 | |",
        "a | 死亡率 | 10 | | 5‰ | 3‰ | 10 | |",
        "a | 投诉件数 | 10 | | 5件 | 3件 | 10 | |",
        "a | 资金执行率 | 10 | | | 100% | 10 | |",
        "a | 覆盖率 | — | higher | — | — | — | | —",
        "a | 覆盖率 | 0 | higher | 0% | 0% | 0 | |",
    ],
)
def test_what_is_normal_is_not_called_wrong(maker, row):
    assert kinds(judged(maker, row)) == []


@pytest.mark.parametrize("reason", ["", "—", "无", "无。"])
def test_a_dash_or_the_word_none_is_no_reason(maker, reason):
    row = f"a | 覆盖率 | 10 | higher | 95% | 90% | 9.47 | | {reason}"
    assert kinds(judged(maker, row)) == ["missing-reason"]


def test_a_finding_that_rests_on_the_row_is_its_reason(maker):
    row = "a | 覆盖率 | 10 | higher | 95% | 90% | 9.47 | |"
    findings = {"findings": [{"id": "f", "title": "没有覆盖", "evidence": ["indicators.a.actual"]}]}
    ev = judged(maker, row, findings=findings)
    assert entry(ev, "missing-reason:indicators.a.reason").verdict == "consistent"
    assert kinds(judged(maker, row)) == ["missing-reason"]


def test_a_duration_under_timeliness_has_no_known_direction(maker):
    """Done in 25 days where 30 were planned: fewer is better, but nothing says so."""
    rows = ("g | | 时效指标 | | | |", "a | g | 完成时间 | 10 | | 30天 | 25天")
    assert kinds(maker.evaluate(indicators(GROUPED, *rows))) == []


def test_a_cost_under_costs_is_not_to_be_exceeded(maker):
    rows = ("g | | 成本指标 | | | |", "a | g | 人均标准 | 10 | | 75元 | {}")
    spent = {m: kinds(maker.evaluate(indicators(GROUPED, rows[0], rows[1].format(m)))) for m in
             ("70元", "75元", "80元")}  # fmt: skip
    assert spent == {"70元": [], "75元": [], "80元": ["missing-reason"]}


def test_scores_in_whole_marks_are_in_order_within_their_rounding(maker):
    """2 of 3 marks for 80 % and 7 of 10 for 70 %: each is rounded, none is out of order."""
    rows = (
        "a | 甲 | 3 | higher | 10人 | 8人 | 2 | published | 少两人",
        "b | 乙 | 10 | higher | 10人 | 7人 | 7 | published | 少三人",
    )
    assert "score-order" not in kinds(judged(maker, *rows))
    assert verdicts(judged(maker, *rows))["score-order:indicators.a.score"] == "consistent"


def test_one_inversion_is_told_once(maker):
    """One over-scored indicator among five is one entry, not four."""
    rows = [
        f"i{n} | 甲{n} | 10 | higher | 100人 | {n}0人 | {n} | published | 少" for n in range(3, 8)
    ]
    rows[0] = "i3 | 甲3 | 10 | higher | 100人 | 30人 | 9 | published | 少"
    assert kinds(judged(maker, *rows)).count("score-order") == 1


def test_an_indicator_heavier_than_its_group_of_two_is_no_rule(maker):
    assert kinds(maker.evaluate(indicators("id | full_marks", "a | 70", "b | 30"))) == []


@pytest.mark.parametrize(("full", "score", "verdict"), [("100", "100", True), ("100", "98", False)])
def test_every_project_at_a_hundred_is_told(maker, full, score, verdict):
    """Rows that are each scored out of a hundred are projects."""
    rows = [f"p{n} | 项目{n} | {full} | {score if n == 2 else 100} | 见附表" for n in range(3)]
    ev = maker.evaluate(indicators("id | name | full_marks | score | reason", *rows))
    assert ("low-execution-high-score" in kinds(ev)) is verdict


def test_nested_projects_all_at_a_hundred_are_told(maker):
    def parts(*scores: str):
        return {
            f"p{n}": {"params": {"published": {"score": score, "full": "100"}}}
            for n, score in enumerate(scores)
        }

    ev = maker.evaluate(parts=parts("100", "100", "100"))
    found = entry(ev, "low-execution-high-score:parts.p0.case.published.score")
    assert "3 个项目都得满分" in found.message
    assert "low-execution-high-score" not in kinds(maker.evaluate(parts=parts("100", "97")))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("a | 数量 | 50 |", "b | 效益 | 40 |"), "可能漏计了预算执行率的 10 分"),
        (("a | 数量 | 100 |", "b | 预算执行率 | 10 |"), "可能重复计算了预算执行率的 10 分"),
    ],
)
def test_the_ten_marks_of_execution_forgotten_or_counted_twice(maker, rows, words):
    ev = maker.evaluate(indicators("id | name | full_marks | score", *rows))
    found = entry(ev, "full-marks:case.published.full")
    assert (found.verdict, found.severity) == ("inconsistent", "warning")
    assert words in found.message
    ev = maker.evaluate(indicators("id | name | full_marks | score", *rows),
                        params={"published": {"full": "100"}})  # fmt: skip
    assert "预算执行率的 10 分" in entry(ev, "full-marks:case.published.full").message


def test_marks_that_add_up_with_execution_are_fine(maker):
    made = indicators("id | name | full_marks", "a | 数量 | 90", "b | 预算执行率 | 10")
    assert kinds(maker.evaluate(made, params={"stance": "self"})) == []
