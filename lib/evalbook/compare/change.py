"""Year on year: the change of one department's total, split into what it comes from.

    published change = rule set + full marks + data (+ not separable) + published less computed

Step by step from last year's total to this year's, one thing changed at a time:
    this year as it is  −  this year under last year's rule set            = rule set
    this year under last year's rule set  −  and last year's full marks    = full marks
    this year under last year's rule set and full marks  −  last year      = data
The steps share their ends, so they add up to the change exactly. Where a step cannot be taken, the
parts on both sides of it are one, and the reason is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evalbook.compare.replay import Replay, Scorer
from evalbook.compare.result import Result
from evalbook.figures import half_up
from evalbook.periods import timeless

YEAR = "12"
PLACES = 2
NO_TOTAL = "复算总分不全，只有公布得分之差"
OTHER_RULES = "评分规则的取值与当时不同，或已不在 params/rules，不能按上年规则重算"
NOT_REPEATED = "依 evaluation.json 重算的总分与其中的不同，不能分开"
NO_SUCH_RULE = "上年规则没有这些指标的评分办法：{names}；不能分开"
FEWER = "按上年规则有 {count} 个指标算不出得分，不能分开"
OTHER_ROWS = "两年的指标不同，分值与数据不能分开"


@dataclass(frozen=True, slots=True)
class Change:
    """The change from one result to the next, by their places; None is 未公布 or not separable.

    In marks 分, or in points of the score rate 百分点 where the full marks of the two differ.
    `joint` is what cannot be separated: 0 where everything can.
    """

    before: int
    after: int
    unit: str
    published: Decimal | None
    computed: Decimal | None
    rules: Decimal | None = None
    weights: Decimal | None = None
    data: Decimal | None = None
    joint: Decimal | None = None
    apart: Decimal | None = None
    why: str = ""


def pairs(results: Sequence[Result]) -> tuple[list[tuple[int, int]], list[int]]:
    """The same department in one year and the next; and which cannot be told apart.

    The same: department, unit, kind and evaluator alike, a project by its title without the year.
    """
    years: dict[tuple[str | None, ...], dict[int, list[int]]] = {}
    for number, result in enumerate(results):
        if result.span == YEAR and result.year:
            title = "" if result.kind == "department" else timeless(result.title)
            same = (result.department, result.unit, result.kind, result.stance, title)
            years.setdefault(same, {}).setdefault(int(result.year), []).append(number)
    found, unclear = [], []
    for by_year in years.values():
        for year in sorted(by_year):
            now, before = by_year[year], by_year.get(year - 1, [])
            if len(now) == len(before) == 1:
                found.append((before[0], now[0]))
            elif before:
                unclear += [*before, *now]
    return sorted(found), sorted(set(unclear))


def change(scorer: Scorer, results: Sequence[Result], before: int, after: int) -> Change:
    """The change between two results, split as far as it can be."""
    old, new = results[before], results[after]
    first, last = old.computed, new.computed
    printed = _difference(_published(new, old), _published(old, new))
    unit = "分" if old.full == new.full else "百分点"
    if first is None or last is None:
        return Change(before, after, unit, printed, None, why=NO_TOTAL)
    last, first = _scaled(last, new.full, old, new), _scaled(first, old.full, old, new)
    total = last - first
    apart = None if printed is None else printed - total
    middle, end, why = _steps(scorer, old, new)
    middle = None if middle is None else _scaled(middle, new.full, old, new)
    end = None if end is None else _scaled(end, old.full, old, new)
    rules = None if middle is None else last - middle
    weights = middle - end if middle is not None and end is not None else None
    data = None if end is None else end - first
    joint = total - sum((each for each in (rules, weights, data) if each is not None), Decimal(0))
    return Change(
        before, after, unit, printed, total, rules, weights, data, joint, apart, why
    )  # fmt: skip


def _published(result: Result, other: Result) -> Decimal | None:
    total = result.total
    return None if total is None else _scaled(total, result.full, result, other)


def _difference(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other


def _scaled(marks: Decimal, full: Decimal, one: Result, other: Result) -> Decimal:
    """The marks as they are where full marks are alike, else the score rate, rounded once."""
    return marks if one.full == other.full or not full else half_up(marks / full * 100, PLACES)


def _steps(scorer: Scorer, old: Result, new: Result) -> tuple[Decimal | None, Decimal | None, str]:
    """This year's total under last year's rule set, and under its full marks too; else why not."""
    own, same = new.computed, old.rules_hash == new.rules_hash
    full = full_marks_of(old, new)
    if same and (full is None or not full):
        return own, None if full is None else own, OTHER_ROWS * (full is None)
    rules, mine = scorer.rules_for(old), scorer.rules_for(new)
    if rules is None or mine is None:
        return None, None, OTHER_RULES
    repeated = scorer.again(new, mine)
    under = repeated if same else scorer.again(new, rules)
    if why := _cannot(new, repeated, under):
        return None, None, why
    if full is None:
        return under.total, None, OTHER_ROWS
    return under.total, scorer.again(new, rules, full).total if full else under.total, ""


def _cannot(new: Result, repeated: Replay, under: Replay) -> str:
    """Why scoring a result under other rules says nothing; empty when it does."""
    if repeated.total != new.computed:
        return NOT_REPEATED
    if under.lost:
        return NO_SUCH_RULE.format(names="、".join(under.lost))
    fewer = len(repeated.computed - under.computed)
    return FEWER.format(count=fewer) if fewer or under.total is None else ""


def full_marks_of(old: Result, new: Result) -> Mapping[str, Decimal] | None:
    """Last year's full marks by this year's indicator, where they differ.

    Indicators are the same by their id under one framework, else by their names from the top. None
    where one year has indicators with marks that the other has not.
    """
    if old.marks_hash == new.marks_hash:
        return {}
    named = old.framework != new.framework or old.framework is None

    def marks(result: Result) -> dict[object, tuple[str, Decimal]]:
        return {
            each.path if named else each.id: (each.id, each.full)
            for each in result.scored.indicators
            if each.full is not None
        }

    before, after = marks(old), marks(new)
    if before.keys() != after.keys():
        return None
    return {id: before[key][1] for key, (id, full) in after.items() if before[key][1] != full}
