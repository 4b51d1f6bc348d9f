"""Twice the rows are twice the work: counted in calls, so that no clock is needed."""

import sys
from collections.abc import Callable
from typing import Any

import pytest
from cases import Maker, TableText, budget, facts, indicators

from evalbook import InputError, evaluate

FEW, MANY = 60, 120


def lines(count: int, rate: str) -> TableText:
    rows = [f"l{n} | total | 项目{n} | 100 | 50 | 50 | {rate}" for n in range(count)]
    total = f"total | | 合计 | {count * 100} | {count * 50} | {count * 50} | 50.00%"
    return budget("id | parent | name | budget | executed | balance | rate", total, *rows)


def wrong_total(count: int) -> TableText:
    rows = [f"l{n} | total | 项目{n} | 100" for n in range(count)]
    return budget("id | parent | name | budget", f"total | | 合计 | {count * 100 + 7}", *rows)


def one_year_after_another(count: int) -> TableText:
    rows = [f"l{n} | {2000 + n % 20} | 项目{n // 20} | 100 | 90" for n in range(count)]
    return budget("id | period | name | budget | executed", *rows)


def one_thing(count: int) -> TableText:
    rows = [f"l{n} | 项目{n} | 100 | {'budget.l0' if n else ''}" for n in range(count)]
    return budget("id | name | budget | same_as", *rows)


def facts_alike(count: int) -> TableText:
    rows = [f"k{n} | 甲 | 事{n % 3} | {n} | 个 | 2019" for n in range(count)]
    return facts("id | theme | name | value | unit | period", *rows)


def scores(count: int) -> TableText:
    rows = [
        f"x{n} | input | 指标{n} | | 1 | 100% | 9{n % 10}% | 1 | published" for n in range(count)
    ]
    head = "id | parent | name | section | full_marks | target | actual | score | score_basis"
    return indicators(head, f"input | | 投入 | budget | {count} | | | {count} | published", *rows)


def calls(work: Callable[[], Any]) -> int:
    """How many calls of Python functions it takes."""
    found = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal found
        found += event == "call"

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


@pytest.mark.parametrize(
    "shape",
    [
        lambda count: lines(count, "50.00%"),
        lambda count: lines(count, "51.00%"),
        wrong_total,
        one_year_after_another,
        one_thing,
        facts_alike,
        scores,
    ],
)
def test_work_grows_with_the_rows(maker: Maker, shape: Callable[[int], TableText]) -> None:
    evaluate(maker.load(shape(FEW)))  # what is done once in a process is done
    cases = [maker.load(shape(count)) for count in (FEW, MANY)]
    few, many = (calls(lambda case=case: evaluate(case)) for case in cases)
    assert many < 2.2 * few, f"{few} calls for {FEW} rows, {many} for {MANY}"


def test_rows_do_not_stand_below_one_another_without_end(maker: Maker) -> None:
    rows = [f"l{n} | {f'l{n - 1}' if n else ''} | 项目{n} | 100" for n in range(60)]
    with pytest.raises(InputError, match="上级超过 50 级"):
        maker.load(budget("id | parent | name | budget", *rows))


def test_a_formula_that_can_have_no_result_is_not_worked_out(maker: Maker) -> None:
    case = maker.load(facts("id | name | value | of", "a | 甲 | 3 |", "b | 乙 | 2 | facts.a.value"))
    assert {where.rsplit(".", 1)[0] for where in evaluate(case).measures} == {"facts.b"}
