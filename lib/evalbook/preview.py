"""Previews of blocks in JupyterLab: HTML and Markdown, for eyes only.

Text of a case is text in them all: escaped, on its own line, without marks of direction.
"""

import re
from collections.abc import Callable, Sequence
from html import escape as html_escape
from typing import Any

from evalbook.blocks import (
    MIME,
    Block,
    Cell,
    Figure,
    Heading,
    Note,
    Prose,
    Run,
    Signatures,
    Stamp,
    Table,
    to_json,
)
from evalbook.harmless import clean

_MARKUP = re.compile(r"[\\`*_\[\]<>&#|~$]")


def bundle(block: Block) -> dict[str, Any]:
    """The MIME bundle of a block: its data, and previews of it."""
    return {
        MIME: to_json(block),
        "text/html": as_html(block),
        "text/markdown": as_markdown(block),
        "text/plain": as_text(block),
    }


def escape(text: str) -> str:
    """The text as text of HTML, in an attribute as well."""
    return html_escape(clean(text))


def as_html(block: Block) -> str:
    """A preview in HTML; all text is escaped."""
    match block:
        case Heading():
            return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
        case Prose():
            return f"<p>{_runs_html(block.runs)}</p>"
        case Note():
            return f"<blockquote>{_runs_html(block.runs)}</blockquote>"
        case Table():
            return _table_html(block)
        case Figure():
            source = f"data:image/png;base64,{escape(block.png)}"
            image = f'<img alt="{escape(block.alt)}" src="{source}">'
            return f"<figure>{image}<figcaption>{escape(block.caption)}</figcaption></figure>"
        case Signatures() | Stamp():
            return f"<small>{escape(as_text(block))}</small>"


def as_text(block: Block) -> str:
    """A preview in plain text."""
    return _shown(block, clean)


def as_markdown(block: Block) -> str:
    """A preview in Markdown; what the text has of its signs is escaped."""
    return _shown(block, lambda text: _MARKUP.sub(r"\\\g<0>", clean(text)))


def _shown(block: Block, put: Callable[[str], str]) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_on_a_line(block.text, put)}"
        case Prose() | Note():
            return put("".join(run.text for run in block.runs))
        case Table():
            lines = [_on_a_line(block.caption, put)]
            for row in (*block.header, *block.rows):
                lines.append("| " + " | ".join(_on_a_line(cell.text, put) for cell in row) + " |")
            return "\n".join(lines)
        case Figure():
            return _on_a_line(block.alt, put)
        case Signatures():
            return "　".join(f"{_on_a_line(label, put)}：" for label in block.labels)
        case Stamp():
            return f"评价项目 {block.case}，数据指纹 {block.evaluation[:12]}"


def _on_a_line(text: str, put: Callable[[str], str]) -> str:
    return put(text).replace("\n", " ")


def _runs_html(runs: Sequence[Run]) -> str:
    return "".join(
        f'<span title="{escape(run.address)}">{escape(run.text)}</span>'
        if run.address
        else escape(run.text)
        for run in runs
    )


def _table_html(table: Table) -> str:
    header = "".join(_row_html("th", row, table.align) for row in table.header)
    body = "".join(_row_html("td", row, table.align) for row in table.rows)
    caption = escape(table.caption) + (f"（单位：{escape(table.unit)}）" if table.unit else "")
    notes = "".join(f"<p><small>{escape(note)}</small></p>" for note in table.notes)
    parts = f"<caption>{caption}</caption><thead>{header}</thead><tbody>{body}</tbody>"
    return f"<table>{parts}</table>{notes}"


def _row_html(tag: str, row: Sequence[Cell], align: Sequence[str]) -> str:
    return (
        "<tr>"
        + "".join(_cell_html(tag, cell, side) for cell, side in zip(row, align, strict=False))
        + "</tr>"
    )


def _cell_html(tag: str, cell: Cell, side: str) -> str:
    spans = f' colspan="{cell.colspan}"' * (cell.colspan > 1)
    spans += f' rowspan="{cell.rowspan}"' * (cell.rowspan > 1)
    title = f' title="{escape(cell.address)}"' * bool(cell.address)
    return f'<{tag}{spans}{title} style="text-align:{side}">{escape(cell.text)}</{tag}>'
