"""The rows of a case as evaluation.json has them: printed figures and what was recomputed."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from evalbook.audit.entry import plain
from evalbook.figures import unit_of
from evalbook.lookup import place
from evalbook.model import Row, Table
from evalbook.operands import bind, ratio_of

if TYPE_CHECKING:
    from evalbook.evaluation import Evaluation


def section(ev: "Evaluation", table: Table, row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "section": row["section"].text or None,
        "full": _value(row, "full_marks"),
        "score": _value(row, "score"),
        "rate": decimal_text(ev.computed(row.address("rate"))),
    }


def indicator(ev: "Evaluation", table: Table, row: Row) -> dict[str, Any]:
    scored = ev.scores[row.address("score")]
    ratio, bound = ratio_of(ev.case, row), bind(ev.case, row)
    path = [*reversed(table.above(row)), row]
    section = next((each["section"].text for each in reversed(path) if each["section"].text), None)
    return {
        "id": row.id,
        "parent": row.parent or None,
        "path": [each.name for each in path],
        "section": section,
        "full": _value(row, "full_marks"),
        "direction": row["direction"].text or None,
        "target": row["target"].text or None,
        "actual": row["actual"].text or None,
        "formula": ratio.name if ratio else None,
        "measured": decimal_text(ev.computed(row.address("actual"))),
        "expression": ev.measures[row.address("actual")].expression if bound else None,
        "unit": row["unit"].text or row["target"].unit or row["actual"].unit or None,
        "score": _value(row, "score"),
        "rate": decimal_text(ev.computed(row.address("rate"))),
        "printed": {"rate": _value(row, "rate")},
        "computed": decimal_text(scored.marks),
        "basis": row["score_basis"].text or None,
        "rule": scored.rule or row["rule"].text or None,
        "named_rule": row.said("rule") or None,
        "score_state": row["score"].state,
        "explanation": scored.explanation or None,
        "reason": row["reason"].text or None,
        "evidence": list(row["evidence"].items),
    }


_AMOUNTS = (
    "applied", "planned", "budget", "adjustment", "adjusted", "due", "in_place", "executed",
    "balance",
)  # fmt: skip


def budget(ev: "Evaluation", table: Table, row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "table": table.id,
        "parent": row.parent or None,
        "name": row.name,
        "level": len(table.above(row)) + 1,
        "unit": _unit(ev, table, row, "executed"),
        **{column: _amount(ev, table, row, column, "executed") for column in _AMOUNTS},
        "basis": row["basis"].text or None,
        "rate": decimal_text(ev.computed(row.address("rate"))),
        "share": decimal_text(ev.computed(row.address("share"))),
        "printed": {"rate": _value(row, "rate"), "share": _value(row, "share")},
    }


def fund(ev: "Evaluation", table: Table, row: Row) -> dict[str, Any]:
    columns = ("opening", "income", "expenditure", "surplus", "closing")
    ratios = ("rate", "months", "income_growth", "expenditure_growth")
    return {
        "id": row.id,
        "parent": row.parent or None,
        "fund": row["fund"].text or None,
        "name": row.name,
        "period": row["period"].text or None,
        "unit": _unit(ev, table, row, "income"),
        **{column: _amount(ev, table, row, column, "income") for column in columns},
        "monthly": _amount(ev, table, row, "monthly", "income"),
        **{column: decimal_text(ev.computed(row.address(column))) for column in ratios},
        "printed": {column: _value(row, column) for column in ratios},
    }


def record(ev: "Evaluation", table: Table, row: Row) -> dict[str, Any]:
    """A row with the columns of its kind: numbers as decimals, all else as printed.

    Its amounts are all in the unit of the last one, whatever unit their cells are printed in.
    """
    columns = table.columns
    record: dict[str, Any] = {"id": row.id, "computed": _computed(ev, table, row)}
    record |= dict.fromkeys(name for name in columns if name != "id")
    cells = row.cells
    printed = {n: cells[n] for n in columns if n != "id" and n in cells and cells[n].text}
    for name, cell in printed.items():
        numeric = cell.value is not None and columns[name].type != "target"
        record[name] = _value(row, name) if numeric else cell.text
    units = [cell.unit for cell in printed.values() if cell.unit and cell.unit != "%"]
    record["unit"] = row["unit"].text or (units[0] if units else None)
    amounts = [c for c in printed if columns[c].type == "amount" and cells[c].value is not None]
    for name in amounts:
        record["unit"] = _unit(ev, table, row, amounts[-1])
        record[name] = _amount(ev, table, row, name, amounts[-1])
    return record


def _computed(ev: "Evaluation", table: Table, row: Row) -> dict[str, str | None]:
    """What the formulas of its kind of table give for the columns of a row."""
    columns = [each.column for each in table.relations if each.formula and each.column]
    return {column: decimal_text(ev.computed(row.address(column))) for column in columns}


def _unit(ev: "Evaluation", table: Table, row: Row, column: str) -> str:
    return place(ev.case, table, row, column).unit


def _amount(ev: "Evaluation", table: Table, row: Row, column: str, unit_from: str) -> str | None:
    """An amount in the unit of its row, exactly, whatever unit its own cell is printed in."""
    value = row[column].value
    if value is None:
        return None
    units = [_unit(ev, table, row, name) for name in (column, unit_from)]
    if units[0] == units[1]:
        return plain(value)
    (_, factor), (_, size) = (unit_of(unit, ev.case.units) for unit in units)
    return decimal_text((value * factor / size).normalize())


def _value(row: Row, column: str) -> str | None:
    """A printed number; a rate in percent, also when it is printed in ‰."""
    value = row[column].value
    return decimal_text(value / 10 if value is not None and row[column].unit == "‰" else value)


def decimal_text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
