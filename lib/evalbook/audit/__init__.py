"""The audit 勾稽核查: whether what the document prints holds together.

It judges the document, not the department: a late payment that is reported as late is consistent.
"""

from collections.abc import Iterable, Mapping, Sequence

from evalbook.audit.answers import answers
from evalbook.audit.bases import bases
from evalbook.audit.conclusions import conclusions
from evalbook.audit.dates import dates
from evalbook.audit.deadlines import deadlines
from evalbook.audit.declared import declared
from evalbook.audit.documents import documents
from evalbook.audit.duplicates import duplicates
from evalbook.audit.entry import Audit, Entry
from evalbook.audit.evidence import evidence
from evalbook.audit.execution import low_execution
from evalbook.audit.headings import headings
from evalbook.audit.indicator_kinds import indicator_kinds
from evalbook.audit.marks import marks
from evalbook.audit.order import score_order
from evalbook.audit.ratios import ratios
from evalbook.audit.relations import relations
from evalbook.audit.repeats import repeats, unsupported
from evalbook.audit.rule_scores import rule_scores
from evalbook.audit.targets import targets
from evalbook.audit.twins import twins
from evalbook.audit.units import units
from evalbook.audit.vouchers import vouchers
from evalbook.audit.wording import wording
from evalbook.errors import Fault, InputError, nearest
from evalbook.measure import Measure
from evalbook.model import Case
from evalbook.scoring import Score

__all__ = ["Audit", "Entry", "audit", "part_of"]


def audit(
    case: Case, measures: Mapping[str, Measure], scores: Mapping[str, Score], parts: Sequence[Audit]
) -> Audit:
    """Every check of the case and those of its nested projects, which `parts` gives.

    Raises InputError when accepted.yaml names an unknown entry.
    """
    found = (
        *relations(case, measures),
        *bases(case),
        *units(case),
        *marks(case),
        *rule_scores(case, scores),
        *targets(case),
        *score_order(case),
        *evidence(case),
        *indicator_kinds(case),
        *low_execution(case, measures, scores),
        *repeats(case),
        *twins(case, measures),
        *ratios(case, measures),
        *unsupported(case, measures),
        *declared(case),
        *headings(case),
        *wording(case),
        *conclusions(case),
        *documents(case),
        *dates(case),
        *deadlines(case),
        *answers(case),
        *vouchers(case),
        *duplicates(case),
    )
    own = (
        [_absolute(case, entry) for entry in _distinct(found)] if case.prefix else _distinct(found)
    )
    entries = [*own, *(entry for part in parts for entry in part.entries)]
    return Audit(tuple(entries) if case.prefix else _accepted(case, entries))


def part_of(whole: Audit, part: Case) -> Audit:
    """The entries of a nested project, as the audit of the whole has them."""
    return Audit(tuple(e for e in whole.entries if e.where.startswith(part.prefix)))


def _absolute(case: Case, entry: Entry) -> Entry:
    """The entry with its addresses as they are called everywhere."""
    kind, _, rest = entry.id.partition(":")
    named = f"{kind}:{'='.join(case.absolute(each) for each in rest.split('='))}"
    where, inputs = case.absolute(entry.where), tuple(map(case.absolute, entry.inputs))
    if (named, where, inputs) == (entry.id, entry.where, entry.inputs):
        return entry
    return entry._replace(id=named, where=where, inputs=inputs)


def _distinct(entries: Iterable[Entry]) -> list[Entry]:
    """Each id once: a second entry of the same kind at the same place gets `~2`.

    What two checks say in the same words is said once.
    """
    entries = list(entries)
    if len({each.id for each in entries}) == len(entries):
        return entries
    seen: dict[str, int] = {}
    distinct = []
    for entry in {(each.id, each.message): each for each in entries}.values():
        seen[entry.id] = seen.get(entry.id, 0) + 1
        number = seen[entry.id]
        distinct.append(entry._replace(id=f"{entry.id}~{number}") if number > 1 else entry)
    return distinct


def _accepted(case: Case, entries: list[Entry]) -> tuple[Entry, ...]:
    """The entries, those marked that accepted.yaml of the whole or of a part names."""
    ids = dict.fromkeys(entry.id for entry in entries)
    accepted = [each.id for one in (case, *case.parts) for each in one.accepted]
    unknown = [each for each in accepted if each not in ids]
    if unknown:
        where = f"data/{case.id}/accepted.yaml"
        raise InputError(
            Fault(where, f"没有编号为“{e}”的核查结果", nearest(e, ids)) for e in unknown
        )
    return tuple(e._replace(accepted=True) if e.id in accepted else e for e in entries)
