"""A folder replaced whole or not at all.

The new folder is built beside the old one under a hidden name, then the old one is moved aside
and the new one moved in. A start repairs a swap that was interrupted. What is thrown away is moved
to a hidden name first, so that neither the folder nor the one moved aside is ever half there.
"""

import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from evalbook.errors import ReportError

ABANDONED = 3600
NEW, OLD = ".new-", ".old-"


@contextmanager
def replacing(folder: Path, *, alone: bool = False) -> Iterator[Path]:
    """An empty folder to fill; when the block ends well it takes the place of `folder`.

    When it does not, `folder` is as it was. `alone` says that a lock keeps others out. Raises
    ReportError when something holds `folder` open.
    """
    repair(folder, alone=alone)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = _hidden(folder)
    try:
        yield new
        _swap(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def repair(folder: Path, *, alone: bool = False) -> None:
    """Finish or undo a swap that was interrupted, and clear what killed runs left behind.

    Without `alone` what another may still be at work on is left for an hour.
    """
    left = re.compile(rf"{re.escape(f'{NEW}{folder.name}')}-[a-z0-9_]+")
    for each in folder.parent.glob(f"{NEW}{folder.name}-*"):
        if left.fullmatch(each.name) and (alone or _is_abandoned(each)):
            shutil.rmtree(each, ignore_errors=True)
    restore(folder)


def restore(folder: Path) -> None:
    """Put back the folder that an interrupted swap had moved aside, or throw it away."""
    old = _old(folder)
    if not old.exists():
        return
    if folder.exists():
        _throw_away(old, folder)
    else:
        old.rename(folder)


def _old(folder: Path) -> Path:
    return folder.with_name(f"{OLD}{folder.name}")


def _hidden(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(prefix=f"{NEW}{folder.name}-", dir=folder.parent))


def _is_abandoned(left: Path) -> bool:
    try:
        return time.time() - left.stat().st_mtime > ABANDONED
    except FileNotFoundError:
        return False


def _throw_away(old: Path, folder: Path) -> None:
    place = _hidden(folder)
    with suppress(OSError):
        old.rename(place / old.name)
    shutil.rmtree(place, ignore_errors=True)


def _swap(new: Path, folder: Path) -> None:
    old = _old(folder)
    new.chmod(0o755)
    try:
        if folder.exists():
            folder.rename(old)
    except OSError:
        raise _held(folder) from None
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise _held(folder) from None
    if old.exists():
        _throw_away(old, folder)


def _held(folder: Path) -> ReportError:
    return ReportError(
        f"不能替换 {folder.name}：其中的文件可能正在 Word 或其他程序中打开。"
        "上一次的报告没有改动；请关闭这些文件后再运行一次。"
    )
