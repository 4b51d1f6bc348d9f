"""00_overview: what was evaluated, how, and the result (基本情况、评价工作、综合结论)."""

from collections.abc import Iterable
from decimal import Decimal

from evalbook import charts
from evalbook.audit.entry import plain
from evalbook.blocks import Block, Cell, Heading, Note, Run, Table
from evalbook.evaluation import Evaluation
from evalbook.frameworks import unseen
from evalbook.kinds import SEVERITIES
from evalbook.model import Row
from evalbook.prose import UNPUBLISHED
from evalbook.sections.framework import framework
from evalbook.sections.grouped import grouped, problem_note, remarks
from evalbook.sections.pieces import (
    ANNEX,
    AUDITED,
    counted,
    derived_cell,
    owner,
    paragraph,
    period,
    plain_table,
    printed,
    recomputed,
    recomputed_cell,
    under,
    value_cell,
    written,
)
from evalbook.sections.scoring import departures

KINDS = {
    "department": "部门整体支出",
    "project": "项目支出",
    "fund": "基金",
    "transfer": "转移支付",
}
STANCES = {"third-party": "第三方评价", "finance": "财政评价", "self": "单位自评"}


def profile(ev: Evaluation) -> list[Block]:
    """一 基本情况: the basics as a table, the department in words, the goals."""
    return [
        Heading(1, "基本情况"),
        Heading(2, "项目概况"),
        basics(ev),
        *written(ev, "profile"),
        *under(Heading(2, "绩效目标"), written(ev, "goals")),
    ]


def basics(ev: Evaluation) -> Table:
    """Who was evaluated by whom, under which framework and rule set, and where it departs."""
    params, known = ev.case.params, ev.case.framework
    rows: list[tuple[str, Cell | str]] = [
        ("评价对象", f"{params.department}（{KINDS[params.kind]}）"),
        ("实施单位", params.unit or UNPUBLISHED),
        ("评价年度", period(params.period)),
        ("评价方式", STANCES[params.stance]),
        ("委托方", params.commissioned_by or UNPUBLISHED),
        ("评价机构", params.evaluator or UNPUBLISHED),
        ("报告日期", period(params.date or "") or UNPUBLISHED),
        ("指标体系", known.title + unseen(known) if known else UNPUBLISHED),
        ("评分规则", ev.case.rules.title),
        *(("本项目另定", stated) for stated in departures(ev)),
        ("金额单位", params.money_unit),
    ]
    return plain_table("评价基本信息", ("项目", "内容"), rows, (1, 4))


def work(ev: Evaluation) -> list[Block]:
    """二 评价工作开展情况."""
    return [
        Heading(1, "评价工作开展情况"),
        *under(Heading(2, "评价目的、对象和范围"), written(ev, "purpose")),
        *under(Heading(2, "评价原则"), written(ev, "principles")),
        *under(Heading(2, "指标体系、方法和标准"), written(ev, "method")),
        *framework(ev),
        *under(Heading(2, "评价工作过程"), written(ev, "process")),
    ]


def conclusion(ev: Evaluation) -> list[Block]:
    """三 综合评价情况及结论, with the score table 评分表."""
    return [
        Heading(1, "综合评价情况及结论"),
        Heading(2, "评价结论"),
        *result(ev),
        *written(ev, "conclusion"),
        *score_table(ev),
    ]


def result(ev: Evaluation) -> list[Block]:
    """What was published of score and grade, and what the indicators give."""
    published = ev.case.params.published
    if published.score is None and published.grade is None:
        return [paragraph("综合得分和等级没有公布。"), *_again(ev)]
    if published.score is None:
        return [paragraph(f"公布的等级为“{published.grade}”，得分未公布。"), *_again(ev)]
    grade = f"等级为“{published.grade}”" if published.grade else "等级未公布"
    full = ("，满分 ", printed(ev, "case.published.full")) if published.full is not None else ()
    score = printed(ev, "case.published.score")
    return [paragraph("公布的综合得分为 ", score, *full, f"，{grade}。"), *_again(ev)]


def _again(ev: Evaluation) -> list[Block]:
    """The total and grade that the indicators give, beside what is published of them."""
    if ev.total is None:
        return []
    compared = _compared(ev)
    without = "，不在任何等级之内"
    if all(band.from_ is None for band in ev.case.rules.grade_bands):
        without = "，评分规则没有各等级的分数线"
    return [
        paragraph(
            f"按指标得分和{ev.case.rules.reference}复算，总分为 ",
            _total(ev),
            f"，等级为“{ev.grade}”{compared}。" if ev.grade else f"{without}{compared}。",
        )
    ]


def _total(ev: Evaluation) -> Run:
    """The total that the indicators give."""
    value = plain(ev.total or Decimal(0))
    return Run(f"{value}分", ev.case.absolute("score.computed.total"), value, computed=True)


