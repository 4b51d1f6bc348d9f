"""inputs.json and manifest.json: what counts as an input, and when its hash is another one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from cases import ROOT

from evalbook import evaluate, hashes, load
from evalbook.manifest import Inputs, Manifest, Options, as_text, inputs_of, manifest_of
from evalbook.paths import Workbook
from evalbook.report import fonts
from evalbook.report.fonts import Faces

CASE = "qingdao-2019"
OPTIONS = Options(formats=("html",), renderer="embedded", profile="gbt9704", fonts="packaged")


def test_inputs_are_all_that_a_run_reads(workbook: Workbook) -> None:
    found = list(inputs_of(workbook, CASE).inputs)
    assert found == sorted(found)
    assert {
        f"params/cases/{CASE}.yaml",
        "params/frameworks/qingdao-2020-6.yaml",
        "params/rules/caiyu-2020-10.yaml",
        "params/units.yaml",
        "params/audit.yaml",
        "params/house.yaml",
        "notebooks/00_overview.ipynb",
    } < set(found)
    for folder in (f"data/{CASE}", "params/tables", "notebooks"):
        there = {p.as_posix() for p in map(Path, found) if p.is_relative_to(folder)}
        files = (workbook.root / folder).rglob("*.*")
        assert there == {workbook.name(p) for p in files}


def test_fonts_of_the_machine_count_when_the_house_uses_them(
    workbook: Workbook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    font = tmp_path / "simsun.ttc"
    font.write_bytes(b"one cut")
    asked = {"packaged": (), "system": ((str(font), 0), (str(font), 1))}
    monkeypatch.setattr(fonts, "faces", lambda choice: Faces({}, asked[choice]))
    workbook.house_file.write_text("fonts: packaged\n", "utf-8")
    assert "system/simsun.ttc" not in inputs_of(workbook, CASE).fonts
    workbook.house_file.write_text("fonts: system\n", "utf-8")
    before = inputs_of(workbook, CASE)
    assert str(tmp_path) not in as_text(before)
    font.write_bytes(b"another cut")
    now = inputs_of(workbook, CASE)
    assert before.inputs == now.inputs
    assert [n for n in now.fonts if now.fonts[n] != before.fonts[n]] == ["system/simsun.ttc"]


def test_what_a_run_does_not_read_is_no_input(workbook: Workbook) -> None:
    found = inputs_of(workbook, CASE)
    assert not [name for name in found.inputs if "drafts" in name or "forms" in name]
    assert "params/rules/guangxi.yaml" not in found.inputs
    for left in (".~lock.budget.csv#", "~$case.xlsx", ".DS_Store", "Thumbs.db"):
        (workbook.data(CASE) / left).write_text("x")
    (workbook.data(CASE) / ".ipynb_checkpoints").mkdir()
    (workbook.data(CASE) / ".ipynb_checkpoints" / "15.ipynb").write_text("{}")
    assert inputs_of(workbook, CASE) == found


def test_the_base_of_a_rule_set_is_an_input(workbook: Workbook) -> None:
    path = workbook.case_file(CASE)
    path.write_text(path.read_text("utf-8").replace("caiyu-2020-10", "sichuan-2022"), "utf-8")
    own = yaml.safe_load(workbook.rules_file("sichuan-2022").read_text("utf-8"))
    found = inputs_of(workbook, CASE).inputs
    assert {"params/rules/sichuan-2022.yaml", f"params/rules/{own['base']}.yaml"} < set(found)


def test_nested_projects_are_inputs_with_their_own_framework_and_rules(workbook: Workbook) -> None:
    shutil.copytree(ROOT / "data/panzhihua-2020", workbook.data("panzhihua-2020"))
    part = workbook.part("panzhihua-2020", "drg") / "case.yaml"
    stated = yaml.safe_load(part.read_text("utf-8"))
    own = {"framework": "hainan", "rules": "hubei-xiangyang"}
    part.write_text(yaml.safe_dump(stated | own, allow_unicode=True), "utf-8")
    found = inputs_of(workbook, "panzhihua-2020").inputs
    assert {
        "data/panzhihua-2020/parts/drg/case.yaml",
        "data/panzhihua-2020/parts/drg/budget.csv",
        "params/frameworks/hainan.yaml",
        "params/rules/hubei-xiangyang.yaml",
    } < set(found)


def test_files_that_the_house_style_names_are_inputs(workbook: Workbook) -> None:
    logo = workbook.root / "params" / "house" / "logo.png"
    logo.parent.mkdir()
    logo.write_bytes(b"picture")
    workbook.house_file.write_text("logo: params/house/../house/logo.png\n", "utf-8")
    assert "params/house/logo.png" in inputs_of(workbook, CASE).inputs
    workbook.house_file.write_text("logo: ../logo.png\n", "utf-8")
    assert not [name for name in inputs_of(workbook, CASE).inputs if "logo" in name]


def test_a_name_that_leads_elsewhere_is_not_followed(workbook: Workbook) -> None:
    (workbook.root / "secret.yaml").write_text("x: 1")
    path = workbook.case_file(CASE)
    text = path.read_text("utf-8").replace("qingdao-2020-6", "../../secret")
    path.write_text(text, "utf-8")
    assert not [name for name in inputs_of(workbook, CASE).inputs if "secret" in name]


def test_storing_outputs_anew_changes_no_input_but_a_changed_cell_does(workbook: Workbook) -> None:
    before = inputs_of(workbook, CASE)
    path = workbook.notebooks / "10_budget.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    notebook["metadata"]["language_info"] = {"version": "3.99"}
    path.write_text(json.dumps(notebook, indent=4), "utf-8")
    assert inputs_of(workbook, CASE) == before
    notebook["cells"][0]["source"] += "再加一句"
    path.write_text(json.dumps(notebook), "utf-8")
    assert _changed(before, inputs_of(workbook, CASE)) == ["notebooks/10_budget.ipynb"]


def test_a_tag_of_a_cell_is_part_of_it(workbook: Workbook) -> None:
    before = inputs_of(workbook, CASE)
    path = workbook.notebooks / "10_budget.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"][1]["metadata"]["tags"] = ["guide", "new"]
    path.write_text(json.dumps(notebook), "utf-8")
    assert _changed(before, inputs_of(workbook, CASE)) == ["notebooks/10_budget.ipynb"]


@pytest.mark.parametrize("spoilt", ["", "[]", '{"cells": 1}', '{"cells": [[]], "metadata": {}}'])
def test_a_notebook_that_is_none_has_a_hash_all_the_same(workbook: Workbook, spoilt: str) -> None:
    before = inputs_of(workbook, CASE)
    (workbook.notebooks / "10_budget.ipynb").write_text(spoilt)
    assert _changed(before, inputs_of(workbook, CASE)) == ["notebooks/10_budget.ipynb"]


def test_line_ends_of_texts_do_not_count_and_bytes_of_others_do(workbook: Workbook) -> None:
    excel, note = workbook.data(CASE) / "more.xlsx", workbook.data(CASE) / "note.txt"
    excel.write_bytes(b"a\r\nb")
    note.write_bytes(b"a\nb")
    before = inputs_of(workbook, CASE)
    for path in (*workbook.data(CASE).glob("*.csv"), note, workbook.units_file):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert inputs_of(workbook, CASE) == before
    excel.write_bytes(b"a\nb")
    assert _changed(before, inputs_of(workbook, CASE)) == [f"data/{CASE}/more.xlsx"]


def test_the_library_counts_with_its_templates_and_without_what_python_leaves(
    tmp_path: Path, workbook: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library"
    shutil.copytree(hashes.LIBRARY, library, ignore=shutil.ignore_patterns("__pycache__"))
    real = inputs_of(workbook, CASE).library
    monkeypatch.setattr(hashes, "LIBRARY", library)
    assert inputs_of(workbook, CASE).library == real
    (library / "__pycache__").mkdir()
    (library / "__pycache__" / "x.pyc").write_bytes(b"1")
    for path in (*library.rglob("*.py"), *library.rglob("*.typ"), *library.rglob("*.css")):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert inputs_of(workbook, CASE).library == real
    (library / "report" / "templates" / "report.css").write_text("p { color: red }")
    assert inputs_of(workbook, CASE).library != real


def test_lock_and_fonts(workbook: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    found = inputs_of(workbook, CASE)
    assert found.lock is not None
    assert [name.split("-")[0] for name in found.fonts] == ["NotoSansSC", "NotoSerifSC"]
    monkeypatch.setattr(hashes, "LOCK", workbook.root / "requirements.txt")
    assert inputs_of(workbook, CASE).lock is None


def test_a_copy_of_the_workbook_has_the_same_inputs(workbook: Workbook, tmp_path: Path) -> None:
    shutil.copytree(workbook.root / "params", tmp_path / "又一处" / "params")
    shutil.copytree(workbook.root / "data", tmp_path / "又一处" / "data")
    shutil.copytree(workbook.root / "notebooks", tmp_path / "又一处" / "notebooks")
    copied = as_text(inputs_of(Workbook(tmp_path / "又一处"), CASE))
    assert copied == as_text(inputs_of(workbook, CASE))
    assert str(tmp_path) not in copied


def test_the_manifest_has_the_inputs_the_options_and_every_output(
    workbook: Workbook, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "report.html").write_bytes(b"a\r\n")
    (folder / "evaluation.json").write_text(evaluate(load(CASE, workbook)).text, "utf-8")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "x").write_text("x")
    inputs = inputs_of(workbook, CASE)
    made = manifest_of(inputs, folder, OPTIONS)
    assert list(made.outputs) == ["evaluation.json", "report.html"]
    (folder / "manifest.json").write_text("x")
    assert manifest_of(inputs, folder, OPTIONS) == made
    data = json.loads(as_text(made))
    assert data["options"]["formats"] == ["html"]
    assert {key: data[key] for key in json.loads(as_text(inputs))} == json.loads(as_text(inputs))
    assert Manifest.model_validate_json(as_text(made)) == made


def test_the_page_names_every_key() -> None:
    page = (ROOT / "docs" / "verify.md").read_text("utf-8")
    for model in (Inputs, Manifest, Options):
        for name, field in model.model_fields.items():
            assert f"`{field.alias or name}`" in page


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../x", "a/../../x", "a//b", "C:/x", "a\\b", "", ".", "a/.", "x\0"]
)
def test_a_path_that_could_leave_its_folder_is_refused(workbook: Workbook, name: str) -> None:
    data = inputs_of(workbook, CASE).model_dump(by_alias=True)
    data["inputs"] = {name: "0" * 64}
    with pytest.raises(ValueError, match="inputs"):
        Inputs.model_validate(data)


def _changed(before: Inputs, now: Inputs) -> list[str]:
    assert before.model_copy(update={"inputs": {}}) == now.model_copy(update={"inputs": {}})
    names = {*before.inputs, *now.inputs}
    return sorted(n for n in names if before.inputs.get(n) != now.inputs.get(n))
