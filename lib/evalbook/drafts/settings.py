"""params/drafts.yaml, and the other standards that drafts need, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from evalbook.errors import InputError
from evalbook.figures import UnitTable
from evalbook.reader import Reader
from evalbook.schema import CaseId, Model, Text
from evalbook.shared import Shared, shared_of
from evalbook.standards import TableKind

Words = tuple[Text, ...]


class DraftWords(Model):
    """params/drafts.yaml: the words by which a stranger's table is understood."""

    schema_: Literal["1"] = Field(alias="schema")
    reference: Text
    rules: CaseId
    absent: Words
    totals: Words
    grand: Words
    subtotals: Words
    parts: Words
    numbering: Words
    notes: Words
    apart: Words
    counts: Words
    measures: Words
    levels: Words
    incomes: Words
    spendings: Words
    needs_text: Words


@dataclass(frozen=True)
class Standards:
    """What drafts are made and checked by."""

    words: DraftWords
    kinds: Mapping[str, TableKind]
    units: UnitTable
    shared: Shared


def standards(reader: Reader) -> Standards:
    """The standards of a workbook; raises InputError with every fault in them."""
    words = reader.model(DraftWords, reader.book.draft_words_file)
    shared = shared_of(reader)
    if reader.faults or not (words and shared.units):
        raise InputError(reader.faults)
    return Standards(words, shared.kinds, shared.units.table, shared)
