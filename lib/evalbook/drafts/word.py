"""Tables of a Word document, as printed: without what is deleted, hidden or only a fallback."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree

from evalbook.drafts.found import MAX_ROWS, Printed, laid
from evalbook.drafts.lines import Reading
from evalbook.sheets import MAX_RATIO, MAX_UNPACKED

MAX_PARTS = 5_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNSEEN = {f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent", _FALLBACK, f"{_W}tbl"}
_AROUND = {f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "customXml")}
_BREAKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


class NotWord(ValueError):
    """The bytes are no Word document; the message is a Chinese clause."""


def read_word(raw: bytes) -> Reading:
    """The tables of a .docx in their order, those within a table after it. Raises NotWord."""
    _refuse_bomb(raw)
    try:
        document = docx.Document(io.BytesIO(raw))
        reader = _Word(Reading(), _numbers(document))
        reader.read(document.element.body)
    except Exception:  # a spoilt file can break the library that reads it in any way
        raise NotWord("不是能读的 Word 文档，或已损坏") from None
    return reader.reading


def _refuse_bomb(raw: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if len(parts) > MAX_PARTS or size > MAX_UNPACKED or size > MAX_RATIO * len(raw):
                limit = f"{MAX_UNPACKED // 1_000_000} MB 或原来的 {MAX_RATIO} 倍"
                raise NotWord(f"展开后大于 {limit}，或部件超过 {MAX_PARTS} 个")
            if any(part.flag_bits & 1 for part in parts):
                raise NotWord("有密码")
    except (zipfile.BadZipFile, OSError):
        raise NotWord("不是 .docx 文档") from None


def _numbers(document: Any) -> dict[tuple[str, str], str]:
    """What an automatic number looks like, by list and level: 一、 or 1. (always the first)."""
    try:
        numbering = document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING)
    except KeyError:
        return {}
    root = etree.fromstring(numbering.blob, etree.XMLParser(resolve_entities=False))
    levels = {
        (_value(each, "abstractNumId"), _value(level, "ilvl")): _first_number(level)
        for each in root.iter(f"{_W}abstractNum")
        for level in each.iter(f"{_W}lvl")
    }
    lists = {
        _value(each, "numId"): _child_value(each, "abstractNumId") for each in root.iter(f"{_W}num")
    }
    return {
        (own, level): text
        for own, abstract in lists.items()
        for (known, level), text in levels.items()
        if known == abstract
    }


def _first_number(level: Any) -> str:
    one = "一" if "hinese" in _child_value(level, "numFmt") else "1"
    return re.sub(r"%\d", one, _child_value(level, "lvlText"))


class _Word:
    """Reads blocks in their order."""

    def __init__(self, reading: Reading, numbers: Mapping[tuple[str, str], str]) -> None:
        self.reading, self.numbers = reading, numbers

    def read(self, block: Any) -> None:
        """Paragraphs and tables below an element."""
        for element in block:
            if element.tag == f"{_W}p":
                self.reading.line(_text(element), heading=_is_heading(element))
            elif element.tag == f"{_W}tbl":
                self.table(element)
            elif element.tag in _AROUND:
                self.read(element)

    def table(self, table: Any) -> None:
        rows = [row for row in _inside(table, f"{_W}tr") if not _has(row, "trPr", "del")]
        inner = [each for row in rows for each in row.iter(f"{_W}tbl")]
        grid, fault = laid(_rows(rows[: MAX_ROWS + 1], self.numbers))
        self.reading.table(grid, fault, holds_tables=bool(inner))
        for each in inner:
            if next(each.iterancestors(f"{_W}tbl")) is table:
                self.table(each)


def _is_heading(paragraph: Any) -> bool:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = _value(style, "val") if style is not None else ""
    outlined = paragraph.find(f"{_W}pPr/{_W}outlineLvl") is not None
    return outlined or name.lower().startswith("heading") or name in set("123456789")


def _inside(element: Any, tag: str) -> Iterator[Any]:
    """The parts of a table or of a row, also those in content controls and insertions."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _AROUND:
            yield from _inside(child, tag)


def _rows(rows: list[Any], numbers: Mapping[tuple[str, str], str]) -> list[list[Printed]]:
    """The cells of every row; one that is merged downward (vMerge) reaches over the rows it does.

    A cell that says it goes on from above, where nothing began, is a cell of its own.
    """
    lines = [list(_cells(row, numbers)) for row in rows]
    goes_on = [{start for start, _, state, _ in line if state == "continue"} for line in lines]
    goes_on.append(set())
    begun: set[int] = set()
    printed: list[list[Printed]] = []
    for number, line in enumerate(lines):
        heading = _has(rows[number], "trPr", "tblHeader")
        cells = []
        for start, wide, state, text in line:
            if state == "continue" and start in begun:
                continue
            high = 1
            while state == "restart" and start in goes_on[number + high]:
                high += 1
            cells.append(Printed(text, wide, high, heading))
        restarted = {start for start, _, state, _ in line if state == "restart"}
        begun = (begun & goes_on[number]) | restarted
        printed.append(cells)
    return printed


def _cells(row: Any, numbers: Mapping[tuple[str, str], str]) -> Iterator[tuple[int, int, str, str]]:
    """First column of the grid, width, restart or continue or nothing, and text of each cell."""
    column = _number(row, "trPr", "gridBefore")
    if column:
        yield 0, column, "", ""
    for cell in _inside(row, f"{_W}tc"):
        wide = max(1, _number(cell, "tcPr", "gridSpan") or 1)
        merge = cell.find(f"{_W}tcPr/{_W}vMerge")
        state = "" if merge is None else merge.get(f"{_W}val", "continue")
        yield column, wide, state, _cell_text(cell, numbers)
        column += wide


def _cell_text(cell: Any, numbers: Mapping[tuple[str, str], str]) -> str:
    """What a cell shows; of one that holds only an automatic number, what that looks like."""
    paragraphs = list(_inside(cell, f"{_W}p"))
    text = "\n".join(_text(paragraph) for paragraph in paragraphs)
    if text.strip() or not paragraphs:
        return text
    number = paragraphs[0].find(f"{_W}pPr/{_W}numPr")
    if number is None:
        return ""
    key = (_child_value(number, "numId"), _child_value(number, "ilvl") or "0")
    return numbers.get(key, "")


def _text(element: Any) -> str:
    """What a paragraph shows."""
    parts: list[str] = []
    for child in element:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in _BREAKS:
            parts.append(_BREAKS[child.tag])
        elif child.tag not in _UNSEEN and not _has(child, "rPr", "vanish"):
            parts.append(_text(child))
    return "".join(parts)


def _value(element: Any, name: str) -> str:
    return str(element.get(f"{_W}{name}", ""))


def _child_value(element: Any, name: str) -> str:
    found = element.find(f"{_W}{name}")
    return "" if found is None else _value(found, "val")


def _number(element: Any, group: str, name: str) -> int:
    found = element.find(f"{_W}{group}/{_W}{name}")
    text = _value(found, "val") if found is not None else ""
    return min(int(text), 1_000) if text.isdecimal() and len(text) < 8 else 0


def _has(element: Any, group: str, name: str) -> bool:
    found = element.find(f"{_W}{group}/{_W}{name}")
    return found is not None and found.get(f"{_W}val", "1") not in {"0", "false", "off"}
