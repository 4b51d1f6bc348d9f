"""The report as one HTML file: no network, no script, every figure says where it comes from.

Text reaches the page through an autoescaping template only; a chart is an image with its SVG
inside the address, where nothing in it can run.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from evalbook.blocks import Cell, Figure, Run, Table
from evalbook.report import document as words
from evalbook.report.document import Document
from evalbook.report.paper import on_screen
from evalbook.report.tables import Spot, spots
from evalbook.report.text import is_figure, joints

_TEMPLATES = Path(__file__).parent / "templates"
_SCREEN = 58.0
"""Width of the text column in em of a table's letters."""
_LONG_WORD = re.compile("([!-~]{13,})")
_MAY_BREAK = Markup("<wbr>")


def write(document: Document) -> bytes:
    """The whole report as UTF-8."""
    page = _template().render(
        document=document,
        css=_css(),
        contents_title=words.CONTENTS_TITLE.replace("　", ""),
        labels=words.NOTE_LABELS,
        bullet=words.BULLET,
    )
    return page.encode("utf-8")


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "class": _class,
        "columns": _columns,
        "image": _image,
        "lines": _lines,
        "soft": _soft,
        "source": _source,
    }
    return environment.get_template("report.html")


@lru_cache(maxsize=1)
def _css() -> str:
    return (_TEMPLATES / "report.css").read_text(encoding="utf-8")


def _source(item: Run | Cell) -> Mapping[str, str]:
    """Attributes of a figure: its address, its exact value, and what a reader is told."""
    if not item.address:
        return {}
    exact = f"，数值：{item.value}" if item.value else ""
    return {
        "tabindex": "0",
        "data-address": item.address,
        "data-value": item.value,
        "title": f"来源：{item.address}{exact}",
    }


def _columns(table: Table) -> Mapping[str, Any]:
    percents, least = on_screen(table, _SCREEN)
    return {"percents": percents, "least": least}


def _lines(rows: Sequence[Sequence[Cell]], columns: int) -> list[list[Spot]]:
    return [[spot for spot in line if spot.first] for line in spots(rows, columns)]


def _class(cell: Cell, side: str) -> str:
    return side + (" figure" if is_figure(cell.text) else "")


def _soft(text: str) -> Markup:
    """The text, with places to break after the dots and dashes of a long Latin word."""
    pieces = _LONG_WORD.split(text)
    return Markup("").join(
        _MAY_BREAK.join(joints(piece)) if number % 2 else piece
        for number, piece in enumerate(pieces)
    )


def _image(figure: Figure) -> str:
    if not figure.svg:
        return f"data:image/png;base64,{figure.png}"
    return "data:image/svg+xml;base64," + base64.b64encode(figure.svg.encode("utf-8")).decode()
