"""params/audit.yaml as frozen objects: the thresholds and word lists of the audit 勾稽核查."""

import re
from functools import lru_cache
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, Field

from evalbook.schema import Model, Percent, Text

T = TypeVar("T")


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise AssertionError("not a regular expression") from error
    return pattern


Words = Annotated[tuple[Text, ...], Field(min_length=1)]
Pattern = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_compiles)]
Count = Annotated[int, Field(ge=1)]


class Setting(Model, Generic[T]):
    """A threshold or a list of words: what it is for, its authority, its value."""

    description: Text
    reference: Text
    value: T


class Misplaced(Model):
    """An indicator that does not belong under a group of the framework.

    It stands below a row whose name holds one of `under` and none of `not_under`, and its own name
    holds one of `names` or its target is in one of `units` (dimensions of params/units.yaml), and
    none of `unless`.
    """

    under: Words
    not_under: tuple[Text, ...] = ()
    names: tuple[Text, ...] = ()
    units: tuple[Text, ...] = ()
    unless: tuple[Text, ...] = ()
    problem: Text


class AuditSettings(Model):
    """params/audit.yaml."""

    schema_: Literal["1"] = Field(alias="schema")
    reference: Text
    unit_powers: Setting[Annotated[tuple[Count, ...], Field(min_length=1)]]
    paragraph_length: Setting[Count]
    dominant_share: Setting[Percent]
    dominant_count: Setting[Count]
    evidence_share: Setting[Percent]
    perfect_count: Setting[Count]
    execution_names: Setting[Words]
    no_reason: Setting[Words]
    total_names: Setting[Words]
    grade_names: Setting[Words]
    other_years: Setting[Words]
    yes_or_no: Setting[Words]
    vague_targets: Setting[Words]
    vague_length: Setting[Count]
    lower_is_better: Setting[Words]
    higher_is_better: Setting[Words]
    cost_groups: Setting[Words]
    time_groups: Setting[Words]
    bounds: Setting[Words]
    group_names: Setting[Words]
    misplaced: Setting[tuple[Misplaced, ...]]
    ratio_names: Setting[Words]
    money_names: Setting[Words]
    rank_names: Setting[Words]
    late_words: Setting[Words]
    late_counts: Setting[Words]
    timely_words: Setting[Words]
    template_text: Setting[Annotated[tuple[Pattern, ...], Field(min_length=1)]]


def holds_one(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text holds one of the words."""
    return any(map(text.__contains__, words))


@lru_cache(maxsize=64)
def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for one of the words, the longer before the shorter."""
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))


@lru_cache(maxsize=8)
def any_pattern(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all of them; `^` and `$` are the ends of a line."""
    return re.compile("|".join(f"(?:{each})" for each in patterns), re.MULTILINE)
