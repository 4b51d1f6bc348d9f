"""House style 版式: what an office sets once for all its reports, in params/house.yaml.

Files that it names lie in the workbook; they are read and checked here, so that the writers of the
report get bytes and know no folder.
"""

import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from evalbook.errors import Fault, InputError
from evalbook.hashes import inside
from evalbook.paths import Workbook
from evalbook.schema import Model
from evalbook.strict import read_model

Profile = Literal["gbt9704", "screen"]
Fonts = Literal["packaged", "system"]
Line = Annotated[str, Field(min_length=1, max_length=60)]
MOST_BYTES = 2_000_000
MOST_UNPACKED = 50_000_000
MOST_PARTS = 5_000
MOST_PIXELS = 4_000
WORD_BODY = "word/document.xml"
PICTURES: Mapping[str, Literal["png", "jpg"]] = {"PNG": "png", "JPEG": "jpg"}


class HouseFile(Model):
    """params/house.yaml; everything in it may be left out."""

    organisation: Line | None = None
    logo: Line | None = None
    disclaimer: Annotated[str, Field(min_length=1, max_length=4_000)] | None = None
    signatures: Annotated[tuple[Line, ...], Field(max_length=12)] = ()
    profile: Profile = "gbt9704"
    fonts: Fonts = "packaged"
    typst_template: Line | None = None
    reference_docx: Line | None = None


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture, PNG or JPEG, with its size in pixels."""

    data: bytes
    format: Literal["png", "jpg"]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class House:
    """The settings with the files they name; None where the house has nothing of its own."""

    organisation: str = ""
    logo: Logo | None = None
    disclaimer: str = ""
    signatures: tuple[str, ...] = ()
    profile: Profile = "gbt9704"
    fonts: Fonts = "packaged"
    typst_template: bytes | None = None
    reference_docx: bytes | None = None


PLAIN = House()


def load_house(book: Workbook) -> House:
    """The house style of a workbook; without the file the one that the library brings.

    Raises InputError with every fault at once.
    """
    path = book.house_file
    if not path.exists():
        return PLAIN
    faults: list[Fault] = []
    stated = read_model(HouseFile, path, book.name(path), faults) or HouseFile()
    logo = _logo(book, stated.logo, faults)
    template = _template(book, stated.typst_template, faults)
    reference = _reference(book, stated.reference_docx, faults)
    if faults:
        raise InputError(faults)
    return House(
        organisation=stated.organisation or "",
        logo=logo,
        disclaimer=stated.disclaimer or "",
        signatures=stated.signatures,
        profile=stated.profile,
        fonts=stated.fonts,
        typst_template=template,
        reference_docx=reference,
    )


def _where(book: Workbook, key: str) -> str:
    return f"{book.name(book.house_file)} {key}"


def _file(
    book: Workbook, key: str, name: str | None, endings: Sequence[str], faults: list[Fault]
) -> bytes | None:
    """A file of the workbook that the settings name; what is wrong with it goes to `faults`."""
    if name is None:
        return None
    where, wanted = _where(book, key), " 或 ".join(endings)
    path = inside(book, name)
    if path is None:
        faults.append(Fault(where, f"“{name}”不在工作簿之内", "请把文件放进工作簿，写相对路径"))
    elif not path.is_file():
        faults.append(Fault(where, f"没有文件 {name}", "请放入这个文件，或删去这一项"))
    elif path.suffix.lower() not in endings:
        faults.append(Fault(where, f"{name} 不是 {wanted} 文件", f"请换成 {wanted} 文件"))
    elif path.stat().st_size > MOST_BYTES:
        size = f"{path.stat().st_size / 1_000_000:.1f} MB"
        limit = f"{MOST_BYTES // 1_000_000} MB"
        faults.append(Fault(where, f"{name} 有 {size}", f"请换成不超过 {limit} 的文件"))
    else:
        return path.read_bytes()
    return None


def _template(book: Workbook, name: str | None, faults: list[Fault]) -> bytes | None:
    """A Typst template, as text; whether Typst can compile it shows when it does."""
    data = _file(book, "typst_template", name, (".typ",), faults)
    try:
        text = (data or b"").decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if data is not None and ("\0" in text or not text.strip()):
        problem = f"{name} 是空的，或不是 UTF-8 文本"
        faults.append(Fault(_where(book, "typst_template"), problem, "请另存为 UTF-8 文本"))
    return data


def _reference(book: Workbook, name: str | None, faults: list[Fault]) -> bytes | None:
    """A Word document, unpacked within caps."""
    data = _file(book, "reference_docx", name, (".docx",), faults)
    if data is not None and not _is_word(data):
        problem = f"{name} 打不开，不是完好、不加密的 Word 文档"
        remedy = "请在 Word 或 WPS 中打开，另存为 .docx"
        faults.append(Fault(_where(book, "reference_docx"), problem, remedy))
    return data


def _is_word(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            small = unpacked <= MOST_UNPACKED and len(archive.namelist()) <= MOST_PARTS
            return small and {"[Content_Types].xml", WORD_BODY} <= set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _logo(book: Workbook, name: str | None, faults: list[Fault]) -> Logo | None:
    data = _file(book, "logo", name, (".png", ".jpg", ".jpeg"), faults)
    if data is None:
        return None
    try:
        return _picture(data)
    except _TooWide:
        problem = f"{name} 的边长超过 {MOST_PIXELS} 像素"
    except Exception:  # a spoilt picture can break the library that reads it in any way
        problem = f"{name} 打不开，不是完好的 PNG 或 JPEG 图像"
    faults.append(Fault(_where(book, "logo"), problem, "请换一个图像文件"))
    return None


class _TooWide(ValueError):
    """A picture with more pixels than a page can show."""


def _picture(data: bytes) -> Logo:
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            opened = Image.open(io.BytesIO(data), formats=tuple(PICTURES))
        except Image.DecompressionBombError:
            raise _TooWide from None
    with opened as picture:
        width, height = picture.size
        if max(width, height) > MOST_PIXELS:
            raise _TooWide
        picture.load()
        return Logo(data, PICTURES[picture.format or ""], width, height)
