"""30_output: was it delivered (产出)."""

from decimal import Decimal

from evalbook import charts
from evalbook.audit.rule_scores import written_for
from evalbook.blocks import Block, Heading, Note, Run
from evalbook.evaluation import Evaluation
from evalbook.model import Row
from evalbook.sections.funds import STATEMENT, titled
from evalbook.sections.indicators import section_opening
from evalbook.sections.pieces import (
    case_table,
    derived,
    item,
    paragraph,
    printed,
    recomputed,
    setting,
)


def opening(ev: Evaluation) -> list[Block]:
    """The section's marks, words and indicators."""
    return section_opening(ev, "output", "output_analysis")


def months_payable(ev: Evaluation) -> list[Block]:
    """Months payable 可支配月数 of each fund beside the band of the rule set."""
    known = [
        (row, value) for _, row in ev.case.rows("funds") if (value := _months(ev, row)) is not None
    ]
    if not known:
        return []
    band = ev.case.rules.months_band
    authority = ev.case.rules.authority["months_band"]
    if band is None:
        stated = paragraph("评分规则没有可支配月数的对照范围。")
    else:
        stated = paragraph(
            "对照范围为 ",
            setting(ev, "months_band.low"),
            "–",
            setting(ev, "months_band.high"),
            f" 个月，出自{authority}，针对{band.fund}。",
        )
    return [
        Heading(3, "基金可支配月数"),
        stated,
        *(_months_item(ev, row, value) for row, value in known),
        *charts.months(band, [_drawn(ev, row) for row, _ in known]),
        *(note for row, _ in known for note in _if_rolled_forward(ev, row)),
    ]


def _months(ev: Evaluation, row: Row) -> Decimal | None:
    """The months of a fund, recomputed, else as printed."""
    computed = ev.computed(row.address("months"))
    return row["months"].value if computed is None else computed


def _drawn(ev: Evaluation, row: Row) -> tuple[str, Run, bool]:
    """The fund as the chart names it, its months, and whether the band is for it."""
    return titled(row), _months_run(ev, row), _held(ev, row)


def _months_run(ev: Evaluation, row: Row) -> Run:
    """The months of a fund, recomputed, else as printed."""
    address = row.address("months")
    if ev.computed(address) is None:
        return printed(ev, address)
    return recomputed(ev, address, "个月")


def _months_item(ev: Evaluation, row: Row, value: Decimal) -> Block:
    run = _months_run(ev, row)
    if run.computed:
        return item(f"{row.name}：", run, *_beside(ev, row, value), "。")
    doubt = "（原文印出的数，计算它的结余没有公布）"
    return item(f"{row.name}：", run, doubt, *_beside(ev, row, value), "。")


def _if_rolled_forward(ev: Evaluation, row: Row) -> list[Block]:
    """What the months would be if the closing balance followed from the year's own figures."""
    rolled = f"{row.address('months')}.rolled"
    if rolled not in ev.derived:
        return []
    balance, months = f"{row.address('closing')}.rolled", Decimal(ev.derived[rolled].value)
    said = paragraph(
        f"{row.name}印出的累计结余与当年收支不符（见",
        Run("“基金收支”", ref=STATEMENT),
        "）。如按当年收支复算的累计结余 ",
        derived(ev, balance, ev.derived[balance].unit),
        "计算，可支配月数为 ",
        derived(ev, rolled, "个月"),
        "，而不是 ",
        _months_run(ev, row),
        *(_beside(ev, row, months) if _held(ev, row) else ()),
        "。结论取决于哪个数正确，应先核实。",
    )
    return [Note(said.runs, "warning")]


def _held(ev: Evaluation, row: Row) -> bool:
    """Whether the band of the rule set is for this fund."""
    band = ev.case.rules.months_band
    return band is not None and written_for(band, row.name)


def _beside(ev: Evaluation, row: Row, value: Decimal) -> tuple[Run | str, ...]:
    band = ev.case.rules.months_band
    if band is None:
        return ()
    if not _held(ev, row):
        return ("，该范围不是为这项基金定的",)
    if value < band.short:
        return "，低于 ", setting(ev, "months_band.short"), " 个月，结余不足"
    if value > band.excess:
        return "，高于 ", setting(ev, "months_band.excess"), " 个月，结余过多"
    if value < band.low:
        return ("，低于对照范围",)
    return ("，高于对照范围" if value > band.high else "，在对照范围之内",)


def payments(ev: Evaluation) -> list[Block]:
    """Benefits paid 待遇支付, where the source prints them."""
    tables = ev.case.of_kind("payments")
    if not tables:
        return []
    return [Heading(3, "待遇支付"), *(case_table(ev, table) for table in tables)]
