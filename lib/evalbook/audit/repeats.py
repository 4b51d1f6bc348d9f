"""The same thing printed in two places (`same_as`), and figures that have nothing to rest on."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from evalbook.audit.compare import compare, compared, gap_of, name_of, place_of, unverifiable
from evalbook.audit.entry import Entry, remark
from evalbook.audit.units import hinted
from evalbook.audit_settings import holds_one
from evalbook.cells import PERCENTS
from evalbook.expression import names, parse
from evalbook.figures import exact
from evalbook.lookup import Place, find, find_row, place, row_of, split
from evalbook.measure import Measure
from evalbook.model import Case, Row, Table

COMPARED = {"amount", "rate", "marks", "count", "price", "months", "number"}
TOTALS = {"合计", "小计", "总计", "共计"}
BUDGETS = {"applied", "planned", "budget", "adjustment", "adjusted", "due"}


def repeats(case: Case) -> Iterator[Entry]:
    """Each figure that the document prints elsewhere too, against its other place."""
    said: set[frozenset[str]] = set()
    for table in case.tables:
        for row in table.rows:
            for address in row["same_as"].items:
                pair = frozenset({f"{row.file}.{row.id}", row_of(address)})
                whole_row = not split(address)[2]
                if pair in said and whole_row:
                    continue
                said.add(pair)
                other = find_row(case, address)
                if other and whole_row:
                    yield from same_row(case, (table, row), other)
                elif at := find(case, address):
                    yield from _cells(case, table, row, at)


def same_row(case: Case, mine: tuple[Table, Row], other: tuple[Table, Row]) -> Iterator[Entry]:
    """Two rows for the same thing: every figure both print; across bases, only the budgets."""
    bases = {row["basis"].text for _, row in (mine, other)}
    for column, kind in mine[0].columns.items():
        comparable = len(bases) == 1 or column in BUDGETS
        there = find(case, other[1].address(column))
        if kind.type in COMPARED and comparable and there:
            yield from same_figure(case, place(case, *mine, column), there)
    if named := find(case, other[1].address("name")):
        yield from _names(case, mine, named)


def _names(case: Case, mine: tuple[Table, Row], there: Place) -> Iterator[Entry]:
    """The same thing under two names."""
    if there.row is None or there.table is None or "name" not in mine[0].columns:
        return
    here, elsewhere = called(*mine), called(there.table, there.row)
    if here != elsewhere:
        at = place(case, *mine, "name")
        message = (
            f"{place_of(at)}的“{here}”与{place_of(there)}的“{elsewhere}”是同一事项，两处名称不同。"
        )
        yield remark("disagreement", "note", at.address, message, (there.address,), place_of(at))


def called(table: Table, row: Row) -> str:
    """What a row is called; a total goes by the title of its table."""
    return table.title if re.sub(r"\s", "", row.name) in TOTALS else row.name


def _cells(case: Case, table: Table, row: Row, there: Place) -> Iterator[Entry]:
    """A single figure: the one this row prints, or the column of the same name.

    The address of a name says only that the thing goes by that name there.
    """
    if there.column.type == "text":
        yield from _names(case, (table, row), there)
        return
    column = there.address.rsplit(".", 1)[1]
    own = next((c for c in ("value", "actual", column) if row[c].value is not None), None)
    if own is not None and own in table.columns:
        yield from same_figure(case, place(case, table, row, own), there)


def same_figure(case: Case, at: Place, there: Place) -> Iterator[Entry]:
    """One quantity at two places: nothing to say when either prints none."""
    computed = there.figure
    if computed is None or at.figure is None:
        return
    entry_id = f"disagreement:{at.address}={there.address}"
    entry = compared(case, "disagreement", at, computed, there.shown, (there.address,), entry_id)
    if entry.kind == "unit":
        yield entry
        return
    one, other = (f"{place_of(each)}{name_of(each)}（{each.shown}）" for each in (at, there))
    same = f"{one}与{other}"
    if entry.verdict == "rounding" and "截尾" in entry.message:
        yield entry._replace(message=f"{same}是同一数，后者截尾即前者，属取整差异。")
    elif entry.verdict == "consistent" or _fits(case, there, at):
        message = f"{same}是同一数，两处相符。"
        yield entry._replace(verdict="consistent", severity=None, message=message)
    else:
        gap = gap_of(Decimal(entry.gap or 0), entry.unit)
        message = f"{same}是同一数，两处不一致，相差 {gap}。"
        entry = entry._replace(verdict="inconsistent", severity="error", message=message)
        yield hinted(case, at, entry, computed, [(there, lambda times: computed * exact(times))])


def _fits(case: Case, fine: Place, coarse: Place) -> bool:
    """Whether the figure printed to fewer places is the other one rounded."""
    computed = coarse.figure
    return computed is not None and compare(case, fine, computed).verdict == "consistent"


def unsupported(case: Case, measures: Mapping[str, Measure]) -> Iterator[Entry]:
    """Rates printed alone, in facts and as actual values, whose base is not printed.

    A rate that is measured by a formula is judged by it, and a standard is nobody's result.
    """
    for file, column in (("facts", "value"), ("indicators", "actual")):
        for table, row in case.rows(file):
            at = place(case, table, row, column)
            if at.cell.value is None or at.unit not in PERCENTS or row["nature"].text:
                continue
            rests = any(row[each].items for each in ("same_as", "of", "factors"))
            if not rests and at.address not in measures:
                yield unverifiable(at, "rate")
    yield from _ranks(case)


def _ranks(case: Case) -> Iterator[Entry]:
    """A rank among others that are not printed, unless checks.yaml compares it."""
    compared_here = {name for check in case.checks for name in names(parse(check.expression))}
    for table, row in case.rows("facts"):
        if not holds_one(row.name, case.audit_settings.rank_names.value):
            continue
        at = place(case, table, row, "value")
        known = row["same_as"].items or at.address in compared_here
        if at.cell.value is not None and not known:
            message = f"{place_of(at)}“{row.name}”印为 {at.shown}，比较的对象没有公布，无法复核。"
            yield remark(
                "order-claim", "note", at.address, message, (), place_of(at), "unverifiable"
            )
