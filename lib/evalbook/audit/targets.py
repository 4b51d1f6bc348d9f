"""Targets met, missed and far exceeded: whether the marks and the reasons go with them."""

from collections.abc import Iterator
from decimal import Decimal

from evalbook.audit.compare import place_of
from evalbook.audit.completion import Completion, cited, completion, of_execution, reason_of
from evalbook.audit.entry import Entry, holds, plain, remark
from evalbook.audit.sums import nearest
from evalbook.lookup import place, row_of
from evalbook.model import Case, Row, Table
from evalbook.rules import percent


def targets(case: Case) -> Iterator[Entry]:
    """Reasons for what was lost or missed, and for what was far exceeded."""
    known = cited(case)
    for table, row in case.rows("indicators"):
        done = completion(case, table, row)
        yield from _reason(case, table, row, done, row_of(row.address("id")) in known)
        yield from _overshoot(case, table, row, done)


def _reason(
    case: Case, table: Table, row: Row, done: Completion | None, in_a_finding: bool
) -> Iterator[Entry]:
    """Marks lost and targets missed need a reason; 财预〔2020〕10号 附件1（偏差原因分析）.

    Marks lost though the target was met are `met-but-deducted`. Marks for budget execution follow
    from the rate, and the form has no room for their reason.
    """
    full, score = row["full_marks"].value, row["score"].value
    lost = full - score if full is not None and score is not None else Decimal(0)
    missed = done is not None and not done.met
    if (lost <= 0 and not missed) or of_execution(row, case.rules):
        return
    at = place(case, table, row, "reason")
    inputs = tuple(row.address(c) for c in ("score", "full_marks", "target", "actual"))
    kind = "met-but-deducted" if done is not None and done.met else "missing-reason"
    start = f"{place_of(at)}“{row.name}”{_what(row, done, lost)}，"
    if reason_of(case, row) or in_a_finding:
        yield holds(kind, at.address, f"{start}已说明原因。", inputs, place_of(at))
    elif not nearest(table, row, "score")[0]:
        message = f"{start}没有说明原因。"
        yield remark(kind, "warning", at.address, message, inputs, place_of(at))


def _what(row: Row, done: Completion | None, lost: Decimal) -> str:
    """「完成 90人，没有达到指标值 100人，扣 1 分」."""
    deducted = f"扣 {plain(lost)} 分" if lost > 0 else ""
    if done is None:
        return deducted
    reached = "达到" if done.met else "没有达到"
    parts = (f"完成 {row['actual'].text}", f"{reached}指标值 {row['target'].text}", deducted)
    return "，".join(filter(None, parts))


def _overshoot(case: Case, table: Table, row: Row, done: Completion | None) -> Iterator[Entry]:
    """A target far exceeded with full marks and no reason: it may have been set too low.

    财预〔2020〕10号 第十六条; the threshold is a setting.
    """
    score, above = row["score"].value, case.rules.overshoot
    if done is None or done.ratio is None or done.sense != "higher" or above is None:
        return
    if done.ratio <= above or score is None or score != row["full_marks"].value:
        return
    at = place(case, table, row, "actual")
    limit = percent(above)
    start = (
        f"{place_of(at)}“{row.name}”完成 {row['actual'].text}，"
        f"超过指标值 {row['target'].text} 的 {limit}，得满分"
    )
    if reason_of(case, row):
        yield holds("overshoot", at.address, f"{start}，已说明原因。", (), place_of(at))
    else:
        message = f"{start}而没有说明原因，指标值可能定得过低。"
        yield remark("overshoot", "warning", at.address, message, (), place_of(at))
