"""A notebook of a case executed, and what is left of it: the same bytes every time."""

import re
from collections.abc import Mapping
from pathlib import Path

from evalbook.engine import Executor
from evalbook.engine.errors import CellFailed, Ended
from evalbook.engine.outputs import in_order
from evalbook.errors import EvalbookError, NotebookError
from evalbook.notebookfile import (
    INJECTED,
    Notebook,
    markdown_cell,
    read,
    tags,
    with_parameters,
    write,
)

WIDGET = "application/vnd.jupyter.widget-view+json"
KEPT_TAGS = ("tags",)
_PASSING = {"MemoryError", "OSError", "ConnectionError", "TimeoutError"}
"""Errors of a cell that need not come again though the inputs are the same."""
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_CELL_FILE = re.compile(r"[^\s\"'<>]*ipykernel_\d+[/\\](\d+)\.py")


def execute(
    source: Path,
    case: str,
    failed: Path,
    engine: Executor,
    env: Mapping[str, str] | None = None,
) -> Notebook:
    """The notebook executed for a case.

    Raises NotebookError when a cell fails or the process ends; the notebook, with the place
    marked, is then at `failed`.
    """
    try:
        written = read(source)
    except (ValueError, KeyError, TypeError, AttributeError):
        text = f"{source} 不是可用的笔记本文件。请在 JupyterLab 中打开看看，或恢复原文件。"
        raise NotebookError(text) from None
    notebook = with_parameters(written, case=case)
    try:
        engine.execute(notebook, env=env)
    except CellFailed as error:
        if not error.leaves_well:
            what = f"执行失败：{_sentence(error)}"
            again = error.name in _PASSING
            raise _failed(source, written, notebook, error.index, what, failed, again) from None
    except Ended as error:
        what = f"没有执行完：{error.cause}。"
        raise _failed(source, written, notebook, error.index, what, failed, True) from None
    failed.unlink(missing_ok=True)
    return cleaned(notebook)


def cleaned(notebook: Notebook) -> Notebook:
    """Without run times, paths, widget state and random ids.

    Streams come in one piece each between two other outputs (a kernel sends them as time
    passes), and the temporary file that a kernel calls a cell by has no process number.
    """
    for key in ("papermill", "widgets", "language_info"):
        notebook["metadata"].pop(key, None)
    for cell in notebook["cells"]:
        found = cell["metadata"]
        cell["metadata"] = {key: found[key] for key in KEPT_TAGS if found.get(key)}
        if INJECTED in tags(cell):
            cell["id"] = INJECTED
        if "outputs" not in cell:
            continue
        cell["outputs"] = in_order(cell["outputs"])
        for output in cell["outputs"]:
            output.get("data", {}).pop(WIDGET, None)
            if output["output_type"] == "stream":
                output["text"] = _CELL_FILE.sub(r"ipykernel/\1.py", output["text"])
    return notebook


def _failed(
    source: Path,
    written: Notebook,
    notebook: Notebook,
    index: int | None,
    what: str,
    failed: Path,
    again: bool,
) -> NotebookError:
    """The error, with the notebook saved and one line above the cell where it ended."""
    place = _place(written, notebook, index)
    note = markdown_cell(f"**▼ 下面这一格{what}**", "failed-here", "guide")
    notebook["cells"].insert(index or 0, note)
    failed.parent.mkdir(parents=True, exist_ok=True)
    write(cleaned(notebook), failed)
    return NotebookError(
        f"笔记本 {source.name}{place}{what}"
        f"已执行的部分保存在 {failed}，出错的地方有标记；"
        "上一次的报告没有改动。",
        *(source.name, place.strip(), what.removesuffix("。")),
        again=again,
    )


def _place(written: Notebook, notebook: Notebook, index: int | None) -> str:
    """Which cell of the notebook as it was written, by its number and its first line."""
    if index is None:
        return "在第一格之前"
    source = notebook["cells"][index]["source"].strip()
    first = f"（{source.splitlines()[0]}）" if source else ""
    if INJECTED in tags(notebook["cells"][index]):
        return f" 填入参数的一格{first}"
    added = [n for n, cell in enumerate(notebook["cells"][:index]) if INJECTED in tags(cell)]
    shift = len(notebook["cells"]) - len(written["cells"]) if added else 0
    return f" 第 {index + 1 - shift} 格{first}"


def _sentence(error: CellFailed) -> str:
    """The library's own sentence, or the name of a Python error and what it said."""
    text = _ANSI.sub("", error.value).strip()
    ours = {cls.__name__ for cls in _subclasses(EvalbookError)}
    sentence = text if error.name in ours else f"{error.name}：{text}"
    return sentence if sentence.endswith("。") else f"{sentence}。"


def _subclasses(cls: type[Exception]) -> set[type[Exception]]:
    found: set[type[Exception]] = {cls}
    return found.union(*(_subclasses(each) for each in cls.__subclasses__()))
