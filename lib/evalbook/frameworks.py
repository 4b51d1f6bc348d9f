"""A framework 指标体系 as a tree: levels, sections, the marks it prints, and what is wrong with it.

Knows no case: the caller says which indicators an evaluation has.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from evalbook.errors import Fault, nearest
from evalbook.ratios import RATIOS, UNSEEN
from evalbook.standards import Framework, FrameworkIndicator, FrameworkVariant

Indicators = Mapping[str, FrameworkIndicator]


def by_id(framework: Framework | None) -> Indicators:
    """The indicators of a framework; none where a document prints no framework."""
    return framework.by_id if framework else {}


def path(known: Indicators, indicator: FrameworkIndicator) -> list[FrameworkIndicator]:
    """The indicator and all above it, the highest first; stops where a circle closes."""
    found = [indicator]
    while (above := known.get(found[0].parent or "")) and above not in found:
        found.insert(0, above)
    return found


def children(framework: Framework, parent: str | None) -> list[FrameworkIndicator]:
    return [each for each in framework.indicators if each.parent == parent]


def section_of(framework: Framework, indicator: str) -> str | None:
    """The section of the report an indicator lies in: its own, else of the nearest above."""
    known = by_id(framework)
    above = path(known, known[indicator]) if indicator in known else []
    return next((each.section for each in reversed(above) if each.section), None)


def variant_of(framework: Framework, present: Collection[str]) -> FrameworkVariant | None:
    """The set of marks for an evaluation with these indicators, if there are several sets."""
    named = {each for variant in framework.variants for each in variant.full_marks}
    wanted = named & set(present)
    return next((each for each in framework.variants if set(each.full_marks) == wanted), None)


def marks_of(framework: Framework | None, present: Collection[str]) -> Mapping[str, Decimal]:
    """The full marks 分值 printed for an evaluation that has these indicators."""
    if framework is None:
        return {}
    variant = variant_of(framework, present)
    own = {each.id: each.full_marks for each in framework.indicators if each.full_marks is not None}
    return own | (variant.full_marks if variant else {})


def unseen(framework: Framework | None, indicator: str | None = None) -> str:
    """「（未核对原文）」 when the framework, or this indicator of it, was not checked."""
    own = by_id(framework).get(indicator or "")
    whole = framework is not None and framework.unverified
    return UNSEEN * (whole or (own is not None and own.unverified))


def framework_faults(framework: Framework, where: str) -> Iterator[Fault]:
    """Faults of the tree: ids, parents, levels, sections, formulas, variants."""
    ids, known = Counter(each.id for each in framework.indicators), by_id(framework)
    for repeated in sorted(each for each, times in ids.items() if times > 1):
        yield Fault(f"{where} indicators", f"编号 {repeated} 重复", "请改用别的编号")
    for each in framework.indicators:
        yield from _indicator_faults(framework, known, each, f"{where} indicators.{each.id}")
    roots = [each.id for each in children(framework, None)]
    for number, variant in enumerate(framework.variants, 1):
        for unknown in set(variant.full_marks) - set(roots):
            at = f"{where} variants.{number}.full_marks"
            yield Fault(at, f"没有一级指标“{unknown}”", nearest(unknown, roots))


def _indicator_faults(
    framework: Framework, known: Indicators, indicator: FrameworkIndicator, where: str
) -> Iterator[Fault]:
    above = path(known, indicator)
    if indicator.formula and indicator.formula not in RATIOS:
        problem = f"没有名为“{indicator.formula}”的公式"
        yield Fault(f"{where} formula", problem, nearest(indicator.formula, RATIOS))
    if indicator.parent and indicator.parent not in known:
        problem = f"上级“{indicator.parent}”不存在"
        yield Fault(f"{where} parent", problem, nearest(indicator.parent, known))
    elif above[0].parent:
        problem = f"{indicator.id} 的上级关系绕成了圈"
        yield Fault(f"{where} parent", problem, "请改正 parent，使其逐级向上")
    elif len(above) > framework.levels:
        problem = f"是第 {len(above)} 级，levels 写的是 {framework.levels} 级"
        yield Fault(where, problem, "请改正 levels 或 parent")
