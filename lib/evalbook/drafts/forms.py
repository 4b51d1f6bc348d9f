"""A self-evaluation form in a document: its block of funds scores the execution of the budget.

财预〔2020〕10号 附件1 prints full marks and score of the execution rate beside the funds, and the
total at the end of the indicators counts them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from evalbook.drafts.draft import Draft
from evalbook.drafts.found import narrow
from evalbook.drafts.settings import Standards
from evalbook.drafts.shape import is_number

EXECUTION = "预算执行率"


def with_execution(drafts: Sequence[Draft], standards: Standards) -> list[Draft]:
    """The drafts, the execution of the budget among the indicators of the same form."""
    scored = {
        each.shaped.found.number: row
        for each in drafts
        if each.plan.kind == "budget" and each.shaped.found.part
        for row in [_scored(each, standards)]
        if row
    }
    return [
        _with_row(each, scored[each.shaped.found.number], standards)
        if each.plan.kind == "indicators" and each.shaped.found.number in scored
        else each
        for each in drafts
    ]


def _scored(each: Draft, standards: Standards) -> dict[str, str]:
    """The row of funds that prints marks, as an indicator; empty when none does."""
    kind = standards.kinds["indicators"].columns
    codes = {
        wanted: planned.code
        for wanted in ("full_marks", "score")
        for planned in each.plan.columns
        if narrow(planned.heading.text)
        in {narrow(w) for w in (kind[wanted].name, *kind[wanted].synonyms)}
    }
    for row in each.rows:
        marks = {wanted: row.get(code, "") for wanted, code in codes.items()}
        if len(marks) == 2 and all(map(is_number, marks.values())):
            return {"place": row["place"], "actual": row.get("rate", ""), **marks}
    return {}


def _with_row(each: Draft, scored: Mapping[str, str], standards: Standards) -> Draft:
    if any(narrow(row["name"]).endswith(EXECUTION) for row in each.rows):
        return each
    totals = [
        row["id"]
        for row in each.rows
        if not row["parent"] and narrow(row["name"]).endswith(standards.words.totals)
    ]
    own = {"id": "execution", "parent": (totals or [""])[-1], "name": EXECUTION, **scored}
    own |= {"rule": "execution", "score_basis": "published"}
    headings = tuple(dict.fromkeys((*each.headings, *own)))
    return replace(each, headings=headings, rows=(*each.rows, own))
