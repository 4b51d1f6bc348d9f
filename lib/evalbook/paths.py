"""Where everything lies. The one module that knows the layout of a workbook."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

LIBRARY = Path(__file__).resolve().parent
LOCK = LIBRARY.parents[1] / "requirements.txt"
CASE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}
"""Names that Windows does not take."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook folder: notebooks/, params/, data/, outputs/."""

    root: Path

    def case_file(self, case: str) -> Path:
        return self.root / "params" / "cases" / f"{case}.yaml"

    def framework_file(self, name: str) -> Path:
        return self.root / "params" / "frameworks" / f"{name}.yaml"

    def rules_file(self, name: str) -> Path:
        return self.root / "params" / "rules" / f"{name}.yaml"

    @property
    def table_kinds(self) -> Path:
        return self.root / "params" / "tables"

    @property
    def form_words(self) -> Path:
        return self.root / "params" / "forms" / "self-evaluation.yaml"

    @property
    def units_file(self) -> Path:
        return self.root / "params" / "units.yaml"

    @property
    def draft_words_file(self) -> Path:
        return self.root / "params" / "drafts.yaml"

    @property
    def audit_file(self) -> Path:
        return self.root / "params" / "audit.yaml"

    @property
    def compare_file(self) -> Path:
        return self.root / "params" / "compare.yaml"

    @property
    def house_file(self) -> Path:
        return self.root / "params" / "house.yaml"

    def data(self, case: str) -> Path:
        return self.root / "data" / case

    def part(self, case: str, part: str) -> Path:
        """The folder of a nested project."""
        return self.data(case) / "parts" / part

    def chapters(self, case: str) -> Path:
        return self.data(case) / "chapters"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def outputs(self) -> Path:
        return self.root / "outputs"

    @property
    def logs(self) -> Path:
        return self.outputs / ".log"

    def cache_file(self, case: str) -> Path:
        """What this machine remembers of the last run of a case."""
        return self.outputs / ".cache" / f"{case}.json"

    def lock_file(self, name: str) -> Path:
        return self.outputs / ".lock" / name

    def has(self, case: str) -> bool:
        """Whether there is a case of that name; a name that could lead elsewhere is none."""
        may_be = CASE_ID.fullmatch(case) is not None and case not in RESERVED
        return may_be and self.case_file(case).is_file()

    def cases(self) -> list[str]:
        """The names of all cases, sorted."""
        return sorted(path.stem for path in (self.root / "params" / "cases").glob("*.yaml"))

    def name(self, path: Path) -> str:
        """How messages call a file: relative to the workbook, with forward slashes."""
        return path.relative_to(self.root).as_posix()


def workbook() -> Workbook:
    """The workbook in use: EVALBOOK_ROOT when set, else the folder this library lies in."""
    chosen = os.environ.get("EVALBOOK_ROOT")
    return Workbook(Path(chosen).resolve() if chosen else LIBRARY.parents[1])
