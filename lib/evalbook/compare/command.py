"""The whole of `evalbook compare`: collect, compare, write the folder whole or not at all."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from evalbook.compare.collect import Collected, chosen, collect
from evalbook.compare.comparison import Comparison, compared
from evalbook.compare.page import html
from evalbook.compare.replay import Scorer
from evalbook.compare.settings import load_settings
from evalbook.compare.sheet import xlsx
from evalbook.errors import Fault, InputError
from evalbook.folders import replacing
from evalbook.manifest import EVALUATION
from evalbook.paths import Workbook

FOLDER, PAGE, SHEET = "compare", "compare.html", "compare.xlsx"


def compare(
    patterns: Sequence[str], book: Workbook, to: Path | None = None, across: bool = False
) -> tuple[Path, Comparison]:
    """Write compare.html and compare.xlsx of the cases; the folder they are in.

    Raises InputError when none of the cases has an output, or the folder holds something else.
    """
    folder = to or book.outputs / FOLDER
    _check(folder, book)
    settings = load_settings(book)
    cases = chosen(patterns, book)
    with _nothing_collected():
        collected = collect(cases, book, settings)
        if not collected.results:
            raise InputError([_nothing(collected)])
        found = compared(collected, settings, Scorer(book), across)
        with replacing(folder) as new:
            (new / PAGE).write_bytes(html(found))
            (new / SHEET).write_bytes(xlsx(found))
    return folder, found


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Millions of objects live to the end: looking for garbage among them takes a third longer."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _check(folder: Path, book: Workbook) -> None:
    """What stands in the folder is replaced: it must be a former comparison, or nothing."""
    held = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if folder.exists() and not folder.is_dir():
        raise InputError([Fault("--to", f"{folder} 是一个文件", "应为文件夹，请另写一个")])
    if other := sorted(held - {PAGE, SHEET}):
        problem = f"{folder} 中有别的文件（{other[0]} 等），整个文件夹会被换掉"
        raise InputError([Fault("--to", problem, "请另写一个空的或还没有的文件夹")])
    if folder == book.outputs / FOLDER and FOLDER in book.cases():
        problem = f"有一个评价项目也叫 {FOLDER}，它的输出在同一个文件夹"
        raise InputError([Fault("--to", problem, "请用 --to 另写一个文件夹")])


def _nothing(collected: Collected) -> Fault:
    problem = f"{len(collected.remarks)} 个评价项目都没有能读的 {EVALUATION}"
    return Fault("outputs", problem, "请先运行 evalbook batch，或逐个运行 evalbook run")
