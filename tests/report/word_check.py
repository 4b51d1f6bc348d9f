"""Whether Word would open a file as it is, and what stands in it.

The schema and the rules of the Open XML SDK come from openxml-audit; what no schema says (numbers
given twice, fields left open, references to nothing) is looked at here.
"""

import io
import re
import tempfile
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path

from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator

from evalbook.numerals import chinese

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NS = {"w": W[1:-1], "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"}
MOST = 64


@cache
def validator():
    return OpenXmlValidator(file_format=FileFormat.MICROSOFT_365, max_errors=20)


def part(data, name="word/document.xml"):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def faults(data):
    """Everything that Word would repair, or could not follow."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.docx"
        path.write_bytes(data)
        result = validator().validate(path)
    found = [f"{error.part_uri}: {error.description}" for error in result.errors]
    body = part(data)
    return [*found, *repeated(body), *dangling(body), *open_fields(body), *controls_amiss(body)]


def repeated(body):
    for path in (
        "//w:bookmarkStart/@w:id", "//w:bookmarkStart/@w:name", "//wp:docPr/@id",
        "//w:sdtPr/w:id/@w:val",
    ):  # fmt: skip
        counts = Counter(body.xpath(path, namespaces=NS))
        yield from (f"{path} {value} twice" for value, times in counts.items() if times > 1)
    starts = body.xpath("//w:bookmarkStart/@w:id", namespaces=NS)
    if starts != body.xpath("//w:bookmarkEnd/@w:id", namespaces=NS):
        yield "bookmarks overlap or stay open"


def dangling(body):
    known = set(body.xpath("//w:bookmarkStart/@w:name", namespaces=NS))
    wanted = set(body.xpath("//w:hyperlink/@w:anchor", namespaces=NS))
    wanted |= {code.split()[1] for code in codes(body) if code.split()[0] in ("REF", "PAGEREF")}
    yield from (f"nothing is called {name}" for name in sorted(wanted - known))


def codes(body):
    return [node.text.strip() for node in body.iter(f"{W}instrText")]


def open_fields(body):
    """Every field has a beginning, a middle and an end, one within the other."""
    open_ones = []
    for mark in body.xpath("//w:fldChar/@w:fldCharType", namespaces=NS):
        if mark == "begin":
            open_ones.append("begin")
        elif not open_ones or (mark, open_ones[-1]) == ("separate", "separate"):
            yield f"field without a beginning: {mark}"
        elif mark == "separate":
            open_ones[-1] = "separate"
        else:
            open_ones.pop()
    if open_ones:
        yield f"{len(open_ones)} fields stay open"


def controls_amiss(body):
    for control in body.iter(f"{W}sdt"):
        for name in ("tag", "alias"):
            value = control.find(f"{W}sdtPr/{W}{name}").get(f"{W}val")
            if not 0 < len(value.encode("utf-16-le")) // 2 <= MOST:
                yield f"{name} of {len(value)} characters: {value}"
        inside = [child.tag for child in control.find(f"{W}sdtContent")]
        if control.getparent().tag != f"{W}p" or inside != [f"{W}r"]:
            yield f"a control must hold one run within a paragraph, not {inside}"


def controls(data):
    """Tag and shown text of every content control, in the order of the file."""
    return [
        (
            control.find(f"{W}sdtPr/{W}tag").get(f"{W}val"),
            shown(control.find(f"{W}sdtContent")),
        )
        for control in part(data).iter(f"{W}sdt")
    ]


def shown(element):
    """Text as a reader sees it: without codes, with line ends."""
    texts = (
        "\n" if node.tag == f"{W}br" else node.text or ""
        for node in element.iter(f"{W}t", f"{W}br")
    )
    return "".join(texts).replace("\u200b", "")


def style(paragraph):
    return paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val")


def headings(data):
    """The headings as printed: Word's own number, worked out here, and the words."""
    numbering = part(data, "word/numbering.xml")
    forms = {
        (each.get(f"{W}abstractNumId"), int(level.get(f"{W}ilvl"))): level
        for each in numbering.iter(f"{W}abstractNum")
        for level in each.iter(f"{W}lvl")
    }
    styles = {key: form.find(f"{W}pStyle") for key, form in forms.items()}
    places = {one.get(f"{W}val"): key for key, one in styles.items() if one is not None}
    counts = {}
    for paragraph in part(data).iter(f"{W}p"):
        name = style(paragraph)
        if name == "ReportAnnex" or re.fullmatch(r"Heading[1-4]", name):
            own, level = places[name]
            if (stated := paragraph.find(f"{W}pPr/{W}numPr")) is not None:
                own = stated.find(f"{W}numId").get(f"{W}val")
                level = int(stated.find(f"{W}ilvl").get(f"{W}val"))
            form = forms[own, level].find(f"{W}numFmt").get(f"{W}val")
            text = forms[own, level].find(f"{W}lvlText").get(f"{W}val")
            above = {key: n for key, n in counts.items() if key[0] != own or key[1] <= level}
            counts = above | {(own, level): above.get((own, level), 0) + 1}
            count = counts[own, level]
            number = str(count) if form == "decimal" else chinese(count)
            yield text.replace(f"%{level + 1}", number) + shown(paragraph)
