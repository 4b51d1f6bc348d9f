"""Units of measure 计量单位: figures that fit but for a power of ten, units that are missing."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from evalbook.audit.compare import compare, name_of, place_of
from evalbook.audit.entry import Entry, plain, remark
from evalbook.cells import PERCENTS
from evalbook.figures import MONEY, RATIO, Figure, UnitMismatch, exact, half_up, unit_of
from evalbook.lookup import Place, half_width, place
from evalbook.model import Case, Row, Table

Scaled = tuple[Place, Callable[[Decimal], Figure | None]]
LARGE_POWER = 3
SURE_DIGITS = 20
"""To so many digits a quotient is what it is, whatever is lost behind them."""
ENOUGH_DIGITS = {True: 2, False: 3}


def with_slip(
    case: Case, at: Place, entry: Entry, computed: Figure, inputs: Sequence[Scaled]
) -> Iterator[Entry]:
    """The entry; where it fits but for a power of ten in one cell, a second that says so.

    `inputs` are the cells it was computed from, each with what would come out if it were larger.
    """
    found = _slip(case, at, entry, computed, inputs)
    if found is None:
        yield entry
        return
    cell, hint = found
    yield _said(entry, hint)
    message = f"{place_of(cell)}{name_of(cell)}（{cell.shown}）的计量单位或小数点可能有误：{hint}。"
    yield remark("unit", "warning", cell.address, message, (at.address,), place_of(cell))


def hinted(
    case: Case, at: Place, entry: Entry, computed: Figure, inputs: Sequence[Scaled]
) -> Entry:
    """The entry, its sentence with the power of ten that would make it fit."""
    found = _slip(case, at, entry, computed, inputs)
    return _said(entry, found[1]) if found else entry


def _said(entry: Entry, hint: str) -> Entry:
    return entry._replace(message=f"{entry.message.removesuffix('。')}；{hint}。")


def _slip(
    case: Case, at: Place, entry: Entry, computed: Figure, inputs: Sequence[Scaled]
) -> tuple[Place, str] | None:
    """The cell that may be off and how; the judged cell itself when it could be any of several."""
    if entry.verdict != "inconsistent" or entry.computed is None or at.column.type == "marks":
        return None
    if not at.cell.value:
        return None
    digits = len("".join(letter for letter in at.cell.text if letter.isdigit()).lstrip("0"))
    reach = _reach(case, at)
    own: Scaled = (at, lambda factor: computed * exact(1 / factor))
    for power in case.audit_settings.unit_powers.value:
        times = Decimal(10) ** power
        if digits < ENOUGH_DIGITS[power >= LARGE_POWER]:
            continue
        cells = [
            (cell, factor)
            for cell, result in (own, *inputs)
            for factor in (times, 1 / times)
            if _fits(case, at, result(factor), reach) and _shows(case, at, cell, factor)
        ]
        if len(cells) == 1:
            return cells[0][0], _hint(case, *cells[0])
        if cells:
            return at, f"相差正好 {plain(times)} 倍，所用数据的计量单位可能不一致"
    return None


def _shows(case: Case, at: Place, cell: Place, factor: Decimal) -> bool:
    """Whether a cell so changed still counts at the precision of what is judged.

    A part of a sum that would shrink to nothing is a part left out.
    """
    (_, size), (_, least) = (unit_of(each.unit, case.units) for each in (cell, at))
    part, money = abs((cell.cell.value or Decimal(0)) * factor * size), cell.unit and at.unit
    ratio = at.unit in PERCENTS or cell.unit in PERCENTS or cell is at
    return ratio or not money or part >= least * Decimal(10) ** -at.places


def _hint(case: Case, cell: Place, factor: Decimal) -> str:
    dimension, size = unit_of(cell.unit, case.units)
    large = max(factor, 1 / factor) >= Decimal(10) ** LARGE_POWER
    for unit, (name, other) in case.units.items() if large else ():
        if other == size * factor and dimension == ((name, 1),):
            return f"若{name_of(cell)}的单位是{unit}而不是{cell.unit}，则相符"
    times = plain(max(factor, 1 / factor).quantize(Decimal(1)))
    return f"若{name_of(cell)}{'放大' if factor > 1 else '缩小'} {times} 倍，则相符"


def _fits(
    case: Case, at: Place, result: Figure | None, reach: tuple[Decimal, Decimal] | None
) -> bool:
    if result is None or (reach and abs(result.value - reach[0]) > reach[1]):
        return False
    try:
        return compare(case, at, result).verdict == "consistent"
    except UnitMismatch:
        return False


def _reach(case: Case, at: Place) -> tuple[Decimal, Decimal] | None:
    """The printed figure, and how far from it one can be that some rounding brings to it.

    None where a word beside it leaves that open.
    """
    if at.cell.value is None or at.word in case.approximate:
        return None
    _, factor = unit_of(at.unit, case.units)
    printed = at.cell.value * factor
    return printed, 2 * half_width(at) * factor + abs(printed).scaleb(-SURE_DIGITS)


def too_large(entry: Entry, left: Figure, right: Figure) -> Entry:
    """A bound of money, its sentence with how many times when it is broken tenfold or more."""
    if entry.verdict != "inconsistent":
        return entry
    money = MONEY in dict(left.dimension)
    if not money or not 0 < 10 * right.value <= left.value:
        return entry
    times = plain(half_up(left.value / right.value, 0))
    hint = f"（前者约为后者的 {times} 倍，元、万元、亿元可能混用）"
    return entry._replace(message=entry.message.replace("，不成立。", f"{hint}，不成立。"))


def units(case: Case) -> Iterator[Entry]:
    """Targets and actual values in different units, and facts whose unit is missing."""
    for table, row in case.rows("indicators"):
        yield from _target(case, table, row)
    for table, row in case.rows("facts"):
        yield from _missing(case, table, row)


def _target(case: Case, table: Table, row: Row) -> Iterator[Entry]:
    """A percentage beside a bare number, or two kinds of thing: 90% and 95, 人 and 元."""
    target, actual = place(case, table, row, "target"), place(case, table, row, "actual")
    if not target.cell.value or not actual.cell.value or target.unit == actual.unit:
        return
    ratios = {target.unit, actual.unit} & PERCENTS
    known = {name for name, _ in case.units.values()}
    kinds = [dict(unit_of(each.unit, case.units)[0]) for each in (target, actual)]
    simple = all(kind and kind.keys() <= known and min(kind.values()) > 0 for kind in kinds)
    differ = kinds[0] != kinds[1] and simple
    start = f"{place_of(actual)}“{row.name}”的指标值是 {target.shown}，完成值印为 {actual.shown}，"
    where, inputs = actual.address, (target.address,)
    if ratios and not all(kinds[n] == {} for n in (0, 1)):
        message = f"{start}一个是百分数，一个不是，无法比较。"
        yield remark("unit", "warning", where, message, inputs, place_of(actual))
    elif ratios and "" in {target.unit, actual.unit}:
        message = f"{start}其中之一缺少百分号。"
        yield remark("unit", "warning", where, message, inputs, place_of(actual))
    elif differ:
        message = f"{start}计量单位不同，无法比较。"
        yield remark("unit", "warning", where, message, inputs, place_of(actual))


def _missing(case: Case, table: Table, row: Row) -> Iterator[Entry]:
    """A rate without its percent sign, an amount without its unit."""
    at, words = place(case, table, row, "value"), case.audit_settings
    if at.cell.value is None or at.unit:
        return
    for endings, dimension, lacking in (
        (words.ratio_names.value, RATIO, "百分号"),
        (words.money_names.value, MONEY, "计量单位（如万元）"),
    ):
        if row.name.endswith(endings):
            message = f"{place_of(at)}“{row.name}”是{dimension}，印为 {at.shown}，缺少{lacking}。"
            yield remark("unit", "warning", at.address, message, (), place_of(at))
            return
