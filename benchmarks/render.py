"""How long a case's three formats take from its executed notebooks, beside plain nbconvert.

    evalbook run qingdao-2019
    python benchmarks/render.py qingdao-2019

Every figure is a median of new processes, so that nothing is measured twice in one memory:
cold is a whole process, from its start to the three files; warm is a process that has rendered a
small report of another content before, the first time it sees this case; again is the second time.
nbconvert gets the same notebooks in the same run; it writes HTML only, with code and all outputs.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

TIMES = 5
STEPS = ("compose", "html", "pdf", "docx")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", nargs="?", default="qingdao-2019")
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--work", choices=WORK, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if not sources(chosen.case):
        parser.error(f"no executed notebooks: run `evalbook run {chosen.case}` first")
    if chosen.work:
        print(json.dumps(WORK[chosen.work](chosen.case)))
    else:
        report(chosen.case, chosen.times)
    return 0


def sources(case: str) -> list[Path]:
    from evalbook.paths import workbook

    return sorted((workbook().outputs / case).glob("*.ipynb"))


# ---- the work of one process


def cold(case: str) -> dict[str, float]:
    ours(case)
    return {}


def warm(case: str) -> dict[str, float]:
    small_report()
    ev, house, executed = given(case)
    busy = time.process_time()
    first = stages(ev, house, executed)
    busy = time.process_time() - busy
    second = stages(ev, house, executed)
    return first | {"sum": sum(first.values()), "busy": busy, "again": sum(second.values())}


def nbconvert_warm(case: str) -> dict[str, float]:
    import nbformat
    from nbconvert import HTMLExporter

    notebooks = [nbformat.read(path, as_version=4) for path in sources(case)]
    exporter = HTMLExporter()
    exporter.from_notebook_node(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]))
    started, busy = time.perf_counter(), time.process_time()
    for notebook in notebooks:
        exporter.from_notebook_node(notebook)
    return {"sum": time.perf_counter() - started, "busy": time.process_time() - busy}


WORK = {"cold": cold, "warm": warm, "nbconvert": nbconvert_warm}


def given(case: str) -> tuple[Any, Any, list[tuple[str, Any]]]:
    import nbformat

    from evalbook import evaluate, load
    from evalbook.house import load_house
    from evalbook.paths import workbook

    executed = [(path.name, nbformat.read(path, as_version=4)) for path in sources(case)]
    return evaluate(load(case)), load_house(workbook()), executed


def ours(case: str) -> None:
    stages(*given(case))


def stages(ev: Any, house: Any, executed: list[tuple[str, Any]]) -> dict[str, float]:
    """Seconds of collecting and composing, and of each writer."""
    from evalbook.compose import compose
    from evalbook.report import render

    taken: dict[str, float] = {}
    started = time.perf_counter()
    document = compose(ev, executed, house)
    for step in STEPS:
        if step != "compose":
            render(document, step)
        taken[step] = time.perf_counter() - started
        started = time.perf_counter()
    return taken


def small_report() -> None:
    from evalbook.blocks import Cell, Heading, Prose, Run, Table
    from evalbook.report import FORMATS, render
    from evalbook.report.document import assemble

    head, row = (Cell("项目"), Cell("金额")), (Cell("培训"), Cell("1.00"))
    table = Table("小表", (head,), (row,), ("left", "right"), (1.0, 1.0), ("body",))
    document = assemble([Heading(1, "预热"), Prose((Run("一段话。"),)), table], title="预热")
    for fmt in FORMATS:
        render(document, fmt)


# ---- the comparison


def report(case: str, times: int) -> None:
    colds, nbconvert_colds, warms, nbconverts = [], [], [], []
    for _ in range(times):  # in turn, so that a busy moment falls on all alike
        colds.append(process("cold", case)[0])
        nbconvert_colds.append(nbconvert_command(case))
        warms.append(process("warm", case)[1])
        nbconverts.append(process("nbconvert", case)[1])
    middle, other = medians(warms), medians(nbconverts)
    rows = [
        ("cold, a whole process", median(colds), median(nbconvert_colds)),
        ("warm, a case not seen before", middle["sum"], other["sum"]),
        ("the same in processor time", middle["busy"], other["busy"]),
    ]
    print(f"{case}, {len(sources(case))} notebooks; medians of {times}; {machine()}\n")
    print("| | html + pdf + docx | nbconvert --to html | ratio |\n|---|---|---|---|")
    for name, own, theirs in rows:
        print(f"| {name} | {own:.2f} s | {theirs:.2f} s | {own / theirs:.2f} |")
    parts = ", ".join(f"{step} {middle[step]:.2f}" for step in STEPS)
    print(f"\nwarm, by step: {parts}; the same case again {middle['again']:.2f} s")


def medians(found: list[dict[str, float]]) -> dict[str, float]:
    return {name: median(one[name] for one in found) for name in found[0]}


def process(work: str, case: str) -> tuple[float, dict[str, float]]:
    """Seconds of a whole process, and what it measured itself."""
    command = [sys.executable, __file__, case, "--work", work]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.perf_counter() - started, json.loads(done.stdout)


def nbconvert_command(case: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", folder]
        started = time.perf_counter()
        subprocess.run([*command, *sources(case)], capture_output=True, check=True)
        return time.perf_counter() - started


def machine() -> str:
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text().splitlines() if cpus.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    cores, python = os.cpu_count(), platform.python_version()
    return f"Python {python}, {cores} cores ({models[0] if models else platform.machine()}){load}"


if __name__ == "__main__":
    sys.exit(main())
