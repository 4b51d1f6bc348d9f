"""A rule set 评分规则 on a given day: the values in force, each with its authority.

A rule set may have a base: what it does not say holds as there. A dated null ends a setting, and a
rule whose needed setting has ended is no longer in force.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property
from typing import Any

from evalbook.figures import half_up
from evalbook.rulesets import (
    GradeBand,
    MonthsBand,
    QualitativeBand,
    RuleSet,
    RuleSpec,
    RuleValue,
    Step,
)
from evalbook.schema import Override

NEEDED: Mapping[str, tuple[str, ...]] = {
    "threshold": ("pass_rate",),
    "steps": ("steps",),
    "qualitative": ("bands",),
    "deduction": ("per", "part"),
    "execution": ("base",),
}
OVERSHOOT = ("overshoot_above", "overshoot_loss", "overshoot_least")
UNVERIFIED = "（未核对原文）"
_WORDS = ("name", "description", "reference")


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule on one day; rates as fractions of one, what its kind does not use is None."""

    id: str
    kind: str
    name: str
    description: str
    reference: str
    completion: str | None = None
    of: str = "completion"
    unit: str | None = None
    counts: tuple[str, ...] = ()
    pass_rate: Decimal | None = None
    steps: tuple[Step, ...] = ()
    bands: tuple[QualitativeBand, ...] = ()
    points: int | None = None
    target: Decimal | None = None
    each: Decimal | None = None
    each_share: Decimal | None = None
    each_at_most: Decimal | None = None
    per: Decimal = Decimal(1)
    part: str = ""
    floor: Decimal | None = None
    base: str | None = None
    overshoot_above: Decimal | None = None
    overshoot_loss: Decimal | None = None
    overshoot_least: Decimal | None = None

    @property
    def of_execution(self) -> bool:
        """Whether it scores budget execution 预算执行率."""
        return self.kind == "execution" or self.of == "execution"


@dataclass(frozen=True)
class Rules:
    """The settings of a rule set on one day; rates as fractions of one, None where one has ended.

    `authority` is the text behind each setting (of a rule: `threshold.pass_rate`), `sources` the
    rule set that states it. `idle` are the rules that are not in force, each with the settings
    that it lacks on that day.
    """

    id: str
    title: str
    reference: str
    default_rule: str
    by_direction: Mapping[str, str]
    rules: Mapping[str, Rule]
    marks_places: int
    rate_places: int
    months_places: int
    total_marks: Decimal
    grade_bands: tuple[GradeBand, ...]
    execution_marks: Decimal | None
    execution_cap: Decimal | None
    low_execution: Decimal | None
    overshoot: Decimal | None
    confidence: Decimal | None
    months_band: MonthsBand | None
    authority: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    idle: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the values in force: two cases with the same one are scored alike.

        The words of the rule set do not count, nor its name.
        """
        own = _values(self, ("id", "title", "authority", "sources", "idle", "rules"))
        rules = [_values(self.rules[name], ()) for name in sorted(self.rules)]
        return hashlib.sha256(repr((own, rules)).encode()).hexdigest()

    def round_marks(self, marks: Decimal) -> Decimal:
        return half_up(marks, self.marks_places)

    def round_rate(self, rate: Decimal) -> Decimal:
        """A rate in percent, rounded half-up to the declared places."""
        return half_up(rate, self.rate_places)

    def grade(self, total: Decimal, full: Decimal) -> str | None:
        """The grade 等级 of a total, both ends of a band included; None when no band holds it."""
        if not full:
            return None
        rate = total / full
        return next((band.grade for band in self.grade_bands if _holds(band, rate)), None)

    def rule_of(self, name: str, direction: str) -> Rule | None:
        """The rule of that name, else the one for the direction, else the default."""
        return self.rules.get(name or self.by_direction.get(direction, self.default_rule))


def _values(of: Rule | Rules, without: Sequence[str]) -> list[tuple[str, Any]]:
    """The fields of a rule or a rule set that say how marks are given."""
    kept = [f.name for f in fields(of) if f.name not in (*_WORDS, *without)]
    values = [(name, getattr(of, name)) for name in kept]
    return [(name, sorted(v.items()) if isinstance(v, Mapping) else v) for name, v in values]


def _holds(band: GradeBand, rate: Decimal) -> bool:
    if band.from_ is None or rate < fraction(band.from_):
        return False
    return band.to is None or rate <= fraction(band.to)


def fraction(percent: str) -> Decimal:
    """`90%` → 0.9, exactly."""
    return Decimal(percent.removesuffix("%")) / 100


def percent(rate: Decimal) -> str:
    """0.9 → `90%`, without trailing zeros."""
    return f"{(rate * 100).normalize():f}%"


def in_force(
    chain: Sequence[RuleSet], name: str, day: str | None, overrides: Sequence[Override]
) -> Rules:
    """The values of a rule set and its base on `day` (the latest when None).

    A case's own settings go before them.
    """
    values: dict[str, Any] = {}
    authority: dict[str, str] = {}
    sources: dict[str, str] = {}
    for key, (setting, source) in settings_of(chain).items():
        values[key] = _as_fraction(_value(setting, day))
        authority[key] = setting.reference + UNVERIFIED * setting.unverified
        sources[key] = source
    for override in overrides:
        setting, _ = settings_of(chain)[override.name]
        values[override.name] = _as_fraction(replaced(setting, override.value))
        authority[override.name] = f"本项目设定：{override.reason}"
    own = {f.name for f in fields(Rules)}
    specs = _merged(chain, "rules")
    idle = {key: lacking for key, spec in specs.items() if (lacking := _lacking(key, spec, values))}
    values["grade_bands"] = values["grade_bands"] or ()
    return Rules(
        id=name,
        title=chain[0].title,
        reference=chain[0].reference,
        default_rule=_first(chain, "default_rule"),
        by_direction=_merged(chain, "by_direction"),
        rules={
            key: _rule(key, spec, values, authority)
            for key, spec in specs.items()
            if key not in idle
        },
        idle=idle,
        authority=authority,
        sources=sources,
        **{key: value for key, value in values.items() if key in own},
    )


def _lacking(name: str, spec: RuleSpec, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The settings without which the rule is not in force and that have no value on that day."""
    needed = [*NEEDED.get(spec.kind, ()), *(key for key in OVERSHOOT if getattr(spec, key))]
    return tuple(key for key in needed if values.get(f"{name}.{key}") is None)


