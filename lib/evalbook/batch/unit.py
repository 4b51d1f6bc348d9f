"""One case of a batch as a plain function, which any process on any machine can call.

What goes in and what comes out is plain data: `Options` and `Outcome` are frozen and go through
JSON unchanged.
"""

import errno
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from evalbook.errors import EvalbookError, InputError, NotebookError, ReportError
from evalbook.hashes import Shared
from evalbook.locks import Busy
from evalbook.paths import Workbook
from evalbook.produce import Made, Order, produce
from evalbook.report import FORMATS

if TYPE_CHECKING:
    from evalbook.engine import Executor

Status = Literal["done", "failed", "invalid", "valid", "busy"]
FULL_DISK = "磁盘已满"
NO_MEMORY = "内存不足"
HINTS = {
    FULL_DISK: "请腾出空间，再运行 evalbook batch --resume",
    NO_MEMORY: "请关闭别的程序，或用 --jobs 减少同时运行的进程，再运行 evalbook batch --resume",
}
AGAIN = "请运行 evalbook batch --resume 再试一次"
CORRECT = "请改正后再运行；单独运行这一个：evalbook run "


@dataclass(frozen=True, slots=True)
class Options:
    """What shapes every case of a batch."""

    formats: tuple[str, ...] = FORMATS
    engine: str = ""
    fresh: bool = False
    at_a_time: int = 1

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        known = {key: data[key] for key in (each.name for each in fields(cls)) if key in data}
        return cls(**known | {"formats": tuple(data["formats"])})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case ended.

    `status` is `done`, `failed`, `invalid`, when only checked `valid`, and `busy` when another
    process was at work on it. `level` says what a done case needed: `unchanged`, `rendered`,
    `executed`. Of a failed one `notebook` and `cell` (where it was in one), `cause` and `hint`;
    `again` says whether the same inputs may do another time. `faults` are those of invalid input:
    where, problem, remedy. `score` is that of evaluation.json. Seconds are not part of the result.
    """

    case: str
    status: Status
    level: str = ""
    title: str = ""
    score: Mapping[str, Any] | None = None
    errors: int = 0
    notebook: str = ""
    cell: str = ""
    cause: str = ""
    hint: str = ""
    again: bool = False
    faults: tuple[tuple[str, str, str], ...] = ()
    seconds: float = 0

    @property
    def data(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self) | {"faults": [list(fault) for fault in self.faults]}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The outcome that `data` gave; KeyError and TypeError when it is none."""
        faults = tuple((str(w), str(p), str(r)) for w, p, r in data["faults"])
        return cls(**{each.name: data[each.name] for each in fields(cls)} | {"faults": faults})


def run_one(
    root: str | Path,
    case: str,
    options: Options,
    engine: "Executor | None" = None,
    taken: Shared | None = None,
    *,
    wait: bool = True,
) -> Outcome:
    """Bring the outputs of a case up to date; every failure is an outcome, none is raised.

    `engine` and `taken` serve many cases of one process. Without `wait` a case that another process
    is at work on comes back as `busy`.
    """
    started = time.monotonic()
    order = Order(
        case, options.formats, engine=options.engine, fresh=options.fresh, quiet=True,
        at_a_time=options.at_a_time,
    )  # fmt: skip
    waiting = (lambda: None) if wait else None
    try:
        made = produce(Workbook(Path(root)), order, engine, taken, waiting=waiting)
        outcome = done(case, made)
    except Exception as error:
        outcome = failed(case, error)
    return replace(outcome, seconds=round(time.monotonic() - started, 2))


def check_one(root: str | Path, case: str) -> Outcome:
    """Whether the input of a case is valid; all faults when it is not."""
    from evalbook.evaluation import evaluate
    from evalbook.loading import load

    try:
        ev = evaluate(load(case, Workbook(Path(root))))
    except Exception as error:
        return failed(case, error)
    return Outcome(case, "valid", title=ev.case.params.title)


def done(case: str, made: Made) -> Outcome:
    summary = made.summary
    return Outcome(
        case,
        "done",
        level=made.decision.level,
        title=summary["title"],
        score=summary["score"],
        errors=summary["errors"],
    )


def failed(case: str, error: Exception) -> Outcome:
    """An error as an outcome."""
    match error:
        case InputError():
            faults = tuple((each.where, each.problem, each.remedy) for each in error.faults)
            return Outcome(case, "invalid", faults=faults)
        case Busy():
            return Outcome(case, "busy")
        case NotebookError():
            hint = AGAIN if error.again else f"{CORRECT}{case}"
            cause = error.cause or str(error)
            return Outcome(
                case, "failed", notebook=error.notebook, cell=error.cell, cause=cause, hint=hint,
                again=error.again,
            )  # fmt: skip
        case ReportError():
            return Outcome(case, "failed", cause=str(error), hint=AGAIN, again=True)
        case EvalbookError():
            return Outcome(case, "failed", cause=str(error), hint=AGAIN, again=True)
        case MemoryError():
            return _passing(case, NO_MEMORY)
        case OSError() if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return _passing(case, FULL_DISK)
        case OSError() if error.filename:
            cause = f"无法读写 {error.filename}：{error.strerror}"
            return Outcome(case, "failed", cause=cause, hint=AGAIN, again=True)
    cause = f"程序故障：{type(error).__name__}：{error}"
    hint = "这不是您的输入造成的；请把这一行发给维护者"
    return Outcome(case, "failed", cause=cause, hint=hint, again=True)


def _passing(case: str, cause: str) -> Outcome:
    return Outcome(case, "failed", cause=cause, hint=HINTS[cause], again=True)
