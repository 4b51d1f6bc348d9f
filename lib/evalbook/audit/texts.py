"""The words of a document, wherever they live in a case."""

from collections.abc import Iterator
from typing import NamedTuple

from evalbook.model import Case, Table

OURS = {"place", "source"}


class Passage(NamedTuple):
    """A text and where it stands; `place` is where the source prints it."""

    where: str
    text: str
    place: str = ""


def with_parts(case: Case) -> tuple[Case, ...]:
    """A whole with its nested projects; of a nested project nothing, so that each is asked once."""
    return () if case.prefix else (case, *case.parts)


def passages(case: Case) -> list[Passage]:
    """Every text of the case itself: parameters, source, tables, headings, findings."""
    if not case.passages:
        case.passages.extend(_passages(case))
    return case.passages


def _passages(case: Case) -> Iterator[Passage]:
    yield from _parameters(case)
    for table in case.tables:
        yield from _cells(table)
    for entry in case.texts:
        yield Passage(f"text.{entry.id}.title", entry.title or "", entry.place or "")
    yield from prose(case)


def prose(case: Case) -> Iterator[Passage]:
    """What is written in sentences: under headings, as findings and causes, as recommendations."""
    for entry in case.texts:
        yield Passage(f"text.{entry.id}.text", entry.text or "", entry.place or "")
    for finding in case.findings.findings:
        yield Passage(f"findings.{finding.id}.title", finding.title)
        for cause in finding.causes:
            yield Passage(f"findings.{finding.id}.causes", cause)
    for advice in case.findings.recommendations:
        yield Passage(f"recommendations.{advice.id}.title", advice.title)
        yield Passage(f"recommendations.{advice.id}.text", advice.text or "")


def _parameters(case: Case) -> Iterator[Passage]:
    params, source = case.params, case.source
    for key in ("title", "department", "unit", "commissioned_by", "evaluator"):
        yield Passage(f"case.{key}", getattr(params, key) or "")
    yield Passage("source.document", source.document)
    yield Passage("source.publisher", source.publisher or "")
    for attachment in source.attachments:
        yield Passage(f"source.{attachment.id}", attachment.title)


def _cells(table: Table) -> Iterator[Passage]:
    """Cells of words: of text columns, and targets and actual values that are no number."""
    worded = [
        name
        for name in table.filled
        if table.columns[name].type in {"text", "target"} and name not in OURS
    ]
    for row in table.rows if worded else ():
        place = row["place"].text
        for column in worded:
            cell = row[column]
            if cell.value is None and cell.state == "value":
                yield Passage(row.address(column), cell.text, place)
