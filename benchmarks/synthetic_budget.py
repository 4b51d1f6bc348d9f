"""The budget of a synthetic department: nested lines, and what came in by town."""

from dataclasses import dataclass

from synthetic_tables import Making, Sheet, half_up, money, percent


@dataclass
class Line:
    """A line of the budget with the lines below it added up."""

    id: str
    parent: str
    name: str
    budget: int = 0
    adjusted: int = 0
    executed: int = 0
    leaf: bool = True


def budget(making: Making) -> Sheet:
    columns = {"name": "资金项目", "budget": "年初预算数", "adjusted": "调整后预算数"}
    columns |= {"executed": "执行数", "balance": "结余数", "rate": "预算执行率", "note": None}
    sheet = Sheet("budget", "b1", "部门预算执行情况表", "一（一）", "万元", columns)
    lines = _lines(making)
    for line in lines:
        sheet.add(**_printed(making, line))
    making.adjusted, making.executed = lines[0].adjusted, lines[0].executed
    return sheet


def _lines(making: Making) -> list[Line]:
    rng, size = making.rng, making.department.size
    lines = [Line("total", "", "合计"), _leaf(making, "staff", "total", "人员经费", size // 3)]
    lines += [_leaf(making, "operating", "total", "公用经费", size // 9)]
    lines += [Line("special", "total", "专项资金", leaf=False)]
    for number in range(1, making.department.works + 1):
        work = rng.choice(making.department.office["works"])
        share = int(size * rng.uniform(0.05, 0.4))
        name, below = f"{work}项目{number}", rng.choice((0, 0, 2, 3, 4, 6))
        if below:
            lines.append(Line(f"w{number}", "special", name, leaf=False))
            for part in range(1, below + 1):
                kind = rng.choice(making.words["kinds_of_lines"])
                title = f"{work}{kind}{number}-{part}"
                lines.append(
                    _leaf(making, f"w{number}_{part}", f"w{number}", title, share // below)
                )
        else:
            lines.append(_leaf(making, f"w{number}", "special", name, share))
    lines[0].leaf = False
    known = {line.id: line for line in lines}
    for line in reversed(lines):
        if above := known.get(line.parent):
            above.budget += line.budget
            above.adjusted += line.adjusted
            above.executed += line.executed
    return lines


def _leaf(making: Making, id: str, parent: str, name: str, amount: int) -> Line:
    rng = making.rng
    given = amount + rng.randint(100, 9_999)
    adjusted = given if rng.random() < 0.7 else int(given * rng.uniform(0.85, 1.2))
    spent = rng.choice((1.0, 1.0, making.department.quality, rng.uniform(0.85, 1)))
    if rng.random() * 100 < making.words["shares"]["poor"]:
        spent = rng.uniform(0.05, 0.79)
    return Line(id, parent, name, given, adjusted, int(adjusted * spent))


def _printed(making: Making, line: Line) -> dict[str, str]:
    """The cells of a line; a few are not printed, a few are wrong."""
    executed, base = line.executed, line.adjusted
    note = making.rng.choice(making.words["reasons"]) if executed * 10 < base * 8 else ""
    if line.id == "special" and making.wants("sum", "budget.special.executed"):
        executed -= 100
    elsewhere = line.leaf and half_up(executed * 10_000, line.budget) != half_up(
        executed * 10_000, base
    )
    if elsewhere and making.wants("rate-base", f"budget.{line.id}.rate"):
        base = line.budget
    balance = line.adjusted - executed
    if line.leaf and making.wants("balance", f"budget.{line.id}.balance"):
        balance += 1_000
    cells = {
        "id": line.id,
        "parent": line.parent,
        "place": "一（一）",
        "name": line.name,
        "budget": money(line.budget),
        "adjusted": money(line.adjusted),
        "executed": money(executed),
        "balance": money(balance),
        "rate": percent(executed, base),
        "note": note if making.rng.random() < 0.7 else "",
    }
    touched = {address.split(".")[-1] for _, address in making.planted if f".{line.id}." in address}
    if line.leaf and not touched and making.rng.random() * 100 < making.words["shares"]["blank"]:
        cells[making.rng.choice(("rate", "balance"))] = ""
    return cells


def in_place(making: Making) -> Sheet:
    columns = {"name": "乡镇", "due": "应到位资金", "in_place": "实际到位资金"}
    columns |= {"balance": "差额", "rate": "资金到位率"}
    formulas = {"balance": "due - in_place", "rate": "in_place / due"}
    sheet = Sheet("budget", "b2", "配套资金到位情况", "一（一）", "万元", columns, formulas)
    for number in range(1, making.rng.randint(4, 14)):
        due = making.rng.randint(10_000, 900_000)
        given = due if making.rng.random() < 0.8 else int(due * making.rng.uniform(0.3, 1.02))
        sheet.add(
            id=f"town_{number}",
            place="一（一）",
            name=f"虚拟乡镇{number:02}",
            due=money(due),
            in_place=money(given),
            balance=money(due - given),
            rate=percent(given, due),
        )
    return sheet
