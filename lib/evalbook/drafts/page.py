"""Tables of an HTML page, as printed: scripts, comments and hidden elements are not read."""

import codecs
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from evalbook.drafts.found import MAX_ROWS, Printed, clean, laid
from evalbook.drafts.lines import LONGEST_HEADING, Reading

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([a-zA-Z0-9_-]{2,20})""")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_UNSEEN = {"script", "style", "template", "head", "svg", "object", "select", "textarea", "nav"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "div", "dl", "dt",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "ol", "p", "pre", "section", "ul", "br",
}  # fmt: skip
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


class NotPage(ValueError):
    """The bytes are no HTML page; the message is a Chinese clause."""


def read_page(raw: bytes) -> Reading:
    """The tables of a page in their order, those within a table after it. Raises NotPage."""
    text = _decoded(raw)
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        raise NotPage("里面没有网页内容") from None
    if any("depth" in error.message.lower() for error in parser.error_log):
        raise NotPage("元素嵌套过深")
    reading = Reading(title=clean(root.findtext(".//title") or "")[:LONGEST_HEADING])
    _Walk(reading).read(root)
    return reading


def _decoded(raw: bytes) -> str:
    """By byte order mark, then UTF-8, then what the page declares, then GBK."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                       (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
        if raw.startswith(mark):
            return raw.decode(name, "replace")
    if raw.count(0) > len(raw) // 100:
        raise NotPage("不是网页文件")
    declared = _CHARSET.search(raw[:4096])
    name = declared[1].decode().lower() if declared else "utf-8"
    name = "gb18030" if name.startswith("gb") else name
    for codec in ("utf-8", name, "gb18030"):
        try:
            return raw.decode(codec)
        except (UnicodeDecodeError, LookupError):
            continue
    raise NotPage("编码既不是 UTF-8 也不是 GBK")


class _Walk:
    """Reads elements in their order, a line for each block of text."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.parts: list[str] = []

    def read(self, element: Any) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _UNSEEN or _is_hidden(element):
            return
        if tag == "table":
            self.end_line()
            self.table(element)
            return
        if tag in _BLOCKS:
            self.end_line()
        self.parts.append(element.text or "")
        for child in element:
            self.read(child)
            self.parts.append(child.tail or "")
        if tag in _BLOCKS:
            self.end_line(heading=tag in _HEADINGS)

    def end_line(self, *, heading: bool = False) -> None:
        self.reading.line("".join(self.parts), heading=heading)
        self.parts = []

    def table(self, table: Any) -> None:
        inner = [each for each in table.iter("table") if each is not table]
        captions = [c for c in table.iter("caption") if _owner(c) is table]
        rows = [row for row in table.iter("tr") if _owner(row) is table and not _is_hidden(row)]
        rows.sort(key=lambda row: row.getparent().tag == "tfoot")
        grid, fault = laid([list(_cells(row)) for row in rows[: MAX_ROWS + 1]])
        caption = "".join(_text(captions[0])) if captions else ""
        self.reading.table(grid, fault, caption, holds_tables=bool(inner))
        for each in inner:
            if _owner(each) is table:
                self.table(each)


def _owner(element: Any) -> Any:
    """The table an element belongs to."""
    return next(element.iterancestors("table"), None)


def _is_hidden(element: Any) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))


def _cells(row: Any) -> Iterator[Printed]:
    heading = row.getparent().tag == "thead"
    for cell in row:
        if cell.tag in {"td", "th"} and not _is_hidden(cell):
            text = "".join(_text(cell))
            spans = (_span(cell, "colspan"), _span(cell, "rowspan"))
            yield Printed(text, max(1, spans[0]), spans[1], heading or cell.tag == "th")


def _span(cell: Any, name: str) -> int:
    """A span as written, 1 when it is no number; `rowspan="0"` reaches to the end."""
    text = cell.get(name, "1").strip()
    return min(int(text[:7]), 100_000) if text.isascii() and text.isdecimal() else 1


def _text(element: Any) -> Iterator[str]:
    """What an element shows, tables within it left out."""
    yield element.text or ""
    for child in element:
        unseen = not isinstance(child.tag, str) or child.tag in _UNSEEN or _is_hidden(child)
        if not unseen and child.tag != "table":
            block = child.tag in _BLOCKS
            yield "\n" * block
            yield from _text(child)
            yield "\n" * block
        yield child.tail or ""
