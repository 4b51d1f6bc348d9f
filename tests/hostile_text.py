"""Hostile text in every free-text field of a case, found from the models and the kinds of table.

A copy of a real case is written into a scratch workbook. Every string that a model takes without a
pattern or a choice, and every cell of a column of type text, is led by hostile text and a mark of
its own; so a field that is added one day is covered without a line here. The fields in CLOSED hold
text of a syntax that the door checks: a test proves that it does.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from cases import ROOT
from pydantic import BaseModel

from evalbook.audit_settings import AuditSettings
from evalbook.house import HouseFile
from evalbook.paths import Workbook
from evalbook.rulesets import RuleSet
from evalbook.schema import (
    Accepted,
    CaseParams,
    Checks,
    Findings,
    PartParams,
    PartSource,
    Source,
    Texts,
)
from evalbook.standards import Framework, TableKind, Units
from evalbook.yamlfile import read_yaml

_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
LONG_WORD = "w" * 60
PAYLOADS = (
    "=cmd|'/c calc'!A0",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[甲](javascript:alert(1)) javascript:alert(1)",
    '+1+HYPERLINK("http://x.invalid","y")',
    '#image("x") #read("/etc/passwd") $x^2$ @ref <label> *b* _i_ \\ // /* `r`',
    "@SUM(A1:A9)",
    'TOC \\o "1-9" { PAGE } { HYPERLINK "http://x.invalid" } _x0041_ MERGEFIELD',
    "-2+3|'\\\\x.invalid\\s'!A0",
    "\u202e反向\u202c\u2067隔\u2069\u200f左\u200e右\u061c ㎡ 堃 喆 䶮",
    "]]> &amp; &#60; --> {{ 7*7 }} {% raw %} </style></title>",
    LONG_WORD,
)
CASE_FILES: Mapping[str, type[BaseModel]] = {
    "source.yaml": Source,
    "text.yaml": Texts,
    "findings.yaml": Findings,
    "checks.yaml": Checks,
    "accepted.yaml": Accepted,
}
PART_FILES = {**CASE_FILES, "case.yaml": PartParams, "source.yaml": PartSource}
SHARED_FILES: Mapping[str, type[BaseModel]] = {
    "params/frameworks/*.yaml": Framework,
    "params/rules/*.yaml": RuleSet,
    "params/tables/*.yaml": TableKind,
    "params/units.yaml": Units,
    "params/audit.yaml": AuditSettings,
    "params/house.yaml": HouseFile,
}
CLOSED = frozenset(
    {
        "Checks.checks.expression",
        "Checks.checks.kind",
        "Checks.checks.printed",
        "Findings.findings.evidence",
        "Source.tables.formulas.*",
        "TableKind.relations.bases",
        "TableKind.relations.claim",
        "TableKind.relations.formula",
        "TableKind.relations.instead.formula",
        "TableKind.relations.kind",
        "indicators.formula",
        "indicators.rule",
    }
)
"""Fields whose text has a syntax of its own, which the door checks."""
WORD_LISTS = re.compile(r"AuditSettings\.\w+\.value(?!\.problem).*")
"""What the audit looks for in texts; other words here would silence it."""
HOUSE = {
    "organisation": "某评价机构",
    "disclaimer": "仅供参考",
    "signatures": ["负责人", "复核人"],
    "profile": "gbt9704",
    "fonts": "packaged",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A text of the case that was made hostile: which field it is in, its mark, what it says."""

    field: str
    mark: str
    text: str


Lead = Callable[[str, int], str]
"""What goes before the text of a field, the n-th of its field."""


