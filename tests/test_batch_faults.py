"""Killed at random moments, a batch goes on: nothing lost, nothing half there, the same bytes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest
from small_book import (
    CELLS,
    batch,
    command,
    environment,
    is_whole,
    outputs,
    results,
    run,
    small_book,
    write_notebook,
)

from evalbook.paths import Workbook

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
CASES = 6
JOBS = "2"
VICTIMS = ("worker", "below", "batch", "all")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workbook, dict[str, str], float]:
    book = small_book(tmp_path_factory.mktemp("undisturbed"), CASES)
    started = time.monotonic()
    done = batch(book, "--all", "--jobs", JOBS)
    assert done.returncode == 0, done.stdout + done.stderr
    return book, outputs(book), time.monotonic() - started


@contextmanager
def watched(book: Workbook) -> Iterator[list[str]]:
    """Folders of cases that were seen and not whole, while the block lasts."""
    broken: list[str] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.is_set():
            broken.extend(case for case in book.cases() if not is_whole(book.outputs / case))
            ended.wait(0.01)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield broken
    finally:
        ended.set()
        thread.join()


def disturbed(book: Workbook, victim: str, delay: float, chance: random.Random) -> int:
    """A batch in which something is killed after a while; its exit code."""
    process = subprocess.Popen(
        command("batch", "--all", "--format", "html", "--jobs", JOBS),
        env=environment(book), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    time.sleep(delay)
    whole = psutil.Process(process.pid)
    workers = whole.children() if process.poll() is None else []
    try:
        match victim:
            case "worker" if workers:
                chance.choice(workers).kill()
            case "below" if workers:
                below = chance.choice(workers).children(recursive=True)
                chance.choice(below or workers).kill()
            case "all":
                os.killpg(process.pid, signal.SIGKILL)
            case _:
                process.kill()
    except (psutil.Error, ProcessLookupError):
        pass
    return process.wait(120)


@pytest.mark.thorough
def test_kills_at_random_moments_leave_what_an_undisturbed_run_leaves(
    undisturbed: tuple[Workbook, dict[str, str], float],
    tmp_path: Path,
    pytestconfig: pytest.Config,
) -> None:
    source, wanted, seconds = undisturbed
    kills = pytestconfig.getoption("--kills")
    for name in ("params", "data", "notebooks"):
        shutil.copytree(source.root / name, tmp_path / name)
    book, chance = Workbook(tmp_path), random.Random(f"kills {kills}")
    with watched(book) as broken:
        for number in range(kills):
            if book.outputs.exists():  # away in one step: the watcher looks on
                shutil.rmtree(book.outputs.rename(tmp_path / f"before-{number}"))
            victim = VICTIMS[number % len(VICTIMS)]
            where = f"kill {number}: {victim}"
            disturbed(book, victim, chance.uniform(0.2, 1.2) * seconds, chance)
            done = batch(book, "--resume", "--jobs", JOBS)
            assert done.returncode == 0, f"{where}\n{done.stdout}{done.stderr}"
            assert results(book)["counts"]["done"] == CASES, where
            assert outputs(book) == wanted, where
            assert broken == [], where
            left = [path.name for path in book.outputs.glob(".new-*")]
            assert left == [], where


@pytest.mark.thorough
def test_ctrl_c_ends_the_workers_and_says_how_to_go_on(tmp_path: Path) -> None:
    book = small_book(tmp_path, CASES)
    write_notebook(book, CELLS[0], "import time\n\ntime.sleep(1.5)", CELLS[1])
    process = subprocess.Popen(
        command("batch", "--all", "--format", "html", "--jobs", "1"),
        env=environment(book), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        start_new_session=True,
        # a shell starts what is in the background with Ctrl-C ignored, and that is inherited
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stdout and process.stdout.readline().startswith("[1/6]")
    below = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "接着做请运行 evalbook batch --resume" in said
    assert "没有开始" in out
    _, alive = psutil.wait_procs(below, 5)
    assert alive == []
    counts = results(book)["counts"]
    assert counts["done"] >= 1 and counts["never"] >= 1
    assert counts["done"] + counts["never"] == CASES
    done = batch(book, "--resume")
    assert done.returncode == 0
    assert f"没有变动 {counts['done']}" in done.stdout
    assert results(book)["counts"]["done"] == CASES


@pytest.mark.thorough
def test_two_batches_on_one_folder(tmp_path: Path) -> None:
    book = small_book(tmp_path, 4)
    with watched(book) as broken:
        both = [
            subprocess.Popen(
                command("batch", "--all", "--format", "html", "--jobs", "1"),
                env=environment(book), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )
            for _ in range(2)
        ]  # fmt: skip
        said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert broken == []
    assert results(book)["counts"]["done"] == 4
    assert run(book, "verify", str(book.outputs / "case-3")).returncode == 0
    again = batch(book, "--all")
    assert "没有变动 4" in again.stdout
