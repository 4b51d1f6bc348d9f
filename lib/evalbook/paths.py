"""Where everything lies. The one module that knows the layout of a workbook."""

import os
from dataclasses import dataclass
from pathlib import Path

LIBRARY = Path(__file__).resolve().parent
LOCK = LIBRARY.parents[1] / "requirements.txt"


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
