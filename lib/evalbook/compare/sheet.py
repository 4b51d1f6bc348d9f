"""compare.xlsx: the comparison as a workbook, a sheet for each part of the page.

Figures are numbers with their places, what is not published says so, text stays text.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from openpyxl import Workbook

from evalbook.compare import words
from evalbook.compare.collect import REASONS
from evalbook.compare.comparison import BYS, MEASURES, Comparison, departments
from evalbook.compare.league import Rank
from evalbook.compare.spread import Spread
from evalbook.figures import half_up
from evalbook.spreadsheet_page import page, saved, table

Value = Decimal | str
Row = Sequence[Value]
WHO = ("编号", "部门", "地区", "期间")
WHO_WIDE = (22, 30, 14, 10)
SPREAD = ("个数", "最低", "下四分位", "中位数", "上四分位", "最高")
UNRANKED, JOINT, MOOT = "不排", "不能分开", "不适用"


def xlsx(found: Comparison) -> bytes:
    """The workbook as bytes; the same comparison gives the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, heads, widths, rows in _sheets(found):
        sheet = book.create_sheet(name)
        table(sheet, heads, widths, rows)
        page(sheet, words.TITLE)
    return saved(book, words.TITLE)


Sheet = tuple[str, Sequence[str], Sequence[float], Iterable[Row]]


def _sheets(found: Comparison) -> Iterator[Sheet]:
    heads: tuple[str, ...]
    yield "说明", ("项目", "说明"), (18, 120), _about(found)
    yield _ranking(found)
    if found.combined is not None:
        heads = (*WHO, "合并名次", "同期间个数", "公布得分率", "排名组")
        yield "合并名次", heads, (*WHO_WIDE, 10, 12, 12, 60), _combined(found)
    yield "等级分布", ("排名组", "等级", "公布", "复算"), (80, 12, 10, 10), _grades(found)
    heads = ("排名组", "事项", *SPREAD)
    yield "分布", heads, (80, 16, *[10] * 6), _spreads(found)
    heads = ("排名组", "分组", "名称", "项目个数", "事项", *SPREAD)
    yield "分组对照", heads, (80, 8, 14, 10, 16, *[10] * 6), _sides(found)
    heads = (*WHO, "事项", "值", "在哪边", "界线", "本组中位数", "本组个数", "排名组")
    yield "离群值", heads, (*WHO_WIDE, 14, 10, 8, 10, 12, 10, 60), _beyond(found)
    heads = ("类", "部门个数", "项目个数", "标题", "相似度 %", "出现次数", "部门（期间）")
    yield "共性问题", heads, (6, 10, 10, 44, 10, 10, 80), _common(found)
    heads = (*WHO, "上年", "单位", "公布得分变化", "其中：数据", "评分规则", "分值", "不能分开的",
             "公布与复算之差", "复算得分变化", "说明")  # fmt: skip
    yield "年度变化", heads, (*WHO_WIDE, 10, 8, *[14] * 7, 60), _changes(found)
    rows = ((each.case, REASONS[each.reason]) for each in found.remarks)
    yield "没有列入的", ("评价项目", "情况"), (30, 60), rows


def _about(found: Comparison) -> Iterator[Row]:
    yield from words.facts(found)
    yield from ((label, text) for _, label, text in words.notes(found))
    for texts in words.methods(found).values():
        yield from (("方法", text) for text in texts)


def _who(found: Comparison, number: int) -> tuple[Value, ...]:
    each = found.results[number]
    return each.case, each.department, each.region or words.NONE, each.period


def _ranking(found: Comparison) -> Sheet:
    heads = (
        "排名组", *WHO, "实施单位", "类型", "公布名次", "同组同期间个数", "公布得分",
        "公布等级", "复算名次", "同组同期间个数（复算）", "复算得分", "复算等级",
        *MEASURES.values(), "核查错误",
    )  # fmt: skip
    widths = (8, *WHO_WIDE, 30, 10, *[11] * (len(heads) - 7))
    return "排名", heads, widths, _ranks(found)


