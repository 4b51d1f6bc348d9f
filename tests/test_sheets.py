"""CSV and Excel become the same rows of printed text; what is too large or broken is refused."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from evalbook.errors import InputError
from evalbook.sheets import MAX_COLUMNS, MAX_ROWS, MAX_TEXT, read_csv, read_workbook

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture
def csv_of(tmp_path: Path):
    """Reads bytes as budget.csv."""

    def read(raw: bytes):
        path = tmp_path / "budget.csv"
        path.write_bytes(raw)
        return read_csv(path, "budget.csv")

    return read


@pytest.fixture
def excel_of(tmp_path: Path):
    """Reads the rows given as the sheet “budget” of case.xlsx."""

    def read(rows, formats=(), name="case.xlsx"):
        book = Workbook()
        sheet = book.active
        sheet.title = "budget"
        for row in rows:
            sheet.append(row)
        for cell, number_format in formats:
            sheet[cell].number_format = number_format
        book.save(tmp_path / name)
        return read_workbook(tmp_path / name, name)["budget"]

    return read


def fault(read, *given):
    with pytest.raises(InputError) as caught:
        read(*given)
    (only,) = caught.value.faults
    return only


# ---- CSV

TEXT = "id,name,budget\r\na,人员经费,1670.88\r\nb,“专项”〔2019〕,\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_csv_is_the_same_in_every_encoding(csv_of, encoding):
    assert csv_of(TEXT.encode(encoding)) == csv_of(TEXT.encode("utf-8"))


def test_cells_keep_the_text_they_were_given(csv_of):
    sheet = csv_of(b'id,name,value\na,"x, ""y""", 007 \n')
    assert sheet.headings == ("id", "name", "value")
    assert sheet.rows == (("第 2 行", ("a", 'x, "y"', "007")),)


def test_lines_are_counted_as_an_editor_counts_them(csv_of):
    """A cell over two lines and an empty line do not shift the numbers of the rows below."""
    sheet = csv_of('id,name\n\na,"第一行\n第二行"\n,\nb,2\n'.encode())
    assert [place for place, _ in sheet.rows] == ["第 3 行", "第 6 行"]


@pytest.mark.parametrize(
    ("raw", "problem", "remedy"),
    [
        (b"", "文件是空的", "第一行应为列名"),
        (b"\xef\xbb\xbf", "文件是空的", "第一行应为列名"),
        (b"\n,,\n\n", "文件是空的", "第一行应为列名"),
        (b'id,name\na,"x\n', "第 2 行引号不成对", "检查该行的引号"),
        (b'id,name\na,"x"y\n', "第 2 行引号不成对", "检查该行的引号"),
        (b"id\n\xff\xff\xff", "编码既不是 UTF-8 也不是 GBK", "另存为 CSV（UTF-8）"),
        ("id,name".encode("utf-16-le"), "不是文本文件", "另存为 CSV（UTF-8）"),
        (b"id\n" + b"a\n" * (MAX_ROWS + 1), f"超过 {MAX_ROWS} 行", "拆分表格"),
        (b",".join([b"x"] * (MAX_COLUMNS + 1)), f"{MAX_COLUMNS} 列", "拆分表格"),
        (b"id\n" + b"x" * (MAX_TEXT + 1), f"每格 {MAX_TEXT} 字", "拆分表格"),
    ],
    ids=["empty", "mark", "blank", "open", "junk", "bytes", "utf16", "rows", "columns", "text"],
)
def test_what_a_csv_may_not_be(csv_of, raw, problem, remedy):
    found = fault(csv_of, raw)
    assert found.where.startswith("budget.csv")
    assert problem in found.problem
    assert remedy in found.remedy


# ---- Excel


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.9931, "0.00%", "99.31%"),
        (0.9931, "0%", "99%"),
        (1.0054, "0.0%", "100.5%"),
        (425.3, "0.00", "425.30"),
        (425.3, "General", "425.3"),
        (742037.07, "#,##0.00", "742037.07"),
        (-253.33, "#,##0.00_);[Red]\\(#,##0.00\\)", "-253.33"),
        (0, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "0.00"),
        (0.1 + 0.2, "General", "0.3"),
        (124251, "General", "124251"),
        ("99.31%", "@", "99.31%"),
        ("007", "@", "007"),
        (datetime(2019, 12, 31), "yyyy-mm-dd", "2019-12-31"),
        (date(2019, 12, 31), 'yyyy"年"m"月"d"日"', "2019-12-31"),
        (None, "0.00", ""),
    ],
)
def test_an_excel_cell_is_the_text_that_excel_shows(excel_of, value, number_format, text):
    sheet = excel_of([["id", "v"], ["a", value]], [("B2", number_format)])
    assert sheet.rows[0][1] == ("a", text)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [(0.125, "0.00", "0.13"), (12.25, "0.0", "12.3"), (0.12345, "0.00%", "12.35%")],
)
def test_excel_rounds_half_up(excel_of, value, number_format, text):
    """As Excel does on the screen, and as every printed figure is rounded here."""
    sheet = excel_of([["id", "v"], ["a", value]], [("B2", number_format)])
    assert sheet.rows[0][1] == ("a", text)


