"""The number that each heading, table and figure carries in print, and its anchor.

    一、  （一）  1.  （1）     headings, levels 1 to 4
    附件1                      an annex, a level 1 at the end
    表 3-1  图 3-1  附表 1-1    by chapter

Numbers and anchors are given here once; the writers print them and number nothing themselves.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from evalbook.blocks import Figure, Heading, Note, Prose, Signatures, Table
from evalbook.numerals import chinese

Printed: TypeAlias = Heading | Prose | Table | Figure | Note | Signatures


@dataclass(frozen=True, slots=True)
class Placed:
    """A block in its place: the number it carries and the name other places link to."""

    block: Printed
    number: str = ""
    anchor: str = ""

    @property
    def title(self) -> str:
        """Number and words of a heading or a caption, as printed."""
        match self.block:
            case Heading(annex=False, text=text):
                return self.number + text
            case Heading(text=words) | Table(caption=words) | Figure(caption=words):
                return f"{self.number}　{words}" if words else self.number
        return ""

    @property
    def name(self) -> str:
        """How other places call it: 表 3-1, 附件2, and a heading in quotes."""
        if isinstance(self.block, Heading) and not self.block.annex:
            return f"“{self.title}”"
        return self.number


def numbered(blocks: Sequence[Printed]) -> list[Placed]:
    """Every block with its number and anchor, counted by chapter."""
    return list(_numbered(blocks))


def _numbered(blocks: Sequence[Printed]) -> Iterator[Placed]:
    counts = [0, 0, 0, 0]
    annexes = 0
    in_chapter: Counter[str] = Counter()
    for block in blocks:
        if isinstance(block, Heading):
            if block.level == 1:
                in_chapter.clear()
                annexes += block.annex
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (4 - block.level)
            yield _placed_heading(block, counts, annexes)
        elif isinstance(block, Table | Figure):
            in_chapter[block.block] += 1
            yield _placed_caption(block, in_chapter[block.block], counts[0], annexes)
        else:
            yield Placed(block)


def _placed_heading(heading: Heading, counts: Sequence[int], annexes: int) -> Placed:
    own = counts[heading.level - 1]
    styles = (f"{chinese(own)}、", f"（{chinese(own)}）", f"{own}.", f"（{own}）")
    number = f"附件{annexes}" if heading.annex else styles[heading.level - 1]
    first = f"a{annexes}" if annexes else f"{counts[0]}"
    anchor = "-".join(["h", first, *map(str, counts[1 : heading.level])])
    return Placed(heading, number, anchor)


def _placed_caption(block: Table | Figure, own: int, chapter: int, annexes: int) -> Placed:
    name, letter = ("表", "t") if isinstance(block, Table) else ("图", "f")
    number = f"附{name} {annexes}-{own}" if annexes else f"{name} {chapter}-{own}"
    return Placed(block, number, f"{letter}-{f'a{annexes}' if annexes else chapter}-{own}")
