"""Faulty and hostile files: refused at the door in a short Chinese line that acts on nothing."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
import yaml
from pydantic import BaseModel

from evalbook import evaluate, load
from evalbook.audit_settings import AuditSettings
from evalbook.commands import main
from evalbook.errors import Fault, InputError, ReportError
from evalbook.harmless import clean, escaped, said
from evalbook.house import HouseFile
from evalbook.paths import Workbook
from evalbook.rulesets import RuleSet
from evalbook.schema import Accepted, CaseParams, Checks, Findings, PartParams, Source, Texts
from evalbook.sheets import MAX_ROWS
from evalbook.spreadsheet import put_text, text_in
from evalbook.standards import Framework, TableKind, Units

CASE = "qingdao-2019"
ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
WORD = "w" * 10_000
MODELS = (
    Accepted, AuditSettings, CaseParams, Checks, Findings, Framework, HouseFile, PartParams,
    RuleSet, Source, TableKind, Texts, Units,
)  # fmt: skip


def cell(book: Workbook, stem: str, row: int, column: str, text: str) -> None:
    """Write another text into a cell of a table of the case."""
    path = book.data(CASE) / f"{stem}.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    rows[row][column] = text
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), "utf-8")


def refused(capsys: pytest.CaptureFixture[str], command: str = "check") -> str:
    """What a command says of input that is at fault: nothing in it acts, no line is endless."""
    assert main([command, CASE]) == 2
    spoken = capsys.readouterr()
    assert spoken.out == ""
    assert not ACTING.search(spoken.err)
    assert max(map(len, spoken.err.splitlines())) < 1_000
    return spoken.err


# ---- control characters, marks of direction, endless words


@pytest.mark.parametrize("code", ["\x07", "\x1b", "\x7f", "\x9b", "\uffff"])
def test_a_control_character_in_a_table_is_refused_by_its_code(workbook, capsys, code):
    cell(workbook, "budget", 0, "name", f"人员{code}[31m经费")
    told = refused(capsys)
    assert f"data/{CASE}/budget.csv 第 2 行 name 列" in told
    assert f"有控制字符 U+{ord(code):04X}" in told


@pytest.mark.parametrize("code", [r"\e", r"\x9b", r"\x00", r"\a"])
def test_a_control_character_in_yaml_is_refused_by_its_line(workbook, capsys, code):
    path = workbook.case_file(CASE)
    lines = path.read_text("utf-8").splitlines()
    lines[2] = f'title: "标{code}[2J题"'
    path.write_text("\n".join(lines), "utf-8")
    assert f"params/cases/{CASE}.yaml 第 3 行：有控制字符 U+00" in refused(capsys)


@pytest.mark.parametrize("column", ["budget", "rate", "parent", "table", "id"])
def test_a_message_shows_hostile_text_short_and_straight(workbook, capsys, column):
    cell(workbook, "budget", 0, column, f"\u202e{WORD}\u2067\u200f\n{WORD[:900]}")
    told = refused(capsys, "audit")
    assert "wwww" in told
    assert "……" in told


@pytest.mark.parametrize("key", ["kind", "period", "rules", "money_unit", "status"])
def test_a_wrong_value_in_yaml_is_shown_short_and_straight(workbook, capsys, key):
    path = workbook.case_file(CASE)
    content = yaml.safe_load(path.read_text("utf-8")) | {key: f"\u202e{WORD}"}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    assert f"params/cases/{CASE}.yaml" in refused(capsys)


def test_a_wrong_key_in_yaml_is_shown_short_and_straight(workbook, capsys):
    path = workbook.case_file(CASE)
    content = yaml.safe_load(path.read_text("utf-8")) | {f"\u202e{WORD[:900]}": "x"}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    assert "没有“www" in refused(capsys)


def test_the_audit_lists_hostile_names_short_and_straight(workbook, capsys):
    for row in range(20):
        cell(workbook, "budget", row, "name", f"\u202e反向{WORD}\n  [相符] 假的一行")
    assert main(["audit", CASE]) == 0
    out = capsys.readouterr().out
    assert "反向" in out
    assert not ACTING.search(out)
    assert max(map(len, out.splitlines())) <= 1_000
    assert not re.search(r"(?m)^  \[相符\] 假", out)


def test_the_json_of_the_audit_is_escaped(workbook, capsys):
    cell(workbook, "budget", 0, "name", "\u202e反向\u200f经费")
    assert main(["audit", CASE, "--json"]) == 0
    out = capsys.readouterr().out
    assert not ACTING.search(out)
    assert "\\u202e反向\\u200f" in out


def test_any_error_of_ours_is_cleaned():
    assert str(ReportError("标题\x1b[2J“\u202eabc”\n第二行")) == "标题□[2J“abc”\n第二行"
    fault = Fault("a.csv", f"“{WORD}”不是数字", "请改正")
    assert len(str(fault)) < 500
    assert str(fault).endswith("不是数字。请改正。")
    assert len(str(InputError([fault] * 3))) < 600


# ---- one definition of harmless


def test_what_can_be_seen_stays():
    seen = "㎡ 堃喆䶮 <b> =1+1 #$@ {PAGE} é 👨\u200d👩\u200d👧 \ue000 العربية"
    assert clean(seen) == seen
    assert clean("a\u202eb\u2066c\u200fd\u061ce\ufefff") == "abcdef"
    assert clean("a\r\nb\tc\x1bd\ufffd") == "a\nb c□d□"
    assert said("甲\n乙" * 500, 100).startswith("甲 乙")
    assert len(said("甲" * 500, 100)) == 100
    assert escaped('"\u202e中"') == '"\\u202e中"'


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "_x0041_", "_x000D_甲", "__x0041_", "'=1", "=\n1"],
)
def test_a_spreadsheet_gives_back_the_text_that_was_put_in(tmp_path, text):
    book = openpyxl.Workbook()
    put_text(book.active["A1"], text)
    book.save(tmp_path / "a.xlsx")
    found = openpyxl.load_workbook(tmp_path / "a.xlsx").active["A1"]
    assert found.data_type == "s"
    assert text_in(found.value) == text


def test_a_case_in_excel_may_begin_its_texts_with_an_equals_sign(workbook):
    folder = workbook.data(CASE)
    path = folder / "documents.csv"
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    path.unlink()
    texts = ["=cmd|'/c calc'!A0", "+1", "-1+2", "@SUM(A1)", "_x0041_"]
    book = openpyxl.Workbook()
    book.active.title = "documents"
    title = rows[0].index("title")
    for text, row in zip(texts, rows[1:], strict=False):
        row[title] = text
    for number, row in enumerate(rows, 1):
        for column, each in enumerate(row, 1):
            if each:
                put_text(book.active.cell(number, column), each)
    book.save(folder / "case.xlsx")
    found = [row["title"].text for _, row in load(CASE, workbook).rows("documents")]
    assert found[: len(texts)] == texts


# ---- too long, too many, too deep


def test_too_many_rows_are_refused(workbook, capsys):
    path = workbook.data(CASE) / "budget.csv"
    path.write_text("id\n" + "".join(f"a{n}\n" for n in range(MAX_ROWS)), "utf-8")
    assert f"超过 {MAX_ROWS} 行" in refused(capsys)


@pytest.mark.parametrize(
    ("file", "key", "entry"),
    [
        ("findings.yaml", "findings", {"title": "问题"}),
        ("findings.yaml", "recommendations", {"title": "建议"}),
        ("text.yaml", "headings", {"title": "标题"}),
        ("checks.yaml", "checks", {"kind": "sum", "expression": "1 = 1"}),
        ("source.yaml", "attachments", {"title": "附件", "present": "true"}),
    ],
)
def test_too_many_entries_are_refused(workbook, capsys, file, key, entry):
    path = workbook.data(CASE) / file
    content = yaml.safe_load(path.read_text("utf-8"))
    content[key] = [{"id": f"x{n}", **entry} for n in range(5_001)]
    path.write_text(yaml.dump(content, allow_unicode=True), "utf-8")
    assert re.search(
        rf"data/{CASE}/{file} 第 \d+ 行 {key}：“列表”太长。应为不超过 \d+ 项", refused(capsys)
    )


def test_too_long_a_text_is_refused(workbook, capsys):
    path: Path = workbook.case_file(CASE)
    content = yaml.safe_load(path.read_text("utf-8")) | {"title": "长" * 20_001}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    assert re.search("title：“长+…”太长。应为不超过 20000 字", refused(capsys))


def test_a_number_that_would_never_end_is_refused(workbook, capsys):
    for path, text in (
        (workbook.units_file, "元: 1e999999999"),
        (workbook.case_file(CASE), "score: 1e999999999"),
    ):
        old = path.read_text("utf-8")
        path.write_text(
            re.sub(rf"{text[:3].split(':')[0]}\w*: [\d.]+", text, old, count=1), "utf-8"
        )
        assert "不超过 20 位的数字" in refused(capsys)
        path.write_text(old, "utf-8")


def strings(schema: object) -> list[dict[str, object]]:
    """Every string in a model's schema."""
    if isinstance(schema, list):
        return [found for each in schema for found in strings(each)]
    if not isinstance(schema, dict):
        return []
    if any(each.get("type") == "number" for each in schema.get("anyOf", ())):
        return []
    own = [schema] if schema.get("type") == "string" else []
    return own + [found for each in schema.values() for found in strings(each)]


@pytest.mark.parametrize("model", MODELS)
def test_every_text_of_a_model_has_a_greatest_length_or_a_pattern(model: type[BaseModel]):
    bounded = {"maxLength", "pattern", "enum", "const"}
    assert [each for each in strings(model.model_json_schema()) if not bounded & set(each)] == []


def test_a_case_with_an_endless_word_in_a_name_is_evaluated(workbook):
    cell(workbook, "budget", 0, "name", WORD)
    assert WORD in evaluate(load(CASE, workbook)).text
