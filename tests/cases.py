"""Small cases written as an analyst writes them: a parameter file and tables of printed text.

ev = maker.evaluate(table("budget", "id | budget | executed | rate", "a | 200 | 50 | 25.00%"))
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from evalbook import Evaluation, evaluate, load
from evalbook.audit import Entry
from evalbook.kinds import KINDS, SEVERITIES, VERDICTS
from evalbook.lookup import find, find_row, split
from evalbook.model import Case
from evalbook.paths import Workbook

ROOT = Path(__file__).resolve().parents[1]
PARAMS = {
    "schema": 1,
    "title": "某部门整体支出绩效评价报告",
    "department": "某局",
    "period": "2019",
    "kind": "department",
    "stance": "third-party",
    "framework": "qingdao-2020-6",
    "rules": "caiyu-2020-10",
    "money_unit": "万元",
}


@dataclass(frozen=True)
class TableText:
    """A table of a case: its kind, its headings, and its rows as printed."""

    kind: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    id: str
    unit: str | None = None
    formulas: Mapping[str, str] = field(default_factory=dict)


def table(kind: str, headings: str, *rows: str, id: str = "", **more: Any) -> TableText:
    """A table from lines such as `total | 100 | 50`."""
    cells = [tuple(cell.strip() for cell in line.split("|")) for line in (headings, *rows)]
    return TableText(kind, cells[0], tuple(cells[1:]), id or f"{kind}_table", **more)


def budget(headings: str, *rows: str, **more: Any) -> TableText:
    return table("budget", headings, *rows, **more)


def indicators(headings: str, *rows: str, **more: Any) -> TableText:
    return table("indicators", headings, *rows, **more)


def facts(headings: str, *rows: str, **more: Any) -> TableText:
    return table("facts", headings, *rows, **more)


class Maker:
    """Writes cases into one workbook that has the real params/; each case has its own name."""

    def __init__(self, root: Path) -> None:
        self.book = Workbook(root)
        self.names = (f"case-{number}" for number in count(1))
        for folder in ("tables", "rules", "frameworks"):
            shutil.copytree(ROOT / "params" / folder, root / "params" / folder)
        for file in ("units.yaml", "audit.yaml"):
            shutil.copy(ROOT / "params" / file, root / "params" / file)

    def write(
        self,
        *tables: TableText,
        params: Mapping[str, Any] | None = None,
        parts: Mapping[str, Mapping[str, Any]] | None = None,
        **content: Any,
    ) -> str:
        """The name of a new case with these tables; several of one kind share a file.

        `content` is what `write_content` takes; `parts` the nested projects, each with `params`,
        `tables` and such content.
        """
        name = next(self.names)
        named = {"parts": list(parts)} if parts else {}
        write_yaml(self.book.case_file(name), PARAMS | dict(params or {}) | named)
        source = {"document": "某部门整体支出绩效评价报告", "sha256": "0" * 64}
        write_content(self.book.data(name), source, tables, **content)
        for part, own in (parts or {}).items():
            folder = self.book.data(name) / "parts" / part
            rest = {key: own[key] for key in own if key not in {"params", "tables"}}
            write_yaml(folder / "case.yaml", {"title": f"项目 {part}"} | own.get("params", {}))
            write_content(folder, {}, own.get("tables", ()), **rest)
        return name

    def load(self, *tables: TableText, **content: Any) -> Case:
        return load(self.write(*tables, **content), self.book)

    def evaluate(self, *tables: TableText, **content: Any) -> Evaluation:
        return sound(evaluate(self.load(*tables, **content)))


def sound(ev: Evaluation) -> Evaluation:
    """The evaluation, every entry of its audit being what an entry must be, whatever it says."""
    for each in ev.audit.entries:
        said = f"{each.id}: {each.message}"
        assert each.kind in KINDS, said
        assert each.id.startswith(f"{each.kind}:"), said
        assert each.verdict in VERDICTS, said
        assert (each.severity is None) == (each.verdict == "consistent"), said
        assert each.severity in SEVERITIES, said
        assert each.verdict != "rounding" or each.severity == "note", said
        assert each.message.endswith("。"), said
        assert "None" not in each.message, said
        assert isinstance(each.place, str), said
        assert isinstance(each.expression, str), said
        unknown = [a for a in (each.where, *each.inputs) if not _known(ev.case, a)]
        assert unknown == [], said
        if each.computed is not None and each.printed is not None:
            assert Decimal(each.computed) - Decimal(each.printed) == Decimal(str(each.gap)), said
    return ev


def _known(case: Case, address: str) -> bool:
    """Whether an address names something of the case: a cell, a row, a heading, a finding …"""
    owner = case.home(address)
    file, _, rest = address.removeprefix(owner.prefix).partition(".")
    ids = {
        "text": [each.id for each in owner.texts],
        "findings": [each.id for each in owner.findings.findings],
        "recommendations": [each.id for each in owner.findings.recommendations],
        "source": [each.id for each in owner.source.attachments],
        "checks": [each.id for each in owner.checks],
        "case": list(type(owner.params).model_fields),
    }
    if file in ids:
        return rest.split(".")[0] in ids[file]
    return bool(find(case, address) if split(address)[2] else find_row(case, address))


def write_content(
    folder: Path,
    source: Mapping[str, Any],
    tables: Sequence[TableText],
    headings: Sequence[Mapping[str, str]] = (),
    findings: Mapping[str, Any] | None = None,
    checks: Sequence[Mapping[str, str]] = (),
    accepted: Sequence[Mapping[str, str]] = (),
    attachments: Sequence[Mapping[str, Any]] = (),
) -> None:
    """The files of a case, or of a nested project, in its folder."""
    listed = {"tables": [_listed(each) for each in tables], "attachments": list(attachments)}
    write_yaml(folder / "source.yaml", dict(source) | listed)
    for kind in dict.fromkeys(each.kind for each in tables):
        write_csv(folder / f"{kind}.csv", [each for each in tables if each.kind == kind])
    optional = {
        "text": {"headings": list(headings)} if headings else None,
        "findings": findings,
        "checks": {"checks": list(checks)} if checks else None,
        "accepted": {"accepted": list(accepted)} if accepted else None,
    }
    for stem, content in optional.items():
        if content:
            write_yaml(folder / f"{stem}.yaml", content)


def _listed(each: TableText) -> dict[str, Any]:
    return {
        "id": each.id,
        "kind": each.kind,
        "file": each.kind,
        "title": f"表 {each.id}",
        "place": "二（一）",
        "unit": each.unit,
        "columns": {
            column: heading(each.kind, column) for column in each.headings if column != "id"
        },
        "formulas": dict(each.formulas),
    }


@cache
def heading(kind: str, column: str) -> str | None:
    """What is printed over a column: its name; None for one that the kind does not have."""
    columns: dict[str, Any] = {}
    for name in ("common", kind):
        path = ROOT / "params" / "tables" / f"{name}.yaml"
        columns |= yaml.safe_load(path.read_text("utf-8"))["columns"] if path.exists() else {}
    return columns.get(column, {}).get("name")


def write_yaml(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def write_csv(path: Path, tables: Sequence[TableText]) -> None:
    headings = list(dict.fromkeys(h for each in tables for h in (*each.headings, "table")))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings, restval="")
        writer.writeheader()
        for each in tables:
            for row in each.rows:
                writer.writerow({"table": each.id} | dict(zip(each.headings, row, strict=True)))


def entry(ev: Evaluation, wanted: str) -> Entry:
    """The audit entry of that id."""
    found = {each.id: each for each in ev.audit.entries}
    assert wanted in found, f"no {wanted} among {sorted(found)}"
    return found[wanted]


def kinds(ev: Evaluation, verdict: str = "inconsistent") -> list[str]:
    """The kinds of all entries with that verdict, in order."""
    return [each.kind for each in ev.audit.entries if each.verdict == verdict]


def verdicts(ev: Evaluation) -> dict[str, str]:
    return {each.id: each.verdict for each in ev.audit.entries}


def wrong_ids(entries: Iterable[Entry]) -> set[str]:
    return {each.id for each in entries if each.verdict == "inconsistent"}
