"""How long loading and evaluating take: one case, a large table, thousands, and imports.

    python benchmarks/evaluate.py                      every case of the workbook, one by one
    python benchmarks/evaluate.py --rows 5000          one budget table of so many rows
    python benchmarks/evaluate.py --synthetic 3000     so many synthetic cases, two processes
    python benchmarks/evaluate.py --imports            what each command imports

Processor time unless said otherwise, because it says more on a machine that others use too;
medians. The unit before and after each table is a fixed piece of plain Python, timed in the same
minutes, by which two runs can be compared.
"""

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

TIMES = 7
COMMANDS = ("--help", "run --help", "check", "audit", "verify outputs/CASE")
HEAVY = ("pandas", "matplotlib", "papermill", "nbconvert", "typst", "docx")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", help="of the workbook in use; all when left out")
    parser.add_argument("--rows", type=int, nargs="+", help="budget tables of so many rows")
    parser.add_argument("--synthetic", type=int, metavar="CASES")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--imports", action="store_true")
    chosen = parser.parse_args()
    print(f"{machine()}; the unit {unit() * 1000:.1f} ms\n")
    if chosen.rows:
        large(chosen.rows)
    elif chosen.synthetic:
        thousands(chosen.synthetic, chosen.jobs)
    elif chosen.imports:
        imports()
    else:
        one_by_one(chosen.cases)
    print(f"\nthe unit {unit() * 1000:.1f} ms")
    return 0


def busy(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds of processor time, and what came out."""
    started = time.process_time()
    found = work()
    return (time.process_time() - started) * 1000, found


def unit() -> float:
    """Seconds that a fixed piece of plain Python takes just now."""

    def work() -> None:
        seen: dict[str, int] = {}
        for number in range(8_000):
            key = f"row{number % 500}.rate"
            seen[key] = seen.get(key, 0) + number
            if number % 4 == 0:
                Decimal(number) * Decimal("0.01")

    return median(busy(work)[0] for _ in range(9)) / 1000


def one_by_one(cases: Iterable[str]) -> None:
    from evalbook import evaluate, load
    from evalbook.paths import workbook

    print("| case | rows | entries | load first | load | evaluate first | evaluate | json |")
    print("|---|---|---|---|---|---|---|---|")
    for case in cases or workbook().cases():
        loads, evaluations, texts = [], [], []
        for _ in range(TIMES):
            taken, loaded = busy(partial(load, case))
            loads.append(taken)
            taken, ev = busy(partial(evaluate, loaded))
            evaluations.append(taken)
            texts.append(busy(lambda ev=ev: ev.text)[0])
        rows = sum(len(t.rows) for one in (loaded, *loaded.parts) for t in one.tables)
        shown = (loads[0], median(loads), evaluations[0], median(evaluations), median(texts))
        times = " | ".join(f"{each:.1f}" for each in shown)
        print(f"| {case} | {rows} | {len(ev.audit.entries)} | {times} |")


def large(sizes: Iterable[int]) -> None:
    from evalbook import evaluate, load
    from evalbook.paths import Workbook

    print("| rows | load | evaluate | per row | entries |\n|---|---|---|---|---|")
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            case = budget_of(Path(folder) / "book", rows)
            taken, loaded = busy(partial(load, case, Workbook(Path(folder) / "book")))
            spent, ev = busy(partial(evaluate, loaded))
        print(
            f"| {rows} | {taken / 1000:.2f} s | {spent / 1000:.2f} s |"
            f" {spent / rows:.2f} ms | {len(ev.audit.entries)} |"
        )


def budget_of(folder: Path, rows: int) -> str:
    """A synthetic case whose budget is replaced by one of so many rows, in groups of ten."""
    from synthetic import write_workbook

    case = write_workbook(folder, 1, 1)[0]
    data = folder / "data" / case
    for path in data.glob("*.csv"):
        path.unlink()
    (data / "findings.yaml").unlink(missing_ok=True)
    (data / "text.yaml").unlink()
    lines = ["id,parent,name,budget,executed,balance,rate"]
    groups = range(rows // 11)
    lines += [f"g{n},,第{n}组,1000,900,100,90.00%" for n in groups]
    lines += [f"l{n}_{m},g{n},项目{n}-{m},100,90,10,90.00%" for n in groups for m in range(10)]
    (data / "budget.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (data / "source.yaml").write_text(
        f"document: 合成数据\nsha256: '{'0' * 64}'\ntables:\n  - id: b1\n    kind: budget\n"
        "    file: budget\n    title: 大表\n    place: 一\n"
        "    columns: {name: 项目, budget: 预算, executed: 执行, balance: 结余, rate: 执行率}\n",
        "utf-8",
    )
    return case


def thousands(cases: int, jobs: int) -> None:
    from synthetic import write_workbook

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "book"
        made, names = busy(lambda: write_workbook(root, cases, 1))
        started = time.perf_counter()
        with ProcessPoolExecutor(jobs) as pool:
            done = list(pool.map(partial(audited, root), names, chunksize=25))
        taken = time.perf_counter() - started
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = spent.ru_maxrss / 1024
    print("| cases | processes | wall | processor | per case, median | entries | largest process |")
    print("|---|---|---|---|---|---|---|")
    print(
        f"| {cases} | {jobs} | {taken:.1f} s | {spent.ru_utime + spent.ru_stime:.1f} s |"
        f" {median(each for each, _ in done):.1f} ms | {sum(n for _, n in done)} | {peak:.0f} MB |"
    )
    print(f"\nwritten in {made / 1000:.1f} s")


def audited(root: Path, case: str) -> tuple[float, int]:
    """Milliseconds of a case loaded, scored, audited and told as evaluation.json; its entries."""
    from evalbook import evaluate, load
    from evalbook.paths import Workbook

    def work() -> int:
        ev = evaluate(load(case, Workbook(root)))
        return len(ev.audit.entries) if ev.text else 0

    return busy(work)


def imports() -> None:
    from evalbook.paths import workbook

    case = workbook().cases()[-1]
    print("| command | processor time of the process | modules | of the heavy ones |")
    print("|---|---|---|---|")
    for command in COMMANDS:
        words = command.replace("CASE", case).split()
        words += [case] if words[0] in {"check", "audit"} else []
        runs = [_process(words) for _ in range(5)]
        names = runs[0][1]
        heavy = ", ".join(each for each in HEAVY if each in names) or "none"
        taken = median(each for each, _ in runs)
        print(f"| `evalbook {command}` | {taken:.0f} ms | {len(names)} | {heavy} |")


def _process(words: list[str]) -> tuple[float, list[str]]:
    """Milliseconds of a whole process that runs a command, and the modules it imports."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-X", "importtime", "-m", "evalbook", *words]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    lines = [line.split("|") for line in said.splitlines() if line.startswith("import time:")][1:]
    return taken * 1000, [line[2].strip() for line in lines]


def machine() -> str:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"Python {platform.python_version()}, {os.cpu_count()} cores{load}"


if __name__ == "__main__":
    sys.exit(main())
