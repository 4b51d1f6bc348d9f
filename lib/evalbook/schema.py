"""The YAML files of a case as frozen objects: what may stand in each, and nothing else.

Every model refuses unknown keys. Field titles are the Chinese names used in messages.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _on_the_calendar(day: str) -> str:
    date.fromisoformat(day)
    return day


Section = Literal["budget", "process", "output", "benefit"]
RowId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
CaseId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Loose = Annotated[str, Field(max_length=20_000)]
Few, Many, Most = Field(max_length=50), Field(max_length=500), Field(max_length=5_000)
"""How many entries a list takes: ten times what the longest published report has."""
Percent = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?%$")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_on_the_calendar)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Period = Annotated[
    str, Field(pattern=r"^(\.\./)?\d{4}(-\d{2}(-\d{2})?)?(/\d{4}(-\d{2}(-\d{2})?)?)?$")
]
Status = Literal["draft", "final"]
Kind = Literal["department", "project", "fund", "transfer"]
Stance = Literal["third-party", "finance", "self"]
MoneyUnit = Literal["元", "千元", "万元", "百万元", "亿元"]
Number = Annotated[Decimal, Field(max_digits=20)]


class Model(BaseModel):
    """Frozen, strict about keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Published(Model):
    """The result as the document prints it; None is 未公布."""

    score: Number | None = None
    full: Number | None = None
    rate: Percent | None = None
    grade: Text | None = None


class Override(Model):
    """A value of the rule set that this case replaces, and why."""

    name: Text
    value: Text
    reason: Text


class CaseParams(Model):
    """params/cases/<case>.yaml: one evaluation 评价项目; `framework` null: none is printed.

    `region` is the administrative division 行政区划 whose money it is, by which cases are compared.
    """

    schema_: Literal["1"] = Field(alias="schema")
    title: Text
    department: Text
    unit: Text | None = None
    region: Text | None = None
    period: Period
    date: Day | None = None
    status: Status = "draft"
    kind: Kind
    stance: Stance
    commissioned_by: Text | None = None
    evaluator: Text | None = None
    framework: CaseId | None
    rules: CaseId
    money_unit: MoneyUnit
    published: Published = Published()
    parts: Annotated[tuple[RowId, ...], Few] = ()
    settings: Annotated[tuple[Override, ...], Many] = ()


class PartParams(Model):
    """data/<case>/parts/<part>/case.yaml: a nested project.

    What it leaves out is that of the whole, except the published result and the parts. Settings
    belong to a rule set: with a rule set of its own go settings of its own. `short` is
    what tables of the whole call it, instead of its title.
    """

    title: Text
    short: Text | None = None
    department: Text | None = None
    unit: Text | None = None
    period: Period | None = None
    date: Day | None = None
    status: Status | None = None
    kind: Kind = "project"
    stance: Stance | None = None
    commissioned_by: Text | None = None
    evaluator: Text | None = None
    framework: CaseId | None = None
    rules: CaseId | None = None
    money_unit: MoneyUnit | None = None
    published: Published = Published()
    settings: Annotated[tuple[Override, ...], Many] = ()

    def within(self, whole: CaseParams) -> CaseParams:
        """The parameters of the nested project, the rest taken from the whole."""
        own = {name: getattr(self, name) for name in self.model_fields_set - {"short"}}
        rest = {"kind": self.kind, "published": self.published, "parts": ()}
        if self.rules is not None:
            rest["settings"] = ()
        return whole.model_copy(update=rest | own)


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
    """A column of a table; `additive` values may be summed into a parent."""

    name: Text
    type: ColumnType
    additive: bool = False
    synonyms: tuple[Text, ...] = ()
    choices: dict[str, Text] = Field(default_factory=dict)


class SourceTable(Model):
    """One table of the source: where it stands, its unit, its printed headings.

    `declared` are columns that its kind does not have; `formulas` say what a column is here.
    """

    id: RowId
    kind: RowId
    file: RowId
    title: Text
    place: Text
    unit: Text | None = None
    columns: dict[str, Loose | None]
    declared: dict[RowId, Column] = {}
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
    sha256: Hash
    tables: Annotated[tuple[SourceTable, ...], Many] = ()
    attachments: Annotated[tuple[Attachment, ...], Many] = ()


class PartSource(Model):
    """data/<case>/parts/<part>/source.yaml: its own tables and attachments.

    The document is that of the whole unless it names another.
    """

    document: Text | None = None
    publisher: Text | None = None
    date: Day | None = None
    sha256: Hash | None = None
    tables: Annotated[tuple[SourceTable, ...], Many] = ()
    attachments: Annotated[tuple[Attachment, ...], Many] = ()

    def within(self, whole: Source) -> Source:
        """The source of the nested project, the document taken from the whole."""
        own = {name: getattr(self, name) for name in self.model_fields_set}
        return whole.model_copy(update={"tables": (), "attachments": ()} | own)


class TextEntry(Model):
    """A heading of the source and, for the report, our own words under it.

    `slot` is the place in the report where `text` goes; figures stand as `{address}`. `empty` says
    that the source prints the heading and nothing below it.
    """

    id: RowId
    number: Loose | None = None
    title: Text | None = None
    text: Text | None = None
    place: Text | None = None
    slot: RowId | None = None
    empty: bool = False


class Texts(Model):
    """data/<case>/text.yaml: the headings as printed, in order, and the report's own prose."""

    headings: Annotated[tuple[TextEntry, ...], Most] = ()


class Finding(Model):
    """A finding 问题; a nested one names its parent."""

    id: RowId
    parent: RowId | None = None
    number: Text | None = None
    title: Text
    causes: Annotated[tuple[Text, ...], Many] = ()
    evidence: Annotated[tuple[Text, ...], Many] = ()


class Recommendation(Model):
    """A recommendation 建议 and the findings it answers."""

    id: RowId
    parent: RowId | None = None
    number: Text | None = None
    title: Text
    text: Text | None = None
    answers: Annotated[tuple[RowId, ...], Many] = ()


class Findings(Model):
    """data/<case>/findings.yaml."""

    findings: Annotated[tuple[Finding, ...], Many] = ()
    recommendations: Annotated[tuple[Recommendation, ...], Many] = ()


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

    checks: Annotated[tuple[Check, ...], Most] = ()


class Acceptance(Model):
    """An audit entry that an auditor has accepted: by which role, when, why."""

    id: Text
    by: Text
    date: Day
    why: Text


class Accepted(Model):
    """data/<case>/accepted.yaml."""

    accepted: Annotated[tuple[Acceptance, ...], Most] = ()
