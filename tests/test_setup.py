"""The set-up: what it pins, what it promises, and what it says when it cannot go on."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CONDA_NAMES = {"matplotlib-base": "matplotlib"}


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_script", ROOT / "make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = load_script()


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(lines: list[str]) -> dict[str, list[str]]:
    """Versions by canonical name; a package can have one per Python or system."""
    found = defaultdict(list)
    for line in lines:
        if match := re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", line):
            found[canonicalize_name(match[1])].append(match[2])
    return dict(found)


def locked() -> dict[str, list[str]]:
    return pins(text("requirements.txt").splitlines())


def requirements(dependencies: list[str]) -> list[Requirement]:
    return [Requirement(dependency) for dependency in dependencies]


# ---- the lock


def test_lock_holds_nothing_but_pins_and_hashes():
    """No address, index option, path or comment: it must say the same on every machine."""
    pin = re.compile(r"[a-z0-9.-]+==[0-9][^\s:/]*( ; [^:/@]+)? \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    lines = text("requirements.txt").splitlines()
    assert [x for x in lines if not pin.fullmatch(x) and not digest.fullmatch(x)] == []


def test_every_pin_has_a_hash():
    entries = re.split(r"\n(?=\S)", text("requirements.txt").strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_lock_follows_its_source():
    wanted = pins(text("requirements.in").splitlines())
    assert {name: locked().get(name) for name in wanted} == wanted, "run `make lock`"


def test_lock_has_all_that_pyproject_asks_for():
    project = tomllib.loads(text("pyproject.toml"))
    asked = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["dev"]
    asked += project["build-system"]["requires"]
    missing = [
        str(requirement)
        for requirement in requirements(asked)
        if not any(
            requirement.specifier.contains(version)
            for version in locked().get(canonicalize_name(requirement.name), [])
        )
    ]
    assert missing == []


def test_every_import_of_the_library_is_declared():
    """A package that only comes along with another can leave with it."""
    project = tomllib.loads(text("pyproject.toml"))["project"]
    asked = project["dependencies"]
    asked += [
        each for extra in ("large", "cluster") for each in project["optional-dependencies"][extra]
    ]
    declared = {canonicalize_name(x.name) for x in requirements(asked)}
    providers = metadata.packages_distributions()
    undeclared = {
        name
        for path in (ROOT / "lib").rglob("*.py")
        for name in imported_names(path)
        if name not in sys.stdlib_module_names | {"evalbook"}
        and not declared & {canonicalize_name(x) for x in providers.get(name, [])}
    }
    assert undeclared == set()


def imported_names(path: Path) -> set[str]:
    """Top-level names of the modules that a file imports, its own package's aside."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
    return {name.split(".")[0] for name in names}


def test_conda_environment_agrees_with_the_lock():
    listed = yaml.safe_load(text("environment.yml"))["dependencies"]
    from_pip = listed.pop()["pip"]
    assert from_pip.pop() == "-e ."
    conda = [item.replace(" =", "==", 1) for item in listed if " =" in item]
    differing = {
        name: versions
        for name, versions in pins(conda + from_pip).items()
        if locked().get(CONDA_NAMES.get(name, name)) != versions
    }
    assert differing == {}


def test_conda_environment_has_every_runtime_dependency():
    listed = yaml.safe_load(text("environment.yml"))["dependencies"]
    from_pip = listed.pop()["pip"]
    conda = [item.replace(" =", "==", 1) for item in listed]
    present = {CONDA_NAMES.get(name, name) for name in pins(conda + from_pip)}
    project = tomllib.loads(text("pyproject.toml"))["project"]
    asked = {canonicalize_name(x.name) for x in requirements(project["dependencies"])}
    assert asked - present == set()


# ---- licences


def licence(distribution: metadata.Distribution) -> str:
    fields = distribution.metadata
    classifiers = [x for x in fields.get_all("Classifier") or [] if x.startswith("License")]
    stated = fields.get("License-Expression") or " ".join(classifiers) or fields.get("License")
    return stated or _in_its_file(distribution) or "none stated"


def _in_its_file(distribution: metadata.Distribution) -> str:
    """The first line of the licence that a package brings as a file and does not name."""
    files = (f for f in distribution.files or () if "licenses" in f.parts)
    return next((f.read_text().strip().splitlines()[0] for f in files), "")


def is_lesser(stated: str) -> bool:
    return re.search(r"LGPL|Lesser General Public", stated, re.I) is not None


def is_strong_copyleft(stated: str) -> bool:
    others = re.sub(r"LGPL|Lesser General Public", "", stated, flags=re.I)
    return re.search(r"GPL|General Public", others, re.I) is not None


