"""Notebooks executed in this process: an engine that costs no start, for tests of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from evalbook import notebook as names
from evalbook.blocks import MIME, to_json


class InProcess:
    """Runs the code cells one after another; what they display are blocks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: list[Any] = []
        self.executed = 0
        monkeypatch.setattr(names, "display", self.shown.append)

    def execute(
        self,
        notebook: dict[str, Any],
        cwd: Path | str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.executed += 1
        space: dict[str, Any] = {}
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                self.shown.clear()
                exec(compile(cell["source"], "cell", "exec"), space)
                cell["outputs"] = [_output(block) for block in self.shown]
                cell["execution_count"] = None

    def close(self) -> None:
        pass


def _output(block: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {MIME: to_json(block)}}
