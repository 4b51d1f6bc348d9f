"""The reference document 样式模板: the Word file whose styles every report in Word takes.

    python -m evalbook.report.reference

writes it anew to templates/reference.docx, always with the same bytes. An office that wants other
styles edits a copy in Word and names it in params/house.yaml (`reference_docx`).
"""

import io
import zipfile
from pathlib import Path

from docx.oxml.ns import nsdecls

from evalbook.report.word_page import section
from evalbook.report.word_styles import LATIN, names, numbering_xml, styles_xml
from evalbook.report.word_xml import paragraph, run

PATH = Path(__file__).parent / "templates" / "reference.docx"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPC = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = ("styles", "numbering", "settings", "fontTable")
_THEME = "application/vnd.openxmlformats-officedocument.theme+xml"
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"


def reference() -> bytes:
    """The file; stored without compression, so that every machine makes the same bytes."""
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(
            ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml"),
            ("rId2", f"{_OPC}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _core(),
        "word/document.xml": _sample(),
        "word/_rels/document.xml.rels": _relations(
            *((f"rId{n}", f"{_OFFICE}/{name}", f"{name}.xml") for n, name in enumerate(_PARTS, 1)),
            ("rId9", f"{_OFFICE}/theme", "theme/theme1.xml"),
        ),
        "word/styles.xml": styles_xml(),
        "word/numbering.xml": numbering_xml(),
        "word/settings.xml": _settings(),
        "word/fontTable.xml": _font_table(),
        "word/theme/theme1.xml": _theme(),
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for name, xml in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            archive.writestr(entry, (_HEAD + xml).encode())
    return data.getvalue()


def _types() -> str:
    parts = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_MAIN}.{kind}+xml"/>'
        for name, kind in {
            "document": "document.main",
            **dict(zip(_PARTS, _PARTS, strict=True)),
        }.items()
    )
    return (
        f'<Types xmlns="{_OPC}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}'
        f'<Override PartName="/word/theme/theme1.xml" ContentType="{_THEME}"/>'
        f'<Override PartName="/docProps/core.xml" ContentType="{_CORE}"/></Types>'
    )


def _relations(*relations: tuple[str, str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="{own}" Type="{kind}" Target="{target}"/>'
        for own, kind, target in relations
    )
    return f'<Relationships xmlns="{_OPC}/relationships">{lines}</Relationships>'


def _core() -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_OPC}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>报告样式模板</dc:title>'
        "<dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


def _sample() -> str:
    """A line in every style, for the person who edits them in Word."""
    lines = "".join(paragraph(style, run(f"“{name}”样式")) for style, name in names().items())
    page = section(landscape=False)
    return f"<w:document {nsdecls('w')}><w:body>{lines}{page}</w:body></w:document>"


def _settings() -> str:
    """Odd and even pages differ; the file is of today's Word, not of an old one."""
    uri = "http://schemas.microsoft.com/office/word"
    return (
        f'<w:settings {nsdecls("w")}><w:zoom w:percent="100"/><w:defaultTabStop w:val="640"/>'
        '<w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>'
        f'<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="{uri}" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
        '<w:clrSchemeMapping w:bg1="light1" w:t1="dark1" w:bg2="light2" w:t2="dark2" '
        'w:accent1="accent1" w:accent2="accent2" w:accent3="accent3" w:accent4="accent4" '
        'w:accent5="accent5" w:accent6="accent6" w:hyperlink="hyperlink" '
        'w:followedHyperlink="followedHyperlink"/><w:decimalSymbol w:val="."/>'
        '<w:listSeparator w:val=","/></w:settings>'
    )


_FACES = (
    ("仿宋", "FangSong", "modern"), ("黑体", "SimHei", "modern"), ("楷体", "KaiTi", "modern"),
    ("宋体", "SimSun", "auto"), (LATIN, "", "roman"),
)  # fmt: skip


def _font_table() -> str:
    """The faces, with the names that Windows gives them elsewhere."""
    lines = "".join(
        f'<w:font w:name="{name}">'
        + (f'<w:altName w:val="{other}"/><w:charset w:val="86"/>' if other else "")
        + f'<w:family w:val="{family}"/></w:font>'
        for name, other, family in _FACES
    )
    return f"<w:fonts {nsdecls('w')}>{lines}</w:fonts>"


_COLOURS = {
    "dk1": "000000", "lt1": "FFFFFF", "dk2": "1F4E8C", "lt2": "F6F6F6", "accent1": "1F4E8C",
    "accent2": "9A5B00", "accent3": "B3261E", "accent4": "2E7D32", "accent5": "5E5E5E",
    "accent6": "00838F", "hlink": "1F4E8C", "folHlink": "5E5E5E",
}  # fmt: skip


def _theme() -> str:
    """Colours and faces of the theme; the same faces as in the styles, which do not use it."""
    colours = "".join(f'<a:{k}><a:srgbClr val="{v}"/></a:{k}>' for k, v in _COLOURS.items())
    faces = "".join(
        f'<a:{kind}Font><a:latin typeface="{LATIN}"/><a:ea typeface="{face}"/>'
        f'<a:cs typeface=""/><a:font script="Hans" typeface="{face}"/></a:{kind}Font>'
        for kind, face in (("major", "黑体"), ("minor", "仿宋"))
    )
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'<a:theme {nsdecls("a")} name="evalbook"><a:themeElements>'
        f'<a:clrScheme name="evalbook">{colours}</a:clrScheme>'
        f'<a:fontScheme name="evalbook">{faces}</a:fontScheme><a:fmtScheme name="evalbook">'
        f"<a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


if __name__ == "__main__":
    PATH.write_bytes(reference())
