"""What client, parent and child say to each other: JSON in frames, file descriptors beside it."""

import json
import os
import socket
import struct
import sys
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

_LENGTH = struct.Struct("!Q")
_CHUNK = 1 << 16
ASKED = 1 << 16
"""The longest request on the control socket, in bytes; all that is long goes by stream."""


def packed(message: Any) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode("ascii")


def framed(body: bytes) -> bytes:
    """A packed message as bytes that `Frames` finds again."""
    return _LENGTH.pack(len(body)) + body


class Frames:
    """Messages out of bytes that come in pieces; what is cut off at the end is dropped."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, piece: bytes) -> Iterator[Any]:
        self._bytes += piece
        while len(self._bytes) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._bytes)[0]
            if len(self._bytes) < end:
                return
            body = bytes(self._bytes[_LENGTH.size : end])
            del self._bytes[:end]
            yield json.loads(body.decode("utf-8", "replace"))


def receive(stream: socket.socket, frames: Frames) -> list[Any] | None:
    """The messages that one reading of a stream completes; None at its end."""
    try:
        piece = stream.recv(_CHUNK)
    except BlockingIOError:
        return []
    except ConnectionError:
        return None
    return list(frames.feed(piece)) if piece else None


def one(stream: socket.socket) -> Any:
    """The next message of a stream that carries nothing else for now."""
    frames = Frames()
    while True:
        messages = receive(stream, frames)
        if messages is None:
            raise EOFError
        if messages:
            return messages[0]


def ask(control: socket.socket, request: Any, handles: Sequence[int]) -> None:
    """A request to the parent, with the file descriptors that it is about."""
    socket.send_fds(control, [packed(request)], list(handles))


def asked(control: socket.socket, handles: int) -> tuple[Any, list[int]]:
    """A request and its file descriptors."""
    body, received, _, _ = socket.recv_fds(control, ASKED, handles)
    return json.loads(body), list(received)


def scratch() -> int:
    """A file without a name, for what a notebook prints."""
    if sys.platform == "linux":
        return os.memfd_create("evalbook")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
