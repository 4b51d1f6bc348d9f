"""The ways in which people fill in a form (variants.yaml), each read, judged and written back."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from drawing import changed, empty_book, workbook

from evalbook import evaluate, load
from evalbook.forms.exporting import export_form
from evalbook.forms.importing import Imported, import_forms, lines
from evalbook.paths import Workbook

CONTENT = yaml.safe_load(Path(__file__).with_name("variants.yaml").read_text("utf-8"))
BASE, VARIANTS = CONTENT["base"], CONTENT["variants"]
HELD = "评价项目的内容全部在表里，再导入得到同样的评价项目。"


def sheets(variant: dict[str, Any]) -> dict[str, str]:
    drawn = variant.get("sheets", {"自评表": "base"})
    edits = variant.get("set", {}), tuple(variant.get("without", ()))
    return {name: changed(BASE, *edits) if text == "base" else text for name, text in drawn.items()}


class Made(NamedTuple):
    """A variant, the workbook it was imported into, and what the import said."""

    variant: dict[str, Any]
    book: Workbook
    imported: Imported
    case: str


@pytest.fixture(scope="module", params=VARIANTS, ids=lambda variant: variant["name"])
def made(request, tmp_path_factory) -> Made:
    folder = tmp_path_factory.mktemp("variant")
    book = empty_book(folder / "book")
    path = workbook(folder / "form.xlsx", sheets(request.param))
    imported = import_forms(path, "several" if "cases" in request.param else "one", book)
    return Made(request.param, book, imported, imported.cases[0].name)


def rows(book: Workbook, case: str, file: str) -> dict[str, dict[str, str]]:
    with (book.data(case) / f"{file}.csv").open(encoding="utf-8-sig", newline="") as source:
        return {row["id"]: row for row in csv.DictReader(source)}


def test_what_is_read(made):
    tables = {file: rows(made.book, made.case, file) for file in ("budget", "indicators")}
    for address, expected in made.variant.get("cells", {}).items():
        file, row, *column = address.split(".")
        if column:
            assert tables[file][row][column[0]] == expected, address
        else:
            assert row not in tables[file], address


def test_what_the_parameters_say(made):
    params = load(made.case, made.book).params
    for key, expected in made.variant.get("params", {}).items():
        value: Any = params
        for part in key.split("."):
            value = getattr(value, part)
        assert str(value) == expected, key


def test_what_is_reported(made):
    understanding = made.imported.cases[0].understanding
    understood = dict(understanding.understood)
    for place, expected in made.variant.get("reads", {}).items():
        assert expected in understood[place]
    if "unread" in made.variant:
        assert dict(understanding.unread) == made.variant["unread"]
    assert [case.name for case in made.imported.cases] == made.variant.get("cases", ["one"])
    for remark in made.variant.get("remarks", ()):
        assert any(remark in said for said in made.imported.remarks)
    text = "\n".join(lines(made.imported))
    assert [word for word in made.variant.get("silent", ()) if word in text] == []


def test_headings_and_formulas_are_kept(made):
    source = yaml.safe_load((made.book.data(made.case) / "source.yaml").read_text("utf-8"))
    kept = {heading for table in source["tables"] for heading in table["columns"].values()}
    assert set(made.variant.get("headings", ())) <= kept
    assert source["tables"][0].get("formulas", {}) == made.variant.get("formulas", {})


def test_every_variant_can_be_evaluated(made):
    for case in made.imported.cases:
        ev = evaluate(load(case.name, made.book))
        wrong = {entry.where.split(".")[1] for entry in ev.audit.problems}
        assert wrong & set(made.variant.get("right", ())) == set()
        verdicts = {entry.id: entry.verdict for entry in ev.audit.entries}
        held = {entry: verdicts[entry] for entry in made.variant.get("holds", ())}
        assert set(held.values()) <= {"consistent"}


def test_every_variant_comes_back_from_the_official_form(made, tmp_path):
    """Where the official form holds a case, import(export(case)) is the case."""
    book = empty_book(tmp_path / "book")
    shutil.copytree(made.book.root, book.root, dirs_exist_ok=True)
    told = export_form(made.case, tmp_path / "back.xlsx", book)
    if made.variant.get("whole"):
        assert told[1:] == [HELD]
    import_forms(tmp_path / "back.xlsx", "back", book)
    assert export_form("back", tmp_path / "again.xlsx", book)[1:] == [HELD]
    first, second = (tmp_path / name for name in ("back.xlsx", "again.xlsx"))
    assert first.read_bytes() == second.read_bytes()
    before, after = (loaded(book, name) for name in (made.case, "back"))
    assert after == before


def loaded(book: Workbook, case: str) -> dict[tuple[str, str], str]:
    """Every cell of a case but the places of its rows, which are those of the sheet."""
    return {
        (row.address(column), row.table): cell.text
        for table in load(case, book).tables
        for row in table.rows
        for column, cell in row.cells.items()
        if column != "place" and cell.text
    }
