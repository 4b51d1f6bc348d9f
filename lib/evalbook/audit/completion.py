"""How far an indicator reached its target, and which way is good."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from evalbook.audit_settings import holds_one
from evalbook.figures import MONEY, RATIO, TIME, unit_of
from evalbook.lookup import Place, place, row_of
from evalbook.model import Case, Row, Table
from evalbook.rules import Rules
from evalbook.score import rule_of

SENSES = {"higher", "lower", "equal", "zero", "range"}
BY_SIGN = {"≥": "higher", ">": "higher", "≤": "lower", "<": "lower", "=": "equal"}
DAYS = {"天", "日", "小时", "工作日", "个工作日"}


@dataclass(frozen=True, slots=True)
class Completion:
    """Whether the target was met, and the part of it that was; None where there is no proportion.

    `sense` is the direction: higher, lower, equal, zero or range.
    """

    sense: str
    met: bool
    ratio: Decimal | None


def completion(case: Case, table: Table, row: Row) -> Completion | None:
    """None when target or actual is no number, their units differ, or the direction is unknown."""
    target, actual = place(case, table, row, "target"), place(case, table, row, "actual")
    sense = sense_of(case, table, row)
    found = _aligned(case, target, actual)
    if sense is None or found is None:
        return None
    wanted, reached = found
    if target.cell.high is not None or sense == "range":
        high = target.cell.high
        return Completion("range", wanted <= reached <= high, None) if high is not None else None
    if not wanted or sense == "zero":
        met = reached >= 0 if sense == "higher" else reached == wanted
        return Completion(sense, met, None)
    return _judged(sense, target.cell.sign, wanted, reached)


def _judged(sense: str, sign: str, wanted: Decimal, reached: Decimal) -> Completion:
    small, large = sorted((wanted, reached))
    match sense:
        case "lower":
            met = reached < wanted if sign == "<" else reached <= wanted
            return Completion(sense, met, wanted / reached if reached else Decimal(1))
        case "equal":
            return Completion(sense, reached == wanted, small / large if large else None)
        case _:
            met = reached > wanted if sign == ">" else reached >= wanted
            return Completion("higher", met, reached / wanted)


def _aligned(case: Case, target: Place, actual: Place) -> tuple[Decimal, Decimal] | None:
    """Target and actual in the target's unit; a unit of things counted may be left out once."""
    wanted, reached = target.cell.value, actual.cell.value
    if wanted is None or reached is None or actual.cell.high is not None:
        return None
    if target.unit == actual.unit:
        return wanted, reached
    (kind, size), (other, factor) = (unit_of(each.unit, case.units) for each in (target, actual))
    ratio = any(case.units.get(each.unit, ("",))[0] == RATIO for each in (target, actual))
    if "" in {target.unit, actual.unit}:
        return None if ratio or size != factor else (wanted, reached)
    return (wanted, reached * factor / size) if kind == other else None


def sense_of(case: Case, table: Table, row: Row) -> str | None:
    """The direction as stated, else as sign, rule or name show it; None when it cannot be told.

    Without any of them more is better, as 财预〔2020〕10号 第十六条 has it.
    """
    direction, target = row.said("direction"), row["target"]
    if direction:
        return direction if direction in SENSES else None
    rule = rule_of(row, case.rules) if row.said("rule") else None
    stated = (rule.completion if rule else None) or BY_SIGN.get(target.sign)
    if stated:
        return stated
    if target.value == 0:
        return "zero"
    leaning = leaning_of(case, row.name)
    return leaning or _by_group(case, table, row)


def leaning_of(case: Case, name: str) -> str:
    """`lower` for 投诉率, `higher` for 投诉处理率, empty for a name that says neither."""
    words = case.audit_settings
    return _leaning(name, words.lower_is_better.value, words.higher_is_better.value)


@lru_cache(maxsize=4096)
def _leaning(name: str, lower: tuple[str, ...], higher: tuple[str, ...]) -> str:
    ends = [(*_last(name, words), sense) for words, sense in ((lower, "lower"), (higher, "higher"))]
    end, _, sense = max(ends)
    return sense if end else ""


def _last(name: str, words: Iterable[str]) -> tuple[int, int]:
    """Where the last of the words ends, and how long it is; the longest of those ending there."""
    found = [(name.rfind(word) + len(word), len(word)) for word in words if word in name]
    return max(found, default=(0, 0))


def _by_group(case: Case, table: Table, row: Row) -> str | None:
    """A cost is not to be exceeded; of a bare number of days nobody can say."""
    groups = "".join(each.name for each in table.above(row))
    at = place(case, table, row, "target")
    kind = dict(unit_of(at.unit, case.units)[0])
    if holds_one(groups, case.audit_settings.cost_groups.value) and MONEY in kind:
        return "lower"
    timed = TIME in kind or at.unit in DAYS
    return None if holds_one(groups, case.audit_settings.time_groups.value) and timed else "higher"


def reason_of(case: Case, row: Row) -> str:
    """The reason of an indicator; nothing for a dash and for words such as 无."""
    text = row.said("reason").strip("。 ")
    return "" if text in case.audit_settings.no_reason.value else text


def cited(case: Case) -> set[str]:
    """The rows that a finding rests on."""
    return {row_of(each) for finding in case.findings.findings for each in finding.evidence}


def of_execution(row: Row, rules: Rules) -> bool:
    """Whether the row is scored by budget execution."""
    rule = rule_of(row, rules)
    return rule is not None and rule.of_execution