@pytest.mark.parametrize(
    ("stated", "strong", "lesser"),
    [
        ("GPL-2.0-or-later", True, False),
        ("License :: OSI Approved :: GNU Affero General Public License v3", True, False),
        ("AGPL-3.0-only AND LGPL-2.1-only", True, True),
        ("GNU Lesser General Public License v3 (LGPLv3)", False, True),
        ("MPL-2.0 AND MIT", False, False),
    ],
)
def test_licence_names_are_told_apart(stated: str, strong: bool, lesser: bool):
    assert (is_strong_copyleft(stated), is_lesser(stated)) == (strong, lesser)


def test_no_installed_package_is_under_a_gpl():
    """Of what the lock brings; a package the analyst added is theirs to judge."""
    stated = {
        name: licence(distribution)
        for distribution in metadata.distributions()
        if (name := canonicalize_name(distribution.name)) in locked()
    }
    assert {n: s for n, s in stated.items() if is_strong_copyleft(s)} == {}
    assert {n: s for n, s in stated.items() if is_lesser(s)} == {}, "name it in docs/setup.md"
    assert {n: s for n, s in stated.items() if s == "none stated"} == {}


# ---- git


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "-c", "core.excludesFile=", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """An empty repository under our rules: the test also holds in an unpacked archive."""
    git(tmp_path, "init", "--quiet")
    for name in (".gitignore", ".gitattributes"):
        (tmp_path / name).write_text(text(name), encoding="utf-8")
    return tmp_path


def test_git_ignores_none_of_the_sources(clone: Path):
    sources = ["lib", "lib/evalbook/loading.py", "data/x/budget.csv", "params/a.yaml"]
    kept = [*sources, "outputs/.gitkeep"]
    assert git(clone, "check-ignore", *kept).stdout == ""


def test_git_ignores_what_is_made(clone: Path):
    made = [
        ".venv/bin/python",
        "outputs/qingdao-2019/report.html",
        "lib/evalbook.egg-info/PKG-INFO",
    ]
    made += ["lib/evalbook/__pycache__/load.pyc", "notebooks/.ipynb_checkpoints/a.ipynb"]
    assert git(clone, "check-ignore", *made).stdout.splitlines() == made


@pytest.mark.parametrize("name", ["a.csv", "a.yaml", "a.py", "a.ipynb", "requirements.txt"])
def test_git_keeps_the_line_ends_that_hashes_rest_on(clone: Path, name: str):
    assert git(clone, "check-attr", "eol", name).stdout.strip() == f"{name}: eol: lf"


# ---- the script


def test_script_needs_nothing_but_python():
    assert imported_names(ROOT / "make.py") <= sys.stdlib_module_names


def test_an_old_python_can_read_the_script_far_enough_to_be_refused():
    ast.parse(text("make.py"), feature_version=(3, 7))


@pytest.mark.parametrize("version", [(3, 7), (3, 10), (3, 14)])
def test_unsuitable_python_is_refused_in_chinese(version, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (*version, 0, "final", 0))
    assert script.protected_main(["setup"]) == 1
    said = capsys.readouterr().err
    assert CHINESE.search(said)
    assert f"{version[0]}.{version[1]}" in said and "3.11" in said
    assert "Traceback" not in said


def test_python_bounds_are_those_of_pyproject():
    project = tomllib.loads(text("pyproject.toml"))["project"]
    (oldest, newest) = (script.OLDEST_PYTHON, script.NEWEST_PYTHON)
    assert project["requires-python"] == f">={oldest[0]}.{oldest[1]},<{newest[0]}.{newest[1] + 1}"


def test_unknown_command_is_answered_with_the_list(capsys):
    assert script.protected_main(["rapport"]) == 1
    said = capsys.readouterr().err
    assert "rapport" in said and all(name in said for name in script.COMMANDS)


def test_every_make_target_is_a_command_of_the_script():
    rule = re.search(r"^(help .*):$", text("Makefile"), re.M)
    assert rule is not None
    assert set(rule[1].split()) == {"help", *script.COMMANDS}


def test_every_command_is_documented():
    documented = text("docs/setup.md")
    assert [name for name in script.COMMANDS if f"`make {name}`" not in documented] == []


