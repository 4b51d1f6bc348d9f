"""The report as a Word document that a person can go on editing.

Headings, contents, captions and page numbers are Word's own styles and fields. They show the
right words at once: the page numbers in the contents come from the layout of the PDF, until
Word works them out again.
"""

import base64
import binascii
import datetime as dt
import io
from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any, cast

import docx
from docx.document import Document as WordDocument
from docx.image.exceptions import UnrecognizedImageError
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.parts.image import ImagePart
from docx.shared import Mm

from evalbook.blocks import Figure, Heading
from evalbook.errors import ReportError
from evalbook.house import Logo
from evalbook.packing import packed
from evalbook.report import document as words
from evalbook.report.document import Document
from evalbook.report.paper import UPRIGHT, stretches
from evalbook.report.pdf import file_date, heading_pages
from evalbook.report.title import SIZES, cover
from evalbook.report.word_blocks import Body, block_xml, bookmark_name
from evalbook.report.word_house import opened_on
from evalbook.report.word_page import KINDS, footer, header, section
from evalbook.report.word_table import facts_xml
from evalbook.report.word_xml import (
    body_of,
    field,
    field_end,
    field_start,
    link,
    paragraph,
    picture,
    run,
)

_HIGHEST = 190.0
_LOGO_WIDTH, _LOGO_HEIGHT = 60.0, 24.0
_EMU = Mm(1)
_LOGO_TYPES = {"png": "image/png", "jpg": "image/jpeg"}
_HIGHER_TITLE = '<w:spacing w:before="1800" w:after="1600" w:line="800" w:lineRule="exact"/>'
"""Below a logo or a name the title stands less far down, so that the cover stays one page."""


def write(document: Document) -> bytes:
    """The document as .docx; the same document gives the same bytes."""
    word = docx.Document(io.BytesIO(opened_on(document.house.reference_docx)))
    places = {placed.anchor: placed for placed in document.blocks if placed.anchor}
    body = Body(document, count(1), places, partial(_picture, word))
    old = word.element.body
    old.getparent().replace(old, body_of("".join(_parts(word, body))))
    _describe(word, document)
    loose = io.BytesIO()
    word.save(loose)
    return packed(loose)


def _parts(word: WordDocument, body: Body) -> Iterator[str]:
    """Cover and contents, then stretch by stretch; a section's properties end it."""
    document = body.document
    properties = section(landscape=False, above=_headers(word, document.draft_mark))
    yield from _front(word, body)
    above, ending = _footers(word), field_end() if document.contents else ""
    for index, stretch in enumerate(stretches(document)):
        yield paragraph("ReportBreak", ending, properties)
        first = index == 0
        properties = section(
            landscape=stretch.landscape,
            above=above if first else "",
            first_page=1 if first else None,
        )
        ending = ""
        for placed in stretch.blocks:
            yield block_xml(body, placed, stretch.landscape)
    yield properties


# ---- cover and contents


def _front(word: WordDocument, body: Body) -> Iterator[str]:
    document, house = body.document, body.document.house
    if house.logo:
        drawn = _logo(word, house.logo, next(body.numbers), words.LOGO_ALT)
        yield paragraph("ReportOrganisation", drawn)
    if house.organisation:
        yield paragraph("ReportOrganisation", run(house.organisation))
    higher = _HIGHER_TITLE if house.logo or house.organisation else ""
    yield paragraph("Title", _title(document), higher) + facts_xml(document.facts)
    if house.disclaimer:
        yield paragraph("ReportFront", run(words.DISCLAIMER_TITLE))
        for line in house.disclaimer.split("\n"):
            yield paragraph("ReportBody", run(line))
    yield from _contents(document)


def _title(document: Document) -> str:
    """In the lines of the PDF's cover, and in letters of its size unless the house has its own."""
    size, lines = cover(document.title)
    smaller = size != SIZES[0] and document.house.reference_docx is None
    look = f'<w:sz w:val="{2 * size}"/><w:szCs w:val="{2 * size}"/>' * smaller
    return run("\n".join(lines), look)


def _contents(document: Document) -> Iterator[str]:
    """Title and entries, in a field that begins here and ends in the break after them.

    So contents of a full page take no other.
    """
    pages = heading_pages(document)
    depth = words.CONTENTS_DEPTH
    yield paragraph("ReportFront", run(words.CONTENTS_TITLE))
    start = field_start(f'TOC \\o "1-{depth}" \\h \\z \\u')
    for placed in document.contents:
        name = bookmark_name(placed)
        page = field(f"PAGEREF {name} \\h", str(pages[placed.anchor]))
        entry = link(name, run(placed.title) + "<w:r><w:tab/></w:r>" + page)
        yield paragraph(f"TOC{cast(Heading, placed.block).level}", start + entry)
        start = ""


# ---- pictures


def _picture(word: WordDocument, figure: Figure, number: int) -> str:
    try:
        data = io.BytesIO(base64.b64decode(figure.png, validate=True))
        relation, image = word.part.get_or_add_image(data)
    except (binascii.Error, UnrecognizedImageError) as error:
        message = f"图“{figure.caption}”的 PNG 图像打不开，不能放进 Word。请检查生成它的单元格。"
        raise ReportError(message) from error
    width, height = image.width / _EMU, image.height / _EMU
    scale = min(1.0, UPRIGHT / width, _HIGHEST / height)
    size = (round(width * scale * _EMU), round(height * scale * _EMU))
    return picture(relation, size, number, figure.alt)


def _logo(word: WordDocument, logo: Logo, number: int, alt: str) -> str:
    name = PackURI(f"/word/media/logo.{logo.format}")
    part = ImagePart(name, _LOGO_TYPES[logo.format], logo.data)
    relation = word.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    scale = min(_LOGO_WIDTH / logo.width, _LOGO_HEIGHT / logo.height)
    size = (round(logo.width * scale * _EMU), round(logo.height * scale * _EMU))
    return picture(relation, size, number, alt)


# ---- headers, footers, the file


def _headers(word: WordDocument, mark: str) -> str:
    """The mark of a draft in all three kinds of header; the sections after take them over."""
    references = []
    for kind in KINDS:
        part, relation = cast(Any, word.part).add_header_part()
        part.element[:] = header(mark)
        references.append(f'<w:headerReference w:type="{kind}" r:id="{relation}"/>')
    return "".join(references)


def _footers(word: WordDocument) -> str:
    references = []
    for kind in KINDS:
        part, relation = cast(Any, word.part).add_footer_part()
        part.element[:] = footer(kind)
        references.append(f'<w:footerReference w:type="{kind}" r:id="{relation}"/>')
    return "".join(references)


def _describe(word: WordDocument, document: Document) -> None:
    about = word.core_properties
    about.title, about.keywords, about.language = document.title[:255], document.case, "zh-CN"
    about.author = document.house.organisation
    about.last_modified_by = about.comments = ""
    about.revision = 1
    moment = dt.datetime.combine(file_date(document), dt.time())
    about.created = about.modified = moment
