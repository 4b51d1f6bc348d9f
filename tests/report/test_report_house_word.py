"""A house's own logo, words and Word styles in the report."""

import io
import zipfile

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from PIL import Image
from report_sample import report
from word_check import NS, W, controls, faults, headings, part, shown, style

from evalbook.blocks import Heading, Prose, Run
from evalbook.errors import ReportError
from evalbook.house import MOST_UNPACKED, House, Logo
from evalbook.report import render
from evalbook.report.document import assemble
from evalbook.report.reference import reference


def picture(form):
    data = io.BytesIO()
    Image.new("RGB", (300, 100), "navy").save(data, form)
    return data.getvalue()


LOGO = Logo(picture("PNG"), "png", 300, 100)
WORDS = House(
    organisation="北京某某咨询有限公司",
    logo=LOGO,
    disclaimer="本报告仅供委托方使用。\n未经同意不得公开。",
    signatures=("项目负责人", "复核人"),
)


def rewritten(data, change):
    """The file with parts changed, added, or (None) left out."""
    loose = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(loose, "w") as target:
        parts = {name: source.read(name) for name in source.namelist()}
        for name, content in (parts | change(parts)).items():
            if content is not None:
                target.writestr(name, content)
    return loose.getvalue()


def chinese_word():
    """As Word in China saves it: names in English, identifiers in figures, a list of its own."""
    word = docx.Document()
    for name, own in (("Heading 1", "1"), ("Normal", "a"), ("Title", "a5")):
        word.styles[name].element.set(f"{W}styleId", own)
        for mention in word.styles.element.xpath(
            f"//w:basedOn[@w:val='{name.replace(' ', '')}'] | //w:next[@w:val='{name}']"
        ):
            mention.set(f"{W}val", own)
    word.styles["Heading 1"].font.size = docx.shared.Pt(30)
    word.styles["List Number"].base_style = word.styles["Heading 1"]
    body = word.styles.add_style("报告正文", WD_STYLE_TYPE.PARAGRAPH)
    body.font.name, body.font.size = "Arial", docx.shared.Pt(11)
    word.styles.add_style("本单位专用", WD_STYLE_TYPE.PARAGRAPH)
    word.add_paragraph("本单位样例文字", style="本单位专用")
    word.sections[0].header.paragraphs[0].text = "本单位页眉"
    saved = io.BytesIO()
    word.save(saved)
    return saved.getvalue()


def rendered(reference_docx):
    blocks = [Heading(1, "甲"), Heading(2, "乙"), Prose((Run("正文"), Run("1.00", "a.b.c", "1")))]
    annex = Heading(1, "丙", annex=True)
    house = House(reference_docx=reference_docx)
    return render(assemble([*blocks, annex], title="报告", house=house), "docx")


def looks(data):
    return {
        one.find(f"{W}name").get(f"{W}val").lower(): one
        for one in part(data, "word/styles.xml").iter(f"{W}style")
    }


@pytest.mark.parametrize("form", ["png", "jpg"])
def test_logo_and_name_stand_on_the_cover_and_the_disclaimer_alone(form):
    logo = Logo(picture("PNG" if form == "png" else "JPEG"), form, 300, 100)
    data = render(report(20, house=House(WORDS.organisation, logo, WORDS.disclaimer)), "docx")
    assert faults(data) == []
    order = [
        (style(p), shown(p)) for p in part(data).iter(f"{W}p") if p.getparent().tag == f"{W}body"
    ]
    assert [name for name, _ in order[:8]] == [
        "ReportOrganisation", "ReportOrganisation", "Title", "ReportFront", "ReportBody",
        "ReportBody", "ReportFront", "TOC1",
    ]  # fmt: skip
    assert [text for _, text in order[3:7]] == [
        "声　明", "本报告仅供委托方使用。", "未经同意不得公开。", "目　录",
    ]  # fmt: skip
    assert part(data).xpath("//@descr")[0] == "徽标"


