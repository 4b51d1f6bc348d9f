"""A workbook from a user as grids: .xlsx and .xls, told apart by content, within caps."""

from collections.abc import Callable, Iterable
from pathlib import Path

from evalbook.errors import Fault, InputError
from evalbook.forms.grid import MAX_COLUMNS, MAX_MERGES, Area, Grid, Spot, address, letters
from evalbook.sheets import MAX_BYTES, MAX_TEXT, SCALED, excel_text

OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
EXCEL = "请在 Excel 或 WPS 中打开，另存为 .xlsx"
_CONTROL = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {0x7F: None}


def open_grids(path: Path) -> list[Grid]:
    """The sheets of the workbook at `path`; raises InputError when it is none that can be read."""
    name = path.name
    if not path.is_file():
        raise _fault(name, "没有这个文件", "请检查文件名和所在的文件夹")
    if path.stat().st_size > MAX_BYTES:
        raise _fault(name, f"文件大于 {MAX_BYTES // 1_000_000} MB", "请只保留自评表所在的工作表")
    raw = path.read_bytes()
    if raw.startswith(OLE):
        if ENCRYPTED in raw:
            raise _fault(name, "工作簿有打开密码", "请在 Excel 或 WPS 中取消密码后再导入")
        from evalbook.forms.xls import xls_grids

        return xls_grids(raw, name)
    if raw.startswith(ZIP):
        from evalbook.forms.xlsx import xlsx_grids

        return xlsx_grids(path, name)
    raise _other(raw, name)


def _other(raw: bytes, name: str) -> InputError:
    """What a file is that only its name calls a workbook."""
    start = raw[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"").lower()
    if b"<html" in start or b"<table" in start or start.startswith(b"<!doctype"):
        return _fault(name, "其实是网页（HTML），不是 Excel 工作簿", EXCEL)
    if start.startswith(b"<?xml"):
        return _fault(name, "其实是 XML 文件，不是 Excel 工作簿", EXCEL)
    if not raw:
        return _fault(name, "文件是空的", "请重新导出或另存这个文件")
    return _fault(name, "不是 Excel 工作簿", EXCEL)


class Reading:
    """A sheet while it is read: its texts, and the cells that cannot be read as they stand."""

    def __init__(self, file: str, sheet: str, long: bool) -> None:
        self.file, self.sheet, self.long = file, sheet, long
        self.texts: dict[Spot, str] = {}
        self.faults: list[Fault] = []

    def number(self, row: int, column: int, value: float, shown: str) -> None:
        """Keep a number as its format shows it."""
        if SCALED.search(shown):
            problem = f"数字格式“{shown}”不是把数照样显示"
            self.fault(row, column, problem, "请改为普通的数字格式，并写明单位")
        else:
            self.put(row, column, excel_text(value, shown))

    def put(self, row: int, column: int, text: str) -> None:
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n\u3000\xa0")
        if not text:
            return
        if column > MAX_COLUMNS:
            self.fault(row, column, f"在第 {MAX_COLUMNS} 列以外", "请移到表内或删去")
        elif len(text) > MAX_TEXT:
            self.fault(row, column, f"超过 {MAX_TEXT} 字", "请缩短这一格的文字")
        elif text != text.translate(_CONTROL):
            self.fault(row, column, "含有看不见的控制字符", "请删去这一格，重新输入")
        else:
            self.texts[row, column] = text

    def fault(self, row: int, column: int, problem: str, remedy: str) -> None:
        where = f"{self.file} 工作表“{self.sheet}” {address(row, column)}"
        self.faults.append(Fault(where, problem, remedy))

    def hidden(self, rows: set[int], columns: set[int]) -> list[str]:
        """The hidden rows and columns that hold text, as messages call them."""
        filled = {row for row, _ in self.texts} & rows
        wide = {column for _, column in self.texts} & columns
        told = [f"第 {row} 行" for row in sorted(filled)]
        return told + [f"{letters(column)} 列" for column in sorted(wide)]

    def grid(self, merges: Iterable[Area], hidden: Iterable[str], invisible: bool) -> Grid:
        areas = list(merges)
        if len(areas) > MAX_MERGES:
            where = f"{self.file} 工作表“{self.sheet}”"
            self.faults.append(Fault(where, f"合并区域超过 {MAX_MERGES} 个", "请取消多余的合并"))
            areas = []
        return Grid(
            self.file,
            self.sheet,
            self.texts,
            areas,
            tuple(self.faults),
            tuple(hidden),
            invisible,
            self.long,
        )


def damaged(name: str, read: Callable[[], list[Grid]]) -> list[Grid]:
    """What `read` gives; a file that its reader cannot follow is a fault of the file."""
    try:
        return read()
    except (InputError, KeyboardInterrupt, MemoryError):
        raise
    except Exception:
        raise _fault(name, "文件已损坏，或不是 Excel 工作簿", EXCEL) from None


def _fault(where: str, problem: str, remedy: str) -> InputError:
    return InputError([Fault(where, problem, remedy)])
