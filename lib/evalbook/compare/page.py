"""compare.html: the comparison as one page that asks nothing of a network.

The figures go into the page as one JSON island; its script shows them a page of rows at a time, so
that thousands of cases sort and filter at once. Nothing of a case is ever part of the script.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evalbook.compare import words
from evalbook.compare.change import Change
from evalbook.compare.collect import REASONS, STALE
from evalbook.compare.comparison import BYS, MEASURES, Comparison, departments
from evalbook.compare.league import Rank
from evalbook.compare.similar import Group
from evalbook.compare.spread import Spread
from evalbook.harmless import clean_line
from evalbook.report.offline import asset, environment, island, written

_TEMPLATES = Path(__file__).parent / "templates"
SECTIONS = {
    "rank": "排名", "across": "合并名次", "grade": "等级分布", "spread": "得分率、执行率与满意度",
    "side": "地区、年度与类型", "outlier": "离群值", "common": "共性问题", "change": "年度变化",
    "left": "没有列入的",
}  # fmt: skip
FIELDS = (
    "case", "title", "department", "unit", "region", "period", "year", "kind", "stance", "rules",
    "league", "publishedTotal", "publishedGrade", "publishedRank", "computedTotal",
    "computedGrade", "computedRank", "combinedRank", "errors", "remark", *MEASURES,
)  # fmt: skip


def html(found: Comparison) -> bytes:
    """The page as UTF-8; the same comparison gives the same bytes."""
    methods = words.methods(found)
    return written(
        environment(_TEMPLATES).get_template("compare.html"),
        words.TITLE,
        asset("report.css") + asset("compare.css", _TEMPLATES),
        asset("shell.js") + asset("compare.js", _TEMPLATES),
        facts=words.facts(found),
        notes=words.notes(found),
        sections=[
            {"id": id, "title": title, "words": methods.get(id, ())}
            for id, title in SECTIONS.items()
            if id != "across" or found.combined is not None
        ],
        data=island(_data(found)),
    )


def _data(found: Comparison) -> dict[str, Any]:
    of = found.league_of()
    stale = {each.case for each in found.remarks if each.reason == STALE}
    return {
        "fields": FIELDS,
        "across": found.combined is not None,
        "cases": [_case(found, number, of[number], stale) for number in range(len(found.results))],
        "leagues": [
            {
                "label": clean_line(words.league_label(found, number)),
                "short": clean_line(words.league_short(found, number)),
                "count": len(league.members),
                "spreads": _spreads(found.spreads[number]),
            }
            for number, league in enumerate(found.leagues)
        ],
        "measures": list(MEASURES.items()),
        "names": MEASURES,
        "grades": words.grades(found),
        "words": {
            "kind": words.KINDS, "stance": words.STANCES, "by": BYS,
            "rules": {name: clean_line(title) for name, title in found.titles.items()},
        },
        "sides": [
            [each.league, each.by, _line(each.name), each.count, _spreads(each.spreads)]
            for each in found.sides
        ],
        "beyond": [
            [
                each.outlier.number, each.measure, words.percent(each.outlier.value),
                words.percent(each.outlier.fence), each.outlier.high,
                words.percent(each.spread.median), str(each.spread.count),
            ]
            for each in found.beyond
        ],
        "common": [_group(found, group) for group in found.common],
        "changes": [_change(each) for each in found.changes],
        "remarks": [[each.case, REASONS[each.reason]] for each in found.remarks],
    }  # fmt: skip


def _case(found: Comparison, number: int, league: int, stale: set[str]) -> list[Any]:
    each = found.results[number]
    shown = {
        "case": each.case,
        "title": _line(each.title),
        "department": _line(each.department),
        "unit": _line(each.unit),
        "region": _line(each.region),
        "period": each.period,
        "year": each.year,
        "kind": each.kind,
        "stance": each.stance,
        "rules": each.rules,
        "league": league,
        "publishedTotal": words.marks(each.total),
        "publishedGrade": _line(each.grade),
        "publishedRank": _rank(found.ranks["published"].get(number)),
        "computedTotal": words.marks(each.computed),
        "computedGrade": _line(each.computed_grade),
        "computedRank": _rank(found.ranks["computed"].get(number)),
        "combinedRank": _rank((found.combined or {}).get(number)),
        "errors": str(each.errors),
        "remark": "输入已变动" if each.case in stale else None,
        **{name: words.percent(values[number]) for name, values in found.values.items()},
    }
    return [shown[name] for name in FIELDS]


def _line(text: str | None) -> str | None:
    """Text of a file as one line that cannot turn others round."""
    return None if text is None else clean_line(text)


def _rank(rank: Rank | None) -> list[int] | None:
    return None if rank is None else [rank.place, rank.of]


def _spreads(spreads: Mapping[str, Spread]) -> dict[str, list[str | None]]:
    return {name: spread_texts(each) for name, each in spreads.items()}


def spread_texts(each: Spread) -> list[str | None]:
    """Count, least, quartiles and greatest."""
    figures = (each.least, each.lower, each.median, each.upper, each.greatest)
    return [str(each.count), *map(words.percent, figures)]


def _group(found: Comparison, group: Group) -> list[Any]:
    members: Sequence[Any] = [
        [_line(each.title), words.percent(each.likeness * 100), each.numbers]
        for each in group.members
    ]
    numbers = group.numbers
    bodies = departments(found.results, numbers)
    return [_line(group.title), len(bodies), members, len(numbers)]


def _change(each: Change) -> list[Any]:
    figures = (
        each.published, each.computed, each.rules, each.weights, each.data, each.joint, each.apart,
    )  # fmt: skip
    return [each.before, each.after, each.unit, *map(words.marks, figures), _line(each.why)]
