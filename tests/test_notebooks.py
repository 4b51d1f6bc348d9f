"""The notebooks as an analyst and CI meet them: nbval, the panel, one's own tables and figures."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from evalbook import evaluate, load
from evalbook.analyst import frame_block, register
from evalbook.blocks import MIME, from_json, to_json
from evalbook.charts import style
from evalbook.charts.plot import COLOURS
from evalbook.engine.kernels import QUIET
from evalbook.panel import Panel, trial
from evalbook.report.collect import collect

ROOT = Path(__file__).parents[1]


@pytest.mark.thorough  # its kernels; test_engine_outputs.py compares the same outputs
def test_nbval_passes_strictly_on_every_notebook() -> None:
    chapters = sorted(str(path) for path in ROOT.glob("data/*/chapters"))
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider"]
    command += ["--nbval-cell-timeout=120", "--nbval-kernel-startup-timeout=120"]
    command += ["notebooks", *chapters]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


def run_cells(*sources: str) -> list[Any]:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, kernel_name="python3", extra_arguments=QUIET)
    return list(client.execute().cells[-1].outputs)


def test_a_wrong_case_name_in_a_notebook_is_a_sentence_without_traceback() -> None:
    with pytest.raises(CellExecutionError) as raised:
        run_cells('from evalbook.notebook import open_case\nopen_case("qingdao-2091")')
    said = str(raised.value)
    assert "是否想写“qingdao-2019”" in said
    assert "File " not in said


def test_an_analyst_frame_and_figure_become_blocks() -> None:
    opening = 'from evalbook.notebook import open_case\nev = open_case("qingdao-2019")'
    frame = 'ev.case.table("t5").frame()'
    figure = (
        "import matplotlib.pyplot as plt\nplt.bar(['市南', '市北'], [1, 2])\nplt.title('示例');"
    )
    (shown,) = run_cells(opening, frame)
    table = from_json(shown["data"][MIME])
    assert table.block == "table"
    assert len(table.rows) == 11
    (drawn,) = run_cells(opening, figure)
    assert from_json(drawn["data"][MIME]).block == "figure"


def test_a_frame_shows_unknown_as_unpublished_and_numbers_to_the_right() -> None:
    frame = pd.DataFrame(
        {"区": ["市南", "市北"], "数": [Decimal("1.50"), Decimal(0)]}, dtype=object
    )
    frame.loc[2] = ["李沧", None]
    block = frame_block(frame)
    assert [row[1].text for row in block.rows] == ["1.50", "0", "未公布"]
    assert frame_block(frame.head(2)).align == ("left", "right")


def test_a_long_frame_is_cut_and_says_so() -> None:
    block = frame_block(pd.DataFrame({"n": range(600)}))
    assert len(block.rows) == 500
    assert block.notes == ("表有 600 行，只列出前 500 行。",)


def test_register_without_a_shell_does_nothing() -> None:
    register(None)


def test_the_panel_tries_other_marks_and_saves_nothing() -> None:
    ev = evaluate(load("qingdao-2019"))
    shown = Panel(ev)
    assert "试算总分 90.31 分" in shown.result.value
    shown.marks["process"].value = 20
    assert "试算总分 83.99 分（满分 100 分），等级“良”" in shown.result.value
    shown.marks["process"].value = 99
    assert shown.marks["process"].value == 30
    assert ev.total == Decimal("90.31")


def test_the_panel_is_a_plain_table_without_widgets_and_nothing_in_the_report() -> None:
    bundle = Panel(evaluate(load("qingdao-2019")))._repr_mimebundle_()
    assert "| 合计 | 100 | 90.31 | 9.69 |" in bundle["text/plain"]
    assert "得分试算表" in bundle["text/html"]
    output = {"output_type": "display_data", "data": bundle}
    cell = {"cell_type": "code", "metadata": {}, "source": "panel(ev)", "outputs": [output]}
    found = collect({"cells": [cell]}, "00_overview.ipynb")
    assert found.blocks == ()
    assert [stamp.case for stamp in found.stamps] == ["qingdao-2019"]


def test_a_figure_of_ones_own_looks_like_those_of_the_report() -> None:
    style()
    canvas = Figure()
    axes = canvas.add_subplot()
    bars = [axes.bar([n], [1], label=str(n)) for n in range(2)]
    assert not axes.legend().get_frame_on()
    assert not axes.spines["top"].get_visible()
    assert not axes.spines["right"].get_visible()
    assert [to_hex(bar[0].get_facecolor()) for bar in bars] == [COLOURS["in"], COLOURS["out"]]


def test_marks_that_reach_a_band_get_its_grade() -> None:
    ev = evaluate(load("qingdao-2019"))
    assert "等级“优”" in trial(ev, {"all": Decimal(90)})
    assert "等级“良”" in trial(ev, {"all": Decimal("89.99")})
    assert "不能试算" in trial(ev, {})


def test_a_chart_is_the_same_twice() -> None:
    from evalbook import charts

    ev = evaluate(load("qingdao-2019"))
    first, second = (charts.execution(ev, ev.case.table("t1"))[0] for _ in range(2))
    assert to_json(first) == to_json(second)
    assert "人员经费 99.57%" in first.alt


def test_a_figure_without_a_title_still_has_a_caption() -> None:
    from evalbook.charts import to_block

    assert to_block(Figure(), "图", "图").caption == "图"
