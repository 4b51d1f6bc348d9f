"""How the indicators were scored: the rule set, its rules in use, and each computation."""

from evalbook.audit.entry import plain
from evalbook.blocks import Block, Cell, Note, Run
from evalbook.evaluation import Evaluation
from evalbook.model import Row
from evalbook.rules import Rule
from evalbook.score import rule_of
from evalbook.scoring import Score
from evalbook.sections.pieces import paragraph, plain_table, value_cell


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
    stated = paragraph(f"以下得分按{rules.title}计算（params/rules/{rules.id}.yaml）。")
    used = {rule.id: rule for _, rule, _ in scored}
    return [stated, _rules(list(used.values())), _computations(ev, scored), *_departures(ev)]


def _rules(used: list[Rule]) -> Block:
    rows = [(rule.name, rule.description, rule.reference) for rule in used]
    return plain_table("采用的评分规则", ("规则", "怎样计分", "依据"), rows, (1.4, 4, 3))


def _computations(ev: Evaluation, scored: list[tuple[Row, Rule, Score]]) -> Block:
    rows = [
        (
            Cell(row.name),
            Cell(rule.name),
            Cell(found.explanation, row.address("score")),
            value_cell(ev, row.address("score")),
            Cell(_band(found)),
        )
        for row, rule, found in scored
    ]
    headings = ("指标", "规则", "按规则计算", "得分", "可评定的范围")
    return plain_table("各指标的计分过程", headings, rows, (2, 1.6, 4, 0.9, 1.3))


def _band(found: Score) -> str:
    """The marks that the rule leaves to judgement."""
    if found.least is None or found.marks is None:
        return ""
    return f"{plain(found.least)}–{plain(found.marks)}"


def _departures(ev: Evaluation) -> list[Block]:
    """The settings of this case that differ from the rule set, with their reasons."""
    return [
        Note((Run(f"本项目另定 {each.name} 为 {each.value}，理由：{each.reason}"),))
        for each in ev.case.params.settings
    ]
