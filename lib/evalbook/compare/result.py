"""One evaluation as it is compared: small enough that thousands are at hand at once.

Figures are Decimal; None is 未公布. The rows from which a total is scored anew are kept as text and
read when asked for: few comparisons need them.
"""

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Any

from msgspec import DecodeError, Raw
from msgspec.json import Decoder, Encoder

from evalbook.compare.stated import (
    About,
    BudgetLine,
    Hash,
    Indicator,
    Loose,
    Sections,
    Stated,
)
from evalbook.errors import Fault, InputError
from evalbook.periods import months_of, span

CUMULATIVE = "cumulative"
FILE = "results.parquet"
"""What a large batch left, in outputs/ (store.py)."""
FAULTS = (DecodeError, ValueError, ArithmeticError, RecursionError)
"""What a text raises that is no result: no JSON, other types, rows that lie below themselves."""


class Rows(Loose, frozen=True):
    """What a total is scored from."""

    indicators: tuple[Indicator, ...]
    budget: tuple[BudgetLine, ...]


class Result(About, frozen=True, dict=True):
    """One evaluation: `total` and `grade` as published, `computed` as rows and rules give them.

    `full` are the marks the total is measured against, `sections`, `execution` and `satisfaction`
    rates in percent, `errors` those of the audit that nobody has accepted. Two results with one
    `marks_hash` have the same indicators with the same full marks.
    """

    full: Decimal
    total: Decimal | None
    grade: str | None
    computed: Decimal | None
    computed_grade: str | None
    sections: Sections
    execution: Decimal | None
    satisfaction: Decimal | None
    errors: int
    findings: tuple[str, ...]
    marks_hash: Hash
    rows: Raw

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
        """The rows that the total is scored from; InputError when a kept file was tampered with."""
        try:
            return _ROWS.decode(self.rows)
        except FAULTS:
            problem = f"“{self.case}”的指标和预算读不懂，文件可能改动过"
            raise InputError(
                [Fault(f"outputs/{FILE}", problem, "请删除它，再运行同一条命令")]
            ) from None


def _model(kind: Any, content: Any) -> Any:
    """An object of a case file, checked as loading checks it."""
    return kind.model_validate(content)


_STATED, _RESULT = Decoder(Stated, dec_hook=_model), Decoder(Result, dec_hook=_model)
_ROWS = Decoder(Rows)
_TEXT = Encoder(enc_hook=lambda model: model.model_dump())


def read(text: bytes | str, satisfaction_names: tuple[str, ...]) -> Result:
    """An evaluation.json as a result; raises one of FAULTS where it is none."""
    if isinstance(text, bytes):
        text.decode()  # UTF-8 throughout, also where it is passed over
    stated = _STATED.decode(text)
    return Result(
        **{name: getattr(stated, name) for name in About.__struct_fields__},
        full=stated.full,
        total=stated.score.total,
        grade=stated.score.grade,
        computed=stated.score.computed.total,
        computed_grade=stated.score.computed.grade,
        sections=stated.sections,
        execution=stated.execution,
        satisfaction=stated.satisfaction(satisfaction_names),
        errors=sum(each.severity == "error" and not each.accepted for each in stated.audit.entries),
        findings=tuple(each.title for each in stated.findings),
        marks_hash=_marks_hash(stated.indicators),
        rows=Raw(_TEXT.encode(Rows(stated.indicators, stated.budget))),
    )


def _marks_hash(indicators: Iterable[Indicator]) -> str:
    marks = [(each.id, each.path, str(each.full)) for each in indicators]
    return hashlib.sha256(repr(marks).encode("utf-8", "backslashreplace")).hexdigest()


def kept(text: bytes | str) -> Result:
    """A result as `record` wrote it down; raises one of FAULTS where it is none."""
    return _RESULT.decode(text)


def record(result: Result) -> str:
    """A result as text."""
    return _TEXT.encode(result).decode()


def rate(total: Decimal | None, full: Decimal) -> Decimal | None:
    """A total in percent of the full marks."""
    return None if total is None or not full else total / full * 100
