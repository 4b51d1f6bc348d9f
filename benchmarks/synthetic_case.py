"""The files of one synthetic evaluation: parameters, source, tables, text, findings."""

from dataclasses import dataclass
from random import Random
from typing import Any

from synthetic_budget import budget, in_place
from synthetic_marks import indicators
from synthetic_tables import (
    Making,
    Sheet,
    documents,
    facts,
    funds,
    incidents,
    payments,
    samples,
    surveys,
)

PLANTS = (
    "sum", "rate-base", "balance", "score", "total", "grade", "roll-forward", "sample-rate",
    "share", "growth", "same-as", "paid", "survey", "product", "heading", "orphan",
)  # fmt: skip
GRADES = ((90, "优"), (80, "良"), (60, "中"), (0, "差"))


@dataclass(frozen=True)
class Department:
    """A body that does not exist, as it is in one year.

    `size` is about what its projects cost, in hundredths of 万元; `quality` how well it does.
    """

    number: int
    region: str
    county: str
    office: dict[str, Any]
    plan: dict[str, Any]
    indicators: list[dict[str, Any]]
    rules: str
    marks: tuple[int, ...]
    size: int
    quality: float
    works: int
    document: str

    @property
    def name(self) -> str:
        return f"{self.region}{self.county}{self.office['name']}"


def build(
    words: dict[str, Any], department: Department, year: int, rng: Random
) -> tuple[dict[str, str], list[list[str]]]:
    """The files of an evaluation by name, and the mistakes planted: kind and address."""
    making = Making(words, department, year, rng, _wanted(words, rng))
    if rng.random() * 100 < words["shares"]["low_data"]:
        return _files(making, [_little(making)], {}), []
    line = budget(making)
    sheets = [documents(making), line]
    sheets += [surveys(making), samples(making), facts(making)]
    if department.plan["kind"] == "department":
        sheets.append(in_place(making))
    if department.office["fund"]:
        sheets += [funds(making), payments(making)]
    if rng.random() < 0.3:
        sheets.append(incidents(making))
    sheets.append(indicators(making))
    published = _published(making)
    return _files(making, sheets, published), making.planted


def _wanted(words: dict[str, Any], rng: Random) -> set[str]:
    planted = rng.random() * 100 < words["shares"]["planted"]
    return set(rng.sample(PLANTS, rng.randint(1, 3))) if planted else set()


def _little(making: Making) -> Sheet:
    """A budget of which hardly anything was published."""
    columns = {"name": "项目", "budget": "预算数", "executed": "执行数", "rate": None}
    sheet = Sheet("budget", "b1", "部门预算（多数没有公布）", "一（一）", "万元", columns)
    sheet.add(id="total", name="合计", budget=f"{making.rng.randint(100, 9000)}")
    sheet.add(id="staff", parent="total", name="基本支出")
    sheet.add(id="special", parent="total", name="项目支出", rate="" if making.year % 2 else "—")
    return sheet


def _published(making: Making) -> dict[str, str]:
    """The total and the grade as printed; a few documents print no grade."""
    total = making.score
    if making.wants("total", "case.published.score"):
        total += 200
    found = {"score": f"{total / 100:g}", "full": "100"}
    place = next(n for n, (least, _) in enumerate(GRADES) if total >= least * 100)
    if making.wants("grade", "case.published.grade"):
        place = place - 1 if place else 1
    if making.rng.random() < 0.95:
        found["grade"] = GRADES[place][1]
    else:
        making.planted = [each for each in making.planted if each[0] != "grade"]
    return found


def _files(making: Making, sheets: list[Sheet], published: dict[str, str]) -> dict[str, str]:
    files = {"case.yaml": _case(making, published), "source.yaml": _source(making, sheets)}
    for name in dict.fromkeys(sheet.file for sheet in sheets):
        files[f"{name}.csv"] = _csv([sheet for sheet in sheets if sheet.file == name])
    files["text.yaml"] = _text(making, sheets, bool(published))
    if published:
        files["findings.yaml"] = _findings(making, {sheet.file: sheet for sheet in sheets})
    return files


def _case(making: Making, published: dict[str, str]) -> str:
    department, plan, year = making.department, making.department.plan, making.year
    what = "部门整体支出" if plan["kind"] == "department" else "项目支出"
    lines = [
        "# 合成数据，只用于性能测试；与任何真实的地方、单位和个人无关。",
        "schema: 1",
        f"title: （{making.words['mark']}）{year}年度{department.name}{what}绩效评价报告",
        f"department: {department.name}",
        f"unit: {department.name}",
        f"region: {department.region}",
        f"period: {year}",
        f"date: {year + 1}-{making.rng.randint(3, 11):02}-{making.rng.randint(1, 28):02}",
        "status: draft",
        f"kind: {plan['kind']}",
        f"stance: {plan['stance']}",
        f"evaluator: 虚拟评价机构{making.rng.randint(1, 40):02}",
        f"framework: {plan['framework'] if published else 'null'}",
        f"rules: {department.rules}",
        "money_unit: 万元",
    ]
    if published:
        lines += ["published:", *(f"  {key}: {value}" for key, value in published.items())]
    return "\n".join(lines) + "\n"


