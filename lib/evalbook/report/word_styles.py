"""The styles of the Word report: what a person sees in Word's list of styles, and edits there.

Faces are named as they are called on a Chinese Windows or Mac; Latin letters and figures are in
Times New Roman. The contents, headings and captions use Word's own styles, so that its commands
for them work.
"""

from dataclasses import dataclass

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement

from evalbook.report.paper import UPRIGHT
from evalbook.report.word_xml import twips

_LATIN = "Times New Roman"
_EXACT = '<w:spacing w:before="0" w:after="0" w:line="578" w:lineRule="exact"/>'
_CONTENTS = '<w:spacing w:before="0" w:after="0" w:line="416" w:lineRule="exact"/>'
_TIGHT = '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
_GRID = -5
"""16 pt letters a quarter of a point closer: 28 to a line, as on the 3号 grid of the PDF."""
_KEEP = "<w:keepNext/><w:keepLines/>"


@dataclass(frozen=True, slots=True)
class _Look:
    """A style: its name in Word, face, size in half-points, and paragraph properties."""

    name: str
    face: str
    size: int
    paragraph: str
    builtin: bool = True
    tight: bool = False
    bold: bool = False


def _indent(chars: float) -> str:
    return f'<w:ind w:firstLineChars="{chars * 100:.0f}" w:firstLine="{chars * 320:.0f}"/>'


def _heading(level: int, face: str, chars: float) -> _Look:
    above = 240 if level == 1 else 0
    spacing = f'<w:spacing w:before="{above}" w:after="0" w:line="578" w:lineRule="exact"/>'
    outline = f'<w:outlineLvl w:val="{level - 1}"/>'
    look = _KEEP + spacing + _indent(chars) + outline
    return _Look(f"heading {level}", face, 32, look, tight=True, bold=level == 3)


def _contents(level: int, face: str) -> _Look:
    tab = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{twips(UPRIGHT)}"/></w:tabs>'
    left = f'<w:ind w:left="{(level - 1) * 320}"/>'
    return _Look(f"toc {level}", face, 28, tab + _CONTENTS + left)


_BOXED = (
    "<w:pBdr>"
    '<w:left w:val="single" w:sz="24" w:space="8" w:color="{0}"/></w:pBdr>'
    '<w:shd w:val="clear" w:color="auto" w:fill="{1}"/>'
    '<w:spacing w:before="120" w:after="120" w:line="400" w:lineRule="exact"/>'
    '<w:ind w:left="200" w:right="100"/>'
)
_LOOKS = {
    "Normal": _Look("Normal", "仿宋", 32, _EXACT + '<w:jc w:val="both"/>'),
    "ReportBody": _Look("报告正文", "仿宋", 32, _indent(2), builtin=False, tight=True),
    "ReportItem": _Look(
        "报告条目",
        "仿宋",
        32,
        '<w:ind w:left="960" w:hanging="320"/>',
        builtin=False,
        tight=True,
    ),
    "ReportFact": _Look("封面信息", "仿宋", 32, '<w:jc w:val="left"/>', builtin=False),
    "Title": _Look(
        "Title",
        "黑体",
        52,
        '<w:spacing w:before="3600" w:after="1600" w:line="800" w:lineRule="exact"/>'
        '<w:jc w:val="center"/>',
    ),
    "Heading1": _heading(1, "黑体", 0),
    "Heading2": _heading(2, "楷体", 2),
    "Heading3": _heading(3, "仿宋", 2),
    "Heading4": _heading(4, "仿宋", 2),
    "TOC1": _contents(1, "黑体"),
    "TOC2": _contents(2, "仿宋"),
    "ReportContents": _Look(
        "目录标题",
        "黑体",
        44,
        '<w:pageBreakBefore/><w:spacing w:before="0" w:after="240" w:line="800" '
        'w:lineRule="exact"/><w:jc w:val="center"/>',
        builtin=False,
    ),
    "Caption": _Look(
        "caption",
        "黑体",
        24,
        '<w:spacing w:before="160" w:after="60" w:line="240" w:lineRule="auto"/>'
        '<w:jc w:val="center"/>',
    ),
    "ReportFigure": _Look(
        "图",
        "仿宋",
        24,
        '<w:keepNext/><w:spacing w:before="160" w:after="0" w:line="240" w:lineRule="auto"/>'
        '<w:jc w:val="center"/>',
        builtin=False,
    ),
    "ReportUnit": _Look(
        "表格单位", "宋体", 21, "<w:keepNext/>" + _TIGHT + '<w:jc w:val="right"/>', builtin=False
    ),
    "ReportCell": _Look("表格正文", "宋体", 21, _TIGHT + '<w:jc w:val="left"/>', builtin=False),
    "ReportHead": _Look("表格表头", "黑体", 21, _TIGHT + '<w:jc w:val="center"/>', builtin=False),
    "ReportNotes": _Look("表格注", "宋体", 21, _TIGHT, builtin=False),
    "ReportInfo": _Look("提示", "宋体", 24, _BOXED.format("1F4E8C", "F6F6F6"), builtin=False),
    "ReportWarning": _Look("注意", "宋体", 24, _BOXED.format("9A5B00", "FDF6EA"), builtin=False),
    "ReportError": _Look("错误", "宋体", 24, _BOXED.format("B3261E", "FDECEA"), builtin=False),
    "Header": _Look("header", "黑体", 21, _TIGHT + '<w:jc w:val="right"/>'),
    "Footer": _Look("footer", "宋体", 28, _TIGHT),
}


def define(word: WordDocument) -> None:
    """Give the document these styles, and Chinese as its language."""
    known = {style.style_id: style for style in word.styles}
    for style_id, look in _LOOKS.items():
        style = known.get(style_id) or word.styles.add_style(
            look.name, WD_STYLE_TYPE.PARAGRAPH, builtin=look.builtin
        )
        _define(style.element, style_id, look)
    _defaults(word)


def _define(element: BaseOxmlElement, style_id: str, look: _Look) -> None:
    for child in list(element):
        element.remove(child)
    element.set(qn("w:styleId"), style_id)
    element.extend(list(parse_xml(f"<w:style {nsdecls('w')}>{_xml(style_id, look)}</w:style>")))


def _xml(style_id: str, look: _Look) -> str:
    based = "" if style_id == "Normal" else '<w:basedOn w:val="Normal"/>'
    after = '<w:next w:val="ReportBody"/>' if style_id.startswith("Heading") else ""
    bold = "" if look.bold else ' w:val="0"'
    return (
        f'<w:name w:val="{look.name}"/>{based}{after}<w:qFormat/><w:pPr>{look.paragraph}</w:pPr>'
        f'<w:rPr><w:rFonts w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:cs="{_LATIN}" '
        f'w:eastAsia="{look.face}"/><w:b{bold}/><w:i w:val="0"/><w:color w:val="000000"/>'
        f'<w:spacing w:val="{_GRID if look.tight else 0}"/><w:kern w:val="0"/>'
        f'<w:sz w:val="{look.size}"/><w:szCs w:val="{look.size}"/></w:rPr>'
    )


def _defaults(word: WordDocument) -> None:
    """Chinese in place of the Japanese and the old file mode of python-docx's own template."""
    language = word.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:lang')}")
    language.set(qn("w:eastAsia"), "zh-CN")
    settings = word.settings.element
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    settings.find(qn("w:characterSpacingControl")).set(qn("w:val"), "compressPunctuation")
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
