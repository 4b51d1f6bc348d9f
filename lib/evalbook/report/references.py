"""References 引用: a run that names a table, a figure or a heading by its words gets its number.

A run with a text of its own keeps it where the report has no such thing, or several of that name:
a report of one notebook only, or of nested projects that bear the same headings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from evalbook.blocks import Figure, Heading, Note, Prose, Run, Table
from evalbook.report.numbering import Placed, Printed

Named = Mapping[str, Sequence[Placed]]


def names(blocks: Sequence[Placed]) -> Named:
    """What can be named, by its words."""
    found: dict[str, list[Placed]] = {}
    for placed in blocks:
        match placed.block:
            case Heading(text=words) | Table(caption=words) | Figure(caption=words) if words:
                found.setdefault(words, []).append(placed)
    return found


def faults(blocks: Sequence[Printed], named: Named) -> Iterator[str]:
    """References without words of their own that name nothing, or more than one thing."""
    runs = (run for block in blocks for run in _runs(block))
    wanted = dict.fromkeys(run.ref for run in runs if run.ref and not run.text)
    for words in wanted:
        known = len(named.get(words, ()))
        if not known:
            yield f"文中引用的“{words}”不是报告中任何标题、表或图的名称。请改正引用的名称。"
        elif known > 1:
            yield f"文中引用的“{words}”在报告中有 {known} 处。请给其中的表、图或标题改名。"


def resolved(blocks: Sequence[Placed], named: Named) -> Iterator[Placed]:
    """The blocks with the number in place of every reference."""
    for placed in blocks:
        block = placed.block
        if isinstance(block, Prose | Note) and any(run.ref for run in block.runs):
            runs = tuple(_resolved(run, named) for run in block.runs)
            placed = replace(placed, block=replace(block, runs=runs))
        yield placed


def _resolved(run: Run, named: Named) -> Run:
    known = named.get(run.ref, ())
    return replace(run, text=known[0].name) if len(known) == 1 else replace(run, ref="")


def _runs(block: Printed) -> Sequence[Run]:
    return block.runs if isinstance(block, Prose | Note) else ()
