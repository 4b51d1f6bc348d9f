"""What a document shows is what is read: merged, nested, hidden, deleted, numbered by Word."""

from __future__ import annotations

import published
import pytest
from documents import altered, markup, page, sheet, word

from evalbook.drafts.found import distinct
from evalbook.drafts.page import read_page
from evalbook.drafts.word import read_word

MERGED = sheet(
    "单位|项目|2019年|<|合计",
    "^|^|预算数|执行数|^",
    "甲局|一|1|2|3",
    "^|二|4|<|^",
    "乙局|<|5|6|7",
)


def texts(grid) -> list[list[str]]:
    return [[spot.text for spot in row] for row in grid]


def test_merged_cells_are_the_same_in_both_formats():
    grids = [read_word(word(MERGED)).tables[0].grid, read_page(page(MERGED)).tables[0].grid]
    assert texts(grids[0]) == texts(grids[1])
    for grid in grids:
        assert grid[0][2] is grid[0][3] and grid[2][0] is grid[3][0] and grid[2][4] is grid[3][4]
        assert [spot.text for spot in distinct(grid[4])] == ["乙局", "5", "6", "7"]


def test_a_table_within_a_table_is_read_after_it_and_the_outer_one_is_layout(drafted):
    inner = markup(published.T2)
    raw = page("报告").replace(
        b"</p>", f"</p><table><tr><td>页面{inner}</td></tr></table>".encode()
    )
    made = drafted(raw)
    assert made.kinds == ["budget"]
    assert made.imported.drafts[0].shaped.found.number == 2
    assert made.imported.skipped[0].found.number == 1
    assert "略过" in made.said


def test_a_word_table_within_a_cell_is_read_after_the_outer_one():
    def nested(xml: bytes) -> bytes:
        table = xml[xml.index(b"<w:tbl>") : xml.index(b"</w:tbl>") + 8]
        return xml.replace(b"</w:tc>", table + b"<w:p/></w:tc>", 1)

    tables = read_word(altered(word(sheet("外|1", "里|2")), nested)).tables
    assert [texts(each.grid)[0] for each in tables] == [["外", "1"], ["外", "1"]]
    assert [each.holds_tables for each in tables] == [True, False]


def marked(xml: bytes, text: str, before: str, after: str) -> bytes:
    """The run that holds a text, wrapped or with properties."""
    run = f"<w:r><w:t>{text}</w:t></w:r>".encode()
    assert run in xml
    return xml.replace(run, f"{before}<w:r>{after}<w:t>{text}</w:t></w:r>".encode())


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (lambda xml: xml.replace(b"<w:r><w:t>88</w:t></w:r>", b'<w:del w:id="1" w:author="x">'
                     b"<w:r><w:delText>88</w:delText></w:r></w:del>"), ""),
        (lambda xml: xml.replace(b"<w:r><w:t>88</w:t></w:r>", b'<w:ins w:id="1" w:author="x">'
                     b"<w:r><w:t>88</w:t></w:r></w:ins>"), "88"),
        (lambda xml: xml.replace(b"<w:r><w:t>88", b"<w:r><w:rPr><w:vanish/></w:rPr><w:t>88"), ""),
        (lambda xml: xml.replace(b"<w:r><w:t>88", b'<w:r><w:rPr><w:vanish w:val="0"/></w:rPr>'
                     b"<w:t>88"), "88"),
    ],
    ids=["deleted", "inserted", "hidden", "not hidden"],
)  # fmt: skip
def test_word_text_is_what_is_printed(change, shown):
    grid = read_word(altered(word(sheet("项目|数", "甲|88", "乙|9")), change)).tables[0].grid
    assert grid[1][1].text == shown


def test_a_deleted_row_is_not_read():
    def deleted(xml: bytes) -> bytes:
        return xml.replace(b"<w:tr>", b"<w:tr><w:trPr><w:del/></w:trPr>", 1)

    grid = read_word(altered(word(sheet("项目|数", "甲|88")), deleted)).tables[0].grid
    assert texts(grid) == [["甲", "88"]]


