"""The values that each format of a report shows, taken out of the finished file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

import pypdf
from lxml import etree

from evalbook.blocks import Cell, Figure, Note, Prose, Run, Table
from evalbook.proofs import figures
from evalbook.report.document import Document
from evalbook.report.numbering import Printed

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_UNSEEN = re.compile(r"[\s\u200b\u00ad\ufeff]+")
_PAGE_NUMBER = re.compile(r"—\d+—$")


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as a format shows it; `computed` is None where the format does not say."""

    address: str
    text: str
    value: str | None = None
    computed: bool | None = None


def bare(text: str) -> str:
    """The text without what a page adds for its lines."""
    return _UNSEEN.sub("", text)


def of_document(document: Document, *, drawn: bool = True) -> list[Shown]:
    """The values of the blocks in their order, those of charts only if `drawn`."""
    return [
        Shown(each.address, bare(each.text), each.value, each.computed)
        for placed in document.blocks
        if drawn or not isinstance(placed.block, Figure)
        for each in figures(placed.block)
        if each.address and each.text
    ]


# ---- HTML


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Shown] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.inside and tag not in {"wbr", "br"}:
            self.inside.append(tag)
        known = dict(attrs)
        if "data-address" in known:
            address = str(known["data-address"])
            value, computed = known.get("data-value"), "data-computed" in known
            self.found.append(Shown(address, "", value or "", computed))
            self.inside = [tag]

    def handle_endtag(self, tag: str) -> None:
        if self.inside:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if self.inside:
            last = self.found[-1]
            self.found[-1] = Shown(last.address, last.text + bare(data), last.value, last.computed)


def of_html(page: bytes) -> list[Shown]:
    """The values by their attributes; a page that never says `computed` says nothing of it."""
    reader = _Page()
    reader.feed(page.decode("utf-8"))
    if any(each.computed for each in reader.found):
        return reader.found
    return [Shown(each.address, each.text, each.value) for each in reader.found]


# ---- Word


def of_word(data: bytes) -> list[Shown]:
    """The values in content controls, by their tags."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    found = []
    for control in root.iter(f"{W}sdt"):
        tag = control.find(f"{W}sdtPr/{W}tag")
        if tag is not None:
            text = "".join(each.text or "" for each in control.iter(f"{W}t"))
            found.append(Shown(str(tag.get(f"{W}val")), bare(text)))
    return found


# ---- PDF


def pdf_faults(document: Document, data: bytes) -> list[str]:
    """The lines with a value that do not stand in the PDF, each after the one before it.

    A line is a paragraph, or a row of a table. A row that is torn over two pages has all its
    letters, in another order.
    """
    pages = _pages(document, data)
    text, ends = "".join(pages), set(_ends(pages))
    at, faults = 0, []
    for line in _lines(document):
        found = text.find(line, at)
        torn = sorted(text[at : at + len(line)]) == sorted(line)
        if torn and ends & set(range(at, at + len(line))):
            at += len(line)
        elif found < 0:
            faults.append(line)
        else:
            at = found + len(line)
    return faults


def _pages(document: Document, data: bytes) -> list[str]:
    """The text of each page without its number, the mark of a draft and a repeated header."""
    headers = {
        bare("".join(cell.text for row in placed.block.header for cell in row))
        for placed in document.blocks
        if isinstance(placed.block, Table)
    }
    pages = []
    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        text = _PAGE_NUMBER.sub("", bare(page.extract_text()))
        text = text.removeprefix(bare(document.draft_mark))
        pages.append(next((text[len(h) :] for h in headers if h and text.startswith(h)), text))
    return pages


def _ends(pages: list[str]) -> Iterator[int]:
    at = 0
    for page in pages:
        at += len(page)
        yield at


def _lines(document: Document) -> Iterator[str]:
    for placed in document.blocks:
        for cells in _parts(placed.block):
            if any(cell.address for cell in cells):
                yield bare("".join(cell.text for cell in cells))


def _parts(block: Printed) -> Iterator[Sequence[Run | Cell]]:
    match block:
        case Prose() | Note():
            yield block.runs
        case Table():
            yield from (*block.header, *block.rows)
