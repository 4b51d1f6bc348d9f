"""The same finding in many departments: titles alike by the pairs of characters they share.

Likeness 相似度 = 2 × pairs in both ÷ (pairs of one + pairs of the other), over the different pairs
of neighbouring characters, without punctuation and years (Dice). A title joins the first group
whose leading title it is like; the leading titles are those that occur most often. So whoever reads
a group can work out for each of its titles why it is there.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import ceil

from evalbook.periods import timeless

_MARKS = re.compile(r"[\W_]+")
Pairs = frozenset[str]


@dataclass(frozen=True, slots=True)
class Member:
    """A title of a group with its likeness to the leading one and whose findings bear it."""

    title: str
    likeness: Decimal
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Titles that say the same; the first member is the leading one."""

    members: tuple[Member, ...]

    @property
    def title(self) -> str:
        return self.members[0].title

    @property
    def numbers(self) -> list[int]:
        """Whose findings these are, each once, in order."""
        return sorted({number for member in self.members for number in member.numbers})


@lru_cache(maxsize=100_000)
def pairs(title: str) -> Pairs:
    """The different pairs of neighbouring characters; of a single character that one."""
    text = _MARKS.sub("", timeless(title)).lower()
    return frozenset(text[at : at + 2] for at in range(max(1, len(text) - 1))) - {""}


def likeness(one: Pairs, other: Pairs) -> Decimal:
    """From 0, nothing in common, to 1, the same pairs."""
    both = len(one) + len(other)
    return Decimal(2 * len(one & other)) / both if both else Decimal(0)


def grouped(titles: Mapping[str, Sequence[int]], least: Decimal) -> list[Group]:
    """Groups of titles by whose they are; every title is in exactly one."""
    ordered = sorted(titles, key=lambda title: (-len(titles[title]), title))
    index = _Index(least, _rarity(map(pairs, ordered)))
    groups: dict[str, list[Member]] = {}
    for title in ordered:
        leader, alike = index.first_like(title)
        groups.setdefault(leader, []).append(Member(title, alike, tuple(titles[title])))
    return [Group(tuple(members)) for members in groups.values()]


def _rarity(titles: Iterable[Pairs]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for each in titles:
        for pair in each:
            found[pair] = found.get(pair, 0) + 1
    return found


class _Index:
    """Leading titles by their pairs, so that not every title is compared with every other.

    Two titles that are alike enough share one of the rarest pairs of each: so many of these that
    the others alone would not do.
    """

    def __init__(self, least: Decimal, rarity: Mapping[str, int]) -> None:
        self.least, self.rarity, self.share = least, rarity, least.as_integer_ratio()
        self.leaders: list[tuple[str, Pairs]] = []
        self.by_pair: dict[str, list[int]] = {}

    def first_like(self, title: str) -> tuple[str, Decimal]:
        """The first leading title it is like; it leads itself when there is none."""
        own = pairs(title)
        rare = self._rare(own)
        seen = (self.by_pair.get(pair, ()) for pair in rare)
        for number in sorted(set().union(*seen)):
            leader, other = self.leaders[number]
            if self._alike(own, other):
                return leader, likeness(own, other)
        for pair in rare:
            self.by_pair.setdefault(pair, []).append(len(self.leaders))
        self.leaders.append((title, own))
        return title, Decimal(1)

    def _alike(self, one: Pairs, other: Pairs) -> bool:
        """Whether the likeness reaches the least, in whole numbers."""
        times, of = self.share
        shared = times * (len(one) + len(other))
        return 2 * of * min(len(one), len(other)) >= shared and 2 * of * len(one & other) >= shared

    def _rare(self, own: Pairs) -> list[str]:
        """At least this many pairs are shared with whatever is alike: 2·s ÷ (n + m) ≥ t, m ≥ s."""
        shared = max(1, ceil(self.least * len(own) / (2 - self.least)))
        ordered = sorted(own, key=lambda pair: (self.rarity[pair], pair))
        return ordered[: len(own) - shared + 1]
