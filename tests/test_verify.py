"""`evalbook verify`: what follows, what does not, and what is no report of ours."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import NameObject

from evalbook import attached, evaluate, hashes, load, manifest, verify
from evalbook.commands import main
from evalbook.manifest import Options, as_text, inputs_of, manifest_of
from evalbook.paths import Workbook
from evalbook.verify import differences

CASE = "qingdao-2019"
OPTIONS = Options(formats=("pdf",), renderer="embedded", profile="gbt9704", fonts="packaged")


def pdf(files: dict[str, bytes], password: str = "") -> bytes:
    """A page that carries these files."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    for name, content in files.items():
        writer.add_attachment(name, content)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def folder(workbook: Workbook) -> Path:
    """outputs/CASE as a run leaves it, without notebooks."""
    path = workbook.outputs / CASE
    path.mkdir(parents=True)
    inputs = inputs_of(workbook, CASE)
    records = {
        "evaluation.json": evaluate(load(CASE, workbook)).text.encode(),
        "inputs.json": as_text(inputs).encode(),
    }
    for name, content in records.items():
        (path / name).write_bytes(content)
    (path / "report.pdf").write_bytes(pdf(records))
    (path / "manifest.json").write_text(as_text(manifest_of(inputs, path, OPTIONS)), "utf-8")
    return path


Ask = Callable[[Path], tuple[int, str]]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """The exit code of the command and all that it says."""

    def asked(target: Path) -> tuple[int, str]:
        code = main(["verify", str(target)])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out + said.err

    return asked


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def both(folder: Path) -> tuple[Path, Path]:
    return folder, folder / "report.pdf"


# ---- folders and PDFs of ours


def test_a_report_that_follows(folder: Path, ask: Ask) -> None:
    for target in both(folder):
        code, said = ask(target)
        assert code == 0, said
        assert "报告仍然由它的输入得出" in said
        assert "没有比较" in said


def test_a_pdf_is_enough(folder: Path, ask: Ask, tmp_path: Path) -> None:
    sent = tmp_path / "收到的报告.PDF"
    (folder / "report.pdf").rename(sent)
    for path in folder.iterdir():
        path.unlink()
    code, said = ask(sent)
    assert code == 0, said
    assert "收到的报告.PDF" in said


def test_changed_inputs_are_named_with_what_they_change(
    workbook: Workbook, folder: Path, ask: Ask
) -> None:
    replace(workbook.data(CASE) / "budget.csv", "276.98", "277.98")
    for target in both(folder):
        code, said = ask(target)
        assert code == 1
        assert f"data/{CASE}/budget.csv 有改动" in said
        assert "输入：有 1 处变动" in said
        assert "276.98" in said and "277.98" in said
        assert "budget." in said
        assert "与生成时不同的有：输入、重算结果。" in said


def test_an_input_that_changes_no_figure_is_a_difference_all_the_same(
    workbook: Workbook, folder: Path, ask: Ask
) -> None:
    replace(workbook.house_file, "profile: gbt9704", "profile: screen")
    for target in both(folder):
        code, said = ask(target)
        assert code == 1
        assert "params/house.yaml 有改动" in said
        assert "重算，与 evaluation.json 相同" in said


def test_inputs_come_and_go(workbook: Workbook, folder: Path, ask: Ask) -> None:
    (workbook.data(CASE) / "accepted.yaml").write_text("accepted: []\n", "utf-8")
    (workbook.chapters(CASE) / "15_bases.ipynb").unlink()
    code, said = ask(folder)
    assert code == 1
    assert f"data/{CASE}/accepted.yaml 是新增的" in said
    assert f"data/{CASE}/chapters/15_bases.ipynb 不见了" in said


def test_changed_outputs_are_named(folder: Path, ask: Ask) -> None:
    (folder / "report.pdf").write_bytes(b"other")
    (folder / "inputs.json").unlink()
    (folder / "extra.docx").write_bytes(b"x")
    code, said = ask(folder)
    assert code == 1
    assert "输出：有 3 处变动" in said
    for line in ("report.pdf 有改动", "inputs.json 不见了", "extra.docx 是新增的"):
        assert line in said
    assert "输入：" in said and "没有变" in said


def test_what_editors_leave_is_no_output(folder: Path, ask: Ask) -> None:
    (folder / "~$report.docx").write_bytes(b"x")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "00_overview.ipynb").write_text("{}")
    assert ask(folder)[0] == 0


def test_a_forged_score_is_found_though_the_manifest_agrees(
    workbook: Workbook, folder: Path, ask: Ask
) -> None:
    replace(folder / "evaluation.json", '"total": "90.31"', '"total": "95.31"')
    forged = manifest_of(inputs_of(workbook, CASE), folder, OPTIONS)
    (folder / "manifest.json").write_text(as_text(forged), "utf-8")
    code, said = ask(folder)
    assert code == 1
    assert "score.total 原为 95.31，重算为 90.31" in said
    assert "score.computed.total 原为 95.31，重算为 90.31" in said
    assert "输出：3 个文件都与清单相符" in said


