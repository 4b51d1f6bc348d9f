"""What the chapters show: nested projects, funds over years, months, satisfaction."""

from dataclasses import replace
from decimal import Decimal

import pytest
from cases import budget, facts, indicators, table

from evalbook.blocks import Block, Figure, Heading, Note, Table
from evalbook.derived.budgets import base_of
from evalbook.derived.surveys import wilson
from evalbook.kinds import KINDS, SETTINGS
from evalbook.proofs import proof
from evalbook.rulesets import RuleSet, RuleSpec
from evalbook.sections import benefit, findings, funds, output, overview, process, projects
from evalbook.sections import budget as money
from evalbook.sections.grouped import FIRST_FEW
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
    assert "按病种付费试点项目 | 443 | 400 | 90.29% | 未公布 | 良好" in words(projects.summary(ev))


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


def test_budget_and_final_accounts_of_a_fund_are_compared_each_with_its_own(maker):
    headings = "id | fund | name | period | income"
    plan = table(
        "funds", headings, "p18 | staff | 职工 | 2018 | 400", "p19 | staff | 职工 | 2019 | 500",
        id="plan",
    )  # fmt: skip
    final = table(
        "funds", headings, "f18 | staff | 职工 | 2018 | 200", "f19 | staff | 职工 | 2019 | 220",
        id="final",
    )  # fmt: skip
    ev = maker.evaluate(plan, final)
    growths = {a: each.value for a, each in ev.derived.items() if a.endswith(".growth")}
    assert growths == {"funds.p19.income.growth": "25.00", "funds.f19.income.growth": "10.00"}
    text = words(funds.statement(ev))
    titles = [each.title for each in ev.case.tables]
    assert f"职工（{titles[0]}） | 400 | 500 | 25.00%" in text
    assert f"职工（{titles[1]}） | 200 | 220 | 10.00%" in text


def test_a_fund_printed_twice_for_a_year_in_one_table_has_no_growth(maker):
    twice = table(
        "funds", "id | fund | name | period | income", "a18 | staff | 职工 | 2018 | 400",
        "a19 | staff | 职工 | 2019 | 500", "b19 | staff | 职工 | 2019 | 480",
    )  # fmt: skip
    ev = maker.evaluate(twice)
    assert not [address for address in ev.derived if address.endswith(".growth")]
    shown = [block for block in funds.statement(ev) if isinstance(block, Table)][-1]
    assert [row[2].text for row in shown.rows] == ["500", "480", "—"]


def test_funds_of_one_year_are_not_compared(maker):
    one = table("funds", "id | fund | name | period | income", "a | staff | 职工 | 2018 | 400")
    captions = [b.caption for b in funds.statement(maker.evaluate(one)) if isinstance(b, Table)]
    assert len(captions) == 1


def test_months_that_cannot_be_recomputed_are_shown_as_printed(maker):
    printed = table("funds", "id | name | months", "a | 职工基本医疗保险统筹基金 | 16")
    text = words(output.months_payable(maker.evaluate(printed)))
    assert "16个月（原文印出的数" in text
    assert "高于 15 个月，结余过多" in text


def test_satisfaction_comes_with_its_interval(maker):
    survey = table("surveys", "id | group | valid | rate", "a | 参保群众 | 200 | 90%")
    text = words(benefit.satisfaction(maker.evaluate(survey)))
    assert "95% 置信区间为 85.06%–93.43%" in text


def test_the_level_of_confidence_is_a_setting_with_an_address(maker):
    survey = table("surveys", "id | group | valid | rate", "a | 参保群众 | 200 | 90%")
    own = {"settings": [{"name": "confidence", "value": "90%", "reason": "本部门办法"}]}
    ev = maker.evaluate(survey, params=own)
    said = benefit.satisfaction(ev)[-1]
    assert "90% 置信区间为 85.96%–92.97%" in words([said])
    assert "settings.confidence" in {run.address for run in said.runs}
    assert "本部门办法" in proof(ev, "settings.confidence").rule


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
    ends = wilson(Decimal(share), Decimal(count), Decimal("0.95"))
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
    assert "乙：应到位 200万元，实际到位 150万元，到位率 75.00%。" in text


