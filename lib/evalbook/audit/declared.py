"""Claims of checks.yaml: what no column says."""

from collections.abc import Iterator

from evalbook.audit.compare import compared
from evalbook.audit.entry import Entry, holds, remark
from evalbook.audit.relations import true
from evalbook.cells import parse_cell
from evalbook.expression import (
    Operation,
    Resolve,
    is_comparison,
    names,
    parse,
    shown,
    value,
)
from evalbook.figures import Figure, UnitMismatch
from evalbook.lookup import find, located
from evalbook.model import Case
from evalbook.schema import Check
from evalbook.standards import Column


def declared(case: Case) -> Iterator[Entry]:
    """Each check: an expression against what is printed, or a comparison as it stands."""
    for check in case.checks:
        node = parse(check.expression)
        text, inputs = shown(node, lambda name: _show(case, name)), tuple(names(node))
        place = check.place or ""
        try:
            if is_comparison(node) and isinstance(node, Operation):
                entry = _claim(case, check, node, text, inputs)
            else:
                entry = _printed(case, check, value(node, _figures(case), case.units), text, inputs)
        except UnitMismatch as error:
            message = f"{place}{check.id}：计量单位不一致，{error}。"
            entry = remark("unit", "error", f"checks.{check.id}", message, inputs)
        yield entry._replace(id=f"{entry.kind}:checks.{check.id}", place=place or entry.place)


def _figures(case: Case) -> Resolve:
    def resolve(name: str) -> Figure | None:
        at = find(case, name)
        return at.figure if at else None

    return resolve


def _show(case: Case, name: str) -> str:
    at = find(case, name)
    if at is None or not at.cell.text:
        return "未公布"
    return at.shown.removeprefix(at.cell.text[0]) if at.cell.sign else at.shown


def _claim(case: Case, check: Check, node: Operation, text: str, inputs: tuple[str, ...]) -> Entry:
    where = inputs[0] if inputs else f"checks.{check.id}"
    left = value(node.left, _figures(case), case.units)
    right = value(node.right, _figures(case), case.units)
    what = f"{check.place or ''}{check.note or text}"
    if left is None or right is None:
        message = f"{what}：所需的数没有公布，无法复核。"
        return remark(check.kind, "note", where, message, inputs, verdict="unverifiable")
    if true(node.sign, left, right):
        return holds(check.kind, where, f"{what}：{text}，成立。", inputs, expression=text)
    message = f"{what}：{text}，不成立。"
    return remark(check.kind, "error", where, message, inputs, expression=text)


def _printed(
    case: Case, check: Check, computed: Figure | None, text: str, inputs: tuple[str, ...]
) -> Entry:
    at = find(case, str(check.printed))
    if at is None:
        return _literal(case, check, computed, text, inputs)
    if computed is None or at.figure is None:
        message = f"{check.note or text}：所需的数没有公布，无法复核。"
        return remark(check.kind, "note", at.address, message, inputs, verdict="unverifiable")
    return compared(case, check.kind, at, computed, text, inputs)


def _literal(
    case: Case, check: Check, computed: Figure | None, text: str, inputs: tuple[str, ...]
) -> Entry:
    """A printed figure that stands in no table, known to the places it is written with."""
    column = Column(name=check.note or "印出的数", type="number")
    cell = parse_cell(str(check.printed), column)
    at = located(case, f"checks.{check.id}", cell, column, cell.unit, exact=False)
    if computed is None:
        message = f"{column.name} {at.shown}：所需的数没有公布，无法复核。"
        return remark(check.kind, "note", at.address, message, inputs, verdict="unverifiable")
    return compared(case, check.kind, at, computed, text, inputs)
