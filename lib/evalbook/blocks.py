"""Report blocks 报告块: the only thing a notebook hands to the report.

A block is data (`application/vnd.evalbook.block+json`). The HTML and Markdown shown beside it in
JupyterLab are previews made from it (preview.py) and are never parsed back. Every figure that a
block shows is a `Run` or a `Cell` with the address it came from (`budget.total.rate`) and its
exact value.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

MIME = "application/vnd.evalbook.block+json"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; `address` and `value` are set when the text is a figure of the case."""

    text: str
    address: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; `address` and `value` as in a run, `colspan` and `rowspan` at least 1."""

    text: str
    address: str = ""
    value: str = ""
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
    """A chart as SVG text and as PNG (base64); `alt` says in words what it shows."""

    caption: str
    alt: str
    svg: str
    png: str
    block: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True)
class Note:
    """A boxed remark: something to know (`info`), to look at (`warning`), or wrong (`error`)."""

    runs: tuple[Run, ...]
    tone: Literal["info", "warning", "error"] = "info"
    block: Literal["note"] = "note"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which evaluation a notebook saw, by its hash; never printed."""

    case: str
    evaluation: str
    block: Literal["stamp"] = "stamp"


KINDS = (Heading, Prose, Table, Figure, Note, Stamp)
Block = Annotated[Heading | Prose | Table | Figure | Note | Stamp, Field(discriminator="block")]
_adapter: TypeAdapter[Block] = TypeAdapter(Block)


def to_json(block: Block) -> dict[str, Any]:
    """The block as plain JSON data."""
    data: dict[str, Any] = _adapter.dump_python(block, mode="json")
    return data


def from_json(data: Any) -> Block:
    """The block that `to_json` wrote; raises `pydantic.ValidationError` for anything else."""
    return _adapter.validate_python(data, strict=False)