@pytest.mark.parametrize(
    ("value", "number_format", "digits"),
    [(3, '0.00"万元"', "3.00"), (99.31, '0.00"%"', "99.31"), (99.31, "0.00\\%", "99.31")],
)
def test_words_in_a_number_format_are_no_digits(excel_of, value, number_format, digits):
    """A unit in quotes is not two more decimals, and a quoted % does not multiply by 100."""
    sheet = excel_of([["id", "v"], ["a", value]], [("B2", number_format)])
    assert sheet.rows[0][1][1].rstrip("万元%") == digits


def test_excel_rows_are_numbered_as_excel_numbers_them(excel_of):
    sheet = excel_of([["id", "v"], [None, None], ["a", 1]])
    assert (sheet.name, sheet.rows[0][0]) == ("case.xlsx 工作表 budget", "第 3 行")


@pytest.mark.parametrize("formula", ["=1+1", ArrayFormula("B2", "=SUM(C1:C3)")])
def test_a_formula_without_its_result_is_refused_not_blank(excel_of, formula):
    found = fault(excel_of, [["id", "v"], ["a", formula]])
    assert found.where == "case.xlsx 工作表 budget B2"
    assert "公式没有保存计算结果" in found.problem
    assert "保存一次" in found.remedy


def test_a_formula_with_its_result_is_that_result(tmp_path: Path):
    path = tmp_path / "case.xlsx"
    sheet = (
        f"<worksheet {NAMESPACE}><sheetData>"
        '<row r="1"><c r="A1" t="inlineStr"><is><t>v</t></is></c></row>'
        '<row r="2"><c r="A2"><f>1+1.5</f><v>2.5</v></c></row></sheetData></worksheet>'
    )
    rewritten(path, sheet)
    assert read_workbook(path, "case.xlsx")["budget"].rows == (("第 2 行", ("2.5",)),)


def rewritten(path: Path, sheet: str) -> None:
    """A workbook with one sheet “budget” whose XML is given."""
    book = Workbook()
    book.active.title = "budget"
    plain = path.with_name("plain.xlsx")
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            raw = old.read(name)
            new.writestr(name, sheet if name.endswith("sheet1.xml") else raw)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path):
    path = tmp_path / "case.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b" " * 50_000_000)
    assert path.stat().st_size < 1_000_000
    assert "展开后大于" in fault(read_workbook, path, "case.xlsx").problem


def test_a_workbook_that_unpacks_hundreds_of_times_over_is_refused(tmp_path: Path):
    """A small file that grows a thousandfold is no table, even below the cap on size."""
    path = tmp_path / "case.xlsx"
    rewritten(
        path,
        f"<worksheet {NAMESPACE}><sheetData>"
        f'<row r="1"><c t="inlineStr"><is><t>id</t></is></c></row>{" " * 20_000_000}'
        "</sheetData></worksheet>",
    )
    assert path.stat().st_size < 40_000
    assert "展开" in fault(read_workbook, path, "case.xlsx").problem


def test_a_file_that_is_no_workbook_is_named(tmp_path: Path):
    path = tmp_path / "case.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0 an encrypted workbook")
    assert "不是 .xlsx 工作簿，或有密码" in fault(read_workbook, path, "case.xlsx").problem
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "a Word file under another name")
    assert "不是 .xlsx 工作簿" in fault(read_workbook, path, "case.xlsx").problem


def test_too_many_rows_in_a_sheet_are_refused(tmp_path: Path):
    path = tmp_path / "case.xlsx"
    rows = '<row><c t="inlineStr"><is><t>a</t></is></c></row>' * (MAX_ROWS + 2)
    rewritten(path, f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>")
    assert "展开" in (problem := fault(read_workbook, path, "case.xlsx").problem) or (
        f"超过 {MAX_ROWS} 行" in problem
    )
