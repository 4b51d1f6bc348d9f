"""`jupyter nbconvert --to evalbook`: one notebook as a page, from the interface and the command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from cases import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from evalbook.blocks import MIME, Block, Heading, Prose, Run, Stamp, Table, to_json
from evalbook.blocks import Cell as TableCell
from evalbook.errors import InputError, NotebookError
from evalbook.evaluation import Evaluation
from evalbook.exporter import EvalbookExporter, document_of

TABLE = Table("预算表", ((TableCell("甲"),),), ((TableCell("乙"),),), ("left",), (1.0,), ("body",))


def holding(*blocks: Block, words: str = "") -> nbformat.NotebookNode:
    """An executed notebook that shows the blocks, after a Markdown cell with the words."""
    outputs = [new_output("display_data", {MIME: to_json(block)}) for block in blocks]
    cells = [new_markdown_cell(words)] if words else []
    return new_notebook(cells=[*cells, new_code_cell("show()", outputs=outputs)])


def exported(notebook: nbformat.NotebookNode, name: str = "笔记") -> BeautifulSoup:
    page, _ = EvalbookExporter().from_notebook_node(notebook, {"metadata": {"name": name}})
    return BeautifulSoup(page, "html.parser")


def headings(page: BeautifulSoup) -> list[str]:
    return [each.get_text() for each in page.select("h1, h2, h3")]


@pytest.fixture
def stamp(qingdao: Evaluation) -> Stamp:
    return Stamp(qingdao.case.id, qingdao.fingerprint)


def test_a_notebook_of_today_has_title_facts_and_proofs(qingdao, stamp):
    rate = Prose((Run("99.31%", "budget.total.rate", "99.31"),))
    page = exported(holding(stamp, Heading(2, "投入"), Heading(3, "执行"), rate), "10_budget")
    assert headings(page) == [qingdao.case.params.title, "一、投入", "（一）执行"]
    assert "节选自笔记本 10_budget" in page.select_one("dl").get_text()
    title = page.select_one("[data-address='budget.total.rate']")["title"]
    assert "2019年部门预算情况表" in title
    assert "budget.total.rate" in page.select_one("#proofs").string


def test_what_another_notebook_holds_is_called_by_its_words(stamp):
    runs = Prose((Run("", ref="指标评分表"), Run("和"), Run("", ref="预算表")))
    page = exported(holding(stamp, Heading(3, "执行"), runs, TABLE))
    assert page.select_one("p.body").get_text() == "“指标评分表”和表 1-1"


@pytest.mark.parametrize("levels", [(2, 3, 3, 1, 2), (3, 3, 2, 4, 1), (1, 2, 2, 1, 2)])
def test_headings_begin_at_the_first_level(stamp, levels):
    page = exported(holding(stamp, *(Heading(level, "题") for level in levels)))
    shown = [int(each.name[1]) - 1 for each in page.select("h2, h3, h4, h5")]
    assert (
        shown
        == {
            (2, 3, 3, 1, 2): [1, 2, 2, 1, 2],
            (3, 3, 2, 4, 1): [1, 1, 1, 2, 1],
            (1, 2, 2, 1, 2): [1, 2, 2, 1, 2],
        }[levels]
    )


def test_old_data_are_refused_in_one_sentence(stamp):
    with pytest.raises(
        NotebookError, match=r"10_budget 里保存的是按以前的数据.*重新运行"
    ) as caught:
        exported(holding(Stamp(stamp.case, "0" * 64), Heading(1, "甲")), "10_budget")
    assert stamp.case in str(caught.value)


def test_two_cases_in_one_notebook_are_refused(stamp):
    with pytest.raises(NotebookError, match="打开了 2 个评价项目（jishan-2020、qingdao-2019）"):
        exported(holding(stamp, Stamp("jishan-2020", "0" * 64)))


def test_a_case_that_is_gone_is_named():
    with pytest.raises(InputError, match="no-such-case"):
        exported(holding(Stamp("no-such-case", "0" * 64)))


def test_a_notebook_of_no_case_is_titled_by_its_first_heading():
    page = exported(new_notebook(cells=[new_markdown_cell("# 访谈记录\n\n## 一季度\n\n正文。")]))
    assert headings(page) == ["访谈记录", "一、一季度"]
    assert page.title.get_text() == "访谈记录"
    assert not page.select("dl, .draft")
    several = exported(holding(Heading(1, "乙"), TABLE, words="# 甲"))
    assert headings(several) == ["甲", "一、甲", "二、乙"]


def test_a_notebook_without_a_heading_has_its_own_name():
    page = exported(new_notebook(cells=[new_markdown_cell("只有一段。")]), "访谈 3")
    assert headings(page) == ["访谈 3"]
    assert page.select_one("p.body").get_text() == "只有一段。"


def test_what_no_report_can_carry_is_named():
    with pytest.raises(NotebookError, match="打印输出"):
        exported(new_notebook(cells=[new_code_cell("print(1)", outputs=[
            new_output("stream", name="stdout", text="1"),
        ])]))  # fmt: skip


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*.ipynb")), ids=lambda path: path.name)
def test_every_stored_notebook_becomes_a_page(path):
    notebook = nbformat.read(path, as_version=4)
    stamps = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert stamps
    document = document_of(_today(notebook), path.stem)
    assert document.blocks
    assert document.title.startswith("2019年度青岛市")


def _today(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook stamped with today's evaluation, as stored outputs may lag behind."""
    from evalbook import evaluate, load

    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            block: Any = output.get("data", {}).get(MIME)
            if block and block["block"] == "stamp":
                block["evaluation"] = evaluate(load(block["case"])).fingerprint
    return notebook


# ---- the command


def converted(folder: Path, notebook: nbformat.NotebookNode) -> subprocess.CompletedProcess[str]:
    nbformat.write(notebook, folder / "甲 乙.ipynb")
    return subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "evalbook", "甲 乙.ipynb"],
        cwd=folder,
        env=os.environ | {"EVALBOOK_ROOT": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )


def test_the_command_writes_one_file(tmp_path, stamp):
    done = converted(tmp_path, holding(stamp, Heading(1, "甲"), TABLE))
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["甲 乙.html", "甲 乙.ipynb"]
    page = (tmp_path / "甲 乙.html").read_bytes()
    assert b"\r" not in page
    assert BeautifulSoup(page, "html.parser").select_one("#t-1-1")


@pytest.mark.thorough
def test_the_command_says_what_is_wrong_without_a_traceback(tmp_path, stamp, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")  # a console that knows no Chinese
    done = converted(tmp_path, holding(Stamp(stamp.case, "0" * 64), Heading(1, "甲")))
    assert done.returncode == NotebookError.exit_code
    assert "重新运行这个笔记本并保存" in done.stderr
    assert not re.search('Traceback|File "', done.stderr)
    assert not (tmp_path / "甲 乙.html").exists()
