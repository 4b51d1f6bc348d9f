"""A batch from its list of cases to the outcome of each."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from typing import Protocol

from evalbook import hashes
from evalbook.batch.journal import Done, Journal
from evalbook.batch.unit import Options, Outcome, done
from evalbook.batch.workers import Ended, Event, Started, Task
from evalbook.hashes import Shared
from evalbook.paths import Workbook
from evalbook.produce import Order, unchanged


class Serving(Protocol):
    """What does the tasks of a batch: processes of this machine, or others."""

    def serve(self, tasks: Iterable[Task]) -> Iterator[Event]: ...


Servers = Callable[[int], AbstractContextManager[Serving]]
"""Opens what serves so many tasks."""


@dataclass(slots=True)
class State:
    """How far a batch is: what its table shows, and in the end its result.

    `running` are the cases at work, with their start; `waits` how many no worker has yet.
    """

    cases: tuple[str, ...]
    began: float = field(default_factory=time.monotonic)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    running: dict[str, float] = field(default_factory=dict)
    waits: int = 0
    checking: bool = False

    @property
    def never(self) -> list[str]:
        """The cases that have no outcome."""
        return [case for case in self.cases if case not in self.outcomes]

    def count(self, *names: str) -> int:
        """How many ended with such a status or level."""
        return sum(o.status in names or o.level in names for o in self.outcomes.values())

    @property
    def left(self) -> float | None:
        """Seconds that the rest may take, from what the others took; None before the first."""
        ran = [o.seconds for o in self.outcomes.values() if o.seconds]
        if self.checking or not ran:
            return None
        now = time.monotonic()
        begun = sum(now - since for since in self.running.values())
        rest = (self.waits + len(self.running)) * sum(ran) / len(ran) - begun
        return max(0.0, rest) / max(1, len(self.running))


Shown = Callable[[State], object]


def run_batch(
    book: Workbook,
    state: State,
    options: Options,
    servers: Servers,
    journal: Journal,
    before: Done,
    shown: Shown,
) -> None:
    """Fill in the outcome of every case.

    What is up to date is found by its hashes, in this process. Of the rest all input is checked
    first, then what is valid is run. `before` is what an earlier try has done: what failed there,
    and would fail again with the same inputs, is not repeated.
    """
    taken = hashes.shared(book)
    for case in state.cases:
        fresh = options.fresh and not _is_done(before, case)
        made = unchanged(book, Order(case, options.formats, fresh=fresh), taken)
        if made:
            state.outcomes[case] = done(case, made)
        shown(state)
    keys = {case: _key(book, case, options, taken) for case in state.never}
    state.outcomes |= {case: before.outcomes[case] for case in _settled(before, keys)}
    shown(state)
    pending = state.never
    if not pending:
        return
    with servers(len(pending)) as serving:
        for do in ("check", "run"):
            state.checking = do == "check"
            _serve(serving, do, state, journal, keys, shown)


def _serve(
    serving: Serving,
    do: str,
    state: State,
    journal: Journal,
    keys: dict[str, str],
    shown: Shown,
) -> None:
    tasks = [Task("check" if do == "check" else "run", case) for case in state.never]
    state.waits = len(tasks)
    for event in serving.serve(tasks):
        match event:
            case Started(task):
                state.running[task.case] = time.monotonic()
                state.waits -= 1
                if do == "run":
                    journal.note("start", case=task.case)
            case Ended(task, outcome):
                state.running.pop(task.case, None)
                _ended(state, outcome)
                if outcome.case in state.outcomes:
                    journal.note("end", outcome=outcome.data, key=keys[outcome.case])
        shown(state)


def _ended(state: State, outcome: Outcome) -> None:
    if outcome.title:
        state.titles[outcome.case] = outcome.title
    if outcome.status == "busy":
        state.waits += 1
    elif outcome.status != "valid":
        state.outcomes[outcome.case] = outcome


def _key(book: Workbook, case: str, options: Options, taken: Shared) -> str:
    """Stands for all that decides how a case ends."""
    try:
        now = hashes.inputs(book, case, taken) if book.has(case) else {}
    except OSError:  # what cannot be read is told by the worker that has to
        return ""
    return hashes.hash_of(hashes.as_text(now | asdict(options) | _of(taken)).encode())


def _of(taken: Shared) -> dict[str, str]:
    return {"environment": taken.environment}


def _is_done(before: Done, case: str) -> bool:
    return case in before.outcomes and before.outcomes[case].status == "done"


def _settled(before: Done, keys: dict[str, str]) -> Sequence[str]:
    """The cases that failed for good, with the inputs that they have now."""
    return [
        case
        for case, key in keys.items()
        if case in before.outcomes
        and before.keys.get(case) == key != ""
        and before.outcomes[case].status == "failed"
        and not before.outcomes[case].again
    ]
