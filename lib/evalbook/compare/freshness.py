"""Whether what runs left still follows from its inputs: by hashes, taken once for all cases.

A manifest says which files a run read. The outputs are out of date when one of these has changed
or gone, when a file has come to the case, or when the library, its lock or its fonts are
others. `evalbook verify` asks the same of one case and recomputes it besides.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evalbook.hashes import MANIFEST, hash_of_input, is_dropped, shared, shared_inputs
from evalbook.hashes import name as name_of
from evalbook.manifest import Manifest
from evalbook.paths import Workbook


@dataclass
class Freshness:
    """Asks of many cases of one workbook whether their outputs are up to date."""

    book: Workbook
    _known: dict[str, str | None] = field(default_factory=dict)

    def stale(self, case: str) -> bool | None:
        """Whether what a case was made from has changed; None where no manifest says."""
        try:
            stated = Manifest.model_validate_json((self._folder(case) / MANIFEST).read_bytes())
        except (OSError, ValidationError):
            return None
        if any(getattr(stated, key) != value for key, value in self._around.items()):
            return True
        if any(self._now(name) != digest for name, digest in stated.inputs.items()):
            return True
        found = (name for name in self._own(case) if name not in stated.inputs)
        return not self._shared.keys() <= stated.inputs.keys() or any(map(self._now, found))

    def _folder(self, case: str) -> Path:
        return self.book.outputs / case

    @cached_property
    def _around(self) -> dict[str, Any]:
        now = shared(self.book)
        return {"library": now.library, "lock": now.lock, "fonts": dict(now.fonts)}

    @cached_property
    def _shared(self) -> dict[str, str]:
        return shared_inputs(self.book)

    def _now(self, name: str) -> str | None:
        """The hash of a file as it is; of the files that several cases read taken once."""
        if name in self._shared:
            return self._shared[name]
        if name not in self._known:
            path = self.book.root / name
            self._known[name] = hash_of_input(path) if path.is_file() else None
        return self._known[name]

    def _own(self, case: str) -> Iterator[str]:
        """What stands in the folder of a case, without what editors leave."""
        top = str(self.book.data(case))
        inside = name_of(self.book.root, Path(top))
        for base, folders, files in os.walk(top):
            folders[:] = [each for each in folders if not is_dropped(each)]
            here = inside + base[len(top) :].replace(os.sep, "/")
            yield from (f"{here}/{each}" for each in files if not is_dropped(each))
