"""How the library is cut: imports go one way, notebooks are linear, sources are short."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cases import ROOT

LIB = ROOT / "lib" / "evalbook"
SOURCES = sorted(LIB.rglob("*.py"))
NOTEBOOKS = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("data/*/chapters/*.ipynb")])
LOADING = (
    "cells",
    "sheets",
    "yamlfile",
    "strict",
    "schema",
    "standards",
    "reader",
    "tables",
    "loading",
    "validate",
    "lookup",
    "model",
    "errors",
    "paths",
)
JUDGING = ("score", "measure", "rules", "figures", "expression", "evaluation", "audit")
RENDERERS = {"docx", "typst", "jinja2"}
HEAVY = {"pandas", "matplotlib", "papermill", "nbformat", "IPython", "docx", "typst", "numpy"}
NOT_IN_RUN = {"nbformat", "nbclient", "papermill", "zmq", "jupyter_client", "IPython"}
"""What a run with the forked engine does not wait for."""
MAX_FUNCTION = 55
MAX_FILE = 320


def module(path: Path) -> str:
    """`audit.marks` for lib/evalbook/audit/marks.py."""
    parts = path.relative_to(LIB).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(path: Path) -> set[str]:
    """Every module a file imports, also inside functions; our own without their prefix."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.removeprefix("evalbook.") for name in found}


def top(name: str) -> str:
    return name.split(".")[0]


def importing(unwanted: set[str], among: list[Path]) -> list[str]:
    return [
        f"{module(path)} imports {name}"
        for path in among
        for name in sorted(imports(path))
        if top(name) in unwanted
    ]


def of(*names: str) -> list[Path]:
    chosen = [path for path in SOURCES if top(module(path)) in names]
    assert {top(module(path)) for path in chosen} == set(names)
    return chosen


def test_loading_knows_no_scoring_and_no_report():
    later = {"score", "audit", "evaluation", "measure", "report", "run", "execute", "sections"}
    assert importing(later, of(*LOADING)) == []


def test_judging_knows_no_files_and_no_notebooks():
    files = {"sheets", "yamlfile", "strict", "loading", "paths", "pathlib", "os", "csv", "openpyxl"}
    later = {"report", "run", "execute", "sections", "notebook", "pandas", "papermill"}
    assert importing(files | later, of(*JUDGING)) == []


def test_forms_know_no_scoring_and_no_report():
    later = {"score", "audit", "evaluation", "measure", "report", "run", "execute", "sections"}
    assert importing(later, of("forms")) == []


def test_only_the_report_knows_renderers():
    """Drafts read Word files with the library that the report writes them with."""
    others = [path for path in SOURCES if top(module(path)) != "report"]
    others = [path for path in others if module(path) != "drafts.word"]
    assert importing(RENDERERS, others) == []
    assert importing(RENDERERS, of("report")) != []


def test_only_running_knows_papermill():
    others = [path for path in SOURCES if module(path) != "engine.papermill"]
    assert importing({"papermill"}, others) == []
    assert importing({"papermill"}, of("engine")) != []


def test_the_engine_knows_no_case_and_no_report():
    """What the parent loads is named in `warm` alone."""
    engine = [path for path in of("engine") if module(path) != "engine.warm"]
    cases = {"model", "loading", "evaluation", "score", "audit", "sections", "report", "run"}
    assert importing(cases, engine) == []


def test_a_run_imports_no_kernels():
    assert loaded_after("import evalbook.run", NOT_IN_RUN) == set()
    assert loaded_after("from evalbook.engine import opened", NOT_IN_RUN | HEAVY) == set()


def test_drafts_know_no_report_and_no_notebooks():
    later = {"report", "run", "execute", "sections", "notebook", "pandas", "papermill"}
    assert importing(later, of("drafts")) == []


def test_comparing_runs_nothing_and_only_its_page_knows_the_report():
    later = {"run", "execute", "sections", "notebook", "pandas", "papermill", "audit"}
    assert importing(later, of("compare")) == []
    others = [path for path in of("compare") if module(path) != "compare.page"]
    assert importing({"report"}, others) == []


def test_the_report_knows_no_case():
    """It joins blocks; what is in them is the business of the sections."""
    cases = {"model", "loading", "evaluation", "score", "audit", "measure", "sections"}
    assert importing(cases, of("report")) == []


