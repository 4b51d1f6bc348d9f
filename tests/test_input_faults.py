"""Mistakes of input, each made in a copy of the real case: one Chinese error that says where.

Every mistake is a list of edits `(file, old text, new text)`; what the error must say is given as
its place, its problem and its remedy.
"""

from __future__ import annotations

import csv
import io
import re
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from openpyxl import Workbook as Excel

from evalbook import InputError, evaluate, load
from evalbook.commands import main
from evalbook.paths import Workbook

CASE = "qingdao-2019"
DATA = f"data/{CASE}"
PARAMS = f"params/cases/{CASE}.yaml"
BUDGET, FACTS, INDICATORS = (f"{DATA}/{file}.csv" for file in ("budget", "facts", "indicators"))
SOURCE, TEXT, CHECKS = (f"{DATA}/{file}.yaml" for file in ("source", "text", "checks"))
FINDINGS = f"{DATA}/findings.yaml"
FACTS_KIND = "params/tables/facts.yaml"
ENGLISH = re.compile(r"[A-Za-z]+ [A-Za-z]+ [A-Za-z]+|Error|None|Input should")


class Mistake(NamedTuple):
    name: str
    edits: list[tuple[str, str, str]]
    where: str
    problem: str
    remedy: str


def mistake(name: str, file: str, old: str, new: str, where: str, problem: str, remedy: str):
    return Mistake(name, [(file, old, new)], where, problem, remedy)


