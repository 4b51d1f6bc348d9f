"""The finished PDF, read by a checker of ours: every case, both profiles, and planted faults."""

import io
from dataclasses import replace
from pathlib import Path

import docx
import pdf_checker
import pikepdf
import psutil
import pytest
from report_sample import FACTS, chart, district_table, indicator_annex, report, score_table
from test_every_case import A_FEW_FIRST
from test_every_case import report as report_of

from evalbook.blocks import Cell, Heading, Note, Prose, Run, Table
from evalbook.errors import ReportError
from evalbook.house import PLAIN, House, Logo
from evalbook.report import fonts, forget, pdf, render
from evalbook.report.document import assemble

PROFILES = ("gbt9704", "screen")
TEMPLATE = Path(pdf.__file__).parent / "templates" / "report.typ"
WORDS = (
    "评价组依据预算批复文件、资金拨付凭证和部门自评报告逐项核对，预算编制与年度工作任务基本匹配。"
)


def logo():
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (120, 60), "#1f4e8c").save(data, "PNG")
    return Logo(data.getvalue(), "png", 120, 60)


def house(**changes):
    return House(
        organisation="某市财政局绩效评价中心",
        logo=logo(),
        disclaimer="本报告仅供委托方使用。\n未经书面同意不得摘录。",
        signatures=("评价机构负责人", "一个名称很长很长很长很长的签字人"),
        **changes,
    )


def small(house=PLAIN, **changes):
    """Everything that a report can hold, on few pages."""
    blocks = [
        Heading(1, "基本情况"),
        Heading(2, "项目概况"),
        Prose((Run(WORDS * 4 + "见"), Run("", ref="指标评分表"), Run("和"), Run("", ref="资金"))),
        score_table(),
        Heading(3, "图表"),
        Prose((Run(WORDS),), "item"),
        chart(),
        Note((Run(WORDS),), "warning"),
        Heading(4, "资金"),
        Prose((Run(WORDS * 3),)),
        district_table(),
        Prose((Run(WORDS * 12),)),
        Heading(1, "评分", annex=True),
        indicator_annex(10),
        Prose((Run(WORDS * 2),)),
    ]
    given = {"title": "2019 年度某市部门整体支出绩效评价报告", "facts": FACTS, "date": "2020-10-30"}
    files = {"evaluation.json": b"{}", "odd.bin": b"\xff\x00"}
    return assemble(blocks, house=house, attachments=files, **given | changes)


def text_of(data):
    return "".join(g.char for page in pdf_checker.pages(data) for g in page.glyphs)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("case", A_FEW_FIRST)
def test_nothing_is_wrong_with_the_report_of_a_case(case, profile):
    document = replace(report_of(case), status="draft", house=replace(PLAIN, profile=profile))
    assert pdf_checker.faults(pdf.write(document), profile, draft=True) == []


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("status", ["draft", "final"])
def test_nothing_is_wrong_with_a_house_report(profile, status):
    document = small(house(profile=profile), status=status)
    data = pdf.write(document)
    assert pdf_checker.faults(data, profile, draft=status == "draft") == []
    text = text_of(data)
    for words in (
        "某市财政局绩效评价中心",
        "声明",
        "未经书面同意不得摘录。",
        "评价机构负责人（签字）",
    ):
        assert words in text
    tags = pdf_checker.tag_counts(data)
    assert tags["/Title"] == 1
    assert tags["/Figure"] == 2
    assert tags["/Table"] == tags["/THead"] == 3


def test_the_large_sample_turns_its_pages_and_stays_on_the_grid():
    data = pdf.write(report(60))
    assert pdf_checker.faults(data, draft=True) == []
    read = pdf_checker.pages(data)
    assert {page.across for page in read} == {True, False}
    lines = {round((g.y - pdf_checker.TOP) / pdf_checker.PITCH, 1) for page in read[3:]
             for g in page.glyphs if g.size == pdf_checker.BODY and not page.across}  # fmt: skip
    assert max(lines) - min(lines) == 21  # the first line and the 22nd


# ---- that the checker can fail


