"""What a notebook prints, from Python, from C and from programs it starts, in one order."""

import io
import os
from collections.abc import Callable
from typing import Any

Publish = Callable[[str, str, int], None]
"""Takes the name of a stream, what it printed, and how far that goes in its file."""


class Capture:
    """A standard stream that goes to a file; what is new in the file is what is published."""

    def __init__(self, name: str, handle: int, publish: Publish) -> None:
        self.name, self._handle, self._publish = name, handle, publish
        self._seen = 0

    def flush(self) -> None:
        """Publish what was printed since."""
        size = os.fstat(self._handle).st_size
        if size < self._seen:  # a program opened /dev/stdout anew, and with that emptied it
            self._seen = 0
        if size > self._seen:
            text, self._seen = printed(self._handle, self._seen, size)
            if text:
                self._publish(self.name, text, self._seen)


def printed(handle: int, start: int, end: int, last: bool = False) -> tuple[str, int]:
    """The text between two places of a file and where it ends: a character is not cut."""
    content = b""
    while len(content) < end - start:
        piece = os.pread(handle, end - start - len(content), start + len(content))
        if not piece:
            break
        content += piece
    whole = content if last else content[: len(content) - _begun(content)]
    return whole.decode("utf-8", "replace"), start + len(whole)


def _begun(content: bytes) -> int:
    """Bytes at the end that begin a character without ending it."""
    for back in range(1, min(4, len(content) + 1)):
        byte = content[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if length > back else 0
        if byte < 0x80:
            return 0
    return 0


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a notebook: text straight into the captured file."""

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, name: str, handle: int, flushed: Callable[[], None]) -> None:
        super().__init__()
        self.name, self._handle, self._flushed = f"<{name}>", handle, flushed

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        left = memoryview(_encoded(text))
        while left:
            left = left[os.write(self._handle, left) :]
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        self._flushed()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self._handle


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
