"""The outputs of a case, made as far as they are not there already; nothing heavy is imported.

A case without changes costs its hashes and no more: what makes a report is imported when one is to
be made.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never

from evalbook import hashes
from evalbook.cache import Decision, Kept, changes, kept, may_execute, remember
from evalbook.errors import ReportError
from evalbook.folders import restore
from evalbook.hashes import Shared
from evalbook.locks import alone
from evalbook.paths import Workbook
from evalbook.report import FORMATS

if TYPE_CHECKING:
    from evalbook.engine import Executor

AT_A_TIME = 2
"""Notebooks of one case that are executed at a time."""
Told = Callable[[Decision], object]


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for; `fresh` does everything whatever is known, `quiet` shows no bar."""

    case: str
    formats: tuple[str, ...] = FORMATS
    renderer: str = "embedded"
    engine: str = ""
    fresh: bool = False
    quiet: bool = False
    at_a_time: int = AT_A_TIME


@dataclass(frozen=True, slots=True)
class Making:
    """What making the outputs came to; `seen` is what the notebooks saw, `summary` the score."""

    decision: Decision
    seen: Mapping[str, str]
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """Where the outputs are, what was done for them, and title, score and number of errors."""

    folder: Path
    decision: Decision
    summary: Mapping[str, Any]


def produce(
    book: Workbook,
    order: Order,
    engine: "Executor | None" = None,
    taken: Shared | None = None,
    told: Told | None = None,
    waiting: Callable[[], object] | None = None,
) -> Made:
    """The outputs of a case, up to date.

    `engine` executes the notebooks and stays open; without one the usual is opened when there are
    notebooks to execute. `taken` are the hashes of what cases share, when there are many cases.
    While another process is at work on the case we wait, after a call of `waiting`; without one
    Busy is raised. Raises InputError, NotebookError and ReportError with the last output as it was.
    """
    if not book.has(order.case):
        _missing(book, order.case)
    folder = book.outputs / order.case
    with alone(book.lock_file(order.case), waiting):
        taken = taken or hashes.shared(book)
        restore(folder)
        last = kept(book, order.case)
        now = hashes.inputs(book, order.case, taken)
        reasons = ["按 --fresh 的要求"] if order.fresh else _changes(book, order, now, taken, last)
        if not reasons:
            decision = Decision("unchanged", ("输入、程序、软件包、选项和输出都没有变",))
            if told:
                told(decision)
            return Made(folder, decision, last.summary)
        started = time.monotonic()
        at_once = order.fresh or may_execute(book, last, now, taken.environment)
        with _engine(order, engine, at_once) as executor:  # it imports while this process does
            from evalbook.run import make

            made = make(book, order, executor, taken, last, reasons, told)
        remember(book, order.case, taken.environment, made.seen, made.summary)
        _log(book, order.case, time.monotonic() - started, made.decision)
    return Made(folder, made.decision, made.summary)


def unchanged(book: Workbook, order: Order, taken: Shared) -> Made | None:
    """The outputs when nothing need be done for them; None when something must, or another is.

    Nothing is written. With another renderer than our own it does not say.
    """
    if order.fresh or order.renderer != "embedded" or not book.has(order.case):
        return None
    folder = book.outputs / order.case
    try:
        with alone(book.lock_file(order.case)):
            last = kept(book, order.case)
            now = hashes.inputs(book, order.case, taken)
            if not folder.is_dir() or _changes(book, order, now, taken, last):
                return None
    except (ReportError, OSError):
        return None
    return Made(folder, Decision("unchanged"), last.summary)


def _changes(
    book: Workbook, order: Order, now: Mapping[str, Any], taken: Shared, last: Kept
) -> list[str]:
    renderer = order.renderer
    if renderer == "quarto":
        from evalbook.report import quarto

        renderer = f"quarto {quarto.find().version}"
    return changes(book, last, now, taken.environment, order.formats, renderer)


def _engine(
    order: Order, engine: "Executor | None", at_once: bool
) -> AbstractContextManager["Executor"]:
    from evalbook.engine import opened

    return nullcontext(engine) if engine else opened(order.engine, at_once)


def _missing(book: Workbook, case: str) -> Never:
    from evalbook.loading import load

    load(case, book)
    raise AssertionError(case)


def _log(book: Workbook, case: str, seconds: float, decision: Decision) -> None:
    """How long it took; results themselves hold no time of running."""
    book.logs.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"case": case, "seconds": round(seconds, 2), "level": decision.level})
    with (book.logs / "runs.jsonl").open("a", encoding="utf-8") as log:
        log.write(line + "\n")