def test_numbers_that_word_gives_tell_the_levels(drafted):
    """The 序号 column holds no text, only automatic numbers: 一、 for some rows, 1. for others."""
    numbering = (
        '<w:abstractNum w:abstractNumId="90"><w:lvl w:ilvl="0"><w:numFmt w:val="chineseCounting"/>'
        '<w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%2"/></w:lvl></w:abstractNum>'
    )
    own = '<w:num w:numId="91"><w:abstractNumId w:val="90"/></w:num>'
    rows = published.T4.rows
    blank = sheet(*("|".join(("@@" + row[0] if row[0] in "一二1234" else row[0], *row[1:]))
                    for row in rows), above=published.T4.above)  # fmt: skip

    def numbered(xml: bytes) -> bytes:
        for text, level in (("一", 0), ("二", 0), *((str(n), 1) for n in range(1, 5))):
            run = f"<w:p><w:r><w:t>@@{text}</w:t></w:r></w:p>".encode()
            assert run in xml
            number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="91"/></w:numPr>'
            xml = xml.replace(run, f"<w:p><w:pPr>{number}</w:pPr></w:p>".encode())
        return xml

    def listed(xml: bytes) -> bytes:
        xml = xml.replace(b"<w:abstractNum ", f"{numbering}<w:abstractNum ".encode(), 1)
        return xml.replace(b"</w:numbering>", f"{own}</w:numbering>".encode())

    raw = altered(altered(word(blank), numbered), listed, "word/numbering.xml")
    made = drafted(raw, "r.docx")
    assert made.parents()["三化建设专项资金"] == "社会保险管理资金"
    assert made.wrong() == []


@pytest.mark.parametrize("declared", ["gbk", "gb2312", "utf-8", ""])
def test_pages_in_gbk_and_utf8_whatever_they_say(declared):
    """A page that says GB2312 and is UTF-8, or says nothing and is GBK, is read all the same."""
    for codec in ("gbk", "utf-8", "utf-16"):
        text = page(published.T2).decode().replace('charset="utf-8"', f'charset="{declared}"')
        tables = read_page(text.encode(codec)).tables
        assert texts(tables[0].grid)[7][1] == "小 计"


def test_scripts_comments_and_hidden_elements_are_not_read():
    raw = """<html><body><script>document.write("<table><tr><td>a</td></tr></table>")</script>
    <table><tr><th>项目</th><th>数<script>1</script></th></tr>
    <tr><td>甲<!-- 乙 --></td><td>1<span style="display: none">2</span><b hidden>3</b></td></tr>
    <tr style="display:none"><td>丙</td><td>4</td></tr></table></body></html>"""
    tables = read_page(raw.encode()).tables
    assert [texts(each.grid) for each in tables] == [[["项目", "数"], ["甲", "1"]]]


def test_a_title_row_may_claim_more_columns_than_there_are():
    raw = '<table><tr><td colspan="99">收支表</td></tr><tr><td>项目</td><td>数</td></tr></table>'
    assert texts(read_page(raw.encode()).tables[0].grid) == [["收支表"] * 2, ["项目", "数"]]


def test_a_foot_that_is_written_first_is_printed_last():
    raw = "<table><tfoot><tr><td>合计</td></tr></tfoot><tbody><tr><td>甲</td></tr></tbody></table>"
    assert texts(read_page(raw.encode()).tables[0].grid) == [["甲"], ["合计"]]


def test_lines_of_a_cell_are_one_text_and_two_numbers_stay_two():
    raw = "<table><tr><td>参保<br>人数</td><td><p>100</p><p>200</p></td></tr></table>"
    assert texts(read_page(raw.encode()).tables[0].grid) == [["参保人数", "100 200"]]
