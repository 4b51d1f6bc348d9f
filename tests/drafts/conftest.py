"""`drafted(raw)`: the drafts of a document, in a folder of their own."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from documents import ROOT, Made

from evalbook.drafts import import_tables
from evalbook.paths import Workbook


@pytest.fixture
def drafted(tmp_path: Path) -> Callable[..., Made]:
    numbers = count(1)

    def make(raw: bytes, name: str = "report.html") -> Made:
        folder = tmp_path / f"drafts{next(numbers)}"
        path = tmp_path / name
        path.write_bytes(raw)
        return Made(import_tables(path, folder, Workbook(ROOT)), folder)

    return make
