"""A workbook that has nothing but params/, for cases made from forms."""

from pathlib import Path

import pytest
from drawing import empty_book

from evalbook.paths import Workbook


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbook:
    """An empty workbook, which is also what the commands use."""
    monkeypatch.setenv("EVALBOOK_ROOT", str(tmp_path / "book"))
    return empty_book(tmp_path / "book")
