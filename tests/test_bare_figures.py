"""A lint: words that every case shares, and a case's text.yaml and findings.yaml, type no figure.

The words that every case shares stand in notebooks, templates, and the code of the chapters, the
charts and the derived figures.

A figure stands in a table and is named by its address, so that it has a proof and cannot drift from
its source. Dates, periods, numbers of documents, headings and articles, and names with a digit in
them (CHS-DRG1.0版) are no figures. A case's own chapter is its analyst's.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

import pytest
import yaml
from cases import ROOT

NO_FIGURE = (
    r"\{[^{}\s]+\}",
    r"[〔\[（(]\d{4}[〕\]）)](?:\d+号|$)?",
    r"第?\d+号",
    r"第\d+[条款项页章节]|附件\d+|附表\d+|附图\d+|问题\d+|建议\d+",
    r"（[一二三四五六七八九十]+）\s?\d+(?:（\d+）)?",
    r"\d{4}(?:[、—–至-]\d{4})*(?:年度?|两年)(?:底|初|末|[上下]半年)?",
    r"\d{1,2}(?:[、—–至和-]\d{1,2})*月(?:的?\d{1,2}日|底|初|末)?",
    r"\d{1,2}日",
    r"[A-Za-z][A-Za-z-]*\d[\w.]*",
)
ALLOWED = re.compile("|".join(f"(?:{each})" for each in NO_FIGURE))
FIGURE = re.compile(r"\d[\d.,]*\s?[%‰\w]?")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"' + r"|'((?:[^'\\\n]|\\.)*)'|`([^`]*)`")
TEMPLATES = ROOT / "lib" / "evalbook" / "report" / "templates"
WRITERS = ("sections", "charts", "derived")
JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
TAGS = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)


def bare_figures(text: str) -> list[str]:
    """The figures that are typed into a text, each with its unit."""
    return FIGURE.findall(ALLOWED.sub("　", text))


def offenders(prose: Iterator[tuple[str, str]]) -> list[str]:
    return [f"{place}: {found}" for place, text in prose for found in bare_figures(text)]


def notebooks() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                yield f"{path.name} {cell['id']}", "".join(cell["source"])


def templates() -> Iterator[tuple[str, str]]:
    """The words of a template: in HTML what is not code, else the literals that hold Chinese."""
    for path in sorted(TEMPLATES.glob("*.*")):
        if path.suffix in {".html", ".typ", ".css", ".js", ".j2"}:
            text = path.read_text("utf-8")
            literals = ("".join(found) for found in LITERAL.findall(text))
            yield from ((path.name, each) for each in literals if CHINESE.search(each))
            if path.suffix == ".html":
                yield path.name, outside_code(text)


def code() -> Iterator[tuple[str, str]]:
    """The Chinese words of what writes the report: every literal that is no docstring."""
    for folder in WRITERS:
        for path in sorted((ROOT / "lib" / "evalbook" / folder).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            place = f"{folder}/{path.name}"
            yield from ((f"{place} 第 {line} 行", text) for line, text in literals(tree))


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The Chinese literals of a module, an f-string whole with a gap for each of its values."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    said |= {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(_words_of(part) for part in node.values)
        if CHINESE.search(text):
            yield node.lineno, text


def _words_of(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "　"


def outside_code(text: str) -> str:
    return TAGS.sub(" ", JINJA.sub(" ", text))


def case_texts() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.glob("data/**/text.yaml")):
        for entry in yaml.safe_load(path.read_text("utf-8"))["headings"]:
            yield f"{path.relative_to(ROOT)} {entry['id']}", entry.get("text") or ""


def case_findings() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.glob("data/**/findings.yaml")):
        content = yaml.safe_load(path.read_text("utf-8"))
        for entry in (*content.get("findings", ()), *content.get("recommendations", ())):
            place = f"{path.relative_to(ROOT)} {entry['id']}"
            words = (entry["title"], entry.get("text") or "", *entry.get("causes", ()))
            yield from ((place, each) for each in words)


@pytest.mark.parametrize("prose", [notebooks, templates, code, case_texts, case_findings])
def test_no_figure_is_typed_into_words(prose):
    assert offenders(prose()) == []


@pytest.mark.parametrize("prose", [notebooks, templates, code, case_texts, case_findings])
def test_there_are_words_to_look_at(prose):
    assert sum(len(CHINESE.findall(text)) for _, text in prose()) >= 10


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("年初预算为137568.39万元", ["137568.39万"]),
        ("执行率99.31%，低于目标", ["99.31%"]),
        ("下设9个处室、3个分中心", ["9个", "3个"]),
        ("2019年收入增长5%", ["5%"]),
        ("6月支出 12 万元", ["12 万"]),
        ("60天内办结", ["60天"]),
        ("收入{funds.a.income}，支出20亿元", ["20亿"]),
    ],
)
def test_a_typed_figure_is_found(text, found):
    assert bare_figures(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "收入{funds.residents_2019.income}",
        "按财预〔2020〕10号第十八条和国办发[2018]67号",
        "青岛市人民政府令第235号",
        "2019年1—11月；2018、2019两年；2020年底",
        "每年3月31日前；3、6、9月的20日",
        "见附件6 二（二）2；第6条建议；问题3和问题12",
        "国家CHS-DRG1.0版、ICD-10",
        "两定机构、三定方案",
    ],
)
def test_dates_numbers_of_documents_and_names_are_no_figures(text):
    assert bare_figures(text) == []


def test_the_words_of_a_template_are_seen():
    assert bare_figures(outside_code('<p class="a1"{% if n > 1 %}>共 3 项 {{ count }}</p>')) == [
        "3 项"
    ]
    assert ["".join(each) for each in LITERAL.findall('text(size: 9pt, "共 3 项")')] == ["共 3 项"]


def test_the_words_of_code_are_seen():
    source = (
        'def f(n):\n    """按 5 项计。"""\n'
        '    return f"共 {n} 项，95% 置信区间" + "低于 100%" + "px 3"\n'
    )
    found = [bare_figures(text) for _, text in literals(ast.parse(source))]
    assert sorted(found) == [["100%"], ["95%"]]
