"""The page and the workbook of a comparison: alone, accessible, fluid, and harmless."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from browsing import Visit
from cases import ROOT
from comparing import Batch, plain
from hostile_text import PAYLOADS, squeezed
from msgspec import structs

from evalbook.compare.collect import Collected
from evalbook.compare.command import Scorer
from evalbook.compare.comparison import Comparison, compared
from evalbook.compare.page import html
from evalbook.compare.result import Result, read
from evalbook.compare.settings import load_settings
from evalbook.compare.sheet import xlsx
from evalbook.harmless import clean_line
from evalbook.paths import Workbook
from evalbook.spreadsheet import text_in

NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
MANY = 3_000
DISTRICTS = ("甲市", "乙市", "丙市", None)


def synthetic(qingdao: Any, count: int) -> tuple[Result, ...]:
    """Results of one real case under other names, years, regions and scores; none of them real."""
    first = read(qingdao.text, ("满意度",))
    return tuple(
        structs.replace(
            first, case=f"case-{number}", department=f"合成第{number // 3}局", unit=None,
            region=DISTRICTS[number % 4], period=str(2019 + number % 3),
            total=None if number % 10 == 9 else first.total - number % 37,
            grade=("优", "良", "中", None)[number % 4],
            stance=("third-party", "self")[number // 3 % 2],
            findings=(f"第{number % 50}类问题没有整改到位", "预算执行偏慢"),
        )
        for number in range(count)
    )  # fmt: skip


def comparison(results: tuple[Result, ...], across: bool = False) -> Comparison:
    book = Workbook(ROOT)
    return compared(Collected(results, (), ()), load_settings(book), Scorer(book), across)


@pytest.fixture(scope="module")
def small(qingdao) -> Comparison:
    return comparison(synthetic(qingdao, 120), across=True)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Comparison:
    """Every text of an evaluation that a comparison shows is hostile."""
    batch = Batch(tmp_path_factory.mktemp("hostile"))
    for number, payload in enumerate(PAYLOADS):
        again = PAYLOADS[(number + 1) % len(PAYLOADS)]
        name = batch.add(
            plain(100, f"{60 + number}个"), department=payload, unit=again, region=payload,
            title=again, findings=[f"{payload}甲", "同一个问题没有整改"],
            published={"score": "90", "full": "100", "grade": payload},
        )  # fmt: skip
        assert name
    return batch.compared(across=True)


# ---- the files


def test_the_page_holds_the_data_once_and_asks_for_nothing(small):
    page = html(small).decode()
    assert page == html(small).decode()
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*\"", page) == []
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])
    assert len(data["cases"]) == 120
    assert set(data["fields"]) >= {"publishedTotal", "computedTotal", "execution", "satisfaction"}
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_hostile_text_is_text_in_the_page(hostile):
    page = html(hostile).decode()
    body = re.sub(r"<style.*?</style>|<script.*?</script>", "", page, flags=re.S)
    assert "<img" not in body
    assert page.count("<script") == 2
    island = re.search(r'id="data">(.*?)</script>', page, re.S)[1]
    assert not re.search("[<>&\u2028\u2029\u202e\u2067]", island)
    shown = {case[2] for case in json.loads(island)["cases"]}
    assert shown == {clean_line(payload) for payload in PAYLOADS}


def test_hostile_text_is_text_in_the_workbook(hostile):
    book = openpyxl.load_workbook(io.BytesIO(xlsx(hostile)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    written = {text_in(cell.value) for cell in cells if isinstance(cell.value, str)}
    for payload in PAYLOADS:
        assert squeezed(payload) in {squeezed(text) for text in written}
    formulas = [cell for cell in cells if isinstance(cell.value, str) and cell.value[:1] in "=+-@"]
    assert formulas
    assert all(cell.quotePrefix for cell in formulas)


def test_the_workbook_says_what_the_page_says(small):
    book = openpyxl.load_workbook(io.BytesIO(xlsx(small)))
    assert book.sheetnames == [
        "说明", "排名", "合并名次", "等级分布", "分布", "分组对照", "离群值", "共性问题",
        "年度变化", "没有列入的",
    ]  # fmt: skip
    rows = list(book["排名"].iter_rows(values_only=True))
    heads = rows[0]
    data = json.loads(re.search(r'id="data">(.*?)</script>', html(small).decode(), re.S)[1])
    at = {name: number for number, name in enumerate(data["fields"])}
    by_case = {case[at["case"]]: case for case in data["cases"]}
    for row in rows[1:]:
        shown = by_case[row[heads.index("编号")]]
        total = shown[at["publishedTotal"]]
        assert row[heads.index("公布得分")] == (float(total) if total else "未公布")
        rank = shown[at["publishedRank"]]
        assert row[heads.index("公布名次")] == (rank[0] if rank else "不排")
    assert book["排名"].freeze_panes == "A2"
    changes = list(book["年度变化"].iter_rows(values_only=True))
    assert len(changes) == len(small.changes) + 1


def test_the_workbook_is_a_sound_office_file(hostile, tmp_path):
    office = pytest.importorskip("openxml_audit", reason="没有 openxml_audit")
    file = tmp_path / "compare.xlsx"
    file.write_bytes(xlsx(hostile))
    validator = office.OpenXmlValidator(file_format=office.FileFormat.MICROSOFT_365)
    said = [str(each) for each in validator.validate(file).errors]
    ways = ("inline-string", "/xl/styles.xml:/styleSheet[1]/fonts[1]/font[1]")  # of openpyxl
    assert [each for each in said if not any(way in each for way in ways)] == []


# ---- in a browser


def names(visit: Visit) -> list[str]:
    """The departments of the ranking as they are shown."""
    return visit.page.locator("#rank-here tbody th").all_inner_texts()


def column(visit: Visit, number: int) -> list[str]:
    return visit.page.locator(f"#rank-here tbody td:nth-child({number})").all_inner_texts()


@pytest.fixture(scope="module")
def path(small, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("page") / "compare.html"
    file.write_bytes(html(small))
    return file


@pytest.fixture
def visit(browser, path) -> Iterator[Visit]:
    found = Visit(browser, path, WIDE)
    yield found
    assert found.said == []
    found.page.close()


class TestInABrowser:
    pytestmark = pytest.mark.browser

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
    def test_nothing_is_in_the_way_of_anyone(self, browser, path, size, scheme):
        visit = Visit(browser, path, size, color_scheme=scheme)
        visit.page.locator("#common-here .open").first.click()
        assert visit.axe() == []
        assert visit.overflow() == 0
        assert visit.asked == [path.as_uri()]
        assert visit.said == []
        visit.page.close()

    def test_a_filter_holds_for_every_part(self, visit):
        page = visit.page
        page.locator("#f-region").select_option(label="甲市")
        assert page.locator("#f-count").inner_text() == "30 / 120 个评价项目"
        assert all("甲市" in name for name in names(visit))
        assert all(
            "甲市" in text for text in page.locator("#change-here tbody th").all_inner_texts()
        )
        page.locator("#f-year").select_option(label="2019")
        assert all("2019" in name for name in names(visit))
        page.locator("#f-words").fill("没有这个部门")
        assert page.locator("#rank-here tbody").inner_text() == "没有符合的行"
        page.get_by_role("button", name="清除").click()
        assert page.locator("#f-count").inner_text() == "120 / 120 个评价项目"

    def test_no_order_runs_across_leagues(self, visit):
        page = visit.page
        button = page.locator("#rank-here thead button", has_text="公布得分率")
        button.focus()
        page.keyboard.press("Enter")
        heads = page.locator("#rank-here tbody tr.group")
        assert heads.count() >= 1
        turns = "rows => rows.filter(r => r.matches('.group')).map(r => r.textContent)"
        groups = page.locator("#rank-here tbody tr").evaluate_all(turns)
        assert len(groups) == len(set(groups))
        assert page.locator("#rank-here th[aria-sort]").get_attribute("aria-sort") == "ascending"
        first = [float(text) for text in column(visit, 4)[:30] if text != "未公布"]
        assert first == sorted(first)

    def test_pages_of_rows_are_turned(self, visit):
        page = visit.page
        assert len(names(visit)) == 50
        before = names(visit)
        following = page.get_by_role("button", name="各排名组的得分与名次：下一页")
        following.click()
        following.click()
        assert len(names(visit)) == 20
        assert not set(before) & set(names(visit))
        following.press("Enter")
        assert len(names(visit)) == 20
        assert "第 101–120 行，共 120 行" in page.locator("#rank-here .pager").inner_text()

    def test_hostile_text_runs_nothing(self, browser, hostile, tmp_path):
        file = tmp_path / "hostile.html"
        file.write_bytes(html(hostile))
        visit = Visit(browser, file, NARROW)
        for opener in visit.page.locator(".open").all():
            opener.click()
        assert visit.said == []
        assert visit.asked == [file.as_uri()]
        assert "<script>alert(1)</script>" in visit.page.locator("#rank-here").inner_text()
        assert visit.overflow() == 0
        visit.page.close()

    def test_without_a_script_it_says_where_the_figures_are(self, browser, path):
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(path.as_uri())
        assert "compare.xlsx" in page.locator("noscript").inner_text()
        context.close()

    def test_three_thousand_open_sort_and_filter_at_once(self, browser, qingdao, tmp_path):
        file = tmp_path / "many.html"
        file.write_bytes(html(comparison(synthetic(qingdao, MANY))))
        visit = Visit(browser, file, WIDE)
        page = visit.page
        assert page.locator("#f-count").inner_text() == "3,000 / 3,000 个评价项目"
        assert page.locator("tr").count() < 1_000
        page.locator("#rank-here thead button").nth(3).click()
        assert page.locator("#rank-here th[aria-sort]").count() == 1
        page.locator("#f-region").select_option(label="乙市")
        assert page.locator("#f-count").inner_text() == "750 / 3,000 个评价项目"
        assert page.locator("tr").count() < 1_000
        assert visit.said == []
        page.close()
