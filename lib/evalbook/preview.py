"""Previews of blocks in JupyterLab: HTML and Markdown, for eyes only."""

from collections.abc import Sequence
from html import escape
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


def bundle(block: Block) -> dict[str, Any]:
    """The MIME bundle of a block: its data, and previews of it."""
    return {
        MIME: to_json(block),
        "text/html": as_html(block),
        "text/markdown": as_markdown(block),
        "text/plain": as_markdown(block),
    }


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
            image = f'<img alt="{escape(block.alt)}" src="data:image/png;base64,{block.png}">'
            return f"<figure>{image}<figcaption>{escape(block.caption)}</figcaption></figure>"
        case Signatures() | Stamp():
            return f"<small>{escape(as_markdown(block))}</small>"


def as_markdown(block: Block) -> str:
    """A preview in Markdown."""
    match block:
        case Heading():
            return f"{'#' * block.level} {block.text}"
        case Prose() | Note():
            return "".join(run.text for run in block.runs)
        case Table():
            lines = [block.caption, *(_line(row) for row in (*block.header, *block.rows))]
            return "\n".join(lines)
        case Figure():
            return block.alt
        case Signatures():
            return "　".join(f"{label}：" for label in block.labels)
        case Stamp():
            return f"评价项目 {block.case}，数据指纹 {block.evaluation[:12]}"


def _line(row: Sequence[Cell]) -> str:
    return "| " + " | ".join(cell.text for cell in row) + " |"


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
