"""Hostile text in every text field of real cases comes out as that text, harmless, everywhere."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from browsing import Visit
from bs4 import BeautifulSoup
from hostile_text import CLOSED, Spoiler, Spot, copied, spoil, squeezed
from lxml import etree
from pypdf import PdfReader
from test_every_case import SECTIONS, cells

from evalbook import Evaluation, evaluate, load
from evalbook.audit_xlsx import audit_xlsx
from evalbook.blocks import Block, Stamp
from evalbook.errors import InputError, ReportError
from evalbook.forms.case_form import form_of
from evalbook.forms.official import official
from evalbook.forms.words import form_words
from evalbook.house import load_house
from evalbook.paths import Workbook
from evalbook.preview import bundle
from evalbook.proofs import proofs
from evalbook.report import render
from evalbook.report.document import Document, assemble
from evalbook.sections import overview
from evalbook.spreadsheet import text_in

POPPLER = shutil.which("pdftotext")
WIDTHS = re.compile(r"#[\w-]+ [\w:()> -]+\{(min-)?width:[\d.]+(em|%)\}\n")
EDGES = ("xmin", "ymin", "xmax", "ymax")
CASES = ("changsha-2019", "panzhihua-2020")
pytestmark = pytest.mark.thorough
FORMATS = ("html", "pdf", "docx")
NOT_SHOWN = re.compile(
    r"AuditSettings\..*|HouseFile\..*|TableKind\.(name|reference|relations\.(instead\.)?reference|columns\.\*\.synonyms)"
    r"|(RuleSet|Units)\..*\b(description|reference|unit)|RuleSet\.rules\..*|Units\.reference"
    r"|Framework\.(advisory|(least_shares|variants)\.\w+|indicators\.\w+)"
    r"|CaseParams\.region|PartSource\.(document|publisher)|[\w.]+\.(note|number|place|unit|source)"
)
"""Texts for the workbook's own people, and remarks that a table need not show."""
EXPRESSED = re.compile(r"[\w.]+\.unit")
"""A unit is read: 元/人 comes out as what it was worked out to."""


@dataclass(frozen=True)
class Spoilt:
    """A workbook of hostile cases, what was written into it, and what became of them."""

    book: Workbook
    spots: tuple[Spot, ...]
    evaluations: dict[str, Evaluation]
    blocks: dict[str, list[Block]]
    documents: dict[str, Document]


def blocks_of(ev: Evaluation) -> list[Block]:
    """What the shared notebooks show of a case, without a kernel."""
    shown: list[Block] = []

    def show(blocks: Iterable[Block]) -> None:
        shown.extend(block for block in blocks if not isinstance(block, Stamp))

    names: dict[str, Any] = {**SECTIONS, "ev": ev, "show": show}
    for source in cells():
        exec(compile(source, "cell", "exec"), names)
    return shown


def document_of(book: Workbook, ev: Evaluation, blocks: list[Block]) -> Document:
    params = ev.case.params
    return assemble(
        blocks,
        title=params.title,
        facts=overview.title_facts(ev),
        status="final",
        date=params.date,
        case=ev.case.id,
        proofs=proofs(ev, blocks),
        house=load_house(book),
    )


def made(folder: Path, spoiler: Spoiler, cases: Sequence[str] = CASES) -> Spoilt:
    book = copied(folder, cases)
    spoil(book, spoiler)
    evaluations = {case: evaluate(load(case, book)) for case in cases}
    blocks = {case: blocks_of(ev) for case, ev in evaluations.items()}
    documents = {case: document_of(book, evaluations[case], blocks[case]) for case in cases}
    return Spoilt(book, tuple(spoiler.spots), evaluations, blocks, documents)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Spoilt:
    return made(tmp_path_factory.mktemp("hostile") / "book", Spoiler())


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Spoilt:
    """The same cases with nothing hostile in them."""
    return made(tmp_path_factory.mktemp("plain") / "book", Spoiler(only=frozenset()))


@pytest.fixture(scope="module")
def rendered(spoilt: Spoilt):
    return cache(lambda case, fmt: render(spoilt.documents[case], fmt))


def whole(said: str, spots: Iterable[Spot]) -> tuple[set[str], list[str]]:
    """The fields whose marks stand in what is said, and texts that do not stand there whole."""
    fields, wrong = set(), []
    for spot in spots:
        if spot.mark not in said or EXPRESSED.fullmatch(spot.field):
            continue
        fields.add(spot.field)
        hostile = squeezed(spot.text.split(spot.mark)[0])
        if not stands(f"{hostile}{spot.mark}", said):
            at = said.index(spot.mark)
            wrong.append(f"{spot.field}: {hostile[-60:]} came out as {said[max(0, at - 60) : at]}")
    return fields, wrong


def stands(text: str, said: str) -> bool:
    """Whether a text stands there in one piece, or in two where a page ends."""
    return text in said or any(
        text[:end] in said and text[end:] in said for end in range(6, len(text) - 6)
    )


# ---- the door


