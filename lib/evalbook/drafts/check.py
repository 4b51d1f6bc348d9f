"""Drafts through the same door and the same audit as any case."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evalbook.audit import Audit
from evalbook.drafts.draft import Draft
from evalbook.drafts.settings import Standards
from evalbook.errors import InputError
from evalbook.evaluation import evaluate
from evalbook.loading import read_case
from evalbook.paths import Workbook
from evalbook.reader import Reader
from evalbook.schema import CaseParams, Source
from evalbook.validate import validate

NAME, UNPUBLISHED, NO_PERIOD = "draft", "未公布", "0000"


@dataclass(frozen=True)
class DraftFolder(Workbook):
    """A workbook that calls the files of a folder of drafts by their names."""

    def name(self, path: Path) -> str:
        return path.name


@dataclass(frozen=True, slots=True)
class Checked:
    """The audit of drafts, and how many checks were left out because they ask the text."""

    audit: Audit
    left_out: int


def check(book: Workbook, folder: Path, drafts: Sequence[Draft], standards: Standards) -> Checked:
    """Audit the drafts in a folder as they were written; raises InputError if they do not load."""
    reader = Reader(DraftFolder(book.root), NAME, folder)
    source = reader.model(Source, folder / "source.yaml")
    params = _params(source, standards) if source else None
    case = read_case(reader, NAME, params, source, standards.shared)
    if case is None or reader.faults:
        raise InputError(reader.faults)
    if faults := validate(case, NAME):
        raise InputError(faults)
    return _without_what_asks_the_text(evaluate(case).audit, drafts, standards)


def _params(source: Source, standards: Standards) -> CaseParams:
    """A case of tables alone: nothing is known of the department, no framework, no result."""
    year = re.search(r"(19|20)\d\d", source.document)
    return CaseParams(
        schema="1",
        title=source.document,
        department=UNPUBLISHED,
        period=year[0] if year else NO_PERIOD,
        kind="department",
        stance="third-party",
        framework=None,
        rules=standards.words.rules,
        money_unit="元",
    )


def _without_what_asks_the_text(
    audit: Audit, drafts: Sequence[Draft], standards: Standards
) -> Checked:
    """Reasons and evidence may stand in the text: asked only of tables with a column for them."""
    reasoned = {each.table.file for each in drafts if each.reasons}
    kept = tuple(
        entry
        for entry in audit.entries
        if entry.kind not in standards.words.needs_text or entry.where.split(".")[0] in reasoned
    )
    return Checked(Audit(kept), len(audit.entries) - len(kept))
