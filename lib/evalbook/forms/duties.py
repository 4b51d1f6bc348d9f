"""年度主要任务 of a department's form: each task with its amounts, and what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalbook.forms.form import NOTHING, BudgetLine, Execution, Printed, Table, Task
from evalbook.forms.funds import execution_of, rate, table_of
from evalbook.forms.grid import Area, GridCell
from evalbook.forms.layout import AMOUNTS, Block, Layout
from evalbook.forms.ledger import Ledger
from evalbook.forms.rows import own, take_headings, under
from evalbook.forms.words import FormWords, meaning

Split = Mapping[str, Mapping[str, GridCell]]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The headings of a block: amounts split into parts, and the first row below them."""

    block: Block
    amounts: Split
    first: int


def duties(
    ledger: Ledger, form: Layout, words: FormWords, total: str
) -> tuple[tuple[Task, ...], tuple[BudgetLine, ...], Execution | None, Table | None]:
    """The tasks, their lines in the budget below a line `total`, the execution marks, the table."""
    for label in form.labels:
        if words.tasks.label.meets(label.text):
            ledger.take(label)
    if not form.tasks:
        return (), (), None, None
    block = form.tasks[0]
    last = form.end(block, ledger.grid.last)
    columns = _columns(ledger, block, words)
    take_headings(ledger, block, words.tasks.columns)
    tasks: list[Task] = []
    lines: list[BudgetLine] = []
    marked: list[tuple[BudgetLine, GridCell, GridCell]] = []
    for row in range(columns.first, last + 1):
        name = own(ledger, block.columns["name"], row, row)
        if not name.text or name.row != row:
            continue
        whole = words.tasks.total.meets(name.text)
        if not whole:
            tasks.append(_task(ledger, block, row, name))
        own_id = total if whole else f"task_{len(tasks)}"
        read = _lines(ledger, columns, words, row, (own_id, "" if whole else total))
        lines += read
        if read and {"full_marks", "score"} <= set(block.columns):
            cells = [under(ledger, block.columns[k], row) for k in ("full_marks", "score")]
            marked.append((read[0], cells[0], cells[1]))
    table = table_of(ledger, block, last)
    return tuple(tasks), _with_total(lines, total), execution_of(ledger, marked), table


def _with_total(lines: Sequence[BudgetLine], total: str) -> tuple[BudgetLine, ...]:
    """The lines without a parent that is not printed; none at all without any amount."""
    ids = {line.id for line in lines}
    if not any(any(line.amounts.values()) for line in lines):
        return ()
    return tuple(
        BudgetLine(
            each.id, each.parent if each.parent in ids else "", each.name, each.amounts, "b2"
        )
        for each in lines
    )


def _columns(ledger: Ledger, block: Block, words: FormWords) -> _Columns:
    """An amount may be split in the row below its heading: 总额, 财政拨款, 其他资金."""
    amounts: dict[str, dict[str, GridCell]] = {}
    first = block.bottom + 1
    for key in AMOUNTS:
        heading = block.columns.get(key)
        if heading is None:
            continue
        split = {
            part: cell
            for cell in ledger.grid.row(heading.bottom + 1)
            if heading.column <= cell.column <= heading.right
            and (part := meaning(cell.text, words.tasks.parts))
        }
        for cell in split.values():
            ledger.take(cell)
            first = max(first, cell.bottom + 1)
        amounts[key] = split or {"whole": heading}
    return _Columns(block, amounts, first)


def _task(ledger: Ledger, block: Block, row: int, name: GridCell) -> Task:
    content, done = (
        _text(ledger, own(ledger, block.columns[key], row, row))
        if key in block.columns
        else NOTHING
        for key in ("content", "done")
    )
    return Task(ledger.take(name), content, done)


def _text(ledger: Ledger, cell: GridCell) -> Printed:
    """Words of several lines, without braces: those would be taken for addresses."""
    ledger.take(cell)
    if "{" in cell.text or "}" in cell.text:
        ledger.fault(cell, "文字里有花括号", "请改用圆括号")
    return Printed(cell.text, cell.at) if cell.text else NOTHING


def _lines(
    ledger: Ledger, columns: _Columns, words: FormWords, row: int, place: tuple[str, str]
) -> list[BudgetLine]:
    """The line of a task, and below it those of the parts that its amounts are split into.

    The parts of the total stand beside it: below it are the tasks, which add up to it.
    """
    own_id, parent = place
    name = ledger.take(under(ledger, columns.block.columns["name"], row))
    amounts: dict[str, dict[str, str]] = {"whole": {}}
    where: dict[str, str] = {}
    for key, split in columns.amounts.items():
        for part, heading in split.items():
            cell = own(ledger, heading, row, row)
            amounts.setdefault(part, {})[key] = ledger.value(cell, "amount").text
            where.setdefault(part, cell.at)
    rated = columns.block.columns.get("rate")
    if rated:
        amounts["whole"]["rate"] = rate(ledger, own(ledger, rated, row, row), rated)
    lines = [BudgetLine(own_id, parent, name, amounts.pop("whole"))]
    for part, read in amounts.items():
        if any(read.values()):
            printed = Printed(words.tasks.parts[part].name, where[part])
            lines.append(BudgetLine(f"{own_id}_{part}", own_id if parent else "", printed, read))
    ledger.say(
        Area(row, columns.block.left, row, columns.block.right),
        f"任务：{name.text}：{'；'.join(_told(line, words) for line in lines)}",
        name.at,
    )
    return lines


def _told(line: BudgetLine, words: FormWords) -> str:
    terms = words.tasks.columns
    told = [f"{terms[key].name} {text}" for key, text in line.amounts.items() if text]
    name = "其中" if line.id.endswith(("_fiscal", "_other")) else ""
    return f"{name and name + line.name.text + ' '}{'，'.join(told) or '没有金额'}"
