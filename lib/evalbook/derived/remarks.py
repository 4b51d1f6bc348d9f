"""Warnings and remarks of the audit 勾稽核查 by kind, as the summary counts them."""

from typing import TYPE_CHECKING

from evalbook.derived.figure import Derived, Found
from evalbook.kinds import KINDS

if TYPE_CHECKING:
    from evalbook.evaluation import Evaluation

FIRST_FEW = 3
"""How many warnings of a kind the summary tells; the others stand in the annex."""


def counts(ev: "Evaluation") -> Found:
    """Warnings and remarks by kind, warnings that are left to the annex, and all remarks.

    Those of a nested project are counted in the whole.
    """
    if ev.case.prefix:
        return
    for severity, said in (("warning", "需要说明的"), ("note", "供参考的")):
        entries = [entry for entry in ev.audit.problems if entry.severity == severity]
        for kind in dict.fromkeys(entry.kind for entry in entries):
            found = tuple(f"audit.entries.{entry.id}" for entry in entries if entry.kind == kind)
            named = f"{KINDS[kind]}中{said}"
            yield f"count.{severity}.{kind}", Derived(str(len(found)), "项", named, found)
            rest = found[FIRST_FEW:]
            if severity == "warning" and rest:
                unlisted = f"{named}，只列在附件中的"
                yield f"count.annexed.{kind}", Derived(str(len(rest)), "项", unlisted, rest)
        if severity == "note" and entries:
            found = tuple(f"audit.entries.{entry.id}" for entry in entries)
            yield "count.note", Derived(str(len(found)), "项", said, found)
