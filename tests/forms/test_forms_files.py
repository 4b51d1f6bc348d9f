"""The workbook around a form: what is hidden, names that mislead, both formats, the command."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from cases import ROOT
from drawing import changed, workbook

from evalbook import load
from evalbook.commands import main
from evalbook.forms.grid import Area, address, letters
from evalbook.forms.importing import import_forms
from evalbook.forms.opening import open_grids
from evalbook.forms.words import Term, bare, form_words
from evalbook.paths import Workbook

HERE = Path(__file__).parent
BASE: str = yaml.safe_load((HERE / "variants.yaml").read_text("utf-8"))["base"]
WORDS = form_words(Workbook(ROOT))


@pytest.fixture
def form(tmp_path: Path) -> Path:
    return workbook(tmp_path / "form.xlsx", {"自评表": BASE, "旧表": BASE})


def changed_by(path: Path, change: Any) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def test_a_hidden_sheet_is_not_read_but_named(form, book):
    def hide(opened):
        opened["旧表"].sheet_state = "hidden"

    imported = import_forms(changed_by(form, hide), "one", book)
    assert [case.name for case in imported.cases] == ["one"]
    assert imported.remarks == ("form.xlsx 工作表“旧表”是隐藏的，没有读",)


def test_hidden_rows_and_columns_are_read_and_named(form, book):
    def hide(opened):
        opened["自评表"].row_dimensions[8].hidden = True
        opened["自评表"].column_dimensions["I"].hidden = True
        opened["自评表"].row_dimensions[300].hidden = True

    imported = import_forms(changed_by(form, hide), "one", book, "自评表")
    assert imported.remarks == (
        "form.xlsx 工作表“自评表”的第 8 行是隐藏的，里面的内容也读入了",
        "form.xlsx 工作表“自评表”的I 列是隐藏的，里面的内容也读入了",
    )


def test_one_sheet_can_be_chosen(form, book):
    imported = import_forms(form, "one", book, "旧表")
    assert [case.name for case in imported.cases] == ["one"]
    assert imported.cases[0].understanding.where == "form.xlsx 工作表“旧表”"


def test_a_workbook_is_known_by_its_content_not_by_its_name(form, book, tmp_path):
    shutil.copy(form, tmp_path / "form.xls")
    assert len(import_forms(tmp_path / "form.xls", "one", book).cases) == 2


def test_both_formats_give_the_same_grid():
    xlsx, xls = (
        open_grids(HERE / f"yongde-minglang-2022-yingyang.{suffix}")[0]
        for suffix in ("xlsx", "xls")
    )
    assert xls.cells == xlsx.cells
    assert {area.range for area in xls.merges} == {area.range for area in xlsx.merges}


def test_a_day_and_a_formula_with_its_result_are_read_as_shown(tmp_path):
    path = workbook(tmp_path / "form.xlsx", {"自评表": BASE})

    def fill(opened):
        opened["自评表"]["E16"] = dt.datetime(2023, 12, 31)

    grid = open_grids(changed_by(path, fill))[0]
    assert grid.at(16, 5).text == "2023-12-31"
    assert grid.at(14, 1).range == "A12:A21"


@pytest.mark.parametrize(("column", "text"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")])
def test_columns_are_called_as_excel_calls_them(column, text):
    assert letters(column) == text
    assert address(7, column) == f"{text}7"


def test_an_area_is_called_by_its_corners():
    assert (Area(7, 2, 7, 2).range, Area(7, 2, 9, 3).range) == ("B7", "B7:C9")


# ---- the words


def groups() -> dict[str, dict[str, Term]]:
    return {
        "fields": dict(WORDS.fields),
        "budget columns": dict(WORDS.budget.columns),
        "budget rows": dict(WORDS.budget.rows),
        "task columns": dict(WORDS.tasks.columns),
        "task parts": dict(WORDS.tasks.parts),
        "indicator columns": dict(WORDS.indicators.columns),
        "levels": dict(WORDS.indicators.levels),
        "groups": dict(WORDS.indicators.groups),
    }


@pytest.mark.parametrize("name", groups())
def test_no_word_means_two_things_in_one_table(name):
    terms = groups()[name].items()
    said = Counter(word for _, t in terms for word in {bare(w) for w in (t.name, *t.words)})
    assert [word for word, times in said.items() if times > 1] == []


def test_no_sign_means_two_directions():
    said = Counter(bare(word) for words in WORDS.natures.values() for word in set(words))
    assert [word for word, times in said.items() if times > 1] == []


@pytest.mark.parametrize("framework", ["caiyu-2020-10-self", "caiyu-2021-101"])
def test_levels_have_the_ids_and_names_of_the_framework(framework):
    content = yaml.safe_load((ROOT / f"params/frameworks/{framework}.yaml").read_text("utf-8"))
    known = {**WORDS.indicators.levels, **WORDS.indicators.groups}
    missing = [
        (each["id"], each["name"])
        for each in content["indicators"]
        if each["id"] not in known or not known[each["id"]].meets(each["name"])
    ]
    assert missing == []


# ---- the command


def test_the_command_says_what_it_understood(book, tmp_path, capsys):
    path = workbook(tmp_path / "form.xlsx", {"自评表": changed(BASE, {"J12": "数据来源"})})
    assert main(["import", str(path), "--case", "one"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "form.xlsx 工作表“自评表” → 评价项目 one"
    assert "    A2:I2 年度：2023" in said
    assert said[-4:] == [
        "  没有读入或没有填写的：",
        "    J12 “数据来源”一列没有识别",
        "  按评分规则 caiyu-2020-10、指标体系 caiyu-2020-10-self核查；"
        "应按别的，请改 params/cases/one.yaml。",
        "已写成 1 个评价项目。接着运行 evalbook audit one。",
    ]
    assert load("one", book).params.status == "draft"


def test_every_cell_with_text_is_accounted_for(book, tmp_path):
    """Headings and labels aside, each cell is understood, or said to be left out."""
    cells = {"K3": "不相干", "A24": "注：另附说明", "J20": "备注"}
    path = workbook(tmp_path / "form.xlsx", {"自评表": changed(BASE, cells)})
    understanding = import_forms(path, "one", book).cases[0].understanding
    assert {place for place, _ in understanding.unread} == set(cells)
