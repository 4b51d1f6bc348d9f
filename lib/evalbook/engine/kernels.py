"""Ordinary kernels, started one for each notebook by nbclient."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evalbook.engine.errors import CellFailed, Ended

PATIENCE = 120
"""Seconds that a kernel has to start, and to answer."""
QUIET = ["--log-level=40"]


class Kernels:
    """Executes notebooks in kernels, where there is no fork and where the user asks for it."""

    def execute(
        self,
        notebook: dict[str, Any],
        cwd: Path | str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Run the code cells of a notebook and put their outputs into it.

        Raises CellFailed, or Ended when the kernel dies or does not answer.
        """
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, DeadKernelError

        running: list[int] = []
        node = nbformat.from_dict(notebook)
        client = NotebookClient(
            node,
            kernel_name="python3",
            extra_arguments=QUIET,
            startup_timeout=PATIENCE,
            iopub_timeout=PATIENCE,
            resources={"metadata": {"path": str(cwd or Path.cwd())}},
            on_cell_execute=lambda cell, cell_index: running.append(cell_index),
        )
        for cell in node.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        try:
            client.execute(**({"env": dict(env)} if env is not None else {}))
        except CellExecutionError as error:
            raise CellFailed(running[-1], error.ename, error.evalue) from None
        except DeadKernelError:
            raise Ended(_last(running), "内核意外停止，多半是内存不足") from None
        except RuntimeError:
            raise Ended(_last(running), f"内核 {PATIENCE} 秒没有响应，请稍后再试") from None
        finally:
            notebook.update(node)

    def close(self) -> None:
        """Each kernel is gone when its notebook is done."""


def _last(running: list[int]) -> int | None:
    return running[-1] if running else None
