"""The files of new cases, written all or none: proved first in a scratch workbook."""

import csv
import io
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from evalbook.errors import Fault, InputError
from evalbook.forms.case_files import BUDGET, INDICATORS, CaseFiles
from evalbook.loading import load
from evalbook.paths import CASE_ID, RESERVED, Workbook

COLUMNS = {"budget": BUDGET, "indicators": INDICATORS}
WIDTH = 110


class _Plain(yaml.SafeDumper):
    """Texts without quotes where none are needed: readers here take every scalar for text."""


_Plain.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0].endswith(":null")]
    for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
}


def name_faults(book: Workbook, case: str) -> list[Fault]:
    """Why a new case cannot have that name."""
    if not CASE_ID.fullmatch(case) or case in RESERVED:
        problem = f"“{case[:60]}”不能作评价项目的名称"
        return [Fault("--case", problem, "名称只含小写字母、数字和连字符，如 jishan-2020")]
    taken = [path for path in (book.case_file(case), book.data(case)) if path.exists()]
    remedy = "请换一个名称，或先移走它；不会覆盖已有的评价项目"
    return [Fault("--case", f"{book.name(path)} 已经存在", remedy) for path in taken]


def write_cases(book: Workbook, cases: Mapping[str, CaseFiles], origin: str) -> None:
    """Write every case, or none: raises InputError when one of them would not load.

    `origin` is the name of the form's file, for the comment at the head of the YAML files.
    """
    book.data("").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=book.data("")) as scratch:
        proof = Workbook(Path(scratch))
        shutil.copytree(
            book.root / "params", proof.root / "params", ignore=shutil.ignore_patterns("cases")
        )
        for case, files in cases.items():
            _write(proof, case, files, origin)
        faults: list[Fault] = []
        for case in cases:
            faults += _load_faults(proof, case)
        if faults:
            raise InputError(faults)
        _move(proof, book, list(cases))


def _load_faults(proof: Workbook, case: str) -> list[Fault]:
    try:
        load(case, proof)
    except InputError as error:
        return list(error.faults)
    return []


def _write(book: Workbook, case: str, files: CaseFiles, origin: str) -> None:
    head = "# 由 evalbook import 读自绩效自评表。"
    _yaml(book.case_file(case), files.params, head)
    data = book.data(case)
    origin = f"# 由 evalbook import 读自 {origin}；sha256 是这个文件的校验值。"
    _yaml(data / "source.yaml", files.source, origin)
    for name, rows in files.tables.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS[name], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        (data / f"{name}.csv").write_text(text.getvalue(), "utf-8-sig", newline="\n")
    if files.headings:
        _yaml(data / "text.yaml", {"headings": list(files.headings)}, head)
    if files.checks:
        _yaml(data / "checks.yaml", {"checks": list(files.checks)}, head)


def _yaml(path: Path, content: Mapping[str, Any], head: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    body = yaml.dump(dict(content), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=WIDTH)
    path.write_text(f"{head}\n{body}", "utf-8", newline="\n")


def _move(proof: Workbook, book: Workbook, cases: list[str]) -> None:
    """Move the proved files in; a case is there once its parameter file is, so that comes last."""
    book.case_file("").parent.mkdir(parents=True, exist_ok=True)
    files = [(proof.case_file(case), book.case_file(case)) for case in cases]
    folders = [(proof.data(case), book.data(case)) for case in cases]
    moved: list[Path] = []
    try:
        for source, target in (*folders, *files):
            source.rename(target)
            moved.append(target)
    except OSError:
        for target in moved:
            if target.is_dir():
                shutil.rmtree(target, ignore_errors=True)
            else:
                target.unlink(missing_ok=True)
        raise