MISTAKES = [
    # ---- keys
    mistake(
        "unknown key",
        PARAMS, "evaluator:", "evalutor:",
        f"{PARAMS} 第 13 行 evalutor", "没有“evalutor”这一项", "是否想写“evaluator”",
    ),
    mistake(
        "unknown key below another",
        PARAMS, "  grade:", "  grad:",
        f"{PARAMS} 第 21 行 published.grad", "没有“grad”这一项", "是否想写“grade”",
    ),
    mistake(
        "unknown key in a list of source.yaml",
        SOURCE, "place: 一（二）2\n    unit:", "place: 一（二）2\n    unti:",
        f"{SOURCE} 第 25 行 tables.3.unti", "没有“unti”这一项", "是否想写“unit”",
    ),
    mistake(
        "missing key",
        PARAMS, "department: 青岛市医疗保障局\n", "",
        f"{PARAMS} 第 2 行 department", "缺少“department”", "请补上这一项",
    ),
    mistake(
        "word out of a list",
        PARAMS, "kind: department", "kind: departments",
        f"{PARAMS} 第 10 行 kind", "“departments”不在可选范围内",
        "应为其中之一：department、project、fund、transfer",
    ),
    mistake(
        "score in words",
        PARAMS, "score: 90.31", "score: 九十",
        f"{PARAMS} 第 18 行 published.score", "“九十”的类型不对", "应为数字",
    ),
    mistake(
        "score of more digits than any score has",
        PARAMS, "score: 90.31", f"score: {'9' * 40}",
        f"{PARAMS} 第 18 行 published.score", "999", "",
    ),
    mistake(
        "score rate without %",
        PARAMS, "rate: 90.31%", "rate: 90.31",
        f"{PARAMS} 第 20 行 published.rate", "“90.31”的写法不对", "应为带百分号的数字",
    ),
    mistake(
        "unknown framework",
        PARAMS, "framework: qingdao-2020-6", "framework: qingdao-2020-7",
        f"{PARAMS} framework", "没有名为“qingdao-2020-7”的指标体系", "是否想写“qingdao-2020-6”",
    ),
    mistake(
        "unknown rule set",
        PARAMS, "rules: caiyu-2020-10", "rules: caiyu-2020-11",
        f"{PARAMS} rules", "没有名为“caiyu-2020-11”的评分规则", "caiyu-2020-10",
    ),
    mistake(
        "framework outside its folder",
        PARAMS, "framework: qingdao-2020-6", "framework: ../frameworks/qingdao-2020-6",
        f"{PARAMS} 第 14 行 framework", "的写法不对", "只含小写字母、数字和连字符",
    ),
    mistake(
        "setting that no rule set has",
        PARAMS, "money_unit:",
        "settings: [{name: overshot, value: 140%, reason: 试用}]\nmoney_unit:",
        f"{PARAMS} settings", "没有设定项“overshot”", "是否想写“overshoot”",
    ),
    mistake(
        "setting of another kind",
        PARAMS, "money_unit:",
        "settings: [{name: marks_places, value: 两位, reason: 试用}]\nmoney_unit:",
        f"{PARAMS} settings", "设定项 marks_places 的值“两位”不合要求", "应与“2”同类",
    ),
    mistake(
        "word left out",
        PARAMS, "kind: department", "kind:",
        f"{PARAMS} 第 10 行 kind", "空", "应为其中之一：department、project、fund、transfer",
    ),
    mistake(
        "text that YAML takes for a mapping",
        FINDINGS, "title: 凭证不全，资产管理没有制度", "title: {budget.total.rate}",
        f"{FINDINGS} 第 ", "类型不对", "应为文字",
    ),
    # ---- kinds of table
    mistake(
        "relation that is no formula",
        FACTS_KIND, "formula: value - of", "formula: value -",
        FACTS_KIND, "写法不对", "",
    ),
    mistake(
        "relation over a column that is not there",
        FACTS_KIND, "column: change, formula: value - of", "column: chance, formula: value - of",
        FACTS_KIND, "chance", "是否想写“change”",
    ),
    mistake(
        "formula of a kind over a column that is not there",
        FACTS_KIND, "formula: value - of", "formula: valeu - of",
        FACTS_KIND, "valeu", "是否想写“value”",
    ),
    # ---- tables
    mistake(
        "unknown kind of table",
        SOURCE, "kind: funds", "kind: fund",
        f"{SOURCE} tables.f1", "没有“fund”这种表", "是否想写“funds”",
    ),
    mistake(
        "table without rows",
        BUDGET, ",t3,", ",t2,",
        BUDGET, "没有表 t3（医疗服务与保障能力提升补助资金：“四区三市”医保局）的数据行",
        "请填写 table 列为 t3 的行",
    ),
    mistake(
        "row of an unknown table",
        BUDGET, "t4_mail,t4_fund,t4", "t4_mail,t4_fund,t9",
        f"{BUDGET} 第 33 行 table 列", "没有编号为“t9”的表", "t1",
    ),
    mistake(
        "column that source.yaml does not know",
        SOURCE, "balance: 差额", "balence: 差额",
        f"{SOURCE} tables.t5", "“预算执行”表没有“balence”这一列", "是否想写“balance”",
    ),
    mistake(
        "formula over an unknown column",
        SOURCE, "rate: in_place / due", "rate: in_plase / due",
        f"{SOURCE} tables.t5.formulas.rate", "公式中没有“in_plase”这一列", "是否想写“in_place”",
    ),
    mistake(
        "formula that is none",
        SOURCE, "rate: in_place / due", "rate: in_place ÷",
        f"{SOURCE} tables.t5.formulas.rate", "写法不对", "应如 in_place / due",
    ),
    mistake(
        "formula that compares",
        SOURCE, "rate: in_place / due", "rate: in_place < due",
        f"{SOURCE} tables.t5.formulas.rate", "“in_place < due”", "应如 in_place / due",
    ),
    mistake(
        "formula over an unknown address",
        SOURCE, "rate: in_place / due", "rate: in_place / budget.totle.budget",
        f"{SOURCE} tables.t5.formulas.rate", "budget.totle.budget", "budget.total.budget",
    ),
    # ---- cells
    mistake(
        "full-width comma",
        BUDGET, ",1663.7,", ",12，5,",
        f"{BUDGET} 第 2 行 executed 列（执行数）", "“12，5”不是数字，应为数字，如 742037.07",
        "没有印出的数请留空",
    ),
    mistake(
        "number in words",
        BUDGET, ",1663.7,", ",三,",
        f"{BUDGET} 第 2 行 executed 列（执行数）", "“三”不是数字，应为数字，如 742037.07",
        "没有印出的数请留空",
    ),
    mistake(
        "rate without %",
        BUDGET, "99.57%", "99.57",
        f"{BUDGET} 第 2 行 rate 列（执行率）", "“99.57”缺少百分号", "没有印出的数请留空",
    ),
    mistake(
        "choice that is none",
        INDICATORS, "100%,published", "100%,publish",
        f"{INDICATORS} 第 2 行 score_basis 列（得分来源）", "“publish”应为其中之一", "按上面的写法",
    ),
    mistake(
        "duplicate id",
        BUDGET, "t4_mail,", "t4_sanhua,",
        f"{BUDGET} 第 34 行", "编号 t4_sanhua 重复（第 33 行已用）", "请改用别的编号",
    ),
    mistake(
        "row without an id",
        BUDGET, "t4_mail,", ",",
        f"{BUDGET} 第 33 行", "id 列是空的", "请给每一行一个编号",
    ),
    mistake(
        "dash for an id",
        BUDGET, "t5_shinan,", "—,",
        f"{BUDGET} 第 38 行", "id 列", "编号",
    ),
    mistake(
        "parent that is not there",
        BUDGET, "staff,total,", "staff,totel,",
        f"{BUDGET} 第 2 行 parent 列", "上级“totel”不在同一张表中", "是否想写“total”",
    ),
    mistake(
        "parent in another table",
        BUDGET, "t2_it,t2_total,", "t2_it,total,",
        f"{BUDGET} 第 12 行 parent 列", "上级“total”不在同一张表中", "是否想写“t2_total”",
    ),
    mistake(
        "its own parent",
        BUDGET, "total,,t1", "total,total,t1",
        f"{BUDGET} 第 11 行 parent 列", "total 的上级关系绕成了圈", "请改正 parent",
    ),
    mistake(
        "more cells than columns",
        BUDGET, "99.57%,,,", "99.57%,,,,多",
        f"{BUDGET} 第 2 行", "格数多于列数", "含逗号的内容要加引号",
    ),
    mistake(
        "quotes that do not pair",
        BUDGET, "人员经费", '"人员"经费',
        BUDGET, "第 2 行引号不成对", "请检查该行的引号",
    ),
    # ---- marks
    mistake(
        "computed score above its full marks",
        INDICATORS, "26.32,87.73%,published", "36.32,87.73%,computed",
        f"{INDICATORS} 第 5 行 score 列", "过程得分 36.32 不在 0 至分值 30 之间",
        "请改正得分或分值",
    ),
    mistake(
        "assigned score above its full marks",
        INDICATORS, "25.01,83.37%,published", "30.01,83.37%,assigned",
        f"{INDICATORS} 第 13 行 score 列", "产出得分 30.01 不在 0 至分值 30 之间",
        "请改正得分或分值",
    ),
    mistake(
        "assigned score below zero",
        INDICATORS, "25.01,83.37%,published", "-1,83.37%,assigned",
        f"{INDICATORS} 第 13 行 score 列", "产出得分 -1 不在 0 至分值 30 之间",
        "请改正得分或分值",
    ),
    mistake(
        "assigned score without a reason",
        INDICATORS, "10,100%,published", "10,100%,assigned",
        f"{INDICATORS} 第 2 行 reason 列", "没有写理由", "请写明评定的理由",
    ),
    # ---- addresses
    mistake(
        "same_as that is not there",
        FACTS, "budget.total.balance", "budget.total.balence",
        f"{FACTS} 第 10 行 same_as 列", "地址“budget.total.balence”不存在",
        "是否想写“budget.total.balance”",
    ),
    mistake(
        "base that is not there",
        FACTS, ",budget.t3_total.budget,,,拨付口径", ",budget.t3.budget,,,拨付口径",
        f"{FACTS} 第 43 行 of 列", "地址“budget.t3.budget”不存在", "是否想写“budget.",
    ),
    mistake(
        "evidence that is not there",
        INDICATORS, "facts.livelihood_plan.value", "facts.livelihood.value",
        f"{INDICATORS} 第 2 行 evidence 列", "地址“facts.livelihood.value”不存在",
        "是否想写“facts.",
    ),
    mistake(
        "address in text.yaml",
        TEXT, "{facts.offices.value}", "{facts.office.value}",
        f"{TEXT} h1_2_1", "地址“facts.office.value”不存在", "是否想写“facts.offices.value”",
    ),
    mistake(
        "address in checks.yaml",
        CHECKS, "facts.allotted.value / ", "facts.alotted.value / ",
        f"{CHECKS} transfer_city_rate", "地址“facts.alotted.value”不存在",
        "是否想写“facts.allotted.value”",
    ),
    mistake(
        "address in findings.yaml",
        FINDINGS, "[indicators.vouchers.actual,", "[indicators.voucher.actual,",
        f"{FINDINGS} finance", "地址“indicators.voucher.actual”不存在",
        "是否想写“indicators.vouchers.actual”",
    ),
    mistake(
        "recommendation for a finding that is not there",
        FINDINGS, "answers: [finance]", "answers: [finances]",
        f"{FINDINGS} accounts", "answers 中的问题“finances”不存在", "是否想写“finance”",
    ),
    mistake(
        "unknown slot",
        TEXT, "slot: goals", "slot: gaols",
        f"{TEXT} h1_4", "报告中没有“gaols”这一位置", "是否想写“goals”",
    ),
    mistake(
        "broken expression in checks.yaml",
        CHECKS, "budget.t3_laoshan.rate = 0%", "budget.t3_laoshan.rate == 0%",
        f"{CHECKS} laoshan_zero", "表达式写法不对", "应如 budget.a.budget + budget.b.budget",
    ),
    mistake(
        "expression with nothing to compare with",
        CHECKS, "    printed: budget.capability.balance\n", "",
        f"{CHECKS} transfer_balance", "其他表达式要写 printed", "请改成比较式，或补上 printed",
    ),
    mistake(
        "check of an unknown kind",
        CHECKS, "kind: order-claim", "kind: order-clam",
        f"{CHECKS} publicity_over_it", "没有“order-clam”这种核查", "是否想写“order-claim”",
    ),
    # ---- files
    mistake(
        "anchors and aliases",
        PARAMS, "title: ", "x: &x [&y 1, *y]\ntitle: ",
        f"{PARAMS} 第 3 行", "用了锚点或引用（& 或 *）", "请把内容直接写出来",
    ),
    mistake(
        "not YAML",
        CHECKS, "checks:\n", "checks:\n - id: x\n   - y\n",
        f"{CHECKS} 第 4 行", "不是有效的 YAML", "请检查缩进、冒号后的空格和引号",
    ),
]  # fmt: skip


