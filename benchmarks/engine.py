"""The forked engine beside papermill, nbclient, ploomber-engine and plain Python.

    python benchmarks/engine.py --notebooks 20 --times 5
    python benchmarks/engine.py --notebooks 100 --times 1 --only engine "engine, two at a time"

Every contender is a process of its own that runs the same generated notebooks (pandas tables and
a chart each), its imports and starts included. Seconds by the clock and of processor, of the
process and all that it starts; medians, and ratios to the engine.
"""

import argparse
import json
import os
import platform
import resource
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

Notebook = dict[str, Any]
PATIENCE = 600
CELLS = (
    "import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd",
    "rng = np.random.default_rng(department)\n"
    "frame = pd.DataFrame({\n"
    "    'line': [f'项目{n}' for n in range(40)],\n"
    "    'kind': rng.choice(['basic', 'project', 'special'], 40),\n"
    "    'budget': rng.integers(100, 10_000, 40),\n"
    "})\n"
    "frame['executed'] = (frame['budget'] * rng.uniform(0.5, 1.1, 40)).round(2)\n"
    "frame['rate'] = frame['executed'] / frame['budget']\nframe",
    "by_kind = frame.groupby('kind')[['budget', 'executed']].sum()\n"
    "by_kind['rate'] = by_kind['executed'] / by_kind['budget']\nby_kind",
    "frame.describe()",
    "frame.sort_values('rate').head(10)",
    "fig, ax = plt.subplots(figsize=(7, 3.5))\n"
    "ax.bar(by_kind.index, by_kind['rate'])\nax.axhline(1, color='grey')\n"
    "ax.set_title(f'department {department}')\nplt.show()",
    "print(f'{len(frame)} lines, rate {frame.executed.sum() / frame.budget.sum():.2%}')",
)


def generated(folder: Path, number: int) -> list[Path]:
    """Notebooks of one shape, each with numbers of its own."""
    from evalbook.notebookfile import code_cell, write

    paths = []
    for department in range(number):
        cells = [code_cell(f"department = {department}", "parameters", "parameters")]
        cells += [code_cell(source, f"cell-{n}") for n, source in enumerate(CELLS)]
        spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
        notebook = {"cells": cells, "metadata": {"kernelspec": spec}}
        paths.append(folder / f"{department:04}.ipynb")
        write(notebook | {"nbformat": 4, "nbformat_minor": 5}, paths[-1])
    return paths


# ---- the contenders: each runs all the notebooks and says more about itself


def ours(paths: Sequence[Path], at_a_time: int) -> dict[str, float]:
    from evalbook.engine.client import Engine
    from evalbook.notebookfile import read, write

    memory = []

    def one(path: Path) -> None:
        notebook = read(path)
        memory.append(engine.execute(notebook, measured=True))
        write(notebook, path.with_suffix(".out"))

    with closing(Engine()) as engine:
        one(paths[0])
        before = _busy(engine.pid)
        with ThreadPoolExecutor(at_a_time) as pool:
            list(pool.map(one, paths[1:]))
        steady = (_busy(engine.pid) - before) / max(1, len(paths) - 1)
    return {"steady seconds a notebook": steady, "private MB": max(memory) / 1e6}


