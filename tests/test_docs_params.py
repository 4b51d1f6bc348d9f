"""Pages made from the code and from params/: docs/formulas/ and docs/frameworks.md.

They are compared with what their sources give now; `python tests/test_docs_params.py` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from cases import ROOT

from evalbook.frameworks import by_id, children, path
from evalbook.ratios import RATIOS, Ratio
from evalbook.standards import Framework, FrameworkIndicator, TableKind
from evalbook.strict import read_model
from evalbook.yamlfile import read_yaml

BUDGET = read_model(TableKind, ROOT / "params/tables/budget.yaml", "budget", []).columns
COMMAND = "`python tests/test_docs_params.py`"

FORMULAS_HEAD = f"""# Formulas by name

The ratios 比率 of the frameworks 财预〔2020〕10号 and 财预〔2013〕53号, and of local variants.
One pure function each, in lib/evalbook/ratios/, over exact figures with their intervals;
one page each. These pages are made from the code by {COMMAND},
and a test holds them to it.

A framework names a ratio under `formula` of an indicator, a case in the column `formula` of
indicators.csv (which goes first). The indicator's `evidence` gives
the operands:
- as many full addresses of cells as the formula has operands: by name where their columns are
  called as the operands (`budget.total.in_place;budget.total.executed`, in any order), else in
  order (`facts.trained.value;facts.planned.value`);
- else the first row named there, or row of a cell named there, that has a column for every
  operand (`budget.total` for `executed`, `in_place`).

Two cells under a formula that only the framework names may be there for another reason:
they are taken as operands if both are of one kind, and no percentages (unless the
formula asks for rates). A row that names its formula itself and gives another number of
operands is a fault of input; so is a name that is not below.

The result is a measure of the indicator's `actual`, whether or not that is printed, and
stands in the report with formula and source. A printed rate is compared: audit kind
[rate](../audit/rate.md), and [rate-base](../audit/rate-base.md) when it fits another
denominator only. Without operands it is unverifiable. A denominator of zero gives no rate.

| name | 名称 | 公式 | denominator | source |
|---|---|---|---|---|
"""

FRAMEWORKS_HEAD = f"""# Frameworks

Every framework 指标体系 in params/frameworks/, made from those files by {COMMAND}. Marks that
are not printed in the source are empty, never invented. ✱ marks what
was not checked against the text (`unverified`): its reference says what exactly, and a
report that cites it says 未核对. Keys: [files](files.md);
formulas: [formulas](formulas/README.md).

What the audit makes of them: [full-marks](audit/full-marks.md), [rate](audit/rate.md).

| framework | title | levels | total | indicators | with marks | with a formula | ✱ |
|---|---|---|---|---|---|---|---|
"""

TABLE_HEAD = """| id | 指标 | 分值 | section | 公式 | 要点 | 说明 | 出处 |
|---|---|---|---|---|---|---|---|
"""


def frameworks() -> dict[str, Framework]:
    files = sorted((ROOT / "params/frameworks").glob("*.yaml"))
    return {file.stem: read_model(Framework, file, file.name, []) for file in files}


FRAMEWORKS = frameworks()


# ---- docs/formulas/


def sentences(ratio: str) -> Iterator[dict]:
    for file in sorted((ROOT / "tests/ratios").glob("*.yaml")):
        yield from (each for each in read_yaml(file, file.name).content if each["ratio"] == ratio)


def formula_page(ratio: Ratio) -> str:
    operands = "\n".join(
        f"| `{name}` | {words} | {_column(name)} |" for name, words in ratio.operands.items()
    )
    examples = "\n".join(
        f"| {each['name']} | {_given(ratio, each)} | {each['expected'] or '不能计算'} |"
        for each in sentences(ratio.name)
    )
    bases = ", ".join(f"`{base}`" for base in ratio.bases)
    tried = f" A printed rate that does not fit is tried on {bases} too." if bases else ""
    file = ratio.function.__module__.removeprefix("evalbook.").replace(".", "/")
    return f"""# {ratio.name} · {ratio.title}

**Formula.** {ratio.words}

**Meaning.** {" ".join(ratio.meaning.split())}

**Operands.**

| operand | 名称 | column of a budget table |
|---|---|---|
{operands}

**Denominator.** `{ratio.denominator}` {ratio.operands[ratio.denominator]}.{tried}

**Examples.** From tests/ratios/.

| 例 | 印出的数 | 结果 |
|---|---|---|
{examples}

**Source.** {ratio.authority}.

**Named by.** {_users(ratio)}.

