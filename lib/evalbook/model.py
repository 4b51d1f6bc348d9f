"""A case 评价项目 after the door: frozen, typed, no file formats left in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from evalbook.audit_settings import AuditSettings
from evalbook.cells import BLANK, PERCENTS, Cell
from evalbook.figures import UnitTable
from evalbook.periods import span, timeless
from evalbook.rules import Rules
from evalbook.schema import Acceptance, CaseParams, Check, Findings, Source, TextEntry
from evalbook.standards import Approximate, Column, ColumnType, Framework, Relation, TableKind

if TYPE_CHECKING:
    import pandas as pd


NAMED = ("name", "title", "question", "group")
OWN_FORMULA = "该评价自行采用，见原文本表"
"""Who gives a formula that source.yaml states for one table, and no regulation or convention."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a data file; `where` names it in messages, `table` is its table in the source.

    `where` is its line, which is no part of what the row says: notebooks do not show it.
    `file` begins with `parts.<part>.` in a nested project, so that an address is the same
    everywhere.
    """

    file: str
    id: str
    where: str = field(metadata={"digest": False})
    table: str
    parent: str
    cells: Mapping[str, Cell]

    def __getitem__(self, column: str) -> Cell:
        return self.cells.get(column, BLANK)

    @property
    def name(self) -> str:
        """What the row is about, as printed."""
        for column in NAMED:
            if text := self[column].text:
                return text
        return self.id

    def said(self, column: str) -> str:
        """The text of a cell that holds a value; nothing for a blank and for `—`."""
        cell = self[column]
        return cell.text if cell.state == "value" else ""

    @property
    def subject(self) -> str:
        """What is the same in all periods: the fund, else the name without its year."""
        return self.said("fund") or timeless(self.name)

    def address(self, column: str) -> str:
        return f"{self.file}.{self.id}.{column}"


@dataclass(frozen=True)
class Table:
    """A table of the source: its kind, where it stands, its rows in printed order.

    `listed` are the columns that source.yaml names, `headings` what is printed over them;
    `places` are the decimals of each printed column: the most that any of its cells prints. Figures
    gathered from prose stand under no printed heading and have their own.
    """

    id: str
    file: str
    title: str
    place: str
    unit: str
    kind_id: str
    kind: TableKind
    listed: tuple[str, ...]
    headings: Mapping[str, str]
    formulas: Mapping[str, str]
    rows: tuple[Row, ...]
    columns: Mapping[str, Column]
    places: Mapping[str, int]

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """The relations of its kind, with the formulas that differ or are new in this table."""
        changed = tuple(
            _replaced(relation, self.formulas[relation.column])
            if relation.column and relation.column in self.formulas
            else relation
            for relation in self.kind.relations
        )
        known = {relation.column for relation in self.kind.relations}
        return changed + tuple(
            Relation(
                kind=_asked(self.columns[column].type, formula),
                reference=OWN_FORMULA,
                column=column,
                formula=formula,
            )
            for column, formula in self.formulas.items()
            if column not in known
        )

    @cached_property
    def filled(self) -> tuple[str, ...]:
        """The columns that hold a value in some row, in the order of their kind."""
        held = {name for row in self.rows for name, cell in row.cells.items() if cell is not BLANK}
        return tuple(name for name in self.columns if name in held and self.has(name))

    @cached_property
    def additive(self) -> tuple[str, ...]:
        """The filled columns whose values may be summed into a parent."""
        return tuple(name for name in self.filled if self.columns[name].additive)

    @cached_property
    def _children(self) -> Mapping[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.parent, []).append(row)
        return found

    @cached_property
    def _by_id(self) -> Mapping[str, Row]:
        return {row.id: row for row in self.rows}

    def children(self, row: Row) -> list[Row]:
        return self._children.get(row.id, [])

    def roots(self) -> list[Row]:
        return self._children.get("", [])

    def above(self, row: Row) -> list[Row]:
        """The rows above, the nearest first."""
        found = []
        while row.parent in self._by_id:
            row = self._by_id[row.parent]
            found.append(row)
        return found

    def below(self, row: Row) -> list[Row]:
        """All rows below, in the order of the tree."""
        return [each for child in self.children(row) for each in (child, *self.below(child))]

    def has(self, column: str) -> bool:
        return any(row[column].state == "value" for row in self.rows)

    def heading(self, column: str) -> str:
        """The heading as printed, else the name of the column."""
        return self.headings.get(column) or self.columns[column].name

    def frame(self) -> "pd.DataFrame":
        """The listed columns as pandas shows them: cells as Decimal or text, blank as None."""
        import pandas as pd

        shown = [column for column in self.listed if self.has(column)]
        data = [[_shown(row[c]) for c in shown] for row in self.rows]
        headings = [self.heading(column) for column in shown]
        return pd.DataFrame(data, columns=headings, dtype=object)


def _replaced(relation: Relation, formula: str) -> Relation:
    """The relation with the formula of one table, and who gives that."""
    given = {each.formula: each.reference for each in relation.instead}
    given[str(relation.formula)] = relation.reference
    own = {"formula": formula, "reference": given.get(formula, OWN_FORMULA)}
    return relation.model_copy(update=own)


def _asked(column: ColumnType, formula: str) -> str:
    """The kind of audit entry for a formula that only source.yaml gives."""
    if "parent." in formula:
        return "share"
    if column in {"rate", "months"}:
        return column
    if "*" in formula or "×" in formula:
        return "product"
    return "balance" if "-" in formula or "−" in formula else "sum"


def _shown(cell: Cell) -> Decimal | str | None:
    """A number as Decimal, a percentage or a text as printed, blank as None."""
    if cell.value is None or cell.unit in PERCENTS:
        return cell.text or None
    return cell.value


def absolute(prefix: str, address: str) -> str:
    """An address written under a prefix (`parts.<part>.` or none) as it is called everywhere."""
    return address if address.startswith("parts.") else prefix + address


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The tables of an evaluation with units and rule set: all that a score follows from.

    `prefix` is `parts.<part>.` in a nested project 嵌套项目, else empty; `parts` are those of a
    whole.
    """

    rules: Rules
    units: UnitTable
    tables: tuple[Table, ...]
    prefix: str = ""
    parts: tuple[Self, ...] = ()

    @property
    def money_unit(self) -> str:
        """The unit of amounts under no stated one; empty where it is not known."""
        return ""

    def absolute(self, address: str) -> str:
        """An address written in this case as it is called everywhere."""
        return absolute(self.prefix, address)

    def home(self, address: str) -> Self:
        """What an address belongs to: one of the parts, or the whole."""
        return next((part for part in self.parts if address.startswith(part.prefix)), self)

    @cached_property
    def places(self) -> dict[str, Any]:
        """Cells already looked up, by address: many checks ask for the same ones."""
        return {}

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str], tuple[Table, Row]]:
        return {(row.file, row.id): (table, row) for table in self.tables for row in table.rows}

    def find(self, file: str, row: str) -> tuple[Table, Row] | None:
        """The row and its table, or None; of a nested project too, by the name of its file."""
        own = self._rows.get((self.absolute(file), row))
        found = (part.find(file, row) for part in self.parts if file.startswith(part.prefix))
        return own or next(found, None)

    def table(self, table: str) -> Table:
        """The table of that id in source.yaml; KeyError when there is none."""
        for candidate in self.tables:
            if candidate.id == table:
                return candidate
        raise KeyError(table)

    def of_kind(self, kind: str) -> list[Table]:
        """The tables of a kind (`budget`, `funds` …), in the order of source.yaml."""
        return [table for table in self.tables if table.kind_id == kind]

    def rows(self, kind: str) -> Iterator[tuple[Table, Row]]:
        """Every row of every table of a kind."""
        for table in self.of_kind(kind):
            for row in table.rows:
                yield table, row


