"""Level-1 and level-2 indicators of a form, as the rows below them open and close them."""

import re
from dataclasses import dataclass, field

from evalbook.forms.form import Indicator, Printed
from evalbook.forms.grid import GridCell
from evalbook.forms.layout import Block
from evalbook.forms.ledger import Ledger
from evalbook.forms.words import FormWords, meaning

_MARKED = re.compile(
    r"(?P<name>.*?)(?:[（(](?P<inside>\d+(?:\.\d+)?)分?[)）]|(?P<behind>\d+(?:\.\d+)?)分)"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What reading the indicators needs at every step."""

    ledger: Ledger
    block: Block
    words: FormWords

    def level(self, key: str, row: int) -> GridCell:
        """The cell that names a level for a row; it may cover several rows and columns."""
        return self.ledger.grid.at(row, self.block.columns[key].column)


@dataclass(slots=True)
class Levels:
    """The rows so far, the levels that are open, and those that were opened, by name."""

    rows: list[Indicator] = field(default_factory=list)
    level1: Indicator | None = None
    level2: Indicator | None = None
    seen: dict[tuple[str, str], tuple[Indicator, GridCell]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def number(self, key: str) -> int:
        """The next number below a level."""
        self.counts[key] = self.counts.get(key, 0) + 1
        return self.counts[key]

    def add(self, line: Indicator) -> None:
        """A line, with the levels above it when it is their first."""
        above = [each for each in (self.level1, self.level2) if each and each not in self.rows]
        self.rows += [*above, line]

    def fill(self, line: Indicator) -> None:
        """The open level-1 indicator has figures of its own."""
        before = self.level1
        self.level1 = line
        self.rows = [line if each == before else each for each in self.rows]
        if line not in self.rows:
            self.rows.append(line)
        self.seen["", line.id] = (line, self.seen["", line.id][1])


def open_levels(sheet: Sheet, levels: Levels, row: int, named: GridCell) -> bool:
    """Open the levels that a row names; False, with a fault, when it has no level 1."""
    first, second = sheet.level("level1", row), sheet.level("level2", row)
    if first.text:
        key = _first(sheet, levels, first)
        if not key:
            return False
    elif levels.level1 is None:
        sheet.ledger.fault(first, "这一行没有一级指标", "请填写一级指标")
        return False
    if second in (first, named):
        levels.level2 = None if second.text else levels.level2
    elif second.text:
        _second(sheet, levels, second)
    return True


def _first(sheet: Sheet, levels: Levels, cell: GridCell) -> bool:
    name, marks = _marked(sheet.ledger, cell)
    known = sheet.words.indicators.levels
    key = meaning(name.text, known)
    if key is None:
        names = "、".join(level.name for level in known.values())
        problem = f"“{name.text}”不是认识的一级指标"
        sheet.ledger.fault(cell, problem, f"可用的有：{names}；别的写法请加入 params/forms")
        levels.level1 = levels.level2 = None
        return False
    before = levels.level1
    new = Indicator(key, "", name, section=known[key].section, full_marks=marks)
    levels.level1 = _opened(sheet, levels, ("", key), new, cell)
    if levels.level1 != before:
        levels.level2 = None
    return True


def _second(sheet: Sheet, levels: Levels, cell: GridCell) -> None:
    assert levels.level1 is not None
    name, marks = _marked(sheet.ledger, cell)
    parent = levels.level1.id
    known = levels.seen.get((parent, name.text))
    if known:
        levels.level2 = known[0]
        return
    key = meaning(name.text, sheet.words.indicators.groups)
    if key is None or any(each.id == key for each, _ in levels.seen.values()):
        key = f"{parent}_group_{levels.number(f'{parent} groups')}"
    new = Indicator(key, parent, name, full_marks=marks)
    levels.level2 = _opened(sheet, levels, (parent, name.text), new, cell)


def _opened(
    sheet: Sheet, levels: Levels, key: tuple[str, str], new: Indicator, cell: GridCell
) -> Indicator:
    """The indicator of that name, which a form may leave and take up again."""
    if key not in levels.seen:
        levels.seen[key] = (new, cell)
        level = "二级指标" if new.parent else "一级指标"
        marks = f"，分值 {new.full_marks}" if new.full_marks else ""
        sheet.ledger.say(cell, f"{level}：{new.name.text}{marks}")
    return levels.seen[key][0]


def _marked(ledger: Ledger, cell: GridCell) -> tuple[Printed, str]:
    """The name of a level and the marks written into its cell: 产出指标（50分）."""
    ledger.take(cell)
    plain = "".join(cell.text.split())
    found = _MARKED.fullmatch(plain)
    if not found or not found["name"]:
        return Printed(plain, cell.at), ""
    return Printed(found["name"], cell.at), found["inside"] or found["behind"]
