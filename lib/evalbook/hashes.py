"""Hashes of what a run reads, by path: plain data, made without what is heavy to import.

Only what a run reads counts: of a notebook its cells, not the outputs stored in it. Texts are
hashed with line ends as in the repository, so that a checkout on Windows agrees.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn

from evalbook.errors import InputError
from evalbook.paths import LIBRARY, LOCK, Workbook
from evalbook.yamlfile import read_yaml

EVALUATION, INPUTS, MANIFEST = "evaluation.json", "inputs.json", "manifest.json"
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
TEXTS = {
    *(".yaml", ".yml", ".csv", ".txt", ".md", ".json"),
    *(".py", ".pyi", ".typed", ".html", ".css", ".js", ".typ", ".j2", ".xml", ".svg"),
}
OF_A_RUN = ("papermill", "widgets", "language_info", "evalbook")
OF_THE_HOUSE = ("logo", "typst_template", "reference_docx")
"""The settings of params/house.yaml that name a file."""
_LEFT_BEHIND = re.compile(r"\..*|~\$.*|__pycache__|Thumbs\.db|desktop\.ini")
_DROPPED = re.compile(
    r"\.~lock\..*|~\$.*|\._.*|\..*\.sw[a-z]|\.ipynb_checkpoints|__pycache__|\.DS_Store|Thumbs\.db"
    r"|desktop\.ini"
)
"""Of hidden files those that no chapter can mean to read."""
_INSTALLED = (".dist-info", ".egg-info")
_FOREIGN = re.compile(r"[\\:\0]")
_IN_QUOTES = re.compile(r"""(["'])([^"'\n\\]{1,200})\1""")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(slots=True)
class Shared:
    """What all cases of a workbook share, hashed once; `known` grows with each case asked for.

    `environment` stands for the Python and the packages that are installed. For one moment only:
    whoever seals a report takes the hashes anew.
    """

    library: str
    lock: str | None
    fonts: Mapping[str, str]
    environment: str
    known: dict[Path, str] = field(default_factory=dict)
    stated: dict[Path, Mapping[str, Any]] = field(default_factory=dict)


def shared(book: Workbook) -> Shared:
    """The hashes of library, lock, fonts and installed packages as they are now."""
    return Shared(
        library=_library(),
        lock=hash_of_input(LOCK) if LOCK.is_file() else None,
        fonts=_hashes(FONTS, FONTS.glob("*.[ot]tf"), {}) | _of_the_machine(book),
        environment=environment(),
    )


def inputs(book: Workbook, case: str, taken: Shared | None = None) -> dict[str, Any]:
    """inputs.json as data: what a run of the case reads; a file that is not there is left out.

    With `taken` what cases share is as it was then, and only the case's own files are read.
    """
    taken = taken or shared(book)
    own = _hashes(book.root, _own(book, case), {})
    others = _hashes(book.root, _others(book, case, taken), taken.known)
    named = _hashes(book.root, _named(book, case, taken), {})
    return {
        "schema": 1,
        "case": case,
        "inputs": dict(sorted((named | others | own).items())),
        "library": taken.library,
        "lock": taken.lock,
        "fonts": dict(taken.fonts),
    }


def shared_inputs(book: Workbook) -> dict[str, str]:
    """The hashes of the files of the workbook that a run of any case reads."""
    return _hashes(book.root, _read_by_all(book), {})


def as_text(content: Mapping[str, Any]) -> str:
    """inputs.json or manifest.json as written: the same content, the same bytes."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def environment() -> str:
    """One hash over the Python in use and the names with versions of all that is installed."""
    found = {
        entry.name
        for place in sys.path
        if place and Path(place).is_dir()
        for entry in Path(place).iterdir()
        if entry.name.endswith(_INSTALLED)
    }
    python = f"{sys.implementation.cache_tag} {sys.version} {sys.platform}"
    return hash_of("\n".join([python, *sorted(found)]).encode())


def differences(recorded: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Which files came, went or changed, as Chinese clauses."""
    for name in sorted({*recorded, *now}):
        if name not in now:
            yield f"{name} 不见了"
        elif name not in recorded:
            yield f"{name} 是新增的"
        elif recorded[name] != now[name]:
            yield f"{name} 有改动"


def files_in(folder: Path, left: re.Pattern[str] = _LEFT_BEHIND) -> list[Path]:
    """Every file below a folder, in the order of their names, without what editors leave."""
    found = (path for path in folder.rglob("*") if not _is_left(path.relative_to(folder), left))
    return sorted((path for path in found if path.is_file()), key=lambda path: name(folder, path))


def name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def is_dropped(name: str) -> bool:
    """Whether a file or folder of that name in the folder of a case is what editors leave."""
    return _DROPPED.fullmatch(name) is not None


def _is_left(path: Path, left: re.Pattern[str]) -> bool:
    return any(left.fullmatch(part) for part in path.parts)


def inside(book: Workbook, name: str, folder: Path | None = None) -> Path | None:
    """The file of that name with every link followed; None when it is not in the workbook.

    The name is relative to the workbook, or to a `folder` of it.
    """
    try:
        path = ((folder or book.root) / name).resolve()
    except (OSError, RuntimeError, ValueError):  # a circle of links, a NUL in the name
        return None
    root = book.root.resolve()
    outside = Path(name).is_absolute() or not path.is_relative_to(root)
    return None if outside else book.root / path.relative_to(root)


def house_files(book: Workbook, stated: Mapping[str, Any] | None = None) -> tuple[Path, ...]:
    """The house style and the files of the workbook that it names, as far as they are there."""
    if not book.house_file.is_file():
        return ()
    stated = _read(book.house_file) if stated is None else stated
    named = (stated.get(key) for key in OF_THE_HOUSE)
    found = [inside(book, each) for each in named if isinstance(each, str) and each]
    return (book.house_file, *(path for path in found if path and path.is_file()))


def outputs_of(folder: Path) -> dict[str, str]:
    """The hashes of the files of a folder, without the manifest and what editors leave.

    A link is followed nowhere: it has no hash.
    """
    files = [path for path in files_in(folder) if path != folder / MANIFEST]
    return {name(folder, path): "" if path.is_symlink() else hash_of_file(path) for path in files}


def code_of(notebook: Path) -> str:
    """The code of a notebook's cells; the whole text of a file that is no notebook."""
    data = notebook.read_bytes()
    try:
        cells = [cell for cell in json.loads(data)["cells"] if cell["cell_type"] == "code"]
        return "\n".join(_cell(cell)["source"] for cell in cells)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return data.decode("utf-8", "replace")


def hash_of_input(path: Path) -> str:
    """The hash of an input: what a run takes from it, the same on every system."""
    if path.suffix == ".ipynb":
        return hash_of(_cells(path.read_bytes()))
    if path.suffix.lower() in TEXTS:
        return hash_of(path.read_bytes().replace(b"\r\n", b"\n"))
    return hash_of_file(path)


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def hash_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _own(book: Workbook, case: str) -> Iterator[Path]:
    """The files that are the case's alone."""
    yield book.case_file(case)
    yield from files_in(book.data(case), _DROPPED)


def _others(book: Workbook, case: str, taken: Shared) -> Iterator[Path]:
    """The files that a run of the case reads and other cases may read too, in no order."""
    params = _read(book.case_file(case))
    parts = [book.part(case, part) for part in _names(params.get("parts"))]
    yield from _read_by_all(book, _once(book.house_file, taken))
    for stated in (params, *(_read(folder / "case.yaml") for folder in parts)):
        yield from map(book.framework_file, _names(stated.get("framework")))
        for path in map(book.rules_file, _names(stated.get("rules"))):
            yield path
            base = _names(_once(path, taken).get("base"))
            yield from map(book.rules_file, base)


def _read_by_all(book: Workbook, house: Mapping[str, Any] | None = None) -> Iterator[Path]:
    """The files that a run of any case reads, in no order."""
    yield from (book.units_file, book.audit_file)
    yield from book.table_kinds.glob("*.yaml")
    yield from files_in(book.notebooks)
    yield from house_files(book, house)


def _named(book: Workbook, case: str, taken: Shared) -> Iterator[Path]:
    """What the case's chapters name in quotes and so may read: other cases, files of the workbook.

    A file is named as seen from the workbook, from notebooks/ or from the chapter.
    """
    for chapter in sorted(book.chapters(case).glob("*.ipynb")):
        for _, text in _IN_QUOTES.findall(code_of(chapter)):
            if text != case and book.has(text):
                yield from _own(book, text)
                yield from _others(book, text, taken)
            elif "." in text:
                places = (book.root, book.notebooks, chapter.parent)
                found = (inside(book, text, place) for place in places)
                yield from (path for path in found if path and path.is_file())


def _of_the_machine(book: Workbook) -> dict[str, str]:
    """With `fonts: system`, the machine's fonts that a report is set in, without their folders."""
    if _read(book.house_file).get("fonts") != "system":
        return {}
    from evalbook.report.fonts import faces

    named: dict[str, list[str]] = {}
    for path in map(Path, sorted({path for path, _ in faces("system").files})):
        named.setdefault(f"system/{_FOREIGN.sub('_', path.name)}", []).append(hash_of_file(path))
    return {
        name: one[0] if len(one) == 1 else hash_of("".join(sorted(one)).encode())
        for name, one in sorted(named.items())
    }


def _once(path: Path, taken: Shared) -> Mapping[str, Any]:
    if path not in taken.stated:
        taken.stated[path] = _read(path)
    return taken.stated[path]


def _read(path: Path) -> Mapping[str, Any]:
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
    hashes = _hashes(LIBRARY, files_in(LIBRARY), {})
    return hash_of("".join(f"{digest}  {path}\n" for path, digest in hashes.items()).encode())


def _hashes(folder: Path, paths: Iterable[Path], known: dict[Path, str]) -> dict[str, str]:
    files = {name(folder, path): path for path in paths if path in known or path.is_file()}
    for path in files.values():
        if path not in known:
            known[path] = hash_of_input(path)
    return {each: known[files[each]] for each in sorted(files)}


def _cells(data: bytes) -> bytes:
    """Of a notebook what a run takes from it; a file that is no notebook stays as it is."""
    try:
        notebook = json.loads(data)
        cells = [_cell(cell) for cell in notebook["cells"]]
        metadata = {k: v for k, v in notebook["metadata"].items() if k not in OF_A_RUN}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return data
    content = [cells, metadata, notebook.get("nbformat"), notebook.get("nbformat_minor")]
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    """All of a cell but what a run puts into it, and of its metadata the tags."""
    of_a_run = ("outputs", "execution_count") if cell["cell_type"] == "code" else ()
    kept = {key: cell[key] for key in cell if key not in (*of_a_run, "metadata", "source")}
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    return kept | {"source": text, "tags": cell["metadata"].get("tags", [])}
