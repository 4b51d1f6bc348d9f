"""The page in a real browser: accessible, alone, and every figure says what stands behind it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browsing import EVERYTHING, Visit
from pypdf import PdfReader
from report_sample import report as sample
from test_every_case import A_FEW_FIRST, CASES, evaluated
from test_every_case import report as case_report

from evalbook.blocks import Figure, Proof, Run
from evalbook.house import House
from evalbook.proofs import proofs
from evalbook.report import render

NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
# The rows of a table are written by one macro, so the first stand for the others; a drawing is one
# image to who hears the page. The sample report is looked at without leaving anything out.
FIRST_ROWS = {"exclude": [["tbody tr:not([class]):nth-child(n+4)"], ["svg > *"]]}
COLOURS = "color-contrast"
BUDGET = "第三章第二节表一：合计，预算执行率"

pytestmark = pytest.mark.browser


NO_COLOURS = {**EVERYTHING, "rules": {**EVERYTHING["rules"], COLOURS: {"enabled": False}}}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page of every case, proofs and house style included."""
    folder = tmp_path_factory.mktemp("pages")
    house = House("某市财政局", None, "仅供绩效管理参考。", ("项目负责人",))
    for case in CASES:
        document = case_report(case)
        known = proofs(evaluated(case), [placed.block for placed in document.blocks])
        document = replace(document, status="draft", proofs=known, house=house)
        (folder / f"{case}.html").write_bytes(render(document, "html"))
    return folder


@pytest.mark.parametrize("case", A_FEW_FIRST)
def test_axe_finds_nothing_and_nothing_leaves_the_page(browser, written, case):
    visit = Visit(browser, written / f"{case}.html", WIDE, color_scheme="light")
    page = visit.page
    wrong = visit.axe(EVERYTHING, FIRST_ROWS)
    page.set_viewport_size(NARROW)
    page.locator("#menu").click()
    page.locator("#contents.open").wait_for()
    page.locator("#menu").click()
    page.locator("main .value").first.focus()
    wrong += visit.axe(NO_COLOURS, FIRST_ROWS)
    overflow = visit.overflow()
    page.close()
    assert wrong == []
    assert overflow == 0
    assert len(visit.asked) == 1
    assert visit.said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["360", "1440"])
