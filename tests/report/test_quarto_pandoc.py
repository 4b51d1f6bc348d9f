"""Pandoc, which is the reader that Quarto has, finds the report's words, tables and order.

Debian's pandoc runs as a separate program. Quarto joins the Markdown cells of a notebook, hands
them to Pandoc and lets it parse the tables in HTML; so do these tests.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from report_sample import report as sample
from test_every_case import A_FEW_FIRST
from test_every_case import report as report_of
from test_report_hostile import HOSTILE, hostile_document

from evalbook.blocks import Figure, Heading, Note, Prose, Signatures, Table
from evalbook.report.document import BULLET, NOTE_LABELS
from evalbook.report.quarto_notebook import notebook
from evalbook.report.tables import spots

PANDOC = shutil.which("pandoc")
pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(PANDOC is None, reason="没有 Pandoc"),
]
TABLES = Path(__file__).with_name("quarto_tables.lua")
SIDES = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center", "AlignDefault": ""}


def read(document):
    """Title and blocks as Pandoc reads them."""
    cells = notebook(document, [])["cells"]
    text = "\n\n".join("".join(cell["source"]) for cell in cells)
    command = [PANDOC, "--from", "markdown", "--to", "json", "--lua-filter", str(TABLES)]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    found = json.loads(done.stdout)
    return words(found["meta"]["title"]["c"]), list(flat(found["blocks"]))


def words(inlines):
    """The text; any inline that text of ours must not become fails."""
    text = ""
    for inline in inlines:
        match inline:
            case {"t": "Str", "c": found}:
                text += found
            case {"t": "Space"}:
                text += " "
            case {"t": "LineBreak"}:
                text += "\n"
            case {"t": "Strong", "c": inner} | {"t": "Span", "c": [_, inner]}:
                text += words(inner)
            case {"t": "Image", "c": [_, alt, [source, _]]}:
                text += f"[{source}]{words(alt)}"
            case _:
                raise AssertionError(f"not text: {inline}")
    return text.replace("\u200b", "")


def flat(blocks):
    """Every block with its words, in order."""
    for block in blocks:
        match block:
            case {"t": "Header", "c": [level, [anchor, *_], inlines]}:
                yield "heading", level, anchor, words(inlines)
            case {"t": "Para" | "Plain", "c": inlines}:
                yield "text", words(inlines)
            case {"t": "BlockQuote", "c": inner} | {"t": "Div", "c": [_, inner]}:
                yield from flat(inner)
            case {"t": "Table", "c": [_, [_, []], _, [_, head], bodies, [_, []]]}:
                rows = [row for body in bodies for row in body[3]]
                assert not [row for body in bodies for row in body[2]]
                yield "table", cells_of(head), cells_of(rows)
            case {"t": "RawBlock", "c": ["typst", _]}:
                pass
            case _:
                raise AssertionError(f"unexpected block: {block}")


def cells_of(rows):
    return [
        [
            (SIDES[side["t"]], down, across, "".join(text for _, text in flat(blocks)))
            for _, side, down, across, blocks in cells
        ]
        for _, cells in rows
    ]


def expected(document):
    if document.draft_mark:
        yield "text", document.draft_mark
    if document.house.disclaimer:
        yield "text", "声明"
        yield "text", document.house.disclaimer
    for placed in document.blocks:
        yield from shown(placed)


def shown(placed):
    match placed.block:
        case Heading(level=level):
            yield "heading", level, placed.anchor, placed.title
        case Prose(runs=runs, style=style):
            bullet = BULLET if style == "item" else ""
            yield "text", bullet + "".join(run.text for run in runs)
        case Note(runs=runs, tone=tone):
            yield "text", f"{NOTE_LABELS[tone]}：" + "".join(run.text for run in runs)
        case Signatures(labels=labels):
            for label in labels:
                yield "text", f"{label}（签字）：　　　　　　　　　日期："
        case Figure(alt=alt):
            yield "text", f"[figures/{placed.anchor}.png]{alt}"
            yield "text", placed.title
        case Table() as table:
            yield "text", placed.title
            if table.unit:
                yield "text", f"单位：{table.unit}"
            head = expected_cells(table, table.header, "center")
            yield "table", head, expected_cells(table, table.rows)
            for note in table.notes:
                yield "text", note


def expected_cells(table, rows, side=""):
    return [
        [
            (
                side or table.align[spot.column],
                spot.cell.rowspan,
                spot.cell.colspan,
                spot.cell.text,
            )
            for spot in line
            if spot.first
        ]
        for line in spots(rows, len(table.widths))
    ]


def spaced(found):
    """Plain spaces as HTML shows them: one between words, none at the ends of a line."""
    if isinstance(found, str):
        lines = (re.sub(" +", " ", line).strip(" ") for line in found.split("\n"))
        return "\n".join(lines).strip("\n")
    return [spaced(one) for one in found] if isinstance(found, list | tuple) else found


def same(document):
    title, found = read(document)
    if document.facts:
        facts = next(one for one in found if one[0] == "table")
        found.remove(facts)
        pairs = [[cell[3] for cell in row] for row in facts[2]]
        assert spaced(pairs) == spaced([[f"{label}：", value] for label, value in document.facts])
    assert title == document.title
    assert spaced(found) == spaced(list(expected(document)))


@pytest.mark.parametrize("case", A_FEW_FIRST)
def test_a_case_is_read_back_whole(case):
    same(report_of(case))


def test_a_draft_with_merged_cells_is_read_back_whole():
    document = sample(30)
    assert any(
        cell.rowspan > 1 and placed.block.caption
        for placed in document.blocks
        if isinstance(placed.block, Table)
        for row in placed.block.rows
        for cell in row
    )
    same(document)


def test_hostile_text_is_read_back_as_that_text():
    same(hostile_document((*HOSTILE, *QUARTO)))


QUARTO = (
    "{{< include /etc/passwd >}}",
    "{{{< meta title >}}}",
    "---\ntitle: 别的\n---",
    "::: {.callout-note}\n内容\n:::",
    "```{=html}\n<b>粗</b>\n```",
    "`r 1+1` `{python} 1+1`",
    "```{python}\n1+1\n```",
    "[^1] 与 [@li2020] 与 @fig-one 与 @sec-two",
    "$x^2$ 与 \\(y\\) 与 \\textbf{z}",
    "#| echo: true",
    "# 标题 {#tbl-a .b c=d}",
    "1. 甲\n2. 乙",
    "- 甲\n+ 乙\n* 丙",
    "    缩进四格",
    "甲  乙   丙",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "~~删~~ ^上^ ~下~ **粗** _斜_ ==标==",
    "https://example.com www.example.com <a@b.cn>",
    "“引”\"引\" '引' -- --- ... (c)",
    "&amp; &#42; &lt;",
    "[文字](javascript:alert(1)){.x}",
    "![图](x.png)",
    "名词\n:   解释",
    "甲\\\n乙\\",
    "\\newpage {{pagebreak}} \\pagebreak",
    "[TODO] [ ] [x]",
    "(@) (a) A) i.",
    "+---+\n| a |\n+---+",
    "*[缩写]: 全文",
    "== == ====",
    "%标题",
    "　全角空格　在两头　",
)
