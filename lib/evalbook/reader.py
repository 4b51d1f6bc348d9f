"""What all reading shares: the workbook, the case, and the faults found so far."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from evalbook.errors import Fault
from evalbook.paths import Workbook
from evalbook.strict import read_model, read_shared

M = TypeVar("M", bound=BaseModel)


@dataclass(slots=True)
class Reader:
    """The workbook, the case, the faults found so far and the data files that lack rows by them.

    `folder` holds the data; `prefix` is what its addresses begin with (`parts.<part>.` or nothing).
    """

    book: Workbook
    case: str
    folder: Path
    prefix: str = ""
    faults: list[Fault] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def model(self, model: type[M], path: Path) -> M | None:
        return read_model(model, path, self.book.name(path), self.faults)

    def shared(self, model: type[M], path: Path) -> M | None:
        """A file that many cases read."""
        return read_shared(model, path, self.book.name(path), self.faults)

    @property
    def params_file(self) -> Path:
        """The file with the parameters of what is read."""
        return self.folder / "case.yaml" if self.prefix else self.book.case_file(self.case)

    def optional(self, model: type[M], name: str) -> M:
        """The case's own file, or an empty one when it is not there."""
        path = self.folder / name
        return (self.model(model, path) if path.exists() else None) or model()

    def part(self, part: str) -> "Reader":
        """The reader of a nested project; it adds to the same faults."""
        folder = self.folder / "parts" / part
        return Reader(self.book, self.case, folder, f"parts.{part}.", self.faults)

    def fault(self, where: str, problem: str, remedy: str) -> None:
        self.faults.append(Fault(where, problem, remedy))
