"""The audit of documents and words: numbers, dates, deadlines, vouchers, repeated text."""

from __future__ import annotations

import pytest
from cases import entry, facts, indicators, kinds, table, verdicts


def documents(*rows: str):
    return table("documents", "id | place | title | number | date | same_as", *rows)


# ---- documents

FIRST = "a | 一 | 项目支出绩效评价管理办法 | 财预〔2020〕10号 | 2020-02-25 |"
WRAPPED = "财政部关于印发《项目支出绩效评价管理办法》的通知"


@pytest.mark.parametrize(
    ("second", "column", "severity", "words"),
    [
        ("b | 二 | 项目支出绩效评价管理办法 | 财预（2020）10号 | |", "number", "note", "两种写法"),
        ("b | 二 | 预算绩效监控办法 | 财预〔2020〕10号 | |", "title", "warning", "有两个名称"),
        (f"b | 二 | {WRAPPED} | 财预〔2020〕10号 | 2020-02-26 |", "date", "error", "有两个日期"),
        (f"b | 二 | {WRAPPED} | 财预〔2020〕11号 | |", "number", "warning", "有两个文号"),
        (
            "b | 二 | 某省实施细则 | 某财〔2020〕3号 | | documents.a",
            "number",
            "warning",
            "有两个文号",
        ),
    ],
)
def test_one_document_told_in_two_ways(maker, second, column, severity, words):
    ev = maker.evaluate(documents(FIRST, second))
    found = entry(ev, f"disagreement:documents.b.{column}=documents.a.{column}")
    assert (found.verdict, found.severity) == ("inconsistent", severity)
    assert words in found.message
    assert "一作“" in found.message
    assert "二作“" in found.message


@pytest.mark.parametrize(
    "second",
    [
        f"b | 二 | {WRAPPED} | 财预〔2020〕10号 | 2020-02-25 |",
        "b | 二 | 项目支出绩效评价管理办法 | | |",
        "b | 二 | 项目支出绩效评价管理办法 | 市政府令第10号 | |",
        "b | 二 | 预算法 | 财预〔2020〕100号 | |",
        f"b | 二 | {WRAPPED} | 财预〔2020〕10号 | — |",
        "b | 二 | — | — | — |",
    ],
)
def test_a_document_cited_twice_in_one_way_is_fine(maker, second):
    assert kinds(maker.evaluate(documents(FIRST, second))) == []


@pytest.mark.parametrize(("day", "wrong"), [("2019-03-02", True), ("2018-03-01", False)])
def test_a_document_without_a_number_has_one_date_in_a_year(maker, day, wrong):
    rows = ("a | 一 | 某工作方案 | | 2019-03-01 |", f"b | 二 | 某工作方案 | | {day} |")
    assert ("disagreement" in kinds(maker.evaluate(documents(*rows)))) is wrong


def test_a_notice_of_every_year_has_a_number_of_every_year(maker):
    rows = ("a | 一 | 关于做好参保缴费工作的通知 | 湘医保发〔{0}〕43号 | {0}-08-01 |",
            "b | 一 | 关于做好参保缴费工作的通知 | 湘医保发〔{0}〕12号 | {0}-07-01 |")  # fmt: skip
    ev = maker.evaluate(documents(rows[0].format(2020), rows[1].format(2021)))
    assert kinds(ev) == []
    assert kinds(maker.evaluate(documents(rows[0].format(2020), rows[1].format(2020)))) == [
        "disagreement"
    ]


def test_a_document_that_is_forwarded_has_two_numbers(maker):
    title = "关于转发人社部《关于建立基金风险预警报告制度的通知》的通知"
    ev = maker.evaluate(
        documents(f"a | 七 | {title} | 人社险中心函〔2012〕16号 | |",
                  f"b | 七 | {title} | 湘医险函〔2012〕16号 | |")
    )  # fmt: skip
    assert kinds(ev) == []


