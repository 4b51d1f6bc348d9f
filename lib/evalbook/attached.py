"""The files that a report carries within its PDF, read from a PDF that may be anything."""

import io
import logging
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from evalbook.errors import Fault, InputError

MOST_BYTES = 100_000_000
MOST_ATTACHED = 20_000_000
MOST_FILES = 100
AGAIN = "请用 evalbook run 生成的 report.pdf"
NOT_OURS = f"{AGAIN}；用 --renderer quarto 排的 PDF 不带附件，请改写它所在的文件夹"


class _Refused(Exception):
    """What is wrong with the PDF, and what to do."""


def attached(path: Path, wanted: Sequence[str]) -> dict[str, bytes]:
    """The attachments of these names; raises InputError when the PDF lacks one or is spoilt."""
    if path.stat().st_size > MOST_BYTES:
        raise _fault(path, f"文件大于 {MOST_BYTES // 1_000_000} MB", AGAIN)
    try:
        found = _read(path.read_bytes(), wanted)
    except _Refused as refused:
        raise _fault(path, *refused.args) from None
    except Exception:  # a spoilt file can break the library that reads it in any way
        raise _fault(path, "不是能读的 PDF，或已损坏", AGAIN) from None
    missing = [name for name in wanted if name not in found]
    if missing:
        raise _fault(path, f"没有附带 {'、'.join(missing)}", NOT_OURS)
    return found


def _read(raw: bytes, wanted: Sequence[str]) -> dict[str, bytes]:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks are English
    reader = PdfReader(io.BytesIO(raw))
    if reader.is_encrypted:
        raise _Refused("有密码", "请先去掉密码")
    found: dict[str, bytes] = {}
    for each in islice(reader.attachment_list, MOST_FILES):
        if each.name not in wanted:
            continue
        if each.name in found:
            raise _Refused(f"附带了两个 {each.name}", AGAIN)
        found[each.name] = each.content
        if len(found[each.name]) > MOST_ATTACHED:
            limit = f"{MOST_ATTACHED // 1_000_000} MB"
            raise _Refused(f"附带的 {each.name} 大于 {limit}", AGAIN)
    return found


def _fault(path: Path, problem: str, remedy: str) -> InputError:
    return InputError([Fault(path.name, problem, remedy)])
