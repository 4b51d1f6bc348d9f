"""Quarto as a renderer: find it, run it on copies, believe only what it has just written.

Seen on Quarto 1.9: it may rewrite the notebook it renders, leaves an old output in place when it
fails, knows only the exit codes 0 and 1, and says everything on stderr, in colours. So every
rendering gets a new folder of its own, and counts only when the exit code is 0 and the file that
was asked for is there, whole. Parameters are never passed: Quarto ignores them in silence.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from evalbook.errors import Fault, InputError, ReportError
from evalbook.report import fonts
from evalbook.report.quarto_notebook import NOTEBOOK

OLDEST = (1, 4)
"""The first version that writes PDF through Typst, which it brings along."""
PATIENCE = 300.0
"""Seconds that one format may take; seen are two."""
ANSWER = 30.0
"""Seconds that Quarto may take to give its version."""

_FORMATS = {"html": "html", "pdf": "typst", "docx": "docx"}
_WHOLE = {"html": (b"<", b"</html>"), "pdf": (b"%PDF-", b"%%EOF"), "docx": (b"PK", b"PK\5\6")}
"""How a file of each format begins, and what stands near its end."""
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_CREATED = re.compile(r"^Output created: (.+)$", re.MULTILINE)
_ERROR = re.compile(r"^(?:ERROR|error)\b.*", re.MULTILINE)
_SHOWN_LINES, _SHOWN_LETTERS = 4, 300
_GET = "请从 quarto.org 下载安装，或用环境变量 QUARTO_PATH 指明它；不装时去掉 --renderer quarto"


@dataclass(frozen=True, slots=True)
class Quarto:
    """A Quarto that answers: its program and its version, as 1.9.38."""

    program: str
    version: str


def find() -> Quarto:
    """The one that QUARTO_PATH names, else the one on PATH; InputError when there is none."""
    chosen = os.environ.get("QUARTO_PATH", "")
    program = _program(chosen)
    if program is None:
        where = f"QUARTO_PATH={chosen}" if chosen else "--renderer quarto"
        raise InputError([Fault(where, "找不到 Quarto", _GET)])
    code, said = _run([program, "--version"], Path(tempfile.gettempdir()), ANSWER)
    number = re.search(r"^(\d+)\.(\d+)[\w.+-]*$", said, re.MULTILINE)
    if code or number is None:
        problem = f"{program} 没有说出版本，不像是 Quarto{_quoted(said)}"
        raise InputError([Fault("--renderer quarto", problem, _GET)])
    if (int(number[1]), int(number[2])) < OLDEST:
        least = ".".join(map(str, OLDEST))
        problem = f"{program} 是 {number[0]} 版，需要 {least} 版或更新的"
        raise InputError([Fault("--renderer quarto", problem, _GET)])
    return Quarto(program, number[0])


def _program(chosen: str) -> str | None:
    """QUARTO_PATH may be the program or the folder it is in."""
    if not chosen:
        return shutil.which("quarto")
    folders = os.pathsep.join((chosen, str(Path(chosen) / "bin")))
    return shutil.which(str(Path(chosen).absolute())) or shutil.which("quarto", path=folders)


def render(quarto: Quarto, files: Mapping[str, bytes], fmt: str) -> bytes:
    """The report in one format, out of the files of `quarto_notebook.folder`.

    Raises ReportError with what Quarto said when it fails, hangs, or writes something else.
    """
    name = f"report.{fmt}"
    with tempfile.TemporaryDirectory(
        prefix="evalbook-quarto-", ignore_cleanup_errors=True
    ) as place:
        copies = Path(place) / "report"
        write(files, copies)
        command = [quarto.program, "render", NOTEBOOK, "--to", _FORMATS[fmt]]
        code, said = _run(command, copies, PATIENCE)
        data = _written(copies / name)
        loose = (copies / "report_files").exists() and fmt == "html"
    if code is None:
        problem = f"{PATIENCE:.0f} 秒没有完成，已停止"
    elif code:
        problem = f"没有排成{_quoted(said)}"
    elif not _whole(data, fmt):
        created = _CREATED.findall(said)
        problem = f"说已写出 {created[-1]}，但没有得到完整的文件" if created else "没有写出文件"
    elif loose:
        problem = "写出的网页不是单独一个文件"
    else:
        return data
    raise ReportError(f"Quarto {quarto.version} 排 {name} 失败：{problem}。上一次的报告没有改动。")


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Put the files into a folder of their own."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _whole(data: bytes, fmt: str) -> bool:
    begin, end = _WHOLE[fmt]
    return data.startswith(begin) and end in data[-1024:]


def _written(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


# ---- running


def _run(command: list[str], folder: Path, patience: float) -> tuple[int | None, str]:
    """Exit code, None when time was up, and all that was said, without colours.

    What is said goes to a file: a pipe would be held open by Quarto's own helpers.
    """
    with tempfile.TemporaryFile() as log:
        with _started(command, folder, log) as process:
            try:
                code: int | None = process.wait(patience)
            except subprocess.TimeoutExpired:
                code = None
        log.seek(0)
        text = log.read().decode("utf-8", "replace")
    return code, _ANSI.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


@contextmanager
def _started(command: list[str], folder: Path, log: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The process in a group of its own; when the block ends the whole group does."""
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        problem = f"{command[0]} 不能运行（{error.strerror}）"
        raise InputError([Fault("--renderer quarto", problem, _GET)]) from error
    try:
        yield process
    finally:
        _end(process)


def _environment() -> dict[str, str]:
    """Typst, which Quarto calls, finds the packaged fonts, unless the user names others."""
    return {"TYPST_FONT_PATHS": str(fonts.FOLDER), **os.environ, "NO_COLOR": "1"}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started: its group, or on Windows its tree."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        ending = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
        with suppress(OSError):
            subprocess.run(ending, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        process.kill()
    process.wait()


def _quoted(said: str) -> str:
    """The lines of the error, for the end of a sentence; the last lines when none says so."""
    error = _ERROR.search(said)
    text = said[error.start() :] if error else said
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    shown = lines[:_SHOWN_LINES] if error else lines[-_SHOWN_LINES:]
    words = " ".join(shown)
    if len(words) > _SHOWN_LETTERS:
        words = words[:_SHOWN_LETTERS] + "…"
    return f"，它说：“{words}”" if words else ""
