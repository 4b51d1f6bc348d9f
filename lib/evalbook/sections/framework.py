"""The framework 指标体系 that an evaluation follows: its authority, its aspects, what is unseen."""

from evalbook.blocks import Block
from evalbook.evaluation import Evaluation
from evalbook.frameworks import by_id, unseen
from evalbook.sections.pieces import item, paragraph


def framework(ev: Evaluation) -> list[Block]:
    """Title and reference, the aspects it views without marks, and what was not checked.

    Nothing where the document prints no framework.
    """
    known = ev.case.framework
    if known is None:
        return []
    blocks: list[Block] = [
        paragraph(f"评分所依据的指标体系：{known.title}{unseen(known)}。出处：{known.reference}。")
    ]
    if known.aspects:
        aspects = "、".join(known.aspects)
        blocks.append(paragraph(f"该体系另从{aspects}等方面作分析，不单独计分。"))
    return blocks + unseen_indicators(ev)


def unseen_indicators(ev: Evaluation) -> list[Block]:
    """The indicators of the case whose text in the framework was not checked, each with why."""
    indicators = by_id(ev.case.framework)
    cited = [
        indicators[row.id]
        for _, row in ev.case.rows("indicators")
        if row.id in indicators and indicators[row.id].unverified
    ]
    if not cited:
        return []
    return [
        paragraph("指标体系中有下列内容，引用前应先核对："),
        *(item(f"{e.name}{unseen(ev.case.framework, e.id)}：{e.reference}。") for e in cited),
    ]
