"""Blocks as the Markdown that Quarto reads: the same words in HTML, Typst and Word.

Text is written so that nothing in it can be Markdown, HTML, a shortcode, a citation or an
attribute: every sign that could begin one is a character reference, which Pandoc reads back as
that character. Tables are HTML, the one notation of Pandoc's that keeps merged cells, widths and
alignment in every format; captions and units are paragraphs, so that Quarto numbers nothing.
"""

import re
from collections.abc import Iterable, Sequence

from evalbook.blocks import Cell, Figure, Heading, Note, Prose, Run, Signatures, Table
from evalbook.report import document as words
from evalbook.report.numbering import Placed
from evalbook.report.paper import Fit
from evalbook.report.tables import Spot, spots
from evalbook.report.text import breakable

_SPECIAL = re.compile(
    r"(?<=\d)(?P<within>[.,-])(?=\d)"
    r"|[!-$&-+.:<->@\[-`{-~“”‘’-]|(?<!\S)[ \u00a0\u3000]|[ \u00a0\u3000](?!\S)"
)
_DOTS = re.compile(r"(?<=\.)(?=\.)")
_TYPST_START = re.compile(r"^(?=(?:=+|[+/-]|\d+\.)(?:\s|$))", re.MULTILINE)
"""Three dots, and the start of a cell: Pandoc leaves both to Typst, which would read them."""
_NOTHING = "\u200b"
_ADDRESS = re.compile(r"[\w.-]+", re.ASCII)
_LINE_EM = 27.0
"""Room on a line of the body, in em: what is longer gets places to break."""
_CENTRED = ("#block(width: 100%, sticky: true)[#set align(center)", "]")
_TO_THE_RIGHT = ("#block(width: 100%, sticky: true)[#set align(right)", "]")


def escaped(text: str) -> str:
    """The text for one line of Markdown, of HTML or of a YAML string that Pandoc reads."""
    return _SPECIAL.sub(_reference, _DOTS.sub(_NOTHING, text))


def _reference(found: re.Match[str]) -> str:
    return found["within"] or f"&#{ord(found[0])};"


def markdown(placed: Placed, across: Fit | None = None) -> str:
    """A block as Markdown; `across` says how wide the columns of a table are."""
    block = placed.block
    match block:
        case Heading():
            return f"{'#' * block.level} {escaped(placed.title)} {{#{placed.anchor}}}"
        case Prose(style="item"):
            return _div(words.BULLET + _runs(block.runs), "报告条目")
        case Prose():
            return _runs(block.runs)
        case Note():
            return f"> **{words.NOTE_LABELS[block.tone]}：**{_runs(block.runs)}"
        case Signatures():
            lines = (f"{label}（签字）：　　　　　　　　　日期：" for label in block.labels)
            return "\n\n".join(map(_lines, lines))
        case Figure():
            image = f"[![{escaped(block.alt)}]({picture(placed)}){{width=100%}}]{{.chart}}"
            caption = _caption(placed, "Image Caption")
            return f"{_styled(image, '图', _CENTRED)}\n\n{caption}"
        case Table():
            return _table(placed, block, across)


def picture(placed: Placed) -> str:
    """The name of the file that holds a figure's image."""
    return f"figures/{placed.anchor}.png"


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """The label and value pairs under the title, as a table; empty without any."""
    rows = "".join(
        f"<tr><td>{_in_cell(label)}：</td><td>{_in_cell(value)}</td></tr>\n"
        for label, value in pairs
    )
    columns = _columns((30.0, 70.0))
    return _raw("html", f"<table>\n{columns}<tbody>\n{rows}</tbody>\n</table>") if rows else ""


def turned(*, landscape: bool) -> str:
    """From here on the pages of the PDF lie this way."""
    return _raw("typst", f"#set page(flipped: {'true' if landscape else 'false'})")


def _runs(runs: Iterable[Run]) -> str:
    return "".join(_figure_of(run, _lines(breakable(run.text, _LINE_EM))) for run in runs)


