"""Drafts as files: a CSV for each table, and the source.yaml that lists them."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from evalbook.drafts.draft import Draft
from evalbook.schema import Source


def source_of(document: str, sha256: str, drafts: Sequence[Draft]) -> Source:
    return Source(document=document, sha256=sha256, tables=tuple(d.table for d in drafts))


def write(folder: Path, source: Source, drafts: Sequence[Draft]) -> None:
    """The files of data/<case>/ that follow from a document."""
    for each in drafts:
        path = folder / f"{each.table.file}.csv"
        path.write_text(_csv(each), encoding="utf-8-sig", newline="")
    text = yaml.safe_dump(_plain(source), allow_unicode=True, sort_keys=False, width=100)
    head = "# 由 evalbook import --tables 起草：种类、列和上下级是按表头推断的，请核对。\n"
    (folder / "source.yaml").write_text(head + text, encoding="utf-8", newline="\n")


def _csv(each: Draft) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, each.headings, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(each.rows)
    return text.getvalue()


def _plain(source: Source) -> dict[str, Any]:
    """source.yaml as data, without what is not stated."""
    tables = []
    for table in source.tables:
        entry: dict[str, Any] = table.model_dump(exclude_defaults=True)
        for column in entry.get("declared", {}).values():
            column.pop("synonyms", None)
        tables.append(entry)
    return {
        "document": source.document,
        "publisher": None,
        "date": None,
        "sha256": source.sha256,
        "tables": tables,
        "attachments": [],
    }
