"""How a printed table is understood: units, headers, totals, groups, columns nobody knows."""

from __future__ import annotations

import pytest
from documents import page, sheet, word

BUDGET = "项目|预算数|执行数"


def one(drafted, *lines: str, above=(), below=(), **more):
    return drafted(page(sheet(*lines, above=above, below=below)), **more)


# ---- units


@pytest.mark.parametrize(
    "above",
    ["单位：万元", "金额单位:万元", "（单位：万元）", "2019年收支情况表（万元）", "单位：人、万元"],
)
def test_a_unit_above_the_table(drafted, above):
    made = one(drafted, BUDGET, "甲|3|2", "乙|4|4", above=[above])
    assert made.imported.drafts[0].table.unit == "万元"


def test_a_unit_in_a_row_of_the_table_and_its_title(drafted):
    made = one(drafted, "2019年经费表|<|<", "单位：元|<|<", BUDGET, "甲|3|2", "乙|4|4")
    assert made.imported.drafts[0].table.unit == "元"
    assert made.imported.drafts[0].table.title == "2019年经费表"
    assert [row["name"] for row in made.rows()] == ["甲", "乙"]


def test_units_in_headings(drafted):
    made = one(
        drafted,
        "项目|预算数（万元）|执行数（万元）|执行率（%）",
        "甲|3.00|2.00|66.67",
        "乙|4|4|100",
    )
    assert made.imported.drafts[0].table.unit == "万元"
    assert made.column("rate") == ["66.67%", "100%"]


def test_headings_of_different_units_put_them_into_the_cells(drafted):
    made = one(
        drafted,
        "项目|预算数（万元）|执行数（元）|执行率",
        "甲|3.00|20,000|66.67%",
        "乙|4|40000|100%",
    )
    assert made.column("budget") == ["3.00万元", "4万元"]
    assert made.column("executed") == ["20,000元", "40000元"]
    assert made.wrong() == []


def test_a_table_without_a_unit_has_none(drafted):
    made = one(drafted, BUDGET, "甲|3|2", "乙|4|4")
    assert made.imported.drafts[0].table.unit == "（单位不明）"


# ---- header, notes


def test_a_header_of_two_lines(drafted):
    made = one(
        drafted,
        "项目|预算|<|执行数|执行率",
        "^|年初预算数|调整后预算数|^|^",
        "甲|3.00|4.00|2.00|50.00%",
        "乙|4|5|5|100%",
    )
    assert made.kinds == ["budget"]
    assert made.column("budget") == ["3.00", "4"] and made.column("adjusted") == ["4.00", "5"]


def test_column_numbers_repeated_headers_and_notes_are_no_rows(drafted):
    made = one(
        drafted,
        "项目|预算数|执行数|执行率",
        "栏次|1|2|3=2/1",
        "甲|3.00|2.00|66.67%",
        "项目|预算数|执行数|执行率",
        "乙|4.00|4.00|100.00%",
        "合计|7.00|6.00|85.71%",
        "注：执行数为决算数。|<|<|<",
    )
    assert made.column("name") == ["甲", "乙", "合计"]
    assert "注记 1 行没有采用" in made.said
    assert made.column("place")[1] == "第1张表第5行"
    assert made.wrong() == []


def test_headings_marked_in_html_may_be_three_lines(drafted):
    raw = """<table><thead><tr><th rowspan=3>项目</th><th colspan=2>2019年</th></tr>
    <tr><th colspan=2>资金</th></tr><tr><th>预算数</th><th>执行数</th></tr></thead>
    <tr><td>甲</td><td>3</td><td>2</td></tr></table>"""
    made = drafted(raw.encode())
    assert made.kinds == ["budget"] and made.column("executed") == ["2"]


# ---- what stands under what


