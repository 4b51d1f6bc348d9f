"""Every case of the workbook: it loads, and its notebooks' cells make one report that can be set.

The cells are executed here without a kernel, so that all cases together take seconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from cases import ROOT, sound

from evalbook import Evaluation, evaluate, load
from evalbook.blocks import Block, Figure, Heading, Note, Prose, Stamp, Table
from evalbook.harmless import escaped
from evalbook.notebook import benefit, budget, findings, funds, output, overview, process, projects
from evalbook.paths import Workbook
from evalbook.proofs import figures
from evalbook.report.document import Document, assemble
from evalbook.report.html import write as write_html

BOOK = Workbook(ROOT)
CASES = BOOK.cases()
FEW = {"guangzhou-2020", "yongde-2022"}
A_FEW_FIRST = [
    case if case in FEW else pytest.param(case, marks=pytest.mark.thorough) for case in CASES
]
"""Every case, for what takes seconds each: all but a few only in `make test-all`."""
SECTIONS = {
    "benefit": benefit, "budget": budget, "findings": findings, "funds": funds, "output": output,
    "overview": overview, "process": process, "projects": projects,
}  # fmt: skip


@cache
def evaluated(case: str) -> Evaluation:
    return sound(evaluate(load(case, BOOK)))


def cells() -> list[str]:
    """The code cells of the shared notebooks in order, without imports and parameters."""
    found = []
    for path in sorted(BOOK.notebooks.glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and source.startswith("show("):
                found.append(source)
    return found


@cache
def report(case: str) -> Document:
    ev, shown = evaluated(case), []

    def show(blocks: Iterable[Block]) -> None:
        shown.extend(block for block in blocks if not isinstance(block, Stamp))

    names: dict[str, Any] = {**SECTIONS, "ev": ev, "show": show}
    for source in cells():
        exec(compile(source, "cell", "exec"), names)
    return assemble(shown, title=ev.case.params.title, facts=overview.title_facts(ev))


def text_of(block: Block) -> list[str]:
    match block:
        case Heading():
            return [block.text]
        case Prose() | Note():
            return ["".join(run.text for run in block.runs)]
        case Table():
            rows = [*block.header, *block.rows]
            return [block.caption, *(cell.text for row in rows for cell in row), *block.notes]
        case Figure():
            return [block.alt]
    return []


def test_there_are_cases_and_cells():
    assert len(CASES) >= 1
    assert len(cells()) >= 20


@pytest.mark.parametrize("case", CASES)
def test_a_case_makes_one_whole_report(case):
    document = report(case)
    headings = [p.block.text for p in document.blocks if isinstance(p.block, Heading)]
    for chapter in (
        "基本情况",
        "综合评价情况及结论",
        "指标分析",
        "有关建议",
        "勾稽核查表",
        "数据来源",
    ):
        assert chapter in headings
    page = write_html(document)
    assert evaluated(case).case.params.title.replace(" ", "")[:10] in page.decode().replace(" ", "")


@pytest.mark.parametrize("case", CASES)
def test_a_report_leaves_no_address_and_no_code_word_in_its_text(case):
    for placed in report(case).blocks:
        for text in text_of(placed.block):
            assert not re.search("[{}]|None|Decimal|(?<![a-z])nan(?![a-z])", text), text


@pytest.mark.parametrize("case", CASES)
def test_what_a_case_says_fits_its_json(case):
    ev = evaluated(case)
    data = json.loads(ev.text)
    assert data["audit"]["checked"] == len(ev.audit.entries) > 0
    ids = [entry["id"] for entry in data["audit"]["entries"]]
    assert len(set(ids)) == len(ids)
    assert len(data["parts"]) == len(ev.parts)
    assert data["case"] == case
    assert ev.text == escaped(json.dumps(ev.data, ensure_ascii=False, indent=1)) + "\n"


@pytest.mark.parametrize("case", CASES)
def test_every_printed_figure_stands_in_the_report(case):
    """But for those that only repeat another one (`same_as`): that one stands there."""
    blocks = [placed.block for placed in report(case).blocks]
    shown = {item.address for block in blocks for item in figures(block)}
    whole = evaluated(case).case
    lost = [
        row.address(column)
        for each in (whole, *whole.parts)
        for table in each.tables
        for row in table.rows
        for column in table.listed
        if row[column].value is not None
        and row.address(column) not in shown
        and not any(same in shown for same in row["same_as"].items)
    ]
    assert lost == []
