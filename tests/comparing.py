"""Small cases with outputs to compare, written through the real door and the real scoring."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from cases import ROOT, Maker, TableText, indicators, sound

from evalbook import evaluate, load
from evalbook.compare.command import compare
from evalbook.compare.comparison import Comparison
from evalbook.manifest import Options, as_text, inputs_of, manifest_of
from evalbook.paths import Workbook

COLUMNS = "id | parent | name | section | full_marks | target | actual | rule | score | score_basis"


class Batch:
    """Cases of one workbook with the evaluation.json that a run would leave."""

    def __init__(self, root: Path) -> None:
        self.maker = Maker(root)
        self.book = Workbook(root)
        settings = ROOT / "params" / "compare.yaml"
        (root / "params" / "compare.yaml").write_bytes(settings.read_bytes())

    def add(
        self, *rows: str, run: bool = True, tables: Sequence[TableText] = (), **more: Any
    ) -> str:
        """A case of these indicators and parameters; `run` leaves its output."""
        findings = more.pop("findings", ())
        content = {"findings": [{"id": f"f{n}", "title": t} for n, t in enumerate(findings)]}
        name = self.maker.write(
            indicators(COLUMNS, *rows), *tables, params=more, findings=content if findings else None
        )
        if run:
            self.run(name)
        return name

    def run(self, name: str, sealed: bool = True) -> None:
        folder = self.book.outputs / name
        folder.mkdir(parents=True, exist_ok=True)
        text = sound(evaluate(load(name, self.book))).text
        (folder / "evaluation.json").write_text(text, "utf-8")
        if sealed:
            options = Options(formats=(), renderer="embedded", profile=None, fonts=None)
            manifest = manifest_of(inputs_of(self.book, name), folder, options)
            (folder / "manifest.json").write_text(as_text(manifest), "utf-8")

    def spoil(self, name: str, **changed: Any) -> None:
        """Write other values into an evaluation.json."""
        path = self.book.outputs / name / "evaluation.json"
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changed), "utf-8")

    def compared(self, *cases: str, **more: Any) -> Comparison:
        return compare(cases, self.book, **more)[1]


def plain(marks: int, actual: str, **more: str) -> str:
    """One indicator worth all marks: its score is the actual's share of the target."""
    cells = {"id": "a", "parent": "", "name": "完成", "section": "output"} | more
    cells |= {"full_marks": str(marks), "target": "100个", "actual": actual}
    return row(**cells)


def row(**cells: str) -> str:
    return " | ".join(cells.get(column.strip(), "") for column in COLUMNS.split("|"))


def marks(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]
