"""The reference document that Quarto's Word report takes its styles from."""

import io

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from evalbook.packing import packed
from evalbook.report.document import Document
from evalbook.report.word_house import opened_on

_LIKE = {
    "Body Text": "ReportBody",
    "First Paragraph": "ReportBody",
    "Compact": "ReportCell",
    "Block Text": "ReportInfo",
    "Table Caption": "Caption",
    "Image Caption": "Caption",
}
"""Pandoc's names of styles, and the style of ours that each looks like."""
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def reference(document: Document) -> bytes:
    """Our reference document with the house's styles, if it has any; a draft is marked above.

    Raises ReportError when the house's file is no Word document.
    """
    word = docx.Document(io.BytesIO(opened_on(document.house.reference_docx)))
    _name_as_pandoc(word)
    if document.draft_mark:
        for section in word.sections:
            for header in (section.header, section.even_page_header, section.first_page_header):
                header.is_linked_to_previous = False
                header.paragraphs[0].text = document.draft_mark
    loose = io.BytesIO()
    word.save(loose)
    return packed(loose)


def _name_as_pandoc(word: WordDocument) -> None:
    """Styles under the names that Pandoc uses; those that the house has stay as they are."""
    known = {style.name: style for style in word.styles}
    ours = {style.style_id: style for style in word.styles}
    for name, like in _LIKE.items():
        if name in known:
            continue
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = ours[like]
        style.paragraph_format.keep_with_next = True if name == "Table Caption" else None
    if "Table" in known:
        return
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="444444"/>' for side in _SIDES)
    table = word.styles.add_style("Table", WD_STYLE_TYPE.TABLE)
    table.element.append(
        parse_xml(f"<w:tblPr {nsdecls('w')}><w:tblBorders>{borders}</w:tblBorders></w:tblPr>")
    )
