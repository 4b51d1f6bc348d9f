"""Synthetic departments: their cases load, the mistakes planted are found, the bytes stay."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cases import ROOT, sound

from evalbook import Evaluation, evaluate, load
from evalbook.paths import Workbook

GENERATOR = ROOT / "benchmarks" / "synthetic.py"
CASES = 20


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return Workbook(_written(tmp_path_factory.mktemp("synthetic") / "book", "1"))


@pytest.fixture(scope="module")
def evaluations(synthetic: Workbook) -> dict[str, Evaluation]:
    return {case: sound(evaluate(load(case, synthetic))) for case in synthetic.cases()}


def _written(folder: Path, hash_seed: str) -> Path:
    command = [sys.executable, GENERATOR, folder, "--cases", str(CASES), "--seed", "7"]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": hash_seed})
    return folder


def test_cases_load_and_evaluate(evaluations: dict[str, Evaluation]) -> None:
    assert len(evaluations) == CASES
    assert len({ev.case.params.rules for ev in evaluations.values()}) > 1
    assert len({ev.case.params.framework for ev in evaluations.values()}) > 2


def test_every_case_says_that_it_is_synthetic(evaluations: dict[str, Evaluation]) -> None:
    for ev in evaluations.values():
        told = [each.text or "" for each in ev.case.texts if each.slot == "profile"]
        marks = [ev.case.params.title, ev.case.source.document, *told]
        assert all("合成" in text for text in marks)
        assert "虚拟" in ev.case.params.department
        assert ev.case.params.status == "draft"


def test_the_audit_finds_every_planted_mistake(
    synthetic: Workbook, evaluations: dict[str, Evaluation]
) -> None:
    planted = json.loads((synthetic.root / "synthetic.json").read_text("utf-8"))
    assert any(planted.values())
    assert planted.keys() == evaluations.keys()
    for case, mistakes in planted.items():
        bad = [e for e in evaluations[case].audit.entries if e.verdict == "inconsistent"]
        found = {address for e in bad for address in (e.where, *e.inputs)}
        missed = [at for _, at in mistakes if not any(a.startswith(at) for a in found)]
        assert missed == [], case


def test_the_same_seed_gives_the_same_bytes(synthetic: Workbook, tmp_path: Path) -> None:
    again = _written(tmp_path / "again", "2")
    assert _bytes(again) == _bytes(synthetic.root)


def _bytes(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
