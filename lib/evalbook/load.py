"""From files to a case: reads every file, collects every fault, raises them once.

Knows files and formats; knows no scoring and no relation.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel

from evalbook.cells import CellError, parse_cell
from evalbook.errors import Fault, InputError, nearest
from evalbook.model import Case, Row, Table
from evalbook.paths import Workbook, workbook
from evalbook.rules import Rules, in_force, setting_faults
from evalbook.schema import (
    Accepted,
    CaseParams,
    Checks,
    Column,
    Findings,
    Framework,
    RuleSet,
    Source,
    SourceTable,
    TableKind,
    Texts,
    Units,
)
from evalbook.sheets import Sheet, read_csv, read_workbook
from evalbook.strict import read_model
from evalbook.validate import validate

CASE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}
M = TypeVar("M", bound=BaseModel)


@dataclass(slots=True)
class _Reader:
    """The workbook, the case, the faults found so far and the data files that lack rows by them."""

    book: Workbook
    case: str
    faults: list[Fault] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def model(self, model: type[M], path: Path) -> M | None:
        return read_model(model, path, self.book.name(path), self.faults)

    def optional(self, model: type[M], name: str) -> M:
        """The case's own file, or an empty one when it is not there."""
        path = self.book.data(self.case) / name
        return (self.model(model, path) if path.exists() else None) or model()

    def fault(self, where: str, problem: str, remedy: str) -> None:
        self.faults.append(Fault(where, problem, remedy))