def by_template(old, new, document=None):
    source = TEMPLATE.read_text("utf-8")
    assert old in source
    changed = source.replace(old, new).encode()
    document = document or small(status="draft")
    document = replace(document, house=replace(PLAIN, typst_template=changed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_check_mark", lambda *_: None)
        return pdf.write(document)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("pitch: 28.9pt", "pitch: 28pt", "off the grid"),
        ("height: lines-of(height) * look.pitch - gap, b", "height: height, b", "off the grid"),
        ("inside: m.left * 1mm", "inside: 20mm", "outside the type area"),
        (
            "body: 15.75pt, pitch: 28.9pt, headings: (15.75pt,)",
            "body: 15pt, pitch: 28.9pt, headings: (15pt,)",
            "no letter is of 15.75",
        ),
        ("pad(x: 14pt,", "pad(x: 40pt,", "in from the outer edge"),
        ("footer-descent: if screen { 9mm } else { 7mm }", "footer-descent: 14mm", "mm below"),
        ("dx: look.across.left - 7mm", "dx: look.across.left - 17mm", "mm below"),
        ("if calc.odd(here) { right }", "if calc.even(here) { right }", "in from the outer edge"),
        ('if doc.draft != ""', "if false", "not marked"),
        ("context if here().page() != locate(", "context if false and (", "without 续表"),
        ("#counter(page).update(1)", "#counter(page).update(2)", "page numbers are [2"),
    ],
)
def test_a_page_set_wrongly_is_found(old, new, fault):
    assert any(fault in one for one in pdf_checker.faults(by_template(old, new), draft=True))


def lines_above(count, *blocks):
    """Blocks that begin after so many lines, and are followed by text for a page."""
    above = [Prose((Run("评价。"),)) for _ in range(count)]
    after = Prose((Run(WORDS * 20),))
    return assemble([Heading(1, "甲"), *above, *blocks, after], title="报告", status="draft")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("block", "old", "new", "fault"),
    [
        (chart, "if stays and in-order", "if true", "stays empty at the foot"),
        (district_table, "breakable: not run.kept", "breakable: true", "one row alone"),
    ],
)
def test_wherever_a_table_or_a_chart_begins_the_page_is_filled(block, old, new, fault):
    found = []
    for count in range(12, 20):
        document = lines_above(count, block())
        assert pdf_checker.faults(pdf.write(document), draft=True) == []
        found += pdf_checker.faults(by_template(old, new, document), draft=True)
    assert any(fault in one for one in found), found


def test_two_charts_that_find_no_room_keep_their_order():
    document = lines_above(12, chart(), replace(chart(), caption="后一图"), Heading(2, "乙"))
    data = pdf.write(document)
    assert pdf_checker.faults(data, draft=True) == []
    text = text_of(data).partition("后一图")
    assert "各类资金预算执行率" in text[0]
    assert "（一）乙" in text[2]


def without(*path):
    """The key at the end of the path gone."""

    def spoil(file):
        place = file.Root
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return spoil


def tag(kind, spoil):
    """Something done to every tag of a kind."""

    def spoil_tags(file):
        for node in pdf_checker._nodes(file.Root.StructTreeRoot):
            if kind == node.S:
                spoil(node)

    return spoil_tags


def renamed(kind):
    return lambda node: node.__setitem__("/S", pikepdf.Name(kind))


def fonts_out(file):
    for item in file.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                if key in item:
                    del item[key]


def in_content(change):
    """The operators of the last page, changed."""

    def spoil(file):
        page = file.pages[-1]
        shown = [change(list(one[0]), str(one[1])) for one in pikepdf.parse_content_stream(page)]
        page.Contents = file.make_stream(
            pikepdf.unparse_content_stream([one for one in shown if one])
        )

    return spoil


def to_notdef(operands, operator):
    if operator == "TJ":
        operands = [pikepdf.Array([pikepdf.String(bytes(2))])]
    return operands, pikepdf.Operator(operator)


def untagged(operands, operator):
    return (operands, pikepdf.Operator(operator)) if operator not in ("BDC", "EMC") else None


def about(key, value):
    def spoil(file):
        with file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as words:
            words[key] = value

    return spoil


@pytest.fixture(scope="module")
def sound():
    data = pdf.write(small())
    assert pdf_checker.faults(data) == []
    return data


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (without("/Lang"), "language"),
        (without("/MarkInfo"), "marked as tagged"),
        (without("/ViewerPreferences"), "window"),
        (without("/OutputIntents"), "output intent"),
        (without("/StructTreeRoot"), "no tags"),
        (without("/AF"), "associated files"),
        (lambda file: file.Root.AF[0].__delitem__("/AFRelationship"), "does not say what it is"),
        (about("pdfuaid:part", "2"), "pdfuaid:part"),
        (about("pdfaid:conformance", "B"), "pdfaid:conformance"),
        (about("pdfaid:part", "2"), "pdfaid:part"),
        (tag("/Figure", lambda node: node.__delitem__("/Alt")), "figure"),
        (tag("/TH", renamed("/TD")), "header cells"),
        (tag("/H2", renamed("/H3")), "heading 3 below heading 1"),
        (fonts_out, "not embedded"),
        (in_content(to_notdef), "does not have"),
        (in_content(untagged), "without a tag"),
        (lambda file: file.Root.__setitem__("/OpenAction", pikepdf.Dictionary()), "by itself"),
    ],
)
def test_a_file_that_is_not_as_it_must_be_is_found(sound, spoil, fault):
    with pikepdf.open(io.BytesIO(sound)) as file:
        spoil(file)
        out = io.BytesIO()
        file.save(out)
    found = pdf_checker.faults(out.getvalue())
    assert any(fault in one for one in found), found


