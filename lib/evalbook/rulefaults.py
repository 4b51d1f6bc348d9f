"""What is wrong with a rule set, and with the settings by which a case departs from it."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from evalbook.errors import Fault, nearest
from evalbook.rules import NEEDED, Rules, replaced, settings_of
from evalbook.rulesets import RuleSet, RuleSpec, RuleValue, Step
from evalbook.schema import Override

TAKEN = {
    "proportion": ("overshoot_above", "overshoot_loss", "overshoot_least"),
    "threshold": ("pass_rate",),
    "steps": ("steps", "base"),
    "qualitative": ("bands",),
    "checklist": ("points",),
    "deduction": ("each", "each_share", "each_at_most", "per", "part", "floor"),
    "execution": ("base",),
}
GATHERED = {"id", "title", "reference", "by_direction", "rules", "authority", "sources"}
LASTING = ("marks_places", "rate_places", "months_places", "total_marks")


def rule_set_faults(chain: Sequence[RuleSet], where: str) -> list[Fault]:
    """Settings that are missing or have no place, and rules that nobody defines.

    The chain is a rule set and, behind it, its base.
    """
    faults = [*_missing(chain, where), *_unknown(chain, where)]
    for name, spec in chain[0].rules.items():
        faults += _rule(f"{where} rules.{name}", spec)
    return faults


def _missing(chain: Sequence[RuleSet], where: str) -> Iterator[Fault]:
    stated = {key for each in chain for key, value in each if value is not None}
    for key in (field.name for field in fields(Rules)):
        if key not in stated | GATHERED:
            yield Fault(where, f"缺少“{key}”", "请补上这一项，或写明 base（以哪一套规则为基础）")
    for key in LASTING:
        setting = getattr(chain[0], key)
        if setting is not None and any(dated.value is None for dated in setting.values):
            yield Fault(f"{where} {key}", "这一项不能停止施行", "请写上数值")


def _unknown(chain: Sequence[RuleSet], where: str) -> Iterator[Fault]:
    """Names of rules that neither the rule set nor its base defines."""
    known = {name for each in chain for name in each.rules}
    named = {f"by_direction.{key}": name for key, name in chain[0].by_direction.items()}
    if chain[0].default_rule:
        named["default_rule"] = chain[0].default_rule
    for key, name in named.items():
        if name not in known:
            yield Fault(f"{where} {key}", f"没有名为“{name}”的规则", nearest(name, known))


def _rule(where: str, spec: RuleSpec) -> Iterator[Fault]:
    """Settings that the kind of rule lacks or does not take."""
    stated = {key: value for key, value in spec if isinstance(value, RuleValue)}
    for key in NEEDED.get(spec.kind, ()):
        if key not in stated:
            yield Fault(where, f"{spec.kind} 规则缺少“{key}”", "请补上这一项")
    for key in stated:
        if key not in TAKEN.get(spec.kind, ()):
            remedy = nearest(key, TAKEN.get(spec.kind, ()))
            yield Fault(f"{where} {key}", f"{spec.kind} 规则用不到“{key}”", remedy)
    if spec.kind == "deduction" and ("each" in stated) == ("each_share" in stated):
        yield Fault(where, "每次扣多少没有写明，或写了两种", "each 与 each_share 请写其中之一")
    if spec.kind == "proportion" and len(stated) not in {0, len(TAKEN["proportion"])}:
        yield Fault(where, "超额调减的设定不全", f"请写全：{'、'.join(TAKEN['proportion'])}")
    if spec.kind == "steps":
        yield from _steps(where, spec)


def _steps(where: str, spec: RuleSpec) -> Iterator[Fault]:
    if spec.of == "execution" and spec.base is None:
        yield Fault(where, "按执行率分档，没有写明 base", "请写明执行率的分母")
    if spec.of == "actual" and spec.unit is None:
        yield Fault(where, "按完成值分档，没有写明 unit", "请写明各档的单位，如 % 或 个月")
    percents = spec.of != "actual" or spec.unit == "%"
    for dated in spec.steps.values if spec.steps else ():
        for step in dated.value or ():
            wrong = [end for end in _ends(step) if end.endswith("%") != percents]
            if wrong:
                remedy = "应带百分号" if percents else f"单位写在 unit 中（{spec.unit}）"
                yield Fault(f"{where} steps", f"“{wrong[0]}”的写法与规则的单位不合", remedy)


def _ends(step: Step) -> list[str]:
    return [end for end in (step.from_, step.above, step.to, step.below) if end is not None]


def setting_faults(
    chain: Sequence[RuleSet], overrides: Sequence[Override], where: str
) -> list[Fault]:
    """Settings of a case that the rule set does not have or that are not of its kind."""
    settings = settings_of(chain)
    singles = {key: value for key in settings if (value := _single(settings[key][0])) is not None}
    faults = []
    for override in overrides:
        if override.name not in singles:
            remedy = nearest(override.name, singles)
            faults.append(Fault(f"{where} settings", f"没有设定项“{override.name}”", remedy))
            continue
        try:
            replaced(settings[override.name][0], override.value)
        except ValidationError:
            problem = f"设定项 {override.name} 的值“{override.value}”不合要求"
            remedy = f"应与“{singles[override.name]}”同类"
            faults.append(Fault(f"{where} settings", problem, remedy))
    return faults


def _single(setting: RuleValue[Any]) -> str | int | Decimal | None:
    """A value of a setting that holds one number or word, which a case may replace."""
    known = [dated.value for dated in setting.values if dated.value is not None]
    return known[-1] if known and isinstance(known[-1], str | int | Decimal) else None
