"""The kinds of scoring rule: each a pure function of what is printed and of its settings.

docs/rules/ has a page for every kind; params/rules/ says which rule set uses which, with what.
"""

from collections.abc import Mapping

from evalbook.scoring.basis import NOTHING, Executed, Inputs, Kind, Score
from evalbook.scoring.completion import proportion, threshold
from evalbook.scoring.points import checklist, deduction, given_marks, qualitative
from evalbook.scoring.steps import execution, steps

__all__ = ["KINDS", "NOTHING", "Executed", "Inputs", "Score"]

KINDS: Mapping[str, Kind] = {
    "proportion": proportion,
    "threshold": threshold,
    "steps": steps,
    "qualitative": qualitative,
    "checklist": checklist,
    "deduction": deduction,
    "execution": execution,
    "assigned": given_marks,
    "published": given_marks,
}
