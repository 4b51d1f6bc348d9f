"""Tables as published reports print them: kinds told, structure found, errors found, no others."""

from __future__ import annotations

from collections import Counter
from functools import cache

import published
import pytest
from documents import page, sheet, word
from test_every_case import report

from evalbook.report import render

WRITERS = {"docx": word, "html": page}
HTML_FIRST = ("html", pytest.param("docx", marks=pytest.mark.thorough))


def qingdao(drafted, fmt: str, **changed):
    """Qingdao's six tables as a document; `t3=…` puts another in the place of T3."""
    tables = {name: getattr(published, name.upper()) for name in ("scores", *published.NUMBERED)}
    raw = WRITERS[fmt]("2019年度部门整体支出绩效评价报告", *(tables | changed).values())
    return drafted(raw, f"report.{fmt}")


@pytest.mark.parametrize("fmt", WRITERS)
def test_qingdao_comes_back_whole_and_clean(drafted, fmt):
    made = qingdao(drafted, fmt)
    assert made.kinds == ["indicators", *["budget"] * 5]
    assert made.imported.skipped == ()
    assert [e.message for e in made.imported.audit.entries if e.verdict != "consistent"] == []
    assert len(made.imported.audit.entries) > 200
    assert [len(made.rows(n)) for n in range(6)] == [5, 10, 7, 8, 11, 11]
    assert all(not each.unread for each in made.imported.drafts)
    printed = {"".join(row) for row in published.T1.rows}
    assert sum(row["executed"] in "".join(printed) for row in made.rows(1)) == 10


@pytest.mark.parametrize("fmt", HTML_FIRST)
@pytest.mark.parametrize(
    ("table", "row", "column", "text", "entry"),
    [
        ("t1", 10, 4, "136618.61", "sum:t02_budget.r11.executed"),
        ("t1", 4, 6, "98.31%", "rate:t02_budget.r5.rate"),
        ("t1", 3, 5, "973.49", "balance:t02_budget.r4.balance"),
        ("t2", 7, 2, "774", "sum:t03_budget.r8.budget"),
        ("t3", 5, 5, "86.75%", "rate:t04_budget.r6.rate"),
        ("t4", 1, 3, "216.58", "sum:t05_budget.r2.executed"),
        ("t5", 2, 5, "84.05%", "rate:t06_budget.r3.rate"),
        ("t5", 10, 4, "253.33", "balance:t06_budget.r11.balance"),
        ("scores", 5, 2, "91.30", "sum:t01_indicators.r6.score"),
    ],
)
def test_a_planted_error_is_found(drafted, fmt, table, row, column, text, entry):
    spoilt = getattr(published, table.upper()).with_cell(row, column, text)
    made = qingdao(drafted, fmt, **{table: spoilt})
    found = [each.id for each in made.wrong()]
    assert entry in found
    file = entry.split(":")[1].split(".")[0]
    related = {e.where for e in made.wrong()} | {a for e in made.wrong() for a in e.inputs}
    assert all(address.startswith(f"{file}.") for address in related)
    assert made.wrong()[found.index(entry)].place == f"第{file[2]}张表第{row + 1}行"


def test_rows_stand_where_their_numbers_say(drafted):
    made = qingdao(drafted, "docx")
    first, fourth = made.parents(1), made.parents(4)
    assert first["城乡居民医疗保险补助资金"] == "专项资金"
    assert first["专项资金"] == first["人员经费"] == "合 计"
    assert Counter(fourth.values()) == {"医保业务经费": 4, "社会保险管理资金": 4, "合 计": 2, "": 1}


def test_a_rate_of_funds_in_place_rests_on_what_was_due(drafted):
    made = qingdao(drafted, "html")
    assert made.imported.drafts[5].table.formulas == {
        "balance": "due - in_place",
        "rate": "in_place / due",
    }
    assert "资金到位率 看作 实际到位资金 ÷ 应到位资金（11 行中 11 行相符）" in made.said


def test_a_unit_that_is_not_printed_is_not_made_up(drafted):
    made = qingdao(drafted, "html", t3=published.T3.with_cell(8, 3, "84.75"))
    units = [each.table.unit for each in made.imported.drafts]
    assert units == [None, "万元", "万元", "（单位不明）", "万元", "万元"]
    assert "没有印金额单位" in made.said
    assert any("84.75（单位不明）" in entry.message for entry in made.wrong())