@pytest.mark.parametrize("field", sorted(CLOSED))
def test_a_field_with_a_syntax_refuses_other_text(tmp_path, field):
    book = copied(tmp_path, ["taojiang-2021"])
    spoiler = Spoiler(only=frozenset({field}), closed=frozenset())
    spoil(book, spoiler)
    assert spoiler.spots, f"no case has {field}"
    with pytest.raises(InputError) as caught:
        load("taojiang-2021", book)
    assert all(len(line) < 2_000 for line in str(caught.value).splitlines())


# ---- what is shown


def test_every_text_field_is_shown_or_known_not_to_be(spoilt, rendered):
    said = "".join(squeezed(BeautifulSoup(rendered(c, "html"), "lxml").get_text()) for c in CASES)
    shown, wrong = whole(said, spoilt.spots)
    fields = {spot.field for spot in spoilt.spots}
    assert wrong == []
    assert len(shown) > 60
    assert sorted(f for f in fields - shown if not NOT_SHOWN.fullmatch(f)) == []


@pytest.mark.parametrize(("case", "fmt"), [*((case, "docx") for case in CASES), (CASES[0], "pdf")])
def test_every_output_shows_what_the_page_shows(spoilt, rendered, case, fmt):
    page, _ = whole(text_of(rendered(case, "html"), "html"), spoilt.spots)
    shown, wrong = whole(text_of(rendered(case, fmt), fmt), spoilt.spots)
    assert wrong == []
    assert page - shown == set()


