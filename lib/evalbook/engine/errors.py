"""How the execution of a notebook ends when it does not end well."""

from evalbook.errors import EvalbookError


class CellFailed(Exception):
    """A cell raised an error; its outputs are in the notebook."""

    def __init__(self, index: int, name: str, value: str) -> None:
        super().__init__(f"{name}: {value}")
        self.index, self.name, self.value = index, name, value

    @property
    def leaves_well(self) -> bool:
        """`sys.exit()` and `sys.exit(0)` end a notebook without a fault."""
        return self.name == "SystemExit" and self.value in {"", "0"}


class Ended(Exception):
    """The notebook's process ended before its last cell did, or was ended.

    `index` is the cell that ran, None before the first; `cause` a Chinese clause.
    """

    def __init__(self, index: int | None, cause: str) -> None:
        super().__init__(cause)
        self.index, self.cause = index, cause


class EngineError(EvalbookError):
    """The engine cannot run here, or has stopped; no fault of a notebook."""

    exit_code = 3
