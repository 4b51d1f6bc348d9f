"""The evaluation: a case with everything that follows from it, and its JSON."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from evalbook.audit import Audit, audit, part_of
from evalbook.audit.entry import plain
from evalbook.figures import half_up, unit_of
from evalbook.harmless import escaped
from evalbook.lookup import find, place
from evalbook.measure import Measure, measure
from evalbook.model import Case, Row, Table
from evalbook.operands import ratio_of
from evalbook.score import full_marks, score, total
from evalbook.scoring import Score

SCHEMA = 1


@dataclass(frozen=True)
class Evaluation:
    """A case, its measures, its scores, its audit, and the same of its nested projects.

    The audit of a whole holds the entries of its parts too.
    """

    case: Case
    measures: Mapping[str, Measure]
    scores: Mapping[str, Score]
    audit: Audit
    parts: tuple["Evaluation", ...] = ()

    @cached_property
    def total(self) -> Decimal | None:
        """The total that the rows and the rule set give."""
        return total(self.case, self.scores)

    @property
    def grade(self) -> str | None:
        """The grade of that total under the rule set."""
        return None if self.total is None else self.case.rules.grade(self.total, self.full)

    @cached_property
    def full(self) -> Decimal:
        """The marks that the total is measured against."""
        return full_marks(self.case)

    def computed(self, address: str) -> Decimal | None:
        """A rate or ratio (in percent), a share or a number of months, recomputed, rounded once.

        None when an input is not printed.
        """
        measured = self.measures.get(address)
        at = find(self.case, address)
        if measured is None or measured.figure is None or at is None:
            return None
        if at.column.type in {"rate", "target"}:
            return self.case.rules.round_rate(measured.figure.value * 100)
        if at.column.type == "months":
            return half_up(measured.figure.value, self.case.rules.months_places)
        return measured.figure.value / unit_of(at.unit, self.case.units)[1]

    @cached_property
    def data(self) -> dict[str, Any]:
        """evaluation.json as data."""
        return to_json(self)

    @cached_property
    def fingerprint(self) -> str:
        """The hash of evaluation.json, by which a notebook says what it saw."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def text(self) -> str:
        """evaluation.json as text: keys in their declared order, one line a value."""
        return escaped(json.dumps(self.data, ensure_ascii=False, indent=1)) + "\n"


def evaluate(case: Case) -> Evaluation:
    """Measure, score and audit a case: pure, exact, the same for every caller."""
    parts = [evaluate(part) for part in case.parts]
    measures = measure(case)
    scores = score(case)
    found = audit(case, measures, scores, [part.audit for part in parts])
    within = tuple(replace(part, audit=part_of(found, part.case)) for part in parts)
    return Evaluation(case, measures, scores, found, within)


def to_json(ev: Evaluation) -> dict[str, Any]:
    """evaluation.json: figures as strings of decimals, absent as null, keys always there."""
    case, params = ev.case, ev.case.params
    return {
        "schema": SCHEMA,
        "case": case.id,
        "title": params.title,
        "period": params.period,
        "kind": params.kind,
        "stance": params.stance,
        "rules": params.rules,
        "framework": params.framework,
        "money_unit": params.money_unit,
        "score": _score(ev),
        "sections": [_section(ev, t, r) for t in case.of_kind("indicators") for r in t.roots()],
        "indicators": [_indicator(ev, table, row) for table, row in case.rows("indicators")],
        "budget": [_budget(ev, table, row) for table, row in case.rows("budget")],
        "funds": [_fund(ev, table, row) for table, row in case.rows("funds")],
        **{
            file: [_record(ev, table, row) for table, row in case.rows(file)]
            for file in ("payments", "facts", "samples", "surveys", "incidents", "documents")
        },
        "audit": _audit(ev.audit),
        "findings": [_finding(ev, finding.id) for finding in case.findings.findings],
        "recommendations": [
            {
                "id": each.id,
                "parent": each.parent,
                "number": each.number,
                "title": each.title,
                "answers": list(each.answers),
            }
            for each in case.findings.recommendations
        ],
        "parts": [_part(part) for part in ev.parts],
    }


def _part(ev: Evaluation) -> dict[str, Any]:
    """A nested project: the same keys, without parts of its own."""
    data = to_json(ev)
    del data["parts"]
    return data


def _score(ev: Evaluation) -> dict[str, Any]:
    published = ev.case.params.published
    bases = {row["score_basis"].text for _, row in ev.case.rows("indicators") if row["score"].text}
    stated = sorted(bases - {""})
    basis = "published" if published.score is not None else (";".join(stated) or None)
    rate = None
    if published.score is not None and published.full:
        rate = plain(ev.case.rules.round_rate(published.score / published.full * 100))
    return {
        "total": _decimal(published.score),
        "full": _decimal(published.full),
        "rate": rate,
        "grade": published.grade,
        "basis": basis,
        "computed": {"total": _decimal(ev.total), "grade": ev.grade},
    }


def _section(ev: Evaluation, table: Table, row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "section": row["section"].text or None,
        "full": _value(row, "full_marks"),
        "score": _value(row, "score"),
        "rate": _decimal(ev.computed(row.address("rate"))),
    }


