"""Printed numbers as intervals with a unit: the true value stays inside every sum and quotient."""

from decimal import Decimal, localcontext
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.figures import Figure, UnitMismatch, added, exact, half_up, printed, unit_of

UNITS = {
    "元": ("金额", Decimal(1)),
    "万元": ("金额", Decimal(10_000)),
    "人": ("人数", Decimal(1)),
    "万人": ("人数", Decimal(10_000)),
    "%": ("比例", Decimal("0.01")),
}
MONEY = (("金额", 1),)
TRUE = st.decimals(min_value="-99999", max_value="99999", places=6)


def seen(true: Decimal, places: int) -> Figure:
    """What a document prints of a true value: rounded half up, known to half a last place."""
    return printed(half_up(true, places), Decimal(5).scaleb(-places - 1), Decimal(1), MONEY)


def holds(figure: Figure, true: Decimal) -> bool:
    slack = abs(true) * Decimal("1e-20")
    return figure.low - slack <= true <= figure.high + slack


@given(TRUE, TRUE, st.integers(0, 4), st.integers(0, 4))
def test_the_interval_of_a_result_holds_the_true_result(one, other, places, more):
    a, b = seen(one, places), seen(other, more)
    with localcontext(prec=60):
        assert holds(a, one)
        assert holds(-a, -one)
        assert holds(a + b, one + other)
        assert holds(a - b, one - other)
        assert holds(a * b, one * other)


@given(TRUE, TRUE, st.integers(0, 4))
def test_the_interval_of_a_quotient_holds_the_true_quotient(one, other, places):
    a, b = seen(one, places), seen(other, places)
    with localcontext(prec=60):
        if b.low <= 0 <= b.high:
            with pytest.raises(ZeroDivisionError):
                a / b
        else:
            assert holds(a / b, one / other)


@given(TRUE, st.integers(0, 4))
def test_the_value_lies_between_its_ends(true, places):
    figure = seen(true, places)
    assert figure.low <= figure.value <= figure.high
    assert figure.high - figure.low == Decimal(1).scaleb(-places)


@given(TRUE, TRUE)
def test_exact_figures_stay_exact(one, other):
    total = exact(one) + exact(other)
    assert total.low == total.value == total.high == one + other


@given(TRUE, TRUE, st.integers(0, 2))
def test_yuan_and_ten_thousand_yuan_are_the_same_figure(one, other, places):
    """1.25 万元 is 12500 元: the same interval, so the same verdicts."""
    factor = Decimal(10_000)
    half = Decimal(5).scaleb(-places - 1)
    wan = printed(half_up(one, places), half, factor, MONEY)
    yuan = printed(half_up(one, places) * factor, half * factor, Decimal(1), MONEY)
    assert wan == yuan
    assert wan + exact(other, MONEY) == yuan + exact(other, MONEY)


@pytest.mark.parametrize(
    ("unit", "dimension", "factor"),
    [
        ("万元", MONEY, 10_000),
        ("%", (), Decimal("0.01")),
        ("元/人", (("人数", -1), ("金额", 1)), 1),
        ("万元/万人", (("人数", -1), ("金额", 1)), 1),
        ("元·人", (("人数", -1), ("金额", 1)), 1),
        ("台", (("台", 1),), 1),
        ("", (), 1),
    ],
)
def test_what_a_unit_says(unit, dimension, factor):
    assert unit_of(unit, UNITS) == (dimension, factor)


def test_figures_of_different_kinds_are_not_added():
    with pytest.raises(UnitMismatch, match="金额与人数不能相加或比较"):
        exact(Decimal(1), MONEY) + exact(Decimal(1), (("人数", 1),))
    with pytest.raises(UnitMismatch, match="金额与人数不能相加或比较"):
        added([exact(Decimal(1), MONEY), exact(Decimal(1), (("人数", 1),))])


def test_a_pure_number_goes_with_anything():
    assert (exact(Decimal(1)) + exact(Decimal(2), MONEY)).dimension == MONEY


def test_a_quotient_of_the_same_kind_is_a_pure_number():
    rate = exact(Decimal(1), MONEY) / exact(Decimal(4), MONEY)
    assert (rate.value, rate.dimension) == (Decimal("0.25"), ())


@given(st.lists(st.tuples(st.integers(-99, 99), st.sampled_from([(), MONEY])), min_size=1))
def test_many_are_added_as_one_after_another(parts):
    figures = [Figure(Decimal(n), Decimal(n - 1), Decimal(n + 1), kind) for n, kind in parts]
    assert added(figures) == reduce(Figure.__add__, figures)
