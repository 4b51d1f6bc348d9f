"""Marks and grades: totals, full marks, the grade, reasons, and the scope of a rule."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from evalbook.audit.compare import compared, name_of, place_of
from evalbook.audit.entry import Entry, holds, plain, remark
from evalbook.audit.framework import MARKS, framework
from evalbook.audit.relations import judged, nearest, unless_blank
from evalbook.figures import exact, half_up
from evalbook.frameworks import marks_of
from evalbook.lookup import Place, find, find_row, place
from evalbook.model import Case, Row, Table
from evalbook.rules import Rule, Rules, fraction, percent
from evalbook.score import executed, full_marks, rule_of, score_row
from evalbook.scoring import Score


def marks(case: Case, scores: Mapping[str, Score]) -> Iterator[Entry]:
    """Every check of marks, from the totals down to single indicators."""
    yield from _totals(case)
    yield from framework(case)
    yield from _execution_marks(case)
    yield from _grade(case)
    for table, row in case.rows("indicators"):
        yield from _reason(case, table, row)
        yield from _rule_score(case, table, row, scores)
        yield from _overshoot(case, table, row)
        yield from _scope(case, table, row)


def _published(case: Case, key: str) -> Place:
    at = find(case, f"case.published.{key}")
    assert at is not None
    return at


def _totals(case: Case) -> Iterator[Entry]:
    """Full marks and scores of the highest indicators against the printed totals."""
    for kind, key, column in (("full-marks", "full", "full_marks"), ("sum", "score", "score")):
        at = _published(case, key)
        known, blank = _highest(case, column)
        values = [part.cell.value for part in known if part.cell.value is not None]
        if at.cell.value is not None and values:
            text = " + ".join(plain(value) for value in values)
            inputs = tuple(part.address for part in known)
            total = exact(sum(values, Decimal(0)), MARKS)
            yield unless_blank(at, compared(case, kind, at, total, text, inputs), blank)
    score, full, rate = (_published(case, key) for key in ("score", "full", "rate"))
    if score.cell.value is not None and full.cell.value is not None:
        text = f"0 ≤ {score.cell.text} ≤ {full.cell.text}"
        within = 0 <= score.cell.value <= full.cell.value
        yield judged("bounds", score, text, (score.address, full.address), within)
    if rate.cell.value is not None and score.cell.value is not None and full.cell.value:
        text = f"{score.cell.text} ÷ {full.cell.text}"
        computed = exact(score.cell.value / full.cell.value)
        yield compared(case, "rate", rate, computed, text, (score.address, full.address))


def _highest(case: Case, column: str) -> tuple[list[Place], list[Row]]:
    """The highest rows that print a column, and the rows that leave it blank."""
    known: list[Place] = []
    blank: list[Row] = []
    for table in case.of_kind("indicators"):
        for root in table.roots():
            rows, missing = nearest(table, root, column)
            if root[column].state == "value":
                rows, missing = [root], []
            elif root[column].state == "blank" and not rows and not missing:
                missing = [root]
            known += [place(case, table, row, column) for row in rows]
            blank += missing
    return known, blank


def _execution_marks(case: Case) -> Iterator[Entry]:
    """A self-evaluation gives budget execution its own marks; 财预〔2020〕10号 第十三条.

    The marks may be adjusted for a reason, so another number is a warning. Where the framework
    prints marks for execution, it has been asked already.
    """
    all_rows = [row for _, row in case.rows("indicators")]
    rows = [row for row in all_rows if _of_execution(row, case.rules)]
    scored = any(row["full_marks"].value is not None for row in all_rows)
    known = marks_of(case.framework, [row.id for row in all_rows])
    wanted, where = case.rules.execution_marks, "case.published.full"
    if case.params.stance != "self" or not scored or wanted is None:
        return
    if any(row.id in known for row in rows):
        return
    given = sum((row["full_marks"].value or Decimal(0) for row in rows), Decimal(0))
    inputs = tuple(row.address("full_marks") for row in rows)
    source = case.rules.sources["execution_marks"]
    if any(row["full_marks"].state == "blank" for row in rows):
        message = f"预算执行率的分值没有公布，无法与{source}的 {plain(wanted)} 分对照。"
        yield remark("full-marks", "note", where, message, inputs, verdict="unverifiable")
    elif given == wanted:
        message = f"预算执行率的分值为 {plain(given)} 分，与{source}一致。"
        yield holds("full-marks", where, message, inputs)
    else:
        message = (
            f"预算执行率的分值为 {plain(given)} 分，{source}为 {plain(wanted)} 分，"
            "应说明调整的理由。"
        )
        yield remark("full-marks", "warning", where, message, inputs)


def _of_execution(row: Row, rules: Rules) -> bool:
    rule = rule_of(row, rules)
    return rule is not None and rule.of_execution


def _grade(case: Case) -> Iterator[Entry]:
    """The printed grade against the bands of the rule set; 财预〔2020〕10号 第十八条.

    A total that no band holds (89.5 beside 80–89 and 90–100), and grades whose bands nobody has
    published, leave it open.
    """
    at = _published(case, "grade")
    total, full = case.params.published.score, full_marks(case)
    if not at.cell.text:
        return
    if total is None:
        message = f"等级“{at.cell.text}”没有同时公布得分，无法复核。"
        yield remark("grade", "note", at.address, message, verdict="unverifiable")
        return
    expected = case.rules.grade(total, full)
    inputs = ("case.published.score", "case.published.full")
    source = case.rules.sources["grade_bands"]
    names = [band.grade for band in case.rules.grade_bands]
    if names and not at.cell.text.startswith(tuple(names)):
        message = f"{source}的等级为{'、'.join(names)}，公布的等级“{at.cell.text}”不在其中。"
        yield remark("grade", "error", at.address, message, inputs)
    elif expected is None:
        message = f"{_no_band(case, total)}，公布的等级“{at.cell.text}”无法复核。"
        yield remark("grade", "note", at.address, message, inputs, verdict="unverifiable")
    elif at.cell.text.startswith(expected):
        message = f"得分 {total} 按{source}应为“{expected}”，与公布的等级相符。"
        yield holds("grade", at.address, message, inputs)
    else:
        message = (
            f"得分 {total} 按{source}应为“{expected}”，公布的等级是“{at.cell.text}”，两者不符。"
        )
        yield remark("grade", "error", at.address, message, inputs)


def _no_band(case: Case, total: Decimal) -> str:
    """Why a total has no grade."""
    bands, source = case.rules.grade_bands, case.rules.sources["grade_bands"]
    if all(band.from_ is None for band in bands):
        return f"{source}没有各等级的分数线"
    return f"得分 {total} 不在{source}的任何一个等级之内"


def _reason(case: Case, table: Table, row: Row) -> Iterator[Entry]:
    """Marks lost need a reason; 财预〔2020〕10号 附件1（偏差原因分析及改进措施）."""
    full, score = row["full_marks"].value, row["score"].value
    if full is None or score is None or score >= full:
        return
    at = place(case, table, row, "reason")
    if row["reason"].text:
        message = f"{place_of(at)}“{row.name}”扣 {plain(full - score)} 分，已说明原因。"
        yield holds("missing-reason", at.address, message, (row.address("score"),), place_of(at))
    elif nearest(table, row, "score")[0]:
        return
    else:
        message = f"{place_of(at)}“{row.name}”扣 {plain(full - score)} 分，没有说明原因。"
        inputs = (row.address("score"), row.address("full_marks"))
        yield remark("missing-reason", "warning", at.address, message, inputs, place_of(at))


def _rule_score(case: Case, table: Table, row: Row, scores: Mapping[str, Score]) -> Iterator[Entry]:
    """A printed score against what target and actual earn under the rule set."""
    earned, rule = _earned(case, row, scores), rule_of(row, case.rules)
    at = place(case, table, row, "score")
    full = row["full_marks"].value or Decimal(0)
    if rule is None or at.cell.value is None or row["score_basis"].text == "assigned":
        return
    plain_share = rule.id == "proportion" and rule.kind == "proportion"
    kind = "execution-score" if rule.of_execution else "proportion" if plain_share else "rule-score"
    inputs = tuple(row.address(c) for c in ("full_marks", "target", "actual"))
    inputs += row["evidence"].items * rule.of_execution
    if earned.marks is None:
        if earned.explanation:
            message = f"{place_of(at)}{name_of(at)} {at.shown}无法复核：{earned.explanation}。"
            yield remark(kind, "note", at.address, message, inputs, place_of(at), "unverifiable")
        return
    if earned.allows(at.cell.value):
        message = f"{place_of(at)}{name_of(at)} {at.shown}{_in_band(rule, earned, at, full)}。"
        yield holds(kind, at.address, message, inputs, place_of(at))
        return
    expression = earned.explanation.rsplit(" = ", 1)[0]
    entry = compared(case, kind, at, exact(earned.marks, MARKS), expression, inputs)
    if entry.verdict == "inconsistent" and at.cell.value < earned.marks and row["reason"].text:
        message = f"{entry.message.removesuffix('。')}；已说明扣分原因。"
        entry = replace(entry, severity="note", message=message)
    yield entry


def _earned(case: Case, row: Row, scores: Mapping[str, Score]) -> Score:
    """The computed score; by the printed rate where that is the recomputed one, rounded.

    10 × 97.35% may differ in the last place from 10 × 389.38 ÷ 400.
    """
    found, printed, actual = scores[row.address("score")], row["score"].value, row["actual"]
    recomputed = executed(case, row)
    if found.marks == printed or recomputed is None or actual.unit != "%":
        return found
    by_print = score_row(row, case.rules, case.units)
    rounded = half_up(recomputed.rate * 100, actual.places)
    return by_print if by_print.marks == printed and rounded == actual.value else found


def _in_band(rule: Rule, earned: Score, at: Place, full: Decimal) -> str:
    """Where a score that the rule leaves to judgement lies, and whether the band above claims it.

    财预〔2020〕10号 第十六条: 80%（含）, 60%（含）; the upper end is let pass all the same.
    """
    least, most = (plain(each or Decimal(0)) for each in (earned.least, earned.marks))
    text = f"在 {least} 至 {most} 分的档次之内"
    begins = {full * fraction(band.low) for band in rule.bands}
    on_edge = at.cell.value == earned.marks != earned.least and at.cell.value in begins
    return text + "，正好是分界（含），属于上一档" * on_edge


def _overshoot(case: Case, table: Table, row: Row) -> Iterator[Entry]:
    """A target far exceeded with full marks and no reason: it may have been set too low.

    财预〔2020〕10号 第十六条; the threshold is a setting.
    """
    target, actual = row["target"], row["actual"]
    if not target.value or actual.value is None or target.high is not None:
        return
    if row["direction"].text not in {"", "higher"} or target.unit != actual.unit:
        return
    if target.sign in {"≤", "<", "="}:
        return
    rate = actual.value / target.value
    score = row["score"].value
    above = case.rules.overshoot
    if above is None or rate <= above or score is None or score != row["full_marks"].value:
        return
    at = place(case, table, row, "actual")
    limit = percent(above)
    start = (
        f"{place_of(at)}“{row.name}”完成 {actual.text}，超过指标值 {target.text} 的 {limit}，得满分"
    )
    if row["reason"].text:
        yield holds("overshoot", at.address, f"{start}，已说明原因。", (), place_of(at))
    else:
        message = f"{start}而没有说明原因，指标值可能定得过低。"
        yield remark("overshoot", "warning", at.address, message, (), place_of(at))


def _scope(case: Case, table: Table, row: Row) -> Iterator[Entry]:
    """A range of months written for one fund, applied to another (`rule-scope`)."""
    band = case.rules.months_band
    target = row["target"]
    if band is None or target.value != band.low or target.high != band.high:
        return
    for address in (*row["same_as"].items, *row["evidence"].items):
        found = find_row(case, address)
        if found is None or found[0].kind_id != "funds":
            continue
        at = place(case, table, row, "target")
        fund = found[1].name
        authority = case.rules.authority["months_band"]
        start = f"{place_of(at)}“{row.name}”的指标值 {target.text}出自{authority}，"
        if fund in band.fund or band.fund in fund:
            yield holds("rule-scope", at.address, f"{start}适用于“{fund}”。", (address,))
        else:
            message = f"{start}该规定针对{band.fund}，这里用于“{fund}”，应说明理由。"
            yield remark("rule-scope", "warning", at.address, message, (address,), place_of(at))
        return
