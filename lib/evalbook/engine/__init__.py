"""What executes a case's notebooks: the forked engine, or ordinary kernels, one or the other.

Both are used in one way, from as many threads as wanted:

    with opened("evalbook") as engine:
        engine.execute(notebook, cwd, env)

They raise CellFailed and Ended (errors.py), and EngineError when they cannot work at all.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from evalbook.engine.client import can_fork

ENGINES = ("evalbook", "kernel")
"""The forked engine, and ordinary kernels by nbclient."""


class Executor(Protocol):
    """Executes notebooks in place; each in a process of its own."""

    def execute(
        self,
        notebook: dict[str, Any],
        cwd: Path | str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> object: ...

    def close(self) -> None: ...


@contextmanager
def opened(name: str = "", at_once: bool = True) -> Iterator[Executor]:
    """The engine of that name; without one the forked, where the system can fork.

    It starts in the background: whoever opens it early waits less for it. When not `at_once`, it
    starts with the first notebook.
    Raises InputError when the forked engine is asked for and cannot work here.
    """
    engine = _engine(name or _usual(), at_once)
    try:
        yield engine
    finally:
        engine.close()


def _engine(name: str, at_once: bool) -> Executor:
    if name == "kernel":
        from evalbook.engine.kernels import Kernels

        return Kernels()
    from evalbook.engine.client import Engine

    return Engine(at_once=at_once)


def _usual() -> str:
    return "evalbook" if can_fork() else "kernel"
