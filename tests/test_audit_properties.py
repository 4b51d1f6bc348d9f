"""What holds for every table: correct ones are not called wrong, misprints are seen.

Tables are made as departments make them: exact amounts, printed to the fen, or each rounded by
itself to whole 万元.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import pytest
from cases import budget, entry, indicators, kinds, table, verdicts
from hypothesis import given, settings
from hypothesis import strategies as st

FEN = st.integers(min_value=1, max_value=10**9)
PER_MILLE = st.integers(min_value=800, max_value=1000)
EXAMPLES = settings(max_examples=20)


def money(fen: int, places: int = 2) -> str:
    """An amount of 万元 with `places` decimals, half up."""
    return str((Decimal(fen) / 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def percent(part: int, whole: int, places: int = 2) -> str:
    if not whole:
        return "—"
    exact = Decimal(part) * 100 / whole
    return f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)}%"


# ---- budget tables: a total, groups, lines

LINES = st.lists(
    st.lists(st.tuples(FEN, st.integers(-300, 300), PER_MILLE), min_size=1, max_size=4),
    min_size=1,
    max_size=3,
)
HEADINGS = "id | parent | name | budget | adjustment | adjusted | executed | balance | rate | share"


def lines_of(groups: list[list[tuple[int, int, int]]], places: int) -> Iterator[str]:
    """The rows of a table that adds up, top down."""
    exact = [[(b, b * a // 1000, (b + b * a // 1000) * e // 1000) for b, a, e in g] for g in groups]
    tops = [tuple(map(sum, zip(*group, strict=True))) for group in exact]
    total = tuple(map(sum, zip(*tops, strict=True)))
    yield row("t", "", total, total, places)
    for number, (group, top) in enumerate(zip(exact, tops, strict=True)):
        yield row(f"g{number}", "t", top, total, places)
        for each, line in enumerate(group):
            yield row(f"g{number}_{each}", f"g{number}", line, top, places)


def row(own: str, parent: str, amounts: tuple, above: tuple, places: int) -> str:
    planned, added, spent = amounts
    adjusted = planned + added
    printed = [money(each, places) for each in (planned, added, adjusted, spent, adjusted - spent)]
    share = percent(spent, above[2], 1) if parent and above[2] else ""
    return " | ".join([own, parent, f"项目{own}", *printed, percent(spent, adjusted), share])


@EXAMPLES
@given(LINES)
def test_a_budget_that_adds_up_is_not_called_wrong(maker, groups):
    found = maker.evaluate(budget(HEADINGS, *lines_of(groups, 2))).audit.entries
    wrong = [each for each in found if each.verdict == "inconsistent"]
    # a line printed as 0 out of something is low, and nobody explains it
    assert [each.message for each in wrong if each.kind != "missing-reason"] == []
    exact = [each for each in found if each.kind in {"sum", "balance", "budget-line"}]
    assert {each.verdict for each in exact} == {"consistent"}


@EXAMPLES
@given(LINES)
def test_a_budget_of_rounded_figures_is_not_called_wrong(maker, groups):
    """Each cell is rounded to whole 万元 by itself, so that parts need not add up."""
    found = maker.evaluate(budget(HEADINGS, *lines_of(groups, 0))).audit.entries
    kinds_asked = {"sum", "balance", "budget-line", "bounds", "share"}
    wrong = [e.message for e in found if e.verdict == "inconsistent" and e.kind in kinds_asked]
    assert wrong == []


@EXAMPLES
@given(LINES, st.data())
def test_a_flipped_digit_is_seen(maker, groups, data):
    rows = [line.split(" | ") for line in lines_of(groups, 2)]
    cells = [(r, c) for r in range(len(rows)) for c in range(3, 8)]
    at, column = data.draw(st.sampled_from(cells))
    text = rows[at][column]
    digits = [n for n, letter in enumerate(text) if letter.isdigit()]
    where = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != text[where]]))
    before = verdicts(maker.evaluate(budget(HEADINGS, *(" | ".join(each) for each in rows))))
    rows[at][column] = text[:where] + other + text[where + 1 :]
    ev = maker.evaluate(budget(HEADINGS, *(" | ".join(each) for each in rows)))
    changed = {own: v for own, v in verdicts(ev).items() if before.get(own) != v}
    assert set(changed.values()) & {"inconsistent", "rounding"}
    if abs(Decimal(rows[at][column]) - Decimal(text)) > Decimal("0.1"):
        assert "inconsistent" in changed.values()


# ---- funds over years, in yuan

YUAN = st.integers(min_value=1, max_value=10**11)
YEARS = st.lists(st.lists(st.tuples(YUAN, YUAN), min_size=2, max_size=2), min_size=2, max_size=3)
FUND = (
    "id | parent | fund | name | period | opening | income | expenditure | surplus | closing | "
    "monthly | rate | months | income_growth"
)
NAMES = ("职工", "居民", "合计")
TOTAL = 2


def funds_of(years: list[list[tuple[int, int]]], unit: str = "元") -> Iterator[str]:
    """Two funds and their total, carried from year to year, printed to the yuan."""
    opening, last = [10**12, 10**12], [0, 0]
    for number, year in enumerate(years):
        income, spent = [i for i, _ in year], [e for _, e in year]
        closing = [o + i - e for o, i, e in zip(opening, income, spent, strict=True)]
        for fund in (TOTAL, 0, 1):
            figures = [
                sum(each) if fund == TOTAL else each[fund]
                for each in (opening, income, spent, closing, last)
            ]
            yield fund_row(fund, str(2018 + number), figures, unit)
        opening, last = closing, income


def fund_row(fund: int, period: str, figures: list[int], unit: str) -> str:
    own, parent = f"f{fund}_{period}", "" if fund == TOTAL else f"f{TOTAL}_{period}"
    opening, income, spent, closing, before = figures
    month = int((Decimal(spent) / 12).quantize(Decimal(1), ROUND_HALF_UP))
    amounts = (opening, income, spent, income - spent, closing, month)
    months = (Decimal(closing) * 12 / spent).quantize(Decimal("0.01"), ROUND_HALF_UP)
    growth = percent(income - before, before) if before else ""
    printed = [as_printed(each, unit) for each in amounts]
    names = [own, parent, f"f{fund}", NAMES[fund], period]
    return " | ".join([*names, *printed, percent(income - spent, income), str(months), growth])


def as_printed(yuan: int, unit: str) -> str:
    return str(yuan) if unit == "元" else f"{Decimal(yuan) / 10_000:.4f}"


@EXAMPLES
@given(YEARS, st.sampled_from(["元", "万元"]))
def test_funds_that_carry_over_are_not_called_wrong(maker, years, unit):
    ev = maker.evaluate(table("funds", FUND, *funds_of(years, unit), unit=unit))
    assert kinds(ev) == []
    assert entry(ev, "roll-forward:funds.f0_2019.opening").verdict == "consistent"


@EXAMPLES
@given(YEARS, st.integers(-2, 2), st.permutations(range(6)))
def test_verdicts_on_funds_change_neither_with_unit_nor_with_order(maker, years, slip, order):
    """A misprint of a yuan or two included."""
    found = []
    for unit in ("元", "万元"):
        rows = [line.split(" | ") for line in funds_of(years[:2], unit)]
        first = Decimal(rows[0][5]) * (1 if unit == "元" else 10_000)
        rows[0][5] = as_printed(int(first) + slip, unit)
        lines = [" | ".join(each) for each in rows]
        for chosen in (lines, [lines[n] for n in order]):
            found.append(verdicts(maker.evaluate(table("funds", FUND, *chosen, unit=unit))))
    assert found[0] == found[1] == found[2] == found[3]


# ---- scores


SCORES = st.lists(
    st.tuples(st.integers(5, 30), st.integers(50, 150), st.booleans()), min_size=1, max_size=8
)


@EXAMPLES
@given(SCORES)
def test_scores_in_proportion_are_not_called_wrong(maker, drawn):
    """Lower-is-better ones among them; what lost marks or went far beyond has its reason."""
    rows = []
    for number, (full, done, lower) in enumerate(drawn):
        part = Decimal(100) / done if lower else Decimal(done) / 100
        score = (full * min(part, Decimal(1))).quantize(Decimal("0.01"), ROUND_HALF_UP)
        direction = "lower" if lower else "higher"
        rows.append(
            f"i{number} | 事项{number} | {full} | {direction} | 100件 | {done}件 | {score} | 见附表"
        )
    total = sum(Decimal(row.split(" | ")[6]) for row in rows)
    full = sum(each[0] for each in drawn)
    made = indicators(
        "id | name | full_marks | direction | target | actual | score | reason", *rows
    )
    ev = maker.evaluate(made, params={"published": {"score": str(total), "full": str(full)}})
    assert [kind for kind in kinds(ev) if kind not in {"indicator-kind", "full-marks"}] == []


@pytest.mark.parametrize("lower", [True, False])
def test_two_scores_the_wrong_way_round_are_seen(maker, lower):
    direction = "lower" if lower else "higher"
    done = ("160件", "120件") if lower else ("60件", "90件")
    made = indicators(
        "id | full_marks | direction | target | actual | score | rule | reason",
        f"a | 10 | {direction} | 100件 | {done[0]} | 9.0 | published | 见附表",
        f"b | 10 | {direction} | 100件 | {done[1]} | 6.0 | published | 见附表",
    )
    assert "score-order" in kinds(maker.evaluate(made))