def _rule(
    name: str, spec: RuleSpec, values: Mapping[str, Any], authority: Mapping[str, str]
) -> Rule:
    """The rule with its settings in force."""
    settings = {key: values[f"{name}.{key}"] for key, value in spec if isinstance(value, RuleValue)}
    stated = {key: value for key, value in settings.items() if value is not None}
    doubtful = "".join(_doubtful(name, spec, authority))
    unsure = f"（{doubtful}未核对原文）" if doubtful else ""
    return Rule(
        id=name,
        kind=spec.kind,
        name=spec.name,
        description=spec.description,
        reference=spec.reference + (UNVERIFIED if spec.unverified else unsure),
        completion=spec.completion,
        of=spec.of,
        unit=spec.unit,
        counts=spec.counts,
        **stated,
    )


def _doubtful(name: str, spec: RuleSpec, authority: Mapping[str, str]) -> Iterator[str]:
    """The settings of a rule that nobody has checked against the text, in words."""
    for key, setting in spec:
        if isinstance(setting, RuleValue) and authority[f"{name}.{key}"].endswith(UNVERIFIED):
            yield f"“{re.split('[，；：]', setting.description)[0]}”"


def settings_of(chain: Sequence[RuleSet]) -> dict[str, tuple[RuleValue[Any], str]]:
    """Every setting by name (`overshoot`, `threshold.pass_rate`) and the rule set that states it.

    The chain is a rule set and, behind it, its base.
    """
    found: dict[str, tuple[RuleValue[Any], str]] = {}
    for rule_set in reversed(chain):
        for key, setting in rule_set:
            if isinstance(setting, RuleValue):
                found[key] = (setting, rule_set.reference)
        for name, spec in rule_set.rules.items():
            found = {key: each for key, each in found.items() if not key.startswith(f"{name}.")}
            for key, setting in spec:
                if isinstance(setting, RuleValue):
                    found[f"{name}.{key}"] = (setting, rule_set.reference)
    return found


def days_of(chain: Sequence[RuleSet]) -> frozenset[str]:
    """The days from which a value of the rule set or of its base holds."""
    settings = (setting for setting, _ in settings_of(chain).values())
    return frozenset(dated.since for setting in settings for dated in setting.values)


def _value(setting: RuleValue[Any], day: str | None) -> Any:
    """The value in force on `day`: of the latest date up to it, of the first when none is."""
    values = sorted(setting.values, key=lambda dated: dated.since)
    known = [dated for dated in values if day is None or dated.since <= day]
    return (known or values[:1])[-1].value


def replaced(setting: RuleValue[Any], text: str) -> Any:
    """The text as a value of the setting, as a case may state it; raises ValidationError."""
    dated = {"since": setting.values[0].since, "value": text}
    content = {"description": "—", "unit": "—", "reference": "—", "values": [dated]}
    return type(setting).model_validate(content).values[0].value


def _as_fraction(value: Any) -> Any:
    return fraction(value) if isinstance(value, str) and value.endswith("%") else value


def _first(chain: Sequence[RuleSet], key: str) -> Any:
    return next(value for each in chain if (value := getattr(each, key)) is not None)


def _merged(chain: Sequence[RuleSet], key: str) -> dict[str, Any]:
    return {name: value for each in reversed(chain) for name, value in getattr(each, key).items()}
