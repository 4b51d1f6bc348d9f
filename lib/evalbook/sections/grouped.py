"""Audit entries 核查结果 by their kinds, so that a long list stays readable."""

from collections.abc import Sequence
from dataclasses import replace

from evalbook.audit.entry import Entry
from evalbook.blocks import Block, Run
from evalbook.derived.remarks import FIRST_FEW
from evalbook.evaluation import Evaluation
from evalbook.kinds import KINDS
from evalbook.sections.pieces import ANNEX, derived, owner, paragraph, problem_note


def grouped(ev: Evaluation, entries: Sequence[Entry]) -> Block:
    """Warnings of one kind in one box: how many, the first few, where the others are."""
    shown = [problem_note(entry, owner(ev, entry.where)) for entry in entries]
    if len(shown) == 1:
        return shown[0]
    kind = entries[0].kind
    said: list[Run | str] = [f"{KINDS[kind]} ", derived(ev, f"count.warning.{kind}"), " 项："]
    for note in shown[:FIRST_FEW]:
        said += note.runs
    if f"count.annexed.{kind}" in ev.derived:
        rest = derived(ev, f"count.annexed.{kind}")
        said += ["其余 ", rest, " 项见", Run("附件", ref=ANNEX), "。"]
    return replace(shown[0], runs=paragraph(*said).runs)


def remarks(ev: Evaluation, entries: Sequence[Entry]) -> list[Block]:
    """What is only to be known, by its kinds."""
    if not entries:
        return []
    listed: list[Run | str] = []
    for kind in dict.fromkeys(entry.kind for entry in entries):
        listed += [
            "、" * bool(listed) + f"{KINDS[kind]} ",
            derived(ev, f"count.note.{kind}"),
            " 项",
        ]
    all_of_them = derived(ev, "count.note")
    known = Run("附件", ref=ANNEX)
    return [paragraph("另有供参考的 ", all_of_them, " 项（", *listed, "），见", known, "。")]