**Where.** lib/evalbook/{file}.py (`{ratio.name}`).
"""


def _column(operand: str) -> str:
    return BUDGET[operand].name if operand in BUDGET else "—"


def _given(ratio: Ratio, sentence: dict) -> str:
    named = zip(ratio.operands.values(), sentence["operands"].values(), strict=True)
    return "；".join(f"{words} {printed}" for words, printed in named)


def _users(ratio: Ratio) -> str:
    users = [
        f"{name} ({each.name})"
        for name, framework in FRAMEWORKS.items()
        for each in framework.indicators
        if each.formula == ratio.name
    ]
    return " · ".join(users)


def formulas_index() -> str:
    rows = "".join(
        f"| [{name}]({name}.md) | {each.title} | {each.words} | {each.operands[each.denominator]} "
        f"| {each.authority} |\n"
        for name, each in sorted(RATIOS.items())
    )
    return FORMULAS_HEAD + rows


# ---- docs/frameworks.md


def frameworks_page() -> str:
    parts = [FRAMEWORKS_HEAD]
    parts += [_overview(name, each) for name, each in FRAMEWORKS.items()]
    parts += [_framework(name, each) for name, each in FRAMEWORKS.items()]
    return "".join(parts)


def _overview(name: str, known: Framework) -> str:
    marks = sum(each.full_marks is not None for each in known.indicators)
    formulas = sum(each.formula is not None for each in known.indicators)
    unsure = sum(each.unverified for each in known.indicators)
    size = len(known.indicators)
    title = known.title + " ✱" * known.unverified
    counts = f"{size} | {marks or ''} | {formulas or ''} | {unsure or ''}"
    return f"| [{name}](#{name}) | {title} | {known.levels} | {known.total or ''} | {counts} |\n"


def _framework(name: str, known: Framework) -> str:
    variants = "\n".join(
        f"- {each.name}：{_marks(each.full_marks)}。{each.reference}" for each in known.variants
    )
    leasts = [
        f"{' + '.join(least.sections)} ≥ {least.share}（{'、'.join(least.stances)}）："
        f"{least.reference}。"
        for least in known.least_shares
    ]
    parts = [
        f"## {name}",
        f"{known.title}。出处：{known.reference}。",
        f"不计分的分析方面：{'、'.join(known.aspects)}。" * bool(known.aspects),
        f"分值可以调整：{known.advisory}。" * bool(known.advisory),
        *leasts,
        variants,
        TABLE_HEAD + "".join(_row(known, each) for each in _in_order(known)),
    ]
    return "\n" + "\n\n".join(part for part in parts if part)


def _marks(marks: dict) -> str:
    return " · ".join(f"`{name}` {number}" for name, number in marks.items())


def _in_order(known: Framework, parent: str | None = None) -> Iterator[FrameworkIndicator]:
    for each in children(known, parent):
        yield each
        yield from _in_order(known, each.id)


def _row(known: Framework, each: FrameworkIndicator) -> str:
    indent = "　" * (len(path(by_id(known), each)) - 1)
    formula = f"[{each.formula}](formulas/{each.formula}.md)" if each.formula else ""
    cells = (
        f"`{each.id}`",
        indent + each.name + " ✱" * each.unverified,
        "" if each.full_marks is None else str(each.full_marks),
        each.section or "",
        formula,
        "；".join(each.points),
        each.note or "",
        each.reference,
    )
    return f"| {' | '.join(cells)} |\n"


# ---- current, and whole


def pages() -> dict[str, str]:
    return {
        "docs/formulas/README.md": formulas_index(),
        "docs/frameworks.md": frameworks_page(),
        **{f"docs/formulas/{name}.md": formula_page(each) for name, each in RATIOS.items()},
    }


@pytest.mark.parametrize("name", pages())
def test_page_is_what_its_source_gives_now(name):
    assert (ROOT / name).read_text(encoding="utf-8") == pages()[name], f"run {COMMAND}"


def test_there_is_no_page_for_a_formula_that_is_gone():
    there = {file.relative_to(ROOT).as_posix() for file in (ROOT / "docs/formulas").glob("*.md")}
    assert there == set(pages()) - {"docs/frameworks.md"}


@pytest.mark.parametrize("name", pages())
def test_links_of_the_pages_lead_somewhere(name):
    links = re.findall(r"\]\(([^)#]+)\)", pages()[name])
    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []


def test_every_unverified_item_is_marked_on_its_page():
    page = frameworks_page()
    for name, known in FRAMEWORKS.items():
        rows = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
        marked = {re.match(r"\| `(\w+)`", row)[1] for row in rows.splitlines() if " ✱ |" in row}
        assert marked == {each.id for each in known.indicators if each.unverified}
    for ratio in RATIOS.values():
        assert ("未核对原文" in formula_page(ratio)) == ratio.unverified


if __name__ == "__main__":
    (ROOT / "docs/formulas").mkdir(exist_ok=True)
    for file in (ROOT / "docs/formulas").glob("*.md"):
        file.unlink()
    for name, text in pages().items():
        (ROOT / name).write_text(text, encoding="utf-8", newline="\n")
