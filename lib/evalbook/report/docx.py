"""The report as a Word document that a person can go on editing.

Headings, contents, captions and page numbers are Word's own styles and fields. They show the
right words at once: the page numbers in the contents come from the layout of the PDF, until
Word works them out again.
"""

import base64
import binascii
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from itertools import count
from typing import cast

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.image.exceptions import UnrecognizedImageError
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Emu, Mm, Pt

from evalbook.blocks import Figure, Heading, Note, Prose, Run, Signatures, Table
from evalbook.errors import ReportError
from evalbook.packing import packed
from evalbook.report import document as words
from evalbook.report import word_styles
from evalbook.report.document import Document
from evalbook.report.numbering import Placed
from evalbook.report.paper import BOTTOM, LEFT, RIGHT, TOP, UPRIGHT, fit, stretches
from evalbook.report.pdf import file_date, heading_pages
from evalbook.report.word_table import facts_xml, table_xml
from evalbook.report.word_xml import (
    bookmark,
    elements,
    field,
    field_end,
    field_start,
    link,
    paragraph,
    run,
)

_HIGHEST = Mm(190)


def write(document: Document) -> bytes:
    """The document as .docx; the same document gives the same bytes."""
    word = docx.Document()
    word_styles.define(word)
    word.settings.odd_and_even_pages_header_footer = True
    _front(word, document)
    numbers = count(1)
    for index, stretch in enumerate(stretches(document)):
        section = _new_section(word, landscape=stretch.landscape, first=index == 0)
        if index == 0:
            _footers(section)
            _end_contents(word, document)
        for place, placed in enumerate(stretch.blocks):
            break_before = place > 0 and isinstance(placed.block, Heading) and placed.block.annex
            xml = _block(word, placed, next(numbers), stretch.landscape, break_before)
            _append(word, xml)
    _describe(word, document)
    loose = io.BytesIO()
    word.save(loose)
    return packed(loose)


def _append(word: WordDocument, xml: str) -> None:
    last = word.element.body.sectPr
    for element in elements(xml):
        last.addprevious(element)


# ---- blocks


def _block(
    word: WordDocument, placed: Placed, number: int, landscape: bool, break_before: bool
) -> str:
    block = placed.block
    match block:
        case Heading():
            title = bookmark(_name(placed), number, run(placed.title))
            before = "<w:pageBreakBefore/>" if break_before else ""
            return paragraph(f"Heading{block.level}", title, before)
        case Prose(style="item"):
            return paragraph("ReportItem", run(words.BULLET) + _runs(block.runs))
        case Prose():
            return paragraph("ReportBody", _runs(block.runs))
        case Note():
            label = run(words.NOTE_LABELS[block.tone] + "：", '<w:rFonts w:eastAsia="黑体"/>')
            return paragraph(f"Report{block.tone.capitalize()}", label + _runs(block.runs))
        case Signatures():
            lines = (f"{label}（签字）：　　　　　　　　　日期：" for label in block.labels)
            return "".join(paragraph("ReportFact", run(line)) for line in lines)
        case Table():
            caption = _caption(placed, number, block.caption, "<w:keepNext/>")
            return caption + table_xml(block, fit(block, landscape))
        case Figure():
            caption = _caption(placed, number, block.caption, "")
            return paragraph("ReportFigure", _picture(word, block, number)) + caption


def _runs(runs: Iterable[Run]) -> str:
    return "".join(run(one.text) for one in runs)


def _caption(placed: Placed, number: int, caption: str, properties: str) -> str:
    """表 3-1: the last figure is a field that counts the tables of chapter 3."""
    chapter, own = placed.number.rsplit("-", 1)
    counted = field(f"SEQ {chapter.replace(' ', '')} \\* ARABIC", own)
    label = bookmark(_name(placed), number, run(f"{chapter}-") + counted)
    return paragraph("Caption", label + run("　" + caption if caption else ""), properties)


def _name(placed: Placed) -> str:
    """The bookmark of a heading or a caption; Word hides names that begin so."""
    return "_Toc_" + placed.anchor.replace("-", "_")


