"""A form as a workbook in the official layout 财预〔2020〕10号 附件1, the same bytes every time.

Columns A to I are those of the annex. 指标性质 and 度量单位 follow behind them where a case has
them, and a department's form has its tasks 年度主要任务 between the funds and the goals.
"""

from collections.abc import Iterable, Mapping

from evalbook.forms.direction import nature_of
from evalbook.forms.form import BudgetLine, Form, Indicator
from evalbook.forms.page import Page, workbook_of
from evalbook.forms.words import FormWords

RIGHT = 9
DASH = "—"


def official(form: Form, words: FormWords) -> bytes:
    """The workbook's bytes."""
    page = Page(RIGHT)
    _head(page, form, words)
    if any(line.table == "b1" for line in form.budget) or not form.tasks:
        _funds(page, form, words)
    if form.tasks:
        _tasks(page, form, words)
    _goals(page, form, words)
    _indicators(page, form, words)
    return workbook_of(page)


def _head(page: Page, form: Form, words: FormWords) -> None:
    page.put(1, (1, RIGHT), form.title.text, "title")
    page.put(2, (1, RIGHT), f"（{form.period}年度）", "plain")
    fields = words.fields
    if form.kind == "department":
        page.put(3, (1, 2), "部门名称")
        page.put(3, (3, RIGHT), form.department.text)
        page.row = 4
        if form.unit:
            page.put(4, (1, 2), fields["unit"].name)
            page.put(4, (3, RIGHT), form.unit.text)
            page.row = 5
        return
    page.put(3, (1, 2), fields["project"].name)
    page.put(3, (3, RIGHT), form.project.text)
    page.put(4, (1, 2), fields["department"].name)
    page.put(4, (3, 5), form.department.text)
    page.put(4, (6, 6), fields["unit"].name)
    page.put(4, (7, RIGHT), form.unit.text)
    page.row = 5


def _funds(page: Page, form: Form, words: FormWords) -> None:
    """项目资金: columns D to I."""
    lines = [line for line in form.budget if line.table == "b1"]
    top = page.row
    label = f"{words.budget.label.name}\n（{form.money_unit}）"
    page.put(top, (1, 2), label, down=max(len(lines), 1))
    page.put(top, (3, 3), "")
    columns = ("budget", "adjusted", "executed", "full_marks", "rate", "score")
    for column, key in enumerate(columns, 4):
        page.put(top, (column, column), words.budget.columns[key].name)
    for row, line in enumerate(lines, top + 1):
        page.put(row, (3, 3), line.name.text, "inner" if line.parent else "left")
        marks, score = _marks(form, line)
        values = {**line.amounts, "full_marks": marks, "score": score}
        for column, key in enumerate(columns, 4):
            page.put(row, (column, column), values.get(key, ""))
    page.row = top + max(len(lines), 1) + 1


def _marks(form: Form, line: BudgetLine) -> tuple[str, str]:
    """The marks of the execution rate on its line, a dash on the others."""
    if form.execution and form.execution.line == line.id:
        return form.execution.full_marks, form.execution.score
    return DASH, DASH


def _tasks(page: Page, form: Form, words: FormWords) -> None:
    """年度主要任务, each amount split where the case splits it."""
    lines = [line for line in form.budget if line.table == "b2"]
    split = _split(lines)
    columns = [("name", ""), ("content", ""), ("done", "")]
    columns += [(key, part) for key in ("budget", "adjusted", "executed") for part in split[key]]
    marked = form.execution and any(line.id == form.execution.line for line in lines)
    columns += [("full_marks", "")] if marked else []
    columns += [("rate", "")] if any(line.amounts.get("rate") for line in lines) else []
    columns += [("score", "")] if marked else []
    rows = _task_rows(form, lines)
    top = page.row
    label = f"{words.tasks.label.name}\n（{form.money_unit}）"
    page.put(top, (1, 1), label, down=len(rows) + 1)
    _task_headings(page, top, columns, words)
    for number, row in enumerate(rows, top + 2):
        for column, cell in enumerate(columns, 2):
            look = "left" if cell[0] in {"name", "content", "done"} else ""
            page.put(number, (column, column), row.get(cell, ""), look)
    page.row = top + 2 + len(rows)


def _split(lines: Iterable[BudgetLine]) -> Mapping[str, list[str]]:
    """The parts that each amount of the tasks has; none for an amount that no line prints."""
    found: dict[str, list[str]] = {"budget": [], "adjusted": [], "executed": []}
    for line in lines:
        part = next((p for p in ("fiscal", "other") if line.id.endswith(f"_{p}")), "whole")
        for key, parts in found.items():
            if line.amounts.get(key) and part not in parts:
                parts.append(part)
    order = ("whole", "fiscal", "other")
    return {key: sorted(parts, key=order.index) for key, parts in found.items()}