def test_nothing_due_is_printed_and_has_no_rate_in_place(maker):
    ev = maker.evaluate(
        budget(
            "id | name | budget | due | in_place", "a | 甲 | 100 | 0 | 20", "b | 乙 | 100 | 80 | 0"
        )
    )
    rates = {address: each.value for address, each in ev.derived.items() if "in_place" in address}
    assert rates == {"budget.b.in_place.rate": "0.00"}


IN_PLACE = "id | name | due | in_place | rate"


def test_a_rate_in_place_that_a_table_prints_has_that_one_address(maker):
    lines = budget(
        IN_PLACE, "a | 甲 | 200 | 150 | 75%", "b | 乙 | 200000 | 199999 | 100%",
        formulas={"rate": "in_place / due"},
    )  # fmt: skip
    ev = maker.evaluate(lines)
    chart = next(block for block in money.in_place(ev) if isinstance(block, Figure))
    assert [(run.address, run.text) for _, run in chart.data] == [
        ("budget.a.rate", "75.00%"), ("budget.b.rate.apart", "99.9995%"),
    ]  # fmt: skip
    assert not [address for address in ev.derived if address.endswith("in_place.rate")]
    assert "2 处没有足额到位" in words(money.in_place(ev))


def test_the_base_of_a_rate_is_read_from_the_kind_of_table(maker):
    lines = budget("id | name | planned | budget | executed", "a | 甲 | 120 | 100 | 50")
    case = maker.evaluate(lines).case
    table, row = next(case.rows("budget"))
    assert base_of(case, row) == "budget"
    known = tuple(
        relation.model_copy(update={"claim": "executed <= first(planned, budget)"})
        if relation.kind == "budget-line"
        else relation
        for relation in table.kind.relations
    )
    kind = table.kind.model_copy(update={"relations": known})
    other = replace(case, tables=(replace(table, kind=kind),))
    assert base_of(other, row) == "planned"


def test_a_fund_with_months_of_nothing_is_shown(maker):
    empty = table("funds", "id | name | months", "a | 职工基本医疗保险统筹基金 | 0")
    text = words(output.months_payable(maker.evaluate(empty)))
    assert "0个月（原文印出的数" in text
    assert "结余不足" in text


@pytest.mark.parametrize(
    ("formula", "reference"),
    [
        ("", "附件1（全年执行数 ÷ 全年预算数）"),
        ("executed / in_place", "附件2（预算执行率 = 实际支出资金 ÷ 实际到位资金）"),
        ("executed / planned", "（该评价自行采用，见原文本表）"),
    ],
)
def test_a_formula_has_the_authority_that_gives_it(maker, formula, reference):
    own = {"formulas": {"rate": formula}} if formula else {}
    made = budget(
        "id | name | planned | budget | in_place | executed | rate",
        "a | 甲 | 200 | 100 | 80 | 60 | 50%",
        **own,
    )
    said = proof(maker.evaluate(made), "budget.a.rate").formula
    assert reference in said
    assert ("附件1" in said) == (not formula)


def test_an_audit_entry_that_is_not_there_has_no_proof(maker):
    with pytest.raises(KeyError):
        proof(maker.evaluate(LINE), "audit.entries.nothing:at_all")


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
    assert (
        words(notes) == "“居民医保基金”的累计结余没有通过数据核查（滚存结余），见“数据核查情况”。"
    )


def test_a_finding_on_a_disputed_figure_refers_to_the_audit_where_it_is_told_once(maker):
    wrong = budget("id | name | budget | executed | rate", "a | 宣传 | 100 | 90 | 50%")
    found = {"findings": [{"id": "slow", "title": "执行慢", "evidence": ["budget.a.rate"]}]}
    ev = maker.evaluate(wrong, findings=found)
    (error,) = [each for each in ev.audit.problems if each.severity == "error"]
    (box,) = [b for b in findings.problems(ev) if isinstance(b, Note) and b.tone == "error"]
    assert error.message not in words([box])
    assert "“宣传”的执行率没有通过数据核查" in words([box])
    told = overview.audit_summary(ev)
    assert [run.ref for run in box.runs if run.ref] == [told[0].text]
    assert error.message in words(told)


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


