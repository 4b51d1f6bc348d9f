"""Rules over a rate: steps 分档, and budget execution 预算执行率."""

from decimal import Decimal

from evalbook.rules import Rule, Rules, fraction, percent
from evalbook.rulesets import Step
from evalbook.scoring.basis import NOTHING, Inputs, Score, earned
from evalbook.scoring.completion import Completion, completion, out_of_place


def steps(given: Inputs, rule: Rule, rules: Rules) -> Score:
    """The share of the marks that belongs to the first step that holds.

    Steps are over the completion, the actual itself (满意度, 月数) or the execution rate. Where no
    step holds, nothing is computed and the explanation says so.
    """
    done = completion(given, rule) if rule.of == "completion" else None
    if done and done.on_the_edge:
        return out_of_place(given, rule)
    value, text = _completed(done) if done else _measured(given, rule)
    if value is None:
        return NOTHING
    step = next((each for each in rule.steps if _holds(each, value)), None)
    if step is None:
        return Score(None, rule.id, f"{text} 不在“{rule.name}”的任何一档之内，没有计算")
    how = f"{text} {_place(step)}：{given.full} × {step.share}"
    return earned(given, rule, rules, given.full * fraction(step.share), how)


def _measured(given: Inputs, rule: Rule) -> tuple[Decimal | None, str]:
    """The actual in the rule's unit, or the execution rate in percent, and how it is written."""
    if rule.of == "actual":
        return given.actual_in(rule.unit or ""), given.actual.text
    if rule.of == "execution":
        rate, text = _executed(given)
        return (None if rate is None else rate * 100), text
    return None, ""


def _completed(done: Completion) -> tuple[Decimal, str]:
    """The completion in percent, and how it is written."""
    if done.rate is None:
        return Decimal(0), f"{done.without_rate}，完成率按 0%"
    return done.rate * 100, "完成率 " + (done.text if done.part.value > 0 else percent(done.rate))


def _executed(given: Inputs) -> tuple[Decimal | None, str]:
    """The execution rate: recomputed from the budget row in evidence, else as printed."""
    if given.executed is not None:
        return given.executed.rate, given.executed.text
    value = given.actual.value
    if value is None or given.actual.unit != "%" or given.actual.high is not None:
        return None, ""
    return value / 100, f"执行率 {value}%"


def _holds(step: Step, value: Decimal) -> bool:
    """`from` and `to` include their ends, `above` and `below` do not."""
    low, above, high, below = map(_number, (step.from_, step.above, step.to, step.below))
    return (
        (low is None or value >= low)
        and (above is None or value > above)
        and (high is None or value <= high)
        and (below is None or value < below)
    )


def _number(bound: str | None) -> Decimal | None:
    return None if bound is None else Decimal(bound.removesuffix("%"))


def _place(step: Step) -> str:
    ends = (("不低于", step.from_), ("高于", step.above), ("不高于", step.to), ("低于", step.below))
    return "、".join(f"{word} {end}" for word, end in ends if end is not None) or "不在以上各档"


def execution(given: Inputs, rule: Rule, rules: Rules) -> Score:
    """Execution rate × marks, the rate capped; a local reading of 财预〔2020〕10号 附件1.

    The rate is that of the budget row in evidence, on the base that the rule declares, else the
    printed actual.
    """
    rate, text = _executed(given)
    if rate is None:
        return NOTHING
    cap = rules.execution_cap
    if cap is not None and rate > cap:
        rate, text = cap, f"{percent(cap)}（{text}，超过上限）"
    text = text.removeprefix("执行率 ")
    return earned(given, rule, rules, given.full * rate, f"{given.full} × {text}")
