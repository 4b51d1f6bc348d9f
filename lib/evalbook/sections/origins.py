"""What no cell of the source holds, for the annex 数据来源: formulas, derived figures, rules."""

from collections.abc import Callable, Iterator, Sequence

from evalbook.blocks import Block, Cell, Run, Table
from evalbook.derived import Derived, kind_of
from evalbook.derived import Kind as Way
from evalbook.evaluation import Evaluation
from evalbook.kinds import KINDS
from evalbook.lookup import find, find_row, split
from evalbook.measure import in_words
from evalbook.model import Row
from evalbook.proofs import proof
from evalbook.prose import UNPUBLISHED
from evalbook.sections.pieces import (
    ANNEX,
    Align,
    Kind,
    as_cell,
    counted,
    derived_cell,
    owner,
    period,
    plain_table,
    value_cell,
)
from evalbook.settings import in_words as setting_in_words

SHOWN = ("marks_places", "rate_places", "months_places", "low_execution", "confidence")
BAND = tuple(f"months_band.{end}" for end in ("low", "high", "short", "excess"))
PUBLISHED = ("score", "full", "rate", "grade")
VERDICTS = ("consistent", "rounding", "unverifiable", "inconsistent")
ENTRIES = "audit.entries.（事项）:（行和栏的编号）"
NOTE = (
    "分事项的核查项数只列总数，编号以 checked 结尾；其中相符、取整、无法复核、不一致的项数，"
    f"编号依次以 {'、'.join(VERDICTS)} 结尾。"
)
Line = Sequence[Cell | str]


def cases(ev: Evaluation) -> tuple[Evaluation, ...]:
    """The whole and its nested projects."""
    return (ev, *ev.parts)


def _groups(lines: Sequence[Line]) -> Callable[[int], Kind]:
    """A line of a single cell is the heading of those below it."""
    return lambda number: "group" if len(lines[number]) == 1 else "body"


# ---- formulas


def formulas(ev: Evaluation) -> list[Block]:
    """Every formula that a figure was recomputed by, once, with the tables it was used in."""
    used: dict[tuple[str, str], dict[str, None]] = {}
    for own in cases(ev):
        for address, measured in own.measures.items():
            found = find_row(own.case, address)
            if measured.figure is not None and found is not None:
                key = in_words(own.case, measured), measured.relation.reference
                used.setdefault(key, {})[owner(ev, address) + found[0].title] = None
    rows = [(*key, "；".join(tables)) for key, tables in used.items()]
    table = plain_table("复算用的公式", ("公式", "依据", "用于"), rows, (3, 2.4, 2.4))
    return [table] * bool(rows)


# ---- derived figures


def derived(ev: Evaluation) -> list[Block]:
    """Every derived figure below the formula of its kind: what it is, from what, how much."""
    groups: dict[Way, list[Line]] = {}
    for own in cases(ev):
        for address, found in own.derived.items():
            line = _derived(ev, own, address, found)
            groups.setdefault(kind_of(address), []).append(line)
    lines: list[Line] = []
    for way, members in groups.items():
        lines.append([Cell(f"{way.title}：{way.formula}（{way.reference}）", colspan=5)])
        lines += members
    sides: Sequence[Align] = ("left", "left", "left", "right", "left")
    headings = ("推算的数", "取自", "算式", "结果", "编号")
    widths = (2.2, 2, 2, 1.1, 1.8)
    table = plain_table("推算的数及其算法", headings, lines, widths, sides, kind=_groups(lines))
    return [table] * bool(lines)


def _derived(ev: Evaluation, own: Evaluation, address: str, found: Derived) -> Line:
    cell, way = address.rpartition(".")[0], kind_of(address)
    at = find_row(own.case, cell)
    whose = owner(ev, address)
    result = derived_cell(own, address, found.unit)
    if at is None and way.counts:
        return whose + found.expression, _inputs(own, found), "—", result, address
    name = _named(at[1]) if at else ""
    said = f"{name}：{at[0].heading(split(cell)[2])}" if at else way.title
    return whose + said, _inputs(own, found, name), found.expression, result, address


def _named(row: Row) -> str:
    """A row with its period, where it has one: several may go by one name."""
    text = row["period"].text
    return f"{row.name}（{period(text)}）" if text else row.name


