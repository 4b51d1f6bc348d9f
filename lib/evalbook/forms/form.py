"""A self-evaluation form 绩效自评表 as read, or as it will be written: frozen, texts verbatim."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evalbook.forms.words import Kind


@dataclass(frozen=True, slots=True)
class Printed:
    """A text and the address of the cell it stands in; empty when nothing is printed."""

    text: str = ""
    at: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)


NOTHING = Printed()


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A line of the funds 项目资金 or a task 年度主要任务: amounts and rate by column."""

    id: str
    parent: str
    name: Printed
    amounts: Mapping[str, str]
    table: str = "b1"


@dataclass(frozen=True, slots=True)
class Execution:
    """The marks of the execution rate 预算执行率, printed on the line `line` of the funds."""

    line: str
    full_marks: str
    rate: str
    score: str
    at: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A line of the indicators, of any level; what it does not print is empty."""

    id: str
    parent: str
    name: Printed
    section: str = ""
    full_marks: str = ""
    direction: str = ""
    target: str = ""
    actual: str = ""
    unit: str = ""
    rule: str = ""
    score: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the year 年度主要任务: what it is, what was done."""

    name: Printed
    content: Printed
    done: Printed


@dataclass(frozen=True, slots=True)
class Total:
    """The line 总分 and the grade."""

    full: str = ""
    score: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Where a table stands, the printed headings, and formulas that they state otherwise."""

    range: str
    columns: Mapping[str, str]
    formulas: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """One self-evaluation form; amounts in `money_unit`."""

    kind: Kind
    title: Printed
    period: str
    department: Printed
    money_unit: str
    project: Printed = NOTHING
    unit: Printed = NOTHING
    budget: tuple[BudgetLine, ...] = ()
    execution: Execution | None = None
    expected: Printed = NOTHING
    achieved: Printed = NOTHING
    tasks: tuple[Task, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    total: Total = Total()
    tables: Mapping[str, Table] = field(default_factory=dict)
