"""What is what in a printed table: title, unit, header, rows, notes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evalbook.drafts.found import Found, Grid, Spot, clean, distinct, narrow
from evalbook.drafts.settings import Standards

LONGEST_TITLE = 60
MOST_HEADER_ROWS = 4
_NUMBER = re.compile(r"[-−+]?[\d,]+(\.\d+)?(%|‰|[^\d\s,.%]{1,4})?")
_DASH = re.compile(r"[-–—―─/\\]{1,3}")
_YEAR = re.compile(r"(19|20)\d\d(年度?)?")
_COLUMN_NUMBER = re.compile(
    r"(?P<number>\d{1,2}|[A-Z])([=＝].*)?|[甲乙丙丁]|栏次|行次|[①-⑳]([=＝].*)?"
)
_UNIT_LINE = re.compile(r"单位(?:[:：]\s*|\s+)(?P<unit>[^\s，,；;。()（）]{1,12})")
_BRACKETS = re.compile(r"[(（]([^()（）]{1,12})[)）]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: as printed, its lines from the top, and the unit that it states."""

    text: str
    lines: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Shaped:
    """A table understood as far as its outline goes.

    `rows` are the rows of the body with their numbers as printed (from 1); a section row has one
    text only. `unit` is what the table states for its amounts, empty when it states none.
    """

    found: Found
    title: str
    unit: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[int, tuple[Spot, ...]], ...]
    notes: tuple[str, ...] = ()


def is_number(text: str) -> bool:
    """Whether a text is a number with or without a unit, and no year."""
    text = narrow(text)
    return bool(_NUMBER.fullmatch(text)) and not _YEAR.fullmatch(text)


def is_dash(text: str) -> bool:
    """Whether a text says that a number does not apply."""
    return bool(_DASH.fullmatch(narrow(text)))


def shaped(found: Found, standards: Standards) -> Shaped:
    """The outline of a table."""
    grid, side = _without_side_label(found.grid, standards)
    first = banners(grid)
    over = [distinct(row)[0].text for row in grid[:first]]
    header = grid[first : first + header_rows(grid[first:])]
    body, notes = _body(grid, first + len(header), header, standards)
    headings = tuple(
        _heading([line[column] for line in header], standards)
        for column in range(len(grid[0]) if grid else 0)
    )
    said = [found.caption, *over, *reversed(found.before), side]
    return Shaped(
        found=found,
        title=_title(found, [*over, side]),
        unit=_unit(said, headings, standards),
        headings=headings,
        rows=tuple((found.first_row + number, spots) for number, spots in body),
        notes=tuple(notes),
    )


def side_label(grid: Grid) -> int:
    """How many rows from the top the first cell reaches down, 1 when it is no label at the side."""
    rows = 1
    while rows < len(grid) and grid[rows][0] is grid[0][0] and grid[0][0].text:
        rows += 1
    return rows


def _without_side_label(grid: Grid, standards: Standards) -> tuple[Grid, str]:
    """The grid without the columns that one text fills from the header down, and that text.

    Totals at the end may stand beneath the label.
    """
    end = len(grid)
    while end > 1 and narrow(grid[end - 1][0].text).endswith(standards.words.totals):
        end -= 1
    if end < 3:
        return grid, ""
    labels = {c for c, spot in enumerate(grid[0]) if all(row[c] is spot for row in grid[:end])}
    if len(labels) >= len(grid[0]) - 1:
        return grid, ""
    kept = tuple(tuple(s for c, s in enumerate(row) if c not in labels) for row in grid)
    return kept, "".join(dict.fromkeys(grid[0][c].text for c in sorted(labels)))


def banners(grid: Grid) -> int:
    """How many rows at the top only print a title or a unit over the table."""
    rows = 0
    while rows < len(grid) - 1 and len(distinct(grid[rows])) == 1 and _is_banner(grid[rows]):
        rows += 1
    return rows


def _is_banner(row: Sequence[Spot]) -> bool:
    """Whether the only text of a row stands over the table, and is no first cell of a body."""
    spot = distinct(row)[0]
    return row.count(spot) > 1 or row[0] is not spot or len(row) == 1


def header_rows(grid: Grid) -> int:
    """How many lines the header has: those marked, else those that its merged cells ask for."""
    if not grid:
        return 0
    marked = 0
    while (
        marked < len(grid) and (spots := distinct(grid[marked])) and all(s.heading for s in spots)
    ):
        marked += 1
    if 0 < marked < min(len(grid), MOST_HEADER_ROWS + 1):
        return marked
    if any(is_number(spot.text) for spot in distinct(grid[0])):
        return 0
    lines = max(_reach(grid, column) for column in range(len(grid[0])))
    wide = any(grid[0].count(spot) > 1 for spot in distinct(grid[0]))
    lines = max(lines, 1 + wide)
    while lines > 1 and (
        lines >= len(grid) or lines > MOST_HEADER_ROWS or _has_number(grid, lines)
    ):
        lines -= 1
    return lines