def _lines(text: str) -> str:
    """Lines of a paragraph; empty ones too, as in the other formats."""
    return escaped(text).replace("\n", "\\\n")


def _figure_of(run: Run, text: str) -> str:
    """A figure of the case with its address, where that is a plain one."""
    if not _ADDRESS.fullmatch(run.address):
        return text
    return f'[{text}]{{.value data-address="{run.address}" title="来源：{run.address}"}}'


def _raw(form: str, text: str) -> str:
    """A block that Pandoc takes as it is, in formats that have it."""
    return f"```{{={form}}}\n{text}\n```"


def _styled(text: str, style: str, around: tuple[str, str], anchor: str = "") -> str:
    """A paragraph in a named style of Word, laid out by Typst as given."""
    start, end = (_raw("typst", code) for code in around)
    return f"{start}\n\n{_div(text, style, anchor)}\n\n{end}"


def _div(text: str, style: str, anchor: str = "") -> str:
    name = f"#{anchor} " if anchor else ""
    return f'::: {{{name}custom-style="{style}"}}\n{text}\n:::'


def _caption(placed: Placed, style: str) -> str:
    return _styled(escaped(placed.title), style, _CENTRED, placed.anchor)


# ---- tables


def _table(placed: Placed, table: Table, across: Fit | None) -> str:
    parts = [_caption(placed, "Table Caption")]
    if table.unit:
        parts.append(_styled(f"单位：{escaped(table.unit)}", "表格单位", _TO_THE_RIGHT))
    parts.append(_raw("html", _html(placed, table, across)))
    parts += [_div(_lines(breakable(note, _LINE_EM)), "表格注") for note in table.notes]
    return "\n\n".join(parts)


def _html(placed: Placed, table: Table, across: Fit | None) -> str:
    columns = len(table.widths)
    head = (_row(line, table, across, "head") for line in spots(table.header, columns))
    kinds = zip(spots(table.rows, columns), table.kinds, strict=True)
    body = (_row(line, table, across, kind) for line, kind in kinds)
    widths = _columns(across.widths if across else table.widths)
    return (
        f'<table aria-labelledby="{placed.anchor}">\n{widths}'
        f"<thead>\n{''.join(head)}</thead>\n<tbody>\n{''.join(body)}</tbody>\n</table>"
    )


def _columns(widths: Sequence[float]) -> str:
    shares = (f'<col style="width: {100 * width / sum(widths):.2f}%" />' for width in widths)
    return f"<colgroup>{''.join(shares)}</colgroup>\n"


def _row(line: Sequence[Spot], table: Table, across: Fit | None, kind: str) -> str:
    cells = (_cell(spot, table, across, kind) for spot in line if spot.first)
    return f'<tr class="{kind}">{"".join(cells)}</tr>\n'


def _cell(spot: Spot, table: Table, across: Fit | None, kind: str) -> str:
    cell = spot.cell
    side = "center" if kind == "head" else table.align[spot.column]
    tag = "th" if kind == "head" else "td"
    spans = f' colspan="{cell.colspan}"' * (cell.colspan > 1)
    spans += f' rowspan="{cell.rowspan}"' * (cell.rowspan > 1)
    room = across.room(spot.column, cell.colspan) if across else _LINE_EM
    text = _source(cell, _in_cell(breakable(cell.text, room)))
    inner = f"<strong>{text}</strong>" if kind == "total" else text
    return f'<{tag} style="text-align: {side}"{spans}>{inner}</{tag}>'


def _source(cell: Cell, text: str) -> str:
    if not _ADDRESS.fullmatch(cell.address):
        return text
    source = f'data-address="{cell.address}" title="来源：{cell.address}"'
    return f'<span class="value" {source}>{text}</span>'


def _in_cell(text: str) -> str:
    return escaped(_TYPST_START.sub(_NOTHING, text)).replace("\n", "<br />")
