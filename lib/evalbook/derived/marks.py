"""Marks lost 失分, sums of rows below, bands left to judgement."""

import itertools
from decimal import Decimal
from typing import TYPE_CHECKING

from evalbook.audit.entry import plain
from evalbook.audit.sums import nearest
from evalbook.derived.figure import Derived, Found
from evalbook.model import Case, Row

if TYPE_CHECKING:
    from evalbook.evaluation import Evaluation


def lost(ev: "Evaluation") -> Found:
    for table, row in ev.case.rows("indicators"):
        full, score = row["full_marks"], row["score"]
        top = not table.above(row) or row["section"].text
        if top and full.value is not None and score.value is not None:
            inputs = (row.address("full_marks"), row.address("score"))
            said = f"{full.text} − {score.text}"
            yield f"{inputs[1]}.lost", Derived(plain(full.value - score.value), "分", said, inputs)


def below(ev: "Evaluation") -> Found:
    for table in ev.case.of_kind("indicators"):
        for row, column in itertools.product(table.roots(), ("full_marks", "score")):
            below, blank = nearest(table, row, column)
            if row[column].state == "blank" and below and not blank:
                total = sum((each[column].value or Decimal(0) for each in below), Decimal(0))
                said = " + ".join(each[column].text for each in below)
                inputs = tuple(each.address(column) for each in below)
                yield f"{row.address(column)}.below", Derived(plain(total), "分", said, inputs)


def scored_roots(case: Case) -> list[Row]:
    """The highest indicators, when each of them has marks and a score; else none."""
    roots = [row for table in case.of_kind("indicators") for row in table.roots()]
    known = [r for r in roots if r["full_marks"].value is not None and r["score"].value is not None]
    return known if len(known) == len(roots) else []


def sums(ev: "Evaluation") -> Found:
    rows = scored_roots(ev.case)
    if any(row["full_marks"].value is not None for _, row in ev.case.rows("indicators")):
        inputs, said = _full(ev)
        yield ev.case.absolute("sum.full"), Derived(plain(ev.full), "分", said, inputs)
    if rows:
        total = sum((row["score"].value or Decimal(0) for row in rows), Decimal(0))
        inputs = tuple(row.address("score") for row in rows)
        said = " + ".join(row["score"].text for row in rows)
        yield ev.case.absolute("sum.score"), Derived(plain(total), "分", said, inputs)
        lost = f"{plain(ev.full)} − {plain(total)}"
        yield ev.case.absolute("sum.lost"), Derived(plain(ev.full - total), "分", lost, inputs)


def _full(ev: "Evaluation") -> tuple[tuple[str, ...], str]:
    """What the full marks of a case are taken from, and how."""
    if ev.case.params.published.full is not None:
        return (ev.case.absolute("case.published.full"),), plain(ev.full)
    roots = [row for table in ev.case.of_kind("indicators") for row in table.roots()]
    marked = [row for row in roots if row["full_marks"].value is not None]
    if not marked:
        return (ev.case.absolute("settings.total_marks"),), plain(ev.full)
    said = " + ".join(row["full_marks"].text for row in marked)
    return tuple(row.address("full_marks") for row in marked), said


def bands(ev: "Evaluation") -> Found:
    for address, score in ev.scores.items():
        if score.least is not None and score.marks is not None:
            value = f"{plain(score.least)}–{plain(score.marks)}"
            yield f"{address}.band", Derived(value, "分", score.explanation, (address,))
