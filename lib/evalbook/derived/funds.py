"""Growth from period to period, and a balance as the year's own figures give it."""

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING

from evalbook.audit.entry import plain
from evalbook.derived.figure import Derived, Found
from evalbook.figures import Figure, half_up
from evalbook.lookup import figure, find
from evalbook.model import Case, Row
from evalbook.periods import months_of, span

if TYPE_CHECKING:
    from evalbook.evaluation import Evaluation


def fund_rows(case: Case) -> Mapping[tuple[str, str], Row]:
    """The rows of funds by fund and period."""
    return {(row["fund"].text, row["period"].text): row for _, row in case.rows("funds")}


def compared_periods(case: Case) -> list[tuple[str, str]]:
    """Two periods of the same length, one after the other, that a fund is printed for."""
    rows = fund_rows(case)
    periods = sorted({period for fund, period in rows if fund and span(period)})
    funds = {fund for fund, _ in rows if fund}
    return [
        pair
        for pair in itertools.pairwise(periods)
        if months_of(pair[0]) == months_of(pair[1])
        and any((fund, pair[0]) in rows and (fund, pair[1]) in rows for fund in funds)
    ]


def growths(ev: "Evaluation") -> Found:
    rows = fund_rows(ev.case)
    funds = dict.fromkeys(fund for fund, _ in rows if fund)
    for (first, last), fund in itertools.product(compared_periods(ev.case), funds):
        both = [rows.get((fund, period)) for period in (first, last)]
        for column in ("income", "expenditure"):
            addresses = [row.address(column) for row in both if row]
            growth = _growth(ev, addresses) if len(addresses) == 2 else None
            if growth:
                yield f"{addresses[1]}.growth", growth


def _growth(ev: "Evaluation", addresses: list[str]) -> Derived | None:
    places = [at for address in addresses if (at := find(ev.case, address))]
    figures = [figure(ev.case, at) for at in places]
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
