"""A stand-in for Quarto, and not Quarto: it behaves as Quarto 1.9.38 was seen to behave.

Seen, and done here: messages on stderr in colours; `Output created: X` after a success; exit codes
0 and 1 only; unknown parameters ignored in silence; a failure that leaves an old output in place;
the notebook rewritten when it is executed; the title from the first raw or Markdown cell with a
`---` block, else the first heading eaten as one. What it writes is no report: the Markdown of the
notebook in a bare file of the format. STAND_IN says how it is to go wrong.
"""

import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

ENDINGS = {"html": "html", "typst": "pdf", "docx": "docx"}
MODE = os.environ.get("STAND_IN", "")


def say(text):
    print(f"\x1b[1m\x1b[34m{text}\x1b[39m\x1b[22m", file=sys.stderr, flush=True)


def joined(notebook):
    """Title and Markdown, as Quarto takes them out of a notebook that it does not execute."""
    texts = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] != "code"]
    front = next((text for text in texts if text.startswith("---\n")), "")
    title = front.partition("title: ")[2].partition("\n")[0]
    body = "\n\n".join(text for text in texts if text != front)
    if not title:
        title, _, body = body.partition("\n")
    return title, body


def written(path, title, body):
    if path.suffix == ".docx":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("word/document.xml", f"<w:document>{title}\n{body}</w:document>")
    else:
        start, end = (
            ("%PDF-1.7", "%%EOF") if path.suffix == ".pdf" else ("<!DOCTYPE html>", "</html>")
        )
        path.write_text(f"{start}\n{title}\n{body}\n{end}\n", encoding="utf-8")


def render(source, form, options):
    notebook = json.loads(source.read_text(encoding="utf-8"))
    assert notebook["metadata"]["kernelspec"]["language"], "Quarto asks for the language"
    assert Path("_quarto.yml").exists()
    output = source.with_suffix(f".{ENDINGS[form]}")
    if "--execute" in options or MODE == "rewrites":
        source.write_text(json.dumps({**notebook, "cells": []}), encoding="utf-8")
    say(f"pandoc --output {output.name}")
    say(f"  to: {form}")
    if MODE == "fails":
        print("\x1b[91mERROR: \x1b[39mError running filter main.lua:", file=sys.stderr)
        print("\x1b[31mcannot open figures/f-1-1.png\x1b[39m", file=sys.stderr)
        return 1
    if MODE == "hangs":
        helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(os.environ["STAND_IN_HELPER"]).write_text(str(helper.pid))
        time.sleep(600)
    if MODE == "silent":
        return 0
    if MODE == "elsewhere":
        output = output.with_stem("index")
    written(output, *joined(notebook))
    if MODE == "cut":
        output.write_bytes(output.read_bytes()[:40])
    if MODE == "loose":
        Path("report_files").mkdir()
    if MODE == "half":
        print("\x1b[91mERROR: \x1b[39mNo space left on device", file=sys.stderr)
        return 1
    say(f"\nOutput created: {output.name}\n")
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--version"]:
        print(os.environ.get("STAND_IN_VERSION", "1.9.38"))
    else:
        command, source, flag, form, *options = sys.argv[1:]
        assert (command, flag) == ("render", "--to")
        sys.exit(render(Path(source), form, options))
