"""The audit of figures: each relation once as it should be and once as it should not.

gap = computed − printed, so a printed figure that is too large has a negative gap.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

import pytest
from cases import (
    TableText,
    budget,
    entry,
    facts,
    indicators,
    kinds,
    table,
    verdicts,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from evalbook import InputError
from evalbook.audit.entry import plain
from evalbook.lookup import find


class Relation(NamedTuple):
    """A table that holds, the cell to misprint, and the entry that must then say so."""

    name: str
    good: TableText
    cell: tuple[str, str]
    entry: str
    computed: str
    gap: str
    verdict: str = "inconsistent"


RELATIONS = [
    Relation(
        "adjusted budget",
        budget("id | budget | adjustment | adjusted", "a | 100.00 | -20.50 | 79.50"),
        ("79.50", "80.50"),
        "sum:budget.a.adjusted",
        "79.50",
        "-1.00",
    ),
    Relation(
        "balance on the adjusted budget",
        budget("id | budget | adjusted | executed | balance", "a | 100.00 | 90.00 | 80.00 | 10.00"),
        ("10.00", "20.00"),
        "balance:budget.a.balance",
        "10.00",
        "-10.00",
    ),
    Relation(
        "execution rate",
        budget("id | budget | executed | rate", "a | 425.30 | 206.58 | 48.57%"),
        ("48.57%", "45.87%"),
        "rate:budget.a.rate",
        "48.57",
        "2.70",
    ),
    Relation(
        "in-place rate of a table with its own formula",
        budget(
            "id | due | in_place | rate",
            "a | 47346.67 | 47600.00 | 100.54%",
            formulas={"rate": "in_place / due"},
        ),
        ("100.54%", "99.47%"),
        "rate:budget.a.rate",
        "100.54",
        "1.07",
    ),
    Relation(
        "share of the total",
        budget(
            "id | parent | executed | share",
            "t | | 80.00 |",
            "a | t | 20.00 | 25.00%",
            "b | t | 60.00 | 75.00%",
        ),
        ("25.00%", "35.00%"),
        "share:budget.a.share",
        "25.00",
        "-10.00",
    ),
    Relation(
        "total of the rows",
        budget("id | parent | budget", "t | | 30.20", "a | t | 10.10", "b | t | 20.10"),
        ("30.20", "32.20"),
        "sum:budget.t.budget",
        "30.20",
        "-2.00",
    ),
    Relation(
        "total of nested rows whose own subtotal is not printed",
        budget(
            "id | parent | budget",
            "t | | 30.20",
            "a | t |",
            "a1 | a | 4.10",
            "a2 | a | 6.00",
            "b | t | 20.10",
        ),
        ("30.20", "29.20"),
        "sum:budget.t.budget",
        "30.20",
        "1.00",
    ),
    Relation(
        "closing balance of a fund",
        table(
            "funds",
            "id | opening | income | expenditure | closing",
            "f | 5.00 | 9.00 | 8.00 | 6.00",
        ),
        ("6.00", "5.10"),
        "roll-forward:funds.f.closing",
        "6.00",
        "0.90",
    ),
    Relation(
        "surplus of the year",
        table("funds", "id | income | expenditure | surplus", "f | 53.62 | 49.33 | 4.29"),
        ("4.29", "4.92"),
        "balance:funds.f.surplus",
        "4.29",
        "-0.63",
    ),
    Relation(
        "rate of surplus",
        table("funds", "id | income | surplus | rate", "f | 50.00 | 5.00 | 10.00%"),
        ("10.00%", "11.00%"),
        "rate:funds.f.rate",
        "10.00",
        "-1.00",
    ),
    Relation(
        "months that a balance can pay",
        table("funds", "id | expenditure | closing | months", "f | 49.33 | 21.55 | 5.24"),
        ("5.24", "6.24"),
        "months:funds.f.months",
        "5.24",
        "-1.00",
    ),
    Relation(
        "monthly spending",
        table("funds", "id | expenditure | monthly", "f | 49.33 | 4.11"),
        ("4.11", "4.41"),
        "months:funds.f.monthly",
        "4.11",
        "-0.30",
    ),
    Relation(
        "reimbursement rate",
        table("payments", "id | billed | paid | rate", "p | 200.00 | 150.00 | 75.00%"),
        ("75.00%", "57.00%"),
        "rate:payments.p.rate",
        "75.00",
        "18.00",
    ),
    Relation(
        "number of cases",
        table(
            "payments", "id | parent | count", "t | | 30人次", "a | t | 10人次", "b | t | 20人次"
        ),
        ("30人次", "31人次"),
        "sum:payments.t.count",
        "30",
        "-1",
    ),
    Relation(
        "rate of a sample",
        table("samples", "id | sample | failures | rate", "s | 38份 | 2份 | 94.74%"),
        ("94.74%", "97.44%"),
        "sample-rate:samples.s.rate",
        "94.74",
        "-2.70",
    ),
    Relation(
        "satisfaction",
        table(
            "surveys", "id | valid | satisfied | basic | rate", "q | 200份 | 150份 | 20份 | 85.00%"
        ),
        ("85.00%", "86.00%"),
        "rate:surveys.q.rate",
        "85.00",
        "-1.00",
    ),
    Relation(
        "price times quantity",
        table("incidents", "id | quantity | price | amount", "i | 3台 | 5000元/台 | 15000元"),
        ("15000元", "18000元"),
        "product:incidents.i.amount",
        "15000",
        "-3000",
    ),
    Relation(
        "price of one piece without its unit",
        table("incidents", "id | quantity | price | amount", "i | 3台 | 5000元 | 15000元"),
        ("15000元", "18000元"),
        "product:incidents.i.amount",
        "15000",
        "-3000",
    ),
    Relation(
        "share of a fact",
        facts("id | value | of | share", "a | 25人 | facts.b.value | 12.50%", "b | 200人 | |"),
        ("12.50%", "15.20%"),
        "share:facts.a.share",
        "12.50",
        "-2.70",
    ),
    Relation(
        "change of a fact",
        facts("id | value | of | change", "a | 220人 | facts.b.value | 20人", "b | 200人 | |"),
        ("20人", "30人"),
        "change:facts.a.change",
        "20",
        "-10",
    ),
    Relation(
        "growth of a fact",
        facts("id | value | of | growth", "a | 180人 | facts.b.value | -10.00%", "b | 200人 | |"),
        ("-10.00%", "10.00%"),
        "growth:facts.a.growth",
        "-10.00",
        "-20.00",
    ),
    Relation(
        "sum of facts in different units",
        facts("id | parent | value", "t | | 1.2万人", "a | t | 7000人", "b | t | 5000人"),
        ("1.2万人", "1.4万人"),
        "sum:facts.t.value",
        "1.2",
        "-0.2",
    ),
    Relation(
        "full marks of the indicators below",
        indicators("id | parent | full_marks", "t | | 30", "a | t | 12", "b | t | 18"),
        ("18", "16"),
        "full-marks:indicators.t.full_marks",
        "28",
        "-2",
    ),
    Relation(
        "score of the indicators below",
        indicators("id | parent | score", "t | | 25.5", "a | t | 10", "b | t | 15.5"),
        ("25.5", "25.4"),
        "sum:indicators.t.score",
        "25.5",
        "0.1",
    ),
    Relation(
        "score rate",
        indicators("id | full_marks | score | rate | reason", "a | 30 | 25.01 | 83.37% | 未完成"),
        ("83.37%", "83.73%"),
        "rate:indicators.a.rate",
        "83.37",
        "-0.36",
    ),
]
IDS = [each.name for each in RELATIONS]


def misprinted(relation: Relation) -> TableText:
    old, new = relation.cell
    good = relation.good
    hits = [cell for row in good.rows for cell in row].count(old)
    assert hits == 1, f"{old} stands {hits} times in the table"
    rows = tuple(tuple(new if cell == old else cell for cell in row) for row in good.rows)
    return TableText(good.kind, good.headings, rows, good.id, good.unit, good.formulas)


@pytest.mark.parametrize("relation", RELATIONS, ids=IDS)
def test_a_relation_that_holds_is_consistent(maker, relation):
    ev = maker.evaluate(relation.good)
    found = entry(ev, relation.entry)
    assert (found.verdict, found.severity) == ("consistent", None)
    assert Decimal(found.gap) == 0
    assert found.message.endswith("相符。")
    assert [each for each in kinds(ev) if each != "missing-reason"] == []


@pytest.mark.parametrize("relation", RELATIONS, ids=IDS)
def test_a_misprint_is_an_error_with_both_figures_and_the_gap(maker, relation):
    found = entry(maker.evaluate(misprinted(relation)), relation.entry)
    printed = re.sub(r"[^\d.-]", "", relation.cell[1])
    if relation.entry.startswith("full-marks"):
        printed = "30"
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert (found.computed, found.printed, found.gap) == (relation.computed, printed, relation.gap)
    assert Decimal(found.gap) == Decimal(found.computed) - Decimal(found.printed)
    assert printed in found.message
    assert relation.computed in found.message
    assert relation.gap.lstrip("-") in found.message
    assert ("印出的数多" if relation.gap.startswith("-") else "印出的数少") in found.message
    assert found.message.startswith("二（一）")
    assert found.where == relation.entry.partition(":")[2]
    assert found.inputs


# ---- claims: a comparison that must hold in every row


@pytest.mark.parametrize(
    ("kind", "headings", "good", "bad", "wanted"),
    [
        ("budget", "id | budget | executed", "a | 100.00 | 100.00", "a | 100.00 | 100.01",
         "budget-line:budget.a.executed"),
        ("budget", "id | budget | adjusted | executed", "a | 90 | 110 | 105", "a | 110 | 90 | 105",
         "budget-line:budget.a.executed"),
        ("budget", "id | rate", "a | 100.00%", "a | 100.54%", "bounds:budget.a.rate"),
        ("indicators", "id | full_marks | score", "a | 10 | 10", "a | 10 | 10.01",
         "bounds:indicators.a.score"),
        ("samples", "id | sample | failures", "a | 20 | 20", "a | 20 | 21",
         "bounds:samples.a.failures"),
        ("samples", "id | population | sample", "a | 300 | 20", "a | 20 | 300",
         "bounds:samples.a.sample"),
        ("surveys", "id | sent | valid", "a | 200 | 198", "a | 198 | 200",
         "bounds:surveys.a.valid"),
        ("payments", "id | billed | paid", "a | 3.2亿元 | 2.1亿元", "a | 3.2万元 | 2.1亿元",
         "paid-over-billed:payments.a.paid"),
    ],
)  # fmt: skip
def test_a_bound_that_is_kept_and_one_that_is_broken(maker, kind, headings, good, bad, wanted):
    kept = entry(maker.evaluate(table(kind, headings, good)), wanted)
    assert (kept.verdict, kept.severity) == ("consistent", None)
    assert kept.message.endswith("成立。")
    broken = entry(maker.evaluate(table(kind, headings, bad)), wanted)
    assert (broken.verdict, broken.severity) == ("inconsistent", "error")
    assert broken.message.endswith("不成立。")
    for figure in re.findall(r"[\d.]+", bad.split("|", 1)[1])[-2:]:
        assert figure in broken.message


def test_more_in_place_than_due_is_no_broken_bound(maker):
    ev = maker.evaluate(
        budget(
            "id | due | in_place | balance | rate",
            "pingdu | 47346.67 | 47600.00 | -253.33 | 100.54%",
            formulas={"balance": "due - in_place", "rate": "in_place / due"},
        )
    )
    assert set(verdicts(ev).values()) == {"consistent"}


# ---- sums with blanks


def sum_of(maker, *rows: str):
    return entry(maker.evaluate(budget("id | parent | executed", *rows)), "sum:budget.t.executed")


def test_parts_that_add_to_less_beside_a_blank_cannot_be_checked(maker):
    found = sum_of(maker, "t | | 100.00", "a | t | 60.00", "b | t |")
    assert (found.verdict, found.severity) == ("unverifiable", "note")
    assert "b没有公布，无法复核" in found.message


def test_parts_that_add_to_more_beside_a_blank_are_wrong(maker):
    found = sum_of(maker, "t | | 50.00", "a | t | 60.00", "b | t |")
    assert (found.verdict, found.severity, found.gap) == ("inconsistent", "error", "10.00")


def test_parts_that_add_up_beside_a_blank_are_consistent(maker):
    assert sum_of(maker, "t | | 60.00", "a | t | 60.00", "b | t |").verdict == "consistent"


def test_a_blank_two_levels_down_counts_as_blank(maker):
    rows = ["t | | 100.00", "a | t |", "a1 | a | 30.00", "a2 | a |", "b | t | 60.00"]
    assert sum_of(maker, *rows).verdict == "unverifiable"
    rows[0] = "t | | 80.00"
    assert sum_of(maker, *rows).verdict == "inconsistent"


def test_what_does_not_apply_is_no_blank(maker):
    found = sum_of(maker, "t | | 100.00", "a | t | 60.00", "b | t | —")
    assert (found.verdict, found.gap) == ("inconsistent", "-40.00")


def test_a_total_row_of_zeros_beside_parts_is_wrong(maker):
    found = sum_of(maker, "t | | 0", "a | t | 60.00", "b | t | 20.00")
    assert (found.verdict, found.computed, found.printed) == ("inconsistent", "80.00", "0")


def test_a_printed_subtotal_stands_for_the_rows_below_it(maker):
    """An error inside a subtotal is told once, at the subtotal."""
    ev = maker.evaluate(
        budget(
            "id | parent | executed",
            "t | | 100.00",
            "a | t | 60.00",
            "a1 | a | 30.00",
            "a2 | a | 20.00",
            "b | t | 40.00",
        )
    )
    assert entry(ev, "sum:budget.t.executed").verdict == "consistent"
    assert entry(ev, "sum:budget.a.executed").gap == "-10.00"
    assert kinds(ev) == ["sum"]


# ---- rounding, and where there is none


@pytest.mark.parametrize(
    ("rate", "verdict", "why"),
    [
        ("66.67%", "consistent", "相符"),
        ("66.66%", "rounding", "截尾"),
        ("66.68%", "inconsistent", "不符"),
        ("67%", "consistent", "相符"),
        ("66%", "rounding", "截尾"),
        ("66.7%", "consistent", "相符"),
        ("68%", "inconsistent", "不符"),
    ],
)
def test_half_up_is_consistent_and_truncation_is_a_note(maker, rate, verdict, why):
    ev = maker.evaluate(budget("id | budget | executed | rate", f"a | 300.00 | 200.00 | {rate}"))
    found = entry(ev, "rate:budget.a.rate")
    assert found.verdict == verdict
    assert found.severity == {"consistent": None, "rounding": "note"}.get(verdict, "error")
    assert why in found.message


def test_half_a_last_place_goes_up(maker):
    ev = maker.evaluate(budget("id | budget | executed | rate", "a | 200.00 | 12.33 | 6.17%"))
    assert entry(ev, "rate:budget.a.rate").verdict == "consistent"  # 6.165 %


def test_rounding_of_the_inputs_themselves_is_allowed_for(maker):
    """0.6 + 0.6 may print as 1.3 (0.64 + 0.64 = 1.28); it may not print as 1.4."""
    ev = maker.evaluate(budget("id | parent | budget", "t | | 1.3", "a | t | 0.6", "b | t | 0.6"))
    found = entry(ev, "sum:budget.t.budget")
    assert (found.verdict, found.severity, found.gap) == ("rounding", "note", "-0.1")
    assert "各项数据自身的取整可以解释" in found.message
    ev = maker.evaluate(budget("id | parent | budget", "t | | 1.4", "a | t | 0.6", "b | t | 0.6"))
    assert entry(ev, "sum:budget.t.budget").verdict == "inconsistent"


def test_the_finest_cell_of_a_column_says_how_precise_it_is(maker):
    """124251 beside 276.98 is known to the cent, so that a gap of one yuan is no rounding."""
    ev = maker.evaluate(
        budget("id | parent | budget", "t | | 124529", "a | t | 124251", "b | t | 276.98")
    )
    assert entry(ev, "sum:budget.t.budget").gap == "-1.02"


@pytest.mark.parametrize(
    ("good", "entry_id"),
    [
        (indicators("id | parent | score", "t | | 20.01", "a | t | 10", "b | t | 10"),
         "sum:indicators.t.score"),
        (table("payments", "id | parent | count", "t | | 3万人次", "a | t | 1.4万人次",
               "b | t | 1.5万人次"), "sum:payments.t.count"),
        (table("incidents", "id | quantity | price | amount", "a | 3 | 33.33 | 100.00元"),
         "product:incidents.a.amount"),
    ],
)  # fmt: skip
def test_marks_counts_and_prices_know_no_rounding(maker, good, entry_id):
    found = entry(maker.evaluate(good), entry_id)
    assert (found.verdict, found.severity) == ("inconsistent", "error")


def test_a_score_that_is_a_hundredth_off_is_an_error(maker):
    """15 × 8676 ÷ 8755 is 14.86 by the rule set; 14.87 is not a rounding of it."""
    headings = "id | full_marks | direction | target | actual | score | reason"
    row = "a | 15 | higher | 8755人 | 8676人 | {} | 未完成"
    exact = maker.evaluate(indicators(headings, row.format("14.86")))
    assert entry(exact, "proportion:indicators.a.score").verdict == "consistent"
    off = entry(
        maker.evaluate(indicators(headings, row.format("14.87"))), "proportion:indicators.a.score"
    )
    assert (off.verdict, off.severity, off.gap) == ("inconsistent", "error", "-0.01")
    assert "15 × 8676 ÷ 8755" in off.message
    assert "14.86" in off.message


# ---- words of approximation


@pytest.mark.parametrize(
    ("value", "word", "verdict"),
    [
        ("100人", "左右", "consistent"),
        ("105人", "左右", "consistent"),
        ("90人", "左右", "inconsistent"),
        ("90人", "余", "inconsistent"),
        ("98人", "余", "consistent"),
        ("102人", "余", "inconsistent"),
        ("95人", "超", "consistent"),
        ("101人", "超", "inconsistent"),
        ("110人", "近", "consistent"),
        ("99人", "近", "inconsistent"),
        ("90人", "不少于", "consistent"),
        ("101人", "不少于", "inconsistent"),
        ("101人", "<", "consistent"),
        ("99人", "<", "inconsistent"),
    ],
)
def test_a_word_beside_a_number_has_its_own_tolerance(maker, value, word, verdict):
    """The parts add to 100; 「98余」 says a little more than 98."""
    ev = maker.evaluate(
        facts(
            "id | parent | value | approximate",
            f"t | | {value} | {word}",
            "a | t | 40人 |",
            "b | t | 60人 |",
        )
    )
    found = entry(ev, "sum:facts.t.value")
    assert found.verdict == verdict
    assert (found.gap is not None) and Decimal(found.gap) == 100 - Decimal(value[:-1])
    if verdict == "inconsistent":
        assert {"<": "小于"}.get(word, word) in found.message


@pytest.mark.parametrize(
    ("value", "word", "said"),
    [
        ("1000人", "余", "1000余人"),
        ("3.7万家", "多", "3.7万多家"),
        ("308万笔", "余", "308万余笔"),
        ("5亿元", "多", "5亿多元"),
        ("14万笔", "超", "超14万笔"),
        ("75%", "左右", "75%左右"),
    ],
)
def test_a_word_stands_where_a_sentence_has_it(maker, value, word, said):
    case = maker.load(facts("id | value | approximate", f"a | {value} | {word}"))
    at = find(case, "facts.a.value")
    assert at is not None
    assert at.shown == said


# ---- bases, units, budget lines


def test_a_rate_that_only_fits_another_base_is_named_as_such(maker):
    headings = "id | budget | adjusted | executed | rate"
    good = maker.evaluate(budget(headings, "a | 200.00 | 160.00 | 120.00 | 75.00%"))
    assert entry(good, "rate:budget.a.rate").verdict == "consistent"
    ev = maker.evaluate(budget(headings, "a | 200.00 | 160.00 | 120.00 | 60.00%"))
    found = entry(ev, "rate-base:budget.a.rate")
    assert (found.kind, found.verdict, found.severity) == ("rate-base", "inconsistent", "error")
    assert (found.computed, found.printed, found.gap) == ("75.00", "60.00", "15.00")
    assert "以预算数为基数的结果（120.00万元 ÷ 200.00万元）一致" in found.message
    assert "rate:budget.a.rate" not in verdicts(ev)


def test_another_base_of_another_kind_is_no_base(maker):
    """The rate is wrong, and 30万元 ÷ 50人 is no rate that it could have been mixed up with."""
    ev = maker.evaluate(
        budget("id | budget | in_place | executed | rate", "a | 100.00 | 50人 | 30.00 | 45.00%")
    )
    found = entry(ev, "rate:budget.a.rate")
    assert (found.verdict, found.gap) == ("inconsistent", "-15.00")


def test_amounts_of_another_unit_are_rescaled(maker):
    ev = maker.evaluate(
        budget(
            "id | parent | unit | budget",
            "t | | 亿元 | 1.2500",
            "a | t | 万元 | 12400",
            "b | t | | 100.00",
        )
    )
    assert entry(ev, "sum:budget.t.budget").verdict == "consistent"


def test_an_amount_a_power_of_ten_off_is_an_error(maker):
    ev = maker.evaluate(
        budget("id | parent | budget", "t | | 12500元", "a | t | 12400万元", "b | t | 100万元")
    )
    found = entry(ev, "sum:budget.t.budget")
    assert (found.verdict, found.severity) == ("inconsistent", "error")


@pytest.mark.parametrize(
    ("made", "checks"),
    [
        (facts("id | parent | value", "t | | 5人", "a | t | 3人", "b | t | 2户"), ()),
        (
            table(
                "payments", "id | parent | count", "t | | 30人次", "a | t | 10户", "b | t | 20人次"
            ),
            (),
        ),
        (facts("id | value | same_as", "a | 3万元 | facts.b.value", "b | 3人 |"), ()),
        (budget("id | budget | adjustment | adjusted", "a | 5人 | 1 | 6"), ()),
        (budget("id | budget | executed", "a | 5人 | 4"), ()),
        (
            facts("id | value", "a | 5人", "b | 3万元"),
            [{"id": "c", "kind": "order-claim", "expression": "facts.a.value < facts.b.value"}],
        ),
        (
            facts("id | value", "a | 5人", "b | 3万元"),
            [{"id": "c", "kind": "sum", "expression": "facts.a.value + 1人", "printed": "6万元"}],
        ),
    ],
    ids=["sum", "counts", "same_as", "formula", "bound", "order", "declared"],
)
def test_figures_of_different_kinds_clash(maker, made, checks):
    ev = maker.evaluate(made, checks=checks)
    clashes = [each for each in ev.audit.entries if each.kind == "unit"]
    assert [(each.verdict, each.severity) for each in clashes] == [("inconsistent", "error")]
    assert "计量单位不一致" in clashes[0].message
    assert "不能相加或比较" in clashes[0].message


def test_an_absurd_amount_is_refused_or_judged(maker):
    """27 digits over a hundredth: a slip of the keyboard may not break the program."""
    row = "a | 0.01 | 123456789012345678901234567 | 1.00%"
    try:
        ev = maker.evaluate(budget("id | budget | executed | rate", row))
    except InputError:
        return
    assert entry(ev, "rate:budget.a.rate").verdict == "inconsistent"


def test_zero_over_zero_printed_as_a_rate_has_no_base(maker):
    ev = maker.evaluate(budget("id | budget | executed | rate", "a | 0.00 | 0.00 | 100.00%"))
    found = entry(ev, "rate:budget.a.rate")
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert "100.00%" in found.message
    assert "基数为 0" in found.message


# ---- unknown is not an error


@pytest.mark.parametrize(
    ("made", "entry_id"),
    [
        (facts("id | value | growth", "a | 3.28亿元 | -10.89%"), "growth:facts.a.growth"),
        (facts("id | value | share", "a | 3.28亿元 | 12%"), "share:facts.a.share"),
        (facts("id | value | change", "a | 30人 | 2人"), "change:facts.a.change"),
        (facts("id | value", "a | 75%"), "rate:facts.a.value"),
        (indicators("id | actual", "a | 83.46%"), "rate:indicators.a.actual"),
        (budget("id | rate", "a | 83.46%"), "rate:budget.a.rate"),
        (table("funds", "id | months", "a | 5.24"), "months:funds.a.months"),
        (table("samples", "id | sample | rate", "a | 38份 | 95.00%"), "sample-rate:samples.a.rate"),
    ],
)
def test_a_rate_without_its_base_is_unverifiable(maker, made, entry_id):
    ev = maker.evaluate(made)
    found = entry(ev, entry_id)
    assert (found.verdict, found.severity) == ("unverifiable", "note")
    assert found.printed in found.message
    assert found.message.endswith("计算它的基数没有公布，无法复核。")
    assert kinds(ev) == []


# ---- the same thing in two places


def test_the_same_figure_twice_agrees_up_to_its_rounding(maker):
    ev = maker.evaluate(
        budget("id | budget", "t | 137568.39"),
        facts("id | value | same_as", "a | 13.76亿元 | budget.t.budget"),
    )
    found = entry(ev, "disagreement:facts.a.value=budget.t.budget")
    assert (found.verdict, found.severity) == ("consistent", None)
    assert "是同一数，两处相符" in found.message


def test_the_same_figure_twice_with_two_values_is_an_error(maker):
    ev = maker.evaluate(
        budget("id | budget", "t | 137568.39"),
        facts("id | value | same_as", "a | 13.67亿元 | budget.t.budget"),
    )
    found = entry(ev, "disagreement:facts.a.value=budget.t.budget")
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert "13.67亿元" in found.message
    assert "137568.39万元" in found.message
    assert (found.computed, found.printed, found.gap) == ("13.76", "13.67", "0.09")


def test_the_same_row_twice_is_compared_column_by_column(maker):
    first = budget("id | name | budget | executed", "t | 某专项 | 626.77 | 316.30", id="t1")
    again = budget(
        "id | name | budget | executed | same_as",
        "u | 某专项 | 626.77 | 361.30 | budget.t",
        id="t2",
    )
    ev = maker.evaluate(first, again)
    assert entry(ev, "disagreement:budget.u.budget=budget.t.budget").verdict == "consistent"
    found = entry(ev, "disagreement:budget.u.executed=budget.t.executed")
    assert (found.verdict, found.gap) == ("inconsistent", "-45.00")


def test_across_two_bases_only_the_budgets_are_compared(maker):
    """Allotted is not spent: a city's table may say 904 where the districts spent 276."""
    first = budget(
        "id | name | budget | executed | basis", "t | 某 | 160 | 160 | disbursed", id="t1"
    )
    again = budget(
        "id | name | budget | executed | basis | same_as",
        "u | 某 | 160 | 83.75 | spent | budget.t",
        id="t2",
    )
    ev = maker.evaluate(first, again)
    pairs = [each for each in verdicts(ev) if each.startswith("disagreement")]
    assert pairs == ["disagreement:budget.u.budget=budget.t.budget"]