# ---- done once, and only once


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A folder that looks set up, without an installation."""
    (tmp_path / "requirements.txt").write_text("numpy==1.0\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    pretend_venv(tmp_path)
    script.write_stamp(tmp_path)
    return tmp_path


def pretend_venv(root: Path) -> None:
    script.venv_python(root).parent.mkdir(parents=True, exist_ok=True)
    script.venv_python(root).touch()


def test_unchanged_set_up_needs_nothing(workbook: Path):
    assert script.work_needed(workbook) == "nothing"


@pytest.mark.parametrize("changed", ["requirements.txt", "pyproject.toml"])
def test_changed_lock_or_project_is_installed_again(workbook: Path, changed: str):
    (workbook / changed).write_text("numpy==2.0\n", encoding="utf-8")
    assert script.work_needed(workbook) == "update"


@pytest.mark.parametrize("stamp", [None, "", "[]", "{}", '{"python": "2.7"}'])
def test_unfinished_set_up_is_built_anew(workbook: Path, stamp: str | None):
    script.stamp_path(workbook).unlink()
    if stamp is not None:
        script.stamp_path(workbook).write_text(stamp, encoding="utf-8")
    assert script.work_needed(workbook) == "rebuild"


def test_environment_without_its_python_is_built_anew(workbook: Path):
    script.venv_python(workbook).unlink()
    assert script.work_needed(workbook) == "rebuild"


def test_moved_folder_is_built_anew(workbook: Path):
    """Scripts and the editable install name their place."""
    moved = workbook.rename(workbook.with_name("moved"))
    assert script.work_needed(moved) == "rebuild"


@pytest.fixture
def installations(monkeypatch) -> list[Path]:
    """Where packages were installed, without installing any."""
    done: list[Path] = []
    monkeypatch.setattr(script, "create_venv", pretend_venv)
    monkeypatch.setattr(script, "install_packages", done.append)
    return done


def test_second_set_up_installs_nothing(workbook: Path, installations: list[Path]):
    (workbook / "requirements.txt").write_text("numpy==2.0\n", encoding="utf-8")
    script.set_up(workbook)
    script.set_up(workbook)
    assert installations == [workbook]


def test_failed_set_up_is_not_taken_for_a_finished_one(workbook: Path, monkeypatch):
    def fail(root: Path) -> None:
        raise script.Stop("没有网络")

    (workbook / "requirements.txt").write_text("numpy==2.0\n", encoding="utf-8")
    monkeypatch.setattr(script, "install_packages", fail)
    with pytest.raises(script.Stop):
        script.set_up(workbook)
    assert script.work_needed(workbook) == "rebuild"


# ---- what is said when it fails


@pytest.mark.parametrize(
    ("log", "advice"),
    [
        ("error: Failed to fetch: error sending request for url", "检查网络"),
        ("ERROR: Could not install: Connection refused", "检查网络"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "校验值不符"),
        ("OSError: [Errno 28] No space left on device", "磁盘空间不足"),
        ("something else", "再运行一次"),
    ],
)
def test_failed_installation_says_what_to_do(workbook: Path, log: str, advice: str):
    script.log_path(workbook).write_text(log, encoding="utf-8")
    said = script.explain_failure(workbook)
    assert advice in said and str(script.log_path(workbook)) in said


def test_missing_pip_is_said_in_chinese(workbook: Path, monkeypatch):
    monkeypatch.setattr(script, "pip_version", lambda: ())
    monkeypatch.setattr(script, "run_logged", lambda *_: False)
    with pytest.raises(script.Stop, match="请先安装 pip"):
        script.pip_command(workbook)


def test_pip_that_cannot_serve_another_python_gives_way_to_ensurepip(workbook, monkeypatch):
    monkeypatch.setattr(script, "pip_version", lambda: (22, 0))
    monkeypatch.setattr(script, "run_logged", lambda *_: True)
    assert script.pip_command(workbook) == [str(script.venv_python(workbook)), "-m", "pip"]


def test_uv_is_bootstrapped_from_its_own_hashed_lines():
    entry = script.lock_entry(ROOT, "uv").splitlines()
    assert entry[0].startswith("uv==") and len(entry) > 1
    assert all(line.startswith("    --hash=sha256:") for line in entry[1:])
    assert not entry[-1].endswith("\\")


def test_mirror_chosen_for_pip_is_used_by_uv(workbook: Path, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "mirror")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    assert script.uv_environment(workbook)["UV_DEFAULT_INDEX"] == "mirror"


def test_skipped_tests_are_named_and_expected_failures_are_not(tmp_path: Path):
    record = tmp_path / "tests.xml"
    record.write_text(
        "<testsuites><testsuite>"
        '<testcase name="a"><skipped type="pytest.skip"/></testcase>'
        '<testcase name="b"><skipped type="pytest.xfail"/></testcase>'
        '<testcase name="c"/>'
        '<testcase name="d"><skipped type="pytest.skip" message="没有 Quarto：略"/></testcase>'
        '<testcase name="e"><skipped type="pytest.skip" message="没有浏览器"/></testcase>'
        "</testsuite></testsuites>",
        encoding="utf-8",
    )
    assert script.skipped_tests(record) == (["a", "e"], ["d"])
    assert script.skipped_tests(tmp_path / "none.xml") == ([], [])


def test_only_tests_of_a_real_quarto_may_be_skipped():
    """The reason excuses a test, so no other test may give it."""
    given = [
        path.name
        for path in (ROOT / "tests").rglob("test_*.py")
        if f'reason="{script.MAY_BE_MISSING}' in path.read_text(encoding="utf-8")
    ]
    assert given == ["test_quarto.py"]
