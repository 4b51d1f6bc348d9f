"""项目资金: the lines of the funds, and the marks of the execution rate beside them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evalbook.cells import DASHES
from evalbook.forms.form import BudgetLine, Execution, Table
from evalbook.forms.grid import GridCell, address
from evalbook.forms.layout import AMOUNTS, Block, Layout
from evalbook.forms.ledger import Ledger, one_line
from evalbook.forms.rows import own, take_headings, under
from evalbook.forms.words import FormWords, Line, bare, meaning, squeezed

FIGURES = (*AMOUNTS, "rate")
_LETTER = re.compile(r"\(([A-Z])\)")
_QUOTIENT = re.compile(r"\(([A-Z])[/÷]([A-Z])(?:[*x×]100%)?\)")


@dataclass(frozen=True, slots=True)
class _Found:
    """A line of the funds with the cells of its marks."""

    line: BudgetLine
    name: GridCell
    marks: GridCell
    score: GridCell


def is_marked(*cells: GridCell) -> bool:
    return any(cell.text and cell.text not in DASHES for cell in cells)


def funds(
    ledger: Ledger, form: Layout, words: FormWords
) -> tuple[tuple[BudgetLine, ...], Execution | None, Table | None]:
    """The lines, the execution marks, and where the table stands."""
    for label in form.labels:
        if words.budget.label.meets(label.text):
            ledger.take(label)
    if not form.budgets:
        return (), None, None
    block = form.budgets[0]
    last = form.end(block, ledger.grid.last)
    take_headings(ledger, block, words.budget.columns)
    found: list[_Found] = []
    for row in range(block.bottom + 1, last + 1):
        if line := _line(ledger, block, words, row, found):
            found.append(line)
    found = _below_total(found, words)
    execution = execution_of(ledger, [(each.line, each.marks, each.score) for each in found])
    for each in found:
        _say(ledger, each, words)
    if not execution:
        at = block.columns["full_marks"]
        ledger.lack(at, "项目资金没有分值和得分，预算执行率不计分")
    if not any(each.line.id == "total" for each in found):
        at = ledger.grid.at(block.bottom + 1, block.left)
        ledger.lack(at, f"没有“{words.budget.rows['total'].name}”一行")
    table = table_of(ledger, block, last)
    if formulas := _base(ledger, block):
        table = replace(table, formulas=formulas)
    return tuple(each.line for each in found), execution, table


def _base(ledger: Ledger, block: Block) -> Mapping[str, str]:
    """The rate's formula where its heading (B/A) measures it against the initial budget (A)."""
    marked = {key: squeezed(cell.text) for key, cell in block.columns.items()}
    rate = _QUOTIENT.search(marked.get("rate", ""))
    letters = {key: found[1] for key in AMOUNTS if (found := _LETTER.search(marked.get(key, "")))}
    if not rate or letters.get("executed") != rate[1] or letters.get("budget") != rate[2]:
        return {}
    ledger.say(block.columns["rate"], "执行率按全年执行数÷年初预算数计算")
    return {"rate": "executed / budget"}


def _line(
    ledger: Ledger, block: Block, words: FormWords, row: int, before: Sequence[_Found]
) -> _Found | None:
    """The line in a row; None when the row is empty or is no line."""
    cells = ledger.grid.row(row)
    if any(cell.column < block.left <= cell.right for cell in cells):
        return None
    names = [
        cell
        for cell in cells
        if cell.column < block.left and not words.budget.label.meets(cell.text)
    ]
    named = [cell for cell in names if bare(cell.text) not in words.budget.prefix]
    for cell in set(names) - set(named):
        ledger.take(cell)
    values = {
        key: own(ledger, block.columns[key], row, row) for key in FIGURES if key in block.columns
    }
    filled = [cell for cell in values.values() if cell.text]
    if not named:
        if filled:
            ledger.fault(filled[0], "这一行没有资金名称", "请写明，如年度资金总额")
        return None
    name = ledger.take(named[-1])
    key = line_of(name.text, words.budget.rows, words.budget.prefix)
    if not key and not filled:
        return None
    taken = [each.line.id for each in before]
    if key in taken:
        first = before[taken.index(key)].line.name.at
        problem = f"{first} 和 {name.at} 都是“{words.budget.rows[key].name}”，不知道读哪一行"
        ledger.fault(named[-1], problem, "请删去一行，或改写其中一个名称")
    amounts = figures(ledger, values, block)
    line = BudgetLine(key or f"line_{len(before) + 1}", "", name, amounts)
    marks, score = (under(ledger, block.columns[k], row) for k in ("full_marks", "score"))
    return _Found(line, named[-1], marks, score)


