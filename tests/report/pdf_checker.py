"""Reads a finished PDF and says what is wrong with it: the page, the letters, the tags, the file.

It knows the layout from the standard's own figures, not from the template, and works on the bytes
alone, so that it can also say that a PDF of another maker is no good.
"""

import ctypes
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
TOP, BOTTOM, INSIDE, OUTSIDE = 37 * MM, 35 * MM, 28 * MM, 26 * MM
ACROSS = 27 * MM
"""Above and below a page laid across: between 28 and 26 mm, as either side may be bound."""
BODY, PITCH, ASCENT, LINES, LETTERS = 15.75, 28.9, 0.88, 22, 28
NUMBER_BELOW, NUMBER_SIZE = 7 * MM, 14.0
NUMBER = re.compile(r"—(\d+)—")
_NUMBERS = {"gbt9704": NUMBER, "screen": re.compile(r"(\d+)/\d+")}
DRAFT = "征求意见稿"
SCREEN_MARGIN = 22 * MM
_SLACK = 0.6
_SIDE_SLACK = 1.5
"""In points; more at the sides, where the boxes of letters are known less well."""
_HEADING = re.compile(r"/H([1-6])$")
MOST_EMPTY = 1 / 3
"""How much of a page may stay empty at its foot, if what follows could have stood there."""
_ANNEX = re.compile(r"附件\d")
_CONTINUED = re.compile(r"续附?表\d+-\d+")


class Glyph(NamedTuple):
    """A letter as drawn; y from the top of the page, in points."""

    char: str
    size: float
    x: float
    y: float
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Page:
    """A page with its letters; `physical` from 1."""

    physical: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]

    @property
    def across(self) -> bool:
        return self.width > self.height