def test_a_number_that_the_text_writes_otherwise(maker):
    made = documents("a | 一 | 某方案 | 国办发〔2018〕67号 | |")
    text = {"id": "h", "title": "依据", "slot": "other", "text": "应按国办发[2018]67号文件补足。"}
    found = entry(maker.evaluate(made, headings=[text]),
                  "disagreement:text.h.text=documents.a.number")  # fmt: skip
    assert (found.verdict, found.severity) == ("inconsistent", "note")
    assert "在此处写作“国办发[2018]67号”" in found.message
    text["text"] = "应按国办发〔2018〕67号和青国办发〔2018〕67号补足。"
    assert kinds(maker.evaluate(made, headings=[text])) == []


# ---- dates

REPORT = {"date": "2020-06-30"}


def test_what_is_dated_after_the_report_is_impossible(maker):
    made = documents("a | 一 | 某办法 | 某财〔2020〕3号 | 2020-07-01 |")
    found = entry(maker.evaluate(made, params=REPORT), "impossible-date:documents.a.date")
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert "2020-07-01 晚于报告日期 2020-06-30" in found.message
    assert kinds(maker.evaluate(made)) == []


@pytest.mark.parametrize(
    ("column", "day", "wrong"),
    [("date", "2020-06-30", False), ("date", "2020-07-01", True), ("due", "2020-12-31", False)],
)
def test_a_deadline_may_lie_ahead(maker, column, day, wrong):
    made = table("incidents", f"id | name | {column}", f"a | 开标 | {day}")
    assert ("impossible-date" in kinds(maker.evaluate(made, params=REPORT))) is wrong


def test_a_document_of_a_year_that_the_report_had_not_seen(maker):
    made = documents("a | 一 | 某办法 | 某财〔2021〕3号 | |")
    assert kinds(maker.evaluate(made, params=REPORT)) == ["impossible-date"]
    assert kinds(maker.evaluate(made, params={"date": "2021-03-01"})) == []


@pytest.mark.parametrize(
    ("params", "wrong"),
    [
        ({"period": "2019", "date": "2018-12-31"}, ["impossible-date"]),
        ({"period": "2019", "date": "2019-06-30"}, []),
        ({"period": "2018/2019", "date": "2020-08-28"}, []),
        ({"period": "../2020-12-31", "date": "2020-08-28"}, []),
    ],
)
def test_a_report_before_its_period_is_impossible(maker, params, wrong):
    assert kinds(maker.evaluate(params=params)) == wrong


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("方案于2019年2月30日印发。", True),
        ("项目在13月5日启动。", True),
        ("方案于2020年2月29日印发，2月29日施行。", False),
        ("分3、6、9月的20日发放。", False),
        ("2019年12月启动。", False),
    ],
)
def test_a_date_in_words_that_no_calendar_has(maker, words, wrong):
    ev = maker.evaluate(headings=[{"id": "h", "title": "概况", "slot": "other", "text": words}])
    assert kinds(ev) == (["impossible-date"] if wrong else [])


# ---- deadlines

LATE = "id | name | date | due | late | expected | actual | note"


def late(maker, row: str):
    ev = maker.evaluate(table("incidents", LATE, f"a | {row}"))
    return next((e for e in ev.audit.entries if e.kind == "deadline"), None)


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ("签合同 | 2018-03-23 | 2018-01-31 | | | |", "consistent"),
        ("签合同 | 2018-03-23 | 2018-01-31 | — | — | — |", "consistent"),
        ("签合同 | 2018-03-23 | 2018-01-31 | 51 | | |", "consistent"),
        ("签合同 | 2018-03-23 | 2018-01-31 | 51天 | | |", "consistent"),
        ("签合同 | 2018-03-23 | 2018-01-31 | 15 | | |", "inconsistent"),
        ("签合同 | 2018-03-23 | 2018-01-31 | | | 晚于规定 |", "consistent"),
        ("签合同 | 2018-03-23 | 2018-01-31 | | | 逾期51天 |", "consistent"),
        ("签合同 | 2018-03-23 | 2018-01-31 | | | 逾期21天 |", "inconsistent"),
        ("备案 | 2019-12-24 | 2019-12-23 | | | 推迟一天 |", "consistent"),
        ("签合同逾期 | 2018-01-30 | 2018-01-31 | | | |", "inconsistent"),
        ("签合同 | 2018-01-31 | 2018-01-31 | | | 按时签订 |", "consistent"),
        ("签合同 | 2018-03-23 | 2018-01-31 | | | 按时签订 |", "inconsistent"),
        ("签合同 | 2018-03-23 | 2018-01-31 | | | 未按时签订 |", "consistent"),
        ("审核及时性 | 2018-03-23 | 2018-01-31 | | | |", "consistent"),
        ("支付 | 2020-05-20 | 2020-05-11 | 7个工作日 | | |", "unverifiable"),
        ("支付 | 2020-05-20 | 2020-05-11 | 9个工作日 | | |", "inconsistent"),
        ("支付 | | | | 5月31日前 | 逾期12天 |", "unverifiable"),
        ("划拨 | | | | 2018-06-20 | 2018-07-17，迟27天 |", "consistent"),
        ("划拨 | | | | 2018年6月20日 | 2018年7月17日，迟17天 |", "inconsistent"),
    ],
)
def test_days_late_against_what_is_said_of_them(maker, row, verdict):
    found = late(maker, row)
    assert found.verdict == verdict
    severity = {"consistent": None, "inconsistent": "error"}
    assert found.severity == severity.get(verdict, "note")
    assert found.where == "incidents.a.date"


