"""The headings and words of self-evaluation forms (params/forms/), and how a text meets them.

Blanks, colons and remarks in brackets do not count: `分值（10分）` is 分值, `其 他` is 其他.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal, TypeVar

from pydantic import Field

from evalbook.errors import Fault, InputError
from evalbook.paths import Workbook
from evalbook.schema import CaseId, Model, RowId, Section, Text
from evalbook.strict import read_model

Kind = Literal["project", "department"]
_REMARK = re.compile(r"\([^()]*\)")
_LISTING = re.compile(r"^([一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d+[.、])")


class Term(Model):
    """What a form prints: its official name, other words for it, and whether a form needs it."""

    name: Text
    words: tuple[Text, ...] = ()
    needed: bool = False
    reference: Text | None = None

    def meets(self, text: str) -> bool:
        return bare(text) in {bare(word) for word in (self.name, *self.words)}


class Line(Term):
    """A line of the funds 项目资金, below `parent`."""

    parent: RowId | None = None


class Level(Term):
    """A level-1 indicator and the part of the report it belongs to."""

    section: Section


class Words(Model):
    """Words without an official one among them."""

    reference: Text
    words: tuple[Text, ...]


class BudgetWords(Model):
    """项目资金: `one_of` are columns of which a form needs at least one."""

    label: Term
    columns: dict[RowId, Term]
    one_of: tuple[RowId, ...]
    rows: dict[RowId, Line]
    prefix: tuple[Text, ...]


class GoalWords(Model):
    """年度总体目标."""

    label: Term
    expected: Term
    actual: Term


class TaskWords(Model):
    """年度主要任务 of a department's form; `parts` are what an amount is split into."""

    label: Term
    columns: dict[RowId, Term]
    parts: dict[RowId, Term]
    total: Term


class IndicatorWords(Model):
    """绩效指标: columns, level-1 and level-2 indicators, the total, grades, empty lines."""

    label: Term
    columns: dict[RowId, Term]
    levels: dict[RowId, Level]
    groups: dict[RowId, Term]
    total: Term
    grades: Words
    unfilled: Words


class Undirected(Words):
    """Indicators whose direction is unknown when the target does not say it."""

    groups: tuple[RowId, ...]
    levels: tuple[RowId, ...]


class FormWords(Model):
    """params/forms/<name>.yaml.

    `frameworks` by the kind of form, and by a level-1 indicator that only another framework has.
    """

    schema_: Literal["1"] = Field(alias="schema")
    title: Text
    reference: Text
    frameworks: dict[RowId, CaseId | None]
    rules: CaseId
    titles: dict[Kind, Term]
    fields: dict[RowId, Term]
    personal: tuple[Text, ...]
    budget: BudgetWords
    goals: GoalWords
    tasks: TaskWords
    indicators: IndicatorWords
    natures: dict[RowId, tuple[Text, ...]]
    undirected: Undirected

    def framework(self, kind: Kind, levels: Iterable[str]) -> str | None:
        """The framework of a form of that kind with these level-1 indicators."""
        if kind == "department":
            return self.frameworks[kind]
        other = (self.frameworks[level] for level in levels if level in self.frameworks)
        return next(other, self.frameworks[kind])


def form_words(book: Workbook) -> FormWords:
    """The words of the self-evaluation form; raises InputError when the file is at fault."""
    faults: list[Fault] = []
    path = book.form_words
    words = read_model(FormWords, path, book.name(path), faults)
    if faults or words is None:
        raise InputError(faults)
    return words


T = TypeVar("T", bound=Term)


def meaning(text: str, terms: Mapping[str, T]) -> str | None:
    """Which of the terms a text is, or None."""
    return next((key for key, term in terms.items() if term.meets(text)), None)


def one_of(text: str, words: Iterable[str]) -> bool:
    return bare(text) in {bare(word) for word in words}


def squeezed(text: str) -> str:
    """Without blanks, full-width as half-width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=10_000)
def bare(text: str) -> str:
    """As texts are compared: squeezed, without remarks in brackets, a listing and a colon."""
    plain = squeezed(text)
    while (less := _REMARK.sub("", plain)) != plain:
        plain = less
    return _LISTING.sub("", plain).strip(":：") or squeezed(text)
