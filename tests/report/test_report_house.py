"""The house style in the report: who signs, whose it is, and the mark of a draft on every page."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from dataclasses import replace
from functools import cache

import docx
import pytest
from PIL import Image
from pypdf import PdfReader

from evalbook.blocks import Cell, Heading, Prose, Run, Signatures, Table
from evalbook.house import House, Logo
from evalbook.report import FORMATS, render
from evalbook.report.document import DRAFT_MARK, Document, assemble


def _logo() -> Logo:
    out = io.BytesIO()
    Image.new("RGB", (60, 24), (12, 90, 160)).save(out, "PNG")
    return Logo(out.getvalue(), "png", 60, 24)


OFFICE = House(
    organisation="某市财政局预算绩效评价中心",
    logo=_logo(),
    disclaimer="本报告只供内部使用。\n未经许可不得转载。",
    signatures=("评价机构负责人", "项目负责人"),
)
WIDE = Table(
    "很宽的一张表",
    header=(tuple(Cell(f"第{n}栏") for n in range(16)),),
    rows=(tuple(Cell("1234567.89") for _ in range(16)),) * 60,
    align=("right",) * 16,
    widths=(1.0,) * 16,
    kinds=("body",) * 60,
)


def document(status: str = "draft", house: House = OFFICE) -> Document:
    """Several pages, upright and across, with an annex."""
    blocks = [
        Heading(1, "基本情况"),
        *(Prose((Run("评价组逐项核对了材料。" * 30),)) for _ in range(8)),
        WIDE,
        Heading(1, "指标评分表", annex=True),
        Prose((Run("见下表。"),)),
    ]
    facts = (("评价机构", "某公司"),)
    return assemble(blocks, title="示例报告", facts=facts, status=status, house=house)


@cache
def made(fmt: str, status: str = "draft", plain: bool = False) -> bytes:
    return render(document(status, House() if plain else OFFICE), fmt)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def html_pages(data: bytes) -> list[str]:
    body = re.sub(r"<(style|script).*?</\1>", "", data.decode(), flags=re.DOTALL)
    return [squeezed(re.sub(r"<[^>]+>", "", body))]


def pdf_pages(data: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages]


def docx_pages(data: bytes) -> list[str]:
    """The body; Word makes the pages."""
    body = docx.Document(io.BytesIO(data)).element.body
    return [squeezed("".join(body.itertext()))]


PAGES = {"html": html_pages, "pdf": pdf_pages, "docx": docx_pages}


@cache
def text(fmt: str, status: str = "draft", plain: bool = False) -> str:
    return "".join(PAGES[fmt](made(fmt, status, plain)))


# ---- the document


def test_signatures_stand_at_the_end_of_the_body():
    blocks = [placed.block for placed in document().blocks]
    (place,) = [n for n, block in enumerate(blocks) if isinstance(block, Signatures)]
    assert blocks[place] == Signatures(OFFICE.signatures)
    assert isinstance(blocks[place - 1], Table)
    annex = blocks[place + 1]
    assert isinstance(annex, Heading) and annex.annex
    plain = [placed.block for placed in document(house=House()).blocks]
    assert [block for block in plain if isinstance(block, Signatures)] == []


def test_a_house_s_own_words_are_made_harmless():
    spoilt = replace(
        OFFICE,
        organisation="某局\n\u202e中心\x07",
        disclaimer="一\r\n二\x00\n",
        signatures=("甲\t乙",),
    )
    house = document(house=spoilt).house
    assert house.organisation == "某局 中心□"
    assert house.disclaimer == "一\n二□"
    assert house.signatures == ("甲 乙",)


def test_only_a_draft_has_a_mark():
    assert document("draft").draft_mark == DRAFT_MARK
    assert document("final").draft_mark == ""


# ---- the formats


def logos(fmt: str, data: bytes) -> list[bytes]:
    """The pictures that could be the logo: as their files, in PDF as their size."""
    if fmt == "html":
        found = re.findall(r'<img[^>]*src="data:image/png;base64,([^"]+)"', data.decode())
        return [base64.b64decode(code) for code in found]
    if fmt == "docx":
        archive = zipfile.ZipFile(io.BytesIO(data))
        return [archive.read(name) for name in archive.namelist() if "media/" in name]
    pages = PdfReader(io.BytesIO(data)).pages
    sizes = [image.image.size for page in pages for image in page.images if image.image]
    return [OFFICE.logo.data for size in sizes if size == (60, 24)]


@pytest.mark.thorough
@pytest.mark.parametrize("fmt", FORMATS)
def test_whose_report_it_is_and_what_it_is_for(fmt):
    for words in (OFFICE.organisation, *OFFICE.disclaimer.splitlines()):
        assert words in text(fmt)
        assert words not in text(fmt, plain=True)


@pytest.mark.thorough
@pytest.mark.parametrize("fmt", FORMATS)
def test_the_logo_is_there_once(fmt):
    assert logos(fmt, made(fmt)) == [OFFICE.logo.data]
    assert logos(fmt, made(fmt, plain=True)) == []


@pytest.mark.parametrize("fmt", FORMATS)
def test_who_signs_is_printed(fmt):
    for label in OFFICE.signatures:
        assert label in text(fmt)
        assert label not in text(fmt, plain=True)


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_mark_is_in_a_draft_and_not_in_a_final_report(fmt):
    if fmt == "docx":
        assert _headers("draft") != [] and set(_headers("draft")) == {DRAFT_MARK}
        assert set(_headers("final")) <= {""}
    else:
        assert DRAFT_MARK in text(fmt)
    assert DRAFT_MARK not in text(fmt, "final")


def test_every_page_of_a_draft_has_the_mark_in_pdf():
    pages = pdf_pages(made("pdf"))
    assert len(pages) > 4
    assert [n for n, page in enumerate(pages) if DRAFT_MARK not in page] == []


def _headers(status: str) -> list[str]:
    """What each page header of the Word file prints, those of first and even pages too."""
    found = []
    for section in docx.Document(io.BytesIO(made("docx", status))).sections:
        found.append(section.header)
        if section.different_first_page_header_footer:
            found.append(section.first_page_header)
    word = docx.Document(io.BytesIO(made("docx", status)))
    if word.settings.odd_and_even_pages_header_footer:
        found += [section.even_page_header for section in word.sections]
    return [squeezed("".join(p.text for p in header.paragraphs)) for header in found]


@pytest.mark.browser
@pytest.mark.parametrize("status", ["draft", "final"])
def test_every_printed_page_of_the_html_has_the_mark_if_it_is_a_draft(status, tmp_path, browser):
    path = tmp_path / "report.html"
    path.write_bytes(made("html", status))
    page = browser.new_page()
    page.goto(path.as_uri())
    pages = pdf_pages(page.pdf())
    page.close()
    # Chromium names one of the letters by the radical that looks like it
    marked = [n for n, printed in enumerate(pages) if DRAFT_MARK[:3] in printed]
    assert len(pages) > 2
    assert marked == (list(range(len(pages))) if status == "draft" else [])