def spoil(book: Workbook, edits: list[tuple[str, str, str]]) -> None:
    for file, old, new in edits:
        path = book.root / file
        text = path.read_bytes().decode()
        assert old in text, f"{old} is no longer in {file}"
        changed = text.replace(old, new) if old.startswith(",t3") else text.replace(old, new, 1)
        path.write_bytes(changed.encode())


def faults(book: Workbook, case: str = CASE):
    with pytest.raises(InputError) as caught:
        load(case, book)
    return caught.value.faults


def test_the_copy_itself_has_no_fault(workbook, capsys):
    assert main(["check", CASE]) == 0
    assert capsys.readouterr().out == f"{CASE}：输入没有问题。\n"


@pytest.mark.parametrize("made", MISTAKES, ids=[each.name for each in MISTAKES])
def test_a_mistake_is_one_fault_with_place_problem_and_remedy(workbook, capsys, made):
    spoil(workbook, made.edits)
    (fault,) = faults(workbook)
    assert fault.where.startswith(made.where)
    assert made.problem in fault.problem
    assert made.remedy in fault.remedy
    assert main(["check", CASE]) == 2
    output = capsys.readouterr()
    assert output.err == f"输入有 1 处需要改正：\n  1. {fault}\n"
    assert not ENGLISH.search(output.err)