def test_one_thing_under_two_names_is_a_note(maker):
    first = budget("id | name | budget", "t | 业务经费 | 20", id="t1")
    again = budget("id | name | budget | same_as", "u | 专项经费 | 20 | budget.t", id="t2")
    found = entry(maker.evaluate(first, again), "disagreement:budget.u.name")
    assert (found.verdict, found.severity) == ("inconsistent", "note")
    assert "“专项经费”" in found.message
    assert "“业务经费”" in found.message


def test_the_same_thing_in_a_table_without_names(maker):
    """Surveys go by their group, documents by their title; their figures are compared alike."""
    made = table(
        "surveys",
        "id | group | rate | same_as",
        "a | 居民 | 85% |",
        "b | 居民 | 86% | surveys.a",
        "c | 居民 | 85% | surveys.a.group",
    )
    ev = maker.evaluate(made)
    assert entry(ev, "disagreement:surveys.b.rate=surveys.a.rate").verdict == "inconsistent"


# ---- declared checks


def declared(maker, **check: str):
    made = facts("id | value", "a | 1.00元", "b | 3.00元", "c | 33.33%")
    ev = maker.evaluate(made, checks=[{"id": "c", **check}])
    return next(each for each in ev.audit.entries if each.id.endswith(":checks.c"))


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("facts.a.value < facts.b.value", "consistent"),
        ("facts.a.value > facts.b.value", "inconsistent"),
        ("facts.a.value × 3 = facts.b.value", "consistent"),
        ("facts.b.value >= 3元", "consistent"),
        ("facts.b.value < 3元", "inconsistent"),
        ("facts.a.value / (facts.b.value - 3) > 1", "unverifiable"),
    ],
)
def test_a_declared_comparison_is_itself_the_claim(maker, expression, verdict):
    found = declared(maker, kind="order-claim", expression=expression, note="先后")
    assert found.kind == "order-claim"
    assert found.verdict == verdict
    assert found.severity == {"consistent": None, "inconsistent": "error"}.get(verdict, "note")
    assert "先后" in found.message


