"""How far a target was reached 完成率, and the rules that follow from it."""

from dataclasses import dataclass
from decimal import Decimal

from evalbook.rules import Rule, Rules, percent
from evalbook.scoring.basis import NOTHING, Inputs, Score, all_of, earned, none_of


@dataclass(frozen=True, slots=True)
class Completion:
    """part ÷ of; `met` says why the target counts as reached, empty when it was missed."""

    part: Decimal
    of: Decimal
    met: str = ""

    @property
    def rate(self) -> Decimal | None:
        """part ÷ of, at least 1 when the target is met; None where no proportion can be taken."""
        if self.part < 0 or self.of <= 0:
            return Decimal(1) if self.met else None
        rate = self.part / self.of
        return max(rate, Decimal(1)) if self.met else rate

    @property
    def text(self) -> str:
        return f"{self.part} ÷ {self.of}"


def completion(given: Inputs, rule: Rule) -> Completion | None:
    """actual ÷ target, read in the direction of the rule, else of the indicator.

    higher: actual ÷ target, none for a target of zero. lower: target ÷ actual (北京 2016 自评表
    A/B). equal: the smaller ÷ the larger. range: from the nearer end, both ends included.
    """
    target, actual = given.target.value, given.quantity
    if target is None or actual is None:
        return None
    match rule.completion or given.direction:
        case "lower":
            return Completion(target, actual, "不高于指标值" if actual <= target else "")
        case "equal" | "zero":
            small, large = sorted((actual, target))
            return Completion(small, large, "等于指标值" if small == large else "")
        case "range":
            return _within(given, target, actual)
        case _ if not target:
            return None
        case _:
            return Completion(actual, target, "达到指标值" if actual >= target else "")


def _within(given: Inputs, low: Decimal, actual: Decimal) -> Completion | None:
    high = given.target.high
    if high is None:
        return None
    if low <= actual <= high:
        return Completion(actual, actual, f"在 {given.target.text} 之内")
    return Completion(actual, low) if actual < low else Completion(high, actual)


def proportion(given: Inputs, rule: Rule, rules: Rules) -> Score:
    """Full marks when the target is reached, else completion × marks.

    财预〔2020〕10号 第十六条. A rule that states `overshoot_above` takes marks off again beyond it.
    """
    done = completion(given, rule)
    if done is None:
        return NOTHING
    if done.met:
        return _overshot(given, rule, rules, done) or all_of(given, rule, done.met)
    if done.rate is None:
        return none_of(rule, f"{done.part} 与 {done.of} 不能按比例计算")
    marks = given.full * done.part / done.of
    return earned(given, rule, rules, marks, f"{given.full} × {done.text}")


def _overshot(given: Inputs, rule: Rule, rules: Rules, done: Completion) -> Score | None:
    """Marks taken off for a completion far above the target (按照偏离度适度调减分值)."""
    above, loss, rate = rule.overshoot_above, rule.overshoot_loss, done.rate
    if above is None or loss is None or rate is None or rate <= above:
        return None
    least = rule.overshoot_least or Decimal(0)
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
    if done.rate is None:
        return none_of(rule, f"{done.part} 与 {done.of} 不能按比例计算")
    if done.rate < least:
        return none_of(rule, f"完成率 {done.text} 低于 {percent(least)}")
    marks = given.full * (done.rate - least) / (1 - least)
    how = f"{given.full} × ({done.text} − {percent(least)}) ÷ (1 − {percent(least)})"
    return earned(given, rule, rules, marks, how)
