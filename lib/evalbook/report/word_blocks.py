"""The blocks of a report as WordprocessingML, one after another."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from evalbook.blocks import Figure, Heading, Note, Prose, Run, Signatures, Table
from evalbook.report import document as words
from evalbook.report.document import Document
from evalbook.report.numbering import Placed
from evalbook.report.paper import fit
from evalbook.report.word_controls import control
from evalbook.report.word_styles import in_annex
from evalbook.report.word_table import signatures_xml, table_xml
from evalbook.report.word_xml import bookmark, field, paragraph, run

_LABEL = '<w:rStyle w:val="ReportStrong"/>'


@dataclass(frozen=True, slots=True)
class Body:
    """What the blocks share while they are written.

    `numbers` gives out the numbers of bookmarks, controls and pictures, each once; `places` are
    headings and captions by their anchor; `picture` writes a figure under such a number.
    """

    document: Document
    numbers: Iterator[int]
    places: Mapping[str, Placed]
    picture: Callable[[Figure, int], str]

    def figure(self, address: str, inner: str) -> str:
        """The run of a figure in its content control; other runs as they are."""
        if not address:
            return inner
        return control(address, next(self.numbers), self.document.proofs, inner)


def block_xml(body: Body, placed: Placed, landscape: bool) -> str:
    """A block in the styles of the report."""
    block = placed.block
    match block:
        case Heading():
            return _heading(body, placed, block)
        case Prose():
            style = "ReportItem" if block.style == "item" else "ReportBody"
            return paragraph(style, _runs(body, block.runs))
        case Note():
            label = run(words.NOTE_LABELS[block.tone] + "：", _LABEL)
            return paragraph(f"Report{block.tone.capitalize()}", label + _runs(body, block.runs))
        case Signatures():
            return signatures_xml(block.labels)
        case Table():
            caption = _caption(body, placed, block.caption, "<w:keepNext/>")
            return caption + table_xml(block, fit(block, landscape), body.figure)
        case Figure():
            caption = _caption(body, placed, block.caption, "")
            return paragraph("ReportFigure", body.picture(block, next(body.numbers))) + caption


def bookmark_name(placed: Placed) -> str:
    """The bookmark of a heading or a caption; Word hides names that begin so."""
    return "_Toc_" + placed.anchor.replace("-", "_")


def _heading(body: Body, placed: Placed, heading: Heading) -> str:
    """The words alone: the number in front of them is Word's own."""
    marked = bookmark(bookmark_name(placed), next(body.numbers), run(heading.text))
    if heading.annex:
        return paragraph("ReportAnnex", marked)
    below_annex = placed.anchor.startswith("h-a")
    return paragraph(f"Heading{heading.level}", marked, in_annex(heading.level) * below_annex)


def _caption(body: Body, placed: Placed, caption: str, properties: str) -> str:
    """表 3-1: the last figure is a field that counts the tables of chapter 3."""
    chapter, own = placed.number.rsplit("-", 1)
    counted = field(f"SEQ {chapter.replace(' ', '')} \\* ARABIC \\s 1", own)
    label = bookmark(bookmark_name(placed), next(body.numbers), run(f"{chapter}-") + counted)
    return paragraph("Caption", label + run("　" + caption if caption else ""), properties)


def _runs(body: Body, runs: Iterable[Run]) -> str:
    return "".join(_run(body, one) for one in runs)


def _run(body: Body, one: Run) -> str:
    target = body.places.get(body.document.anchors.get(one.ref, ""))
    return _reference(target) if target else body.figure(one.address, run(one.text))


def _reference(target: Placed) -> str:
    """The number of a table or a figure; of a heading its number and its words in quotes."""
    name = bookmark_name(target)
    match target.block:
        case Heading(annex=True):
            return field(f"REF {name} \\n \\h", target.number)
        case Heading(text=text):
            number = field(f"REF {name} \\n \\h", target.number)
            return run("“") + number + field(f"REF {name} \\h", text) + run("”")
    return field(f"REF {name} \\h", target.number)
