"""What a case must satisfy before anything is computed: ids, parents, addresses, marks.

Faults here are mistakes of input. A published value that breaks a rule is none: it goes to the
audit.
"""

import re
from collections.abc import Iterable, Iterator

from evalbook.cells import CellError, parse_cell
from evalbook.errors import Fault, nearest
from evalbook.expression import ExpressionError, is_comparison, names, parse
from evalbook.formulas import formula_faults
from evalbook.kinds import KINDS
from evalbook.lookup import find, find_row, mentions, split
from evalbook.model import Case, Row, Table
from evalbook.operands import operand_faults
from evalbook.schema import Check
from evalbook.standards import Column

UNITS_OF = {"marks": ("分",), "months": ("个月", "月")}
MEASURED = {"amount", *UNITS_OF}
MAX_LEVELS = 50
TEXTUAL = {"id", "addresses", "text", "choice", "period", "date"}
SLOTS = (
    "profile",
    "goals",
    "purpose",
    "principles",
    "method",
    "process",
    "conclusion",
    "input_analysis",
    "process_analysis",
    "output_analysis",
    "benefit_analysis",
    "experience",
    "other",
)


def validate(case: Case, data: str, broken: frozenset[str] = frozenset()) -> list[Fault]:
    """Every fault of the case; files in `broken` are incomplete, so nothing is said about them.

    `data` is the folder of its files as messages call it.
    """
    return [
        *_tables(case, f"{data}/source.yaml", broken),
        *_rows(case, broken),
        *_marks(case),
        *_rule_names(case),
        *operand_faults(case),
        *_texts(case, f"{data}/text.yaml", broken),
        *_findings(case, f"{data}/findings.yaml", broken),
        *_checks(case, f"{data}/checks.yaml", broken),
    ]


def _tables(case: Case, where: str, broken: frozenset[str]) -> Iterator[Fault]:
    for table in case.tables:
        at = f"{where} tables.{table.id}"
        for column in set(table.formulas) - set(table.columns):
            problem = f"“{table.kind.name}”表没有“{column}”这一列"
            yield Fault(at, problem, nearest(column, table.columns))
        for column, formula in table.formulas.items():
            yield from _formula(case, table, f"{at}.formulas.{column}", formula, broken)


def _formula(
    case: Case, table: Table, where: str, formula: str, broken: frozenset[str]
) -> Iterator[Fault]:
    faults = list(formula_faults(formula, table.columns, where))
    yield from faults
    if faults:
        return
    for name in names(parse(formula)):
        address = name.removeprefix("parent.").removeprefix("previous.")
        if "." in address:
            yield from _addresses(case, where, [address], broken)


def _rows(case: Case, broken: frozenset[str]) -> Iterator[Fault]:
    for table in case.tables:
        rows = {row.id: row for row in table.rows}
        measured = [name for name in table.filled if table.columns[name].type in MEASURED]
        for row in table.rows:
            if row.parent and row.parent not in rows and table.file not in broken:
                problem = f"上级“{row.parent}”不在同一张表中"
                yield Fault(f"{row.where} parent 列", problem, nearest(row.parent, rows))
            elif problem := _astray(row, rows):
                yield Fault(f"{row.where} parent 列", problem, "请改正 parent，使其逐级向上")
            yield from _units(case, table, row, measured)
            for column in ("same_as", "of", "factors", "evidence"):
                if items := row[column].items:
                    yield from _addresses(case, f"{row.where} {column} 列", items, broken)


def _units(case: Case, table: Table, row: Row, measured: Iterable[str]) -> Iterator[Fault]:
    """A unit that cannot stand in a column is a slip of the keyboard, such as `10O`."""
    for name in measured:
        unit = row[name].unit
        if not unit:
            continue
        column = table.columns[name]
        expected = UNITS_OF.get(column.type)
        if expected is not None and unit and unit not in expected:
            problem = f"“{row[name].text}”的单位“{unit}”不对"
            remedy = f"应为：{'、'.join(expected)}，或不写单位"
            yield Fault(f"{row.where} {name} 列（{column.name}）", problem, remedy)
        elif column.type == "amount" and unit and unit not in case.units:
            money = [each for each, (kind, _) in case.units.items() if kind == "金额"]
            problem = f"“{row[name].text}”的单位“{unit}”不是计量单位"
            yield Fault(f"{row.where} {name} 列（{column.name}）", problem, nearest(unit, money))


def _astray(row: Row, rows: dict[str, Row]) -> str:
    """What is wrong with the rows above: a circle, or more levels than any table has."""
    seen: set[str] = set()
    above = row.parent
    while above in rows and above not in seen:
        if above == row.id:
            return f"{row.id} 的上级关系绕成了圈"
        seen.add(above)
        if len(seen) > MAX_LEVELS:
            return f"{row.id} 的上级超过 {MAX_LEVELS} 级"
        above = rows[above].parent
    return ""


def _addresses(
    case: Case, where: str, addresses: Iterable[str], broken: frozenset[str]
) -> Iterator[Fault]:
    for address in addresses:
        file, _, column = split(address)
        exists = find(case, address) or (not column and find_row(case, address))
        if file.removeprefix(case.prefix) not in broken and not exists:
            remedy = nearest(address, _known(case, file))
            yield Fault(where, f"地址“{address}”不存在", remedy)


def _known(case: Case, file: str) -> list[str]:
    """Addresses to suggest: all of the file, or the names of the files."""
    name = file.rsplit(".", 1)[-1]
    tables = [table for table in case.home(f"{file}.").tables if table.file == name]
    rows = [row.address(c) for table in tables for row in table.rows for c in row.cells]
    return rows or [f"{name}." for name in dict.fromkeys(table.file for table in case.tables)]


