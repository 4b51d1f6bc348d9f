"""Report blocks 报告块: the only thing a notebook hands to the report.

A block is data (`application/vnd.evalbook.block+json`). The HTML and Markdown shown beside it in
JupyterLab are previews made from it (preview.py) and are never parsed back. Every figure that a
block shows is a `Run` or a `Cell` with the address it came from (`budget.total.rate`) and its
exact value; `computed` says that the figure is not the one printed at that address but the one
that a formula or a rule gives there.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

MIME = "application/vnd.evalbook.block+json"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; `address` and `value` are set when the text is a figure of the case.

    `ref` names a heading, a table or a figure of the report by its words; the report puts the
    number it carries (表 3-1) in place of the text. The text stands where the report has no such
    thing or several; without a text that is a fault.
    """

    text: str
    address: str = ""
    value: str = ""
    computed: bool = False
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; `address`, `value` and `computed` as in a run, spans at least 1."""

    text: str
    address: str = ""
    value: str = ""
    computed: bool = False
    colspan: Annotated[int, Field(ge=1)] = 1
    rowspan: Annotated[int, Field(ge=1)] = 1


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 to 4 (一、（一）1.（1）), numbered by the report; an annex is a last level 1."""

    level: Annotated[int, Field(ge=1, le=4)]
    text: str
    annex: bool = False
    block: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph (`body`) or an item of a list (`item`)."""

    runs: tuple[Run, ...]
    style: Literal["body", "item"] = "body"
    block: Literal["prose"] = "prose"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: header rows, body rows, one alignment and one relative width for each column.

    `kinds` says of each body row whether it is a `body`, `group` or `total` row; `unit` is the
    money unit printed above the right corner, `notes` stand below. A cell that spans columns or
    rows takes the place of those it covers, as in HTML.
    """

    caption: str
    header: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    align: tuple[Literal["left", "center", "right"], ...]
    widths: tuple[float, ...]
    kinds: tuple[Literal["body", "group", "total"], ...]
    unit: str = ""
    notes: tuple[str, ...] = ()
    block: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as SVG text and as PNG (base64); `alt` says in words what it shows.

    `data` are the figures drawn, each with its label: what a reader who does not see it is given.
    """

    caption: str
    alt: str
    svg: str
    png: str
    data: tuple[tuple[str, Run], ...] = ()
    block: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True)
class Note:
    """A boxed remark: something to know (`info`), to look at (`warning`), or wrong (`error`)."""

    runs: tuple[Run, ...]
    tone: Literal["info", "warning", "error"] = "info"
    block: Literal["note"] = "note"


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on, one for each label; the house style puts them before the annexes."""

    labels: tuple[str, ...]
    block: Literal["signatures"] = "signatures"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which evaluation a notebook saw, by its hash; never printed."""

    case: str
    evaluation: str
    block: Literal["stamp"] = "stamp"


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands behind a figure, in words for the reader who asks; empty where there is none.

    `place` is table, row, column and where they stand in the source; `printed` the figure as
    printed there; `formula` how it is recomputed, `computed` what that gives; `rule` the scoring
    rule with its regulation.
    """

    place: str
    printed: str = ""
    formula: str = ""
    computed: str = ""
    rule: str = ""


KINDS = (Heading, Prose, Table, Figure, Note, Signatures, Stamp)
Block = Annotated[
    Heading | Prose | Table | Figure | Note | Signatures | Stamp, Field(discriminator="block")
]
_adapter: TypeAdapter[Block] = TypeAdapter(Block)


def to_json(block: Block) -> dict[str, Any]:
    """The block as plain JSON data, without what is as always."""
    data: dict[str, Any] = _adapter.dump_python(block, mode="json", exclude_defaults=True)
    return {"block": block.block, **data}


def from_json(data: Any) -> Block:
    """The block that `to_json` wrote; raises `pydantic.ValidationError` for anything else."""
    return _adapter.validate_python(data, strict=False)
