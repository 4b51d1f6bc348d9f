"""What a batch over synthetic departments takes: time, processor and memory of all its processes.

    python benchmarks/batch.py                              100 cases; 1, 2 and 4 workers
    python benchmarks/batch.py --cases 10 100 1000 --jobs 2 --times 1     is a case always as dear?

Cold is `evalbook batch --fresh`, six notebooks and three formats a case, starts included; unchanged
is the same batch again. Memory is the sum of the proportional shares (PSS) of the batch and all
below it, looked at twice a second. Medians. The unit is a fixed piece of plain Python, timed in
the same minutes, by which two runs can be compared. Linux only.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import NamedTuple

from evaluate import machine, unit
from synthetic import write_workbook

from evalbook.engine.watch import adopt_orphans, children

TICK = 0.5
HEADS = (
    "cases", "workers", "cold", "a case", "processor", "a case", "memory, all", "largest process",
    "unchanged", "processor",
)  # fmt: skip


class Taken(NamedTuple):
    """What a command took: seconds by the clock and of processor, MB at most, of all and of one."""

    clock: float
    busy: float
    memory: float
    largest: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, nargs="+", default=[100])
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    adopt_orphans()
    print(f"{machine()}; medians of {chosen.times}; the unit {unit() * 1000:.1f} ms\n")
    print(f"| {' | '.join(HEADS)} |\n{'|---' * len(HEADS)}|")
    for cases in chosen.cases:
        with tempfile.TemporaryDirectory() as folder:
            write_workbook(Path(folder), cases, chosen.seed)
            runs: dict[int, list[tuple[Taken, Taken]]] = {jobs: [] for jobs in chosen.jobs}
            for _ in range(chosen.times):  # in turn, so that a busy moment falls on all alike
                for jobs, found in runs.items():
                    cold = taken(folder, jobs, "--fresh")
                    found.append((cold, taken(folder, jobs)))
        for jobs, found in runs.items():
            print(row(cases, jobs, found), flush=True)
    print(f"\nthe unit {unit() * 1000:.1f} ms")
    return 0


def row(cases: int, jobs: int, found: list[tuple[Taken, Taken]]) -> str:
    first, second = zip(*found, strict=True)
    cold, again = middle(first), middle(second)
    cells = (
        f"{cases}", f"{jobs}", f"{cold.clock:.1f} s", f"{cold.clock / cases:.2f} s",
        f"{cold.busy:.1f} s", f"{cold.busy / cases:.2f} s", f"{cold.memory:.0f} MB",
        f"{cold.largest:.0f} MB", f"{again.clock:.1f} s", f"{again.busy:.1f} s",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def middle(runs: Sequence[Taken]) -> Taken:
    return Taken(*map(median, zip(*runs, strict=True)))


def taken(root: str, jobs: int, *options: str) -> Taken:
    """A batch over all cases of a workbook, to the end of the last process that it started."""
    command = [sys.executable, "-m", "evalbook", "batch", "--all", "--jobs", str(jobs), *options]
    before, started = processor(), time.monotonic()
    batch = subprocess.Popen(
        command, env=os.environ | {"EVALBOOK_ROOT": root}, stdout=subprocess.DEVNULL
    )
    most = largest = 0.0
    while batch.poll() is None:
        each = [shared_out(pid) for pid in below(os.getpid())]
        most, largest = max(most, sum(each)), max(largest, *each, 0)
        with suppress(subprocess.TimeoutExpired):
            batch.wait(TICK)
    clock = time.monotonic() - started
    if batch.returncode:
        sys.exit(f"the batch ended with {batch.returncode}")
    with suppress(ChildProcessError):
        while True:
            os.wait()
    return Taken(clock, processor() - before, most, largest)


def processor() -> float:
    """Seconds that all processes took which were waited for."""
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime


def below(pid: int) -> Iterator[int]:
    for child in children(pid):
        yield child
        yield from below(child)


def shared_out(pid: int) -> float:
    """MB of a process, what it shares with others counted in equal parts; none when it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
