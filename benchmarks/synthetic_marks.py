"""The indicators of a synthetic evaluation and their scores, in hundredths of a mark."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from synthetic_tables import Making, Sheet, half_up, money, percent

COLUMNS = {
    "name": "指标", "full_marks": "分值", "target": "指标值", "actual": "完成值", "score": "得分",
    "reason": "扣分原因", "section": None, "direction": None,
}  # fmt: skip
GOOD, PART = "达成年度指标", "部分达成年度指标并具有一定效果"


@dataclass
class Mark:
    """An indicator that is scored: its row in the framework, its marks."""

    id: str
    parent: str
    name: str
    full: int
    points: int = 0
    child: bool = False


def indicators(making: Making) -> Sheet:
    sheet = Sheet("indicators", "i1", "指标评分表", "三", "", dict(COLUMNS))
    tree = making.department.indicators
    roots = [each for each in tree if not each.get("parent")]
    for root, full in zip(roots, making.department.marks, strict=True):
        start = len(sheet.rows)
        sheet.add()
        score = _branch(making, sheet, root, full)
        if root["id"] != sheet.rows[start].get("id"):
            sheet.rows[start] = _head(root, full, score)
        making.score += score
    return sheet


def _head(root: dict[str, Any], full: int, score: int) -> dict[str, str]:
    return {
        "id": root["id"],
        "place": "三",
        "name": root["name"],
        "section": root["section"],
        "full_marks": f"{full}",
        "score": f"{score / 100:g}",
        "score_basis": "published",
    }


def _branch(making: Making, sheet: Sheet, root: dict[str, Any], full: int) -> int:
    """The rows below a root, each scored; what they come to."""
    found = 0
    if not _below(making, root["id"]):
        cells, score = _scored(making, Mark(root["id"], "", root["name"], full))
        sheet.rows[-1] = {**cells, "section": root["section"]}
        return score
    marks = _marks(making, root, full)
    wanted = {above for mark in marks for above in _above(making, mark.parent)}
    for each in making.department.indicators:
        if each["id"] in wanted and each["id"] != root["id"]:
            sheet.add(
                id=each["id"],
                parent=each["parent"],
                place="三",
                name=each["name"],
                score_basis="not published",
            )
    for mark in marks:
        cells, score = _scored(making, mark)
        sheet.add(**cells)
        found += score
    return found


def _below(making: Making, id: str) -> list[dict[str, Any]]:
    return [each for each in making.department.indicators if each.get("parent") == id]


def _above(making: Making, id: str) -> list[str]:
    """An indicator and all above it."""
    known = {each["id"]: each for each in making.department.indicators}
    return [id, *(_above(making, known[id]["parent"]) if known[id].get("parent") else [])]


def _leaves(making: Making, id: str) -> list[dict[str, Any]]:
    found = []
    for each in _below(making, id):
        found += _leaves(making, each["id"]) if _below(making, each["id"]) else [each]
    return found


def _marks(making: Making, root: dict[str, Any], full: int) -> list[Mark]:
    """The scored indicators of a branch; where the framework ends in groups, rows of their own."""
    rng, words = making.rng, making.words
    leaves = _leaves(making, root["id"])
    if making.department.plan["stance"] != "self":
        kept = leaves if len(leaves) <= full else rng.sample(leaves, full)
        kept = sorted(kept, key=leaves.index)
        return [
            Mark(each["id"], each["parent"], each["name"], share, len(each.get("points", ())))
            for each, share in zip(kept, _split(full, len(kept)), strict=True)
        ]
    kept = [each for each in leaves if rng.random() < 0.8] or leaves[:1]
    sizes = [1 if each["id"] in words["satisfaction"] else rng.randint(1, 3) for each in kept]
    shares = iter(_split(full, sum(sizes)))
    return [
        Mark(f"{each['id']}_{n}", each["id"], each["name"], next(shares), child=True)
        for each, size in zip(kept, sizes, strict=True)
        for n in range(1, size + 1)
    ]


def _split(full: int, parts: int) -> list[int]:
    return [full // parts + (n < full % parts) for n in range(parts)]


def _scored(making: Making, mark: Mark) -> tuple[dict[str, str], int]:
    """The cells of a scored indicator and its score in hundredths."""
    cells, share = _measured(making, mark)
    score = half_up(mark.full * 100 * share.numerator, share.denominator)
    if score < mark.full * 100:
        cells["reason"] = making.rng.choice(making.words["reasons"])
        counted = cells.get("rule", "") in ("", "checklist") and "evidence" not in cells
        address = f"indicators.{mark.id}.score"
        if counted and cells["direction"] == "higher" and making.wants("score", address):
            score = mark.full * 100
    given = {"id": mark.id, "parent": mark.parent, "place": "三", "full_marks": f"{mark.full}"}
    given |= {"score": f"{score / 100:g}", "score_basis": "published"}
    return {"name": mark.name, **given, **cells}, score


def _measured(making: Making, mark: Mark) -> tuple[dict[str, str], Fraction]:
    """Target, actual and rule, and the share of the marks that they earn."""
    words, newer = making.words, making.department.rules == "caiyu-2021-101"
    if mark.id in words["execution"]:
        return _execution(making, newer)
    if mark.id in words["satisfaction"] or mark.parent in words["satisfaction"]:
        return _satisfaction(making, mark, newer)
    if mark.points:
        met = mark.points - (making.rng.random() > making.department.quality)
        cells = {"rule": "checklist", "direction": "", "actual": f"{mark.points}项中符合{met}项"}
        return cells, Fraction(met, mark.points)
    if mark.id in words["lower"]:
        return _lower(making)
    if not newer and making.rng.random() < 0.2:
        good = making.rng.random() < making.department.quality
        share = Fraction(1) if good else Fraction(making.rng.randint(62, 78), 100)
        cells = {"direction": "qualitative", "target": GOOD, "actual": GOOD if good else PART}
        return cells, share
    return _quantity(making, mark, newer)


def _execution(making: Making, newer: bool) -> tuple[dict[str, str], Fraction]:
    rate = Fraction(making.executed, making.adjusted)
    cells = {
        "rule": "execution",
        "direction": "",
        "actual": percent(making.executed, making.adjusted),
    }
    cells |= {"evidence": "budget.total.rate", "same_as": "budget.total.rate"}
    cells |= {"formula": "execution_rate_adjusted"}
    if not newer:
        return cells, min(rate, Fraction(1))
    steps = ((1, 100), (Fraction(8, 10), 70), (Fraction(6, 10), 50), (0, 0))
    return cells, next(Fraction(share, 100) for least, share in steps if rate >= least)


def _satisfaction(making: Making, mark: Mark, newer: bool) -> tuple[dict[str, str], Fraction]:
    actual = making.satisfaction
    cells = {"direction": "higher", "target": "≥90%", "actual": f"{money(actual)}%"}
    cells |= {"evidence": "surveys.s1.rate", "same_as": "surveys.s1.rate"}
    if mark.child:
        cells |= {"name": f"{making.words['groups'][0]}满意度"}
    if not newer:
        return cells, min(Fraction(actual, 9_000), Fraction(1))
    steps = ((9_000, 100), (8_000, 80), (6_000, 50), (0, 0))
    cells |= {"rule": "satisfaction"}
    return cells, next(Fraction(share, 100) for least, share in steps if actual >= least)


def _lower(making: Making) -> tuple[dict[str, str], Fraction]:
    """A rate that should stay below 100 %: a tenth of the marks for each point above."""
    actual = making.rng.choice((95, 98, 100, 100, 102, 104))
    cells = {"direction": "lower", "target": "≤100%", "actual": f"{actual}%"}
    if making.department.rules != "department-overall":
        return cells, min(Fraction(100, actual), Fraction(1))
    cells["rule"] = "staff_control"
    return cells, max(Fraction(0), 1 - Fraction(max(0, actual - 100), 10))


def _quantity(making: Making, mark: Mark, newer: bool) -> tuple[dict[str, str], Fraction]:
    rng = making.rng
    kind = {"unit": "%", "of": [90, 100]}
    cells = {"direction": "higher"}
    if mark.child:
        kind = rng.choice(making.words["measures"])
        cells["name"] = f"{kind['name']}（{mark.id[-1]}）"
    target = rng.randint(*kind["of"])
    reached = 1.0 if rng.random() < making.department.quality else rng.uniform(0.5, 0.99)
    actual = max(1, int(target * reached))
    if kind["unit"] == "%":
        cells |= {"target": f"≥{target}%", "actual": f"{actual}%"}
    else:
        cells |= {"target": f"{target}", "actual": f"{actual}", "unit": kind["unit"]}
    rate = Fraction(actual, target)
    if newer:
        rate = max(Fraction(0), (rate - Fraction(6, 10)) / Fraction(4, 10))
    return cells, min(rate, Fraction(1))
