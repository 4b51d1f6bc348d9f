"""Lines executed below the threshold, funds in place 资金到位率, money in another unit."""

from decimal import Decimal
from typing import TYPE_CHECKING

from evalbook.audit.entry import plain
from evalbook.derived.figure import Derived, Found
from evalbook.expression import names, options, parse
from evalbook.figures import Figure, unit_of
from evalbook.figures import apart as kept_apart
from evalbook.lookup import Place, find, place, split
from evalbook.model import Case, Row, Table

if TYPE_CHECKING:
    from evalbook.evaluation import Evaluation

DUE = ("due", "budget", "planned")
ORDER = "budget-line"
"""The relation of params/tables/budget.yaml that states what money executed is measured against."""


def base_of(case: Case, row: Row) -> str:
    """The column that the execution of a row is measured against, in the order that
    params/tables/budget.yaml states; the budget if none is printed.

    A sum of columns there (budget and adjustment) is the column that is to be that sum.
    """
    known = case.table(row.table).kind.relations
    stated = (parse(str(relation.claim)) for relation in known if relation.kind == ORDER)
    for option in (each for claim in stated for each in options(claim)):
        columns = names(option)
        if all(row[column].value is not None for column in columns):
            summed = (
                each.column for each in known if each.formula and parse(each.formula) == option
            )
            return columns[0] if len(columns) == 1 else str(next(summed))
    return "budget"


def whole_of(case: Case) -> Row | None:
    """The line that stands for all the money of a project: the only highest one executed."""
    tables = [table for table in case.of_kind("budget") if table.has("executed")]
    rows = tables[0].roots() if tables else []
    return rows[0] if len(rows) == 1 else None


def converted(ev: "Evaluation") -> Found:
    """The money of each nested project in the unit of the whole."""
    unit = ev.case.params.money_unit
    for part in ev.parts:
        row = whole_of(part.case)
        columns = (base_of(part.case, row), "executed") if row else ()
        for address in (row.address(column) for column in columns if row):
            at = find(part.case, address)
            known = _amount(part, at) if at else None
            if at and known and at.unit != unit:
                value = (known.value / unit_of(unit, part.case.units)[1]).normalize()
                summed = part.derived.get(f"{address}.base")
                said = f"{summed.value}{summed.unit}" if summed else at.shown
                inputs = summed.inputs if summed else (address,)
                yield f"{address}.converted", Derived(plain(value), unit, said, inputs)


def _amount(ev: "Evaluation", at: Place) -> Figure | None:
    """An amount as printed; an adjusted budget of which only the parts are, as their sum."""
    summed = ev.measures.get(at.address) if f"{at.address}.base" in ev.derived else None
    return summed.figure if summed else at.figure


def bases(ev: "Evaluation") -> Found:
    """The adjusted budget that an execution rate rests on, where only its parts are printed."""
    for _, row in ev.case.rows("budget"):
        address = row.address("adjusted")
        value = None if row["adjusted"].text else ev.computed(address)
        at = find(ev.case, address)
        if value is None or at is None or base_of(ev.case, row) != "adjusted":
            continue
        added = row["adjustment"].text
        said = row["budget"].text + "+" * (added[0] not in "+-−") + added
        inputs = ev.measures[address].inputs
        yield f"{address}.base", Derived(plain(value), at.unit, said, inputs)


def low_execution(ev: "Evaluation") -> list[tuple[Table, Row]]:
    """The lowest lines executed below the threshold of the rule set; none where it has none."""
    threshold = ev.case.rules.low_execution
    return [
        (table, row)
        for table in ev.case.of_kind("budget")
        if threshold is not None and table.has("executed")
        for row in table.rows
        if ev.computed(row.address("rate")) is not None
        and _exact(ev, row) < threshold * 100
        and not table.children(row)
    ]


def _exact(ev: "Evaluation", row: Row) -> Decimal:
    """The execution rate of a row in percent, not rounded; 0 when it cannot be computed."""
    measured = ev.measures[row.address("rate")].figure
    return measured.value * 100 if measured else Decimal(0)


