"""Pieces of WordprocessingML as text; all text of the report goes through `escape`."""

from xml.sax.saxutils import escape as _escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.xmlchemy import BaseOxmlElement

_NAMES = nsdecls("w", "r", "wp", "a", "pic")


def body_of(xml: str) -> BaseOxmlElement:
    """The text as the body of a document."""
    return parse_xml(f"<w:body {_NAMES}>{xml}</w:body>")


def escape(text: str) -> str:
    """The text as the content of an element or of an attribute in double quotes."""
    return _escape(text, {'"': "&quot;"})


def run(text: str, properties: str = "") -> str:
    """A run of text; a line end becomes a break."""
    lines = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{_properties('r', properties)}{'<w:br/>'.join(lines)}</w:r>"


def paragraph(style: str, inner: str, properties: str = "") -> str:
    """A paragraph of a named style."""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{inner}</w:p>'
        if style
        else f"<w:p>{_properties('p', properties)}{inner}</w:p>"
    )


def field(code: str, cached: str, *, begin: str = "", end: str = "") -> str:
    """A field that Word can work out again, showing `cached` until it does."""
    return field_start(code) + begin + run(cached) + end + field_end()


def field_start(code: str) -> str:
    """Up to the place where the field's shown content goes."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def field_end() -> str:
    """After the field's shown content."""
    return '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def bookmark(name: str, number: int, inner: str) -> str:
    """Something that a link or a page reference points to."""
    start = f'<w:bookmarkStart w:id="{number}" w:name="{escape(name)}"/>'
    return f'{start}{inner}<w:bookmarkEnd w:id="{number}"/>'


def link(name: str, inner: str) -> str:
    """A link to a bookmark."""
    return f'<w:hyperlink w:anchor="{escape(name)}" w:history="1">{inner}</w:hyperlink>'


def picture(relation: str, size: tuple[int, int], number: int, alt: str) -> str:
    """A picture in the line, its size in Word's smallest unit (EMU), with its words for the blind.

    `number` is its own in the document.
    """
    width, height = size
    shape = (
        f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"/>'
    )
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" name="图 {number}" descr="{escape(alt)}"/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="图 {number}"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/>'
        f"</a:stretch></pic:blipFill><pic:spPr>{shape}</pic:spPr></pic:pic></a:graphicData>"
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )


def twips(millimetres: float) -> int:
    """Word's unit of length, a twentieth of a point."""
    return round(millimetres * 1440 / 25.4)


def _properties(letter: str, properties: str) -> str:
    return f"<w:{letter}Pr>{properties}</w:{letter}Pr>" if properties else ""
