"""A form as the files of a case: parameters, source.yaml, budget.csv, indicators.csv, text.yaml.

Texts stand as printed; what the form does not print stays empty. The execution rate, which a form
prints beside the funds, becomes an indicator of its own, with the budget line as its evidence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evalbook.cells import parse_cell
from evalbook.forms.form import BudgetLine, Form, Printed
from evalbook.forms.words import FormWords
from evalbook.standards import Column

Record = Mapping[str, str]
BUDGET = ("id", "parent", "table", "place", "name", "budget", "adjusted", "executed", "rate")
INDICATORS = (
    "id", "parent", "place", "name", "section", "full_marks", "direction", "target", "actual",
    "unit", "rule", "score", "score_basis", "reason", "evidence", "same_as",
)  # fmt: skip
TITLES = {"b1": "项目资金", "b2": "年度主要任务", "i1": "绩效指标"}
EXECUTION = "预算执行率"


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """What is written for a case: plain data, texts as printed."""

    params: Mapping[str, Any]
    source: Mapping[str, Any]
    tables: Mapping[str, tuple[Record, ...]]
    headings: tuple[Mapping[str, str], ...]
    checks: tuple[Mapping[str, str], ...] = ()


def case_files(form: Form, words: FormWords, sheet: str, sha256: str) -> CaseFiles:
    """The files of the case that a form on `sheet` of a workbook with that hash makes."""
    tables = {
        "budget": tuple(_line(line) for line in form.budget),
        "indicators": tuple(_indicators(form, words)),
    }
    return CaseFiles(
        params=_params(form, words),
        source=_source(form, words, sheet, sha256),
        tables={name: rows for name, rows in tables.items() if rows},
        headings=tuple(_headings(form)),
        checks=tuple(_checks(form)),
    )


def subject(form: Form) -> str:
    """What the form is about: the project, or the department as a whole."""
    return form.project.text or f"{form.department.text}部门整体支出"


def _params(form: Form, words: FormWords) -> Mapping[str, Any]:
    published = {
        "score": _number(form.total.score),
        "full": _number(form.total.full),
        "grade": form.total.grade,
    }
    kept = {key: value for key, value in published.items() if value}
    return {
        "schema": "1",
        "title": f"{form.period}年度{subject(form)}绩效自评报告",
        "department": form.department.text,
        **({"unit": form.unit.text} if form.unit else {}),
        "period": form.period,
        "kind": form.kind,
        "stance": "self",
        "framework": words.framework(form.kind, [row.id for row in form.indicators]),
        "rules": words.rules,
        "money_unit": form.money_unit,
        **({"published": kept} if kept else {}),
    }


def _number(text: str) -> str:
    """The digits of marks: `94分` → 94; a dash is none."""
    value = parse_cell(text, Column(name="分", type="marks")).value
    return "" if value is None else format(value, "f")


def _source(form: Form, words: FormWords, sheet: str, sha256: str) -> Mapping[str, Any]:
    return {
        "document": f"{form.title.text}（{form.period}年度）{subject(form)}",
        "sha256": sha256,
        "tables": [
            {
                "id": key,
                "kind": "indicators" if key == "i1" else "budget",
                "file": "indicators" if key == "i1" else "budget",
                "title": TITLES[key],
                "place": f"{sheet} {table.range}",
                "columns": dict(_columns(key, table.columns)),
                **({"formulas": dict(table.formulas)} if table.formulas else {}),
            }
            for key, table in form.tables.items()
        ],
    }


def _columns(table: str, headings: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """The columns that the report shows, with their printed headings."""
    if table != "i1":
        yield "name", None if table == "b1" else headings.get("name")
        yield from ((key, headings[key]) for key in BUDGET[5:] if key in headings)
        return
    printed = {**headings, "direction": headings.get("nature", "")}
    yield "name", headings.get("name")
    for key in INDICATORS[4:]:
        if printed.get(key):
            yield key, printed[key]
    yield from ((key, None) for key in ("section", "direction") if not printed.get(key))


def _line(line: BudgetLine) -> Record:
    return {
        "id": line.id,
        "parent": line.parent,
        "table": line.table,
        "place": line.name.at,
        "name": line.name.text,
        **line.amounts,
    }


def _indicators(form: Form, words: FormWords) -> Iterator[Record]:
    if form.execution:
        rows = {row.id for row in form.indicators}
        yield {
            "id": "budget_execution" if "execution" in rows else "execution",
            "place": form.execution.at,
            "name": EXECUTION,
            "section": words.indicators.levels["execution"].section,
            "full_marks": form.execution.full_marks,
            "actual": form.execution.rate,
            "rule": "execution",
            "score": form.execution.score,
            "score_basis": _basis(form.execution.score),
            "evidence": f"budget.{form.execution.line}.rate",
            "same_as": f"budget.{form.execution.line}.rate",
        }
    for row in form.indicators:
        yield {
            "id": row.id,
            "parent": row.parent,
            "place": row.name.at,
            "name": row.name.text,
            "section": row.section,
            "full_marks": row.full_marks,
            "direction": row.direction,
            "target": row.target,
            "actual": row.actual,
            "unit": row.unit,
            "rule": row.rule,
            "score": row.score,
            "score_basis": _basis(row.score),
            "reason": row.reason,
        }


def _basis(score: str) -> str:
    return "published" if _number(score) else "not published"


def _headings(form: Form) -> Iterator[Mapping[str, str]]:
    """What the form prints in words: its name, the project, the goals, the tasks."""
    yield from _heading("form", form.title.text, form.title)
    if form.project:
        yield from _heading("project", form.project.text, form.project)
    yield from _text("goal_expected", "预期目标", form.expected, "goals")
    yield from _text("goal_actual", "实际完成情况", form.achieved, "conclusion")
    for number, task in enumerate(form.tasks, 1):
        yield from _heading(f"task_{number}", task.name.text, task.name)
        yield from _text(f"task_{number}_content", "主要内容", task.content, "goals")
        yield from _text(f"task_{number}_done", "完成情况", task.done, "conclusion")


def _heading(key: str, title: str, printed: Printed) -> Iterator[Mapping[str, str]]:
    place = {"place": printed.at} if printed.at else {}
    yield {"id": key, "title": title, **place}


def _text(key: str, title: str, printed: Printed, slot: str) -> Iterator[Mapping[str, str]]:
    if printed:
        yield {
            "id": key,
            "title": title,
            "text": printed.text,
            "place": printed.at,
            "slot": slot,
        }


def _checks(form: Form) -> Iterator[Mapping[str, str]]:
    """The parts of the tasks 财政拨款, 其他资金 add up to those of their total."""
    lines = [line for line in form.budget if line.table == "b2"]
    for total in lines:
        part = total.id.rpartition("_")[2]
        if total.parent or part not in {"fiscal", "other"}:
            continue
        parts = [each for each in lines if each.parent and each.id.endswith(f"_{part}")]
        for column in ("budget", "adjusted", "executed"):
            known = [each for each in parts if each.amounts.get(column)]
            if known and total.amounts.get(column):
                yield {
                    "id": f"{total.id}_{column}",
                    "kind": "sum",
                    "expression": " + ".join(f"budget.{each.id}.{column}" for each in known),
                    "printed": f"budget.{total.id}.{column}",
                    "place": total.name.at,
                    "note": f"各任务的{total.name.text}之和",
                }
