"""Executed notebooks of a case become one Document, for `run` and for the exporter."""

import calendar
from collections.abc import Mapping, Sequence
from typing import Any

from evalbook.errors import NotebookError
from evalbook.evaluation import Evaluation
from evalbook.house import House
from evalbook.model import Case
from evalbook.proofs import proofs
from evalbook.report.collect import collect
from evalbook.report.document import Document, assemble
from evalbook.report.excerpt import standing_alone
from evalbook.report.numbering import Printed
from evalbook.sections.overview import title_facts

Executed = tuple[str, Mapping[str, Any]]


def compose(
    ev: Evaluation,
    executed: Sequence[Executed],
    house: House,
    attachments: Mapping[str, bytes] | None = None,
    excerpt: str = "",
) -> Document:
    """The blocks of all notebooks as one document; refuses those that saw other data.

    `excerpt` names the notebook when it is one alone: it is then numbered by itself and says so.
    Raises NotebookError for these and for what a report cannot carry, ReportError for blocks that
    do not fit together.
    """
    blocks: list[Printed] = []
    for name, notebook in executed:
        collected = collect(notebook, name)
        seen = {stamp.evaluation for stamp in collected.stamps}
        if seen != {ev.fingerprint}:
            raise NotebookError(
                f"笔记本 {name} 用的不是这次的评价数据，不能合成报告。"
                "请在开头写 ev = open_case(case)，运行期间不要改动数据文件，然后再运行一次。"
            )
        blocks += collected.blocks
    params = ev.case.params
    facts = title_facts(ev)
    if excerpt:
        blocks = standing_alone(blocks)
        facts = [*facts, ("本页内容", f"节选自笔记本 {excerpt}，标题和图表单独编号")]
    return assemble(
        blocks,
        title=params.title,
        facts=facts,
        status=params.status,
        date=file_day(ev.case),
        case=ev.case.id,
        proofs=proofs(ev, blocks),
        house=house,
        attachments=attachments,
    )


def file_day(case: Case) -> str:
    """The day that the files of a report carry: its own, else the source's, else the period's last.

    Printed is only the report's own.
    """
    own = case.params.date or case.source.date
    if own:
        return own
    year, *rest = map(int, case.params.period.rpartition("/")[2].split("-"))
    if len(rest) == 2:
        return f"{year:04}-{rest[0]:02}-{rest[1]:02}"
    month = rest[0] if rest and 1 <= rest[0] <= 12 else 12
    return f"{year:04}-{month:02}-{calendar.monthrange(year, month)[1]:02}"
