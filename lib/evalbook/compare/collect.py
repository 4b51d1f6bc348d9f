"""From the outputs of many cases to their results, and which cases cannot be compared, and why."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from evalbook.compare import store
from evalbook.compare.freshness import Freshness
from evalbook.compare.result import Result, read
from evalbook.errors import Fault, InputError, nearest
from evalbook.manifest import EVALUATION
from evalbook.paths import LIBRARY, Workbook

if TYPE_CHECKING:
    import duckdb

MOST_BYTES = 20_000_000
NOT_RUN, UNREADABLE, STALE, UNSEALED = "not run", "unreadable", "stale", "unsealed"
REASONS = {
    NOT_RUN: "没有输出，没有列入",
    UNREADABLE: "evaluation.json 读不懂，或是较早的版本写的，没有列入",
    STALE: "输入或程序已变动，列入的是变动前的结果",
    UNSEALED: "没有 manifest.json，不知道输入有没有变动",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A case that is left out, or whose result may not be that of its inputs."""

    case: str
    reason: str

    @property
    def left_out(self) -> bool:
        return self.reason in {NOT_RUN, UNREADABLE}


@dataclass(frozen=True, slots=True)
class Collected:
    """The results in the order of the cases' names, remarks on cases, advice to the user."""

    results: tuple[Result, ...]
    remarks: tuple[Remark, ...]
    advice: tuple[str, ...]


def chosen(patterns: Sequence[str], book: Workbook) -> list[str]:
    """The cases that names and globs (`qingdao-*`) stand for, sorted; none given: every case.

    Raises InputError for what stands for no case.
    """
    ran = {path.parent.name for path in book.outputs.glob(f"*/{EVALUATION}")}
    known = sorted({*book.cases(), *ran})
    found = {each: [name for name in known if fnmatchcase(name, each)] for each in patterns}
    faults = [
        Fault("评价项目", f"没有名为“{each}”的评价项目", nearest(each, known[:200]))
        for each, names in found.items()
        if not names
    ]
    if faults or not known:
        problem = Fault("评价项目", "没有评价项目", "请在 params/cases 中新建一个")
        raise InputError(faults or [problem])
    return sorted({name for names in found.values() for name in names}) if patterns else known


def collect(cases: Sequence[str], book: Workbook, direct_count: int) -> Collected:
    """The results of the cases; a large batch through the Parquet file, where DuckDB is there."""
    found, advice = _read(cases, book, direct_count)
    fresh = Freshness(book)
    remarks = []
    for case in cases:
        reason = found[case] if isinstance(found[case], str) else _doubt(fresh.stale(case))
        if reason:
            remarks.append(Remark(case, str(reason)))
    results = tuple(each for each in found.values() if isinstance(each, Result))
    return Collected(results, tuple(remarks), advice)


def _doubt(stale: bool | None) -> str:
    return UNSEALED if stale is None else STALE if stale else ""


def _read(
    cases: Sequence[str], book: Workbook, direct_count: int
) -> tuple[dict[str, Result | str], tuple[str, ...]]:
    """By case its result, or why there is none."""
    paths = {case: book.outputs / case / EVALUATION for case in cases}
    if len(cases) < direct_count:
        return {case: _direct(path) for case, path in paths.items()}, ()
    db = store.connection()
    if db is None:
        advice = store.INSTALL.format(count=len(cases))
        return {case: _direct(path) for case, path in paths.items()}, (advice,)
    with db:
        made_by = _made_by()
        before = store.kept(db, book.outputs / store.FILE, made_by)
        found: dict[str, Result | str] = {}
        rows: dict[str, tuple[str, str]] = {}
        for case, path in paths.items():
            found[case] = _through(case, path, before, rows)
        own = {case: before[case] for case in before if case not in paths}
        if rows | own != before:
            _keep(db, book, made_by, rows | own, found)
    return found, ()


def _keep(
    db: "duckdb.DuckDBPyConnection",
    book: Workbook,
    made_by: str,
    rows: dict[str, tuple[str, str]],
    found: dict[str, Result | str],
) -> None:
    """Write the Parquet file anew: the cases now read, and the others as they were kept."""
    results = [
        each if isinstance(each := found.get(case), Result) else read(rows[case][1])
        for case in sorted(rows)
    ]
    store.keep(db, book.outputs / store.FILE, made_by, rows, results)


def _through(
    case: str,
    path: Path,
    before: dict[str, tuple[str, str]],
    rows: dict[str, tuple[str, str]],
) -> Result | str:
    """The result as it was kept while its file is the same, else read and noted down."""
    text = _bytes(path)
    if isinstance(text, str):
        return text
    digest = hashlib.sha256(text).hexdigest()
    known = before.get(case, ("", ""))
    result = _parsed(path, known[1] if known[0] == digest else text)
    if result == UNREADABLE and known[0] == digest:
        result = _parsed(path, text)
    if isinstance(result, Result):
        rows[case] = known if known[0] == digest else (digest, store.record(result))
    return result


def _direct(path: Path) -> Result | str:
    text = _bytes(path)
    return text if isinstance(text, str) else _parsed(path, text)


def _bytes(path: Path) -> bytes | str:
    if not path.is_file():
        return NOT_RUN
    return UNREADABLE if path.stat().st_size > MOST_BYTES else path.read_bytes()


def _parsed(path: Path, text: bytes | str) -> Result | str:
    """The result; only that of the case whose folder it lies in."""
    try:
        result = read(text)
    except ValueError:
        return UNREADABLE
    return result if result.case == path.parent.name else UNREADABLE


def _made_by() -> str:
    """The hash of the source that reads evaluation.json: another one reads everything anew."""
    sources = sorted((LIBRARY / "compare").glob("*.py"))
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.read_bytes())
    return digest.hexdigest()
