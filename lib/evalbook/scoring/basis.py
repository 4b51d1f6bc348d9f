"""What every kind of rule is given and what it gives back."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal

from evalbook.cells import PERCENTS, Cell
from evalbook.figures import MEASURED, PURE, UnitTable, unit_of
from evalbook.rules import Rule, Rules


@dataclass(frozen=True, slots=True)
class Score:
    """The marks an indicator earns under a rule, and how; None when they cannot be computed.

    `least` is the lower end where the rule leaves a band to judgement. Marks of None with an
    explanation: everything is printed, and the rule has no place for it.
    """

    marks: Decimal | None
    rule: str
    explanation: str
    least: Decimal | None = None

    def allows(self, marks: Decimal) -> bool:
        """Whether marks that a person gave lie in the band that the rule leaves to judgement."""
        if self.marks is None or self.least is None:
            return False
        return self.least <= marks <= self.marks


NOTHING = Score(None, "", "")


@dataclass(frozen=True, slots=True)
class Executed:
    """A recomputed execution rate (a fraction) and how a person would write it."""

    rate: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an indicator prints: its marks, target and actual, and which way is good.

    `executed` is the execution rate of the budget row that its evidence names.
    """

    full: Decimal
    target: Cell
    actual: Cell
    direction: str
    units: UnitTable
    executed: Executed | None = None

    @property
    def quantity(self) -> Decimal | None:
        """The actual in the target's unit; None when they cannot be compared or are ranges."""
        if self.target.value is None:
            return None
        return self.actual_in(self.target.unit)

    def actual_in(self, unit: str) -> Decimal | None:
        return in_unit(self.actual, unit, self.units)


Kind = Callable[[Inputs, Rule, Rules], Score]


def in_unit(cell: Cell, unit: str, units: UnitTable) -> Decimal | None:
    """The number of a cell in `unit`; None when it is none or cannot be converted.

    One of the two may leave out a unit of things counted, but not a percent sign, money or months.
    """
    if cell.value is None or cell.high is not None:
        return None
    if unit == cell.unit:
        return cell.value
    (kind, size), (other, factor) = (unit_of(each, units) for each in (unit, cell.unit))
    ratio = {unit, cell.unit} & PERCENTS
    if "" in {unit, cell.unit}:
        measured = ratio or MEASURED & dict((*kind, *other)).keys()
        return None if measured or size != factor else cell.value
    if kind != other or (ratio and not kind == other == PURE):
        return None
    return cell.value * factor / size


def counted(cell: Cell, counts: Collection[str]) -> Decimal | None:
    """How many times, in one of the words that the rule counts by (3起, 3次) or bare (3)."""
    return cell.value if cell.high is None and cell.unit in {"", *counts} else None


def shown(value: Decimal) -> str:
    """A number without exponent and trailing zeros."""
    return f"{value.normalize():f}"


def all_of(given: Inputs, rule: Rule, why: str) -> Score:
    return Score(given.full, rule.id, f"满分（{why}） = {given.full}")


def none_of(rule: Rule, why: str) -> Score:
    return Score(Decimal(0), rule.id, f"{why}，不得分 = 0")


def earned(given: Inputs, rule: Rule, rules: Rules, marks: Decimal, how: str) -> Score:
    """The marks rounded as the rule set says, within 0 and the indicator's marks."""
    rounded = max(min(rules.round_marks(marks), given.full), Decimal(0))
    return Score(rounded, rule.id, f"{how} = {rounded}")