def faults(data: bytes, profile: str = "gbt9704", draft: bool = False) -> list[str]:
    """All that is wrong, one sentence each; empty when nothing is."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        read = pages(data)
        found = [*_about(pdf), *_fonts(pdf), *_content(pdf), *_tags(pdf), *_files(pdf)]
        found += _breaks(pdf, read)
    check, area = (_gbt_page, _area) if profile == "gbt9704" else (_screen_page, _screen_area)
    numbers = []
    for page in read:
        outside = _outside(page, area(page))
        number = _number(outside, profile)
        numbers.append(number)
        found += [f"page {page.physical}: {fault}" for fault in check(page, number, outside)]
        following = read[page.physical] if page.physical < len(read) else None
        if number is not None and _goes_on(page, following):
            found += _foot(data, page, area(page))
        if (DRAFT in _said(outside)) != draft:
            found.append(f"page {page.physical}: draft is {'not ' if draft else ''}marked")
    sizes = {round(g.size, 2) for page in read for g in page.glyphs}
    if profile == "gbt9704" and BODY not in sizes:
        found.append(f"no letter is of {BODY} points, only {sorted(sizes)}")
    given = [number for number in numbers if number is not None]
    if given != list(range(1, len(given) + 1)):
        found.append(f"page numbers are {given}")
    return found


# ---- letters on the page


def pages(data: bytes) -> list[Page]:
    """Every page with its letters."""
    document = pdfium.PdfDocument(data)
    try:
        return [_page(document[index], index + 1) for index in range(len(document))]
    finally:
        document.close()


def _page(page: pdfium.PdfPage, physical: int) -> Page:
    width, height = page.get_size()
    text = page.get_textpage()
    x, y, left, right, bottom, top = (ctypes.c_double() for _ in range(6))
    glyphs = []
    for index in range(raw.FPDFText_CountChars(text)):
        char = chr(raw.FPDFText_GetUnicode(text, index))
        if raw.FPDFText_IsGenerated(text, index) == 1 or not char.strip("\u200b\x00 \r\n\u3000"):
            continue
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        size = raw.FPDFText_GetFontSize(text, index)
        edges = (left.value, right.value, height - top.value, height - bottom.value)
        glyphs.append(Glyph(char, size, x.value, height - y.value, *edges))
    text.close()
    page.close()
    return Page(physical, width, height, tuple(glyphs))


def _area(page: Page) -> tuple[float, float, float, float]:
    """Left, right, top, bottom of the type area of GB/T 9704."""
    if page.across:
        return BOTTOM, page.width - TOP, ACROSS, page.height - ACROSS
    left, right = (INSIDE, OUTSIDE) if page.physical % 2 else (OUTSIDE, INSIDE)
    return left, page.width - right, TOP, page.height - BOTTOM


def _outside(page: Page, area: tuple[float, float, float, float]) -> list[Glyph]:
    left, right, top, bottom = area
    return [
        g
        for g in page.glyphs
        if g.left < left - _SIDE_SLACK
        or g.right > right + _SIDE_SLACK
        or g.top < top - _SLACK
        or g.bottom > bottom + _SLACK
    ]


def _said(glyphs: list[Glyph]) -> str:
    return "".join(g.char for g in glyphs)


def _number(outside: list[Glyph], profile: str) -> int | None:
    """The number printed in the margin; None where there is none."""
    number = _NUMBERS[profile].search(_said(outside))
    return int(number[1]) if number else None


def _gbt_page(page: Page, number: int | None, outside: list[Glyph]) -> Iterator[str]:
    size = sorted((round(page.width), round(page.height)))
    if size != [round(one) for one in A4]:
        yield f"is {size} points, not A4"
    if strange := NUMBER.sub("", _said(outside).replace(DRAFT, "")):
        yield f"outside the type area: {strange[:20]}"
    if number is not None:
        yield from _number_place(page, number, [g for g in outside if g.char not in DRAFT])
        yield from _grid(page, _area(page))


def _number_place(page: Page, number: int, glyphs: list[Glyph]) -> Iterator[str]:
    """14 pt, 7 mm below the type area, one letter in from its outer edge, on the sheet as bound."""
    if number % 2 != page.physical % 2:
        yield f"number {number} stands on the other side of its leaf"
    left, right, top, bottom = area = _area(page)
    if page.across:  # head to the left of the sheet: its foot is at our left, its right at our foot
        below = left - max(g.right for g in glyphs)
        start, end = min(g.top for g in glyphs), max(g.bottom for g in glyphs)
        inward = area[3] - end if number % 2 else start - top
    else:
        below = min(g.top for g in glyphs) - bottom
        start, end = min(g.left for g in glyphs), max(g.right for g in glyphs)
        inward = right - end if number % 2 else start - left
    if not NUMBER_BELOW - 1 <= below <= NUMBER_BELOW + NUMBER_SIZE:
        yield f"the page number stands {below / MM:.1f} mm below the type area"
    if not NUMBER_SIZE - 3 <= inward <= NUMBER_SIZE + 3:
        yield f"the page number stands {inward:.1f} points in from the outer edge"
    if {round(g.size, 1) for g in glyphs} != {NUMBER_SIZE}:
        yield "the page number is not of 14 points"


def _grid(page: Page, area: tuple[float, float, float, float]) -> Iterator[str]:
    """Letters of the body stand on 22 lines (15 across), 28 to a line."""
    left, right, top, _ = area
    rows: dict[int, list[Glyph]] = {}
    for glyph in page.glyphs:
        if abs(glyph.size - BODY) < 0.01:
            line = (glyph.y - top - ASCENT * BODY) / PITCH
            if abs(line - round(line)) * PITCH > _SLACK:
                yield f"off the grid by {(line - round(line)) * PITCH:.1f} points: {glyph.char}"
                return
            rows.setdefault(round(line), []).append(glyph)
    most = 15 if page.across else LINES
    if rows and not 0 <= min(rows) <= max(rows) < most:
        yield f"lines {min(rows) + 1} to {max(rows) + 1} of {most}"
    if not page.across and int((right - left) / BODY) != LETTERS:
        yield "the line is not 28 letters long"
    for row in rows.values():
        hans = [g for g in row if "\u4e00" <= g.char <= "\u9fff"]
        if len(hans) > LETTERS and not page.across:
            yield f"{len(hans)} letters in a line: {_said(row)[:10]}"
    steps = [b.x - a.x for row in rows.values() for a, b in pairwise(row)
             if "\u4e00" <= a.char <= "\u9fff" and "\u4e00" <= b.char <= "\u9fff"]  # fmt: skip
    if steps and not BODY - 0.3 <= sorted(steps)[len(steps) // 2] <= BODY + 0.6:
        yield f"letters follow one another at {sorted(steps)[len(steps) // 2]:.2f} points"


def _screen_area(page: Page) -> tuple[float, float, float, float]:
    edge = SCREEN_MARGIN
    return edge, page.width - edge, edge, page.height - edge


def _screen_page(page: Page, number: int | None, outside: list[Glyph]) -> Iterator[str]:
    if strange := re.sub(r"\d+/\d+", "", _said(outside).replace(DRAFT, "")):
        yield f"outside the margins: {strange[:20]}"


# ---- the foot of a page, and the tables that go on to the next


def _goes_on(page: Page, following: Page | None) -> bool:
    """Whether what follows could have stood on this page: neither an annex nor another way up."""
    if following is None or following.across != page.across:
        return False
    large = [g for g in following.glyphs if g.size > 14.5 or g.char in "附件"]
    return not _ANNEX.match(_said(sorted(large, key=lambda g: g.y)[:3]))


def _foot(data: bytes, page: Page, area: tuple[float, float, float, float]) -> Iterator[str]:
    """No more than a third of the page stays empty at its foot; charts count as drawn."""
    document = pdfium.PdfDocument(data)
    drawn = document[page.physical - 1].render(scale=1, grayscale=True).to_pil()
    document.close()
    left, right, top, bottom = map(round, area)
    inked = drawn.crop((left, top, right, bottom)).point(lambda shade: 255 * (shade < 250))
    box = inked.getbbox()
    empty = 1 - (box[3] if box else 0) / (bottom - top)
    if empty > MOST_EMPTY:
        yield f"page {page.physical}: {empty:.0%} of it stays empty at the foot"


def _breaks(pdf: pikepdf.Pdf, read: list[Page]) -> Iterator[str]:
    """A table that goes on says so on every page, and has two rows at least on each."""
    if "/StructTreeRoot" not in pdf.Root:
        return
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
    for table in (node for node in _nodes(pdf.Root.StructTreeRoot) if node.S == "/Table"):
        rows = [
            frozenset(_pages_of(row, numbers))
            for body in _nodes(table) if body.S == "/TBody"
            for row in _nodes(body) if row.S == "/TR"
        ]  # fmt: skip
        on = Counter(number for pages in rows for number in pages)
        for number in sorted(on):
            said = "".join(_said([*read[number - 1].glyphs]).split())
            if number > min(on) and not _CONTINUED.search(said):
                yield f"page {number}: a table goes on without 续表"
            if len(on) > 1 and on[number] < 2:
                yield f"page {number}: one row alone"


def _pages_of(node: pikepdf.Object, numbers: dict[tuple[int, int], int]) -> Iterator[int]:
    """The pages on which the letters of a tag stand."""
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield from _pages_of(child, numbers)
        elif isinstance(child, pikepdf.Dictionary) and "/Pg" in child:
            yield numbers[child.Pg.objgen]
        elif "/Pg" in node:
            yield numbers[node.Pg.objgen]


# ---- the file


def _about(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if str(root.get("/Lang", "")) != "zh-CN":
        yield "its language is not zh-CN"
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "it is not marked as tagged"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "the window does not show its title"
    about = pdf.open_metadata()
    for key, value in (
        ("pdfuaid:part", "1"), ("pdfaid:part", "3"), ("pdfaid:conformance", "A"),
    ):  # fmt: skip
        if about.get(key) != value:
            yield f"{key} is {about.get(key)}, not {value}"
    if not about.get("dc:title"):
        yield "it has no title"
    intents = root.get("/OutputIntents", [])
    if not any(one.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in one for one in intents):
        yield "it has no output intent"
    if pdf.is_encrypted or "/JavaScript" in root.get("/Names", {}) or "/OpenAction" in root:
        yield "it is locked or does something by itself"
    for number, page in enumerate(pdf.pages, 1):
        for annotation in page.get("/Annots", []):
            if "/Contents" not in annotation or "/StructParent" not in annotation:
                yield f"page {number}: a link without words or tag"
        if "/Annots" in page and page.get("/Tabs") != "/S":
            yield f"page {number}: the order of its links is not that of the tags"


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font":
            name = item.get("/BaseFont")
            if item.Subtype == "/Type0" and "/ToUnicode" not in item:
                yield f"font {name} cannot be read back"
            holder = item.get("/FontDescriptor")
            if item.Subtype != "/Type0" and (
                holder is None or not any(f"/FontFile{n}" in holder for n in ("", "2", "3"))
            ):
                yield f"font {name} is not embedded"


def _content(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Every letter is one of the font's and stands inside a tag or an artifact."""
    for number, page in enumerate(pdf.pages, 1):
        depth = 0
        for operands, operator in pikepdf.parse_content_stream(page, "BDC BMC EMC Tj TJ"):
            match str(operator):
                case "BDC" | "BMC":
                    depth += 1
                case "EMC":
                    depth -= 1
                case _:
                    if not depth:
                        yield f"page {number}: text without a tag"
                        break
                    if _has_missing(operands[0]):
                        yield f"page {number}: a letter that its font does not have"
                        break


