"""Quarto as a renderer: found, run on copies, believed only for what it has just written.

A stand-in (quarto_stand_in.py) takes Quarto's place, except in the tests marked `quarto`, which
want a real one.
"""

import io
import json
import os
import re
import shutil
import sys
import time
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import docx
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from report_sample import report as sample

from evalbook import run as running
from evalbook.blocks import Figure, Heading, Table
from evalbook.commands import main
from evalbook.errors import InputError, ReportError
from evalbook.paths import Workbook
from evalbook.report import FORMATS, quarto
from evalbook.report.quarto_notebook import folder

STAND_IN = Path(__file__).with_name("quarto_stand_in.py")
REAL = os.environ.get("QUARTO_PATH") or shutil.which("quarto")


@pytest.fixture
def files():
    return folder(sample(3), [])


@pytest.fixture
def stand_in(tmp_path, monkeypatch) -> Path:
    """The stand-in as `quarto` on PATH; the program."""
    program = tmp_path / "bin" / "quarto"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STAND_IN}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    return program


@pytest.fixture
def mode(monkeypatch):
    return lambda name: monkeypatch.setenv("STAND_IN", name)


# ---- finding it


def test_quarto_is_found_on_path_with_its_version(stand_in):
    assert quarto.find() == quarto.Quarto(str(stand_in), "1.9.38")


@pytest.mark.parametrize("named", ["bin/quarto", "bin", "."])
def test_quarto_path_names_the_program_or_its_folder(stand_in, named, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("QUARTO_PATH", str(stand_in.parents[1] / named))
    assert Path(quarto.find().program).samefile(stand_in)


def test_no_quarto_is_one_sentence_with_how_to_get_it(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    assert main(["run", "qingdao-2019", "--renderer", "quarto"]) == 2
    said = capsys.readouterr().err
    assert "找不到 Quarto。请从 quarto.org 下载安装，或用环境变量 QUARTO_PATH 指明它" in said
    assert "Traceback" not in said


def test_a_quarto_path_that_leads_nowhere_is_named(monkeypatch, stand_in):
    monkeypatch.setenv("QUARTO_PATH", "/nowhere/quarto")
    with pytest.raises(InputError, match="QUARTO_PATH=/nowhere/quarto：找不到 Quarto"):
        quarto.find()


def test_an_old_quarto_is_refused(stand_in, monkeypatch):
    monkeypatch.setenv("STAND_IN_VERSION", "1.3.450")
    with pytest.raises(InputError, match=r"1\.3\.450 版，需要 1\.4 版或更新的"):
        quarto.find()


def test_a_program_that_is_not_quarto_is_refused(stand_in, monkeypatch):
    stand_in.write_text("#!/bin/sh\necho 'quarto: board game'\n")
    with pytest.raises(InputError, match="不像是 Quarto，它说：“quarto: board game”"):
        quarto.find()


def test_a_program_that_cannot_run_is_refused(stand_in):
    stand_in.write_text("#!/nowhere/sh\n")
    with pytest.raises(InputError, match="不能运行"):
        quarto.find()


# ---- running it


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_report_comes_out_in_the_format_asked_for(stand_in, files, fmt):
    data = quarto.render(quarto.find(), files, fmt)
    assert data.startswith({"html": b"<", "pdf": b"%PDF", "docx": b"PK"}[fmt])
    if fmt == "html":
        text = data.decode()
        assert "2019 年度青岛市医疗保障局整体支出绩效评价报告" in text.splitlines()[1]
        assert "# 一、基本情况" in text, "the first heading is not eaten as the title"


def test_what_quarto_rewrites_is_a_copy(stand_in, files, mode):
    mode("rewrites")
    before = dict(files)
    quarto.render(quarto.find(), files, "html")
    assert files == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            "fails",
            "没有排成，它说：“ERROR: Error running filter main.lua: "
            "cannot open figures/f-1-1.png”。上一次的报告没有改动。",
        ),
        ("half", "没有排成，它说：“ERROR: No space left on device”"),
        ("silent", "没有写出文件"),
        ("elsewhere", "说已写出 index.html，但没有得到完整的文件"),
        ("cut", "说已写出 report.html，但没有得到完整的文件"),
        ("loose", "写出的网页不是单独一个文件"),
    ],
)
def test_what_goes_wrong_is_a_chinese_sentence(stand_in, files, mode, wrong, said):
    mode(wrong)
    with pytest.raises(ReportError) as raised:
        quarto.render(quarto.find(), files, "html")
    assert str(raised.value).startswith("Quarto 1.9.38 排 report.html 失败：")
    assert said in str(raised.value)
    assert "\x1b" not in str(raised.value)


