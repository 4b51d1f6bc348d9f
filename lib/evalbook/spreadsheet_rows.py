"""The rows of a large sheet as XML: what openpyxl writes of such cells, in a fifth of the time."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from evalbook.spreadsheet import TO_FORMULA, kept_text
from evalbook.spreadsheet_page import figure, fill, head

Value = Decimal | str


def table(
    sheet: Worksheet,
    headings: Sequence[str],
    widths: Sequence[float],
    rows: Iterable[Sequence[Value]],
) -> bytes:
    """A whole sheet of figures and texts below its headings, with filters.

    Head and last row are put into the sheet, which knows by them how large it is. What stands
    between is given back as XML, for `saved`.
    """
    head(sheet, headings, widths)
    *between, last = [*rows] or [()]
    for column, value in enumerate(map(_shown, last), 1):
        if value != "":
            fill(sheet.cell(len(between) + 2, column), value)
    sheet.auto_filter.ref = sheet.dimensions
    looks = _Looks(sheet)
    letters = [get_column_letter(column) for column in range(1, len(headings) + 1)]
    return b"".join(_row(number, row, letters, looks) for number, row in enumerate(between, 2))


def _shown(value: Value) -> Value:
    return figure(str(value)) if isinstance(value, Decimal) else value


class _Looks(dict[object, int]):
    """The number of a look in the workbook, by what it depends on; worked out once."""

    def __init__(self, sheet: Worksheet) -> None:
        super().__init__()
        self.sheet = sheet

    def of(self, value: Value) -> int:
        if isinstance(value, Decimal):
            key: tuple[str, object] = ("figure", value.as_tuple().exponent)
        else:
            key = ("text", value.startswith(TO_FORMULA))
        if key not in self:
            cell = WriteOnlyCell(self.sheet)
            fill(cell, value)
            self[key] = cell.style_id
        return self[key]


def _row(number: int, row: Sequence[Value], letters: Sequence[str], looks: _Looks) -> bytes:
    values = zip(letters, map(_shown, row), strict=True)
    cells = "".join(
        _cell(f"{letter}{number}", each, looks) for letter, each in values if each != ""
    )
    return f'<row r="{number}">{cells}</row>'.encode("ascii", "xmlcharrefreplace")


def _cell(place: str, value: Value, looks: _Looks) -> str:
    look = looks.of(value)
    if isinstance(value, Decimal):
        return f'<c r="{place}" s="{look}" t="n"><v>{float(value):.16g}</v></c>'
    text = kept_text(value)
    space = "" if text == text.strip() else ' xml:space="preserve"'
    return f'<c r="{place}" s="{look}" t="inlineStr"><is><t{space}>{escape(text)}</t></is></c>'