def _task_rows(form: Form, lines: Iterable[BudgetLine]) -> list[dict[tuple[str, str], str]]:
    """The cells of each task, and of the total last, by column and part."""
    rows: dict[str, dict[tuple[str, str], str]] = {
        f"task_{number}": {
            ("name", ""): task.name.text,
            ("content", ""): task.content.text,
            ("done", ""): task.done.text,
        }
        for number, task in enumerate(form.tasks, 1)
    }
    for line in lines:
        part = next((p for p in ("fiscal", "other") if line.id.endswith(f"_{p}")), "whole")
        own = line.id.removesuffix(f"_{part}")
        row = rows.setdefault(own, {("name", ""): line.name.text})
        for key, text in line.amounts.items():
            if text:
                row[(key, "") if key == "rate" else (key, part)] = text
        if part == "whole" and form.execution:
            row["full_marks", ""], row["score", ""] = _marks(form, line)
    return list(rows.values())


def _task_headings(page: Page, top: int, columns: list[tuple[str, str]], words: FormWords) -> None:
    terms, parts = words.tasks.columns, words.tasks.parts
    for column, (key, part) in enumerate(columns, 2):
        if not part:
            page.put(top, (column, column), terms[key].name, down=1)
            continue
        page.put(top + 1, (column, column), parts[part].name)
        same = [number for number, cell in enumerate(columns, 2) if cell[0] == key]
        if column == same[0]:
            page.put(top, (same[0], same[-1]), terms[key].name)


def _goals(page: Page, form: Form, words: FormWords) -> None:
    top, terms = page.row, words.goals
    page.put(top, (1, 1), terms.label.name, down=1)
    page.put(top, (2, 5), terms.expected.name)
    page.put(top, (6, RIGHT), terms.actual.name)
    page.put(top + 1, (2, 5), form.expected.text, "left")
    page.put(top + 1, (6, RIGHT), form.achieved.text, "left")
    longest = max(_lines_of(form.expected.text), _lines_of(form.achieved.text))
    page.heights[top + 1] = min(max(36.0, 15.0 * longest), 400.0)
    page.row = top + 2


def _lines_of(text: str) -> int:
    """How many lines a goal takes in its column."""
    return sum(1 + len(part) // 26 for part in text.split("\n"))


COLUMNS = ("target", "actual", "full_marks", "score", "reason")


def _indicators(page: Page, form: Form, words: FormWords) -> None:
    """绩效指标 and the total: columns B to I, then what the annex does not have."""
    terms, top = words.indicators.columns, page.row
    natures = _natures(form, words)
    units = {line.id: line.unit for line in form.indicators}
    more = {
        key: found for key, found in (("nature", natures), ("unit", units)) if any(found.values())
    }
    headings = ("level1", "level2", "name", *COLUMNS, *more)
    for column, key in enumerate(headings, 2):
        page.put(top, (column, column), terms[key].name)
    row = top + 1
    for root in (each for each in form.indicators if not each.parent):
        row = _root(page, form, root, row, more)
    page.put(top, (1, 1), words.indicators.label.name, down=row - top - 1)
    page.put(row, (1, 6), words.indicators.total.name)
    page.put(row, (7, 7), form.total.full)
    page.put(row, (8, 8), form.total.score)
    page.put(row, (RIGHT, RIGHT), form.total.grade)
    page.row = row + 1


More = Mapping[str, Mapping[str, str]]


def _natures(form: Form, words: FormWords) -> Mapping[str, str]:
    """指标性质 of the lines whose target does not say the direction by itself."""
    by_id = {line.id: line for line in form.indicators}
    found = {}
    for line in form.indicators:
        above = by_id.get(line.parent, line)
        top = by_id.get(above.parent, above)
        second = above if above is not top else None
        found[line.id] = nature_of(words, line, (top, second, line.name.text))
    return found


def _root(page: Page, form: Form, root: Indicator, row: int, more: More) -> int:
    """A level-1 indicator with all below it; the next free row."""
    top = row
    children = [each for each in form.indicators if each.parent == root.id]
    if not children:
        page.put(row, (2, 4), root.name.text)
        _values(page, root, row, more)
        return row + 1
    for child in children:
        leaves = [each for each in form.indicators if each.parent == child.id]
        if leaves:
            page.put(row, (3, 3), _with_marks(child), down=len(leaves) - 1)
            for leaf in leaves:
                page.put(row, (4, 4), leaf.name.text, "left")
                _values(page, leaf, row, more)
                row += 1
        else:
            page.put(row, (3, 4), child.name.text, "left")
            _values(page, child, row, more)
            row += 1
    page.put(top, (2, 2), _with_marks(root), down=row - top - 1)
    return row


def _with_marks(level: Indicator) -> str:
    """产出指标（50分）, as local forms print the marks of a level."""
    marks = level.full_marks.removesuffix("分")
    return f"{level.name.text}\n（{marks}分）" if marks else level.name.text


def _values(page: Page, line: Indicator, row: int, more: More) -> None:
    for column, key in enumerate(COLUMNS, 5):
        page.put(row, (column, column), getattr(line, key), "left" if key == "reason" else "")
    for column, found in enumerate(more.values(), RIGHT + 1):
        page.put(row, (column, column), found[line.id])
