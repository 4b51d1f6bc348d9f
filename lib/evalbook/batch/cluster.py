"""A batch on other machines: the workers of a Dask cluster, each case handed to one of them.

The scheduler of Dask passes on and keeps watch; which worker gets which case is decided here, so
that none does that was not looked at, and a case whose worker died goes to another. No code
travels: workers import `member`.
"""

import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from evalbook import hashes
from evalbook.batch import member
from evalbook.batch.connection import ClusterError, ClusterLost, Dask, Gone
from evalbook.batch.unit import AGAIN, Options, Outcome
from evalbook.batch.workers import TICK, Ended, Event, Started, Task, Tick
from evalbook.locks import alone
from evalbook.paths import Workbook

if TYPE_CHECKING:
    from distributed import Future

RETURN = 60.0
"""Seconds for a scheduler or a worker to come back."""
ARRIVE, ANSWER = 10.0, 60.0
"""Seconds for a first worker to be there, and for it to say who it is."""
MOST_DEATHS = 2
"""How many workers a case may outlive that die while they have it."""
DIFFERENCES = {
    "library": "程序与本机不同",
    "lock": "requirements.txt 与本机不同",
    "fonts": "字体与本机不同",
    "environment": "Python 或软件包与本机不同",
}
Told = Callable[[str], object]


@contextmanager
def served(
    address: str, book: Workbook, options: Options, jobs: int, memory: int | None, told: Told
) -> Iterator["Cluster"]:
    """The cluster at that address with at least one worker that may work; raises ClusterError."""
    token = f"cluster-{uuid.uuid4().hex}"
    file = member.token_file(book, token)
    dask = Dask(address)
    try:
        with alone(book.lock_file(token)):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(token, "utf-8")
            cluster = Cluster(dask, book, options, token, jobs, memory, told)
            cluster.gather()
            yield cluster
    finally:
        dask.close()
        for each in (file, book.lock_file(token)):
            each.unlink(missing_ok=True)


@dataclass(slots=True)
class _Member:
    """A worker by its address: asked who it is until `me` is known or it is refused."""

    name: str
    threads: int
    asked: "Future[dict[str, Any]]"
    me: str = ""
    refused: str = ""


@dataclass(slots=True)
class _Work:
    task: Task
    address: str
    future: "Future[dict[str, Any]]"
    since: float = field(default_factory=time.monotonic)


