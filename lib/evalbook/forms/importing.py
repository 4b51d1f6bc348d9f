"""`evalbook import FILE.xls[x] --case CASE`: the forms of a workbook become cases."""

import hashlib
from collections.abc import Sequence
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
class Imported:
    """What became of a workbook: the cases with what was understood of each, and remarks."""

    cases: tuple[tuple[str, Understanding], ...]
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
    files: dict[str, CaseFiles] = {
        name: case_files(each.form, words, each.sheet, digest)
        for name, each in zip(names, read, strict=True)
    }
    write_cases(book, files, path.name)
    understood = [(name, each.understanding) for name, each in zip(names, read, strict=True)]
    return Imported(tuple(understood), tuple(remarks))


def lines(imported: Imported) -> Sequence[str]:
    """The report for the user: per case what was understood and what was not, by cell."""
    told: list[str] = []
    for case, understanding in imported.cases:
        told.append(f"{understanding.where} → 评价项目 {case}")
        told.append("  读懂的：")
        told += [f"    {place} {text}" for place, text in understanding.understood]
        if understanding.unread:
            told.append("  没有读入的：")
            told += [f"    {place} {text}" for place, text in understanding.unread]
        else:
            told.append("  没有读入的：无。")
    told += [f"{remark}。" for remark in imported.remarks]
    names = " ".join(case for case, _ in imported.cases)
    told.append(f"已写成 {len(imported.cases)} 个评价项目。接着运行 evalbook audit {names}。")
    return told
