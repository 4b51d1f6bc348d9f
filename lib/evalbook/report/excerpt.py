"""A part of a report that stands alone: one notebook of a case, or one of no case."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from evalbook.blocks import Figure, Heading, Note, Prose, Run, Table
from evalbook.report.numbering import Printed


def standing_alone(blocks: Sequence[Printed]) -> list[Printed]:
    """The blocks with headings that begin at level 1, and no reference to what is not there."""
    names = {
        words
        for block in blocks
        for words in (block.text if isinstance(block, Heading) else _caption(block),)
    }
    return [_referring(block, names) for block in _lifted(blocks)]


def titled(blocks: Sequence[Printed], name: str) -> tuple[str, list[Printed]]:
    """The title of a page and what stands below it.

    The first heading is the title, else `name`. It is not printed twice: where it is the one
    heading at its level and the first block, the others move up.
    """
    headings = [block for block in blocks if isinstance(block, Heading)]
    if not headings:
        return name, list(blocks)
    title = headings[0]
    alone = all(each.level > title.level for each in headings[1:])
    below = blocks[1:] if alone and blocks[0] is title and len(headings) > 1 else blocks
    return title.text, standing_alone(below)


def _caption(block: Printed) -> str:
    return block.caption if isinstance(block, Table | Figure) else ""


def _lifted(blocks: Iterable[Printed]) -> Iterator[Printed]:
    """Every heading one level below the nearest higher one that is there."""
    above: list[int] = []
    for block in blocks:
        if isinstance(block, Heading):
            while above and above[-1] >= block.level:
                above.pop()
            above.append(block.level)
            block = replace(block, level=len(above))
        yield block


def _referring(block: Printed, names: set[str]) -> Printed:
    if not isinstance(block, Prose | Note):
        return block
    return replace(block, runs=tuple(_run(run, names) for run in block.runs))


def _run(run: Run, names: set[str]) -> Run:
    """A reference to what another notebook holds, by its words."""
    return Run(f"“{run.ref}”") if run.ref and run.ref not in names else run
