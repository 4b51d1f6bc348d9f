"""A printed table as a draft: its entry in source.yaml, its CSV, and what was guessed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from evalbook.cells import NUMERIC
from evalbook.drafts.formulas import Formula, Printed, found_formulas, settled
from evalbook.drafts.found import label, narrow
from evalbook.drafts.numbers import is_average, printed
from evalbook.drafts.plan import Plan, Planned, naming
from evalbook.drafts.rows import TOTAL, Line, Unread, lines_of
from evalbook.drafts.settings import Standards
from evalbook.drafts.shape import Shaped
from evalbook.drafts.sums import Figures
from evalbook.drafts.tree import Tree, tree
from evalbook.drafts.values import guarded
from evalbook.schema import SourceTable

NO_UNIT = "（单位不明）"
FIRST = ("id", "parent", "place")
WHOLE = ("100%", "100.0%", "100.00%")


@dataclass(frozen=True, slots=True)
class Draft:
    """A table that can be audited, and everything that was guessed or not understood.

    `table` is its entry in source.yaml, `headings` and `rows` its CSV; `formulas` are those that
    its kind does not give; `averages` headings whose total is a mean and not summed, `apart` rows
    that what seems to stand below them does not add up to.
    """

    shaped: Shaped
    plan: Plan
    table: SourceTable
    headings: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    unread: tuple[Unread, ...] = ()
    formulas: tuple[Formula, ...] = ()
    averages: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()

    @property
    def reasons(self) -> bool:
        """Whether the table has a column for the reasons of lost marks."""
        return "reason" in self.table.columns


def draft(shaped: Shaped, plan: Plan, standards: Standards) -> Draft:
    """The draft of a table whose columns are planned."""
    lines, unread = lines_of(shaped, plan, standards)
    if plan.kind == "indicators":
        _describe_indicators(lines)
    plan = _with_whole_shares(plan, lines)
    numbers = printed(lines, plan, shaped.unit, standards)
    additive = [p.code for p in plan.columns if p.column.additive]
    additive += ["full_marks"] * (plan.kind == "indicators")
    rows = [{c: row[c] for c in additive if c in row} for row in numbers.rows]
    if not any(rows):
        for line in lines:
            line.total = 0
    stands = tree(lines, Figures(rows, numbers.places))
    numbers = replace(numbers, parents=stands.parents)
    plan, averages = _without_averages(plan, lines, stands, numbers)
    formulas = tuple(_formulas(plan, numbers, standards))
    table = _table(shaped, plan, lines, formulas, standards)
    name = naming(standards.kinds[plan.kind])
    csv = [_row(line, stands.parents[i], lines, shaped, name) for i, line in enumerate(lines)]
    held = dict.fromkeys(code for row in csv for code in row)
    listed = [code for code in table.columns if code not in held]
    return Draft(
        shaped=shaped,
        plan=plan,
        table=table,
        headings=(*FIRST, *(code for code in held if code not in FIRST), *listed),
        rows=tuple(csv),
        unread=tuple(unread),
        formulas=formulas,
        averages=averages,
        apart=tuple(lines[index].name for index in stands.apart),
        totals=tuple(line.name for line in lines if line.total),
    )


def _describe_indicators(lines: Sequence[Line]) -> None:
    """Scores are the document's own; without ≥ or ≤ nobody knows which way is good."""
    for line in lines:
        cells = {code: line.cells[code].cell for code in line.cells}
        target, actual = cells.get("target"), cells.get("actual")
        if "score" in cells and cells["score"].text:
            line.extra["score_basis"] = "published"
        if not (target and actual) or target.value is None or actual.value is None:
            continue
        if not target.sign and target.high is None and actual.value != target.value:
            line.extra["rule"] = "published"


def _with_whole_shares(plan: Plan, lines: Sequence[Line]) -> Plan:
    """Declared percentages whose total is 100 % add up to it."""

    def adds_up(planned: Planned) -> bool:
        return planned.declared and any(
            line.total >= TOTAL and planned.code in line.cells
            and narrow(line.cells[planned.code].text) in WHOLE
            for line in lines
        )  # fmt: skip

    return _changed(plan, lambda p: p.column.type == "rate" and adds_up(p), additive=True)


