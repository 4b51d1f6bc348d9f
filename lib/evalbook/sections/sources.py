"""附件 数据来源: the document, its tables, and what every figure of the report came from.

Every row of the case stands there with its 编号 (`budget.total`); a figure's own is that and the
column's. What no cell holds (derived figures, settings, counts) is listed below by its own.
"""

from collections.abc import Iterable, Iterator, Sequence

from evalbook.blocks import Block, Cell, Heading, Prose, Table
from evalbook.derived import KINDS as DERIVATIONS
from evalbook.derived import kind_of
from evalbook.evaluation import Evaluation
from evalbook.kinds import KINDS
from evalbook.measure import in_words
from evalbook.model import Row
from evalbook.model import Table as SourceTable
from evalbook.proofs import proof
from evalbook.prose import UNPUBLISHED
from evalbook.sections.pieces import Align, paragraph, plain_table, says_figures

BAND = "months_band."
SHOWN = ("marks_places", "rate_places", "months_places", "low_execution")
AUDIT = (
    ("audit.checked、consistent、rounding、unverifiable、inconsistent", "核查项数", "勾稽核查表"),
    ("audit.by_kind.（事项）.（结论）", "各类核查事项的项数", "勾稽核查表"),
    ("audit.entries.（事项）:（编号）", "各项核查的内容", "勾稽核查表"),
)


def annex(ev: Evaluation) -> list[Block]:
    """The whole annex."""
    return [
        Heading(1, "数据来源", annex=True),
        _document(ev),
        _tables(ev),
        _how_to_read(ev),
        *_rows(ev),
        *_formulas(ev),
        *_derived(ev),
        _others(ev),
    ]


def _cases(ev: Evaluation) -> tuple[Evaluation, ...]:
    """The whole and its nested projects."""
    return (ev, *ev.parts)


def _document(ev: Evaluation) -> Table:
    source = ev.case.source
    rows = (
        ("文件", source.document),
        ("发布单位", source.publisher or UNPUBLISHED),
        ("发布日期", source.date or UNPUBLISHED),
        ("原文文本的校验值（sha256）", source.sha256),
    )
    return plain_table("数据来源", ("项目", "内容"), rows, (1.2, 4))


def _tables(ev: Evaluation) -> Table:
    rows = [
        (_title_of(own, table), table.place, _unit(own, table), table.kind.name)
        for own in _cases(ev)
        for table in own.case.tables
    ]
    headings = ("表", "原文位置", "单位", "种类")
    return plain_table("数据表及其在原文中的位置", headings, rows, (4, 2, 1, 2))


def _title_of(ev: Evaluation, table: SourceTable) -> str:
    """The title of a table, with the nested project it belongs to."""
    return (f"{ev.case.called}：" if ev.case.prefix else "") + table.title


def _unit(ev: Evaluation, table: SourceTable) -> str:
    amounts = any(table.columns[column].type == "amount" for column in table.listed)
    return table.unit or (ev.case.params.money_unit if amounts else "—")


def _how_to_read(ev: Evaluation) -> Prose:
    parts = "、".join(f"{part.case.prefix}（{part.case.called}）" for part in ev.parts)
    nested = f"嵌套项目的编号以 {parts}开头。" if parts else ""
    return paragraph(
        "编号如 budget.total.rate：行的编号加栏的编号。报告中的每个数都有编号，"
        f"行与栏的编号见以下各表，其他编号列在最后。{nested}"
    )


# ---- rows


def _rows(ev: Evaluation) -> list[Block]:
    """The rows of every table that prints figures, below its title, by theme."""
    lines: list[list[Cell]] = []
    for own in _cases(ev):
        for table in own.case.tables:
            columns = [c for c in table.columns if table.has(c) and _told(table, c)]
            if columns:
                lines += _rows_of(own, table, columns)
    return [
        plain_table(
            "各行的编号",
            ("主题", "各行的编号和名称"),
            lines,
            (1, 7),
            kind=lambda number: "group" if len(lines[number]) == 1 else "body",
        )
    ] * bool(lines)


def _told(table: SourceTable, column: str) -> bool:
    """Whether a column holds what the report may show by its address."""
    dated = table.kind_id != "documents" and table.columns[column].type == "date"
    return dated or says_figures(table, column)


