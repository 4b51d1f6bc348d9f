"""An analyst's Markdown becomes blocks.

`#` to `####` headings · paragraphs · lists · tables · `>` remarks. Emphasis and code become plain
text, a link its words with the address behind them, raw HTML stays the text it is. Two habits of
Chinese reports are understood: a heading typed with its number (`# 一、基本情况`) loses it, for
the report numbers; `# 附件：指标评分表` is an annex; a paragraph `表：各区市执行情况` right above
a table is its caption. A link to words of the report, `[表](#各区市执行情况)`, becomes the number
of the table, figure or heading so called. Whatever a report cannot carry is a named fault.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from evalbook.blocks import Block, Cell, Heading, Note, Prose, Run, Table
from evalbook.harmless import clean_line
from evalbook.report.text import em

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_TYPED_NUMBER = re.compile(
    r"(第?[一二三四五六七八九十]+[、．.章]|[（(][一二三四五六七八九十\d]+[）)]|\d+[、．.](?!\d))\s*"
)
_ANNEX = re.compile(r"附件\s*[\d一二三四五六七八九十]*\s*[：:　 ]\s*(?=\S)")
_CAPTION = re.compile(r"表\s*[：:]\s*(?=\S)")
_WIDEST, _NARROWEST = 30.0, 4.0
_SOFT, _REFERENCE = "\0\n", "\0表"
"""Marks within a text while it is read; no text from Markdown holds a NUL."""
_LINKED_IMAGE = ("图片", "图要由代码单元格以报告块（Figure）给出")
_UNKNOWN = {
    "hr": ("分隔线", "请删去，用标题分节"),
    "fence": ("代码框", "请改为普通段落"),
    "code_block": ("缩进的代码框（行首有四个以上空格）", "请去掉行首空格"),
}

Problem = tuple[str, str]
"""What it was, and what to do."""


@dataclass(slots=True)
class _Reading:
    """What one Markdown text gave so far."""

    blocks: list[Block] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def parse(source: str) -> tuple[list[Block], list[Problem]]:
    """The blocks of a Markdown text, and what in it cannot be printed."""
    reading = _Reading()
    for node in SyntaxTreeNode(_PARSER.parse(source)).children:
        _read(node, reading)
    return reading.blocks, reading.problems


def _read(node: SyntaxTreeNode, reading: _Reading) -> None:
    match node.type:
        case "heading":
            _heading(node, reading)
        case "paragraph":
            _prose(_runs(node, reading), "body", reading)
        case "bullet_list":
            _list(node, reading, numbered=False)
        case "ordered_list":
            _list(node, reading, numbered=True)
        case "blockquote":
            _remark(node, reading)
        case "table":
            _table(node, reading)
        case other:
            reading.problems.append(_UNKNOWN.get(other, (f"“{other}”", "请改为普通段落")))


def _heading(node: SyntaxTreeNode, reading: _Reading) -> None:
    level = int(node.tag[1])
    text = _text(node, reading).replace("\n", " ")
    if not text:
        return
    if level > 4:
        reading.problems.append((f"{level} 级标题“{text}”", "标题最多四级（####），请提高一级"))
    elif level == 1 and (annex := _ANNEX.match(text)):
        reading.blocks.append(Heading(1, text[annex.end() :], annex=True))
    else:
        reading.blocks.append(Heading(level, _TYPED_NUMBER.sub("", text, count=1) or text))


def _prose(runs: Sequence[Run], style: Literal["body", "item"], reading: _Reading) -> None:
    if runs:
        reading.blocks.append(Prose(tuple(runs), style))


def _list(node: SyntaxTreeNode, reading: _Reading, *, numbered: bool) -> None:
    start = int(node.attrs.get("start", 1))
    for number, item in enumerate(node.children, start):
        for index, part in enumerate(item.children):
            if part.type != "paragraph":
                _read(part, reading)
            elif numbered:
                mark = [Run(f"{number}. ")] if index == 0 else []
                _prose(_joined([*mark, *_runs(part, reading)]), "body", reading)
            else:
                _prose(_runs(part, reading), "item" if index == 0 else "body", reading)


def _remark(node: SyntaxTreeNode, reading: _Reading) -> None:
    lines: list[Run] = []
    for part in node.children:
        if part.type == "paragraph":
            lines += [Run("\n")] * bool(lines) + _runs(part, reading)
        else:
            reading.problems.append(("提示框（>）里的列表、表格或标题", "提示框里只写段落"))
    if lines:
        reading.blocks.append(Note(tuple(_joined(lines))))


def _table(node: SyntaxTreeNode, reading: _Reading) -> None:
    rows = [[_cell(cell, reading) for cell in row.children] for row in _rows(node)]
    columns = len(rows[0])
    caption = ""
    match reading.blocks[-1:]:
        case [Prose(runs=(Run(text=text, ref=""),), style="body")] if found := _CAPTION.match(text):
            caption = text[found.end() :]
            reading.blocks.pop()
    lengths = [max(em(row[i].text) for row in rows) for i in range(columns)]
    reading.blocks.append(
        Table(
            caption=caption,
            header=(tuple(rows[0]),),
            rows=tuple(map(tuple, rows[1:])),
            align=tuple(_side(cell) for cell in next(_rows(node)).children),
            widths=tuple(min(max(length, _NARROWEST), _WIDEST) for length in lengths),
            kinds=tuple("body" for _ in rows[1:]),
        )
    )


def _rows(table: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    for part in table.children:
        yield from part.children


def _cell(node: SyntaxTreeNode, reading: _Reading) -> Cell:
    return Cell(_text(node, reading))


def _side(cell: SyntaxTreeNode) -> Literal["left", "center", "right"]:
    style = str(cell.attrs.get("style", ""))
    return "right" if "right" in style else "center" if "center" in style else "left"


def _text(node: SyntaxTreeNode, reading: _Reading) -> str:
    """All inline text below the node, plain: a reference has no place in it."""
    runs = _runs(node, reading)
    reading.problems += [_misplaced(run.text) for run in runs if run.ref]
    return "".join(run.text for run in runs)


def _runs(node: SyntaxTreeNode, reading: _Reading) -> list[Run]:
    """All inline text below the node, with its references."""
    tokens = [
        token
        for child in node.children
        if child.type == "inline" and child.token
        for token in child.token.children or ()
    ]
    text, references = _read_inline(tokens, reading)
    pieces = [Run(piece) for piece in text.split(_REFERENCE)]
    runs = [pieces[0]]
    for reference, piece in zip(references, pieces[1:], strict=True):
        runs += [reference, piece]
    return _joined(runs)


def _read_inline(tokens: Sequence[Token], reading: _Reading) -> tuple[str, list[Run]]:
    """The text with a mark in place of every reference, and the references."""
    parts: list[str] = []
    references: list[Run] = []
    link, opened = "", 0
    for token in tokens:
        match token.type:
            case "text" | "code_inline" | "text_special":
                parts.append(token.content)
            case "hardbreak":
                parts.append("\n")
            case "softbreak":
                parts.append(_SOFT)
            case "image":
                reading.problems.append(_LINKED_IMAGE)
            case "link_open":
                link, opened = str(token.attrs.get("href", "")), len(parts)
            case "link_close" if named := unquote(link.removeprefix("#")) * link.startswith("#"):
                references.append(Run(_plain(parts[opened:]), ref=clean_line(named)))
                parts[opened:] = [_REFERENCE]
            case "link_close":
                parts.append(_address(link, "".join(parts[opened:])))
    return _plain(parts).strip(), references


def _plain(parts: Sequence[str]) -> str:
    return re.sub(_SOFT, _joint, "".join(parts))


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Stretches of plain text that follow one another as one; empty ones left out."""
    joined: list[Run] = []
    for run in runs:
        if joined and not run.ref and not joined[-1].ref:
            joined[-1] = Run(joined[-1].text + run.text)
        elif run.text or run.ref:
            joined.append(run)
    return joined


def _address(link: str, words: str) -> str:
    plain = unquote(link).removeprefix("mailto:")
    return "" if plain in ("", "#", words, unquote(words)) else f"（{plain}）"


def _joint(gap: re.Match[str]) -> str:
    """A line broken in the source: a space between Latin words, nothing beside Chinese."""
    before = gap.string[: gap.start()][-1:]
    after = gap.string[gap.end() :][:1].strip("\0")
    return " " if before.isascii() and after.isascii() and before and after else ""


def _misplaced(words: str) -> Problem:
    return f"标题或表格里的引用“{words}”", "引用只写在段落、列表和提示框里"
