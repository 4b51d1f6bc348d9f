"""A case as the self-evaluation form that it would fill, as far as such a form can hold it."""

from collections.abc import Iterator, Mapping

from evalbook.forms.case_files import EXECUTION
from evalbook.forms.form import (
    NOTHING,
    BudgetLine,
    Execution,
    Form,
    Indicator,
    Printed,
    Task,
    Total,
)
from evalbook.forms.words import FormWords, Kind
from evalbook.model import Case, Row, Table

AMOUNTS = ("budget", "adjusted", "executed", "rate")


def form_of(case: Case, words: FormWords) -> Form:
    """The form; what a form has no place for is left out."""
    params, published = case.params, case.params.published
    kind: Kind = "department" if params.kind == "department" else "project"
    said = {entry.id: Printed(entry.title or "") for entry in case.texts}
    texts = {entry.id: Printed(entry.text or "") for entry in case.texts}
    execution = _execution_row(case)
    return Form(
        kind=kind,
        title=said.get("form") or Printed(words.titles[kind].name),
        period=params.period,
        department=Printed(params.department),
        money_unit=params.money_unit,
        project=NOTHING if kind == "department" else said.get("project") or Printed(params.title),
        unit=Printed(params.unit or ""),
        budget=tuple(_lines(case)),
        execution=_execution(execution) if execution else None,
        expected=texts.get("goal_expected", NOTHING),
        achieved=texts.get("goal_actual", NOTHING),
        tasks=tuple(_tasks(said, texts)),
        indicators=tuple(_indicators(case, execution)),
        total=Total(
            "" if published.full is None else format(published.full, "f"),
            "" if published.score is None else format(published.score, "f"),
            published.grade or "",
        ),
    )


def _lines(case: Case) -> Iterator[BudgetLine]:
    """The lines of 项目资金 and of 年度主要任务; of another document, its first budget table."""
    tables = case.of_kind("budget")
    own = [table for table in tables if table.id in {"b1", "b2"}]
    for table in own or tables[:1]:
        key = table.id if own else "b1"
        for row in table.rows:
            amounts = {column: row[column].text for column in AMOUNTS}
            yield BudgetLine(row.id, row.parent, Printed(row.name), amounts, key)


def _execution_row(case: Case) -> Row | None:
    """The indicator that stands for the marks beside the funds."""
    rows = [row for _, row in case.rows("indicators") if row["rule"].text == "execution"]
    return next((row for row in rows if not row.parent and row.name == EXECUTION), None)


def _execution(row: Row) -> Execution:
    line = next((each.split(".")[1] for each in row["evidence"].items), "total")
    return Execution(line, row["full_marks"].text, row["actual"].text, row["score"].text, "")


def _tasks(said: Mapping[str, Printed], texts: Mapping[str, Printed]) -> Iterator[Task]:
    number = 1
    while f"task_{number}" in said:
        content, done = (texts.get(f"task_{number}_{key}", NOTHING) for key in ("content", "done"))
        yield Task(said[f"task_{number}"], content, done)
        number += 1


def _indicators(case: Case, execution: Row | None) -> Iterator[Indicator]:
    for table in case.of_kind("indicators"):
        for root in table.roots():
            if root is not execution:
                yield from _tree(table, root)


def _tree(table: Table, root: Row) -> Iterator[Indicator]:
    """Three levels: what is deeper stands directly below the second."""
    yield _indicator(root, "")
    for child in table.children(root):
        yield _indicator(child, root.id)
        for below in table.below(child):
            yield _indicator(below, child.id)


def _indicator(row: Row, parent: str) -> Indicator:
    return Indicator(
        id=row.id,
        parent=parent,
        name=Printed(row.name),
        section=row["section"].text,
        full_marks=row["full_marks"].text,
        direction=row["direction"].text,
        target=row["target"].text,
        actual=row["actual"].text,
        unit=row["unit"].text,
        rule=row["rule"].text,
        score=row["score"].text,
        reason=row["reason"].text,
    )
