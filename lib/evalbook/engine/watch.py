"""Processes of a notebook: what they take, and that none of them is left."""

import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_DEATH_SIGNAL, _SUBREAPER = 1, 36
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
MEGABYTE = 1 << 20


def die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when the one that forked it dies; elsewhere it is watched."""
    _ask(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Processes whose own parent ended become children of this one (Linux)."""
    _ask(_SUBREAPER, 1)


def _ask(what: int, value: int) -> None:
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(what, value, 0, 0, 0)


def threads() -> int:
    """Of this process, also those that Python does not know of."""
    import threading

    tasks = Path("/proc/self/task")
    known = threading.active_count()
    return max(known, len(list(tasks.iterdir()))) if tasks.exists() else known


def children(pid: int) -> list[int]:
    """Of a process, by any of its threads; none where the system does not tell."""
    found: list[int] = []
    with suppress(OSError):
        for task in os.scandir(f"/proc/{pid}/task"):
            with suppress(OSError):
                found += map(int, Path(task.path, "children").read_text().split())
    return found


def tree(pid: int) -> Iterator[int]:
    """A process and all that it started, and they."""
    yield pid
    for child in children(pid):
        yield from tree(child)


def end(pid: int) -> None:
    """Kill a process with its group and with all that it started."""
    for each in tree(pid):
        with suppress(OSError):
            os.kill(each, signal.SIGKILL)
    end_group(pid)


def end_group(pid: int) -> None:
    with suppress(OSError):
        os.killpg(pid, signal.SIGKILL)


def over(pid: int, megabytes: float) -> bool:
    """Whether a process and all that it started hold more memory of their own.

    Pages that are still shared with the parent do not count.
    """
    limit = megabytes * MEGABYTE
    processes = list(tree(pid))
    if sum(map(_resident, processes)) <= limit:
        return False
    return sum(map(private, processes)) > limit


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return private(pid)


def private(pid: int) -> int:
    """Bytes of memory that a process shares with no other."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0 if Path("/proc/self/smaps_rollup").exists() else _private_elsewhere(pid)
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


def _private_elsewhere(pid: int) -> int:
    import psutil

    try:
        return int(psutil.Process(pid).memory_full_info().uss)
    except psutil.Error:
        return 0
