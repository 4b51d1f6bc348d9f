"""What the documentation says: commands, kinds, columns and paths exist, and the examples are real.

Every sentence of the program that a page quotes is produced anew here and compared. When messages
change, `python tests/test_docs.py` writes them into the pages.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from cases import ROOT, Maker, TableText
from pydantic import BaseModel

from evalbook import Evaluation, commands, evaluate, load, rulesets, schema, standards
from evalbook.audit_settings import AuditSettings, Misplaced, Setting
from evalbook.drafts.settings import DraftWords
from evalbook.kinds import KINDS
from evalbook.paths import Workbook
from evalbook.validate import SLOTS

DOCS = ROOT / "docs"
READMES = ("README.md", "README.zh-CN.md")
NO_KINDS = {"README", "verdicts"}
PAGES = sorted(page.stem for page in (DOCS / "audit").glob("*.md") if page.stem not in NO_KINDS)
KIND_FILES = sorted((ROOT / "params/tables").glob("*.yaml"))
LONGEST_README = 130
LONGEST_DESIGN = 60

_FENCE = re.compile(r"```(\w+)(?: (\S+))?\n(.*?)```", re.S)
_EXAMPLE = re.compile(
    r"(?P<head>(?:Qingdao 2019, `(?P<id>[^`]+)`[^,\n]*|Invented), (?P<verdict>[a-z]+)"
    r"(?: \((?P<severity>\w+)\))?:[^\n]*\n(?P<files>(?:\n```.*?\n```\n)*)\n> )[^\n]*",
    re.S,
)
_PYTHON = re.compile(r"(?P<head>```python\n(?P<code>.*?)```\n```text\n)(?P<output>.*?)```", re.S)
_CONSOLE = re.compile(r"(?P<head>```console\n\$ evalbook (?P<command>.*?)\n).*?```", re.S)
MISTAKES = {
    "data/demo-2024/budget.csv": ("85.00%", "85.00"),
    "params/cases/demo-2024.yaml": ("kind:", "kidn:"),
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# ---- the examples of the audit's pages


@cache
def qingdao_entries() -> dict[str, Any]:
    ev = evaluate(load("qingdao-2019", Workbook(ROOT)))
    return {entry.id: entry for entry in ev.audit.entries}


def invented(fences: str, maker: Maker) -> Evaluation:
    """The case that a page's tables and files make."""
    tables, parts = [], {}
    for language, name, body in _FENCE.findall(fences):
        stem = name.split(".")[0]
        if language == "csv":
            lines = [tuple(line.split(",")) for line in body.strip().splitlines()]
            tables.append(TableText(stem, lines[0], tuple(lines[1:]), f"{stem}_table"))
        elif stem in {"params", "findings"}:
            parts[stem] = yaml.safe_load(body)
        else:
            parts |= yaml.safe_load(body)
    return maker.evaluate(*tables, **parts)


def audit_page(kind: str, maker: Maker) -> str:
    """The page with the sentences that the audit gives now."""

    def now(found: re.Match[str]) -> str:
        if found["id"]:
            entries = [qingdao_entries()[found["id"]]]
        else:
            entries = [e for e in invented(found["files"], maker).audit.entries if e.kind == kind]
        wanted = (kind, found["verdict"], found["severity"])
        fitting = [e for e in entries if (e.kind, e.verdict, e.severity) == wanted]
        return found["head"] + (fitting[0].message if fitting else "（没有这样的核查结果）")

    return _EXAMPLE.sub(now, read(f"docs/audit/{kind}.md"))


@pytest.mark.parametrize("kind", PAGES)
def test_audit_page_quotes_what_the_audit_says(kind, maker):
    page = read(f"docs/audit/{kind}.md")
    assert _EXAMPLE.search(page), "a page needs a worked example"
    assert page.count("\n> ") == len(_EXAMPLE.findall(page)), "a quote that nothing checks"
    assert audit_page(kind, maker) == page


@pytest.mark.parametrize("kind", PAGES)
def test_audit_page_shows_a_mistake_that_is_caught(kind):
    """So that every kind has one, planted or real."""
    verdicts = [found["verdict"] for found in _EXAMPLE.finditer(read(f"docs/audit/{kind}.md"))]
    assert "inconsistent" in verdicts


