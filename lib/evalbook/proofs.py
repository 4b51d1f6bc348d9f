"""Proofs 出处: what stands behind every figure that a report shows, in words for its reader."""

from collections.abc import Iterable, Iterator

from evalbook.audit.entry import Entry
from evalbook.blocks import Block, Cell, Figure, Note, Proof, Prose, Run, Table
from evalbook.derived import Derived, Kind, kind_of
from evalbook.evaluation import Evaluation
from evalbook.kinds import KINDS, SETTINGS, SEVERITIES, VERDICTS
from evalbook.lookup import find, find_row, split
from evalbook.measure import in_words
from evalbook.model import Row
from evalbook.model import Table as SourceTable
from evalbook.prose import UNPUBLISHED

UNITS = {"rate": "%", "target": "%", "months": "个月"}
TEXTS = {"explanation": "score", "expression": "actual"}
MONTHS_BAND = {
    "low": "对照范围的下限",
    "high": "对照范围的上限",
    "short": "结余不足的界线",
    "excess": "结余过多的界线",
}
CHECKED = "全部事项"


def proofs(ev: Evaluation, blocks: Iterable[Block]) -> dict[str, Proof]:
    """The proof of every address that the blocks show a figure of, sorted by address."""
    shown = {item.address for block in blocks for item in figures(block) if item.address}
    return {address: proof(ev, address) for address in sorted(shown)}


def figures(block: Block) -> Iterator[Run | Cell]:
    """The runs and cells of a block."""
    match block:
        case Prose() | Note():
            yield from block.runs
        case Table():
            for row in (*block.header, *block.rows):
                yield from row
        case Figure():
            yield from (run for _, run in block.data)


def proof(ev: Evaluation, address: str) -> Proof:
    """What stands behind the figure at an address; of a nested project in its own evaluation.

    Raises KeyError for an address that names nothing.
    """
    if address in ev.derived:
        return _of_derived(ev, address)
    for part in ev.parts:
        if address.startswith(part.case.prefix):
            return proof(part, address)
    head, _, rest = address.removeprefix(ev.case.prefix).partition(".")
    match head:
        case "audit" if rest.startswith("entries."):
            return _of_entry(ev, rest.removeprefix("entries."))
        case "audit":
            return _of_count(ev, rest)
        case "score":
            return _of_total(ev)
        case "settings":
            return _of_setting(ev, rest)
        case "rules":
            rule = ev.rules_used[rest]
            said = f"{rule.description}（{rule.reference}）"
            return Proof(f"{ev.case.rules.title}，{rule.name}", rule=said)
        case "case":
            return _of_published(ev, address)
    return _of_cell(ev, address)


# ---- cells


def where_it_stands(table: SourceTable, row: Row, column: str = "") -> str:
    """Table and place, the row with those above it, the heading of the column."""
    place = row["place"].text or table.place
    named = " › ".join(_name(each) for each in (*reversed(table.above(row)), row))
    heading = f"，{table.heading(column)}" if column else ""
    return f"{table.title}（原文{place}）：{named}{heading}"


def _name(row: Row) -> str:
    if row.name == row.id:
        return row["number"].text or UNPUBLISHED
    group = row["group"].text
    return f"{group}：{row.name}" if group and row.name != group else row.name


def _of_cell(ev: Evaluation, address: str) -> Proof:
    file, row_id, column = split(address)
    found = find_row(ev.case, address)
    if found is None:
        raise KeyError(address)
    table, row = found
    column = TEXTS.get(column, column)
    own = f"{file}.{row_id}.{column}" if column else address
    at = find(ev.case, own)
    return Proof(
        place=_project(ev) + where_it_stands(table, row, column),
        printed=(at.shown or UNPUBLISHED) if at else "",
        formula=_formula(ev, own),
        computed=_computed(ev, own),
        rule=_rule(ev, own),
    )


def _project(ev: Evaluation) -> str:
    """The nested project whose cells these are, in words."""
    return f"{ev.case.called}：" if ev.case.prefix else ""


