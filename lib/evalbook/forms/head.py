"""The head of a form: its name, the year, who, the unit of money, the goals, what is personal."""

import re
from collections.abc import Iterator

from evalbook.forms.form import NOTHING, Printed
from evalbook.forms.grid import Area, GridCell
from evalbook.forms.layout import Layout, label_of
from evalbook.forms.ledger import MONEY, Ledger, one_line
from evalbook.forms.words import FormWords, Kind, meaning, one_of, squeezed

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年?度?")
_OF_A_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年?度")
_MONEY = re.compile(rf"(?:^|[(:])(?:金额)?(?:单位:)?({'|'.join(MONEY)})(?:$|\))")


def kind_of(form: Layout, words: FormWords) -> Kind:
    """A department's form says so in its name, or has no project."""
    names = squeezed("".join(cell.text for cell in form.titles))
    if any(word in names for word in words.titles["department"].words):
        return "department"
    return "project" if "project" in form.fields or names else "department"


def title(ledger: Ledger, form: Layout, kind: Kind, words: FormWords) -> Printed:
    """The name of the form as printed, else its official name."""
    if not form.titles:
        return Printed(words.titles[kind].name)
    cell = form.titles[0]
    ledger.say(
        cell, f"表名：{one_line(cell.text)}（{'部门整体' if kind == 'department' else '项目'}）"
    )
    return ledger.take(cell)


def period(ledger: Ledger, form: Layout, words: FormWords) -> str:
    """The year, from its own label or from the lines above the names; a fault when unclear."""
    found: dict[str, GridCell] = {}
    for label in form.fields.get("period", ()):
        value = beside(ledger, label, words)
        found |= dict.fromkeys(_YEAR.findall(squeezed(value.text)), value)
    names = [cell.row for cells in form.fields.values() for cell in cells if cell.row < form.head]
    top = min(names, default=form.head)
    for cell in ledger.grid.cells:
        if cell.row < top:
            pattern = _YEAR if cell in form.titles else _OF_A_YEAR
            for year in pattern.findall(squeezed(cell.text)):
                ledger.take(cell)
                found.setdefault(year, cell)
    if len(found) == 1:
        ((year, cell),) = found.items()
        ledger.say(cell, f"年度：{year}")
        return year
    places = "、".join(f"{cell.range}“{year}”" for year, cell in found.items())
    at = next(iter((*found.values(), *form.titles)), Area(1, 1, 1, 1))
    problem = f"年度不止一个：{places}" if found else "没有找到年度"
    ledger.fault(at, problem, "请在表名下面写明，如（2020年度）")
    return ""


def field(ledger: Ledger, form: Layout, key: str, words: FormWords, needed: bool) -> Printed:
    """What is filled in beside a label, or behind its colon."""
    term = words.fields[key]
    if key not in form.fields:
        if needed:
            at = Area(form.head, 1, form.head, 1)
            ledger.fault(at, f"这一行以上没有找到“{term.name}”", f"请写明{term.name}")
        return NOTHING
    label = form.fields[key][0]
    value = beside(ledger, label, words)
    printed = ledger.take(value)
    if value == label:
        printed = Printed(one_line(label.text.replace(":", "：").partition("：")[2]), label.at)
    ledger.take(label)
    if printed:
        ledger.say(value, f"{label_of(label.text, words).strip()}：{printed.text}")
    elif needed:
        ledger.fault(label, f"“{term.name}”后面是空的", f"请填写{term.name}")
    return printed


def beside(ledger: Ledger, label: GridCell, words: FormWords) -> GridCell:
    """The next cell with text in the row of a label, up to another label; itself for `标签：值`."""
    grid = ledger.grid
    if label_of(label.text, words) != label.text:
        return label
    empty = grid.at(label.row, label.right + 1)
    for cell in grid.row(label.row):
        if cell.column > label.right:
            start = label_of(cell.text, words)
            another = meaning(start, words.fields) or one_of(start, words.personal)
            return empty if another else cell
    return empty


