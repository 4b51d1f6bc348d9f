"""`evalbook batch`: one failure stops nothing, everything is told, and what is done stays done."""

from __future__ import annotations

import dataclasses
import errno
import html
import io
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from small_book import batch, notebook, outputs, results, small_book

from evalbook.batch import journal as journals
from evalbook.batch.batch import State
from evalbook.batch.journal import Journal
from evalbook.batch.page import page
from evalbook.batch.results import as_data
from evalbook.batch.unit import Options, Outcome, failed, run_one
from evalbook.batch.view import View, clock, cut, table
from evalbook.commands import main
from evalbook.errors import Fault, InputError, ReportError
from evalbook.paths import Workbook

SPOILT = "<script>alert(1)</script>\u202e"
HEAVY = "data = bytearray(500_000_000)\nimport time\ntime.sleep(20)"
KILLS = "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(20)"


def chapter(book: Workbook, case: str, *cells: str) -> None:
    book.chapters(case).mkdir(exist_ok=True)
    (book.chapters(case) / "50_own.ipynb").write_text(notebook(*cells), "utf-8")


Ran = tuple[Workbook, "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A batch of which cases 1 and 2 are well, 3 has a cell that fails, 4 and 5 are not valid."""
    book = small_book(tmp_path_factory.mktemp("mixed"), 5)
    chapter(book, "case-3", f"1 + 1\nraise ValueError('数目不对 {SPOILT}')")
    (book.data("case-4") / "budget.csv").write_text("id,name\na,甲\nb,乙\n", "utf-8")
    (book.data("case-5") / "source.yaml").unlink()
    return book, batch(book, "--all", "--jobs", "2")


def by_case(book: Workbook) -> dict[str, dict]:
    return {each["case"]: each for each in results(book)["cases"]}


def test_one_failure_stops_nothing_and_everything_is_told(mixed: Ran) -> None:
    book, done = mixed
    assert done.returncode == 3, done.stdout + done.stderr
    assert "共 5 个：完成 2（没有变动 0），失败 1，输入有误 2。" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "\u202e" not in done.stdout
    found = by_case(book)
    assert [each["status"] for each in found.values()] == [
        "done", "done", "failed", "invalid", "invalid",
    ]  # fmt: skip
    assert found["case-1"]["report"] == "case-1/report.html"
    assert (book.outputs / "case-1" / "report.html").is_file()
    assert not (book.outputs / "case-3").exists()
    case = found["case-3"]
    assert case["notebook"] == "50_own.ipynb"
    assert case["cell"].startswith("第 2 格")
    assert "ValueError：数目不对" in case["cause"]
    assert "evalbook run case-3" in case["hint"]
    faults = [fault["where"] for fault in found["case-4"]["faults"]]
    assert len(faults) >= 2 and all(place.startswith("data/case-4") for place in faults)


def test_the_page_holds_it_all_and_nothing_acts(mixed: Ran) -> None:
    book, _ = mixed
    text = (book.outputs / "batch.html").read_text("utf-8")
    for words in ("失败", "输入有误", "50_own.ipynb", "数目不对", 'href="case-1/report.html"'):
        assert words in text
    assert "<script>alert" not in text and "&lt;script&gt;alert" in text
    assert "\u202e" not in text
    assert "default-src 'none'" in html.unescape(text)
    assert re.findall(r'(?:src|href)="(?!#|case-\d/)[^"]*"', text) == []
    assert text.count("data-sort") >= 3
    for fault in by_case(book)["case-4"]["faults"]:
        assert fault["problem"] in text


def test_resume_repeats_what_was_not_finished_and_no_more(mixed: Ran) -> None:
    book, _ = mixed
    before, runs = outputs(book), (book.logs / "runs.jsonl").read_text("utf-8")
    again = batch(book, "--resume")
    assert again.returncode == 3
    assert "完成 2（没有变动 2），失败 1，输入有误 2" in again.stdout
    assert "evalbook.batch.worker" not in again.stdout
    assert (book.logs / "runs.jsonl").read_text("utf-8") == runs
    assert outputs(book) == before
    assert by_case(book)["case-3"]["cell"].startswith("第 2 格")
    chapter(book, "case-3", "from evalbook.notebook import open_case\nev = open_case(case)")
    (book.data("case-5") / "source.yaml").write_text(
        (book.data("case-1") / "source.yaml").read_text("utf-8"), "utf-8"
    )
    mended = batch(book, "--resume")
    assert mended.returncode == 2, mended.stdout
    assert "完成 4（没有变动 2），失败 0，输入有误 1" in mended.stdout
    journal = journals.read(max(book.logs.glob("batch-*.jsonl")))
    assert journal.outcomes["case-3"].status == "done"
    assert len(list(book.logs.glob("batch-*.jsonl"))) == 1


@pytest.mark.thorough
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_case_that_takes_too_much_or_kills_its_process_fails_alone(tmp_path: Path) -> None:
    book = small_book(tmp_path, 4)
    chapter(book, "case-1", HEAVY)
    chapter(book, "case-2", KILLS)
    done = batch(book, "--all", "--jobs", "2", "--memory", "400")
    assert done.returncode == 3
    found = by_case(book)
    assert found["case-1"]["cause"] == "用到的内存超过上限 400 MB，已停止"
    assert "--jobs" in found["case-1"]["hint"]
    assert found["case-2"]["status"] == "failed"
    assert "--resume" in found["case-2"]["hint"]
    assert {found[case]["status"] for case in ("case-3", "case-4")} == {"done"}


@pytest.mark.thorough
def test_a_fresh_batch_is_resumed_as_one(tmp_path: Path) -> None:
    book = small_book(tmp_path, 2)
    batch(book, "--all")
    with journals.begun(book) as journal:  # one that was killed after its first case
        fresh = dataclasses.asdict(Options(formats=("html",), fresh=True))
        journal.note("begin", cases=["case-1", "case-2"], options=fresh)
        journal.note("end", outcome=Outcome("case-1", "done").data, key="k")
    done = batch(book, "--resume")
    assert done.returncode == 0
    assert "完成 2（没有变动 1）" in done.stdout
    assert results(book)["run"]["levels"] == {"case-1": "unchanged", "case-2": "executed"}


# ---- the command line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["case-9"], "没有名为“case-9”的评价项目"),
        (["x*"], "没有名为“x*”的评价项目"),
        (["--jobs", "0"], "--jobs：“0”不对。应为 1 至 256的整数"),
        (["--jobs", "二"], "--jobs：“二”不对"),
        (["--memory", "1"], "--memory：“1”不对"),
        (["--format", "pfd"], "是否想写“pdf”"),
    ],
)
def test_what_is_wrong_on_the_command_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    book = small_book(tmp_path, 2)
    monkeypatch.setenv("EVALBOOK_ROOT", str(book.root))
    assert main(["batch", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not (book.outputs / "batch.json").exists()


def test_invalid_input_alone_is_exit_2_and_globs_choose(tmp_path: Path) -> None:
    book = small_book(tmp_path, 3)
    (book.data("case-3") / "source.yaml").write_text("x: 1", "utf-8")
    assert batch(book, "*-3").returncode == 2
    assert list(by_case(book)) == ["case-3"]


# ---- the unit


def test_the_unit_is_plain_and_goes_through_json(tmp_path: Path) -> None:
    book = small_book(tmp_path, 1)
    (book.data("case-1") / "budget.csv").unlink()
    outcome = run_one(str(book.root), "case-1", Options(formats=("html",)))
    assert outcome.status == "invalid" and len(outcome.faults) == 1
    assert Outcome.of(json.loads(json.dumps(outcome.data))) == outcome
    assert run_one(book.root, "../x", Options()).status == "invalid"
    options = Options(formats=("pdf",), fresh=True)
    assert Options.of(json.loads(json.dumps(dataclasses.asdict(options)))) == options


def test_every_error_is_an_outcome_with_cause_and_hint() -> None:
    for error in (
        ReportError("不能替换 x。"), MemoryError(), OSError(28, "No space left on device"),
        PermissionError(13, "no", "a.txt"), ZeroDivisionError("x"),
    ):  # fmt: skip
        outcome = failed("x", error)
        assert outcome.status == "failed" and outcome.again
        assert outcome.cause and outcome.hint, error
    assert failed("x", OSError(28, "No space")).cause == "磁盘已满"
    assert failed("x", MemoryError()).cause == "内存不足"
    faults = failed("x", InputError([Fault("a", "b", "c"), Fault("d", "e", "f")])).faults
    assert faults == (("a", "b", "c"), ("d", "e", "f"))


# ---- the journal


def test_a_torn_line_is_no_event_and_the_next_one_is(tmp_path: Path) -> None:
    path = tmp_path / "batch-0001.jsonl"
    journal = Journal(path)
    journal.note("begin", cases=["a", "b"], options=dataclasses.asdict(Options()))
    for case in ("a", "b"):
        journal.note("end", outcome=Outcome(case, "done").data, key="k")
    whole = path.read_bytes()
    assert journals.read(path).outcomes.keys() == {"a", "b"}
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        known = set(journals.read(path).outcomes)
        journal.note("end", outcome=Outcome("c", "done").data, key="k")
        assert set(journals.read(path).outcomes) == known | {"c"}, length


def test_a_full_disk_is_named_and_stops_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    book = small_book(tmp_path, 1)
    monkeypatch.setenv("EVALBOOK_ROOT", str(book.root))
    monkeypatch.setattr(os, "fsync", full)
    assert main(["batch", "--all"]) == 3
    said = capsys.readouterr().err
    assert said == (
        "磁盘已满，批次停在这里，已完成的都在。请腾出空间，再运行 evalbook batch --resume。\n"
    )


def test_a_journal_in_use_is_left_to_its_batch(tmp_path: Path) -> None:
    book = Workbook(tmp_path)
    with journals.begun(book) as first:
        with journals.taken_up(book) as taken:
            assert taken is None
        with journals.begun(book) as second:
            assert second.path.name == "batch-0002.jsonl"
    with journals.taken_up(book) as taken:
        assert taken and taken.path == second.path
    assert first.path != second.path
    for _ in range(journals.KEPT + 3):
        with journals.begun(book):
            pass
    assert len(list(book.logs.glob("*.jsonl"))) <= journals.KEPT + 1


# ---- what is shown


def state() -> State:
    made = State(("a", "b", "c", "d"))
    made.outcomes = {
        "a": Outcome("a", "done", level="unchanged"),
        "b": Outcome("b", "failed", notebook="10.ipynb", cell="第 2 格", cause="坏", seconds=4),
    }
    made.running, made.waits = {"c": made.began}, 1
    return made


def test_the_table_has_what_is_running_done_failed_and_the_time_left() -> None:
    lines = table(state())
    assert "2/4" in lines[0] and "约剩" in lines[0]
    assert "完成 1（没有变动 1）  失败 1  输入有误 0  进行中 1  等待 1" in lines[1]
    assert any("▶ c" in line for line in lines)
    assert any("b 失败：10.ipynb 第 2 格 坏" in line for line in lines)


def test_without_a_terminal_there_are_plain_lines() -> None:
    stream = io.StringIO()
    view = View(stream)
    for _ in range(3):
        view(state())
    assert stream.getvalue() == "[2/4] b 失败：10.ipynb 第 2 格 坏\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_table_is_drawn_over_itself_and_taken_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    view = View(stream)
    view(state())
    drawn = stream.getvalue().count("\n")
    assert drawn == len(table(state()))
    view.end(state())
    assert f"\x1b[{drawn}F" in stream.getvalue()


def test_widths_and_times() -> None:
    assert cut("中文abc", 5) == "中文a"
    assert cut("中文", 3) == "中"
    assert [clock(s) for s in (5, 65, 3700)] == ["5 秒", "1分05秒", "1时01分"]


def test_the_result_is_the_same_but_for_the_seconds() -> None:
    one, other = (as_data(state(), Options(), seconds) for seconds in (1, 2))
    assert {**one, "run": None} == {**other, "run": None}
    assert [case["status"] for case in one["cases"]] == ["done", "failed", "never", "never"]
    assert page(one).startswith(b"<!DOCTYPE html>")