def test_axe_finds_nothing_with_every_rule_on_everything(browser, path, size, scheme):
    visit = Visit(browser, path, size, color_scheme=scheme)
    visit.page.locator("summary").first.click()
    visit.page.locator("[data-address='score.total']").first.focus()
    assert visit.axe() == []
    assert visit.overflow() == 0
    visit.page.close()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample report with proofs and a chart that brings its figures."""
    document = sample(audit_rows=60)
    blocks = []
    for placed in document.blocks:
        if isinstance(placed.block, Figure):
            data = (("人员经费", Run("99.57%", "budget.r1.c6", "99.57")),)
            placed = replace(placed, block=replace(placed.block, data=data))
        blocks.append(placed)
    known = {
        "budget.total.rate": Proof(BUDGET, "99.31%", "136617.61 ÷ 137568.39", "99.31%", "10号文"),
        "score.total": Proof("<b>第四章</b></script>", "90.31"),
    }
    document = replace(document, blocks=tuple(blocks), proofs=known)
    file = tmp_path_factory.mktemp("sample") / "report.html"
    file.write_bytes(render(document, "html"))
    return file


@pytest.fixture
def visit(browser: Any, path: Path) -> Iterator[Visit]:
    opened = Visit(browser, path, WIDE, color_scheme="light")
    yield opened
    opened.page.close()
    assert opened.said == []
    assert len(opened.asked) == 1


RATE = "p [data-address='budget.total.rate']"


def shown(page: Any) -> list[str]:
    return page.locator("#proof:visible dd").all_inner_texts()


def test_no_figure_is_broken_over_lines(visit):
    wrapped = """[...document.querySelectorAll('td.figure')].filter(cell => {
        const range = document.createRange(); range.selectNodeContents(cell);
        return new Set([...range.getClientRects()].map(box => box.top)).size > 1
            || cell.scrollWidth > cell.clientWidth }).map(cell => cell.textContent)"""
    assert visit.page.evaluate(wrapped) == []


def test_a_figure_shows_its_proof_on_hover_and_the_pointer_may_go_there(visit):
    page = visit.page
    page.locator(RATE).first.hover()
    assert shown(page) == [
        BUDGET, "99.31%", "136617.61 ÷ 137568.39", "99.31%", "10号文", "budget.total.rate",
    ]  # fmt: skip
    page.locator("#proof").hover()
    page.wait_for_timeout(400)
    assert shown(page)
    page.mouse.move(5, 600)
    page.locator("#proof").wait_for(state="hidden")


def test_a_figure_shows_its_proof_on_focus_and_escape_puts_it_away(visit):
    page = visit.page
    figure = page.locator("[data-address='score.total']").first
    figure.focus()
    assert shown(page)[0] == "<b>第四章</b></script>"
    assert figure.get_attribute("aria-describedby") == "proof"
    page.keyboard.press("Escape")
    assert not shown(page)
    assert page.evaluate("document.activeElement.dataset.address") == "score.total"
    page.keyboard.press("Enter")
    assert shown(page)
    page.keyboard.press("Tab")
    assert shown(page)[0] == BUDGET


def test_a_figure_shows_its_proof_on_tap(browser, path):
    visit = Visit(browser, path, NARROW, has_touch=True, is_mobile=True)
    page = visit.page
    page.locator(RATE).first.tap()
    assert shown(page)[0] == BUDGET
    box = page.locator("#proof").bounding_box()
    figure = page.locator(RATE).first.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert not (
        box["y"] < figure["y"] + figure["height"] and figure["y"] < box["y"] + box["height"]
    )
    page.touchscreen.tap(3, 700 if box["y"] < 300 else 100)
    assert not shown(page)
    cell = page.locator("#t-1-1 td:has(.value)").first
    cell.tap(position={"x": 3, "y": 3})
    assert shown(page)
    page.close()


def test_a_table_is_one_tab_stop_and_arrows_lead_on(visit):
    page = visit.page
    stops = "tables => tables.map(one => one.querySelectorAll('[tabindex=\"0\"]').length)"
    assert set(page.locator("table:has(.value)").evaluate_all(stops)) == {1}
    table = "#t-4-1"
    address = "document.activeElement.dataset.address"
    page.locator(f"{table} .value").first.focus()
    seen = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "End", "Home"):
        page.keyboard.press(key)
        seen.append(page.evaluate(address))
    assert seen == ["due.r1.c2", "due.r2.c2", "due.r2.c1", "due.r1.c1", "due.r11.c4", "due.r1.c1"]
    assert page.locator(f"{table} [tabindex='0']").count() == 1
    assert page.locator("#hint").is_visible()


def column(page: Any, table: str, number: int) -> list[str]:
    return page.locator(f"{table} tbody tr:visible td:nth-child({number})").all_inner_texts()


def test_an_audit_table_is_sorted_and_goes_back(visit):
    page = visit.page
    table, heads = "#t-a2-1", page.locator("#t-a2-1 th[scope=col]")
    first = column(page, table, 4)
    sort = heads.nth(3).locator("button")
    sort.click()
    assert heads.nth(3).get_attribute("aria-sort") == "ascending"
    assert "从小到大" in page.locator("#said").inner_text()
    sort.click()
    assert heads.nth(3).get_attribute("aria-sort") == "descending"
    amounts = [float(text.replace(",", "")) for text in column(page, table, 4)]
    assert amounts == sorted(amounts, reverse=True)
    assert len(amounts) == 60
    sort.click()
    assert heads.nth(3).get_attribute("aria-sort") is None
    assert column(page, table, 4) == first


def test_a_nested_table_is_sorted_and_not_torn_apart(browser, written):
    visit = Visit(browser, written / "qingdao-2019.html", WIDE)
    page = visit.page
    table = page.locator("table[data-sort]", has=page.locator("caption", has_text="部门预算情况表"))
    names = "rows => rows.map(row => row.cells[0].textContent)"
    before = table.locator("tbody tr").evaluate_all(names)
    table.locator("th button").nth(3).click()
    after = table.locator("tbody tr").evaluate_all(names)
    page.close()
    assert sorted(after) == sorted(before) != after
    assert after[-1] == before[-1] == "合计"
    assert after[:3] == ["公用经费", "人员经费", "专项资金"]
    assert all(name.startswith("\u3000") for name in after[3:-1])


def test_a_filter_keeps_what_holds_all_words(visit):
    page = visit.page
    table = "#t-a2-1"
    field = page.get_by_label("筛选").last
    field.fill("不一致 执行率")
    rows = page.locator(f"{table} tbody tr:visible").all_inner_texts()
    assert 0 < len(rows) < 60
    assert all("不一致" in row and "执行率" in row for row in rows)
    assert page.locator(f"{table} .count").inner_text() == f"{len(rows)} / 60 行"
    assert page.locator(f"{table} tr:visible [tabindex='0']").count() == 1
    field.fill("没有这样的词")
    assert page.locator(f"{table} .count").inner_text() == "没有符合的行，共 60 行"
    field.fill("")
    assert page.locator(f"{table} tbody tr:visible").count() == 60


def test_paper_has_the_first_order_all_rows_and_no_sidebar(visit):
    page = visit.page
    page.locator("#t-a2-1 th button").nth(0).click()
    page.locator("#t-a2-1 th button").nth(0).click()
    page.get_by_label("筛选").last.fill("不一致")
    page.locator("#scheme").click()
    reader = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    pages = [re.sub(r"\s+", "", sheet.extract_text()) for sheet in reader.pages]
    text = "".join(pages)
    assert all("征" in sheet for sheet in pages)
    assert "目录" not in text
    assert "筛选" not in text
    assert text.count("budget.line_") == 30
    assert text.index("budget.line_1.") < text.index("budget.line_59.")
    assert column(page, "#t-a2-1", 4)[0] != column(page, "#t-4-1", 4)[0]


def test_the_scheme_is_the_system_s_until_the_button_is_used(browser, path):
    for scheme, other in (("light", "dark"), ("dark", "light")):
        visit = Visit(browser, path, WIDE, color_scheme=scheme)
        page = visit.page
        now = "getComputedStyle(document.documentElement).colorScheme"
        assert page.evaluate(now) == scheme
        page.locator("#scheme").click()
        assert page.evaluate(now) == other
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        page.reload()
        assert page.evaluate(now) == scheme
        page.close()


def test_the_sidebar_follows_and_the_drawer_closes(visit):
    page = visit.page
    current = "document.querySelector('nav [aria-current]').hash"
    page.locator("nav a[href='#h-4']").click()
    page.wait_for_timeout(200)
    assert page.evaluate(current) == "#h-4"
    page.set_viewport_size(NARROW)
    menu = page.locator("#menu")
    menu.click()
    assert menu.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert page.locator("nav").is_hidden()
    menu.click()
    page.locator("nav a[href='#h-2']").click()
    page.wait_for_timeout(200)
    assert page.locator("nav").is_hidden()
    assert page.evaluate(current) == "#h-2"


def test_the_first_tab_skips_to_the_report(visit):
    page = visit.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "report"


def test_without_a_script_all_is_there(browser, path):
    context = browser.new_context(java_script_enabled=False, viewport=NARROW)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("nav").is_visible()
    assert page.locator(RATE).first.get_attribute("title") == f"来源：{BUDGET}，数值：99.31"
    assert page.locator("button:visible").count() == 0
    assert page.locator("#t-a2-1 tbody tr:visible").count() == 60
    context.close()


def test_hostile_text_runs_nothing(browser, tmp_path):
    from test_report_hostile import HOSTILE, hostile_document

    file = tmp_path / "hostile.html"
    file.write_bytes(render(hostile_document(HOSTILE), "html"))
    visit = Visit(browser, file, NARROW)
    page = visit.page
    for number in range(page.locator("main p .value").count()):
        page.locator("main p .value").nth(number).focus()
        assert shown(page)
    assert visit.said == []
    assert visit.overflow() == 0
    assert visit.axe(NO_COLOURS) == []
    page.close()
