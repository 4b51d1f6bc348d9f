"""Year on year: the split of a change, worked out by hand, and that it always adds up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from cases import ROOT, budget
from comparing import Batch, plain, row

from evalbook import evaluate, load
from evalbook.compare import change as words
from evalbook.compare.change import Change
from evalbook.compare.replay import Scorer
from evalbook.compare.result import read
from evalbook.paths import Workbook

TEN, HUNDRED_ONE = "caiyu-2020-10", "caiyu-2021-101"


@pytest.fixture
def batch(tmp_path) -> Batch:
    return Batch(tmp_path)


def year(batch: Batch, period: str, *rows: str, score: str | None = None, **more) -> str:
    """A case of one department; `score` is published, `100` marks in full unless said."""
    printed = {"published": {"score": score, "full": more.pop("full", "100")}} if score else {}
    return batch.add(*rows, period=period, **printed, **more)


def split(batch: Batch) -> Change:
    found = batch.compared()
    assert len(found.changes) == 1
    return adding_up(found.changes[0])


def adding_up(each: Change) -> Change:
    """The parts add up to the computed change, and with what is apart to the published one."""
    if each.computed is not None:
        parts = (each.rules, each.weights, each.data, each.joint)
        assert sum(part for part in parts if part is not None) == each.computed
        if each.published is not None:
            assert each.computed + (each.apart or 0) == each.published
    return each


def parts(each: Change) -> tuple[Decimal | None, ...]:
    return each.rules, each.weights, each.data, each.joint


@pytest.mark.parametrize("case", Workbook(ROOT).cases())
def test_a_real_case_scored_again_has_its_own_total(case):
    ev = evaluate(load(case, Workbook(ROOT)))
    result, scorer = read(ev.text, ("满意度",)), Scorer(Workbook(ROOT))
    rules = scorer.rules_for(result)
    assert rules is not None
    assert scorer.again(result, rules).total == ev.total


def test_only_data_changed(batch):
    """100 × 80 ÷ 100 = 80, then 90."""
    year(batch, "2019", plain(100, "80个"), score="80")
    year(batch, "2020", plain(100, "90个"), score="90")
    each = split(batch)
    assert parts(each) == (0, 0, 10, 0)
    assert (each.unit, each.published, each.apart, each.why) == ("分", 10, 0, "")


def test_only_the_rule_set_changed(batch):
    """70 % earns 70 under 10号; under 101号 (70 − 60) ÷ (100 − 60) = 25."""
    year(batch, "2020", plain(100, "70个"), rules=TEN, score="70")
    year(batch, "2021", plain(100, "70个"), rules=HUNDRED_ONE, score="25")
    assert parts(split(batch)) == (-45, 0, 0, 0)


def test_only_the_full_marks_changed(batch):
    """甲 100 %, 乙 50 %: 60 + 20 = 80, then 80 + 10 = 90."""
    for period, first, second, score in (("2019", 60, 40, "80"), ("2020", 80, 20, "90")):
        year(batch, period, plain(first, "100个", id="a", name="甲"),
             plain(second, "50个", id="b", name="乙"), score=score)  # fmt: skip
    assert parts(split(batch)) == (0, 10, 0, 0)


def test_all_three_changed_one_after_the_other(batch):
    """Last year 甲 60 of 100 %, 乙 40 of 70 %, 10号: 60 + 28 = 88.

    This year 甲 80 of 90 %, 乙 20 of 70 %, 101号: 80 × 75 % + 20 × 25 % = 65; under 10号
    72 + 14 = 86; with last year's marks 54 + 28 = 82. Rules −21, marks 4, data −6.
    """
    for period, rules, (first, done), second, score in (
        ("2020", TEN, (60, "100个"), 40, "88"), ("2021", HUNDRED_ONE, (80, "90个"), 20, "65"),
    ):  # fmt: skip
        year(batch, period, plain(first, done, id="a", name="甲"),
             plain(second, "70个", id="b", name="乙"), rules=rules, score=score)  # fmt: skip
    each = split(batch)
    assert (each.published, *parts(each)) == (-23, -21, 4, -6, 0)


def test_a_person_s_score_keeps_its_rate_under_other_marks(batch):
    """甲 is given 30 of 40 and next year 45 of 60: with 40 in full that is 30."""
    for period, first, second, given, score in (
        ("2019", 40, 60, "30", "90"), ("2020", 60, 40, "45", "85"),
    ):  # fmt: skip
        assigned = row(id="a", name="甲", section="process", full_marks=str(first), score=given,
                       score_basis="published")  # fmt: skip
        year(batch, period, assigned, plain(second, "100个", id="b", name="乙"), score=score)
    assert parts(split(batch)) == (0, -5, 0, 0)


def test_the_execution_rate_is_scored_again_from_the_budget(batch):
    """150 of 200 is 75 %: 100 × 75 % = 75 both years, whatever the rule's marks are."""
    money = budget("id | name | budget | executed", "t | 合计 | 200 | 150")
    rate = row(id="a", name="预算执行率", section="process", full_marks="100", rule="execution")
    for period in ("2019", "2020"):
        settings = [{"name": "low_execution", "value": "70%", "reason": "地方规定"}]
        more = {"settings": settings} if period == "2020" else {}
        name = batch.maker.write(batch_rows(rate), money, params={"period": period} | more)
        batch.run(name)
    each = split(batch)
    assert each.rules == 0
    assert each.why == ""


