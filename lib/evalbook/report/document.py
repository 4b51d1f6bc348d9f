"""The report as one Document: blocks in order, each with the number it carries in print."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, TypeVar

from evalbook.blocks import (
    Cell,
    Figure,
    Heading,
    Note,
    Proof,
    Prose,
    Run,
    Signatures,
    Stamp,
    Table,
)
from evalbook.errors import ReportError
from evalbook.harmless import clean, clean_line
from evalbook.house import PLAIN, House
from evalbook.report import references, tables
from evalbook.report.numbering import Placed, Printed, numbered

Status: TypeAlias = Literal["draft", "final"]
_Text = TypeVar("_Text", Run, Cell)

DRAFT_MARK = "征求意见稿"
UNPUBLISHED = "未公布"
CONTENTS_TITLE = "目　录"
DISCLAIMER_TITLE = "声　明"
LOGO_ALT = "徽标"
"""What a screen reader says of a logo; the name of the house stands below it."""
CONTENTS_DEPTH = 2
NOTE_LABELS = {"info": "说明", "warning": "注意", "error": "错误"}
BULLET = "• "
CONTINUED = "续"
"""Before the number of a table on the pages that it goes on to: 续表 3-1."""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """All that a writer needs. `facts` are the label and value pairs under the title.

    `proofs` says of an address what stands behind its figure; `attachments` are files that a
    format may carry along, by name. `anchors` are the places that a run's `ref` names. A document
    equals itself alone: a writer keeps by it what it has worked out.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    status: Status
    date: str | None
    case: str
    blocks: tuple[Placed, ...]
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    house: House = PLAIN
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    anchors: Mapping[str, str] = field(default_factory=dict)

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
    proofs: Mapping[str, Proof] | None = None,
    house: House = PLAIN,
    attachments: Mapping[str, bytes] | None = None,
) -> Document:
    """Join and number the blocks; all that does not fit together is one `ReportError`."""
    house = _cleaned_house(house)
    printed = [_cleaned(block) for block in blocks if not isinstance(block, Stamp)]
    if house.signatures:
        printed.insert(_end_of_body(printed), Signatures(house.signatures))
    placed = numbered(printed)
    named = references.names(placed)
    faults = [
        *_order_faults(printed),
        *_table_faults(printed),
        *references.faults(printed, named),
    ]
    if faults:
        lines = [f"  {number}. {fault}" for number, fault in enumerate(faults, 1)]
        raise ReportError("\n".join([f"报告的内容有 {len(faults)} 处不能排版：", *lines]))
    return Document(
        title=clean_line(title),
        facts=tuple((clean_line(label), clean(value) or UNPUBLISHED) for label, value in facts),
        status=status,
        date=date,
        case=clean_line(case),
        blocks=tuple(references.resolved(placed, named)),
        proofs=proofs or {},
        house=house,
        attachments=attachments or {},
        anchors={words: first.anchor for words, (first, *_) in named.items()},
    )


def _end_of_body(blocks: Sequence[Printed]) -> int:
    """Where the annexes begin."""
    annexes = (n for n, block in enumerate(blocks) if isinstance(block, Heading) and block.annex)
    return next(annexes, len(blocks))


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


def _cleaned_house(house: House) -> House:
    return replace(
        house,
        organisation=clean_line(house.organisation),
        disclaimer=clean(house.disclaimer).strip(),
        signatures=tuple(map(clean_line, house.signatures)),
    )


def _cleaned(block: Printed) -> Printed:
    match block:
        case Heading():
            return replace(block, text=clean_line(block.text))
        case Prose() | Note():
            return replace(block, runs=tuple(_cleaned_text(run) for run in block.runs))
        case Figure():
            return replace(
                block,
                caption=clean_line(block.caption),
                alt=clean_line(block.alt),
                data=tuple((clean_line(label), _cleaned_text(run)) for label, run in block.data),
            )
        case Signatures():
            return block
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
