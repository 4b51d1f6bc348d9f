"""How the indicators were scored: the rule set, its rules in use, and each computation."""

from evalbook.blocks import Block, Cell
from evalbook.evaluation import Evaluation
from evalbook.kinds import SETTING_WORDS, SETTINGS
from evalbook.model import Row
from evalbook.rules import Rule
from evalbook.score import rule_of
from evalbook.scoring import Score
from evalbook.sections.pieces import derived_cell, paragraph, plain_table, value_cell


def how_scored(ev: Evaluation) -> list[Block]:
    """The rule set, its rules in use, and how each score follows from target and actual.

    Nothing when no indicator prints enough to be scored: the basics name the rule set.
    """
    rules = ev.case.rules
    scored = [
        (row, rule, found)
        for _, row in ev.case.rows("indicators")
        if (found := ev.scores[row.address("score")]).explanation
        and (rule := rule_of(row, rules)) is not None
    ]
    if not scored:
        return []
    stated = paragraph(f"以下得分按{rules.title}计算。")
    return [stated, _rules(ev), _computations(ev, scored)]


def _rules(ev: Evaluation) -> Block:
    rows = [
        (rule.name, Cell(rule.description, ev.case.absolute(f"rules.{rule.id}")), rule.reference)
        for rule in ev.rules_used.values()
    ]
    return plain_table("采用的评分规则", ("规则", "怎样计分", "依据"), rows, (1.4, 4, 3))


def _computations(ev: Evaluation, scored: list[tuple[Row, Rule, Score]]) -> Block:
    rows = [
        (
            Cell(row.name),
            Cell(rule.name),
            Cell(found.explanation, row.address("explanation"), computed=True),
            value_cell(ev, row.address("score")),
            _band(ev, row),
        )
        for row, rule, found in scored
    ]
    headings = ("指标", "规则", "按规则计算", "得分", "可评定的范围")
    return plain_table("各指标的计分过程", headings, rows, (2, 1.6, 4, 0.9, 1.3))


def _band(ev: Evaluation, row: Row) -> Cell:
    """The marks that the rule leaves to judgement."""
    address = f"{row.address('score')}.band"
    return derived_cell(ev, address) if address in ev.derived else Cell("")


def departures(ev: Evaluation) -> list[Cell]:
    """The settings in which this case departs from its rule set, in words, each with its reason."""
    return [
        Cell(
            f"{_called(ev, each.name)}为 {value}，理由：{each.reason}",
            ev.case.absolute(f"settings.{each.name}"),
            ev.settings[each.name],
            computed=True,
        )
        for each in ev.case.params.settings
        for value in (SETTING_WORDS.get(each.value, each.value),)
    ]


def _called(ev: Evaluation, name: str) -> str:
    """`threshold.pass_rate` → “按完成比例，设及格门槛”的及格门槛."""
    rule, _, setting = name.rpartition(".")
    return f"“{ev.case.rules.rules[rule].name}”的{SETTINGS[setting]}" if rule else SETTINGS[name]
