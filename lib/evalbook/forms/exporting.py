"""`evalbook export CASE --to form.xlsx`: the case as a self-evaluation form, and what that loses.

What is lost is found by reading the form back: whatever differs from the case did not fit.
"""

import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from evalbook.errors import Fault, InputError
from evalbook.forms.case_files import CaseFiles, case_files
from evalbook.forms.case_form import form_of
from evalbook.forms.official import official
from evalbook.forms.page import WRITER
from evalbook.forms.read import read_forms
from evalbook.forms.words import FormWords, form_words
from evalbook.loading import load
from evalbook.model import Case, Row, Table
from evalbook.paths import Workbook
from evalbook.schema import CaseParams

HELD = {"budget", "indicators"}
MOVED = {"place", "table"}
NAMES = {
    "title": "标题",
    "department": "主管部门",
    "unit": "实施单位",
    "period": "年度",
    "date": "报告日期",
    "status": "状态",
    "kind": "评价对象的类别",
    "stance": "评价方式",
    "commissioned_by": "委托方",
    "evaluator": "评价机构",
    "framework": "指标体系",
    "rules": "评分规则",
    "money_unit": "金额单位",
    "published": "公布的得分、得分率或等级",
    "parts": "嵌套项目",
    "settings": "另设的规则值",
}


def export_form(name: str, target: Path, book: Workbook) -> list[str]:
    """Write the form; lines for the user. Raises InputError before anything is written."""
    _check_target(target)
    words = form_words(book)
    case = load(name, book)
    content = official(form_of(case, words), words)
    told = [f"已写成 {target.name}。", *_told(case, content, words, book)]
    with tempfile.TemporaryDirectory(prefix=".new-", dir=target.parent) as scratch:
        new = Path(scratch, target.name)
        new.write_bytes(content)
        new.replace(target)
    return told


def _check_target(target: Path) -> None:
    fault = None
    if target.suffix.lower() != ".xlsx":
        fault = Fault("--to", f"“{target.name}”不是 .xlsx 文件", "请写成 form.xlsx 这样的文件名")
    elif not target.parent.is_dir():
        fault = Fault("--to", f"没有文件夹 {target.parent}", "请先建好这个文件夹")
    elif target.exists() and not _ours(target):
        problem = f"{target.name} 已经存在，不是本程序写的自评表，或写成后有人改过"
        fault = Fault("--to", problem, "请换一个文件名，或先移走它")
    if fault:
        raise InputError([fault])


def _ours(path: Path) -> bool:
    """Whether this command wrote the file, and nobody saved it since."""
    try:
        with zipfile.ZipFile(path) as archive:
            about = archive.read("docProps/core.xml").decode("utf-8", "replace")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
    return f"lastModifiedBy>{WRITER}<" in about


def _told(case: Case, content: bytes, words: FormWords, book: Workbook) -> list[str]:
    """What the form cannot carry, and whether it can be read back."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "form.xlsx")
        path.write_bytes(content)
        try:
            (read,), _ = read_forms(path, words)
        except InputError as error:
            faults = [
                f"  - {fault.where.rsplit(' ', 1)[-1]}：{fault.problem}" for fault in error.faults
            ]
            return [*_listed(list(_whole(case, book))), "这张表不能再导入：", *faults]
    back = case_files(read.form, words, read.sheet, case.source.sha256)
    lost = (_params, _source, _tables, _texts, _checks)
    return _listed([*(each for part in lost for each in part(case, back)), *_whole(case, book)])


def _listed(lost: Sequence[str]) -> list[str]:
    if not lost:
        return ["评价项目的内容全部在表里，再导入得到同样的评价项目。"]
    return ["自评表装不下的：", *(f"  - {each}" for each in lost)]


def _params(case: Case, back: CaseFiles) -> Iterator[str]:
    own, other = case.params, CaseParams.model_validate(back.params)
    lost = [name for key, name in NAMES.items() if getattr(own, key) != getattr(other, key)]
    if lost:
        yield f"参数：{'、'.join(lost)}"


def _source(case: Case, back: CaseFiles) -> Iterator[str]:
    """Headings that the official form words otherwise, and formulas of its own."""
    other = {table["id"]: table["columns"] for table in back.source["tables"]}
    for table in case.source.tables:
        for key, heading in table.columns.items():
            official_heading = other.get(table.id, {}).get(key)
            if heading and official_heading and heading != official_heading:
                yield f"表头：“{heading}”改作“{official_heading}”"
        if table.formulas:
            yield f"“{table.title}”自己的算法：{'、'.join(table.formulas.values())}"


def _tables(case: Case, back: CaseFiles) -> Iterator[str]:
    for kind in sorted(HELD):
        yield from _rows(case.of_kind(kind), back.tables.get(kind, ()), kind)


def _rows(tables: Sequence[Table], back: Sequence[Mapping[str, str]], kind: str) -> Iterator[str]:
    """Rows that are gone, and columns that came back otherwise; rows are told by their names."""
    names = {row["id"]: row["name"] for row in back}
    left = [dict(row) for row in back]
    gone: list[str] = []
    changed: Counter[str] = Counter()
    for table in tables:
        for row in table.rows:
            found = next((each for each in left if each["name"] == row.name), None)
            if found is None:
                gone.append(row.name)
                continue
            left.remove(found)
            changed.update(_changed(table, row, found, names))
    if gone:
        shown = "、".join(gone[:5]) + ("等" if len(gone) > 5 else "")
        yield f"{kind} 的 {len(gone)} 行：{shown}"
    if changed:
        columns = "、".join(f"{name}（{count} 行）" for name, count in changed.items())
        yield f"{kind} 的列：{columns}"
    if left:
        added = "、".join(each["name"] for each in left)
        yield f"{kind} 多出的行：{added}"


def _changed(
    table: Table, row: Row, back: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[str]:
    """The columns of a row that came back otherwise; a parent is told by its name."""
    above = next((each.name for each in table.above(row)), "")
    if above != names.get(back.get("parent", ""), ""):
        yield table.columns["parent"].name
    for key in {*row.cells, *back} - {"parent", *MOVED}:
        if row[key].text != back.get(key, ""):
            yield table.columns[key].name


def _texts(case: Case, back: CaseFiles) -> Iterator[str]:
    kept = {(each["id"], each.get("title"), each.get("text")) for each in back.headings}
    lost = [each for each in case.texts if (each.id, each.title, each.text) not in kept]
    if lost:
        yield f"text.yaml 的 {len(lost)} 段标题和文字"


def _checks(case: Case, back: CaseFiles) -> Iterator[str]:
    kept = {check["expression"] for check in back.checks}
    lost = [check for check in case.checks if check.expression not in kept]
    if lost:
        yield f"checks.yaml 的 {len(lost)} 项核查"


def _whole(case: Case, book: Workbook) -> Iterator[str]:
    """What a form has no place for at all."""
    for table in case.tables:
        if table.kind_id not in HELD:
            yield f"{table.file} 的“{table.title}”（{len(table.rows)} 行）"
    if case.findings.findings or case.findings.recommendations:
        yield "findings.yaml 的问题和建议"
    if case.accepted:
        yield f"accepted.yaml 的 {len(case.accepted)} 项"
    if case.source.attachments:
        yield f"source.yaml 的 {len(case.source.attachments)} 个附件"
    if book.chapters(case.id).is_dir():
        yield "chapters 中的章节"
