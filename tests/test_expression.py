"""Expressions over addresses: what they mean, how they are shown, and what is refused."""

import operator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.expression import (
    MAX_LENGTH,
    ExpressionError,
    chosen,
    formula_of,
    is_comparison,
    names,
    parse,
    shown,
    value,
)
from evalbook.figures import exact

UNITS = {"%": ("比例", Decimal("0.01")), "万元": ("金额", Decimal(10_000))}
COLUMNS = {"executed": "120", "adjusted": "150", "budget": "160", "zero": "0"}


def resolve(name: str):
    return exact(Decimal(COLUMNS[name])) if name in COLUMNS else None


def result(text: str):
    figure = value(parse(text), resolve, UNITS)
    return None if figure is None else figure.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 × 3 − 4 ÷ 8", "6.5"),
        ("（1 + 2）* 3", "9"),
        ("10 - 3 - 2", "5"),
        ("100 / 10 / 5", "2"),
        ("executed / adjusted", "0.8"),
        ("executed / first(adjusted, budget)", "0.8"),
        ("executed / first（missing，budget）", "0.75"),
        ("7.31%", "0.0731"),
        ("2万元", "20000"),
        ("0.5 * (executed + budget)", "140"),
    ],
)
def test_what_an_expression_gives(text, expected):
    assert result(text) == Decimal(expected)


@pytest.mark.parametrize("text", ["missing + 1", "executed / zero", "first(missing, unknown)"])
def test_an_unknown_input_or_a_zero_divisor_gives_nothing(text):
    assert result(text) is None


@pytest.mark.parametrize("sign", ["<", "<=", "=", ">=", ">"])
def test_a_comparison_is_known_as_such(sign):
    assert is_comparison(parse(f"executed {sign} 100%"))
    assert not is_comparison(parse("executed + 100%"))


def test_names_are_the_columns_and_addresses_in_order():
    text = "budget.a.rate + first(x, parent.executed) * 2 > facts.b.value"
    assert names(parse(text)) == ["budget.a.rate", "x", "parent.executed", "facts.b.value"]


def test_what_a_formula_needs_is_what_no_choice_replaces():
    formula = formula_of("executed / first(adjusted, budget + adjustment) - parent.executed")
    assert formula.needed == ("executed", "parent.executed")
    assert formula.chooses
    assert not formula_of("budget + adjustment").chooses


def test_only_the_printed_option_is_chosen():
    node = chosen(parse("executed / first(missing, budget, adjusted)"), resolve)
    assert names(node) == ["executed", "budget"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a+b*c", "a + b × c"),
        ("(a+b)*c", "（a + b） × c"),
        ("a-(b-c)", "a − （b − c）"),
        ("a/(b/c)", "a ÷ （b ÷ c）"),
        ("a/b/c", "a ÷ b ÷ c"),
        ("a>=75%", "a ≥ 75%"),
    ],
)
def test_how_an_expression_is_shown(text, sentence):
    assert shown(parse(text), lambda name: name) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "(1",
        "1)",
        "1 2",
        "a b",
        "a < b < c",
        "first()",
        "first(a",
        "__import__('os')",
        "a.B",
        "1 ** 2",
        "a; b",
        "预算数",
        "-a",
    ],
)
def test_what_is_no_expression_is_said_in_chinese(text):
    with pytest.raises(ExpressionError, match=r"[一-鿿]"):
        parse(text)


def test_length_and_depth_have_caps():
    with pytest.raises(ExpressionError, match=f"超过 {MAX_LENGTH} 字"):
        parse("1" * (MAX_LENGTH + 1))
    with pytest.raises(ExpressionError, match="括号超过"):
        parse("(" * 40 + "1" + ")" * 40)


def test_the_longest_sum_is_worked_out_or_refused():
    """As long as the cap on length allows; it may be refused, it may not break the program."""
    text = "+".join("1" * (MAX_LENGTH // 2))
    try:
        node = parse(text)
    except ExpressionError:
        return
    assert value(node, resolve).value == MAX_LENGTH // 2
    assert len(names(node)) == 0
    assert shown(node, str).startswith("1 + 1")


@given(st.text(max_size=60) | st.text(alphabet="ab.1%元+-×÷*/()<>=, first", max_size=60))
def test_any_text_is_an_expression_or_a_named_fault(text):
    try:
        node = parse(text)
    except ExpressionError as error:
        assert str(error)
    else:
        assert names(node) is not None


SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul}
LEAF = st.integers(0, 999).map(lambda number: (str(number), number))


def joined(parts):
    """Two expressions under a sign, with what they are worth."""
    (left, one), sign, (right, other) = parts
    return f"({left}{sign}{right})", SIGNS[sign](one, other)


TREE = st.recursive(
    LEAF,
    lambda below: st.tuples(below, st.sampled_from(list(SIGNS)), below).map(joined),
    max_leaves=6,
)


@given(TREE)
def test_arithmetic_is_exact_and_survives_being_shown(tree):
    text, worth = tree
    assert result(text) == worth
    assert result(shown(parse(text), str)) == worth
