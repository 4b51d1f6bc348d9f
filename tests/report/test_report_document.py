"""Numbering: the writers print what assemble wrote down."""

import pytest
from report_sample import chart, district_table, report, score_table

from evalbook.blocks import Cell, Heading, Prose, Run, Stamp, Table
from evalbook.errors import ReportError
from evalbook.numerals import chinese
from evalbook.report.document import assemble
from evalbook.report.tables import spots


def titles(*blocks):
    return [p.title for p in assemble(blocks, title="报告").blocks if p.title]


def small(**changes):
    given = {
        "caption": "小表",
        "header": ((Cell("甲"), Cell("乙")),),
        "rows": ((Cell("1"), Cell("2")),),
        "align": ("left", "right"),
        "widths": (1.0, 1.0),
        "kinds": ("body",),
    }
    return Table(**given | changes)


def test_headings_are_numbered_by_level():
    assert titles(
        Heading(1, "甲"), Heading(2, "乙"), Heading(3, "丙"), Heading(4, "丁"), Heading(4, "戊"),
        Heading(3, "己"), Heading(2, "庚"), Heading(3, "辛"), Heading(1, "壬"), Heading(2, "癸"),
    ) == [
        "一、甲", "（一）乙", "1.丙", "（1）丁", "（2）戊", "2.己", "（二）庚", "1.辛",
        "二、壬", "（一）癸",
    ]  # fmt: skip


def test_captions_are_numbered_by_chapter_and_annex():
    assert titles(
        Heading(1, "甲"), score_table(), chart(), Heading(1, "乙"), chart(), district_table(),
        score_table(), Heading(1, "丙", annex=True), score_table(), Heading(1, "丁", annex=True),
        chart(),
    ) == [
        "一、甲", "表 1-1　绩效得分整体情况", "图 1-1　各类资金预算执行率",
        "二、乙", "图 2-1　各类资金预算执行率", "表 2-1　各区（市）城乡居民医保财政补助到位情况",
        "表 2-2　绩效得分整体情况", "附件1　丙", "附表 1-1　绩效得分整体情况", "附件2　丁",
        "附图 2-1　各类资金预算执行率",
    ]  # fmt: skip


def test_a_table_without_caption_has_its_number_only():
    assert titles(Heading(1, "甲"), small(caption="")) == ["一、甲", "表 1-1"]


def test_anchors_are_unique():
    anchors = [placed.anchor for placed in report(5).blocks if placed.anchor]
    assert len(anchors) == len(set(anchors))


@pytest.mark.parametrize(
    ("number", "word"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")]
)
def test_chinese_numbers(number, word):
    assert chinese(number) == word


def test_all_that_does_not_fit_is_told_at_once():
    with pytest.raises(ReportError) as caught:
        assemble(
            [
                small(),
                Heading(2, "早了"),
                Heading(1, "附录", annex=True),
                Heading(3, "跳级"),
                Heading(1, "晚了"),
                small(caption="缺列", rows=((Cell("1"),),)),
                small(caption="多列", rows=((Cell("1"), Cell("2", colspan=2)),)),
                small(caption="过长", rows=((Cell("1", rowspan=2), Cell("2")),)),
                small(caption="种类", kinds=()),
            ],
            title="报告",
        )
    text = str(caught.value)
    assert caught.value.exit_code == 3
    assert "有 8 处" in text
    for words in ("“小表”出现在第一个", "2 级标题“早了”", "3 级标题“跳级”，中间缺 2 级标题",
                  "“晚了”排在附件之后", "“缺列”", "“多列”", "“过长”", "“种类”"):  # fmt: skip
        assert words in text


def test_spans_cover_their_cells():
    header = district_table().header
    top, bottom = spots(header, 5)
    assert [(s.cell.text, s.column, s.first) for s in bottom] == [
        ("区（市）", 0, False), ("应到位", 1, True), ("实际到位", 2, True), ("差额", 3, True),
        ("资金到位率", 4, False),
    ]  # fmt: skip
    assert [s.column for s in top] == [0, 1, 4]


def test_stamps_and_empty_facts():
    document = assemble(
        [Stamp("a", "b"), Heading(1, "甲"), Prose((Run("文"),))], title="报告", facts=[("日期", "")]
    )
    assert [p.block.block for p in document.blocks] == ["heading", "prose"]
    assert document.facts == (("日期", "未公布"),)