def rewrite(path: Path, change) -> None:
    """The rows of a CSV changed and written back."""
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(change(rows))
    path.write_text(out.getvalue(), "utf-8")


def only(book: Workbook):
    (fault,) = faults(book)
    return fault


def test_a_missing_data_file_is_one_fault(workbook):
    (workbook.root / BUDGET).unlink()
    fault = only(workbook)
    assert fault.where == BUDGET
    assert "source.yaml 列出的数据文件不存在" in fault.problem
    assert "请补上文件，或从 tables 中删去" in fault.remedy


@pytest.mark.parametrize("file", [PARAMS, SOURCE])
def test_a_missing_yaml_file_is_one_fault(workbook, file):
    (workbook.root / file).unlink()
    fault = only(workbook)
    assert file in fault.where or CASE in fault.problem
    assert "文件不存在" in fault.problem or "没有名为" in fault.problem


def test_a_column_that_source_yaml_names_is_missed(workbook):
    rewrite(workbook.root / BUDGET, lambda rows: [[*row[:10], *row[11:]] for row in rows])
    fault = only(workbook)
    assert fault.where == f"{BUDGET} 第 1 行"
    assert "缺少列“balance”（source.yaml 的表 t" in fault.problem
    assert fault.remedy == "请补上这一列"


def test_a_misspelt_column_is_named_with_its_near_miss(workbook):
    spoil(workbook, [(BUDGET, "balance", "balence")])
    found = faults(workbook)
    assert [each.where for each in found] == [f"{BUDGET} 第 1 行"] * 2
    assert any("是否想写“balance”" in each.remedy for each in found)


