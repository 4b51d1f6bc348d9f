"""The engine as its callers see it: start it, hand it notebooks from any thread, close it.

    with closing(Engine()) as engine:
        engine.execute(notebook, cwd, env)

Starting returns at once; what follows can overlap with the parent's imports.
"""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from evalbook.engine import wire
from evalbook.engine.errors import EngineError
from evalbook.engine.limits import Limits, limits
from evalbook.engine.session import Gone, Listener, Refused, Session, requested
from evalbook.engine.watch import end
from evalbook.errors import Fault, InputError

LIBRARY = Path(__file__).resolve().parents[1]
PATIENCE = 5.0
"""Seconds that the parent has to end what it runs, when it is closed."""
_ONE_THREAD = ("OPENBLAS", "OMP", "MKL", "NUMEXPR", "VECLIB_MAXIMUM", "BLIS")
_PRELOAD = {
    **{f"{name}_NUM_THREADS": "1" for name in _ONE_THREAD},
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
_START = "import sys; sys.path[0] = sys.argv[1]; from evalbook.engine.parent import main; main()"
"""This library, wherever it lies, and nothing out of the working folder."""


def can_fork() -> bool:
    """Whether this system has what the engine needs."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds")


class Engine:
    """A parent process that forks one child for each notebook; several may run at a time.

    When not `at_once`, it starts with the first notebook.
    """

    def __init__(self, most: Limits | None = None, at_once: bool = True) -> None:
        if not can_fork():
            fault = Fault("--engine evalbook", "这个系统不能复制进程", "请用 --engine kernel")
            raise InputError([fault])
        self.limits = most or limits()
        self._lock = threading.Lock()
        self._parent = _Parent() if at_once else None

    def execute(
        self,
        notebook: dict[str, Any],
        cwd: Path | str | None = None,
        env: Mapping[str, str] | None = None,
        listener: Listener = lambda event, index: None,
        most: Limits | None = None,
        cell_seconds: float | None = None,
        measured: bool = False,
    ) -> int:
        """Run the code cells of a notebook and put their outputs into it.

        `cwd` and `env` are those that a kernel would be started with, by default the caller's.
        `most` is what it may take, `cell_seconds` what each cell may. Gives the bytes of
        memory of its own that the notebook held at the end, when `measured`.

        Raises CellFailed, Ended and EngineError; the notebook then holds what was shown until.
        """
        parent = self._current()
        session = Session(notebook, listener, cell_seconds)
        request = {
            "cells": requested(notebook),
            "cwd": str(cwd or Path.cwd()),
            "env": dict(os.environ if env is None else env),
            "measured": measured,
        }
        with parent.asked(most or self.limits, request) as (data, told, prints):
            session.follow(data, told, prints)
        return session.memory

    def _current(self) -> "_Parent":
        with self._lock:
            if self._parent is None:
                self._parent = _Parent()
            elif self._parent.stale:
                self._parent = self._parent.replaced()
            return self._parent

    @property
    def pid(self) -> int:
        """The parent's process; 0 before it is started."""
        return self._parent.pid if self._parent else 0

    def close(self) -> None:
        """End the parent and every notebook that it runs."""
        if self._parent:
            self._parent.close()


class _Parent:
    """The forking process, as long as the library's files are those that it has loaded."""

    def __init__(self) -> None:
        self._seen = _state_of_library()
        self._control, theirs = socket.socketpair(type=socket.SOCK_DGRAM)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, str(LIBRARY.parent), str(theirs.fileno())],
                env=os.environ | _PRELOAD,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._users = 0
        self._used = self._leaving = self._closed = False
        self._lock = threading.Lock()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def stale(self) -> bool:
        return self._process.poll() is not None or self._seen != _state_of_library()

    def replaced(self) -> "_Parent":
        """A new one in its place; it goes when the notebooks that it runs have ended."""
        with self._lock:
            self._leaving = True
            idle = not self._users
        if idle:
            self.close()
        return _Parent()

    @contextmanager
    def asked(
        self, most: Limits, request: Any
    ) -> Iterator[tuple[socket.socket, socket.socket, list[int]]]:
        """A notebook handed over: its messages, word of its end, the files that it prints to."""
        data, their_data = socket.socketpair()
        told, their_told = socket.socketpair()
        prints = [wire.scratch(), wire.scratch()]
        with self._lock:
            self._users += 1
            self._used = True
        try:
            with their_data, their_told:
                head = {"seconds": most.seconds, "megabytes": most.megabytes}
                handles = [their_data.fileno(), their_told.fileno(), *prints]
                try:
                    wire.ask(self._control, head, handles)
                except OSError:
                    raise EngineError(self.failure()) from None
            with suppress(OSError):  # a child that is gone is told of below
                data.sendall(wire.framed(wire.packed(request)))
            yield data, told, prints
        except Refused as refusal:
            raise EngineError(
                f"执行笔记本的程序{refusal}，不能复制；请用 --engine kernel。"
            ) from None
        except Gone as gone:
            if gone.pid:
                end(gone.pid)
            raise EngineError(self.failure()) from None
        finally:
            for each in (data, told):
                each.close()
            for handle in prints:
                os.close(handle)
            self._left()

    def _left(self) -> None:
        with self._lock:
            self._users -= 1
            last = self._leaving and not self._users
        if last:
            self.close()

    def failure(self) -> str:
        """Why there is no parent, in the last line that it said."""
        if self._closed:
            return "执行笔记本的程序已经关闭。"
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
        said = f"：{lines[-1]}" if lines else ""
        return f"执行笔记本的程序停止了{said}。请再试一次，或用 --engine kernel。"

    def close(self) -> None:
        self._closed = True
        if not self._used:
            self._process.kill()
        if self._process.stdin:
            with suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._control.close()
        self._said.close()


def _state_of_library() -> tuple[tuple[str, int, int], ...]:
    """Names, times and sizes of the library's sources: the parent has these loaded."""
    found = []
    for folder, _, names in os.walk(LIBRARY):
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(folder, name)  # noqa: PTH118
                with suppress(FileNotFoundError):
                    state = os.stat(path)  # noqa: PTH116
                    found.append((path, state.st_mtime_ns, state.st_size))
    return tuple(sorted(found))