def _indicator(ev: Evaluation, table: Table, row: Row) -> dict[str, Any]:
    scored = ev.scores[row.address("score")]
    ratio = ratio_of(ev.case, row)
    path = [*reversed(table.above(row)), row]
    section = next((each["section"].text for each in reversed(path) if each["section"].text), None)
    return {
        "id": row.id,
        "parent": row.parent or None,
        "path": [each.name for each in path],
        "section": section,
        "full": _value(row, "full_marks"),
        "direction": row["direction"].text or None,
        "target": row["target"].text or None,
        "actual": row["actual"].text or None,
        "formula": ratio.name if ratio else None,
        "measured": _decimal(ev.computed(row.address("actual"))),
        "unit": row["unit"].text or row["target"].unit or row["actual"].unit or None,
        "score": _value(row, "score"),
        "computed": _decimal(scored.marks),
        "basis": row["score_basis"].text or None,
        "rule": scored.rule or row["rule"].text or None,
        "explanation": scored.explanation or None,
        "reason": row["reason"].text or None,
        "evidence": list(row["evidence"].items),
    }


_AMOUNTS = (
    "applied", "planned", "budget", "adjustment", "adjusted", "due", "in_place", "executed",
    "balance",
)  # fmt: skip


def _budget(ev: Evaluation, table: Table, row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "table": table.id,
        "parent": row.parent or None,
        "name": row.name,
        "level": len(table.above(row)) + 1,
        "unit": _unit(ev, table, row, "executed"),
        **{column: _amount(ev, table, row, column, "executed") for column in _AMOUNTS},
        "basis": row["basis"].text or None,
        "rate": _decimal(ev.computed(row.address("rate"))),
        "share": _decimal(ev.computed(row.address("share"))),
        "printed": {"rate": _value(row, "rate"), "share": _value(row, "share")},
    }


def _fund(ev: Evaluation, table: Table, row: Row) -> dict[str, Any]:
    columns = ("opening", "income", "expenditure", "surplus", "closing")
    return {
        "id": row.id,
        "parent": row.parent or None,
        "fund": row["fund"].text or None,
        "name": row.name,
        "period": row["period"].text or None,
        "unit": _unit(ev, table, row, "income"),
        **{column: _amount(ev, table, row, column, "income") for column in columns},
        "monthly": _amount(ev, table, row, "monthly", "income"),
        "rate": _decimal(ev.computed(row.address("rate"))),
        "months": _decimal(ev.computed(row.address("months"))),
        "printed": {"rate": _value(row, "rate"), "months": _value(row, "months")},
    }


def _record(ev: Evaluation, table: Table, row: Row) -> dict[str, Any]:
    """A row with the columns of its kind: numbers as decimals, all else as printed.

    Its amounts are all in the unit of the last one, whatever unit their cells are printed in.
    """
    record: dict[str, Any] = {"id": row.id}
    for name, column in table.columns.items():
        if name == "id":
            continue
        numeric = row[name].value is not None and column.type != "target"
        record[name] = _value(row, name) if numeric else row[name].text or None
    units = [row[c].unit for c in table.columns if row[c].unit and row[c].unit != "%"]
    record["unit"] = row["unit"].text or (units[0] if units else None)
    kinds = table.columns
    amounts = [c for c in kinds if kinds[c].type == "amount" and row[c].value is not None]
    for name in amounts:
        record["unit"] = _unit(ev, table, row, amounts[-1])
        record[name] = _amount(ev, table, row, name, amounts[-1])
    return record


def _audit(found: Audit) -> dict[str, Any]:
    return {
        "checked": len(found.entries),
        "consistent": found.count("consistent"),
        "rounding": found.count("rounding"),
        "unverifiable": found.count("unverifiable"),
        "inconsistent": found.count("inconsistent"),
        "entries": [asdict(entry) | {"inputs": list(entry.inputs)} for entry in found.entries],
    }


def _finding(ev: Evaluation, finding: str) -> dict[str, Any]:
    each = next(f for f in ev.case.findings.findings if f.id == finding)
    answered = [r.id for r in ev.case.findings.recommendations if finding in r.answers]
    return {
        "id": each.id,
        "parent": each.parent,
        "number": each.number,
        "title": each.title,
        "evidence": list(each.evidence),
        "recommendations": answered,
    }


def _unit(ev: Evaluation, table: Table, row: Row, column: str) -> str:
    return place(ev.case, table, row, column).unit


def _amount(ev: Evaluation, table: Table, row: Row, column: str, unit_from: str) -> str | None:
    """An amount in the unit of its row, exactly, whatever unit its own cell is printed in."""
    value = row[column].value
    units = [place(ev.case, table, row, name).unit for name in (column, unit_from)]
    if value is None or units[0] == units[1]:
        return _decimal(value)
    (_, factor), (_, size) = (unit_of(unit, ev.case.units) for unit in units)
    return _decimal((value * factor / size).normalize())


def _value(row: Row, column: str) -> str | None:
    """A printed number; a rate in percent, also when it is printed in ‰."""
    value = row[column].value
    return _decimal(value / 10 if value is not None and row[column].unit == "‰" else value)


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