def in_turn(name: str, number: int) -> str:
    """The first of a field is led by every payload, then every fourth by one in turn."""
    start = sum(map(ord, name)) % len(PAYLOADS)
    if number == 0:
        return "".join(PAYLOADS[start:] + PAYLOADS[:start])
    if name.startswith("TableKind."):
        return PAYLOADS[(start + number) % len(PAYLOADS)]
    return PAYLOADS[(start + number // 4) % len(PAYLOADS)] if number % 4 == 1 else ""


@dataclass(slots=True)
class Spoiler:
    """Rewrites the files of a workbook; `closed` fields and those that `wants` nothing of stay."""

    lead: Lead = in_turn
    closed: frozenset[str] = CLOSED
    only: frozenset[str] | None = None
    spots: list[Spot] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=count)

    def text(self, name: str, old: str, most: int | None = None) -> str:
        self.seen[name] += 1
        if (
            name in self.closed
            or WORD_LISTS.fullmatch(name)
            or (self.only is not None and name not in self.only)
        ):
            return old
        lead = self.lead(name, self.seen[name] - 1)
        if not lead:
            return old
        mark = f"〖{next(self.numbers):04}〗"
        new = (lead[: most - len(mark)] + mark) if most else f"{lead}{mark}{old}"
        self.spots.append(Spot(name, mark, new))
        return new

    def yaml(self, path: Path, model: type[BaseModel]) -> None:
        if self.only is not None and model.__name__ not in {
            each.split(".")[0] for each in self.only
        }:
            return
        schema = _schema(model)
        content = read_yaml(path, path.name).content
        new = self._value(schema, schema.get("$defs", {}), content, model.__name__)
        path.write_text(
            yaml.dump(new, Dumper=_Dumper, allow_unicode=True, sort_keys=False), "utf-8"
        )

    def _value(self, schema: Any, known: Any, value: Any, name: str) -> Any:
        if "$ref" in schema:
            return self._value(known[schema["$ref"].rsplit("/", 1)[-1]], known, value, name)
        if isinstance(value, dict):
            return {
                key: self._value(below, known, each, f"{name}.{label}")
                for key, each in value.items()
                for below, label in [_property(schema, known, key)]
            }
        if isinstance(value, list):
            items = _option(schema, known, "items")["items"]
            return [self._value(items, known, each, name) for each in value]
        options = list(_options(schema, known))
        strings = [each for each in options if each.get("type") == "string"]
        figures = {"number", "integer", "boolean"} & {each.get("type") for each in options}
        if isinstance(value, str) and any(map(_free, strings)) and not figures:
            most = min(each.get("maxLength", 20_000) for each in strings)
            return self.text(name, value, most if most < 1_000 else None)
        return value

    def csv(self, path: Path, kinds: Mapping[str, TableKind], stem: str) -> None:
        """Every text column of the kinds of table in the file; a blank one in its first row."""
        if self.only is not None and stem not in {each.split(".")[0] for each in self.only}:
            return
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
        columns = {
            key: column
            for kind in kinds.values()
            for key, column in kind.columns.items()
            if column.type == "text"
        }
        headings = list(dict.fromkeys([*rows[0], *columns]))
        for key in columns:
            filled = [row for row in rows if row.get(key)] or rows[:1]
            for row in filled:
                row[key] = self.text(f"{stem}.{key}", row.get(key) or "")
        out = io.StringIO()
        writer = csv.DictWriter(out, headings, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(out.getvalue(), "utf-8")


@cache
def _schema(model: type[BaseModel]) -> Any:
    return model.model_json_schema()


def _options(schema: Any, known: Any) -> Iterator[Any]:
    if "$ref" in schema:
        yield from _options(known[schema["$ref"].rsplit("/", 1)[-1]], known)
    elif "anyOf" in schema:
        for each in schema["anyOf"]:
            yield from _options(each, known)
    else:
        yield schema


def _option(schema: Any, known: Any, key: str) -> Any:
    return next(each for each in _options(schema, known) if key in each)


def _property(schema: Any, known: Any, key: str) -> tuple[Any, str]:
    """The schema below a key, and how the key is called: a key of the user's own is `*`."""
    for each in _options(schema, known):
        if key in each.get("properties", {}):
            return each["properties"][key], key
    return next(
        below
        for each in _options(schema, known)
        for below in (each.get("additionalProperties"), *each.get("patternProperties", {}).values())
        if below
    ), "*"


def _free(schema: Any) -> bool:
    return not {"pattern", "enum", "const", "format"} & set(schema)


def copied(target: Path, cases: Iterable[str]) -> Workbook:
    """A workbook with the real params/ and these cases, and a house style that says something."""
    cases = list(cases)
    used = {name for case in cases for name in (case, *_standards(case))}
    for path in sorted((ROOT / "params").rglob("*.yaml")):
        if path.parent.name not in {"cases", "frameworks", "rules"} or path.stem in used:
            copy = target / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    for case in cases:
        shutil.copytree(ROOT / f"data/{case}", target / f"data/{case}")
        shutil.rmtree(target / f"data/{case}/chapters", ignore_errors=True)
    (target / "params/house.yaml").write_text(yaml.safe_dump(HOUSE, allow_unicode=True), "utf-8")
    return Workbook(target)


def _standards(case: str) -> Iterator[str]:
    """The framework and the rule set that a case names; the parts of these have those too."""
    params = read_yaml(ROOT / f"params/cases/{case}.yaml", case).content
    yield from filter(None, (params["framework"], params["rules"]))


def spoil(book: Workbook, spoiler: Spoiler) -> None:
    """Rewrite every file of the workbook that a case of it reads."""
    for pattern, model in SHARED_FILES.items():
        for path in sorted(book.root.glob(pattern)):
            spoiler.yaml(path, model)
    for case in book.cases():
        spoiler.yaml(book.case_file(case), CaseParams)
        folders = {book.data(case): CASE_FILES}
        folders |= dict.fromkeys(sorted(book.data(case).glob("parts/*/")), PART_FILES)
        for folder, files in folders.items():
            for name, model in files.items():
                if (folder / name).exists():
                    spoiler.yaml(folder / name, model)
            _spoil_tables(book, folder, spoiler)


def _spoil_tables(book: Workbook, folder: Path, spoiler: Spoiler) -> None:
    tables = read_yaml(folder / "source.yaml", "source.yaml").content.get("tables") or []
    for path in sorted(folder.glob("*.csv")):
        used = {table["kind"] for table in tables if table["file"] == path.stem} | {"common"}
        kinds = {
            name: TableKind.model_validate(
                read_yaml(book.table_kinds / f"{name}.yaml", name).content
            )
            for name in sorted(used)
        }
        spoiler.csv(path, kinds, path.stem)


def squeezed(text: str) -> str:
    """Without what may stand between two letters on a page: spaces and marks that print nothing."""
    return re.sub("[\\s\u00ad\u200b-\u200f\u061c\u202a-\u202e\u2060-\u206f\ufeff]+", "", text)
