"""The title of a report, broken into lines by meaning: never within a word, of like length.

PDF and Word print the lines of the cover as they are here, HTML breaks at the same joints.
"""

import math
import re
from itertools import pairwise

from evalbook.report.text import breakable, em

COVER_WIDTH = 442.0
"""Width of the type area in points."""
SIZES = (26, 24, 22)
"""Letter sizes of the title in points, 一号 to 二号: the first at which it breaks by meaning."""
_SPARE = 0.6
"""Room in em that the space between figures and characters takes."""
_EVEN = 0.55
"""The shortest line is at least so long, against the longest."""
_MOST_LINES = 4
_KEPT = re.compile(
    "绩效评价报告|绩效自评报告|绩效评价|绩效自评|自评报告|评价报告"
    "|部门整体支出|部门预算整体|部门整体|部门预算|部门支出|整体支出|项目支出"
    "|(?:专项|补助|配套|项目|财政|奖补|引导)资金|(?:统筹|保险|产业)?基金"
    "|城乡居民|城镇职工|基本医疗保险|(?:中央|省级|市级|县级|区级)(?:财政)?"
    "|工程|项目|计划"
    r"|\d{4}\s*(?:[-—–至]\s*\d{4}\s*)?年度?|[\u4e00-\u9fff]{0,6}?(?:局|中心|委员会|办公室)"
    r"|[^\s\u4e00-\u9fff]+"
)
"""Words that stay whole: a line may begin before one, and end after one."""
_ENDS = re.compile(r"(?:年度?|局|中心|委员会|办公室|资金|基金|居民|保险|工程|项目|计划)$")
_SUFFIX = re.compile("(?:局|中心|委员会|办公室)$|^(?:工程|项目|计划)$")
_HAN = re.compile("[\u4e00-\u9fff]")
_CLOSING = "，。、；：！？）》〉」』】〕”’％%·"
_OPENING = "（《〈「『【〔“‘"


def joints(title: str) -> list[int]:
    """Where a line may begin without parting a word, as places in the title."""
    found = {space.end() for space in re.finditer(r"\s+", title)} - _inside(title)
    for word in _KEPT.finditer(title):
        if _HAN.match(word[0]) and not _SUFFIX.search(word[0]):
            found.add(word.start())
        if _ENDS.search(word[0]):
            found.add(word.end())
    return sorted(at for at in found if _may_begin(title, at))


def _inside(title: str) -> set[int]:
    """The places within words that stay whole."""
    return {at for word in _KEPT.finditer(title) for at in range(word.start() + 1, word.end())}


def segments(title: str) -> list[str]:
    """The title cut at its joints; put together they are the title again."""
    return [title[a:b] for a, b in pairwise([0, *joints(title), len(title)])]


def cover(title: str) -> tuple[int, list[str]]:
    """Letter size in points and lines of the title on the cover."""
    good = joints(title)
    for size in SIZES:
        room = COVER_WIDTH / size - _SPARE
        if em(title) <= room:
            return size, [title]
        lines = _even(title, good, room, 2)
        if lines and min(map(em, lines)) >= _EVEN * max(map(em, lines)):
            return size, lines
    room = COVER_WIDTH / SIZES[-1] - _SPARE
    inside = _inside(title)
    loose = [at for at in range(1, len(title)) if at not in inside and _may_begin(title, at)]
    fewest = math.ceil(em(title) / room)
    for places in (good, loose):
        for count in range(fewest, _MOST_LINES + 1):
            if lines := _even(title, places, room, count):
                return SIZES[-1], lines
    return SIZES[-1], [breakable(title, room)]


def _may_begin(title: str, at: int) -> bool:
    return 0 < at < len(title) and title[at] not in _CLOSING and title[at - 1] not in _OPENING


def _even(title: str, places: list[int], room: float, count: int) -> list[str]:
    """So many lines of like length, each within the room; empty when that cannot be."""
    ends = [*places, len(title)]
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, (0,))}
    for _ in range(count):
        longer: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, cuts) in best.items():
            for end in (end for end in ends if end > start):
                length = em(title[start:end].strip())
                if length > room:
                    break
                made = (cost + length**2, (*cuts, end))
                longer[end] = min(longer.get(end, made), made)
        best = longer
    if len(title) not in best:
        return []
    return [title[a:b].strip() for a, b in pairwise(best[len(title)][1])]
