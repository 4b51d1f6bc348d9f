"""What is wrong with a rule set, and with the settings by which a case departs from it."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import fields
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

from pydantic import ValidationError

from evalbook.errors import Fault, nearest
from evalbook.rules import NEEDED, OVERSHOOT, Rules, fraction, replaced, settings_of
from evalbook.rulesets import MonthsBand, RuleSet, RuleSpec, RuleValue, Step
from evalbook.schema import Override

T = TypeVar("T", bound=Hashable)
TAKEN = {
    "proportion": ("completion", *OVERSHOOT),
    "threshold": ("completion", "pass_rate"),
    "steps": ("of", "completion", "unit", "base", "steps"),
    "qualitative": ("bands",),
    "checklist": ("points",),
    "deduction": (
        *("completion", "unit", "counts", "target"),
        *("each", "each_share", "each_at_most", "per", "part", "floor"),
    ),
    "execution": ("base",),
}
OF_STEPS = {"completion": "completion", "unit": "actual", "base": "execution"}
OF_ALL = {"kind", "name", "description", "reference", "unverified"}
GATHERED = {"id", "title", "reference", "by_direction", "rules", "authority", "sources", "idle"}
LASTING = ("marks_places", "rate_places", "months_places", "total_marks")


def rule_set_faults(chain: Sequence[RuleSet], where: str) -> list[Fault]:
    """Settings that are missing or have no place, and rules that nobody defines.

    The chain is a rule set and, behind it, its base; the base's own faults are told of the base.
    """
    faults = [*_missing(chain, where), *_unknown(chain, where), *_grades(chain[0], where)]
    faults += [*_months(chain[0], where), *_dates(where, chain[0])]
    for name, spec in chain[0].rules.items():
        faults += [*_rule(f"{where} rules.{name}", spec), *_dates(f"{where} rules.{name}", spec)]
    return faults


def _missing(chain: Sequence[RuleSet], where: str) -> Iterator[Fault]:
    stated = {key for key, value in chain[0] if value is not None}
    for key in (field.name for field in fields(Rules)):
        if len(chain) == 1 and key not in stated | GATHERED:
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
    stated = [key for key, _ in spec if key in spec.model_fields_set - OF_ALL]
    for key in NEEDED.get(spec.kind, ()):
        if key not in stated:
            yield Fault(where, f"{spec.kind} 规则缺少“{key}”", "请补上这一项")
    for key in stated:
        if key not in TAKEN.get(spec.kind, ()):
            remedy = nearest(key, TAKEN.get(spec.kind, ()))
            yield Fault(f"{where} {key}", f"{spec.kind} 规则用不到“{key}”", remedy)
    if spec.kind == "deduction" and ("each" in stated) == ("each_share" in stated):
        yield Fault(where, "每次扣多少没有写明，或写了两种", "each 与 each_share 请写其中之一")
    if spec.kind == "deduction" and ("unit" in stated) == ("counts" in stated):
        remedy = "按次数扣的请写 counts（起、次等），按数量扣的请写 unit"
        yield Fault(where, "扣分按什么计没有写明，或写了两种", remedy)
    if spec.target is not None and spec.unit is None:
        yield Fault(f"{where} target", "没有写明 unit，不知道指标值的单位", "请写明 unit")
    if spec.kind == "proportion" and len({*stated} & {*OVERSHOOT}) not in {0, len(OVERSHOOT)}:
        yield Fault(where, "超额调减的设定不全", f"请写全：{'、'.join(OVERSHOOT)}")
    if spec.kind == "steps":
        yield from _steps(where, spec)
        yield from _misplaced(where, spec)
    for band in _stated(spec.bands):
        if fraction(band.low) > fraction(band.high):
            yield Fault(f"{where} bands", f"“{band.name}”的 low 大于 high", "请改正上下限")


def _stated(setting: RuleValue[Any] | None) -> Iterator[Any]:
    """The entries of a setting that holds a list, of every date."""
    for dated in setting.values if setting else ():
        yield from dated.value or ()


def _misplaced(where: str, spec: RuleSpec) -> Iterator[Fault]:
    """Settings of steps that are for another `of`, and steps that nothing can reach."""
    for key, of in OF_STEPS.items():
        if key in spec.model_fields_set and spec.of != of:
            problem = f"按 {spec.of} 分档的规则用不到“{key}”"
            yield Fault(f"{where} {key}", problem, f"请删去，或改写 of: {of}")
    for dated in spec.steps.values if spec.steps else ():
        spans = [_span(step) for step in dated.value or ()]
        for number, (low, high) in enumerate(spans):
            if low[0] > high[0] or (low[0] == high[0] and (low[1], high[1]) != (0, 1)):
                problem = f"第 {number + 1} 档的上下限颠倒，没有数在其中"
                yield Fault(f"{where} steps", problem, "请改正 from、above、to、below")
            elif any(other[0] <= low and high <= other[1] for other in spans[:number]):
                problem = f"第 {number + 1} 档已包括在前面的档中，永远用不到"
                yield Fault(f"{where} steps", problem, "请按取用的先后排列，如由高到低")


Limit = tuple[Decimal, int]


def _span(step: Step) -> tuple[Limit, Limit]:
    """The ends of a step so that they compare: of one number, `above` is higher than `from`."""
    lows = [(each, n) for n, each in enumerate((step.from_, step.above)) if each is not None]
    highs = [(each, n) for n, each in enumerate((step.below, step.to)) if each is not None]
    low = max(((Decimal(each.removesuffix("%")), n) for each, n in lows), default=None)
    high = min(((Decimal(each.removesuffix("%")), n) for each, n in highs), default=None)
    return low or (Decimal("-Infinity"), 0), high or (Decimal("Infinity"), 1)


def _grades(rule_set: RuleSet, where: str) -> Iterator[Fault]:
    """Grades stand from the highest to the lowest, each once, and do not overlap."""
    for dated in rule_set.grade_bands.values if rule_set.grade_bands else ():
        bands = dated.value or ()
        for name in _repeated(band.grade for band in bands):
            yield Fault(f"{where} grade_bands", f"等级“{name}”写了两次", "请删去其中之一")
        known = [band for band in bands if band.from_ is not None]
        lows = [fraction(band.from_ or "") for band in known]
        tops = [fraction(band.to) if band.to else None for band in known]
        if any(one <= two for one, two in pairwise(lows)):
            problem = "等级不是由高到低排列，低分也会得到第一个等级"
            yield Fault(f"{where} grade_bands", problem, "请按 from 由高到低排列")
        for band, low, top, above in zip(known, lows, tops, [None, *lows], strict=False):
            if top is not None and (top < low or (above is not None and top >= above)):
                problem = f"等级“{band.grade}”的 to 与 from 或与上一等级不合"
                yield Fault(
                    f"{where} grade_bands", problem, "to 应不小于 from、小于上一等级的 from"
                )


def _months(rule_set: RuleSet, where: str) -> Iterator[Fault]:
    for dated in rule_set.months_band.values if rule_set.months_band else ():
        band: MonthsBand | None = dated.value
        if band and not 0 <= band.short <= band.low <= band.high <= band.excess:
            problem = "short、low、high、excess 不是由小到大"
            yield Fault(f"{where} months_band", problem, "请改正月数")


def _dates(where: str, settings: Iterable[tuple[str, Any]]) -> Iterator[Fault]:
    """Two values of a setting from one day on: nobody can say which of them holds."""
    for key, setting in settings:
        for day in _repeated(d.since for d in setting.values) if _is_value(setting) else ():
            yield Fault(f"{where} {key}", f"{day} 起有两个数值", "请删去其中之一，或改正日期")


def _is_value(setting: Any) -> bool:
    return isinstance(setting, RuleValue)


def _repeated(names: Iterable[T]) -> list[T]:
    known = list(names)
    return [name for name in dict.fromkeys(known) if known.count(name) > 1]


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
    settings = {key: setting for key, (setting, _) in settings_of(chain).items()}
    singles = [key for key, setting in settings.items() if _single(setting)]
    at = f"{where} settings"
    faults = [
        Fault(at, f"设定项 {name} 写了两次", "请删去其中之一")
        for name in _repeated(override.name for override in overrides)
    ]
    for override in overrides:
        name = override.name
        if name not in settings:
            faults.append(Fault(at, f"没有设定项“{name}”", nearest(name, singles)))
        elif name not in singles:
            problem = f"设定项 {name} 不是单个数值，不能在 settings 中替换"
            faults.append(Fault(at, problem, "请写成一套评分规则，由 rules 采用"))
        elif not _fits(settings[name], override.value):
            problem = f"设定项 {name} 的值“{override.value}”不合要求"
            faults.append(Fault(at, problem, _wanted(settings[name])))
    return faults


def _known(setting: RuleValue[Any]) -> list[Any]:
    return [dated.value for dated in setting.values if dated.value is not None]


def _single(setting: RuleValue[Any]) -> bool:
    """Whether a setting holds one number or word, which a case may replace; so does one without."""
    return all(isinstance(value, str | int | Decimal) for value in _known(setting))


def _fits(setting: RuleValue[Any], text: str) -> bool:
    try:
        replaced(setting, text)
    except ValidationError:
        return False
    return True


def _wanted(setting: RuleValue[Any]) -> str:
    """What a setting takes: as its last value, or as its unit says."""
    known = _known(setting)
    return f"应与“{known[-1]}”同类" if known else f"请写{setting.description}（{setting.unit}）"