def _rows_of(ev: Evaluation, table: SourceTable, columns: Sequence[str]) -> list[list[Cell]]:
    named = "、".join(f"{table.heading(column)} {column}" for column in columns)
    title = f"{_title_of(ev, table)}（编号以 {table.rows[0].file}. 开头；栏：{named}）"
    themes = dict.fromkeys(row["theme"].text for row in table.rows)
    return [[Cell(title, colspan=2)], *(_line(table, theme) for theme in themes)]


def _line(table: SourceTable, theme: str) -> list[Cell]:
    rows = [row for row in table.rows if row["theme"].text == theme]
    return [Cell(theme or "—"), Cell("；".join(_called(table, row) for row in rows))]


def _called(table: SourceTable, row: Row) -> str:
    """`total 合计（二（一））`: the place where it is another than the table's."""
    place = row["place"].text
    return f"{row.id} {row.name}" + (f"（{place}）" if place not in {"", table.place} else "")


# ---- formulas and derived figures


def _formulas(ev: Evaluation) -> list[Block]:
    """Every formula that a figure was recomputed by, once."""
    used = dict.fromkeys(
        (words, measured.relation.reference)
        for own in _cases(ev)
        for measured in own.measures.values()
        if measured.figure is not None and (words := in_words(own.case, measured))
    )
    if not used:
        return []
    return [plain_table("复算用的公式", ("公式", "依据"), used, (3, 2))]


def _derived(ev: Evaluation) -> list[Block]:
    """How the derived figures are named and computed, and how many there are of each kind."""
    counts: dict[str, int] = {}
    for own in _cases(ev):
        for address in own.derived:
            code = _code(own, address)
            counts[code] = counts.get(code, 0) + 1
    rows = [
        (code, kind.title, kind.formula, kind.reference, str(count))
        for code, count in counts.items()
        for kind in (kind_of(code),)
    ]
    headings = ("编号", "名称", "算法", "依据", "个数")
    sides: Sequence[Align] = ("left", "left", "left", "left", "right")
    table = plain_table("推算的数", headings, rows, (2.2, 1.3, 3, 2, 0.7), sides)
    return [table] if rows else []


def _code(ev: Evaluation, address: str) -> str:
    """`（数的编号）.growth`, `count.warning.（事项）`; of other counts and sums their address."""
    local = address.removeprefix(ev.case.prefix)
    start, _, kind = local.rpartition(".")
    if local.startswith("count.") and kind in KINDS:
        return f"{start}.（事项）"
    if local.partition(".")[0] in DERIVATIONS:
        return local
    return f"（数的编号）.{local.rpartition('.')[2]}"


# ---- rules, scores, counts


def _others(ev: Evaluation) -> Table:
    """Settings, rules, published and computed results, and the counts of the audit."""
    rows = [
        ("case.published.score、full、rate、grade", "公布的得分、总分值、得分率、等级", "原文"),
        ("score.computed.total", "按指标得分复算的总分", ev.case.rules.title),
        *((address, *_stated(ev, address)) for address in _settings(_cases(ev))),
        *AUDIT,
    ]
    headings = ("编号", "内容", "依据")
    return plain_table("规则、得分和核查项数的编号", headings, rows, (3, 2.4, 3))


def _stated(ev: Evaluation, address: str) -> tuple[str, str]:
    """What a setting or a rule is called, and its authority."""
    found = proof(ev, address.partition("、")[0])
    return found.place.rpartition("，")[2].removesuffix("的下限"), found.rule


def _settings(cases: Iterable[Evaluation]) -> Iterator[str]:
    """Settings and rules of the whole, and those of a nested project that the whole has not."""
    known: dict[str, object] = {}
    for own in cases:
        stated = [*SHOWN, *(each.name for each in own.case.params.settings)]
        named = [f"settings.{name}" for name in stated if name in own.settings]
        if own.case.rules.months_band is not None:
            named.append(f"settings.{BAND}low、high、short、excess")
        for address in (*named, *(f"rules.{name}" for name in own.rules_used)):
            if address not in known:
                known[address] = None
                yield own.case.absolute(address)
