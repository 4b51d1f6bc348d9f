"""A result scored again under another rule set or other full marks: what the change asks for.

Out of the rows that evaluation.json holds tables are made as loading makes them, so that the marks
are those of lib/evalbook/score.py and of nothing else. Scores that people gave stay as they are
under another rule set, and keep their score rate under other full marks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from evalbook.cells import BLANK, Cell, CellError, parse_cell, places
from evalbook.compare.result import Result
from evalbook.compare.stated import BudgetLine, Indicator
from evalbook.errors import Fault, InputError
from evalbook.lookup import split
from evalbook.model import Row, Table, Tables
from evalbook.paths import Workbook
from evalbook.reader import Reader
from evalbook.rulefaults import rule_set_faults, setting_faults
from evalbook.rules import Rules, in_force, settings_of
from evalbook.rulesets import RuleSet
from evalbook.schema import Override
from evalbook.score import rule_of, score, total
from evalbook.scoring import Score
from evalbook.shared import kinds_of, shared_of
from evalbook.standards import TableKind
from evalbook.strict import read_model
from evalbook.yamlfile import read_yaml

Marks = Mapping[str, Decimal]
NO_UNIT = "元"
"""For amounts that evaluation.json states no unit of: only their rates count."""
AMOUNTS = ("budget", "planned", "adjustment", "adjusted", "in_place", "executed")


@dataclass(frozen=True, slots=True)
class Replay:
    """A total with the marks computed on the way; `lost` are indicators no rule was found for."""

    total: Decimal | None
    computed: frozenset[str]
    lost: tuple[str, ...]


class Scorer:
    """Scores results again under the rule sets of one workbook."""

    def __init__(self, book: Workbook) -> None:
        reader = Reader(book, "", book.root)
        self.book = book
        self.kinds = kinds_of(reader)
        units = shared_of(reader).units
        self.units = units.table if units else {}
        self.rules = cache(self._rules)
        self._days = cache(self._read_days)
        self._chain = cache(self._read_chain)

    def rules_for(self, result: Result) -> Rules | None:
        """The rule set that a result was scored under; None when its values are others now."""
        day = self._since(result.rules, result.date)
        found = self.rules(result.rules, day, result.own_settings)
        return found if found and found.fingerprint == result.rules_hash else None

    def titled(self, rules: str) -> str:
        """The title of a rule set; its name where the file is not there."""
        return self._title(self.book.rules_file(rules)) or rules

    def titled_framework(self, framework: str) -> str:
        """The title of a framework; its name where the file is not there."""
        return self._title(self.book.framework_file(framework)) or framework

    def _title(self, path: Path) -> str:
        try:
            content = read_yaml(path, path.name).content if path.is_file() else None
        except InputError:
            return ""
        title = content.get("title") if isinstance(content, dict) else None
        return title if isinstance(title, str) else ""

    def again(self, result: Result, rules: Rules, full: Marks | None = None) -> Replay:
        """The total of a result under a rule set, with other full marks by indicator."""
        case = self._tables(result, rules, full or {})
        scores = score(case)
        rows = [row for _, row in case.rows("indicators")]
        lost = [row.name for row in rows if rule_of(row, rules) is None and row.said("rule")]
        known = [row.id for row in rows if _marks(scores, row) is not None]
        return Replay(total(case, scores), frozenset(known), tuple(lost))

    def _since(self, name: str, day: str | None) -> str | None:
        """The last day up to `day` on which a value of the rule set changed: the same values."""
        return day and max((each for each in self._days(name) if each <= day), default=day)

    def _read_days(self, name: str) -> frozenset[str]:
        settings = (setting for setting, _ in settings_of(self._chain(name)).values())
        return frozenset(dated.since for setting in settings for dated in setting.values)

    def _rules(self, name: str, day: str | None, own: tuple[Override, ...]) -> Rules | None:
        """The values in force; None where a file is missing or at fault, as loading finds it."""
        chain = self._chain(name)
        faults = [fault for n in range(len(chain)) for fault in rule_set_faults(chain[n:], name)]
        if not chain or faults or setting_faults(chain, own, name):
            return None
        return in_force(chain, name, day, own)

    def _read_chain(self, name: str) -> Sequence[RuleSet]:
        """The rule set with its base behind it; nothing where a file is missing or at fault."""
        own = self._rule_set(name)
        base = self._rule_set(own.base) if own and own.base else None
        found = [each for each in (own, base) if each]
        return found if len(found) == 1 + bool(own and own.base) else []

    def _rule_set(self, name: str) -> RuleSet | None:
        faults: list[Fault] = []
        path = self.book.rules_file(name)
        found = read_model(RuleSet, path, name, faults) if path.is_file() else None
        return None if faults else found

    def _tables(self, result: Result, rules: Rules, full: Marks) -> Tables:
        rows = tuple(_indicator(each, rules, full) for each in result.scored.indicators)
        named = {split(address)[1] for row in rows for address in row["evidence"].items}
        lines = tuple(_line(each) for each in result.scored.budget if each.id in named)
        indicators = _table("indicators", self.kinds["indicators"], rows)
        budget = _table("budget", self.kinds["budget"], lines)
        return Tables(rules=rules, units=self.units, tables=(indicators, budget))


def _marks(scores: Mapping[str, Score], row: Row) -> Decimal | None:
    return scores[row.address("score")].marks


def _table(kind_id: str, kind: TableKind, rows: tuple[Row, ...]) -> Table:
    return Table(
        id=kind_id, file=kind_id, title="", place="", unit=NO_UNIT, kind_id=kind_id, kind=kind,
        listed=(), headings={}, formulas={}, rows=rows, columns=kind.columns, places={},
    )  # fmt: skip


def _indicator(each: Indicator, rules: Rules, full: Marks) -> Row:
    marks, printed = each.full, each.score
    if each.id in full and marks and printed is not None:
        printed = rules.round_marks(printed * full[each.id] / marks)
    cells = {
        "name": _words(each.path[-1] if each.path else None),
        "full_marks": _number(full.get(each.id, marks)),
        "score": Cell("—", "not applicable")
        if each.score_state == "not applicable"
        else _number(printed),
        "direction": _words(each.direction),
        "target": _target(each.target),
        "actual": _target(each.actual),
        "rule": _words(each.named_rule),
        "score_basis": _words(each.basis),
        "evidence": _words(";".join(each.evidence))._replace(items=each.evidence),
    }
    return Row("indicators", each.id, "", "indicators", each.parent or "", cells)


def _line(line: BudgetLine) -> Row:
    cells = {name: _number(getattr(line, name), line.unit or "") for name in AMOUNTS}
    return Row("budget", line.id, "", "budget", line.parent or "", cells)


def _words(text: str | None) -> Cell:
    return Cell(text, "value") if text else BLANK


def _number(value: Decimal | None, unit: str = "") -> Cell:
    return BLANK if value is None else Cell(str(value), "value", value, places(value), unit)


def _target(text: str | None) -> Cell:
    from evalbook.standards import Column

    try:
        return parse_cell(text or "", Column(name="—", type="target"))
    except CellError:
        return _words(text)
