"""A workbook of synthetic departments, for load: nothing in it is about a real place or body.

    python benchmarks/synthetic.py FOLDER --cases 3000 --seed 1

The same seed gives the same bytes, and the first cases of a large workbook are those of a small
one. FOLDER/synthetic.json lists the mistakes planted in each case, by kind and address. The words
and shares are in synthetic.yaml; params/ (without the cases) and notebooks/ are the repository's.
"""

import argparse
import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any

import yaml
from synthetic_case import Department, build

ROOT = Path(__file__).resolve().parents[1]
WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="a new or an empty folder")
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.folder.exists() and any(chosen.folder.iterdir()):
        parser.error(f"{chosen.folder} is not empty")
    write_workbook(chosen.folder, chosen.cases, chosen.seed)
    return 0


def write_workbook(folder: Path, cases: int, seed: int) -> list[str]:
    """The names of the cases written into a new workbook, in the order of their departments."""
    shutil.copytree(ROOT / "params", folder / "params", ignore=shutil.ignore_patterns("cases"))
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    (folder / "params" / "cases").mkdir()
    planted = {}
    for department, year in islice(evaluations(seed), cases):
        name = f"synthetic-{year}-{department.number:04}"
        files, planted[name] = build(WORDS, department, year, Random(f"{seed}:{name}"))
        _write(folder / "params" / "cases" / f"{name}.yaml", files.pop("case.yaml"))
        (folder / "data" / name).mkdir(parents=True)
        for file, text in files.items():
            _write(folder / "data" / name / file, text)
    _write(folder / "synthetic.json", json.dumps(planted, ensure_ascii=False, indent=1) + "\n")
    return list(planted)


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


def evaluations(seed: int) -> Iterator[tuple[Department, int]]:
    """Departments without end, each over two or three years."""
    frameworks = {plan["framework"]: _indicators(plan["framework"]) for plan in WORDS["plans"]}
    for number in count(1):
        yield from _years(number, Random(f"{seed}:{number}"), frameworks)


def _indicators(framework: str) -> list[dict[str, Any]]:
    path = ROOT / "params" / "frameworks" / f"{framework}.yaml"
    return list(yaml.safe_load(path.read_text("utf-8"))["indicators"])


def _years(
    number: int, rng: Random, frameworks: dict[str, list[dict[str, Any]]]
) -> Iterator[tuple[Department, int]]:
    plan = rng.choices(WORDS["plans"], [each["weight"] for each in WORDS["plans"]])[0]
    first, last = plan["years"]
    years = rng.choice((2, 3))
    begin = rng.randint(first, max(first, last - years + 1))
    office = rng.choice(WORDS["departments"])
    large = rng.random() * 100 < WORDS["shares"]["large"]
    department = Department(
        number=number,
        region=rng.choice(WORDS["regions"]),
        county=rng.choice(WORDS["counties"]),
        office=office,
        plan=plan,
        indicators=frameworks[plan["framework"]],
        rules=rng.choice(plan["rules"]),
        marks=tuple(rng.choice(plan["marks"])),
        size=int(rng.lognormvariate(12, 1)) + 20_000,
        quality=rng.uniform(0.8, 1.0),
        works=rng.randint(15, 40) if large else rng.randint(3, 12),
        document=hashlib.sha256(f"synthetic {number}".encode()).hexdigest(),
    )
    for year in range(begin, min(begin + years, last + 1)):
        yield department, year
        if rng.random() * 100 < WORDS["shares"]["change_plan"]:
            rules, marks = rng.choice(plan["rules"]), tuple(rng.choice(plan["marks"]))
            department = replace(department, rules=rules, marks=marks)
        growth = rng.uniform(0.9, 1.2)
        quality = min(1.0, max(0.7, department.quality + rng.uniform(-0.08, 0.08)))
        department = replace(department, size=int(department.size * growth), quality=quality)


if __name__ == "__main__":
    sys.exit(main())
