"""One notebook as its caller follows it: from its first message to word of its end."""

import os
import select
import socket
import time
from collections.abc import Callable
from typing import Any

from evalbook.engine import wire
from evalbook.engine.errors import CellFailed, Ended
from evalbook.engine.limits import in_words
from evalbook.engine.outputs import Outputs
from evalbook.engine.streams import printed

FAREWELL = 5.0
"""Seconds that a notebook has after its last cell to end by itself, as a kernel has."""
Listener = Callable[[str, int], None]
"""Told of each cell: `start`, `message` for an output of it, `done` or `failed`; and its index."""


class Gone(Exception):
    """The parent ended while a notebook ran, whose process is `pid`."""

    def __init__(self, pid: int) -> None:
        super().__init__()
        self.pid = pid


class Refused(Exception):
    """The parent does not fork."""


class Session:
    """Follows one notebook from its first message to word of its end."""

    def __init__(
        self, notebook: dict[str, Any], listener: Listener, cell_seconds: float | None
    ) -> None:
        self._notebook, self._listener, self._cell_seconds = notebook, listener, cell_seconds
        self._outputs = Outputs(notebook["cells"])
        self._index: int | None = None
        self._started = time.monotonic()
        self._seen = {"stdout": 0, "stderr": 0}
        self._failed: CellFailed | None = None
        self._left = self._ended = False
        self._pid = 0
        self.memory = 0

    def follow(self, data: socket.socket, told: socket.socket, prints: list[int]) -> None:
        """Until the notebook's process is gone. Raises what it ended with."""
        cause = self._listen(data, told)
        widgets = self._outputs.widgets()
        if widgets:
            self._notebook["metadata"]["widgets"] = widgets
        if cause and not self._ended:
            self._salvage(prints)
            raise Ended(self._index, in_words(*cause))
        if self._failed:
            raise self._failed
        if self._left:
            raise Ended(self._index, in_words("asked", 0))

    def _listen(self, data: socket.socket, told: socket.socket) -> tuple[str, float] | None:
        """Take messages until word of the end: the cause, None when the client let go."""
        messages, words = wire.Frames(), wire.Frames()
        open_streams = [data, told]
        while True:
            ready, _, _ = select.select(open_streams, [], [], self._patience())
            if not ready and self._late():
                return None if self._ended else ("time", self._cell_seconds or 0)
            if data in ready:
                found = wire.receive(data, messages)
                if found is None:
                    open_streams.remove(data)
                for message in found or ():
                    self._take(message)
            elif told in ready:
                spoken = wire.receive(told, words)
                if spoken is None:
                    raise Gone(self._pid)
                for kind, *values in spoken:
                    if kind == "refused":
                        raise Refused(f"有 {values[0]} 个线程")
                    if kind == "forked":
                        self._pid = values[0]
                    if kind == "ended":
                        return values[0], values[1]

    def _patience(self) -> float | None:
        if self._ended:
            return max(0, self._started + FAREWELL - time.monotonic())
        if self._cell_seconds and self._index is not None:
            return max(0, self._started + self._cell_seconds - time.monotonic())
        return None

    def _late(self) -> bool:
        return self._patience() == 0

    def _take(self, message: list[Any]) -> None:
        kind, *values = message
        match kind:
            case "start":
                self._index, self._started = values[0], time.monotonic()
                self._outputs.begin(values[0])
                self._listener("start", values[0])
            case "message" if self._index is not None:
                name, buffers, content = values
                if name == "stream":
                    self._seen[content["name"]] = content["end"]
                self._outputs.take(self._index, name, content, buffers)
                self._listener("message", self._index)
            case "done":
                self._done(*values)
            case "left":
                self._left = True
            case "end":
                self._ended, self._started, self.memory = True, time.monotonic(), values[0]

    def _done(self, index: int, name: str, value: str, allowed: bool) -> None:
        if name and not allowed:
            self._failed = CellFailed(index, name, value)
        self._listener("failed" if self._failed else "done", index)

    def _salvage(self, prints: list[int]) -> None:
        """What the cell had printed and not yet sent when its process ended."""
        if self._index is None:
            return
        for name, handle in zip(("stdout", "stderr"), prints, strict=True):
            text, _ = printed(handle, self._seen[name], os.fstat(handle).st_size, last=True)
            if text:
                content = {"name": name, "text": text}
                self._outputs.take(self._index, "stream", content, ())


def requested(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """What the child is asked to run: the code cells that nbclient would run."""
    return [
        {"number": n, "source": cell["source"], "tags": list(cell["metadata"].get("tags", ()))}
        for n, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code" and cell["source"].strip()
        and "skip-execution" not in cell["metadata"].get("tags", ())
    ]  # fmt: skip
