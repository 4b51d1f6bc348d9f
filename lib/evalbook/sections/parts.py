"""Pieces that every section uses: figures in prose, tables of a case, tables of indicators."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Literal

from evalbook import prose
from evalbook.audit.entry import Entry, plain
from evalbook.blocks import Block, Cell, Heading, Note, Prose, Run, Table
from evalbook.evaluation import Evaluation
from evalbook.lookup import find, place
from evalbook.model import Row
from evalbook.model import Table as SourceTable
from evalbook.operands import bind
from evalbook.prose import UNPUBLISHED

SECTION_NAMES = {"budget": "投入", "process": "过程", "output": "产出", "benefit": "效益"}
INDENT = "\u3000"
REMARKS = {"note", "reason"}
NUMERIC = {"amount", "rate", "marks", "count", "price", "months", "number"}
Align = Literal["left", "center", "right"]
Kind = Literal["body", "group", "total"]


def printed(ev: Evaluation, address: str) -> Run:
    """The figure at an address as printed, with its unit; 未公布 when it is not."""
    return prose.runs(ev.case, f"{{{address}}}")[0]


def recomputed(ev: Evaluation, address: str, unit: str = "") -> Run:
    """A recomputed rate (with %) or number of months at an address; 未公布 when it cannot be."""
    value = ev.computed(address)
    return (
        Run(UNPUBLISHED, address) if value is None else Run(f"{value}{unit}", address, plain(value))
    )


def problem_note(entry: Entry) -> Note:
    """What the audit found, boxed, an error said to be one."""
    runs = (Run(entry.message, entry.where),)
    return Note(runs, "error" if entry.severity == "error" else "warning")


def recomputed_cell(ev: Evaluation, address: str) -> Cell:
    """A recomputed rate at an address, for a table."""
    run = recomputed(ev, address, "%")
    return Cell(run.text, run.address, run.value)


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


def under(heading: Heading, blocks: Sequence[Block], absent: str) -> list[Block]:
    """The blocks below their heading, or a sentence that says nothing was published."""
    return [heading, *(blocks or [paragraph(absent)])]


def cell(ev: Evaluation, table: SourceTable, row: Row, column: str, level: int = 0) -> Cell:
    """A cell of the case as a table of the report shows it."""
    at = place(ev.case, table, row, column)
    own = at.cell
    if table.columns[column].type == "choice" and own.text:
        return Cell(table.columns[column].choices[own.text])
    if own.state == "blank":
        return Cell("" if column in REMARKS or column not in table.headings else UNPUBLISHED)
    if table.columns[column].type == "period":
        return Cell(period(own.text))
    if own.value is None:
        return Cell(INDENT * level + own.text)
    unit = at.unit if table.columns[column].type == "number" and not own.unit else ""
    return Cell(f"{own.text}{unit}", at.address, plain(own.value))


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


def drawable(ev: Evaluation, table: SourceTable) -> bool:
    """Whether rates of several rows can be computed, so that there is something to compare."""
    return sum(ev.computed(row.address("rate")) is not None for row in table.rows) > 1


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
        return Cell(UNPUBLISHED, address)
    value = "" if at.cell.value is None else plain(at.cell.value)
    return Cell(at.cell.text, address, value)


def section_rows(ev: Evaluation, section: str) -> list[tuple[SourceTable, Row]]:
    """The indicators of a section, from the highest rows that name it down, in printed order."""
    return [
        (table, row) for table, top in section_tops(ev, section) for row in (top, *table.below(top))
    ]


def section_tops(ev: Evaluation, section: str) -> list[tuple[SourceTable, Row]]:
    """The highest rows that name a section."""
    return [
        (table, row)
        for table, row in ev.case.rows("indicators")
        if row["section"].text == section
        and not any(each["section"].text for each in table.above(row))
    ]


def section_title(ev: Evaluation, section: str) -> str:
    """The names of the highest indicators in a section, else the section's own."""
    names = [row.name for _, row in section_tops(ev, section)]
    return "、".join(names) or SECTION_NAMES[section]


def section_opening(ev: Evaluation, section: str, slot: str) -> list[Block]:
    """Heading, the section's marks, the case's own words, and its indicators."""
    rows = section_rows(ev, section)
    blocks: list[Block] = [Heading(2, section_title(ev, section))]
    tops = [row for _, row in section_tops(ev, section)]
    roots = [row for row in tops if row["full_marks"].value is not None]
    for root in roots:
        blocks.append(_marks_sentence(ev, root))
    if not roots:
        blocks.append(paragraph("指标体系没有给这一部分单独的分值。"))
    blocks += written(ev, slot)
    below = [(table, row) for table, row in rows if row not in tops]
    if below:
        blocks.append(indicator_table(ev, below, f"{section_title(ev, section)}部分的指标"))
    return blocks + measured_ratios(ev, rows)


def measured_ratios(ev: Evaluation, rows: Iterable[tuple[SourceTable, Row]]) -> list[Block]:
    """The indicators that a formula measures: the formula, who gives it, and what it comes to."""
    measured = [(row, bound) for _, row in rows if (bound := bind(ev.case, row))]
    known = [each for each in measured if ev.computed(each[0].address("actual")) is not None]
    if not known:
        return []
    return [
        paragraph("按公式复算的比率："),
        *(
            item(
                f"{row.name} = {bound.ratio.words}（{bound.authority}）："
                f"{ev.measures[row.address('actual')].expression} = ",
                recomputed(ev, row.address("actual"), "%"),
                "。",
            )
            for row, bound in known
        ),
    ]


def _marks_sentence(ev: Evaluation, root: Row) -> Prose:
    lost = (root["full_marks"].value or Decimal(0)) - (root["score"].value or Decimal(0))
    end: tuple[Run | str, ...] = ("，没有失分。",)
    if root["score"].value is None:
        end = ("。",)
    elif lost > 0:
        end = ("，失分 ", Run(plain(lost), root.address("score"), plain(lost)), " 分。")
    return paragraph(
        f"“{root.name}”分值 ",
        printed(ev, root.address("full_marks")),
        "，得分 ",
        printed(ev, root.address("score")),
        "，得分率 ",
        recomputed(ev, root.address("rate"), "%"),
        *end,
    )


def indicator_table(ev: Evaluation, rows: Sequence[tuple[SourceTable, Row]], caption: str) -> Table:
    """Indicators with target, actual, marks and reasons; what was not printed says so."""
    lines = []
    top = min((len(table.above(row)) for table, row in rows), default=0)
    for table, row in rows:
        indent = INDENT * (len(table.above(row)) - top)
        lines.append(
            [
                Cell(indent + row.name),
                *(
                    Cell("") if table.children(row) and not row[c].text else value_cell(ev, a)
                    for c in ("target", "actual", "full_marks", "score")
                    for a in (row.address(c),)
                ),
                Cell("；".join(filter(None, (row["reason"].text, row["note"].text)))),
            ]
        )
    headings = ("指标", "指标值", "完成值", "分值", "得分", "偏差原因、说明")
    sides: tuple[Align, ...] = ("left", "center", "center", "right", "right", "left")
    return plain_table(caption, headings, lines, (3, 1.4, 1.4, 1.1, 1.1, 3), sides)
