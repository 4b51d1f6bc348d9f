"""Rule sets 评分规则 (params/rules/) as frozen objects.

A value stands beside its reference and is known by the day it holds from.
"""

from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from evalbook.schema import CaseId, Day, Model, Number, RowId, Text

T = TypeVar("T")
Places = Annotated[int, Field(ge=0, le=6)]
Positive = Annotated[Decimal, Field(gt=0, max_digits=20)]
Share = Annotated[str, Field(pattern=r"^(\d{1,2}(\.\d+)?|100(\.0+)?)%$")]
Unsigned = Annotated[str, Field(pattern=r"^\d+(\.\d+)?%$")]
Level = Annotated[str, Field(pattern=r"^[1-9]\d?(\.\d+)?%$")]
Beyond = Annotated[str, Field(pattern=r"^[1-9]\d{2,}(\.\d+)?%$")]
Bound = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?%?$")]
Direction = Literal["higher", "lower", "equal", "zero", "range", "qualitative"]
Completion = Literal["higher", "lower", "equal", "range"]
StepsOf = Literal["completion", "actual", "execution"]
PartOfUnit = Literal["proportional", "whole", "started"]
ExecutionBase = Literal["adjusted", "budget", "in_place"]
RuleKind = Literal[
    "proportion",
    "threshold",
    "steps",
    "qualitative",
    "checklist",
    "deduction",
    "execution",
    "assigned",
    "published",
]


class Dated(Model, Generic[T]):
    """A value from a day on; a dated null ends the rule."""

    since: Day
    value: T | None
    reference: Text | None = None


class RuleValue(Model, Generic[T]):
    """A setting of a rule set: what it is, its unit, its authority, its values by date."""

    description: Text
    unit: Text
    reference: Text
    unverified: bool = False
    values: Annotated[tuple[Dated[T], ...], Field(min_length=1)]


class GradeBand(Model):
    """A grade 等级: the lowest rate of marks (included) that earns it.

    `to` is the highest, included, where the text prints bands that leave gaps (90–100, 80–89);
    without `from` the grade exists and nobody has published where it begins.
    """

    grade: Text
    from_: Share | None = Field(default=None, alias="from")
    to: Share | None = None


class QualitativeBand(Model):
    """A band of a qualitative indicator: the share of the marks it may earn, both ends included."""

    name: Text
    low: Share
    high: Share


class Step(Model):
    """A step and the share of the marks it earns: `from` and `to` 含, `above` and `below` 不含.

    The first step that holds is taken; one without ends holds for all that is left.
    """

    from_: Bound | None = Field(default=None, alias="from")
    above: Bound | None = None
    to: Bound | None = None
    below: Bound | None = None
    share: Share


class MonthsBand(Model):
    """How many months of payments a fund should hold, and the fund the rule is written for."""

    fund: Text
    low: Number
    high: Number
    short: Number
    excess: Number


class RuleSpec(Model):
    """A named rule of a rule set: how an indicator of its kind scores (docs/rules/).

    `completion` is how actual and target are compared (None: as the indicator's direction says),
    `of` what steps are taken over, `unit` what their ends and deductions are measured in, `counts`
    the words by which occurrences are counted, `target` the number that a deduction looks at where
    the row prints none. A kind takes only the settings that are its own.
    """

    kind: RuleKind
    name: Text
    description: Text
    reference: Text
    unverified: bool = False
    completion: Completion | None = None
    of: StepsOf = "completion"
    unit: Text | None = None
    counts: tuple[Text, ...] = ()
    pass_rate: RuleValue[Share] | None = None
    steps: RuleValue[Annotated[tuple[Step, ...], Field(min_length=1)]] | None = None
    bands: RuleValue[Annotated[tuple[QualitativeBand, ...], Field(min_length=1)]] | None = None
    points: RuleValue[Annotated[int, Field(ge=1, le=100)]] | None = None
    target: RuleValue[Number] | None = None
    each: RuleValue[Positive] | None = None
    each_share: RuleValue[Share] | None = None
    each_at_most: RuleValue[Positive] | None = None
    per: RuleValue[Positive] | None = None
    part: RuleValue[PartOfUnit] | None = None
    floor: RuleValue[Share] | None = None
    base: RuleValue[ExecutionBase] | None = None
    overshoot_above: RuleValue[Beyond] | None = None
    overshoot_loss: RuleValue[Unsigned] | None = None
    overshoot_least: RuleValue[Share] | None = None


class RuleSet(Model):
    """params/rules/<name>.yaml: a rule set 评分规则.

    What it does not say holds as in `base`, another rule set that has none itself: local rules say
    where they depart from the national text.
    """

    schema_: Literal["1"] = Field(alias="schema")
    title: Text
    reference: Text
    base: CaseId | None = None
    default_rule: RowId | None = None
    by_direction: dict[Direction, RowId] = Field(default_factory=dict)
    rules: dict[RowId, RuleSpec] = Field(default_factory=dict)
    marks_places: RuleValue[Places] | None = None
    rate_places: RuleValue[Places] | None = None
    months_places: RuleValue[Places] | None = None
    total_marks: RuleValue[Positive] | None = None
    grade_bands: RuleValue[tuple[GradeBand, ...]] | None = None
    execution_marks: RuleValue[Number] | None = None
    execution_cap: RuleValue[Share] | None = None
    low_execution: RuleValue[Share] | None = None
    overshoot: RuleValue[Beyond] | None = None
    confidence: RuleValue[Level] | None = None
    months_band: RuleValue[MonthsBand] | None = None
