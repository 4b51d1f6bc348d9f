"""The Document as the data that the PDF's template lays out: strings and lengths, no markup.

A house's own template gets the same data (docs/report.md lists the keys).
"""

import base64
import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from evalbook.blocks import Cell, Figure, Heading, Note, Prose, Run, Signatures, Table
from evalbook.errors import ReportError
from evalbook.harmless import clean_line
from evalbook.house import Logo
from evalbook.report import document as words
from evalbook.report.document import Document
from evalbook.report.fonts import Faces
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
    kept_rows,
    kept_together,
    kept_whole,
    stretches,
)
from evalbook.report.tables import spots
from evalbook.report.text import breakable
from evalbook.report.title import cover

UNDATED = dt.date(1980, 1, 1)
"""The date in the files of a report that has none."""

_BODY_EM = 27.0
_COVER_EM = 17.0
_LABEL_EM = 8.0
_CAPTION_EM = 40.0
_NOT_DRAWN = frozenset(
    ("image", "alt", "anchor", "before", "to", "fonts", "keywords", "author", "files")
)
_MIME = {"json": "application/json", "csv": "text/csv", "txt": "text/plain"}
_FILES = {"evaluation.json": "评价结果", "inputs.json": "输入文件的清单和散列值"}


def data(document: Document, faces: Faces) -> dict[str, Any]:
    """All that the template needs."""
    date, house = file_date(document), document.house
    size, lines = cover(document.title)
    return {
        "profile": house.profile,
        "title": breakable(document.title, _COVER_EM - 2),
        "cover": {"size": size, "lines": lines},
        "facts": [
            [breakable(label, _LABEL_EM), breakable(value, _COVER_EM)]
            for label, value in document.facts
        ],
        "organisation": breakable(house.organisation, _COVER_EM),
        "logo": _logo(house.logo) if house.logo else None,
        "disclaimer": [breakable(one, _BODY_EM) for one in _paragraphs(house.disclaimer)],
        "author": house.organisation,
        "keywords": [document.case],
        "draft": document.draft_mark,
        "contents": {"title": words.CONTENTS_TITLE, "depth": words.CONTENTS_DEPTH},
        "date": [date.year, date.month, date.day],
        "fonts": faces.chains,
        "table": {"x": PADDING, "y": ROW_PADDING, "leading": LINE - 1},
        "margins": {"top": TOP, "left": LEFT, "right": RIGHT, "bottom": BOTTOM},
        "files": _attachments(document.attachments),
        "stretches": [
            {
                "landscape": stretch.landscape,
                "blocks": [
                    _block(placed, stretch.landscape, document) for placed in stretch.blocks
                ],
            }
            for stretch in stretches(document)
        ],
    }


def drawn(value: Any) -> list[str]:
    """Every text of the data that is put on the page."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [one for key, one in value.items() if key not in _NOT_DRAWN]
    if isinstance(value, list | tuple):
        return [text for one in value for text in drawn(one)]
    return []


def file_date(document: Document) -> dt.date:
    """The date written into the file: the report's own, never that of the run."""
    try:
        return max(dt.date.fromisoformat(document.date or ""), UNDATED)
    except ValueError:
        return UNDATED


def _paragraphs(text: str) -> list[str]:
    return [line for one in text.splitlines() if (line := clean_line(one))]


def _logo(logo: Logo) -> dict[str, Any]:
    """The picture inside an SVG, because only text can be passed on."""
    kind = {"png": "png", "jpg": "jpeg"}[logo.format]
    code = base64.b64encode(logo.data).decode()
    size = f'width="{logo.width}" height="{logo.height}"'
    return {
        "image": f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<image {size} href="data:image/{kind};base64,{code}"/></svg>',
        "alt": words.LOGO_ALT,
        "ratio": logo.width / logo.height,
    }


def _attachments(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "data": _text_or_numbers(content),
            "mime": _MIME.get(name.rpartition(".")[2], "application/octet-stream"),
            "description": _FILES.get(name, name),
        }
        for name, content in sorted(files.items())
    ]


def _text_or_numbers(content: bytes) -> str | list[int]:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return list(content)


def _block(placed: Placed, landscape: bool, document: Document) -> dict[str, Any]:
    block, title = placed.block, breakable(placed.title, _BODY_EM)
    room = _BODY_EM * (ACROSS / UPRIGHT if landscape else 1)
    named = {"title": title, "anchor": placed.anchor}
    match block:
        case Heading():
            parts = [placed.number, breakable(block.text, _BODY_EM)]
            heading = {"kind": "heading", "level": block.level, "annex": block.annex}
            return {**heading, **named, "parts": parts}
        case Prose():
            mark = words.BULLET if block.style == "item" else ""
            return {"kind": block.style, "runs": _runs(block.runs, room - 3, document, mark)}
        case Note():
            label = words.NOTE_LABELS[block.tone] + "："
            runs = _runs(block.runs, room, document)
            return {"kind": "note", "tone": block.tone, "label": label, "runs": runs}
        case Figure():
            return {
                "kind": "figure", **named, "before": _before(placed, document),
                "alt": block.alt or title, **_picture(block),
            }  # fmt: skip
        case Signatures():
            return {
                "kind": "signatures",
                "labels": [breakable(label, _LABEL_EM) for label in block.labels],
            }
        case Table():
            continued = words.CONTINUED + placed.number
            return {"kind": "table", **named, "continued": continued, **_table(block, landscape)}


def _before(figure: Placed, document: Document) -> str:
    """The anchor of the figure before this one, empty for the first."""
    anchors = [each.anchor for each in document.blocks if isinstance(each.block, Figure)]
    return ("", *anchors)[anchors.index(figure.anchor)]


def _runs(
    runs: Sequence[Run], room: float, document: Document, mark: str = ""
) -> list[dict[str, str]]:
    """The text in as few pieces as there are links, each with the anchor it leads to."""
    pieces = [
        {
            "text": breakable("".join(run.text for run in group), room),
            "to": document.anchors.get(ref, ""),
        }
        for ref, group in groupby(runs, key=lambda run: run.ref)
    ]
    return [{"text": mark, "to": ""}, *pieces] if mark else pieces


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
        "unit": breakable(f"单位：{table.unit}", _CAPTION_EM) if table.unit else "",
        "notes": [breakable(note, _CAPTION_EM) for note in table.notes],
        "size": across.size,
        "widths": across.widths,
        "align": table.align,
        "header": lines(table.header),
        "rows": lines(table.rows),
        "kinds": table.kinds,
        "together": kept_together(table, across),
        "runs": kept_rows(table, across),
        "whole": [kept_whole(row, across) for row in table.rows],
    }
