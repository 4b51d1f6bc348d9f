"""The official form: its paper, its cells, its bytes, and what it says that it cannot carry."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from cases import ROOT
from drawing import changed, workbook

from evalbook.commands import main
from evalbook.errors import InputError
from evalbook.forms.exporting import export_form
from evalbook.forms.importing import import_forms
from evalbook.paths import Workbook

VARIANTS = Path(__file__).with_name("variants.yaml")
BASE: str = yaml.safe_load(VARIANTS.read_text("utf-8"))["base"]


@pytest.fixture
def exported(book: Workbook, tmp_path: Path):
    """The sheet that a changed base form becomes when it is written back."""

    def make(cells: dict[str, Any]) -> Any:
        path = workbook(tmp_path / "form.xlsx", {"自评表": changed(BASE, cells)})
        import_forms(path, "one", book)
        export_form("one", tmp_path / "back.xlsx", book)
        return openpyxl.load_workbook(tmp_path / "back.xlsx")["自评表"]

    return make


def test_it_prints_on_a4_one_page_wide(exported):
    sheet = exported({})
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_area == "'自评表'!$A$1:$I$22"


def test_every_cell_of_the_form_has_a_frame(exported):
    """A merged range has its lines at its edges."""
    sheet = exported({})
    inner = {spot for area in sheet.merged_cells.ranges for spot in area.cells}
    outer = {spot for area in sheet.merged_cells.ranges for spot in (*area.top, *area.left)}
    bare = [
        cell.coordinate
        for row in sheet.iter_rows(min_row=3, max_row=22, max_col=9)
        for cell in row
        if (cell.row, cell.column) not in inner - outer
        and not {cell.border.top.style, cell.border.left.style} & {"thin"}
    ]
    assert bare == []


def test_numbers_are_numbers_with_the_places_printed(exported):
    sheet = exported({"D6": '"300.00"', "E6": '"3,205,000.00元"'})
    assert (sheet["D6"].value, sheet["D6"].number_format) == (300, "0.00")
    assert (sheet["E6"].value, sheet["E6"].data_type) == ("3,205,000.00元", "s")
    assert (sheet["G13"].value, sheet["G13"].number_format) == (10, "0")


@pytest.mark.parametrize("text", ["=100", "-水压不足", "+5%", "@某处"])
def test_text_is_never_a_formula(exported, text):
    sheet = exported({"I14": text})
    assert (sheet["I14"].value, sheet["I14"].data_type) == (text, "s")
    assert sheet["I14"].quotePrefix


def test_the_same_case_gives_the_same_bytes(book, tmp_path):
    import_forms(workbook(tmp_path / "form.xlsx", {"自评表": BASE}), "one", book)
    export_form("one", tmp_path / "a.xlsx", book)
    export_form("one", tmp_path / "b.xlsx", book)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = archive.read("docProps/core.xml").decode()
    assert about.count("2020-02-25T00:00:00Z") == 2


def test_what_the_form_cannot_carry_is_said(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("EVALBOOK_ROOT", str(ROOT))
    assert main(["export", "qingdao-2019", "--to", str(tmp_path / "form.xlsx")]) == 0
    said = capsys.readouterr().out
    assert said.startswith("已写成 form.xlsx。\n自评表装不下的：\n")
    for part in (
        "参数：标题、状态、评价方式、委托方、评价机构、指标体系、公布的得分、得分率或等级",
        "budget 的列：", "indicators 的列：", "documents 的“引用文件”", "findings.yaml 的问题",
        "checks.yaml", "chapters 中的章节", "source.yaml 的 1 个附件", "text.yaml 的",
    ):  # fmt: skip
        assert part in said


def test_headings_that_are_reworded_are_said(exported, book, tmp_path):
    exported({"G12": "权重", "I12": "未完成原因"})
    told = export_form("one", tmp_path / "again.xlsx", book)
    assert "  - 表头：“权重”改作“分值”" in told
    assert "  - 表头：“未完成原因”改作“偏差原因分析及改进措施”" in told


def test_a_file_of_someone_else_is_not_overwritten(exported, book, tmp_path):
    exported({})
    other = tmp_path / "form.xlsx"
    before = other.read_bytes()
    with pytest.raises(InputError, match=r"form\.xlsx 已经存在，不是本程序写的自评表"):
        export_form("one", other, book)
    assert other.read_bytes() == before


def test_an_exported_form_that_was_filled_in_since_is_not_overwritten(exported, book, tmp_path):
    exported({})
    edited = openpyxl.load_workbook(tmp_path / "back.xlsx")
    edited.properties.lastModifiedBy = "某用户"
    edited.save(tmp_path / "back.xlsx")
    with pytest.raises(InputError, match="写成后有人改过"):
        export_form("one", tmp_path / "back.xlsx", book)


@pytest.mark.parametrize(
    ("target", "problem"),
    [("form.xls", "“form.xls”不是 .xlsx 文件"), ("none/form.xlsx", "没有文件夹")],
)
def test_a_target_that_cannot_be_is_refused(book, tmp_path, capsys, target, problem):
    import_forms(workbook(tmp_path / "form.xlsx", {"自评表": BASE}), "one", book)
    assert main(["export", "one", "--to", str(tmp_path / target)]) == 2
    assert f"--to：{problem}" in capsys.readouterr().err
    assert not (tmp_path / target).exists()
