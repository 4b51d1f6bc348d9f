"""Change of base 口径变化: two periods are compared whose totals are made of different parts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evalbook.audit.compare import place_of
from evalbook.audit.entry import Entry, holds, remark
from evalbook.lookup import find_row, place
from evalbook.model import Case, Row, Table
from evalbook.standards import Relation

FLOWS = ("income", "executed", "expenditure", "closing")


@dataclass(frozen=True, slots=True)
class Change:
    """Parts of a total that only the earlier period has, and those that only the later has."""

    gone: tuple[Row, ...]
    new: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*self.gone, *self.new)

    @property
    def text(self) -> str:
        sides = (("上期有而本期没有", self.gone), ("本期有而上期没有", self.new))
        return "；".join(
            f"{said}的是{'、'.join(f'“{row.name}”' for row in rows)}"
            for said, rows in sides
            if rows
        )


def bases(case: Case) -> Iterator[Entry]:
    """Growth and change printed for totals, and totals that stand beside those of last year."""
    claimed: set[str] = set()
    following = _following(case)
    for table, row in case.rows("facts"):
        yield from _claim(case, table, row, following, claimed)
    for file in ("funds", "budget"):
        for table, row in case.rows(file):
            yield from _total(case, table, row, claimed)


def _following(case: Case) -> Mapping[str, list[tuple[Table, Row]]]:
    """The rows of funds and budgets of the period after, by the address of the row before."""
    found: dict[str, list[tuple[Table, Row]]] = {}
    for file in ("funds", "budget"):
        for table, row in case.rows(file):
            if before := case.before(row):
                found.setdefault(before.address("id"), []).append((table, row))
    return found


def _claim(
    case: Case,
    table: Table,
    row: Row,
    following: Mapping[str, list[tuple[Table, Row]]],
    claimed: set[str],
) -> Iterator[Entry]:
    """A fact that gives the growth or the change of a total against an earlier one."""
    column = next((each for each in ("growth", "change") if row[each].value is not None), None)
    earlier = [found for each in row["of"].items if (found := find_row(case, each))]
    if column is None or not earlier:
        return
    later = [found for each in row["same_as"].items if (found := find_row(case, each))]
    later = [each for each in later if each[0].kind_id == earlier[0][0].kind_id]
    beside = earlier[0][0].kind_id == table.kind_id
    after = [each for _, old in earlier for each in following.get(old.address("id"), ())]
    later = later or ([(table, row)] if beside else after)
    change = compared_parts(_parts(earlier), _parts(later))
    if change is not None:
        claimed.update(each.address("id") for _, each in later)
        yield _entry(case, table, row, column, change)


def _total(case: Case, table: Table, row: Row, claimed: set[str]) -> Iterator[Entry]:
    """A total beside that of the period before; its own growth columns make it a claim."""
    found = change_of(case, row)
    if found is None:
        return
    grown = [c for c in ("income_growth", "expenditure_growth") if row[c].value is not None]
    for column in grown:
        yield _entry(case, table, row, column, found)
    flow = next((each for each in FLOWS if row[each].value is not None), None)
    if not grown and found.rows and flow and row.address("id") not in claimed:
        entry = _entry(case, table, row, flow, found)
        yield entry._replace(severity=entry.severity and "note")


def change_of(case: Case, row: Row) -> Change | None:
    """How the parts of a total differ from those of the period before; None when unknown."""
    own, earlier = case.find(row.file, row.id), case.before(row)
    old = case.find(earlier.file, earlier.id) if earlier else None
    return compared_parts(_parts([old]), _parts([own])) if own and old else None


def _parts(rows: Iterable[tuple[Table, Row]]) -> Mapping[str, Row]:
    """What totals are made of: the rows below each, or the row itself, by what they are about."""
    return {part.subject: part for table, row in rows for part in table.children(row) or [row]}


def compared_parts(then: Mapping[str, Row], now: Mapping[str, Row]) -> Change | None:
    """None when nothing is sure: no part in common, or a part that may go by two names."""
    if not then.keys() & now.keys() or len(then.keys() | now.keys()) < 2:
        return None
    gone = tuple(row for name, row in then.items() if name not in now)
    new = tuple(row for name, row in now.items() if name not in then)
    if gone and new and not all(row.said("fund") for row in (*gone, *new)):
        return None
    return Change(gone, new)


def _entry(case: Case, table: Table, row: Row, column: str, found: Change) -> Entry:
    at = place(case, table, row, column)
    start = f"{place_of(at)}“{row.name}”的{table.heading(column)}"
    inputs = tuple(part.address("name") for part in found.rows)
    if not found.rows:
        message = f"{start}所比较的两期，组成相同。"
        return holds("base-change", at.address, message, (), place_of(at))
    message = f"{start}所比较的两期口径不同：{found.text}"
    message = f"{message}，应说明，或按同一口径计算。"
    return remark("base-change", "warning", at.address, message, inputs, place_of(at))


def not_comparable(case: Case, row: Row, relation: Relation, entry: Entry) -> Entry:
    """The opening balance of a total whose parts have changed cannot be checked."""
    carried = relation.kind == "roll-forward" and "previous." in str(relation.formula)
    found = change_of(case, row) if carried and entry.verdict == "inconsistent" else None
    if found is None or not found.rows:
        return entry
    message = (
        f"{entry.message.removesuffix('，两者不符。')}；两期口径不同，{found.text}，无法复核。"
    )
    return entry._replace(verdict="unverifiable", severity="note", message=message)
