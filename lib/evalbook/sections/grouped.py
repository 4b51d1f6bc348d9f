"""Audit entries 核查结果 by their kinds, so that a long list stays readable."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from evalbook.audit.entry import Entry
from evalbook.blocks import Block, Run
from evalbook.evaluation import Evaluation
from evalbook.kinds import KINDS
from evalbook.sections.pieces import ANNEX, owner, paragraph, problem_note

FIRST_FEW = 3


def grouped(ev: Evaluation, entries: Sequence[Entry]) -> Block:
    """Warnings of one kind in one box: how many, the first few, where the others are."""
    shown = [problem_note(entry, owner(ev, entry.where)) for entry in entries]
    runs = [run for note in shown[:FIRST_FEW] for run in note.runs]
    if len(shown) == 1:
        return shown[0]
    rest = len(shown) - FIRST_FEW
    more = (Run(f"其余 {rest} 项见"), Run("附件", ref=ANNEX), Run("。")) if rest > 0 else ()
    stated = Run(f"{KINDS[entries[0].kind]} {len(shown)} 项：")
    return replace(shown[0], runs=(stated, *runs, *more))


def remarks(entries: Sequence[Entry]) -> list[Block]:
    """What is only to be known, by its kinds."""
    if not entries:
        return []
    counts = Counter(KINDS[entry.kind] for entry in entries)
    listed = "、".join(f"{name} {count} 项" for name, count in counts.items())
    said = f"另有供参考的 {len(entries)} 项（{listed}），见"
    return [paragraph(said, Run("附件", ref=ANNEX), "。")]
