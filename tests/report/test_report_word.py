"""The report in Word: valid, made of styles, lists, fields and content controls."""

import io
import re
import zipfile
from dataclasses import replace

import docx
import pytest
from report_sample import report
from word_check import NS, W, codes, controls, faults, headings, part, shown, style

from evalbook.blocks import Cell, Heading, Note, Proof, Prose, Run, Table
from evalbook.report import render
from evalbook.report.document import assemble
from evalbook.report.reference import PATH, reference
from evalbook.report.word_controls import name, tag

LONG = "parts.health_insurance.projects.catastrophic_illness_subsidy.expenditure_growth_rate"


@pytest.fixture(scope="module")
def word(files):
    return files["docx"].read_bytes()


def made(*blocks, **given):
    return render(assemble(blocks, title="报告", **given), "docx")


def paragraphs(data, wanted):
    return [p for p in part(data).iter(f"{W}p") if style(p) == wanted]


# ---- styles


def test_the_reference_document_is_what_its_script_makes():
    assert PATH.read_bytes() == reference()


def test_word_opens_the_reference_document():
    assert faults(reference()) == []


def test_every_style_states_its_faces_and_none_is_the_themes(word):
    styles = part(word, "word/styles.xml")
    for looks in [*styles.iter(f"{W}style"), styles.find(f"{W}docDefaults")]:
        faces = looks.find(f".//{W}rFonts")
        kind = looks.get(f"{W}type", "defaults")
        if kind in ("paragraph", "character", "defaults") and len(looks) > 3:
            assert {f"{W}ascii", f"{W}hAnsi", f"{W}cs", f"{W}eastAsia"} == set(faces.attrib)
    assert styles.find(f".//{W}lang").get(f"{W}eastAsia") == "zh-CN"
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        assert not [one for one in archive.namelist() if b"Theme=" in archive.read(one)]


def test_headings_are_styles_numbered_by_word(document, word):
    printed = [p.title for p in document.blocks if isinstance(p.block, Heading)]
    assert [re.sub(r"\s", "", one) for one in headings(word)] == [
        re.sub(r"\s", "", one) for one in printed
    ]


def test_headings_begin_anew_in_every_chapter_and_annex():
    levels = [(1, False), (2, False), (3, False), (4, False), (4, False), (3, False), (2, False),
              (1, False), (2, False), (1, True), (2, False), (2, False), (1, True), (2, False),
              (3, False)]  # fmt: skip
    document = assemble([Heading(n, "甲", annex) for n, annex in levels], title="报告")
    found = [one.replace("\u3000", "") for one in headings(render(document, "docx"))]
    assert found == [placed.title.replace("\u3000", "") for placed in document.blocks]
    assert found[-3:] == ["附件2甲", "（一）甲", "1.甲"]


def test_body_is_indented_by_two_characters_and_items_have_bullets(word):
    looks = {s.get(f"{W}styleId"): s for s in part(word, "word/styles.xml").iter(f"{W}style")}
    assert looks["ReportBody"].find(f"{W}pPr/{W}ind").get(f"{W}firstLineChars") == "200"
    assert paragraphs(word, "ReportBody")
    assert not paragraphs(word, "ReportItem")[0].xpath(".//w:t[contains(., '•')]", namespaces=NS)


# ---- fields


def test_contents_and_captions_are_fields(document, word):
    found = codes(part(word))
    assert found[0] == r'TOC \o "1-2" \h \z \u'
    assert r"SEQ 表4 \* ARABIC \s 1" in found
    assert r"SEQ 附表1 \* ARABIC \s 1" in found
    captions = [shown(p) for p in paragraphs(word, "Caption")]
    assert captions == [p.title for p in document.blocks if p.block.block in ("table", "figure")]


def test_references_are_fields_that_show_number_and_words():
    table = Table("到位情况", ((Cell("区"),),), ((Cell("市南"),),), ("left",), (1.0,), ("body",))
    data = made(
        Heading(1, "基本情况"), Heading(2, "资金"), Heading(3, "到位"), table,
        Prose((Run("见"), Run("", ref="到位情况"), Run("和"), Run("", ref="资金"), Run("、"),
               Run("", ref="到位"), Run("、"), Run("", ref="评分"), Run("。"))),
        Note((Run("另见"), Run("", ref="到位情况"))),
        Heading(1, "评分", annex=True),
    )  # fmt: skip
    assert faults(data) == []
    assert shown(paragraphs(data, "ReportBody")[0]) == "见表 1-1和“（一）资金”、“1.到位”、附件1。"
    assert shown(paragraphs(data, "ReportInfo")[0]) == "说明：另见表 1-1"
    found = [code for code in codes(part(data)) if code.startswith("REF")]
    assert found == [
        r"REF _Toc_t_1_1 \h", r"REF _Toc_h_1_1 \n \h", r"REF _Toc_h_1_1 \h",
        r"REF _Toc_h_1_1_1 \n \h", r"REF _Toc_h_1_1_1 \h", r"REF _Toc_h_a1 \n \h",
        r"REF _Toc_t_1_1 \h",
    ]  # fmt: skip


# ---- content controls


def values(document):
    for placed in document.blocks:
        match placed.block:
            case Prose(runs=runs) | Note(runs=runs):
                yield from runs
            case Table(header=header, rows=rows):
                yield from (cell for row in (*header, *rows) for cell in row)


def test_every_figure_is_in_a_control_with_its_address(document, word):
    wanted = [(tag(one.address), one.text) for one in values(document) if one.address]
    assert len(wanted) > 100
    assert controls(word) == wanted


