"""绩效指标: the lines of the indicators, level by level, as rows with a parent."""

import re
from collections.abc import Mapping
from dataclasses import replace

from evalbook.cells import DASHES
from evalbook.forms.direction import Direction, direction
from evalbook.forms.form import NOTHING, Indicator, Printed, Table, Total
from evalbook.forms.funds import table_of
from evalbook.forms.grid import Area, GridCell
from evalbook.forms.layout import Layout
from evalbook.forms.ledger import Ledger, one_line
from evalbook.forms.levels import Levels, Sheet, open_levels
from evalbook.forms.rows import own, take_headings, under
from evalbook.forms.words import FormWords, bare, one_of
from evalbook.standards import ColumnType

_EMPTY = re.compile(r"(?P<word>\D*?)\d*[:：.、]*")
VALUES: Mapping[str, ColumnType] = {
    "target": "target",
    "actual": "target",
    "full_marks": "marks",
    "score": "marks",
}
TOLD = {
    "target": "指标值",
    "unit": "单位",
    "actual": "完成值",
    "full_marks": "分值",
    "score": "得分",
}


def indicators(
    ledger: Ledger, form: Layout, words: FormWords
) -> tuple[tuple[Indicator, ...], Total, Table]:
    """The rows, the total, and where the table stands."""
    sheet = Sheet(ledger, form.indicators[0], words)
    block = sheet.block
    for label in form.labels:
        if words.indicators.label.meets(label.text):
            ledger.take(label)
    take_headings(ledger, block, words.indicators.columns)
    last = form.totals[0].row - 1 if form.totals else ledger.grid.last
    for cell in block.unknown:
        if cell not in form.labels:
            _unknown(sheet, cell, last)
    levels = Levels()
    for row in range(block.bottom + 1, last + 1):
        _row(sheet, levels, row)
    _say_empty(sheet, levels)
    if not levels.rows and not ledger.faults:
        area = Area(block.top, block.left, block.bottom, block.right)
        ledger.fault(area, "表头下面没有填写指标", "请填写三级指标及其指标值、完成值和得分")
    if not form.totals:
        at = ledger.grid.at(last + 1, block.left)
        ledger.lack(at, f"没有“{words.indicators.total.name}”一行，公布的总分留空")
    total = _total(sheet, form.totals[0]) if form.totals else Total()
    end = form.totals[0].row if form.totals else last
    return tuple(levels.rows), total, table_of(ledger, block, end)


def _unknown(sheet: Sheet, heading: GridCell, last: int) -> None:
    """A column without a known meaning is left out, and said to be."""
    cells = [
        cell
        for row in range(sheet.block.bottom + 1, last + 1)
        for cell in sheet.ledger.grid.row(row)
        if heading.column <= cell.column and cell.right <= heading.right
    ]
    for cell in cells:
        sheet.ledger.take(cell)
    filled = f"，其下 {len(cells)} 格没有读入" if cells else ""
    sheet.ledger.skip(heading, f"“{one_line(heading.text)}”一列没有识别{filled}")


def _row(sheet: Sheet, levels: Levels, row: int) -> None:
    ledger, block = sheet.ledger, sheet.block
    heading = block.columns["name"]
    named = ledger.grid.at(row, heading.column)
    if named.text and named.column <= block.left and named.right >= block.right:
        return
    named = under(ledger, heading, row, left=block.left)
    values = [under(ledger, block.columns[key], row) for key in VALUES]
    filled = [cell for cell in values if cell.text and cell.row == row]
    if named.row < row:
        if filled:
            problem = f"合并单元格 {named.range} 盖住了几行，这一行的数没有自己的三级指标"
            ledger.fault(filled[0], problem, "请取消合并，每行单独填写")
    elif named.text and (filled or not _unfilled(named.text, sheet.words)):
        if open_levels(sheet, levels, row, named):
            _add(sheet, levels, row, named)
    elif filled:
        ledger.fault(filled[0], "这一行没有三级指标的名称", "请填写三级指标")
    else:
        if named.text:
            ledger.skip(named, f"“{one_line(named.text)}”没有填写，略过")
        if sheet.level("level1", row).text or sheet.level("level2", row).text:
            open_levels(sheet, levels, row, named)


