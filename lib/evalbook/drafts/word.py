"""Tables of a Word document, as printed: without what is deleted, hidden or only a fallback."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from evalbook.drafts.found import Printed, laid
from evalbook.drafts.lines import Reading
from evalbook.sheets import MAX_RATIO, MAX_UNPACKED

MAX_PARTS = 5_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNSEEN = {f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent", _FALLBACK, f"{_W}tbl"}
_BREAKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


class NotWord(ValueError):
    """The bytes are no Word document; the message is a Chinese clause."""


def read_word(raw: bytes) -> Reading:
    """The tables of a .docx in their order, those within a table after it. Raises NotWord."""
    _refuse_bomb(raw)
    import docx

    try:
        body = docx.Document(io.BytesIO(raw)).element.body
    except (KeyError, ValueError, AttributeError, OSError, zipfile.BadZipFile, etree.LxmlError):
        raise NotWord("不是能读的 Word 文档，或已损坏") from None
    reading = Reading()
    _read(body, reading)
    return reading


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


def _read(block: Any, reading: Reading) -> None:
    """Paragraphs and tables below an element, in their order."""
    for element in block:
        if element.tag == f"{_W}p":
            reading.line(_text(element), heading=_is_heading(element))
        elif element.tag == f"{_W}tbl":
            _table(element, reading)
        elif element.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"}:
            _read(element, reading)


def _is_heading(paragraph: Any) -> bool:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = style.get(f"{_W}val", "") if style is not None else ""
    outlined = paragraph.find(f"{_W}pPr/{_W}outlineLvl") is not None
    return outlined or name.lower().startswith("heading") or name in set("123456789")


def _table(table: Any, reading: Reading) -> None:
    rows = [row for row in _inside(table, f"{_W}tr") if not _has(row, "trPr", "del")]
    inner = [each for row in rows for each in row.iter(f"{_W}tbl")]
    grid, fault = laid(_rows(rows))
    reading.table(grid, fault, holds_tables=bool(inner))
    for each in inner:
        if next(each.iterancestors(f"{_W}tbl")) is table:
            _table(each, reading)


def _inside(element: Any, tag: str) -> Iterator[Any]:
    """The parts of a table or of a row, also those in content controls and insertions."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"}:
            yield from _inside(child, tag)


def _rows(rows: list[Any]) -> list[list[Printed]]:
    """The cells of every row; a cell that goes on below (vMerge) reaches over the rows it does."""
    lines = [list(_cells(row)) for row in rows]
    goes_on = [{start for start, _, state, _ in line if state == "continue"} for line in lines]
    printed: list[list[Printed]] = []
    for number, line in enumerate(lines):
        heading = _has(rows[number], "trPr", "tblHeader")
        cells = []
        for start, wide, state, text in line:
            if state == "continue" and number and _begun(lines, goes_on, number, start):
                continue
            high = 1
            while number + high < len(lines) and state and start in goes_on[number + high]:
                high += 1
            cells.append(Printed(text, wide, high, heading))
        printed.append(cells)
    return printed


def _begun(
    lines: list[list[tuple[int, int, str, str]]], goes_on: list[set[int]], row: int, start: int
) -> bool:
    """Whether a cell that says it goes on from above really does."""
    while row and start in goes_on[row]:
        row -= 1
    return any(at == start and state == "restart" for at, _, state, _ in lines[row])


def _cells(row: Any) -> Iterator[tuple[int, int, str, str]]:
    """First column of the grid, width, restart or continue or nothing, and text of each cell."""
    column = _number(row, "trPr", "gridBefore")
    if column:
        yield 0, column, "", ""
    for cell in _inside(row, f"{_W}tc"):
        wide = max(1, _number(cell, "tcPr", "gridSpan") or 1)
        merge = cell.find(f"{_W}tcPr/{_W}vMerge")
        state = "" if merge is None else merge.get(f"{_W}val", "continue")
        text = "" if state == "continue" else "\n".join(_paragraphs(cell))
        yield column, wide, state, text
        column += wide


def _paragraphs(cell: Any) -> Iterator[str]:
    for paragraph in _inside(cell, f"{_W}p"):
        yield _text(paragraph)


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


def _number(element: Any, group: str, name: str) -> int:
    found = element.find(f"{_W}{group}/{_W}{name}")
    text = found.get(f"{_W}val", "") if found is not None else ""
    return min(int(text), 1_000) if text.isdecimal() and len(text) < 8 else 0


def _has(element: Any, group: str, name: str) -> bool:
    found = element.find(f"{_W}{group}/{_W}{name}")
    return found is not None and found.get(f"{_W}val", "1") not in {"0", "false", "off"}
