"""Pieces that every section uses: figures in prose, remarks, tables of a case."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from evalbook import prose
from evalbook.audit.entry import Entry, plain
from evalbook.blocks import Block, Cell, Heading, Prose, Run, Table
from evalbook.cells import NUMERIC
from evalbook.evaluation import Evaluation
from evalbook.lookup import find, place
from evalbook.model import Row
from evalbook.model import Table as SourceTable
from evalbook.prose import UNPUBLISHED

ABSENT = "公布的材料没有这方面的内容。"
ANNEX = "勾稽核查表"
AUDITED = "数据核查情况"
INDENT = "\u3000"
REMARKS = {"note", "reason"}
NAMES = {"name", "title", "group", "question", "theme"}
PAPERS = {"voucher", "document", "source"}
Align = Literal["left", "center", "right"]
Kind = Literal["body", "group", "total"]


def printed(ev: Evaluation, address: str) -> Run:
    """The figure at an address as printed, with its unit; 未公布 when it is not."""
    return prose.runs(ev.case, f"{{{address}}}")[0]


def recomputed(ev: Evaluation, address: str, unit: str = "") -> Run:
    """A recomputed rate (with %) or number of months at an address; 未公布 when it cannot be."""
    value = ev.computed(address)
    return (
        Run(UNPUBLISHED, address)
        if value is None
        else Run(f"{value}{unit}", address, plain(value), computed=True)
    )


def derived(ev: Evaluation, address: str, unit: str = "") -> Run:
    """A derived figure (`evalbook.derived`) at its address."""
    value = ev.derived[address].value
    return Run(f"{value}{unit}", address, value, computed=True)


def derived_cell(ev: Evaluation, address: str, unit: str = "") -> Cell:
    """A derived figure for a table; `—` where there is none to be had."""
    if address not in ev.derived:
        return Cell("—")
    return as_cell(derived(ev, address, unit))


def as_cell(run: Run) -> Cell:
    return Cell(run.text, run.address, run.value, run.computed)


def as_run(cell: Cell) -> Run:
    return Run(cell.text, cell.address, cell.value, cell.computed)


def setting(ev: Evaluation, name: str, unit: str = "") -> Run:
    """A setting of the rule set: `low_execution`, `months_band.low`."""
    value = ev.settings[name]
    return Run(f"{value}{unit}", ev.case.absolute(f"settings.{name}"), value, computed=True)


def counted(ev: Evaluation, name: str, kind: str = "") -> Run:
    """How many things, of one kind or all, were audited 核查 (`checked`) or had a verdict."""
    found = ev.audit.by_kind[kind] if kind else ev.audit.counts
    address = f"audit.by_kind.{kind}.{name}" if kind else f"audit.{name}"
    return Run(str(found[name]), ev.case.absolute(address), str(found[name]), computed=True)


def of_entry(entry: Entry) -> str:
    """The address of an audit entry."""
    return f"audit.entries.{entry.id}"


def owner(ev: Evaluation, address: str) -> str:
    """「DRG付费改革：」: the nested project that an address lies in; nothing for the whole."""
    parts = (part.case for part in ev.parts)
    return next((f"{each.called}：" for each in parts if address.startswith(each.prefix)), "")


def recomputed_cell(ev: Evaluation, address: str) -> Cell:
    """A recomputed rate at an address, for a table."""
    return as_cell(recomputed(ev, address, "%"))


def paragraph(*parts: Run | str) -> Prose:
    """A paragraph of plain text and figures."""
    return Prose(tuple(Run(part) if isinstance(part, str) else part for part in parts))


def item(*parts: Run | str) -> Prose:
    """An item of a list."""
    return Prose(paragraph(*parts).runs, "item")


def written(ev: Evaluation, slot: str) -> list[Block]:
    """The case's own prose for a place of the report; `- ` begins an item of a list."""
    return [
        Prose(prose.runs(ev.case, text.removeprefix("- ")), "item" if text[:2] == "- " else "body")
        for entry in ev.case.texts
        if entry.slot == slot and entry.text
        for text in prose.paragraphs(entry.text)
    ]


def under(heading: Heading, blocks: Sequence[Block]) -> list[Block]:
    """The blocks below their heading, or a sentence that says nothing was published."""
    return [heading, *(blocks or [paragraph(ABSENT)])]


