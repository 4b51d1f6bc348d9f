"""evaluation.json as a comparison reads it: checked, frozen, the keys it names and no other.

What is not named here is passed over without being made into objects: nine tenths of a file.
Figures are Decimal; None is 未公布.
"""

from collections.abc import Mapping
from decimal import Clamped, Context, Decimal, InvalidOperation, Overflow, Rounded
from functools import cache, cached_property
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct
from msgspec.structs import fields

from evalbook.paths import CASE_ID
from evalbook.schema import Kind, Override, Section, Stance

Name = Annotated[str, Meta(pattern=rf"\A{CASE_ID.pattern}\Z")]
Hash = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
SECTIONS: tuple[Section, ...] = ("budget", "process", "output", "benefit")
_EXACT = Context(
    prec=40, Emin=-40, Emax=40, traps=[Clamped, InvalidOperation, Overflow, Rounded]
)  # fmt: skip


class Loose(Struct, frozen=True):
    """Frozen; takes of an object the keys it names."""


class Figures(Loose, frozen=True):
    """Its figures are finite and of at most 40 digits; an ArithmeticError where they are longer."""

    def __post_init__(self) -> None:
        for name in _figures(type(self)):
            value = getattr(self, name)
            if value is not None and not _EXACT.plus(value).is_finite():
                raise ValueError(f"{name}: {value}")


@cache
def _figures(kind: type[Struct]) -> tuple[str, ...]:
    """The fields that hold figures."""
    found = ((each.name, (each.type, *get_args(each.type))) for each in fields(kind))
    return tuple(name for name, types in found if Decimal in types)


class Computed(Figures, frozen=True):
    total: Decimal | None
    grade: str | None


class Score(Figures, frozen=True):
    """What the document states, and what rows and rule set give."""

    total: Decimal | None
    full: Decimal | None
    grade: str | None
    computed: Computed


class Sections(Figures, frozen=True):
    """The score rate of each section in percent."""

    budget: Decimal | None
    process: Decimal | None
    output: Decimal | None
    benefit: Decimal | None


class Indicator(Figures, frozen=True):
    id: str
    parent: str | None
    path: tuple[str, ...]
    section: Section | None
    full: Decimal | None
    direction: str | None
    target: str | None
    actual: str | None
    score: Decimal | None
    basis: str | None
    evidence: tuple[str, ...]
    named_rule: str | None = None
    score_state: Literal["value", "blank", "not applicable"] | None = None


class Rate(Figures, frozen=True):
    rate: Decimal | None = None


class BudgetLine(Figures, frozen=True):
    """A budget line; its amounts in `unit`, its rate recomputed and as printed."""

    id: str
    table: str
    parent: str | None
    unit: str | None
    budget: Decimal | None
    planned: Decimal | None
    adjustment: Decimal | None
    adjusted: Decimal | None
    in_place: Decimal | None
    executed: Decimal | None
    rate: Decimal | None
    printed: Rate


class Survey(Figures, frozen=True):
    rate: Decimal | None
    computed: Rate = Rate()


class Finding(Loose, frozen=True):
    title: str


class Entry(Loose, frozen=True):
    severity: str | None
    accepted: bool


class Audit(Loose, frozen=True):
    entries: tuple[Entry, ...]


class About(Figures, frozen=True):
    """Whose money was evaluated, for when, by whom and under which rules."""

    case: Name
    title: str
    department: str
    unit: str | None
    region: str | None
    period: str
    date: str | None
    kind: Kind
    stance: Stance
    rules: Name
    rules_hash: Hash
    own_settings: tuple[Override, ...]
    framework: Name | None


class Stated(About, frozen=True, dict=True):
    """An evaluation.json."""

    full_marks: Decimal
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

    @property
    def sections(self) -> Sections:
        """The score rates, from the scores of the document."""
        return Sections(*map(self._rate, SECTIONS))

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

    @property
    def execution(self) -> Decimal | None:
        """The execution rate in percent of the one line that stands for all the money.

        Recomputed, else as printed; None where the first table that prints it has several.
        """
        tables = [each.table for each in self.budget if _rate_of(each) is not None]
        lines = [each for each in self.budget if each.table in tables[:1] and not each.parent]
        return _rate_of(lines[0]) if len(lines) == 1 else None

    def satisfaction(self, names: tuple[str, ...]) -> Decimal | None:
        """The lowest satisfaction in percent of its surveys, else of its indicators so named."""
        rates = [rate for each in self.surveys if (rate := _satisfied(each)) is not None]
        return min(rates or self._stated(names), default=None)

    def _stated(self, names: tuple[str, ...]) -> list[Decimal]:
        rates = (_percent(each.actual) for each in self.indicators if _named(each, names))
        return [rate for rate in rates if rate is not None]


def _rate_of(line: BudgetLine) -> Decimal | None:
    return line.printed.rate if line.rate is None else line.rate


def _satisfied(survey: Survey) -> Decimal | None:
    return survey.rate if survey.computed.rate is None else survey.computed.rate


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