def test_imports_form_no_circle():
    uses = {module(path): _own(path) for path in SOURCES}
    while uses:
        free = [name for name, needs in uses.items() if not needs & set(uses) - {name}]
        assert free, f"these import each other: {sorted(uses)}"
        for name in free:
            del uses[name]


def _own(path: Path) -> set[str]:
    """The modules of ours that are imported when this one is; type checking imports nothing."""
    known = {module(each) for each in SOURCES}
    tree = ast.parse(path.read_text("utf-8"))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and top(node.module or "") == "evalbook":
            base = (node.module or "").removeprefix("evalbook").removeprefix(".")
            inner = {f"{base}.{alias.name}".lstrip(".") for alias in node.names}
            found |= inner & known or {base}
    return found


def loaded_after(code: str, heavy: set[str] = HEAVY) -> set[str]:
    """The heavy modules that are in memory once the code has run in a new process."""
    listing = f"{code}\nimport sys, json; print('\\n' + json.dumps(sorted(sys.modules)))"
    environment = os.environ | {"EVALBOOK_ROOT": str(ROOT), "PYTHONUTF8": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", listing],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return heavy & set(json.loads(ran.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["run", "--help"],
        ["audit", "qingdao-2019"],
        ["check"],
        ["import", "--help"],
        ["batch", "--help"],
        ["compare", "--help"],
    ],
)
def test_a_command_imports_only_what_it_needs(arguments):
    code = (
        "from evalbook.commands import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as stop:\n    assert not stop.code"
    )
    assert loaded_after(code) == set()


def test_what_decides_whether_a_case_is_run_imports_nothing_heavy():
    heavy = {"pydantic", "evalbook.evaluation", "evalbook.schema", "evalbook.run", "tqdm"}
    code = (
        "import evalbook.produce, evalbook.batch.batch, evalbook.batch.journal\n"
        "import evalbook.batch.workers, evalbook.batch.view"
    )
    assert loaded_after(code, HEAVY | heavy) == set()


def test_the_public_names_import_nothing_heavy():
    assert loaded_after("import evalbook") == set()


# ---- notebooks


@pytest.fixture(params=NOTEBOOKS, ids=[path.name for path in NOTEBOOKS])
def cells(request) -> list[dict]:
    return json.loads(request.param.read_text("utf-8"))["cells"]


def code_of(cells: list[dict]) -> list[str]:
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def tags(cell: dict) -> list[str]:
    return cell["metadata"].get("tags", [])


def test_there_are_six_shared_notebooks_and_a_chapter():
    names = [path.name for path in NOTEBOOKS]
    assert {"00_overview.ipynb", "10_budget.ipynb", "20_process.ipynb"} <= set(names)
    assert {"30_output.ipynb", "40_benefit.ipynb", "90_findings.ipynb"} <= set(names)
    assert len(NOTEBOOKS) >= 7


def test_a_notebook_defines_nothing(cells):
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    for source in code_of(cells):
        assert not [n for n in ast.walk(ast.parse(source)) if isinstance(n, definitions)], source


def test_a_notebook_has_one_parameter_and_it_is_the_case(cells):
    tagged = ["".join(cell["source"]) for cell in cells if "parameters" in tags(cell)]
    assert tagged == ['case = "qingdao-2019"']


def test_a_notebook_is_short(cells):
    assert 5 <= len(cells) <= 12


def test_a_notebook_s_cells_have_fixed_ids(cells):
    ids = [cell["id"] for cell in cells]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*.ipynb")), ids=lambda path: path.name)
def test_a_shared_notebook_has_no_number_of_its_own(path):
    for source in code_of(json.loads(path.read_text("utf-8"))["cells"]):
        numbers = [
            node.value
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float)
        ]
        assert numbers == [], source


# ---- sizes


@pytest.mark.parametrize("path", SOURCES, ids=[module(path) or "evalbook" for path in SOURCES])
def test_files_and_functions_are_short(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MAX_FILE
    long = [
        f"{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= MAX_FUNCTION
    ]
    assert long == []


def test_no_source_evaluates_text_as_code():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = (
                node.func.id
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                else ""
            )
            assert name not in {"eval", "exec"}, module(path)
