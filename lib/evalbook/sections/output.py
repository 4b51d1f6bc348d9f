"""30_output: was it delivered (产出)."""

from decimal import Decimal

from evalbook import charts
from evalbook.blocks import Block, Heading
from evalbook.evaluation import Evaluation
from evalbook.model import Row
from evalbook.sections.parts import case_table, item, paragraph, recomputed, section_opening


def opening(ev: Evaluation) -> list[Block]:
    """The section's marks, words and indicators."""
    return section_opening(ev, "output", "output_analysis")


def months_payable(ev: Evaluation) -> list[Block]:
    """Months payable 可支配月数 of each fund beside the band of the rule set."""
    known: list[tuple[Row, Decimal]] = [
        (row, value)
        for _, row in ev.case.rows("funds")
        if (value := ev.computed(row.address("months"))) is not None
    ]
    if not known:
        return []
    band = ev.case.rules.months_band
    authority = ev.case.rules.authority["months_band"]
    return [
        Heading(3, "基金可支配月数"),
        paragraph(f"对照范围为 {band.low}–{band.high} 个月，出自{authority}，针对{band.fund}。"),
        *(
            item(
                f"{row.name}：",
                recomputed(ev, row.address("months"), "个月"),
                _beside(ev, value),
                "。",
            )
            for row, value in known
        ),
        charts.months(ev, known),
    ]


def _beside(ev: Evaluation, value: Decimal) -> str:
    band = ev.case.rules.months_band
    if value < band.low:
        return "，低于对照范围"
    return "，高于对照范围" if value > band.high else "，在对照范围之内"


def payments(ev: Evaluation) -> list[Block]:
    """Benefits paid 待遇支付, where the source prints them."""
    tables = ev.case.of_kind("payments")
    if not tables:
        return []
    return [Heading(3, "待遇支付"), *(case_table(ev, table) for table in tables)]
