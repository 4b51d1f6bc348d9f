"""A case from its files to its report, beside papermill, nbconvert and pandoc.

    python benchmarks/case.py qingdao-2019 --times 5

`evalbook run CASE --fresh` is a new process, as a user starts it: evaluation, notebooks, HTML, PDF
and Word. The others get the same notebooks: papermill's API in one process with the kernel that
each needs, then `nbconvert --to html`, then pandoc from that HTML to Word; no PDF, no checks.
pandoc (GPL) is called only where it is installed, on PATH or as the package pypandoc-binary.
Seconds by the clock and of processor, of all processes; medians, and ratios.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from engine import PATIENCE, Failed, machine, spent

Times = list[tuple[float, float]]


def pandoc() -> str | None:
    """Where pandoc is, if the user has it."""
    found = find_spec("pypandoc")
    packed = Path(found.origin).parent / "files" / "pandoc" if found and found.origin else None
    return str(packed) if packed and packed.is_file() else shutil.which("pandoc")


# ---- the steps of the others


def papermill(case: str, folder: Path) -> None:
    """In a process of its own: every notebook of the case, one after another."""
    from papermill import execute_notebook

    from evalbook.paths import workbook
    from evalbook.run import notebooks

    for path in notebooks(workbook(), case):
        execute_notebook(
            str(path), str(folder / path.name), {"case": case}, progress_bar=False,
            kernel_name="python3", start_timeout=PATIENCE,
        )  # fmt: skip


def theirs(case: str, converter: str | None, folder: Path) -> dict[str, tuple[float, float]]:
    """Seconds of each step, by the clock and of processor."""
    python = [sys.executable]
    steps = {"papermill": spent([*python, __file__, case, "--into", str(folder)])[:2]}
    executed = sorted(map(str, folder.glob("*.ipynb")))
    steps["nbconvert"] = spent([*python, "-m", "nbconvert", "--to", "html", *executed])[:2]
    if converter:
        pages = sorted(map(str, folder.glob("*.html")))
        word = ["--from", "html", "--to", "docx", "--output", str(folder / "report.docx")]
        steps["pandoc"] = spent([converter, *word, *pages])[:2]
    return steps


# ---- the measurement


def report(case: str, times: int) -> None:
    converter = pandoc()
    print(f"{case}; {machine()}; median of {times}")
    if not converter:
        print("no pandoc here (pip install pypandoc-binary): they write HTML only")
    runs: dict[str, Times] = {}
    for _ in range(times):  # in turn, so that a busy moment falls on all alike
        ours = spent([sys.executable, "-m", "evalbook", "run", case, "--fresh"])[:2]
        with tempfile.TemporaryDirectory() as folder:
            steps = theirs(case, converter, Path(folder))
        together = tuple(map(sum, zip(*steps.values(), strict=True)))
        for name, taken in {"evalbook run": ours, **steps, "together": together}.items():
            runs.setdefault(name, []).append((taken[0], taken[1]))
    show(runs)


def show(runs: dict[str, Times]) -> None:
    middle = {name: tuple(map(median, zip(*each, strict=True))) for name, each in runs.items()}
    own = middle["evalbook run"]
    print("| | by the clock | processor | ratio by the clock, processor |\n|---|---|---|---|")
    for name, (clock, busy) in middle.items():
        print(
            f"| {name} | {clock:.1f} s | {busy:.1f} s | {clock / own[0]:.1f}, {busy / own[1]:.1f} |"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", nargs="?", default="qingdao-2019")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.into:
        papermill(chosen.case, chosen.into)
        return 0
    from evalbook.paths import workbook

    os.environ["EVALBOOK_ROOT"] = str(workbook().root)
    try:
        report(chosen.case, chosen.times)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
