"""Columns that a table declares with itself in source.yaml, and formulas for them."""

from __future__ import annotations

import pytest
import yaml
from cases import budget, entry, table, verdicts

from evalbook import InputError, evaluate, load

PUPILS = table(
    "plain",
    "id | parent | name | n1 | n2 | p1",
    "a | total | 一中 | 1205 | 84 | 14.35%",
    "b | total | 二中 | 730 | 52 | 14.04%",
    "total | | 合计 | 1935 | 135 | 14.23%",
)
DECLARED = {
    "n1": {"name": "学生数", "type": "number", "additive": True},
    "n2": {"name": "教师数", "type": "number", "additive": True},
    "p1": {"name": "比例", "type": "rate"},
}


def with_source(maker, name: str, **changes) -> str:
    """The case with keys of its first table changed."""
    path = maker.book.data(name) / "source.yaml"
    source = yaml.safe_load(path.read_text("utf-8"))
    source["tables"][0] |= changes
    path.write_text(yaml.safe_dump(source, allow_unicode=True), "utf-8")
    return name


def written(maker, each, **changes) -> str:
    """A case of one table, written although it does not load without the changes."""
    return with_source(maker, maker.write(each), **changes)


def test_declared_columns_are_read_and_added_up(maker):
    name = written(maker, PUPILS, declared=DECLARED, formulas={"p1": "n1 / n2"})
    case = load(name, maker.book)
    assert case.tables[0].columns["n1"].name == "学生数"
    found = verdicts(evaluate(case))
    assert found["sum:plain.total.n1"] == "consistent"
    assert found["sum:plain.total.n2"] == "inconsistent"


def test_a_formula_of_a_column_without_a_relation_is_checked(maker):
    rates = DECLARED | {"p1": {"name": "占比", "type": "rate"}}
    name = written(maker, PUPILS, declared=rates, formulas={"p1": "n1 / parent.n1"})
    ev = evaluate(load(name, maker.book))
    assert entry(ev, "share:plain.a.p1").computed == "62.27"


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        ("executed / budget", "rate"),
        ("budget - executed", "balance"),
        ("budget + executed", "sum"),
        ("budget * 2", "product"),
    ],
)
def test_the_kind_of_a_declared_formula(maker, formula, kind):
    unit = "rate" if kind == "rate" else "amount"
    cell = "50%" if kind == "rate" else "1"
    name = written(
        maker,
        budget("id | name | budget | executed | own", f"a | 甲 | 2 | 1 | {cell}"),
        declared={"own": {"name": "自算", "type": unit}},
        formulas={"own": formula},
    )
    assert f"{kind}:budget.a.own" in verdicts(evaluate(load(name, maker.book)))


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"budget": {"name": "预算", "type": "amount"}}, "列“budget”已经有了"),
        ({"own": {"name": "自算", "type": "money"}}, "“money”不在可选范围内"),
        ({"own": {"nam": "自算", "type": "text"}}, "没有“nam”这一项"),
        ({}, "没有“own”这一列"),
    ],
)
def test_a_declaration_that_cannot_be(maker, declared, said):
    name = written(maker, budget("id | name | budget | own", "a | 甲 | 2 | 无"), declared=declared)
    with pytest.raises(InputError, match=said):
        load(name, maker.book)
