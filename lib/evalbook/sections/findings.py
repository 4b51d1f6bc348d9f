"""90_findings: findings, causes, recommendations, and the annexes."""

from collections.abc import Sequence

from evalbook import prose
from evalbook.audit.entry import Entry
from evalbook.audit.repeats import called
from evalbook.blocks import Block, Cell, Heading, Prose, Run
from evalbook.evaluation import Evaluation
from evalbook.kinds import KINDS, SEVERITIES, VERDICTS
from evalbook.lookup import find, find_row, row_of, split
from evalbook.schema import Finding, Recommendation
from evalbook.sections import sources
from evalbook.sections.grouped import shortly
from evalbook.sections.indicators import indicator_table
from evalbook.sections.pieces import (
    ANNEX,
    Align,
    as_cell,
    counted,
    item,
    of_entry,
    owner,
    paragraph,
    plain_table,
    printed,
    under,
    written,
)
from evalbook.sections.scoring import how_scored

Nested = tuple[Finding, int]


def findings(ev: Evaluation) -> list[Block]:
    """五 主要经验及做法、存在的问题及原因分析."""
    blocks = [
        Heading(1, "主要经验及做法、存在的问题及原因分析"),
        *under(Heading(2, "主要经验及做法"), written(ev, "experience")),
        Heading(2, "存在的问题及原因分析"),
    ]
    if not ev.case.findings.findings:
        return [*blocks, paragraph("公布的材料没有列出问题。")]
    return [*blocks, *problems(ev)]


def problems(ev: Evaluation) -> list[Block]:
    """The findings as a tree is read, each with its evidence and causes."""
    return [block for finding, depth in _in_order(ev) for block in _finding(ev, finding, depth)]


def _in_order(ev: Evaluation, top: str | None = None, depth: int = 0) -> Sequence[Nested]:
    """The findings as a tree is read, each before those below it, with their depth."""
    return [
        each
        for finding in ev.case.findings.findings
        if finding.parent == top
        for each in ((finding, depth), *_in_order(ev, finding.id, depth + 1))
    ]


def _finding(ev: Evaluation, finding: Finding, depth: int) -> list[Block]:
    blocks: list[Block] = [Heading(3 if depth == 0 else 4, finding.title)]
    evidence = [address for address in finding.evidence if find_row(ev.case, address)]
    if evidence:
        parts: list[Run | str] = ["佐证："]
        for number, address in enumerate(evidence):
            parts += ["；" * (number > 0) + _named(ev, address), *_value(ev, address)]
        blocks.append(paragraph(*parts, "。"))
    if finding.causes:
        blocks.append(paragraph("原因："))
        blocks += [Prose(prose.runs(ev.case, cause), "item") for cause in finding.causes]
    return blocks + [shortly(ev, entry) for entry in _disputed(ev, finding)]


def _value(ev: Evaluation, address: str) -> list[Run]:
    """The figure at an address; nothing for the address of a whole row."""
    return [printed(ev, address)] if find(ev.case, address) else []


def _disputed(ev: Evaluation, finding: Finding) -> list[Entry]:
    """What the audit found wrong with the very figures that a finding rests on, or their row."""
    rows = {row_of(address) for address in finding.evidence}
    return [
        entry
        for entry in ev.audit.problems
        if entry.severity in {"error", "warning"} and row_of(entry.where) in rows
    ]


def _named(ev: Evaluation, address: str) -> str:
    """「市北区资金到位率 」: what a piece of evidence is."""
    found = find_row(ev.case, address)
    if found is None:
        return ""
    table, row = found
    column = split(address)[2]
    group = f"{row['group'].text}：" if row["group"].text and row["name"].text else ""
    name = group + called(table, row)
    if not column:
        return name
    heading = "" if column == "value" else table.heading(column)
    return f"{name}{heading}{' ' if row[column].value is not None else '：'}"


def recommendations(ev: Evaluation) -> list[Block]:
    """六 有关建议, each with the findings it answers."""
    blocks: list[Block] = [Heading(1, "有关建议")]
    for advice in ev.case.findings.recommendations:
        blocks += _recommendation(ev, advice)
    if len(blocks) == 1:
        blocks.append(paragraph("公布的材料没有提出建议。"))
    return blocks


def other(ev: Evaluation) -> list[Block]:
    """七 其他需要说明的问题."""
    return under(Heading(1, "其他需要说明的问题"), written(ev, "other"))