def batch_rows(line: str):
    from cases import indicators
    from comparing import COLUMNS

    return indicators(f"{COLUMNS} | evidence", f"{line} | budget.t.executed")


def test_other_indicators_leave_marks_and_data_together(batch):
    year(batch, "2019", plain(100, "80个", name="甲"), score="80", framework=None)
    year(batch, "2020", plain(100, "90个", name="乙"), score="90", framework=None)
    each = split(batch)
    assert parts(each) == (0, None, None, 10)
    assert each.why == words.OTHER_ROWS


def test_a_rule_that_last_year_did_not_know_is_named(batch):
    known = plain(100, "90个", rule="proportion")
    own = ROOT / "params/rules" / f"{HUNDRED_ONE}.yaml"
    text = own.read_text("utf-8").replace("\nrules:\n", (
        "\nrules:\n  mine:\n    kind: proportion\n    name: 自定\n    description: 自定\n"
        "    reference: 自定\n    completion: higher\n"
    ), 1)  # fmt: skip
    batch.book.rules_file("mine").write_text(text, "utf-8")
    year(batch, "2020", known, score="90")
    year(batch, "2021", plain(100, "90个", rule="mine"), rules="mine", score="90")
    each = split(batch)
    assert parts(each) == (None, None, None, 0)
    assert "完成" in each.why


def test_rules_that_are_others_now_are_not_guessed(batch):
    year(batch, "2020", plain(100, "70个"), rules=TEN, score="70")
    year(batch, "2021", plain(100, "70个"), rules=HUNDRED_ONE, score="25")
    batch.book.rules_file(HUNDRED_ONE).unlink()
    each = split(batch)
    assert parts(each) == (None, None, None, -45)
    assert each.why == words.OTHER_RULES


def test_a_forged_total_is_not_split(batch):
    year(batch, "2020", plain(100, "70个"), rules=TEN, score="70")
    forged = year(batch, "2021", plain(100, "70个"), rules=HUNDRED_ONE, score="25")
    score = {"total": "25", "full": "100", "rate": None, "grade": None}
    batch.spoil(forged, score=score | {"computed": {"total": "99", "grade": None}})
    each = split(batch)
    assert parts(each) == (None, None, None, 29)
    assert each.why == words.NOT_REPEATED


def test_published_less_computed_is_a_part_of_its_own(batch):
    year(batch, "2019", plain(100, "80个"), score="80")
    year(batch, "2020", plain(100, "90个"), score="93")
    each = split(batch)
    assert (each.published, each.computed, each.apart) == (13, 10, 3)


def test_other_full_marks_are_compared_by_the_score_rate(batch):
    """80 of 100 is 80 %, 100 of 120 is 83.33 %; last year's marks for this year's data: 83 %."""
    year(batch, "2019", plain(100, "80个"), score="80")
    year(batch, "2020", plain(120, "83个"), score="99.6", full="120")
    each = split(batch)
    assert each.unit == "百分点"
    assert (each.computed, each.data, each.weights) == (3, 3, 0)


def test_without_totals_there_is_the_published_change_only(batch):
    year(batch, "2019", row(id="a", name="甲", section="output", full_marks="100"), score="80")
    year(batch, "2020", plain(100, "90个"), score="90")
    each = split(batch)
    assert (each.published, each.computed, each.why) == (10, None, words.NO_TOTAL)


def test_pairs_are_the_same_department_a_year_later_and_never_a_guess(batch):
    for period, department in (("2019", "甲局"), ("2021", "甲局"), ("2020", "乙局")):
        year(batch, period, plain(100, "80个"), department=department)
    assert batch.compared().changes == ()
    year(batch, "2021", plain(100, "80个"), department="乙局")
    year(batch, "2021", plain(100, "70个"), department="乙局")
    found = batch.compared()
    assert found.changes == ()
    assert len(found.unclear) == 3
