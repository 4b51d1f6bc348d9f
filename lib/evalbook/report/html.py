"""The report as one HTML file: no network, one script of ours, every figure with its proof.

Text reaches the page through an autoescaping template, a chart through svg.py, the proofs through
a JSON island that the script puts out as text. The Content-Security-Policy names script and
styles by their hashes, so that nothing else can run or change how the page looks.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from jinja2 import Template
from markupsafe import Markup, escape

from evalbook.blocks import Cell, Figure, Heading, Run, Table
from evalbook.house import Logo
from evalbook.report import document as words
from evalbook.report.document import Document
from evalbook.report.html_table import View, view
from evalbook.report.numbering import Placed
from evalbook.report.offline import asset, environment, island, written
from evalbook.report.svg import drawing
from evalbook.report.text import is_figure, joints
from evalbook.report.title import segments

_LONG_WORD = re.compile("([!-~]{13,})")
_MAY_BREAK = Markup("<wbr>")
_ENDLESS = 60
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_HINT = (
    "指向、轻触或选中一个数字，可以看到它的出处、公式和规则。用键盘时，Tab 键到下一个数字，"
    "表格之内用方向键，Esc 键收起。"
)


def write(document: Document) -> bytes:
    """The whole report as UTF-8."""
    tables = {placed.anchor: shown for placed, shown in _views(document.blocks)}
    styles = asset("report.css") + _widths(tables)
    return written(
        _template(),
        document.title,
        styles,
        asset("shell.js") + asset("report.js"),
        document=document,
        tables=tables,
        proofs=_island(document),
        labels=words.NOTE_LABELS,
        bullet=words.BULLET,
        logo_alt=words.LOGO_ALT,
        hint=_HINT,
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    templates = environment()
    templates.filters |= {
        "drawing": _drawing,
        "is_figure": is_figure,
        "logo": _logo,
        "parted": _parted,
        "soft": _soft,
        "value": _value,
    }
    return templates.get_template("report.html")


def _views(blocks: Iterable[Placed]) -> Iterable[tuple[Placed, View]]:
    annex = False
    for placed in blocks:
        if isinstance(placed.block, Heading):
            annex = annex or placed.block.annex
        elif isinstance(placed.block, Table):
            yield placed, view(placed.block, annex)


def _widths(tables: Mapping[str, View]) -> str:
    """The columns of every table, as the page allows no style on an element."""
    wide, narrow = [], []
    for anchor, shown in tables.items():
        least = round(sum(column.least for column in shown.columns), 1)
        wide.append(f"#{anchor} table{{min-width:{shown.least}em}}\n")
        narrow.append(f"#{anchor} table{{min-width:{least}em}}\n")
        for number, column in enumerate(shown.columns, 1):
            which = f"#{anchor} col:nth-child({number})"
            wide.append(f"{which}{{width:{column.percent}%}}\n")
            narrow.append(f"{which}{{width:{column.least}em}}\n")
    return "".join([*wide, "@media screen and (max-width: 48rem) {\n", *narrow, "}\n"])


def _island(document: Document) -> Markup:
    """The proofs as JSON that cannot end the element it stands in."""
    data = {
        address: [proof.place, proof.printed, proof.formula, proof.computed, proof.rule]
        for address, proof in document.proofs.items()
    }
    return island(data)


def _value(item: Run | Cell, document: Document) -> Mapping[str, str]:
    """Attributes of a figure: where it comes from, its exact value, whether it is computed."""
    proof = document.proofs.get(item.address)
    source = proof.place if proof and proof.place else item.address
    exact = f"，数值：{item.value}" if item.value else ""
    computed = {"data-computed": "true"} if item.computed else {}
    return {
        "class": "value" if is_figure(item.text) else "value words",
        "data-address": item.address,
        "data-value": item.value,
        **computed,
        "title": f"来源：{source}{exact}",
    }


def _parted(title: str) -> Markup:
    """The title with the places where a line may begin."""
    return _MAY_BREAK.join(map(escape, segments(title)))


def _soft(text: str) -> Markup:
    """The text, with places to break after the dots and dashes of a long Latin word."""
    pieces = _LONG_WORD.split(text)
    return Markup("").join(
        _MAY_BREAK.join(_parts(piece)) if number % 2 else piece
        for number, piece in enumerate(pieces)
    )


def _parts(word: str) -> Iterator[str]:
    """The parts of a long word; a part without an end, which stalls a browser, in short ones."""
    for part in joints(word):
        size = _ENDLESS // 6 if len(part) > _ENDLESS else len(part)
        yield from (part[at : at + size] for at in range(0, len(part), size or 1))


def _drawing(placed: Placed) -> Markup:
    """A chart: its SVG, else its PNG, else what it shows in words."""
    figure = placed.block
    assert isinstance(figure, Figure)
    svg = drawing(figure.svg, placed.anchor, figure.caption, figure.alt) if figure.svg else None
    if svg is not None:
        return Markup(svg)
    if _BASE64.fullmatch(figure.png):
        source = f"data:image/png;base64,{figure.png}"
        return Markup('<img src="{}" alt="{}">').format(source, figure.alt)
    return Markup("<p>{}</p>").format(figure.alt)


def _logo(logo: Logo) -> str:
    kind = "jpeg" if logo.format == "jpg" else "png"
    return f"data:image/{kind};base64,{base64.b64encode(logo.data).decode()}"