def _ranks(found: Comparison) -> Iterator[Row]:
    for number, league in found.league_of().items():
        each = found.results[number]
        yield (
            Decimal(league + 1),
            *_who(found, number),
            each.unit or words.NONE,
            words.KINDS[each.kind],
            *_rank(found.ranks["published"].get(number)),
            _marks(each.total),
            each.grade or words.NONE,
            *_rank(found.ranks["computed"].get(number)),
            _marks(each.computed),
            each.computed_grade or words.NONE,
            *(_rate(values[number]) for values in found.values.values()),
            Decimal(each.errors),
        )


def _rank(rank: Rank | None) -> tuple[Value, Value]:
    return (UNRANKED, UNRANKED) if rank is None else (Decimal(rank.place), Decimal(rank.of))


def _combined(found: Comparison) -> Iterator[Row]:
    of = found.league_of()
    ranked = sorted(
        (found.combined or {}).items(),
        key=lambda each: (found.results[each[0]].period, each[1].place, each[0]),
    )
    for number, rank in ranked:
        rate = _rate(found.values["published"][number])
        label = words.league_short(found, of[number])
        yield *_who(found, number), *_rank(rank), rate, label


def _grades(found: Comparison) -> Iterator[Row]:
    grades = [*words.grades(found), words.NONE]
    for number, league in enumerate(found.leagues):
        members = [found.results[member] for member in league.members]
        printed = [each.grade or words.NONE for each in members]
        computed = [each.computed_grade or words.NONE for each in members]
        for grade in grades:
            counts = (Decimal(printed.count(grade)), Decimal(computed.count(grade)))
            yield words.league_label(found, number), grade, *counts


def _spreads(found: Comparison) -> Iterator[Row]:
    for number, spreads in enumerate(found.spreads):
        for name, each in spreads.items():
            yield words.league_label(found, number), MEASURES[name], *_quartiles(each)


def _quartiles(each: Spread) -> tuple[Value, ...]:
    figures = (each.least, each.lower, each.median, each.upper, each.greatest)
    return (Decimal(each.count), *map(_rate, figures))


def _sides(found: Comparison) -> Iterator[Row]:
    for side in found.sides:
        label = words.league_label(found, side.league)
        name = words.KINDS.get(side.name or "", side.name) or words.NONE
        for measure, each in side.spreads.items():
            named = (label, BYS[side.by], name, Decimal(side.count), MEASURES[measure])
            yield *named, *_quartiles(each)


def _beyond(found: Comparison) -> Iterator[Row]:
    for each in found.beyond:
        one = each.outlier
        yield (
            *_who(found, one.number), MEASURES[each.measure], _rate(one.value),
            "偏高" if one.high else "偏低", _rate(one.fence), _rate(each.spread.median),
            Decimal(each.spread.count), words.league_short(found, each.league),
        )  # fmt: skip


def _common(found: Comparison) -> Iterator[Row]:
    for number, group in enumerate(found.common, 1):
        bodies = len(departments(found.results, group.numbers))
        counts = (Decimal(number), Decimal(bodies), Decimal(len(group.numbers)))
        for member in group.members:
            cases = [found.results[each] for each in member.numbers]
            named = "、".join(f"{each.department}（{each.period}）" for each in cases)
            alike = _rate(member.likeness * 100)
            yield *counts, member.title, alike, Decimal(len(cases)), named


def _changes(found: Comparison) -> Iterator[Row]:
    for each in found.changes:
        parts = (
            _marks(each.published), _marks(each.data, JOINT), _marks(each.rules, JOINT),
            _marks(each.weights, JOINT), _marks(each.joint, MOOT), _marks(each.apart, MOOT),
            _marks(each.computed),
        )  # fmt: skip
        before = found.results[each.before].period
        yield *_who(found, each.after), before, each.unit, *parts, each.why


def _marks(value: Decimal | None, none: str = words.NONE) -> Value:
    return none if value is None else value


def _rate(value: Decimal | None) -> Value:
    return words.NONE if value is None else half_up(value, words.PLACES)
