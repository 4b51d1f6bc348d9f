"""From files to a case: reads every file, collects every fault, raises them once.

Knows files and formats; knows no scoring and no relation.
"""

import re
from collections.abc import Mapping
from typing import TypeVar, cast

from pydantic import BaseModel

from evalbook.errors import Fault, InputError, nearest
from evalbook.formulas import kind_faults
from evalbook.model import Case
from evalbook.paths import Workbook, workbook
from evalbook.reader import Reader
from evalbook.rulefaults import rule_set_faults, setting_faults
from evalbook.rules import Rules, in_force
from evalbook.schema import Accepted, CaseParams, Checks, Findings, Source, Texts
from evalbook.standards import Framework, RuleSet, TableKind, Units
from evalbook.tables import read_tables
from evalbook.validate import validate

CASE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}
M = TypeVar("M", bound=BaseModel)


def load(case: str, book: Workbook | None = None) -> Case:
    """The case of that name, checked; raises InputError with every fault found.

    A framework or rule set that is at fault does not keep the rest of the case from being checked:
    such a case is never returned.
    """
    reader = Reader(book or workbook(), case)
    _check_name(reader)
    params = reader.model(CaseParams, reader.book.case_file(case))
    source = reader.model(Source, reader.book.data(case) / "source.yaml")
    framework = _named(reader, Framework, params, "framework")
    rules = _rules(reader, params)
    units = reader.model(Units, reader.book.units_file)
    kinds = _kinds(reader)
    tables = read_tables(reader, source, kinds) if source and kinds else ()
    texts = reader.optional(Texts, "text.yaml")
    findings = reader.optional(Findings, "findings.yaml")
    checks = reader.optional(Checks, "checks.yaml")
    accepted = reader.optional(Accepted, "accepted.yaml")
    if not (params and source and units):
        raise InputError(reader.faults)
    loaded = Case(
        id=case,
        params=params,
        source=source,
        framework=framework or cast(Framework, None),
        rules=rules or cast(Rules, None),
        units={u: (d, size) for d, sizes in units.units.items() for u, size in sizes.items()},
        approximate=units.approximate,
        tables=tuple(tables),
        texts=texts.headings,
        findings=findings,
        checks=checks.checks,
        accepted=accepted.accepted,
    )
    faults = [*reader.faults, *validate(loaded, reader.book, frozenset(reader.broken))]
    if faults:
        raise InputError(faults)
    return loaded


def _rules(reader: Reader, params: CaseParams | None) -> Rules | None:
    """The rule set that the parameters name, its base behind it, with the case's own settings."""
    own = _named(reader, RuleSet, params, "rules")
    if params is None or own is None:
        return None
    path, case_file = reader.book.rules_file(params.rules), reader.book.case_file(reader.case)
    where = reader.book.name(path)
    chain = [own]
    if own.base:
        base = _base(reader, own.base, where)
        if base is None:
            return None
        chain.append(base)
    faults = rule_set_faults(chain, where)
    faults += setting_faults(chain, params.settings, reader.book.name(case_file))
    reader.faults += faults
    return None if faults else in_force(chain, params.rules, params.date, params.settings)


def _base(reader: Reader, name: str, where: str) -> RuleSet | None:
    path = reader.book.rules_file(name)
    if not path.is_file():
        known = sorted(other.stem for other in path.parent.glob("*.yaml"))
        reader.fault(f"{where} base", f"没有名为“{name}”的评分规则", nearest(name, known))
        return None
    base = reader.model(RuleSet, path)
    if base is not None and base.base:
        reader.fault(f"{where} base", f"“{name}”自己也有 base", "base 应是不再引用别处的评分规则")
        return None
    return base


def _check_name(reader: Reader) -> None:
    case = reader.case
    if not CASE_ID.fullmatch(case) or case in RESERVED:
        problem = f"“{case[:60]}”不能作评价项目的名称"
        remedy = "名称只含小写字母、数字和连字符，如 qingdao-2019"
        raise InputError([Fault("评价项目", problem, remedy)])
    if not reader.book.case_file(case).is_file():
        problem = f"没有名为“{case}”的评价项目"
        raise InputError([Fault("评价项目", problem, nearest(case, reader.book.cases()))])


def _named(reader: Reader, model: type[M], params: CaseParams | None, key: str) -> M | None:
    """The framework or rule set that the parameters name."""
    if params is None:
        return None
    name: str = getattr(params, key)
    path = reader.book.framework_file(name) if key == "framework" else reader.book.rules_file(name)
    if path.is_file():
        return reader.model(model, path)
    where = f"{reader.book.name(reader.book.case_file(reader.case))} {key}"
    known = sorted(other.stem for other in path.parent.glob("*.yaml"))
    what = "指标体系" if key == "framework" else "评分规则"
    reader.fault(where, f"没有名为“{name}”的{what}", nearest(name, known))
    return None


def _kinds(reader: Reader) -> Mapping[str, TableKind]:
    """The kinds of table by name, each with the columns common to all."""
    read = {
        path.stem: reader.model(TableKind, path)
        for path in sorted(reader.book.table_kinds.glob("*.yaml"))
    }
    common = read.pop("common", None)
    shared = dict(common.columns) if common else {}
    kinds = {
        name: kind.model_copy(update={"columns": shared | dict(kind.columns)})
        for name, kind in read.items()
        if kind
    }
    for name, kind in kinds.items():
        where = reader.book.name(reader.book.table_kinds / f"{name}.yaml")
        reader.faults += kind_faults(kind, where)
    return kinds
