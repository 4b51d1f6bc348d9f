"""The tables of a case from its CSV files, or from the sheets of its case.xlsx."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from evalbook.cells import BLANK, NUMERIC, Cell, CellError, parse_cell
from evalbook.errors import InputError, nearest
from evalbook.model import Row, Table, absolute
from evalbook.reader import Reader
from evalbook.schema import Source, SourceTable
from evalbook.sheets import Sheet, read_csv, read_workbook
from evalbook.standards import Column, TableKind


def read_tables(reader: Reader, source: Source, kinds: Mapping[str, TableKind]) -> list[Table]:
    where = reader.book.name(reader.folder / "source.yaml")
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


def _sheets(reader: Reader, wanted: Iterable[str]) -> dict[str, Sheet]:
    """The data files by name, from CSV or from the sheets of case.xlsx, never from both."""
    folder = reader.folder
    sheets: dict[str, Sheet] = {}
    files: list[Path] = sorted(folder.glob("*.csv"))
    for path in files:
        try:
            sheets[path.stem] = read_csv(path, reader.book.name(path))
        except InputError as error:
            reader.faults += error.faults
    excel = folder / "case.xlsx"
    in_excel: dict[str, Sheet] = {}
    unread: set[str] = set()
    if excel.is_file():
        try:
            in_excel = read_workbook(excel, reader.book.name(excel))
        except InputError as error:
            reader.faults += error.faults
            unread = set(wanted)
    csv_names = {path.stem for path in files}
    for name in sorted(csv_names & set(in_excel)):
        where = reader.book.name(folder / f"{name}.csv")
        reader.fault(where, f"case.xlsx 中也有工作表 {name}", "请只保留其中之一")
    for name in sorted((csv_names | set(in_excel)) - set(wanted)):
        where = reader.book.name(folder)
        reader.fault(
            f"{where} {name}", "source.yaml 没有列出这张表", "请在 tables 中登记或删去文件"
        )
    for name in sorted(set(wanted) - csv_names - set(in_excel) - unread):
        where = reader.book.name(folder / f"{name}.csv")
        reader.fault(where, "source.yaml 列出的数据文件不存在", "请补上文件，或从 tables 中删去")
    return in_excel | sheets


def _split(
    reader: Reader,
    file: str,
    sheet: Sheet,
    wanted: list[SourceTable],
    kinds: Mapping[str, TableKind],
) -> list[Table]:
    """The tables that share one data file, their cells parsed."""
    columns: dict[str, Column] = {}
    for table in wanted:
        _check_columns(reader, table, kinds[table.kind], columns)
        columns |= dict(kinds[table.kind].columns) | table.declared
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
        tables.append(_table(table, _with_declared(table, kinds[table.kind]), mine))
    return tables


def _headings_fit(
    reader: Reader, sheet: Sheet, wanted: list[SourceTable], columns: Mapping[str, Column]
) -> bool:
    before = len(reader.faults)
    for heading in sheet.headings:
        if not heading:
            where = f"{sheet.name} 第 1 行"
            reader.fault(
                where, "有的列没有列名", "第一行应为列名，如 id,name,budget，上面不能有标题"
            )
        elif heading not in columns:
            where = f"{sheet.name} 第 1 行"
            reader.fault(where, f"没有“{heading}”这一列", _column_meant(heading, columns))
        elif sheet.headings.count(heading) > 1:
            reader.fault(f"{sheet.name} 第 1 行", f"列“{heading}”重复", "请只保留一列")
    needed = {"id": ""} | {c: t.id for t in wanted for c in t.columns if c in columns}
    for column, table in needed.items():
        if column not in sheet.headings:
            named = f"（source.yaml 的表 {table} 列出了它）" if table else ""
            reader.fault(f"{sheet.name} 第 1 行", f"缺少列“{column}”{named}", "请补上这一列")
    return len(reader.faults) == before


def _check_columns(
    reader: Reader, table: SourceTable, kind: TableKind, known: Mapping[str, Column]
) -> None:
    """The columns that source.yaml names are those of the kind of table or declared with it.

    A declared column replaces none of its kind, nor of another table in the same file.
    """
    source = reader.book.name(reader.folder / "source.yaml")
    for column in set(table.columns) - set(kind.columns) - set(table.declared):
        problem = f"“{kind.name}”表没有“{column}”这一列"
        reader.fault(f"{source} tables.{table.id}", problem, nearest(column, kind.columns))
    for column, own in table.declared.items():
        if column in kind.columns or known.get(column, own) != own:
            where = f"{source} tables.{table.id}.declared.{column}"
            reader.fault(where, f"列“{column}”已经有了", "请换一个列名")


def _with_declared(table: SourceTable, kind: TableKind) -> TableKind:
    """The kind of table with the columns that this table brings along."""
    if not table.declared:
        return kind
    return kind.model_copy(update={"columns": dict(kind.columns) | table.declared})


def _column_meant(heading: str, columns: Mapping[str, Column]) -> str:
    """The code of a column that was written by its Chinese heading, else the nearest code."""
    for code, column in columns.items():
        if heading in (column.name, *column.synonyms):
            return f"列名请写代码“{code}”"
    return nearest(heading, columns)


def _rows(
    reader: Reader, file: str, sheet: Sheet, columns: Mapping[str, Column], tables: list[str]
) -> list[Row]:
    rows: list[Row] = []
    seen: dict[str, str] = {}
    for place, texts in sheet.rows:
        where = f"{sheet.name} {place}"
        if len(texts) < len(sheet.headings) and not sheet.open_ended:
            reader.fault(
                where,
                f"只有 {len(texts)} 格，列名有 {len(sheet.headings)} 个",
                "没有内容的格也要留逗号",
            )
            reader.broken.add(file)
            continue
        if any(texts[len(sheet.headings) :]):
            reader.fault(where, "格数多于列数", "请检查多余的逗号；含逗号的内容要加引号")
            reader.broken.add(file)
            continue
        cells = _cells(reader, where, sheet.headings, texts, columns)
        row_id = _text(cells, "id")
        if not row_id:
            if "id" in cells:
                reader.fault(where, "id 列是空的", "请给每一行一个编号，如 total")
            reader.broken.add(file)
            continue
        if row_id in seen:
            reader.fault(where, f"编号 {row_id} 重复（{seen[row_id]}已用）", "请改用别的编号")
        seen.setdefault(row_id, place)
        table = _text(cells, "table") or (tables[0] if len(tables) == 1 else "")
        if table not in tables:
            reader.fault(f"{where} table 列", f"没有编号为“{table}”的表", nearest(table, tables))
        rows.append(Row(reader.prefix + file, row_id, where, table, _text(cells, "parent"), cells))
    return rows


def _cells(
    reader: Reader,
    where: str,
    headings: tuple[str, ...],
    texts: tuple[str, ...],
    columns: Mapping[str, Column],
) -> dict[str, Cell]:
    cells = {}
    for heading, text in zip(headings, texts, strict=False):
        try:
            cells[heading] = parse_cell(text, columns[heading]) if text else BLANK
        except CellError as error:
            name = f"{where} {heading} 列（{columns[heading].name}）"
            numeric = columns[heading].type in NUMERIC
            remedy = "没有印出的数请留空，不适用的填“—”" if numeric else "请按上面的写法改正"
            if "，" in text:
                remedy += "；其中有全角逗号“，”，分隔各格要用半角逗号"
            reader.fault(name, str(error), remedy)
    return {h: _own(reader.prefix, cell) for h, cell in cells.items()} if reader.prefix else cells


def _own(prefix: str, cell: Cell) -> Cell:
    """The cell with its addresses as they are called everywhere."""
    if not cell.items:
        return cell
    return cell._replace(items=tuple(absolute(prefix, each) for each in cell.items))


def _text(cells: Mapping[str, Cell], column: str) -> str:
    """The text of a cell that holds a value, else nothing."""
    cell = cells.get(column, BLANK)
    return cell.text if cell.state == "value" else ""


def _table(table: SourceTable, kind: TableKind, rows: tuple[Row, ...]) -> Table:
    return Table(
        id=table.id,
        file=table.file,
        title=table.title,
        place=table.place,
        unit=table.unit or "",
        kind_id=table.kind,
        kind=kind,
        listed=tuple(table.columns),
        headings={column: heading for column, heading in table.columns.items() if heading},
        formulas=table.formulas,
        rows=rows,
        columns=kind.columns,
        places={
            column: max((row[column].places for row in rows), default=0)
            for column, heading in table.columns.items()
            if heading
        },
    )
