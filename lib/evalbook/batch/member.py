"""What a worker of a Dask cluster does for a batch: two plain functions, called by name.

Both take and give plain data. A case is made by a process of its own (worker.py), for the process
of a Dask worker has threads, and no notebook is forked from such a one.
"""

import os
import socket
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from evalbook import hashes
from evalbook.batch.unit import Options
from evalbook.batch.workers import Ended, Task, Workers
from evalbook.errors import EvalbookError, ReportError
from evalbook.locks import Busy, alone
from evalbook.paths import Workbook

IDLE = 60.0
"""Seconds that a process of a worker stays without work."""
ME = uuid.uuid4().hex
"""Stands for this very process: what comes after it under the same address is another."""
_idle: dict[str, list[tuple[Workers, threading.Timer]]] = {}
_lock = threading.Lock()


def introduce(root: str, token: str) -> dict[str, Any]:
    """Who this worker is and what it would work with; `sees` is what it finds of the workbook.

    The batch holds the lock of the token, and its file has the token's name in it.
    """
    book = Workbook(_root(root))
    about = {"me": ME, "host": socket.gethostname(), "root": str(book.root)}
    try:
        taken = hashes.shared(book)
    except (EvalbookError, OSError) as error:
        return about | {"sees": str(error)}
    return about | of_interest(taken) | {"sees": _sees(book, token)}


def of_interest(taken: hashes.Shared) -> dict[str, Any]:
    """What must be the same on every machine."""
    return {
        "library": taken.library,
        "lock": taken.lock,
        "fonts": dict(taken.fonts),
        "environment": taken.environment,
    }


def serve(
    root: str, me: str, task: Mapping[str, Any], options: Mapping[str, Any], memory: int | None
) -> dict[str, Any]:
    """How the case ended; or `stranger` when this is not the process that was asked for, or
    `broken` with the reason when it can start no process.
    """
    if me != ME:
        return {"stranger": True}
    path = _root(root)
    key = f"{path}|{sorted(options.items())}|{memory}"
    try:
        with _process(key, path, Options.of(options), memory or _own_limit()) as workers:
            for event in workers.serve([Task(**task)]):
                if isinstance(event, Ended):
                    return {"outcome": event.outcome.data}
    except (ReportError, OSError) as error:
        return {"broken": str(error)}
    return {"broken": "没有结果"}


def _root(root: str) -> Path:
    return Path(os.environ.get("EVALBOOK_ROOT") or root).resolve()


def _sees(book: Workbook, token: str) -> str:
    """Empty when this is the workbook of the batch, with locks that hold between machines."""
    elsewhere = f"看到的 {book.root} 不是这个工作簿"
    try:
        if token_file(book, token).read_text("utf-8") != token:
            return elsewhere
        with alone(book.lock_file(token)):
            return f"{book.root} 所在的共享文件夹上，文件锁在机器之间不起作用"
    except Busy:
        return ""
    except (OSError, ReportError):
        return elsewhere


def token_file(book: Workbook, token: str) -> Path:
    return book.outputs / ".cache" / token


@contextmanager
def _process(key: str, root: Path, options: Options, memory: int | None) -> Iterator[Workers]:
    """A process of our own, kept for a while for the next case."""
    workers = _kept(key)
    if workers is None:
        host = "".join(letter for letter in socket.gethostname() if letter.isalnum())
        said = Workbook(root).logs / f"workers-{host}.log"
        workers = Workers(root, options, 1, said, memory)
    try:
        yield workers
    except BaseException:
        workers.close()
        raise
    _keep(key, workers)


def _kept(key: str) -> Workers | None:
    with _lock:
        if not _idle.get(key):
            return None
        workers, timer = _idle[key].pop()
        timer.cancel()
        return workers


def _keep(key: str, workers: Workers) -> None:
    def end() -> None:
        with _lock:
            if entry not in _idle[key]:
                return
            _idle[key].remove(entry)
        workers.close()

    entry = (workers, threading.Timer(IDLE, end))
    entry[1].daemon = True
    with _lock:
        _idle.setdefault(key, []).append(entry)
    entry[1].start()


def _own_limit() -> int | None:
    """MB that a case may hold on this Dask worker: its own limit, shared by its threads."""
    with suppress(ImportError, ValueError, AttributeError):
        from distributed import get_worker

        worker = get_worker()
        limit = worker.memory_manager.memory_limit
        return int(limit / 1_000_000 / worker.state.nthreads) if limit else None
    return None
