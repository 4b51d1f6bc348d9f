"""Tables out of a stranger's report: drafts of a case, checked by the same audit.

    found     a printed table, its cells in their places     word, page   read them
    parts     joins what a page break cut, parts forms       shape        header, rows, notes
    lexicon   headings by the synonyms of params/tables/     plan         kind and columns
    rows      names, groups, cells                           tree         what stands under what
    formulas  what the figures themselves show               folder       CSV and source.yaml

What is not understood is said and left empty; nothing is guessed into a number.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evalbook.audit import Audit
from evalbook.drafts.check import check
from evalbook.drafts.draft import Draft, draft
from evalbook.drafts.folder import source_of, write
from evalbook.drafts.forms import with_execution
from evalbook.drafts.found import Found, distinct
from evalbook.drafts.lexicon import lexicon
from evalbook.drafts.opening import read_document
from evalbook.drafts.parts import tables_of
from evalbook.drafts.plan import plan
from evalbook.drafts.settings import Standards, standards
from evalbook.drafts.shape import Shaped, is_number, shaped
from evalbook.drafts.words import Skipped, summary
from evalbook.errors import Fault, InputError
from evalbook.folders import replacing
from evalbook.paths import Workbook
from evalbook.reader import Reader

LONG_CELL = 120
FEWEST_COLUMNS = 2
NO_ROWS = "没有数据行"


@dataclass(frozen=True, slots=True)
class Imported:
    """What `evalbook import --tables` made: the drafts, the tables left out, the audit."""

    drafts: tuple[Draft, ...]
    skipped: tuple[Skipped, ...]
    audit: Audit
    left_out: int
    summary: str


def import_tables(file: Path, folder: Path, book: Workbook) -> Imported:
    """Draft every table of a document into `folder`, whole or not at all, and audit the drafts.

    Raises InputError when the document cannot be read, holds no table to draft, or `folder` is not
    a new or an empty one.
    """
    _refuse_taken(folder)
    reading, raw = read_document(file)
    known = standards(Reader(book, file.name, folder))
    drafts, skipped = _drafts(reading.tables, known)
    if not drafts:
        reasons = "；".join(dict.fromkeys(each.why for each in skipped))
        raise InputError([Fault(file.name, "没有可以起草的表", f"各表略过的原因：{reasons}")])
    title = reading.title or file.stem
    source = source_of(title, hashlib.sha256(raw).hexdigest(), drafts)
    with replacing(folder) as new:
        write(new, source, drafts)
        checked = check(book, new, drafts, known)
    said = summary(file.name, drafts, skipped, known)
    return Imported(tuple(drafts), tuple(skipped), checked.audit, checked.left_out, said)


def _refuse_taken(folder: Path) -> None:
    above = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not above.is_dir():
        raise InputError([Fault(str(folder), f"{above.name} 不是文件夹", "请换一个文件夹")])
    if folder.exists() and any(folder.iterdir()):
        remedy = "请换一个新的文件夹，或先把它清空"
        raise InputError([Fault(str(folder), "文件夹里已经有东西", remedy)])


def _drafts(tables: Sequence[Found], known: Standards) -> tuple[list[Draft], list[Skipped]]:
    drafts: list[Draft] = []
    skipped: list[Skipped] = []
    words = lexicon(known.kinds)
    for found in tables_of(tables, words, known.words.totals):
        outline = shaped(found, known)
        why = found.fault or _no_data(outline)
        made = None if why else draft(outline, plan(outline, words, known), known)
        if made is not None and made.rows:
            drafts.append(made)
        else:
            skipped.append(Skipped(found, outline.title, why or NO_ROWS))
    return with_execution(drafts, known), skipped


def _no_data(outline: Shaped) -> str:
    """Why a table is only layout; empty when it is a table of data."""
    spots = [spot for _, row in outline.rows for spot in distinct(row)]
    if not spots:
        return NO_ROWS
    if len(outline.headings) < FEWEST_COLUMNS:
        return "只有一列，是版面"
    if any(is_number(spot.text) for spot in spots):
        return ""
    if outline.found.holds_tables:
        return "里面套着别的表，自己没有数，是版面"
    labels = [row[0].text.endswith(("：", ":")) for _, row in outline.rows]
    if sum(labels) * 2 > len(labels):
        return "只是填报项目和内容，没有数"
    if len(outline.rows) == 1 or any(len(spot.text) > LONG_CELL for spot in spots):
        return "只有大段文字或一行文字，没有数，是版面"
    return ""
