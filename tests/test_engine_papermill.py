"""`papermill --engine evalbook`, and `evalbook run --engine`."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from cases import ROOT
from engine_snippets import notebook, told
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from evalbook.commands import main
from evalbook.engine.errors import Ended
from evalbook.engine.papermill import EvalbookEngine
from evalbook.errors import NotebookError
from evalbook.execute import cleaned, execute
from evalbook.notebookfile import markdown_cell, write
from evalbook.notebookfile import read as read_notebook

FAILS = ("case = 'x'", "print('一')", "1 / 0", "print('never')")


def saved(folder: Path, *sources: str) -> Path:
    made = notebook(*sources)
    made["cells"][0]["metadata"]["tags"] = ["parameters"]
    made["cells"].insert(1, markdown_cell("文字", "words"))
    write(made, folder / "in.ipynb")
    return folder / "in.ipynb"


def by(engine: str | None, source: Path, out: Path, **options: Any) -> Any:
    papermill_engines.register("evalbook", EvalbookEngine)
    if engine is None:
        options["start_timeout"] = 120
    return papermill.execute_notebook(
        str(source), str(out), {"case": "y"}, engine_name=engine, progress_bar=False, **options
    )


def without_times(node: Any) -> Any:
    """What papermill notes of cells and notebook, without times, paths and random ids."""
    for each in (node, *node["cells"]):
        each["metadata"].pop("execution", None)  # times that nbclient notes besides
        noted = each["metadata"].get("papermill", {})
        for key in ("start_time", "end_time", "duration", "output_path", "version"):
            noted.pop(key, None)
    for number, cell in enumerate(node["cells"]):
        cell["id"] = str(number)
    return node


def test_the_entry_point_is_declared() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'evalbook = "evalbook.engine.papermill:EvalbookEngine"' in text
    for found in entry_points(group="papermill.engine", name="evalbook"):
        assert found.load() is EvalbookEngine


@pytest.mark.parametrize("sources", [("case = 'x'", "case", "", "print('b')\n3"), FAILS])
def test_papermill_notes_what_it_notes_of_a_kernel(
    tmp_path: Path, sources: tuple[str, ...]
) -> None:
    source = saved(tmp_path, *sources)
    nodes = []
    for engine in ("evalbook", None):
        out = tmp_path / f"{engine}.ipynb"
        if sources is FAILS:
            with pytest.raises(PapermillExecutionError, match="ZeroDivisionError"):
                by(engine, source, out)
        else:
            by(engine, source, out)
        nodes.append(told(without_times(nbformat.read(out, as_version=4))).splitlines())
    assert nodes[0] == nodes[1]


def test_a_notebook_that_ends_is_an_error_of_papermill_s_caller(tmp_path: Path) -> None:
    source = saved(tmp_path, "case = 'x'", "import os\nos._exit(3)", "1")
    with pytest.raises(Ended, match="退出码 3"):
        by("evalbook", source, tmp_path / "out.ipynb")
    states = [
        cell.metadata.papermill.status
        for cell in nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    ]
    assert states == ["completed", "completed", "completed", "failed", "pending"]


def test_the_time_of_a_cell_is_limited_as_papermill_asks(tmp_path: Path) -> None:
    source = saved(tmp_path, "case = 'x'", "import time\ntime.sleep(60)")
    with pytest.raises(Ended, match="时间超过 1 秒"):
        by("evalbook", source, tmp_path / "out.ipynb", execution_timeout=1)


@pytest.mark.thorough
def test_the_command_line_gives_what_a_run_gives(tmp_path: Path) -> None:
    """With the entry point as an installation writes it."""
    (tmp_path / "evalbook-0.dist-info").mkdir()
    points = "[papermill.engine]\nevalbook = evalbook.engine.papermill:EvalbookEngine\n"
    (tmp_path / "evalbook-0.dist-info" / "entry_points.txt").write_text(points)
    (tmp_path / "evalbook-0.dist-info" / "METADATA").write_text("Name: evalbook\nVersion: 0\n")
    out = tmp_path / "out.ipynb"
    source = ROOT / "notebooks" / "10_budget.ipynb"
    path = os.pathsep.join([str(ROOT / "lib"), str(tmp_path)])
    command = [sys.executable, "-m", "papermill", "--engine", "evalbook", str(source), str(out)]
    ran = subprocess.run(
        [*command, "-p", "case", "qingdao-2019"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": path, "EVALBOOK_ROOT": str(ROOT)},
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert "Executing" in ran.stderr
    executed = cleaned(read_notebook(out))
    stored = cleaned(read_notebook(source))
    found = [c["outputs"] for c in executed["cells"] if c.get("outputs")]
    assert found == [c["outputs"] for c in stored["cells"] if c.get("outputs")]


# ---- evalbook run


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (FAILS, "in.ipynb 第 4 格（1 / 0）执行失败：ZeroDivisionError：division by zero。"),
        (("case = 'x'", "import os\nos._exit(3)"),
         "in.ipynb 第 3 格（import os）没有执行完：进程自己退出，退出码 3。"),
    ],
)  # fmt: skip
def test_a_notebook_that_fails_is_named_and_kept(
    tmp_path: Path, sources: tuple[str, ...], said: str
) -> None:
    from evalbook.engine import opened

    source = saved(tmp_path, *sources)
    kept = tmp_path / "log" / "in.ipynb"
    with opened() as engine, pytest.raises(NotebookError) as failed:
        execute(source, "qingdao-2019", kept, engine)
    assert said in str(failed.value)
    assert str(kept) in str(failed.value)
    cells = nbformat.read(kept, as_version=4).cells
    place = next(n for n, cell in enumerate(cells) if cell.id == "failed-here")
    assert cells[place + 1].source == sources[2 if sources is FAILS else 1]
    assert cells[place].source.startswith("**▼ 下面这一格")


def test_a_notebook_that_leaves_well_has_not_failed(tmp_path: Path) -> None:
    from evalbook.engine import opened

    source = saved(tmp_path, "case = 'x'", "import sys\nsys.exit()", "1 / 0")
    with opened() as engine:
        execute(source, "x", tmp_path / "failed.ipynb", engine)
    assert not (tmp_path / "failed.ipynb").exists()


def test_a_file_that_is_no_notebook_is_a_sentence(tmp_path: Path) -> None:
    from evalbook.engine import opened

    (tmp_path / "10_x.ipynb").write_text("{}")
    with opened("kernel") as engine, pytest.raises(NotebookError, match="不是可用的笔记本"):
        execute(tmp_path / "10_x.ipynb", "x", tmp_path / "f", engine)


def test_an_engine_asked_for_that_cannot_work_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("evalbook.engine.client.can_fork", lambda: False)
    assert main(["run", "qingdao-2019", "--engine", "evalbook", "--fresh"]) == 2
    assert "请用 --engine kernel" in capsys.readouterr().err


def test_limits_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EVALBOOK_SECONDS", "ten")
    assert main(["run", "qingdao-2019", "--engine", "evalbook", "--fresh"]) == 2
    assert "环境变量 EVALBOOK_SECONDS" in capsys.readouterr().err