@pytest.mark.parametrize(
    ("expression", "printed", "verdict"),
    [
        ("facts.a.value + 2元", "facts.b.value", "consistent"),
        ("facts.a.value + 1元", "facts.b.value", "inconsistent"),
        ("facts.a.value / facts.b.value", "facts.c.value", "consistent"),
        ("facts.a.value + facts.b.value", "4元", "consistent"),
        ("facts.a.value + facts.b.value", "5元", "inconsistent"),
        ("facts.a.value / facts.b.value", "33.33%", "consistent"),
        ("facts.a.value / facts.b.value", "33.40%", "rounding"),
        ("facts.a.value / facts.b.value", "36.00%", "inconsistent"),
    ],
)
def test_a_declared_expression_gives_what_is_printed(maker, expression, printed, verdict):
    """A figure that stands in no table is as good as one that does, its rounding included."""
    found = declared(maker, kind="sum", expression=expression, printed=printed)
    assert found.verdict == verdict
    assert found.severity == {"consistent": None, "rounding": "note"}.get(verdict, "error")
    assert found.inputs


# ---- the audit does not depend on units or on the order of rows

YUAN = st.integers(min_value=0, max_value=10**9)


def as_printed(yuan: int, unit: str) -> str:
    """The same number of yuan, to the yuan, in either unit."""
    return str(yuan) if unit == "元" else f"{Decimal(yuan) / 10_000:.4f}"


