"""Files that are not what they say, or more than they say: one Chinese sentence, nothing left."""

from __future__ import annotations

import random
import time
import zipfile
from pathlib import Path

import published
import pytest
from documents import ROOT, Sheet, altered, page, sheet, word

from evalbook.cells import NUMERIC
from evalbook.drafts import found, import_tables
from evalbook.errors import InputError
from evalbook.paths import Workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ROW = "<tr><td>甲</td><td>1</td></tr>"
NESTED = b"<w:tbl><w:tr><w:tc>"


def html(body: str) -> bytes:
    return f"<html><body>{body}</body></html>".encode()


def body(xml: bytes, content: bytes) -> bytes:
    return xml.replace(b"<w:body>", b"<w:body>" + content, 1)


def without_document(raw: bytes) -> bytes:
    return altered(raw, lambda xml: b"", "word/document.xml")


def entity(xml: bytes, declaration: str, name: str) -> bytes:
    document = xml.replace(b"<w:document", f"<!DOCTYPE d [{declaration}]><w:document".encode(), 1)
    return document.replace("甲项".encode(), f"&{name};".encode())


def laughs() -> str:
    levels = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 9)]
    return '<!ENTITY e0 "哈哈哈哈哈哈">' + "".join(levels)


SIMPLE = word(sheet("项目|预算数|执行数", "甲项|3|2", "乙项|4|4"))
REFUSED = {
    "no.html": (b"", "里面没有网页内容"),
    "none.html": (html("<p>没有</p>"), "里面没有表格"),
    "zero.html": (b"\0" * 4000, "不是网页文件"),
    "bytes.html": (bytes(range(1, 256)) * 9, "编码既不是 UTF-8 也不是 GBK"),
    "deep.html": (html("<div>" * 3000 + f"<table>{ROW}</table>"), "元素嵌套过深"),
    "many.html": (html(f"<table>{ROW}</table>" * 201), "表格超过 200 张"),
    "long.html": (html(f"<table>{ROW * 3000}</table>"), "超过 2000 行"),
    "wide.html": (html(f"<table><tr>{'<td>1</td>' * 900}</tr></table>"), "超过 60 列"),
    "spans.html": (html("<table>" + '<tr><td colspan="9999999" rowspan="9999999">1</td></tr>' * 9
                        + "</table>"), "没有可以起草的表"),
    "big.html": (b"<html>" + b" " * 20_000_001, "文件大于 20 MB"),
    "word.html": (SIMPLE, "不是网页文件"),
    "page.docx": (html(f"<table>{ROW}</table>"), "不是 .docx 文档"),
    "old.docx": (OLE, "是旧的 .doc 格式"),
    "locked.docx": (OLE + "EncryptedPackage".encode("utf-16-le"), "有密码"),
    "report.doc": (OLE, "只能从 .docx 和 .html 取表"),
    "scan.pdf": (b"%PDF-1.7", "只能从 .docx 和 .html 取表"),
    "form.xlsx": (b"PK", "只能从 .docx 和 .html 取表"),
    "cut.docx": (SIMPLE[:9000], "不是 .docx 文档"),
    "empty.docx": (without_document(SIMPLE), "不是能读的 Word 文档"),
    "broken.docx": (altered(SIMPLE, lambda xml: xml[:900]), "不是能读的 Word 文档"),
    "bomb.docx": (altered(SIMPLE, lambda xml: xml + b" " * 60_000_000), "展开后大于 50 MB"),
    "nested.docx": (altered(SIMPLE, lambda xml: body(xml, NESTED * 900)), "不是能读的 Word 文档"),
    "laughs.docx": (altered(SIMPLE, lambda xml: entity(xml, laughs(), "e8")), "不是能读的"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_one_sentence_and_leaves_nothing(tmp_path, name):
    raw, said = REFUSED[name]
    file = tmp_path / name
    file.write_bytes(raw)
    with pytest.raises(InputError) as refused:
        import_tables(file, tmp_path / "out" / "drafts", Workbook(ROOT))
    assert len(refused.value.faults) == 1
    assert said in str(refused.value) and name in str(refused.value)
    assert [path.name for path in tmp_path.rglob("*") if path.name != "out"] == [name]


def test_an_external_entity_is_not_read(drafted, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", "utf-8")
    declared = f'<!ENTITY x SYSTEM "{secret.as_uri()}">'
    made = drafted(altered(SIMPLE, lambda xml: entity(xml, declared, "x")), "r.docx")
    files = "".join(path.read_text("utf-8-sig") for path in made.folder.iterdir())
    assert "机密" not in files and "乙项" in files


def test_spans_beyond_reason_and_overlaps_are_cut(drafted):
    raw = html(
        '<table><tr><td colspan="1000">费用表</td></tr>'
        '<tr><td rowspan="-3">项目</td><td colspan="x">预算数</td><td>执行数</td></tr>'
        '<tr><td>甲</td><td rowspan="99999999">3</td><td>2</td></tr>'
        '<tr><td colspan="3">乙</td></tr></table>'
    )
    made = drafted(raw)
    assert made.kinds == ["budget"]
    assert made.column("name") == ["甲", "乙"]


def test_a_grid_span_beyond_reason_is_cut(drafted):
    wide = b'<w:tcPr><w:gridSpan w:val="99999999999"/>'
    made = drafted(altered(SIMPLE, lambda xml: xml.replace(b"<w:tcPr>", wide)), "r.docx")
    assert made.column("name") == ["甲项", "乙项"]


def test_merges_that_begin_nowhere_are_cells(drafted):
    raw = altered(SIMPLE, lambda xml: xml.replace(b"<w:tcPr>", b"<w:tcPr><w:vMerge/>"))
    assert drafted(raw, "r.docx").column("name") == ["甲项", "乙项"]


def test_a_cell_without_end_is_cut(drafted):
    made = drafted(page(sheet("项目|预算数|执行数", f"{'长' * 90_000}|3|2", "乙|4|4")))
    assert len(made.column("name")[0]) == found.MAX_TEXT


LIVE = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1+1", '=HYPERLINK("http://x")', "-"]


@pytest.mark.parametrize("text", LIVE)
def test_no_text_of_the_csv_is_a_formula(drafted, text):
    table = Sheet((("项目", "预算数", "执行数", "负责人", "说明"), (text, "3", "2", text, text),
                   ("乙", "-4", "-4", "某科", "无")))  # fmt: skip
    made = drafted(page(table))
    for row in made.rows():
        for code, cell in row.items():
            live = cell[:1] in {"=", "+", "@", "\t", "\r", "＝"} or cell[:1] == "-"
            assert not live or (code in {"budget", "executed"} and cell == "-4")


def test_headings_and_titles_that_yaml_could_take_for_its_own(drafted):
    odd = ["*a", "&b", "!!python/object:x", "{c: d}", "- e", "# f", "g: h", "'i", '"j', "no", "1e3"]
    lines = ["|".join(["项目", "预算数", "执行数", *odd]), "甲|3|2" + "|x" * len(odd),
             "乙|4|4" + "|y" * len(odd)]  # fmt: skip
    made = drafted(page(sheet(*lines, above=["? title: [*x]"])))
    headings = made.imported.drafts[0].table.columns.values()
    assert set(odd) <= set(headings)


# ---- anything at all

ORDINARY = """
0 100 50.5 12.34% 100% — - 合计 小计 总计 其中：甲 一、甲 （一）乙 1.丙 1 2 项目 预算数
执行数 执行率 结余 序号 一级指标 二级指标 分值 得分 年度指标值 实际完成值 ≥90% =95% 6-9个月
9-6 收入 支出 当年结余 单位：万元 注：说明 甲 乙 产出（20分） 2019年 2019-13-45 单价 数量
金额 抽查数 合格率 １２３．４ 1,234.5 1,23 约30 30左右 =1+1 @x 文号 名称 国发〔2019〕1号
日期 2019年2月30日 单位 万元 占比 人次 费用 🙂 1e5 1.2.3 10O 12亿元 3‰ *&!{}[]:# 'x 主题
事项 数值 期间 截至2019年 满意 发放数
"""
WORDS = [*ORDINARY.split(), "", "长" * 300, "\x07乱\x0b", "9" * 40, "　　缩进"]


def anything(seed: int) -> list[Sheet]:
    chance = random.Random(seed)
    sheets = []
    for _ in range(chance.randint(1, 3)):
        width, height = chance.randint(1, 8), chance.randint(1, 9)
        words = chance.sample(WORDS, chance.randint(5, 25))
        rows = [[chance.choice(words) for _ in range(width)] for _ in range(height)]
        for row, line in enumerate(rows):
            for column in range(width):
                odds = chance.random()
                if odds < 0.08 and column:
                    line[column] = "<"
                elif odds < 0.16 and row:
                    line[column] = "^"
        sheets.append(Sheet(tuple(map(tuple, rows)), tuple(chance.sample(WORDS, 2))))
    return sheets


@pytest.mark.parametrize("seed", range(60))
def test_whatever_a_table_holds_its_draft_loads_or_is_left_out(drafted, seed):
    """Every draft goes through the door of a case: a fault of the loader would fail here."""
    try:
        made = drafted(page(*anything(seed)))
    except InputError as error:
        assert "没有可以起草的表" in str(error)
        return
    printed = {found.narrow(cell) for each in anything(seed) for row in each.rows for cell in row}
    for number, draft in enumerate(made.imported.drafts):
        numeric = [p.code for p in draft.plan.columns if p.column.type in NUMERIC]
        held = {found.narrow(row[code]) for row in made.rows(number) for code in numeric}
        assert {text for text in held - {"", "—"} if not _is_printed(text, printed)} == set()


def _is_printed(text: str, printed: set[str]) -> bool:
    """Whether a number was printed so, or with its sign or the unit of its heading."""
    return any(
        text.startswith(cell.lstrip("=+")) or cell.endswith(text) for cell in printed if cell
    )


def test_a_zip_that_is_no_document(tmp_path):
    path = Path(tmp_path, "archive.docx")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.txt", "x")
    with pytest.raises(InputError, match=r"不是能读的 Word 文档"):
        import_tables(path, tmp_path / "drafts", Workbook(ROOT))
    assert not (tmp_path.parent / "evil.txt").exists()


def test_published_tables_survive_being_cut_anywhere(tmp_path):
    """A page that ends in the middle is read as far as it goes."""
    raw = page(*published.QINGDAO)
    for number, cut in enumerate(range(400, len(raw), len(raw) // 15)):
        path = tmp_path / f"cut{number}.html"
        path.write_bytes(raw[:cut].decode("utf-8", "ignore").encode())
        try:
            import_tables(path, tmp_path / f"drafts{number}", Workbook(ROOT))
        except InputError as error:
            assert len(error.faults) == 1


def test_a_table_as_long_as_allowed_takes_seconds(drafted):
    """Every row is asked whether it is an inner header, and every column whether it follows."""
    lines = [f"甲{row}|{row * 7 + 1}|{row * 3 + 2}|{row * 10 + 3}" for row in range(1_900)]
    total = [sum(int(line.split("|")[column]) for line in lines) for column in (1, 2, 3)]
    table = sheet("项目|数一|数二|数三", *lines, f"合计|{total[0]}|{total[1]}|{total[2]}")
    before = time.monotonic()
    made = drafted(page(table))
    assert time.monotonic() - before < 30
    assert made.wrong() == [] and len(made.rows()) == 1_901


@pytest.mark.thorough
def test_many_tables_of_many_cells_are_refused(tmp_path):
    path = tmp_path / "r.html"
    row = f"<tr>{'<td>1</td>' * 50}</tr>"
    path.write_bytes(html(f"<table>{row * 1_900}</table>" * 4))
    with pytest.raises(InputError, match="共超过 300000 格"):
        import_tables(path, tmp_path / "drafts", Workbook(ROOT))