def test_a_cycle_of_parents_is_named(workbook):
    spoil(workbook, [(BUDGET, "total,,t1", "total,staff,t1")])
    found = faults(workbook)
    assert {each.where for each in found} == {
        f"{BUDGET} 第 2 行 parent 列",
        f"{BUDGET} 第 11 行 parent 列",
    }
    assert all("上级关系绕成了圈" in each.problem for each in found)
    assert all("逐级向上" in each.remedy for each in found)


def test_a_table_in_a_csv_and_in_the_workbook_is_a_fault(workbook):
    excel = Excel()
    excel.active.title = "funds"
    excel.active.append(["id"])
    excel.save(workbook.root / DATA / "case.xlsx")
    fault = only(workbook)
    assert fault.where == f"{DATA}/funds.csv"
    assert fault.problem == "case.xlsx 中也有工作表 funds"
    assert fault.remedy == "请只保留其中之一"


def test_a_file_that_nobody_listed_is_a_fault(workbook):
    (workbook.root / DATA / "surveys.csv").write_text("id\na\n", "utf-8")
    fault = only(workbook)
    assert fault.where == f"{DATA} surveys"
    assert "没有列出这张表" in fault.problem


@pytest.mark.parametrize("file", [BUDGET, PARAMS, SOURCE, TEXT])
def test_an_empty_file_is_one_fault(workbook, file):
    (workbook.root / file).write_bytes(b"")
    fault = only(workbook)
    assert fault.where == file
    assert fault.problem == "文件是空的"
    assert "第一行应为列名" in fault.remedy or "请按范例填写" in fault.remedy


def test_faults_in_two_files_are_reported_in_one_run(workbook, capsys):
    spoil(workbook, [(BUDGET, "99.57%", "99.57"), (CHECKS, "budget.t2_it.rate", "budget.x.rate")])
    assert main(["audit", CASE]) == 2
    error = capsys.readouterr().err
    assert error.startswith("输入有 2 处需要改正：")
    assert f"{BUDGET} 第 2 行 rate 列" in error
    assert "缺少百分号" in error
    # what depends on a broken file waits until that file is right
    spoil(workbook, [(BUDGET, "99.57", "99.57%")])
    assert main(["check", CASE]) == 2
    assert f"{CHECKS} publicity_over_it" in capsys.readouterr().err


def test_faults_of_parameters_and_data_are_reported_in_one_run(workbook, capsys):
    spoil(workbook, [(PARAMS, "kind: department", "kind: dept"), (FACTS, "90.31,分", "九十,分")])
    assert main(["check", CASE]) == 2
    error = capsys.readouterr().err
    assert error.startswith("输入有 2 处需要改正：")
    assert f"{PARAMS} 第 10 行 kind" in error
    assert f"{FACTS} 第 13 行 value 列" in error


def test_many_faults_are_counted_and_the_list_is_cut(workbook, capsys):
    broken = re.sub(r"%", "", (workbook.root / BUDGET).read_text("utf-8"))
    (workbook.root / BUDGET).write_text(broken.replace(".", "。"), "utf-8")
    assert main(["check", CASE]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 52
    assert re.fullmatch(r"  ……另有 \d+ 处，改正以上各处后再次检查。", lines[-1])


@pytest.mark.parametrize("name", ["../x", "con", "nul", "com1", "", "x" * 500, "A", "青岛", "a/b"])
def test_a_case_id_that_cannot_be_one(workbook, capsys, name):
    assert main(["check", name]) == 2
    error = capsys.readouterr().err
    assert f"评价项目：“{name[:60]}”不能作评价项目的名称。" in error
    assert "名称只含小写字母、数字和连字符，如 qingdao-2019" in error
    assert len(error) < 300


@pytest.mark.parametrize("command", ["check", "audit", "run", "lab"])
def test_every_command_names_an_unknown_case(workbook, capsys, command):
    assert main([command, "qingdao-2018"]) == 2
    error = capsys.readouterr().err
    assert "没有名为“qingdao-2018”的评价项目。是否想写“qingdao-2019”" in error


@pytest.mark.parametrize("command", ["audit", "run"])
def test_a_fault_leaves_the_last_output_untouched(workbook, capsys, command):
    report = workbook.outputs / CASE / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text("上一次的报告", "utf-8")
    spoil(workbook, [(BUDGET, "99.57%", "99.57")])
    assert main([command, CASE]) == 2
    assert capsys.readouterr().err.startswith("输入有 1 处需要改正：")
    shown = [path.name for path in workbook.outputs.iterdir() if not path.name.startswith(".")]
    assert shown == [CASE]
    assert report.read_text("utf-8") == "上一次的报告"


def test_an_unknown_format_is_a_fault_of_input(workbook, capsys):
    assert main(["run", CASE, "--format", "pdf,docs"]) == 2
    assert "没有“docs”这种格式。是否想写“docx”" in capsys.readouterr().err


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [哈, 哈]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a]\n" for n in range(30)),
        "title: " + "[" * 50_000,
        "title: " + "{a: " * 50_000,
    ],
    ids=["aliases", "lists", "mappings"],
)
@pytest.mark.parametrize("file", [PARAMS, FINDINGS])
def test_yaml_that_expands_or_nests_without_end_is_refused_at_once(workbook, file, bomb):
    load(CASE, workbook)
    (workbook.root / file).write_text(bomb, "utf-8")
    started = time.perf_counter()
    fault = only(workbook)
    assert time.perf_counter() - started < 0.5
    assert fault.where == f"{file} 第 1 行"


