"""A case's own prose: `{address}` becomes the figure it names, as printed and with its unit."""

import re
from collections.abc import Iterator

from evalbook.blocks import Run
from evalbook.lookup import MENTION, find
from evalbook.model import Case

UNPUBLISHED = "未公布"


def runs(case: Case, text: str) -> tuple[Run, ...]:
    """The text in runs, its figures with their addresses."""
    return tuple(_runs(case, text))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, parted by blank lines; line ends inside one are dropped.

    A line that begins with `- ` is one by itself.
    """
    parts = re.split(r"\n\s*\n|\n(?=- )", text.strip())
    return ["".join(line.strip() for line in part.splitlines()) for part in parts if part.strip()]


def _runs(case: Case, text: str) -> Iterator[Run]:
    for position, part in enumerate(MENTION.split(text)):
        if position % 2:
            at = find(case, part)
            known = at is not None and at.cell.state == "value"
            shown = at.shown if at and known else UNPUBLISHED
            yield Run(shown, case.absolute(part), at.cell.exact if at else "")
        elif part:
            yield Run(part)