@settings(max_examples=25)
@given(st.lists(st.tuples(YUAN, YUAN), min_size=2, max_size=4), st.integers(-2, 2), YUAN)
def test_verdicts_are_the_same_in_yuan_and_in_ten_thousands(maker, rows, slip, spare):
    """A misprint of a yuan or two included; printed to the yuan in both units."""
    found = []
    for unit in ("元", "万元"):
        lines = [
            f"r{n} | t | {as_printed(b, unit)} | {as_printed(e, unit)} | 50.00%"
            for n, (b, e) in enumerate(rows)
        ]
        whole = as_printed(sum(b for b, _ in rows) + slip + 2, unit)
        spent = as_printed(spare, unit)
        made = budget(
            "id | parent | budget | executed | rate",
            f"t | | {whole} | {spent} | 80.00%",
            *lines,
            unit=unit,
        )
        found.append(verdicts(maker.evaluate(made)))
    assert found[0] == found[1]


@settings(max_examples=25)
@given(st.permutations(range(7)))
def test_verdicts_do_not_depend_on_the_order_of_rows(maker, order):
    rows = [
        "t | | 100.00 | 70.00 | 70.00%",
        "a | t | 60.00 | 40.00 | 66.66%",
        "a1 | a | 25.00 | 20.00 | 80.00%",
        "a2 | a | 35.00 | 30.00 | 90.00%",
        "b | t | 40.00 | 30.00 | 75.00%",
        "b1 | b | | 31.00 |",
        "b2 | b | 40.00 | |",
    ]
    headings = "id | parent | budget | executed | rate"
    straight = verdicts(maker.evaluate(budget(headings, *rows)))
    shuffled = verdicts(maker.evaluate(budget(headings, *[rows[number] for number in order])))
    assert shuffled == straight
    assert "inconsistent" in straight.values()
    assert "rounding" in straight.values()