def test_an_acceptance_of_nothing_is_a_fault(workbook, capsys):
    entry = {"id": "roll-forward:funds.residents_2019.closing"}
    line = "- {{id: '{}', by: 复核人, date: 2020-12-01, why: 待发布单位更正}}\n"
    path = workbook.root / DATA / "accepted.yaml"
    path.write_text("accepted:\n" + line.format(entry["id"]), "utf-8")
    assert main(["audit", CASE]) == 0
    assert "[不一致·已接受] 四（三）" in capsys.readouterr().out
    path.write_text(
        "accepted:\n" + line.format("roll-forward:funds.residents_2019.clsing"), "utf-8"
    )
    assert main(["audit", CASE]) == 2
    assert f"是否想写“{entry['id']}”" in capsys.readouterr().err


# ---- what is legitimate is read


def test_gbk_utf8_and_a_workbook_give_the_same_evaluation(workbook, qingdao):
    """Excel on Windows saves GBK or UTF-8 with a mark; a sheet of case.xlsx is as good."""
    folder = workbook.root / DATA
    texts = {path: path.read_text("utf-8-sig") for path in sorted(folder.glob("*.csv"))}
    for encoding in ("gbk", "utf-8", "utf-8-sig"):
        for path, text in texts.items():
            path.write_bytes(text.encode(encoding))
        assert evaluate(load(CASE, workbook)).text == qingdao.text
    excel = Excel()
    excel.remove(excel.active)
    for path, text in texts.items():
        sheet = excel.create_sheet(path.stem)
        for row in csv.reader(io.StringIO(text)):
            sheet.append(row)
        path.unlink()
    excel.save(folder / "case.xlsx")
    assert evaluate(load(CASE, workbook)).text == qingdao.text


def audited(book: Workbook):
    return {each.id: each for each in evaluate(load(CASE, book)).audit.entries}


def test_a_published_score_above_its_full_marks_is_for_the_audit(workbook):
    spoil(workbook, [(INDICATORS, "26.32,87.73%,published", "36.32,87.73%,published")])
    entry = audited(workbook)["bounds:indicators.process.score"]
    assert (entry.verdict, entry.severity) == ("inconsistent", "error")
    assert "36.32" in entry.message
    assert "30" in entry.message


def test_execution_over_the_budget_is_for_the_audit(workbook):
    spoil(workbook, [(BUDGET, "27.68,11.12,71.34%", "37.68,11.12,71.34%")])
    spoil(workbook, [(BUDGET, "38.80,,,,37.68", "36.80,,,,37.68")])
    entry = audited(workbook)["budget-line:budget.t4_experts.executed"]
    assert (entry.verdict, entry.severity) == ("inconsistent", "error")
    assert "37.68" in entry.message
    assert "36.80" in entry.message


def test_more_in_place_than_due_is_legitimate(qingdao):
    entries = {each.id: each for each in qingdao.audit.entries}
    assert entries["rate:budget.t5_pingdu.rate"].verdict == "consistent"
    assert entries["rate:budget.t5_pingdu.rate"].printed == "100.54"
    assert entries["balance:budget.t5_pingdu.balance"].verdict == "consistent"
