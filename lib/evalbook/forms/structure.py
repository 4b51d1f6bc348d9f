"""Whether a sheet holds one whole form: headings missing, headings twice, two forms on a sheet."""

from collections.abc import Iterator, Mapping, Sequence

from evalbook.errors import Fault
from evalbook.forms.grid import Area, Grid
from evalbook.forms.layout import Block, Layout
from evalbook.forms.words import FormWords, Term

ONE_SHEET = "一张工作表只放一张自评表，请把另一张移到别的工作表"


def structure_faults(grid: Grid, form: Layout, words: FormWords) -> list[Fault]:
    """Everything that keeps the sheet from being read as one form."""
    faults = [*grid.faults, *grid.covered_faults()]
    if grid.long:
        faults.append(
            Fault(grid.where(f"第 {grid.last} 行"), "工作表太长", "请删去自评表以外的内容")
        )
    faults += _twice(grid, form, words)
    faults += _headings(grid, form.indicators[0], words.indicators.columns, "绩效指标")
    for block in form.budgets[:1]:
        faults += _headings(grid, block, words.budget.columns, "项目资金")
        faults += _no_base(grid, block, words)
    for block in form.tasks[:1]:
        faults += _headings(grid, block, words.tasks.columns, "年度主要任务")
    if not form.budgets and not form.tasks:
        problem = "没有找到项目资金的表头（年初预算数、全年预算数、全年执行数、分值、执行率、得分）"
        faults.append(
            Fault(grid.where(_labelled(grid, form, words)), problem, "请按自评表的格式补上")
        )
    return faults


def _twice(grid: Grid, form: Layout, words: FormWords) -> Iterator[Fault]:
    """Parts that a form has once."""
    parts: list[tuple[str, Sequence[Area]]] = [
        ("绩效指标的表头", [_heading_row(block) for block in form.indicators]),
        ("项目资金的表头", [_heading_row(block) for block in form.budgets]),
        ("年度主要任务的表头", [_heading_row(block) for block in form.tasks]),
        ("年度总体目标的表头", [_heading_row(block) for block in form.goals]),
        ("总分行", form.totals),
    ]
    parts += [(words.fields[key].name, cells) for key, cells in form.fields.items()]
    for name, areas in parts:
        if len(areas) > 1:
            places = "、".join(area.range for area in areas)
            yield Fault(grid.where(areas[1]), f"“{name}”有 {len(areas)} 处：{places}", ONE_SHEET)


def _heading_row(block: Block) -> Area:
    return Area(block.top, block.left, block.bottom, block.right)


def _headings(grid: Grid, block: Block, terms: Mapping[str, Term], name: str) -> Iterator[Fault]:
    for one, other in block.doubled:
        problem = f"{one.range}“{one.text}”和 {other.range}“{other.text}”意思相同，不知道读哪一列"
        yield Fault(grid.where(other), problem, "请删去一列，或改写其中一个表头")
    for key, term in terms.items():
        if term.needed and key not in block.columns:
            also = f"（也可写作{'、'.join(term.words[:3])}）" if term.words else ""
            problem = f"{name}的表头缺少“{term.name}”一列"
            remedy = f"请补上这一列{also}；原表没有的，请加一列空的"
            yield Fault(grid.where(_heading_row(block)), problem, remedy)


def _no_base(grid: Grid, block: Block, words: FormWords) -> Iterator[Fault]:
    """The execution rate needs something to be measured against."""
    wanted = words.budget.one_of
    if not any(key in block.columns for key in wanted):
        names = "、".join(words.budget.columns[key].name for key in wanted)
        problem = f"项目资金的表头缺少预算数一列（{names}之一）"
        yield Fault(grid.where(_heading_row(block)), problem, "请补上这一列")


def _labelled(grid: Grid, form: Layout, words: FormWords) -> Area:
    """Where the funds should have been: beside their label, else at the indicators."""
    label = next((c for c in form.labels if words.budget.label.meets(c.text)), None)
    return label or _heading_row(form.indicators[0])
