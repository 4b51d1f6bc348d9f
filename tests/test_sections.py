"""What the chapters show: nested projects, funds over years, months, satisfaction."""

from decimal import Decimal

import pytest
from cases import budget, indicators, table

from evalbook.blocks import Block, Figure, Heading, Note, Table
from evalbook.sections import benefit, funds, output, overview, process, projects
from evalbook.sections import budget as money
from evalbook.sections.pieces import period

YEARS = table(
    "funds",
    "id | fund | name | period | income | expenditure",
    "a18 | staff | 职工 | 2018 | 400 | 300",
    "b18 | births | 生育 | 2018 | 40 | 30",
    "a19 | staff | 职工 | 2019 | 500 | 330",
)
DRG = {
    "params": {"title": "按病种付费试点项目", "published": {"grade": "良好"}},
    "tables": (budget("id | name | budget | executed", "total | 合计 | 443 | 400"),),
    "headings": [{"id": "h1", "text": "项目分三年建设。", "slot": "profile"}],
    "findings": {
        "findings": [{"id": "slow", "title": "建设进度慢"}],
        "recommendations": [{"id": "plan", "title": "排定工期", "answers": ["slow"]}],
    },
}
LINE = budget("id | name | budget | executed", "all | 项目支出 | 443 | 400")


def words(blocks: list[Block]) -> str:
    """All text of the blocks, a line for each."""
    lines = []
    for block in blocks:
        match block:
            case Heading():
                lines.append(f"{'#' * block.level} {block.text}")
            case Table():
                lines += [" | ".join(cell.text for cell in row) for row in block.rows]
            case Figure():
                lines.append(block.alt)
            case _:
                lines.append("".join(run.text for run in block.runs))
    return "\n".join(lines)


def test_nested_projects_are_summed_up_in_one_table(maker):
    ev = maker.evaluate(LINE, parts={"drg": DRG})
    assert "按病种付费试点项目 | 443 | 400 | 90.29% | 良好" in words(projects.summary(ev))


def test_a_project_without_money_says_so(maker):
    marks = indicators("id | name | score", "a | 产出 | 20")
    ev = maker.evaluate(LINE, parts={"drg": {"tables": (marks,)}})
    assert "未公布 | 未公布 | 未公布 | 未公布" in words(projects.summary(ev))


def test_each_project_is_an_annex_with_all_it_says(maker):
    blocks = projects.annexes(maker.evaluate(LINE, parts={"drg": DRG}))
    assert blocks[0] == Heading(1, "按病种付费试点项目", annex=True)
    assert all(h.level > 1 for h in blocks[1:] if isinstance(h, Heading))
    text = words(blocks)
    for said in ("项目分三年建设。", "合计 | 443 | 400", "### 建设进度慢", "### 排定工期", "良好"):
        assert said in text


def test_a_project_has_no_empty_chapters(maker):
    blocks = projects.annexes(maker.evaluate(LINE, parts={"drg": {"tables": (LINE,)}}))
    headings = [block.text for block in blocks if isinstance(block, Heading) and block.level == 2]
    assert headings == ["项目概况", "资金安排与使用", "评价结论"]


def test_a_case_without_projects_says_nothing_of_them(maker):
    ev = maker.evaluate(LINE)
    assert projects.summary(ev) == projects.annexes(ev) == []


def test_funds_of_two_years_stand_side_by_side(maker):
    text = words(funds.statement(maker.evaluate(YEARS)))
    assert "职工 | 400 | 500 | 25.00% | 300 | 330 | 10.00%" in text
    assert "生育 | 40 | — | — | 30 | — | —" in text


def test_funds_of_one_year_are_not_compared(maker):
    one = table("funds", "id | fund | name | period | income", "a | staff | 职工 | 2018 | 400")
    captions = [b.caption for b in funds.statement(maker.evaluate(one)) if isinstance(b, Table)]
    assert len(captions) == 1


def test_months_that_cannot_be_recomputed_are_shown_as_printed(maker):
    printed = table("funds", "id | name | months", "a | 居民医保基金 | 16")
    text = words(output.months_payable(maker.evaluate(printed)))
    assert "16个月（原文印出的数" in text
    assert "高于 15 个月，结余过多" in text


def test_satisfaction_comes_with_its_interval(maker):
    survey = table("surveys", "id | group | valid | rate", "a | 参保群众 | 200 | 90%")
    text = words(benefit.satisfaction(maker.evaluate(survey)))
    assert "95% 置信区间为 85.06%–93.43%" in text


