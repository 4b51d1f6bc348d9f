"""The YAML files as frozen objects: what may stand in each of them, and nothing else.

Every model refuses unknown keys. Field titles are the Chinese names used in messages.
"""

from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Section = Literal["budget", "process", "output", "benefit"]
RowId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
CaseId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Percent = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?%$")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Period = Annotated[
    str, Field(pattern=r"^(\.\./)?\d{4}(-\d{2}(-\d{2})?)?(/\d{4}(-\d{2}(-\d{2})?)?)?$")
]
T = TypeVar("T")


class Model(BaseModel):
    """Frozen, strict about keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Published(Model):
    """The result as the document prints it; None is 未公布."""

    score: Decimal | None = None
    full: Decimal | None = None
    rate: Percent | None = None
    grade: Text | None = None


class Override(Model):
    """A value of the rule set that this case replaces, and why."""

    name: Text
    value: Text
    reason: Text


class CaseParams(Model):
    """params/cases/<case>.yaml: one evaluation 评价项目."""

    schema_: Literal["1"] = Field(alias="schema")
    title: Text
    department: Text
    unit: Text | None = None
    period: Period
    date: Day | None = None
    status: Literal["draft", "final"] = "draft"
    kind: Literal["department", "project", "fund", "transfer"]
    stance: Literal["third-party", "finance", "self"]
    commissioned_by: Text | None = None
    evaluator: Text | None = None
    framework: CaseId
    rules: CaseId
    money_unit: Literal["元", "千元", "万元", "百万元", "亿元"]
    published: Published = Published()
    parts: tuple[CaseId, ...] = ()
    settings: tuple[Override, ...] = ()


class SourceTable(Model):
    """One table of the source: where it stands, its unit, its printed headings."""

    id: RowId
    kind: RowId
    file: RowId
    title: Text
    place: Text
    unit: Text | None = None
    columns: dict[str, str | None]
    formulas: dict[str, Text] = {}


class Attachment(Model):
    """An attachment that the document names; `present` says whether it is there."""

    id: RowId
    title: Text
    present: bool


class Source(Model):
    """data/<case>/source.yaml: the document and its tables."""

    document: Text
    publisher: Text | None = None
    date: Day | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    tables: tuple[SourceTable, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class TextEntry(Model):
    """A heading of the source and, for the report, our own words under it.

    `slot` is the place in the report where `text` goes; figures stand as `{address}`.
    """

    id: RowId
    number: str | None = None
    title: Text | None = None
    text: Text | None = None
    place: Text | None = None
    slot: RowId | None = None


class Texts(Model):
    """data/<case>/text.yaml: the headings as printed, in order, and the report's own prose."""

    headings: tuple[TextEntry, ...] = ()


class Finding(Model):
    """A finding 问题; a nested one names its parent."""

    id: RowId
    parent: RowId | None = None
    number: Text | None = None
    title: Text
    causes: tuple[Text, ...] = ()
    evidence: tuple[Text, ...] = ()


class Recommendation(Model):
    """A recommendation 建议 and the findings it answers."""

    id: RowId
    parent: RowId | None = None
    number: Text | None = None
    title: Text
    text: Text | None = None
    answers: tuple[RowId, ...] = ()


class Findings(Model):
    """data/<case>/findings.yaml."""

    findings: tuple[Finding, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()


class Check(Model):
    """A claim that no column says: an expression that must give `printed`, or a comparison."""

    id: RowId
    kind: Text
    expression: Text
    printed: Text | None = None
    place: Text | None = None
    note: Text | None = None


class Checks(Model):
    """data/<case>/checks.yaml."""

    checks: tuple[Check, ...] = ()


class Acceptance(Model):
    """An audit entry that an auditor has accepted: by which role, when, why."""

    id: Text
    by: Text
    date: Day
    why: Text


class Accepted(Model):
    """data/<case>/accepted.yaml."""

    accepted: tuple[Acceptance, ...] = ()


ColumnType = Literal[
    "id",
    "addresses",
    "text",
    "choice",
    "period",
    "date",
    "target",
    "amount",
    "rate",
    "marks",
    "count",
    "price",
    "months",
    "number",
]


class Column(Model):
    """A column of a kind of table; `additive` values may be summed into a parent."""

    name: Text
    type: ColumnType
    additive: bool = False
    synonyms: tuple[Text, ...] = ()
    choices: dict[str, Text] = {}


class Relation(Model):
    """A relation 勾稽关系 that holds in every row.

    One of: `formula` (what `column` must be), `claim` (a comparison that must hold), `children`
    (each additive column, or those in `only`, is the sum of the rows below). `unless` names columns
    whose presence makes the relation moot; `bases` the denominators a rate may have been mixed up
    with.
    """

    kind: Text
    reference: Text
    column: RowId | None = None
    formula: Text | None = None
    claim: Text | None = None
    children: bool = False
    only: tuple[RowId, ...] = ()
    unless: tuple[RowId, ...] = ()
    bases: tuple[RowId, ...] = ()


class TableKind(Model):
    """params/tables/<kind>.yaml: columns and relations of a kind of table."""

    name: Text
    reference: Text
    columns: dict[RowId, Column]
    relations: tuple[Relation, ...] = ()


class Approximate(Model):
    """What a word beside a number allows, as multiples of the number; None is unbounded."""

    low: Decimal | None
    high: Decimal | None


class Units(Model):
    """params/units.yaml: dimension → unit → how many base units; words of approximation."""

    schema_: Literal["1"] = Field(alias="schema")
    reference: Text
    units: dict[str, dict[str, Decimal]]
    approximate: dict[str, Approximate]


class FrameworkIndicator(Model):
    """An indicator of a framework 指标体系; a level that is not printed has no marks."""

    id: RowId
    parent: RowId | None = None
    name: Text
    section: Section | None = None
    full_marks: Decimal | None = None
    formula: Text | None = None
    reference: Text
    unverified: bool = False


class Framework(Model):
    """params/frameworks/<name>.yaml."""

    schema_: Literal["1"] = Field(alias="schema")
    title: Text
    reference: Text
    levels: Annotated[int, Field(ge=1, le=5)]
    indicators: tuple[FrameworkIndicator, ...]
    aspects: tuple[Text, ...] = ()


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
    """A grade 等级 and the lowest rate of marks (inclusive) that earns it."""

    grade: Text
    from_: Percent = Field(alias="from")


class QualitativeBand(Model):
    """A band of a qualitative indicator: the share of the marks it may earn, both ends included."""

    name: Text
    low: Percent
    high: Percent


class MonthsBand(Model):
    """How many months of payments a fund should hold, and the fund the rule is written for."""

    fund: Text
    low: Decimal
    high: Decimal
    short: Decimal
    excess: Decimal


class RuleSet(Model):
    """params/rules/<name>.yaml: a rule set 评分规则."""

    schema_: Literal["1"] = Field(alias="schema")
    title: Text
    reference: Text
    default_rule: Literal["proportion"]
    marks_places: RuleValue[int]
    rate_places: RuleValue[int]
    grade_bands: RuleValue[tuple[GradeBand, ...]]
    qualitative_bands: RuleValue[tuple[QualitativeBand, ...]]
    execution_marks: RuleValue[Decimal]
    execution_cap: RuleValue[Percent]
    low_execution: RuleValue[Percent]
    overshoot: RuleValue[Percent]
    months_band: RuleValue[MonthsBand]
