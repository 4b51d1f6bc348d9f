"""House style 版式: what an office sets once for all its reports, in params/house.yaml.

Files that it names lie in the workbook; they are read and checked here, so that the writers of the
report get bytes and know no folder.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from evalbook.errors import Fault, InputError
from evalbook.paths import Workbook
from evalbook.schema import Model
from evalbook.strict import read_model

Profile = Literal["gbt9704", "screen"]
Fonts = Literal["packaged", "system"]
Line = Annotated[str, Field(min_length=1, max_length=60)]
MOST_BYTES = 2_000_000
MOST_PIXELS = 4_000
PICTURES = {"PNG": "png", "JPEG": "jpg"}


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
    template = _file(book, "typst_template", stated.typst_template, ".typ", faults)
    reference = _file(book, "reference_docx", stated.reference_docx, ".docx", faults)
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


def _file(
    book: Workbook, key: str, name: str | None, suffix: str, faults: list[Fault]
) -> bytes | None:
    """A file of the workbook that the settings name; what is wrong with it goes to `faults`."""
    if name is None:
        return None
    where = f"{book.name(book.house_file)}，{key}"
    path = (book.root / name).resolve()
    if not path.is_relative_to(book.root.resolve()) or Path(name).is_absolute():
        faults.append(Fault(where, f"“{name}”不在工作簿之内", "请把文件放进工作簿，写相对路径"))
    elif not path.is_file():
        faults.append(Fault(where, f"没有文件 {name}", "请放入这个文件，或删去这一项"))
    elif path.suffix.lower() not in suffix.split():
        wanted = suffix.replace(" ", " 或 ")
        faults.append(Fault(where, f"{name} 不是 {wanted} 文件", f"请换成 {wanted} 文件"))
    elif path.stat().st_size > MOST_BYTES:
        size = f"{path.stat().st_size / 1_000_000:.1f} MB"
        faults.append(Fault(where, f"{name} 有 {size}", "请换成不超过 2 MB 的文件"))
    else:
        return path.read_bytes()
    return None


def _logo(book: Workbook, name: str | None, faults: list[Fault]) -> Logo | None:
    data = _file(book, "logo", name, ".png .jpg .jpeg", faults)
    if data is None:
        return None
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=tuple(PICTURES)) as picture:
            width, height = picture.size
            kind = PICTURES[picture.format or ""]
            if max(width, height) <= MOST_PIXELS:
                picture.load()
                return Logo(data, "png" if kind == "png" else "jpg", width, height)
        problem = f"{name} 的边长超过 {MOST_PIXELS} 像素"
    except (OSError, ValueError, KeyError, Image.DecompressionBombError):
        problem = f"{name} 打不开，不是完好的 PNG 或 JPEG 图像"
    faults.append(Fault(f"{book.name(book.house_file)}，logo", problem, "请换一个图像文件"))
    return None