# ---- what the file says and carries


def test_the_file_carries_its_attachments_and_says_what_it_is(sound):
    with pikepdf.open(io.BytesIO(sound)) as file:
        assert sorted(file.attachments) == ["evaluation.json", "odd.bin"]
        assert file.attachments["odd.bin"].get_file().read_bytes() == b"\xff\x00"
        assert file.attachments["evaluation.json"].get_file().read_bytes() == b"{}"
        assert file.attachments["evaluation.json"].description == "评价结果"
        assert file.Root.AF[0].AFRelationship == "/Data"
        assert "/Author" not in file.docinfo
        assert str(file.docinfo["/CreationDate"]).startswith("D:20201030")
        links = [a for page in file.pages for a in page.get("/Annots", [])]
        assert len(links) == 3 + 2  # contents and references
        assert all(a.get("/Dest") is not None or "/D" in a.A for a in links)


def test_the_author_is_the_house_or_nobody_in_both_formats():
    for document, author in (
        (small(house()), "某市财政局绩效评价中心"),
        (small(facts=[("评价机构", "某咨询公司")]), None),
    ):
        word = docx.Document(io.BytesIO(render(document, "docx"))).core_properties
        assert word.author == (author or "")
        with pikepdf.open(io.BytesIO(pdf.write(document))) as file:
            assert file.docinfo.get("/Author") == author


def test_a_report_without_a_date_has_the_same_date_every_time():
    data = pdf.write(small(date=None))
    assert data == pdf.write(small(date=None))
    with pikepdf.open(io.BytesIO(data)) as file:
        assert str(file.docinfo["/CreationDate"]).startswith("D:19800101")


def test_word_asks_for_pages_without_a_second_layout(monkeypatch):
    document = small(title="只排一次")
    pdf.write(document)
    monkeypatch.setattr(pdf, "_compiler", lambda choice: pytest.fail("laid out again"))
    assert pdf.heading_pages(document)["h-1"] == 1


# ---- a house's own template


def own(source, **changes):
    return small(replace(PLAIN, typst_template=source.encode()), **changes)


def test_a_house_may_bring_its_own_template():
    source = """#let doc = json(bytes(sys.inputs.document))
#set document(title: doc.title, date: datetime(year: 2020, month: 1, day: 1))
#set text(font: doc.fonts.body, lang: "zh", region: "cn")
#set page(header: doc.draft)
= #doc.title
#pagebreak()
二"""
    made = text_of(pdf.write(own(source, status="draft")))
    assert "2019年度某市部门整体支出绩效评价报告" in made
    assert made.count("征求意见稿") == 2


def test_a_draft_is_marked_whatever_a_template_does():
    source = """#let doc = json(bytes(sys.inputs.document))
#set document(title: doc.title, date: datetime(year: 2020, month: 1, day: 1))
#set text(font: doc.fonts.body, lang: "zh", region: "cn")
= #doc.title
#doc.draft
#pagebreak()
二"""
    with pytest.raises(ReportError, match="没有在每一页印出“征求意见稿”，缺第 2 页。"):
        pdf.write(own(source, status="draft"))
    assert pdf.write(own(source, status="final"))


def test_a_logo_without_a_name_has_its_words():
    assert pdf_checker.faults(pdf.write(small(House(logo=logo())))) == []


def test_a_house_may_add_to_the_template_of_the_library():
    data = pdf.write(own('#set page(fill: rgb("#fffef8"))\n#include "report.typ"'))
    assert pdf_checker.faults(data) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("#let x = 1\n#missing", "第 2 行有错"),
        ("#set document(title: [x]\n", "第 1 行有错"),
        ('= 标题\n#read("/etc/passwd")', "第 2 行有错"),
        ('= 标题\n\n#read("../../../../../../etc/passwd")', "第 3 行有错"),
        ('#import "@preview/cetz:0.2.0"', "第 1 行引用了网上的包"),
        ("没有标题的一段。", "有错"),
    ],
)
def test_a_fault_of_the_template_is_a_chinese_sentence_with_its_line(source, words):
    with pytest.raises(ReportError) as caught:
        pdf.write(own(source))
    assert words in str(caught.value)
    assert "typst_template" in str(caught.value)
    assert "/tmp" not in str(caught.value)


# ---- fonts