def test_a_quarto_that_hangs_is_ended_with_all_that_it_started(
    stand_in, files, mode, monkeypatch, tmp_path
):
    mode("hangs")
    monkeypatch.setenv("STAND_IN_HELPER", str(tmp_path / "helper"))
    found = quarto.find()
    monkeypatch.setattr(quarto, "PATIENCE", 5.0)
    started = time.monotonic()
    with pytest.raises(ReportError, match="5 秒没有完成，已停止"):
        quarto.render(found, files, "pdf")
    assert time.monotonic() - started < 60
    assert command_of((tmp_path / "helper").read_text()) == b""


def test_on_windows_the_whole_tree_of_processes_is_ended(monkeypatch):
    called = []
    process = Mock(pid=4711)
    system = Mock()
    system.name = "nt"
    monkeypatch.setattr(quarto, "os", system)
    monkeypatch.setattr(quarto.subprocess, "run", lambda command, **_: called.append(command))
    quarto._end(process)
    assert called == [["taskkill", "/T", "/F", "/PID", "4711"]]
    process.wait.assert_called_once()


def command_of(process: str) -> bytes:
    """The command line of a process; empty when it has ended, and where /proc tells nothing."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


# ---- the command


@pytest.fixture
def quick(monkeypatch, workbook) -> Workbook:
    """`run` without kernels: the sample report in place of what the notebooks show."""
    monkeypatch.setattr(running, "_execute_all", lambda *_: [])
    monkeypatch.setattr(running, "compose", lambda *_: sample(3))
    return workbook


def names(place: Path) -> set[str]:
    return {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}


def test_run_leaves_the_same_names_and_what_quarto_render_needs(stand_in, quick):
    assert main(["run", "qingdao-2019"]) == 0
    plain = names(quick.outputs / "qingdao-2019")
    assert renderer(quick) == "embedded"
    assert main(["run", "qingdao-2019", "--renderer", "quarto"]) == 0
    found = names(quick.outputs / "qingdao-2019")
    inputs = {"_quarto.yml", "report.ipynb", "reference.docx", "figures/f-4-1.png"}
    assert found == plain | {f"quarto/{name}" for name in inputs}
    assert renderer(quick) == "quarto 1.9.38"
    assert options(quick)["profile"] is None
    assert options(quick)["fonts"] is None


def options(book: Workbook) -> dict[str, Any]:
    manifest = (book.outputs / "qingdao-2019" / "manifest.json").read_text("utf-8")
    return json.loads(manifest)["options"]


def renderer(book: Workbook) -> str:
    return options(book)["renderer"]


def test_a_failure_leaves_the_last_report(stand_in, quick, mode, capsys):
    last = quick.outputs / "qingdao-2019" / "report.html"
    last.parent.mkdir(parents=True)
    last.write_text("上一次")
    mode("half")
    assert main(["run", "qingdao-2019", "--renderer", "quarto", "--format", "html"]) == 3
    assert names(last.parent) == {"report.html"}
    assert last.read_text() == "上一次"
    assert "No space left on device" in capsys.readouterr().err


def test_an_unknown_renderer_is_a_chinese_sentence(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["run", "qingdao-2019", "--renderer", "quatro"])
    assert stop.value.code == 2
    assert "没有这个选择 'quatro'" in capsys.readouterr().err


# ---- a real one


def text_in(data: bytes, fmt: str) -> str:
    if fmt == "html":
        text = BeautifulSoup(data, "html.parser").get_text()
    elif fmt == "pdf":
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    else:
        text = "".join(docx.Document(io.BytesIO(data)).element.body.itertext())
    return re.sub(r"[\s\u200b]", "", text)


def printed(document):
    """Titles and table cells in order; the text of a PDF breaks longer ones."""
    for placed in document.blocks:
        if isinstance(placed.block, Heading | Figure | Table):
            yield placed.title
        if isinstance(placed.block, Table):
            yield from (cell.text for row in placed.block.header for cell in row)


@pytest.mark.quarto
@pytest.mark.skipif(not REAL, reason="没有 Quarto：它不在软件源里，只能自己安装")
@pytest.mark.parametrize("fmt", FORMATS)
def test_a_real_quarto_prints_every_title_in_order(fmt):
    document = sample(30)
    data = quarto.render(quarto.find(), folder(document, []), fmt)
    text, place = text_in(data, fmt), 0
    for words in printed(document):
        words = re.sub(r"\s", "", words)
        assert words in text[place:] or (fmt == "pdf" and words in text), words
        place = max(place, text.find(words, place))
