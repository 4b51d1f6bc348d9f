"""evaluation.json as a comparison reads it: checked, frozen, the keys it names and no other.

Figures are Decimal; None is 未公布.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from evalbook.schema import CaseId, Hash, Kind, Override, Section, Stance

Figure = Annotated[Decimal, Field(max_digits=40, decimal_places=30)]
SECTIONS: tuple[Section, ...] = ("budget", "process", "output", "benefit")


class Loose(BaseModel):
    """Frozen; takes of an object the keys it names."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Computed(Loose):
    total: Figure | None
    grade: str | None


class Score(Loose):
    """What the document states, and what rows and rule set give."""

    total: Figure | None
    full: Figure | None
    rate: Figure | None
    grade: str | None
    computed: Computed


class Indicator(Loose):
    id: str
    parent: str | None
    path: tuple[str, ...]
    section: Section | None
    full: Figure | None
    direction: str | None
    target: str | None
    actual: str | None
    score: Figure | None
    computed: Figure | None
    basis: str | None
    named_rule: str | None = None
    score_state: Literal["value", "blank", "not applicable"] | None = None
    evidence: tuple[str, ...]


class PrintedRate(Loose):
    rate: Figure | None


class BudgetLine(Loose):
    """A budget line; its amounts in `unit`, its rate recomputed and as printed."""

    id: str
    table: str
    parent: str | None
    unit: str | None
    budget: Figure | None
    planned: Figure | None
    adjustment: Figure | None
    adjusted: Figure | None
    in_place: Figure | None
    executed: Figure | None
    rate: Figure | None
    printed: PrintedRate


class Survey(Loose):
    rate: Figure | None
    computed: Mapping[str, Figure | None] = {}


class Finding(Loose):
    id: str
    title: str


class Entry(Loose):
    severity: str | None
    accepted: bool


def _errors(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return tuple(each for each in entries if each.severity == "error" and not each.accepted)


class Audit(Loose):
    """How many questions were asked; of the answers the errors that nobody has accepted."""

    checked: int
    entries: Annotated[tuple[Entry, ...], AfterValidator(_errors)]


class Stated(Loose):
    """An evaluation.json."""

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
    full_marks: Figure
    score: Score
    indicators: tuple[Indicator, ...]
    budget: tuple[BudgetLine, ...]
    surveys: tuple[Survey, ...]
    audit: Audit
    findings: tuple[Finding, ...]

    @property
    def full(self) -> Decimal:
        """The marks that the total is measured against: as published, else as the rows add up."""
        return self.score.full or self.full_marks

    @cached_property
    def sections(self) -> Mapping[Section, Decimal | None]:
        """The score rate of each section in percent, from the scores of the document."""
        return {section: self._rate(section) for section in SECTIONS}

    @cached_property
    def _below(self) -> Mapping[str | None, list[Indicator]]:
        found: dict[str | None, list[Indicator]] = {}
        for each in self.indicators:
            found.setdefault(each.parent, []).append(each)
        return found

    def _rate(self, section: Section) -> Decimal | None:
        known = {each.id: each for each in self.indicators}
        tops = [
            each
            for each in self.indicators
            if each.section == section
            and (each.parent not in known or known[each.parent].section != section)
            and each.score_state != "not applicable"
        ]
        scores = [self._scored(each) for each in tops]
        marks = [each.full for each in tops]
        if not tops or None in scores or None in marks:
            return None
        full = sum((each for each in marks if each is not None), Decimal(0))
        earned = sum((each for each in scores if each is not None), Decimal(0))
        return earned / full * 100 if full else None

    def _scored(self, row: Indicator) -> Decimal | None:
        """The printed score of a row, else the sum of all the rows right below it."""
        below = self._below.get(row.id, [])
        if row.score is not None or not below:
            return row.score
        scores = [self._scored(each) for each in below if each.score_state != "not applicable"]
        return None if None in scores else sum((s for s in scores if s is not None), Decimal(0))

    @cached_property
    def execution(self) -> Decimal | None:
        """The execution rate in percent of the one line that stands for all the money.

        Recomputed, else as printed; None where the first table that prints it has several.
        """
        tables = [each.table for each in self.budget if _rate_of(each) is not None]
        lines = [each for each in self.budget if each.table in tables[:1] and not each.parent]
        return _rate_of(lines[0]) if len(lines) == 1 else None

    def satisfaction(self, names: tuple[str, ...]) -> Decimal | None:
        """The lowest satisfaction in percent of its surveys, else of its indicators so named."""
        rates = [_satisfied(each) for each in self.surveys]
        stated = [_percent(each.actual) for each in self.indicators if _named(each, names)]
        known = [rate for rate in rates if rate is not None] or [s for s in stated if s is not None]
        return min(known, default=None)


def _rate_of(line: BudgetLine) -> Decimal | None:
    return line.printed.rate if line.rate is None else line.rate


def _satisfied(survey: Survey) -> Decimal | None:
    computed = survey.computed.get("rate")
    return survey.rate if computed is None else computed


def _named(each: Indicator, names: tuple[str, ...]) -> bool:
    return any(name in part for part in each.path for name in names)


def _percent(text: str | None) -> Decimal | None:
    """The number of `87.97%`; None for anything else."""
    from evalbook.cells import CellError, parse_cell
    from evalbook.standards import Column

    if not text or not text.endswith(("%", "％")):
        return None
    try:
        cell = parse_cell(text, Column(name="—", type="target"))
    except CellError:
        return None
    return cell.value if cell.unit == "%" and not cell.sign and cell.high is None else None
