"""Frameworks, kinds of table and units (params/) as frozen objects; rule sets: rulesets.py."""

from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from evalbook.schema import (
    Column,
    ColumnType,
    Model,
    Number,
    Percent,
    RowId,
    Section,
    Stance,
    Text,
)

__all__ = ["Column", "ColumnType"]


class Alternative(Model):
    """Another formula for a column, and who gives it."""

    formula: Text
    reference: Text


class Relation(Model):
    """A relation 勾稽关系 that holds in every row.

    One of: `formula` (what `column` must be), `claim` (a comparison that must hold), `children`
    (each additive column, or those in `only`, is the sum of the rows below). `unless` names columns
    whose presence makes the relation moot, `if_percent` and `unless_percent` a column that must, or
    must not, be printed in percent; `bases` the denominators a rate may have been mixed up
    with; `instead` the formulas for tables of other people that lack the columns of `formula`.
    """

    kind: Text
    reference: Text
    column: RowId | None = None
    formula: Text | None = None
    claim: Text | None = None
    children: bool = False
    only: tuple[RowId, ...] = ()
    unless: tuple[RowId, ...] = ()
    if_percent: RowId | None = None
    unless_percent: RowId | None = None
    bases: tuple[Text, ...] = ()
    instead: tuple[Alternative, ...] = ()


class TableKind(Model):
    """params/tables/<kind>.yaml: columns and relations of a kind of table."""

    name: Text
    reference: Text
    columns: dict[RowId, Column]
    relations: tuple[Relation, ...] = ()


class Approximate(Model):
    """What a word beside a number allows, as multiples of the number; None is unbounded."""

    low: Number | None
    high: Number | None


class Units(Model):
    """params/units.yaml: dimension → unit → how many base units; words of approximation."""

    schema_: Literal["1"] = Field(alias="schema")
    reference: Text
    units: dict[str, dict[str, Number]]
    approximate: dict[str, Approximate]

    @property
    def table(self) -> dict[str, tuple[str, Decimal]]:
        """Unit → its dimension and how many base units it is."""
        return {unit: (d, size) for d, sizes in self.units.items() for unit, size in sizes.items()}


class FrameworkIndicator(Model):
    """An indicator of a framework 指标体系; a level that is not printed has no marks.

    `section` stands at the highest level that lies in one section of the report, `formula` is the
    name of a ratio, `points` are its check points 评价要点 in short words, `unverified` says that
    its text, or the part of it that `reference` names, was not seen.
    """

    id: RowId
    parent: RowId | None = None
    name: Text
    section: Section | None = None
    full_marks: Number | None = None
    formula: Text | None = None
    points: tuple[Text, ...] = ()
    note: Text | None = None
    reference: Text
    unverified: bool = False


class FrameworkVariant(Model):
    """One of several sets of full marks: for an evaluation with these very level-1 indicators."""

    name: Text
    reference: Text
    full_marks: dict[RowId, Number]


class LeastShare(Model):
    """The share of all marks that some sections should at least have, in evaluations by some."""

    sections: tuple[Section, ...]
    share: Percent
    stances: tuple[Stance, ...]
    reference: Text


class Framework(Model):
    """params/frameworks/<name>.yaml.

    `levels` is how many levels it has, `total` what the marks of level 1 add up to as printed;
    `advisory` is the provision that lets an evaluation adjust the marks for a reason.
    """

    schema_: Literal["1"] = Field(alias="schema")
    title: Text
    reference: Text
    unverified: bool = False
    levels: Annotated[int, Field(ge=1, le=5)]
    total: Number | None = None
    advisory: Text | None = None
    variants: tuple[FrameworkVariant, ...] = ()
    least_shares: tuple[LeastShare, ...] = ()
    indicators: tuple[FrameworkIndicator, ...]
    aspects: tuple[Text, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, FrameworkIndicator]:
        """The indicators by their ids."""
        return {each.id: each for each in self.indicators}
