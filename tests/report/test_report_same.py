"""Same document, same bytes: in another process, with another hash seed, zone and language.

Whole runs, with kernels, are compared in tests/test_run.py.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = """
import hashlib
from report_sample import report
from evalbook.report import FORMATS, render
document = report(audit_rows=30)
for fmt in (*FORMATS, *reversed(FORMATS)):
    print(fmt, hashlib.sha256(render(document, fmt)).hexdigest())
"""
EVERY_CASE = """
import hashlib
from test_every_case import CASES, evaluated, report
from evalbook.audit_xlsx import audit_xlsx
from evalbook.manifest import as_text, inputs_of
from evalbook.paths import workbook
from evalbook.report import FORMATS, render
for case in CASES:
    ev = evaluated(case)
    made = {fmt: render(report(case), fmt) for fmt in FORMATS}
    made["xlsx"] = audit_xlsx(ev.audit, ev.case.params.title)
    made["evaluation.json"] = ev.text.encode()
    made["inputs.json"] = as_text(inputs_of(workbook(), case)).encode()
    for name, data in made.items():
        print(case, name, hashlib.sha256(data).hexdigest())
"""
PLACES = (
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"},
    # no UTF-8 by default: what is read or written without naming its encoding breaks
    {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0",
     "PYTHONUTF8": "0"},
)  # fmt: skip


def printed(program, folders):
    """What the program prints in each of PLACES, and in a working folder of its own."""
    here = Path(__file__).parent
    paths = os.pathsep.join(map(str, (here.parents[1] / "lib", here, here.parent)))
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONPATH": paths, "EVALBOOK_ROOT": str(here.parents[1])} | place,
            cwd=folders.mktemp("place"), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for place in PLACES
    ]  # fmt: skip
    lines = []
    for process in started:
        out, wrong = process.communicate()
        assert process.returncode == 0, wrong
        lines.append(out.splitlines())
    return lines


def test_two_processes_give_the_same_bytes(tmp_path_factory):
    first, second = printed(SAMPLE, tmp_path_factory)
    assert first == second
    assert len(set(first)) == 3


@pytest.mark.thorough
def test_every_case_is_the_same_everywhere(tmp_path_factory):
    first, second = printed(EVERY_CASE, tmp_path_factory)
    assert [line for line in first if line not in second] == []
    assert len(set(first)) == len(second) >= 42


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
