"""The report as one Document: blocks in order, each with the number it carries in print.

    一、  （一）  1.  （1）     headings, levels 1 to 4
    附件1                      an annex, a level 1 at the end
    表 3-1  图 3-1  附表 1-1    by chapter

Numbers and anchors are given here once; the writers print them and number nothing themselves.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, TypeVar

from evalbook.blocks import Cell, Figure, Heading, Note, Prose, Run, Stamp, Table
from evalbook.errors import ReportError
from evalbook.numerals import chinese
from evalbook.report import tables
from evalbook.report.text import clean, clean_line

Printed: TypeAlias = Heading | Prose | Table | Figure | Note
Status: TypeAlias = Literal["draft", "final"]
_Text = TypeVar("_Text", Run, Cell)

DRAFT_MARK = "征求意见稿"
UNPUBLISHED = "未公布"
CONTENTS_TITLE = "目　录"
CONTENTS_DEPTH = 2
NOTE_LABELS = {"info": "说明", "warning": "注意", "error": "错误"}
BULLET = "• "


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


@dataclass(frozen=True, slots=True)
class Document:
    """All that a writer needs. `facts` are the label and value pairs under the title."""

    title: str
    facts: tuple[tuple[str, str], ...]
    status: Status
    date: str | None
    case: str
    blocks: tuple[Placed, ...]

    @property
    def draft_mark(self) -> str:
        """What every page of a draft is marked with; empty when final."""
        return DRAFT_MARK if self.status == "draft" else ""

    @property
    def contents(self) -> tuple[Placed, ...]:
        """The headings that the contents list, in order."""
        return tuple(
            placed
            for placed in self.blocks
            if isinstance(placed.block, Heading) and placed.block.level <= CONTENTS_DEPTH
        )


def assemble(
    blocks: Iterable[Printed | Stamp],
    *,
    title: str,
    facts: Iterable[tuple[str, str]] = (),
    status: Status = "final",
    date: str | None = None,
    case: str = "",
) -> Document:
    """Join and number the blocks; all that does not fit together is one `ReportError`."""
    printed = [_cleaned(block) for block in blocks if not isinstance(block, Stamp)]
    if faults := [*_order_faults(printed), *_table_faults(printed)]:
        lines = [f"  {number}. {fault}" for number, fault in enumerate(faults, 1)]
        raise ReportError("\n".join([f"报告的内容有 {len(faults)} 处不能排版：", *lines]))
    return Document(
        title=clean_line(title),
        facts=tuple((clean_line(label), clean(value) or UNPUBLISHED) for label, value in facts),
        status=status,
        date=date,
        case=clean_line(case),
        blocks=tuple(_numbered(printed)),
    )


def _numbered(blocks: Sequence[Printed]) -> Iterable[Placed]:
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


def _order_faults(blocks: Sequence[Printed]) -> Iterable[str]:
    level, above, annex = 0, "", False
    for block in blocks:
        if isinstance(block, Heading):
            if block.level > level + 1:
                place = f"标题“{above}”（{level} 级）之后" if level else "报告开头"
                yield (
                    f"{place}直接出现 {block.level} 级标题“{block.text}”，"
                    f"中间缺 {level + 1} 级标题。请补上，或把这个标题提到 {level + 1} 级。"
                )
            if block.annex and block.level != 1:
                yield f"附件标题“{block.text}”是 {block.level} 级，附件必须是 1 级标题。"
            if annex and block.level == 1 and not block.annex:
                yield f"标题“{block.text}”排在附件之后。请把它移到附件之前。"
            level, above = block.level, block.text
            annex = annex or block.annex
        elif isinstance(block, Table | Figure) and not level:
            name = "表" if isinstance(block, Table) else "图"
            yield f"{name}“{block.caption}”出现在第一个 1 级标题之前。请先写标题。"


def _table_faults(blocks: Sequence[Printed]) -> Iterable[str]:
    for block in blocks:
        if isinstance(block, Table) and (fault := tables.fault(block)):
            yield f"表“{block.caption}”：{fault}。请检查生成这个表的单元格。"


def _cleaned(block: Printed) -> Printed:
    match block:
        case Heading():
            return replace(block, text=clean_line(block.text))
        case Prose() | Note():
            return replace(block, runs=tuple(_cleaned_text(run) for run in block.runs))
        case Figure():
            return replace(block, caption=clean_line(block.caption), alt=clean_line(block.alt))
        case Table():
            return replace(
                block,
                caption=clean_line(block.caption),
                unit=clean_line(block.unit),
                notes=tuple(clean(note) for note in block.notes),
                header=tuple(tuple(map(_cleaned_text, row)) for row in block.header),
                rows=tuple(tuple(map(_cleaned_text, row)) for row in block.rows),
            )


def _cleaned_text(item: _Text) -> _Text:
    return replace(
        item, text=clean(item.text), address=clean_line(item.address), value=clean_line(item.value)
    )