def _changed(plan: Plan, which: Callable[[Planned], bool], *, additive: bool) -> Plan:
    columns = tuple(
        replace(p, column=p.column.model_copy(update={"additive": additive})) if which(p) else p
        for p in plan.columns
    )
    return replace(plan, columns=columns)


def _without_averages(
    plan: Plan, lines: Sequence[Line], stands: Tree, numbers: Printed
) -> tuple[Plan, tuple[str, ...]]:
    """Declared columns whose totals lie among their parts instead of being their sum."""
    totals = [index for index, line in enumerate(lines) if line.total]
    means = [
        planned
        for planned in plan.columns
        if planned.declared and planned.column.additive
        and any(is_average(numbers, total, planned.code) for total in totals)
    ]  # fmt: skip
    codes = {planned.code for planned in means}
    headings = tuple(planned.column.name for planned in means)
    return _changed(plan, lambda p: p.code in codes, additive=False), headings


def _formulas(plan: Plan, numbers: Printed, standards: Standards) -> Iterator[Formula]:
    """Formulas for the columns that their kind does not explain with what is printed here."""
    kind = standards.kinds[plan.kind]
    own = {p.code: p for p in plan.columns if p.column.type in NUMERIC}
    explained: dict[str, str] = {}
    for relation in kind.relations:
        code = relation.column
        if code in own and relation.formula and code not in explained:
            if numbers.tried(code, relation.formula):
                explained[code] = relation.formula
            elif formula := settled(numbers, code, [each.formula for each in relation.instead]):
                explained[code] = formula.text
                yield formula
    sources = [code for code, p in own.items() if p.column.type != "rate"]
    rates = [code for code, p in own.items() if p.column.type == "rate"]
    derived = {relation.column for relation in kind.relations if relation.formula}
    wanted = [c for c, p in own.items() if c not in explained and (p.declared or c in derived)]
    wanted = _right_to_left(wanted, own, standards)
    yield from found_formulas(numbers, wanted, sources, rates, explained)


def _right_to_left(
    wanted: Sequence[str], own: Mapping[str, Planned], standards: Standards
) -> list[str]:
    """Columns called 合计 first, then from the right: what is derived stands behind its sources."""
    words = (*standards.words.totals, *standards.words.subtotals)
    totals = [c for c in wanted if narrow(own[c].heading.text).endswith(words)]
    return totals + [c for c in reversed(wanted) if c not in totals]


def _table(
    shaped: Shaped,
    plan: Plan,
    lines: Sequence[Line],
    formulas: Sequence[Formula],
    standards: Standards,
) -> SourceTable:
    found = shaped.found
    number = f"{found.number}{found.part}"
    names = [shaped.headings[index].text for index in plan.levels]
    columns = {naming(standards.kinds[plan.kind]): " / ".join(filter(None, names)) or None}
    columns |= {p.code: p.heading.text or p.column.name for p in plan.columns}
    bare = any(
        p.column.type == "amount" and line.cells[p.code].cell.value is not None
        and not line.cells[p.code].cell.unit
        for line in lines for p in plan.columns if p.code in line.cells
    )  # fmt: skip
    return SourceTable(
        id=f"t{number}",
        kind=plan.kind,
        file=f"t{found.number:02}{found.part}_{plan.kind}",
        title=shaped.title or label(found),
        place=found.heading or label(found),
        unit=(shaped.unit or NO_UNIT) if bare else shaped.unit or None,
        columns=columns,
        declared={p.code: p.column for p in plan.columns if p.declared},
        formulas={formula.column: formula.text for formula in formulas},
    )


def _row(
    line: Line, parent: int | None, lines: Sequence[Line], shaped: Shaped, name: str
) -> dict[str, str]:
    found = shaped.found
    return {
        "id": line.id,
        "parent": "" if parent is None else lines[parent].id,
        "place": f"{label(found)}第{line.number}行",
        name: guarded(line.name),
        **{code: read.text for code, read in line.cells.items()},
        **line.extra,
    }
