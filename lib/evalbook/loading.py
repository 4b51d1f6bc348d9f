"""From files to a case: reads every file, collects every fault, raises them once.

Knows files and formats; knows no scoring and no relation.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar, cast

from pydantic import BaseModel

from evalbook.errors import Fault, InputError, nearest
from evalbook.model import Case, absolute
from evalbook.paths import CASE_ID, RESERVED, Workbook, workbook
from evalbook.reader import Reader
from evalbook.rules import Rules
from evalbook.schema import (
    Accepted,
    CaseParams,
    Checks,
    Findings,
    PartParams,
    PartSource,
    Source,
    Texts,
)
from evalbook.shared import Shared, framework_of, rules_of, shared_of
from evalbook.tables import read_tables
from evalbook.validate import validate

M = TypeVar("M", bound=BaseModel)


def load(case: str, book: Workbook | None = None) -> Case:
    """The case of that name with its nested projects, checked.

    Raises InputError with every fault found. A framework or rule set that is at fault does not keep
    the rest of the case from being checked: such a case is never returned.
    """
    book = book or workbook()
    reader = Reader(book, case, book.data(case))
    _check_name(reader)
    params = reader.model(CaseParams, book.case_file(case))
    source = reader.model(Source, reader.folder / "source.yaml")
    shared = shared_of(reader)
    readers = {part: reader.part(part) for part in params.parts} if params else {}
    _check_parts(reader, readers)
    parts = [_part(each, name, params, source, shared) for name, each in readers.items()]
    whole = read_case(reader, case, params, source, shared)
    if whole is None or None in parts:
        raise InputError(reader.faults)
    loaded = replace(whole, parts=tuple(part for part in parts if part))
    reader.broken |= {f"{each.prefix}{name}" for each in readers.values() for name in each.broken}
    for one, each in zip((loaded, *loaded.parts), (reader, *readers.values()), strict=True):
        reader.faults += validate(one, book.name(each.folder), frozenset(each.broken))
    if reader.faults:
        raise InputError(reader.faults)
    return loaded


def _check_parts(reader: Reader, parts: Iterable[str]) -> None:
    """A folder of a nested project that the parameters do not name would go unread."""
    for folder in sorted((reader.folder / "parts").glob("*/")):
        if folder.name not in parts:
            where = reader.book.name(reader.book.case_file(reader.case))
            remedy = f"请在 parts 中写上 {folder.name}，或移走这个文件夹"
            reader.fault(f"{where} parts", f"没有登记嵌套项目 {folder.name}", remedy)


def _part(
    reader: Reader, name: str, whole: CaseParams | None, document: Source | None, shared: Shared
) -> Case | None:
    """A nested project; what it leaves out is that of the whole."""
    own = reader.model(PartParams, reader.folder / "case.yaml")
    tables = reader.model(PartSource, reader.folder / "source.yaml")
    params = own.within(whole) if own and whole else None
    source = tables.within(document) if tables and document else None
    case = read_case(reader, name, params, source, shared)
    return replace(case, short=own.short or "") if case and own else case


def read_case(
    reader: Reader, name: str, params: CaseParams | None, source: Source | None, shared: Shared
) -> Case | None:
    """A case from its folder; None, with faults, when it lacks what all else rests on."""
    framework, rules = framework_of(reader, params), rules_of(reader, params)
    tables = read_tables(reader, source, shared.kinds) if source and shared.kinds else ()
    texts = reader.optional(Texts, "text.yaml")
    findings = reader.optional(Findings, "findings.yaml")
    checks = reader.optional(Checks, "checks.yaml")
    accepted = reader.optional(Accepted, "accepted.yaml")
    if not (params and source and shared.units and shared.audit):
        return None
    return Case(
        id=name,
        params=params,
        source=source,
        framework=framework,
        rules=rules or cast(Rules, None),
        units=shared.units.table,
        approximate=shared.units.approximate,
        audit_settings=shared.audit,
        tables=tuple(tables),
        texts=texts.headings,
        findings=_absolute(findings, reader.prefix),
        checks=checks.checks,
        accepted=accepted.accepted,
        prefix=reader.prefix,
    )


def _absolute(findings: Findings, prefix: str) -> Findings:
    """The evidence by addresses as they are called everywhere."""
    if not prefix:
        return findings
    own = tuple(
        each.model_copy(
            update={"evidence": tuple(absolute(prefix, address) for address in each.evidence)}
        )
        for each in findings.findings
    )
    return findings.model_copy(update={"findings": own})


def _check_name(reader: Reader) -> None:
    case = reader.case
    if not CASE_ID.fullmatch(case) or case in RESERVED:
        problem = f"“{case[:60]}”不能作评价项目的名称"
        remedy = "名称只含小写字母、数字和连字符，如 qingdao-2019"
        raise InputError([Fault("评价项目", problem, remedy)])
    if not reader.book.case_file(case).is_file():
        problem = f"没有名为“{case}”的评价项目"
        raise InputError([Fault("评价项目", problem, nearest(case, reader.book.cases()))])
