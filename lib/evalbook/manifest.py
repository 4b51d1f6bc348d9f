"""What a report was made from, and what was made, as hashes: inputs.json and manifest.json.

Only what a run reads counts: of a notebook its cells, not the outputs stored in it. Texts are
hashed with line ends as in the repository, so that a checkout on Windows agrees.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from evalbook.errors import InputError
from evalbook.house import fonts_of, house_files
from evalbook.paths import LIBRARY, LOCK, Workbook
from evalbook.report.fonts import FOLDER as FONTS
from evalbook.report.fonts import faces
from evalbook.schema import CaseId, Hash, Model
from evalbook.yamlfile import read_yaml

EVALUATION, INPUTS, MANIFEST = "evaluation.json", "inputs.json", "manifest.json"
MOST_FILES = 5_000
TEXTS = {
    *(".yaml", ".yml", ".csv", ".txt", ".md", ".json"),
    *(".py", ".pyi", ".typed", ".html", ".css", ".js", ".typ", ".j2", ".xml", ".svg"),
}
OF_A_RUN = ("papermill", "widgets", "language_info", "evalbook")
_LEFT_BEHIND = re.compile(r"\..*|~\$.*|__pycache__|Thumbs\.db|desktop\.ini")
_FOREIGN = re.compile(r"[\\:\0]")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


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


def inputs_of(book: Workbook, case: str) -> Inputs:
    """The hashes of what a run of the case reads now; a file that is not there is left out."""
    inputs = _hashes(book.root, _read_by(book, case))
    return Inputs.model_validate({"schema": 1, "case": case, "inputs": inputs, **around(book)})


def around(book: Workbook) -> dict[str, Any]:
    """What all cases are made with, as hashes: `library`, `lock`, `fonts` of inputs.json."""
    return {
        "library": _library(),
        "lock": hash_of_input(LOCK) if LOCK.is_file() else None,
        "fonts": _hashes(FONTS, FONTS.glob("*.[ot]tf")) | _of_the_machine(book),
    }


def shared_inputs(book: Workbook) -> dict[str, str]:
    """The hashes of the files of the workbook that a run of any case reads."""
    return _hashes(book.root, _read_by_all(book))


def manifest_of(inputs: Inputs, folder: Path, options: Options) -> Manifest:
    """The inputs with the hashes of everything that stands in the folder."""
    found = inputs.model_dump(by_alias=True) | {"options": options, "outputs": outputs_of(folder)}
    return Manifest.model_validate(found)


def outputs_of(folder: Path) -> dict[str, str]:
    """The hashes of the files of a folder, without the manifest and what editors leave.

    A link is followed nowhere: it has no hash.
    """
    files = [path for path in files_in(folder) if path != folder / MANIFEST]
    return {name(folder, path): "" if path.is_symlink() else _hash_of_file(path) for path in files}


def as_text(content: Inputs) -> str:
    """inputs.json or manifest.json as written: the same content, the same bytes."""
    return json.dumps(content.model_dump(by_alias=True), ensure_ascii=False, indent=1) + "\n"


def files_in(folder: Path) -> list[Path]:
    """Every file below a folder, in the order of their names, without what editors leave."""
    found = (path for path in folder.rglob("*") if path.is_file())
    kept = (path for path in found if not is_left_behind(path.relative_to(folder)))
    return sorted(kept, key=lambda path: name(folder, path))


def name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def is_left_behind(path: Path) -> bool:
    """Whether a path, relative to its folder, is what editors and systems leave."""
    return any(_LEFT_BEHIND.fullmatch(part) for part in path.parts)


def _read_by(book: Workbook, case: str) -> Iterator[Path]:
    """The files that a run of the case reads, in no order."""
    params = _stated(book.case_file(case))
    folders = [book.data(case)]
    folders += [book.part(case, part) for part in _names(params.get("parts"))]
    yield book.case_file(case)
    yield from _read_by_all(book)
    yield from book.chapters(case).glob("*.ipynb")
    for stated in (params, *(_stated(folder / "case.yaml") for folder in folders[1:])):
        yield from map(book.framework_file, _names(stated.get("framework")))
        yield from _rule_sets(book, stated)
    for folder in folders:
        yield from files_in(folder)


def _read_by_all(book: Workbook) -> Iterator[Path]:
    """The files that a run of any case reads, in no order."""
    yield from (book.units_file, book.audit_file)
    yield from book.table_kinds.glob("*.yaml")
    yield from book.notebooks.glob("*.ipynb")
    yield from house_files(book)


def _rule_sets(book: Workbook, stated: Mapping[str, Any]) -> Iterator[Path]:
    for path in map(book.rules_file, _names(stated.get("rules"))):
        yield path
        yield from map(book.rules_file, _names(_stated(path).get("base")))


def _stated(path: Path) -> Mapping[str, Any]:
    """The keys of a YAML file; none when it is not there or at fault: loading says so."""
    try:
        content = read_yaml(path, path.name).content
    except InputError:
        return {}
    return content if isinstance(content, dict) else {}


def _names(stated: Any) -> list[str]:
    listed = stated if isinstance(stated, list) else [stated]
    return [each for each in listed if isinstance(each, str) and _NAME.fullmatch(each)]


def _library() -> str:
    """One hash over the sources and templates of the library."""
    hashes = _hashes(LIBRARY, files_in(LIBRARY))
    return _hash_of("".join(f"{digest}  {path}\n" for path, digest in hashes.items()).encode())


def _of_the_machine(book: Workbook) -> dict[str, str]:
    """With `fonts: system`, the machine's fonts that a report is set in, without their folders."""
    files = sorted({path for path, _ in faces(fonts_of(book)).files})
    named: dict[str, list[str]] = {}
    for path in map(Path, files):
        named.setdefault(f"system/{_FOREIGN.sub('_', path.name)}", []).append(_hash_of_file(path))
    return {
        name: one[0] if len(one) == 1 else _hash_of("".join(sorted(one)).encode())
        for name, one in sorted(named.items())
    }


def _hashes(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    files = {name(folder, path): path for path in paths if path.is_file()}
    return {each: hash_of_input(files[each]) for each in sorted(files)}


def hash_of_input(path: Path) -> str:
    """The hash of an input: what a run takes from it, the same on every system."""
    if path.suffix == ".ipynb":
        return _hash_of(_cells(path.read_bytes()))
    if path.suffix.lower() in TEXTS:
        return _hash_of(path.read_bytes().replace(b"\r\n", b"\n"))
    return _hash_of_file(path)


def _hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _hash_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _cells(data: bytes) -> bytes:
    """Of a notebook what a run takes from it; a file that is no notebook stays as it is."""
    try:
        notebook = json.loads(data)
        cells = [_cell(cell) for cell in notebook["cells"]]
        metadata = {k: v for k, v in notebook["metadata"].items() if k not in OF_A_RUN}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return data
    return json.dumps([cells, metadata], ensure_ascii=False, sort_keys=True).encode(
        "utf-8", "surrogatepass"
    )


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: cell.get(key) for key in ("id", "cell_type", "attachments")}
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    return kept | {"source": text, "tags": cell["metadata"].get("tags", [])}
