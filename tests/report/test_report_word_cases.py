"""The Word report of every case of the workbook."""

import pytest
from test_every_case import A_FEW_FIRST, report
from word_check import controls, faults, headings

from evalbook.blocks import Figure, Heading
from evalbook.proofs import figures
from evalbook.report import render
from evalbook.report.word_controls import tag


@pytest.mark.parametrize("case", A_FEW_FIRST)
def test_word_opens_it_without_repair_and_finds_every_figure(case):
    document = report(case)
    data = render(document, "docx")
    assert faults(data) == []
    shown = [
        (tag(one.address), one.text)
        for placed in document.blocks
        if not isinstance(placed.block, Figure)
        for one in figures(placed.block)
        if one.address and one.text
    ]
    assert shown
    assert controls(data) == shown
    printed = [p.title for p in document.blocks if isinstance(p.block, Heading)]
    assert list(headings(data)) == [title.replace("\u3000", "") for title in printed]
