"""Tables from files: CSV and Excel sheets as rows of printed text, within caps."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from evalbook.errors import Fault, InputError
from evalbook.figures import half_up
from evalbook.spreadsheet import text_in

MAX_BYTES = 20_000_000
MAX_UNPACKED = 50_000_000
MAX_RATIO = 200
MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_CELLS = 2_000
MAX_TEXT = 20_000


NO_WORKBOOK = ("不是 .xlsx 工作簿，或有密码", "请另存为不加密的 .xlsx")
_DECORATION = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
SCALED = re.compile(r"[0#?],+(?![0#?,])|!|[0#?]/[0#?]|E[+-]")
_DECIMALS = re.compile(r"\.([0#?]+)")
_DIGIT = re.compile(r"[0#?]")
_DIGITS_AND_BEFORE = re.compile(r"^.*[0#?]")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as text: headings, and rows each with the place to name in messages.

    `open_ended` rows may leave out empty cells at their end, as Excel does.
    """

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    open_ended: bool = False


def read_csv(path: Path, name: str) -> Sheet:
    """A CSV in UTF-8 (with or without BOM) or GBK."""
    raw = path.read_bytes()
    if len(raw) > MAX_BYTES:
        raise _fault(name, f"文件大于 {MAX_BYTES // 1_000_000} MB", "请拆分文件")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _gbk(raw, name)
    if "\0" in text:
        raise _fault(name, "不是文本文件", "请另存为 CSV（UTF-8）")
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return _sheet(name, _numbered(lines))
    except csv.Error:
        raise _fault(name, f"第 {lines.line_num} 行引号不成对", "请检查该行的引号") from None


def _gbk(raw: bytes, name: str) -> str:
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        raise _fault(name, "编码既不是 UTF-8 也不是 GBK", "请另存为 CSV（UTF-8）") from None


def _numbered(lines: Any) -> Iterator[tuple[str, list[str]]]:
    line = 1
    for cells in lines:
        yield f"第 {line} 行", cells
        line = lines.line_num + 1


def read_workbook(path: Path, name: str) -> dict[str, Sheet]:
    """The sheets of an .xlsx by name; a cell's text is what its number format shows."""
    if path.stat().st_size > MAX_BYTES:
        raise _fault(name, f"文件大于 {MAX_BYTES // 1_000_000} MB", "请拆分工作簿")
    refuse_bomb(path, name)
    from openpyxl import load_workbook

    try:
        values = load_workbook(path, read_only=True, data_only=True)
        formulas = load_workbook(path, read_only=True)
    except (KeyError, ValueError, TypeError, OSError, SyntaxError):
        raise _fault(name, *NO_WORKBOOK) from None
    try:
        return {
            sheet.title: _sheet(
                f"{name} 工作表 {sheet.title}",
                _excel_rows(sheet, formulas[sheet.title], f"{name} 工作表 {sheet.title}"),
                open_ended=True,
            )
            for sheet in values.worksheets
        }
    finally:
        values.close()
        formulas.close()


def refuse_bomb(path: Path, name: str) -> None:
    """Refuse what is no workbook, and what would unpack or widen beyond any table."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > MAX_UNPACKED:
                limit = f"{MAX_UNPACKED // 1_000_000} MB"
                raise _fault(name, f"展开后大于 {limit}", "请删去多余的内容")
            if size > MAX_RATIO * path.stat().st_size:
                raise _fault(name, f"展开后是原来的 {MAX_RATIO} 倍以上", "请在 Excel 中另存一次")
            sheets = [entry for entry in archive.namelist() if "/worksheets/" in entry]
            if any(_widest(archive.read(entry)) > MAX_CELLS for entry in sheets):
                raise _fault(name, f"有的行超过 {MAX_CELLS} 格", "请删去多余的列")
    except (zipfile.BadZipFile, OSError, RuntimeError):
        raise _fault(name, *NO_WORKBOOK) from None


def _widest(sheet: bytes) -> int:
    """The most cells in a row of a worksheet's XML."""
    return max((row.count(b"<c") for row in sheet.split(b"<row")[1:]), default=0)


def _excel_rows(sheet: Any, formulas: Any, name: str) -> Iterator[tuple[str, list[str]]]:
    sheet.reset_dimensions()
    formulas.reset_dimensions()
    rows = zip(sheet.iter_rows(), formulas.iter_rows(), strict=True)
    for number, (cells, written) in enumerate(rows, 1):
        texts: list[str] = []
        for cell, formula in zip(cells, written, strict=True):
            if cell.value is None and formula.data_type == "f":
                place = f"{name} {formula.coordinate}"
                raise _fault(place, "公式没有保存计算结果", "请在 Excel 中打开并保存一次")
            number_format = getattr(cell, "number_format", "General")
            if isinstance(cell.value, int | float) and SCALED.search(number_format):
                place = f"{name} {formula.coordinate}"
                problem = f"数字格式“{number_format}”不是把数照样显示"
                raise _fault(place, problem, "请改为普通的数字格式，并写明单位")
            texts.append(excel_text(cell.value, number_format))
        yield f"第 {number} 行", texts


def excel_text(value: Any, number_format: str) -> str:
    """15 digits as Excel keeps them, places as the number format shows them."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value.date().isoformat() if hasattr(value, "date") else text_in(str(value))
    number = Decimal(format(value, ".15g"))
    section = number_format.split(";")[0]
    digits = _DECORATION.sub("", section)
    percent = "%" in digits
    number = number * 100 if percent else number
    found = _DECIMALS.search(digits)
    if found:
        decimals = len(found[1])
    elif _DIGIT.search(digits):
        decimals = 0
    else:
        decimals = max(0, -int(number.normalize().as_tuple().exponent))
    return f"{half_up(number, decimals):f}" + "%" * percent + _suffix(section)


def _suffix(section: str) -> str:
    """The words that a number format puts behind the digits: `0.00"万元"` → 万元."""
    behind = _DIGITS_AND_BEFORE.sub("", section)
    return "".join(quoted or escaped for quoted, escaped in _LITERAL.findall(behind)).strip(" )")


def _sheet(name: str, lines: Iterator[tuple[str, list[str]]], *, open_ended: bool = False) -> Sheet:
    headings: tuple[str, ...] = ()
    number = 0
    rows: list[tuple[str, tuple[str, ...]]] = []
    for place, cells in lines:
        number += 1
        texts = tuple(cell.strip() for cell in cells)
        if number > MAX_ROWS:
            raise _fault(f"{name} {place}", f"超过 {MAX_ROWS} 行", "请拆分表格，或删去空行")
        if not any(texts):
            continue
        if len(texts) > MAX_COLUMNS or max(map(len, texts)) > MAX_TEXT:
            limits = f"{MAX_COLUMNS} 列或每格 {MAX_TEXT} 字"
            raise _fault(f"{name} {place}", f"超过 {limits}", "请拆分表格")
        if headings:
            rows.append((place, texts))
        else:
            headings = texts
    if not headings:
        raise _fault(name, "文件是空的", "第一行应为列名，如 id,name,budget")
    return Sheet(name, headings, tuple(rows), open_ended)


def _fault(where: str, problem: str, remedy: str) -> InputError:
    return InputError([Fault(where, problem, remedy)])
