"""The styles of the Word report: what a person sees in Word's list of styles, and edits there.

Faces are named as they are called on a Chinese Windows or Mac; Latin letters and figures are in
Times New Roman. Every style and the defaults below them state both, so that no text falls back to
a face of the theme. The contents, headings and captions use Word's own styles, so that its
commands for them work; the numbers of headings and annexes are Word's own lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from docx.oxml.ns import nsdecls

from evalbook.report.paper import LINE, PADDING, ROW_PADDING, UPRIGHT
from evalbook.report.word_xml import twips

LATIN = "Times New Roman"
CELL_SIZE = 10.5
"""Letters in a table whose style is left as it is, in points."""

_EXACT = '<w:spacing w:before="0" w:after="0" w:line="578" w:lineRule="exact"/>'
_CONTENTS = '<w:spacing w:before="0" w:after="0" w:line="416" w:lineRule="exact"/>'
_TIGHT = '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
_GAP = '<w:spacing w:before="0" w:after="{}" w:line="20" w:lineRule="exact"/>'
"""Of a paragraph without height, with or without room below it that no page begins with."""
_CELL = (
    f'<w:spacing w:before="0" w:after="0" w:line="{round(CELL_SIZE * LINE * 20)}" '
    'w:lineRule="exact"/>'
)
_CENTRED = '<w:jc w:val="center"/>'
_GRID = -5
"""16 pt letters a quarter of a point closer: 28 to a line, as on the 3号 grid of the PDF."""
_KEEP = "<w:keepNext/><w:keepLines/>"
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")

NUMBERED = {
    "Heading1": (0, 1), "Heading2": (1, 1), "Heading3": (2, 1), "Heading4": (3, 1),
    "ReportAnnex": (0, 2), "ReportItem": (0, 3),
}  # fmt: skip
"""Styles with a number or a bullet of Word's own: its level, and which list it belongs to."""


@dataclass(frozen=True, slots=True)
class _Look:
    """A style: its name in Word, face, size in half-points, and paragraph properties."""

    name: str
    face: str
    size: int
    paragraph: str
    based: str = "Normal"
    after: str = ""
    tight: bool = False
    bold: bool = False


def _indent(chars: int) -> str:
    return f'<w:ind w:firstLineChars="{chars * 100}" w:firstLine="{chars * 320}"/>'


def _number(style: str) -> str:
    level, own = NUMBERED[style]
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{own}"/></w:numPr>'


def _heading(level: int, face: str, chars: int) -> _Look:
    above = 240 if level == 1 else 0
    spacing = f'<w:spacing w:before="{above}" w:after="0" w:line="578" w:lineRule="exact"/>'
    outline = f'<w:outlineLvl w:val="{level - 1}"/>'
    look = _KEEP + _number(f"Heading{level}") + spacing + _indent(chars) + outline
    return _Look(
        f"heading {level}", face, 32, look, after="ReportBody", tight=True, bold=level == 3
    )


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
    "Normal": _Look("Normal", "仿宋", 32, _EXACT + '<w:jc w:val="both"/>', based=""),
    "ReportBody": _Look("报告正文", "仿宋", 32, _indent(2), tight=True),
    "ReportItem": _Look(
        "报告条目", "仿宋", 32,
        _number("ReportItem") + '<w:ind w:left="960" w:hanging="320"/>', tight=True,
    ),
    "Title": _Look(
        "Title", "黑体", 52,
        '<w:spacing w:before="3600" w:after="1600" w:line="800" w:lineRule="exact"/>' + _CENTRED,
    ),
    "ReportFact": _Look("封面信息", "仿宋", 32, '<w:jc w:val="left"/>'),
    "ReportOrganisation": _Look(
        "封面单位", "黑体", 36, _TIGHT.replace('before="0"', 'before="160"') + _CENTRED
    ),
    "ReportFront": _Look(
        "目录标题", "黑体", 44,
        '<w:pageBreakBefore/><w:spacing w:before="0" w:after="240" w:line="800" '
        'w:lineRule="exact"/>' + _CENTRED,
    ),
    "Heading1": _heading(1, "黑体", 0),
    "Heading2": _heading(2, "楷体", 2),
    "Heading3": _heading(3, "仿宋", 2),
    "Heading4": _heading(4, "仿宋", 2),
    "ReportAnnex": _Look(
        "附件标题", "黑体", 32, "<w:pageBreakBefore/>" + _number("ReportAnnex"),
        based="Heading1", after="ReportBody", tight=True,
    ),
    "TOC1": _contents(1, "黑体"),
    "TOC2": _contents(2, "仿宋"),
    "Caption": _Look(
        "caption", "黑体", 24,
        '<w:spacing w:before="160" w:after="60" w:line="240" w:lineRule="auto"/>' + _CENTRED,
    ),
    "ReportFigure": _Look(
        "图", "仿宋", 24,
        '<w:keepNext/><w:spacing w:before="160" w:after="0" w:line="240" w:lineRule="auto"/>'
        + _CENTRED,
    ),
    "ReportUnit": _Look("表格单位", "宋体", 21, "<w:keepNext/>" + _TIGHT + '<w:jc w:val="right"/>'),
    "ReportCell": _Look("表格正文", "宋体", 21, _CELL + '<w:jc w:val="left"/>'),
    "ReportHead": _Look("表格表头", "黑体", 21, _CELL + _CENTRED),
    "ReportNotes": _Look("表格注", "宋体", 21, _TIGHT),
    "ReportAfter": _Look("表格后", "宋体", 2, _GAP.format(260)),
    "ReportSign": _Look("签字栏", "仿宋", 32, "<w:keepNext/>" + '<w:jc w:val="left"/>'),
    "ReportInfo": _Look("提示", "宋体", 24, _BOXED.format("1F4E8C", "F6F6F6")),
    "ReportWarning": _Look("注意", "宋体", 24, _BOXED.format("9A5B00", "FDF6EA")),
    "ReportError": _Look("错误", "宋体", 24, _BOXED.format("B3261E", "FDECEA")),
    "ReportBreak": _Look("分节", "宋体", 2, _GAP.format(0)),
    "Header": _Look("header", "黑体", 21, _TIGHT + '<w:jc w:val="right"/>'),
    "Footer": _Look("footer", "宋体", 28, _TIGHT),
}  # fmt: skip
_DEFAULTS = (
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
    "<w:semiHidden/></w:style>"
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    "<w:semiHidden/><w:tblPr/></w:style>"
)


