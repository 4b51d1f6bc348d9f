"""What Quarto is given: one notebook, its settings, the charts; the same bytes every time."""

import copy
import io
import json

import docx
import nbformat
import pytest
import yaml
from report_sample import report as sample

from evalbook.blocks import (
    MIME,
    Figure,
    Heading,
    Prose,
    Run,
    Signatures,
    Stamp,
    to_json,
)
from evalbook.errors import ReportError
from evalbook.house import House, Logo
from evalbook.report.collect import collect
from evalbook.report.document import assemble
from evalbook.report.quarto_notebook import folder


def shown(source, *blocks, tags=()):
    outputs = [nbformat.v4.new_output("display_data", {MIME: to_json(block)}) for block in blocks]
    cell = nbformat.v4.new_code_cell(source, outputs=outputs)
    return cell | {"metadata": {"tags": list(tags)}}


def executed(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


def prose(text):
    return Prose((Run(text),))


def document_of(notebooks, **more):
    blocks = [block for name, each in notebooks for block in collect(each, name).blocks]
    return assemble(blocks, **{"title": "报告", "case": "x"} | more)


@pytest.fixture
def notebooks():
    first = executed(
        nbformat.v4.new_markdown_cell("给看笔记本的人", metadata={"tags": ["guide"]}),
        shown('case = "x"', tags=["parameters"]),
        shown("ev = open_case(case)", Stamp("x", "hash")),
        shown("#| label: fig-a\n#| echo: true\nshow(one(ev))", Heading(1, "情况"), prose("甲")),
        nbformat.v4.new_markdown_cell("### 分析员的话\n\n1. 乙"),
    )
    first.cells[4].source = "## 分析员的话\n\n乙"
    second = executed(
        shown("show(two(ev))", prose("丙")),
        shown("show(three(ev))", Heading(1, "附表", annex=True), prose("丁")),
    )
    return [("00_a.ipynb", first), ("10_b.ipynb", second)]


def cells_of(document, notebooks=()):
    data = json.loads(folder(document, notebooks)["report.ipynb"])
    return [(cell["cell_type"], "".join(cell["source"])) for cell in data["cells"]]


def test_the_cells_stand_in_order_each_above_what_it_showed(notebooks):
    assert cells_of(document_of(notebooks), notebooks) == [
        ("raw", '---\ntitle: "报告"\n---'),
        ("code", "ev = open_case(case)"),
        ("code", "show(one(ev))"),
        ("markdown", "# 一、情况 {#h-1}\n\n甲"),
        ("markdown", "## （一）分析员的话 {#h-1-1}\n\n乙"),
        ("code", "show(two(ev))"),
        ("markdown", "丙"),
        ("code", "show(three(ev))"),
        ("markdown", "# 附件1　附表 {#h-a1}\n\n丁"),
    ]


def test_lines_to_sign_on_stand_before_the_annexes_and_move_no_other_block(notebooks):
    house = House(signatures=("项目负责人",))
    cells = cells_of(document_of(notebooks, house=house), notebooks)
    assert cells[6:][0] == ("markdown", "丙")
    signed = "项目负责人（签字）：　　　　　　　　　日期："
    text = cells[-1][1].replace("&#12288;", "　")
    assert text == f"{signed}\n\n# 附件1　附表 {{#h-a1}}\n\n丁"


def test_signatures_without_an_annex_and_signatures_that_a_cell_shows_are_kept():
    own = executed(shown("a", Heading(1, "情况"), Signatures(("甲",)), prose("乙")))
    notebooks = [("00_a.ipynb", own)]
    text = "\n".join(
        text
        for _, text in cells_of(document_of(notebooks, house=House(signatures=("丙",))), notebooks)
    )
    assert [text.count(word) for word in ("甲（签字）", "乙", "丙（签字）")] == [1, 1, 1]


def test_the_notebook_is_one_that_jupyter_opens_and_quarto_reads(notebooks):
    data = folder(document_of(notebooks), notebooks)["report.ipynb"]
    notebook = nbformat.reads(data.decode(), as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.language == "python"
    assert all(cell.outputs == [] for cell in notebook.cells if cell.cell_type == "code")


def test_the_executed_notebooks_are_not_touched(notebooks):
    before = copy.deepcopy(notebooks)
    folder(document_of(notebooks), notebooks)
    assert notebooks == before


def test_the_settings_execute_nothing_and_number_nothing():
    settings = yaml.safe_load(folder(sample(3), [])["_quarto.yml"])
    assert settings["execute"] == {"enabled": False, "echo": False}
    assert settings["number-sections"] is False
    assert settings["lang"] == "zh"
    assert settings["project"]["render"] == ["report.ipynb"]
    assert set(settings["format"]) == {"html", "typst", "docx"}
    assert settings["format"]["html"]["embed-resources"] is True


def test_the_same_report_gives_the_same_bytes(notebooks):
    for document, given in ((sample(3), []), (document_of(notebooks), notebooks)):
        assert folder(document, given) == folder(document, given)


def test_a_chart_is_a_file_beside_the_notebook():
    files = folder(sample(3), [])
    assert [name for name in files if name.startswith("figures/")] == ["figures/f-4-1.png"]
    assert files["figures/f-4-1.png"].startswith(b"\x89PNG")
    assert "](figures/f-4-1.png)" in files["report.ipynb"].decode()


def test_a_broken_chart_is_a_sentence():
    document = assemble([Heading(1, "甲"), Figure("坏图", "说明", "", "!!")], title="报告")
    with pytest.raises(ReportError, match="图“坏图”的 PNG 图像打不开"):
        folder(document, [])


def headers(data, tmp_path):
    path = tmp_path / "reference.docx"
    path.write_bytes(data)
    found = []
    for section in docx.Document(str(path)).sections:
        kinds = (section.header, section.even_page_header, section.first_page_header)
        found.append("".join({p.text for kind in kinds for p in kind.paragraphs}))
    return found


@pytest.mark.parametrize(("status", "mark"), [("draft", "征求意见稿"), ("final", "")])
def test_a_draft_is_marked_in_every_format(status, mark, tmp_path):
    files = folder(sample(3, status=status), [])
    assert headers(files["reference.docx"], tmp_path) == [mark]
    typst = yaml.safe_load(files["_quarto.yml"])["format"]["typst"]["include-in-header"][0]["text"]
    assert ("征求意见稿" in typst) is bool(mark)
    assert ("征求意见稿" in files["report.ipynb"].decode()) is bool(mark)


def house_word():
    """A house's document with a style of Pandoc's name and a header for its first page."""
    word = docx.Document()
    word.styles["Body Text"].font.name = "Arial"
    word.sections[0].different_first_page_header_footer = True
    for header in (word.sections[0].header, word.sections[0].first_page_header):
        header.paragraphs[0].text = "某局页眉"
    data = io.BytesIO()
    word.save(data)
    return data.getvalue()


def test_the_house_brings_its_name_and_its_word_styles(tmp_path):
    own = house_word()
    house = House(
        organisation="某市财政局 *绩效科*",
        logo=Logo(b"png", "png", 10, 10),
        disclaimer="仅供*内部*参考。",
        reference_docx=own,
    )
    files = folder(sample(3, status="final", house=house), [])
    assert headers(files["reference.docx"], tmp_path) == [""]
    styles = docx.Document(io.BytesIO(files["reference.docx"])).styles
    assert styles["Body Text"].font.name == "Arial"
    assert {"Compact", "Table Caption", "报告正文"} <= {style.name for style in styles}
    author = yaml.safe_load(files["_quarto.yml"])["author"]
    assert author == [{"name": "某市财政局 &#42;绩效科&#42;"}]
    assert files["figures/logo.png"] == b"png"
    text = files["report.ipynb"].decode()
    assert "](figures/logo.png)" in text
    assert "**声明**" in text
    assert "仅供&#42;内部&#42;参考。" in text
    marked = folder(sample(3, house=House(reference_docx=own)), [])["reference.docx"]
    assert headers(marked, tmp_path) == ["征求意见稿"]


def test_a_reference_document_that_is_none_is_a_sentence():
    with pytest.raises(ReportError, match="reference_docx：文件不是"):
        folder(sample(3, house=House(reference_docx=b"PK")), [])
