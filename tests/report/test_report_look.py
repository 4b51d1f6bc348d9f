"""What only a browser can tell."""

import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="没有 Chromium 浏览器")
@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_fits_its_window_and_asks_nobody(files, width):
    playwright = pytest.importorskip("playwright.sync_api", reason="没有 playwright")
    with playwright.sync_playwright() as start:
        browser = start.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(files["html"].as_uri())
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        wrapped = """[...document.querySelectorAll('td.figure')].filter(cell => {
            const range = document.createRange(); range.selectNodeContents(cell);
            return new Set([...range.getClientRects()].map(box => box.top)).size > 1
                || cell.scrollWidth > cell.clientWidth }).map(cell => cell.textContent)"""
        page.locator("[data-address='score.total']").first.focus()
        shown = """getComputedStyle(document.activeElement, '::after').content"""
        results = page.evaluate(overflow), page.evaluate(wrapped), page.evaluate(shown)
        browser.close()
    assert results == (0, [], '"来源：score.total，数值：90.31"')
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