def _formula(ev: Evaluation, address: str) -> str:
    """How the figure follows from others: the formula, who gives it, the printed figures in it."""
    measured = ev.measures.get(address)
    if measured is None or measured.figure is None:
        return ""
    words, reference = in_words(ev.case, measured), measured.relation.reference
    return f"{words}（{reference}）：{measured.expression}"


def _computed(ev: Evaluation, address: str) -> str:
    at, value = find(ev.case, address), ev.computed(address)
    if at is None:
        return ""
    if value is not None:
        return f"{value}{UNITS.get(at.column.type, at.unit)}"
    score = ev.scores.get(address)
    return f"{score.marks}分" if score and score.marks is not None else ""


def _rule(ev: Evaluation, address: str) -> str:
    """The rule that a score follows, its regulation, and how the score came about."""
    score = ev.scores.get(address)
    if score is None or not score.rule:
        return ""
    rule = ev.case.rules.rules[score.rule]
    return f"{rule.name}（{rule.reference}）：{score.explanation}"


# ---- what is no cell


def _of_derived(ev: Evaluation, address: str) -> Proof:
    found, kind = ev.derived[address], kind_of(address)
    cell = address.rpartition(".")[0]
    at = find_row(ev.case, cell)
    place = f"{where_it_stands(*at, split(cell)[2])}，{kind.title}" if at else _called(found, kind)
    return Proof(
        place=_project(ev) + place,
        formula=f"{kind.formula}（{kind.reference}）：{found.expression}",
        computed=f"{found.value}{found.unit}",
    )


def _called(found: Derived, kind: Kind) -> str:
    """What a figure over many rows is called: a count by what is counted."""
    return found.expression if kind.counts else f"指标评分，{kind.title}"


def _of_entry(ev: Evaluation, wanted: str) -> Proof:
    entry = next((each for each in ev.audit.entries if each.id == wanted), None)
    if entry is None:
        raise KeyError(f"audit.entries.{wanted}")
    return Proof(
        place=f"勾稽核查，{KINDS[entry.kind]}" + (f"：{entry.place}" if entry.place else ""),
        printed=_with_unit(entry.printed, entry.unit),
        formula=entry.expression,
        computed=_with_unit(entry.computed, entry.unit),
        rule=_judged(entry),
    )


def _judged(entry: Entry) -> str:
    severity = SEVERITIES[entry.severity]
    return f"结论：{VERDICTS[entry.verdict]}" + (f"（{severity}）" if severity else "")


def _with_unit(value: str | None, unit: str) -> str:
    return "" if value is None else f"{value}{unit}"


def _of_count(ev: Evaluation, rest: str) -> Proof:
    *kind, verdict = rest.removeprefix("by_kind.").split(".")
    found = ev.audit.by_kind[kind[0]] if kind else ev.audit.counts
    about = KINDS[kind[0]] if kind else CHECKED
    of = VERDICTS.get(verdict, "核查项数")
    return Proof(f"勾稽核查，{about}：{of}", formula="逐项计数", computed=f"{found[verdict]}项")


def _of_total(ev: Evaluation) -> Proof:
    return Proof(
        place=_project(ev) + "指标评分，按指标得分复算的总分",
        formula="逐级相加，有下级的取下级之和",
        computed=f"{ev.total}分",
        rule=ev.case.rules.title,
    )


def _of_published(ev: Evaluation, address: str) -> Proof:
    at = find(ev.case, address)
    if at is None:
        raise KeyError(address)
    place = _project(ev) + f"{ev.case.source.document}：{at.column.name}"
    return Proof(place=place, printed=at.shown or UNPUBLISHED)


def _of_setting(ev: Evaluation, name: str) -> Proof:
    band, _, end = name.rpartition(".")
    if band == "months_band":
        title = f"可支配月数{MONTHS_BAND[end]}"
    elif band:
        title = f"{ev.case.rules.rules[band].name}，{SETTINGS[end]}"
    else:
        title = SETTINGS[name]
    authority = ev.case.rules.authority
    stated = authority.get(name) or authority.get(band, "")
    return Proof(f"{ev.case.rules.title}，{title}", printed=ev.settings[name], rule=stated)