def _inputs(ev: Evaluation, found: Derived, own: str = "") -> str:
    """What a derived figure was made from, column by column: 「执行数：甲、乙」.

    Nothing but the columns for those of its own row.
    """
    columns: dict[str, dict[str, None]] = {}
    for address in found.inputs:
        heading, row = _input(ev, address)
        columns.setdefault(heading, {})[row] = None
    if all(rows.keys() <= {own, ""} for rows in columns.values()):
        return "、".join(columns)
    return "；".join(
        heading + "：" * any(rows) + "、".join(filter(None, rows))
        for heading, rows in columns.items()
    )


def _input(ev: Evaluation, address: str) -> tuple[str, str]:
    """The heading and the row of a cell; of what is no cell, what it is called."""
    at = find_row(ev.case, address)
    if at:
        return at[0].heading(split(address)[2]), _named(at[1])
    if published := find(ev.case, address):
        return f"公布的{published.column.name}", ""
    if ".settings." in f".{address}":
        return setting_title(ev, address), ""
    return ANNEX, ""


# ---- rules, settings, scores, counts


def others(ev: Evaluation) -> Table:
    """Rules and settings, published and recomputed results."""
    lines: list[Line] = [[Cell("评分规则和设定", colspan=4)], *_rules(ev)]
    lines += [[Cell("得分和等级", colspan=4)], *_results(ev)]
    headings = ("名称", "数值", "依据", "编号")
    sides: Sequence[Align] = ("left", "right", "left", "left")
    return plain_table(
        "规则、设定和得分",
        headings,
        lines,
        (2.4, 1, 3.2, 2.6),
        sides,
        kind=_groups(lines),
    )


def _rules(ev: Evaluation) -> Iterator[Line]:
    """Settings and rules of the whole, and those of a nested project that the whole has not."""
    known: set[str] = set()
    for own in cases(ev):
        stated = (*SHOWN, *BAND, *(each.name for each in own.case.params.settings))
        for name in dict.fromkeys(stated):
            text = own.settings.get(name)
            address = own.case.absolute(f"settings.{name}")
            always = name == "low_execution" and bool(own.case.of_kind("budget"))
            if text is not None and (always or f"{name} {text}" not in known):
                known.add(f"{name} {text}")
                shown = as_cell(Run(setting_in_words(own.case, name), address, text, computed=True))
                rule = proof(own, address).rule
                yield owner(ev, address) + setting_title(own, address), shown, rule, address
        for name, rule_used in own.rules_used.items():
            address = own.case.absolute(f"rules.{name}")
            yield owner(ev, address) + rule_used.name, "—", rule_used.reference, address


def setting_title(ev: Evaluation, address: str) -> str:
    """What a setting is called: 执行率偏低的界线."""
    return proof(ev, address).place.removeprefix(f"{ev.case.rules.title}，")


def _results(ev: Evaluation) -> Iterator[Line]:
    for own in cases(ev):
        for name in PUBLISHED:
            address = own.case.absolute(f"case.published.{name}")
            at = find(own.case, address)
            if at and (at.cell.text or not own.case.prefix or name in {"score", "grade"}):
                value = value_cell(own, address) if at.cell.text else Cell(UNPUBLISHED)
                title = f"{owner(ev, address)}公布的{at.column.name}"
                yield title, value, own.case.source.document, address
        if own.total is not None:
            address = own.case.absolute("score.computed.total")
            total = as_cell(Run(f"{own.total}", address, f"{own.total}", computed=True))
            title = owner(ev, address) + "按指标得分复算的总分"
            yield title, total, own.case.rules.title, address


def counts(ev: Evaluation) -> Table:
    """How many things were audited, and where the entries stand."""
    sides: Sequence[Align] = ("left", "right", "left")
    headings = ("核查事项", "项数", "编号")
    widths = (2.4, 1, 3)
    return plain_table("勾稽核查的项数", headings, _counts(ev), widths, sides, (NOTE,))


def _counts(ev: Evaluation) -> Iterator[Line]:
    for name in ("checked", *VERDICTS):
        said = proof(ev, f"audit.{name}").place.rpartition("：")[2]
        yield f"全部事项：{said}", as_cell(counted(ev, name)), f"audit.{name}"
    for kind in ev.audit.by_kind:
        address = f"audit.by_kind.{kind}.checked"
        yield f"{KINDS[kind]}：核查项数", as_cell(counted(ev, "checked", kind)), address
    yield f"各项核查的内容，逐项列在{ANNEX}", "—", ENTRIES
