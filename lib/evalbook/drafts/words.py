"""What was found and guessed, in plain Chinese, for the person who has to believe it or not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evalbook.drafts.draft import NO_UNIT, Draft
from evalbook.drafts.found import Found, label
from evalbook.drafts.plan import PLAIN
from evalbook.drafts.settings import Standards
from evalbook.expression import chosen, parse, shown
from evalbook.figures import Figure, exact

SHOWN_CELLS = 12
SHOWN_SKIPPED = 12
SHOWN_NAMES = 6
LONGEST = 20


@dataclass(frozen=True, slots=True)
class Skipped:
    """A table that was not drafted, and why."""

    found: Found
    title: str
    why: str


def summary(
    document: str, drafts: Sequence[Draft], skipped: Sequence[Skipped], standards: Standards
) -> str:
    """One block for each table, in the order of the document."""
    tables = {each.shaped.found.number for each in drafts} | {s.found.number for s in skipped}
    joined = sum(each.shaped.found.joined for each in drafts)
    count = f"共 {len(tables) + joined} 张表，起草 {len(drafts)} 张，略过 {len(skipped)} 张"
    lines = [f"{document}：{count}。"]
    places: list[tuple[int, str, list[str]]] = [
        (each.shaped.found.number, each.shaped.found.part, list(_draft(each, standards)))
        for each in drafts
    ]
    few = len(skipped) <= SHOWN_SKIPPED
    places += [(s.found.number, s.found.part, [_skipped(s)]) for s in skipped if few]
    for _, _, block in sorted(places, key=lambda place: place[:2]):
        lines += block
    if not few:
        reasons = Counter(each.why for each in skipped)
        lines += [f"略过 {number} 张：{why}。" for why, number in reasons.items()]
    return "\n".join(lines)


def _skipped(skipped: Skipped) -> str:
    return f"{label(skipped.found)}{_quoted(skipped.title)}：略过，{skipped.why}。"


def _quoted(title: str) -> str:
    return f"“{title}”" if title else ""


def _draft(each: Draft, standards: Standards) -> Iterator[str]:
    kind = standards.kinds[each.plan.kind]
    why = "、".join(each.plan.known[:SHOWN_NAMES])
    taken = (
        "没有认出种类，按“一般表格”起草，只核对合计和数据自身显示的算式"
        if each.plan.kind == PLAIN
        else f"当作“{kind.name}”，因为表头有 {why}"
    )
    yield f"{label(each.shaped.found)}{_quoted(each.shaped.title)}：{taken}。"
    yield f"  {len(each.rows)} 行{_unit(each)}，在 {each.table.file}.csv。"
    if each.shaped.found.joined:
        yield f"  后面 {each.shaped.found.joined} 张表头相同、中间没有文字，当作同一张表的续表。"
    own = [p.column.name for p in each.plan.columns if p.declared and each.plan.kind != PLAIN]
    if own:
        yield f"  没有看懂的列（照抄，另立列名）：{_list(own)}。"
    yield from _structure(each)
    yield from _formulas(each)
    yield from _cells(each)
    if each.shaped.notes:
        yield f"  表下的注记 {len(each.shaped.notes)} 行没有采用。"


def _unit(each: Draft) -> str:
    if each.table.unit == NO_UNIT:
        return "，没有印金额单位"
    return f"，单位{each.table.unit}" if each.table.unit else ""


def _structure(each: Draft) -> Iterator[str]:
    made = [row for row in each.rows if row["parent"]]
    if each.totals and made:
        yield f"  合计行：{_list(each.totals)}。"
    elif not made:
        yield "  没有看出合计或上下级，各行不相加。"
    if each.apart:
        yield f"  这些行与看似它们下级的行之和没有一列相符，没有当作上下级：{_list(each.apart)}。"
    if each.averages:
        yield f"  这些列的合计像是平均数，没有相加：{_list(each.averages)}。"


def _formulas(each: Draft) -> Iterator[str]:
    columns = each.table.columns

    def name(code: str) -> str:
        column = code.removeprefix("parent.")
        heading = columns.get(column) or column
        return heading if column == code else f"上级的{heading}"

    def there(code: str) -> Figure | None:
        return exact(Decimal(1)) if code.removeprefix("parent.") in columns else None

    for formula in each.formulas:
        text = shown(chosen(parse(formula.text), there), name)
        rows = f"{formula.tried} 行中 {formula.fits} 行相符"
        yield f"  {name(formula.column)} 看作 {text}（{rows}）。"


def _cells(each: Draft) -> Iterator[str]:
    """Cells that are empty in the draft although something is printed."""
    unread = [
        f"第 {u.number} 行“{u.heading}”印的是“{u.text[:LONGEST]}”" + "（合并的格）" * u.merged
        for u in each.unread
    ]
    if unread:
        shown_cells = "；".join(unread[:SHOWN_CELLS])
        more = f"；另有 {len(unread) - SHOWN_CELLS} 格" if len(unread) > SHOWN_CELLS else ""
        yield f"  没有看懂的格 {len(unread)} 个，草稿中留空：{shown_cells}{more}。"


def _list(names: Sequence[str]) -> str:
    shown_names = "、".join(name[:LONGEST] for name in names[:SHOWN_NAMES])
    return shown_names + f" 等 {len(names)} 个" * (len(names) > SHOWN_NAMES)
