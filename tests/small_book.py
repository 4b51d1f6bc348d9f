"""A workbook whose cases are small and whose one notebook is short, to run batches of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from cases import ROOT, Maker, budget, table

from evalbook.hashes import MANIFEST, hash_of_file
from evalbook.paths import Workbook

NOTEBOOK = "10_budget.ipynb"
CELLS = (
    "from evalbook.blocks import Heading, Prose, Run\n"
    "from evalbook.notebook import open_case, show\n\nev = open_case(case)",
    "show([Heading(1, ev.case.params.title), Prose((Run(ev.total and str(ev.total) or '无'),))])",
)


def notebook(*cells: str) -> str:
    """A notebook of these code cells, after the one with the parameter."""
    sources = [('case = "case-1"', ["parameters"]), *((cell, []) for cell in cells)]
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "python3", "display_name": "x", "language": "p"}},
            "cells": [
                {
                    "cell_type": "code", "id": f"c{number}", "metadata": {"tags": tags},
                    "source": source, "outputs": [], "execution_count": None,
                }
                for number, (source, tags) in enumerate(sources)
            ],
        },
        ensure_ascii=False,
    )  # fmt: skip


def small_book(root: Path, count: int) -> Workbook:
    """So many cases, case-1 and on."""
    maker = Maker(root)
    for number in range(count):
        rows = [f"a{each} | 项目{each} | {100 + number + each} | 50" for each in range(4)]
        maker.write(
            budget("id | name | budget | executed", *rows),
            table("facts", "id | name | value", "f1 | 人数 | 12"),
            params={"title": f"第{number + 1}个部门整体支出绩效评价报告"},
        )
    write_notebook(maker.book, *CELLS)
    return maker.book


def write_notebook(book: Workbook, *cells: str) -> None:
    book.notebooks.mkdir(exist_ok=True)
    (book.notebooks / NOTEBOOK).write_text(notebook(*cells), "utf-8")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "evalbook", *arguments]


def environment(book: Workbook) -> Mapping[str, str]:
    return os.environ | {
        "EVALBOOK_ROOT": str(book.root), "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT / "lib"),
    }  # fmt: skip


def run(book: Workbook, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=environment(book), capture_output=True, encoding="utf-8",
        check=False, timeout=300,
    )  # fmt: skip


def batch(book: Workbook, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(book, "batch", "--format", "html", *arguments)


def results(book: Workbook) -> dict:
    return json.loads((book.outputs / "batch.json").read_text("utf-8"))


def outputs(book: Workbook) -> dict[str, str]:
    """The hash of every file of every case's outputs."""
    return {
        path.relative_to(book.outputs).as_posix(): hash_of_file(path)
        for case in book.cases()
        for path in sorted((book.outputs / case).rglob("*"))
        if path.is_file()
    }


def is_whole(folder: Path) -> bool:
    """Whether the folder holds what its manifest says; True too when it was replaced meanwhile."""
    try:
        before = folder.stat().st_ino
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        names = {name for name in os.listdir(handle) if name != MANIFEST}  # noqa: PTH208
        said = json.loads(_read(handle, MANIFEST))["outputs"]
        import hashlib

        found = {name: hashlib.sha256(_read(handle, name)).hexdigest() for name in names}
        return found == said or not _is_still(folder, before)
    except (OSError, ValueError):
        return not _is_still(folder, before)
    finally:
        os.close(handle)


def _is_still(folder: Path, inode: int) -> bool:
    try:
        return folder.stat().st_ino == inode
    except FileNotFoundError:
        return False


def _read(folder: int, name: str) -> bytes:
    with open(os.open(name, os.O_RDONLY, dir_fd=folder), "rb") as file:  # noqa: PTH123
        return file.read()
