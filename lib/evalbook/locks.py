"""One at a time: a lock file that the operating system lets go of when its holder ends.

Nothing of it is left after kill -9 or a power cut, so no lock is ever stale. The file stays where
it is: what matters is who holds it, and removing it would let two hold two of them.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from evalbook.errors import ReportError

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


PAUSE = 0.1


class Busy(ReportError):
    """Somebody else holds the lock, and it was not to be waited for."""


@contextmanager
def alone(path: Path, waiting: Callable[[], object] | None = None) -> Iterator[None]:
    """Hold the lock of that name; while another holds it, `waiting` is called once and we wait.

    Without `waiting` Busy is raised instead.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if not _taken(file):
            if waiting is None:
                raise Busy(f"另一个进程正在处理 {path.stem}。请等它结束再试。")
            waiting()
            while not _taken(file):
                time.sleep(PAUSE)
        yield


def _taken(file: IO[bytes]) -> bool:
    try:
        _take(file)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        raise ReportError(
            f"outputs 所在的磁盘不能锁定文件（{error.strerror}），不能保证只有一个进程在写。"
            "请把工作簿放在支持文件锁的磁盘上。"
        ) from None
    return True