def text_of(data: bytes, fmt: str) -> str:
    """All text of a report in the order of reading, without spaces."""
    if fmt == "html":
        return squeezed(BeautifulSoup(data, "lxml").get_text())
    if fmt == "pdf":
        pages = [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages]
        return "".join(re.sub(r"—\d+—$|^—\d+—", "", page) for page in pages)
    return squeezed("".join(word_xml(data).itertext(W + "t")))


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def word_xml(data: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


# ---- nothing but text


@pytest.mark.parametrize("case", CASES)
def test_a_page_has_no_element_attribute_or_script_that_a_plain_case_has_not(rendered, plain, case):
    hostile = BeautifulSoup(rendered(case, "html"), "lxml")
    usual = BeautifulSoup(render(plain.documents[case], "html"), "lxml")
    assert anatomy(hostile) <= anatomy(usual) | {("wbr", "")}
    assert acting(hostile) == acting(usual)
    assert not [e for e in hostile.select('script[type="application/json"]') if "<" in e.text]
    links = {e[key] for key in ("href", "src", "action") for e in hostile.select(f"[{key}]")}
    assert [link for link in links if not link.startswith(("#", "data:image/"))] == []
    assert [e for e in hostile.select("[style]") if "〖" in e["style"]] == []


def acting(soup: BeautifulSoup) -> list[str]:
    """The styles and scripts of a page, but for widths of columns and data that nothing runs."""
    found = soup.select('style, script:not([type="application/json"])')
    return [WIDTHS.sub("", str(each)) for each in found]


def anatomy(soup: BeautifulSoup) -> set[tuple[str, str]]:
    return {(e.name, key) for e in soup.find_all(True) for key in ("", *e.attrs)}


@pytest.mark.parametrize("case", CASES)
def test_word_has_no_field_link_or_part_of_a_case_s_making(rendered, plain, case):
    hostile, usual = rendered(case, "docx"), render(plain.documents[case], "docx")
    assert field_words(hostile) <= field_words(usual)
    with zipfile.ZipFile(io.BytesIO(hostile)) as archive:
        names = archive.namelist()
        related = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
        assert b'TargetMode="External"' not in related
        assert "〖".encode() not in related
        assert not [name for name in names if re.search(r"vba|activeX|embeddings|\.bin$", name)]
        parts = [archive.read(name) for name in names if name.endswith(".xml")]
    for text in ("w:instrText", "w:instr=", "w:anchor="):
        assert not [part for part in parts if re.search(f"{text}[^<]*〖".encode(), part)]
    assert not re.search("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", b"".join(parts).decode())


def field_words(data: bytes) -> set[str]:
    return {each.text.split()[0] for each in word_xml(data).iter(W + "instrText")}


def test_a_pdf_has_nothing_that_acts(rendered):
    reader = PdfReader(io.BytesIO(rendered(CASES[0], "pdf")))
    for key in ("/OpenAction", "/AA", "/JavaScript", "/AcroForm"):
        assert key not in reader.trailer["/Root"]
    for page in reader.pages:
        assert "/AA" not in page
        for note in page.get("/Annots", ()):
            action = note.get_object().get("/A", {})
            assert note.get_object()["/Subtype"] == "/Link"
            assert action.get("/S", "/GoTo") == "/GoTo"


@pytest.mark.parametrize("case", CASES)
def test_a_spreadsheet_holds_text_and_no_formula(spoilt, case):
    ev = spoilt.evaluations[case]
    form = official(form_of(ev.case, form_words(spoilt.book)), form_words(spoilt.book))
    for data in (audit_xlsx(ev.audit, ev.case.params.title), form):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert not [n for n in archive.namelist() if "vba" in n or "externalLink" in n]
            sheets = [archive.read(n) for n in archive.namelist() if "/worksheets/" in n]
        assert not [sheet for sheet in sheets if re.search(b"<(f|hyperlinks?)[ >]", sheet)]
        said = "".join(
            squeezed(text_in(str(cell.value)))
            for sheet in openpyxl.load_workbook(io.BytesIO(data))
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        )
        shown, wrong = whole(said, spoilt.spots)
        assert shown
        assert wrong == []


@pytest.mark.parametrize("case", CASES)
def test_the_json_is_the_same_data_with_nothing_unseen_in_it(spoilt, case):
    ev = spoilt.evaluations[case]
    assert json.loads(ev.text) == json.loads(json.dumps(ev.data))
    assert not re.search("[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", ev.text)


@pytest.mark.parametrize("case", CASES)
def test_previews_are_text_in_html_and_in_markdown(spoilt, plain, case):
    def pages(made: Spoilt) -> BeautifulSoup:
        return BeautifulSoup("".join(bundle(b)["text/html"] for b in made.blocks[case]), "lxml")

    hostile = pages(spoilt)
    assert anatomy(hostile) <= anatomy(pages(plain))
    shown, wrong = whole(squeezed(hostile.get_text()), spoilt.spots)
    assert shown
    assert wrong == []
    for block in spoilt.blocks[case]:
        for kind in ("text/html", "text/markdown", "text/plain"):
            said = bundle(block)[kind]
            assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", said)
            assert (
                kind == "text/plain"
                or not re.search(r"(?<!\\)<(script|img)", said)
                or ("<img alt" in said)
            )


# ---- characters that no font has, words without end, a real browser

LONG = "w" * 10_000
STRANGE = "😀\ue000👩\u200d👧"
PLACES = {
    "CaseParams.title", "CaseParams.department", "Source.tables.title", "Texts.headings.text",
    "Findings.findings.title", "facts.name", "samples.name",
}  # fmt: skip


def first_of(lead: str) -> Spoiler:
    """The first text of some fields led by the same words, all else as it is."""
    return Spoiler(lambda name, number: "" if number else lead, only=frozenset(PLACES))


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Document:
    folder = tmp_path_factory.mktemp("endless") / "book"
    return made(folder, first_of(LONG), CASES[:1]).documents[CASES[0]]


def test_what_no_font_has_is_carried_by_page_and_word_and_named_by_the_pdf(tmp_path):
    document = made(tmp_path / "book", first_of(STRANGE), CASES[:1]).documents[CASES[0]]
    for fmt in ("html", "docx"):
        assert text_of(render(document, fmt), fmt).count(squeezed(STRANGE)) >= len(PLACES)
    with pytest.raises(ReportError) as caught:
        render(document, "pdf")
    for words in ("“😀”（U+1F600），见“", "（U+E000）", "“👩”（U+1F469）", "“👧”（U+1F467）"):
        assert words in str(caught.value)
    assert STRANGE[:2] in str(caught.value)


@pytest.mark.parametrize("fmt", ["html", "pdf", "docx"])
def test_an_endless_word_is_whole_and_in_time(endless, fmt):
    started = time.monotonic()
    data = render(endless, fmt)
    assert time.monotonic() - started < 20
    if fmt != "pdf":
        assert text_of(data, fmt).count(LONG) >= len(PLACES)


@pytest.mark.office
@pytest.mark.skipif(not POPPLER, reason="没有 poppler")
@pytest.mark.parametrize("name", ["hostile", "endless"])
def test_no_word_of_a_pdf_lies_outside_its_page(rendered, endless, tmp_path, name):
    data = render(endless, "pdf") if name == "endless" else rendered(CASES[0], "pdf")
    (tmp_path / "a.pdf").write_bytes(data)
    asked = [POPPLER, "-bbox", str(tmp_path / "a.pdf"), "-"]
    shown = subprocess.run(asked, capture_output=True, check=True, timeout=60).stdout
    for page in BeautifulSoup(shown, "lxml")("page"):
        width, height = float(page["width"]), float(page["height"])
        words = [(word, *(float(word[key]) for key in EDGES)) for word in page("word")]
        assert [
            word.text
            for word, left, top, right, bottom in words
            if left < 0 or top < 0 or right > width or bottom > height
        ] == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("name", ["hostile", "endless"])
def test_a_browser_shows_hostile_text_and_does_nothing(
    rendered, endless, tmp_path, browser, width, name
):
    file = tmp_path / f"{name}.html"
    shown = rendered(CASES[0], "html") if name == "hostile" else render(endless, "html")
    file.write_bytes(shown)
    visit = Visit(browser, file, {"width": width, "height": 800})
    assert visit.overflow() == 0
    visit.page.close()
    assert visit.said == []
    elsewhere = [u for u in visit.asked if not u.startswith(("file:", "data:image/"))]
    assert elsewhere == []