def money_unit(ledger: Ledger, form: Layout, words: FormWords) -> str:
    """The unit of money, as printed at the funds or above the table; a fault when unclear."""
    found: dict[str, list[GridCell]] = {}
    for cell in _of_money(ledger, form, words):
        if printed := _MONEY.search(squeezed(cell.text)):
            found.setdefault(printed[1], []).append(cell)
    if len(found) == 1:
        ((unit, cells),) = found.items()
        ledger.say(cells[0], f"金额单位：{unit}")
        return unit
    at: Area = next((c for c in form.labels if words.budget.label.meets(c.text)), Area(1, 1, 1, 1))
    places = "、".join(f"{cells[0].range}“{unit}”" for unit, cells in found.items())
    problem = f"金额单位不止一个：{places}" if found else "没有写金额单位"
    ledger.fault(at, problem, "请统一写明，如 项目资金（万元）")
    return ""


def _of_money(ledger: Ledger, form: Layout, words: FormWords) -> Iterator[GridCell]:
    """Cells that may say the unit: labels, headings of amounts, `单位：万元` at the head."""
    yield from (c for c in form.labels if not words.indicators.label.meets(c.text))
    for block in (*form.budgets, *form.tasks):
        yield from block.columns.values()
    for cell in ledger.grid.cells:
        if cell.row < form.indicators[0].top and "单位:" in squeezed(cell.text):
            if _MONEY.search(squeezed(cell.text)):
                ledger.take(cell)
            yield cell


def goals(ledger: Ledger, form: Layout, words: FormWords) -> tuple[Printed, Printed]:
    """What the year should bring and what it brought, in the words of the form."""
    for label in form.labels:
        if words.goals.label.meets(label.text):
            ledger.take(label)
    if not form.goals:
        found = _goal_beside(ledger, form, words)
        if not found:
            area = Area(form.indicators[0].top, 1, form.indicators[0].top, 1)
            ledger.lack(area, "这一行以上没有年度总体目标")
        return found, NOTHING
    block = form.goals[0]
    last = form.end(block, ledger.grid.last)
    printed = []
    for key, name in (("expected", "预期目标"), ("actual", "实际完成情况")):
        heading = block.columns.get(key)
        printed.append(_below(ledger, heading, name, last) if heading else NOTHING)
    return printed[0], printed[1]


def _below(ledger: Ledger, heading: GridCell, name: str, last: int) -> Printed:
    """The texts below a heading, one to a line."""
    ledger.take(heading)
    cells = [
        cell
        for row in range(heading.bottom + 1, last + 1)
        for cell in ledger.grid.row(row)
        if heading.column <= cell.column <= heading.right
    ]
    for cell in cells:
        ledger.take(cell)
        if "{" in cell.text or "}" in cell.text:
            ledger.fault(cell, "文字里有花括号", "请改用圆括号")
        ledger.say(cell, f"{name}（{len(cell.text)} 字）")
    if not cells:
        ledger.lack(ledger.grid.at(heading.bottom + 1, heading.column), f"{name}没有填写")
    return Printed("\n".join(cell.text for cell in cells), cells[0].at) if cells else NOTHING


def _goal_beside(ledger: Ledger, form: Layout, words: FormWords) -> Printed:
    """The goal in the cell beside its label, where the form has no headings for it."""
    for label in form.labels:
        if words.goals.label.meets(label.text):
            value = ledger.grid.at(label.row, label.right + 1)
            if value.text:
                ledger.take(value)
                ledger.say(value, f"预期目标（{len(value.text)} 字）")
                return Printed(value.text, value.at)
    return NOTHING


def personal(ledger: Ledger, words: FormWords) -> None:
    """Names and telephones of persons are not taken over, nor repeated."""
    for cell in ledger.grid.cells:
        label = label_of(cell.text, words)
        if one_of(label, words.personal):
            ledger.skip(cell, f"“{one_line(label)}”是个人信息，不读入")
            value = beside(ledger, cell, words)
            if value.text and value != cell:
                ledger.skip(value, "个人信息，不读入")
