"""The forked process: one notebook's cells, in a directory and an environment of their own."""

import asyncio
import atexit
import os
import random
import signal
import socket
import sys
import threading
import time
import traceback
from typing import Any

from evalbook.engine import watch, wire
from evalbook.engine.shell import Kernel
from evalbook.engine.streams import Capture, Stream

RAISES = "raises-exception"


def run(kernel: Kernel, parent: int, handles: list[int]) -> None:
    """Run what is asked on the first handle; the others take what is printed. Never returns."""
    code = 1
    try:
        _alone(parent)
        asking, out, err = handles
        with socket.socket(fileno=asking) as client:
            _notebook(kernel, client, out, err)
        code = 0
    except BaseException:
        os.write(2, traceback.format_exc().encode("utf-8", "replace"))
    finally:
        os._exit(code)


def _alone(parent: int) -> None:
    watch.die_with_parent(parent)
    os.setsid()
    atexit._clear()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _notebook(kernel: Kernel, client: socket.socket, out: int, err: int) -> None:
    request = wire.one(client)
    lock = threading.Lock()

    def send(*message: Any) -> None:
        pack(wire.packed(message))

    def pack(body: bytes) -> None:
        with lock:
            client.sendall(wire.framed(body))

    def emit(kind: str, content: bytes, buffers: list[str]) -> None:
        head = wire.packed(["message", kind, buffers])
        pack(head[:-1] + b"," + content + b"]")

    captures = _streams(out, err, send)
    kernel.emit = emit
    _place(request)
    kernel.begin()
    _reseed()
    asyncio.run(_cells(kernel, request["cells"], send))
    for capture in captures:
        capture.flush()
    send("end", watch.private(os.getpid()) if request["measured"] else 0)
    _finish(kernel)


def _streams(out: int, err: int, send: Any) -> list[Capture]:
    """Standard streams of Python, of C and of programs, into the files that are captured."""
    for handle, number in ((out, 1), (err, 2)):
        os.dup2(handle, number)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)

    def publish(name: str, text: str, end: int) -> None:
        send("message", "stream", [], {"name": name, "text": text, "end": end})

    captures = [Capture("stdout", out, publish), Capture("stderr", err, publish)]

    def flush() -> None:
        for capture in captures:
            capture.flush()

    sys.stdout = sys.__stdout__ = Stream("stdout", 1, flush)  # type: ignore[misc, assignment]
    sys.stderr = sys.__stderr__ = Stream("stderr", 2, flush)  # type: ignore[misc, assignment]
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc] # noqa: SIM115
    return captures


def _place(request: dict[str, Any]) -> None:
    os.chdir(request["cwd"])
    before, after = (env.get("PYTHONPATH", "") for env in (os.environ, request["env"]))
    if before != after:
        inherited = before.split(os.pathsep)
        sys.path[:] = [*filter(None, after.split(os.pathsep)),
                       *(each for each in sys.path if each not in inherited)]  # fmt: skip
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    sys.argv = [""]


def _reseed() -> None:
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


async def _cells(kernel: Kernel, cells: list[dict[str, Any]], send: Any) -> None:
    for cell in cells:
        if kernel.left:
            send("left", cell["number"])
            return
        send("start", cell["number"])
        error = await kernel.run(cell["source"], cell["number"])
        allowed = RAISES in cell["tags"]
        send("done", cell["number"], *error, allowed)
        if error[0] and not allowed:
            return


def _finish(kernel: Kernel) -> None:
    """What an interpreter does at its end, for what the notebook itself registered."""
    kernel.emit = lambda kind, content, buffers: None
    kernel.end()
    atexit._run_exitfuncs()
    if "logging" in sys.modules:
        sys.modules["logging"].shutdown()
