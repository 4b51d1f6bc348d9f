"""Text that would like to be more than text."""

import io
import json
import re

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from report_sample import chart
from word_check import codes, faults, part, shown

from evalbook.blocks import Cell, Figure, Heading, Note, Proof, Prose, Run, Table
from evalbook.errors import ReportError
from evalbook.house import House
from evalbook.report import FORMATS, render
from evalbook.report.document import assemble

HOSTILE = (
    "<script>alert(1)</script>",
    '" onmouseover="x\' {{ 7*7 }} &amp; ]]>',
    '#image("x") $x$ @ref *b* _i_ \\ // /* <label>',
    '=cmd|"/c calc"!A0',
    'TOC \\o "1-9" { PAGE }',
    "上\n下\x00\x0b\x1b",
    "\u202e反向\u202c ㎡ 堃 喆 䶮",
)

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="alert(1)">'
    "<script>alert(1)</script><text>&lt;script&gt;</text></svg>"
)


def hostile_document(words):
    cells = tuple((Cell(text, text, text), Cell(text)) for text in words)
    blocks = [Heading(1, words[0])]
    for text in words:
        blocks += [
            Heading(2, text), Prose((Run(text, text, text),)), Prose((Run(text),), "item"),
            Note((Run(text),), "warning"),
        ]  # fmt: skip
    blocks.append(
        Table(
            words[0],
            ((Cell(words[1]), Cell(words[2])),),
            cells,
            ("left", "right"),
            (1.0, 1.0),
            ("body",) * len(cells),
            unit=words[2],
            notes=words,
        )
    )
    blocks.append(
        Figure(words[0], words[1], SVG, chart().png, ((words[0], Run(words[1], *words[:2])),))
    )
    facts = [(text, text) for text in words]
    proofs = {text: Proof(*words[:5]) for text in words}
    return assemble(
        blocks, title=words[0], facts=facts, status="draft", case=words[1], proofs=proofs,
        house=House(words[0], None, words[1], words[:2]),
    )  # fmt: skip


def visible(text):
    text = re.sub("[\u202a-\u202e]", "", text)
    return re.sub(r"\s+", "", re.sub("[\x00-\x08\x0b\x1b]", "□", text))


def read(data, fmt):
    if fmt == "html":
        return BeautifulSoup(data, "html.parser").get_text()
    if fmt == "pdf":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return shown(part(data))


@pytest.mark.parametrize("fmt", FORMATS)
def test_it_comes_out_as_that_text(fmt):
    data = render(hostile_document(HOSTILE), fmt)
    found = re.sub(r"[\s\u200b]+", "", read(data, fmt))
    for text in HOSTILE:
        assert visible(text) in found


def test_it_becomes_no_element_and_no_field():
    document = hostile_document(HOSTILE)
    soup = BeautifulSoup(render(document, "html"), "html.parser")
    assert len(soup.select("script")) == 2
    assert json.loads(soup.select_one("#proofs").string).keys() == set(document.proofs)
    assert not soup.select("main script, nav script, [onmouseover], [style]")
    data = render(document, "docx")
    assert {code.split()[0] for code in codes(part(data))} == {"TOC", "PAGEREF", "SEQ"}
    assert faults(data) == []


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_endless_word_breaks_anywhere(fmt):
    endless = "x" * 10_000
    table = Table(
        "表", ((Cell("甲"), Cell("乙")),), ((Cell(endless), Cell("1.00")),), ("left", "right"),
        (1.0, 1.0), ("body",),
    )  # fmt: skip
    document = assemble(
        [Heading(1, "甲"), Prose((Run(endless),)), Note((Run(endless),)), table], title="报告"
    )
    data = render(document, fmt)
    assert re.sub(r"[\s\u200b]|—\d+—", "", read(data, fmt)).count("x") == 30_000
    if fmt == "pdf":
        assert len(PdfReader(io.BytesIO(data)).pages) > 15


def test_a_character_that_no_font_has_is_named_in_pdf_and_printed_elsewhere():
    document = assemble([Heading(1, "情况"), Prose((Run("很好😀，\ue000以及𠮷"),))], title="报告")
    with pytest.raises(ReportError) as caught:
        render(document, "pdf")
    for words in ("3 个字符", "“😀”（U+1F600），见“很好😀", "U+E000", "“𠮷”（U+20BB7）"):
        assert words in str(caught.value)
    assert "😀" in render(document, "html").decode()
    assert "😀" in read(render(document, "docx"), "docx")


@pytest.mark.parametrize(
    ("fmt", "figure"),
    [
        ("pdf", Figure("坏图", "说明", "<svg", "")),
        ("pdf", Figure("坏图", "说明", "", "")),
        ("docx", Figure("坏图", "说明", '<svg xmlns="http://www.w3.org/2000/svg"/>', "!!")),
        ("docx", Figure("坏图", "说明", '<svg xmlns="http://www.w3.org/2000/svg"/>', "aGk=")),
    ],
)
def test_a_broken_picture_is_a_chinese_sentence(fmt, figure):
    with pytest.raises(ReportError, match="图"):
        render(assemble([Heading(1, "甲"), figure], title="报告"), fmt)


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="odt"):
        render(assemble([], title="报告"), "odt")


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_empty_report_is_still_a_file(fmt):
    assert render(assemble([], title="报告"), fmt)
