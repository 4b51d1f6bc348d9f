"""A command imports what it needs: starting up is most of what a small command costs."""

import subprocess
import sys

import pytest
from cases import ROOT

HEAVY = {"IPython", "docx", "matplotlib", "nbconvert", "openpyxl", "pandas", "papermill", "typst"}
LIBRARIES = HEAVY | {"jinja2", "lxml", "markdown_it", "nbformat", "numpy", "pydantic", "yaml"}
SCRIPT = """
import sys
from evalbook.commands import main
try:
    code = main(sys.argv[1:])
except SystemExit as ended:
    code = ended.code
print("modules:", code, *(name for name in sys.modules if "." not in name))
"""


def imported(*words: str) -> tuple[int, set[str]]:
    """The exit code of a command, and the packages in memory when it was done."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *words], capture_output=True, text=True, cwd=ROOT, check=True
    )
    _, code, *names = done.stdout.splitlines()[-1].split()
    return int(code), set(names)


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("audit", "--help")])
def test_help_imports_no_library(words: tuple[str, ...]) -> None:
    code, names = imported(*words)
    assert code == 0
    assert names & LIBRARIES == set()


def test_only_a_cluster_imports_what_it_needs() -> None:
    code, names = imported("batch", "no-such-case")
    assert code == 2
    assert "evalbook" in names and names & {"dask", "distributed", "tornado"} == set()


@pytest.mark.parametrize("command", ["check", "audit"])
def test_checking_and_auditing_import_nothing_heavy(command: str) -> None:
    code, names = imported(command, "yongde-2022")
    assert code == 0
    assert names & HEAVY == set()
    assert "pydantic" in names


def test_verifying_what_is_not_there_imports_nothing_heavy() -> None:
    code, names = imported("verify", "outputs/no-such-case")
    assert code == 2
    assert names & HEAVY == set()
