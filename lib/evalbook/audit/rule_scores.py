"""Scores against what the rule set earns, and the scope of a rule."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from evalbook.audit.compare import compared, name_of, place_of
from evalbook.audit.completion import sense_of
from evalbook.audit.entry import Entry, holds, plain, remark
from evalbook.audit.framework import MARKS
from evalbook.figures import exact, half_up
from evalbook.lookup import Place, find_row, place
from evalbook.model import Case, Row, Table
from evalbook.rules import Rule, fraction
from evalbook.rulesets import MonthsBand
from evalbook.score import direction_of, executed, rule_of, score_row
from evalbook.scoring import Score


def rule_scores(case: Case, scores: Mapping[str, Score]) -> Iterator[Entry]:
    """Every indicator with a rule, and every range of months."""
    for table, row in case.rows("indicators"):
        if not _turned(case, table, row):
            yield from _rule_score(case, table, row, scores)
        yield from _scope(case, table, row)


def _turned(case: Case, table: Table, row: Row) -> bool:
    """Whether proportion is asked of what the name or the group shows to be better when lower.

    A row that states neither rule nor direction nor sign scores in proportion by default.
    """
    stated = row.said("rule") or direction_of(row) or row["target"].value is None
    return not stated and sense_of(case, table, row) != "higher"


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
        entry = entry._replace(severity="note", message=message)
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


def written_for(band: MonthsBand, fund: str) -> bool:
    """Whether a range of months is for the fund of that name."""
    return fund in band.fund or band.fund in fund


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
        if written_for(band, fund):
            yield holds("rule-scope", at.address, f"{start}适用于“{fund}”。", (address,))
        else:
            message = f"{start}该规定针对{band.fund}，这里用于“{fund}”，应说明理由。"
            yield remark("rule-scope", "warning", at.address, message, (address,), place_of(at))
        return