EACH_ITS_UNIT = table(
    "funds",
    "id | fund | name | period | unit | income",
    "a18 | staff | 职工 | 2018 | 万元 | 100",
    "a19 | staff | 职工 | 2019 | 亿元 | 1.2",
    unit="万元",
)


def test_growth_is_measured_in_one_unit_and_other_units_are_shown(maker):
    text = words(funds.statement(maker.evaluate(EACH_ITS_UNIT)))
    assert "职工 | 100 | 1.2亿元 | 11900.00%" in text


@pytest.mark.parametrize(
    ("periods", "caption"),
    [
        (("2018", "2019"), "基金收支的年度变化（2018年、2019年）"),
        (("2018", "2020"), "基金收支两期比较（2018年、2020年）"),
        (("2018-01/2018-06", "2018-07/2018-12"),
         "基金收支两期比较（2018年1月—2018年6月、2018年7月—2018年12月）"),
    ],
)  # fmt: skip
def test_only_years_that_follow_each_other_are_a_yearly_change(maker, periods, caption):
    lines = [f"f{n} | staff | 职工 | {each} | {n}00" for n, each in enumerate(periods, 1)]
    ev = maker.evaluate(table("funds", "id | fund | name | period | income", *lines))
    assert caption in [b.caption for b in funds.statement(ev) if isinstance(b, Table)]


def test_half_a_year_is_not_compared_with_a_whole_one(maker):
    lines = ("a | staff | 职工 | 2018 | 400", "b | staff | 职工 | 2019-01/2019-06 | 200")
    ev = maker.evaluate(table("funds", "id | fund | name | period | income", *lines))
    assert len([b for b in funds.statement(ev) if isinstance(b, Table)]) == 1


@pytest.mark.parametrize(
    ("valid", "rate", "said"),
    [
        ("200", "120%", "满意度 120%，超出了比例可能的范围，置信区间无法计算。"),
        ("200", "900‰", "满意度 90%，按有效问卷 200 份计，95% 置信区间为 85.06%–93.43%"),
        ("1.2万份", "90%", "95% 置信区间为 89.45%–90.52%"),
    ],
)
def test_satisfaction_that_is_oddly_printed(maker, valid, rate, said):
    survey = table("surveys", "id | group | valid | rate", f"a | 参保群众 | {valid} | {rate}")
    assert said in words(benefit.satisfaction(maker.evaluate(survey)))


@pytest.mark.parametrize(
    ("fund", "said"),
    [
        ("职工基本医疗保险统筹基金", "没有公布），高于 15 个月，结余过多。"),
        ("城乡居民基本医疗保险基金", "没有公布），该范围不是为这项基金定的。"),
    ],
)  # fmt: skip
def test_months_are_judged_only_for_the_fund_of_the_band(maker, fund, said):
    ev = maker.evaluate(table("funds", "id | name | months", f"a | {fund} | 16"))
    assert said in words(output.months_payable(ev))


def test_a_rate_just_below_the_limit_is_listed_and_shown_to_be_below(maker):
    ev = maker.evaluate(budget("id | name | budget | executed", "a | 培训 | 100000 | 79996"))
    assert "培训（二（一）） | 100000 | 79996 | 万元 | 79.996% | 未说明" in words(
        money.low_execution(ev)
    )


def test_a_rate_in_place_just_below_all_is_short(maker):
    ev = maker.evaluate(budget("id | name | budget | in_place", "a | 培训 | 100000 | 99999"))
    text = words(money.in_place(ev))
    assert "1 处没有足额到位" in text
    assert "培训：预算数 100000万元，实际到位 99999万元，到位率 99.999%。" in text


