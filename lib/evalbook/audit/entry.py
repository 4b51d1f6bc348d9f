"""Audit entries: one relation, its verdict, and the figures that led to it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple, get_args

Verdict = Literal["consistent", "rounding", "unverifiable", "inconsistent"]
Severity = Literal["error", "warning", "note"]


class Entry(NamedTuple):
    """One thing checked.

    `where` is the address that is judged, `inputs` those it was judged by; `computed`, `printed`
    and `gap` (computed − printed) are decimals in `unit`, None where there is no number. `message`
    is one Chinese sentence; `severity` is None for what holds.
    """

    id: str
    kind: str
    verdict: Verdict
    severity: Severity | None
    where: str
    inputs: tuple[str, ...] = ()
    expression: str = ""
    computed: str | None = None
    printed: str | None = None
    gap: str | None = None
    unit: str = ""
    place: str = ""
    message: str = ""
    accepted: bool = False


@dataclass(frozen=True)
class Audit:
    """All entries of a case in the order of its tables, and their counts."""

    entries: tuple[Entry, ...]

    def count(self, verdict: Verdict) -> int:
        return sum(entry.verdict == verdict for entry in self.entries)

    @cached_property
    def counts(self) -> dict[str, int]:
        """The counts of all entries."""
        return counts(self.entries)

    @cached_property
    def by_kind(self) -> dict[str, dict[str, int]]:
        """The counts of each kind of entry, in the order in which the kinds first occur."""
        kinds: dict[str, list[Entry]] = {}
        for entry in self.entries:
            kinds.setdefault(entry.kind, []).append(entry)
        return {kind: counts(entries) for kind, entries in kinds.items()}

    @property
    def worst_first(self) -> list[Entry]:
        """All entries: what does not hold, rounding, what cannot be checked, what holds."""
        order = ("inconsistent", "rounding", "unverifiable", "consistent")
        return sorted(self.entries, key=lambda e: order.index(e.verdict))

    @property
    def problems(self) -> list[Entry]:
        """What does not hold, worst first, without what an auditor has accepted."""
        order = ("error", "warning", "note")
        wrong = [e for e in self.entries if e.verdict == "inconsistent" and not e.accepted]
        return sorted(wrong, key=lambda e: order.index(e.severity or "note"))


def counts(entries: Sequence[Entry]) -> dict[str, int]:
    """How many entries there are, and how many came to each verdict."""
    found = Counter(entry.verdict for entry in entries)
    return {"checked": len(entries)} | {verdict: found[verdict] for verdict in get_args(Verdict)}


def plain(value: Decimal) -> str:
    """A decimal without exponent, its trailing zeros kept."""
    text = str(value)
    return format(value, "f") if "E" in text else text


def holds(
    kind: str,
    where: str,
    message: str,
    inputs: Sequence[str] = (),
    place: str = "",
    expression: str = "",
) -> Entry:
    """An entry, without figures, for what is as it should be."""
    return Entry(
        f"{kind}:{where}",
        kind,
        "consistent",
        None,
        where,
        tuple(inputs),
        expression,
        place=place,
        message=message,
    )


def remark(
    kind: str,
    severity: Severity,
    where: str,
    message: str,
    inputs: Sequence[str] = (),
    place: str = "",
    verdict: Verdict = "inconsistent",
    expression: str = "",
) -> Entry:
    """An entry, without figures, for what is not as it should be, or cannot be known."""
    return Entry(
        f"{kind}:{where}",
        kind,
        verdict,
        severity,
        where,
        tuple(inputs),
        expression,
        place=place,
        message=message,
    )
