"""Sums 合计: a row against the nearest rows below it that print the column."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from evalbook.audit.compare import clash, compared, name_of, place_of, unverifiable
from evalbook.audit.entry import Entry
from evalbook.audit.units import Scaled, with_slip
from evalbook.figures import Figure, UnitMismatch, added, exact
from evalbook.lookup import Place, place, split
from evalbook.measure import in_brackets
from evalbook.model import Case, Row, Table
from evalbook.standards import Relation


def sums(case: Case, table: Table, row: Row, relation: Relation) -> Iterator[Entry]:
    """The additive columns of a row, or those that the relation names, against the rows below."""
    for column in relation.only or table.additive:
        if row[column].value is None:
            continue
        parts, blank = nearest(table, row, column)
        if parts:
            at = place(case, table, row, column)
            yield from _sum(case, table, at, relation.kind, parts, blank)


def nearest(table: Table, row: Row, column: str) -> tuple[list[Row], list[Row]]:
    """The nearest rows below that print the column, and the lowest rows that leave it blank."""
    known: list[Row] = []
    blank: list[Row] = []
    for child in table.children(row):
        if child[column].state == "value":
            known.append(child)
        elif child[column].state == "blank":
            below, missing = nearest(table, child, column)
            known += below
            blank += missing if below or missing else [child]
    return known, blank


def _sum(
    case: Case, table: Table, at: Place, kind: str, parts: list[Row], blank: list[Row]
) -> Iterator[Entry]:
    column = split(at.address)[2]
    places = [place(case, table, part, column) for part in parts]
    inputs = tuple(each.address for each in places)
    text = " + ".join(in_brackets(each.cell.text) for each in places)
    figures = [each.figure for each in places]
    known = [each for each in figures if each is not None]
    if len(known) < len(figures):
        yield unverifiable(at, kind, inputs)
        return
    try:
        total = added(known)
    except UnitMismatch as error:
        yield clash(at, str(error), inputs)
        return
    entry = unless_blank(at, compared(case, kind, at, total, text, inputs), blank)
    if entry.verdict != "inconsistent":
        yield entry
        return
    scaled: list[Scaled] = [
        (cell, partial(_with_larger, total, part)) for cell, part in zip(places, known, strict=True)
    ]
    yield from with_slip(case, at, entry, total, scaled)


def _with_larger(total: Figure, part: Figure, factor: Decimal) -> Figure:
    if total.dimension != part.dimension:
        return total - part + part * exact(factor)
    return Figure(
        total.value - part.value + part.value * factor,
        total.low - part.high + part.low * factor,
        total.high - part.low + part.high * factor,
        total.dimension,
    )


def unless_blank(at: Place, entry: Entry, blank: list[Row]) -> Entry:
    """A sum that is too small, when a part of it is not printed, cannot be checked."""
    if blank and entry.verdict == "inconsistent" and entry.gap and entry.gap.startswith("-"):
        unknown = "、".join(row.name for row in blank)
        start = f"{place_of(at)}{name_of(at)}印为 {at.shown}"
        message = f"{start}，下级中{unknown}没有公布，无法复核。"
        return entry._replace(verdict="unverifiable", severity="note", message=message)
    return entry