@pytest.mark.parametrize("kind", PAGES)
def test_audit_page_has_all_its_parts(kind):
    page = read(f"docs/audit/{kind}.md")
    parts = ("Method", "Example", "Not an error", "Severity", "Source", "Where")
    assert [part for part in parts if f"**{part}.**" not in page] == []
    assert page.startswith(f"# {kind} · {KINDS[kind]}\n")


def emitted_kinds() -> set[str]:
    """Kinds named in the audit's code, in the kinds of table, and in the cases' checks."""
    kinds = set()
    for path in (ROOT / "lib/evalbook/audit").glob("*.py"):
        kinds |= set(_kinds_in(ast.parse(path.read_text(encoding="utf-8"))))
    for path in KIND_FILES:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        kinds |= {relation["kind"] for relation in content.get("relations") or ()}
    for path in (ROOT / "data").glob("*/checks.yaml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        kinds |= {check["kind"] for check in content["checks"]}
    return kinds


def _kinds_in(tree: ast.AST) -> Iterator[str]:
    """Literals handed on as a kind: to a maker of entries, to `kind=`, to a name `kind`."""
    position = {"holds": 0, "remark": 0, "compared": 1, "unverifiable": 1, "judged": 0}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else ""
            if called in position and len(node.args) > position[called]:
                yield from _literals(node.args[position[called]])
            yield from (t for k in node.keywords if k.arg == "kind" for t in _literals(k.value))
        elif isinstance(node, ast.Assign) and _names(node.targets[0]) == ["kind"]:
            yield from _literals(node.value)
        elif isinstance(node, ast.For) and "kind" in _names(node.target):
            rows = node.iter.elts if isinstance(node.iter, ast.Tuple) else []
            column = _names(node.target).index("kind")
            yield from (t for row in rows for t in _literals(row.elts[column]))


def _names(target: ast.expr) -> list[str]:
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]


