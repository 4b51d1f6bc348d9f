"""From notebooks to blocks, and what a notebook may not hold."""

import pytest
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)
from report_sample import score_table

from evalbook.blocks import MIME, Cell, Heading, Note, Prose, Run, Stamp, Table, to_json
from evalbook.report.collect import CollectError, collect
from evalbook.report.markdown import parse


def shown(*blocks, **more):
    """A code cell that shows these blocks."""
    outputs = [
        new_output("display_data", data={MIME: to_json(block), "text/plain": "x"} | more)
        for block in blocks
    ]
    return new_code_cell("show()", outputs=outputs)


def text_of(source):
    blocks, problems = parse(source)
    assert not problems
    return ["".join(run.text for run in block.runs) for block in blocks]


def test_blocks_come_in_order_and_stamps_apart():
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# 基本情况\n\n一段话。"),
            shown(score_table(), Stamp("qingdao-2019", "abc")),
            shown(Heading(2, "小节")),
        ]
    )
    collected = collect(notebook, "00_overview")
    assert collected.blocks == (
        Heading(1, "基本情况"), Prose((Run("一段话。"),)), score_table(), Heading(2, "小节"),
    )  # fmt: skip
    assert collected.stamps == (Stamp("qingdao-2019", "abc"),)


def test_guides_and_parameters_stay_in_the_notebook():
    tagged = [
        new_markdown_cell("怎样用这本笔记本", metadata={"tags": ["guide"]}),
        new_code_cell("case = 1", metadata={"tags": ["parameters"]}),
        new_code_cell("case = 2", metadata={"tags": ["injected-parameters"]}),
    ]
    assert collect(new_notebook(cells=tagged), "x").blocks == ()


def test_a_widget_that_also_gives_a_block_is_fine():
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
    assert collect(new_notebook(cells=[shown(score_table(), **widget)]), "x").blocks


def test_every_fault_of_a_notebook_is_told_at_once():
    outputs = [
        new_output("stream", text="第一行\n第二行\n"),
        new_output("execute_result", data={"text/plain": "42"}),
        new_output("display_data", data={"image/png": "aGk=", "text/plain": "<Figure>"}),
        new_output("execute_result", data={"text/html": "<table>", "text/plain": "DataFrame"}),
        new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}}),
        new_output("display_data", data={"application/pdf": ""}),
        new_output("display_data", data={MIME: {"block": "heading", "level": 9, "text": "x"}}),
        new_output("error", ename="ValueError", evalue="x", traceback=[]),
    ]
    cells = [
        new_markdown_cell("![图](a.png)\n\n---\n\n```\ncode\n```\n\n##### 五级"),
        new_code_cell("\nprint(1)", outputs=outputs),
        new_raw_cell("原文"),
    ]
    with pytest.raises(CollectError) as caught:
        collect(new_notebook(cells=cells), "40_benefit")
    text = str(caught.value)
    assert caught.value.exit_code == 3
    assert len(caught.value.faults) == 13
    for words in (
        "笔记本“40_benefit”有 13 处", "第 1 个单元格", "图片", "分隔线", "代码框", "5 级标题“五级”",
        "第 2 个单元格（“print(1)”）", "打印输出“第一行”", "普通文字结果", "没有做成报告块的图",
        "DataFrame", "交互控件", "application/pdf", "格式不对的报告块（heading.level）",
        "出错“ValueError”", "第 3 个单元格（“原文”）：原始（Raw）单元格",
    ):  # fmt: skip
        assert words in text


def test_inline_marks_become_plain_text():
    assert text_of("**重**点 `代码` *斜*，[办法](https://a.b/c?x=1)与<https://a.b>。") == [
        "重点 代码 斜，办法（https://a.b/c?x=1）与https://a.b。"
    ]


def test_raw_html_and_script_links_are_literal():
    source = "<script>alert(1)</script>\n\n甲<b onclick=x>乙</b>[丙](javascript:alert(1))"
    assert text_of(source) == [
        "<script>alert(1)</script>", "甲<b onclick=x>乙</b>[丙](javascript:alert(1))",
    ]  # fmt: skip


def test_broken_lines_join_without_a_space_in_chinese():
    assert text_of("第一行\n第二行\n2019 and\nmore\n\n上  \n下") == [
        "第一行第二行2019 and more",
        "上\n下",
    ]


def test_lists_and_remarks():
    blocks, _ = parse("- 甲\n- 乙\n\n1. 丙\n2. 丁\n\n> 说明\n> 文字")
    assert blocks == [
        Prose((Run("甲"),), "item"), Prose((Run("乙"),), "item"),
        Prose((Run("1. 丙"),)), Prose((Run("2. 丁"),)), Note((Run("说明文字"),)),
    ]  # fmt: skip


def test_tables_with_alignment_and_caption():
    blocks, _ = parse("表：各区情况\n\n| 区 | 数 |\n|:-:|--:|\n| 市南 | 1.20 |\n| 市北 | **2** |")
    (table,) = blocks
    assert isinstance(table, Table)
    assert (table.caption, table.align) == ("各区情况", ("center", "right"))
    assert table.rows == ((Cell("市南"), Cell("1.20")), (Cell("市北"), Cell("2")))
    assert table.kinds == ("body", "body")


@pytest.mark.parametrize(
    ("typed", "heading"),
    [
        ("# 一、基本情况", Heading(1, "基本情况")),
        ("## （二） 资金", Heading(2, "资金")),
        ("### 3. 到位", Heading(3, "到位")),
        ("## 1.5 倍是怎么来的", Heading(2, "1.5 倍是怎么来的")),
        ("# 2019 年度情况", Heading(1, "2019 年度情况")),
        ("# 附件2：指标评分表", Heading(1, "指标评分表", annex=True)),
        ("# 附件清单", Heading(1, "附件清单")),
    ],
)
def test_headings_lose_a_typed_number(typed, heading):
    assert parse(typed)[0] == [heading]
