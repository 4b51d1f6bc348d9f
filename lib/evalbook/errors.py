"""What can go wrong, said in Chinese: where, what, what was expected, what to do.

Exit codes: 1 the answer is no · 2 the user's input is wrong · 3 a notebook or a renderer failed ·
4 a fault of ours.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from evalbook.harmless import clean, said

SHOWN_FAULTS = 50
LONGEST_REMEDY, LONGEST_LINE = 1_000, 2_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of input: `where` is a file and a place in it, the rest are Chinese clauses."""

    where: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        end = "" if self.remedy.endswith("？") else "。"
        return f"{said(self.where)}：{said(self.problem)}。{said(self.remedy, LONGEST_REMEDY)}{end}"


class EvalbookError(Exception):
    """Base of all errors meant for the user; `str()` is Chinese and complete."""

    exit_code = 4

    def __str__(self) -> str:
        return "\n".join(said(line, LONGEST_LINE) for line in clean(super().__str__()).split("\n"))

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows for it: the sentence, no traceback."""
        return [str(self)]


class InputError(EvalbookError):
    """All faults found in what the user wrote, in order of their place."""

    exit_code = 2

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: Sequence[Fault] = sorted(set(faults), key=_in_reading_order)
        super().__init__(self._text())

    def _text(self) -> str:
        lines = [f"输入有 {len(self.faults)} 处需要改正："]
        lines += [f"  {number}. {fault}" for number, fault in enumerate(self.faults, 1)]
        hidden = len(lines) - 1 - SHOWN_FAULTS
        if hidden > 0:
            lines[SHOWN_FAULTS + 1 :] = [f"  ……另有 {hidden} 处，改正以上各处后再次检查。"]
        return "\n".join(lines)


def _in_reading_order(fault: Fault) -> list[str | int]:
    """Row 10 comes after row 2."""
    parts = re.split(r"(\d+)", str(fault))
    return [int(part) if number % 2 else part for number, part in enumerate(parts)]


class NotebookError(EvalbookError):
    """A notebook failed, or holds what a report cannot carry.

    Beside the sentence: which notebook, which cell of it, why; `again` says whether the same inputs
    may do another time, as after a process that was killed.
    """

    exit_code = 3

    def __init__(
        self, text: str, notebook: str = "", cell: str = "", cause: str = "", *, again: bool = False
    ) -> None:
        super().__init__(text)
        self.notebook, self.cell, self.cause, self.again = notebook, cell, cause, again


class ReportError(EvalbookError):
    """A renderer could not write the report, or its folder could not be replaced."""

    exit_code = 3


def nearest(word: str, allowed: Iterable[str]) -> str:
    """「是否想写“…”？」 when one of the allowed words is close, else the list of them."""
    words = list(allowed)
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"是否想写“{close[0]}”？"
    return "可用的有：" + "、".join(words) if words else "此处没有可用的名称"