def _compared(ev: Evaluation) -> str:
    """Which of total and grade agree with what was published, as far as both sides have one."""
    published = ev.case.params.published
    same: dict[str, bool] = {}
    if published.score is not None:
        same["总分"] = published.score == ev.total
    if published.grade and ev.grade:
        same["等级"] = published.grade.startswith(ev.grade)
    if len(same) == 2 and len(set(same.values())) == 1:
        return "，与公布的一致" if same["总分"] else "，与公布的都不一致"
    said = [f"{name}与公布的{'一致' if agrees else '不一致'}" for name, agrees in same.items()]
    return "；" * bool(said) + "，".join(said)


def score_table(ev: Evaluation) -> list[Block]:
    """评分表: the level-1 indicators and the total; nothing when no marks are printed."""
    tables = ev.case.of_kind("indicators")
    rows = [
        [
            Cell(row.name),
            _marks(ev, row, "full_marks"),
            _marks(ev, row, "score"),
            recomputed_cell(ev, row.address("rate")),
        ]
        for table in tables
        for row in table.roots()
        if _marks(ev, row, "full_marks").value
    ]
    if not rows:
        return [Note((Run("各部分的分值和得分没有公布，综合得分无法分解。"),))]
    rows.append(
        [
            Cell("综合得分"),
            _full(ev),
            *(value_cell(ev, f"case.published.{key}") for key in ("score", "rate")),
        ]
    )
    last = len(rows) - 1
    return [
        plain_table(
            "绩效得分情况表",
            ("指标", "分值", "得分", "得分率"),
            rows,
            (2, 1, 1, 1),
            ("left", "right", "right", "right"),
            kind=lambda n: "total" if n == last else "body",
        )
    ]


def _marks(ev: Evaluation, row: Row, column: str) -> Cell:
    """Marks as printed; where they are not, the sum of the rows below if all print theirs."""
    address = row.address(column)
    if f"{address}.below" in ev.derived:
        return derived_cell(ev, f"{address}.below", "（下级合计）")
    return value_cell(ev, address)


def _full(ev: Evaluation) -> Cell:
    """The full marks as published, else the sum of the level-1 indicators."""
    roots = [row for table in ev.case.of_kind("indicators") for row in table.roots()]
    if ev.case.params.published.full is None and all(r["full_marks"].value for r in roots):
        return derived_cell(ev, ev.case.absolute("sum.full"))
    return value_cell(ev, "case.published.full")


def scores(ev: Evaluation) -> list[Block]:
    """The score rate 得分率 of each section and indicator, and what the highest and lowest are."""
    rated = [
        (rate, row)
        for table in ev.case.of_kind("indicators")
        for row in table.roots()
        if (rate := ev.computed(row.address("rate"))) is not None
    ]
    if len(rated) < 2:
        return [*charts.indicator_rates(ev)]
    low, high = min(rate for rate, _ in rated), max(rate for rate, _ in rated)
    if low == high:
        same = recomputed(ev, rated[0][1].address("rate"), "%")
        said = paragraph("各部分的得分率相同，都是 ", same, "。")
        return [*charts.score_rates(ev), said, *charts.indicator_rates(ev)]
    best, worst = ([row for rate, row in rated if rate == end] for end in (high, low))
    return [
        *charts.score_rates(ev),
        paragraph(
            f"各部分中得分率最高的是{_names(best)}（",
            recomputed(ev, best[0].address("rate"), "%"),
            f"），最低的是{_names(worst)}（",
            recomputed(ev, worst[0].address("rate"), "%"),
            "）。",
        ),
        *charts.indicator_rates(ev),
    ]


def _names(rows: Iterable[Row]) -> str:
    return "、".join(f"“{row.name}”" for row in rows)


def audit_summary(ev: Evaluation) -> list[Block]:
    """What the audit 勾稽核查 found, in a few lines; the whole list is an annex."""
    blocks: list[Block] = [
        Heading(2, AUDITED),
        paragraph(
            "对公布材料中的数据和文字逐项复核，共 ",
            counted(ev, "checked"),
            " 项：相符 ",
            counted(ev, "consistent"),
            " 项，属取整差异 ",
            counted(ev, "rounding"),
            " 项，缺少基数无法复核 ",
            counted(ev, "unverifiable"),
            " 项，不一致 ",
            counted(ev, "inconsistent"),
            " 项（明细见",
            Run("附件", ref=ANNEX),
            "）。",
        ),
    ]
    of = {each: [e for e in ev.audit.problems if e.severity == each] for each in SEVERITIES}
    if of["error"] or of["warning"]:
        blocks.append(paragraph("需要更正或说明的有："))
    blocks += [problem_note(entry, owner(ev, entry.where)) for entry in of["error"]]
    kinds = dict.fromkeys(entry.kind for entry in of["warning"])
    blocks += [grouped(ev, [e for e in of["warning"] if e.kind == kind]) for kind in kinds]
    return blocks + remarks(ev, of["note"])


def title_facts(ev: Evaluation) -> list[tuple[str, str]]:
    """What stands under the title of the report."""
    params = ev.case.params
    return [
        ("被评价部门", params.department),
        ("实施单位", params.unit or UNPUBLISHED),
        ("评价年度", period(params.period)),
        ("委托方", params.commissioned_by or UNPUBLISHED),
        ("评价机构", params.evaluator or UNPUBLISHED),
        ("报告日期", period(params.date or "") or UNPUBLISHED),
    ]
