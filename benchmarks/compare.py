"""How long `evalbook compare` takes over many synthetic cases, by stage; without notebooks.

    python benchmarks/synthetic.py FOLDER --cases 3000 --seed 1
    python benchmarks/compare.py FOLDER

The first call evaluates every case and writes the evaluation.json that a run would leave, with a
manifest (minutes). Every figure is a median of new processes: first, without results.parquet;
again, with it; one changed; direct, as without DuckDB.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

TIMES = 5
STATES = ("first", "again", "one changed", "direct")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--work", choices=("direct", "parquet"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.work:
        print(json.dumps(work(chosen.folder, chosen.work == "direct")))
        return 0
    fill(chosen.folder)
    report(chosen.folder, chosen.times)
    return 0


def fill(folder: Path) -> None:
    """evaluation.json of every case that has none, manifest.json where it is not this library's."""
    from evalbook import evaluate, load, manifest
    from evalbook.hashes import shared
    from evalbook.manifest import Options, as_text, inputs_of, manifest_of
    from evalbook.paths import Workbook

    book = Workbook(folder.resolve())
    taken = shared(book)
    options = Options(formats=(), renderer="embedded", profile=None, fonts=None)
    for case in book.cases():
        out = book.outputs / case
        out.mkdir(parents=True, exist_ok=True)
        if not (out / manifest.EVALUATION).exists():
            text = evaluate(load(case, book)).text
            (out / manifest.EVALUATION).write_text(text, "utf-8")
        if not sealed_by(out / manifest.MANIFEST, taken.library):
            sealed = manifest_of(inputs_of(book, case, taken), out, options)
            (out / manifest.MANIFEST).write_text(as_text(sealed), "utf-8")


def sealed_by(path: Path, library: str) -> bool:
    """Whether a manifest is of the library as it is: else every case would be out of date."""
    return path.exists() and json.loads(path.read_text("utf-8"))["library"] == library


def work(folder: Path, direct: bool) -> dict[str, Any]:
    """Seconds of processor time of each stage, of one process."""
    from evalbook.compare import collect as collecting
    from evalbook.compare import command, store
    from evalbook.paths import Workbook

    book = Workbook(folder.resolve())
    if direct:
        store.connection = lambda: None
    taken: dict[str, float] = {}

    def timed(name: str, function: Any) -> Any:
        def run(*given: Any) -> Any:
            started = time.process_time()
            found = function(*given)
            taken[name] = time.process_time() - started
            return found

        return run

    for module, name in (
        (command, "collect"),
        (command, "compared"),
        (command, "html"),
        (command, "xlsx"),
    ):
        setattr(module, name, timed(name, getattr(module, name)))
    collecting.Freshness.stale = staleness(collecting.Freshness.stale, taken)
    wall = time.perf_counter()
    _, found = command.compare([], book)
    taken["whole, wall"] = time.perf_counter() - wall
    taken["whole"] = time.process_time()
    page = book.outputs / command.FOLDER / command.PAGE
    return taken | {"cases": len(found.results), "page": page.stat().st_size, "peak": peak()}


def staleness(ask: Any, taken: dict[str, float]) -> Any:
    """Asking whether outputs are out of date, timed by itself; it is a part of collect."""
    taken["of it: out of date?"] = 0.0

    def run(self: Any, case: str) -> Any:
        started = time.process_time()
        found = ask(self, case)
        taken["of it: out of date?"] += time.process_time() - started
        return found

    return run


def peak() -> float:
    """The most memory the process has held, in MB."""
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(folder: Path, times: int) -> None:
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    found = {state: [once(folder, state) for _ in range(times)] for state in STATES}
    for name in found["first"][0]:
        figures = (f"{median(each[name] for each in found[state]):10.2f}" for state in STATES)
        print(f"{name:24}", *figures)


def once(folder: Path, state: str) -> dict[str, float]:
    """One new process in a state of the Parquet file."""
    parquet = folder / "outputs" / "results.parquet"
    if state == "first":
        parquet.unlink(missing_ok=True)
    if state == "one changed":
        path = next(iter(sorted(folder.glob("outputs/synthetic-*/evaluation.json"))))
        path.write_text(path.read_text("utf-8") + " ", "utf-8")
    how = "direct" if state == "direct" else "parquet"
    command = [sys.executable, __file__, str(folder), "--work", how]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    sys.exit(main())
