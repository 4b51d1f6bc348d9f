"""params/house.yaml: what it may say, and every fault with its file, key and remedy."""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from functools import cache
from pathlib import Path

import docx
import pytest
from cases import ROOT
from PIL import Image

from evalbook import house as module
from evalbook.errors import InputError
from evalbook.hashes import house_files
from evalbook.house import PLAIN, House, load_house
from evalbook.paths import Workbook
from evalbook.yamlfile import read_yaml

LINKS = pytest.mark.skipif(os.name == "nt", reason="Windows asks for a right to make links")


def picture(kind: str = "PNG", size: tuple[int, int] = (30, 20)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A few bytes that promise a picture of that size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@cache
def word() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def book(tmp_path: Path) -> Workbook:
    root = tmp_path / "workbook"
    (root / "params" / "house").mkdir(parents=True)
    return Workbook(root)


def put(book: Workbook, name: str, data: bytes) -> None:
    (book.root / "params" / "house" / name).write_bytes(data)


def read(book: Workbook, text: str) -> House:
    book.house_file.write_text(text, "utf-8")
    return load_house(book)


def faults(book: Workbook, text: str) -> list[str]:
    with pytest.raises(InputError) as raised:
        read(book, text)
    return [str(fault) for fault in raised.value.faults]


def fault(book: Workbook, text: str) -> str:
    found = faults(book, text)
    assert len(found) == 1, found
    return found[0]


# ---- what holds


def test_no_file_and_an_empty_setting_are_the_plain_house(book: Workbook) -> None:
    assert load_house(book) == PLAIN
    assert read(book, "organisation:\nlogo: ~\nsignatures: []\n") == PLAIN


def test_the_file_that_comes_along_is_plain_and_names_every_setting() -> None:
    book = Workbook(ROOT)
    assert load_house(book) == PLAIN
    stated = read_yaml(book.house_file, "house").content
    assert list(stated) == list(module.HouseFile.model_fields)


def test_everything_at_once(book: Workbook) -> None:
    put(book, "logo.jpeg", picture("JPEG", (40, 10)))
    put(book, "own.typ", b'#include "report.typ"')
    put(book, "own.docx", word())
    found = read(
        book,
        "organisation: 某市财政局预算绩效评价中心\nlogo: params/house/logo.jpeg\n"
        "disclaimer: |\n  本报告只供内部使用。\n\n  未经许可不得转载。\n"
        "signatures: [评价机构负责人, 项目负责人]\nprofile: screen\nfonts: system\n"
        "typst_template: params/house/own.typ\nreference_docx: params/house/own.docx\n",
    )
    assert found.organisation == "某市财政局预算绩效评价中心"
    assert found.logo is not None
    assert (found.logo.format, found.logo.width, found.logo.height) == ("jpg", 40, 10)
    assert found.logo.data == picture("JPEG", (40, 10))
    assert found.disclaimer.splitlines() == ["本报告只供内部使用。", "", "未经许可不得转载。"]
    assert found.signatures == ("评价机构负责人", "项目负责人")
    assert (found.profile, found.fonts) == ("screen", "system")
    assert found.typst_template is not None and found.reference_docx == word()
    names = [book.name(path) for path in house_files(book)]
    assert names == [
        "params/house.yaml",
        "params/house/logo.jpeg",
        "params/house/own.typ",
        "params/house/own.docx",
    ]


def test_the_ending_of_a_picture_is_not_what_says_its_kind(book: Workbook) -> None:
    put(book, "logo.jpg", picture("PNG"))
    found = read(book, "logo: params/house/logo.jpg").logo
    assert found is not None and found.format == "png"


@LINKS
def test_a_link_within_the_workbook_is_followed(book: Workbook) -> None:
    put(book, "real.png", picture())
    (book.root / "logo.png").symlink_to(book.root / "params" / "house" / "real.png")
    assert read(book, "logo: logo.png").logo is not None
    assert [book.name(p) for p in house_files(book)][1:] == ["params/house/real.png"]


@LINKS
def test_a_workbook_behind_a_link_works(book: Workbook, tmp_path: Path) -> None:
    put(book, "logo.png", picture())
    (tmp_path / "link").symlink_to(book.root)
    linked = Workbook(tmp_path / "link")
    assert read(linked, "logo: params/house/logo.png").logo is not None
    assert [linked.name(p) for p in house_files(linked)][1:] == ["params/house/logo.png"]


# ---- the page


def test_the_page_names_every_setting_and_its_example_is_taken(book: Workbook) -> None:
    page = (ROOT / "docs" / "house.md").read_text("utf-8")
    settings = list(module.HouseFile.model_fields)
    assert re.findall(r"^\| `(\w+)` \|", page, re.M) == settings
    example = re.search(r"```yaml params/house.yaml\n(.*?)```", page, re.S)
    assert example
    put(book, "logo.png", picture())
    put(book, "report.typ", b"#page[]")
    put(book, "reference.docx", word())
    found = read(book, example[1])
    assert len(house_files(book)) == 4
    assert all(getattr(found, name) for name in settings)


# ---- faults of the file


def test_an_unknown_key_is_told_the_nearest(book: Workbook) -> None:
    assert fault(book, "organization: 某局") == (
        "params/house.yaml 第 1 行 organization：没有“organization”这一项。是否想写“organisation”？"
    )
    assert "可用的有：organisation、logo" in fault(book, "colour: red")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("profile: gbt9705", "“gbt9705”不在可选范围内。应为其中之一：gbt9704、screen。"),
        ("fonts: windows", "“windows”不在可选范围内。应为其中之一：packaged、system。"),
        ("signatures: 负责人", "“负责人”的类型不对。应为列表（每项以“- ”开头）。"),
        ("signatures: [a, '']", "应为文字，不能为空。"),
        (f"organisation: {'长' * 61}", "太长。应为不超过 60 字。"),
        ("organisation: [某局]", "“列表”的类型不对。应为文字。"),
        (f"signatures: [{', '.join('甲' * 13)}]", "太长。应为不超过 12 项。"),
    ],
)
def test_a_wrong_value_is_told_what_is_expected(book: Workbook, line: str, expected: str) -> None:
    found = fault(book, f"# 版式\n{line}\n")
    assert found.startswith("params/house.yaml 第 2 行 " + line.split(":")[0])
    assert found.endswith(expected)


