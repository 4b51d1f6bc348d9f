"""The tables of a synthetic evaluation, but for the indicators; amounts in hundredths of 万元."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synthetic_case import Department


@dataclass
class Making:
    """An evaluation while it is made: what its tables have in common."""

    words: dict[str, Any]
    department: Department
    year: int
    rng: Random
    wanted: set[str]
    planted: list[list[str]] = field(default_factory=list)
    adjusted: int = 0
    executed: int = 0
    satisfaction: int = 0
    score: int = 0

    def wants(self, kind: str, address: str) -> bool:
        """Whether a mistake of that kind belongs here; notes that it was made, once."""
        if kind not in self.wanted:
            return False
        self.wanted.discard(kind)
        self.planted.append([kind, address])
        return True


@dataclass
class Sheet:
    """A table: its kind (and file), id, title, place, unit, headings and rows as printed."""

    file: str
    id: str
    title: str
    place: str
    unit: str
    columns: dict[str, str | None]
    formulas: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)

    def add(self, **cells: str) -> None:
        self.rows.append(cells)


def money(hundredths: int) -> str:
    sign = "-" * (hundredths < 0)
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"


def percent(part: int, of: int) -> str:
    """A rate to two places, half up; nothing where there is no base."""
    return f"{money(half_up(part * 10_000, of))}%" if of else ""


def half_up(part: int, of: int) -> int:
    """part ÷ of as an integer, halves away from zero."""
    size = (2 * abs(part) + of) // (2 * of)
    return size if part >= 0 else -size


def funds(making: Making) -> Sheet:
    """The fund in the year before and in this one; months payable as the rule has them."""
    columns = {"name": "基金", "period": "年度", "opening": "年初余额", "income": "收入"}
    columns |= {"expenditure": "支出", "surplus": "当年结余", "closing": "累计结余"}
    columns |= {"monthly": "月均支出", "months": "可支配月数"}
    sheet = Sheet("funds", "u1", "基金收支结余", "四（三）", "万元", columns)
    rng = making.rng
    opening = rng.randint(1_000_000, 40_000_000)
    for id, year in (("before", making.year - 1), ("now", making.year)):
        spent = rng.randint(6_000_000, 60_000_000)
        income = int(spent * rng.uniform(0.92, 1.15))
        closing = opening + income - spent
        if id == "now" and making.wants("roll-forward", "funds.now.closing"):
            closing += 70_000
        sheet.add(
            id=id,
            place="四（三）",
            fund="residents",
            name=making.department.office["fund"],
            period=f"{year}",
            opening=money(opening),
            income=money(income),
            expenditure=money(spent),
            surplus=money(income - spent),
            closing=money(closing),
            monthly=money(half_up(spent, 12)),
            months=money(half_up(closing * 1_200, spent)),
        )
        opening = closing
    return sheet


def payments(making: Making) -> Sheet:
    columns = {"name": "待遇类别", "period": None, "count": "人次", "billed": "费用总额"}
    columns |= {"paid": "基金支付", "rate": "实际报销比例"}
    sheet = Sheet("payments", "p1", "待遇支付情况", "四（三）", "万元", columns)
    for number, name in enumerate(making.words["payments"], 1):
        billed = making.rng.randint(50_000, 5_000_000)
        paid = int(billed * making.rng.uniform(0.4, 0.85))
        wrong = making.wants("paid", f"payments.p{number}.rate")
        sheet.add(
            id=f"p{number}",
            place="四（三）",
            name=name,
            period=f"{making.year}",
            count=f"{making.rng.randint(100, 90_000)}人次",
            billed=money(billed),
            paid=money(paid),
            rate=percent(paid + billed // 20 * wrong, billed),
        )
    return sheet


def facts(making: Making) -> Sheet:
    columns = dict.fromkeys(("theme", "name", "value", "unit", "period", "share", "growth"))
    sheet = Sheet("facts", "k1", "关键数据", "全文", "", columns)
    _again(making, sheet)
    chosen = making.rng.sample(making.words["facts"], making.rng.randint(3, 10))
    for number, kind in enumerate(chosen, 1):
        _fact(making, sheet, f"k{number}", kind)
    return sheet


def _again(making: Making, sheet: Sheet) -> None:
    """Figures of the budget, told a second time."""
    executed = making.executed
    if making.wants("same-as", "facts.spent.value"):
        executed *= 10
    told = {"id": "spent", "theme": "预算", "place": "三", "name": "全年支出"}
    told |= {"value": money(executed), "unit": "万元", "period": f"{making.year}"}
    sheet.add(**told, same_as="budget.total.executed")
    told |= {"id": "planned", "name": "全年预算", "value": money(making.adjusted)}
    sheet.add(**told, same_as="budget.total.adjusted")


def _fact(making: Making, sheet: Sheet, id: str, kind: dict[str, Any]) -> None:
    """A figure of two years with its growth, and its parts with their shares."""
    rng, (low, high) = making.rng, kind["of"]
    parts = [rng.randint(low, high) for _ in kind["parts"]]
    whole, before = sum(parts), max(1, int(sum(parts) * rng.uniform(0.8, 1.2)))
    base = {"theme": kind["name"], "place": "四（四）", "unit": kind["unit"]}
    told = {"name": f"上年{kind['name']}", "period": f"{making.year - 1}", "value": f"{before}"}
    sheet.add(id=f"{id}_before", **base, **told)
    wrong = making.wants("growth", f"facts.{id}.growth")
    growth = percent(whole - before + before // 5 * wrong, before)
    told = {"name": kind["name"], "period": f"{making.year}", "value": f"{whole}"}
    sheet.add(id=id, **base, **told, growth=growth, of=f"facts.{id}_before.value")
    for number, (part, name) in enumerate(zip(parts, kind["parts"], strict=True), 1):
        wrong = making.wants("share", f"facts.{id}_{number}.share")
        told = {"name": f"其中：{name}", "period": f"{making.year}", "value": f"{part}"}
        share = percent(part + whole // 10 * wrong, whole)
        sheet.add(
            id=f"{id}_{number}", parent=id, **base, **told, share=share, of=f"facts.{id}.value"
        )


def samples(making: Making) -> Sheet:
    columns = {"group": "类别", "name": "检查内容", "population": "总数", "sample": "抽查数"}
    columns |= {"failures": "不合格数", "rate": "合格率", "coverage": None, "deadline": None}
    sheet = Sheet("samples", "a1", "抽样检查情况", "四（二）", "", columns)
    rng = making.rng
    for number, kind in enumerate(rng.sample(making.words["samples"], rng.randint(2, 5)), 1):
        whole = rng.randint(80, 2_000)
        tested = rng.randint(20, whole)
        failed = int(tested * rng.uniform(0, 0.25))
        wrong = making.wants("sample-rate", f"samples.a{number}.rate")
        sheet.add(
            id=f"a{number}",
            place="四（二）",
            group=kind["group"],
            name=kind["name"],
            population=f"{whole}{kind['unit']}",
            sample=f"{tested}{kind['unit']}",
            failures=f"{failed}{kind['unit']}",
            rate=percent(tested - failed + (-2 if wrong else 0), tested),
            coverage=percent(tested, whole),
            deadline=kind["deadline"],
        )
    return sheet


def surveys(making: Making) -> Sheet:
    columns = {"group": "对象", "question": "问题", "sent": "发放数", "valid": "有效数"}
    columns |= {
        "satisfied": "满意",
        "basic": "基本满意",
        "neutral": "一般",
        "dissatisfied": "不满意",
    }
    columns |= {"rate": "满意度"}
    sheet = Sheet("surveys", "s1", "满意度调查", "四（四）", "", columns)
    rng = making.rng
    asked = [(g, q) for g in making.words["groups"] for q in making.words["surveys"]]
    for number, (group, question) in enumerate(rng.sample(asked, rng.randint(2, 8)), 1):
        valid = rng.randint(40, 900)
        happy = int(valid * min(1.0, making.department.quality * rng.uniform(0.85, 1.02)))
        basic, rest = rng.randint(0, happy // 3), valid - happy
        neutral = rng.randint(0, rest)
        wrong = making.wants("survey", f"surveys.s{number}.rate")
        shown = half_up((happy - valid // 20 * wrong) * 10_000, valid)
        making.satisfaction = making.satisfaction or shown
        sheet.add(
            id=f"s{number}",
            place="四（四）",
            group=group,
            question=question,
            sent=f"{valid + rng.randint(0, 60)}份",
            valid=f"{valid}份",
            satisfied=f"{happy - basic}份",
            basic=f"{basic}份",
            neutral=f"{neutral}份",
            dissatisfied=f"{rest - neutral}份",
            rate=f"{money(shown)}%",
        )
    return sheet


def incidents(making: Making) -> Sheet:
    columns = {
        "name": "采购内容",
        "date": "日期",
        "quantity": "数量",
        "price": "单价",
        "amount": "金额",
    }
    sheet = Sheet("incidents", "n1", "抽查的采购", "四（二）", "元", columns)
    rng = making.rng
    for number in range(1, rng.randint(2, 8)):
        quantity, price = rng.randint(1, 60), rng.randint(20, 9_000)
        wrong = making.wants("product", f"incidents.n{number}.amount")
        sheet.add(
            id=f"n{number}",
            place="四（二）",
            name=f"虚拟货物{rng.randint(1, 99):02}",
            date=f"{making.year}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
            quantity=f"{quantity}件",
            price=f"{price}元",
            amount=f"{quantity * price + price * wrong}",
        )
    return sheet


def documents(making: Making) -> Sheet:
    columns: dict[str, str | None] = {"title": None, "number": None, "role": None}
    sheet = Sheet("documents", "d1", "引用文件", "全文", "", columns)
    for number in range(1, making.rng.randint(3, 8)):
        year = making.rng.randint(2015, making.year)
        sheet.add(
            id=f"d{number}",
            place="二（一）",
            title=f"虚拟制度第{number}号：{making.department.office['name']}资金管理办法",
            number=f"虚拟发〔{year}〕{number * 7}号",
            role=making.rng.choice(("basis", "rule", "project")),
        )
    return sheet
