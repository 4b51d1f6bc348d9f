"""Scores with no evidence: blank target or completion, a copied target, words for a number."""

import re
from collections.abc import Iterator
from decimal import Decimal

from evalbook.audit.compare import place_of
from evalbook.audit.completion import reason_of
from evalbook.audit.entry import Entry, holds, remark
from evalbook.audit_settings import holds_one
from evalbook.lookup import place
from evalbook.model import Case, Row, Table
from evalbook.rules import fraction
from evalbook.score import rule_of

BY_TARGET = {"proportion", "threshold"}
_DIGIT = re.compile(r"\d")
_NUMERAL = "[零一二两三四五六七八九十百千万]"


def evidence(case: Case) -> Iterator[Entry]:
    """Every indicator that was given marks by itself; no marks need no evidence."""
    for table in case.of_kind("indicators"):
        leaves = [r for r in table.rows if not table.children(r) and r["score"].value]
        both = [r for r in leaves if _printed(r, "target") and _printed(r, "actual")]
        share = Decimal(len(both)) / len(leaves) if leaves else Decimal(0)
        usual = share > fraction(case.audit_settings.evidence_share.value)
        for row in leaves:
            found = _lacking(case, table, row, usual)
            if found is not None:
                column, problem = found
                yield _entry(case, table, row, column, problem)
            elif _printed(row, "target") and _printed(row, "actual"):
                yield _entry(case, table, row, "actual", "")


def _printed(row: Row, column: str) -> bool:
    return row[column].state != "blank"


def _lacking(case: Case, table: Table, row: Row, usual: bool) -> tuple[str, str] | None:
    """The column that is no evidence, and what is wrong with it.

    `usual`: most indicators of the table print both target and completion.
    """
    target, actual = row["target"], row["actual"]
    if target.state == "value" and actual.state == "value":
        if _copied(case, row):
            return "actual", f"完成值“{actual.text}”照抄指标值，不是实际完成的数"
        if target.value is not None and actual.value is None and not _has_number(row):
            return "actual", f"指标值是 {target.text}，完成值却只写“{actual.text}”，没有数"
        return None
    explained = row["evidence"].items or row["score_basis"].text == "assigned"
    if explained or {target.state, actual.state} == {"not applicable"}:
        return None
    asked = [column for column in ("target", "actual") if column in table.listed]
    executed = holds_one(row.name, case.audit_settings.execution_names.value)
    rule = rule_of(row, case.rules)
    needs_target = rule is not None and rule.kind in BY_TARGET
    if not _printed(row, "target") and not _printed(row, "actual"):
        unexplained = usual and not reason_of(case, row) and len(asked) > 1
        return ("actual", "没有指标值和完成值") if unexplained else None
    if not _printed(row, "actual") and "actual" in asked:
        return "actual", "没有完成值"
    if not _printed(row, "target") and "target" in asked and needs_target and not executed:
        return "target", "没有指标值"
    return None


def _copied(case: Case, row: Row) -> bool:
    """「≥266米」 for a target of ≥266米: a bound or a range is nothing that was reached."""
    target, actual = row["target"], row["actual"]
    if re.sub(r"\s", "", target.text) != re.sub(r"\s", "", actual.text):
        return False
    worded = holds_one(actual.text, case.audit_settings.bounds.value)
    return bool(actual.sign or actual.high is not None or (worded and _DIGIT.search(actual.text)))


def _has_number(row: Row) -> bool:
    """A number in digits, or in Chinese numerals before the unit of the target: 十件."""
    text, unit = row["actual"].text, row["target"].unit or row["unit"].text
    numeral = re.search(rf"{_NUMERAL}(?:余|多)?{re.escape(unit)}", text) if unit else None
    return bool(_DIGIT.search(text) or numeral)


def _entry(case: Case, table: Table, row: Row, column: str, problem: str) -> Entry:
    at = place(case, table, row, column)
    inputs = (row.address("score"),)
    start = f"{place_of(at)}“{row.name}”得 {row['score'].text} 分，"
    if not problem:
        message = f"{start}有指标值和完成值。"
        return holds("no-evidence", at.address, message, inputs, place_of(at))
    message = f"{start}{problem}，得分没有依据。"
    return remark("no-evidence", "warning", at.address, message, inputs, place_of(at))
