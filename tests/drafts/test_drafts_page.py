"""docs/drafts.md shows what its example prints; run as a program, this file writes it there."""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from pathlib import Path

import yaml
from documents import ROOT

from evalbook.commands import main
from evalbook.drafts import found
from evalbook.drafts.settings import DraftWords
from evalbook.sheets import MAX_BYTES, MAX_UNPACKED

PAGE = ROOT / "docs" / "drafts.md"
_HTML = re.compile(r"```html report\.html\n(.*?)```", re.S)
_CONSOLE = re.compile(r"(```console\n\$ evalbook (.*?)\n).*?```", re.S)


def page_now(folder: Path) -> str:
    """The page with what its command prints."""
    text = PAGE.read_text("utf-8")
    report, command = _HTML.search(text), _CONSOLE.search(text)
    assert report and command
    (folder / "report.html").write_text(report[1], "utf-8")
    before = Path.cwd()
    shown = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n")
    try:
        os.chdir(folder)
        with contextlib.redirect_stdout(shown):
            assert main(command[2].split()) == 0
    finally:
        os.chdir(before)
    shown.flush()
    printed = shown.buffer.getvalue().decode()
    return _CONSOLE.sub(lambda match: f"{match[1]}{printed}```", text)


def test_the_page_shows_what_its_example_prints(tmp_path, monkeypatch):
    monkeypatch.setenv("EVALBOOK_ROOT", str(ROOT))
    assert page_now(tmp_path) == PAGE.read_text("utf-8")


def test_the_page_names_the_limits():
    text = PAGE.read_text("utf-8").replace(" ", "")
    said = re.search(r"Limits:(.*?)charactersinacell", text)
    assert said and list(map(int, re.findall(r"\d+", said[1]))) == [
        MAX_BYTES // 1_000_000,
        MAX_UNPACKED // 1_000_000,
        found.MAX_TABLES,
        found.MAX_ALL_CELLS,
        found.MAX_ROWS,
        found.MAX_COLUMNS,
        found.MAX_TEXT,
    ]


def test_the_words_are_whole():
    content = yaml.safe_load((ROOT / "params/drafts.yaml").read_text("utf-8"))
    words = DraftWords.model_validate(
        {k: str(v) if k == "schema" else v for k, v in content.items()}
    )
    assert (ROOT / "params" / "rules" / f"{words.rules}.yaml").is_file()
    lists = [each for each in content.values() if isinstance(each, list)]
    assert all(len(each) == len(set(each)) for each in lists)


def test_no_heading_means_two_columns_of_a_kind():
    for path in (ROOT / "params" / "tables").glob("*.yaml"):
        columns = yaml.safe_load(path.read_text("utf-8"))["columns"]
        words = [word for code, column in columns.items() if code != "fund"
                 for word in {column["name"], *column.get("synonyms", ())}]  # fmt: skip
        assert len(words) == len(set(words)), path.stem


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        text = page_now(Path(place))
    PAGE.write_text(text, encoding="utf-8", newline="\n")
