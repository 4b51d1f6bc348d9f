"""Forms drawn as text: one line a row, cells parted by `|`.

`<` belongs to the cell on its left, `^` to the one above it (merged); `\\n` breaks a line.
A plain number is a number, `"15"` a number as text, `0.99{0%}` a number with its format.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import openpyxl
from cases import ROOT
from openpyxl.utils import coordinate_to_tuple, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from evalbook.paths import Workbook

_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?:\{(.+)\})?")


def empty_book(root: Path) -> Workbook:
    """A workbook that has nothing but params/."""
    shutil.copytree(
        ROOT / "params", root / "params", ignore=shutil.ignore_patterns("cases"), dirs_exist_ok=True
    )
    (root / "data").mkdir(exist_ok=True)
    return Workbook(root)


def matrix(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").splitlines()]


def changed(text: str, cells: Mapping[str, str], without: tuple[int, ...] = ()) -> str:
    """The drawing with other cells, and without some rows; new columns come at the end of rows."""
    rows = matrix(text)
    for where, new in cells.items():
        row, column = coordinate_to_tuple(where)
        rows += [[""] for _ in range(row - len(rows))]
        rows[row - 1] += [""] * (column - len(rows[row - 1]))
        rows[row - 1][column - 1] = str(new)
    kept = [row for number, row in enumerate(rows, 1) if number not in without]
    return "\n".join(" | ".join(row) for row in kept)


def drawn(sheet: Worksheet, text: str) -> None:
    rows = matrix(text)
    merges = []
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell in {"", "<", "^"}:
                continue
            fill(sheet, y + 1, x + 1, cell)
            right = x
            while right + 1 < len(row) and row[right + 1] == "<":
                right += 1
            bottom = y
            while (
                bottom + 1 < len(rows) and x < len(rows[bottom + 1]) and rows[bottom + 1][x] == "^"
            ):
                bottom += 1
            if (right, bottom) != (x, y):
                first, last = (get_column_letter(n + 1) for n in (x, right))
                merges.append(f"{first}{y + 1}:{last}{bottom + 1}")
    for area in merges:
        sheet.merge_cells(area)


def fill(sheet: Worksheet, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column)
    number = _NUMBER.fullmatch(text)
    if number:
        cell.value = float(number[1]) if "." in number[1] else int(number[1])
        cell.number_format = number[2] or "General"
        return
    cell.value = text.removeprefix('"').removesuffix('"').replace("\\n", "\n")
    cell.data_type = "s"


def workbook(path: Path, sheets: Mapping[str, str]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, text in sheets.items():
        drawn(book.create_sheet(name), text)
    book.save(path)
    return path
