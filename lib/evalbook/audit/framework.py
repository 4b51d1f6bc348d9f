"""Full marks against the framework 指标体系: of each indicator, of all, and of what must weigh."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from evalbook.audit.compare import compared, name_of, place_of
from evalbook.audit.entry import Entry, holds, plain, remark
from evalbook.figures import Dimension, exact
from evalbook.frameworks import marks_of, section_of, unseen, variant_of
from evalbook.lookup import Place, place
from evalbook.model import Case, Row, Table
from evalbook.rules import fraction
from evalbook.schema import Section
from evalbook.standards import Framework, LeastShare

MARKS: Dimension = (("分", 1),)
WHOLE = "case.published.full"


def framework(case: Case) -> Iterator[Entry]:
    """What the framework prints against what the case has; nothing where none is printed."""
    known = case.framework
    if known is None:
        return
    yield from _indicators(case, known)
    yield from _total(case, known)
    for least in known.least_shares:
        if case.params.stance in least.stances:
            yield from _least(case, known, least)


def _indicators(case: Case, known: Framework) -> Iterator[Entry]:
    """Full marks against those that the framework prints for the same indicator.

    Where a provision lets them be adjusted, other marks are a warning.
    """
    rows = list(case.rows("indicators"))
    present = [row.id for _, row in rows]
    every, variant = marks_of(known, present), variant_of(known, present)
    named = known.title + (f"（{variant.name}）" if variant else "")
    for table, row in rows:
        at, marks = place(case, table, row, "full_marks"), every.get(row.id)
        if marks is None or at.cell.value is None:
            continue
        source = named + unseen(known, row.id)
        entry = compared(case, "full-marks", at, exact(marks, MARKS), source, ())
        if entry.verdict == "inconsistent" and known.advisory:
            entry = _adjusted(at, marks, source, known.advisory, entry)
        yield entry


def _adjusted(at: Place, marks: Decimal, source: str, provision: str, entry: Entry) -> Entry:
    message = (
        f"{place_of(at)}{name_of(at)}为 {at.shown}，{source}为 {plain(marks)}分；"
        f"{provision}，应说明调整的理由。"
    )
    return entry._replace(severity="warning", message=message)


def _total(case: Case, known: Framework) -> Iterator[Entry]:
    """All full marks, as published or else added up, against the framework's total.

    Budget execution is counted in it once; whether a published total adds up is asked elsewhere.
    """
    wanted, published = known.total, case.params.published.full
    given = _all_marks(case) if published is None else published
    if wanted is None or given is None:
        return
    entry_id = f"full-marks:{WHOLE}=framework"
    start = "一级指标的分值共" if published is None else "总分值为"
    source = f"{known.title}的总分值{unseen(known)}"
    inputs = tuple(row.address("full_marks") for _, row in _roots(case))
    if given == wanted:
        message = f"{start} {plain(given)} 分，与{source}一致。"
        yield holds("full-marks", WHOLE, message, inputs)._replace(id=entry_id)
    else:
        message = (
            f"{start} {plain(given)} 分，{source}为 {plain(wanted)} 分，"
            "请核对是否漏列、重复计列了预算执行率或其他指标。"
        )
        yield remark("full-marks", "warning", WHOLE, message, inputs)._replace(id=entry_id)


def _least(case: Case, framework: Framework, least: LeastShare) -> Iterator[Entry]:
    """The share that some sections should at least have; 财预〔2020〕10号 第十四条."""
    whole = _all_marks(case)
    each = [_marks_in(framework, table, row, least.sections) for table, row in _roots(case)]
    known = [marks for marks in each if marks is not None]
    if not whole or len(known) < len(each):
        return
    part, limit = sum(known, Decimal(0)), fraction(least.share)
    inputs = tuple(row.address("full_marks") for _, row in _roots(case))
    entry_id = f"full-marks:{WHOLE}={'+'.join(least.sections)}"
    share = f"{plain(case.rules.round_rate(part / whole * 100))}%"
    choices = case.of_kind("indicators")[0].columns["section"].choices
    names = "、".join(choices[section] for section in least.sections)
    start = f"{names}的分值为 {plain(part)} 分，占 {plain(whole)} 分的 {share}"
    if part / whole >= limit:
        message = f"{start}，不低于{least.reference}的 {least.share}。"
        yield holds("full-marks", WHOLE, message, inputs)._replace(id=entry_id)
    else:
        message = f"{start}，低于{least.reference}的 {least.share}，应说明理由。"
        yield remark("full-marks", "warning", WHOLE, message, inputs)._replace(id=entry_id)


def _roots(case: Case) -> list[tuple[Table, Row]]:
    return [(table, row) for table in case.of_kind("indicators") for row in table.roots()]


def _all_marks(case: Case) -> Decimal | None:
    """The full marks of level 1 together; None when one is not printed, or there is none."""
    marks = [row["full_marks"].value for _, row in _roots(case)]
    known = [each for each in marks if each is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(marks) else None


def _marks_in(
    framework: Framework, table: Table, row: Row, sections: Sequence[Section]
) -> Decimal | None:
    """The marks of a branch that lie in these sections, None when that cannot be told.

    The section is the row's own, else the framework's for the indicator of that id.
    """
    section = row["section"].text or section_of(framework, row.id)
    if section:
        return row["full_marks"].value if section in sections else Decimal(0)
    each = [_marks_in(framework, table, child, sections) for child in table.children(row)]
    known = [marks for marks in each if marks is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(each) else None