def test_a_subtotal_closes_its_rows(drafted):
    made = one(
        drafted, BUDGET, "甲|1.10|1", "乙|2.20|2", "小计|3.30|3", "丙|4.40|3", "丁|5.50|5",
        "小计|9.90|8", "合计|13.20|11",
    )  # fmt: skip
    rows = made.rows()
    assert [row["parent"] for row in rows] == ["r4", "r4", "r8", "r7", "r7", "r8", ""]
    assert made.wrong() == []


def test_a_subtotal_opens_its_rows_in_a_merged_group(drafted):
    made = one(
        drafted, "单位|项目|预算数|执行数", "市本级|小计|3.30|3", "^|甲|1.10|1", "^|乙|2.20|2",
        "区县|小计|9.90|8", "^|丙|4.40|3", "^|丁|5.50|5", "合计|<|13.20|11",
    )  # fmt: skip
    parents = {row["id"]: row["parent"] for row in made.rows()}
    assert parents == {
        "g2_1": "r8", "r2": "g2_1", "r3": "r2", "r4": "r2",
        "g5_1": "r8", "r5": "g5_1", "r6": "r5", "r7": "r5", "r8": "",
    }  # fmt: skip
    assert made.wrong() == []


def test_a_total_may_stand_first(drafted):
    made = one(drafted, BUDGET, "合计|7.70|6", "甲|3.30|2", "乙|4.40|4")
    assert [row["parent"] for row in made.rows()] == ["", "r2", "r2"]
    spoilt = one(drafted, BUDGET, "合计|7.70|8", "甲|3.30|2", "乙|4.40|4")
    assert "sum:t01_budget.r2.executed" in {entry.id for entry in spoilt.wrong()}


def test_a_total_of_totals(drafted):
    made = one(
        drafted, "项目|金额", "税收|60.5", "其他|40.5", "收入合计|101.0", "人员|30.1", "公用|20.2",
        "支出合计|50.3", above=["单位：万元"],
    )  # fmt: skip
    assert made.parents() == {
        "税收": "收入合计", "其他": "收入合计", "收入合计": "",
        "人员": "支出合计", "公用": "支出合计", "支出合计": "",
    }  # fmt: skip


def test_parts_of_a_row(drafted):
    """其中 and the rows after it make up the row above."""
    made = one(drafted, BUDGET, "资金|90.9|30.3", "其中：中央|50.5|20.2", "省级|40.4|10.1")
    assert made.parents() == {"资金": "", "其中：中央": "资金", "省级": "资金"}
    wrong = one(drafted, BUDGET, "资金|90.9|30.3", "其中：中央|50.5|20.2", "省级|40.4|11.1").wrong()
    assert [entry.id for entry in wrong] == ["sum:t01_budget.r2.executed"]


def test_a_part_that_is_not_all_is_not_added_up(drafted):
    made = one(drafted, BUDGET, "资金|90.9|30.3", "其中：中央|50.5|20.2", "另一资金|7|7")
    assert made.parents()["其中：中央"] == ""
    assert made.wrong() == []


def test_indents_are_levels(drafted):
    for raw, name in ((page, "r.html"), (word, "r.docx")):
        table = sheet(BUDGET, "合计|6.6|5", "甲|6.6|5", "　　其一|2.2|2", "　　其二|4.4|3")
        made = drafted(raw(table), name)
        assert made.parents()["其二"] == "甲"


def test_a_row_that_repeats_the_one_above_is_its_part(drafted):
    made = one(
        drafted, "项目|收入|支出", "职工|40|30", "统筹基金|40|30", "居民|20|15", "合计|60|45"
    )
    assert made.parents()["统筹基金"] == "职工"
    assert made.wrong() == []


def test_a_section_row_names_the_rows_below_it(drafted):
    made = one(
        drafted, BUDGET, "市本级|<|<", "甲|1.1|1", "乙|2.2|2", "区县|<|<", "丙|3.3|3", "合计|6.6|6"
    )
    assert made.parents()["乙"] == "市本级" and made.parents()["丙"] == "区县"
    assert made.parents()["区县"] == "合计"
    assert made.wrong() == []