def _busy(pid: int) -> float:
    """Processor seconds of the parent, of what it has forked, and of this process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()


def papermill_one(path: Path) -> None:
    import papermill

    out = str(path.with_suffix(".out.ipynb"))
    papermill.execute_notebook(
        str(path), out, {"department": 1}, progress_bar=False, start_timeout=PATIENCE
    )


def papermill_api(paths: Sequence[Path]) -> None:
    for path in paths:
        papermill_one(path)


def papermill_pool(paths: Sequence[Path]) -> None:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(pool.map(papermill_one, paths))


def papermill_commands(paths: Sequence[Path]) -> None:
    for path in paths:
        command = [sys.executable, "-m", "papermill", str(path), str(path.with_suffix(".out"))]
        subprocess.run(command, check=True, capture_output=True)


def nbclient_api(paths: Sequence[Path]) -> None:
    import nbformat
    from nbclient import NotebookClient

    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, kernel_name="python3", startup_timeout=PATIENCE).execute()
        nbformat.write(notebook, path.with_suffix(".out"))


def ploomber(paths: Sequence[Path]) -> None:
    from ploomber_engine import execute_notebook

    for path in paths:
        execute_notebook(str(path), str(path.with_suffix(".out")), progress_bar=False)


def plain(paths: Sequence[Path]) -> None:
    """The code of the cells in one process, no notebook written."""
    os.environ["MPLBACKEND"] = "agg"
    for path in paths:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        program = path.with_suffix(".py")
        program.write_text("\n".join("".join(cell["source"]) for cell in cells), encoding="utf-8")
        names = runpy.run_path(str(program))
        names["plt"].savefig(path.with_suffix(".png"))
        names["plt"].close("all")
        names["frame"].to_html(path.with_suffix(".html"))


CONTENDERS: dict[str, Callable[[Sequence[Path]], Any]] = {
    "engine": lambda paths: ours(paths, 1),
    "engine, two at a time": lambda paths: ours(paths, 2),
    "papermill API": papermill_api,
    "papermill API, pool of two": papermill_pool,
    "nbclient": nbclient_api,
    "papermill command line": papermill_commands,
    "ploomber-engine": ploomber,
    "plain Python": plain,
}


# ---- the measurement


class Failed(Exception):
    """A contender did not come to its end; the last line that it said."""


def spent(command: Sequence[str]) -> tuple[float, float, str]:
    """Seconds by the clock and of processor of a command and all that it starts; what it prints.

    Modules are compiled once, as on a user's machine. What goes to stderr (kernels warn a lot) is
    shown only when it fails.
    """
    env = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(command, check=False, stdout=out, stderr=said, env=env)
        clock, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            said.seek(0)
            lines = said.read().decode("utf-8", "replace").strip().splitlines()
            raise Failed(lines[-1] if lines else f"exit code {done.returncode}")
        out.seek(0)
        printed = out.read().decode("utf-8", "replace")
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return clock, busy, printed


def measured(name: str, number: int) -> dict[str, float]:
    """One process of a contender: seconds by the clock, of processor, and what it says."""
    with tempfile.TemporaryDirectory() as folder:
        generated(Path(folder), number)
        command = [sys.executable, __file__, "--contender", name, "--folder", folder]
        clock, busy, printed = spent(command)
    return {"clock": clock, "processor": busy, **json.loads(printed.splitlines()[-1])}


def machine() -> str:
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    cores = f"{os.cpu_count()} cores"
    return f"Python {platform.python_version()}, {platform.platform()}, {cores}, load {load}"


def report(names: Sequence[str], number: int, times: int) -> None:
    print(f"{machine()}; {number} notebooks, median of {times}")
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for each in range(times):
        for name in names:
            try:
                runs[name].append(measured(name, number))
                said = f"{runs[name][-1]['clock']:.1f} s"
            except Failed as failure:
                said = str(failure)
            print(f"  {each + 1}/{times} {name}: {said}", file=sys.stderr)
    middle = {
        name: {key: median(run[key] for run in found) for key in found[0]}
        for name, found in runs.items()
        if found
    }
    first = next(iter(middle.values()))
    for name, found in middle.items():
        clock, busy = found.pop("clock"), found.pop("processor")
        ratio = clock / first.setdefault("c", clock), busy / first.setdefault("b", busy)
        ratios = f"x{ratio[0]:5.1f} x{ratio[1]:5.1f}"
        rest = ", ".join(f"{key} {value:.3g}" for key, value in found.items() if len(key) > 1)
        print(f"{name:28} {clock:8.2f} s {busy:8.2f} s of processor {ratios}  {rest}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notebooks", type=int, default=20)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=CONTENDERS)
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.contender:
        said = CONTENDERS[chosen.contender](sorted(chosen.folder.glob("*.ipynb")))
        print(json.dumps(said or {}))
        return 0
    missing = set() if find_spec("ploomber_engine") else {"ploomber-engine"}
    names = [name for name in chosen.only or CONTENDERS if name not in missing]
    report(names, chosen.notebooks, chosen.times)
    return 0


if __name__ == "__main__":
    sys.exit(main())
