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
from evalbook.model import Case, Table
from evalbook.paths import Workbook
from evalbook.reader import Reader
from evalbook.schema import CaseParams, Findings, Source
from evalbook.tables import read_tables
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
    tables = tuple(read_tables(reader, source, standards.kinds)) if source else ()
    if source is None or reader.faults:
        raise InputError(reader.faults)
    case = _case(source, tables, standards)
    if faults := validate(case, NAME):
        raise InputError(faults)
    return _without_what_asks_the_text(evaluate(case).audit, drafts, standards)


def _case(source: Source, tables: tuple[Table, ...], standards: Standards) -> Case:
    """A case of tables alone: nothing is known of the department, no framework, no result."""
    year = re.search(r"(19|20)\d\d", source.document)
    params = CaseParams(
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
    return Case(
        id=NAME,
        params=params,
        source=source,
        framework=None,
        rules=standards.rules,
        units=standards.units,
        approximate=standards.approximate,
        tables=tables,
        texts=(),
        findings=Findings(),
        checks=(),
        accepted=(),
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