def test_signatures_have_lines_to_write_on_before_the_annexes():
    data = render(report(20, house=WORDS), "docx")
    assert faults(data) == []
    table = next(t for t in part(data).iter(f"{W}tbl") if "项目负责人" in shown(t))
    rows = [[shown(cell) for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]
    assert rows == [[f"{one}（签字）：", "", "日期：", ""] for one in ("项目负责人", "复核人")]
    lined = [cell.find(f"{W}tcPr/{W}tcBorders") is not None for cell in table.iter(f"{W}tc")]
    assert lined == [False, True, False, True] * 2
    after = [style(p) for p in table.itersiblings(f"{W}p")]
    assert "ReportAnnex" in after
    assert "Heading1" not in after


def test_a_houses_styles_win_and_ours_fill_the_gaps():
    data = rendered(chinese_word())
    assert faults(data) == []
    found = looks(data)
    assert found["heading 1"].find(f"{W}rPr/{W}sz").get(f"{W}val") == "60"
    assert found["heading 1"].get(f"{W}styleId") == "Heading1"
    assert found["报告正文"].find(f"{W}rPr/{W}rFonts").get(f"{W}ascii") == "Arial"
    assert found["heading 2"].find(f"{W}basedOn").get(f"{W}val") == "Normal"
    assert found["list number"].find(f"{W}basedOn").get(f"{W}val") == "Heading1"
    assert {"本单位专用", "封面信息", "附件标题", "报告表格"} <= found.keys()
    assert len(part(data, "word/styles.xml").xpath("//w:style[@w:default]", namespaces=NS)) == 4
    assert list(headings(data)) == ["一、甲", "（一）乙", "附件1丙"]
    assert found["list number"].find(f".//{W}numPr") is None
    assert controls(data) == [("a.b.c", "1.00")]


def test_nothing_but_styles_of_a_houses_file_enters_the_report():
    data = rendered(chinese_word())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not {n for n in archive.namelist() if "custom" in n or "thumb" in n or "vba" in n}
        everything = b"".join(archive.read(n) for n in archive.namelist())
    assert "本单位样例文字" not in everything.decode("utf-8", "ignore")
    assert "本单位页眉" not in everything.decode("utf-8", "ignore")


def test_our_own_reference_document_as_the_houses_changes_nothing():
    ours, as_house = rendered(None), rendered(reference())
    assert faults(as_house) == []
    assert looks(as_house).keys() == looks(ours).keys()
    assert part(as_house).xpath("string()") == part(ours).xpath("string()")


def laughs(parts):
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 9 + b'">]>'
    return {"word/styles.xml": parts["word/styles.xml"].replace(b"<w:styles", bomb + b"<w:styles")}


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        b"PK\x03\x04 and no more",
        reference()[:5000],
        rewritten(reference(), lambda parts: {"word/styles.xml": b"<w:styles"}),
        rewritten(reference(), lambda parts: {"word/styles.xml": b"<x/>"}),
        rewritten(reference(), lambda parts: {"word/document.xml": None}),
        rewritten(reference(), lambda parts: {"[Content_Types].xml": None}),
        rewritten(reference(), lambda parts: {"word/bomb.xml": b" " * MOST_UNPACKED}),
    ],
)
def test_a_spoilt_file_is_a_chinese_sentence(spoilt):
    with pytest.raises(ReportError, match=r"reference_docx：文件.*请在 Word 中打开它") as caught:
        rendered(spoilt)
    assert "\n" not in str(caught.value)


def test_an_entity_in_the_styles_is_not_expanded():
    try:
        data = rendered(rewritten(reference(), laughs))
    except ReportError:
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"ENTITY" not in archive.read("word/styles.xml")


def test_a_theme_that_refers_elsewhere_stays_behind():
    def change(parts):
        theme = parts["word/theme/theme1.xml"]
        names = b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
        link = b'<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
        blip = b"<a:blipFill " + names + b'><a:blip r:link="rId9"/></a:blipFill>'
        return {"word/theme/theme1.xml": theme.replace(link, blip, 1)}

    data = rendered(rewritten(reference(), change))
    assert faults(data) == []
    assert b"blip" not in zipfile.ZipFile(io.BytesIO(data)).read("word/theme/theme1.xml")