def test_a_number_of_days_late_is_a_figure(maker):
    found = late(maker, "签合同 | 2018-03-23 | 2018-01-31 | 15 | | |")
    assert (found.computed, found.printed, found.gap, found.unit) == ("51", "15", "36", "天")
    assert "晚 51 天，文中称晚了 15 天，两者不符" in found.message


def test_a_matter_without_a_deadline_is_not_judged(maker):
    assert late(maker, "开标 | 2018-03-23 | | | | |") is None
    assert late(maker, "开标 | 2018-03-23 | — | | | |") is None
    assert late(maker, "多付 | 2018-03-23 | | | 900元 | 超过标准450元 |") is None


# ---- vouchers

VOUCHER = "id | name | date | voucher | amount"


def found_twice(maker, *rows: str, findings=()):
    made = {
        "findings": [
            {"id": own, "title": f"问题{own}", "evidence": list(evidence), **more}
            for own, evidence, more in findings
        ],
        "recommendations": [{"id": "r", "title": "整改", "answers": [f[0] for f in findings]}],
    }
    ev = maker.evaluate(table("incidents", VOUCHER, *rows), findings=made if findings else None)
    return [each for each in ev.audit.entries if each.kind == "duplicate-voucher"]


A = "a | 支出单 | 2019-12-05 | 记账凭证364号 |"
B = "b | 结算 | 2019-12-31 | 2019年12月380号、2019年12月364号 |"


def test_one_voucher_under_two_findings_is_a_warning(maker):
    two = (("f", ["incidents.a"], {}), ("g", ["incidents.b.voucher"], {}))
    (found,) = found_twice(maker, A, B, findings=two)
    assert (found.id, found.severity) == ("duplicate-voucher:incidents.b.voucher", "warning")
    assert "凭证 2019-12 364 号同时列在两个问题之下" in found.message
    assert "“问题f”" in found.message


def test_one_row_under_two_findings_is_one_voucher_under_both(maker):
    two = (("f", ["incidents.a"], {}), ("g", ["incidents.a.voucher"], {}))
    (found,) = found_twice(maker, "a | 支出单 | | 记-12 |", findings=two)
    assert (found.id, found.severity) == ("duplicate-voucher:incidents.a.voucher", "warning")
    nested = (two[0], ("g", ["incidents.a.voucher"], {"parent": "f"}))
    assert found_twice(maker, "a | 支出单 | | 记-12 |", findings=nested) == []
    assert found_twice(maker, "a | 支出单 | 2019-12-05 | |", findings=two) == []


def test_one_voucher_in_two_incidents_is_a_note(maker):
    (found,) = found_twice(maker, A, B)
    assert (found.verdict, found.severity) == ("inconsistent", "note")


@pytest.mark.parametrize(
    "findings",
    [
        (("f", ["incidents.a", "incidents.b"], {}),),
        (("f", ["incidents.a"], {}), ("g", ["incidents.b"], {"parent": "f"})),
    ],
)
def test_two_faults_of_one_voucher_under_one_finding_are_fine(maker, findings):
    assert found_twice(maker, A, B, findings=findings) == []


