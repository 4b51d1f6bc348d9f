"""Same document, same bytes: in another process, with another hash seed, zone and language."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import hashlib
from report_sample import report
from evalbook.report import FORMATS, render
document = report(audit_rows=30)
for fmt in (*FORMATS, *reversed(FORMATS)):
    print(fmt, hashlib.sha256(render(document, fmt)).hexdigest())
"""


def hashes(**environment):
    here = Path(__file__).parent
    lib = here.parents[1] / "lib"
    paths = os.pathsep.join([str(lib), str(here)])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"PYTHONPATH": paths} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_two_processes_give_the_same_bytes():
    first = hashes(PYTHONHASHSEED="1", TZ="Asia/Shanghai", LC_ALL="C.UTF-8")
    second = hashes(PYTHONHASHSEED="2", TZ="America/New_York", LC_ALL="C")
    assert first == second
    assert len(set(first)) == 3


@pytest.mark.parametrize("fmt", ["html", "pdf", "docx"])
def test_a_format_imports_only_its_own_writer(fmt):
    program = (
        "import sys, evalbook.report as r, evalbook.report.document as d;"
        f"r.render(d.assemble([], title='x'), {fmt!r});"
        "print(*[m for m in ('jinja2', 'typst', 'docx', 'markdown_it', 'matplotlib', 'pandas',"
        " 'nbformat') if m in sys.modules])"
    )
    lib = Path(__file__).parents[2] / "lib"
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": str(lib)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    wanted = {"html": ["jinja2"], "pdf": ["typst"], "docx": ["typst", "docx"]}
    assert done.stdout.split() == wanted[fmt]
