"""What no form may be: a Chinese sentence with the cell, exit code 2, nothing written."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from drawing import changed, fill, workbook

from evalbook.commands import main
from evalbook.forms.grid import MAX_ROWS
from evalbook.paths import Workbook

HERE = Path(__file__).parent
BASE: str = yaml.safe_load((HERE / "variants.yaml").read_text("utf-8"))["base"]
XLS = HERE / "yongde-minglang-2022-yingyang.xls"
ENGLISH = re.compile(r"Traceback|[A-Z]\w+Error|\bNone\b|[a-z]+ [a-z]+ [a-z]+")


@pytest.fixture
def refused(book: Workbook, tmp_path: Path, capsys) -> Callable[..., str]:
    """Imports a file that must be refused and gives what is said."""

    def refuse(path: Path, *options: str, case: str = "one") -> str:
        before = sorted(str(each) for each in book.root.rglob("*"))
        code = main(["import", str(path), "--case", case, *options])
        said = capsys.readouterr()
        assert (code, said.out) == (2, "")
        assert sorted(str(each) for each in book.root.rglob("*")) == before
        assert not ENGLISH.search(said.err.replace(path.name, "")), said.err
        return said.err

    return refuse


@pytest.fixture
def form(tmp_path: Path) -> Callable[..., Path]:
    """The base form with other cells."""

    def draw(cells: dict[str, Any], without: tuple[int, ...] = ()) -> Path:
        return workbook(tmp_path / "form.xlsx", {"自评表": changed(BASE, cells, without)})

    return draw


def where(address: str) -> str:
    return f"form.xlsx 工作表“自评表” {address}："


# ---- headings and parts


@pytest.mark.parametrize(
    ("cell", "name", "place"),
    [
        ("B12", "一级指标", "C12:I12"),
        ("C12", "二级指标", "B12:I12"),
        ("D12", "三级指标", "B12:I12"),
        ("E12", "年度指标值", "B12:I12"),
        ("F12", "实际完成值", "B12:I12"),
        ("G12", "分值", "B12:I12"),
        ("H12", "得分", "B12:I12"),
        ("I12", "偏差原因分析及改进措施", "B12:H12"),
        ("F5", "全年执行数", "D5:I5"),
        ("G5", "分值", "D5:I5"),
        ("H5", "执行率", "D5:I5"),
        ("I5", "得分", "D5:H5"),
    ],
)
def test_a_missing_column_is_named_with_the_row_of_headings(refused, form, cell, name, place):
    said = refused(form({cell: ""}))
    assert where(place) in said
    assert f"的表头缺少“{name}”一列。请补上这一列" in said


def test_a_budget_without_any_budget_column_is_refused(refused, form):
    assert "缺少预算数一列（年初预算数、全年预算数之一）" in refused(form({"D5": "", "E5": ""}))


@pytest.mark.parametrize(
    ("cells", "place", "problem"),
    [
        ({"J12": "权重"}, "J12", "G12“分值”和 J12“权重”意思相同，不知道读哪一列"),
        ({"C3": ""}, "A3:B3", "“项目名称”后面是空的"),
        ({"A4": "", "F4": "联系地址"}, "A5", "这一行以上没有找到“主管部门”"),
        ({"A2": "（　　年度）"}, "A1:I1", "没有找到年度"),
        ({"A1": "2022年度项目支出绩效自评表"}, "A1:I1", "年度不止一个：A1:I1“2022”、A2:I2“2023”"),
        ({"A5": "项目资金"}, "A5:B9", "没有写金额单位"),
        ({"D5": "年初预算数（元）"}, "A5:B9", "金额单位不止一个：A5:B9“万元”、D5“元”"),
        ({"C9": "合计"}, "C9", "C6 和 C9 都是“年度资金总额”，不知道读哪一行"),
        ({"C7": "", "D7": 5}, "D7", "这一行没有资金名称"),
        ({"B13": "其他指标"}, "B13:B17", "“其他指标”不是认识的一级指标"),
        ({"B13": "", "B14": "", "B15": "", "B16": "", "B17": ""}, "B13", "这一行没有一级指标"),
        ({"D13": ""}, "E13", "这一行没有三级指标的名称"),
        ({"A21": "总分", "B21": "<", "C21": "<", "D21": "<"}, "A22:F22", "“总分行”有 2 处"),
        ({"B11": "完成{budget.total.rate}"}, "B11:E11", "文字里有花括号"),
        ({"I14": '=HYPERLINK("x")'}, "I14", "“=HYPERLINK(\"x\")”像是公式"),
        ({"J12": "指标性质", "J13": "≤"}, "J13", "指标性质“≤”与指标值“≥266米”的方向不同"),
        ({"J12": "指标性质", "J13": "大概"}, "J13", "指标性质“大概”没有识别"),
        ({"A24": "等级", "C24": "优", "I22": "良"}, "A24", "等级“优”与总分行的“良”不同"),
    ],
)  # fmt: skip
def test_what_is_unclear_is_refused_at_its_cell(refused, form, cells, place, problem):
    said = refused(form(cells))
    assert where(place) + problem in said


@pytest.mark.parametrize(
    ("cells", "place", "problem"),
    [
        ({"E6": "三百"}, "E6", "“三百”不是数字"),
        ({"E6": "320.5吨"}, "E6", "“320.5吨”的单位“吨”不对"),
        ({"H6": 96.79}, "H6", "“96.79”缺少百分号"),
        ({"G13": "10%"}, "G13", "“10%”是百分数"),
        ({"H13": "满分"}, "H13", "“满分”不是数字"),
        ({"E16": "9-6个月"}, "E16", "“9-6个月”的上下限颠倒了"),
        ({"E6": "320.5{0.0,}"}, "E6", "数字格式“0.0,”不是把数照样显示"),
        ({"G22": "一百"}, "G22", "“一百”不是数字"),
    ],
)
def test_a_value_that_is_none_is_refused_at_its_cell(refused, form, cells, place, problem):
    assert where(place) + problem in refused(form(cells))


def test_all_faults_are_said_at_once(refused, form):
    said = refused(form({"E6": "三百", "H13": "满分", "C3": ""}))
    assert "输入有 3 处需要改正" in said


# ---- merged cells


@pytest.mark.parametrize(
    ("cells", "place", "problem"),
    [
        ({"G14": "^"}, "G13:G14", "盖住了几行，不知道“10”属于哪一行"),
        ({"F13": "<"}, "E13:F13", "跨过了“年度指标值”和相邻的列"),
        ({"D14": "^"}, "E14", "合并单元格 D13:D14 盖住了几行，这一行的数没有自己的三级指标"),
        ({"E7": "^"}, "E6:E7", "盖住了几行，不知道“320.5”属于哪一行"),
    ],
)
def test_a_merge_over_several_values_is_refused(refused, form, cells, place, problem):
    said = refused(form(cells))
    assert where(place) in said
    assert problem in said


def test_a_merge_that_hides_data_is_refused(refused, tmp_path):
    """Excel shows the first cell only; what lies below would be read by no one."""
    book = openpyxl.load_workbook(workbook(tmp_path / "form.xlsx", {"自评表": BASE}))
    sheet = book["自评表"]
    sheet.merged_cells.add("F13:F14")
    book.save(tmp_path / "form.xlsx")
    said = refused(tmp_path / "form.xlsx")
    assert where("F14") + "被合并区域 F13:F14 盖住，里面还有内容“14种”" in said


def test_merges_that_overlap_are_refused(refused, form):
    path = form({})
    book = openpyxl.load_workbook(path)
    book["自评表"].merged_cells.add("I22:J23")
    book["自评表"].merged_cells.add("J23:K24")
    book.save(path)
    assert where("I22:J23") + "合并区域 I22:J23 与 J23:K24 重叠" in refused(path)


# ---- two forms


def test_two_forms_one_below_the_other_are_refused(refused, tmp_path):
    path = workbook(tmp_path / "form.xlsx", {"自评表": BASE + BASE})
    said = refused(path)
    assert where("B34:I34") + "“绩效指标的表头”有 2 处：B12:I12、B34:I34" in said
    assert "“项目资金的表头”有 2 处：D5:I5、D27:I27" in said
    assert "一张工作表只放一张自评表" in said


def test_two_forms_side_by_side_are_refused(refused, tmp_path):
    lines = [f"{line} | | {line}" for line in BASE.splitlines()]
    said = refused(workbook(tmp_path / "form.xlsx", {"自评表": "\n".join(lines)}))
    assert "意思相同，不知道读哪一列" in said
    assert "“项目名称”有 2 处" in said


def test_two_forms_that_overlap_are_refused(refused, form):
    """The second begins before the first has ended."""
    cells = {"A20": "项目支出绩效自评表", "B20": "一级指标", "C20": "二级指标", "D20": "三级指标"}
    cells |= {"E20": "年度指标值", "F20": "实际完成值", "G20": "分值", "H20": "得分"}
    said = refused(form(cells))
    assert "“绩效指标的表头”有 2 处：B12:I12、B20:H20" in said


def test_a_fault_in_one_of_several_forms_writes_none(refused, tmp_path):
    drawn = {"甲": BASE, "乙": changed(BASE, {"E6": "三百"})}
    said = refused(workbook(tmp_path / "form.xlsx", drawn))
    assert "form.xlsx 工作表“乙” E6：“三百”不是数字" in said


# ---- files


def test_a_formula_without_its_result_is_refused(refused, form):
    path = form({})
    book = openpyxl.load_workbook(path)
    book["自评表"]["E6"] = "=E7+E8"
    book.save(path)
    said = refused(path)
    assert where("E6") + "公式没有保存计算结果。请在 Excel 或 WPS 中打开并保存一次" in said


def test_an_error_value_is_refused(refused, form):
    path = form({})
    book = openpyxl.load_workbook(path)
    book["自评表"]["H6"] = "#DIV/0!"
    book.save(path)
    assert where("H6") + "是错误值 #DIV/0!" in refused(path)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
HTML = "<html><body><table><tr><td>项目支出绩效自评表</td></tr></table></body></html>"


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("form.xls", HTML.encode(), "其实是网页（HTML），不是 Excel 工作簿"),
        ("form.xls", b"\xef\xbb\xbf\r\n" + HTML.encode(), "其实是网页（HTML）"),
        ("form.xls", HTML.encode("utf-16"), "其实是网页（HTML）"),
        ("form.xls", b"<?xml version='1.0'?><Workbook/>", "其实是 XML 文件"),
        ("form.xlsx", b"", "文件是空的"),
        ("form.xlsx", "项目名称,得分".encode("gbk"), "不是 Excel 工作簿"),
        ("form.xlsx", b"PK\x03\x04 cut off", "不是 .xlsx 工作簿"),
        ("form.xls", OLE, "文件已损坏"),
        (
            "form.xlsx",
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "工作簿有打开密码。请在 Excel 或 WPS 中取消密码后再导入",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_no_workbook_is_said_to_be_none(refused, tmp_path, name, content, problem):
    path = tmp_path / name
    path.write_bytes(content)
    assert f"{name}：{problem}" in refused(path)


def test_an_xls_with_a_password_is_refused(refused, tmp_path):
    """The record behind the first says from then on that the file is encrypted (FILEPASS)."""
    raw = XLS.read_bytes()
    header = b"\xe1\x00\x02\x00"
    assert raw.count(header) == 1
    (tmp_path / "form.xls").write_bytes(raw.replace(header, b"\x2f\x00\x02\x00"))
    assert "form.xls：工作簿有打开密码" in refused(tmp_path / "form.xls")


def test_a_cut_off_xls_is_refused(refused, tmp_path):
    (tmp_path / "form.xls").write_bytes(XLS.read_bytes()[:5000])
    assert "form.xls：文件已损坏" in refused(tmp_path / "form.xls")


def test_a_word_file_is_refused(refused, tmp_path):
    with zipfile.ZipFile(tmp_path / "form.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert "form.xlsx：文件已损坏，或不是 Excel 工作簿" in refused(tmp_path / "form.xlsx")


def swollen(path: Path, extra: bytes) -> Path:
    """The base form with white space in the XML of its sheet."""
    plain = workbook(path.with_name("plain.xlsx"), {"自评表": BASE})
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            raw = old.read(name)
            new.writestr(name, raw + extra if name.endswith("sheet1.xml") else raw)
    return path


def test_a_sheet_of_50_mb_is_refused(refused, tmp_path):
    assert "form.xlsx：展开后大于 50 MB" in refused(
        swollen(tmp_path / "form.xlsx", b" " * 51_000_000)
    )


def test_a_sheet_too_large_for_a_form_is_refused(refused, tmp_path):
    """Below the caps of a workbook, but of no form: letters that hardly pack."""
    letters = "".join(random.Random(0).choices("abcdefghijklmnop", k=12_000_000)).encode()
    path = swollen(tmp_path / "form.xlsx", b"<!--" + letters + b"-->")
    assert "form.xlsx 工作表“自评表”：展开后大于 10 MB" in refused(path)


def test_a_file_of_50_mb_is_refused_unread(refused, tmp_path):
    path = workbook(tmp_path / "form.xlsx", {"自评表": BASE})
    with path.open("ab") as file:
        file.truncate(51_000_000)
    assert "form.xlsx：文件大于 20 MB" in refused(path)


def test_a_zip_bomb_is_refused(refused, tmp_path):
    said = refused(swollen(tmp_path / "form.xlsx", b" " * 20_000_000))
    assert "form.xlsx：展开后是原来的 200 倍以上" in said


def test_a_sheet_too_long_or_too_wide_for_a_form_is_refused(refused, tmp_path):
    path = workbook(tmp_path / "form.xlsx", {"自评表": BASE})
    book = openpyxl.load_workbook(path)
    fill(book["自评表"], MAX_ROWS + 500, 1, "还有")
    fill(book["自评表"], 30, 150, "还有")
    book.save(path)
    said = refused(path)
    assert "工作表太长" in said
    assert where("ET30") + "在第 100 列以外" in said


def test_a_control_character_is_refused(refused, tmp_path):
    """XML cannot hold one, an .xls can."""
    raw = XLS.read_bytes()
    name = "永德县教育体育局".encode("utf-16-le")
    assert name in raw
    (tmp_path / "form.xls").write_bytes(raw.replace(name, b"\7\0" + name[2:]))
    said = refused(tmp_path / "form.xls")
    assert "form.xls 工作表“自评表” C4：含有看不见的控制字符" in said


# ---- workbooks without a form, and names


def test_a_workbook_without_a_form_is_refused(refused, tmp_path):
    path = workbook(tmp_path / "form.xlsx", {"目录": "序号 | 项目名称 | 得分\n1 | 甲 | 90"})
    assert "form.xlsx：没有找到自评表" in refused(path)


def test_a_form_without_its_indicators_is_named_by_its_title(refused, tmp_path):
    path = workbook(tmp_path / "form.xlsx", {"自评表": "\n".join(BASE.splitlines()[:11])})
    assert where("A1:I1") + "是自评表的表名，但没有找到绩效指标的表头" in refused(path)


def test_headings_below_a_merge_are_named(refused, form):
    """A row was deleted, the merged ranges stayed where they were."""
    path = form({})
    book = openpyxl.load_workbook(path)
    book["自评表"].delete_rows(6)
    book.save(path)
    said = refused(path)
    assert where("C11") + "被合并区域 B11:E11 盖住，里面还有内容“二级指标”" in said


def test_a_form_without_funds_is_refused(refused, form):
    path = form({}, without=(5, 6, 7, 8, 9))
    assert "没有找到项目资金的表头" in refused(path)


def test_an_empty_form_is_refused(refused, form):
    empty = {f"{column}{row}": "" for column in "DEFGHI" for row in range(13, 22)}
    assert where("B12:I12") + "表头下面没有填写指标" in refused(form(empty))


def test_a_missing_file_is_named(refused, tmp_path):
    assert "none.xlsx：没有这个文件" in refused(tmp_path / "none.xlsx")


def test_a_sheet_that_is_not_there_is_named(refused, form):
    said = refused(form({}), "--sheet", "自评")
    assert "form.xlsx：没有工作表“自评”。是否想写“自评表”？" in said


@pytest.mark.parametrize("case", ["Village", "con", "a b", "-a", "水利"])
def test_a_case_needs_a_proper_name(refused, form, case):
    assert f"--case：“{case}”不能作评价项目的名称" in refused(form({}), f"--case={case}", case="x")


def test_an_existing_case_is_not_overwritten(refused, form, capsys):
    path = form({})
    assert main(["import", str(path), "--case", "one"]) == 0
    capsys.readouterr()
    said = refused(path)
    assert "--case：params/cases/one.yaml 已经存在。请换一个名称，或先移走它" in said
    assert "--case：data/one 已经存在" in said
