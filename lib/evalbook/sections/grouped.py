"""Audit entries 核查结果 in boxes, by their kinds, so that a long list stays readable."""

from collections.abc import Sequence
from dataclasses import replace

from evalbook.audit.entry import Entry
from evalbook.blocks import Block, Note, Run
from evalbook.derived.remarks import FIRST_FEW
from evalbook.evaluation import Evaluation
from evalbook.kinds import KINDS
from evalbook.lookup import find_row, split
from evalbook.sections.pieces import ANNEX, AUDITED, derived, of_entry, owner, paragraph


def problem_note(entry: Entry, project: str = "") -> Note:
    """What the audit found, boxed, an error said to be one; in a whole with its nested project."""
    said = Run(entry.message, of_entry(entry), computed=True)
    return Note(
        (Run(project), said) if project else (said,),
        "error" if entry.severity == "error" else "warning",
    )


def shortly(ev: Evaluation, entry: Entry) -> Note:
    """A problem where its figure is told of: an error, boxed in full in the summary of the audit,
    by its name with a reference there; a warning in full, as the summary lists the first only."""
    if entry.severity != "error":
        return problem_note(entry)
    found = find_row(ev.case, entry.where)
    column = split(entry.where)[2]
    name = f"“{found[1].name}”" if found else entry.place
    heading = f"的{found[0].heading(column)}" if found and column in found[0].columns else ""
    summary = Run(f"“{AUDITED}”", ref=AUDITED)
    said = f"{name}{heading}没有通过数据核查（{KINDS[entry.kind]}），见"
    return Note((Run(said), summary, Run("。")), "error")


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
