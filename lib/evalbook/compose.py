"""Executed notebooks of a case become one Document, for `run` and for the exporter."""

from collections.abc import Mapping, Sequence

import nbformat

from evalbook.blocks import Block
from evalbook.errors import NotebookError
from evalbook.evaluation import Evaluation
from evalbook.house import House
from evalbook.proofs import proofs
from evalbook.report.collect import collect
from evalbook.report.document import Document, assemble
from evalbook.sections.overview import title_facts

Executed = tuple[str, nbformat.NotebookNode]


def compose(
    ev: Evaluation,
    executed: Sequence[Executed],
    house: House,
    attachments: Mapping[str, bytes] | None = None,
) -> Document:
    """The blocks of all notebooks as one document; refuses those that saw other data.

    Raises NotebookError for these and for what a report cannot carry, ReportError for blocks that
    do not fit together.
    """
    blocks: list[Block] = []
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
    return assemble(
        blocks,
        title=params.title,
        facts=title_facts(ev),
        status=params.status,
        date=params.date,
        case=ev.case.id,
        proofs=proofs(ev, blocks),
        house=house,
        attachments=attachments,
    )
