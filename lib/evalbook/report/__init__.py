"""The report 报告: blocks of executed notebooks become one Document, and that becomes files.

    collected = collect(notebook, "00_overview")            # report.collect
    document = assemble(collected.blocks, title=…, …)       # report.document
    render(document, "pdf")                                 # here

A writer is imported only when its format is asked for.
"""

import sys
from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalbook.report.document import Document

FORMATS = ("html", "pdf", "docx")


def ready(formats: Iterable[str]) -> None:
    """Import what writes these formats, ahead of the document."""
    for fmt in formats:
        import_module(f"evalbook.report.{fmt}")


def render(document: "Document", fmt: str) -> bytes:
    """The document as a file of one of FORMATS; the same document gives the same bytes."""
    if fmt not in FORMATS:
        raise ValueError(f"格式“{fmt}”不存在，可用的有：{'、'.join(FORMATS)}")
    data: bytes = import_module(f"evalbook.report.{fmt}").write(document)
    return data


def forget() -> None:
    """Drop what is kept for rendering the same document again: for whoever renders many."""
    if "evalbook.report.pdf" in sys.modules:
        import_module("evalbook.report.pdf").forget()
