"""Tables in Word: written as XML, because python-docx takes seconds for a long one.

Same widths, letter sizes and rows that stay together as in the PDF; header rows repeat on every
page, short rows are not torn, and a small table stays on one page.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from evalbook.blocks import Cell, Table
from evalbook.report.paper import LINE, Fit, kept_rows, kept_together, kept_whole
from evalbook.report.tables import Spot, spots
from evalbook.report.text import breakable
from evalbook.report.word_styles import CELL_SIZE
from evalbook.report.word_xml import escape, paragraph, run, twips

_FILL = {"head": "E8E8E8", "total": "F0F0F0", "group": "F7F7F7", "body": ""}
_FACT_WIDTHS = (44.0, 104.0)
_SIGN_WIDTHS = (62.0, 40.0, 22.0, 32.0)
_SIGN_HEIGHT = 14.0

Controlled = Callable[[str, str], str]
"""Puts the run of a figure into the content control of its address."""


def table_xml(table: Table, across: Fit, controlled: Controlled) -> str:
    """The unit above the table, the table, its notes below; and room after it."""
    columns = len(table.widths)
    together = kept_together(table, across)
    rows = [
        _row(line, table, across, controlled, kind="head", whole=True, with_next=True)
        for line in spots(table.header, columns)
    ]
    ends = set(accumulate((len(table.rows),) if together else kept_rows(table, across)))
    for number, line in enumerate(spots(table.rows, columns)):
        rows.append(
            _row(
                line,
                table,
                across,
                controlled,
                kind=table.kinds[number],
                whole=kept_whole(table.rows[number], across),
                with_next=number + 1 not in ends,
            )
        )
    unit = paragraph("ReportUnit", run(f"单位：{table.unit}")) if table.unit else ""
    notes = "".join(paragraph("ReportNotes", run(note)) for note in table.notes)
    drawn = _table("ReportTable", across.widths, rows, table.caption)
    return unit + drawn + notes + paragraph("ReportAfter", "")


def facts_xml(facts: Iterable[tuple[str, str]]) -> str:
    """The label and value pairs of the cover."""
    rows = [
        _plain_row(
            _plain_cell(width, "top", paragraph("ReportFact", run(text)))
            for text, width in zip((label + "：", value), _FACT_WIDTHS, strict=True)
        )
        for label, value in facts
    ]
    return _table("ReportPlain", _FACT_WIDTHS, rows) if rows else ""


def signatures_xml(labels: Iterable[str]) -> str:
    """A row for each label with a line to sign on and one for the date; all on one page."""
    rows = [
        _plain_row(
            (
                _plain_cell(width, "bottom", paragraph("ReportSign", run(text)), lined=not text)
                for text, width in zip(
                    (f"{label}（签字）：", "", "日期：", ""), _SIGN_WIDTHS, strict=True
                )
            ),
            f'<w:trPr><w:cantSplit/><w:trHeight w:val="{twips(_SIGN_HEIGHT)}"/></w:trPr>',
        )
        for label in labels
    ]
    return _table("ReportPlain", _SIGN_WIDTHS, rows) + paragraph("ReportAfter", "")


def _plain_row(cells: Iterable[str], properties: str = "") -> str:
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def _plain_cell(width: float, side: str, text: str, *, lined: bool = False) -> str:
    line = '<w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/>'
    borders = f"<w:tcBorders>{line}</w:tcBorders>" if lined else ""
    size = f'<w:tcW w:w="{twips(width)}" w:type="dxa"/>'
    return f'<w:tc><w:tcPr>{size}{borders}<w:vAlign w:val="{side}"/></w:tcPr>{text}</w:tc>'


def _table(style: str, widths: Sequence[float], rows: Iterable[str], caption: str = "") -> str:
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    described = f'<w:tblCaption w:val="{escape(caption)}"/>' if caption else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>'
        f'<w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" '
        'w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"{described}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(
    line: Sequence[Spot],
    table: Table,
    across: Fit,
    controlled: Controlled,
    *,
    kind: str,
    whole: bool,
    with_next: bool,
) -> str:
    rules = "<w:cantSplit/>" * whole + "<w:tblHeader/>" * (kind == "head")
    look = _look(across, kind)
    lines = [_paragraph(spot, table, across, kind, with_next) for spot in line]
    cells = (
        _cell(spot, across, controlled, kind, look, properties)
        for spot, properties in zip(line, lines, strict=True)
    )
    opening = f"<w:trPr>{rules}</w:trPr>" if rules else ""
    return f"<w:tr>{opening}{''.join(cells)}</w:tr>"


def _look(across: Fit, kind: str) -> str:
    """What the letters of a row have that their style does not."""
    strong = '<w:rStyle w:val="ReportStrong"/>' if kind == "total" else ""
    size = round(across.size * 2)
    return strong + (f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' * (across.size != CELL_SIZE))


def _paragraph(spot: Spot, table: Table, across: Fit, kind: str, with_next: bool) -> str:
    """Likewise of a cell's paragraph."""
    keep = "<w:keepNext/>" * with_next
    pitch = round(across.size * LINE * 20)
    spacing = f'<w:spacing w:before="0" w:after="0" w:line="{pitch}" w:lineRule="exact"/>'
    side = "left" if kind == "head" else table.align[spot.column]
    aligned = f'<w:jc w:val="{side}"/>' if side != "left" else ""
    return keep + spacing * (across.size != CELL_SIZE) + aligned


def _cell(
    spot: Spot, across: Fit, controlled: Controlled, kind: str, look: str, properties: str
) -> str:
    cell = spot.cell
    width = sum(across.widths[spot.column : spot.column + cell.colspan])
    style = "ReportHead" if kind == "head" else "ReportCell"
    text = breakable(cell.text, across.room(spot.column, cell.colspan))
    inner = controlled(cell.address, run(text, look)) if spot.first and text else ""
    opening = _cell_properties(width, cell, spot.first, _FILL[kind])
    return f"<w:tc>{opening}{paragraph(style, inner, properties)}</w:tc>"


def _cell_properties(width: float, cell: Cell, first: bool, fill: str) -> str:
    spans = ""
    if cell.colspan > 1:
        spans += f'<w:gridSpan w:val="{cell.colspan}"/>'
    if cell.rowspan > 1:
        spans += '<w:vMerge w:val="restart"/>' if first else "<w:vMerge/>"
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    size = f'<w:tcW w:w="{twips(width)}" w:type="dxa"/>'
    return f'<w:tcPr>{size}{spans}{shade}<w:vAlign w:val="center"/></w:tcPr>'