def load(case: str, book: Workbook | None = None) -> Case:
    """The case of that name, checked; raises InputError with every fault found.

    A framework or rule set that is at fault does not keep the rest of the case from being checked:
    such a case is never returned.
    """
    reader = _Reader(book or workbook(), case)
    _check_name(reader)
    params = reader.model(CaseParams, reader.book.case_file(case))
    source = reader.model(Source, reader.book.data(case) / "source.yaml")
    framework = _named(reader, Framework, params, "framework")
    rules = _named(reader, RuleSet, params, "rules")
    units = reader.model(Units, reader.book.units_file)
    kinds = _kinds(reader)
    tables = _tables(reader, source, kinds) if source and kinds else ()
    texts = reader.optional(Texts, "text.yaml")
    findings = reader.optional(Findings, "findings.yaml")
    checks = reader.optional(Checks, "checks.yaml")
    accepted = reader.optional(Accepted, "accepted.yaml")
    if params and rules:
        where = reader.book.name(reader.book.case_file(case))
        reader.faults += setting_faults(rules, params.settings, where)
    if not (params and source and units):
        raise InputError(reader.faults)
    loaded = Case(
        id=case,
        params=params,
        source=source,
        framework=framework or cast(Framework, None),
        rules=_rules(rules, params) if rules and not reader.faults else cast(Rules, None),
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


def _rules(rules: RuleSet, params: CaseParams) -> Rules:
    return in_force(rules, params.rules, params.date, params.settings)


def _check_name(reader: _Reader) -> None:
    case = reader.case
    if not CASE_ID.fullmatch(case) or case in RESERVED:
        problem = f"“{case[:60]}”不能作评价项目的名称"
        remedy = "名称只含小写字母、数字和连字符，如 qingdao-2019"
        raise InputError([Fault("评价项目", problem, remedy)])
    if not reader.book.case_file(case).is_file():
        problem = f"没有名为“{case}”的评价项目"
        raise InputError([Fault("评价项目", problem, nearest(case, reader.book.cases()))])


def _named(reader: _Reader, model: type[M], params: CaseParams | None, key: str) -> M | None:
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


def _kinds(reader: _Reader) -> Mapping[str, TableKind]:
    """The kinds of table by name, each with the columns common to all."""
    read = {
        path.stem: reader.model(TableKind, path)
        for path in sorted(reader.book.table_kinds.glob("*.yaml"))
    }
    common = read.pop("common", None)
    shared = dict(common.columns) if common else {}
    return {
        name: kind.model_copy(update={"columns": shared | dict(kind.columns)})
        for name, kind in read.items()
        if kind
    }


def _tables(reader: _Reader, source: Source, kinds: Mapping[str, TableKind]) -> list[Table]:
    where = reader.book.name(reader.book.data(reader.case) / "source.yaml")
    known = []
    seen: set[str] = set()
    for table in source.tables:
        if table.id in seen:
            reader.fault(f"{where} tables", f"表的编号 {table.id} 重复", "请给每张表不同的编号")
        elif table.kind not in kinds:
            remedy = nearest(table.kind, kinds)
            reader.fault(f"{where} tables.{table.id}", f"没有“{table.kind}”这种表", remedy)
        else:
            known.append(table)
        seen.add(table.id)
    sheets = _sheets(reader, {table.file for table in source.tables})
    tables: list[Table] = []
    for file in dict.fromkeys(table.file for table in source.tables):
        mine = [table for table in known if table.file == file]
        if file in sheets and mine:
            tables += _split(reader, file, sheets[file], mine, kinds)
        else:
            reader.broken.add(file)
    return tables


def _sheets(reader: _Reader, wanted: Iterable[str]) -> dict[str, Sheet]:
    """The data files by name, from CSV or from the sheets of case.xlsx, never from both."""
    folder = reader.book.data(reader.case)
    sheets: dict[str, Sheet] = {}
    files: list[Path] = sorted(folder.glob("*.csv"))
    for path in files:
        try:
            sheets[path.stem] = read_csv(path, reader.book.name(path))
        except InputError as error:
            reader.faults += error.faults
    excel = folder / "case.xlsx"
    in_excel: dict[str, Sheet] = {}
    if excel.is_file():
        try:
            in_excel = read_workbook(excel, reader.book.name(excel))
        except InputError as error:
            reader.faults += error.faults
    csv_names = {path.stem for path in files}
    for name in sorted(csv_names & set(in_excel)):
        where = reader.book.name(folder / f"{name}.csv")
        reader.fault(where, f"case.xlsx 中也有工作表 {name}", "请只保留其中之一")
    for name in sorted((csv_names | set(in_excel)) - set(wanted)):
        where = reader.book.name(folder)
        reader.fault(
            f"{where} {name}", "source.yaml 没有列出这张表", "请在 tables 中登记或删去文件"
        )
    for name in sorted(set(wanted) - csv_names - set(in_excel)):
        where = reader.book.name(folder / f"{name}.csv")
        reader.fault(where, "source.yaml 列出的数据文件不存在", "请补上文件，或从 tables 中删去")
    return in_excel | sheets


def _split(
    reader: _Reader,
    file: str,
    sheet: Sheet,
    wanted: list[SourceTable],
    kinds: Mapping[str, TableKind],
) -> list[Table]:
    """The tables that share one data file, their cells parsed."""
    columns: dict[str, Column] = {}
    for table in wanted:
        columns |= dict(kinds[table.kind].columns)
    if not _headings_fit(reader, sheet, wanted, columns):
        reader.broken.add(file)
        return []
    rows = _rows(reader, file, sheet, columns, [table.id for table in wanted])
    tables = []
    for table in wanted:
        mine = tuple(row for row in rows if row.table == table.id)
        if not mine:
            problem = f"没有表 {table.id}（{table.title}）的数据行"
            reader.fault(sheet.name, problem, f"请填写 table 列为 {table.id} 的行")
        tables.append(_table(table, kinds[table.kind], mine))
    return tables


def _headings_fit(
    reader: _Reader, sheet: Sheet, wanted: list[SourceTable], columns: Mapping[str, Column]
) -> bool:
    before = len(reader.faults)
    for heading in sheet.headings:
        if heading not in columns:
            where = f"{sheet.name} 第 1 行"
            reader.fault(where, f"没有“{heading}”这一列", nearest(heading, columns))
        elif sheet.headings.count(heading) > 1:
            reader.fault(f"{sheet.name} 第 1 行", f"列“{heading}”重复", "请只保留一列")
    needed = {"id": ""} | {c: t.id for t in wanted for c in t.columns}
    for column, table in needed.items():
        if column not in sheet.headings:
            named = f"（source.yaml 的表 {table} 列出了它）" if table else ""
            reader.fault(f"{sheet.name} 第 1 行", f"缺少列“{column}”{named}", "请补上这一列")
    return len(reader.faults) == before


def _rows(
    reader: _Reader, file: str, sheet: Sheet, columns: Mapping[str, Column], tables: list[str]
) -> list[Row]:
    rows: list[Row] = []
    seen: dict[str, str] = {}
    for place, texts in sheet.rows:
        where = f"{sheet.name} {place}"
        if any(texts[len(sheet.headings) :]):
            reader.fault(where, "格数多于列数", "请检查多余的逗号；含逗号的内容要加引号")
            reader.broken.add(file)
            continue
        cells = {}
        for heading, text in zip(sheet.headings, texts, strict=False):
            try:
                cells[heading] = parse_cell(text, columns[heading])
            except CellError as error:
                name = f"{where} {heading} 列（{columns[heading].name}）"
                reader.fault(name, str(error), "没有印出的数请留空，不适用的填“—”")
        if "id" not in cells:
            reader.broken.add(file)
            continue
        row_id = cells["id"].text
        if not row_id:
            reader.fault(where, "id 列是空的", "请给每一行一个编号，如 total")
        elif row_id in seen:
            reader.fault(where, f"编号 {row_id} 重复（{seen[row_id]}已用）", "请改用别的编号")
        seen.setdefault(row_id, place)
        table = cells["table"].text if "table" in cells else ""
        table = table or (tables[0] if len(tables) == 1 else "")
        if table not in tables:
            reader.fault(f"{where} table 列", f"没有编号为“{table}”的表", nearest(table, tables))
        parent = cells["parent"].text if "parent" in cells else ""
        rows.append(Row(file, row_id, where, table, parent, cells))
    return rows


def _table(table: SourceTable, kind: TableKind, rows: tuple[Row, ...]) -> Table:
    return Table(
        id=table.id,
        file=table.file,
        title=table.title,
        place=table.place,
        unit=table.unit or "",
        kind=kind,
        listed=tuple(table.columns),
        headings={column: heading for column, heading in table.columns.items() if heading},
        formulas=table.formulas,
        rows=rows,
        columns=kind.columns,
        places={
            column: max((row[column].places for row in rows), default=0) for column in kind.columns
        },
    )