def test_satisfaction_without_a_sample_has_no_interval(maker):
    survey = table("surveys", "id | group | rate", "a | 参保群众 | 90%")
    text = words(benefit.satisfaction(maker.evaluate(survey)))
    assert "误差范围无法计算" in text
    assert "置信区间" not in text


@pytest.mark.parametrize(
    ("share", "count", "low", "high"),
    [("0.5", 100, "0.4038", "0.5962"), ("0", 10, "0", "0.2775"), ("1", 10, "0.7225", "1")],
)
def test_wilson_intervals_are_those_of_the_textbooks(share, count, low, high):
    ends = benefit.wilson(Decimal(share), Decimal(count))
    assert [round(end, 4) for end in ends] == [Decimal(low), Decimal(high)]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("2019", "2019年"),
        ("2018/2019", "2018—2019年"),
        ("2020-12-31", "2020年12月31日"),
        ("../2020-12-31", "截至2020年12月31日累计"),
        ("2019-01/2019-11", "2019年1月—2019年11月"),
        ("", ""),
    ],
)
def test_periods_are_said_in_words(code, said):
    assert period(code) == said


def test_the_rate_in_place_is_on_what_was_due_else_on_the_budget(maker):
    lines = budget(
        "id | name | planned | budget | due | in_place",
        "a | 甲 | 120 | 110 | | 99",
        "b | 乙 | | | 200 | 150",
        "c | 丙 | 120 | | | 120",
    )
    ev = maker.evaluate(lines)
    rated = money.in_place_rates(ev, ev.case.tables[0])
    assert [(row.id, base, str(rate)) for row, base, rate in rated] == [
        ("a", "budget", "90.00"), ("b", "due", "75.00"), ("c", "planned", "100.00"),
    ]  # fmt: skip
    text = words(money.in_place(ev))
    assert "2 处没有足额到位" in text
    assert "乙应到位 200万元，实际到位 150万元，到位率 75.00%。" in text


def test_days_late_are_shown_beside_the_dates(maker):
    late = table(
        "incidents",
        "id | name | date | due",
        "a | 划拨 | 2018-07-17 | 2018-06-20",
        "b | 备案 | | 2018-06-20",
    )
    text = words(process.samples(maker.evaluate(late)))
    assert "划拨 | 2018-07-17 | 2018-06-20 | 27" in text
    assert "备案 | 未公布 | 2018-06-20 | \n" in text + "\n"


def test_an_item_of_a_list_is_an_item_of_the_report(maker):
    steps = [{"id": "h", "text": "分两步：\n- 收集资料\n- 撰写报告", "slot": "process"}]
    blocks = overview.work(maker.evaluate(LINE, headings=steps))
    items = [block.runs[0].text for block in blocks if getattr(block, "style", "") == "item"]
    assert items == ["收集资料", "撰写报告"]


def test_a_disputed_fund_is_boxed(maker):
    wrong = table(
        "funds",
        "id | name | opening | income | expenditure | closing",
        "a | 居民医保基金 | 21.54 | 53.62 | 49.33 | 21.55",
    )
    notes = [b for b in funds.statement(maker.evaluate(wrong)) if isinstance(b, Note)]
    assert [note.tone for note in notes] == ["error"]


def test_a_rate_that_is_printed_without_its_base_is_shown_as_printed(maker):
    made = budget(
        "id | parent | name | executed | rate | share",
        "total | | 合计 | 100.00 | 99.54% |",
        "a | total | 设备 | 60.00 | | 60.00%",
    )
    ev = maker.evaluate(made)
    assert "执行率 99.54%（原文印出的数" in words(money.execution(ev))
    assert "没有可以计算执行率的资金" in words(money.low_execution(ev))


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        (("20", "25", "44"), "最高的是“决策”、“过程”（100.00%），最低的是“产出”（97.78%）"),
        (("20", "25", "45"), "各部分的得分率相同，都是 100.00%。"),
    ],
)
def test_sections_that_share_a_rate_are_named_together(maker, marks, said):
    full = zip(("决策", "过程", "产出"), (20, 25, 45), marks, strict=True)
    lines = [f"s{n} | {name} | {of} | {got}" for n, (name, of, got) in enumerate(full)]
    ev = maker.evaluate(indicators("id | name | full_marks | score", *lines))
    assert said in words(overview.scores(ev))
