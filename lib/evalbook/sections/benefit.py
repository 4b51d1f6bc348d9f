"""40_benefit: did it help (效益 / 满意度)."""

from decimal import Decimal
from statistics import NormalDist

from evalbook import charts
from evalbook.audit.entry import plain
from evalbook.blocks import Block, Cell, Heading, Run
from evalbook.evaluation import Evaluation
from evalbook.lookup import FIGURES, Place, figure, place
from evalbook.model import Row, Table
from evalbook.sections.indicators import section_opening
from evalbook.sections.pieces import case_table, item, paragraph, period, plain_table

LABELS = {"share": "占 ", "growth": "增幅 ", "change": "增减 ", "value": ""}
OTHER = "其他"
LESS = {"growth": "降幅", "change": "减少"}


def opening(ev: Evaluation) -> list[Block]:
    """The section's marks, words and indicators."""
    return section_opening(ev, "benefit", "benefit_analysis")


def facts(ev: Evaluation) -> list[Block]:
    """Key facts 关键数据 by theme; a fact that only repeats a table is left to its table."""
    blocks: list[Block] = [Heading(3, "关键数据")]
    rows = [(table, row) for table, row in ev.case.rows("facts") if not _only_repeats(row)]
    if not rows:
        return [*blocks, paragraph("公布的材料没有单独的关键数据。")]
    headings = ("事项", "数值", "期间")
    themes = dict.fromkeys(row["theme"].text or OTHER for _, row in rows)
    lines: list[list[Cell]] = []
    for theme in themes:
        if len(themes) > 1:
            lines.append([Cell(theme, colspan=len(headings))])
        lines += [
            [Cell(row.name), _figure(ev, table, row), Cell(period(row["period"].text))]
            for table, row in rows
            if (row["theme"].text or OTHER) == theme
        ]
    table = plain_table(
        "关键数据",
        headings,
        lines,
        (5, 2, 2),
        ("left", "right", "center"),
        kind=lambda number: "body" if len(lines[number]) == len(headings) else "group",
    )
    return [*blocks, table]


def _only_repeats(row: Row) -> bool:
    own = (row[column].value for column in FIGURES if column != "value")
    return bool(row["same_as"].items) and all(value is None for value in own)


def _figure(ev: Evaluation, table: Table, row: Row) -> Cell:
    """The figures of a fact with the word beside them: `75%左右`, `3.28亿元，增幅 -10.89%`."""
    known = [place(ev.case, table, row, c) for c in FIGURES if row[c].value is not None]
    if not known:
        return Cell("未公布", row.address("value"))
    text = "，".join(_labelled(at) for at in known)
    return Cell(text, known[0].address, plain(known[0].cell.value or Decimal(0)))


def _labelled(at: Place) -> str:
    """「占 5%」「减少 34.11万元」: a figure with the word for it, a decrease without its sign."""
    column = at.address.rsplit(".", 1)[1]
    if column in LESS and at.shown.startswith(("-", "−")):
        return f"{LESS[column]} {at.shown[1:]}"
    return LABELS[column] + at.shown


def satisfaction(ev: Evaluation) -> list[Block]:
    """Satisfaction 满意度 surveys, where the source prints them."""
    blocks: list[Block] = [Heading(3, "满意度")]
    tables = ev.case.of_kind("surveys")
    if not tables:
        return [
            *blocks,
            paragraph("公布的材料没有满意度调查的样本数据，满意度的误差范围无法计算。"),
        ]
    for table in tables:
        blocks += [case_table(ev, table), *charts.satisfaction(table.title, _answers(ev, table))]
    rows = [row for table in tables for row in table.rows]
    known = [(table, row) for table in tables for row in table.rows if _rate(ev, row) is not None]
    sized = [(row, count) for table, row in known if (count := _valid(ev, table, row)) > 0]
    if len(sized) < len(rows):
        blocks.append(paragraph("没有公布有效问卷数的，满意度的误差范围无法计算。"))
    return blocks + [_uncertainty(ev, row, count) for row, count in sized]


def _answers(ev: Evaluation, table: Table) -> list[charts.Answers]:
    """What the chart draws of each row that has a satisfaction."""
    asked = []
    for row in table.rows:
        rate = charts.rate_of(ev, table, row)
        if rate is None:
            continue
        count = _valid(ev, table, row)
        ends: tuple[Run, ...] = ()
        if count > 0 and 0 <= Decimal(rate.value) <= 100:
            ends = tuple(
                Run(f"{end}%", value=plain(end)) for end in _ends(ev, Decimal(rate.value), count)
            )
        valid = charts.printed(ev, table, row, "valid") if count > 0 else None
        asked.append(charts.Answers(charts.named(row), rate, valid, *ends))
    return asked


def _ends(ev: Evaluation, rate: Decimal, count: Decimal) -> list[Decimal]:
    """The ends of the interval about a satisfaction, in percent."""
    return [ev.case.rules.round_rate(end * 100) for end in wilson(rate / 100, count)]


def _rate(ev: Evaluation, row: Row) -> Decimal | None:
    """The satisfaction of a row in percent, recomputed, else as printed."""
    computed, own = ev.computed(row.address("rate")), row["rate"]
    if computed is not None or own.value is None:
        return computed
    return own.value / 10 if own.unit == "‰" else own.value


def _valid(ev: Evaluation, table: Table, row: Row) -> Decimal:
    """The valid answers of a row one by one (1.2万份 are 12000); none where none are printed."""
    answers = figure(ev.case, place(ev.case, table, row, "valid"))
    return answers.value if answers else Decimal(0)


def _uncertainty(ev: Evaluation, row: Row, valid: Decimal) -> Block:
    """Satisfaction with its 95 % interval, by the number of valid answers.

    A share below nought or above one, as it may be misprinted, has none.
    """
    rate = _rate(ev, row) or Decimal(0)
    stated = f"{row.name}：满意度 ", Run(f"{rate}%", row.address("rate"), plain(rate))
    if not 0 <= rate <= 100:
        return item(*stated, "，不在 0% 至 100% 之间，置信区间无法计算。")
    low, high = _ends(ev, rate, valid)
    return item(
        *stated,
        f"，按有效问卷 {row['valid'].text} 份计，95% 置信区间为 {low}%–{high}%（Wilson 法）。",
    )


def wilson(share: Decimal, count: Decimal) -> tuple[Decimal, Decimal]:
    """The 95 % interval of a share seen in `count` answers (Wilson score, without correction)."""
    z = Decimal(str(NormalDist().inv_cdf(0.975)))
    square = z * z / count
    middle = share + square / 2
    half = z * (share * (1 - share) / count + square / (4 * count)).sqrt()
    return (middle - half) / (1 + square), (middle + half) / (1 + square)