def figures(ledger: Ledger, values: Mapping[str, GridCell], block: Block) -> Mapping[str, str]:
    """Amounts and rate as printed; a rate under a heading with % is read as percent."""
    read = {}
    for key, cell in values.items():
        if key != "rate":
            read[key] = ledger.value(cell, "amount").text
            continue
        read[key] = rate(ledger, cell, block.columns["rate"])
    return read


def rate(ledger: Ledger, cell: GridCell, heading: GridCell) -> str:
    """An execution rate; the % may stand in its heading instead."""
    bare_number = re.fullmatch(r"-?\d+(\.\d+)?", cell.text)
    if bare_number and "(%)" in squeezed(heading.text):
        ledger.take(cell)
        ledger.say(cell, f"执行率：{cell.text}%（百分号在表头）")
        return f"{cell.text}%"
    return ledger.value(cell, "rate").text


def line_of(text: str, rows: Mapping[str, Line], prefixes: Sequence[str]) -> str | None:
    """Which line of the funds a name is, with or without 其中."""
    plain = text
    for prefix in prefixes:
        plain = plain.strip().removeprefix(prefix).lstrip(":： ")
    return meaning(text, rows) or meaning(plain, rows)


def _below_total(found: Sequence[_Found], words: FormWords) -> list[_Found]:
    """The lines with their parents: a line that is not known belongs to none."""
    ids = {each.line.id for each in found}
    rows = words.budget.rows
    placed = []
    for each in found:
        row = rows.get(each.line.id)
        parent = row.parent if row and row.parent in ids else ""
        line = BudgetLine(each.line.id, parent or "", each.line.name, each.line.amounts)
        placed.append(replace(each, line=line))
    return placed


def execution_of(
    ledger: Ledger, lines: Sequence[tuple[BudgetLine, GridCell, GridCell]]
) -> Execution | None:
    """The marks of the execution rate: on the total, else on the only line that has some."""
    marked = [each for each in lines if is_marked(each[1], each[2])]
    chosen = [each for each in marked if each[0].id in {"total", "tasks_total"}] or marked
    if len(chosen) > 1:
        places = "、".join(marks.range for _, marks, _ in chosen)
        ledger.fault(chosen[1][1], f"{places} 都有分值，预算执行率的分值应只有一处", "请只保留一处")
    for _, marks, score in lines:
        for cell in (marks, score):
            if cell.text in DASHES:
                ledger.take(cell)
    if not chosen:
        return None
    line, marks, score = chosen[0]
    read = [ledger.value(cell, "marks") for cell in (marks, score)]
    at = score if score.text else marks
    ledger.say(at, f"预算执行率：分值 {read[0].text or '未填'}，得分 {read[1].text or '未填'}")
    return Execution(line.id, read[0].text, line.amounts.get("rate", ""), read[1].text, at.at)


def _say(ledger: Ledger, found: _Found, words: FormWords) -> None:
    line, terms = found.line, words.budget.columns
    told = [f"{terms[key].name} {text}" for key, text in line.amounts.items() if text]
    of = "" if line.id in words.budget.rows else "（不知属于哪一行，单独列出）"
    ledger.say(found.name, f"{line.name.text}{of}：{'，'.join(told) or '没有填'}")


def table_of(ledger: Ledger, block: Block, last: int) -> Table:
    """Where a table stands, from its headings to its last row, and its headings as printed."""
    rows = [cell.bottom for row in range(block.top, last + 1) for cell in ledger.grid.row(row)]
    inside = [bottom for bottom in rows if bottom <= last]
    place = f"{address(block.top, 1)}:{address(max(inside, default=block.bottom), block.right)}"
    return Table(place, {key: one_line(cell.text) for key, cell in block.columns.items()})
