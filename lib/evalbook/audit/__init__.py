"""The audit 勾稽核查: whether what the document prints holds together.

It judges the document, not the department: a late payment that is reported as late is consistent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from evalbook.audit.declared import declared
from evalbook.audit.entry import Audit, Entry
from evalbook.audit.execution import low_execution
from evalbook.audit.headings import headings
from evalbook.audit.marks import marks
from evalbook.audit.relations import relations
from evalbook.audit.repeats import repeats, unsupported
from evalbook.audit.wording import wording
from evalbook.errors import Fault, InputError, nearest
from evalbook.measure import Measure
from evalbook.model import Case
from evalbook.scoring import Score

__all__ = ["Audit", "Entry", "audit"]


def audit(case: Case, measures: Mapping[str, Measure], scores: Mapping[str, Score]) -> Audit:
    """Every check of the case; raises InputError when accepted.yaml names an unknown entry."""
    found = (
        *relations(case, measures),
        *marks(case, scores),
        *low_execution(case, measures),
        *repeats(case),
        *unsupported(case),
        *declared(case),
        *headings(case),
        *wording(case),
    )
    return Audit(_accepted(case, _distinct(found)))


def _distinct(entries: Iterable[Entry]) -> list[Entry]:
    """Each id once: a second entry of the same kind at the same place gets `~2`."""
    seen: dict[str, int] = {}
    distinct = []
    for entry in entries:
        seen[entry.id] = seen.get(entry.id, 0) + 1
        number = seen[entry.id]
        distinct.append(replace(entry, id=f"{entry.id}~{number}") if number > 1 else entry)
    return distinct


def _accepted(case: Case, entries: list[Entry]) -> tuple[Entry, ...]:
    ids = [entry.id for entry in entries]
    unknown = [each.id for each in case.accepted if each.id not in ids]
    if unknown:
        where = f"data/{case.id}/accepted.yaml"
        raise InputError(
            Fault(where, f"没有编号为“{e}”的核查结果", nearest(e, ids)) for e in unknown
        )
    taken = {each.id for each in case.accepted}
    return tuple(replace(entry, accepted=entry.id in taken) for entry in entries)
