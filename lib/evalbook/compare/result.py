"""One evaluation as it is compared: small enough that thousands are at hand at once.

Figures are Decimal; None is 未公布. The rows from which a total is scored anew are kept as text and
read when asked for: few comparisons need them.
"""

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property

from evalbook.compare.stated import (
    BudgetLine,
    Figure,
    Indicator,
    Loose,
    Stated,
)
from evalbook.periods import months_of, span
from evalbook.schema import CaseId, Hash, Kind, Override, Section, Stance

CUMULATIVE = "cumulative"


class Rows(Loose):
    """What a total is scored from."""

    indicators: tuple[Indicator, ...]
    budget: tuple[BudgetLine, ...]


class Result(Loose):
    """One evaluation: `total` and `grade` as published, `computed` as rows and rules give them.

    `full` are the marks the total is measured against, `sections`, `execution` and `satisfaction`
    rates in percent, `errors` those of the audit that nobody has accepted. Two results with one
    `marks_hash` have the same indicators with the same full marks.
    """

    case: CaseId
    title: str
    department: str
    unit: str | None
    region: str | None
    period: str
    date: str | None
    kind: Kind
    stance: Stance
    rules: CaseId
    rules_hash: Hash
    own_settings: tuple[Override, ...]
    framework: CaseId | None
    full: Figure
    total: Figure | None
    grade: str | None
    computed: Figure | None
    computed_grade: str | None
    sections: Mapping[Section, Figure | None]
    execution: Figure | None
    satisfaction: Figure | None
    errors: int
    findings: tuple[str, ...]
    marks_hash: Hash
    rows: str

    @property
    def year(self) -> str:
        """The last year of the period; empty where it names none."""
        digits = self.period.split("/")[-1][:4]
        return digits if digits.isdigit() else ""

    @property
    def span(self) -> str:
        """The kind of its period: `12` months, `24` …; `cumulative` up to a day."""
        months = months_of(self.period)
        return CUMULATIVE if months is None or span(self.period) is None else str(months)

    @cached_property
    def scored(self) -> Rows:
        """The rows that the total is scored from."""
        return Rows.model_validate_json(self.rows)


def read(text: bytes | str, satisfaction_names: tuple[str, ...]) -> Result:
    """An evaluation.json as a result; raises pydantic's ValidationError (a ValueError)."""
    stated = Stated.model_validate_json(text)
    rows = Rows.model_construct(indicators=stated.indicators, budget=stated.budget)
    return Result(
        **{name: getattr(stated, name) for name in _TAKEN},
        full=stated.full,
        total=stated.score.total,
        grade=stated.score.grade,
        computed=stated.score.computed.total,
        computed_grade=stated.score.computed.grade,
        sections=stated.sections,
        execution=stated.execution,
        satisfaction=stated.satisfaction(satisfaction_names),
        errors=len(stated.audit.entries),
        findings=tuple(each.title for each in stated.findings),
        marks_hash=_marks_hash(stated.indicators),
        rows=rows.model_dump_json(),
    )


_TAKEN = (
    "case", "title", "department", "unit", "region", "period", "date", "kind", "stance", "rules",
    "rules_hash", "own_settings", "framework",
)  # fmt: skip


def _marks_hash(indicators: Iterable[Indicator]) -> str:
    marks = [(each.id, each.path, str(each.full)) for each in indicators]
    return hashlib.sha256(repr(marks).encode("utf-8", "backslashreplace")).hexdigest()


def kept(text: str) -> Result:
    """A result as `record` wrote it down; raises ValidationError where it is none."""
    return Result.model_validate_json(text)


def record(result: Result) -> str:
    """A result as text."""
    return result.model_dump_json()


def rate(total: Decimal | None, full: Decimal) -> Decimal | None:
    """A total in percent of the full marks."""
    return None if total is None or not full else total / full * 100