def test_the_reasons_that_only_the_text_gives_are_not_asked_for(drafted):
    made = qingdao(drafted, "html")
    assert made.imported.left_out > 0
    assert "missing-reason" not in {entry.kind for entry in made.imported.audit.entries}


@pytest.mark.parametrize("fmt", WRITERS)
def test_fund_tables_of_changsha(drafted, fmt):
    """Two funds tables, one cut by a page break; negative surplus; a row without a number."""
    parts = [*published.FUNDS_2018, "收支情况见上表。", published.FUNDS_2019]
    made = drafted(WRITERS[fmt]("三、项目资金情况", *parts), f"r.{fmt}")
    assert made.kinds == ["funds", "funds"]
    assert [len(made.rows(n)) for n in range(2)] == [8, 7]
    assert "当作同一张表的续表" in made.said
    assert [each.table.unit for each in made.imported.drafts] == ["万元", "万元"]
    assert made.parents()["统筹基金"] == "1、职工基本医疗保险基金"
    assert made.column("surplus")[5] == "-14,784"
    assert {entry.verdict for entry in made.imported.audit.entries} == {"consistent"}


def test_a_wrong_total_in_one_column_of_funds_is_found(drafted):
    spoilt = published.FUNDS_2019.with_cell(7, 2, "589,014")
    made = drafted(page(spoilt))
    assert [e.id for e in made.wrong()] == [
        "balance:t01_funds.r8.surplus",
        "sum:t01_funds.r8.expenditure",
    ]


@pytest.mark.parametrize("fmt", WRITERS)
def test_indicators_of_taojiang(drafted, fmt):
    made = drafted(WRITERS[fmt](published.INDICATORS), f"r.{fmt}")
    assert made.kinds == ["indicators"]
    parents = made.parents()
    assert parents["参保人数(人)"] == "数量指标"
    assert parents["数量指标"] == "项目产出（45分）"
    assert parents["项目产出（45分）"] == ""
    marks = {row["name"]: row["full_marks"] for row in made.rows() if row["full_marks"]}
    assert list(marks.values()) == ["20", "25", "45", "10"]
    assert made.column("target").count("") == 12  # the groups print none
    assert made.unread() == []


def test_full_marks_in_brackets_are_added_up(drafted):
    rows = [*published.INDICATORS.rows, ("合计（99分）", "<", "<", "")]
    made = drafted(page(sheet(*("|".join(row) for row in rows))))
    assert [entry.id for entry in made.wrong()] == ["full-marks:t01_indicators.r28.full_marks"]


def test_a_self_evaluation_form_is_taken_apart(drafted):
    """Funds and indicators of one form; the execution rate's marks belong to the total."""
    made = drafted(word(published.FORM), "form.docx")
    assert made.kinds == ["budget", "indicators"]
    assert [each.table.id for each in made.imported.drafts] == ["t1b", "t1d"]
    assert made.imported.drafts[0].table.unit == "万元"
    assert made.parents(1)["预算执行率"] == made.parents(1)["产出指标"] == "总分"
    found = {entry.id: entry for entry in made.wrong()}
    total = found["sum:t01d_indicators.r17.score"]
    assert (total.computed, total.printed) == ("93", "94")
    assert found["execution-score:t01d_indicators.execution.score"].computed == "9.9"


# ---- our own report of Qingdao, as a long document

KINDS_OF_REPORT = {
    "绩效得分": "indicators", "部门预算情况": "budget", "保障能力提升补助资金：": "budget",
    "专项经费": "budget", "到位情况": "budget", "执行率偏低": "budget", "收支结余": "funds",
    "引用文件": "documents", "部分的指标": "indicators", "指标评分表": "indicators",
    "关键数据": "facts",
}  # fmt: skip


@cache
def own_report(case: str, fmt: str) -> bytes:
    return render(report(case), fmt)


@pytest.mark.parametrize("fmt", HTML_FIRST)
def test_our_own_report_comes_back(drafted, fmt):
    made = drafted(own_report("qingdao-2019", fmt), f"report.{fmt}")
    told = {each.shaped.title: each.plan.kind for each in made.imported.drafts}
    for words, kind in KINDS_OF_REPORT.items():
        found = {k for title, k in told.items() if words in title}
        assert found == {kind}, words
    assert len(told) >= 20
    mixed = next(d.table.id for d in made.imported.drafts if "规则、设定和得分" in d.shaped.title)
    # a total score below a list of settings is taken for the sum of them
    wrong = [entry.kind for entry in made.wrong() if not entry.where.startswith(mixed)]
    assert wrong == ["roll-forward"]
