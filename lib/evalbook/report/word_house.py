"""A house's own styles in place of ours.

Of the file that `reference_docx` names, only the styles and the theme they may refer to are used:
no text, picture, macro, link or setting of it enters a report. A style there wins over ours of the
same name; what it lacks is added. The numbers of headings stay the report's own.
"""

import io
import zipfile
from functools import lru_cache
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml import etree

from evalbook.errors import ReportError
from evalbook.house import MOST_UNPACKED
from evalbook.report.reference import PATH
from evalbook.report.word_styles import NUMBERED

_STYLES, _THEME = "word/styles.xml", "word/theme/theme1.xml"
_REFERS = ("basedOn", "next", "link")
_FAULT = (
    "params/house.yaml 的 reference_docx：{0}，不能用作 Word 样式模板。"
    "请在 Word 中打开它，另存为 .docx，或换一个文件。"
)


@lru_cache(maxsize=4)
def opened_on(house: bytes | None) -> bytes:
    """The reference document that a report begins from, with the house's styles if it has any.

    Raises ReportError when the house's file is no Word document.
    """
    ours = PATH.read_bytes()
    if house is None:
        return ours
    with zipfile.ZipFile(io.BytesIO(ours)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    styles, theme = _read(house)
    parts[_STYLES] = etree.tostring(_joined(styles, parse_xml(parts[_STYLES])))
    parts[_THEME] = theme or parts[_THEME]
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return data.getvalue()


def _read(house: bytes) -> tuple[Any, bytes | None]:
    """The styles of the file and its theme, unless that refers to other parts."""
    try:
        with zipfile.ZipFile(io.BytesIO(house)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise ReportError(_FAULT.format("文件不是 .docx 文档，或已损坏")) from None
    if size > MOST_UNPACKED:
        raise ReportError(_FAULT.format(f"文件展开后大于 {MOST_UNPACKED // 1_000_000} MB"))
    try:
        word = docx.Document(io.BytesIO(house))
        styles = word.styles.element
        theme = _theme(word)
        if not any(style.get(qn("w:styleId")) for style in styles.findall(qn("w:style"))):
            raise ValueError
    except Exception:  # a spoilt file can break the library that reads it in any way
        raise ReportError(_FAULT.format("文件不是能读的 Word 文档，或没有样式")) from None
    return styles, theme


def _theme(word: Any) -> bytes | None:
    try:
        part = word.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    except KeyError:
        return None
    root = parse_xml(part.blob)
    outside = qn("r:id").removesuffix("id")
    refers = any(key.startswith(outside) for node in root.iter() for key in node.attrib)
    return None if refers or root.tag != qn("a:theme") else etree.tostring(root)


def _joined(styles: Any, ours: Any) -> Any:
    """The house's styles under our identifiers, with ours that it lacks."""
    known = {_key(style): style for style in ours.findall(qn("w:style"))}
    own = {style.get(qn("w:styleId")) for style in known.values()}
    renamed: dict[str, str] = {}
    for style in styles.findall(qn("w:style")):
        key, before = _key(style), style.get(qn("w:styleId"), "")
        twin = known.pop(key, None)
        after = twin.get(qn("w:styleId")) if twin is not None else before
        renamed[before] = f"{after}House" if twin is None and after in own else after
    for style in styles.findall(qn("w:style")):
        _rename(style, renamed)
        _number(style)
    if styles.find(qn("w:docDefaults")) is None:
        styles.insert(0, ours.find(qn("w:docDefaults")))
    for style in known.values():
        style.attrib.pop(qn("w:default"), None)
        styles.append(style)
    return styles


def _key(style: Any) -> tuple[str, str]:
    """Kind and name; Word minds no capitals in a name."""
    name = style.find(qn("w:name"))
    words = "" if name is None else name.get(qn("w:val"), "")
    return style.get(qn("w:type"), "paragraph"), words.strip().lower()


def _rename(style: Any, renamed: dict[str, str]) -> None:
    style.set(qn("w:styleId"), renamed[style.get(qn("w:styleId"), "")])
    for name in _REFERS:
        for reference in style.findall(qn(f"w:{name}")):
            value = reference.get(qn("w:val"), "")
            reference.set(qn("w:val"), renamed.get(value, value))


def _number(style: Any) -> None:
    """The lists that a house's styles belong to stay behind; ours are put in their place."""
    for number in list(style.iter(qn("w:numPr"))):
        number.getparent().remove(number)
    own = style.get(qn("w:styleId"))
    if own in NUMBERED:
        number = style.get_or_add_pPr().get_or_add_numPr()
        number.get_or_add_ilvl().val, number.get_or_add_numId().val = NUMBERED[own]
