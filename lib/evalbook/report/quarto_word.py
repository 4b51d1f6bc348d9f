"""The reference document that Quarto's Word report takes its styles from."""

import io
import zipfile

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from evalbook.errors import ReportError
from evalbook.packing import packed
from evalbook.report.document import Document
from evalbook.report.reference import PATH

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
_KEPT = {qn("w:name"), qn("w:qFormat")}


def reference(document: Document) -> bytes:
    """The house's own reference document, else ours; a draft is marked in its header."""
    own = document.house.reference_docx
    if own and not document.draft_mark:
        return own
    word = _opened(own) if own else _ours()
    if document.draft_mark:
        for section in word.sections:
            for header in (section.header, section.even_page_header):
                header.is_linked_to_previous = False
                header.paragraphs[0].text = document.draft_mark
    loose = io.BytesIO()
    word.save(loose)
    return packed(loose)


def _opened(data: bytes) -> WordDocument:
    try:
        return docx.Document(io.BytesIO(data))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ReportError(
            "params/house.yaml 的 reference_docx 打不开，不是完好的 .docx 文件。请换一个文件。"
        ) from error


def _ours() -> WordDocument:
    word = docx.Document(str(PATH))
    known = {style.style_id: style for style in word.styles}
    for name, like in _LIKE.items():
        style = known.get(name.replace(" ", "")) or word.styles.add_style(
            name, WD_STYLE_TYPE.PARAGRAPH
        )
        for child in [each for each in style.element if each.tag not in _KEPT]:
            style.element.remove(child)
        style.base_style = known[like]
        style.paragraph_format.keep_with_next = True if name == "Table Caption" else None
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="444444"/>' for side in _SIDES)
    table = word.styles.add_style("Table", WD_STYLE_TYPE.TABLE)
    table.element.append(
        parse_xml(f"<w:tblPr {nsdecls('w')}><w:tblBorders>{borders}</w:tblBorders></w:tblPr>")
    )
    return word