def _unfilled(text: str, words: FormWords) -> bool:
    """Whether a name is that of the empty form: 指标1：, ……."""
    plain = _EMPTY.fullmatch(bare(text))
    word = plain["word"] if plain else None
    return word is not None and one_of(word or text, words.indicators.unfilled.words)


def _add(sheet: Sheet, levels: Levels, row: int, named: GridCell) -> None:
    """The indicator of a row; a level-1 indicator may have figures of its own."""
    assert levels.level1 is not None
    above = levels.level2 or levels.level1
    printed = {
        key: sheet.ledger.value(
            own(sheet.ledger, sheet.block.columns[key], row, named.bottom), kind
        )
        for key, kind in VALUES.items()
    }
    nature = _shared(sheet, "nature", row)
    path = (levels.level1, levels.level2, one_line(named.text))
    chosen = direction(sheet, printed["target"], nature, path)
    reason = _shared(sheet, "reason", row)
    line = Indicator(
        id=f"{above.id}_{levels.number(above.id)}",
        parent=above.id,
        name=sheet.ledger.take(named),
        unit=_word(_shared(sheet, "unit", row)),
        reason=reason.text if reason else "",
        direction=chosen.direction,
        rule=chosen.rule,
        **{key: value.text for key, value in printed.items()},
    )
    if named == sheet.level("level1", row):
        top = levels.level1
        line = replace(line, id=top.id, parent="", name=top.name, section=top.section)
        levels.fill(line)
    else:
        levels.add(line)
    _say(sheet, levels, row, line, chosen)


def _shared(sheet: Sheet, key: str, row: int) -> GridCell | None:
    """A cell that several lines may share: a reason, a unit, 指标性质."""
    if key not in sheet.block.columns:
        return None
    cell = under(sheet.ledger, sheet.block.columns[key], row)
    sheet.ledger.take(cell)
    return cell


def _word(cell: GridCell | None) -> str:
    """A unit; a dash is none."""
    text = one_line(cell.text) if cell else ""
    return "" if text in DASHES else text


def _say(sheet: Sheet, levels: Levels, row: int, line: Indicator, chosen: Direction) -> None:
    path = [each.name.text for each in (levels.level1, levels.level2) if each and each != line]
    told = [f"{name} {text}" for key, name in TOLD.items() if (text := getattr(line, key))]
    told += [f"偏差原因 {len(line.reason)} 字"] if line.reason else []
    text = f"{' › '.join([*path, line.name.text])}：{'，'.join(told) or '没有填'}"
    remark = f"（{chosen.remark}）" if chosen.remark else ""
    column = sheet.block.columns["name"].column
    sheet.ledger.say(Area(row, column, row, column), text + remark, line.name.at)


def _say_empty(sheet: Sheet, levels: Levels) -> None:
    """Levels that no indicator stands below."""
    for level, cell in levels.seen.values():
        if level not in levels.rows:
            sheet.ledger.skip(cell, f"“{level.name.text}”下面没有填写指标，略过")


def _total(sheet: Sheet, label: GridCell) -> Total:
    """The line 总分: full marks, score, and a grade beside them."""
    ledger = sheet.ledger
    ledger.take(label)
    full, score = (
        ledger.value(under(ledger, sheet.block.columns[key], label.row), "marks").text
        for key in ("full_marks", "score")
    )
    words = sheet.words.indicators.grades.words
    grades = [cell for cell in ledger.grid.row(label.row) if one_of(cell.text, words)]
    grade: Printed = ledger.take(grades[0]) if grades else NOTHING
    parts = [f"分值 {full}" if full else "", f"得分 {score}" if score else "", grade.text]
    ledger.say(label, f"总分：{'，'.join(filter(None, parts)) or '没有填'}")
    return Total(full, score, grade.text)
