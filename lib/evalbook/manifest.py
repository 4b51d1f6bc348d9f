"""What a report was made from, and what was made: inputs.json and manifest.json, checked."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from evalbook import hashes
from evalbook.hashes import EVALUATION, INPUTS, MANIFEST, Shared, outputs_of
from evalbook.paths import Workbook
from evalbook.schema import CaseId, Hash, Model

__all__ = [
    "EVALUATION",
    "INPUTS",
    "MANIFEST",
    "Inputs",
    "Manifest",
    "Options",
    "as_text",
    "inputs_of",
    "manifest_of",
    "outputs_of",
]
MOST_FILES = 5_000


def _relative(name: str) -> str:
    """A path that stays within its folder on every system."""
    parts = name.split("/")
    if any(part in {"", ".", ".."} for part in parts) or re.search(r"[\\:\0]", name):
        raise ValueError
    return name


FileName = Annotated[str, Field(max_length=400), AfterValidator(_relative)]
Hashes = Annotated[dict[FileName, Hash], Field(max_length=MOST_FILES)]


class Inputs(Model):
    """inputs.json: hashes by path of what a run reads; `lock` null: installed without one."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    case: Annotated[CaseId, Field(max_length=61)]
    inputs: Hashes
    library: Hash
    lock: Hash | None
    fonts: Hashes


class Options(Model):
    """What shaped the outputs, and no file says it; null where the renderer has no such choice."""

    formats: Annotated[tuple[str, ...], Field(max_length=9)]
    renderer: Annotated[str, Field(max_length=60)]
    profile: Annotated[str, Field(max_length=60)] | None
    fonts: Annotated[str, Field(max_length=60)] | None


class Manifest(Inputs):
    """manifest.json: inputs.json, and the options and outputs of the run."""

    options: Options
    outputs: Hashes


def inputs_of(book: Workbook, case: str, taken: Shared | None = None) -> Inputs:
    """The hashes of what a run of the case reads now; a file that is not there is left out."""
    return Inputs.model_validate(hashes.inputs(book, case, taken))


def manifest_of(inputs: Inputs, folder: Path, options: Options) -> Manifest:
    """The inputs with the hashes of everything that stands in the folder."""
    found = inputs.model_dump(by_alias=True) | {"options": options, "outputs": outputs_of(folder)}
    return Manifest.model_validate(found)


def as_text(content: Inputs) -> str:
    """inputs.json or manifest.json as written: the same content, the same bytes."""
    return hashes.as_text(content.model_dump(by_alias=True))
