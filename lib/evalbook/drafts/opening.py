"""A document from a file that may be anything: by its first bytes, within caps, Chinese faults."""

from pathlib import Path

from evalbook.drafts.found import MAX_ALL_CELLS, MAX_TABLES
from evalbook.drafts.lines import Reading
from evalbook.errors import Fault, InputError
from evalbook.sheets import MAX_BYTES

ENDINGS = (".docx", ".html", ".htm")
_OLE, _ZIP, _PDF = b"\xd0\xcf\x11\xe0", b"PK", b"%PDF"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_document(path: Path) -> tuple[Reading, bytes]:
    """The tables of a .docx or an HTML page, and the bytes; raises InputError."""
    name = path.name
    if not path.is_file():
        raise _fault(name, "没有这个文件", "请检查文件名和路径")
    if path.suffix.lower() not in ENDINGS:
        raise _fault(name, "只能从 .docx 和 .html 取表", _advice(path.suffix.lower()))
    if path.stat().st_size > MAX_BYTES:
        raise _fault(name, f"文件大于 {MAX_BYTES // 1_000_000} MB", "请删去图片后另存一份")
    raw = path.read_bytes()
    try:
        reading = _read(raw, path.suffix.lower(), name)
    except ValueError as error:
        raise _fault(name, str(error), "请在 Word 或浏览器中打开，另存为 .docx 或 .html") from None
    if reading.too_many:
        raise _fault(name, f"表格超过 {MAX_TABLES} 张，或共超过 {MAX_ALL_CELLS} 格", "请拆分文件")
    if not reading.tables:
        raise _fault(name, "里面没有表格", "扫描件和图片里的表不能取；请确认文件选对了")
    return reading, raw


def _read(raw: bytes, ending: str, name: str) -> Reading:
    if raw.startswith(_OLE):
        if _ENCRYPTED in raw:
            raise _fault(name, "有密码", "请在 Word 中打开，去掉密码后另存一份")
        raise _fault(name, "是旧的 .doc 格式", "请在 Word 或 WPS 中打开，另存为 .docx")
    if raw.startswith(_PDF):
        raise _fault(name, "是 PDF", "请用 Word 打开 PDF，另存为 .docx")
    if ending == ".docx":
        from evalbook.drafts.word import read_word

        if not raw.startswith(_ZIP):
            raise _fault(name, "不是 .docx 文档", "请在 Word 或 WPS 中打开，另存为 .docx")
        return read_word(raw)
    from evalbook.drafts.page import read_page

    if raw.startswith(_ZIP):
        raise _fault(name, "不是网页文件", "Word 文档请把文件名改为 .docx 结尾")
    return read_page(raw)


def _advice(ending: str) -> str:
    if ending in {".doc", ".wps", ".rtf", ".odt"}:
        return "请在 Word 或 WPS 中打开，另存为 .docx"
    if ending == ".pdf":
        return "请用 Word 打开 PDF，另存为 .docx"
    if ending in {".xls", ".xlsx", ".xlsm"}:
        return "自评表用 evalbook import 文件 --case CASE 导入"
    return "请另存为 .docx 或 .html"


def _fault(where: str, problem: str, remedy: str) -> InputError:
    return InputError([Fault(where, problem, remedy)])
