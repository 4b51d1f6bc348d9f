"""Days from due to done, and satisfaction 满意度 with its uncertainty."""

from datetime import date
from decimal import Decimal
from statistics import NormalDist
from typing import TYPE_CHECKING

from evalbook.audit.entry import plain
from evalbook.derived.figure import Derived, Found
from evalbook.lookup import place
from evalbook.model import Row, Table
from evalbook.rules import percent

if TYPE_CHECKING:
    from evalbook.evaluation import Evaluation


def delays(ev: "Evaluation") -> Found:
    for _, row in ev.case.rows("incidents"):
        try:
            done, due = (date.fromisoformat(row[column].text) for column in ("date", "due"))
        except ValueError:
            continue
        said = f"{row['date'].text} − {row['due'].text}"
        inputs = (row.address("date"), row.address("due"))
        yield f"{inputs[0]}.delay", Derived(str((done - due).days), "天", said, inputs)


def satisfaction(ev: "Evaluation", row: Row) -> Decimal | None:
    """The satisfaction of a survey's row in percent, recomputed, else as printed."""
    computed, own = ev.computed(row.address("rate")), row["rate"]
    if computed is not None or own.value is None:
        return computed
    return own.value / 10 if own.unit == "‰" else own.value


def answers(ev: "Evaluation", table: Table, row: Row) -> Decimal:
    """The valid answers of a row one by one (1.2万份 are 12000); none where none are printed."""
    known = place(ev.case, table, row, "valid").figure
    return known.value if known else Decimal(0)


def intervals(ev: "Evaluation") -> Found:
    """The ends of the interval of each satisfaction, by the number of valid answers.

    A share below nought or above one, as it may be misprinted, has none; nor has any where the
    rule set states no level of confidence.
    """
    level = ev.case.rules.confidence
    if level is None:
        return
    for table, row in ev.case.rows("surveys"):
        rate, count = satisfaction(ev, row), answers(ev, table, row)
        if rate is None or not 0 <= rate <= 100 or count <= 0:
            continue
        address = row.address("rate")
        inputs = (address, row.address("valid"), ev.case.absolute("settings.confidence"))
        said = f"满意度 {plain(rate)}%，有效问卷 {plain(count)} 份，置信水平 {percent(level)}"
        for name, end in zip(("low", "high"), wilson(rate / 100, count, level), strict=True):
            value = plain(ev.case.rules.round_rate(end * 100))
            yield f"{address}.{name}", Derived(value, "%", said, inputs)


def wilson(share: Decimal, count: Decimal, level: Decimal) -> tuple[Decimal, Decimal]:
    """The interval of a share seen in `count` answers at a level of confidence below one (Wilson
    score, without correction)."""
    z = Decimal(str(NormalDist().inv_cdf(float((1 + level) / 2))))
    square = z * z / count
    middle = share + square / 2
    half = z * (share * (1 - share) / count + square / (4 * count)).sqrt()
    return (middle - half) / (1 + square), (middle + half) / (1 + square)
