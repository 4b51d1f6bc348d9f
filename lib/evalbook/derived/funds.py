"""Growth from period to period, and a balance as the year's own figures give it."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from evalbook.audit.entry import plain
from evalbook.derived.figure import Derived, Found
from evalbook.figures import Figure, half_up
from evalbook.lookup import find
from evalbook.model import Case, Row
from evalbook.periods import months_of, span

if TYPE_CHECKING:
    from evalbook.evaluation import Evaluation


Pair = tuple[Row | None, Row | None]
Rows = Mapping[tuple[str, str], list[Row]]


def _fund_rows(case: Case) -> Rows:
    """The rows of funds by fund and period; several where budget and final accounts stand."""
    found: dict[tuple[str, str], list[Row]] = {}
    for _, row in case.rows("funds"):
        found.setdefault((row["fund"].text, row["period"].text), []).append(row)
    return found


def compared(case: Case) -> Mapping[tuple[str, str], list[Pair]]:
    """Each fund in two periods of the same length, one after the other, by these periods.

    A fund may stand in one of them only, but one at least stands in both. Where a fund has several
    rows in a period, those of one table go together; a row that could go with two stands alone.
    """
    rows = _fund_rows(case)
    periods = sorted({period for fund, period in rows if fund and span(period)})
    funds = dict.fromkeys(fund for fund, _ in rows if fund)
    return {
        (first, last): [
            pair
            for fund in funds
            for pair in _pairs(rows.get((fund, first), []), rows.get((fund, last), []))
        ]
        for first, last in itertools.pairwise(periods)
        if months_of(first) == months_of(last)
        and any((fund, first) in rows and (fund, last) in rows for fund in funds)
    }


def _pairs(before: Sequence[Row], after: Sequence[Row]) -> Iterator[Pair]:
    """The rows of one fund in two periods side by side, each once."""
    taken: list[Row] = []
    for row in after:
        own = [each for each in before if each.table == row.table]
        earlier = own or [each for each in before if each.table not in {a.table for a in after}]
        alone = len(earlier) == 1 and sum(each.table == row.table for each in after) == 1
        taken += earlier * alone
        yield (earlier[0] if alone else None), row
    yield from ((row, None) for row in before if row not in taken)


def growths(ev: "Evaluation") -> Found:
    for pairs in compared(ev.case).values():
        for both, column in itertools.product(pairs, ("income", "expenditure")):
            addresses = [row.address(column) for row in both if row]
            growth = _growth(ev, addresses) if len(addresses) == 2 else None
            if growth:
                yield f"{addresses[1]}.growth", growth


def _growth(ev: "Evaluation", addresses: list[str]) -> Derived | None:
    places = [at for address in addresses if (at := find(ev.case, address))]
    figures = [at.figure for at in places]
    before, after = figures
    if before is None or after is None or before.value <= 0:
        return None
    share = ev.case.rules.round_rate((after.value - before.value) / before.value * 100)
    old, new = (at.shown for at in places)
    return Derived(plain(share), "%", f"（{new} − {old}） ÷ {old}", tuple(addresses))


def rolled(ev: "Evaluation") -> Found:
    """Closing balance and months of a fund as its year's own figures give them, where the printed
    balance does not follow from these."""
    disputed = {each.where for each in ev.audit.problems if each.kind == "roll-forward"}
    for _, row in ev.case.rows("funds"):
        address = row.address("closing")
        closing, monthly = (ev.measures.get(row.address(c)) for c in ("closing", "monthly"))
        at, value = find(ev.case, address), ev.computed(address)
        if address not in disputed or not closing or not monthly or not at or value is None:
            continue
        if closing.figure and monthly.figure:
            balance = Derived(plain(value), at.unit, closing.expression, closing.inputs)
            yield f"{address}.rolled", balance
            months = _months(closing.figure, monthly.figure, ev.case.rules.months_places)
            said = f"{balance.value}{balance.unit} ÷ （{monthly.expression}）"
            inputs = (*closing.inputs, *monthly.inputs)
            yield f"{row.address('months')}.rolled", Derived(months, "个月", said, inputs)


def _months(closing: Figure, monthly: Figure, places: int) -> str:
    return plain(half_up((closing / monthly).value, places))