def test_without_a_base_it_is_the_budget_that_is_not_published(maker):
    made = budget(
        "id | parent | name | executed | share",
        "total | | 合计 | 100 |",
        "a | total | 设备 | 60 | 60%",
    )
    assert "预算数 未公布，执行 100万元" in words(money.execution(maker.evaluate(made)))


@pytest.mark.parametrize(
    ("published", "said"),
    [
        ({"score": "85"}, "总分为 85分，等级为“良”；总分与公布的一致。"),
        ({"grade": "良"}, "总分为 85分，等级为“良”；等级与公布的一致。"),
        ({"score": "85", "grade": "良"}, "总分为 85分，等级为“良”，与公布的一致。"),
        ({"score": "85", "grade": "优"}, "等级为“良”；总分与公布的一致，等级与公布的不一致。"),
        ({"score": "99", "grade": "优"}, "等级为“良”，与公布的都不一致。"),
    ],
)
def test_it_is_said_what_agrees_with_what_was_published(maker, published, said):
    made = indicators("id | name | full_marks | score", "a | 全部 | 100 | 85")
    ev = maker.evaluate(made, params={"published": published})
    assert said in words(overview.result(ev))


@pytest.mark.parametrize(
    ("framework", "said"),
    [
        (None, "指标体系没有公布，这一部分的分值不详。"),
        ("qingdao-2020-6", "指标体系没有给这一部分单独的分值。"),
    ],
)
def test_a_section_without_marks_says_why(maker, framework, said):
    ev = maker.evaluate(LINE, params={"framework": framework})
    assert said in words(money.opening(ev))


def test_the_audit_too_shows_that_the_rate_is_below_the_limit(maker):
    ev = maker.evaluate(budget("id | name | budget | executed", "a | 培训 | 100000 | 79996"))
    assert any("为 79.996%，低于 80%" in each.message for each in ev.audit.problems)


def test_settings_of_a_case_are_said_in_words_beside_the_rule_set(maker):
    settings = [
        {"name": "threshold.pass_rate", "value": "50%", "reason": "本部门办法"},
        {"name": "execution.base", "value": "budget", "reason": "没有调整"},
        {"name": "low_execution", "value": "85%", "reason": "从严"},
    ]
    params = {"rules": "caiyu-2021-101", "settings": settings}
    ev = maker.evaluate(LINE, params=params)
    rows = [[cell.text for cell in row] for row in overview.basics(ev).rows]
    said = [stated for name, stated in rows if name == "本项目另定"]
    assert said[0] == "“按完成比例，设及格门槛”的及格门槛为 50%，理由：本部门办法"
    assert said[1].endswith("的执行率的分母为 预算数，理由：没有调整")
    assert said[2] == "执行率偏低的界线为 85%，理由：从严"


def test_every_setting_has_a_name_in_words():
    many = {"grade_bands", "months_band", "steps", "bands"}
    for model in (RuleSet, RuleSpec):
        for name, field in model.model_fields.items():
            if "RuleValue" in str(field.annotation) and name not in many:
                assert name in SETTINGS, name


def test_an_annex_says_how_its_indicators_were_scored(maker):
    marks = indicators(
        "id | name | full_marks | direction | target | actual | score",
        "a | 完成率 | 10 | higher | 100% | 70% | 7",
    )
    text = words(projects.annexes(maker.evaluate(LINE, parts={"drg": {"tables": (marks,)}})))
    assert "以下得分按项目支出绩效评价管理办法（财预〔2020〕10号）计算。" in text
    assert "10 × 70 ÷ 100 = 7.00" in text


def test_projects_stand_in_one_unit_under_their_short_names(maker):
    yuan = budget("id | name | budget | executed", "total | 合计 | 4430000 | 4000000", unit="元")
    part = DRG | {"params": DRG["params"] | {"short": "按病种付费"}, "tables": (yuan,)}
    ev = maker.evaluate(LINE, parts={"drg": part})
    blocks = projects.summary(ev)
    assert "按病种付费 | 443 | 400 | 90.29% | 未公布 | 良好" in words(blocks)
    assert [block.unit for block in blocks if isinstance(block, Table)] == ["万元"]
    assert (
        projects.annexes(maker.evaluate(LINE, parts={"drg": part}))[0].text == "按病种付费试点项目"
    )