def test_the_library_the_lock_and_the_fonts(
    workbook: Workbook, folder: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    (fonts / "NotoSansSC-Regular.otf").write_bytes(b"another cut")
    monkeypatch.setattr(hashes, "LIBRARY", workbook.root / "notebooks")
    monkeypatch.setattr(hashes, "LOCK", workbook.units_file)
    monkeypatch.setattr(hashes, "FONTS", fonts)
    for target in both(folder):
        code, said = ask(target)
        assert code == 1
        assert "lib/evalbook 有改动" in said
        assert "依赖清单 requirements.txt：有 1 处变动" in said
        assert "NotoSansSC-Regular.otf 有改动" in said
        assert "NotoSerifSC-Regular.otf 不见了" in said
        assert "与生成时不同的有：程序、依赖清单 requirements.txt、字体。" in said


def test_inputs_that_are_wrong_now_cannot_be_recomputed(
    workbook: Workbook, folder: Path, ask: Ask
) -> None:
    replace(workbook.case_file(CASE), "kind: department", "kidn: department")
    for target in both(folder):
        code, said = ask(target)
        assert code == 1
        assert "现在的输入有误，不能重算：" in said
        assert f"evalbook check {CASE}" in said


def test_a_case_that_is_gone(workbook: Workbook, folder: Path, ask: Ask) -> None:
    workbook.case_file(CASE).unlink()
    for target in both(folder):
        code, said = ask(target)
        assert code == 1
        assert f"params/cases/{CASE}.yaml 不见了" in said
        assert f"没有名为“{CASE}”的评价项目" in said


def test_many_differences_are_cut_short(workbook: Workbook, folder: Path, ask: Ask) -> None:
    for number in range(verify.SHOWN + 7):
        (folder / f"extra{number:02}").write_text("x")
    said = ask(folder)[1]
    assert f"有 {verify.SHOWN + 7} 处变动" in said
    assert said.count("是新增的") == verify.SHOWN
    assert "另有 7 处" in said


# ---- what is no report of ours: exit 2, one Chinese sentence


def test_arguments_that_name_nothing(workbook: Workbook, folder: Path, ask: Ask) -> None:
    (workbook.root / "a.txt").write_text("x")
    wrong = {
        workbook.root / "outputs" / "qingdao": "没有这个文件夹或文件",
        workbook.root / "notebooks": "没有 manifest.json",
        workbook.root / "a.txt": "既不是文件夹，也不是 PDF",
        folder / "manifest.json": "既不是文件夹，也不是 PDF",
    }
    for target, problem in wrong.items():
        code, said = ask(target)
        assert code == 2
        assert problem in said


def test_a_misspelt_folder_is_told_the_right_one(
    workbook: Workbook, folder: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workbook.root)
    for wrong in ("outputs/qingdao-2091", CASE):
        assert f"是否想写“outputs/{CASE}”" in ask(Path(wrong))[1]


SPOILT = {
    "empty": "",
    "cut off": '{"schema": 1, "case": "qing',
    "a list": "[]",
    "deep": "[" * 100_000,
    "another schema": '{"schema": 2}',
    "a number without end": '{"schema": ' + "9" * 10_000 + "}",
}


@pytest.mark.parametrize("text", SPOILT.values(), ids=SPOILT)
def test_a_manifest_that_is_none(folder: Path, ask: Ask, text: str) -> None:
    (folder / "manifest.json").write_text(text)
    code, said = ask(folder)
    assert code == 2
    assert "manifest.json：内容不是 evalbook run 写出的样子" in said


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("case", "../../etc"),
        ("case", "x" * 100),
        ("inputs", {"/etc/passwd": "0" * 64}),
        ("outputs", {"../../etc/passwd": "0" * 64}),
        ("outputs", {"report.pdf": "no hash"}),
        ("outputs", {f"f{n}": "0" * 64 for n in range(manifest.MOST_FILES + 1)}),
        ("more", 1),
    ],
)
def test_a_manifest_with_what_ours_never_has(
    folder: Path, ask: Ask, key: str, value: object
) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {key: value}))
    assert ask(folder)[0] == 2


def test_files_too_large_are_not_read(
    folder: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "MOST_BYTES", 100)
    assert "文件大于" in ask(folder)[1]
    monkeypatch.setattr(attached, "MOST_BYTES", 100)
    code, said = ask(folder / "report.pdf")
    assert code == 2 and "文件大于" in said


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for a right to make links")
def test_a_link_in_the_folder_is_not_followed(workbook: Workbook, folder: Path, ask: Ask) -> None:
    for name in ("report.pdf", "evaluation.json"):
        (folder / name).rename(workbook.root / name)
        (folder / name).symlink_to(workbook.root / name)
    code, said = ask(folder)
    assert code == 1
    assert "report.pdf 有改动" in said
    assert "evaluation.json 缺失或已损坏" in said