def cell(ev: Evaluation, table: SourceTable, row: Row, column: str, level: int = 0) -> Cell:
    """A cell of the case as a table of the report shows it."""
    at = place(ev.case, table, row, column)
    own = at.cell
    if table.columns[column].type == "choice" and own.text:
        return Cell(table.columns[column].choices[own.text])
    if own.state == "blank":
        bare = column in REMARKS or (column not in table.headings and column not in NAMES)
        return Cell("" if bare else UNPUBLISHED)
    if table.columns[column].type == "period":
        return Cell(period(own.text))
    if own.value is None:
        return Cell(INDENT * level + own.text, at.address * says_figures(table, column))
    unit = at.unit if table.columns[column].type == "number" and not own.unit else ""
    return Cell(f"{own.text}{unit}", at.address, own.exact)


def says_figures(table: SourceTable, column: str) -> bool:
    """Whether the cells of a column are figures, or words with figures in them (不少于3人).

    Names, remarks, dates, and the titles and numbers of documents are none.
    """
    kind = table.columns[column].type
    words = kind == "text" and column in table.headings and table.kind_id != "documents"
    return kind in {*NUMERIC, "target"} or (words and column not in REMARKS | NAMES | PAPERS)


def period(text: str) -> str:
    """A period in words: `2018/2019` → 2018—2019年, `../2020-12-31` → 截至2020年12月31日累计."""
    if text.startswith("../"):
        return f"截至{period(text.removeprefix('../'))}累计"
    ends = text.split("/")
    if all(end.isdigit() for end in ends):
        return "—".join(ends) + "年"
    return "—".join(_day(end) for end in ends)


def _day(text: str) -> str:
    units = zip(filter(None, text.split("-")), "年月日", strict=False)
    return "".join(f"{number if unit == '年' else int(number)}{unit}" for number, unit in units)


def case_table(ev: Evaluation, table: SourceTable, caption: str = "") -> Table:
    """A table of the source with its printed columns, nested rows indented, totals marked."""
    columns = [column for column in table.listed if table.has(column)]
    deepest = max((len(table.above(row)) for row in table.rows), default=0)
    amounts = any(table.columns[column].type == "amount" for column in columns)
    return Table(
        caption=caption or table.title,
        header=(tuple(Cell(table.heading(column)) for column in columns),),
        rows=tuple(
            tuple(
                cell(ev, table, row, column, depth(table, row, deepest) * (column == "name"))
                for column in columns
            )
            for row in table.rows
        ),
        align=tuple(align_of(table.columns[column].type) for column in columns),
        widths=tuple(width_of(table, column) for column in columns),
        kinds=tuple(_kind(table, row) for row in table.rows),
        unit=table.unit or ev.case.params.money_unit * amounts,
    )


def align_of(kind: str) -> Align:
    return "right" if kind in NUMERIC else "left"


def width_of(table: SourceTable, column: str) -> float:
    """A column's relative width, from the longest text in it."""
    kind = table.columns[column].type
    longest = max((len(row[column].text) for row in table.rows), default=0)
    if kind in NUMERIC:
        return max(1.2, 0.14 * max(longest, len(table.heading(column))))
    return min(4.0, max(1.5, 0.25 * longest))


def depth(table: SourceTable, row: Row, deepest: int) -> int:
    """How far a row is indented: by its level, the rows of a single total not at all."""
    level = len(table.above(row))
    return max(0, level - 1) if len(table.roots()) == 1 and deepest > 0 else level


def _kind(table: SourceTable, row: Row) -> Kind:
    below = table.children(row)
    if not below:
        return "body"
    return "group" if row.parent else "total"


def plain_table(
    caption: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell | str]],
    widths: Sequence[float],
    align: Sequence[Align] = (),
    notes: Sequence[str] = (),
    kind: Callable[[int], Kind] = lambda number: "body",
) -> Table:
    """A table from its cells; a plain text becomes a cell without an address."""
    body = tuple(tuple(Cell(c) if isinstance(c, str) else c for c in row) for row in rows)
    return Table(
        caption=caption,
        header=(tuple(Cell(heading) for heading in headings),),
        rows=body,
        align=tuple(align) or tuple("left" for _ in headings),
        widths=tuple(widths),
        kinds=tuple(kind(number) for number in range(len(body))),
        notes=tuple(notes),
    )


def value_cell(ev: Evaluation, address: str) -> Cell:
    """The printed figure at an address, without a unit."""
    at = find(ev.case, address)
    if at is None or not at.cell.text:
        return Cell(UNPUBLISHED, ev.case.absolute(address))
    return Cell(at.cell.text, at.address, at.cell.exact)