def test_what_is_wrong_in_a_project_names_the_project(maker):
    wrong = budget("id | name | budget | executed | rate", "all | 项目支出 | 100 | 40 | 50%")
    parts = {name: {"params": {"title": title, "short": title[:2]}, "tables": (wrong,)}
             for name, title in (("a", "甲类项目"), ("b", "乙类项目"))}  # fmt: skip
    ev = maker.evaluate(LINE, parts=parts)
    boxes = [b for b in overview.audit_summary(ev) if isinstance(b, Note)]
    notes = [text_of(box) for box in boxes if box.tone == "error"]
    assert {note[:3] for note in notes} == {"甲类：", "乙类："}
    assert len(set(notes)) == len(notes)
    (shared,) = (text_of(box) for box in boxes if box.tone == "warning")
    assert "甲类：" in shared
    assert "乙类：" in shared
    assert "| 甲类：" in words(findings.audit_annex(ev))


def test_a_document_without_a_name_says_so(maker):
    named = table("documents", "id | title | number", "a | | 甲发〔2019〕1号", "b | 乙办法 | ")
    text = words(process.documents(maker.evaluate(named)))
    assert "未公布 | 甲发〔2019〕1号" in text


def test_a_decrease_is_said_in_words(maker):
    made = facts("id | name | value | unit | change | growth", "a | 支出 | 213 | 万元 | -34 | -10%")
    text = words(benefit.facts(maker.evaluate(made)))
    assert "支出 | 213万元 | 减少 34万元 | 降幅 10%" in text


def test_a_paragraph_twice_in_recommendations_is_placed_in_words(maker):
    said = "提前统筹各个审批环节，缩短时间，加快建设，按规定完成预定的绩效目标任务和年度计划。" * 2
    part = DRG | {"findings": {"recommendations": [{"id": "a", "title": "统筹", "text": said}]}}
    ev = maker.evaluate(LINE, parts={"x": part, "y": part})
    found = [each.message for each in ev.audit.problems if each.kind == "duplicate-text"]
    assert any("按病种付费试点项目建议“统筹”中的一段重复" in message for message in found)
    assert not any("recommendations" in message for message in found)


def test_a_disputed_balance_says_both_numbers_of_months(maker):
    wrong = table(
        "funds",
        "id | name | period | opening | income | expenditure | closing",
        "a | 居民医保基金 | 2019 | 100 | 120 | 120 | 50",
    )
    text = words(output.months_payable(maker.evaluate(wrong)))
    assert "可支配月数为 10.00个月，而不是 5.00个月。结论取决于哪个数正确" in text


def test_a_target_is_compared_without_its_sign(maker):
    made = indicators("id | name | target | actual", "a | 参保 | ≥100人 | 100人")
    claim = {
        "id": "more", "kind": "order-claim", "place": "二", "note": "原文称超额完成",
        "expression": "indicators.a.actual > indicators.a.target",
    }  # fmt: skip
    ev = maker.evaluate(made, checks=[claim])
    assert any("100人 > 100人，不成立" in each.message for each in ev.audit.problems)


def test_parts_without_marks_of_their_own_show_the_sum_of_the_rows_below(maker):
    lines = indicators(
        "id | parent | name | full_marks | score",
        "output | | 产出指标 | | ",
        "a | output | 数量 | 30 | 28",
        "b | output | 质量 | 20 | 20",
        "benefit | | 效益指标 | | ",
        "c | benefit | 经济 | 30 | ",
        "d | benefit | 社会 | 20 | 19",
    )
    text = words(overview.score_table(maker.evaluate(lines)))
    assert "产出指标 | 50（下级合计） | 48（下级合计）" in text
    assert "效益指标 | 50（下级合计） | 未公布" in text


BROKEN = tuple(
    budget("id | name | budget | executed", *(f"r{n} | 第{n}项 | 100 | 1{n}" for n in range(count)))
    for count in (1, 2, 3, 4, 9)
)