def test_an_evaluation_that_is_no_json(folder: Path, ask: Ask) -> None:
    for spoilt in (b"", b"\xff\xfe", b"[" * 100_000, b"9" * 5_000, b"{}", b"null", b'"x"'):
        (folder / "evaluation.json").write_bytes(spoilt)
        code, said = ask(folder)
        assert code == 1
        assert "evaluation.json 有改动" in said
        assert "重算结果：有" in said


def test_what_a_file_says_of_itself_cannot_move_the_terminal(folder: Path, ask: Ask) -> None:
    path = folder / "evaluation.json"
    data = json.loads(path.read_text("utf-8"))
    data["title"] = "\x1b[2J\r伪造" + "长" * 500
    data["\x1b[31m"] = "x"
    path.write_text(json.dumps(data), "utf-8")
    said = ask(folder)[1]
    assert "title 原为 □[2J 伪造长" in said
    assert "\x1b" not in said and "\r" not in said
    assert "长" * 100 not in said


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")
def test_the_name_of_a_target_cannot_move_the_terminal(folder: Path, ask: Ask) -> None:
    for name in ("a\x1b[2J\u202eb.pdf", "a\x1b[2J\u202eb"):
        moved = folder.with_name(name)
        (folder / "report.pdf" if name.endswith("pdf") else folder).rename(moved)
        said = ask(moved)[1]
        assert "a□[2Jb" in said
        assert "\x1b" not in said and "\u202e" not in said


def _looped() -> bytes:
    """A PDF whose list of files leads back to itself."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.add_attachment("evaluation.json", b"{}")
    names = writer.root_object["/Names"]
    names[NameObject("/EmbeddedFiles")][NameObject("/Names")] = writer._add_object(names)
    writer.write(out)
    return out.getvalue()


def _bomb() -> bytes:
    return pdf({"evaluation.json": b"0" * 90_000_000, "inputs.json": b"{}"})


HOSTILE = {
    "empty": (lambda: b"", "不是能读的 PDF"),
    "no pdf": (lambda: b"PK\x03\x04" + b"x" * 1000, "不是能读的 PDF"),
    "cut off": (lambda: pdf({"evaluation.json": b"{}"})[:300], "report.pdf："),
    "encrypted": (lambda: pdf({"evaluation.json": b"{}"}, "密码"), "有密码"),
    "without files": (lambda: pdf({}), "没有附带 evaluation.json、inputs.json"),
    "one file": (lambda: pdf({"evaluation.json": b"{}"}), "没有附带 inputs.json"),
    "bad json": (
        lambda: pdf({"evaluation.json": b"{}", "inputs.json": b"{}"}),
        "内容不是 evalbook run 写出的样子",
    ),
    "a loop": (_looped, "report.pdf："),
    "a bomb": (_bomb, "report.pdf："),
}


@pytest.mark.parametrize(("make", "problem"), HOSTILE.values(), ids=HOSTILE)
def test_a_pdf_that_is_no_report_of_ours(
    folder: Path, ask: Ask, make: Callable[[], bytes], problem: str
) -> None:
    (folder / "report.pdf").write_bytes(make())
    code, said = ask(folder / "report.pdf")
    assert code == 2
    assert problem in said
    assert said.startswith("输入有 1 处需要改正：")


def test_two_files_of_one_name_are_refused(folder: Path, ask: Ask) -> None:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    for content in (b"{}", b"[]"):
        writer.add_attachment("evaluation.json", content)
    writer.write(out)
    (folder / "report.pdf").write_bytes(out.getvalue())
    code, said = ask(folder / "report.pdf")
    assert code == 2 and "附带了两个 evaluation.json" in said


# ---- differences


def test_rows_are_paired_by_their_ids() -> None:
    old = {"budget": [{"id": "a", "rate": "1"}, {"id": "b", "rate": "2"}], "gone": 1}
    new = {"budget": [{"id": "b", "rate": "2"}, {"id": "a", "rate": None}, {"id": "c"}]}
    assert list(differences(old, new)) == [
        "budget.a.rate 原为 1，重算为 空",
        "budget.c 是新增的",
        "gone 没有了",
    ]


def test_parts_are_called_as_addresses_call_them() -> None:
    part = {"case": "drg", "budget": [{"id": "total", "rate": "1"}]}
    other = {"case": "drg", "budget": [{"id": "total", "rate": "2"}]}
    found = list(differences({"parts": [part]}, {"parts": [other]}))
    assert found == ["parts.drg.budget.total.rate 原为 1，重算为 2"]


def test_lists_without_ids_are_compared_in_order() -> None:
    assert list(differences({"x": ["a", "b"]}, {"x": ["b"]})) == [
        "x.第1项 原为 a，重算为 b",
        "x.第2项 没有了",
    ]
    assert list(differences({"x": []}, {"x": []})) == []
    assert list(differences({"x": {"y": 1}}, {"x": "z"})) == ["x 原为 1 项内容，重算为 z"]