def test_a_standard_needs_no_base(maker):
    """What a rule lays down was measured by nobody; a result beside it still needs its base."""
    told = facts(
        "id | nature | name | value | change",
        "a | standard | 个人自付比例 | 30% |",
        "b | | 参保率 | 97% |",
        "c | standard | 封顶线提高 | 30万元 | 10万元",
    )
    assert [
        e.where for e in maker.evaluate(told).audit.entries if e.kind in {"rate", "change"}
    ] == ["facts.b.value"]


def test_a_share_that_fits_the_row_above_says_so(maker):
    """Panzhihua's assets: the shares are said to be of the net value and are of the gross."""
    assets = facts(
        "id | parent | name | value | share | of",
        "gross | | 原值 | 66.63万元 | |",
        "net | | 净值 | 13.06万元 | |",
        "general | gross | 通用设备 | 44.09万元 | 66.17% | facts.net.value",
        "furniture | gross | 家具 | 22.54万元 | 33.83% | facts.net.value",
    )
    found = entry(maker.evaluate(assets), "rate-base:facts.general.share")
    assert found.verdict == "inconsistent"
    assert "它与以“原值”为基数的结果（44.09万元 ÷ 66.63万元）一致" in found.message


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.50", "1.50"), ("1E+3", "1000"), ("1E-8", "0.00000001"), ("0E-10", "0.0000000000")],
)
def test_a_decimal_is_written_without_exponent(value, text):
    assert plain(Decimal(value)) == text
