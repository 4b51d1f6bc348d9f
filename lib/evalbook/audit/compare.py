"""Computed against printed: the four verdicts, and what they say.

Half-up at the printed places is `consistent`. A figure that fits truncation, or fits once the
rounding of the inputs is allowed for, is `rounding`; marks, counts and prices are exact and know
none. A figure with a word such as 左右 has the tolerance that params/units.yaml gives the word.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from evalbook.audit.entry import Entry, Severity, Verdict, plain, remark
from evalbook.cells import PERCENTS
from evalbook.figures import (
    MONEY,
    Figure,
    UnitMismatch,
    common_dimension,
    half_up,
    truncated,
    unit_of,
)
from evalbook.lookup import Place, half_width
from evalbook.model import Case
from evalbook.standards import Approximate

EXTRA_PLACES = 2
EXACT_PLACES = 4
SAME: tuple[Verdict, str] = ("consistent", "")
SEVERITY: Mapping[Verdict, Severity | None] = {
    "consistent": None,
    "rounding": "note",
    "unverifiable": "note",
    "inconsistent": "error",
}


class Comparison(NamedTuple):
    """A verdict with its figures in the printed unit, and why a rounding was seen."""

    verdict: Verdict
    computed: Decimal
    printed: Decimal
    gap: Decimal
    why: str = ""


def compare(case: Case, at: Place, computed: Figure) -> Comparison:
    """Hold a computed figure against the printed cell.

    Raises UnitMismatch when they are not of the same kind.
    """
    said = at.figure
    if said is None or at.cell.value is None:
        raise ValueError(f"{at.address} has no figure")
    if at.unit in PERCENTS and any(name == MONEY for name, _ in computed.dimension):
        raise UnitMismatch("百分数应由同一种数相除得到，算式的结果却是金额")
    common_dimension(computed, said)
    _, factor = unit_of(at.unit, case.units)
    exact_value = computed.value / factor
    rounded = _shown_exactly(exact_value) if at.exact else half_up(exact_value, at.places)
    printed = at.cell.value
    same = (exact_value if at.exact else rounded) == printed
    verdict, why = SAME if same else _off(at, exact_value, computed, factor)
    tolerance = case.approximate.get(at.word)
    if tolerance is not None and verdict != "consistent":
        verdict, why = _about(exact_value, printed, tolerance)
    if tolerance is not None or (verdict == "inconsistent" and rounded == printed):
        rounded = half_up(exact_value, at.places + EXTRA_PLACES)
    return Comparison(verdict, rounded, printed, rounded - printed, why)


def _shown_exactly(value: Decimal) -> Decimal:
    """An exact figure with the places it has, at most four."""
    places = -int(value.normalize().as_tuple().exponent)
    return half_up(value, min(max(places, 0), EXACT_PLACES))


def _off(at: Place, value: Decimal, computed: Figure, factor: Decimal) -> tuple[Verdict, str]:
    """Whether rounding explains that the printed figure is not the computed one."""
    printed = at.cell.value or Decimal(0)
    if at.exact:
        return "inconsistent", ""
    if truncated(value, at.places) == printed:
        return "rounding", "印出的数是截尾所得"
    half = half_width(at)
    if computed.low / factor <= printed + half and printed - half <= computed.high / factor:
        return "rounding", "各项数据自身的取整可以解释"
    return "inconsistent", ""


def _about(value: Decimal, printed: Decimal, word: Approximate) -> tuple[Verdict, str]:
    ends = [printed * each for each in (word.low, word.high) if each is not None]
    low = min(ends) if word.low is not None else None
    high = max(ends) if word.high is not None else None
    inside = (low is None or value >= low) and (high is None or value <= high)
    return ("consistent" if inside else "inconsistent"), ""


def compared(
    case: Case,
    kind: str,
    at: Place,
    computed: Figure,
    expression: str,
    inputs: tuple[str, ...],
    entry_id: str = "",
) -> Entry:
    """The entry of a comparison, its sentence included."""
    entry_id = entry_id or f"{kind}:{at.address}"
    place = place_of(at)
    try:
        result = compare(case, at, computed)
    except UnitMismatch as error:
        return clash(at, str(error), inputs)
    return Entry(
        id=entry_id,
        kind=kind,
        verdict=result.verdict,
        severity=SEVERITY[result.verdict],
        where=at.address,
        inputs=inputs,
        expression=expression,
        computed=plain(result.computed),
        printed=plain(result.printed),
        gap=plain(result.gap),
        unit=at.unit,
        place=place,
        message=_sentence(at, place, expression, result),
    )


def clash(at: Place, why: str, inputs: tuple[str, ...]) -> Entry:
    """Figures of different kinds in one relation: `unit`."""
    message = f"{place_of(at)}{name_of(at)}：计量单位不一致，{why}。"
    return remark("unit", "error", at.address, message, inputs, place_of(at))


def unverifiable(at: Place, kind: str, inputs: tuple[str, ...] = ()) -> Entry:
    """A printed rate, share or growth whose base is not printed."""
    message = f"{place_of(at)}{name_of(at)}印为 {at.shown}，计算它的基数没有公布，无法复核。"
    entry = remark(kind, "note", at.address, message, inputs, place_of(at), "unverifiable")
    return entry._replace(printed=plain(at.cell.value or Decimal(0)), unit=at.unit)


def _sentence(at: Place, place: str, expression: str, result: Comparison) -> str:
    unit = at.unit
    printed = at.shown
    start = (
        f"{place}{name_of(at)}印为 {printed}，按 {expression} 复算为 {plain(result.computed)}{unit}"
    )
    if result.verdict == "consistent":
        return f"{start}，相符。"
    gap = gap_of(result.gap, unit)
    if result.verdict == "rounding":
        return f"{start}，相差 {gap}，{result.why}，属取整差异。"
    more = "少" if result.gap > 0 else "多"
    return f"{start}，印出的数{more} {gap}，两者不符。"


def gap_of(gap: Decimal, unit: str) -> str:
    """A gap in words: `0.70个百分点`, `4.28亿元`."""
    return f"{plain(abs(gap))}{'个百分点' if unit == '%' else unit}"


def place_of(at: Place) -> str:
    """「一（二）2」: where the document prints it, empty when unknown."""
    stated = at.row["place"].text if at.row else ""
    return stated or (at.table.place if at.table else "")


def name_of(at: Place) -> str:
    """「合计的预算执行率」: what is printed there."""
    if at.row is None or at.table is None:
        return at.column.name
    return f"“{at.row.name}”的{at.table.heading(at.address.rsplit('.', 1)[1])}"
