"""Notebook files as nbformat and papermill make them."""

from pathlib import Path

import nbformat
import pytest
from cases import ROOT
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from evalbook.notebookfile import INJECTED, read, tags, text_of, with_parameters, write

STORED = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("data/*/chapters/*.ipynb")])


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.name)
def test_a_file_is_read_and_written_as_nbformat_does(path: Path, tmp_path: Path) -> None:
    ours, theirs = read(path), nbformat.read(path, as_version=4)
    assert ours == theirs
    nbformat.write(theirs, tmp_path / "theirs.ipynb")
    write(ours, tmp_path / "ours.ipynb")
    assert (tmp_path / "ours.ipynb").read_bytes() == (tmp_path / "theirs.ipynb").read_bytes()
    nbformat.validate(ours)


def test_every_kind_of_output_is_written_as_nbformat_does(tmp_path: Path) -> None:
    data = {
        "text/plain": "a\nb", "text/html": "<b>\n</b>\n", "image/svg+xml": "<svg>\n</svg>",
        "application/json": {"a": ["x", "y"]}, "application/x+json": ["p", "q"],
        "image/png": "aGk=\n", "application/javascript": "1;\n2",
    }  # fmt: skip
    outputs = [
        nbformat.v4.new_output("display_data", data=data),
        nbformat.v4.new_output("stream", name="stdout", text="一\n二\r\n三"),
        nbformat.v4.new_output("error", ename="E", evalue="v", traceback=["t\n", "u"]),
    ]
    attached = nbformat.v4.new_markdown_cell("x", attachments={"a.png": {"image/png": "aGk="}})
    cells = [nbformat.v4.new_code_cell("1\n2", outputs=outputs, id="a"), attached]
    theirs = nbformat.v4.new_notebook(cells=cells, metadata={"signature": "s", "k": 1})
    cells[0].metadata["trusted"] = True
    path = tmp_path / "n.ipynb"
    nbformat.write(theirs, path)
    assert text_of(theirs) == path.read_text(encoding="utf-8") == text_of(read(path))
    assert read(path) == nbformat.read(path, as_version=4)


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.name)
@pytest.mark.parametrize("value", ["qingdao-2019", "a\"b\\c'd", "青岛\n2019"])
def test_parameters_stand_where_and_as_papermill_puts_them(path: Path, value: str) -> None:
    """Twice: papermill replaces the cell that it put in before."""
    theirs = load_notebook_node(str(path))
    ours = read(path)
    for _ in range(2):
        theirs = parameterize_notebook(theirs, {"case": value}, kernel_name="python3")
        ours = with_parameters(ours, case=value)
        assert [cell["source"] for cell in ours["cells"]] == [c.source for c in theirs.cells]
        assert [tags(cell) for cell in ours["cells"]] == [c.metadata.tags for c in theirs.cells]
    assert sum(INJECTED in tags(cell) for cell in ours["cells"]) == 1
    nbformat.validate(ours)


def test_without_a_cell_of_parameters_they_come_first() -> None:
    cells = [nbformat.v4.new_code_cell("1", id="a"), nbformat.v4.new_code_cell("2", id="b")]
    made = with_parameters(nbformat.v4.new_notebook(cells=cells), case="x")
    assert [cell["source"] for cell in made["cells"]] == ['# Parameters\ncase = "x"\n', "1", "2"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"nbformat": 3, "cells": []}', "\x00"])
def test_what_is_no_notebook_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"."):
        read(path)
