"""How far a target was reached 完成率, and the rules that follow from it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from evalbook.rules import Rule, Rules, percent
from evalbook.scoring.basis import NOTHING, Inputs, Score, all_of, earned, none_of


class Side(NamedTuple):
    """A number in the unit of the target, and how a person would write it."""

    value: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Completion:
    """part ÷ of; `met` says why the target counts as reached, empty when it was missed."""

    part: Side
    of: Side
    met: str = ""

    @property
    def rate(self) -> Decimal | None:
        """part ÷ of, at least 1 when the target is met; None where no proportion can be taken."""
        if self.part.value < 0 or self.of.value <= 0:
            return Decimal(1) if self.met else None
        rate = self.part.value / self.of.value
        return max(rate, Decimal(1)) if self.met else rate

    @property
    def on_the_edge(self) -> bool:
        """Whether the actual is the very number that a target such as `<5%` excludes."""
        return not self.met and self.part.value == self.of.value

    @property
    def text(self) -> str:
        return f"{self.part.text} ÷ {self.of.text}"

    @property
    def without_rate(self) -> str:
        return f"{self.part.text} 与 {self.of.text} 不能按比例计算"


def completion(given: Inputs, rule: Rule) -> Completion | None:
    """actual ÷ target, read in the direction of the rule, else of the indicator.

    higher: actual ÷ target, none for a target of zero. lower: target ÷ actual (北京 2016 自评表
    A/B). equal: the smaller ÷ the larger. range: from the nearer end, both ends included; a range
    has no other direction. A target of `<` or `>` is not reached by the number itself.
    """
    cell, number = given.target, given.quantity
    if cell.value is None or number is None:
        return None
    actual = Side(number, _written(given, number))
    target = _end(given, cell.value)
    direction = rule.completion or given.direction
    if direction == "range" or cell.high is not None:
        return _within(given, target, actual) if direction == "range" else None
    match direction:
        case "lower":
            strict = cell.sign == "<"
            met = number < cell.value if strict else number <= cell.value
            why = "低于指标值" if strict else "不高于指标值"
            return Completion(target, actual, why if met else "")
        case "equal" | "zero":
            small, large = sorted((actual, target))
            return Completion(small, large, "等于指标值" if number == cell.value else "")
        case _ if not cell.value:
            return None
        case _:
            strict = cell.sign == ">"
            met = number > cell.value if strict else number >= cell.value
            why = "高于指标值" if strict else "达到指标值"
            return Completion(actual, target, why if met else "")


def _converted(given: Inputs) -> bool:
    """Whether target and actual are printed in units that differ in size."""
    return given.quantity != given.actual.value


def _written(given: Inputs, number: Decimal) -> str:
    """The actual: the number alone, with its own unit where it was converted."""
    return f"{given.actual.value}{given.actual.unit}" if _converted(given) else f"{number}"


def _end(given: Inputs, number: Decimal) -> Side:
    """The target, or an end of it, with its unit where the actual has another."""
    return Side(number, f"{number}{given.target.unit}" if _converted(given) else f"{number}")


def _within(given: Inputs, low: Side, actual: Side) -> Completion | None:
    if given.target.high is None:
        return None
    high = _end(given, given.target.high)
    if low.value <= actual.value <= high.value:
        return Completion(actual, actual, f"在 {given.target.text} 之内")
    below = actual.value < low.value
    return Completion(actual, low) if below else Completion(high, actual)


def out_of_place(given: Inputs, rule: Rule) -> Score:
    """The number that the target excludes: missed, and yet all of it by proportion."""
    why = f"{given.actual.text} 正好是指标值 {given.target.text} 所不含的数"
    return Score(None, rule.id, f"{why}，没有达到，按比例又无可扣，没有计算")


def proportion(given: Inputs, rule: Rule, rules: Rules) -> Score:
    """Full marks when the target is reached, else completion × marks.

    财预〔2020〕10号 第十六条. A rule that states `overshoot_above` takes marks off again beyond it.
    """
    done = completion(given, rule)
    if done is None:
        return NOTHING
    if done.met:
        return _overshot(given, rule, rules, done) or all_of(given, rule, done.met)
    if done.on_the_edge:
        return out_of_place(given, rule)
    if done.rate is None:
        return none_of(rule, done.without_rate)
    marks = given.full * done.part.value / done.of.value
    return earned(given, rule, rules, marks, f"{given.full} × {done.text}")


def _overshot(given: Inputs, rule: Rule, rules: Rules, done: Completion) -> Score | None:
    """Marks taken off for a completion far above the target (按照偏离度适度调减分值)."""
    above, loss, least = rule.overshoot_above, rule.overshoot_loss, rule.overshoot_least
    if above is None or loss is None or least is None:
        return None
    rate = done.rate or Decimal(1)
    if rate <= above:
        return None
    share = 1 - (rate - above) * loss
    if share < least:
        how = f"超过指标值的 {percent(above)}，调减到最低：{given.full} × {percent(least)}"
        return earned(given, rule, rules, given.full * least, how)
    how = f"{given.full} × (1 − ({done.text} − {percent(above)}) × {percent(loss)})"
    return earned(given, rule, rules, given.full * share, how)


def threshold(given: Inputs, rule: Rule, rules: Rules) -> Score:
    """Nothing below the pass rate 及格门槛, then (completion − pass) ÷ (1 − pass) × marks.

    财预〔2021〕101号; at the pass rate itself the formula gives zero.
    """
    done, least = completion(given, rule), rule.pass_rate
    if done is None or least is None:
        return NOTHING
    if done.met:
        return all_of(given, rule, done.met)
    if done.on_the_edge:
        return out_of_place(given, rule)
    if done.rate is None:
        return none_of(rule, done.without_rate)
    if done.rate < least:
        return none_of(rule, f"完成率 {done.text} 低于 {percent(least)}")
    marks = given.full * (done.rate - least) / (1 - least)
    how = f"{given.full} × ({done.text} − {percent(least)}) ÷ (1 − {percent(least)})"
    return earned(given, rule, rules, marks, how)
