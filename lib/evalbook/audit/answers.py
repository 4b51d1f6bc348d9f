"""Findings 问题 and recommendations 建议: each has its answer, by id, whatever their titles."""

from collections.abc import Iterator, Mapping, Sequence

from evalbook.audit.entry import Entry, holds, remark
from evalbook.model import Case
from evalbook.schema import Finding, Recommendation

Nested = Mapping[str, Finding] | Mapping[str, Recommendation]


def answers(case: Case) -> Iterator[Entry]:
    """Findings that nobody answers, recommendations for nothing."""
    yield from _findings(case)
    yield from _recommendations(case)


def _findings(case: Case) -> Iterator[Entry]:
    """A finding is answered by a recommendation for it, for one above or for one below it."""
    findings = {finding.id: finding for finding in case.findings.findings}
    answered: dict[str, list[str]] = {}
    for each in case.findings.recommendations:
        for answer in each.answers:
            answered.setdefault(answer, []).append(each.id)
    for finding in case.findings.findings:
        where = f"findings.{finding.id}"
        family = [finding.id, *_above(finding.id, findings), *_below(finding.id, findings)]
        answers = [advice for each in family for advice in answered.get(each, ())]
        number = f"{finding.number}" if finding.number else ""
        if answers:
            message = f"问题{number}“{finding.title}”有对应的建议。"
            inputs = tuple(f"recommendations.{each}" for each in dict.fromkeys(answers))
            yield holds("orphan-finding", where, message, inputs)
        else:
            message = f"问题{number}“{finding.title}”没有对应的建议。"
            yield remark("orphan-finding", "warning", where, message)


def _recommendations(case: Case) -> Iterator[Entry]:
    advice = {each.id: each for each in case.findings.recommendations}
    for each in case.findings.recommendations:
        where = f"recommendations.{each.id}"
        family = [each.id, *_above(each.id, advice), *_below(each.id, advice)]
        answers = [answer for one in family for answer in advice[one].answers]
        if answers:
            inputs = tuple(f"findings.{answer}" for answer in dict.fromkeys(answers))
            yield holds(
                "orphan-recommendation", where, f"建议“{each.title}”针对已列的问题。", inputs
            )
        else:
            message = f"建议“{each.title}”没有针对任何已列的问题。"
            yield remark("orphan-recommendation", "warning", where, message)


def _above(own: str, nested: Nested) -> list[str]:
    found: list[str] = []
    above = nested[own].parent
    while above:
        found.append(above)
        above = nested[above].parent
    return found


def _below(own: str, nested: Nested) -> Sequence[str]:
    children = [each for each in nested if nested[each].parent == own]
    return [each for child in children for each in (child, *_below(child, nested))]