def test_a_long_address_keeps_its_ends_and_no_two_share_a_tag():
    assert tag("budget.total.rate") == "budget.total.rate"
    short = tag(LONG)
    assert len(short) <= 64
    assert short.startswith("parts.health_insurance.p")
    assert short.endswith("expenditure_growth_rate")
    twin = LONG.replace("illness", "illnes_")
    assert tag(twin) != short
    data = made(Heading(1, "甲"), Prose((Run("1", LONG, "1"), Run("2", twin, "2"))))
    assert faults(data) == []
    assert controls(data) == [(short, "1"), (tag(twin), "2")]


def test_a_control_is_named_after_its_place():
    proofs = {
        "a.b.c": Proof("预算表（一）：公用经费，执行数"),
        "x": Proof("表" * 90),
        "z": Proof("𠮷" * 60),
    }
    assert name("a.b.c", proofs) == "预算表（一）：公用经费，执行数"
    assert name("x", proofs) == "表" * 63 + "…"
    assert name("z", proofs) == "𠮷" * 31 + "…"
    assert name("y", proofs) == "y"
    runs = tuple(Run("1", one, "1") for one in (*proofs, "y"))
    assert faults(made(Heading(1, "甲"), Prose(runs), proofs=proofs)) == []


# ---- pages


def headers(data, kind="header"):
    root = docx.Document(io.BytesIO(data))
    for section in root.sections:
        for at in ("", "even_page_", "first_page_"):
            yield "".join(p.text for p in getattr(section, f"{at}{kind}").paragraphs)


def test_a_draft_is_marked_on_every_kind_of_page_in_every_section(document, word):
    marks = list(headers(word))
    assert len(marks) >= 9
    assert set(marks) == {"征求意见稿"}
    assert set(headers(render(replace(document, status="final"), "docx"))) == {""}


def test_pages_are_numbered_outside_from_the_first_of_the_body(word):
    sections = list(part(word).iter(f"{W}sectPr"))
    starts = [s.find(f"{W}pgNumType") for s in sections]
    assert [start is not None for start in starts] == [False, True] + [False] * (len(starts) - 2)
    sides = {
        kind: part(word, f"word/footer{number}.xml").find(f".//{W}jc").get(f"{W}val")
        for number, kind in enumerate(("odd", "even", "first"), 1)
    }
    assert sides == {"odd": "right", "even": "left", "first": "right"}
    assert list(headers(word, "footer"))[3] == "— 1 —"
    assert part(word, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    assert part(word, "word/settings.xml").find(f"{W}updateFields") is None


def test_wide_tables_lie_across_with_header_rows_that_repeat(word):
    turned = [s.find(f"{W}pgSz").get(f"{W}orient") for s in part(word).iter(f"{W}sectPr")]
    assert "landscape" in turned
    assert len(list(part(word).iter(f"{W}tblHeader"))) >= 6
    assert len(list(part(word).iter(f"{W}cantSplit"))) > 100
    assert part(word).xpath("//w:tblCaption/@w:val", namespaces=NS)[0] == "部门预算执行情况"


def test_a_picture_has_its_words(word):
    described = part(word).xpath("//@descr")
    assert len(described) == 1
    assert described[0].startswith("条形图")


def test_tables_keep_their_spans(word):
    table = next(
        t for t in part(word).iter(f"{W}tbl") if shown(next(t.iter(f"{W}tc"))) == "区（市）"
    )
    rows = [list(row.iter(f"{W}tc")) for row in table.iter(f"{W}tr")]
    merges = [rows[n][0].find(f"{W}tcPr/{W}vMerge").get(f"{W}val") for n in (0, 1)]
    assert merges == ["restart", None]
    assert rows[0][1].find(f"{W}tcPr/{W}gridSpan").get(f"{W}val") == "3"
    assert [shown(cell) for cell in rows[11]] == [
        "平度市", "47346.67", "47600.00", "-253.33", "100.54%",
    ]  # fmt: skip


def test_properties_are_the_reports_own(document, word):
    about = docx.Document(io.BytesIO(word)).core_properties
    assert (about.title, about.author, about.language) == (document.title, "", "zh-CN")
    assert about.created.date().isoformat() == "2020-10-30"
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.fixture(scope="module")
def short():
    return render(report(audit_rows=5, facts=(), status="final", date=None), "docx")


def test_word_opens_the_report_without_repair(word, short):
    assert faults(word) == []
    assert faults(short) == []
    assert faults(made()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<w:pStyle w:val="Caption"/><w:keepNext/>', b'<w:keepNext/><w:pStyle w:val="Caption"/>'),
        (b'<w:id w:val="9"/>', b'<w:id w:val="8"/>'),
        (b'w:fldCharType="end"', b'w:fldCharType="begin"'),
        (b"PAGEREF _Toc_h_1 ", b"PAGEREF _Toc_h_99 "),
        (b'<w:tag w:val="score.total"/>', b'<w:tag w:val="' + b"x" * 65 + b'"/>'),
        (b"<w:sdtContent><w:r>", b"<w:sdtContent><w:r/><w:r>"),
        (b'r:embed="', b'r:embed="x'),
        (b"</w:tcPr><w:p>", b"</w:tcPr><w:p/><w:tcPr/><w:p>"),
    ],
)
def test_the_check_finds_what_word_would_repair(short, old, new):
    spoilt = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(short)) as source, zipfile.ZipFile(spoilt, "w") as target:
        for each in source.namelist():
            data = source.read(each)
            if each == "word/document.xml":
                assert old in data
                data = data.replace(old, new, 1)
            target.writestr(each, data)
    assert faults(spoilt.getvalue())
