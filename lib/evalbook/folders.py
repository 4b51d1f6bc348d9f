"""A folder replaced whole or not at all.

The new folder is built beside the old one under a hidden name, then the old one is moved aside
and the new one moved in. A start repairs a swap that was interrupted.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evalbook.errors import ReportError

ABANDONED = 3600
NEW, OLD = ".new-", ".old-"


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """An empty folder to fill; when the block ends well it takes the place of `folder`.

    When it does not, `folder` is as it was. Raises ReportError when something holds `folder` open.
    """
    repair(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f"{NEW}{folder.name}-", dir=folder.parent))
    try:
        yield new
        _swap(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def repair(folder: Path) -> None:
    """Finish or undo a swap that was interrupted, and clear what killed runs left behind."""
    for left in folder.parent.glob(f"{NEW}{folder.name}-*"):
        if time.time() - left.stat().st_mtime > ABANDONED:
            shutil.rmtree(left, ignore_errors=True)
    old = folder.with_name(f"{OLD}{folder.name}")
    if not old.exists():
        return
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
    else:
        old.rename(folder)


def _swap(new: Path, folder: Path) -> None:
    old = folder.with_name(f"{OLD}{folder.name}")
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
    shutil.rmtree(old, ignore_errors=True)


def _held(folder: Path) -> ReportError:
    return ReportError(
        f"不能替换 {folder.name}：其中的文件可能正在 Word 或其他程序中打开。"
        "上一次的报告没有改动；请关闭这些文件后再运行一次。"
    )
