"""Pages of the Word report: size, margins, what stands above and below the text."""

from collections.abc import Sequence

from docx.oxml.xmlchemy import BaseOxmlElement

from evalbook.report.paper import BOTTOM, LEFT, RIGHT, TOP
from evalbook.report.word_xml import body_of, field, paragraph, run, twips

KINDS = ("default", "even", "first")
"""Pages whose header and footer Word keeps apart; `default` are the odd ones."""
_SHEET = (210.0, 297.0)


def section(*, landscape: bool, above: str = "", first_page: int | None = None) -> str:
    """The properties of a section; `above` are its references to headers and footers.

    Across, the margins turn with the sheet. Pages count on from the section before, or anew.
    """
    top, right, bottom, left = (
        (LEFT, BOTTOM, RIGHT, TOP) if landscape else (TOP, RIGHT, BOTTOM, LEFT)
    )
    width, height = reversed(_SHEET) if landscape else _SHEET
    turned = ' w:orient="landscape"' if landscape else ""
    margins = {
        "top": top, "right": right, "bottom": bottom, "left": left,
        "header": top - 14, "footer": bottom - 13, "gutter": 0,
    }  # fmt: skip
    sides = " ".join(f'w:{side}="{twips(room)}"' for side, room in margins.items())
    count = f'<w:pgNumType w:start="{first_page}"/>' if first_page is not None else ""
    return (
        f'<w:sectPr>{above}<w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{twips(width)}" w:h="{twips(height)}"{turned}/><w:pgMar {sides}/>'
        f'{count}<w:cols w:space="425"/><w:docGrid w:linePitch="312"/></w:sectPr>'
    )


def header(mark: str) -> Sequence[BaseOxmlElement]:
    """The mark of a draft, or nothing, above every page."""
    return list(body_of(paragraph("Header", run(mark) if mark else "")))


def footer(kind: str) -> Sequence[BaseOxmlElement]:
    """— 1 — outside: right on odd pages, left on even ones."""
    number = run("— ") + field("PAGE", "1") + run(" —")
    side, indent = (
        ("left", '<w:ind w:leftChars="100" w:left="280"/>')
        if kind == "even"
        else ("right", '<w:ind w:rightChars="100" w:right="280"/>')
    )
    return list(body_of(paragraph("Footer", number, f'{indent}<w:jc w:val="{side}"/>')))