def _literals(node: ast.expr) -> Iterator[str]:
    """The texts an expression can be; of a table looked up, its values."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Call(func=ast.Attribute(value=ast.Dict(values=values)), args=args):
            yield from (text for each in (*values, *args) for text in _literals(each))
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*_literals(body), *_literals(orelse))


def test_every_kind_has_a_page_and_every_page_a_kind():
    assert sorted(emitted_kinds()) == PAGES
    assert sorted(KINDS) == PAGES


def test_every_kind_that_qingdao_shows_has_a_page():
    assert {entry.kind for entry in qingdao_entries().values()} <= set(PAGES)


def test_index_of_the_audit_lists_every_page():
    row = r"^\| \[([a-z-]+)\]\(([a-z-]+)\.md\) \| (\S+) \|"
    rows = re.findall(row, read("docs/audit/README.md"), re.M)
    assert {kind: name for kind, _, name in rows} == dict(KINDS)
    assert [kind for kind, page, _ in rows if kind != page] == []


# ---- files.md


def section(title: str) -> str:
    """What stands under a heading of docs/files.md, up to the next heading."""
    text = read("docs/files.md")
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", text, re.M | re.S)
    assert found, f"no heading “{title}” in docs/files.md"
    return found[1]


def rows_of(text: str) -> list[list[str]]:
    """The cells of its table rows that begin with a code word, the code marks taken off."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [[row[0].strip("` "), *row[1:]] for row in cells]


def keys(model: type[BaseModel]) -> Iterator[str]:
    """The keys of a YAML file: `a`, `a.b`, `a[].b`, `a.<column>`."""
    for name, field in model.model_fields.items():
        key, nested = field.alias or name, field.annotation
        inner = next((t for t in get_args(nested) if _is_model(t)), nested)
        if _is_model(inner):
            is_map = getattr(nested, "__origin__", None) is dict
            link = "." if inner is nested else ".<column>." if is_map else "[]."
            yield from (f"{key}{link}{each}" for each in keys(inner))
        elif getattr(nested, "__origin__", None) is dict:
            yield f"{key}.<column>"
        else:
            yield key


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


FILES = {
    "params/cases/CASE.yaml": schema.CaseParams,
    "data/CASE/source.yaml": schema.Source,
    "data/CASE/findings.yaml": schema.Findings,
    "data/CASE/checks.yaml": schema.Checks,
    "data/CASE/accepted.yaml": schema.Accepted,
    "data/CASE/text.yaml": schema.Texts,
}


@pytest.mark.parametrize("title", FILES)
def test_files_names_every_key_and_no_other(title):
    named = [row[0] for row in rows_of(section(title)) if row[0] not in SLOTS]
    assert named == list(keys(FILES[title]))


def test_files_names_every_slot_and_no_other():
    named = [row[0] for row in rows_of(section("data/CASE/text.yaml")) if "[]" not in row[0]]
    assert named == list(SLOTS)


def test_files_names_every_kind_of_table():
    kinds = [path.stem for path in KIND_FILES]
    named = re.findall(r"^### `(\w+)`$", read("docs/files.md"), re.M)
    assert sorted([*named, "common"]) == kinds


@pytest.mark.parametrize("path", KIND_FILES, ids=lambda path: path.stem)
def test_files_names_every_column_with_its_type_and_choices(path):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    title = "Tables" if path.stem == "common" else f"`{path.stem}`"
    named = {row[0]: row[1:] for row in rows_of(section(title))}
    columns = content["columns"]
    assert list(named) == list(columns)
    assert {c: named[c][:2] for c in named} == {
        c: [v["name"], v["type"]] for c, v in columns.items()
    }
    missing = [
        (name, choice)
        for name, column in columns.items()
        for choice in column.get("choices", ())
        if f"`{choice}`" not in named[name][2]
    ]
    assert missing == []


def test_files_names_every_type_of_column():
    assert [row[0] for row in rows_of(section("Cells"))] == list(get_args(standards.ColumnType))


SHARED_FILES = {
    "params/frameworks/NAME.yaml": (
        standards.Framework,
        standards.FrameworkIndicator,
        standards.FrameworkVariant,
        standards.LeastShare,
    ),
    "params/rules/NAME.yaml": (
        rulesets.RuleSet,
        rulesets.RuleSpec,
        rulesets.RuleValue,
        rulesets.Dated,
    ),
    "params/tables/KIND.yaml": (standards.TableKind, standards.Column, standards.Relation),
    "params/audit.yaml": (AuditSettings, Setting, Misplaced),
    "params/units.yaml": (standards.Units, standards.Approximate),
    "params/drafts.yaml": (DraftWords,),
}


def test_files_names_the_keys_of_what_cases_share():
    found = re.findall(r"^\| (params/\S+) \| (.*) \|$", read("docs/files.md"), re.M)
    named = {name: set(re.findall(r"`(\w+)`", text)) for name, text in found}
    true = {
        name: {f.alias or n for model in models for n, f in model.model_fields.items()}
        for name, models in SHARED_FILES.items()
    }
    assert named == true


# ---- the READMEs


def demo_files(readme: str) -> dict[str, str]:
    """The fenced files of a README by path."""
    return {name: body for _, name, body in _FENCE.findall(read(readme)) if "/" in name}


def demo_book(readme: str, root: Path, *, accepted: bool = False, spoilt: bool = False) -> Workbook:
    """A workbook with the real params/ and the case that a README shows."""
    for folder in ("tables", "rules", "frameworks"):
        shutil.copytree(ROOT / "params" / folder, root / "params" / folder)
    for file in ("units.yaml", "audit.yaml"):
        shutil.copy(ROOT / "params" / file, root / "params")
    for name, body in demo_files(readme).items():
        if name.endswith("accepted.yaml") and not accepted:
            continue
        if spoilt and name in MISTAKES:
            right, wrong = MISTAKES[name]
            assert right in body
            body = body.replace(right, wrong)
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    return Workbook(root)


def run(command: list[str], root: Path) -> str:
    """What a command prints, its faults included."""
    environment = os.environ | {"EVALBOOK_ROOT": str(root), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, check=False
    )
    return (done.stdout + done.stderr).decode().replace(os.linesep, "\n")


def readme_page(readme: str, folder: Path) -> str:
    """The README with what its examples print now."""

    def python(found: re.Match[str]) -> str:
        return f"{found['head']}{run(['-c', found['code']], ROOT)}```"

    def console(found: re.Match[str]) -> str:
        words = found["command"].split()
        book = demo_book(readme, folder / words[0], spoilt=words[0] == "check")
        return f"{found['head']}{run(['-m', 'evalbook', *words], book.root)}```"

    return _CONSOLE.sub(console, _PYTHON.sub(python, read(readme)))


@pytest.mark.parametrize("readme", READMES)
def test_readme_shows_what_its_examples_print(readme, tmp_path):
    assert readme_page(readme, tmp_path) == read(readme)


def test_readme_has_the_python_example():
    found = _PYTHON.search(read("README.md"))
    assert found and found["output"].startswith("90.31 优\n")