def _marks(case: Case) -> Iterator[Fault]:
    for _, row in case.rows("indicators"):
        basis, score, full = row["score_basis"].text, row["score"].value, row["full_marks"].value
        if basis in {"computed", "assigned"}:
            where = f"{row.where} score 列"
            if score is not None and full is not None and not 0 <= score <= full:
                problem = f"{row.name}得分 {score} 不在 0 至分值 {full} 之间"
                yield Fault(where, problem, "请改正得分或分值")
            if basis == "assigned" and not row["reason"].text:
                problem = f"{row.name}是评定的得分，没有写理由"
                yield Fault(f"{row.where} reason 列", problem, "请写明评定的理由")


def _rule_names(case: Case) -> Iterator[Fault]:
    """Rules that the rule set does not have; nothing is said when it could not be read."""
    for _, row in case.rows("indicators") if case.rules else ():
        name = row["rule"].text
        if row["rule"].state != "value" or name in case.rules.rules:
            continue
        codes = {rule.name: code for code, rule in case.rules.rules.items()}
        remedy = nearest(name, case.rules.rules)
        if name in codes:
            remedy = f"规则请写代码“{codes[name]}”"
        problem = f"{case.rules.reference}没有“{name}”这条规则"
        if name in case.rules.idle:
            lacking = "、".join(f"{name}.{key}" for key in case.rules.idle[name])
            problem = f"规则“{name}”在报告日期没有施行：{lacking} 没有数值"
            remedy = "请采用别的规则，或在 settings 中写明数值和理由"
        yield Fault(f"{row.where} rule 列（评分规则）", problem, remedy)


def _texts(case: Case, where: str, broken: frozenset[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for entry in case.texts:
        at = f"{where} {entry.id}"
        if entry.id in seen:
            yield Fault(at, f"编号 {entry.id} 重复", "请改用别的编号")
        seen.add(entry.id)
        if entry.slot and entry.slot not in SLOTS:
            yield Fault(at, f"报告中没有“{entry.slot}”这一位置", nearest(entry.slot, SLOTS))
        yield from _addresses(case, at, mentions(entry.text or ""), broken)


def _findings(case: Case, where: str, broken: frozenset[str]) -> Iterator[Fault]:
    findings = {finding.id: finding.parent for finding in case.findings.findings}
    answers = {each.id: each.parent for each in case.findings.recommendations}
    yield from _unique(where, [each.id for each in case.findings.findings])
    yield from _unique(where, [each.id for each in case.findings.recommendations])
    for finding in case.findings.findings:
        at = f"{where} {finding.id}"
        yield from _parent(at, finding.id, findings)
        yield from _addresses(case, at, finding.evidence, broken)
        if mentions(finding.title):
            yield Fault(at, "标题里写了地址", "地址只能写在 causes 和 text 中，标题请直接写")
        for text in finding.causes:
            yield from _addresses(case, at, mentions(text), broken)
    for advice in case.findings.recommendations:
        at = f"{where} {advice.id}"
        yield from _parent(at, advice.id, answers)
        yield from _addresses(case, at, mentions(advice.text or ""), broken)
        for answered in advice.answers:
            if answered not in findings:
                problem = f"answers 中的问题“{answered}”不存在"
                yield Fault(at, problem, nearest(answered, findings))


def _unique(where: str, ids: list[str]) -> Iterator[Fault]:
    for repeated in sorted({each for each in ids if ids.count(each) > 1}):
        yield Fault(where, f"编号 {repeated} 重复", "请改用别的编号")


def _parent(where: str, own: str, parents: dict[str, str | None]) -> Iterator[Fault]:
    above, seen = parents[own], {own}
    if above and above not in parents:
        yield Fault(where, f"上级“{above}”不存在", nearest(above, parents))
    while above in parents:
        if above in seen:
            yield Fault(where, f"{own} 的上级关系绕成了圈", "请改正 parent，使其逐级向上")
            return
        seen.add(above)
        above = parents[above]


def _checks(case: Case, where: str, broken: frozenset[str]) -> Iterator[Fault]:
    yield from _unique(where, [check.id for check in case.checks])
    for check in case.checks:
        yield from _check(case, f"{where} {check.id}", check, broken)


def _check(case: Case, where: str, check: Check, broken: frozenset[str]) -> Iterator[Fault]:
    try:
        node = parse(check.expression)
        printed = _printed(check)
    except (ExpressionError, CellError) as error:
        yield Fault(where, f"表达式写法不对，{error}", "应如 budget.a.budget + budget.b.budget")
        return
    if check.kind not in KINDS:
        yield Fault(where, f"没有“{check.kind}”这种核查", nearest(check.kind, KINDS))
    if is_comparison(node) == bool(check.printed):
        problem = "比较式本身就是断言，其他表达式要写 printed（印出的数）"
        yield Fault(where, problem, "请改成比较式，或补上 printed")
    used = [*names(node), *printed]
    yield from _addresses(case, where, used, broken)
    for address in used:
        at = find(case, address)
        whole_row = at is None and find_row(case, address) is not None
        if whole_row or (at is not None and at.column.type in TEXTUAL):
            yield Fault(where, f"“{address}”不是一个数", "请写到列，如 budget.total.executed")


def _printed(check: Check) -> list[str]:
    """The address that `printed` names; none when it is a number."""
    if check.printed is None:
        return []
    if re.match(r"[a-z]", check.printed):
        return [check.printed]
    cell = parse_cell(check.printed, Column(name="printed", type="number"))
    if cell.value is None:
        raise CellError(f"“{check.printed}”不是数字")
    return []