def test_a_wrong_total_of_a_single_column_is_not_explained_away(drafted):
    made = one(drafted, "项目|金额", "甲|1.10", "乙|2.20", "合计|4.30", above=["单位：万元"])
    assert [entry.id for entry in made.wrong()] == ["sum:t01_plain.r4.n1"]


# ---- columns that no kind knows


def test_unknown_tables_are_checked_by_what_they_show(drafted):
    made = one(
        drafted, "学校|学生数|教师数|合计人数|生师比|人均用房（平方米）|占比",
        "一中|1,205|84|1,289|14.35|3.5|49.77%", "二中|730|52|782|14.04|4.1|30.19%",
        "三中|478|41|519|11.66|2.2|20.04%", "合 计|2,413|177|2,590|13.63|3.3|100.00%",
    )  # fmt: skip
    table = made.imported.drafts[0].table
    assert (table.kind, made.wrong()) == ("plain", [])
    assert table.formulas["n3"] == "n2 + n1"
    assert table.formulas["p1"] == "n3 / parent.n3"
    assert not table.declared["n5"].additive  # 人均 is no sum
    assert "占比 看作 合计人数 ÷ 上级的合计人数" in made.said


@pytest.mark.parametrize(("cell", "entry"), [
    ((2, 4, "872"), "n3"), ((4, 1, "2,431"), "n1"), ((3, 6, "21.04%"), "p1")])  # fmt: skip
def test_an_error_in_an_unknown_table_is_found(drafted, cell, entry):
    table = sheet(
        "学校|学生数|教师数|合计人数|生师比|用房|占比",
        "一中|1,205|84|1,289|14.35|3.5|49.77%", "二中|730|52|782|14.04|4.1|30.19%",
        "三中|478|41|519|11.66|2.2|20.04%", "四中|613|45|658|13.62|2.9|20.26%",
        "合 计|3,026|222|3,248|13.63|12.7|100.00%",
    )  # fmt: skip
    clean = sheet(*("|".join(row) for row in table.rows))
    shares = {1: "39.69%", 2: "24.08%", 3: "15.98%", 4: "20.26%"}
    for row, share in shares.items():
        clean = clean if clean.rows[row][6] == share else clean.with_cell(row, 6, share)
    assert drafted(page(clean)).wrong() == []
    row, column, text = cell
    column = 3 if entry == "n3" else column
    wrong = drafted(page(clean.with_cell(row, column, text))).wrong()
    assert any(each.where.endswith(f".{entry}") for each in wrong)


def test_a_mean_at_the_end_is_not_a_sum(drafted):
    made = one(
        drafted, "医院|床位|次均费", "甲|100|5021", "乙|200|7302", "丙|300|6120", "合计|600|6500"
    )
    assert made.wrong() == []
    made = one(
        drafted, "医院|床位|评分", "甲|100|88.1", "乙|200|92.5", "丙|300|90.2", "合计|600|90.3"
    )
    assert made.wrong() == []
    assert "像是平均数，没有相加：评分" in made.said


def test_more_than_the_budget_is_no_mistake_of_revenue(drafted):
    rows = (BUDGET, "税收|100|120", "非税|50|40")
    assert one(drafted, *rows, above=["表1 一般公共预算收入情况"]).wrong() == []
    assert one(drafted, *rows, above=["表1 支出情况"]).wrong() != []


def test_columns_of_a_known_kind_that_it_does_not_have_are_kept(drafted):
    made = one(
        drafted, "项目|预算数|执行数|负责处室|绩效等级", "甲|3|2|规财处|优", "乙|4|4|基金处|良"
    )
    table = made.imported.drafts[0].table
    assert table.kind == "budget"
    assert {table.columns[code] for code in table.declared} == {"负责处室", "绩效等级"}
    assert "没有看懂的列（照抄，另立列名）：负责处室、绩效等级" in made.said


# ---- cells


