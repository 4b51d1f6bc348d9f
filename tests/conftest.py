"""Shared fixtures: the real case, a copy of its workbook to spoil, and a maker of small cases."""

import shutil
from pathlib import Path

import pytest
from cases import ROOT, Maker
from hypothesis import settings

from evalbook import Evaluation, evaluate, load
from evalbook.paths import Workbook

CASE = "qingdao-2019"
# the same examples on every machine, however slow it is
settings.register_profile("evalbook", derandomize=True, deadline=None)
settings.load_profile("evalbook")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="what takes long too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--thorough"):
        return
    left = pytest.mark.skip(reason="费时，由 make test-all 运行")
    for item in items:
        if "thorough" in item.keywords:
            item.add_marker(left)


@pytest.fixture(scope="session")
def qingdao() -> Evaluation:
    """The evaluation of the real case."""
    return evaluate(load(CASE, Workbook(ROOT)))


@pytest.fixture
def workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbook:
    """A copy of the real workbook, which is also what the commands use."""
    for folder in ("params", "notebooks", f"data/{CASE}"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setenv("EVALBOOK_ROOT", str(tmp_path))
    return Workbook(tmp_path)


@pytest.fixture(scope="session")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """Writes small cases; each has its own name, so one maker serves all tests."""
    return Maker(tmp_path_factory.mktemp("cases"))
