"""From the outputs of many cases to their results, and which cases cannot be compared, and why."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from evalbook.compare import store
from evalbook.compare.freshness import Freshness
from evalbook.compare.result import FAULTS, FILE, Result, kept, read, record
from evalbook.compare.settings import CompareSettings
from evalbook.errors import Fault, InputError, nearest
from evalbook.manifest import EVALUATION
from evalbook.paths import LIBRARY, Workbook

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


def collect(cases: Sequence[str], book: Workbook, settings: CompareSettings) -> Collected:
    """The results of the cases; a large batch through the Parquet file, where DuckDB is there."""
    found, advice = _read(cases, book, settings)
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
    cases: Sequence[str], book: Workbook, settings: CompareSettings
) -> tuple[dict[str, Result | str], tuple[str, ...]]:
    """By case its result, or why there is none; and advice to the user."""
    paths = {case: book.outputs / case / EVALUATION for case in cases}
    names = settings.satisfaction_names.value
    db = None if len(cases) < settings.direct_count.value else store.connection()
    if db is None:
        many = len(cases) >= settings.direct_count.value
        advice = (store.INSTALL.format(count=len(cases)),) * many
        return {case: _direct(path, names) for case, path in paths.items()}, advice
    with db:
        parquet, made_by = book.outputs / FILE, _made_by(names)
        before = store.kept(db, parquet, made_by)
        reading = _Reading(names, before)
        found = {case: reading.result(case, path) for case, path in paths.items()}
        rows = {case: each for case, each in before.items() if case not in paths} | reading.rows
        if rows != before:
            results = (each if isinstance(each := found.get(case), Result) else kept(rows[case][1])
                       for case in sorted(rows))  # fmt: skip
            store.keep(db, parquet, made_by, rows, results)
    return found, ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads results, those whose evaluation.json is as it was out of what was kept."""

    names: tuple[str, ...]
    before: Mapping[str, tuple[str, str]]
    rows: dict[str, tuple[str, str]] = field(default_factory=dict)

    def result(self, case: str, path: Path) -> Result | str:
        text = _bytes(path)
        if isinstance(text, str):
            return text
        digest = hashlib.sha256(text).hexdigest()
        known = self.before.get(case)
        found = _kept(case, known[1]) if known and known[0] == digest else None
        if found is not None and known is not None:
            self.rows[case] = known
            return found
        result = _parsed(path, text, self.names)
        if isinstance(result, Result):
            self.rows[case] = digest, record(result)
        return result


def _kept(case: str, text: str) -> Result | None:
    try:
        result = kept(text)
    except FAULTS:
        return None
    return result if result.case == case else None


def _direct(path: Path, names: tuple[str, ...]) -> Result | str:
    text = _bytes(path)
    return text if isinstance(text, str) else _parsed(path, text, names)


def _bytes(path: Path) -> bytes | str:
    if not path.is_file():
        return NOT_RUN
    return UNREADABLE if path.stat().st_size > MOST_BYTES else path.read_bytes()


def _parsed(path: Path, text: bytes, names: tuple[str, ...]) -> Result | str:
    """The result; only that of the case whose folder it lies in."""
    try:
        result = read(text, names)
    except FAULTS:
        return UNREADABLE
    return result if result.case == path.parent.name else UNREADABLE


def _made_by(names: tuple[str, ...]) -> str:
    """The hash of the source and words by which results are read: others read all anew."""
    digest = hashlib.sha256(repr(names).encode())
    for path in sorted((LIBRARY / "compare").glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