def _picture(word: WordDocument, figure: Figure, number: int) -> str:
    try:
        data = io.BytesIO(base64.b64decode(figure.png, validate=True))
        _, image = word.part.get_or_add_image(data)
    except (binascii.Error, UnrecognizedImageError) as error:
        message = f"图“{figure.caption}”的 PNG 图像打不开，不能放进 Word。请检查生成它的单元格。"
        raise ReportError(message) from error
    scale = min(1.0, Mm(UPRIGHT) / image.width, _HIGHEST / image.height)
    size = (round(image.width * scale), round(image.height * scale))
    inline = word.part.new_pic_inline(data, *map(Emu, size))
    inline.docPr.set("id", str(number))
    inline.docPr.set("name", f"图 {number}")
    inline.docPr.set("descr", figure.alt)
    return f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r>"


# ---- cover, contents, sections


def _front(word: WordDocument, document: Document) -> None:
    section = word.sections[0]
    _lay(section, landscape=False)
    for header in (section.header, section.even_page_header):
        header.paragraphs[0].text = document.draft_mark
    for footer in (section.footer, section.even_page_footer):
        footer.is_linked_to_previous = False
    _append(word, paragraph("Title", run(document.title)) + facts_xml(document.facts))
    _append(word, "".join(_contents(document)))


def _contents(document: Document) -> Iterator[str]:
    """Title and entries, in a field that begins here."""
    pages = heading_pages(document)
    depth = words.CONTENTS_DEPTH
    yield paragraph("ReportContents", run(words.CONTENTS_TITLE))
    start = field_start(f'TOC \\o "1-{depth}" \\h \\z \\u')
    for placed in document.contents:
        name = _name(placed)
        page = field(f"PAGEREF {name} \\h", str(pages[placed.anchor]))
        entry = link(name, run(placed.title) + "<w:r><w:tab/></w:r>" + page)
        yield paragraph(f"TOC{cast(Heading, placed.block).level}", start + entry)
        start = ""


def _end_contents(word: WordDocument, document: Document) -> None:
    """In the break after them, so that contents of a full page take no other."""
    if document.contents:
        word.paragraphs[-1]._p.extend(elements(field_end()))


def _new_section(word: WordDocument, *, landscape: bool, first: bool) -> Section:
    """A section after a break that is one point high; pages count from the first one."""
    section: Section = word.add_section(WD_SECTION.NEW_PAGE)
    word.paragraphs[-1].paragraph_format.line_spacing = Pt(1)
    _lay(section, landscape=landscape)
    settings = section._sectPr
    for old in settings.findall(qn("w:pgNumType")):
        settings.remove(old)
    if first:
        settings.find(qn("w:pgMar")).addnext(next(iter(elements('<w:pgNumType w:start="1"/>'))))
    return section


def _lay(section: Section, *, landscape: bool) -> None:
    """Size, direction and margins; across, the margins turn with the sheet."""
    top, right, bottom, left = (
        (LEFT, BOTTOM, RIGHT, TOP) if landscape else (TOP, RIGHT, BOTTOM, LEFT)
    )
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    width, height = (297, 210) if landscape else (210, 297)
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.header_distance = Mm(top - 14)
    section.footer_distance = Mm(bottom - 13)


def _footers(section: Section) -> None:
    """— 1 — outside: right on odd pages, left on even ones."""
    number = run("— ") + field("PAGE", "1") + run(" —")
    for footer, side, indent in (
        (section.footer, "right", '<w:ind w:rightChars="100" w:right="280"/>'),
        (section.even_page_footer, "left", '<w:ind w:leftChars="100" w:left="280"/>'),
    ):
        footer.is_linked_to_previous = False
        old = footer.paragraphs[0]._p
        for new in elements(paragraph("Footer", number, f'{indent}<w:jc w:val="{side}"/>')):
            old.addprevious(new)
        old.getparent().remove(old)


# ---- the file


def _describe(word: WordDocument, document: Document) -> None:
    about = word.core_properties
    about.title, about.keywords, about.language = document.title[:255], document.case, "zh-CN"
    about.author = about.last_modified_by = about.comments = ""
    about.revision = 1
    moment = dt.datetime.combine(file_date(document), dt.time())
    about.created = about.modified = moment
    package = word.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del package.rels[key]