class Cluster:
    """Serves the tasks of a batch by the workers of a cluster, at most `jobs` at a time.

    `told` gets a sentence on every worker that is refused or lost. Raises ClusterError when there
    is nobody to do the work, ClusterLost when that comes about in the middle.
    """

    def __init__(
        self,
        dask: Dask,
        book: Workbook,
        options: Options,
        token: str,
        jobs: int,
        memory: int | None,
        told: Told,
    ) -> None:
        self.dask, self.root, self.token = dask, str(book.root), token
        self.wanted = member.of_interest(hashes.shared(book))
        self.options, self.jobs, self.memory, self.told = asdict(options), jobs, memory, told
        self._members: dict[str, _Member] = {}
        self._work: list[_Work] = []
        self._deaths: Counter[Task] = Counter()
        self._left: dict[str, str] = {}
        self._alone_since: float | None = None

    def gather(self) -> None:
        """Wait for the first worker that may work; ClusterError when there is none."""
        began = time.monotonic()
        while not self._able():
            self._look()
            waited = time.monotonic() - began
            asked = [one for one in self._members.values() if not one.me and not one.refused]
            if not asked and self._members and not self._able():
                raise ClusterError(f"没有可用的工作进程。{self._refusals()}请改正后再运行。")
            if not self._members and waited > ARRIVE:
                raise ClusterError(
                    f"调度器 {self.dask.address} 上没有工作进程。"
                    "请在各台机器上运行 dask worker，再运行同一条命令。"
                )
            if asked and waited > ANSWER:
                raise ClusterError("工作进程没有回答，多半在忙别的。请等它们空下来再运行。")
            self.dask.wait(TICK)

    def serve(self, tasks: Iterable[Task]) -> Iterator[Event]:
        """Do the tasks, each once; what another process is at work on is waited for at the end."""
        waiting = deque(tasks)
        while waiting or self._work:
            if not self.dask.is_there:
                yield from self._come_back(waiting)
                continue
            try:
                self._look()
                yield from self._hand_out(waiting)
            except Gone:
                continue
            self._mind_being_alone()
            self.dask.wait(TICK)
            for ended in self._ended():
                if ended.outcome.status == "busy":
                    waiting.append(ended.task)
                yield ended
            yield Tick()

    def _look(self) -> None:
        """Who is there: ask the new, forget who left, hear who answered."""
        there = self.dask.workers()
        for address in set(self._members) - set(there):
            if not self._members.pop(address).refused:
                self.told(f"工作进程 {address} 不见了，它的评价项目由别的工作进程来做。")
        for address, about in there.items():
            if address not in self._members:
                asked = self.dask.submit(member.introduce, address, self.root, self.token)
                name = str(about.get("name", address))
                self._members[address] = _Member(name, int(about["nthreads"]), asked)
        for address, one in self._members.items():
            if not one.me and not one.refused and one.asked.done():
                self._judge(address, one)

    def _judge(self, address: str, one: _Member) -> None:
        answer, error = self.dask.answer(one.asked)
        if error and not self.dask.is_there:  # then it says nothing about the worker
            return
        if error:
            self._refuse(address, f"没有同样的程序（{error}）")
            return
        wanted = self.wanted.items()
        differing = [DIFFERENCES[key] for key, value in wanted if answer.get(key) != value]
        if differing and "library" in answer:
            self._refuse(address, "、".join(differing))
        elif answer["sees"]:
            self._refuse(address, answer["sees"])
        else:
            one.me = answer["me"]

    def _refuse(self, address: str, why: str) -> None:
        one = self._members[address]
        one.me, one.refused = "", why
        self.told(f"不用工作进程 {self._called(address)}：{why}。")

    def _called(self, address: str) -> str:
        name = self._members[address].name
        return address if name == address else f"{name}（{address}）"

    def _refusals(self) -> str:
        refused = [a for a, one in self._members.items() if one.refused]
        return "".join(f"{self._called(a)}：{self._members[a].refused}。" for a in sorted(refused))

    def _able(self) -> list[str]:
        return [address for address, one in self._members.items() if one.me]

    def _mind_being_alone(self) -> None:
        if self._able():
            self._alone_since = None
            return
        self._alone_since = self._alone_since or time.monotonic()
        if time.monotonic() - self._alone_since > RETURN:
            raise ClusterLost(
                f"{RETURN:g} 秒内没有可用的工作进程，批次停在这里，已完成的都在。{self._refusals()}"
                "请启动 dask worker，再运行 evalbook batch --resume（仍写 --cluster）。"
            )

    def _hand_out(self, waiting: "deque[Task]") -> Iterator[Started]:
        for address in self._able():
            one = self._members[address]
            while len(self._work) < self.jobs and self._at_work(address) < one.threads:
                task = self._next(waiting, address)
                if task is None:
                    break
                try:
                    future = self.dask.submit(
                        member.serve, address, self.root, one.me, asdict(task), self.options,
                        self.memory,
                    )  # fmt: skip
                except Gone:
                    waiting.appendleft(task)
                    raise
                self._work.append(_Work(task, address, future))
                yield Started(task)

    def _at_work(self, address: str) -> int:
        return sum(work.address == address for work in self._work)

    def _next(self, waiting: "deque[Task]", address: str) -> Task | None:
        """The first that did not lose a worker here, if there is any other worker for it."""
        others = [each for each in self._able() if each != address]
        for task in waiting:
            if self._left.get(task.case) != address or not others:
                waiting.remove(task)
                return task
        return None

    def _ended(self) -> Iterator[Ended]:
        for work in list(self._work):
            if work.address not in self._members:
                self._work.remove(work)
                self.dask.forget(work.future)
                yield self._orphaned(work)
            elif work.future.done():
                self._work.remove(work)
                yield self._heard(work)

    def _heard(self, work: _Work) -> Ended:
        answer, error = self.dask.answer(work.future)
        if "outcome" in answer:
            outcome = Outcome.of(answer["outcome"])
            wait = work.task.wait or outcome.status == "busy"
            return Ended(Task(work.task.do, work.task.case, wait), outcome)
        if "stranger" in answer:  # it died and another came under its address
            self._members.pop(work.address, None)
            return self._orphaned(work)
        if self.dask.is_there:
            self._refuse(work.address, error or answer["broken"])
        return self._again(work.task)

    def _orphaned(self, work: _Work) -> Ended:
        """The worker is gone: another tries, unless the case has outlived enough of them."""
        task = Task(work.task.do, work.task.case)
        self._deaths[task] += 1
        self._left[task.case] = work.address
        if self._deaths[task] < MOST_DEATHS:
            return self._again(work.task)
        cause = (
            f"做它的工作进程先后死了 {MOST_DEATHS} 个，最后一个是 {work.address}，多半是内存不足"
        )
        seconds = round(time.monotonic() - work.since, 2)
        outcome = Outcome(task.case, "failed", cause=cause, hint=AGAIN, again=True, seconds=seconds)
        return Ended(work.task, outcome)

    def _again(self, task: Task) -> Ended:
        """Back to those that wait."""
        return Ended(task, Outcome(task.case, "busy"))

    def _come_back(self, waiting: "deque[Task]") -> Iterator[Event]:
        """After the scheduler was lost: all that was at work waits again; a new connection."""
        self.told(f"与调度器 {self.dask.address} 的连接断了，等它回来，最多 {RETURN:g} 秒。")
        for work in self._work:
            waiting.appendleft(work.task)
            yield self._again(work.task)
        self._work, self._members = [], {}
        end = time.monotonic() + RETURN
        while not self.dask.reconnect():
            if time.monotonic() > end:
                raise ClusterLost(
                    f"调度器 {self.dask.address} 在 {RETURN:g} 秒内没有回来，批次停在这里，"
                    "已完成的都在。请启动它和工作进程，"
                    "再运行 evalbook batch --resume（仍写 --cluster）。"
                )
            yield Tick()
        self.told("调度器回来了，接着做。")
