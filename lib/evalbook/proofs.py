"""Proofs 出处: what stands behind every figure that a report shows."""

from collections.abc import Iterable, Iterator

from evalbook.blocks import Block, Cell, Figure, Note, Proof, Prose, Run, Table
from evalbook.evaluation import Evaluation
from evalbook.lookup import find


def proofs(ev: Evaluation, blocks: Iterable[Block]) -> dict[str, Proof]:
    """The proof of every address that the blocks show a figure of, sorted by address."""
    shown = {item.address for block in blocks for item in figures(block) if item.address}
    return {address: _proof(ev, address) for address in sorted(shown)}


def figures(block: Block) -> Iterator[Run | Cell]:
    """The runs and cells of a block."""
    match block:
        case Prose() | Note():
            yield from block.runs
        case Table():
            for row in (*block.header, *block.rows):
                yield from row
        case Figure():
            yield from (run for _, run in block.data)


def _proof(ev: Evaluation, address: str) -> Proof:
    at = find(ev.case, address)
    if at is None or at.table is None or at.row is None:
        return Proof(address)
    measured = ev.measures.get(address)
    return Proof(
        place=f"{at.table.title}（{at.table.place}）：{at.row.name}，{at.column.name}",
        printed=at.shown,
        formula=measured.expression if measured else "",
    )
