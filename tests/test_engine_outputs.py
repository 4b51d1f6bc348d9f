"""What the forked engine puts into a notebook is what a kernel puts there."""

import copy
import os
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cases import ROOT
from engine_snippets import SNIPPETS, notebook, told

from evalbook.engine.client import Engine
from evalbook.engine.errors import CellFailed, Ended
from evalbook.engine.kernels import Kernels
from evalbook.execute import cleaned, execute
from evalbook.notebookfile import INJECTED, read, tags, text_of
from evalbook.paths import Workbook
from evalbook.run import notebooks

_RANDOM = (
    (re.compile(r"0x[0-9a-f]{6,}"), "0x…"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "…"),
    (re.compile(r"[^ '\"]*(?<=place)\d"), "place"),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with closing(Engine()) as started:
        yield started


def ran(executor: Any, sources: tuple[str, ...], place: Path) -> tuple[str, str]:
    """The notebook as executed and cleaned, and how it ended."""
    made = notebook(*sources)
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(place), "LANG": "C.UTF-8",
                   "EVALBOOK_TEST": "set"}  # fmt: skip
    end = "to the end"
    try:
        executor.execute(made, cwd=place, env=environment)
    except CellFailed as error:
        end = f"cell {error.index}: {error.name}: {error.value}"
    except Ended as error:
        end = f"ended in {error.index}"
    text = told(cleaned(copy.deepcopy(made)))
    for pattern, instead in _RANDOM:
        text, end = pattern.sub(instead, text), pattern.sub(instead, end)
    return text, end


@pytest.mark.thorough
@pytest.mark.parametrize("name", SNIPPETS)
def test_outputs_are_those_of_a_kernel(engine: Engine, tmp_path: Path, name: str) -> None:
    places = [tmp_path / "place1", tmp_path / "place2"]
    for place in places:
        place.mkdir()
    ours = ran(engine, SNIPPETS[name], places[0])
    assert ours == ran(Kernels(), SNIPPETS[name], places[1])


EVERY_CASE = Workbook(ROOT).cases()


@pytest.mark.thorough
@pytest.mark.parametrize("case", EVERY_CASE)
def test_every_notebook_of_a_case_is_the_same_by_both(
    engine: Engine, tmp_path: Path, case: str
) -> None:
    """The bytes of the files: every output, figures as PNG and SVG among them."""
    book = Workbook(ROOT)
    environment = os.environ | {"EVALBOOK_ROOT": str(ROOT)}
    for source in notebooks(book, case):
        by_us, by_kernel = (
            text_of(execute(source, case, tmp_path / "failed.ipynb", executor, environment))
            for executor in (engine, Kernels())
        )
        assert by_us == by_kernel, source.name
        assert "evaluation" in by_us


def test_stored_outputs_are_given_again(engine: Engine, tmp_path: Path) -> None:
    """What a kernel gave once, cell by cell, and the repository keeps."""
    environment = os.environ | {"EVALBOOK_ROOT": str(ROOT)}
    for source in notebooks(Workbook(ROOT), "qingdao-2019"):
        executed = execute(source, "qingdao-2019", tmp_path / "f.ipynb", engine, environment)
        cells = [cell for cell in executed["cells"] if INJECTED not in tags(cell)]
        assert uncounted(cells) == uncounted(cleaned(read(source))["cells"]), source.name


def uncounted(cells: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The outputs of cells; the injected cell moves the numbers of the others on."""
    outputs = [cell.get("outputs", []) for cell in cells]
    return [[{**each, "execution_count": None} for each in found] for found in outputs]
