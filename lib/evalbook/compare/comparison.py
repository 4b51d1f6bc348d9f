"""The whole comparison: leagues with ranks, spreads, outliers, common findings, changes.

Page and workbook show this and compute nothing of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from evalbook.compare import league as leagues
from evalbook.compare.change import Change, change, pairs
from evalbook.compare.collect import Collected, Remark
from evalbook.compare.league import League, Rank, Value, computed_rate, published_rate
from evalbook.compare.replay import Scorer
from evalbook.compare.result import Result
from evalbook.compare.settings import CompareSettings
from evalbook.compare.similar import Group, grouped
from evalbook.compare.spread import Outlier, Spread, outliers, spread
from evalbook.compare.stated import SECTIONS
from evalbook.schema import Section

By = Literal["region", "year", "kind"]
MEASURES: Mapping[str, str] = {
    "published": "公布得分率",
    "computed": "复算得分率",
    "budget": "投入得分率",
    "process": "过程得分率",
    "output": "产出得分率",
    "benefit": "效益得分率",
    "execution": "预算执行率",
    "satisfaction": "满意度",
}
"""What is compared of every result, in percent; the sections by the scores of the document."""
BYS: Mapping[By, str] = {"region": "地区", "year": "年度", "kind": "类型"}


@dataclass(frozen=True, slots=True)
class Side:
    """One group within a league: the results of one region, year or kind, side by side."""

    league: int
    by: By
    name: str | None
    count: int
    spreads: Mapping[str, Spread]


@dataclass(frozen=True, slots=True)
class Beyond:
    """An outlier 离群值: of which measure, in which league, beside which spread."""

    league: int
    measure: str
    outlier: Outlier
    spread: Spread


@dataclass(frozen=True)
class Comparison:
    """Everything that is shown; results are known by their places in `results`."""

    results: tuple[Result, ...]
    remarks: tuple[Remark, ...]
    advice: tuple[str, ...]
    settings: CompareSettings
    leagues: tuple[League, ...]
    titles: Mapping[str, str]
    frameworks: Mapping[str, str]
    values: Mapping[str, Sequence[Decimal | None]]
    ranks: Mapping[str, Mapping[int, Rank]]
    combined: Mapping[int, Rank] | None
    spreads: Sequence[Mapping[str, Spread]]
    sides: tuple[Side, ...]
    beyond: tuple[Beyond, ...]
    common: tuple[Group, ...]
    changes: tuple[Change, ...]
    unclear: tuple[int, ...]

    @property
    def rule_sets(self) -> int:
        """How many rule sets, told apart by their values in force."""
        return len({(each.rules, each.rules_hash) for each in self.results})

    def league_of(self) -> Mapping[int, int]:
        """The league of each result."""
        return {m: n for n, league in enumerate(self.leagues) for m in league.members}


def compared(
    collected: Collected, settings: CompareSettings, scorer: Scorer, across: bool
) -> Comparison:
    """Compare the results; `across` ranks them over all rule sets as well."""
    results = collected.results
    found = leagues.leagues(results)
    values = {name: list(map(value, results)) for name, value in _measures().items()}
    spreads = [_spreads(values, each.members) for each in found]
    couples, unclear = pairs(results)
    return Comparison(
        results=results,
        remarks=collected.remarks,
        advice=collected.advice,
        settings=settings,
        leagues=found,
        titles={rules: scorer.titled(rules) for rules in sorted({r.rules for r in results})},
        frameworks={name: scorer.titled_framework(name) for name in _frameworks(results)},
        values=values,
        ranks=_ranks(found, results),
        combined=leagues.across(results, published_rate) if across else None,
        spreads=spreads,
        sides=tuple(s for n, each in enumerate(found) for s in _sides(n, each, results, values)),
        beyond=tuple(b for n, each in enumerate(found) for b in _beyond(n, each, values, settings)),
        common=_common(results, settings),
        changes=tuple(change(scorer, results, *couple) for couple in couples),
        unclear=tuple(unclear),
    )


def _frameworks(results: Sequence[Result]) -> list[str]:
    return sorted({each.framework for each in results if each.framework})


def _measures() -> dict[str, Value]:
    def of(section: Section) -> Value:
        return lambda result: cast(Decimal | None, getattr(result.sections, section))

    return {
        "published": published_rate,
        "computed": computed_rate,
        **{section: of(section) for section in SECTIONS},
        "execution": lambda result: result.execution,
        "satisfaction": lambda result: result.satisfaction,
    }


def _ranks(found: Sequence[League], results: Sequence[Result]) -> dict[str, dict[int, Rank]]:
    wanted = {"published": published_rate, "computed": computed_rate}
    return {
        name: {
            number: rank
            for each in found
            for number, rank in leagues.ranks(each, results, value).items()
        }
        for name, value in wanted.items()
    }


def _spreads(
    values: Mapping[str, Sequence[Decimal | None]], members: Sequence[int]
) -> dict[str, Spread]:
    found = {name: spread(list(_known(of, members).values())) for name, of in values.items()}
    return {name: each for name, each in found.items() if each is not None}


def _known(of: Sequence[Decimal | None], members: Sequence[int]) -> dict[int, Decimal]:
    return {number: value for number in members if (value := of[number]) is not None}


def _sides(
    number: int,
    league: League,
    results: Sequence[Result],
    values: Mapping[str, Sequence[Decimal | None]],
) -> list[Side]:
    """The members of a league by region, year and kind; what is not stated comes last."""
    found = []
    for by in BYS:
        groups: dict[str | None, list[int]] = {}
        for member in league.members:
            groups.setdefault(getattr(results[member], by) or None, []).append(member)
        for name in sorted(groups, key=lambda name: (name is None, name or "")):
            members = groups[name]
            found.append(Side(number, by, name, len(members), _spreads(values, members)))
    return found


def _beyond(
    number: int,
    league: League,
    values: Mapping[str, Sequence[Decimal | None]],
    settings: CompareSettings,
) -> list[Beyond]:
    """What lies beyond the fences of its league, measure by measure."""
    found = []
    for name, of in values.items():
        known = _known(of, league.members)
        around = spread(list(known.values()))
        for each in outliers(known, settings.fence.value, settings.outlier_count.value):
            if around is not None:
                found.append(Beyond(number, name, each, around))
    return found


def _common(results: Sequence[Result], settings: CompareSettings) -> tuple[Group, ...]:
    """Findings of several departments, those of most departments first."""
    titles: dict[str, list[int]] = {}
    for number, result in enumerate(results):
        for title in dict.fromkeys(result.findings):
            titles.setdefault(title, []).append(number)
    every = [
        (len(departments(results, group.numbers)), group)
        for group in grouped(titles, settings.alike)
    ]
    many = [each for each in every if each[0] >= settings.common_count.value]
    return tuple(group for _, group in sorted(many, key=lambda each: (-each[0], each[1].title)))


def departments(results: Sequence[Result], numbers: Sequence[int]) -> set[tuple[str, str | None]]:
    """The departments that results belong to; the same name in another region is another one."""
    return {(results[number].department, results[number].region) for number in numbers}
