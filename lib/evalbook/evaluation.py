"""The evaluation: a case with everything that follows from it, and its JSON."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import msgspec

from evalbook import records
from evalbook.audit import Audit, Entry, audit, part_of
from evalbook.audit.entry import plain
from evalbook.derived import Derived, derived
from evalbook.figures import half_up, unit_of
from evalbook.harmless import escaped
from evalbook.lookup import find
from evalbook.measure import Measure, measure
from evalbook.model import Case
from evalbook.records import decimal_text
from evalbook.rules import Rule
from evalbook.schema import Published
from evalbook.score import full_marks, rule_of, score, total
from evalbook.scoring import Score
from evalbook.settings import settings

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
        if measured is None or measured.figure is None:
            return None
        at = find(self.case, address)
        if at is None:
            return None
        if at.column.type in {"rate", "target"}:
            return self.case.rules.round_rate(measured.figure.value * 100)
        if at.column.type == "months":
            return half_up(measured.figure.value, self.case.rules.months_places)
        return measured.figure.value / unit_of(at.unit, self.case.units)[1]

    @cached_property
    def derived(self) -> Mapping[str, Derived]:
        """What is derived beyond the relations and rules, by address."""
        return derived(self)

    @cached_property
    def settings(self) -> Mapping[str, str]:
        """The settings of the rule set that are figures, by name."""
        return settings(self.case)

    @cached_property
    def rules_used(self) -> Mapping[str, Rule]:
        """The rules that an indicator of the case is scored by, in the order of their use."""
        rows = [row for _, row in self.case.rows("indicators")]
        used = (
            rule
            for row in rows
            if self.scores[row.address("score")].explanation
            and (rule := rule_of(row, self.case.rules)) is not None
        )
        return {rule.id: rule for rule in used}

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
        line = escaped(msgspec.json.encode(self.data).decode())
        return msgspec.json.format(line, indent=1) + "\n"


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
        "department": params.department,
        "unit": params.unit,
        "region": params.region,
        "period": params.period,
        "date": params.date,
        "kind": params.kind,
        "stance": params.stance,
        "rules": params.rules,
        "rules_hash": case.rules.fingerprint,
        "own_settings": [each.model_dump() for each in params.settings],
        "framework": params.framework,
        "money_unit": params.money_unit,
        "settings": dict(ev.settings),
        "rules_used": {
            name: {"name": rule.name, "description": rule.description, "reference": rule.reference}
            for name, rule in ev.rules_used.items()
        },
        "full_marks": decimal_text(ev.full),
        "score": _score(ev),
        "published": _published(params.published),
        "sections": [
            records.section(ev, t, r) for t in case.of_kind("indicators") for r in t.roots()
        ],
        "indicators": [records.indicator(ev, table, row) for table, row in case.rows("indicators")],
        "budget": [records.budget(ev, table, row) for table, row in case.rows("budget")],
        "funds": [records.fund(ev, table, row) for table, row in case.rows("funds")],
        **{
            file: [records.record(ev, table, row) for table, row in case.rows(file)]
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
        "derived": {
            address: asdict(found) | {"inputs": list(found.inputs)}
            for address, found in ev.derived.items()
        },
        "parts": [_part(part) for part in ev.parts],
    }


def _published(stated: Published) -> dict[str, Any]:
    return {
        "score": decimal_text(stated.score),
        "full": decimal_text(stated.full),
        "rate": (stated.rate or "").removesuffix("%") or None,
        "grade": stated.grade,
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
        "total": decimal_text(published.score),
        "full": decimal_text(published.full),
        "rate": rate,
        "grade": published.grade,
        "basis": basis,
        "computed": {"total": decimal_text(ev.total), "grade": ev.grade},
    }


def _audit(found: Audit) -> dict[str, Any]:
    return {
        **found.counts,
        "by_kind": found.by_kind,
        "entries": [_entry(entry) for entry in found.entries],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    said = entry._asdict()
    said["inputs"] = list(entry.inputs)
    return said


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
