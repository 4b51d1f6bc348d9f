"""The same quantity printed twice without a word (`same_as`), where there is no doubt about it."""

from collections.abc import Hashable, Iterator, Mapping

from evalbook.audit.compare import compared
from evalbook.audit.completion import of_execution
from evalbook.audit.entry import Entry
from evalbook.audit.repeats import same_figure, same_row
from evalbook.audit_settings import holds_one
from evalbook.figures import unit_of
from evalbook.lookup import place
from evalbook.measure import Measure
from evalbook.model import Case, Row, Table


def twins(case: Case, measures: Mapping[str, Measure]) -> Iterator[Entry]:
    """Facts of one name, a fund in one period, the execution rate of a project's own form."""
    yield from _facts(case)
    yield from _funds(case)
    yield from _execution(case, measures)


def _facts(case: Case) -> Iterator[Entry]:
    """Facts with the same theme, name, period, parent and kind of unit."""
    first: dict[Hashable, tuple[Table, Row]] = {}
    for table, row in case.rows("facts"):
        at = place(case, table, row, "value")
        if at.cell.value is None or not row.said("name"):
            continue
        kind = unit_of(at.unit, case.units)[0]
        key = (row.said("theme"), row.said("name"), row.said("period"), row.parent, kind)
        other = first.setdefault(key, (table, row))
        if other[1] is not row and not (row["same_as"].items and other[1]["same_as"].items):
            yield from same_figure(case, at, place(case, *other, "value"))


def _funds(case: Case) -> Iterator[Entry]:
    """Rows of one fund, by its id, its name and its period."""
    first: dict[Hashable, tuple[Table, Row]] = {}
    for table, row in case.rows("funds"):
        if not row.said("fund") or not row.said("period"):
            continue
        key = (row.said("fund"), row.said("name"), row.said("period"))
        other = first.setdefault(key, (table, row))
        if other[1] is not row and not (row["same_as"].items or other[1]["same_as"].items):
            yield from same_row(case, (table, row), other)


def _execution(case: Case, measures: Mapping[str, Measure]) -> Iterator[Entry]:
    """The rate that scores in a project's self-evaluation is that of its only budget total."""
    if case.params.stance != "self" or case.params.kind != "project":
        return
    roots = [(table, row) for table in case.of_kind("budget") for row in table.roots()]
    measured = measures.get(roots[0][1].address("rate")) if len(roots) == 1 else None
    if measured is None or measured.figure is None:
        return
    names = case.audit_settings.execution_names.value
    for table, row in case.rows("indicators"):
        at = place(case, table, row, "actual")
        scored = of_execution(row, case.rules) or holds_one(row.name, names)
        if scored and at.unit == "%" and not row["same_as"].items:
            text, inputs = measured.expression, measured.inputs
            yield compared(case, "disagreement", at, measured.figure, text, inputs)
