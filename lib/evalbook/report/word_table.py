"""Tables in Word: written as XML, because python-docx takes seconds for a long one.

Same widths and letter sizes as in the PDF; header rows repeat on every page, short rows are not
torn, and a small table stays on one page.
"""

from collections.abc import Iterable, Sequence

from evalbook.blocks import Cell, Table
from evalbook.report.paper import LINE, PADDING, ROW_PADDING, Fit, kept_together, kept_whole
from evalbook.report.tables import Spot, spots
from evalbook.report.text import breakable
from evalbook.report.word_xml import paragraph, run, twips

_FILL = {"head": "E8E8E8", "total": "F0F0F0", "group": "F7F7F7", "body": ""}
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_FACT_WIDTHS = (44.0, 104.0)


def table_xml(table: Table, across: Fit) -> str:
    """The unit above the table, the table, its notes below; and room after it."""
    columns = len(table.widths)
    together = kept_together(table, across)
    rows = [
        _row(line, table, across, kind="head", whole=True, with_next=True)
        for line in spots(table.header, columns)
    ]
    for number, line in enumerate(spots(table.rows, columns)):
        rows.append(
            _row(
                line,
                table,
                across,
                kind=table.kinds[number],
                whole=kept_whole(table.rows[number], across),
                with_next=together and number < len(table.rows) - 1,
            )
        )
    unit = paragraph("ReportUnit", run(f"单位：{table.unit}")) if table.unit else ""
    notes = "".join(paragraph("ReportNotes", run(note)) for note in table.notes)
    after = paragraph("ReportNotes", "")
    return unit + _table(across.widths, rows, borders=True) + notes + after


def facts_xml(facts: Iterable[tuple[str, str]]) -> str:
    """The label and value pairs of the cover."""
    rows = []
    for pair in facts:
        label, value = (paragraph("ReportFact", run(text)) for text in (pair[0] + "：", pair[1]))
        cells = zip((label, value), _FACT_WIDTHS, strict=True)
        rows.append(
            "<w:tr>"
            + "".join(f"<w:tc>{_cell_properties(width)}{text}</w:tc>" for text, width in cells)
            + "</w:tr>"
        )
    return _table(_FACT_WIDTHS, rows, borders=False) if rows else ""


def _table(widths: Sequence[float], rows: Iterable[str], *, borders: bool) -> str:
    line = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="444444"/>' for side in _SIDES)
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    margins = "".join(
        f'<w:{side} w:w="{twips(room)}" w:type="dxa"/>'
        for side, room in (
            ("top", ROW_PADDING / 2),
            ("left", PADDING),
            ("bottom", ROW_PADDING / 2),
            ("right", PADDING),
        )
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/><w:jc w:val="center"/>'
        + (f"<w:tblBorders>{line}</w:tblBorders>" if borders else "")
        + f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(
    line: Sequence[Spot], table: Table, across: Fit, *, kind: str, whole: bool, with_next: bool
) -> str:
    properties = "<w:cantSplit/>" * whole + "<w:tblHeader/>" * (kind == "head")
    cells = (_cell(spot, table, across, kind, with_next) for spot in line)
    opening = f"<w:trPr>{properties}</w:trPr>" if properties else ""
    return f"<w:tr>{opening}{''.join(cells)}</w:tr>"


def _cell(spot: Spot, table: Table, across: Fit, kind: str, with_next: bool) -> str:
    cell = spot.cell
    width = sum(across.widths[spot.column : spot.column + cell.colspan])
    keep = "<w:keepNext/>" * with_next
    style = "ReportHead" if kind == "head" else "ReportCell"
    side = "" if kind == "head" else f'<w:jc w:val="{table.align[spot.column]}"/>'
    face = '<w:rFonts w:eastAsia="黑体"/>' if kind == "total" else ""
    half_points, pitch = round(across.size * 2), round(across.size * LINE * 20)
    spacing = f'<w:spacing w:before="0" w:after="0" w:line="{pitch}" w:lineRule="exact"/>'
    look = f'{face}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    text = breakable(cell.text, across.room(spot.column, cell.colspan))
    inner = run(text, look) if spot.first else ""
    properties = _cell_properties(width, cell, spot.first, _FILL[kind])
    return f"<w:tc>{properties}{paragraph(style, inner, keep + spacing + side)}</w:tc>"


def _cell_properties(
    width: float, cell: Cell | None = None, first: bool = True, fill: str = ""
) -> str:
    side = "center" if cell else "top"
    spans = ""
    if cell and cell.colspan > 1:
        spans += f'<w:gridSpan w:val="{cell.colspan}"/>'
    if cell and cell.rowspan > 1:
        spans += '<w:vMerge w:val="restart"/>' if first else "<w:vMerge/>"
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    size = f'<w:tcW w:w="{twips(width)}" w:type="dxa"/>'
    return f'<w:tcPr>{size}{spans}{shade}<w:vAlign w:val="{side}"/></w:tcPr>'
