"""A self-evaluation form from a workbook: every sheet that holds one, understood cell by cell."""

from dataclasses import dataclass
from pathlib import Path

from evalbook.errors import Fault, InputError, nearest
from evalbook.forms.duties import duties
from evalbook.forms.form import Form, Total
from evalbook.forms.funds import funds
from evalbook.forms.grid import Grid
from evalbook.forms.head import field, goals, kind_of, money_unit, period, personal, title
from evalbook.forms.indicators import indicators
from evalbook.forms.layout import Layout, is_title, layout
from evalbook.forms.ledger import Ledger, Understanding
from evalbook.forms.opening import open_grids
from evalbook.forms.structure import structure_faults
from evalbook.forms.words import FormWords


@dataclass(frozen=True, slots=True)
class Read:
    """A form, the sheet it was on, and what was understood of it."""

    sheet: str
    form: Form
    understanding: Understanding


def read_forms(
    path: Path, words: FormWords, sheet: str | None = None
) -> tuple[list[Read], list[str]]:
    """The forms of a workbook in the order of its sheets, and remarks on the other sheets.

    Raises InputError with every fault of every form. `sheet` names the only sheet to read.
    """
    read: list[Read] = []
    faults: list[Fault] = []
    remarks: list[str] = []
    grids = _wanted(open_grids(path), path, sheet)
    for grid in grids:
        where = grid.where("").strip()
        found = None if grid.invisible else layout(grid, words)
        if found is None:
            remarks.append(f"{where}{_why_unread(grid, words)}，没有读")
            continue
        try:
            read.append(_read(grid, found, words))
        except InputError as error:
            faults += error.faults
        remarks += [f"{where}的{each}是隐藏的，里面的内容也读入了" for each in grid.hidden]
    if not read and not faults:
        faults += _none(path, grids, words)
    if faults:
        raise InputError(faults)
    return read, remarks


def _why_unread(grid: Grid, words: FormWords) -> str:
    if grid.invisible:
        return "是隐藏的"
    named = [cell for cell in grid.cells if is_title(cell, words)]
    return f"的 {named[0].range} 像表名，但没有绩效指标的表头" if named else "没有自评表"


def _wanted(grids: list[Grid], path: Path, sheet: str | None) -> list[Grid]:
    """The sheets to read; raises InputError when there is none of that name."""
    chosen = [grid for grid in grids if sheet in (None, grid.sheet)]
    if not chosen:
        names = [grid.sheet for grid in grids]
        raise InputError([Fault(path.name, f"没有工作表“{sheet}”", nearest(sheet or "", names))])
    return chosen


def _none(path: Path, grids: list[Grid], words: FormWords) -> list[Fault]:
    """No sheet has the headings of indicators; merged cells may hide them."""
    titles = [(g, c) for g in grids if not g.invisible for c in g.cells if is_title(c, words)]
    wanted = "、".join(t.name for t in words.indicators.columns.values() if t.needed)
    remedy = f"请检查绩效指标的表头：{wanted}"
    if not titles:
        return [Fault(path.name, "没有找到自评表", remedy)]
    grid, cell = titles[0]
    hidden = [*grid.faults, *grid.covered_faults()]
    return hidden or [Fault(grid.where(cell), "是自评表的表名，但没有找到绩效指标的表头", remedy)]


def _read(grid: Grid, found: Layout, words: FormWords) -> Read:
    if faults := structure_faults(grid, found, words):
        raise InputError(faults)
    ledger = Ledger(grid)
    form = _form(ledger, found, words)
    personal(ledger, words)
    if ledger.faults:
        raise InputError(ledger.faults)
    return Read(grid.sheet, form, ledger.understanding())


def _form(ledger: Ledger, found: Layout, words: FormWords) -> Form:
    kind = kind_of(found, words)
    lines, execution, first = funds(ledger, found, words)
    total = "tasks_total" if any(line.id == "total" for line in lines) else "total"
    tasks, more, marked, second = duties(ledger, found, words, total)
    expected, achieved = goals(ledger, found, words)
    rows, whole, third = indicators(ledger, found, words)
    tables = {"b1": first, "b2": second if more else None, "i1": third}
    return Form(
        kind=kind,
        title=title(ledger, found, kind, words),
        period=period(ledger, found, words),
        department=field(ledger, found, "department", words, needed=True),
        money_unit=money_unit(ledger, found, words),
        project=field(ledger, found, "project", words, needed=kind == "project"),
        unit=field(ledger, found, "unit", words, needed=False),
        budget=(*lines, *more),
        execution=execution or marked,
        expected=expected,
        achieved=achieved,
        tasks=tasks,
        indicators=rows,
        total=_graded(ledger, found, words, whole),
        tables={key: table for key, table in tables.items() if table},
    )


def _graded(ledger: Ledger, found: Layout, words: FormWords, total: Total) -> Total:
    """The grade from its own label, when the line of the total does not print one."""
    printed = field(ledger, found, "grade", words, needed=False)
    if printed and total.grade and printed.text != total.grade:
        label = found.fields["grade"][0]
        problem = f"等级“{printed.text}”与总分行的“{total.grade}”不同"
        ledger.fault(label, problem, "请统一")
    return Total(total.full, total.score, total.grade or printed.text)