@pytest.mark.parametrize("made", BROKEN)
def test_warnings_of_one_kind_share_a_box(maker, made):
    ev = maker.evaluate(made)
    low = [e for e in ev.audit.problems if e.kind == "missing-reason"]
    boxes = [b for b in overview.audit_summary(ev) if isinstance(b, Note)]
    mine = [box for box in map(text_of, boxes) if low[0].message in box]
    assert len(mine) == 1
    assert sum(entry.message in mine[0] for entry in low) == min(len(low), FIRST_FEW)
    assert mine[0].startswith(f"{KINDS['missing-reason']} {len(low)} 项：") == (len(low) > 1)
    assert (f"其余 {len(low) - 3} 项见" in mine[0]) == (len(low) > 3)


def text_of(note):
    return "".join(run.text for run in note.runs)


def test_errors_are_boxed_one_by_one(maker):
    wrong = [f"r{n} | 第{n}项 | 100 | 90 | 50%" for n in range(5)]
    ev = maker.evaluate(budget("id | name | budget | executed | rate", *wrong))
    errors = [e.message for e in ev.audit.problems if e.severity == "error"]
    assert len(errors) == 5
    boxes = [b for b in overview.audit_summary(ev) if isinstance(b, Note) and b.tone == "error"]
    assert [words([box]) for box in boxes] == errors


def test_the_audit_refers_to_its_annex(maker):
    ev = maker.evaluate(LINE)
    refs = [run.ref for b in overview.audit_summary(ev) for run in getattr(b, "runs", ())]
    annex = findings.audit_annex(ev)[0]
    assert isinstance(annex, Heading)
    assert annex.text in refs


def test_a_base_of_two_parts_is_shown_with_its_parts(maker):
    made = budget(
        "id | parent | name | budget | adjustment | executed",
        "t | | 合计 | 200 | -50 | 100",
        "a | t | 甲 | 100 | -20 | 20",
        "b | t | 乙 | 100 | -30 | 80",
    )  # fmt: skip
    ev = maker.evaluate(made)
    text = words(money.execution(ev))
    assert "调整后预算数 150万元（预算数 200万元，追加数 -50万元），执行 100万元" in text
    low = next(b for b in money.low_execution(ev) if isinstance(b, Table))
    assert low.rows[0][1].text == "80（100-20）"
    assert (low.rows[0][1].value, low.rows[0][1].computed) == ("80", True)


def test_a_project_whose_base_has_two_parts_shows_it_in_the_unit_of_the_whole(maker):
    made = budget(
        "id | name | budget | adjustment | executed", "a | 合计 | 2000000 | 500000 | 2000000",
        unit="元",
    )  # fmt: skip
    ev = maker.evaluate(LINE, parts={"drg": {"tables": (made,)}})
    assert "| 250 | 200 | 80.00%" in words(projects.summary(ev))


def test_low_lines_say_their_unit(maker):
    made = budget("id | name | budget | executed", "a | 培训 | 1000000 | 1000", unit="元")
    assert "培训（二（一）） | 1000000 | 1000 | 元 |" in words(
        money.low_execution(maker.evaluate(made))
    )


def test_facts_stand_under_their_theme_once(maker):
    made = facts(
        "id | theme | name | value", "a | 参保 | 人数 | 5人", "b | 待遇 | 报销 | 6元",
        "c | 参保 | 单位 | 7家",
    )  # fmt: skip
    shown = next(b for b in benefit.facts(maker.evaluate(made)) if isinstance(b, Table))
    assert [row[0].text for row in shown.rows] == ["参保", "人数", "单位", "待遇", "报销"]
    assert shown.kinds == ("group", "body", "body", "group", "body")
    assert [len(row) for row in shown.rows] == [1, 3, 3, 1, 3]


def test_facts_of_one_theme_have_no_group(maker):
    made = facts("id | name | value", "a | 人数 | 5人", "b | 单位 | 7家")
    shown = next(b for b in benefit.facts(maker.evaluate(made)) if isinstance(b, Table))
    assert shown.kinds == ("body", "body")