def _recommendation(ev: Evaluation, advice: Recommendation) -> list[Block]:
    titles = {finding.id: finding.title for finding in ev.case.findings.findings}
    blocks: list[Block] = [Heading(2 if advice.parent is None else 3, advice.title)]
    blocks += [Prose(prose.runs(ev.case, text)) for text in prose.paragraphs(advice.text or "")]
    parents = {each.id: each.answers for each in ev.case.findings.recommendations}
    if advice.answers and advice.answers != parents.get(advice.parent or ""):
        answered = "；".join(titles[each] for each in advice.answers)
        blocks.append(item(f"针对的问题：{answered}。"))
    return blocks


def matrix(ev: Evaluation) -> list[Block]:
    """Which recommendation answers which finding, in one table."""
    advice = ev.case.findings.recommendations
    rows = [
        (
            finding.title,
            "；".join(each.title for each in advice if _answers(ev, each, finding)) or "（无）",
        )
        for finding in ev.case.findings.findings
        if finding.parent is None
    ]
    if not rows:
        return []
    return [plain_table("问题与建议对照表", ("问题", "对应的建议"), rows, (1, 1))]


def _answers(ev: Evaluation, advice: Recommendation, finding: Finding) -> bool:
    """Whether a recommendation answers a finding or one below it."""
    family = {finding.id, *(each.id for each, _ in _in_order(ev, finding.id))}
    return bool(family & set(advice.answers))


def indicator_annex(ev: Evaluation) -> list[Block]:
    """附件 指标评分表: every indicator as printed, and how the rule set scores them."""
    rows = list(ev.case.rows("indicators"))
    heading = Heading(1, "指标评分表", annex=True)
    if not rows:
        return [heading, paragraph("指标体系没有公布。")]
    return [heading, indicator_table(ev, rows, "指标评分表"), *how_scored(ev)]


def audit_annex(ev: Evaluation) -> list[Block]:
    """附件 勾稽核查表: counts by kind, then what does not hold, rounding, what cannot be checked.

    What holds is only counted here; audit.xlsx lists it.
    """
    remaining = [e for e in ev.audit.worst_first if e.verdict != "consistent"]
    heading = Heading(1, ANNEX, annex=True)
    if not ev.audit.entries:
        return [heading, paragraph("公布的数据没有可以核查的关系。")]
    return [
        heading,
        paragraph(
            "共核查 ",
            counted(ev, "checked"),
            " 项，相符 ",
            counted(ev, "consistent"),
            " 项。本附件逐项列出不一致 ",
            counted(ev, "inconsistent"),
            " 项、取整 ",
            counted(ev, "rounding"),
            " 项、无法复核 ",
            counted(ev, "unverifiable"),
            " 项；相符的只计数，逐项列在 audit.xlsx 的“核查结果”表中。",
        ),
        _counts(ev),
        *_audit_table(ev, "不一致、取整和无法复核的事项", remaining),
    ]


def _counts(ev: Evaluation) -> Block:
    """How many entries of each kind came to which verdict."""
    verdicts = ("checked", "consistent", "rounding", "unverifiable", "inconsistent")
    groups = ev.audit.by_kind
    rows: list[list[Cell]] = [
        [
            Cell(KINDS[kind]),
            *(as_cell(counted(ev, verdict, kind)) for verdict in verdicts),
        ]
        for kind in groups
    ]
    rows.append([Cell("共计"), *(as_cell(counted(ev, verdict)) for verdict in verdicts)])
    headings = ("核查事项", "核查项数", *(VERDICTS[verdict] for verdict in verdicts[1:]))
    sides: Sequence[Align] = ("left", "right", "right", "right", "right", "right")
    return plain_table(
        "各类事项的核查结果",
        headings,
        rows,
        (2, 1, 1, 1, 1, 1),
        sides,
        kind=lambda number: "total" if number == len(groups) else "body",
    )


def _audit_table(ev: Evaluation, caption: str, entries: Sequence[Entry]) -> list[Block]:
    if not entries:
        return []
    rows = [
        (
            str(number),
            _verdict(entry),
            KINDS[entry.kind],
            Cell(owner(ev, entry.where) + entry.message, of_entry(entry), computed=True),
        )
        for number, entry in enumerate(entries, 1)
    ]
    sides: Sequence[Align] = ("center", "center", "center", "left")
    headings = ("序号", "结论", "核查事项", "核查内容")
    return [plain_table(caption, headings, rows, (0.7, 1.5, 1.7, 7), sides)]


def _verdict(entry: Entry) -> str:
    """「不一致·错误」, and whether an auditor has accepted it."""
    severity = SEVERITIES[entry.severity] if entry.verdict == "inconsistent" else ""
    return VERDICTS[entry.verdict] + f"·{severity}" * bool(severity) + "（已接受）" * entry.accepted


def sources_annex(ev: Evaluation) -> list[Block]:
    """附件 数据来源: the document, its tables, and what every figure came from."""
    return sources.annex(ev)