def _source(making: Making, sheets: list[Sheet]) -> str:
    lines = [
        "# 合成数据：没有原文。",
        f"document: {making.words['mark']}，由 benchmarks/synthetic.py 生成，没有原文",
        f"publisher: {making.words['mark']}",
        f"sha256: {making.department.document}",
        "tables:",
    ]
    for sheet in sheets:
        columns = ", ".join(f"{key}: {name or 'null'}" for key, name in sheet.columns.items())
        lines += [
            f"  - id: {sheet.id}",
            f"    kind: {sheet.file}",
            f"    file: {sheet.file}",
            f"    title: {sheet.title}",
            f"    place: {sheet.place}",
            *([f"    unit: {sheet.unit}"] if sheet.unit else []),
            f"    columns: {{{columns}}}",
        ]
        if sheet.formulas:
            lines.append("    formulas:")
            lines += [f"      {column}: {formula}" for column, formula in sheet.formulas.items()]
    return "\n".join(lines) + "\n"


def _csv(sheets: list[Sheet]) -> str:
    used = {key for sheet in sheets for row in sheet.rows for key in row}
    used |= {key for sheet in sheets for key in sheet.columns} | {"id"}
    names = [key for key in ("id", "parent") if key in used]
    names += ["table", *sorted(used - {"id", "parent"})]
    lines = [",".join(names)]
    for sheet in sheets:
        for row in sheet.rows:
            lines.append(
                ",".join(row.get(key, "") if key != "table" else sheet.id for key in names)
            )
    return "\ufeff" + "\n".join(lines) + "\n"


def _text(making: Making, sheets: list[Sheet], full: bool) -> str:
    said = _sentences(making, {sheet.file for sheet in sheets}) if full else {}
    said["profile"] = f"{making.words['notice']}{said.get('profile', '')}"
    skip = making.wants("heading", "text.h14.number") if full else False
    lines = ["headings:"]
    for number, (printed, title, slot) in enumerate(making.words["headings"], 1):
        shown = "八、" if skip and number == 14 else printed
        lines += [f"  - id: h{number}", f"    number: {shown}", f"    title: {title}"]
        lines += [f"    place: {printed}"]
        if slot in said:
            lines += [f"    slot: {slot}", f"    text: '{said[slot]}'"]
    return "\n".join(lines) + "\n"


def _sentences(making: Making, files: set[str]) -> dict[str, str]:
    rng, name = making.rng, making.department.name
    sides = rng.choice(("投入、过程、产出和效益", "决策、过程、产出、效益", "资金、管理和成效"))
    found = {
        "profile": f"{name}承担本级{making.department.office['name']}的职责。全年预算"
        "{budget.total.adjusted}，支出{budget.total.executed}，执行率{budget.total.rate}。",
        "goals": rng.choice(("完成年度重点任务，", "按计划推进各项工作，"))
        + "服务对象满意度不低于上年。",
        "purpose": "了解资金怎样使用、有没有达到预期，"
        + rng.choice(("促进改进。", "供预算参考。")),
        "method": f"从{sides}几个方面打分，采用资料核查和问卷相结合的办法。",
        "process": rng.choice(("先由单位自评，再现场核查", "查阅资料之后抽样核查"))
        + "，最后汇总。",
        "conclusion": "综合得分{case.published.score}。",
        "input_analysis": "预算安排{budget.total.budget}，"
        + rng.choice(("程序完整。", "依据充分。")),
        "process_analysis": "结余{budget.total.balance}，抽查的合格率为{samples.a1.rate}。",
        "output_analysis": "主要任务" + rng.choice(("大体完成。", "按期完成。", "部分跨年完成。")),
        "benefit_analysis": "服务对象满意度为{surveys.s1.rate}，收回有效问卷{surveys.s1.valid}。",
        "experience": rng.choice(("把任务分到人、落到月。", "建立台账，按月通报。")),
    }
    if "funds" in files:
        found["output_analysis"] += "基金累计结余{funds.now.closing}，可支配{funds.now.months}。"
    return found


def _findings(making: Making, sheets: dict[str, Sheet]) -> str:
    rng, lines, answers = making.rng, ["findings:"], ["recommendations:"]
    pool = [each for each in making.words["findings"] if each["evidence"] in sheets]
    chosen = rng.sample(pool, min(len(pool), 2 + int((1 - making.department.quality) * 20)))
    for number, each in enumerate(chosen, 1):
        sheet = sheets[each["evidence"]]
        row = rng.choice(sheet.rows)["id"]
        column = {"budget": "executed", "indicators": "score"}.get(sheet.file, "")
        column = column or ("value" if sheet.file == "facts" else "rate")
        address = f"{sheet.file}.{row}" + (f".{column}" if sheet.file != "funds" else "")
        lines += [
            f"  - id: f{number}",
            f"    number: （{'一二三四五六七八九十'[number - 1]}）",
            f"    title: {each['title']}{rng.choice(making.words['variations'])}",
            f"    causes: [{rng.choice(each['causes'])}]",
            f"    evidence: [{address}]",
        ]
        if number == 1 and making.wants("orphan", "findings.f1"):
            continue
        answers += [
            f"  - id: r{number}",
            f"    number: （{'一二三四五六七八九十'[len(answers) // 4]}）",
            f"    title: {each['answer']}",
            f"    answers: [f{number}]",
        ]
    return "\n".join(lines + (answers if len(answers) > 1 else [])) + "\n"
