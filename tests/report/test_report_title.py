"""Titles: never broken within a word, in lines of like length, in all formats."""

import io
import re

import docx
import pytest
from report_sample import report
from test_every_case import BOOK, CASES

from evalbook import load
from evalbook.report import render
from evalbook.report.text import em
from evalbook.report.title import COVER_WIDTH, cover, segments

WORDS = ("绩效评价报告", "绩效自评报告", "医疗保障局", "配套资金", "统筹基金", "部门整体支出")


@pytest.mark.parametrize("case", CASES)
def test_the_title_of_a_case_stands_in_even_lines(case):
    title = load(case, BOOK).params.title
    size, lines = cover(title)
    assert "".join(lines) == re.sub(r"\s", "", title)
    assert len(lines) == 2
    assert max(map(em, lines)) <= COVER_WIDTH / size - 0.5
    assert min(map(em, lines)) > 0.5 * max(map(em, lines))
    for word in WORDS:
        assert (word in title) == any(word in line for line in lines)


def test_the_title_that_left_a_character_alone():
    lines = ["2020年度建档立卡个人缴费", "县级配套资金绩效自评报告"]
    assert cover("".join(lines)) == (26, lines)


@pytest.mark.parametrize(
    "title",
    ["", "报告", "甲" * 60, "甲" * 5000, "a" * 300, "《" * 50, "2019 年度 甲，乙（丙）报告"],
)
def test_any_title_is_laid_out_and_loses_nothing(title):
    size, lines = cover(title)
    assert "".join(segments(title)) == title
    assert re.sub(r"[\s\u200b]", "", "".join(lines)) == re.sub(r"\s", "", title)
    if len(lines) > 1:
        assert max(map(em, lines)) <= COVER_WIDTH / size - 0.5
        assert min(map(em, lines)) > 0.5 * max(map(em, lines))


def test_word_and_html_break_it_at_the_same_places():
    title = "2020年度建档立卡个人缴费县级配套资金绩效自评报告"
    document = report(1, title=title)
    word = docx.Document(io.BytesIO(render(document, "docx")))
    (shown,) = [p.text for p in word.paragraphs if p.style.name == "Title"]
    assert shown == "2020年度建档立卡个人缴费\n县级配套资金绩效自评报告"
    page = render(document, "html").decode()
    (heading,) = re.findall("<h1>(.*?)</h1>", page)
    assert heading.replace("<wbr>", "") == title
    assert "缴费<wbr>县级<wbr>配套资金<wbr>绩效自评报告" in heading
