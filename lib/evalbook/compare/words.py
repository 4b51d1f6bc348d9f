"""What page and workbook say in words: labels of leagues, method, remarks; figures as text."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from evalbook.compare.collect import REASONS
from evalbook.compare.comparison import Comparison
from evalbook.compare.league import League
from evalbook.compare.result import CUMULATIVE
from evalbook.figures import half_up
from evalbook.harmless import clean_line

TITLE = "评价结果对照"
NONE = "未公布"
STANCES = {"third-party": "第三方评价", "finance": "财政评价", "self": "自评"}
KINDS = {
    "department": "部门整体", "project": "项目", "fund": "基金", "transfer": "转移支付",
}  # fmt: skip
PLACES = 2
USUAL_GRADES = ("优", "良", "中", "差")
HASH_SHOWN = 6
MOST_NAMED = 10
Note = tuple[str, str, str]


def percent(value: Decimal | None) -> str | None:
    """A rate with two places, half up; None stays None."""
    return None if value is None else f"{half_up(value, PLACES):f}"


def marks(value: Decimal | None) -> str | None:
    """Marks as they are, without an exponent."""
    return None if value is None else f"{value:f}"


def rules_name(found: Comparison, league: League) -> str:
    """The title of its rule set; with a mark where the same rule set holds with other values."""
    key = league.key
    title = found.titles.get(key.rules, key.rules)
    others = {each.key.rules_hash for each in found.leagues if each.key.rules == key.rules}
    return f"{title}（取值 {key.rules_hash[:HASH_SHOWN]}）" if len(others) > 1 else title


def league_name(found: Comparison, league: League) -> str:
    """What the members of a league have in common, in words."""
    key = league.key
    framework = found.frameworks.get(key.framework, "")
    named = f"指标体系：{framework}" if framework else "指标体系未公布（不排名）"
    parts = (f"评分规则：{rules_name(found, league)}", named, STANCES[key.stance], _span(key.span))
    return " · ".join((*parts, f"满分 {key.full:f}"))


def league_label(found: Comparison, number: int) -> str:
    league = found.leagues[number]
    return f"第 {number + 1} 组：{league_name(found, league)}（{len(league.members)} 个）"


def league_short(found: Comparison, number: int) -> str:
    league = found.leagues[number]
    key = league.key
    framework = found.frameworks.get(key.framework, "指标体系未公布")
    return f"{number + 1}  {framework} · {STANCES[key.stance]} · {rules_name(found, league)}"


def _span(months: str) -> str:
    if months == CUMULATIVE:
        return "累计期间"
    return "年度" if months == "12" else f"{months} 个月"


def grades(found: Comparison) -> list[str]:
    """The grades that occur: the usual ones first, then others by name."""
    both = [(each.grade, each.computed_grade) for each in found.results]
    known = {clean_line(grade) for pair in both for grade in pair if grade}
    return [g for g in USUAL_GRADES if g in known] + sorted(known - set(USUAL_GRADES))


def facts(found: Comparison) -> list[tuple[str, str]]:
    """The head of the page: what was put side by side, counted."""
    results = found.results
    years = sorted({each.year for each in results if each.year})
    regions = {each.region for each in results if each.region}
    scored = sum(each.total is not None for each in results)
    computed = sum(each.computed is not None for each in results)
    nowhere = sum(not each.region for each in results)
    left_out = sum(each.left_out for each in found.remarks)
    return [
        ("评价项目", f"列入 {len(results)} 个，没有列入 {left_out} 个"),
        ("期间", "、".join(years) or NONE),
        ("地区", f"{len(regions)} 个；{nowhere} 个项目没有写明地区"),
        ("公布得分", f"{scored} 个有，{len(results) - scored} 个未公布"),
        ("复算得分", f"{computed} 个能复算，{len(results) - computed} 个指标得分不全，不能复算"),
        ("评分规则", f"{found.rule_sets} 种取值，分成 {len(found.leagues)} 个排名组"),
    ]


def notes(found: Comparison) -> list[Note]:
    """What must be read before any rank: tone, label, sentence."""
    said: list[Note] = []
    if found.combined is not None:
        text = (
            f"以下有跨评分规则的合并名次：{len(found.results)} 个项目用了 {found.rule_sets} 种"
            f"评分规则取值、分属 {len(found.leagues)} 个排名组，同样的工作在不同规则下得分不同，"
            "合并名次只按公布得分率排出，不能据以判断优劣。"
        )
        said.append(("error", "合并名次", text))
    elif len(found.leagues) > 1:
        text = (
            f"这些项目分属 {len(found.leagues)} 个排名组（评分规则及其取值、指标体系、满分、"
            "期间长短、评价主体都相同的才同组）。名次只在同组同期间之内排，不同组的得分不能相比。"
        )
        said.append(("warning", "注意", text))
    said += [("info", "提示", text) for text in found.advice]
    counts: dict[str, int] = {}
    for remark in found.remarks:
        counts[remark.reason] = counts.get(remark.reason, 0) + 1
    for reason, count in sorted(counts.items()):
        said.append(("warning", "注意", f"{count} 个评价项目{REASONS[reason]}；见文末。"))
    return said


def methods(found: Comparison) -> Mapping[str, Sequence[str]]:
    """How each part was made, with the authority of every threshold."""
    set_ = found.settings
    nested = "一个项目内的嵌套项目不另列。"
    return {
        "rank": (
            "公布得分是文件印出的，复算得分是按各指标的数据和评分规则算出的；两者分别排名，不混用。"
            "得分率为得分除以满分；满分没有印出的，取各一级指标分值之和，再没有的取评分规则的总分值。"
            "并列的名次相同；“3 / 15”指同组同期间 15 个中的第 3。没有公布的不排名；"
            "没有公布指标体系的整组不排名。名次不随筛选改变。",
            "投入、过程、产出、效益为印出的得分除以分值；预算执行率取唯一的合计行，满意度取各问卷"
            f"（没有问卷的取满意度指标）中最低的一项；核查错误不含已接受的。{nested}",
        ),
        "across": (
            "各评分规则的得分标准不同，这个名次只按公布得分率由高到低排出，同一期间一起排。",
        ),
        "grade": ("等级随筛选计数。没有印出等级的计入“未公布”，没有复算总分的也是。",),
        "spread": ("四分位数在相邻两数之间按直线取；未公布的不计入。",),
        "side": ("每组之内，按地区、年度、类型各分一次；未写明的单列。",),
        "outlier": (
            f"同一排名组内，低于下四分位数或高于上四分位数、超出四分位距 {set_.fence.value} 倍的。"
            f"依据：{set_.fence.reference}。不足 {set_.outlier_count.value} 个数的组"
            f"（{set_.outlier_count.reference}）和四分位距为零的不找。离群不等于有错，是值得先看的。",
        ),
        "common": (
            "两个标题的相似度 = 2 × 相同的相邻两字 ÷ 两个标题各自的相邻两字之和（去掉标点和年份）；"
            f"不低于 {set_.similarity.value} 的归为一类，各与本类首个标题相比。"
            f"依据：{set_.similarity.reference}。"
            f"列出至少在 {set_.common_count.value} 个部门出现的；展开可看每个标题的相似度。",
        ),
        "change": tuple(_change_words(found)),
    }


def _change_words(found: Comparison) -> Iterator[str]:
    yield (
        "公布得分变化 = 数据 + 评分规则 + 分值 + 不能分开的 + 公布与复算之差，各项之和分毫不差。"
        "评分规则：今年的数据按今年规则的得分，减去按上年规则的得分；分值：再减去按上年规则和上年分值的得分；"
        "数据：按上年规则和上年分值的得分，减去上年得分。评定的得分不随评分规则变，换分值时得分率不变。"
        "两年满分不同的，以得分率的百分点计。算不出的写明原因，不作估计。"
    )
    if found.unclear:
        several = {clean_line(found.results[number].department) for number in found.unclear}
        names = "、".join(sorted(several)[:MOST_NAMED])
        yield (
            f"{len(found.unclear)} 个项目没有列入：同一部门同一年有几个分不清的评价（{names}"
            f"{' 等' if len(several) > MOST_NAMED else ''}）。"
        )
