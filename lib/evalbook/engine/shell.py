"""ipykernel's own kernel without its sockets: what it would send is handed to a function."""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

Emit = Callable[[str, bytes, list[str]], None]
"""Takes the kind of a message, its content as JSON, and its buffers in base64."""


class Kernel:
    """A kernel that is made before the fork and runs cells after it."""

    def __init__(self) -> None:
        _without_debugger()
        from ipykernel.ipkernel import IPythonKernel
        from ipykernel.kernelapp import IPKernelApp
        from jupyter_client.session import Session
        from traitlets.config import Config

        kept = self

        class Recorder(Session):
            """A session whose messages go to `emit`."""

            def send(self, stream: Any, msg_or_type: Any, content: Any = None, *rest: Any,
                     buffers: Any = None, **others: Any) -> None:  # fmt: skip
                if isinstance(msg_or_type, dict):
                    kind, content = msg_or_type["header"]["msg_type"], msg_or_type["content"]
                else:
                    kind = msg_or_type
                kept.emit(kind, self.pack(content), [_base64(each) for each in buffers or ()])

        settings = Config()
        settings.HistoryManager.enabled = False
        self.emit: Emit = lambda kind, content, buffers: None
        self._app = IPKernelApp.instance(config=settings)
        self._kernel = IPythonKernel.instance(
            parent=self._app, log=self._app.log, session=Recorder(), iopub_socket=object()
        )
        self._app.kernel = self._kernel
        self._kernel.shell_channel_thread = SimpleNamespace(parent_thread=None)
        shell: Any = self._kernel.shell
        self.shell = shell
        shell.extension_manager.load_extension("storemagic")
        shell.display_formatter.format(None)  # its formatters are made at the first display

    def imports(self) -> AbstractContextManager[Any]:
        """Within it, modules see on import that they are in a kernel."""
        return cast(AbstractContextManager[Any], self.shell.builtin_trap)

    def begin(self) -> None:
        """In the child: the environment as ipykernel sets it up, and where modules are found."""
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        self.shell.init_environment()
        self._app.init_path()
        self.shell.user_ns["_dh"][:] = [Path.cwd()]

    async def run(self, code: str, number: int) -> tuple[str, str]:
        """Run a cell; the name and the text of its error, empty when it has none."""
        parent = {"header": {"msg_id": f"cell-{number}", "msg_type": "execute_request"}}
        self._kernel.set_parent([b""], parent)
        count = f'{{"execution_count":{self.shell.execution_count}}}'
        self.emit("execute_input", count.encode("ascii"), [])
        reply = await self._kernel.do_execute(code, silent=False, allow_stdin=False)
        sys.stdout.flush()
        sys.stderr.flush()
        return (str(reply["ename"]), str(reply["evalue"])) if reply["status"] != "ok" else ("", "")

    @property
    def left(self) -> bool:
        """Whether the code asked the kernel to exit."""
        return bool(self.shell.exit_now)

    def end(self) -> None:
        """Let go of what the notebook holds: files it left open are written."""
        self.shell.reset(new_session=False)


def _without_debugger() -> None:
    """No debugger can be attached to a child; loading one costs time and patches threads."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    try:
        import ipykernel.debugger  # noqa: F401
    finally:
        del sys.modules["debugpy"]


def _base64(buffer: Any) -> str:
    import base64

    return base64.b64encode(bytes(buffer)).decode("ascii")
