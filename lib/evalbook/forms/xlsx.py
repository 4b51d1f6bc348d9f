"""The sheets of an .xlsx: values as shown, and what only its XML says: merges, formulas, hidden."""

import posixpath
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

from evalbook.errors import Fault, InputError
from evalbook.forms.grid import MAX_COLUMNS, MAX_ROWS, Area, Grid, Spot
from evalbook.forms.opening import Reading, damaged
from evalbook.sheets import excel_text, refuse_bomb

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")
_BOOK = "xl/workbook.xml"
MAX_SHEET = 10_000_000
_TRUE = {"1", "true", "on"}


@dataclass(slots=True)
class _Structure:
    """What the XML of a sheet says beyond values; places as (row, column).

    `rows` and `columns` are hidden. A sheet too `long` for a form is not looked at further.
    """

    merges: list[Area] = field(default_factory=list)
    uncached: list[Spot] = field(default_factory=list)
    far: list[Spot] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    long: bool = False


def xlsx_grids(path: Path, name: str) -> list[Grid]:
    """Every sheet of the workbook; raises InputError when it is none, or too large."""
    refuse_bomb(path, name)
    return damaged(name, lambda: _grids(path, name))


def _grids(path: Path, name: str) -> list[Grid]:
    from openpyxl import load_workbook

    with warnings.catch_warnings(), zipfile.ZipFile(path) as archive, path.open("rb") as file:
        warnings.simplefilter("ignore")
        parts = _parts(archive)
        _refuse_large(archive, parts, name)
        book = load_workbook(file, read_only=True, data_only=True)
        try:
            return [
                _grid(sheet, _structure(archive.open(parts[sheet.title])), name)
                for sheet in book.worksheets
            ]
        finally:
            book.close()


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The file of each sheet in the archive, by the sheet's name."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    sheets = ElementTree.fromstring(archive.read(_BOOK)).iterfind(".//{*}sheet")
    parts = {}
    for sheet in sheets:
        relation = next(v for k, v in sheet.attrib.items() if k.endswith("}id"))
        target = posixpath.join("xl", targets[relation])
        parts[sheet.attrib["name"]] = posixpath.normpath(target).lstrip("/")
    return parts


def _refuse_large(archive: zipfile.ZipFile, parts: dict[str, str], name: str) -> None:
    """No form fills a sheet of that size; whatever it is, reading it would take a while."""
    limit = f"{MAX_SHEET // 1_000_000} MB"
    faults = [
        Fault(f"{name} 工作表“{sheet}”", f"展开后大于 {limit}", "请把自评表单独存为一个工作簿")
        for sheet, part in parts.items()
        if archive.getinfo(part).file_size > MAX_SHEET
    ]
    if faults:
        raise InputError(faults)


def _structure(source: IO[bytes]) -> _Structure:
    found = _Structure()
    row = column = 0
    with source:
        for event, element in ElementTree.iterparse(source, ("start", "end")):
            tag = element.tag.rsplit("}", 1)[-1]
            if event == "start" and tag == "row":
                row, column = int(element.get("r") or row + 1), 0
                if element.get("hidden") in _TRUE:
                    found.rows.add(row)
            elif event == "end" and tag == "c":
                column = _column(element, column)
                _look(found, element, (row, column))
            elif event == "end" and tag == "row":
                element.clear()
                if found.long:
                    break
            elif event == "end" and tag == "mergeCell":
                found.merges += [a for a in _areas(element.get("ref", "")) if not a.single]
            elif event == "end" and tag == "col" and element.get("hidden") in _TRUE:
                last = min(int(element.get("max", 0)), MAX_COLUMNS)
                found.columns.update(range(int(element.get("min", 1)), last + 1))
    return found


def _column(cell: Any, last: int) -> int:
    """The column of a cell; one that names none follows the last."""
    areas = list(_areas(cell.get("r") or ""))
    return areas[0].column if areas else last + 1


def _look(found: _Structure, cell: Any, spot: Spot) -> None:
    parts = {child.tag.rsplit("}", 1)[-1]: child.text for child in cell}
    if "f" in parts and not parts.get("v") and cell.get("t") != "str":
        found.uncached.append(spot)
    if parts.get("v") or "is" in parts:
        found.long = found.long or spot[0] > MAX_ROWS
        if spot[1] > MAX_COLUMNS:
            found.far.append(spot)


def _areas(reference: str) -> Iterator[Area]:
    if parts := _REFERENCE.fullmatch(reference):
        column, row = _number(parts[1]), int(parts[2])
        right, bottom = (_number(parts[3]), int(parts[4])) if parts[3] else (column, row)
        yield Area(row, column, bottom, right)


def _number(text: str) -> int:
    """A → 1, AA → 27."""
    value = 0
    for letter in text:
        value = value * 26 + ord(letter) - 64
    return value


def _grid(sheet: Any, structure: _Structure, name: str) -> Grid:
    sheet.reset_dimensions()
    reading = Reading(name, sheet.title, structure.long)
    for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS):
        for cell in row:
            if cell.value is not None:
                _put(reading, cell)
    for spot in structure.uncached:
        reading.fault(*spot, "公式没有保存计算结果", "请在 Excel 或 WPS 中打开并保存一次")
    for spot in structure.far:
        reading.fault(*spot, f"在第 {MAX_COLUMNS} 列以外", "请移到表内或删去")
    hidden = reading.hidden(structure.rows, structure.columns)
    return reading.grid(structure.merges, hidden, sheet.sheet_state != "visible")


def _put(reading: Reading, cell: Any) -> None:
    spot, shown = (cell.row, cell.column), cell.number_format
    if cell.data_type == "e":
        reading.fault(*spot, f"是错误值 {cell.value}", "请改正公式，或填写应有的内容")
    elif isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        reading.number(*spot, cell.value, shown)
    else:
        reading.put(*spot, excel_text(cell.value, shown))
