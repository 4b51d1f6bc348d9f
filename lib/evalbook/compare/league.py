"""Leagues 排名组: who may be ranked with whom, and the ranks.

Scores are ranked together only where they mean the same: the same rule set with the same values in
force, the same framework, the same full marks, the same length of period, the same kind of
evaluator. Within a league each period is ranked by itself; equal scores share a rank.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evalbook.compare.result import Result, rate

Value = Callable[[Result], Decimal | None]


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What the members of a league have in common; no `framework`: none is published."""

    rules: str
    framework: str
    stance: str
    span: str
    full: Decimal
    rules_hash: str


@dataclass(frozen=True, slots=True)
class League:
    """A league and its members, by their places among the results."""

    key: Key
    members: tuple[int, ...]

    @property
    def ranked(self) -> bool:
        """Whether scores may be ranked: only under a framework that is published."""
        return bool(self.key.framework)


@dataclass(frozen=True, slots=True)
class Rank:
    """A place 名次 among `of` scores of the same league and period."""

    place: int
    of: int


def key_of(result: Result) -> Key:
    return Key(
        result.rules,
        result.framework or "",
        result.stance,
        result.span,
        result.full.normalize(),
        result.rules_hash,
    )


def leagues(results: Sequence[Result]) -> tuple[League, ...]:
    """Every league, the largest first."""
    found: dict[Key, list[int]] = {}
    for number, result in enumerate(results):
        found.setdefault(key_of(result), []).append(number)
    every = [League(key, tuple(members)) for key, members in found.items()]
    return tuple(sorted(every, key=lambda league: (-len(league.members), league.key)))


def ranks(league: League, results: Sequence[Result], value: Value) -> Mapping[int, Rank]:
    """The place of each member that has the value, within its period, the highest first."""
    if not league.ranked:
        return {}
    periods: dict[str, list[int]] = {}
    for member in league.members:
        periods.setdefault(results[member].period, []).append(member)
    found: dict[int, Rank] = {}
    for members in periods.values():
        found |= placed({m: v for m in members if (v := value(results[m])) is not None})
    return found


def placed(values: Mapping[int, Decimal]) -> Mapping[int, Rank]:
    """The place of each by its value, the highest first; equal values share a place."""
    ordered = sorted(values.values(), reverse=True)
    first: dict[Decimal, int] = {}
    for place, value in enumerate(ordered, 1):
        first.setdefault(value, place)
    return {number: Rank(first[value], len(ordered)) for number, value in values.items()}


def across(results: Sequence[Result], value: Value) -> Mapping[int, Rank]:
    """Places over all rule sets, by period: what `--across-rules` asks for."""
    periods: dict[str, dict[int, Decimal]] = {}
    for number, result in enumerate(results):
        if (known := value(result)) is not None:
            periods.setdefault(result.period, {})[number] = known
    return {number: rank for values in periods.values() for number, rank in placed(values).items()}


def published_rate(result: Result) -> Decimal | None:
    """The published total in percent of the full marks."""
    return rate(result.total, result.full)


def computed_rate(result: Result) -> Decimal | None:
    """The total that the rows and the rule set give, in percent of the full marks."""
    return rate(result.computed, result.full)