def test_a_file_that_is_no_mapping(book: Workbook) -> None:
    for text in ("- a\n", "某局\n", "a: [\n", "x: *y\n", ""):
        assert "params/house.yaml" in faults(book, text)[0]


# ---- faults of the files that it names


def test_all_faults_come_at_once(book: Workbook) -> None:
    put(book, "logo.svg", b"<svg/>")
    found = faults(
        book,
        "organization: 某局\nprofile: a4\nlogo: params/house/logo.svg\n"
        "typst_template: ../own.typ\nreference_docx: params/house/none.docx\n",
    )
    assert len(found) == 5
    for key in ("organization", "profile", "logo", "typst_template", "reference_docx"):
        assert any(key in each.split("：")[0] for each in found), found


OUTSIDE = ("../logo.png", "/etc/logo.png", "params/../../logo.png", "..")


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("key", ["logo", "typst_template", "reference_docx"])
def test_a_path_outside_the_workbook(book: Workbook, key: str, name: str) -> None:
    (book.root.parent / "logo.png").write_bytes(picture())
    found = fault(book, f"{key}: {name}")
    assert found.startswith(f"params/house.yaml {key}：")
    assert found.endswith("不在工作簿之内。请把文件放进工作簿，写相对路径。")
    assert house_files(book) == (book.house_file,)


