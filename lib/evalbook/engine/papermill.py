"""`papermill --engine evalbook`: papermill's own records and progress, our forked process.

papermill's messages stay as they are, in English, and so does how it marks a cell that failed.
Its --execution-timeout is for each cell; limits of the whole are those of engine/limits.py.
"""

import atexit
import copy
import sys
from functools import cache
from typing import Any

import nbformat
from papermill.engines import Engine as PapermillEngine
from papermill.engines import NotebookExecutionManager
from papermill.log import logger

from evalbook.engine.client import Engine
from evalbook.engine.errors import CellFailed, EngineError

LANGUAGE = {
    "name": "python",
    "version": sys.version.split()[0],
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
    "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}


class EvalbookEngine(PapermillEngine):  # type: ignore[misc]
    """Entry point `evalbook` of the group `papermill.engine`."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        execution_timeout: int | None = None,
        cwd: str | None = None,
        **others: Any,
    ) -> None:
        """Run the notebook; Python alone, whatever kernel its metadata names."""
        notebook = nb_man.nb
        plain = copy.deepcopy({**notebook, "cells": [dict(cell) for cell in notebook.cells]})
        language = notebook.metadata.get("kernelspec", {}).get("language") or "python"
        if language != "python":
            raise EngineError(f"evalbook 引擎只执行 Python 笔记本，这个是 {language} 的。")
        files = {"stdout": stdout_file, "stderr": stderr_file}
        listener = _Listener(nb_man, plain, log_output, files)
        try:
            _engine().execute(plain, cwd, None, listener, cell_seconds=execution_timeout)
        except CellFailed:
            pass  # papermill finds the error in the outputs
        finally:
            listener.close()
        notebook.metadata["language_info"] = LANGUAGE


class _Listener:
    """Tells papermill of the cells, those that do not run among them, in their order."""

    def __init__(
        self,
        nb_man: NotebookExecutionManager,
        plain: dict[str, Any],
        log_output: bool,
        files: dict[str, Any],
    ) -> None:
        self._nb_man, self._plain = nb_man, plain
        self._log_output, self._files = log_output, files
        self._next = 0
        self._running: int | None = None

    def __call__(self, event: str, index: int) -> None:
        cells = self._nb_man.nb.cells
        if event == "start":
            self._pass_to(index)
            self._nb_man.cell_start(cells[index], index)
            self._running, self._next = index, index + 1
        elif event == "message":
            self._copy(index)
            self._nb_man.autosave_cell()
        else:
            self._copy(index)
            if event == "failed":
                self._nb_man.cell_exception(cells[index], cell_index=index)
            self._log(cells[index])
            self._running = None
            self._nb_man.cell_complete(cells[index], cell_index=index)
            if event == "failed":
                self._next = len(cells) + 1

    def _pass_to(self, index: int) -> None:
        for number in range(self._next, index):
            cell = self._nb_man.nb.cells[number]
            self._nb_man.cell_start(cell, number)
            self._nb_man.cell_complete(cell, cell_index=number)

    def _copy(self, index: int) -> None:
        """What the engine has of a cell, into papermill's notebook."""
        cell, found = self._nb_man.nb.cells[index], self._plain["cells"][index]
        cell.execution_count = found["execution_count"]
        cell.outputs = [nbformat.from_dict(output) for output in found["outputs"]]

    def close(self) -> None:
        """The cells after the last that ran; one that ran until now has failed."""
        cells = self._nb_man.nb.cells
        for index, cell in enumerate(cells):
            if cell.cell_type == "code":
                self._copy(index)
        widgets = self._plain["metadata"].get("widgets")
        if widgets:
            self._nb_man.nb.metadata["widgets"] = nbformat.from_dict(widgets)
        if self._running is not None:
            self._nb_man.cell_exception(cells[self._running], cell_index=self._running)
            self._nb_man.cell_complete(cells[self._running], cell_index=self._running)
        elif self._next <= len(cells):
            self._pass_to(len(cells))

    def _log(self, cell: Any) -> None:
        for output in cell.outputs:
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            name = output.get("name", "")
            if self._log_output and text:
                (logger.warning if name == "stderr" else logger.info)(text)
            if self._files.get(name):
                self._files[name].write(text)
                self._files[name].flush()


@cache
def _engine() -> Engine:
    """One parent for all notebooks that this process runs."""
    engine = Engine()
    atexit.register(engine.close)
    return engine
