"""The ratios of the frameworks: the sentences of tests/ratios/*.yaml, and what holds for all.

A sentence names a ratio, its operands as a table prints them, and the rate in percent; `expected:
null` means that nothing can be divided.
"""

from __future__ import annotations

import inspect
from decimal import Decimal
from itertools import pairwise

import pytest
from cases import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from evalbook.cells import parse_cell
from evalbook.expression import Name, Operation, names, parse, value
from evalbook.figures import Figure, UnitMismatch, exact, half_up, printed, unit_of
from evalbook.ratios import RATIOS
from evalbook.standards import Column, TableKind, Units
from evalbook.strict import read_model
from evalbook.yamlfile import read_yaml

LISTED = read_model(Units, ROOT / "params/units.yaml", "units", []).units
UNITS = {unit: (kind, size) for kind, sizes in LISTED.items() for unit, size in sizes.items()}
BUDGET = read_model(TableKind, ROOT / "params/tables/budget.yaml", "budget", []).columns
PRINTED = Column(name="数", type="number")
EACH = pytest.mark.parametrize("ratio", RATIOS.values(), ids=RATIOS)


def sentences() -> list[dict]:
    paths = sorted((ROOT / "tests/ratios").glob("*.yaml"))
    return [each for path in paths for each in read_yaml(path, path.name).content]


def figure(text: str) -> Figure:
    """A number with its unit, known to its printed places."""
    cell = parse_cell(text, PRINTED)
    dimension, factor = unit_of(cell.unit, UNITS)
    half = Decimal(5).scaleb(-cell.places - 1) if cell.places else Decimal(0)
    return printed(cell.value, half, factor, dimension)


@pytest.mark.parametrize("sentence", sentences(), ids=lambda each: each["name"])
def test_a_ratio_is_what_the_sentence_says(sentence):
    ratio = RATIOS[sentence["ratio"]]
    operands = {name: figure(text) for name, text in sentence["operands"].items()}
    assert list(operands) == list(ratio.operands)
    if sentence["expected"] is None:
        with pytest.raises(ZeroDivisionError):
            ratio.function(**operands)
        return
    result = ratio.function(**operands)
    expected = Decimal(sentence["expected"].removesuffix("%"))
    assert half_up(result.value * 100, 2) == expected
    assert result.low <= result.value <= result.high
    assert result.dimension == ()


def test_every_ratio_has_a_sentence():
    assert {each["ratio"] for each in sentences()} == set(RATIOS)


# ---- what holds for every ratio


@EACH
def test_a_ratio_declares_what_its_function_does(ratio):
    node = parse(ratio.formula)
    assert list(inspect.signature(ratio.function).parameters) == list(ratio.operands)
    assert set(names(node)) == set(ratio.operands)
    assert isinstance(node, Operation)
    assert (node.sign, node.right) == ("/", Name(ratio.denominator))
    operands = {name: exact(Decimal(number)) for number, name in enumerate(ratio.operands, 3)}
    assert ratio.function(**operands) == value(node, operands.__getitem__)


@EACH
def test_help_says_all_that_is_known_of_a_ratio(ratio):
    text = inspect.getdoc(ratio.function)
    parts = (ratio.title, ratio.words, ratio.meaning.split("\n")[0], ratio.reference)
    assert [
        part for part in (*parts, *ratio.operands, *ratio.operands.values()) if part not in text
    ] == []
    assert f"Denominator: {ratio.operands[ratio.denominator]}." in text
    assert ("未核对" in text) == ratio.unverified


@EACH
def test_the_other_bases_of_a_ratio_are_columns_that_it_does_not_use(ratio):
    assert [base for base in ratio.bases if base not in BUDGET or base in ratio.operands] == []


def test_a_ratio_that_is_marked_is_one_whose_reference_says_why():
    unsure = [name for name, each in RATIOS.items() if each.unverified]
    assert unsure == ["in_place_rate_2013", "timely_in_place_rate"]
    assert [name for name in unsure if "；" not in RATIOS[name].reference] == []


AMOUNTS = st.decimals(min_value="0.01", max_value=10_000_000, places=2)
SCALES = st.decimals(min_value="0.01", max_value=10_000, places=2)
SMALL = Decimal("1e-15")


@EACH
@settings(max_examples=25)
@given(data=st.data())
def test_the_unit_of_the_operands_does_not_change_a_ratio(ratio, data):
    """All in 元 or all in 万元: the rate is the same."""
    amounts = [data.draw(AMOUNTS) for _ in ratio.operands]
    scale = data.draw(SCALES)
    one = ratio.function(*(exact(each) for each in amounts)).value
    scaled = ratio.function(*(exact(each * scale) for each in amounts)).value
    assert abs(one - scaled) <= SMALL * max(1, abs(one))


@EACH
@settings(max_examples=25)
@given(data=st.data())
def test_a_ratio_lies_within_what_its_printed_operands_allow(ratio, data):
    amounts = [data.draw(AMOUNTS) for _ in ratio.operands]
    half = Decimal("0.004")
    result = ratio.function(*(printed(each, half, Decimal(1), ()) for each in amounts))
    assert result.low <= result.value <= result.high
    shifted = [each + data.draw(st.sampled_from([-half, half])) for each in amounts]
    inside = ratio.function(*(exact(each) for each in shifted)).value
    assert result.low - SMALL <= inside <= result.high + SMALL


@EACH
def test_more_in_the_denominator_is_a_smaller_share(ratio):
    """All but the saved shares: they grow with what was planned."""
    rising = ratio.denominator in {"planned_cost", "planned_time"}
    others = {name: exact(Decimal(30)) for name in ratio.operands}
    results = [
        ratio.function(**others | {ratio.denominator: exact(Decimal(base))}).value
        for base in (40, 50, 60)
    ]
    assert all((one < other) == rising for one, other in pairwise(results))


@EACH
def test_nothing_is_divided_by_zero(ratio):
    operands = {name: exact(Decimal(1)) for name in ratio.operands}
    with pytest.raises(ZeroDivisionError):
        ratio.function(**operands | {ratio.denominator: exact(Decimal(0))})


@pytest.mark.parametrize("name", ["cost_saving_rate", "three_public_change_rate"])
def test_a_difference_of_unlike_things_is_no_ratio(name):
    money, time = (exact(Decimal(1), ((kind, 1),)) for kind in ("金额", "时间"))
    with pytest.raises(UnitMismatch):
        RATIOS[name].function(money, time)
