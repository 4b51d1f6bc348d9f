"""What stands in a printed column: numbers or text, and what a column is that no kind knows."""

from collections.abc import Sequence
from itertools import pairwise

from evalbook.cells import PERCENTS
from evalbook.drafts.found import Spot, narrow
from evalbook.drafts.settings import Standards
from evalbook.drafts.shape import Shaped, is_dash, is_number
from evalbook.drafts.values import value
from evalbook.standards import Column

MOSTLY = 0.6


def cells(shaped: Shaped, index: int) -> list[Spot]:
    """The cells of a printed column that have a text, each once, section rows left out."""
    found = [
        spots[index]
        for _, spots in shaped.rows
        if spots[index].text and len({id(spot) for spot in spots if spot.text}) > 1
    ]
    return list(dict.fromkeys(found))


def repeats(shaped: Shaped, index: int) -> bool:
    """Whether a column names a row for those below it too: merged, left empty, or printed again."""
    spots = [spots[index] for _, spots in shaped.rows]
    return any(
        after is before or not after.text or after.text == before.text
        for before, after in pairwise(spots)
    )


def is_numeric(shaped: Shaped, index: int) -> bool:
    texts = [spot.text for spot in cells(shaped, index) if not is_dash(spot.text)]
    return bool(texts) and sum(map(is_number, texts)) >= MOSTLY * len(texts)


def is_copy(shaped: Shaped, index: int) -> bool:
    """Whether a column without a heading only holds what reaches over from its left."""
    own = [spots[index] for _, spots in shaped.rows if spots[index] is not spots[index - 1]]
    return not shaped.headings[index].text and index > 0 and not any(s.text for s in own)


def own_column(shaped: Shaped, index: int, standards: Standards) -> Column:
    """A column that no kind knows, by what stands in it."""
    heading = shaped.headings[index]
    name = heading.text or f"第 {index + 1} 列"
    texts = [spot.text for spot in cells(shaped, index)]
    if not is_numeric(shaped, index):
        return Column(name=name, type="text")
    numbers = [narrow(text) for text in texts if is_number(text)]
    percent = [text for text in numbers if text.endswith(("%", "‰"))]
    if heading.unit in PERCENTS or len(percent) * 2 > len(numbers):
        return Column(name=name, type="rate")
    apart = any(word in narrow(heading.text) for word in standards.words.apart)
    counts = any(word in narrow(heading.text) for word in standards.words.counts)
    money = shaped.unit and not heading.unit and not apart and not counts
    stated = standards.units.get(heading.unit, ("", 0))[0] == "金额"
    kind = "amount" if (money or stated) and not _has_other_units(texts, standards) else "number"
    return Column(name=name, type=kind, additive=not apart)


def _has_other_units(texts: Sequence[str], standards: Standards) -> bool:
    number = Column(name="数", type="number")
    units = {value(text, number, "", standards).cell.unit for text in texts} - {""}
    return any(standards.units.get(unit, ("", 0))[0] != "金额" for unit in units)
