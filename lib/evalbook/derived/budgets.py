"""Lines executed below the threshold, funds in place 资金到位率, money in another unit."""

from decimal import Decimal
from typing import TYPE_CHECKING

from evalbook.audit.entry import plain
from evalbook.derived.figure import Derived, Found
from evalbook.figures import Figure, unit_of
from evalbook.figures import apart as kept_apart
from evalbook.lookup import Place, find, place
from evalbook.model import Case, Row, Table

if TYPE_CHECKING:
    from evalbook.evaluation import Evaluation

BASES = ("adjusted", "budget", "planned")
DUE = ("due", "budget", "planned")


def base_of(row: Row) -> str:
    """The column that the execution of a row is measured against, as params/tables/budget.yaml;
    the budget if none is printed.

    Budget and adjustment together are the adjusted budget, whether or not that is printed.
    """
    printed_bases = [column for column in BASES if row[column].value is not None]
    if row["adjustment"].value is not None and printed_bases[:1] == ["budget"]:
        return "adjusted"
    return next(iter(printed_bases), "budget")


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
        for address in (row.address(base_of(row)), row.address("executed")) if row else ():
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
        at, value = find(ev.case, address), ev.computed(address)
        if base_of(row) != "adjusted" or at is None or at.cell.text or value is None:
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
    """Rates that would round to the threshold, with the places that tell them apart."""
    rules = ev.case.rules
    for _, row in ev.case.rows("budget") if rules.low_execution is not None else ():
        address = row.address("rate")
        limit = (rules.low_execution or 0) * Decimal(100)
        rate, shown = kept_apart(_exact(ev, row), limit, rules.rate_places), ev.computed(address)
        if shown is not None and rate != shown:
            measured = ev.measures[address]
            found = Derived(plain(rate), "%", measured.expression, measured.inputs)
            yield f"{address}.apart", found


def low_count(ev: "Evaluation") -> Found:
    rows = [row for _, row in low_execution(ev)]
    if rows:
        inputs = tuple(row.address("rate") for row in rows)
        address = ev.case.absolute("count.low_execution")
        yield address, Derived(str(len(rows)), "项", "执行率低于界线的末级资金", inputs)


def due_of(row: Row) -> str | None:
    """The column that funds in place 资金到位 are measured against: what was due, else the budget,
    else the plan (财预〔2020〕10号 附件2); None where none is printed."""
    return next((column for column in DUE if row[column].value is not None), None)


def in_place(ev: "Evaluation") -> Found:
    """Each rate in place 资金到位率 in percent, one just short of all with the places that show
    it; and how many of a table are short."""
    for table in ev.case.of_kind("budget"):
        rated = [(row, rate) for row in table.rows if (rate := _rate_in_place(ev, table, row))]
        yield from ((f"{row.address('in_place')}.rate", rate) for row, rate in rated)
        short = [row.address("in_place") for row, rate in rated if Decimal(rate.value) < 100]
        if short:
            address = ev.case.absolute(f"count.short.{table.id}")
            said = "实际到位少于应到位的资金"
            yield address, Derived(str(len(short)), "处", said, tuple(short))


def _rate_in_place(ev: "Evaluation", table: Table, row: Row) -> Derived | None:
    base = due_of(row)
    cells = [place(ev.case, table, row, column) for column in ("in_place", base) if column]
    sums = [at.figure for at in cells]
    if len(sums) < 2 or sums[0] is None or sums[1] is None or not sums[1].value:
        return None
    share = sums[0].value / sums[1].value * 100
    rate = kept_apart(share, Decimal(100), ev.case.rules.rate_places)
    said = f"{cells[0].shown} ÷ {cells[1].shown}"
    return Derived(plain(rate), "%", said, tuple(at.address for at in cells))