def test_what_is_taken_for_printable_without_a_look_is_in_the_packaged_fonts():
    every = (bytes((high, low)) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF))
    double = {code.decode("gbk", "ignore") for code in every} - {""}
    taken = {char for pair in double for char in pair} | set(fonts._IN_FONTS_THOUGH_NOT_GBK)
    drawn = {char for char in taken if char.isprintable()} - set(fonts._NOT_IN_FONTS_THOUGH_GBK)
    assert len(drawn) > 20_000
    assert not {char for char in drawn if ord(char) not in fonts._covered(())}


def renamed_font(source, name, folder):
    """A packaged font under another name, as if the machine had it."""
    from fontTools.ttLib import TTFont

    with TTFont(next(fonts.FOLDER.glob(source))) as font:
        for record in list(font["name"].names):
            if record.nameID in (1, 4, 6, 16):
                record.string = name
        font.save(folder / f"{name}.otf")


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """A machine that has 仿宋 and 楷体, and no other font that a report would like."""
    import typst

    folder = tmp_path_factory.mktemp("fonts")
    renamed_font("*Serif*.otf", "FangSong", folder)
    renamed_font("*Sans*.otf", "KaiTi_GB2312", folder)
    both = typst.Fonts(False, False, [str(fonts.FOLDER), str(folder)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fonts, "typeset", lambda choice: both)
        for cached in (fonts.faces, pdf._compiler, pdf._laid_out):
            cached.cache_clear()
        yield
    for cached in (fonts.faces, pdf._compiler, pdf._laid_out):
        cached.cache_clear()


def used_fonts(data):
    with pikepdf.open(io.BytesIO(data)) as file:
        return {
            str(item.BaseFont).split("+")[-1].removesuffix("-Identity-H")
            for item in file.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
        }


def test_fonts_of_the_machine_are_used_by_role_and_the_packaged_stand_in(machine):
    chosen = fonts.faces("system")
    assert chosen.chains["body"][0] == "fangsong"
    assert chosen.chains["kai"][0] == "kaiti_gb2312"
    assert chosen.chains["hei"][:2] == [fonts.HEI, fonts.SONG]
    assert all({fonts.HEI, fonts.SONG} <= set(chain) for chain in chosen.chains.values())
    data = pdf.write(small(replace(PLAIN, fonts="system")))
    assert used_fonts(data) >= {"FangSong", "KaiTi_GB2312", "NotoSansSC-Regular"}
    assert pdf_checker.faults(data) == []


def test_packaged_fonts_are_used_whatever_the_machine_has(machine):
    assert set(fonts.faces("packaged").chains["body"]) == {fonts.HEI, fonts.SONG}
    assert used_fonts(pdf.write(small())) == {"NotoSansSC-Regular", "NotoSerifSC-Regular"}


# ---- characters


def strange(place):
    table = Table("表", ((Cell("甲"),),), ((Cell("乙"),),), ("left",), (1.0,), ("body",))
    document = small()
    body = [Heading(1, "甲")]
    match place:
        case "unit" | "caption":
            body.append(replace(table, **{place: "𠮷"}))
        case "notes":
            body.append(replace(table, notes=("𠮷",)))
        case "header" | "rows":
            body.append(replace(table, **{place: ((Cell("𠮷"),),)}))
        case "fact":
            return replace(document, facts=(("实施单位", "𠮷"),))
        case "title":
            return replace(document, title="𠮷")
        case "heading":
            body.append(Heading(2, "𠮷"))
        case "note":
            body.append(Note((Run("𠮷"),)))
        case "reference":
            body += [Heading(2, "𠮷"), Prose((Run("", ref="𠮷"),))]
        case "signatures":
            return assemble(body, title="报告", house=replace(PLAIN, signatures=("𠮷",)))
        case "disclaimer" | "organisation":
            return assemble(body, title="报告", house=replace(PLAIN, **{place: "𠮷"}))
    return assemble(body, title="报告")


@pytest.mark.parametrize(
    "place",
    ["unit", "caption", "notes", "header", "rows", "fact", "title", "heading", "note", "reference",
     "signatures", "disclaimer", "organisation"],
)  # fmt: skip
def test_a_character_without_a_glyph_is_named_wherever_it_stands(place):
    with pytest.raises(ReportError, match=r"“𠮷”（U\+20BB7）"):
        pdf.write(strange(place))


@pytest.mark.thorough
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_reports_that_follow_one_another_take_no_more_memory_than_one():
    """Without `forget` each adds some 50 MB."""
    own = report_of("yongde-2022")

    def held(number):
        pdf.write(replace(own, title=f"{own.title}{number}"))
        forget()
        return psutil.Process().memory_full_info().uss / 1_000_000

    after_two = [held(number) for number in range(2)][-1]
    assert [held(number) for number in range(2, 8)][-1] < after_two + 60
