"""Executing a notebook with papermill, and what is left of it: the same bytes every time."""

import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import DeadKernelError
from papermill import execute_notebook
from papermill.exceptions import PapermillExecutionError

from evalbook.errors import EvalbookError, NotebookError

WIDGET = "application/vnd.jupyter.widget-view+json"
ERROR_TAG = "papermill-error-cell-tag"
KEPT_TAGS = ("tags",)
PATIENCE = 120
QUIET = ["--log-level=40"]
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def execute(source: Path, case: str, failed: Path) -> nbformat.NotebookNode:
    """The notebook executed for a case.

    Raises NotebookError when a cell fails; the notebook, with the place marked, is then at
    `failed`.
    """
    failed.parent.mkdir(parents=True, exist_ok=True)
    try:
        executed = execute_notebook(
            source,
            failed,
            parameters={"case": case},
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            extra_arguments=QUIET,
            start_timeout=PATIENCE,
            iopub_timeout=PATIENCE,
        )
    except PapermillExecutionError as error:
        _mark(failed, error)
        raise NotebookError(_failure(source, failed, error)) from None
    except DeadKernelError:
        text = f"笔记本 {source.name} 的内核意外停止，多半是内存不足。上一次的报告没有改动。"
        raise NotebookError(text) from None
    except RuntimeError:
        text = (
            f"笔记本 {source.name} 的内核 {PATIENCE} 秒没有响应，请稍后再试。上一次的报告没有改动。"
        )
        raise NotebookError(text) from None
    failed.unlink()
    return cleaned(executed)


def cleaned(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Without run times, paths, widget state and random ids."""
    for key in ("papermill", "widgets"):
        notebook.metadata.pop(key, None)
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in KEPT_TAGS if cell.metadata.get(key)}
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = "injected-parameters"
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(WIDGET, None)
    return notebook


def _mark(failed: Path, error: PapermillExecutionError) -> None:
    """Replace papermill's English markers with one Chinese line above the cell that failed."""
    notebook = nbformat.read(failed, as_version=4)
    cells = [c for c in notebook.cells if ERROR_TAG not in c.metadata.get("tags", ())]
    place = next((n for n, cell in enumerate(cells) if _has_error(cell)), len(cells))
    note = nbformat.v4.new_markdown_cell(
        f"**▼ 下面这一格执行失败：{_sentence(error)}**",
        id="failed-here",
        metadata={"tags": ["guide"]},
    )
    notebook.cells = [*cells[:place], note, *cells[place:]]
    nbformat.write(cleaned(notebook), failed)


def _has_error(cell: Any) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", ()))


def _failure(source: Path, failed: Path, error: PapermillExecutionError) -> str:
    notebook = nbformat.read(source, as_version=4)
    numbers = [n for n, cell in enumerate(notebook.cells, 1) if cell.source == error.source]
    place = f"第 {numbers[0]} 格" if numbers else f"编号为 In [{error.exec_count}] 的一格"
    first = error.source.strip().splitlines()[0] if error.source.strip() else ""
    return (
        f"笔记本 {source.name} {place}（{first}）执行失败：{_sentence(error)}"
        f"已执行的部分保存在 {failed}，出错的地方有标记；"
        "上一次的报告没有改动。"
    )


def _sentence(error: PapermillExecutionError) -> str:
    """The library's own sentence, or the name of a Python error and what it said."""
    text = _ANSI.sub("", str(error.evalue)).strip()
    ours = {cls.__name__ for cls in _subclasses(EvalbookError)}
    sentence = text if error.ename in ours else f"{error.ename}：{text}"
    return sentence if sentence.endswith("。") else f"{sentence}。"


def _subclasses(cls: type[Exception]) -> set[type[Exception]]:
    found: set[type[Exception]] = {cls}
    return found.union(*(_subclasses(each) for each in cls.__subclasses__()))
