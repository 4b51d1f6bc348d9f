"""params/compare.yaml as a frozen object: what is an outlier, what is alike."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from evalbook.audit_settings import Count, Setting, Words
from evalbook.errors import Fault, InputError
from evalbook.paths import Workbook
from evalbook.rulesets import Positive, Share
from evalbook.schema import Model, Text
from evalbook.strict import read_model


class CompareSettings(Model):
    """params/compare.yaml."""

    schema_: Annotated[str, Field(alias="schema", pattern="^1$")]
    reference: Text
    fence: Setting[Positive]
    outlier_count: Setting[Count]
    similarity: Setting[Share]
    common_count: Setting[Count]
    satisfaction_names: Setting[Words]
    direct_count: Setting[Count]

    @property
    def alike(self) -> Decimal:
        """The least similarity of two titles of one kind, as a fraction."""
        return Decimal(self.similarity.value.removesuffix("%")) / 100


def load_settings(book: Workbook) -> CompareSettings:
    """The settings of a workbook; raises InputError with every fault."""
    faults: list[Fault] = []
    path = book.compare_file
    found = read_model(CompareSettings, path, book.name(path), faults)
    if found is None or faults:
        raise InputError(faults)
    return found