@LINKS
def test_a_link_that_leaves_the_workbook_or_leads_nowhere(book: Workbook) -> None:
    (book.root.parent / "logo.png").write_bytes(picture())
    (book.root / "logo.png").symlink_to(book.root.parent / "logo.png")
    (book.root / "loop.png").symlink_to(book.root / "loop.png")
    assert "不在工作簿之内" in fault(book, "logo: logo.png")
    assert "params/house.yaml logo：" in fault(book, "logo: loop.png")


@pytest.mark.parametrize("name", ["params/house/none.png", "params/house", "params", "."])
def test_a_file_that_is_not_there(book: Workbook, name: str) -> None:
    assert fault(book, f"logo: {name}") == (
        f"params/house.yaml logo：没有文件 {name}。请放入这个文件，或删去这一项。"
    )


@pytest.mark.parametrize(
    ("key", "name", "wanted"),
    [
        ("logo", "logo.svg", ".png 或 .jpg 或 .jpeg"),
        ("logo", "logo.gif", ".png 或 .jpg 或 .jpeg"),
        ("typst_template", "own.txt", ".typ"),
        ("reference_docx", "own.doc", ".docx"),
        ("reference_docx", "own.docm", ".docx"),
    ],
)
def test_another_kind_of_file(book: Workbook, key: str, name: str, wanted: str) -> None:
    put(book, name, b"x")
    found = fault(book, f"{key}: params/house/{name}")
    assert f"不是 {wanted} 文件。请换成 {wanted} 文件。" in found


@pytest.mark.parametrize(
    ("key", "name"),
    [("logo", "a.png"), ("typst_template", "a.typ"), ("reference_docx", "a.docx")],
)
def test_a_file_too_large(book: Workbook, key: str, name: str) -> None:
    put(book, name, b"x" * (module.MOST_BYTES + 1))
    found = fault(book, f"{key}: params/house/{name}")
    assert found.endswith("有 2.0 MB。请换成不超过 2 MB 的文件。")


PICTURES = {
    "empty": b"",
    "text": b"not a picture",
    "an svg by another name": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a gif by another name": picture("GIF"),
    "cut off": picture(size=(300, 300))[:60],
    "pixels missing": png_of(300, 300),
    "broken chunk": picture().replace(b"IDAT", b"ID\0T"),
}


@pytest.mark.parametrize("data", PICTURES.values(), ids=PICTURES)
def test_a_logo_that_is_no_picture(book: Workbook, data: bytes) -> None:
    put(book, "logo.png", data)
    assert fault(book, "logo: params/house/logo.png") == (
        "params/house.yaml logo：params/house/logo.png 打不开，不是完好的 PNG 或 JPEG 图像。"
        "请换一个图像文件。"
    )


@pytest.mark.parametrize("size", [(4001, 1), (1, 4001), (12_000, 12_000), (60_000, 60_000)])
@pytest.mark.filterwarnings("error")
def test_a_picture_of_more_pixels_than_a_page_shows(book: Workbook, size: tuple[int, int]) -> None:
    put(book, "logo.png", png_of(*size))
    assert "的边长超过 4000 像素" in fault(book, "logo: params/house/logo.png")


@pytest.mark.parametrize("data", [b"", b" \n", b"a\0b", "模板".encode("gbk")])
def test_a_template_that_is_no_text(book: Workbook, data: bytes) -> None:
    put(book, "own.typ", data)
    assert "是空的，或不是 UTF-8 文本" in fault(book, "typst_template: params/house/own.typ")


WORD = {
    "empty": b"",
    "no zip": b"x" * 100,
    "a zip of something else": zipped(a=b"x"),
    "cut off": word()[:2000],
    "bomb": zipped(
        **{"[Content_Types].xml": b"x", "word/document.xml": b"0" * (module.MOST_UNPACKED + 1)}
    ),
}


@pytest.mark.parametrize("data", WORD.values(), ids=WORD)
def test_a_reference_that_is_no_word_document(book: Workbook, data: bytes) -> None:
    put(book, "own.docx", data)
    assert "不是完好、不加密的 Word 文档" in fault(book, "reference_docx: params/house/own.docx")