def _reach(grid: Grid, column: int) -> int:
    reach = 1
    while reach < len(grid) and grid[0][column].text and grid[reach][column] is grid[0][column]:
        reach += 1
    return reach


def _has_number(grid: Grid, lines: int) -> bool:
    return any(is_number(spot.text) for row in grid[1:lines] for spot in distinct(row))


def _body(
    grid: Grid, start: int, header: Grid, standards: Standards
) -> tuple[list[tuple[int, tuple[Spot, ...]]], list[str]]:
    """Numbered rows, without the header where it is printed again, and notes."""
    rows: list[tuple[int, tuple[Spot, ...]]] = []
    notes: list[str] = []
    heads = [_texts(line) for line in header]
    for number in range(start, len(grid)):
        texts = _texts(grid[number])
        if not any(texts) or (number == start and _is_column_numbers(texts)):
            continue
        if texts in heads:
            continue
        if _is_note(grid[number], standards):
            notes.append(distinct(grid[number])[0].text)
        else:
            rows.append((number, grid[number]))
    return rows, notes


def _texts(row: Sequence[Spot]) -> tuple[str, ...]:
    return tuple(narrow(spot.text) for spot in row)


def _is_column_numbers(texts: Sequence[str]) -> bool:
    """A line under the header that numbers the columns: 栏次 1 2 3=2-1."""
    known = [_COLUMN_NUMBER.fullmatch(text) for text in texts if text]
    if len(known) < 2 or not all(known):
        return False
    numbers = [int(each["number"]) for each in known if each and (each["number"] or "").isdigit()]
    return len(numbers) < 2 or numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _is_note(row: Sequence[Spot], standards: Standards) -> bool:
    spots = distinct(row)
    start = re.split(r"[:：]", spots[0].text)[0]
    word = re.sub(r"\d+$", "", narrow(start))
    if word in standards.words.notes and len(start) < len(spots[0].text):
        return True
    return len(spots) == 1 and row.count(spots[0]) == len(row) > 1 and len(spots[0].text) > 40


def _heading(spots: Sequence[Spot], standards: Standards) -> Heading:
    lines = tuple(spot.text for spot in distinct(spots))
    text = " ".join(lines)
    units = [u for line in lines for u in _BRACKETS.findall(line) if _is_unit(u, standards)]
    if not units and lines and "%" in narrow(lines[-1]):
        units = ["%"]
    return Heading(text, lines, narrow(units[-1]) if units else "")


def _is_unit(text: str, standards: Standards) -> bool:
    return narrow(text) in standards.units or narrow(text).removeprefix("单位:") in standards.units


def _unit(said: Sequence[str], headings: Sequence[Heading], standards: Standards) -> str:
    """The unit of amounts: from the lines around the table, else from headings that agree."""
    for line in (line for line in said if len(line) <= LONGEST_TITLE):
        for found in _UNIT_LINE.finditer(line):
            for unit in re.split(r"[、/]", found["unit"]):
                if _is_money(unit, standards):
                    return narrow(unit)
        for unit in _BRACKETS.findall(line):
            if _is_money(unit, standards):
                return narrow(unit)
    stated = {heading.unit for heading in headings if _is_money(heading.unit, standards)}
    return stated.pop() if len(stated) == 1 else ""


def _is_money(unit: str, standards: Standards) -> bool:
    return standards.units.get(narrow(unit), ("", 0))[0] == "金额"


def _title(found: Found, inside: Sequence[str]) -> str:
    """The caption, a line in the table or just above it, else the heading it stands under."""
    above = [line for line in reversed(found.before) if not _UNIT_LINE.search(line)]
    near = [line for line in above[:1] if _titles(line)]
    captions = [line for line in above if re.match(r"(续|附)?表\s*[\d一二三四五六七八九十-]", line)]
    for line in (found.caption, *inside, *captions[:1], *near, found.heading):
        if line and not _UNIT_LINE.fullmatch(line.strip("()（） ")):
            return clean(line)[:LONGEST_TITLE]
    return ""


def _titles(line: str) -> bool:
    return len(line) <= LONGEST_TITLE and not line.endswith(("。", "；", ";"))
