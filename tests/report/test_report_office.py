"""What LibreOffice makes of the Word report: shows it whole, keeps it, brings it up to date."""

import copy
import io
import re
from collections import Counter

import docx
import pytest
from office import OFFICE, converted, updated
from pypdf import PdfReader
from test_report_files import squeezed, texts
from word_check import W, codes, controls, part, shown

from evalbook.blocks import Heading, Prose, Run
from evalbook.report import render
from evalbook.report.document import assemble

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not OFFICE, reason="没有 LibreOffice"),
]


def pdf_text(path):
    pages = (page.extract_text() for page in PdfReader(path).pages)
    return squeezed("".join(re.sub(r"— \d+ —|征求意见稿", "", page) for page in pages))


def entries(data):
    """The lines of the contents, spaces aside."""
    lines = [
        shown(p)
        for p in part(data).iter(f"{W}p")
        if re.match("TOC|Contents", p.xpath("string(w:pPr/w:pStyle/@w:val)", namespaces=p.nsmap))
    ]
    return [re.sub(r"\s", "", line) for line in lines]


def without_stops(text):
    """LibreOffice 7 loses a comma that hangs in the margin of a justified line."""
    return re.sub("[，。、；：]", "", squeezed(text))


def test_it_shows_everything(document, files, tmp_path):
    found = without_stops(pdf_text(converted(files["docx"], "pdf", tmp_path)))
    missing = {text for text in texts(document) if without_stops(text) not in found}
    assert not missing
    assert "Error" not in found


def test_it_keeps_fields_controls_and_text(files, tmp_path):
    before = files["docx"].read_bytes()
    after = converted(files["docx"], "docx", tmp_path).read_bytes()
    for code in ("TOC", "SEQ"):
        kept = [one for one in codes(part(after)) if one.startswith(code)]
        assert len(kept) == len([one for one in codes(part(before)) if one.startswith(code)])
    assert not Counter(text for _, text in controls(before)) - Counter(contents_of_controls(after))
    assert squeezed(shown(part(before))) == squeezed(shown(part(after)))


def contents_of_controls(data):
    """LibreOffice drops tags before version 7.6; the controls and what they hold stay.

    It puts one around the contents, and a second one into a control of figures and words.
    """
    return [shown(one.find(f"{W}sdtContent")) for one in part(data).iter(f"{W}sdt")]


def test_a_changed_heading_and_a_new_chapter_go_into_the_contents(files, tmp_path):
    word = docx.Document(files["docx"])
    second = [p for p in word.paragraphs if p.style.style_id == "Heading1"][1]
    added = copy.deepcopy(second._p)
    for mark in added.xpath(".//w:bookmarkStart | .//w:bookmarkEnd"):
        mark.getparent().remove(mark)
    added.xpath(".//w:t")[0].text = "新加的一章"
    second._p.addprevious(added)
    second.runs[0].text = "改过的标题"
    word.save(tmp_path / "edited.docx")

    before = entries(files["docx"].read_bytes())
    after = entries(updated(tmp_path / "edited.docx", tmp_path))
    assert len(after) == len(before) + 1
    titles = [re.sub(r"\d+$", "", line) for line in after]
    assert titles[2:6] == ["（二）预算情况", "二、新加的一章", "三、改过的标题", "（一）总体情况"]
    assert titles[6] == "四、综合评价情况及结论"
    assert titles[-1] == "附件3数据来源"


def test_references_follow_a_changed_heading(tmp_path):
    words = ("资金", "到位", "表格")
    runs = [run for one in words for run in (Run("见"), Run("", ref=one))]
    blocks = [Heading(1, "甲"), Heading(2, "资金"), Heading(3, "到位"), Prose(tuple(runs))]
    annex = (Heading(1, "表格", annex=True), Heading(2, "附件的节"))
    word = docx.Document(io.BytesIO(render(assemble([*blocks, *annex], title="报告"), "docx")))
    heading = next(p for p in word.paragraphs if p.style.style_id == "Heading2")
    heading.runs[0].text = "经费"
    word.save(tmp_path / "edited.docx")
    data = updated(tmp_path / "edited.docx", tmp_path)
    assert "（一）附件的节" in re.sub(r"\d+$", "", entries(data)[-1])
    found = squeezed(shown(part(data)))
    assert re.search(r"见“（一）经费”见“1\.?到位”见附件1", found)
