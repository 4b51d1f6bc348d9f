"""The processes of a batch: handing out cases one by one, and replacing what dies.

A worker that is killed or runs out of memory takes its one case with it and nothing else. This
process holds no pool and shares no state with its workers but a pipe each.
"""

import json
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from evalbook.batch.unit import AGAIN, HINTS, NO_MEMORY, Options, Outcome
from evalbook.errors import ReportError

TICK = 0.5
FAREWELL = 5.0
"""Seconds that a worker has to end by itself."""
MOST_FALSE_STARTS = 3
KILLED = 9


@dataclass(frozen=True, slots=True)
class Task:
    """A case to check or to run; one that another process is at work on is waited for or not."""

    do: Literal["check", "run"]
    case: str
    wait: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    task: Task


@dataclass(frozen=True, slots=True)
class Ended:
    task: Task
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Tick:
    """Nothing has happened for a moment."""


Event = Started | Ended | Tick


@dataclass(slots=True)
class _Worker:
    process: "subprocess.Popen[str]"
    task: Task | None = None
    since: float = 0
    ready: bool = False
    leaving: bool = False
    over: bool = False


class Workers:
    """At most `jobs` processes that serve cases of a workbook; started when there is work.

    `memory` in MB is what a case may hold, by its process and those below it. What workers print
    goes to the file `said`.
    """

    def __init__(
        self, root: Path, options: Options, jobs: int, said: Path, memory: int | None = None
    ) -> None:
        self.root, self.options, self.jobs = root, options, jobs
        self.said, self.memory = said, memory
        self._workers: list[_Worker] = []
        self._heard: queue.SimpleQueue[tuple[_Worker, str | None]] = queue.SimpleQueue()
        self._false_starts = 0

    def serve(self, tasks: Iterable[Task]) -> Iterator[Event]:
        """Do the tasks, each once, several at a time; raises ReportError when no worker starts.

        A case that another process is at work on is tried again after all others.
        """
        waiting = deque(tasks)
        while waiting or any(worker.task for worker in self._workers):
            yield from self._hand_out(waiting)
            try:
                worker, line = self._heard.get(timeout=TICK)
            except queue.Empty:
                self._watch_memory()
                yield Tick()
                continue
            for ended in self._hear(worker, line):
                if ended.outcome.status == "busy":
                    waiting.append(Task(ended.task.do, ended.task.case, wait=True))
                yield ended

    def _hand_out(self, waiting: "deque[Task]") -> Iterator[Event]:
        staying = [worker for worker in self._workers if not worker.leaving]
        for _ in range(min(self.jobs, len(waiting) + self._busy()) - len(staying)):
            self._workers.append(self._new())
        for worker in staying:
            if waiting and worker.ready and worker.task is None:
                worker.task, worker.since = waiting.popleft(), time.monotonic()
                self._ask(worker, asdict(worker.task))
                yield Started(worker.task)

    def _hear(self, worker: _Worker, line: str | None) -> Iterator[Ended]:
        """What a worker says; None when it has ended."""
        if line is None:
            task = worker.task
            cause = self._buried(worker)
            if task:
                yield Ended(task, _lost(task.case, cause, worker.since))
        elif not worker.ready:
            worker.ready, self._false_starts = True, 0
        elif worker.task:
            task, worker.task = worker.task, None
            answer = json.loads(line)
            worker.leaving = answer["leaves"]
            yield Ended(task, Outcome.of(answer["outcome"]))

    def _buried(self, worker: _Worker) -> str:
        """The cause of a worker's end, which is noticed here; it is taken off the list."""
        code = worker.process.wait()
        self._workers.remove(worker)
        if not worker.ready:
            self._false_starts += 1
        if self._false_starts >= MOST_FALSE_STARTS:
            raise ReportError(f"工作进程不能启动：{_tail(self.said)}。详情见 {self.said}。")
        if worker.over:
            return f"用到的内存超过上限 {self.memory} MB，已停止"
        if code == -KILLED:
            return f"工作进程被强行终止（信号 {KILLED}），多半是{NO_MEMORY}"
        how = f"信号 {-code}" if code < 0 else f"返回值 {code}"
        return f"工作进程意外退出（{how}），详情见 {self.said}"

    def _new(self) -> _Worker:
        self.said.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-P", "-m", "evalbook.batch.worker", str(self.root)]
        with self.said.open("ab") as said:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said,
                encoding="utf-8",
            )  # fmt: skip
        worker = _Worker(process)
        self._ask(worker, {"options": asdict(self.options)})

        def hear() -> None:
            for line in process.stdout or ():
                self._heard.put((worker, line))
            self._heard.put((worker, None))

        threading.Thread(target=hear, daemon=True).start()
        return worker

    def _ask(self, worker: _Worker, what: dict[str, Any]) -> None:
        """A worker that has just died does not hear it, which shows when its answers end."""
        if worker.process.stdin:
            with suppress(OSError):
                print(json.dumps(what), file=worker.process.stdin, flush=True)

    def _busy(self) -> int:
        return sum(worker.task is not None for worker in self._workers)

    def _watch_memory(self) -> None:
        if self.memory is None:
            return
        for worker in self._workers:
            if worker.task and not worker.over and _held(worker.process.pid) > self.memory:
                worker.over = True
                _kill(worker.process)

    def close(self) -> None:
        """End every worker and what it has started."""
        for worker in self._workers:
            if worker.process.stdin:
                with suppress(OSError):
                    worker.process.stdin.close()
        end = time.monotonic() + FAREWELL
        for worker in self._workers:
            try:
                worker.process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill(worker.process)
        self._workers = []


def _lost(case: str, cause: str, since: float) -> Outcome:
    hint = HINTS[NO_MEMORY] if "内存" in cause else AGAIN
    seconds = round(time.monotonic() - since, 2)
    return Outcome(case, "failed", cause=cause, hint=hint, again=True, seconds=seconds)


def _held(pid: int) -> float:
    """MB of memory that a process and those below it hold alone."""
    import psutil

    total = 0
    with suppress(psutil.Error):
        whole = psutil.Process(pid)
        for process in (whole, *whole.children(recursive=True)):
            with suppress(psutil.Error):
                total += process.memory_full_info().uss
    return total / 1_000_000


def _kill(process: "subprocess.Popen[str]") -> None:
    """End a process with all that it has started, at once."""
    import psutil

    below: list[psutil.Process] = []
    with suppress(psutil.Error):
        below = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    for each in below:
        with suppress(psutil.Error):
            each.kill()
    process.wait()


def _tail(said: Path) -> str:
    """The last line that a worker has printed."""
    with suppress(OSError):
        lines = said.read_text("utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "没有说明")
    return "没有说明"
