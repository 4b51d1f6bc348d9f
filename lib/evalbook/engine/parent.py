"""The process that forks: started afresh, of one thread, with the libraries loaded once.

It reads requests from a control socket, each with a socket for the notebook's messages, one for
word of its end, and two files for what it prints. It lives until its standard input ends, or the
process that started it does; nothing that it forked outlives it.
"""

import gc
import os
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from evalbook.engine import watch, wire

HANDLES = 4
TICK, IDLE = 0.1, 1.0


@dataclass(slots=True)
class Notebook:
    """A child, what it may take, and whom to tell of its end."""

    pid: int
    told: socket.socket
    prints: list[int]
    megabytes: float | None
    ends: float | None
    seconds: float | None
    cause: tuple[str, float] | None = None
    held: list[int] = field(default_factory=list)

    def check(self) -> None:
        """End it when it has taken more than it may."""
        if self.cause:
            return
        if self.ends and time.monotonic() > self.ends:
            self.end("time", self.seconds or 0)
        elif self.megabytes and self._over(self.megabytes):
            self.end("memory", self.megabytes)

    def _over(self, megabytes: float) -> bool:
        printed = sum(os.fstat(each).st_size for each in self.prints) / watch.MEGABYTE
        return watch.over(self.pid, max(0, megabytes - printed))

    def end(self, cause: str, number: float) -> None:
        self.cause = (cause, number)
        watch.end(self.pid)


class Parent:
    """Forks on request and watches what it forked."""

    def __init__(self, kernel: Any, control: socket.socket) -> None:
        self._kernel, self._control = kernel, control
        self._notebooks: dict[int, Notebook] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)
        self._selector.register(0, selectors.EVENT_READ)
        self._starter = os.getppid()
        self._woken = _wake_on_children(self._selector)

    def serve(self) -> None:
        """Until nobody is left to serve."""
        try:
            while os.getppid() == self._starter:
                ready = self._selector.select(TICK if self._notebooks else IDLE)
                for key, _ in ready:
                    if key.fileobj == 0:
                        return
                    self._answer(key.fileobj)
                self._reap()
                for notebook in self._notebooks.values():
                    notebook.check()
        finally:
            for notebook in self._notebooks.values():
                watch.end(notebook.pid)
            for orphan in watch.children(os.getpid()):
                watch.end(orphan)

    def _answer(self, source: Any) -> None:
        if source is self._control:
            request, handles = wire.asked(self._control, HANDLES)
            self._fork(request, handles)
        elif source is self._woken:
            self._woken.recv(1 << 10)
        else:  # the client let go of a notebook
            for notebook in self._notebooks.values():
                if notebook.told is source:
                    self._selector.unregister(source)
                    notebook.end("signal", signal.SIGKILL)

    def _fork(self, request: dict[str, Any], handles: list[int]) -> None:
        told = socket.socket(fileno=handles[1])
        if watch.threads() != 1:
            told.sendall(wire.framed(wire.packed(["refused", watch.threads()])))
            told.close()
            for each in (handles[0], *handles[2:]):
                os.close(each)
            return
        starter = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._leave(told)
            from evalbook.engine import child

            child.run(self._kernel, starter, [handles[0], *handles[2:]])
        os.close(handles[0])
        seconds = request["seconds"]
        ends = time.monotonic() + seconds if seconds else None
        notebook = Notebook(pid, told, handles[2:], request["megabytes"], ends, seconds)
        self._notebooks[pid] = notebook
        self._selector.register(told, selectors.EVENT_READ)
        with suppress(OSError):
            told.sendall(wire.framed(wire.packed(["forked", pid])))

    def _leave(self, told: socket.socket) -> None:
        """In the child: nothing of the parent's stays open."""
        self._selector.close()
        for each in (told, self._control, self._woken, *(n.told for n in self._notebooks.values())):
            each.close()
        for notebook in self._notebooks.values():
            for handle in notebook.prints:
                os.close(handle)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if pid in self._notebooks:
                self._ended(self._notebooks.pop(pid), status)

    def _ended(self, notebook: Notebook, status: int) -> None:
        watch.end_group(notebook.pid)
        self._end_orphans(notebook.pid)
        code = os.waitstatus_to_exitcode(status)
        cause = notebook.cause or (("exit", code) if code >= 0 else ("signal", -code))
        with suppress(KeyError):
            self._selector.unregister(notebook.told)
        with suppress(OSError):
            notebook.told.sendall(wire.framed(wire.packed(["ended", *cause])))
        notebook.told.close()
        for handle in notebook.prints:
            os.close(handle)

    def _end_orphans(self, session: int) -> None:
        """What the notebook started and did not wait for, and what else nobody waits for."""
        for pid in watch.children(os.getpid()):
            if pid not in self._notebooks and (not self._notebooks or _session(pid) == session):
                watch.end(pid)


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def _wake_on_children(selector: selectors.BaseSelector) -> socket.socket:
    """A socket that is readable when a child ended."""
    woken, waking = socket.socketpair()
    for end in (woken, waking):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waking.detach())
    selector.register(woken, selectors.EVENT_READ)
    return woken


def main() -> None:
    """Serve until nobody is left; garbage is not collected before the fork, it would be copied."""
    gc.disable()
    control = socket.socket(fileno=int(sys.argv[2]))
    control.set_inheritable(False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    watch.adopt_orphans()
    from evalbook.engine.shell import Kernel
    from evalbook.engine.warm import warm

    kernel = Kernel()
    with kernel.imports():
        warm()
    from evalbook.engine import child  # noqa: F401

    del sys.path[0]
    gc.freeze()
    gc.enable()
    Parent(kernel, control).serve()