def names() -> Mapping[str, str]:
    """The paragraph styles: identifier in the file, and name as Word shows it."""
    return {style: look.name for style, look in _LOOKS.items()}


def styles_xml() -> str:
    """The part of a Word file that holds them, Chinese as the language."""
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_faces('仿宋')}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    looks = "".join(_style(style, look) for style, look in _LOOKS.items())
    return f"<w:styles {nsdecls('w')}>{defaults}{_DEFAULTS}{looks}{_strong()}{_tables()}</w:styles>"


def _style(style: str, look: _Look) -> str:
    default = ' w:default="1"' if style == "Normal" else ""
    own = ' w:customStyle="1"' if style.startswith("Report") else ""
    based = f'<w:basedOn w:val="{look.based}"/>' if look.based else ""
    after = f'<w:next w:val="{look.after}"/>' if look.after else ""
    return (
        f'<w:style w:type="paragraph"{default}{own} w:styleId="{style}">'
        f'<w:name w:val="{look.name}"/>{based}{after}<w:qFormat/><w:pPr>{look.paragraph}</w:pPr>'
        f"<w:rPr>{_faces(look.face)}{'<w:b/>' * look.bold}"
        f'<w:spacing w:val="{_GRID if look.tight else 0}"/>'
        f'<w:sz w:val="{look.size}"/><w:szCs w:val="{look.size}"/></w:rPr></w:style>'
    )


def _faces(face: str) -> str:
    return f'<w:rFonts w:ascii="{LATIN}" w:eastAsia="{face}" w:hAnsi="{LATIN}" w:cs="{LATIN}"/>'


def _strong() -> str:
    """Words that stand out in a line: the totals of a table, the label of a remark."""
    return (
        '<w:style w:type="character" w:customStyle="1" w:styleId="ReportStrong">'
        f'<w:name w:val="加重"/><w:qFormat/><w:rPr>{_faces("黑体")}</w:rPr></w:style>'
    )


def _tables() -> str:
    """Tables of figures, ruled; and those that only place words: the cover, the signatures."""
    line = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="444444"/>' for side in _SIDES
    )
    return _table("ReportTable", "报告表格", f"<w:tblBorders>{line}</w:tblBorders>") + _table(
        "ReportPlain", "无线表格", ""
    )


def _table(style: str, name: str, borders: str) -> str:
    margins = "".join(
        f'<w:{side} w:w="{twips(room)}" w:type="dxa"/>'
        for side, room in (
            ("top", ROW_PADDING / 2),
            ("left", PADDING),
            ("bottom", ROW_PADDING / 2),
            ("right", PADDING),
        )
    )
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{style}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr>{borders}'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr></w:style>"
    )


_CHINESE = "chineseCountingThousand"
_BELOW = (
    ("Heading2", _CHINESE, "（%2）"),
    ("Heading3", "decimal", "%3."),
    ("Heading4", "decimal", "（%4）"),
)
_LISTS = (
    (("Heading1", _CHINESE, "%1、"), *_BELOW),
    (("ReportAnnex", "decimal", "附件%1"), *(("", form, text) for _, form, text in _BELOW)),
    (("ReportItem", "bullet", "•"),),
)
"""Headings within an annex belong to the list of annexes, so that （一） begins anew in each."""


def in_annex(level: int) -> str:
    """What puts a heading of that level, 2 to 4, into the list of annexes.

    With its indent: LibreOffice takes the list's in place of the style's.
    """
    return f'<w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="2"/></w:numPr>{_indent(2)}'


def numbering_xml() -> str:
    """The lists: headings 一、（一）1.（1）, annexes, bullets. They renumber themselves."""
    lists = "".join(_list(number, levels) for number, levels in enumerate(_LISTS, 1))
    used = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>'
        for n in range(1, len(_LISTS) + 1)
    )
    return f"<w:numbering {nsdecls('w')}>{lists}{used}</w:numbering>"


def _list(number: int, levels: tuple[tuple[str, str, str], ...]) -> str:
    lines = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        + (f'<w:pStyle w:val="{style}"/>' if style else "")
        + f'{_GAPS.get(style, _NO_GAP)}<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
        for level, (style, form, text) in enumerate(levels)
    )
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="0EA1B00{number}"/>'
        f'<w:multiLevelType w:val="{"multilevel" if len(levels) > 1 else "singleLevel"}"/>'
        f"{lines}</w:abstractNum>"
    )


_NO_GAP = '<w:suff w:val="nothing"/>'
_GAPS = {"ReportAnnex": '<w:suff w:val="space"/>', "ReportItem": '<w:suff w:val="tab"/>'}
