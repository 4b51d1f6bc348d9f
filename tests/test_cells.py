"""A cell as printed: three states, numbers with their places, units, and what is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.cells import BLANK, CellError, parse_cell
from evalbook.standards import Column

NUMERIC = ("amount", "rate", "marks", "count", "price", "months", "number")


def column(kind: str, **more) -> Column:
    return Column.model_validate({"name": "列", "type": kind, **more})


def read(text: str, kind: str):
    return parse_cell(text, column(kind))


@pytest.mark.parametrize("kind", NUMERIC)
def test_blank_dash_and_zero_are_three_states(kind):
    zero = "0%" if kind == "rate" else "0"
    assert read("  ", kind) is BLANK
    assert read("—", kind).state == "not applicable"
    assert (read(zero, kind).state, read(zero, kind).value) == ("value", 0)


@pytest.mark.parametrize("dash", ["—", "――", "——", "－", "-", "/"])
def test_every_dash_means_does_not_apply(dash):
    assert read(dash, "amount").state == "not applicable"


@pytest.mark.parametrize(
    ("text", "kind", "value", "places", "unit", "sign"),
    [
        ("742,037.07", "amount", "742037.07", 2, "", ""),
        ("-253.33", "amount", "-253.33", 2, "", ""),
        ("−253.33", "amount", "-253.33", 2, "", ""),
        ("16,708,800元", "amount", "16708800", 0, "元", ""),
        ("425.30", "amount", "425.30", 2, "", ""),
        ("99.31%", "rate", "99.31", 2, "%", ""),
        ("100.54 %", "rate", "100.54", 2, "%", ""),
        ("3.5‰", "rate", "3.5", 1, "‰", ""),
        ("26.32分", "marks", "26.32", 2, "分", ""),
        ("495.4万人", "count", "495.4", 1, "万人", ""),
        ("730元", "price", "730", 0, "元", ""),
        ("5.24", "months", "5.24", 2, "", ""),
        ("≥707568人", "number", "707568", 0, "人", "≥"),
        ("≧90%", "number", "90", 0, "%", "≥"),
        ("═1", "target", "1", 0, "", "="),
        ("≤ 5天", "target", "5", 0, "天", "≤"),
        ("≥266米", "target", "266", 0, "米", "≥"),
        ("735人次", "target", "735", 0, "人次", ""),
        ("＞＝ 95.0％", "target", "95.0", 1, "%", "≥"),
        ("不少于12种", "target", "12", 0, "种", "≥"),
        ("不低于95%", "target", "95", 0, "%", "≥"),
        ("达到98%", "target", "98", 0, "%", "≥"),
        ("12种以上", "target", "12", 0, "种", "≥"),
        ("95%（含）以上", "target", "95", 0, "%", "≥"),
        ("不超过4", "target", "4", 0, "", "≤"),
        ("控制在5%以内", "target", "5", 0, "%", "≤"),
        ("30个工作日内", "target", "30", 0, "个工作日", "≤"),
        ("大于等于1,200人", "target", "1200", 0, "人", "≥"),
        ("小于3起", "target", "3", 0, "起", "<"),
        ("等于100%", "target", "100", 0, "%", "="),
        ("0次", "target", "0", 0, "次", ""),
    ],
)
def test_a_number_keeps_its_places_unit_and_sign(text, kind, value, places, unit, sign):
    cell = read(text, kind)
    assert str(cell.value) == value
    assert (cell.places, cell.unit, cell.sign) == (places, unit, sign)
    assert cell.text == text


@pytest.mark.parametrize("text", ["6-9个月", "6至9个月", "6～9个月", "6—9个月", "6个月-9个月"])
def test_a_range_has_two_ends(text):
    cell = read(text, "target")
    assert (cell.value, cell.high, cell.unit) == (6, 9, "个月")


@pytest.mark.parametrize(
    "text",
    [
        "达成年度指标", "普遍开展", "有效", "100%覆盖", "1人-2户", "不低于95%以下",
        "2020年", "2020年12月底前", "2018-2020年", "12月底前", "6月30日",
    ],
)  # fmt: skip
def test_a_target_in_words_stays_text(text):
    """A month or a year of the calendar is no number either: earlier is not less."""
    cell = read(text, "target")
    assert (cell.state, cell.value, cell.text) == ("value", None, text)


def test_a_long_text_is_no_number_and_is_read_at_once():
    assert read("1" + " " * 20_000 + "x", "target").value is None


@pytest.mark.parametrize("kind", NUMERIC)
@pytest.mark.parametrize("text", ["12，5", "三", "12.5.1", "1,23", "12 345", "十%", "1e5", "=1+1"])
def test_text_in_a_number_cell_is_refused_in_chinese(kind, text):
    with pytest.raises(CellError, match=r"不是数字，应为.*数字"):
        read(text, kind)


def test_a_rate_without_its_percent_sign_is_refused():
    with pytest.raises(CellError, match=r"“99\.31”缺少百分号，应为带百分号的数字，如 99\.31%"):
        read("99.31", "rate")


@pytest.mark.parametrize("kind", ["amount", "marks", "months"])
def test_a_percentage_where_none_belongs_is_refused(kind):
    with pytest.raises(CellError, match="是百分数"):
        read("99.31%", kind)


@pytest.mark.parametrize("kind", ["amount", "rate", "marks", "count", "price", "months"])
@pytest.mark.parametrize("text", ["≥5%", "5%-6%", "5-6"])
def test_only_targets_and_facts_may_be_compared_or_ranged(kind, text):
    with pytest.raises(CellError):
        read(text, kind)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("id", "t4_total", "T4"),
        ("id", "a", "1a"),
        ("period", "2019", "2019年"),
        ("period", "2018/2019", "2018-2019"),
        ("period", "../2020-12-31", "…2020"),
        ("date", "2019-12-31", "2019/12/31"),
        ("addresses", "budget.total.rate;facts.a.value", "budget/total"),
        ("addresses", "budget.total", "budget"),
    ],
)
def test_words_of_a_fixed_form(kind, good, bad):
    assert read(good, kind).text == good
    with pytest.raises(CellError, match=f"“{bad}”应为"):
        read(bad, kind)


def test_a_list_of_addresses_is_split_at_semicolons():
    assert read("budget.a.rate; facts.b.value;", "addresses").items == (
        "budget.a.rate",
        "facts.b.value",
    )


def test_a_choice_lists_what_it_allows():
    basis = column("choice", choices={"spent": "实际支出口径", "disbursed": "拨付口径"})
    assert parse_cell("spent", basis).text == "spent"
    with pytest.raises(CellError, match="“paid”应为其中之一：spent、disbursed"):
        parse_cell("paid", basis)


def test_a_number_has_at_most_28_digits():
    assert read("1" * 28, "amount").value == Decimal("1" * 28)
    with pytest.raises(CellError, match="位数超过 28 位"):
        read("1" * 29, "amount")


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=4),
    st.integers(min_value=0, max_value=4),
    st.booleans(),
)
def test_any_printed_amount_reads_back_exactly(number, places, grouped):
    text = f"{number:,.{places}f}" if grouped else f"{number:.{places}f}"
    cell = read(text, "amount")
    assert cell.value == Decimal(text.replace(",", ""))
    assert cell.places == places


@given(st.text(max_size=40), st.sampled_from([*NUMERIC, "id", "period", "date", "addresses"]))
def test_any_text_is_a_cell_or_a_named_fault(text, kind):
    try:
        cell = read(text, kind)
    except CellError as error:
        assert "应为" in str(error) or "位数超过" in str(error)
    else:
        assert cell.text == text.strip()
        assert (cell.state == "blank") == (not text.strip())
