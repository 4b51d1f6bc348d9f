"""What a run leaves out: never anything that a fresh run would have made otherwise.

Notebooks are executed in this process; all else is what `evalbook run` does.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cases import ROOT, Maker, budget, facts, indicators, write_yaml
from in_process import InProcess
from small_book import notebook

from evalbook import hashes, load
from evalbook.cache import Decision, kept
from evalbook.digest import digest
from evalbook.errors import EvalbookError
from evalbook.paths import Workbook
from evalbook.produce import Order, produce, unchanged

ONE, OTHER = "case-1", "case-2"
SHARED = ("90_findings.ipynb",)
READS = (
    "import csv\nfrom pathlib import Path\n"
    "from evalbook.blocks import Heading, Prose, Run\n"
    "from evalbook.notebook import open_case, show\n"
    "ev = open_case(case)",
    "root = Path(__import__('os').environ['EVALBOOK_ROOT'])\n"
    "rows = list(csv.reader(open(root / 'data/case-1/chapters/extra.csv')))\n"
    "rows += list(csv.reader(open(root / 'data/case-1/budget.csv')))\n"
    "rows += [[path.name] for path in sorted((root / 'data/case-1/more').glob('*'))]\n"
    "show([Heading(1, '指标分析'), Prose((Run(str(rows)),))])",
)
TELLS = (
    "from evalbook.blocks import Heading, Prose, Run\n"
    "from evalbook.notebook import open_case, show\n"
    "ev = open_case(case)",
    "cells = [c.text for t in ev.case.tables for r in t.rows for c in r.cells.values()]\n"
    "texts = [str(each.text) for each in ev.case.texts]\n"
    "said = '，'.join([*cells, *texts, ev.case.units['万元'][0]])\n"
    "show([Heading(1, '指标分析'), Prose((Run(said),))])",
)
TEXTS = [
    {"id": "t1", "number": "一", "title": "基本情况", "slot": "profile",
     "text": "预算为{budget.a.budget}，其余从略。", "place": "一"},
    {"id": "t2", "number": "二", "title": "结论", "text": "总体较好。", "place": "二"},
]  # fmt: skip


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbook:
    """Two small cases: one with a chapter that reads files, one with a nested project."""
    maker = Maker(tmp_path)
    tables = (
        budget("id | parent | name | budget | executed | rate", "a | | 甲 | 200 | 50 | 25.00%",
               "b | a | 乙 | 200 | 50 | 25.00%"),
        indicators("id | name | full_marks | score | target | actual",
                   "i1 | 产出 | 60 | 55 | 10 | 10", "i2 | 效益 | 40 | 35 | 90% | 95%"),
        facts("id | theme | name | value | unit", "f1 | 受益 | 人数 | 1200 | 人"),
    )  # fmt: skip
    found = {
        "findings": [{"id": "p1", "number": "1", "title": "执行偏慢", "causes": ["原因不明。"]}],
        "recommendations": [
            {"id": "r1", "number": "1", "title": "加快执行", "answers": ["p1"], "text": "抓紧。"}
        ],
    }
    assert maker.write(*tables, headings=TEXTS, findings=found) == ONE
    part = {"tables": (budget("id | name | budget | executed", "a | 丙 | 70 | 30"),)}
    assert maker.write(*tables, parts={"drg": part}, headings=TEXTS) == OTHER
    made = maker.book
    made.notebooks.mkdir()
    for name in SHARED:
        shutil.copy(ROOT / "notebooks" / name, made.notebooks / name)
    for case, cells in ((ONE, READS), (OTHER, TELLS)):
        made.chapters(case).mkdir()
        (made.chapters(case) / "50_own.ipynb").write_text(notebook(*cells), "utf-8")
    (made.chapters(ONE) / "extra.csv").write_text("a,1\nb,2\n", "utf-8")
    (made.data(ONE) / "more").mkdir()
    (made.data(ONE) / "more" / "note.txt").write_text("附注 3\n", "utf-8")
    write_yaml(made.house_file, {"organisation": "某市财政局", "profile": "screen"})
    monkeypatch.setenv("EVALBOOK_ROOT", str(made.root))
    return made


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> InProcess:
    return InProcess(monkeypatch)


Run = Callable[..., Decision]


@pytest.fixture
def run(book: Workbook, engine: InProcess) -> Run:
    def ran(case: str = ONE, **more: Any) -> Decision:
        order = Order(case, ("html",), quiet=True, at_a_time=1)
        return produce(book, replace(order, **more), engine).decision

    return ran


class Stopped(Exception):
    """Raised when a run has said what it does."""


def decided(book: Workbook, case: str, engine: InProcess) -> Decision | None:
    """What a run would do, which is not done; None when the input is not valid any more."""
    said: list[Decision] = []

    def stop(decision: Decision) -> None:
        said.append(decision)
        raise Stopped

    try:
        produce(book, Order(case, ("html",), quiet=True), engine, told=stop)
    except Stopped:
        return said[0]
    except EvalbookError:
        return None
    raise AssertionError


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# ---- the three levels


def test_what_is_unchanged_is_left_alone(book: Workbook, run: Run, engine: InProcess) -> None:
    assert run().level == "executed"
    executed, before = engine.executed, files_of(book.outputs / ONE)
    times = [path.stat().st_mtime_ns for path in (book.outputs / ONE).iterdir()]
    assert run().level == "unchanged"
    assert engine.executed == executed == 2
    assert files_of(book.outputs / ONE) == before
    assert [path.stat().st_mtime_ns for path in (book.outputs / ONE).iterdir()] == times


def test_an_edit_that_notebooks_do_not_see_is_laid_out_anew_and_sealed(
    book: Workbook, run: Run, engine: InProcess
) -> None:
    from evalbook.verify import verify

    run(OTHER)
    executed = engine.executed
    with (book.data(OTHER) / "text.yaml").open("a", encoding="utf-8") as file:
        file.write("# 备注\n")
    decision = run(OTHER)
    assert decision.level == "rendered"
    assert decision.reasons == (f"data/{OTHER}/text.yaml 有改动",)
    assert engine.executed == executed
    assert verify(book.outputs / OTHER, book).follows
    write_yaml(book.house_file, {"organisation": "某市财政局绩效处"})
    assert run(OTHER).level == "rendered"
    assert "绩效处" in (book.outputs / OTHER / "report.html").read_text("utf-8")
    assert verify(book.outputs / OTHER, book).follows
    assert run(OTHER).level == "unchanged"
    csv = book.data(OTHER) / "budget.csv"
    csv.write_text(csv.read_text("utf-8").replace("\n", "\n\n", 1), "utf-8")
    assert run(OTHER).level == "rendered"
    assert engine.executed == executed


def test_an_engine_is_started_before_it_is_known_to_be_needed_only_where_it_may_be(
    book: Workbook, engine: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    early: list[bool] = []

    def started(name: str, at_once: bool) -> InProcess:
        early.append(at_once)
        return engine

    order = Order(OTHER, ("html",), quiet=True, at_a_time=1)

    def told(**more: Any) -> tuple[str, list[bool]]:
        early.clear()
        level = produce(book, replace(order, **more)).decision.level
        return level, list(early)

    monkeypatch.setattr("evalbook.engine._engine", started)
    assert told() == ("executed", [True])
    assert told() == ("unchanged", [])
    assert told(fresh=True) == ("executed", [True])
    write_yaml(book.house_file, {"organisation": "某市财政局绩效处"})
    assert told() == ("rendered", [False])
    assert told(formats=("html", "docx")) == ("rendered", [False])
    (book.outputs / OTHER / "report.html").write_text("", "utf-8")
    assert told() == ("rendered", [False])
    (book.outputs / OTHER / "90_findings.ipynb").unlink()
    assert told() == ("executed", [False])
    csv = book.data(OTHER) / "budget.csv"
    csv.write_text(csv.read_text("utf-8").replace("200", "201"), "utf-8")
    assert told() == ("executed", [True])


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("data/case-2/budget.csv", "200", "201"),
        ("data/case-2/text.yaml", "总体较好", "总体尚可"),
        ("data/case-2/chapters/50_own.ipynb", "指标分析", "指标"),
        ("data/case-2/parts/drg/budget.csv", "70", "71"),
        ("notebooks/90_findings.ipynb", "show(", "show ("),
        ("params/cases/case-2.yaml", "某局", "某某局"),
    ],
)
def test_what_notebooks_see_is_executed_anew(
    book: Workbook, run: Run, name: str, old: str, new: str
) -> None:
    run(OTHER)
    run(ONE)
    path = book.root / name
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    decision = run(OTHER)
    assert decision.level == "executed"
    assert f"{name} 有改动" in decision.reasons
    shared = name.startswith("notebooks/")
    assert run(ONE).level == ("executed" if shared else "unchanged")


def test_library_lock_packages_fonts_and_options(
    book: Workbook, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run()
    assert run(formats=("html", "docx")).level == "rendered"
    assert run(formats=("html", "docx")).level == "unchanged"
    assert run().level == "rendered"
    library = tmp_path / "library"
    shutil.copytree(hashes.LIBRARY, library, ignore=shutil.ignore_patterns("__pycache__"))
    (library / "cells.py").write_text("# other\n", "utf-8")
    for name, value in (("LIBRARY", library), ("LOCK", book.units_file)):
        with monkeypatch.context() as changed:
            changed.setattr(hashes, name, value)
            assert run().level == "executed", name
        assert run().level == "executed", name
    packages = tmp_path / "packages"
    (packages / "pandas-99.0.dist-info").mkdir(parents=True)
    with monkeypatch.context() as changed:
        changed.syspath_prepend(str(packages))
        decision = run()
    assert decision.level == "executed"
    assert any("安装的软件包" in reason for reason in decision.reasons)
    assert run(fresh=True).level == "executed"


def test_spoilt_outputs_and_records_are_not_believed(book: Workbook, run: Run) -> None:
    run()
    folder = book.outputs / ONE
    (folder / "report.html").write_text("改过")
    assert run().level == "rendered"
    (folder / "90_findings.ipynb").write_text("{}")
    assert run().level == "executed"
    for spoilt in ("", "[]", "{", '{"manifest": 1}', '{"manifest": "x", "seen": {}}'):
        book.cache_file(ONE).write_text(spoilt)
        assert run().level == "executed", spoilt
    (folder / "manifest.json").write_text('{"inputs": [], "outputs": 3}')
    assert run().level == "executed"
    shutil.rmtree(folder)
    assert run().level == "executed"
    record = json.loads(book.cache_file(ONE).read_text("utf-8"))
    assert kept(book, ONE).seen == record["seen"]


def test_another_case_that_a_chapter_names_is_an_input(book: Workbook, run: Run) -> None:
    compares = (
        TELLS[0] + "\nfrom evalbook import load\nother = load('case-1')",
        "show([Heading(1, '指标分析'), Prose((Run(other.params.title),))])",
    )
    (book.chapters(OTHER) / "50_own.ipynb").write_text(notebook(*compares), "utf-8")
    run(OTHER)
    assert run(OTHER).level == "unchanged"
    path = book.case_file(ONE)
    path.write_text(path.read_text("utf-8").replace("某部门", "另一部门"), "utf-8")
    assert run(OTHER).level == "executed"
    page = (book.outputs / OTHER / "report.html").read_text("utf-8")
    assert "另一部门" in page


def test_a_case_on_the_way_is_not_called_unchanged(book: Workbook, run: Run) -> None:
    from evalbook.locks import alone

    run()
    order, taken = Order(ONE, ("html",)), hashes.shared(book)
    assert unchanged(book, order, taken)
    with alone(book.lock_file(ONE)):
        assert unchanged(book, order, taken) is None
    assert unchanged(book, Order("../case-1", ("html",)), taken) is None


def test_explained_in_chinese() -> None:
    lines = Decision("rendered", ("params/house.yaml 有改动",)).lines("x")
    assert lines == ["x：笔记本没有重新执行，只重新排版。", "  params/house.yaml 有改动。"]


# ---- the digest


def test_a_digest_sees_every_field_and_nothing_else(book: Workbook) -> None:
    case = load(OTHER, book)
    found = digest(case)
    assert digest(load(OTHER, book)) == found
    _ = case.find("budget", "a")  # what is derived is kept in the object
    assert digest(case) == found
    changed = [
        replace(case, id="x"),
        replace(case, approximate={}),
        replace(case, texts=case.texts[::-1]),
        replace(case, units={**case.units, "万元": ("金额", Decimal(9))}),
        replace(case, audit_settings=case.audit_settings.model_copy(update={"reference": "x"})),
        replace(case, parts=(replace(case.parts[0], short="y"),)),
        replace(case, rules=replace(case.rules, rate_places=7)),
    ]
    assert len({found, *map(digest, changed)}) == len(changed) + 1
    assert digest({1: "a"}) != digest({"1": "a"})
    assert digest(Decimal("1.0")) != digest(Decimal("1.00")) != digest("1.00")
    assert digest({"a": 1, "b": 2}) != digest({"b": 2, "a": 1})
    with pytest.raises(TypeError):
        digest(print)


# ---- random edits

LETTERS = "甲乙丙丁县市区院校厅"
Edit = Callable[[Workbook, random.Random], str]


def _files(book: Workbook, *endings: str) -> list[Path]:
    places = (book.root / "data", book.root / "params", book.notebooks)
    found = [path for place in places for path in place.rglob("*") if path.is_file()]
    return sorted(path for path in found if not endings or path.suffix in endings)


def _rewrite(path: Path, text: str) -> str:
    path.write_bytes(text.encode())
    return path.as_posix()


def _text(path: Path) -> str:
    return path.read_bytes().decode()


def a_letter(book: Workbook, chance: random.Random) -> str:
    """One digit, Chinese or Latin letter in any text is another one."""
    path = chance.choice(_files(book, ".csv", ".yaml", ".txt", ".ipynb"))
    text = _text(path)
    kind: Callable[[str], bool] = chance.choice([str.isdigit, lambda c: "一" <= c <= "龥"])
    places = [at for at, letter in enumerate(text) if kind(letter)]
    if not places:
        return f"{path} has none"
    at = chance.choice(places)
    other = chance.choice("0123456789" if text[at].isdigit() else LETTERS)
    return _rewrite(path, text[:at] + other + text[at + 1 :]) + f" at {at}: {text[at]} {other}"


def a_comment(book: Workbook, chance: random.Random) -> str:
    path = chance.choice(_files(book, ".yaml"))
    text = _text(path)
    return _rewrite(path, chance.choice([f"# 注\n{text}", f"{text}\n# {chance.random()}\n"]))


def whitespace(book: Workbook, chance: random.Random) -> str:
    path = chance.choice(_files(book, ".csv", ".yaml", ".txt"))
    lines = _text(path).split("\n")
    at = chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            lines[at] += " "
        case 1:
            lines.append("")
        case 2:
            lines = [line.rstrip("\r") + "\r" for line in lines]
        case _:
            lines[at] = lines[at].replace(",", ", ", 1)
    return _rewrite(path, "\n".join(lines)) + f" whitespace in line {at}"


def a_cell(book: Workbook, chance: random.Random) -> str:
    """The source of a cell, or what is stored in it and no part of it."""
    path = chance.choice(_files(book, ".ipynb"))
    data = json.loads(_text(path))
    cell = chance.choice(data["cells"])
    match chance.randrange(4):
        case 0:
            cell["outputs"], cell["execution_count"] = [], chance.randrange(9)
        case 1:
            cell["source"] = "".join(cell["source"]) + "\n# 改"
        case 2:
            cell["metadata"]["collapsed"] = True
        case _:
            cell["metadata"]["tags"] = ["guide"]
    return _rewrite(path, json.dumps(data, ensure_ascii=False)) + f" {cell['source'][-30:]}"


def the_house(book: Workbook, chance: random.Random) -> str:
    settings: dict[str, Any] = {"organisation": chance.choice(["某市财政局", "某县财政局"])}
    if chance.random() < 0.5:
        settings["profile"] = chance.choice(["screen", "gbt9704"])
    if chance.random() < 0.3:
        settings["disclaimer"] = "只供参考。"
    write_yaml(book.house_file, settings)
    return f"house {settings}"


def a_new_file(book: Workbook, chance: random.Random) -> str:
    folders = [book.data(ONE), book.chapters(ONE), book.data(ONE) / "more", book.data(OTHER),
               book.chapters(OTHER), book.part(OTHER, "drg"), book.notebooks,
               book.root / "params", book.root / "params" / "rules", book.table_kinds]  # fmt: skip
    name = chance.choice(["a.txt", "b.csv", "c.yaml", ".hidden", "~$x.docx", "60_more.ipynb",
                          "accepted.yaml", "d/e.json"])  # fmt: skip
    path = chance.choice(folders) / name
    path.parent.mkdir(exist_ok=True)
    return _rewrite(path, notebook(*TELLS) if name.endswith("ipynb") else "") + " is new"


def a_file_less(book: Workbook, chance: random.Random) -> str:
    path = chance.choice(_files(book))
    path.unlink()
    return f"{path} is gone"


def a_file_renamed(book: Workbook, chance: random.Random) -> str:
    path = chance.choice(_files(book))
    path.rename(path.with_name(chance.choice(["00_", "x_"]) + path.name))
    return f"{path} is renamed"


def an_output(book: Workbook, chance: random.Random) -> str:
    path = chance.choice([p for p in sorted(book.outputs.rglob("*")) if p.is_file()])
    if chance.random() < 0.5:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b" ")
    return f"{path} is spoilt"


def nothing(book: Workbook, chance: random.Random) -> str:
    path = chance.choice(_files(book))
    path.write_bytes(path.read_bytes())
    return f"{path} is the same"


EDITS: tuple[Edit, ...] = (
    *(a_letter, a_letter, a_letter, a_comment, whitespace, a_cell, the_house, a_new_file),
    *(a_file_less, a_file_renamed, an_output, nothing),
)


@pytest.mark.thorough
def test_no_random_edit_gives_a_stale_hit(
    book: Workbook,
    engine: InProcess,
    run: Run,
    tmp_path: Path,
    pytestconfig: pytest.Config,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a hit the outputs are, byte for byte, what a fresh run of the edited case leaves."""
    count = pytestconfig.getoption("--edits")
    for name in ("LIBRARY", "FONTS"):  # large, and not edited here
        monkeypatch.setattr(hashes, name, tmp_path / "empty")
    run(ONE)
    run(OTHER)
    saved = tmp_path / "saved"
    for name in ("data", "params", "notebooks", "outputs"):
        shutil.copytree(book.root / name, saved / name)
    chance, hits = random.Random(f"edits {count}"), {"unchanged": 0, "rendered": 0}
    for _ in range(count):
        said = chance.choice(EDITS)(book, chance)
        case = chance.choice((ONE, OTHER))
        decision = decided(book, case, engine)
        if decision is not None and decision.level != "executed":
            hits[decision.level] += 1
            assert run(case).level == decision.level, said
            after = files_of(book.outputs / case)
            run(case, fresh=True)
            assert files_of(book.outputs / case) == after, f"{decision.level}: {said}"
        _restore(book, saved)
    assert hits["unchanged"] > count / 4 and hits["rendered"] > count / 20, hits


def _restore(book: Workbook, saved: Path) -> None:
    for name in ("data", "params", "notebooks", "outputs"):
        shutil.rmtree(book.root / name)
        shutil.copytree(saved / name, book.root / name)
