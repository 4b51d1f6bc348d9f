"""What all cases of a workbook share: units, the audit's words, kinds of table, frameworks, rules.

Read once in a process for as long as the bytes of the files stay the same: every load reads the
bytes, and they are the key under which the frozen result is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from evalbook.audit_settings import AuditSettings
from evalbook.errors import Fault, nearest
from evalbook.formulas import kind_faults
from evalbook.frameworks import framework_faults
from evalbook.reader import Reader
from evalbook.rulefaults import rule_set_faults, setting_faults
from evalbook.rules import Rules, days_of, in_force
from evalbook.rulesets import RuleSet
from evalbook.schema import CaseParams, Override
from evalbook.standards import Framework, TableKind, Units
from evalbook.strict import model_of

File = tuple[str, bytes]
"""The name of a file, as messages call it, and its bytes."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a whole and its nested projects read alike; None is what is at fault."""

    units: Units | None
    audit: AuditSettings | None
    kinds: Mapping[str, TableKind]


def shared_of(reader: Reader) -> Shared:
    """What all cases of a workbook share, with their faults."""
    return Shared(
        reader.shared(Units, reader.book.units_file),
        reader.shared(AuditSettings, reader.book.audit_file),
        kinds_of(reader),
    )


def kinds_of(reader: Reader) -> Mapping[str, TableKind]:
    """The kinds of table by name, each with the columns common to all."""
    paths = sorted(reader.book.table_kinds.glob("*.yaml"))
    kinds, faults = _kinds(tuple(_file(reader, path) for path in paths))
    reader.faults += faults
    return kinds


@lru_cache(maxsize=16)
def _kinds(files: tuple[File, ...]) -> tuple[Mapping[str, TableKind], tuple[Fault, ...]]:
    faults: list[Fault] = []
    read: dict[str, TableKind | None] = {}
    for name, raw in files:
        read[name], own = model_of(TableKind, raw, name)
        faults += own
    common = next((kind for name, kind in read.items() if _stem(name) == "common"), None)
    columns = dict(common.columns) if common else {}
    kinds = {}
    for name, kind in read.items():
        if kind and _stem(name) != "common":
            whole = kind.model_copy(update={"columns": columns | dict(kind.columns)})
            kinds[_stem(name)] = whole
            faults += kind_faults(whole, name)
    return kinds, tuple(faults)


def framework_of(reader: Reader, params: CaseParams | None) -> Framework | None:
    """The framework that the parameters name; None where they name none."""
    if params is None or params.framework is None:
        return None
    path = reader.book.framework_file(params.framework)
    if not path.is_file():
        _unknown(reader, "framework", f"没有名为“{params.framework}”的指标体系", path)
        return None
    framework, faults = _framework(_file(reader, path))
    reader.faults += faults
    return framework


@lru_cache(maxsize=64)
def _framework(file: File) -> tuple[Framework | None, tuple[Fault, ...]]:
    framework, faults = model_of(Framework, file[1], file[0])
    return framework, (*faults, *(framework_faults(framework, file[0]) if framework else ()))


def rules_of(reader: Reader, params: CaseParams | None) -> Rules | None:
    """The rule set that the parameters name, its base behind it, with the case's own settings."""
    if params is None:
        return None
    path = reader.book.rules_file(params.rules)
    if not path.is_file():
        _unknown(reader, "rules", f"没有名为“{params.rules}”的评分规则", path)
        return None
    files = _chain(reader, path)
    if files is None:
        return None
    faults = _faults(files)
    if params.settings:
        where = reader.book.name(reader.params_file)
        faults += tuple(setting_faults(_rule_sets(files), params.settings, where))
    reader.faults += faults
    if faults:
        return None
    return _in_force(files, params.rules, _since(files, params.date), params.settings)


def _chain(reader: Reader, path: Path) -> tuple[File, ...] | None:
    """The file of a rule set and that of its base; None, with faults, when one cannot be read."""
    own = reader.shared(RuleSet, path)
    if own is None or not own.base:
        return None if own is None else (_file(reader, path),)
    where, base = reader.book.name(path), reader.book.rules_file(own.base)
    if not base.is_file():
        known = sorted(other.stem for other in base.parent.glob("*.yaml"))
        problem = f"没有名为“{own.base}”的评分规则"
        reader.fault(f"{where} base", problem, nearest(own.base, known))
        return None
    behind = reader.shared(RuleSet, base)
    if behind is None or behind.base:
        if behind:
            problem = f"“{own.base}”自己也有 base"
            reader.fault(f"{where} base", problem, "base 应是不再引用别处的评分规则")
        return None
    return _file(reader, path), _file(reader, base)


@lru_cache(maxsize=64)
def _rule_sets(files: tuple[File, ...]) -> tuple[RuleSet, ...]:
    read = (model_of(RuleSet, raw, name)[0] for name, raw in files)
    return tuple(each for each in read if each)


@lru_cache(maxsize=64)
def _faults(files: tuple[File, ...]) -> tuple[Fault, ...]:
    """What is wrong with a rule set and its base."""
    chain = _rule_sets(files)
    return tuple(f for n, (name, _) in enumerate(files) for f in rule_set_faults(chain[n:], name))


def _since(files: tuple[File, ...], day: str | None) -> str | None:
    """The last day up to `day` on which a value of the rule set changed; empty before the first.

    On all days from one change to the next the same values are in force.
    """
    return None if day is None else max((d for d in _days(files) if d <= day), default="")


@lru_cache(maxsize=64)
def _days(files: tuple[File, ...]) -> frozenset[str]:
    return days_of(_rule_sets(files))


@lru_cache(maxsize=512)
def _in_force(
    files: tuple[File, ...], name: str, day: str | None, settings: tuple[Override, ...]
) -> Rules:
    """The same for every case that takes the rule set on such a day with such settings."""
    return in_force(_rule_sets(files), name, day, settings)


def _file(reader: Reader, path: Path) -> File:
    return reader.book.name(path), path.read_bytes()


def _stem(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".yaml")


def _unknown(reader: Reader, key: str, problem: str, path: Path) -> None:
    known = sorted(other.stem for other in path.parent.glob("*.yaml"))
    where = f"{reader.book.name(reader.params_file)} {key}"
    reader.fault(where, problem, nearest(path.stem, known))