@pytest.mark.parametrize("readme", READMES)
def test_the_case_of_a_readme_loads(readme, tmp_path):
    ev = evaluate(load("demo-2024", demo_book(readme, tmp_path)))
    assert [entry.id for entry in ev.audit.problems] == ["rate:budget.training.rate"]


def test_the_acceptance_of_the_chinese_readme_is_taken(tmp_path):
    ev = evaluate(load("demo-2024", demo_book("README.zh-CN.md", tmp_path, accepted=True)))
    assert ev.audit.problems == []


def test_the_two_readmes_show_the_same_case():
    tables = [demo_files(readme)["data/demo-2024/budget.csv"] for readme in READMES]
    assert tables[0] == tables[1]


def subparsers() -> dict[str, argparse.ArgumentParser]:
    (actions,) = (
        action
        for action in commands._parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    return actions.choices


def test_readme_names_every_command_and_option():
    text = read("README.md")
    lines = [(name, line) for line in text.splitlines() for name in _commands_of(line)]
    rows = {name: " ".join(line for known, line in lines if known == name) for name, _ in lines}
    assert sorted(rows) == sorted(subparsers())
    missing = [
        (name, option)
        for name, parser in subparsers().items()
        for action in parser._actions
        for option in action.option_strings
        if option not in rows[name] and option not in {"-h", "--help"}
    ]
    assert missing == []
    assert "`-h`, `--help`" in text


def test_readme_names_no_option_that_is_not_there():
    for line in read("README.md").splitlines():
        for name in _commands_of(line):
            known = {o for a in subparsers()[name]._actions for o in a.option_strings}
            assert set(re.findall(r"--[a-z-]+", line)) <= known


def _commands_of(line: str) -> list[str]:
    return re.findall(r"^\| `evalbook (\w+)", line)


def test_every_path_of_where_do_i_change_exists():
    table = re.search(r"^## Where do I change.*?(?=^## )", read("README.md"), re.M | re.S)
    paths = re.findall(r"`([\w.<>/-]+(?:/|\.\w+))`", table[0])
    assert len(paths) > 20
    assert [p for p in paths if not (ROOT / p.replace("<case>", "qingdao-2019")).exists()] == []


@pytest.mark.parametrize("page", [*READMES, *(f"docs/{p.name}" for p in DOCS.glob("*.md"))])
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)\)", read(page))
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


@pytest.mark.parametrize("kind", [*PAGES, *sorted(NO_KINDS)])
def test_links_and_paths_of_the_audit_pages_lead_somewhere(kind):
    page = read(f"docs/audit/{kind}.md")
    links = re.findall(r"\]\(([^)#]+)\)", page)
    assert [link for link in links if not (DOCS / "audit" / link).exists()] == []
    paths = re.findall(r"\b(?:lib|params)/[\w./-]+\.(?:py|yaml)", page)
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_functions_that_the_audit_pages_name_exist():
    code = "".join(path.read_text("utf-8") for path in (ROOT / "lib/evalbook").rglob("*.py"))
    for kind in PAGES:
        where = read(f"docs/audit/{kind}.md").rpartition("**Where.**")[2]
        names = re.findall(r"`(_\w+)`", where)
        assert [name for name in names if not re.search(rf"\b{name}\b", code)] == [], kind


def test_modules_that_design_names_exist():
    table = re.search(r"^## lib/evalbook\n(.*?)(?=^## )", read("docs/design.md"), re.M | re.S)
    rows = [line.split("|")[1] for line in table[1].splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`(\w+/?)`", row)]
    library = ROOT / "lib/evalbook"
    gone = [n for n in named if not (library / n).is_dir() and not (library / f"{n}.py").exists()]
    assert len(named) > 20
    assert gone == []


def test_pages_keep_their_length():
    lengths = {name: read(name).count("\n") for name in (*READMES, "docs/design.md")}
    assert max(lengths[name] for name in READMES) <= LONGEST_README
    assert lengths["docs/design.md"] <= LONGEST_DESIGN


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        pages = {
            f"docs/audit/{kind}.md": audit_page(kind, Maker(Path(place, kind))) for kind in PAGES
        }
        pages |= {readme: readme_page(readme, Path(place, readme)) for readme in READMES}
    for name, page in pages.items():
        (ROOT / name).write_text(page, encoding="utf-8", newline="\n")
