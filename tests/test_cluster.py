"""`evalbook batch --cluster` on a real scheduler and real workers, all on the loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from cases import ROOT
from small_book import (
    CELLS,
    command,
    environment,
    notebook,
    outputs,
    results,
    small_book,
    write_notebook,
)
from small_book import batch as run_here

from evalbook.batch.member import introduce, serve, token_file
from evalbook.commands import main
from evalbook.locks import alone
from evalbook.paths import Workbook

MODULE = "distributed.cli.dask_{}"


class Machines:
    """A scheduler and workers of one test."""

    def __init__(self, book: Workbook, place: Path) -> None:
        self.book, self.place, self.port = book, place, free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, what: str, *arguments: str, **env: str) -> psutil.Process:
        words = [sys.executable, "-m", MODULE.format(what), *arguments]
        with (self.place / "dask.log").open("ab") as log:
            process = subprocess.Popen(
                words, env={**environment(self.book), **env}, stdout=log, stderr=log, cwd=self.place
            )
        self.started.append(process)
        return psutil.Process(process.pid)

    def scheduler(self) -> psutil.Process:
        made = self.start("scheduler", "--host", "127.0.0.1", "--port", str(self.port),
                          "--no-dashboard")  # fmt: skip
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return made
            time.sleep(0.1)
        raise AssertionError((self.place / "dask.log").read_text())

    def worker(self, name: str, *arguments: str, nanny: bool = False, **env: str) -> psutil.Process:
        return self.start(
            "worker", self.address, "--name", name, "--nthreads", "1", "--no-dashboard",
            "--nanny" if nanny else "--no-nanny", "--local-directory", str(self.place / "scratch"),
            *arguments, **env,
        )  # fmt: skip

    def batch(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run_here(self.book, "--all", "--cluster", self.address, *arguments)

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        words = ("batch", "--all", "--format", "html", "--cluster", self.address, *arguments)
        return subprocess.Popen(
            command(*words), env=environment(self.book), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def end(self) -> None:
        for process in self.started:
            kill(process.pid)
            process.wait(10)


def kill(pid: int) -> None:
    """At once, with all below it."""
    try:
        whole = psutil.Process(pid)
        for each in (whole, *whole.children(recursive=True)):
            each.kill()
    except psutil.Error:
        pass


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def machines(tmp_path: Path, count: int) -> Iterator[Machines]:
    (tmp_path / "machines").mkdir()
    made = Machines(small_book(tmp_path / "book", count), tmp_path / "machines")
    try:
        yield made
    finally:
        made.end()


def waited_for(what: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def statuses(book: Workbook) -> dict[str, str]:
    return {each["case"]: each["status"] for each in results(book)["cases"]}


def slow(book: Workbook, seconds: float) -> None:
    write_notebook(book, CELLS[0], f"import time\n\ntime.sleep({seconds})", CELLS[1])


def at_work(process: psutil.Process) -> list[psutil.Process]:
    """The processes below a Dask worker that make cases."""
    found = process.children(recursive=True)
    return [each for each in found if "evalbook.batch.worker" in each.cmdline()]


@pytest.mark.thorough
def test_the_same_outputs_as_here_and_a_case_that_takes_too_much_fails_alone(
    tmp_path: Path,
) -> None:
    with machines(tmp_path, 4) as all_:
        book = all_.book
        all_.scheduler()
        all_.worker("one")
        all_.worker("two")
        done = all_.batch()
        assert done.returncode == 0, done.stdout + done.stderr
        made = outputs(book)
        assert run_here(book, "--all", "--fresh").returncode == 0
        assert outputs(book) == made
        chapters = book.chapters("case-2")
        chapters.mkdir()
        heavy = "data = bytearray(500_000_000)\nimport time\ntime.sleep(20)"
        (chapters / "50_own.ipynb").write_text(notebook(heavy), "utf-8")
        done = all_.batch("--fresh", "--memory", "400")
        assert done.returncode == 3, done.stdout + done.stderr
        assert statuses(book) == {
            "case-1": "done", "case-2": "failed", "case-3": "done", "case-4": "done",
        }  # fmt: skip
        assert "case-2 失败：用到的内存超过上限 400 MB" in done.stdout
        left = [*(book.outputs / ".cache").glob("cluster-*")]
        left += (book.outputs / ".lock").glob("cluster-*")
        assert left == []


@pytest.mark.thorough
def test_a_killed_worker_takes_no_case_with_it(tmp_path: Path) -> None:
    with machines(tmp_path, 4) as all_:
        slow(all_.book, 2)
        all_.scheduler()
        both = [all_.worker("one"), all_.worker("two")]
        process = all_.begin()
        waited_for(lambda: list(all_.book.outputs.glob(".new-*")))
        victim = next(each for each in both if at_work(each))
        victim.kill()  # those below it must end by themselves
        out, said = process.communicate(timeout=120)
        assert process.returncode == 0, out + said
        assert set(statuses(all_.book).values()) == {"done"}
        assert "不见了" in out
        assert list(all_.book.outputs.glob(".new-*")) == []


@pytest.mark.patient
def test_a_worker_that_its_nanny_brings_back_goes_on(tmp_path: Path) -> None:
    with machines(tmp_path, 3) as all_:
        slow(all_.book, 2)
        all_.scheduler()
        nanny = all_.worker("one", "--nthreads", "2", nanny=True)
        process = all_.begin()
        waited_for(lambda: len(list(all_.book.outputs.glob(".new-*"))) == 2)
        at_work(nanny)[0].parent().kill()
        out, said = process.communicate(timeout=120)
        assert process.returncode == 0, out + said
        assert set(statuses(all_.book).values()) == {"done"}


@pytest.mark.patient
def test_a_case_that_kills_its_workers_fails_and_the_others_do_not(tmp_path: Path) -> None:
    kills = (
        "import os, signal, psutil\n"
        "above = psutil.Process().parents()\n"
        "dask = [p for p in above if any('dask_worker' in word for word in p.cmdline())]\n"
        "dask += [p for p in above if any('spawn_main' in word for word in p.cmdline())]\n"
        "os.kill(dask[0].pid, signal.SIGKILL)\nimport time\ntime.sleep(20)"
    )
    with machines(tmp_path, 4) as all_:
        book = all_.book
        book.chapters("case-1").mkdir()
        (book.chapters("case-1") / "50_own.ipynb").write_text(notebook(kills), "utf-8")
        all_.scheduler()
        for name in ("one", "two", "three"):
            all_.worker(name)
        done = all_.batch()
        assert done.returncode == 3, done.stdout + done.stderr
        assert statuses(book) == {
            "case-1": "failed", "case-2": "done", "case-3": "done", "case-4": "done",
        }  # fmt: skip
        assert "先后死了 2 个" in done.stdout


@pytest.mark.thorough
def test_a_scheduler_that_comes_back_is_met_again(tmp_path: Path) -> None:
    with machines(tmp_path, 4) as all_:
        slow(all_.book, 1)
        scheduler = all_.scheduler()
        old = all_.worker("one")
        process = all_.begin()
        waited_for(lambda: (all_.book.outputs / "case-1").exists())
        scheduler.kill()
        scheduler.wait(10)
        kill(old.pid)
        all_.scheduler()
        all_.worker("new")
        out, said = process.communicate(timeout=150)
        assert process.returncode == 0, out + said
        assert "连接断了" in out and "接着做" in out
        assert set(statuses(all_.book).values()) == {"done"}


@pytest.mark.patient
def test_a_scheduler_that_stays_away_ends_the_batch_and_resume_goes_on(tmp_path: Path) -> None:
    with machines(tmp_path, 3) as all_:
        slow(all_.book, 1)
        scheduler = all_.scheduler()
        all_.worker("one")
        process = all_.begin()
        waited_for(lambda: (all_.book.outputs / "case-1").exists())
        scheduler.kill()
        out, said = process.communicate(timeout=150)
        assert process.returncode == 3, out + said
        assert "没有回来，批次停在这里" in said and "--resume" in said
        assert "Traceback" not in out + said
        assert "never" in statuses(all_.book).values()
        all_.scheduler()
        all_.worker("new")
        done = run_here(all_.book, "--resume", "--cluster", all_.address)
        assert done.returncode == 0, done.stdout + done.stderr
        assert set(statuses(all_.book).values()) == {"done"}


def other_version(place: Path) -> Path:
    """A copy of the library with one line more."""
    shutil.copytree(ROOT / "lib" / "evalbook", place / "evalbook")
    with (place / "evalbook" / "score.py").open("a") as file:
        file.write("\nOTHER = 1\n")
    return place


@pytest.mark.thorough
def test_a_worker_of_another_version_or_workbook_gets_no_work(tmp_path: Path) -> None:
    with machines(tmp_path, 2) as all_:
        other = other_version(tmp_path / "other")
        all_.scheduler()
        all_.worker("old", PYTHONPATH=str(other))
        away = small_book(tmp_path / "away", 1)
        info = tmp_path / "packages" / "another-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: another\nVersion: 1.0\n")
        all_.worker("more", PYTHONPATH=f"{ROOT / 'lib'}:{info.parent}")
        all_.worker("away", EVALBOOK_ROOT=str(away.root))
        time.sleep(4)
        done = all_.batch()
        assert done.returncode == 2, done.stdout + done.stderr
        said = done.stdout + done.stderr
        assert "没有可用的工作进程" in done.stderr
        assert "old（tcp://" in said and "程序与本机不同" in said
        assert "more（tcp" in said and "Python 或软件包与本机不同" in said
        assert "away（tcp://" in said and "不是这个工作簿" in said
        assert "Traceback" not in said
        assert not (all_.book.outputs / "case-1").exists()
        all_.worker("good")
        done = all_.batch()
        if done.returncode == 2:  # it was not there yet
            done = all_.batch()
        assert done.returncode == 0, done.stdout + done.stderr
        assert "不用工作进程 old" in done.stdout
        assert not list(away.outputs.glob("case-*"))


@pytest.mark.patient
def test_nobody_to_do_it(tmp_path: Path) -> None:
    with machines(tmp_path, 1) as all_:
        began = time.monotonic()
        done = all_.batch()
        assert done.returncode == 2
        assert f"连不上调度器 {all_.address}" in done.stderr
        assert time.monotonic() - began < 15
        all_.scheduler()
        done = all_.batch()
        assert done.returncode == 2
        assert "没有工作进程" in done.stderr and "dask worker" in done.stderr
        assert "Traceback" not in done.stdout + done.stderr


# ---- without a cluster


def test_without_the_extra_a_sentence_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = small_book(tmp_path, 1)
    monkeypatch.setenv("EVALBOOK_ROOT", str(book.root))
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["batch", "--all", "--cluster", "tcp://127.0.0.1:8786"]) == 2
    said = capsys.readouterr().err
    assert 'pip install "evalbook[cluster]"' in said and said.count("\n") == 1


@pytest.mark.parametrize(
    "address", ["", "x", "127.0.0.1:8786", "http://a:1", "tcp://a", "tcp://a:x"]
)
def test_what_is_no_address_is_said_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    address: str,
) -> None:
    book = small_book(tmp_path, 1)
    monkeypatch.setenv("EVALBOOK_ROOT", str(book.root))
    assert main(["batch", "--all", "--cluster", address]) == 2
    assert f"--cluster：“{address}”不是调度器的地址" in capsys.readouterr().err


def test_the_worker_says_what_is_wrong_with_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = small_book(tmp_path, 1)
    monkeypatch.delenv("EVALBOOK_ROOT", raising=False)
    assert "不是这个工作簿" in introduce(str(book.root), "cluster-x")["sees"]
    file = token_file(book, "cluster-x")
    file.parent.mkdir(parents=True)
    file.write_text("cluster-x")
    assert "文件锁在机器之间不起作用" in introduce(str(book.root), "cluster-x")["sees"]
    with alone(book.lock_file("cluster-x")):
        assert introduce(str(book.root), "cluster-x")["sees"] == ""


def test_a_process_that_was_not_asked_for_does_nothing(tmp_path: Path) -> None:
    task = {"do": "run", "case": "case-1", "wait": False}
    assert serve(str(tmp_path), "another", task, {}, None) == {"stranger": True}
    assert list(tmp_path.iterdir()) == []