@dataclass(frozen=True, kw_only=True)
class Case(Tables):
    """One evaluation, loaded and checked: everything `evaluate` needs, and no path.

    `short` is the short name of a part. `framework` is None when the document prints none.
    """

    id: str
    params: CaseParams
    source: Source
    framework: Framework | None
    approximate: Mapping[str, Approximate]
    audit_settings: AuditSettings
    texts: tuple[TextEntry, ...]
    findings: Findings
    checks: tuple[Check, ...]
    accepted: tuple[Acceptance, ...]
    short: str = ""

    @property
    def money_unit(self) -> str:
        """The unit of amounts under no stated one."""
        return self.params.money_unit

    @property
    def called(self) -> str:
        """What tables and remarks of the whole call a nested project."""
        return self.short or self.params.title

    @cached_property
    def passages(self) -> list[Any]:
        """Texts of the document, gathered when first asked for (evalbook.audit.texts)."""
        return []

    @cached_property
    def _periods(self) -> Mapping[tuple[str, str, int], list[Row]]:
        """Rows by kind of table, subject and last month."""
        found: dict[tuple[str, str, int], list[Row]] = {}
        for table in self.tables:
            for row in table.rows if "period" in table.columns else ():
                if months := span(row.said("period")):
                    found.setdefault((table.kind_id, row.subject, months[1]), []).append(row)
        return found

    def before(self, row: Row) -> Row | None:
        """The same subject in the period that ends where this one begins, if there is just one.

        In the same table, else in another of its kind.
        """
        if not row["period"].text:
            return None
        months, own = span(row.said("period")), self.find(row.file, row.id)
        if months is None or own is None:
            return None
        earlier = self._periods.get((own[0].kind_id, row.subject, months[0] - 1), [])
        beside = [each for each in earlier if each.table == row.table] or earlier
        return beside[0] if len(beside) == 1 else None
