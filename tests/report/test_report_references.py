"""References: a run names a table, a figure or a heading by its words, and gets its number."""

import pytest
from report_sample import chart, district_table, score_table

from evalbook.blocks import Heading, Note, Prose, Run
from evalbook.errors import ReportError
from evalbook.report.document import assemble


def said(*blocks):
    document = assemble(blocks, title="报告")
    return [
        "".join(run.text for run in placed.block.runs)
        for placed in document.blocks
        if isinstance(placed.block, Prose | Note)
    ]


def see(words):
    return Prose((Run("见"), Run("", ref=words), Run("。")))


def test_a_reference_becomes_the_number():
    assert said(
        Heading(1, "甲"), see("绩效得分整体情况"), see("乙"), see("丙"), see("各类资金预算执行率"),
        chart(), Heading(2, "乙"), Heading(1, "丙", annex=True), score_table(),
    ) == ["见附表 1-1。", "见“（一）乙”。", "见附件1。", "见图 1-1。"]  # fmt: skip


def test_a_note_refers_too():
    note = Note((Run("见"), Run("", ref="绩效得分整体情况")))
    assert said(Heading(1, "甲"), note, score_table()) == ["见表 1-1"]


def test_every_reference_to_nothing_is_named_at_once():
    with pytest.raises(ReportError) as caught:
        said(Heading(1, "甲"), see("没有的表"), see("也没有的"))
    assert "“没有的表”不是报告中任何标题、表或图的名称" in str(caught.value)
    assert "也没有的" in str(caught.value)


def test_a_name_that_two_things_bear_is_no_reference():
    with pytest.raises(ReportError, match="“绩效得分整体情况”在报告中有 2 处"):
        said(Heading(1, "甲"), see("绩效得分整体情况"), score_table(), score_table())


@pytest.mark.parametrize("tables", [[], [score_table(), score_table()]])
def test_a_reference_with_words_of_its_own_keeps_them_where_it_names_no_single_thing(tables):
    run = Run("下表", ref="绩效得分整体情况")
    assert said(Heading(1, "甲"), Prose((run,)), *tables) == ["下表"]
    document = assemble([Heading(1, "甲"), Prose((run,)), *tables], title="报告")
    assert not any(r.ref for p in document.blocks for r in getattr(p.block, "runs", ()))


def test_a_reference_with_words_of_its_own_becomes_the_number():
    run = Run("下表", ref="绩效得分整体情况")
    assert said(Heading(1, "甲"), Prose((run,)), score_table()) == ["表 1-1"]


def test_names_are_only_asked_of_what_is_referred_to():
    assert said(Heading(1, "甲"), district_table(), district_table()) == []


def test_the_anchor_of_what_is_named_is_known():
    document = assemble([Heading(1, "甲"), score_table()], title="报告")
    assert document.anchors["绩效得分整体情况"] == "t-1-1"
