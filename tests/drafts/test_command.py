"""`evalbook import FILE --tables DIR`: what it prints, its exit codes, the folder it leaves."""

from __future__ import annotations

import shutil

import published
import pytest
import yaml
from documents import page, sheet, word

from evalbook import evaluate, load
from evalbook.commands import main


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "report.docx"
    path.write_bytes(word("2019年度支出绩效评价报告", *published.QINGDAO))
    return path


@pytest.fixture
def spoilt(tmp_path):
    path = tmp_path / "spoilt.html"
    path.write_bytes(page(published.T2.with_cell(7, 2, "774")))
    return path


def test_a_clean_report(report, tmp_path, capsys):
    assert main(["import", str(report), "--tables", str(tmp_path / "drafts"), "--strict"]) == 0
    shown = capsys.readouterr().out
    assert "共 6 张表，起草 6 张，略过 0 张" in shown
    assert "第2张表“2.预算情况”：当作“预算执行”，因为表头有 资金项目、预算数" in shown
    assert "不一致 0。" in shown
    names = {path.name for path in (tmp_path / "drafts").iterdir()}
    assert names == {
        "source.yaml", "t01_indicators.csv", *(f"t{n:02}_budget.csv" for n in range(2, 7)),
    }  # fmt: skip


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
def test_errors_are_printed_as_the_audit_prints_them(spoilt, tmp_path, capsys, options, code):
    assert main(["import", str(spoilt), "--tables", str(tmp_path / "d"), *options]) == code
    shown = capsys.readouterr().out
    assert "[不一致·错误] 第1张表第8行“小 计”的预算数印为 774万元" in shown
    assert (tmp_path / "d" / "t01_budget.csv").exists()


@pytest.mark.parametrize("there", ["file", "folder with a file", "below a file"])
def test_a_folder_that_is_taken_is_refused_and_stays(report, tmp_path, capsys, there):
    target = tmp_path / "taken"
    if there == "folder with a file":
        target.mkdir()
        (target / "mine.txt").write_text("x")
    else:
        target.write_text("x")
    folder = target / "drafts" if there == "below a file" else target
    before = sorted(path.name for path in tmp_path.rglob("*"))
    assert main(["import", str(report), "--tables", str(folder)]) == 2
    assert "taken" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_an_empty_folder_is_filled(report, tmp_path):
    (tmp_path / "drafts").mkdir()
    assert main(["import", str(report), "--tables", str(tmp_path / "drafts")]) == 0
    assert (tmp_path / "drafts" / "source.yaml").is_file()


def test_a_missing_file_is_a_fault_of_input(tmp_path, capsys):
    assert main(["import", str(tmp_path / "no.docx"), "--tables", str(tmp_path / "d")]) == 2
    assert "no.docx：没有这个文件" in capsys.readouterr().err


def test_the_csv_opens_in_excel(report, tmp_path):
    main(["import", str(report), "--tables", str(tmp_path / "d")])
    raw = (tmp_path / "d" / "t02_budget.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfid,parent,place,name,budget,adjusted,executed")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 11


def test_same_document_same_drafts(report, tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        main(["import", str(report), "--tables", str(folder)])
    first, second = ({p.name: p.read_bytes() for p in f.iterdir()} for f in folders)
    assert first == second


def test_drafts_become_a_case_by_being_put_in_its_place(report, workbook, capsys):
    """Copied into data/ with a parameter file they load, and the audit says the same."""
    drafts = workbook.root / "drafts"
    main(["import", str(report), "--tables", str(drafts)])
    shutil.copytree(drafts, workbook.data("stranger-2019"))
    params = yaml.safe_load(workbook.case_file("qingdao-2019").read_text("utf-8"))
    params |= {"title": "某报告", "framework": None, "published": {}}
    workbook.case_file("stranger-2019").write_text(
        yaml.safe_dump(params, allow_unicode=True), "utf-8"
    )
    audit = evaluate(load("stranger-2019", workbook)).audit
    arithmetic = {"sum", "rate", "balance", "bounds", "budget-line", "full-marks"}
    assert {entry.verdict for entry in audit.entries if entry.kind in arithmetic} == {"consistent"}
    assert len(audit.entries) > 200


def test_many_tables_left_out_are_counted_by_reason(tmp_path, capsys):
    path = tmp_path / "r.html"
    path.write_bytes(page(*[sheet("一段话")] * 20, published.T2))
    assert main(["import", str(path), "--tables", str(tmp_path / "d")]) == 0
    assert "略过 20 张：没有数据行。" in capsys.readouterr().out