def _has_missing(shown: pikepdf.Object) -> bool:
    parts = shown if isinstance(shown, pikepdf.Array) else [shown]
    codes = b"".join(bytes(p) for p in parts if isinstance(p, pikepdf.String))
    return any(codes[at : at + 2] == b"\0\0" for at in range(0, len(codes), 2))


# ---- tags


def _tags(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/StructTreeRoot" not in pdf.Root:
        yield "it has no tags"
        return
    level, seen = 0, Counter[str]()
    for node in _nodes(pdf.Root.StructTreeRoot):
        kind = str(node.S)
        seen[kind] += 1
        if kind == "/Figure" and not str(node.get("/Alt", "")).strip():
            yield "a figure without words for it"
        if kind == "/Table" and not any(str(one.S) == "/TH" for one in _nodes(node)):
            yield "a table without header cells"
        if heading := _HEADING.match(kind):
            if int(heading[1]) > level + 1:
                yield f"heading {heading[1]} below heading {level}"
            level = int(heading[1])
    if not seen["/H1"] or not seen["/P"]:
        yield f"only these tags: {sorted(seen)}"


def tag_counts(data: bytes) -> Counter[str]:
    """How many of each tag there are."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return Counter(str(node.S) for node in _nodes(pdf.Root.StructTreeRoot))


def _nodes(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The tags below a tag, in reading order."""
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _nodes(child)


def _files(pdf: pikepdf.Pdf) -> Iterator[str]:
    listed = [str(one.get("/UF", "")) for one in pdf.Root.get("/AF", [])]
    if sorted(listed) != sorted(pdf.attachments):
        yield f"associated files are {listed}, attached are {sorted(pdf.attachments)}"
    for one in pdf.Root.get("/AF", []):
        if "/AFRelationship" not in one or "/Desc" not in one or "/Subtype" not in one.EF.F:
            yield f"attachment {one.get('/UF')} does not say what it is"
