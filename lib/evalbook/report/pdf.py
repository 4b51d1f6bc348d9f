"""The report as PDF, laid out by Typst.

The template (templates/report.typ) is fixed; the document reaches it as JSON data and is never
read as markup. The same layout tells the Word writer on which page each heading stands.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from evalbook.blocks import Cell, Figure, Heading, Note, Prose, Run, Signatures, Table
from evalbook.errors import ReportError
from evalbook.report import document as words
from evalbook.report import fonts
from evalbook.report.document import Document
from evalbook.report.numbering import Placed
from evalbook.report.paper import (
    ACROSS,
    BOTTOM,
    LEFT,
    LINE,
    PADDING,
    RIGHT,
    ROW_PADDING,
    TOP,
    UPRIGHT,
    fit,
    kept_together,
    kept_whole,
    stretches,
)
from evalbook.report.tables import spots
from evalbook.report.text import breakable

_TEMPLATES = Path(__file__).parent / "templates"
UNDATED = dt.date(1980, 1, 1)
"""The date in the files of a report that has none."""

_BODY_EM = 27.0
_COVER_EM = 17.0
_LABEL_EM = 8.0
_CAPTION_EM = 40.0


def write(document: Document) -> bytes:
    """The PDF; a character that the fonts do not have is a `ReportError`."""
    data = _data(document)
    fonts.check(_drawn(data))
    return _compile(data)


def heading_pages(document: Document) -> dict[str, int]:
    """The printed page number of every heading, by its anchor."""
    _compile(_data(document))
    places = json.loads(_compiler().query("<place>", field="value"))
    return {place["anchor"]: place["page"] for place in places}


def file_date(document: Document) -> dt.date:
    """The date written into the file: the report's own, never that of the run."""
    try:
        return max(dt.date.fromisoformat(document.date or ""), UNDATED)
    except ValueError:
        return UNDATED


def _compile(data: dict[str, Any]) -> bytes:
    inputs = {"document": json.dumps(data, ensure_ascii=False)}
    try:
        pdf = _compiler().compile(format="pdf", sys_inputs=inputs)
    except typst.TypstError as error:
        raise ReportError(
            f"PDF 排版失败：{error.message}。请检查报告中的图能否单独打开。"
        ) from error
    if not isinstance(pdf, bytes):
        raise ReportError("PDF 排版失败：没有得到文件。")
    return pdf


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """Kept, because a second compilation is many times faster."""
    faces = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.FOLDER)]
    )
    return typst.Compiler(
        input=_TEMPLATES / "report.typ",
        root=_TEMPLATES,
        font_paths=faces,
        ignore_system_fonts=True,
    )


def _data(document: Document) -> dict[str, Any]:
    date = file_date(document)
    return {
        "title": breakable(document.title, _COVER_EM - 2),
        "facts": [
            [breakable(label, _LABEL_EM), breakable(value, _COVER_EM)]
            for label, value in document.facts
        ],
        "draft": document.draft_mark,
        "contents": {"title": words.CONTENTS_TITLE, "depth": words.CONTENTS_DEPTH},
        "date": [date.year, date.month, date.day],
        "case": document.case,
        "fonts": {"song": fonts.SONG, "hei": fonts.HEI},
        "table": {"x": PADDING, "y": ROW_PADDING, "leading": LINE - 1},
        "margins": {"top": TOP, "left": LEFT, "right": RIGHT, "bottom": BOTTOM},
        "stretches": [
            {
                "landscape": stretch.landscape,
                "blocks": [_block(placed, stretch.landscape) for placed in stretch.blocks],
            }
            for stretch in stretches(document)
        ],
    }


def _block(placed: Placed, landscape: bool) -> dict[str, Any]:
    block, title = placed.block, breakable(placed.title, _BODY_EM)
    room = _BODY_EM * (ACROSS / UPRIGHT if landscape else 1)
    match block:
        case Heading():
            return {
                "kind": "heading",
                "title": title,
                "level": block.level,
                "annex": block.annex,
                "anchor": placed.anchor,
            }
        case Prose():
            mark = words.BULLET if block.style == "item" else ""
            return {"kind": block.style, "text": mark + _joined(block.runs, room - 3)}
        case Note():
            label = words.NOTE_LABELS[block.tone] + "："
            text = _joined(block.runs, room)
            return {"kind": "note", "tone": block.tone, "label": label, "text": text}
        case Figure():
            return {"kind": "figure", "title": title, "alt": block.alt, **_picture(block)}
        case Signatures():
            return {"kind": "signatures", "labels": list(block.labels)}
        case Table():
            return {"kind": "table", "title": title, **_table(block, landscape)}


def _joined(runs: Sequence[Run], room: float) -> str:
    return breakable("".join(run.text for run in runs), room)


def _picture(figure: Figure) -> dict[str, str]:
    if figure.svg:
        return {"format": "svg", "image": figure.svg}
    raise ReportError(f"图“{figure.caption}”没有 SVG 图像，不能排入 PDF。请检查生成它的单元格。")


def _table(table: Table, landscape: bool) -> dict[str, Any]:
    across = fit(table, landscape)

    def lines(rows: Sequence[Sequence[Cell]]) -> list[list[dict[str, Any]]]:
        return [
            [
                {
                    "text": breakable(s.cell.text, across.room(s.column, s.cell.colspan)),
                    "column": s.column,
                    "colspan": s.cell.colspan,
                    "rowspan": s.cell.rowspan,
                }
                for s in line
                if s.first
            ]
            for line in spots(rows, len(table.widths))
        ]

    return {
        "unit": f"单位：{table.unit}" if table.unit else "",
        "notes": [breakable(note, _CAPTION_EM) for note in table.notes],
        "size": across.size,
        "widths": across.widths,
        "align": table.align,
        "header": lines(table.header),
        "rows": lines(table.rows),
        "kinds": table.kinds,
        "together": kept_together(table, across),
        "whole": [kept_whole(row, across) for row in table.rows],
    }


def _drawn(data: Any) -> Iterator[str]:
    """Every text of the data that is put on the page."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        hidden = {"image", "alt", "anchor", "fonts", "case"}
        yield from _each(value for key, value in data.items() if key not in hidden)
    elif isinstance(data, list | tuple):
        yield from _each(data)


def _each(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        yield from _drawn(value)
