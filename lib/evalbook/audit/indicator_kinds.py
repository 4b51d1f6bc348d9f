"""Wrong kinds of indicator 指标: in the wrong group, the wrong way round, vague, or too heavy."""

from collections.abc import Iterator
from decimal import Decimal

from evalbook.audit.compare import place_of
from evalbook.audit.completion import leaning_of
from evalbook.audit.entry import Entry, Severity, plain, remark
from evalbook.audit_settings import Misplaced, holds_one
from evalbook.figures import unit_of
from evalbook.lookup import Place, place
from evalbook.model import Case, Row, Table
from evalbook.rules import fraction
from evalbook.score import full_marks

BOUNDS = {"≥": "higher", ">": "higher", "≤": "lower", "<": "lower"}
OPPOSITE = {"higher": ("越高越好", "≤"), "lower": ("越低越好", "≥")}


def indicator_kinds(case: Case) -> Iterator[Entry]:
    """Every indicator that stands at the end of its branch."""
    for table in case.of_kind("indicators"):
        for row in table.rows:
            if not table.children(row):
                yield from _misplaced(case, table, row)
                yield from _wrong_way(case, table, row)
                yield from _yes_or_no(case, table, row)
                yield from _vague(case, table, row)
        yield from _dominant(case, table)


def _remark(
    case: Case, table: Table, row: Row, column: str, problem: str, severity: Severity = "warning"
) -> Entry:
    at = place(case, table, row, column)
    message = f"{place_of(at)}指标“{row.name}”{problem}。"
    return remark("indicator-kind", severity, at.address, message, (), place_of(at))


def _misplaced(case: Case, table: Table, row: Row) -> Iterator[Entry]:
    """Money spent as a quantity, a cost under an ecological benefit."""
    groups = [each.name for each in table.above(row)]
    kind = dict(unit_of(_unit(case, table, row), case.units)[0])
    for rule in case.audit_settings.misplaced.value:
        group = next((name for name in groups if _belongs(name, rule)), None)
        named = holds_one(row.name, rule.names) or any(kind == {unit: 1} for unit in rule.units)
        if group and named and not holds_one(row.name, rule.unless):
            yield _remark(case, table, row, "name", f"列在“{group}”之下，{rule.problem}")
            return


def _belongs(group: str, rule: Misplaced) -> bool:
    return holds_one(group, rule.under) and not holds_one(group, rule.not_under)


def _unit(case: Case, table: Table, row: Row) -> str:
    columns: list[Place] = [place(case, table, row, column) for column in ("target", "actual")]
    return next((at.unit for at in columns if at.cell.value is not None), "")


def _wrong_way(case: Case, table: Table, row: Row) -> Iterator[Entry]:
    """Lower is better, and the target says at least; or the other way round."""
    written = BOUNDS.get(row["target"].sign)
    stated = row["direction"].text
    meant = stated if stated in OPPOSITE else ""
    if not stated and leaning_of(case, row.name) == "lower":
        meant = "lower"
    if row["target"].value and written and meant and written != meant:
        said, _ = OPPOSITE[meant]
        problem = f"{said}，指标值却写作“{row['target'].text}”，方向相反"
        yield _remark(case, table, row, "target", problem)


def _yes_or_no(case: Case, table: Table, row: Row) -> Iterator[Entry]:
    asked = holds_one(row.name, case.audit_settings.yes_or_no.value)
    column = next((c for c in ("target", "actual") if row[c].unit == "%"), None)
    if asked and column:
        problem = f"只能答是或否，却用百分数（{row[column].text}）"
        yield _remark(case, table, row, column, problem)


def _vague(case: Case, table: Table, row: Row) -> Iterator[Entry]:
    target = row["target"]
    words, measured = case.audit_settings, any(letter.isdigit() for letter in target.text)
    vague = holds_one(target.text, words.vague_targets.value)
    vague = vague and len(target.text) <= words.vague_length.value
    if target.state == "value" and target.value is None and vague and not measured:
        problem = f"的指标值“{target.text}”不可衡量，完成与否无从判断"
        yield _remark(case, table, row, "target", problem, "note")


def _dominant(case: Case, table: Table) -> Iterator[Entry]:
    """One indicator with most of the marks; a group that is not printed any further is none."""
    leaves = [
        row
        for row in table.rows
        if row["full_marks"].value is not None and not _marked_below(table, row)
    ]
    total, share = full_marks(case), fraction(case.audit_settings.dominant_share.value)
    enough = len(leaves) >= case.audit_settings.dominant_count.value
    for row in leaves if enough else ():
        marks = row["full_marks"].value or Decimal(0)
        if marks > total * share and not _is_group(case, table, row):
            limit = case.audit_settings.dominant_share.value
            problem = (
                f"的分值是 {plain(marks)} 分，超过总分值 {plain(total)} 分的 {limit}，过于集中"
            )
            yield _remark(case, table, row, "full_marks", problem)


def _marked_below(table: Table, row: Row) -> bool:
    return any(each["full_marks"].value is not None for each in table.below(row))


def _is_group(case: Case, table: Table, row: Row) -> bool:
    """A part of the framework rather than an indicator: by its name, or with rows below it."""
    names = case.audit_settings.group_names.value
    levels = case.framework.indicators if case.framework else ()
    tops = {each.name for each in levels if each.parent is None}
    name = row.name.removesuffix("指标")
    return bool(table.children(row)) or name in names or row.name in tops
