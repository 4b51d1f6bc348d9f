"""A rule set 评分规则 on a given day: the values in force, each with its authority."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from evalbook.errors import Fault, nearest
from evalbook.figures import half_up
from evalbook.schema import Override
from evalbook.standards import GradeBand, MonthsBand, QualitativeBand, RuleSet, RuleValue


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of a rule set on one day; rates as fractions of one."""

    id: str
    title: str
    reference: str
    default_rule: str
    marks_places: int
    rate_places: int
    months_places: int
    total_marks: Decimal
    grade_bands: tuple[GradeBand, ...]
    qualitative_bands: tuple[QualitativeBand, ...]
    execution_marks: Decimal
    execution_cap: Decimal
    low_execution: Decimal
    overshoot: Decimal
    months_band: MonthsBand
    authority: dict[str, str]

    def round_marks(self, marks: Decimal) -> Decimal:
        return half_up(marks, self.marks_places)

    def round_rate(self, rate: Decimal) -> Decimal:
        """A rate in percent, rounded half-up to the declared places."""
        return half_up(rate, self.rate_places)

    def grade(self, total: Decimal, full: Decimal) -> str | None:
        """The grade 等级 of a total; 财预〔2020〕10号 第十八条, lower ends included."""
        if not full:
            return None
        rate = total / full
        return next((b.grade for b in self.grade_bands if rate >= fraction(b.from_)), None)


def fraction(percent: str) -> Decimal:
    """`90%` → 0.9, exactly."""
    return Decimal(percent.removesuffix("%")) / 100


def in_force(rules: RuleSet, name: str, day: str | None, overrides: tuple[Override, ...]) -> Rules:
    """The values of `rules` on `day` (the latest when None) with a case's own settings."""
    values: dict[str, Any] = {}
    authority: dict[str, str] = {}
    for field in Rules.__dataclass_fields__:
        setting = getattr(rules, field, None)
        if isinstance(setting, RuleValue):
            values[field] = _value(setting, day)
            authority[field] = setting.reference + "（未核对原文）" * setting.unverified
    for override in overrides:
        values[override.name] = _same_type(values[override.name], override.value)
        authority[override.name] = f"本项目设定：{override.reason}"
    percents = {
        key: fraction(value)
        for key, value in values.items()
        if isinstance(value, str) and value.endswith("%")
    }
    return Rules(
        id=name,
        title=rules.title,
        reference=rules.reference,
        default_rule=rules.default_rule,
        authority=authority,
        **(values | percents),
    )


def setting_faults(rules: RuleSet, overrides: tuple[Override, ...], where: str) -> list[Fault]:
    """Settings of a case that the rule set does not have or that are not of its kind."""
    faults = []
    for override in overrides:
        setting: Any = getattr(rules, override.name, None)
        if not _is_single(setting):
            names = [key for key, value in rules if _is_single(value)]
            remedy = nearest(override.name, names)
            faults.append(Fault(f"{where} settings", f"没有设定项“{override.name}”", remedy))
            continue
        current = _value(setting, None)
        try:
            _same_type(current, override.value)
        except (ValueError, ArithmeticError):
            problem = f"设定项 {override.name} 的值“{override.value}”不合要求"
            faults.append(Fault(f"{where} settings", problem, f"应与“{current}”同类"))
    return faults


def _is_single(setting: Any) -> bool:
    """Whether it is a setting with one number, which a case may replace."""
    return isinstance(setting, RuleValue) and isinstance(_value(setting, None), str | int | Decimal)


def _value(setting: RuleValue[Any], day: str | None) -> Any:
    """The value in force on `day`: of the latest date up to it, of the first when none is."""
    values = sorted(setting.values, key=lambda dated: dated.since)
    known = [dated for dated in values if day is None or dated.since <= day]
    return (known or values[:1])[-1].value


def _same_type(current: Any, text: str) -> Any:
    """The text as a value of the same kind; raises ValueError or ArithmeticError."""
    if isinstance(current, str):
        value: Any = fraction(text)
        result: Any = text if text.endswith("%") else f"{text}%"
    else:
        value = result = type(current)(text)
    if not Decimal(value).is_finite() or (isinstance(current, int) and not 0 <= value <= 6):
        raise ValueError(text)
    return result
