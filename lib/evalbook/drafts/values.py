"""A printed cell as its column can hold it, or not understood: never a guess, never a crash."""

import re
import unicodedata
from dataclasses import dataclass

from evalbook.cells import NUMERIC, PERCENTS, Cell, CellError, parse_cell
from evalbook.drafts.settings import Standards
from evalbook.standards import Column

MOST_UNIT_LETTERS = 6
_DASH = re.compile(r"[-–—―─－/\\]{1,3}")
_DAY = re.compile(r"(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})[-年.](\d{1,2})月?")
_YEAR = re.compile(r"(\d{4})年?度?")
_YEAR_ALONE = re.compile(r"(19|20)\d\d年度?")
_UNTIL = re.compile(r"截至(.+?)(?:底|末)?(?:累计)?")
_LIVE = re.compile(r"[=+\-@＝＋－＠\t\r]")
_PLUS = re.compile(r"^[+＋]\s*(?=[\d０-９])")
_SIGNS = re.compile(r"^[+＋=＝═]\s*(?=[\d０-９])")
_NOT_UNITS = ("以上", "以下", "以内", "余", "多", "左右", "约", "近", "超", "逾")


@dataclass(frozen=True, slots=True)
class Value:
    """What goes into the CSV, and whether the printed text was not understood."""

    text: str
    cell: Cell
    unread: bool = False


EMPTY = Value("", Cell("", "blank"))
UNREAD = Value("", Cell("", "blank"), unread=True)


def value(printed: str, column: Column, unit: str, standards: Standards) -> Value:
    """The cell for a printed text; `unit` is what its heading states and the table does not."""
    text = printed.strip()
    if not text or text in standards.words.absent:
        return EMPTY
    if _DASH.fullmatch(text):
        return _held("—", column)
    if column.type in NUMERIC or column.type == "target":
        return _number(text, column, unit, standards)
    if column.type == "choice":
        codes = {shown: code for code, shown in column.choices.items()}
        return _held(codes[text], column) if text in codes else UNREAD
    if column.type in {"date", "period"}:
        return _moment(text, column)
    return _held(guarded(text), column)


def _held(text: str, column: Column) -> Value:
    try:
        return Value(text, parse_cell(text, column))
    except CellError:
        return UNREAD


def guarded(text: str) -> str:
    """Text that no spreadsheet opening the CSV takes for a formula; a dash alone is —."""
    if _DASH.fullmatch(text):
        return "—"
    return f"'{text}" if _LIVE.match(text) else text


def _number(text: str, column: Column, unit: str, standards: Standards) -> Value:
    """A number as printed; narrow letters when only they can be read; the heading's unit added."""
    narrow = unicodedata.normalize("NFKC", text).replace(" ", "" if _one_number(text) else " ")
    if _YEAR_ALONE.fullmatch(text) and column.type != "target":
        return UNREAD
    signs = _SIGNS if column.type in {"target", "number"} else _PLUS
    for spelling in (text, narrow):
        spelling = signs.sub("", spelling)
        held = _held(spelling, column)
        if held.unread and column.type == "rate" and unit in PERCENTS:
            held = _held(spelling + unit, column)
        if not held.unread and held.cell.value is not None:
            with_unit = _with_unit(held, column, unit, standards)
            return UNREAD if _strange(with_unit.cell, column, standards) else with_unit
        if not held.unread and held.cell.state == "not applicable":
            return held
    return _held(guarded(text), column) if column.type == "target" else UNREAD


def _one_number(text: str) -> bool:
    """Whether spaces only stand around a sign or a unit, not between two digits."""
    return not re.search(r"\d\s+\d", text)


def _with_unit(held: Value, column: Column, unit: str, standards: Standards) -> Value:
    """The unit of the heading on a cell that states none, where the column keeps units in cells."""
    cell = held.cell
    if cell.unit or not unit or column.type not in {"amount", "number", "count", "price"}:
        return held
    return _held(held.text + unit, column)


def _strange(cell: Cell, column: Column, standards: Standards) -> bool:
    """Whether what follows a number is no unit its column can have: `30左右`, `10O`."""
    if column.type == "target":
        return False
    known = standards.units.get(cell.unit, ("", 0))[0]
    match column.type:
        case "amount":
            return bool(cell.unit) and known != "金额"
        case "marks":
            return cell.unit not in {"", "分"}
        case "months":
            return cell.unit not in {"", "个月", "月"}
        case "number" | "count" | "price":
            word = cell.unit
            odd = len(word) > MOST_UNIT_LETTERS or (word.isascii() and word not in {"", "%", "‰"})
            return not known and (odd or word.startswith(_NOT_UNITS) or word.endswith(_NOT_UNITS))
    return False


def _moment(text: str, column: Column) -> Value:
    """2019年12月31日 → 2019-12-31; of a period also 2019年度 → 2019, 2018年—2019年, 截至2019年."""
    narrow = unicodedata.normalize("NFKC", text).replace(" ", "")
    if column.type == "date":
        return _held(_day(narrow), column)
    until = _UNTIL.fullmatch(narrow)
    ends = [_day(end) for end in re.split("[—–~至]+", until[1] if until else narrow)]
    return _held("../" * bool(until) + "/".join(ends), column)


def _day(text: str) -> str:
    """A day, a month or a year as the files write it; any other text as it is."""
    for written in (_DAY, _MONTH, _YEAR):
        if found := written.fullmatch(text):
            return "-".join((found[1], *(part.zfill(2) for part in found.groups()[1:])))
    return text
