"""A folder for Quarto, out of the Document and copies of the executed notebooks.

    _quarto.yml          language, contents, the three formats; `quarto render` reads it too
    report.ipynb         the cells of all notebooks in order, what they showed as Markdown
    figures/*.png        the charts
    reference.docx       the styles of the Word report

The cells of the notebooks themselves are never touched: Quarto may rewrite what it renders.
The same document and notebooks give the same bytes.
"""

import base64
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from evalbook.blocks import Figure, Prose, Run, Signatures, Table
from evalbook.errors import ReportError
from evalbook.house import Logo
from evalbook.report import document as words
from evalbook.report.collect import LEFT_OUT, printed_blocks
from evalbook.report.document import Document
from evalbook.report.fonts import HEI, SONG
from evalbook.report.numbering import Placed, Printed
from evalbook.report.paper import BOTTOM, LEFT, RIGHT, TOP, fit, stretches
from evalbook.report.quarto_markdown import escaped, facts, markdown, picture, turned
from evalbook.report.quarto_word import reference

PROJECT, NOTEBOOK, REFERENCE = "_quarto.yml", "report.ipynb", "reference.docx"
Executed = Sequence[tuple[str, Mapping[str, Any]]]
_Json = dict[str, Any]
_Text = tuple[Printed, str]

_CELL_OPTIONS = re.compile(r"\A(?:[ \t]*#\|.*(?:\n|\Z))+")
_CSS = """\
<style>
body { text-align: justify; }
.draft, [data-custom-style$="Caption"] { text-align: center; }
[data-custom-style="表格单位"] { text-align: right; }
tr.total { background: #f0f0f0; }
tr.group { background: #f7f7f7; }
.value[data-address]:hover { text-decoration: underline dotted; }
</style>
"""
_TYPST = f"""\
#show heading: set text(font: "{HEI}", weight: "regular")
#show table: set text(size: 9pt)
#show table: set par(justify: false, leading: 0.45em)
#set table(stroke: 0.5pt + luma(70), inset: (x: 4pt, y: 5pt))
#show figure: set block(breakable: true)
"""


def folder(document: Document, executed: Executed) -> dict[str, bytes]:
    """The files by name. Raises ReportError for a chart whose image cannot be read."""
    files = {
        PROJECT: project(document).encode("utf-8"),
        NOTEBOOK: (_json(notebook(document, executed)) + "\n").encode("utf-8"),
        REFERENCE: reference(document),
    }
    if document.house.logo:
        files[_logo(document.house.logo)] = document.house.logo.data
    for placed in document.blocks:
        if isinstance(placed.block, Figure):
            files[picture(placed)] = _image(placed.block)
    return files


def _json(data: _Json) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)


def _image(figure: Figure) -> bytes:
    try:
        return base64.b64decode(figure.png, validate=True)
    except ValueError as error:
        message = f"图“{figure.caption}”的 PNG 图像打不开，不能交给 Quarto。请检查生成它的单元格。"
        raise ReportError(message) from error


# ---- settings


def project(document: Document) -> str:
    """_quarto.yml: what Quarto is told once for all three formats."""
    settings: _Json = {
        "project": {"type": "default", "render": [NOTEBOOK]},
        "lang": "zh",
        "toc": True,
        "toc-depth": words.CONTENTS_DEPTH,
        "toc-title": words.CONTENTS_TITLE.replace("　", ""),
        "number-sections": False,
        "citeproc": False,
        "execute": {"enabled": False, "echo": False},
        "format": {
            "html": {"embed-resources": True, "include-in-header": [{"text": _CSS}]},
            "typst": _typst(document),
            "docx": {"reference-doc": REFERENCE},
        },
    }
    if document.house.organisation:
        settings["author"] = [{"name": escaped(document.house.organisation)}]
    return yaml.dump(settings, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


class _Dumper(yaml.SafeDumper):
    """YAML for people to read: texts of several lines as such."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", data, "|" if "\n" in data else None)


_Dumper.add_representer(str, _Dumper.represent_str)


def _typst(document: Document) -> _Json:
    head = _TYPST
    if document.draft_mark:
        head += f"#set page(header: align(right, text(size: 10.5pt)[{document.draft_mark}]))\n"
    margin = {"top": TOP, "bottom": BOTTOM, "left": LEFT, "right": RIGHT}
    return {
        "papersize": "a4",
        "margin": {side: f"{size:g}mm" for side, size in margin.items()},
        "mainfont": SONG,
        "fontsize": "12pt",
        "page-numbering": "— 1 —",
        "include-in-header": [{"text": head}],
    }


# ---- the notebook


def notebook(document: Document, executed: Executed) -> _Json:
    """The joined notebook: front matter, then the cells of all notebooks in order."""
    cells = [
        _cell("raw", f"---\ntitle: {json.dumps(escaped(document.title), ensure_ascii=False)}\n---")
    ]
    cells += [_cell("markdown", text) for text in _front(document)]
    cells += _body(document, executed)
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:03}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(kind: str, source: str) -> _Json:
    """Quarto reads a source by lines."""
    return {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}


def _front(document: Document) -> Iterator[str]:
    house = document.house
    if house.logo:
        yield f"[![{words.LOGO_ALT}]({_logo(house.logo)}){{height=20mm}}]{{.logo}}"
    if document.draft_mark:
        yield f"::: {{.draft}}\n**{document.draft_mark}**\n:::"
    if document.facts:
        yield facts(document.facts)
    if house.disclaimer:
        title = words.DISCLAIMER_TITLE.replace("　", "")
        yield f"::: {{.disclaimer}}\n**{title}**\n:::"
        yield markdown(Placed(Prose((Run(house.disclaimer),))))


def _logo(logo: Logo) -> str:
    return f"figures/logo.{logo.format}"


def _body(document: Document, executed: Executed) -> Iterator[_Json]:
    """Each code cell without its outputs, and below it what it showed, numbered."""
    waiting = deque(_texts(document))
    for _, source in executed:
        for cell in source["cells"]:
            if cell["cell_type"] == "code" and not LEFT_OUT.intersection(_tags(cell)):
                code = _cell("code", _CELL_OPTIONS.sub("", cell["source"]))
                yield code | {"execution_count": None, "outputs": []}
            taken = _taken(waiting, printed_blocks(cell))
            if taken:
                yield _cell("markdown", "\n\n".join(taken))
    if waiting:
        yield _cell("markdown", "\n\n".join(text for _, text in waiting))


def _tags(cell: Mapping[str, Any]) -> Sequence[str]:
    tags: Sequence[str] = cell["metadata"].get("tags", ())
    return tags


def _taken(waiting: deque[_Text], blocks: Sequence[Printed]) -> list[str]:
    """The texts of a cell's blocks; lines to sign on may come from no cell and are not counted."""
    count = sum(not isinstance(block, Signatures) for block in blocks)
    taken = []
    while waiting and count:
        block, text = waiting.popleft()
        taken.append(text)
        count -= not isinstance(block, Signatures)
    return taken


def _texts(document: Document) -> Iterator[_Text]:
    """Every block with its Markdown; where the paper turns, that too."""
    across = False
    for stretch in stretches(document):
        turn = f"{turned(landscape=stretch.landscape)}\n\n" if stretch.landscape != across else ""
        across = stretch.landscape
        for placed in stretch.blocks:
            block = placed.block
            room = fit(block, across) if isinstance(block, Table) else None
            yield block, turn + markdown(placed, room)
            turn = ""