@pytest.mark.parametrize(
    "other",
    [
        "b | 结算 | 2018-12-31 | 364号 |",  # another year
        "b | 结算 | 2019-11-30 | 364号 |",  # another month
        "b | 结算 | | 364号 |",  # no month
        "b | 结算 | 2019-12-31 | 365号 |",
        "b | 结算 | 2019-12-31 | — |",
    ],
)
def test_the_same_number_of_another_month_is_another_voucher(maker, other):
    assert found_twice(maker, A, other) == []


def test_a_voucher_of_a_whole_and_of_its_project_is_one(maker):
    def part(name: str):
        row = table("incidents", VOUCHER, f"x | {name} | 2019-12-05 | 12# |")
        return {"tables": (row,)}

    ev = maker.evaluate(parts={"p": part("甲"), "q": part("乙")})
    assert [e.where for e in ev.audit.entries] == ["parts.q.incidents.x.voucher"]


# ---- the same paragraph twice

LONG = "2020年是实行病组点数法付费的第三年，全市医疗机构的住院病例都按点数结算，病组方案逐年完善。"


def paragraphs(first: str, second: str):
    return [
        {"id": "h", "title": "一", "slot": "other", "text": f"开头。\n\n{first}"},
        {"id": "i", "title": "二", "slot": "other", "text": second},
    ]


def test_a_paragraph_printed_twice_is_a_warning(maker):
    ev = maker.evaluate(headings=paragraphs(LONG, LONG.replace("，", ",")))
    (found,) = [each for each in ev.audit.entries if each.kind == "duplicate-text"]
    assert (found.id, found.severity) == ("duplicate-text:text.i.text", "warning")
    assert found.inputs == ("text.h.text",)
    assert "2020年是实行病组点数法付费的" in found.message


def test_a_cause_repeated_as_advice_is_told(maker):
    findings = {
        "findings": [{"id": "f", "title": "慢", "causes": [LONG]}],
        "recommendations": [{"id": "r", "title": "快", "text": LONG, "answers": ["f"]}],
    }
    assert kinds(maker.evaluate(findings=findings)) == ["duplicate-text"]


@pytest.mark.parametrize(
    "second", ["工作有序推进。", LONG.replace("第三年", "第四年"), "{case.published.score}" * 9]
)
def test_what_is_short_or_differs_is_no_duplicate(maker, second):
    first = LONG if "年" in second else second
    assert kinds(maker.evaluate(headings=paragraphs(first, second))) == []


def test_a_paragraph_of_a_whole_repeated_in_its_project(maker):
    part = {"headings": paragraphs("另说。", LONG)}
    ev = maker.evaluate(headings=paragraphs(LONG, "另起。"), parts={"p": part})
    assert entry(ev, "duplicate-text:parts.p.text.i.text").inputs == ("text.h.text",)


# ---- the result in words

RESULT = {"published": {"score": "93.5", "full": "100", "grade": "优"}}


def said(maker, words: str, **content):
    heading = {"id": "h", "title": "结论", "slot": "conclusion", "text": words}
    return maker.evaluate(headings=[heading], params=RESULT, **content)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("综合得分为92.5分。", ["disagreement"]),
        ("综合得分93.5分，评价等级为“优”。", []),
        ("综合得分93.50分，评价等级为“良”。", ["disagreement"]),
        ("2018年综合得分为85分，评价等级为良。", []),
        ("上年总分 88 分；本年总分 93.5 分。", []),
        ("试点中期评估的等级为“良”。", []),
        ("考核得分95分以上的全额兑付。", []),
    ],
)
def test_the_result_in_words_is_the_result(maker, words, wrong):
    assert kinds(said(maker, words)) == wrong


def test_a_fact_called_the_total_is_the_total(maker):
    made = facts("id | name | value | unit | period", "a | 综合得分 | 92.5 | 分 | 2019")
    found = entry(
        maker.evaluate(made, params=RESULT), "disagreement:facts.a.value=case.published.score"
    )
    assert (found.verdict, found.gap) == ("inconsistent", "1.0")
    made = facts("id | name | value | unit | period", "a | 综合得分 | 92.5 | 分 | 2018")
    assert kinds(maker.evaluate(made, params=RESULT)) == []