def test_what_is_no_number_is_listed_and_left_blank(drafted):
    made = one(
        drafted, "项目|预算数|执行数|执行率", "甲|１，２３４．５|1234.5|100％", "乙|约三十|30左右|",
        "丙|1 234|(12)|—", "丁|10O|未公布|50", "戊|100.0|50.0|50.0%",
    )  # fmt: skip
    assert made.unread() == [
        (3, "预算数", "约三十"), (3, "执行数", "30左右"), (4, "预算数", "1 234"),
        (4, "执行数", "(12)"), (5, "预算数", "10O"), (5, "执行率", "50"),
    ]  # fmt: skip
    assert made.column("budget") == ["1,234.5", "", "", "", "100.0"]
    assert made.column("rate") == ["100％", "", "—", "", "50.0%"]
    assert "没有看懂的格 6 个，草稿中留空：第 3 行“预算数”印的是“约三十”" in made.said


def test_a_number_merged_over_rows_is_not_given_to_one_of_them(drafted):
    made = one(drafted, BUDGET, "甲|3|2", "乙|^|1", "丙|5|4")
    assert made.unread() == [(2, "预算数", "3")]
    assert made.column("budget") == ["", "", "5"]


def test_marks_beside_every_level(drafted):
    made = one(
        drafted,
        "一级指标|分值|二级指标|分值|三级指标|分值|得分",
        "投入|30|目标|10|合理性|10|9",
        "^|^|预算|20|编制|12|12",
        "^|^|^|^|执行|8|7",
        "产出|70|数量|70|完成率|70|65",
        "总分|<|<|<|<|100|93",
    )
    marks = {row["name"]: row["full_marks"] for row in made.rows()}
    assert marks == {
        "投入": "30", "目标": "10", "合理性": "10", "预算": "20", "编制": "12", "执行": "8",
        "产出": "70", "数量": "70", "完成率": "70", "总分": "100",
    }  # fmt: skip
    assert made.parents()["执行"] == "预算" and made.parents()["投入"] == "总分"
    assert made.wrong() == []


def test_a_score_is_held_to_a_direction_only_where_one_is_printed(drafted):
    head = "指标|年度指标值|实际完成值|分值|得分"
    made = one(
        drafted, head, "投诉率|3%|1%|10|10", "培训人数|≥100人|80人|10|10", "成本|≤5万元|4万元|10|10"
    )
    assert [entry.id for entry in made.wrong()] == ["proportion:t01_indicators.r3.score"]
    assert made.column("rule") == ["published", "", ""]


def test_dates_and_roles_of_documents(drafted):
    made = one(
        drafted, "文件名称|文号|印发日期|作用",
        "办法|财预〔2020〕10号|2020年2月25日|评价依据", "通知|财社〔2022〕65号|2022.6.1|参考",
    )  # fmt: skip
    assert made.kinds == ["documents"]
    assert made.column("date") == ["2020-02-25", "2022-06-01"]
    assert made.column("role") == ["basis", ""]
    assert made.unread() == [(3, "作用", "参考")]


def test_purchases_are_quantity_times_price(drafted):
    made = one(
        drafted,
        "名称|数量|单价（元）|金额（元）",
        "电脑|12台|5,000|60,000",
        "打印机|3台|1,200|3,800",
        "合计|||63,800",
    )
    assert made.kinds == ["incidents"]
    assert [entry.id for entry in made.wrong()] == ["product:t01_incidents.r3.amount"]


# ---- what is no table of data


@pytest.mark.parametrize(
    "lines",
    [
        ("项目名称：|某项目", "主管部门：|某局", "填报日期：|某日"),
        ("一段文字",),
        ("左栏" * 100 + "|右栏", "甲|乙"),
    ],
)
def test_layout_is_left_out_and_said(drafted, lines):
    made = drafted(page(sheet(*lines), sheet(BUDGET, "甲|3|2", "乙|4|4")))
    assert made.kinds == ["budget"]
    assert len(made.why_skipped) == 1
    assert "略过 1 张" in made.said
