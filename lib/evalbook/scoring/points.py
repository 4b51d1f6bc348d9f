"""Rules over words and counts: bands, check points, deductions, and marks that are given."""

import re
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from evalbook.cells import Cell
from evalbook.rules import Rule, Rules, fraction
from evalbook.scoring.basis import (
    NOTHING,
    Inputs,
    Score,
    all_of,
    counted,
    earned,
    in_unit,
    shown,
)
from evalbook.scoring.completion import out_of_place

_OF_POINTS = re.compile(r"(?P<points>\d{1,3})项中符合(?P<met>\d{1,3})项")
_FRACTION = re.compile(r"(?P<met>\d{1,3})[/／](?P<points>\d{1,3})")
_ENDS = {"", *"，。；：！（,.;:!("}
_WHOLE = {"whole": ROUND_FLOOR, "started": ROUND_CEILING}


def qualitative(given: Inputs, rule: Rule, rules: Rules) -> Score:
    """The share of marks of the band that the actual names; 财预〔2020〕10号 第十六条.

    A band is an interval, so the marks are its upper end and a person may assign less.
    """
    if given.target.state != "value":
        return NOTHING
    for band in rule.bands:
        if _names(given.actual.text, band.name):
            how = f"{band.name}：{given.full} × {band.high}"
            score = earned(given, rule, rules, given.full * fraction(band.high), how)
            least = rules.round_marks(given.full * fraction(band.low))
            return _down_to(score, least)
    return NOTHING


def _names(text: str, band: str) -> bool:
    """Whether the text is the name of the band, alone or before a sign that ends it: `是（…）`."""
    return text.startswith(band) and text[len(band) :][:1] in _ENDS


def _down_to(score: Score, least: Decimal) -> Score:
    """The score with the lower end of what a person may give, where that is lower."""
    lower = score.marks is not None and least < score.marks
    return replace(score, least=max(least, Decimal(0))) if lower else score


def checklist(given: Inputs, rule: Rule, rules: Rules) -> Score:
    """Points met ÷ points × marks, each point its equal share 要素评分.

    The actual says `5项中符合3项` or `3/5`; or the target says `5项` and the actual `3项`. A rule
    that states its number of points needs the actual alone.
    """
    points, met = _points(given, rule)
    if points is None or met is None:
        return NOTHING
    if met > points:
        return Score(None, rule.id, f"符合的 {met} 项多于要点 {points} 项，没有计算")
    marks = given.full * met / points
    return earned(given, rule, rules, marks, f"{given.full} × {met} ÷ {points}")


def _points(given: Inputs, rule: Rule) -> tuple[int | None, int | None]:
    """The number of points and how many of them are met."""
    text = given.actual.text
    if found := _OF_POINTS.fullmatch(text) or _FRACTION.fullmatch(text):
        points: int | None = int(found["points"])
        met: int | None = int(found["met"])
    else:
        met = _whole(given.actual)
        points = _whole(given.target) if given.target.state == "value" else rule.points
    return (points, met) if points and rule.points in {None, points} else (None, None)


def _whole(cell: Cell) -> int | None:
    """A number of points: `3项` or `3`."""
    whole = cell.value is not None and cell.value == cell.value.to_integral_value()
    if not whole or cell.value is None or cell.value < 0 or cell.high is not None:
        return None
    return int(cell.value) if cell.unit in {"", "项", "个", "条"} and not cell.sign else None


def deduction(given: Inputs, rule: Rule, rules: Rules) -> Score:
    """Marks off for every occurrence, or every unit beyond the target, down to the floor 扣完为止.

    Occurrences may go without a target; a rule with a unit has one of its own (100% of the posts)
    for rows that print none. A rule that leaves each deduction to judgement (4–7 marks) gives the
    range of marks that is left. The number that a target of `<` or `>` excludes has no place.
    """
    excess = _excess(given, rule)
    if excess is None:
        return NOTHING
    if not excess and given.target.sign in {"<", ">"}:
        return out_of_place(given, rule)
    if excess <= 0:
        return all_of(given, rule, "没有应扣分的情形")
    times = excess / rule.per
    if rule.part in _WHOLE:
        times = times.to_integral_value(_WHOLE[rule.part])
        text = shown(times)
    else:
        text = shown(excess) if rule.per == 1 else f"{shown(excess)} ÷ {shown(rule.per)}"
    each = rule.each if rule.each is not None else given.full * (rule.each_share or Decimal(0))
    floor = given.full * (rule.floor or Decimal(0))
    left = given.full - times * each
    how = f"{given.full} − {text} × {shown(each)}"
    if left < floor:
        how += f"，扣到 {shown(floor)} 分为止"
    score = earned(given, rule, rules, max(left, floor), how)
    if rule.each_at_most is None:
        return score
    least = rules.round_marks(given.full - times * rule.each_at_most)
    return _down_to(score, max(least, floor))


def _excess(given: Inputs, rule: Rule) -> Decimal | None:
    """How far the actual is on the wrong side of the target, printed or the rule's own.

    Without either, the number of occurrences; None for a rate or an amount.
    """
    actual, target = (_in_rule_unit(cell, given, rule) for cell in (given.actual, given.target))
    if actual is None or (not rule.unit and actual < 0):
        return None
    if given.target.value is None and not rule.unit:
        return actual
    target = rule.target if given.target.value is None else target
    if target is None:
        return None
    match rule.completion or given.direction:
        case "higher":
            return target - actual
        case "equal":
            return abs(actual - target)
        case _:
            return actual - target


def _in_rule_unit(cell: Cell, given: Inputs, rule: Rule) -> Decimal | None:
    if rule.unit is None:
        return counted(cell, rule.counts)
    return in_unit(cell, rule.unit, given.units)


def given_marks(given: Inputs, rule: Rule, rules: Rules) -> Score:
    """Marks that a person or the document gives; nothing is computed."""
    return NOTHING
