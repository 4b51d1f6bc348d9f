"""Documents as an auditor gets them: Word files and web pages made from rows of printed cells.

A row is written `合计 | 100 | 50`; `<` continues the cell on its left, `^` the cell above.
"""

from __future__ import annotations

import csv
import html
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import docx

from evalbook.audit import Entry
from evalbook.drafts import Imported

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Sheet:
    """A printed table: the lines above it, its rows, the lines below."""

    rows: tuple[tuple[str, ...], ...]
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()

    def with_cell(self, row: int, column: int, text: str) -> Sheet:
        """The table with one cell printed otherwise."""
        rows = [list(line) for line in self.rows]
        assert rows[row][column] != text
        rows[row][column] = text
        return replace(self, rows=tuple(map(tuple, rows)))

    def spans(self) -> list[list[tuple[str, int, int] | None]]:
        """Text, columns and rows of each cell; None where another reaches."""
        grid: list[list[tuple[str, int, int] | None]] = []
        for r, line in enumerate(self.rows):
            cells: list[tuple[str, int, int] | None] = []
            for c, text in enumerate(line):
                if text in {"<", "^"}:
                    cells.append(None)
                    continue
                wide = 1
                while c + wide < len(line) and line[c + wide] == "<":
                    wide += 1
                high = 1
                while r + high < len(self.rows) and self.rows[r + high][c] == "^":
                    high += 1
                cells.append((text, wide, high))
            grid.append(cells)
        return grid


def sheet(*lines: str, above: Sequence[str] = (), below: Sequence[str] = ()) -> Sheet:
    rows = tuple(tuple(cell.strip(" ") for cell in line.split("|")) for line in lines)
    assert len({len(row) for row in rows}) == 1, "rows of different lengths"
    return Sheet(rows, tuple(above), tuple(below))


def word(*parts: Sheet | str) -> bytes:
    """A .docx with paragraphs and tables."""
    document = docx.Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
        else:
            for line in part.above:
                document.add_paragraph(line)
            _word_table(document, part)
            for line in part.below:
                document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _word_table(document, part: Sheet) -> None:
    table = document.add_table(rows=len(part.rows), cols=len(part.rows[0]))
    for r, line in enumerate(part.spans()):
        for c, cell in enumerate(line):
            if cell:
                text, wide, high = cell
                place = table.cell(r, c)
                if wide > 1 or high > 1:
                    place = place.merge(table.cell(r + high - 1, c + wide - 1))
                place.text = text


def page(*parts: Sheet | str, title: str = "某评价报告", charset: str = "utf-8") -> bytes:
    """A web page with paragraphs and tables."""
    body = "".join(f"<p>{html.escape(p)}</p>" if isinstance(p, str) else markup(p) for p in parts)
    head = f'<meta charset="{charset}"><title>{html.escape(title)}</title>'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode(charset)


def markup(part: Sheet) -> str:
    """A table and the lines around it as HTML."""
    rows = []
    for line in part.spans():
        cells = [
            f'<td colspan="{wide}" rowspan="{high}">{html.escape(text)}</td>'
            for text, wide, high in filter(None, line)
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    around = ["".join(f"<p>{html.escape(line)}</p>" for line in lines)
              for lines in (part.above, part.below)]  # fmt: skip
    return f"{around[0]}<table border=1>{''.join(rows)}</table>{around[1]}"


def altered(raw: bytes, change: Callable[[bytes], bytes], part: str = "word/document.xml") -> bytes:
    """A .docx with one of its parts changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(target, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return target.getvalue()


@dataclass(frozen=True)
class Made:
    """What an import made, and the files it left."""

    imported: Imported
    folder: Path

    @property
    def kinds(self) -> list[str]:
        return [each.plan.kind for each in self.imported.drafts]

    @property
    def said(self) -> str:
        return self.imported.summary

    @property
    def why_skipped(self) -> list[str]:
        return [each.why for each in self.imported.skipped]

    def rows(self, number: int = 0) -> list[dict[str, str]]:
        """The rows of a draft's CSV as a spreadsheet reads them."""
        file = self.imported.drafts[number].table.file
        text = (self.folder / f"{file}.csv").read_text("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def column(self, code: str, number: int = 0) -> list[str]:
        return [row[code] for row in self.rows(number)]

    def parents(self, number: int = 0) -> dict[str, str]:
        """The name of what each row stands under."""
        rows = self.rows(number)
        names = {row["id"]: row["name"] for row in rows} | {"": ""}
        return {row["name"]: names[row["parent"]] for row in rows}

    def unread(self, number: int = 0) -> list[tuple[int, str, str]]:
        return [(u.number, u.heading, u.text) for u in self.imported.drafts[number].unread]

    def wrong(self, severity: str = "error") -> list[Entry]:
        return [e for e in self.imported.audit.problems if e.severity == severity]
