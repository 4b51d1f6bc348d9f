"""Shared fixtures: the real case, a copy of its workbook to spoil, and a maker of small cases."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import chromium
from cases import ROOT, Maker
from hypothesis import settings

from evalbook import Evaluation, evaluate, load
from evalbook.paths import Workbook

CASE = "qingdao-2019"
# the same examples on every machine, however slow it is
settings.register_profile("evalbook", derandomize=True, deadline=None)
settings.load_profile("evalbook")


LEFT_TO_ALL = {"browser": "要浏览器", "office": "要办公软件", "thorough": "费时"}
"""Marks of the tests that `make test` leaves to `make test-all`, and why."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="without what LEFT_TO_ALL names")
    parser.addoption("--rest", action="store_true", help="only what --quick leaves out")
    parser.addoption("--patient", action="store_true", help="also what waits for minutes")
    parser.addoption("--edits", type=int, default=120, help="random edits that try the cache")
    parser.addoption("--kills", type=int, default=2, help="random kills of a batch")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--patient"):
        leave(config, items, [i for i in items if "patient" in i.keywords])
    whys = [[why for mark, why in LEFT_TO_ALL.items() if mark in i.keywords] for i in items]
    if config.getoption("--quick"):
        for item, why in zip(items, whys, strict=True):
            if why:
                item.add_marker(pytest.mark.skip(reason=f"{why[0]}，由 make test-all 运行"))
    if config.getoption("--rest"):
        leave(config, items, [i for i, why in zip(items, whys, strict=True) if not why])


def leave(config: pytest.Config, items: list[pytest.Item], left: list[pytest.Item]) -> None:
    """Take these from the tests to run; they are not told as skipped."""
    gone = set(left)
    config.hook.pytest_deselected(items=left)
    items[:] = [each for each in items if each not in gone]


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser; one for a module, because its driver keeps an event loop while it is there."""
    with chromium() as started:
        yield started
