"""Scores: what each indicator earns under the rule set, with its explanation.

An explanation reads as a person would write it: `15 × 8676 ÷ 8755 = 14.86`. A published score is
kept as it is; whether it follows from target and actual is for the audit to say.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from evalbook.cells import Cell
from evalbook.figures import PURE, UnitTable, unit_of
from evalbook.model import Case, Row, Table
from evalbook.rules import Rules, fraction


@dataclass(frozen=True, slots=True)
class Score:
    """The marks an indicator earns and how; None when its inputs are not printed.

    `least` is the lower end where the rule leaves a band to judgement, else the marks themselves.
    """

    marks: Decimal | None
    rule: str
    explanation: str
    least: Decimal | None = None


NOTHING = Score(None, "", "")


def score(case: Case) -> Mapping[str, Score]:
    """The computed score of every indicator with marks, target and actual, by its address."""
    return {
        row.address("score"): score_row(row, case.rules, case.units)
        for _, row in case.rows("indicators")
    }


def score_row(row: Row, rules: Rules, units: UnitTable) -> Score:
    """The score of one indicator; its own rule, else the one its direction or target calls for."""
    full, target, actual = row["full_marks"].value, row["target"], row["actual"]
    if full is None or actual.state != "value" or actual.high is not None:
        return NOTHING
    if target.state != "value" and row["rule"].text != "execution":
        return NOTHING
    rule = row["rule"].text or _BY_DIRECTION.get(row["direction"].text)
    rule = rule or _by_target(target) or rules.default_rule
    if target.value is not None and actual.value is not None and rule != "execution":
        aligned = _in_unit_of(target, actual, units)
        if aligned is None:
            return NOTHING
        actual = aligned
    return RULES[rule](full, target, actual, rules)


def proportion(full: Decimal, target: Cell, actual: Cell, rules: Rules) -> Score:
    """Full marks when the target is reached, else actual ÷ target × marks.

    财预〔2020〕10号 第十六条. There is no proportion to a target of zero.
    """
    if target.value is None or actual.value is None:
        return NOTHING
    if not target.value:
        return NOTHING
    if actual.value >= target.value:
        return _full(full, "proportion", "达到指标值")
    return _part(full, "proportion", actual.value, target.value, rules)


def lower(full: Decimal, target: Cell, actual: Cell, rules: Rules) -> Score:
    """Lower is better: full marks at or below the target, else target ÷ actual × marks.

    北京 2016 自评表（A/B × 分值）; the national text says nothing.
    """
    if target.value is None or actual.value is None:
        return NOTHING
    if actual.value <= target.value:
        return _full(full, "lower", "不高于指标值")
    return _part(full, "lower", target.value, actual.value, rules)


def equal(full: Decimal, target: Cell, actual: Cell, rules: Rules) -> Score:
    """Full marks when the actual is the target, otherwise the smaller ÷ the larger × marks.

    A target of zero earns all or nothing.
    """
    if target.value is None or actual.value is None:
        return NOTHING
    if actual.value == target.value:
        return _full(full, "equal", "等于指标值")
    small, large = sorted((actual.value, target.value))
    return _part(full, "equal", small, large, rules)


def within(full: Decimal, target: Cell, actual: Cell, rules: Rules) -> Score:
    """A range such as 6–9 months: full marks inside it, both ends included, else in proportion."""
    if target.value is None or target.high is None or actual.value is None:
        return NOTHING
    if target.value <= actual.value <= target.high:
        return _full(full, "range", f"在 {target.text} 之内")
    if actual.value < target.value:
        return _part(full, "range", actual.value, target.value, rules)
    return _part(full, "range", target.high, actual.value, rules)


def execution(full: Decimal, target: Cell, actual: Cell, rules: Rules) -> Score:
    """Execution rate × marks, the rate capped; a local reading of 财预〔2020〕10号 附件1."""
    if actual.value is None or actual.unit != "%":
        return NOTHING
    rate = max(min(actual.value, rules.execution_cap * 100), Decimal(0))
    marks = min(rules.round_marks(full * rate / 100), full)
    return Score(marks, "execution", f"{full} × {rate}% = {marks}")


def qualitative(full: Decimal, target: Cell, actual: Cell, rules: Rules) -> Score:
    """The share of marks of the band that the actual names; 财预〔2020〕10号 第十六条.

    A band is an interval, so the marks are its upper end and a person may assign less.
    """
    for band in rules.qualitative_bands:
        if actual.text.startswith(band.name):
            marks = rules.round_marks(full * fraction(band.high))
            least = rules.round_marks(full * fraction(band.low))
            text = f"{band.name}：{full} × {band.high} = {marks}"
            return Score(marks, "qualitative", text, least)
    return NOTHING


def given(full: Decimal, target: Cell, actual: Cell, rules: Rules) -> Score:
    """Marks that a person or the document gives; nothing is computed."""
    return NOTHING


def _in_unit_of(target: Cell, actual: Cell, units: UnitTable) -> Cell | None:
    """The actual in the target's unit; None when the two cannot be compared.

    One of them may leave out a unit of things counted, but not a percent sign or 万元.
    """
    if target.unit == actual.unit or actual.value is None:
        return actual
    (kind, size), (other, factor) = (unit_of(c.unit, units) for c in (target, actual))
    ratio = {target.unit, actual.unit} & {"%", "‰"}
    if "" in {target.unit, actual.unit}:
        return None if ratio or size != factor else actual
    if kind != other or (ratio and not kind == other == PURE):
        return None
    value = actual.value * factor / size
    return replace(actual, value=value, unit=target.unit)


def _part(full: Decimal, rule: str, part: Decimal, of: Decimal, rules: Rules) -> Score:
    """part ÷ of × marks, within 0 and the marks; nothing where no proportion can be taken."""
    if part < 0 or of <= 0:
        return Score(Decimal(0), rule, f"{part} 与 {of} 不能按比例计算，不得分")
    marks = min(rules.round_marks(full * part / of), full)
    return Score(marks, rule, f"{full} × {part} ÷ {of} = {marks}")


def _by_target(target: Cell) -> str:
    """The rule that a target shows by itself: a range, ≤ or =."""
    if target.high is not None:
        return "range"
    return {"≤": "lower", "<": "lower", "=": "equal"}.get(target.sign, "")


def _full(full: Decimal, rule: str, why: str) -> Score:
    return Score(full, rule, f"满分（{why}） = {full}")


RULES: Mapping[str, Callable[[Decimal, Cell, Cell, Rules], Score]] = {
    "proportion": proportion,
    "lower": lower,
    "equal": equal,
    "range": within,
    "execution": execution,
    "qualitative": qualitative,
    "assigned": given,
    "published": given,
}
_BY_DIRECTION = {
    "higher": "proportion",
    "lower": "lower",
    "equal": "equal",
    "zero": "equal",
    "range": "range",
    "qualitative": "qualitative",
}


def full_marks(case: Case) -> Decimal:
    """The marks that a total is measured against: as published, else of the highest indicators.

    When neither is printed, the usual total of the rule set (财预〔2020〕10号 第十八条).
    """
    published = case.params.published.full
    if published is not None:
        return published
    roots = [row for table in case.of_kind("indicators") for row in table.roots()]
    return _sum(row["full_marks"].value for row in roots) or case.rules.total_marks


def total(case: Case, scores: Mapping[str, Score]) -> Decimal | None:
    """The sum over the tree of indicators, from the lowest rows that have scores.

    A computed score goes before a printed one; a row's own score stands for the rows below it when
    not all of them have one. None when a branch has no score at all.
    """
    tables = case.of_kind("indicators")
    return _sum(_branch(table, row, scores) for table in tables for row in _scored(table.roots()))


def _scored(rows: Iterable[Row]) -> list[Row]:
    """The rows to which a score applies."""
    return [row for row in rows if row["score"].state != "not applicable"]


def _branch(table: Table, row: Row, scores: Mapping[str, Score]) -> Decimal | None:
    below = _sum(_branch(table, child, scores) for child in _scored(table.children(row)))
    computed = scores.get(row.address("score"), NOTHING).marks
    own = row["score"].value if computed is None else computed
    return own if below is None else below


def _sum(marks: Iterable[Decimal | None]) -> Decimal | None:
    known = list(marks)
    if not known or any(each is None for each in known):
        return None
    return sum((each for each in known if each is not None), Decimal(0))
