"""`evalbook import FILE.xls[x] --case CASE`: the forms of a workbook become cases."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalbook.errors import InputError
from evalbook.forms.case_files import CaseFiles, case_files
from evalbook.forms.ledger import Understanding
from evalbook.forms.read import read_forms
from evalbook.forms.words import form_words
from evalbook.forms.write_case import name_faults, write_cases
from evalbook.paths import Workbook


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case made from a form: what was understood, and the framework and rules chosen for it."""

    name: str
    understanding: Understanding
    files: CaseFiles


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a workbook: its cases, and remarks on the rest of it."""

    cases: tuple[NewCase, ...]
    remarks: tuple[str, ...]


def import_forms(path: Path, case: str, book: Workbook, sheet: str | None = None) -> Imported:
    """Write the form of a workbook as `case`, several as `case-1`, `case-2` … in sheet order.

    Raises InputError with every fault, and then nothing is written. `sheet` takes one sheet only.
    """
    words = form_words(book)
    read, remarks = read_forms(path, words, sheet)
    names = [case] if len(read) == 1 else [f"{case}-{number}" for number in range(1, len(read) + 1)]
    faults = [fault for name in names for fault in name_faults(book, name)]
    if faults:
        raise InputError(faults)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    cases = tuple(
        NewCase(name, each.understanding, case_files(each.form, words, each.sheet, digest))
        for name, each in zip(names, read, strict=True)
    )
    write_cases(book, {each.name: each.files for each in cases}, path.name)
    return Imported(cases, tuple(remarks))


def lines(imported: Imported) -> Sequence[str]:
    """The report for the user: per case what was understood and what was not, by cell."""
    told = [line for case in imported.cases for line in _lines(case)]
    told += [f"{remark}。" for remark in imported.remarks]
    names = " ".join(case.name for case in imported.cases)
    return [*told, f"已写成 {len(imported.cases)} 个评价项目。接着运行 evalbook audit {names}。"]


def _lines(case: NewCase) -> Iterator[str]:
    params, understanding = case.files.params, case.understanding
    yield f"{understanding.where} → 评价项目 {case.name}"
    yield "  读懂的："
    yield from (f"    {place} {text}" for place, text in understanding.understood)
    yield f"  没有读入或没有填写的：{'' if understanding.unread else '无。'}"
    yield from (f"    {place} {text}" for place, text in understanding.unread)
    yield (
        f"  按评分规则 {params['rules']}、指标体系 {params['framework'] or '（没有）'}核查；"
        f"应按别的，请改 params/cases/{case.name}.yaml。"
    )
