"""`evalbook run`: the same bytes twice, whole or not at all, the same figures in every format."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
import pytest
from docx import Document
from pypdf import PdfReader

from evalbook import Evaluation, evaluate, load
from evalbook.blocks import MIME
from evalbook.commands import main
from evalbook.errors import NotebookError, ReportError
from evalbook.execute import cleaned
from evalbook.folders import replacing
from evalbook.paths import Workbook
from evalbook.run import notebooks, run

ROOT = Path(__file__).parents[1]


def copy_of_workbook(folder: Path) -> Workbook:
    for name in ("params", "data", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    return Workbook(folder)


PLACES = (
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"},
    # no UTF-8 by default: what is read or written without naming its encoding breaks
    {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0",
     "PYTHONUTF8": "0"},
)  # fmt: skip


def _home(folders: pytest.TempPathFactory, size: int) -> str:
    """A home whose owner draws with matplotlib in a way of their own."""
    home = folders.mktemp("home")
    for settings in (".config/matplotlib", ".matplotlib"):
        (home / settings).mkdir(parents=True)
        text = f"font.size: {size}\naxes.grid: True\nsavefig.bbox: tight\nsvg.fonttype: none\n"
        (home / settings / "matplotlibrc").write_text(text)
    return str(home)


def run_apart(factory: pytest.TempPathFactory, number: int) -> Path:
    """The Qingdao case run in a folder of its own by a process of its own.

    It has its own hash seed, time zone, language, umask, working folder and home.
    """
    umask, inside = ((0o022, "."), (0o077, "notebooks"))[number]
    book = copy_of_workbook(factory.mktemp("workbook"))
    home = {"HOME": _home(factory, umask), "EVALBOOK_ROOT": str(book.root)}
    done = subprocess.run(
        [sys.executable, "-m", "evalbook", "run", "qingdao-2019"],
        env=os.environ | PLACES[number] | home, cwd=book.root / inside, umask=umask,
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    folder = book.outputs / "qingdao-2019"
    assert str(folder) in done.stdout
    return folder


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_apart(tmp_path_factory, 0)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@cache
def html_text(folder: Path) -> str:
    source = (folder / "report.html").read_text(encoding="utf-8")
    body = re.sub(r"<(style|script).*?</\1>", "", source, flags=re.DOTALL)
    return squeezed(re.sub(r"<[^>]+>", "", body))


@cache
def pdf_text(folder: Path) -> str:
    pages = PdfReader(folder / "report.pdf").pages
    return squeezed("".join(page.extract_text() for page in pages))


@cache
def docx_text(folder: Path) -> str:
    document = Document(io.BytesIO((folder / "report.docx").read_bytes()))
    return squeezed("".join(document.element.body.itertext()))


READERS = {"html": html_text, "pdf": pdf_text, "docx": docx_text}


def in_names(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.thorough
def test_two_runs_give_the_same_bytes(
    report: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first, second = in_names(report), in_names(run_apart(tmp_path_factory, 1))
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_a_run_leaves_every_file(report: Path) -> None:
    found = in_names(report).keys()
    assert {"report.html", "report.pdf", "report.docx", "audit.xlsx"} < found
    assert {"evaluation.json", "inputs.json", "manifest.json"} < found


def test_a_run_follows_from_its_inputs(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EVALBOOK_ROOT", str(report.parents[1]))
    assert main(["verify", str(report)]) == 0, capsys.readouterr().out
    outputs = len(list(report.iterdir())) - 1
    assert f"输出：{outputs} 个文件都与清单相符" in capsys.readouterr().out


def test_an_input_changed_during_a_run_makes_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = copy_of_workbook(tmp_path)
    only(book)
    chapter = book.chapters("qingdao-2019") / "50_late.ipynb"
    cells = [
        nbformat.v4.new_code_cell("case = 'qingdao-2019'", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            "from evalbook.notebook import open_case\nfrom pathlib import Path\n"
            "ev = open_case(case)\n"
            f"_ = Path({str(book.house_file)!r}).write_text('profile: screen')"
        ),
    ]
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), chapter)
    with pytest.raises(ReportError, match="运行期间"):
        run("qingdao-2019", ("html",), book)
    assert not (book.outputs / "qingdao-2019").exists()


def test_evaluation_json_holds_the_published_result(report: Path) -> None:
    found = json.loads((report / "evaluation.json").read_text(encoding="utf-8"))
    assert found["score"]["total"] == found["score"]["computed"]["total"] == "90.31"
    assert found["score"]["grade"] == found["score"]["computed"]["grade"] == "优"
    assert [(s["score"], s["full"], s["rate"]) for s in found["sections"]] == [
        ("10", "10", "100.00"),
        ("26.32", "30", "87.73"),
        ("25.01", "30", "83.37"),
        ("28.98", "30", "96.60"),
    ]


@pytest.mark.parametrize("fmt", READERS)
def test_every_figure_of_the_case_stands_in_every_format(report: Path, fmt: str) -> None:
    ev = evaluate(load("qingdao-2019"))
    text = READERS[fmt](report)
    printed = [
        row[column].text
        for file in ("budget", "funds", "indicators")
        for table, row in ev.case.rows(file)
        for column in table.listed
        if row[column].value is not None and file != "indicators"
    ] + ["90.31", "26.32", "25.01", "28.98", "87.73%", "83.37%", "96.60%", "495.4万人"]
    assert [figure for figure in printed if figure not in text] == []


@pytest.mark.parametrize("fmt", READERS)
def test_the_report_follows_the_outline(report: Path, fmt: str) -> None:
    outline = [
        "一、基本情况",
        "二、评价工作开展情况",
        "三、综合评价情况及结论",
        "四、指标分析",
        "五、主要经验及做法、存在的问题及原因分析",
        "六、有关建议",
        "七、其他需要说明的问题",
    ]
    text = READERS[fmt](report)
    places = [text.rfind(heading) for heading in outline]
    assert -1 not in places
    assert places == sorted(places)
    assert [a for a in ("指标评分表", "勾稽核查表", "数据来源") if a not in text] == []


@pytest.mark.parametrize("fmt", READERS)
def test_what_does_not_hold_is_said_in_every_format(report: Path, fmt: str) -> None:
    text = READERS[fmt](report)
    for entry in evaluate(load("qingdao-2019")).audit.problems:
        assert squeezed(entry.message) in text


@pytest.mark.parametrize("fmt", READERS)
def test_the_case_own_chapter_reaches_the_report(report: Path, fmt: str) -> None:
    text = READERS[fmt](report)
    assert "中央补助资金的两种执行口径" in text
    assert "区（市）补助资金的拨付与实际支出" in text


def test_the_code_of_the_notebooks_does_not(report: Path) -> None:
    for reader in READERS.values():
        text = reader(report)
        assert "open_case" not in text
        assert "Parameters" not in text


def test_html_asks_for_nothing_from_the_network(report: Path) -> None:
    source = (report / "report.html").read_text(encoding="utf-8")
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', source) == []
    assert "Content-Security-Policy" in source


def test_results_hold_no_path_and_no_time_of_running(report: Path) -> None:
    for path in report.glob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert str(report.parents[1]) not in text
        assert "start_time" not in text
        assert str(Path.home()) not in text


def blocks_of(path: Path) -> list[object]:
    notebook = nbformat.read(path, as_version=4)
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", ())]
    return [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]


@pytest.mark.thorough
def test_papermill_typed_by_hand_in_any_folder_gives_the_same_blocks(
    report: Path, tmp_path: Path
) -> None:
    out = tmp_path / "by-hand.ipynb"
    source = ROOT / "notebooks" / "10_budget.ipynb"
    command = [sys.executable, "-m", "papermill", str(source), str(out), "-p", "case"]
    subprocess.run([*command, "qingdao-2019"], cwd=tmp_path, check=True, capture_output=True)
    assert blocks_of(out) == blocks_of(report / "10_budget.ipynb")


def test_the_stored_outputs_are_those_of_a_run(report: Path) -> None:
    for source in notebooks(Workbook(ROOT), "qingdao-2019"):
        assert blocks_of(source) == blocks_of(report / source.name), source.name


def spoil(book: Workbook, code: str) -> None:
    path = book.notebooks / "40_benefit.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[4].source = code
    nbformat.write(notebook, path)


def only(book: Workbook, *names: str) -> None:
    """Leave only some shared notebooks, to keep a test short."""
    for path in [*book.notebooks.glob("*.ipynb"), *book.chapters("qingdao-2019").glob("*")]:
        if path.stem not in names:
            path.unlink()


def test_a_failing_cell_leaves_the_last_report_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = copy_of_workbook(tmp_path)
    only(book, "40_benefit")
    spoil(book, "show(benefit.facts(ev.missing))")
    last = book.outputs / "qingdao-2019"
    last.mkdir(parents=True)
    (last / "report.pdf").write_text("上一次")
    monkeypatch.setenv("EVALBOOK_ROOT", str(tmp_path))
    assert main(["run", "qingdao-2019"]) == 3
    said = capsys.readouterr().err
    assert "40_benefit.ipynb 第 5 格（show(benefit.facts(ev.missing))）执行失败" in said
    assert "Traceback" not in said
    assert [p.name for p in last.iterdir()] == ["report.pdf"]
    assert [p.name for p in book.outputs.iterdir() if p.name.startswith(".new")] == []
    saved = book.logs / "qingdao-2019" / "40_benefit.ipynb"
    assert str(saved) in said
    marked = [c.source for c in nbformat.read(saved, as_version=4).cells]
    assert any("下面这一格执行失败" in source for source in marked)
    assert not any("Exception" in source for source in marked)


def test_a_fault_of_input_inside_a_notebook_is_the_library_own_sentence(tmp_path: Path) -> None:
    book = copy_of_workbook(tmp_path)
    only(book, "40_benefit")
    spoil(book, 'ev = open_case("qingdao-2018")')
    with pytest.raises(NotebookError) as raised:
        run("qingdao-2019", ("html",), book)
    assert "没有名为“qingdao-2018”的评价项目。是否想写“qingdao-2019”" in str(raised.value)


def test_notebooks_that_saw_other_data_make_no_report(tmp_path: Path) -> None:
    book = copy_of_workbook(tmp_path)
    only(book, "40_benefit")
    spoil(book, "from evalbook.blocks import Stamp\nStamp(case, 'other')")
    with pytest.raises(NotebookError, match="用的不是这次的评价数据"):
        run("qingdao-2019", ("html",), book)


def test_what_a_report_cannot_carry_is_a_named_fault(tmp_path: Path) -> None:
    book = copy_of_workbook(tmp_path)
    only(book, "40_benefit")
    spoil(book, "print('看一看')\n1 + 1")
    with pytest.raises(NotebookError) as raised:
        run("qingdao-2019", ("html",), book)
    assert "2 处内容不能进入报告" in str(raised.value)
    assert "40_benefit.ipynb" in str(raised.value)


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "old").write_text("旧")
    with replacing(folder) as new:
        (new / "new").write_text("新")
        assert (folder / "old").exists()
    assert [p.name for p in folder.iterdir()] == ["new"]
    assert [p.name for p in tmp_path.iterdir()] == ["case"]


def test_a_folder_is_untouched_when_its_replacement_fails(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "old").write_text("旧")
    with pytest.raises(RuntimeError), replacing(folder) as new:
        (new / "half").write_text("半")
        raise RuntimeError
    assert [p.name for p in folder.iterdir()] == ["old"]
    assert [p.name for p in tmp_path.iterdir()] == ["case"]


def test_an_interrupted_swap_is_repaired_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / ".old-case").mkdir()
    (tmp_path / ".old-case" / "old").write_text("旧")
    with pytest.raises(RuntimeError), replacing(tmp_path / "case"):
        raise RuntimeError
    assert (tmp_path / "case" / "old").read_text() == "旧"


def test_a_report_held_open_is_a_chinese_sentence_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "old").write_text("旧")

    def held(self: Path, target: Path) -> Path:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "rename", held)
    with pytest.raises(ReportError, match="正在 Word 或其他程序中打开"), replacing(folder):
        pass
    assert (folder / "old").exists()


def test_cleaning_drops_widget_state_times_and_random_ids() -> None:
    cell = nbformat.v4.new_code_cell("case = 'x'", metadata={"tags": ["injected-parameters"]})
    cell.metadata["papermill"] = {"start_time": "2020"}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"papermill": {}, "widgets": {}})
    clean = cleaned(notebook)
    assert "papermill" not in clean.metadata
    assert "widgets" not in clean.metadata
    assert clean.cells[0].metadata == {"tags": ["injected-parameters"]}
    assert clean.cells[0]["id"] == "injected-parameters"


def test_an_unknown_format_is_a_fault_of_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "qingdao-2019", "--format", "pfd"]) == 2
    assert "是否想写“pdf”" in capsys.readouterr().err


def test_strict_says_no_when_the_audit_has_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "qingdao-2019", "--strict"]) == 1
    assert main(["audit", "qingdao-2019"]) == 0
    assert "21.55亿元" in capsys.readouterr().out


def evaluation() -> Evaluation:
    return evaluate(load("qingdao-2019"))


def test_audit_json_is_that_of_evaluation_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(["audit", "qingdao-2019", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found == [{"case": "qingdao-2019", **evaluation().data["audit"]}]