# ---- what nobody filled in


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ({"params": {"department": "XX局"}}, "case.department"),
        ({"params": {"title": "XXXX年度项目绩效评价报告"}}, "case.title"),
        ({"headings": [{"id": "h", "title": "概况", "text": "（请填写背景）", "slot": "other"}]},
         "text.h.text"),
        ({"headings": [{"id": "h", "title": "概况", "text": "预算____万元。", "slot": "other"}]},
         "text.h.text"),
        ({"headings": [{"id": "h", "title": "概况",
                        "text": "正文。\n\n说明项目资金申报、批复及预算调整等程序的相关情况",
                        "slot": "other"}]}, "text.h.text"),
        ({"findings": {"findings": [{"id": "f", "title": "此处填写问题"}],
                       "recommendations": [{"id": "r", "title": "改", "answers": ["f"]}]}},
         "findings.f.title"),
        ({"findings": {"findings": [{"id": "f", "title": "慢", "causes": ["××原因"]}],
                       "recommendations": [{"id": "r", "title": "改", "answers": ["f"]}]}},
         "findings.f.causes"),
        ({"attachments": [{"id": "s", "title": "XX评分表", "present": True}]}, "source.s"),
    ],
)  # fmt: skip
def test_template_text_is_found_wherever_it_lives(maker, content, where):
    found = entry(maker.evaluate(**content), f"unfilled:{where}")
    assert (found.verdict, found.severity) == ("inconsistent", "error")


@pytest.mark.parametrize(
    ("made", "where"),
    [
        (facts("id | name | value", "a | XX镇外项目××数 | 3个"), "facts.a.name"),
        (facts("id | name | value | note", "a | 项目 | 3个 | 待补充"), "facts.a.note"),
        (indicators("id | name | reason", "a | 项目 | 简要说明偏差情况"), "indicators.a.reason"),
    ],
)
def test_template_text_in_a_table(maker, made, where):
    assert f"unfilled:{where}" in verdicts(maker.evaluate(made))


@pytest.mark.parametrize(
    "words",
    [
        "XX市某医院的事例。",
        "材料中的情况说明不少于500字。",
        "评价组请各单位填报了数据。",
        "（请见附件）以外的材料齐全。",
        "涉及A、B、X三类。",
    ],
)
def test_ordinary_words_are_no_template(maker, words):
    heading = {"id": "h", "title": "概况", "slot": "other", "text": words}
    assert kinds(maker.evaluate(headings=[heading])) == []


@pytest.mark.parametrize(
    ("params", "wrong"),
    [
        ({"department": "—"}, ["unfilled"]),
        ({"department": " "}, ["unfilled"]),
        ({"stance": "self", "kind": "project"}, ["unfilled"]),
        ({"stance": "self", "kind": "project", "unit": "某中心"}, []),
        ({"stance": "self", "kind": "department"}, []),
    ],
)
def test_a_form_names_the_body_it_is_about(maker, params, wrong):
    assert kinds(maker.evaluate(params=params)) == wrong


# ---- findings and recommendations with the same titles


def test_answers_go_by_id_whatever_the_titles(maker):
    """Two findings and two recommendations of one title; each answers its own."""
    findings = {
        "findings": [{"id": own, "title": "执行率低"} for own in ("f", "g")],
        "recommendations": [
            {"id": "r", "title": "加快执行", "answers": ["f"]},
            {"id": "s", "title": "加快执行", "answers": []},
        ],
    }
    ev = maker.evaluate(findings=findings)
    assert kinds(ev) == ["orphan-finding", "orphan-recommendation"]
    assert entry(ev, "orphan-finding:findings.g").verdict == "inconsistent"
    assert entry(ev, "orphan-recommendation:recommendations.s").verdict == "inconsistent"
    findings["recommendations"][1]["answers"] = ["f", "g"]
    assert kinds(maker.evaluate(findings=findings)) == []
