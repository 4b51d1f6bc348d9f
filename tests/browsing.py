"""A real browser for tests, and a page that is open in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
EVENTS = ("pageerror", "dialog", "popup", "download")
EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser of its own, closed at the end; the test is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("没有浏览器 Chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="没有 playwright")
    with playwright.sync_playwright() as start:
        browser = start.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """A page that is open: what it asked for, which is refused but for files, and what it did."""

    def __init__(self, browser: Any, path: Path, size: dict[str, int], **more: Any) -> None:
        self.page = browser.new_page(viewport=size, **more)
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.route("**/*", self._ask)
        self.page.on("console", lambda message: self.said.append(message.text))
        for name in EVENTS:
            self.page.on(name, lambda event, name=name: self._happened(name, event))
        self.page.goto(path.as_uri())

    def _ask(self, route: Any) -> None:
        self.asked.append(route.request.url)
        route.continue_() if route.request.url.startswith("file:") else route.abort()

    def _happened(self, name: str, event: Any) -> None:
        self.said.append(f"{name}: {event}")
        if name == "dialog":
            event.dismiss()

    def axe(
        self, options: dict[str, Any] = EVERYTHING, context: dict[str, Any] | None = None
    ) -> list[str]:
        """What axe finds wrong: the rule, and where."""
        base = pytest.importorskip("axe_playwright_python.base", reason="没有 axe")
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(base.AXE_SCRIPT)
        found = self.page.evaluate(
            "([context, options]) => axe.run(context || document, options)", [context, options]
        )
        return [f"{v['id']}: {node['html']}" for v in found["violations"] for node in v["nodes"]]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        root = "document.documentElement"
        return int(self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))
