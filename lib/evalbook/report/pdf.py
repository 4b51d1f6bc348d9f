"""The report as PDF, laid out by Typst: tagged, PDF/UA-1 and PDF/A-3a at once.

The template (templates/report.typ) is fixed; the document reaches it as JSON data and is never
read as markup. The same layout tells the Word writer on which page each heading stands. A house's
own template is compiled in a folder of its own, out of which it can read nothing.
"""

import io
import json
import re
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import typst

from evalbook.errors import ReportError
from evalbook.harmless import REPLACEMENT
from evalbook.house import Fonts
from evalbook.report import fonts
from evalbook.report.document import Document
from evalbook.report.pdf_data import data, drawn, file_date

__all__ = ["file_date", "forget", "heading_pages", "write"]

STANDARDS: "list[typst.PDFStandard]" = ["ua-1", "a-3a"]
OURS, THEIRS = "report.typ", "house.typ"
LIFE = 10
"""So many compilations Typst keeps what none of them has used."""
_TEMPLATES = Path(__file__).parent / "templates"
_PLACE = re.compile(r"\.typ:(\d+):\d+")
_PACKAGE = re.compile(r"[\"']@[\w-]+/")


def write(document: Document) -> bytes:
    """The PDF; a character that the fonts do not have is a `ReportError`."""
    told, missing = _told(document)
    if missing:
        raise fonts.fault(missing)
    if document.house.typst_template is not None:
        made = _by_template(document.house.typst_template, told, document.house.fonts)
        _check_mark(made, document.draft_mark)
        return made
    return _laid_out(told, document.house.fonts)[0]


def heading_pages(document: Document) -> dict[str, int]:
    """The printed page number of every heading, by its anchor; what no font has counts as a box."""
    told, missing = _told(document)
    for char in missing:
        told = told.replace(char, REPLACEMENT)
    return _laid_out(told, document.house.fonts)[1]


def forget() -> None:
    """Drop what is kept of documents laid out so far: 50 to 100 MB for each of the last ten.

    Typst drops it by itself only, so it is given blank ones to compile.
    """
    _told.cache_clear()
    _laid_out.cache_clear()
    blank = typst.Compiler(b"", ignore_system_fonts=True)
    for _ in range(LIFE + 1):
        blank.compile(b"", format="html")


@lru_cache(maxsize=1)
def _told(document: Document) -> tuple[str, Mapping[str, str]]:
    """The document as the template is told it, and the characters that no font has.

    Kept, because Word asks for the pages of the very document that the PDF was made of.
    """
    faces = fonts.faces(document.house.fonts)
    told = data(document, faces)
    return json.dumps(told, ensure_ascii=False), fonts.missing(drawn(told), faces)


@lru_cache(maxsize=1)
def _laid_out(told: str, choice: Fonts) -> tuple[bytes, dict[str, int]]:
    """The file and the pages of its headings; kept, because Word asks for the pages afterwards."""
    compiler = _compiler(choice)
    try:
        pdf = compiler.compile(format="pdf", sys_inputs={"document": told}, pdf_standards=STANDARDS)
        places = json.loads(compiler.query("<place>", field="value"))
    except typst.TypstError as error:
        raise ReportError(
            f"PDF 排版失败：{error.message}。请检查报告中的图能否单独打开。"
        ) from error
    return _file(pdf), {place["anchor"]: place["page"] for place in places}


@lru_cache(maxsize=2)
def _compiler(choice: Fonts) -> typst.Compiler:
    """Kept, because a second compilation is many times faster."""
    return typst.Compiler(
        input=_TEMPLATES / OURS,
        root=_TEMPLATES,
        font_paths=fonts.typeset(choice),
        ignore_system_fonts=True,
    )


def _by_template(template: bytes, told: str, choice: Fonts) -> bytes:
    """A house's own template beside ours, which it may include; it sees no other file."""
    _refuse_packages(template)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / THEIRS).write_bytes(template)
        (folder / OURS).write_bytes((_TEMPLATES / OURS).read_bytes())
        compiler = typst.Compiler(
            input=folder / THEIRS,
            root=folder,
            font_paths=fonts.typeset(choice),
            ignore_system_fonts=True,
            package_path=folder,
            package_cache_path=folder,
        )
        try:
            return _file(
                compiler.compile(
                    format="pdf", sys_inputs={"document": told}, pdf_standards=STANDARDS
                )
            )
        except typst.TypstError as error:
            raise ReportError(_template_fault(error, name)) from error


def _refuse_packages(template: bytes) -> None:
    for number, line in enumerate(template.decode("utf-8", "replace").splitlines(), 1):
        if _PACKAGE.search(line):
            raise ReportError(
                f"自己的 Typst 模板（house.yaml 的 typst_template）第 {number} 行引用了网上的包，"
                "报告只用本机的文件。请把需要的内容写进模板。"
            )


def _check_mark(made: bytes, mark: str) -> None:
    """Refuse a draft that a house's template leaves unmarked on any page."""
    if not mark:
        return
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(made)).pages
    texts = ("".join(page.extract_text().split()) for page in pages)
    bare = [str(number) for number, text in enumerate(texts, 1) if mark not in text]
    if bare:
        raise ReportError(
            f"自己的 Typst 模板（house.yaml 的 typst_template）没有在每一页印出“{mark}”，"
            f"缺第 {'、'.join(bare[:5])} 页{'等' if len(bare) > 5 else ''}。"
            "草稿每页都要有：请在模板里用 #set page(header: doc.draft) 印出键 draft 的文字。"
        )


def _template_fault(error: typst.TypstError, folder: str) -> str:
    place = _PLACE.search(error.diagnostic)
    line = f"第 {place[1]} 行" if place and THEIRS + ":" in error.diagnostic else ""
    message = error.message.replace(folder, "").removesuffix(".")
    return (
        f"自己的 Typst 模板（house.yaml 的 typst_template）{line}有错，Typst 说：{message}。"
        "请改正模板，或删去 typst_template 这一项。"
    )


def _file(pdf: bytes | list[bytes] | None) -> bytes:
    if not isinstance(pdf, bytes):
        raise ReportError("PDF 排版失败：没有得到文件。")
    return pdf
