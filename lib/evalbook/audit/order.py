"""The order of scores: under one rule, a lower completion may not score higher."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count

from evalbook.audit.compare import place_of
from evalbook.audit.completion import completion, reason_of
from evalbook.audit.entry import Entry, holds, plain, remark
from evalbook.lookup import place
from evalbook.model import Case, Row, Table
from evalbook.score import rule_of

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class _Scored:
    """An indicator with the part of its target reached, at most one, and of its marks given.

    `least` and `most` allow for the rounding of the marks.
    """

    row: Row
    reached: Decimal
    rate: Decimal
    least: Decimal
    most: Decimal


def score_order(case: Case) -> Iterator[Entry]:
    """Indicators of one table that score by the same rule and direction."""
    for table in case.of_kind("indicators"):
        groups: dict[tuple[str, str], list[_Scored]] = {}
        for row in table.rows:
            found = _scored(case, table, row)
            if found is not None:
                groups.setdefault(found[0], []).append(found[1])
        for group in groups.values():
            if len(group) > 1:
                yield from _inversions(case, table, group)


def _scored(case: Case, table: Table, row: Row) -> tuple[tuple[str, str], _Scored] | None:
    full, score = row["full_marks"].value, row["score"].value
    if table.children(row) or score is None or not full:
        return None
    done = completion(case, table, row)
    if done is None or done.ratio is None:
        return None
    at = place(case, table, row, "score")
    half = Decimal(5).scaleb(-at.places - 1)
    scored = _Scored(
        row, min(done.ratio, ONE), score / full, (score - half) / full, (score + half) / full
    )
    rule = rule_of(row, case.rules)
    return (rule.id if rule else "", done.sense), scored


def _inversions(case: Case, table: Table, group: list[_Scored]) -> Iterator[Entry]:
    """Pairs in the wrong order, each indicator in one pair at most."""
    waiting: list[tuple[Decimal, int, _Scored]] = []
    number, found = count(), False
    for later in sorted(group, key=lambda each: (each.reached, each.rate)):
        if waiting and -waiting[0][0] >= later.most:
            found = True
            yield _inverted(case, table, heappop(waiting)[2], later)
        else:
            heappush(waiting, (-later.least, next(number), later))
    if not found:
        where = group[0].row.address("score")
        message = f"“{table.title}”中按同一规则评分的 {len(group)} 个指标，完成高的得分率不低。"
        yield holds("score-order", where, message, tuple(e.row.address("score") for e in group))


def _inverted(case: Case, table: Table, low: _Scored, high: _Scored) -> Entry:
    at = place(case, table, low.row, "score")
    parts = [
        f"“{each.row.name}”完成指标值的 {_percent(case, each.reached)}，"
        f"得分率 {_percent(case, each.rate)}"
        for each in (low, high)
    ]
    inputs = tuple(
        each.row.address(c) for each in (low, high) for c in ("target", "actual", "score")
    )
    start = f"{place_of(at)}{'；'.join(parts)}：完成低的得分反而高"
    if reason_of(case, high.row):
        message = f"{start}，后者已说明扣分原因。"
        return remark("score-order", "note", at.address, message, inputs, place_of(at))
    message = f"{start}，应说明理由。"
    return remark("score-order", "warning", at.address, message, inputs, place_of(at))


def _percent(case: Case, rate: Decimal) -> str:
    return f"{plain(case.rules.round_rate(rate * 100))}%"
