"""Scores: what each indicator earns under the rule set, with its explanation, and their total.

An explanation reads as a person would write it: `15 × 8676 ÷ 8755 = 14.86`. A published score is
kept as it is; whether it follows from target and actual is for the audit to say.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from evalbook.cells import BLANK, Cell
from evalbook.expression import Node, Operation, chosen, names, parse
from evalbook.figures import Figure, UnitTable
from evalbook.lookup import find_row, place
from evalbook.model import Case, Row, Table, Tables
from evalbook.rules import Rule, Rules
from evalbook.scoring import KINDS, NOTHING, Executed, Inputs, Score

_BY_SIGN = {"≤": "lower", "<": "lower", "=": "equal"}


def score(case: Tables) -> Mapping[str, Score]:
    """The computed score of every indicator with marks, target and actual, by its address."""
    return {
        row.address("score"): score_row(row, case.rules, case.units, executed(case, row))
        for _, row in case.rows("indicators")
    }


def score_row(row: Row, rules: Rules, units: UnitTable, execution: Executed | None = None) -> Score:
    """The score of one indicator under its own rule, else the one its direction calls for."""
    full, actual = row["full_marks"].value, _known(row["actual"])
    rule = rule_of(row, rules)
    if full is None or rule is None or row["score"].state == "not applicable":
        return NOTHING
    if actual.state != "value" and not (rule.of_execution and execution):
        return NOTHING
    given = Inputs(full, row["target"], actual, direction_of(row), units, execution)
    return KINDS[rule.kind](given, rule, rules)


def _known(actual: Cell) -> Cell:
    """The actual; as good as none where it only says more or less than (`≥85%`)."""
    return BLANK if actual.sign in {"≥", "≤", "<", ">"} else actual


def rule_of(row: Row, rules: Rules) -> Rule | None:
    """The rule that an indicator names, else that of its direction; None when it has ended."""
    name = row["rule"].text if row["rule"].state == "value" else ""
    return rules.rule_of(name, direction_of(row))


def direction_of(row: Row) -> str:
    """Which way is good: as stated, else as the target shows by itself (a range, ≤ or =)."""
    if row["direction"].state == "value":
        return row["direction"].text
    return "range" if row["target"].high is not None else _BY_SIGN.get(row["target"].sign, "")


def executed(case: Tables, row: Row) -> Executed | None:
    """The execution rate of the first budget row in the evidence of an indicator that scores it.

    The base is the one that the rule declares (财预〔2020〕10号 附件1 全年预算数, 附件2 实际到位);
    without an adjusted budget the initial one and what was added. None where an amount is blank.
    """
    rule = rule_of(row, case.rules)
    if rule is None or not rule.of_execution or rule.base is None:
        return None
    for address in row["evidence"].items:
        found = find_row(case, address)
        if found is not None and found[0].kind_id == "budget":
            return _executed(case.home(address), *found, rule.base)
    return None


def base_columns(case: Tables, table: Table, row: Row) -> list[str]:
    """The columns that make up the year's budget 全年预算数 of a row, as far as they are printed.

    As params/tables/budget.yaml divides the execution rate by it: the first option that is printed.
    """

    def printed(column: str) -> Figure | None:
        return place(case, table, row, column).figure

    rate = next(each for each in table.kind.relations if each.column == "rate")
    divisor = chosen(_divisor(str(rate.formula)), printed)
    return [name for name in names(divisor) if printed(name)]


def _divisor(formula: str) -> Node:
    node = parse(formula)
    return node.right if isinstance(node, Operation) else node


def _executed(case: Tables, table: Table, row: Row, declared: str) -> Executed | None:
    columns = base_columns(case, table, row) if declared == "adjusted" else [declared]
    spent = place(case, table, row, "executed")
    amount = spent.figure
    base = [place(case, table, row, column) for column in columns]
    of = sum((found.value for each in base if (found := each.figure)), Decimal(0))
    if amount is None or of <= 0:
        return None
    shown = " + ".join(each.shown for each in base)
    names = "加".join(table.heading(column) for column in columns)
    text = f"{spent.shown} ÷ {f'({shown})' if len(base) > 1 else shown}（执行率，分母为{names}）"
    return Executed(amount.value / of, text)


def full_marks(case: Case) -> Decimal:
    """The marks that a total is measured against: as published, else of the highest indicators.

    When neither is printed, the usual total of the rule set (财预〔2020〕10号 第十八条).
    """
    published = case.params.published.full
    if published is not None:
        return published
    marks = (
        _counting(table, row)
        for table in case.of_kind("indicators")
        for row in _scored(table.roots())
    )
    return _sum(marks) or case.rules.total_marks


def _counting(table: Table, row: Row) -> Decimal | None:
    """The marks of a row without those of the rows below it to which no score applies."""
    full = row["full_marks"].value
    return None if full is None else full - _left_out(table, row)


def _left_out(table: Table, row: Row) -> Decimal:
    left = Decimal(0)
    for each in table.children(row):
        if each["score"].state == "not applicable":
            left += each["full_marks"].value or Decimal(0)
        else:
            left += _left_out(table, each)
    return left


def total(case: Tables, scores: Mapping[str, Score]) -> Decimal | None:
    """The sum over the tree of indicators, from the lowest rows that have scores.

    A computed score goes before a printed one; a row's own score stands for the rows below it when
    not all of them have one. None when a branch has no score at all.
    """
    tables = case.of_kind("indicators")
    return _sum(_branch(table, row, scores) for table in tables for row in _scored(table.roots()))


def _scored(rows: Iterable[Row]) -> list[Row]:
    """The rows to which a score applies."""
    return [row for row in rows if row["score"].state != "not applicable"]


def _branch(table: Table, row: Row, scores: Mapping[str, Score]) -> Decimal | None:
    below = _sum(_branch(table, child, scores) for child in _scored(table.children(row)))
    return _own(row, scores.get(row.address("score"), NOTHING)) if below is None else below


def _own(row: Row, computed: Score) -> Decimal | None:
    """The computed marks; the printed ones where they are assigned, or lie in the rule's band."""
    printed = row["score"].value
    if computed.marks is None or (printed is not None and row["score_basis"].text == "assigned"):
        return printed
    return printed if printed is not None and computed.allows(printed) else computed.marks


def _sum(marks: Iterable[Decimal | None]) -> Decimal | None:
    known = list(marks)
    if not known or any(each is None for each in known):
        return None
    return sum((each for each in known if each is not None), Decimal(0))