def apart(ev: "Evaluation") -> Found:
    """Rates that would round to the threshold, or funds just short of all in place to all of
    them, with the places that tell them apart."""
    threshold = ev.case.rules.low_execution
    for _, row in ev.case.rows("budget"):
        address = row.address("rate")
        limit = Decimal(1) if rated_in_place(ev, row) else threshold
        shown = ev.computed(address)
        if limit is None or shown is None:
            continue
        rate = kept_apart(_exact(ev, row), limit * 100, ev.case.rules.rate_places)
        if rate != shown:
            measured = ev.measures[address]
            found = Derived(plain(rate), "%", measured.expression, measured.inputs)
            yield f"{address}.apart", found


def low_count(ev: "Evaluation") -> Found:
    rows = [row for _, row in low_execution(ev)]
    if rows:
        inputs = tuple(row.address("rate") for row in rows)
        address = ev.case.absolute("count.low_execution")
        yield address, Derived(str(len(rows)), "项", "执行率低于界线的末级资金", inputs)


def rated_in_place(ev: "Evaluation", row: Row) -> bool:
    """Whether the rate of a row is the one of funds in place 资金到位率, as source.yaml says."""
    measured = ev.measures.get(row.address("rate"))
    if row["in_place"].value is None or measured is None or measured.figure is None:
        return False
    return measured.inputs[:1] == (row.address("in_place"),)


def due_of(ev: "Evaluation", row: Row) -> str | None:
    """The column that funds in place 资金到位 are measured against; None where none is printed.

    That of the table's own rate in place, else what was due, else the budget, else the plan
    (财预〔2020〕10号 附件2).
    """
    if rated_in_place(ev, row):
        bases = [split(each)[2] for each in ev.measures[row.address("rate")].inputs[1:]]
        return bases[0] if len(bases) == 1 else base_of(ev.case, row)
    return next((column for column in DUE if row[column].value is not None), None)


def in_place_rate(ev: "Evaluation", row: Row) -> tuple[str, Decimal] | None:
    """Where the rate in place 资金到位率 of a row stands, and it in percent; None without one.

    The rate of a table that prints it stands at that cell (with more places at `apart`, where it
    is just short of all), that of another table is derived.
    """
    rate, derived = row.address("rate"), ev.derived
    computed = ev.computed(rate)
    if rated_in_place(ev, row) and computed is not None:
        more = f"{rate}.apart"
        return (more, Decimal(derived[more].value)) if more in derived else (rate, computed)
    own = f"{row.address('in_place')}.rate"
    return (own, Decimal(derived[own].value)) if own in derived else None


def in_place(ev: "Evaluation") -> Found:
    """Each rate in place 资金到位率 in percent that the table does not print, one just short of
    all with the places that show it."""
    for table, row in ev.case.rows("budget"):
        if not rated_in_place(ev, row) and (rate := _rate_in_place(ev, table, row)):
            yield f"{row.address('in_place')}.rate", rate


def short_count(ev: "Evaluation") -> Found:
    """How many of a table are short of what was due."""
    for table in ev.case.of_kind("budget"):
        short = tuple(row.address("in_place") for row in table.rows if _is_short(ev, table, row))
        if short:
            address = ev.case.absolute(f"count.short.{table.id}")
            said = "实际到位少于应到位的资金"
            yield address, Derived(str(len(short)), "处", said, short)


def _is_short(ev: "Evaluation", table: Table, row: Row) -> bool:
    if rated_in_place(ev, row):
        return _exact(ev, row) < 100
    rate = _rate_in_place(ev, table, row)
    return rate is not None and Decimal(rate.value) < 100


def _rate_in_place(ev: "Evaluation", table: Table, row: Row) -> Derived | None:
    if row["in_place"].value is None:
        return None
    base = due_of(ev, row)
    cells = [place(ev.case, table, row, column) for column in ("in_place", base) if column]
    sums = [at.figure for at in cells]
    if len(sums) < 2 or sums[0] is None or sums[1] is None or not sums[1].value:
        return None
    share = sums[0].value / sums[1].value * 100
    rate = kept_apart(share, Decimal(100), ev.case.rules.rate_places)
    said = f"{cells[0].shown} ÷ {cells[1].shown}"
    return Derived(plain(rate), "%", said, tuple(at.address for at in cells))
