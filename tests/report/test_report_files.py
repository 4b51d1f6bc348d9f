"""The same figures, headings and captions stand in HTML, PDF and Word."""

import re
from dataclasses import replace

import docx
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from word_check import headings, part, shown

from evalbook.blocks import Note, Prose, Table
from evalbook.report import FORMATS, render


def squeezed(text):
    return re.sub(r"[\s\u200b]+", "", text)


def texts(document):
    """Every stretch of text that a reader must find, spaces aside."""
    yield document.title
    for pair in document.facts:
        yield from pair
    for placed in document.blocks:
        block = placed.block
        yield placed.title
        if isinstance(block, Prose | Note):
            yield "".join(run.text for run in block.runs)
        if isinstance(block, Table):
            yield from block.notes
            for row in (*block.header, *block.rows):
                yield from (cell.text for cell in row)


def values(document):
    for placed in document.blocks:
        block = placed.block
        if isinstance(block, Prose | Note):
            yield from (run for run in block.runs if run.address)
        if isinstance(block, Table):
            yield from (cell for row in block.rows for cell in row if cell.address)


def read_html(path):
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    for unseen in soup.select("style, title, nav"):
        unseen.decompose()
    return soup.get_text()


def read_pdf(path):
    """Page after page, without the page number and the mark of a draft."""
    pages = (page.extract_text() for page in PdfReader(path).pages)
    return "".join(re.sub(r"— \d+ —|征求意见稿", "", page) for page in pages)


def read_docx(path):
    """Word's own numbers of headings stand before their words, as they are printed."""
    data = path.read_bytes()
    return "".join([*headings(data), shown(part(data))])


READERS = {"html": read_html, "pdf": read_pdf, "docx": read_docx}


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_text_can_be_read_back(document, files, fmt):
    found = squeezed(READERS[fmt](files[fmt]))
    missing = {text for text in texts(document) if squeezed(text) not in found}
    assert not missing


def marks(path, fmt):
    """Text that stands where a draft would be marked."""
    if fmt == "html":
        return path.read_text("utf-8").split("<main>")[0]
    if fmt == "pdf":
        return "".join(page.extract_text() for page in PdfReader(path).pages)
    return "".join(p.text for p in docx.Document(path).sections[0].header.paragraphs)


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_draft_is_marked_and_a_final_report_is_not(document, files, fmt, tmp_path):
    path = tmp_path / f"final.{fmt}"
    path.write_bytes(render(replace(document, status="final"), fmt))

    assert "征求意见稿" in marks(files[fmt], fmt)
    assert "征求意见稿" not in marks(path, fmt)


def test_html_figures_carry_address_and_value(document, files):
    soup = BeautifulSoup(files["html"].read_text("utf-8"), "html.parser")
    found = [
        (one["data-address"], one["data-value"], one.get_text())
        for one in soup.select("[data-address]")
    ]
    assert found == [(v.address, v.value, v.text) for v in values(document)]
    assert (
        soup.select_one("[data-address='score.total']")["title"] == "来源：score.total，数值：90.31"
    )


def test_html_contents_lead_to_the_headings(document, files):
    soup = BeautifulSoup(files["html"].read_text("utf-8"), "html.parser")
    links = soup.select("nav a")
    assert [link.get_text() for link in links] == [placed.title for placed in document.contents]
    assert all(soup.find(id=link["href"][1:]).get_text() == link.get_text() for link in links)


def printed_pages(pdf):
    """Page texts by printed number: the body begins after cover and contents."""
    pages = [squeezed(page.extract_text()) for page in PdfReader(pdf).pages]
    numbered = {}
    for text in pages[2:]:
        number = re.search(r"—(\d+)—$", text) or re.search(r"—(\d+)—", text)
        numbered[int(number[1])] = text
    return pages[1], numbered


def test_pdf_contents_give_the_right_pages(document, files):
    contents, pages = printed_pages(files["pdf"])
    for placed in document.contents:
        title = squeezed(placed.title)
        listed = [int(n) for n in re.findall(re.escape(title) + r"\.*(\d+)", contents)]
        assert any(title in pages[number] for number in listed), placed.title


def test_word_contents_hold_the_pages_of_the_pdf(document, files):
    contents, _ = printed_pages(files["pdf"])
    word = docx.Document(files["docx"])
    entries = [p.text for p in word.paragraphs if p.style.style_id.startswith("TOC")]
    assert len(entries) == len(document.contents)
    for entry in entries:
        title, page = entry.split("\t")
        assert re.search(re.escape(squeezed(title)) + rf"\.*{page}", contents)


def test_pdf_says_what_it_is(document, files):
    reader = PdfReader(files["pdf"])
    assert reader.metadata.title == document.title
    assert reader.metadata.creation_date.date().isoformat() == "2020-10-30"
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    outline = [item.title for item in reader.outline if not isinstance(item, list)]
    assert outline[:2] == ["一、基本情况", "二、评价工作开展情况"]
    fonts = {
        font.get_object()["/BaseFont"].split("+")[1].removesuffix("-Identity-H")
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts == {"NotoSerifSC-Regular", "NotoSansSC-Regular"}
    assert {(round(p.mediabox.width), round(p.mediabox.height)) for p in reader.pages} == {
        (595, 842), (842, 595),
    }  # fmt: skip
