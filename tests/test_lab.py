"""JupyterLab as an analyst meets it, in a real browser: Chinese, the panel alive, nothing saved."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from cases import ROOT

from evalbook.commands import LAB_SETTINGS

PATIENCE = 90_000

pytestmark = pytest.mark.browser


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A running JupyterLab on a copy of the workbook: its address and folder."""
    root = tmp_path_factory.mktemp("lab")
    for name in ("params", "data", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    address = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--ServerApp.port={address.rsplit(':', 1)[1]}", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.root_dir={root}", "--IdentityProvider.token="]
    command += [f"--LabApp.app_settings_dir={LAB_SETTINGS}"]
    environment = os.environ | {"EVALBOOK_ROOT": str(root), "JUPYTER_CONFIG_DIR": str(root / "jc")}
    with (root / "lab.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=root)
        try:
            wait_for(f"{address}/lab")
            yield address, root
        finally:
            server.terminate()
            server.wait(30)


def wait_for(address: str) -> None:
    for _ in range(120):
        try:
            urlopen(address, timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise TimeoutError(address)


@pytest.fixture(scope="module")
def page(browser: Any, lab: tuple[str, Path]) -> Iterator[Any]:
    """00_overview open in the browser, all its cells run."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{lab[0]}/lab/tree/notebooks/00_overview.ipynb?reset")
    page.wait_for_selector(".jp-Notebook-cell")
    page.get_by_text("Python 3 (ipykernel) | 空闲").wait_for()
    page.get_by_text("运行", exact=True).first.click()
    page.get_by_text("运行所有单元格", exact=True).first.click()
    wanted = page.locator(".jupyter-widgets input, .jp-Dialog .jp-mod-accept").first
    wanted.wait_for()
    if page.locator(".jp-Dialog .jp-mod-accept").count():
        page.locator(".jp-Dialog .jp-mod-accept").click()
    page.wait_for_selector(".jupyter-widgets input")
    yield page
    page.close()


def test_the_menus_are_chinese(page: Any) -> None:
    assert page.get_by_text("文件", exact=True).first.is_visible()
    assert page.get_by_text("File", exact=True).count() == 0


def test_the_blocks_are_shown_as_they_will_be_read(page: Any) -> None:
    shown = page.inner_text(".jp-Notebook")
    assert "绩效得分情况表" in shown
    assert "90.31" in shown
    assert "Traceback" not in shown


def test_other_marks_give_another_total_and_grade_at_once(page: Any) -> None:
    marks = page.locator(".jupyter-widgets input[type=number]")
    assert marks.count() == 4
    marks.nth(1).fill("20")
    marks.nth(1).press("Enter")
    page.get_by_text("试算总分 83.99 分（满分 100 分），等级“良”").wait_for()


def test_nothing_is_saved_by_trying(page: Any, lab: tuple[str, Path]) -> None:
    for folder in ("data", "params"):
        kept = {p.relative_to(ROOT): p.read_bytes() for p in (ROOT / folder).rglob("*.*")}
        copy = {p.relative_to(lab[1]): p.read_bytes() for p in (lab[1] / folder).rglob("*.*")}
        assert {name: copy.get(name) for name in kept} == kept
